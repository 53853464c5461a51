-- What goes wrong on devices' cables: kept by day, judged over two days, told to the station and to who looks after devices.
\ir ../visit/setup.sql
select plan(48);
insert into person select 'Ada Admin', clinic.operator_add('Ada Admin', 'AA', array['admin'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Ada Admin', 'labdock') is not null \g /dev/null
select device_id as gun from clinic.device where name = 'Room 1 scanner' \gset
select device_id as zebra from clinic.device where name = 'Room 1 printer' \gset
create function pg_temp.faults(device bigint, faults jsonb, id uuid default gen_random_uuid(), token text default 'core') returns text language sql volatile as $$
	select pg_temp.says(api.device_faults(id, token, jsonb_build_object('device_id', device, 'faults', faults))) $$;
create function pg_temp.health(of text, list text default 'scanners') returns jsonb language sql stable as $$
	select p from jsonb_array_elements(api.printer_health('ada', '{}') -> 'data' -> list) p where p ->> 'name' = of $$;
create function pg_temp.alarm(of text) returns text language sql stable as $$
	select coalesce(d #>> '{trouble,code}', 'none') from jsonb_array_elements(api.me('ana', '{}') #> '{data,devices}') d where d ->> 'name' = of $$;
create function pg_temp.yesterday(days int) returns void language sql volatile as $$
	update clinic.device_fault set day = day - days $$;

-- ---- kept
select is(pg_temp.health('Room 1 scanner') -> 'faults', '{}', 'nothing yet');
select is(pg_temp.alarm('Room 1 scanner'), 'none', 'and nothing to tell');
select is(pg_temp.faults(:gun, '{"stall": 1, "babble": 1}'), 'stored ok', 'a stall, and babble');
select is(pg_temp.faults(:gun, '{"stall": 1}', '00000000-0000-4000-8000-000000000001'), 'stored ok', 'one more');
select is(pg_temp.faults(:gun, '{"stall": 1}', '00000000-0000-4000-8000-000000000001'), 'stored ok', 'the same report again');
select is(pg_temp.health('Room 1 scanner') -> 'faults', '{"stall": 2, "babble": 1}', 'is counted once');
select is(pg_temp.health('Room 1 scanner') #> '{trend,13,faults}', '3', 'all of it today');
select is(pg_temp.health('Room 1 scanner') #> '{trend,12,faults}', '0', 'nothing yesterday');
select is(pg_temp.health('Room 2 scanner') -> 'faults', '{}', 'another scanner has none');
select is((select array_agg(fault order by fault) from clinic.device_faults()), (select array_agg(x order by x) from unnest('{stall,babble,broken_off,mute,left,garbled}'::text[]) x), 'the kinds');
-- what is no report
select is(pg_temp.faults(:gun, x.f::jsonb), x.v, x.f) from (values ('{}', 'stored ok'), ('{"stall": 0}', 'stored ok'), ('{"stall": -1}', 'stored ok'), ('{"stall": "many"}', 'stored ok'),
	('{"stall": 1.5}', 'stored ok'), ('{"stall": 99999999999}', 'stored ok'), ('{"stall": null}', 'stored ok'), ('{"stall": [1]}', 'stored ok'), ('{"smoke": 3}', 'stored ok'), ('[]', 'question bad_request'), ('3', 'question bad_request'), ('null', 'question bad_request')) x (f, v);
select is(pg_temp.faults(99999, '{"stall": 1}'), 'question bad_request', 'no such device');
select is(pg_temp.faults(:gun, '{"stall": 1}', gen_random_uuid(), w), 'question not_allowed', 'only the core says it, not ' || w) from unnest(array['ana', 'ada', 'room1']) w;
select is(pg_temp.health('Room 1 scanner') -> 'faults', '{"stall": 2, "babble": 1}', 'none of that was counted');

-- ---- judged
select is(pg_temp.alarm('Room 1 scanner'), 'device_faults_bus', 'three in two days are no chance');
select is(pg_temp.health('Room 1 scanner') #>> '{alarm,title}', 'Room 1 scanner breaks off what it sends: 3 times in two days', 'it is said how often');
select matches(pg_temp.health('Room 1 scanner') #>> '{alarm,do}', 'socket.*hub.*cable.*device', 'and what to do, the cheapest first');
select is(pg_temp.alarm('Room 1 printer'), 'none', 'nothing is held against the printer beside it');
select pg_temp.yesterday(1) \g /dev/null
select is(pg_temp.alarm('Room 1 scanner'), 'device_faults_bus', 'yesterday''s count too');
select pg_temp.yesterday(1) \g /dev/null
select is(pg_temp.alarm('Room 1 scanner'), 'none', 'after two good days it is over');
select is(pg_temp.health('Room 1 scanner') -> 'faults', '{"stall": 2, "babble": 1}', 'and still to be seen');
-- a cable that fails every day is not sound because it always did
select pg_temp.yesterday(n) from generate_series(1, 2) n \g /dev/null
select is(pg_temp.faults(:gun, '{"stall": 3}'), 'stored ok', 'again');
select is(pg_temp.alarm('Room 1 scanner'), 'device_faults_bus', 'is as bad as the first time');
-- unplugged by hand
select pg_temp.yesterday(3) \g /dev/null
select is(pg_temp.faults(:gun, '{"left": 5}'), 'stored ok', 'pulled out to be cleaned');
select is(pg_temp.alarm('Room 1 scanner'), 'none', 'is not its cable');
select is(pg_temp.faults(:gun, '{"left": 1, "garbled": 4}'), 'stored ok', 'so often, and with scans broken');
select is(pg_temp.alarm('Room 1 scanner'), 'device_faults_loose', 'is a bad contact');
select is(pg_temp.faults(:zebra, '{"broken_off": 3}'), 'stored ok', 'a printer');
select is(pg_temp.alarm('Room 1 printer'), 'device_faults_loose', 'has a cable too');
select is(pg_temp.health('Room 1 printer', 'printers') -> 'faults', '{"broken_off": 3}', 'and its counts');
select pg_temp.yesterday(3) \g /dev/null
select is(pg_temp.faults(:gun, '{"garbled": 3}'), 'stored ok', 'only what makes no sense');
select is(pg_temp.alarm('Room 1 scanner'), 'device_faults_garbled', 'is how it is set up');
select pg_temp.yesterday(14) \g /dev/null
select is(pg_temp.health('Room 1 scanner') -> 'faults', '{}', 'after a fortnight it is forgotten');
select is(pg_temp.faults(:gun, '{"mute": 999999999}'), 'stored ok', 'a number that is none');
select is(pg_temp.health('Room 1 scanner') #> '{faults,mute}', '1000', 'is as much as is believed');
select * from finish();
