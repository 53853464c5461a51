-- Sessions: services, stations, people.

create or replace function api.service_open(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	service text := clinic.arg(args, 'service');
	opened bigint;
begin
	if r is not null then
		return r;
	end if;
	if service is null or service not in ('core', 'mllp') or clinic.arg(args, 'token_hash') !~ '^[0-9a-f]{64}$' then
		return custody.request_end(request_id, null,
			clinic.reply('question', 'bad_request', '{"what": "service, token_hash"}'));
	end if;
	insert into clinic.session (token_hash, kind, expires_at)
	values (decode(clinic.arg(args, 'token_hash'), 'hex'), service, 'infinity')
	returning session_id into opened;
	return custody.request_end(request_id, null,
		clinic.reply('stored', 'ok', jsonb_build_object('session_id', opened)));
end $$;

create or replace function clinic.station_view(st clinic.station) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('station_id', (st).station_id, 'station', (st).code, 'name', (st).name, 'kind', (st).kind);
$$;

-- The session by which a station's own scanners speak, for whoever is signed in there (custody.session). A page has another
-- kind (clinic/page.sql).
create or replace function api.station_open(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	st clinic.station;
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require_kind(custody.session(session), 'core');
	if r is not null then
		return custody.request_end(request_id, null, r);
	end if;
	select s.* into st from clinic.station s where s.active and s.station_id = clinic.arg_bigint(args, 'station_id');
	if st.station_id is null then
		return custody.request_end(request_id, null, clinic.reply('question', 'station_unknown'));
	end if;
	if clinic.arg(args, 'token_hash') is null or clinic.arg(args, 'token_hash') !~ '^[0-9a-f]{64}$' then
		return custody.request_end(request_id, null,
			clinic.reply('question', 'bad_request', '{"what": "token_hash"}'));
	end if;
	insert into clinic.session (token_hash, kind, station_id, expires_at)
	values (decode(clinic.arg(args, 'token_hash'), 'hex'), 'station', st.station_id, 'infinity');
	return custody.request_end(request_id, st.station_id, clinic.reply('stored', 'ok',
		jsonb_build_object('station', clinic.station_view(st))));
end $$;

-- The badge alone is enough where its owner is signed in already, at this station or in its room group, and only on
-- a page on which somebody gave a PIN before: who has a page that was just bound has shown nothing yet. Never on a page from before there were codes.
create or replace function clinic.pin_needed(operator_id bigint, station_id bigint, page bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.policy_value('sign_in') ->> 'then' is distinct from 'badge'
		or not exists (select 1 from clinic.sign_in g where g.session_id = $3 and g.opened and g.pin_needed)
		or exists (select 1 from clinic.session p where p.session_id = $3 and clinic.page_waits(p))
		or not exists (select 1 from clinic.session s
			join clinic.station there on there.station_id = s.station_id
			join clinic.station here on here.station_id = $2
			where s.kind = 'operator' and s.operator_id = $1 and s.closed_at is null and s.expires_at > now()
				and there.room_group = here.room_group and not clinic.session_is_over(s));
$$;

create or replace function api.sign_in_begin(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
	person clinic.operator;
	attempt clinic.sign_in;
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require_kind(actor, 'station');
	if r is not null then
		return custody.request_end(request_id, null, r);
	end if;
	select o.* into person from clinic.operator o
	where o.badge = clinic.arg(args, 'badge') and o.active and o.blocked_at is null;
	attempt.nonce := gen_random_uuid();
	attempt.pin_needed := person.operator_id is null
		or clinic.pin_needed(person.operator_id, actor.station_id, actor.session_id);
	insert into clinic.sign_in (nonce, badge, operator_id, station_id, session_id, pin_needed)
	values (attempt.nonce, left(coalesce(clinic.arg(args, 'badge'), ''), 40), person.operator_id,
		actor.station_id, actor.session_id, attempt.pin_needed);
	return custody.request_end(request_id, actor.station_id,
		clinic.reply('note', case when attempt.pin_needed then 'pin_needed' else 'badge_enough' end,
			jsonb_build_object('nonce', attempt.nonce, 'pin_hash', person.pin_hash,
				'pin_needed', attempt.pin_needed)));
end $$;

create or replace function clinic.operator_view(operator_id bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('operator_id', o.operator_id, 'name', o.name, 'initials', o.initials,
		'roles', (select coalesce(jsonb_agg(r.role order by r.role), '[]') from clinic.operator_role r
			where r.operator_id = o.operator_id))
	from clinic.operator o where o.operator_id = $1;
$$;

-- Opens the person's session: his other ones here end, other people's here go to the shade. Null: the page was taken away meanwhile.
-- The page is locked first, as whoever takes it away does (clinic/page.sql): either that sees this session, or this sees that.
create or replace function clinic.operator_session(person bigint, station bigint, page bigint, token_hash bytea, pin_used boolean)
returns timestamptz
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	until timestamptz := now() + make_interval(hours => clinic.policy_int('sign_in', 'hours'));
begin
	update clinic.session s set seen_at = now() where s.session_id = page and s.closed_at is null;
	if not found then
		return null;
	end if;
	if not pin_used then
		select coalesce(max(s.expires_at), until) into until from clinic.session s
		where s.kind = 'operator' and s.operator_id = person and s.closed_at is null and s.expires_at > now();
	end if;
	update clinic.session s set closed_at = now()
	where s.kind = 'operator' and s.operator_id = person and s.station_id = station and s.closed_at is null;
	update clinic.session s set shaded_at = now()
	where s.kind = 'operator' and s.station_id = station and s.closed_at is null and s.shaded_at is null;
	perform clinic.reject_end(station);
	perform clinic.ask_leave(station);
	insert into clinic.session (token_hash, kind, operator_id, station_id, page_id, expires_at)
	values (operator_session.token_hash, 'operator', person, station, page, until);
	return until;
end $$;

create or replace function api.sign_in(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
	attempt clinic.sign_in;
	allowed boolean;
	until timestamptz;
begin
	if r is not null then
		return r;
	end if;
	if actor.kind is distinct from 'station' or clinic.arg(args, 'nonce') !~ '^[0-9a-f-]{36}$'
		or clinic.arg(args, 'token_hash') !~ '^[0-9a-f]{64}$' then
		return custody.request_end(request_id, actor.station_id, clinic.reply('question', 'sign_in_refused'));
	end if;
	select s.* into attempt from clinic.sign_in s
	where s.nonce = clinic.arg(args, 'nonce')::uuid and s.session_id = actor.session_id
		and s.ended_at is null and s.begun_at > now() - interval '2 minutes'
	for update;
	allowed := attempt.operator_id is not null
		and (not attempt.pin_needed or coalesce(args -> 'ok' = 'true'::jsonb, false));
	update clinic.sign_in s set ended_at = now(), opened = coalesce(allowed, false) where s.nonce = attempt.nonce;
	if allowed is not true then
		return custody.request_end(request_id, actor.station_id, clinic.reply('question', 'sign_in_refused'));
	end if;
	until := clinic.operator_session(attempt.operator_id, actor.station_id, actor.session_id,
		decode(clinic.arg(args, 'token_hash'), 'hex'), attempt.pin_needed);
	if until is null then
		update clinic.sign_in s set opened = false where s.nonce = attempt.nonce;
		return custody.request_end(request_id, actor.station_id, clinic.reply('question', 'sign_in_refused'));
	end if;
	return custody.request_end(request_id, actor.station_id, clinic.reply('stored', 'signed_in',
		jsonb_build_object('operator', clinic.operator_view(attempt.operator_id),
			'name', clinic.operator_view(attempt.operator_id) ->> 'name',
			'shade_at', now() + make_interval(mins => clinic.policy_int('idle', 'shade_min')),
			'expires_at', until)));
end $$;

create or replace function clinic.session_change(request_id uuid, session text, out_ boolean) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
begin
	if r is not null then
		return r;
	end if;
	if actor.operator_id is null then
		return custody.request_end(request_id, actor.station_id, clinic.reply('question', 'sign_in_needed'));
	end if;
	update clinic.session s
	set closed_at = case when out_ then now() end, shaded_at = coalesce(s.shaded_at, now())
	where s.kind = 'operator' and s.operator_id = actor.operator_id and s.station_id = actor.station_id
		and s.closed_at is null;
	if out_ then
		perform clinic.reject_end(actor.station_id);
		perform clinic.ask_leave(actor.station_id);
	end if;
	return custody.request_end(request_id, actor.station_id,
		clinic.reply('stored', case when out_ then 'signed_out' else 'shaded' end));
end $$;

create or replace function api.sign_out(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.session_change($1, $2, true);
$$;

create or replace function api.shade(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.session_change($1, $2, false);
$$;

create or replace function api.stations(session text, args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.reply('note', 'ok', jsonb_build_object('stations',
		coalesce((select jsonb_agg(clinic.station_view(s) order by s.name) from clinic.station s where s.active), '[]')));
$$;

create or replace function api.me(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	st clinic.station;
	person clinic.session;
begin
	select s.* into st from clinic.station s where s.station_id = actor.station_id;
	if st.station_id is null then
		return clinic.reply('question', 'station_unknown');
	end if;
	select s.* into person from clinic.session s
	where s.kind = 'operator' and s.operator_id = actor.operator_id and s.station_id = actor.station_id
		and s.closed_at is null order by s.seen_at desc limit 1;
	return clinic.reply('note', 'ok', jsonb_build_object(
		'station', clinic.station_view(st),
		'operator', clinic.operator_view(actor.operator_id),
		'shaded', coalesce(actor.shaded, false),
		'sees_patients', clinic.may(actor, 'see_patient'),
		'shade_at', person.seen_at + make_interval(mins => clinic.policy_int('idle', 'shade_min')),
		'expires_at', person.expires_at,
		'practice', custody.is_practice(),
		'pages_waiting', case when clinic.may(actor, 'page_keep') then clinic.pages_waiting() else 0 end,
		'visit_id', (select v.visit_id from clinic.visit v
			where v.held_by = actor.operator_id and v.state in ('identify', 'labels')),
		'devices', coalesce((select jsonb_agg(jsonb_build_object('device_id', d.device_id, 'kind', d.kind,
				'name', d.name, 'transport', d.transport, 'stock', clinic.printer_stock(d.device_id),
				'trouble', clinic.device_trouble_view(d)) order by d.device_id)
			from clinic.device d join clinic.station near on near.station_id = d.station_id
			where d.active and (d.station_id = st.station_id
				or d.shared and near.room_group = st.room_group)), '[]'),
		'policies', clinic.policies(),
		'commands', coalesce((select jsonb_agg(jsonb_build_object('code', c.code, 'command', c.name, 'name', c.words)
			order by c.code) from clinic.command c), '[]'),
		'reasons', coalesce((select jsonb_object_agg(k.kind, k.list) from (
			select x.kind, jsonb_agg(jsonb_build_object('reason', x.code, 'name', x.words) order by x.position) as list
			from clinic.reason x group by x.kind) k), '{}')));
end $$;
