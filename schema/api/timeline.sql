-- The story of one specimen, in the order things were known, with what proves each step; while it was in a closed bag
-- its story is its bag's (contrib/DESIGN.md 5).

-- How far an event is proved here. 'broken': its hash, computed anew, does not fit; or a link names another hash than
-- the event has, or an event of our own that is gone. 'pending': a linked event has not come yet, or no seal covers
-- this one. Else 'intact'; whether the seals' signatures are right is for the verifier (specimend verify) to say.
create or replace function clinic.event_proof(e custody.event) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	link record;
	known bytea;
	proof text := case when custody.seal_no(e) is null then 'pending' else 'intact' end;
begin
	if custody.event_hash(e) is distinct from e.hash then
		return 'broken';
	end if;
	for link in select split_part(x, ':', 1)::int as node, split_part(x, ':', 2)::int as n, split_part(x, ':', 3) as hash
		from string_to_table(nullif(e.after, ''), ',') x
	loop
		select o.hash into known from custody.event o
		where o.subject = e.subject and o.event_id >> 40 = link.node and o.n = link.n;
		if not found and link.node <> custody.node() then
			proof := 'pending';
		elsif not found or encode(known, 'hex') <> link.hash then
			return 'broken';
		end if;
	end loop;
	return proof;
end $$;

-- How many events an event knows of: never less than any of those it knows, so it sorts causes before effects.
create or replace function clinic.event_depth(after text) returns bigint
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(sum(split_part(link, ':', 2)::bigint), 0) from string_to_table(nullif($1, ''), ',') link;
$$;

-- The device that saw or made it: of the scan (its raw reports stay on this node) or of the print job.
create or replace function clinic.event_device(body jsonb, node int) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select x.device from (
		select 1 as rank, jsonb_build_object('name', d.name, 'transport', coalesce(d.transport, s.source),
			'counter', null, 'evidence', s.evidence || jsonb_build_object('aim', s.aim, 'raw', encode(s.raw, 'hex'),
				'device_at', s.device_at)) as device
		from clinic.scan s left join clinic.device d on d.device_id = s.device_id
		where s.scan_id = (body ->> 'scan')::bigint
		union all
		select 2, jsonb_build_object('name', d.name, 'transport', d.transport, 'counter', body -> 'counter',
			'evidence', jsonb_build_object('kind', body -> 'evidence', 'sha256', j.sha256))
		from clinic.print_job j join clinic.device d on d.device_id = j.device_id
		where j.print_job_id = (body ->> 'job')::bigint) x
	where node = custody.node() order by x.rank limit 1;
$$;

-- Why, in words, where an event says it by a code; null: it does not.
create or replace function clinic.event_reason(e custody.event) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	why text := coalesce((e).body::jsonb ->> 'remark', (e).body::jsonb ->> 'reason', (e).body::jsonb ->> 'why');
begin
	return coalesce(
		(select r.words from clinic.reason r where r.code = why
			and r.kind = case (e).kind when 'rejected' then 'reject' when 'released' then case when (e).subject ~ '^B' then 'release_bag' else 'release' end
				else (e).kind end),
		(select m.title from clinic.message m where m.code = 'remark_' || why and m.lang = 'en'
			and (e).kind in ('remark', 'released')));
end $$;

create or replace function clinic.event_view(e custody.event) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('event_id', (e).event_id, 'subject', (e).subject, 'n', (e).n, 'node', ((e).event_id >> 40)::int, 'kind', (e).kind,
		'set_code', (select k.set_code from custody.event_kind k where k.kind = (e).kind),
		'words', (clinic.reply('note', 'event_' || (e).kind) ->> 'title')
			|| coalesce(': ' || clinic.event_reason(e), '')
			|| case when (b.body ->> 'copy')::int > 1 then format(' (print %s)', b.body ->> 'copy') else '' end,
		'moves', (e).moves, 'occurred_at', (e).occurred_at, 'recorded_at', (e).recorded_at,
		'operator', (select o.name from clinic.operator o where o.operator_id = (e).operator_id),
		'station', (select s.name from clinic.station s where s.station_id = (e).station_id),
		'device', clinic.event_device(b.body, ((e).event_id >> 40)::int),
		'body', b.body, 'after', (e).after, 'hash', encode((e).hash, 'hex'),
		'seal', coalesce((select jsonb_build_object('no', s.no, 'state', 'sealed') from custody.seal s
			where s.node = ((e).event_id >> 40)::int and s.home = (e).home and s.lab = (e).lab
				and (e).event_id between s.from_id and s.to_id order by s.no limit 1),
			'{"no": null, "state": "pending"}'))
	from (select (e).body::jsonb as body) b;
$$;

-- The numbers that the sender has for specimens and containers of this tube's orders.
create or replace function clinic.foreign_ids(specimen_id text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(distinct i.id), '[]')
		from clinic.specimen_test w
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		join clinic.lab_order o on o.lab_order_id = t.lab_order_id, jsonb_array_elements(o.specimens) s,
			lateral (select s -> 'filler_id' as id union select s -> 'placer_id'
				union select jsonb_array_elements(case jsonb_typeof(s -> 'container_ids') when 'array' then s -> 'container_ids' else '[]' end)) i
		where w.specimen_id = $1 and i.id not in ('""', 'null'));
end $$;

-- The events of the bags that a tube was in, each from the closing that lists it until the tube moved again by itself or the
-- bag began another trip (opened again before it went, it is on the same one). Times of several nodes: each as its node recorded it.
create or replace function clinic.bag_events_of(specimen_id text) returns setof custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with stay as (
		select c.bag, e.recorded_at as since, least(
			(select min(m.recorded_at) from custody.event m where m.subject = c.specimen_id
				and clinic.is_move_of_tube(m.kind) and m.recorded_at > e.recorded_at),
			(select min(o.recorded_at) from custody.event o where o.subject = c.bag and o.kind = 'bag_opened'
				and clinic.body_of(o.body) ->> 'at' is distinct from 'lab' and clinic.body_of(o.body) -> 'again' is distinct from 'true'
				and o.recorded_at > e.recorded_at)) as until
		from clinic.bag_content c join custody.event e on e.event_id = c.event_id
		where c.specimen_id = bag_events_of.specimen_id)
	select distinct b.* from stay t join custody.event b on b.subject = t.bag
		and b.recorded_at >= t.since and (t.until is null or b.recorded_at < t.until);
end $$;

-- All events of the story with what each is worth and its place in it: a tube's own by what they know of each other, a
-- bag's behind the last own event recorded before it.
create or replace function clinic.specimen_story(specimen_id text)
returns table (e custody.event, place bigint, proof text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with own as (
		select x as e, clinic.event_depth(x.after) as depth from custody.event x where x.subject = specimen_story.specimen_id)
	select o.e, o.depth, clinic.event_proof(o.e) from own o
	union all
	select b, coalesce((select max(o.depth) from own o where (o.e).recorded_at <= b.recorded_at), 0), clinic.event_proof(b)
	from clinic.bag_events_of(specimen_story.specimen_id) b;
end $$;

create or replace function api.timeline(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	refused jsonb := clinic.require_reader(actor, 'timeline');
	id text := (custody.id_parse(clinic.arg(args, 'specimen_id'))).specimen_id;
	s clinic.specimen;
	proofs text[];
	broken bigint;
	events jsonb;
	bag text := (clinic.specimen_bag(id)).bag;
begin
	if refused is not null then
		return refused;
	end if;
	select x.* into s from clinic.specimen x where x.specimen_id = id;
	if s.specimen_id is null and not exists (select 1 from custody.event e where e.subject = id) then
		return clinic.reply('question', 'specimen_unknown', jsonb_build_object('text', coalesce(left(clinic.arg(args, 'specimen_id'), 40), '')));
	end if;
	select array_agg(distinct y.proof), (array_agg((y.e).event_id order by y.place) filter (where y.proof = 'broken'))[1],
		jsonb_agg(clinic.event_view(y.e) order by y.place)
	into proofs, broken, events
	from (select x.e, x.proof, row_number() over (order by x.place, (x.e).subject <> id, (x.e).recorded_at, (x.e).event_id) as place
		from clinic.specimen_story(id) x) y;
	return clinic.reply('note', 'ok', jsonb_build_object(
		'specimen', jsonb_build_object('specimen_id', id, 'number', s.number, 'of', s.of,
			'container', (select jsonb_build_object('name', c.name, 'cap', c.cap, 'cap_colour', c.cap_colour)
				from clinic.container_type c where c.container_type_id = s.container_type_id),
			'foreign_ids', clinic.foreign_ids(id),
			'tests', coalesce((select jsonb_agg(jsonb_build_object('code', t.code, 'name', coalesce(x.name, t.name)) order by t.code)
				from clinic.specimen_test w join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
				left join clinic.test x on x.test_id = t.test_id where w.specimen_id = id), '[]')),
		'patient', (select jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id))
			from clinic.patient p where p.patient_id = s.patient_id),
		'events', coalesce(events, '[]'),
		'state', (custody.state(id)).kind, 'bag', bag,
		'acts', array_remove(array[
			case when (custody.state(id)).kind = 'held' and clinic.hold_may_end(id) and clinic.may(actor, 'release_hold')
				then 'release' end,
			case when (custody.state(bag)).kind = 'held' and clinic.may(actor, 'release_hold') then 'release_bag' end,
			case when clinic.may(actor, 'collect_again') and clinic.may_collect_again(id)
				and clinic.tests_to_collect_again(id) <> '{}' then 'collect_again' end], null),
		'verified', case when 'broken' = any (proofs) then 'broken' when 'pending' = any (proofs) then 'pending' else 'intact' end,
		'broken_at', broken));
end $$;
