-- Seals for the core to sign, and what an outsider needs to verify custody.

-- The core's minute: what is to be signed now. Also keeps partitions ahead of the clock and forgets old requests.
create or replace function api.seal_next(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	seals jsonb;
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require_kind(custody.session(session), 'core');
	if r is not null then
		return custody.request_end(request_id, null, r);
	end if;
	select coalesce(jsonb_agg(jsonb_build_object('seal_id', d.seal_id,
			'bytes', encode(custody.seal_bytes(custody.seal_of_draft(d)), 'hex')) order by d.seal_id), '[]')
		into seals from custody.seal_next() d;
	perform custody.request_expire();
	perform custody.partitions_ensure();
	return custody.request_end(request_id, null, clinic.reply('stored', 'ok', jsonb_build_object('seals', seals)));
end
$$;

create or replace function api.seal_put(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp
as $$
declare
	r jsonb := custody.request_begin(request_id, session);
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require_kind(custody.session(session), 'core');
	if r is not null then
		return custody.request_end(request_id, null, r);
	elsif clinic.arg_bigint(args, 'seal_id') is null or coalesce(clinic.arg(args, 'signature'), '') !~ '^[0-9a-f]{128}$'
		or coalesce(clinic.arg(args, 'public_key'), '') !~ '^[0-9a-f]{64}$' then
		return custody.request_end(request_id, null,
			clinic.reply('question', 'bad_request', '{"what": "seal_id, signature, public_key"}'));
	elsif not custody.seal_put(clinic.arg_bigint(args, 'seal_id'), decode(clinic.arg(args, 'signature'), 'hex'),
		decode(clinic.arg(args, 'public_key'), 'hex')) then
		return custody.request_end(request_id, null, clinic.reply('question', 'seal_unknown'));
	end if;
	return custody.request_end(request_id, null, clinic.reply('stored', 'ok'));
end
$$;

-- Events in order of id, after args.after, at most args.count (1000). Ids only: there is no patient in them.
create or replace function api.custody_events(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	since bigint := coalesce(clinic.arg_bigint(args, 'after'), 0);
	most bigint := least(greatest(coalesce(clinic.arg_bigint(args, 'count'), 1000), 1), 1000);
begin
	return clinic.reply('stored', 'ok', jsonb_build_object('events', coalesce((
		select jsonb_agg(jsonb_build_object('event_id', e.event_id, 'subject', e.subject, 'home', e.home,
			'lab', e.lab, 'n', e.n, 'kind', e.kind, 'moves', e.moves, 'occurred_at_us', custody.us(e.occurred_at),
			'recorded_at_us', custody.us(e.recorded_at), 'operator_id', e.operator_id, 'station_id', e.station_id,
			'after', e.after, 'body', e.body, 'hash', encode(e.hash, 'hex')) order by e.event_id)
		from (select * from custody.event v where v.event_id > since order by v.event_id limit most) e), '[]')));
end
$$;

-- Seals in order of (node, home, lab, no), after args.after [node, home, lab, no], at most args.count (1000); which
-- node this is, and how many rows of other nodes were refused so far.
create or replace function api.custody_seals(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	since int[] := '{0, 0, 0, 0}';
	most bigint := least(greatest(coalesce(clinic.arg_bigint(args, 'count'), 1000), 1), 1000);
begin
	if jsonb_typeof(args -> 'after') = 'array' and (args ->> 'after') ~ '^\[([0-9]{1,9}, ){3}[0-9]{1,9}\]$' then
		select array_agg(v::int order by o) into since from jsonb_array_elements_text(args -> 'after') with ordinality a (v, o);
	end if;
	return clinic.reply('stored', 'ok', jsonb_build_object(
		'node', custody.node(),
		'refused', (select count(*) from custody.refused),
		'seals', coalesce((
			select jsonb_agg(jsonb_build_object('node', s.node, 'home', s.home, 'lab', s.lab, 'no', s.no,
				'from_id', s.from_id, 'to_id', s.to_id, 'count', s.count, 'root', encode(s.root, 'hex'),
				'prev_hash', encode(s.prev_hash, 'hex'), 'public_key', encode(s.public_key, 'hex'),
				'signature', encode(s.signature, 'hex')) order by s.node, s.home, s.lab, s.no)
			from (select * from custody.seal k
				where (k.node, k.home, k.lab, k.no) > (since[1], since[2], since[3], since[4])
				order by k.node, k.home, k.lab, k.no limit most) s), '[]')));
end
$$;
