-- Everything hostile while a bag is being packed and a pickup is under way: answered in the five keys, never an error.
-- (tests/schema/hostile_args.sql asks stations that do nothing.) And events of another node, whatever their bodies hold.
\ir setup.sql
select plan(14);
select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT']) as ada \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, custody.id_next('bag') as b1, custody.id_next('bag') as b2, (select stop from clinic.stop) as stop \gset
select pg_temp.scan(:'b1'), pg_temp.scan(:'t1'), pg_temp.call('bag_count', 'ana', '{"count": 7}') \g /dev/null
select pg_temp.scan(:'stop', 'cy'), pg_temp.scan(:'b2', 'cy') \g /dev/null
create temporary table whole (act text, token text, args jsonb);
insert into whole values ('bag_new', 'ana', '{"lab_id": 1, "class": "AMB", "stat": true}'), ('bag_open', 'ana', jsonb_build_object('bag', :'b2', 'class', 'AMB', 'stat', 'true', 'lab_id', '1')),
	('bag_count', 'ana', jsonb_build_object('bag', :'b1', 'count', 1)), ('bag_close', 'ana', jsonb_build_object('bag', :'b1', 'seal', 'S1')),
	('bag_place', 'ana', jsonb_build_object('bag', :'b1', 'place', (select min(place) from clinic.place), 'cold_packs', true)),
	('bag_remark', 'cy', jsonb_build_object('bag', :'b1', 'remark', 'temperature', 'celsius', '4.5', 'note', 'x')),
	('tube_leave_out', 'ana', jsonb_build_object('specimen_id', :'t2', 'reason', 'not_here')), ('tube_pack', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', 'other')),
	('bag_take_open', 'cy', jsonb_build_object('bag', :'b2', 'count', 2)),
	('pickup_close', 'cy', jsonb_build_object('how', 'taken_alone', 'reason', 'busy', 'count', 2, 'left', jsonb_build_array(jsonb_build_object('bag', :'b1', 'reason', 'not_there')))),
	('pickup_none', 'cy', jsonb_build_object('stop', :'stop', 'how', 'no_access', 'reason', 'locked')), ('mistake', 'cy', jsonb_build_object('bag', :'b1', 'note', 'x')),
	('visit_answer', 'ana', '{"code": "cold_packs", "choice": "yes"}'), ('work_end', 'cy', '{}');
create temporary table poison (value jsonb);
insert into poison values ('null'), ('true'), ('[]'), ('{}'), ('""'), ('" "'), ('"x"'), ('-1'), ('0'), ('1.5'), ('1e400'), ('99999999999999999999'), ('9223372036854775807'), ('2147483648'),
	('"9999"'), ('"-0"'), ('"1e9"'), ('"NaN"'), ('"infinity"'), ('"B900000000155"'), ('"900000000150"'), ('"B101000000188"'), ('"{bag}"'), ('"%_\\"'), ('"''; drop table x; --"'), ('"\u0001\u007f"'),
	('[null]'), ('[[]]'), ('[{}]'), ('[{"bag": []}]'), ('[{"bag": "x", "reason": {}}]'), (to_jsonb(repeat('A', 65536))), (to_jsonb(repeat('9', 65536))),
	((select jsonb_agg(jsonb_build_object('bag', 'B900000000155', 'reason', 'other')) from generate_series(1, 3000))), ((repeat('[', 2000) || repeat(']', 2000))::jsonb);
create function pg_temp.try(act text, token text, args jsonb) returns text language plpgsql as $$
declare
	r jsonb;
begin
	begin
		r := pg_temp.call(act, token, args);
		if r is null or (select array_agg(k order by k) from jsonb_object_keys(r) k) <> '{code,data,do,title,verdict}'
			or r ->> 'verdict' not in ('stored', 'complete', 'repeat', 'question', 'stop', 'note') then
			return format('%s %s: no reply: %s', act, left(args::text, 80), left(r::text, 200));
		elsif r ->> 'verdict' in ('stored', 'complete') and (api.packing('ana', '{}') ->> 'code' <> 'ok' or api.courier('cy', '{}') ->> 'code' <> 'ok' or api.still_here('ana', '{}') ->> 'code' <> 'ok') then
			return format('%s %s: the views are gone', act, left(args::text, 80));
		end if;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return null;
	when others then
		return format('%s %s: %s %s', act, left(args::text, 80), sqlstate, left(sqlerrm, 120));
	end;
end $$;
select is_empty($$ select e from whole, lateral (select pg_temp.try(act, token, args) as e) x where e is not null $$, 'as they should be');
select is_empty($$ select e from whole, poison, lateral (select pg_temp.try(act, token, value) as e) x where e is not null limit 20 $$, 'whatever args is');
select is_empty($$ select e from whole, jsonb_object_keys(args) k, poison, lateral (select pg_temp.try(act, token, args || jsonb_build_object(k, value)) as e) x where e is not null limit 20 $$,
	'whatever one of them is');
-- every kind of code at every kind of station
create temporary table code as select code from unnest(array[:'t1', pg_temp.label(:'t1', 1), pg_temp.label(:'t1', 9), :'t2', :'b1', :'b2', :'stop', (select min(place) from clinic.place), custody.id_make('specimen', 950, 5),
	custody.id_make('bag', 950, 5), custody.id_make('stop', 950, 5), custody.id_make('place', 950, 5), custody.id_make('delivery', 950, 5), custody.id_make('station', 950, 5), custody.id_make('badge', 950, 5),
	custody.id_make('FOUND sticker', 950, 5), custody.id_make('visit slip', 950, 5), (select badge from person where name = 'Ana Ruiz'), (select badge from person where name = 'Cy Courier'), 'B101000000188', '101000000156',
	'P101000000144', 'B900000000150', '', 'LOT 7', pg_temp.card('done'), pg_temp.card('close_bag')]) c (code);
select is_empty($$ select t, code, e from code, unnest(array['ana', 'ben', 'cy', 'room1', 'bench1', 'courierphone', 'labdock']) t,
	lateral (select pg_temp.try('scan', t, jsonb_build_object('raw', encode(code::bytea, 'base64'))) as e) x where e is not null $$, 'whatever is scanned wherever');
create function pg_temp.try_with(kind text, token text, code text) returns text language plpgsql as $$
declare
	e text;
begin
	begin
		perform clinic.work_set(custody.session(token), kind, 'B900000000155', 'L900000000100', 77, 77, 'D900000000100');
		e := pg_temp.try('scan', token, jsonb_build_object('raw', encode(code::bytea, 'base64')));
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return e;
	end;
end $$;
select is_empty($$ select k, t, code, e from code, unnest(array['place', 'hand_over', 'pickup', 'pack', 'dock', 'bench']) k, unnest(array['ana', 'cy']) t,
	lateral (select pg_temp.try_with(k, t, code) as e) x where e is not null $$, 'whatever a station is doing, also with what is not there');

-- ---- events of another node: never an error, or its apply worker would stop for good
create function pg_temp.arrive(id bigint, subject text, kind text, body text) returns void language sql as $$
	insert into custody.event (event_id, subject, home, lab, n, kind, moves, occurred_at, recorded_at, after, body, hash)
	values (id, subject, 8191, 0, id & 255, kind, true, now(), now() + interval '1 hour', '', body, sha256(id::text::bytea)) $$;
set session_replication_role = replica;
alter table custody.event disable trigger event_arrives;
select lives_ok(format('select pg_temp.arrive(%s, %L, %L, %L)', 5::bigint << 40 | n, subject, kind, body), kind || ' with ' || coalesce(left(body, 30), 'null'))
	from (values (1, :'b1', 'bag_closed', '{"tubes": [["' || :'t2' || '", "00"]]}'), (2, :'b1', 'bag_closed', '{"tubes": "x", "lab_id": {}, "stat": 7}'), (3, :'b1', 'bag_opened', 'no json'),
		(4, :'b2', 'departed', '{"courier": "nobody", "pickup": []}'), (5, :'b2', 'handed_over', null), (6, :'t1', 'packed', '[]'), (7, 'B1', 'bag_closed', '{"tubes": [["' || :'t2' || '", null]]}')) v (n, subject, kind, body);
alter table custody.event enable always trigger event_arrives;
reset session_replication_role;
select is((select array_agg(specimen_id) from clinic.bag_content where event_id = (5::bigint << 40) + 1), array[:'t2'], 'what another node closed is known here');
select is(custody.rebuild(), 0::bigint, 'and a rebuild gives the same');
select * from finish();
