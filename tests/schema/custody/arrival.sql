-- Events and seals from other nodes, as an apply worker inserts them: replica mode, session user a peer's role.
select plan(35);
select custody.node_init(1, false, '{1}') \g /dev/null
select is(array[custody.peer_add(101, 'clinic'), custody.peer_add(2, 'lab')], '{specimend_apply_101,specimend_apply_2}', 'two peers');
select is(array[custody.peer_add(101, 'clinic')], '{specimend_apply_101}', 'a peer can be added again');
select throws_like($$ select custody.peer_add(1, 'lab') $$, '%is this node%', 'a node is no peer of itself');
select is_empty($$ select r, c.oid::regclass, p from unnest(array['specimend_apply_101', 'specimend_apply_2']) r, pg_class c,
		unnest(array['select', 'insert', 'update', 'delete', 'truncate']) p
	where c.relnamespace::regnamespace::text in ('custody', 'clinic', 'api') and c.relkind in ('r', 'p', 'v') and has_table_privilege(r, c.oid, p)
	is distinct from (p = 'insert' and c.oid in (select relid from pg_partition_tree('custody.event') union all select 'custody.seal'::regclass)) $$,
	'a peer inserts into event, each of its partitions, and seal, and has no other right');
select custody.partitions_ensure(now() + interval '3 years') \g /dev/null
select is_empty($$ select relid from pg_partition_tree('custody.event') where not has_table_privilege('specimend_apply_101', relid, 'insert') $$,
	'also into a partition made later');

-- One row that is right, to be spoilt field by field. Inserted as the role named, in replica mode.
create temporary table good as select jsonb_populate_record(null::custody.event, jsonb_build_object('event_id', 101::bigint << 40 | 1,
	'subject', '101000000156', 'home', 101, 'lab', 1, 'n', 1, 'kind', 'label_printed', 'moves', true, 'occurred_at', '2026-01-05 10:00:00+00',
	'recorded_at', '2026-01-05 10:00:01+00', 'operator_id', 1, 'station_id', 1, 'after', '', 'body', '{"copy": 1}')) as g;
update good set g = jsonb_populate_record(g, jsonb_build_object('hash', custody.event_hash(g)));
select is((select (g).hash = custody.event_hash(g) and custody.event_malformed(g) is null from good), true, 'the row to start from is right');
create function pg_temp.arrive(as_role text, change jsonb, rehash bool default true) returns text language plpgsql as $$
declare
	e custody.event;
	before_count bigint := (select count(*) from custody.event);
	before_refused bigint := (select count(*) from custody.refused);
begin
	e := jsonb_populate_record((select g from good), change);
	if rehash then
		begin
			e.hash := custody.event_hash(e);
		exception when others then
			null;
		end;
	end if;
	execute format('set session authorization %I', as_role);
	perform set_config('session_replication_role', 'replica', false);
	insert into custody.event (event_id, subject, home, lab, n, kind, moves, occurred_at, recorded_at, operator_id, station_id, after, body, hash)
		values (e.event_id, e.subject, e.home, e.lab, e.n, e.kind, e.moves, e.occurred_at, e.recorded_at, e.operator_id, e.station_id, e.after, e.body, e.hash);
	reset session authorization;
	perform set_config('session_replication_role', 'origin', false);
	return case when (select count(*) from custody.event) > before_count then 'taken'
		when (select count(*) from custody.refused) = before_refused then 'ignored'
		else (select why from custody.refused order by refused_id desc limit 1) end;
end $$;
-- set session_replication_role is a superuser's: let the peers of this test do what their apply worker does.
grant set on parameter session_replication_role to specimend_apply_101, specimend_apply_2, specimend;

select is(pg_temp.arrive(r, c::jsonb, h), want, name) from (values
	(1, 'specimend_apply_101', '{}', false, 'taken', 'a right event of a peer is taken'),
	(2, 'specimend_apply_101', '{}', false, 'ignored', 'a repeat is ignored and is no alarm'),
	(3, 'specimend_apply_101', '{"body": "{\"copy\": 2}"}', false, 'the hash does not fit the event', 'a tampered body is refused'),
	(4, 'specimend_apply_101', '{"event_id": 111050674405378, "hash": "\\x00"}', false, 'the hash does not fit the event', 'a wrong hash is refused'),
	(5, 'specimend_apply_101', '{"body": "{\"copy\": 2}"}', true, 'another event has this id', 'other content with a known id is refused'),
	(6, 'specimend_apply_101', '{"event_id": 112150186033153}', true, 'node 101 may not speak for node 102', 'a clinic speaks for itself only'),
	(7, 'specimend_apply_2', '{"event_id": 112150186033153}', true, 'taken', 'a hub passes on what third nodes wrote'),
	(8, 'specimend_apply_2', '{"event_id": 1099511627777}', true, 'it claims to be ours', 'nobody speaks for us'),
	(9, 'specimend_apply_101', '{"event_id": 111050674405379, "n": null}', true, 'a field is missing', 'a null is refused'),
	(10, 'specimend_apply_101', '{"event_id": 111050674405379, "subject": null}', true, 'a field is missing', 'no subject is refused'),
	(11, 'specimend_apply_101', '{"event_id": 111050674405379, "recorded_at": "infinity"}', true, 'a time is out of range', 'endless time is refused'),
	(12, 'specimend_apply_101', '{"event_id": 111050674405379, "n": 0}', true, 'a number is out of range', 'n starts at 1'),
	(13, 'specimend_apply_101', '{"event_id": 5}', true, 'a number is out of range', 'node 0 is nobody'),
	(14, 'specimend_apply_101', '{"event_id": 111050674405379, "after": "101:1:abc"}', true, 'after is malformed', 'a malformed after is refused'),
	(15, 'specimend_apply_101', '{"event_id": 111050674405379, "after": "101:99999999999:' || repeat('0', 64) || '"}', true, 'after is malformed',
		'a number in after that fits no column is refused'),
	(16, 'specimend_apply_101', jsonb_build_object('event_id', 111050674405379, 'subject', repeat('x', 9000))::text, true, 'a text is too long',
		'a subject too long for its index is refused'),
	(17, 'specimend_apply_101', '{"event_id": 111050674405380, "n": 2, "kind": "teleported", "subject": "?!"}', true, 'taken',
		'a kind and a subject we do not know are facts all the same')
) x (no, r, c, h, want, name) order by no;
select is((select count(*) from custody.refused where what = 'event' and line ? 'hash' and line ->> 'event_id' is not null and via like 'specimend_apply_%'),
	13::bigint, 'the whole row and via whom are kept');
select is((select line ->> 'body' from custody.refused where why like 'the hash%' order by refused_id limit 1), '{"copy": 2}', 'word for word');
select is(array[(custody.state('101000000156')).kind, (custody.state('?!')).kind], '{label_printed,teleported}', 'heads follow what was taken, only');
select is((select count(*) from custody.event where kind = 'label_printed' and stored_at > now() - interval '1 hour'), 2::bigint, 'stored_at is ours');
create role stranger login;
grant usage on schema custody to stranger;
grant insert on all tables in schema custody to stranger;
grant set on parameter session_replication_role to stranger;
select is(pg_temp.arrive('stranger', '{"event_id": 111050674405390}'), 'role stranger is not a peer', 'a role that is no peer is refused even with the right to insert');

create function pg_temp.seal_arrive(as_role text, change jsonb) returns text language plpgsql as $$
declare
	s custody.seal;
	before_count bigint := (select count(*) from custody.seal);
	before_refused bigint := (select count(*) from custody.refused);
begin
	s := jsonb_populate_record(null::custody.seal, jsonb_build_object('node', 101, 'home', 101, 'lab', 1, 'no', 1, 'from_id', 101::bigint << 40 | 1,
		'to_id', 101::bigint << 40 | 1, 'count', 1, 'root', '\x' || repeat('11', 32), 'prev_hash', '\x' || repeat('00', 32),
		'public_key', '\x' || repeat('22', 32), 'signature', '\x' || repeat('33', 64)) || change);
	execute format('set session authorization %I', as_role);
	perform set_config('session_replication_role', 'replica', false);
	insert into custody.seal values (s.*);
	reset session authorization;
	perform set_config('session_replication_role', 'origin', false);
	return case when (select count(*) from custody.seal) > before_count then 'taken'
		when (select count(*) from custody.refused) = before_refused then 'ignored'
		else (select why from custody.refused order by refused_id desc limit 1) end;
end $$;
select is(pg_temp.seal_arrive(r, c::jsonb), want, name) from (values
	(1, 'specimend_apply_101', '{}', 'taken', 'a seal of a peer is taken'),
	(2, 'specimend_apply_101', '{}', 'ignored', 'its repeat is ignored'),
	(3, 'specimend_apply_101', '{"count": 2}', 'another seal has this number', 'other content under a known number is refused'),
	(4, 'specimend_apply_101', '{"root": null, "no": 2}', 'a field is missing', 'a seal without a root is refused'),
	(5, 'specimend_apply_101', '{"signature": "\\x00", "no": 2}', 'a field has the wrong length', 'a short signature is refused'),
	(6, 'specimend_apply_101', '{"node": 102, "from_id": 112150186033153, "to_id": 112150186033153}', 'node 101 may not speak for node 102', 'a clinic seals for itself'),
	(7, 'specimend_apply_2', '{"node": 1, "from_id": 1099511627777, "to_id": 1099511627777}', 'it claims to be ours', 'nobody seals for us')
) x (no, r, c, want, name) order by no;
select * from finish();
