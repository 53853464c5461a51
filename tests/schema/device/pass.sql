-- Pass-through: who sets it up and how, which scans are handed on, and what became of them.
\ir ../lab/setup.sql
select plan(98);
insert into person select 'Dora Admin', clinic.operator_add('Dora Admin', 'DA', array['admin'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Dora Admin', 'room2') is not null \g /dev/null
select code as room1 from clinic.station where name = 'Room 1' \gset
select code as room2 from clinic.station where name = 'Room 2' \gset
select device_id as gun from clinic.device where name = 'Room 1 scanner' \gset
create function pg_temp.set(args jsonb, token text default 'dora') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('pass_set', token, jsonb_build_object('station', (select code from clinic.station where name = 'Room 1')) || args)) $$;
create function pg_temp.task() returns jsonb language sql volatile as $$ select api.devices('core', '{}') #> '{data,pass}' $$;
create function pg_temp.page(of text default 'Room 1') returns jsonb language sql volatile as $$
	select s from jsonb_array_elements(api.passes('dora', '{}') #> '{data,stations}') s where s ->> 'name' = of $$;
-- a scan of the station's scanner; what its person hears, and what is handed on
create function pg_temp.gun(code text, more jsonb default '{}', token text default 'ana') returns text language sql volatile as $$
	select concat_ws(' ', r ->> 'verdict', r ->> 'code', '>' || (r #>> '{data,pass}')) from pg_temp.call('scan', token, jsonb_build_object(
		'raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', ']C0', 'source', 'usb',
		'device_id', (select device_id from clinic.device where name = 'Room 1 scanner')) || more) r $$;
create function pg_temp.became(args jsonb, token text default 'core') returns jsonb language sql volatile as $$
	select pg_temp.call('pass_told', token, jsonb_build_object('scan', (select request_id from clinic.scan order by scan_id desc limit 1)) || args) $$;

-- ---- who, and what
select is(api.passes(t, '{}') ->> 'code', c, 'who may look: ' || t) from (values ('ana', 'not_allowed'), ('room1', 'sign_in_needed'), ('core', 'sign_in_needed'), ('dora', 'ok')) x (t, c);
select is(pg_temp.set('{"way": "keyboard"}', t), v, 'who may set it: ' || t) from (values ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('core', 'question sign_in_needed')) x (t, v);
select is(pg_temp.became('{"ok": true}', t) ->> 'code', 'not_allowed', 'nor does a page say what came of it: ' || t) from unnest(array['dora', 'bench1']) t;
select is(pg_temp.task(), '[]', 'nobody hands anything on');
select is(pg_temp.page() - 'station' - 'kind', '{"name": "Room 1", "way": "off", "target": "", "keyboard": null, "terminator": "cr", "set_at": null, "set_by": null, "last": null}', 'it is off');
select is(pg_temp.set('{"way": "off"}'), 'repeat pass_same', 'and stays so');
select is(pg_temp.set(a::jsonb), v, a) from (values ('{}', 'question pass_no_way'), ('{"way": 7}', 'question pass_no_way'), ('{"way": "usb"}', 'question pass_no_way'),
	('{"way": "keyboard", "station": "T9"}', 'question pass_no_station'), ('{"way": "keyboard", "keyboard": "xx"}', 'question pass_no_way'),
	('{"way": "keyboard", "terminator": "lf"}', 'question pass_no_way'), ('{"way": "tcp", "target": "tcp:192.0.2.7:9100", "terminator": "none"}', 'question pass_no_way'),
	('{"way": "serial"}', 'question pass_no_target'), ('{"way": "serial", "target": "/dev/watchdog"}', 'question pass_no_target'),
	('{"way": "serial", "target": "/dev/ttyS/../watchdog"}', 'question pass_no_target'), ('{"way": "serial", "target": "/dev/ttyS"}', 'question pass_no_target'),
	('{"way": "serial", "target": "/dev/pts//0"}', 'question pass_no_target'), ('{"way": "serial", "target": "/dev/ttyS 0"}', 'question pass_no_target'),
	('{"way": "tcp"}', 'question pass_no_target'), ('{"way": "tcp", "target": "lis.example"}', 'question pass_no_target')) x (a, v);
select is((select count(*) from clinic.station_pass), 0::bigint, 'nothing was kept of all that');

-- ---- set up
select is(pg_temp.set('{"way": "keyboard", "keyboard": "fr", "target": "ignored"}'), 'stored pass_is_on', 'an administrator switches it on');
select is(pg_temp.task(), jsonb_build_array(jsonb_build_object('station_id', (select station_id from clinic.station where name = 'Room 1'), 'way', 'keyboard', 'target', '',
	'keyboard', 'fr', 'terminator', 'cr')), 'the bench hears of it');
select is(pg_temp.page() ->> 'set_by', 'Dora Admin', 'and who did it is kept');
select is(pg_temp.set('{"way": "keyboard", "keyboard": "fr"}'), 'repeat pass_same', 'once');
select is(pg_temp.set(jsonb_build_object('way', 'keyboard', 'station', :'room2')), 'question pass_taken', 'two stations do not type into one window');
select is(pg_temp.set(jsonb_build_object('way', 'serial', 'target', '/dev/ttyUSB0', 'station', :'room2')), 'stored pass_is_on', 'another has a line');
select is(pg_temp.set('{"way": "serial", "target": "/dev/ttyUSB0"}'), 'question pass_taken', 'its own');
select is(pg_temp.set(jsonb_build_object('way', 'tcp', 'target', 'tcp:192.0.2.7', 'station', :'room2')), 'stored pass_is_on', 'or an address');
select is(pg_temp.page('Room 2') ->> 'target', 'tcp:192.0.2.7:9100', 'in its one spelling');
select is(pg_temp.page('Room 2') ->> 'terminator', 'lf', 'a line each');
select is(pg_temp.set(jsonb_build_object('way', 'off', 'station', :'room2')), 'stored pass_is_off', 'and off');
select is((select string_agg(way, ' ' order by station_pass_id) from clinic.station_pass), 'keyboard serial tcp off', 'each is kept');

-- ---- what is handed on
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3 \gset
select is(pg_temp.gun(:'t1'), 'stored on_tube >' || :'t1', 'a tube that is found good');
select is(pg_temp.became('{"ok": true}') ->> 'code', 'passed_on', 'was handed on');
select is(pg_temp.became('{"ok": true}') ->> 'code', 'passed_on_already', 'told once');
select is(pg_temp.page() #> '{last,ok}', 'true', 'the page says so');
select is(pg_temp.gun(:'t1'), 'repeat on_tube_already', 'a repeat is not');
select is(pg_temp.gun(custody.id_make('specimen', 900, 9999999)), 'question specimen_unknown', 'nor a question');
select is(pg_temp.gun('hello'), 'note not_ours', 'nor a stranger''s');
select is(pg_temp.gun(custody.id_make('label', left(:'t2', 3)::int, substr(:'t2', 4, 7)::bigint, 1), '{"aim": "]d1"}'), 'stored on_tube >' || :'t2', 'of the square the tube''s number');
select is(pg_temp.became('{"ok": false, "why": "Caps Lock is on", "hint": "switch it off"}') ->> 'title', 'Tube ' || :'t2' || ' is stored here, but was not handed on: Caps Lock is on', 'which, and why not');
select is(pg_temp.page() #>> '{last,why}', 'Caps Lock is on', 'is on the page');
select is(pg_temp.gun((select o.badge from clinic.operator o where o.name = 'Ana Ruiz')), 'note signed_in_already', 'no badge');
select is(pg_temp.gun(pg_temp.card('find')), 'stored command', 'no card');
select is(pg_temp.gun(:'t3', '{"late": true}'), 'note scan_late', 'no late one');
select is(pg_temp.says(pg_temp.call('pass_told', 'core', a::jsonb)), 'question bad_request', a) from unnest(array['{}', '{"scan": 7, "ok": true}', '{"scan": "x", "ok": true}',
	'{"scan": "00000000-0000-0000-0000-000000000000", "ok": true}']) a;

-- ---- what comes back into our own page
create function pg_temp.typed(code text) returns text language sql volatile as $$ select pg_temp.gun(code, '{"source": "typed", "device_id": null}') $$;
create function pg_temp.came_ago(by interval) returns void language sql volatile as $$ update clinic.scan set at = clock_timestamp() - by where device_id is not null $$;
select pg_temp.came_ago('0') \g /dev/null
select is(pg_temp.typed(pg_temp.label(:'t1', 1)), 'repeat on_tube_already', 'a square is never typed by us: it is in a hand');
select is(pg_temp.typed(:'t2'), 'repeat on_tube_already', 'nor is what was not handed on');
select is(pg_temp.typed(:'t1'), 'note pass_came_back', 'what we typed ourselves is no scan of a person');
select is((select reply ->> 'title' from custody.request where reply ->> 'code' = 'pass_came_back'), 'The number ' || :'t1' || ' was typed into this page', 'it says which');
select is(pg_temp.typed(:'t1'), 'repeat on_tube_already', 'once: whoever types it again has it in hand');
select is(pg_temp.typed(:'t3'), 'complete labels_done', 'a page''s scan is never handed on');

-- ---- off
select is(pg_temp.set('{"way": "off"}'), 'stored pass_is_off', 'switched off');
select is(pg_temp.task(), '[]', 'the bench hears of it');
select pg_temp.patient('SMITH', 'Zoe', '1977-07-07', array['CBC'], 'M2') as zoe \gset
select is(pg_temp.page() -> 'last', 'null', 'no more is said of it');
select is((select count(*) from clinic.code_passed), 2::bigint, 'what became of each is kept');
-- ---- at the laboratory's bench: what is in hand is good, or its number goes nowhere
select code as bench from clinic.station where name = 'Lab bench 1' \gset
select is(pg_temp.set(jsonb_build_object('way', 'keyboard', 'station', :'bench')), 'stored pass_is_on', 'at a bench');
select pg_temp.drawn_fast(9, 'BENCH') as f \gset
select pg_temp.sent((:'f'::text[])[1:2]) as b1, pg_temp.sent((:'f'::text[])[3:8]) as b2 \gset
select pg_temp.scan(b, 'rita') from unnest(array[:'b1', :'b2']) b \g /dev/null
create function pg_temp.bench(code text) returns text language sql volatile as $$ select pg_temp.gun(code, '{}', 'rex') $$;
select is(pg_temp.bench((:'f'::text[])[1]), 'stored accepted >' || (:'f'::text[])[1], 'a tube that is received');
update custody.id_block set node = 2 where block = 998;
select is(pg_temp.bench(custody.id_make('specimen', 998, 4)), 'stored accepted_early >' || custody.id_make('specimen', 998, 4), 'one of a clinic that is not heard from');
select pg_temp.act('reject', '{"reason": "leaked"}') \g /dev/null
select is(pg_temp.bench((:'f'::text[])[3]), 'stored rejected', 'one that is rejected by its scan is not handed on');
select is(pg_temp.bench((:'f'::text[])[2]), 'complete bag_complete >' || (:'f'::text[])[2], 'the last of a bag');
select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
-- what comes back there
create function pg_temp.typed_by(code text, token text) returns text language sql volatile as $$ select pg_temp.gun(code, '{"source": "hand", "device_id": null}', token) $$;
select pg_temp.came_ago('0') \g /dev/null
select is(pg_temp.typed_by((:'f'::text[])[1], 'lea'), 'repeat accepted_already', 'at another bench it is a tube in a hand');
select is(pg_temp.typed_by(pg_temp.label((:'f'::text[])[1], 1), 'rex'), 'repeat accepted_already', 'a square is');
select is(pg_temp.typed_by(pg_temp.label((:'f'::text[])[1], 2), 'lea'), 'stop two_labels', 'and a second label of it is red');
update clinic.alarm set rescanned_at = now(), answered_at = now(), choice = 'tube_set_aside' where answered_at is null;
select is(pg_temp.typed_by((:'f'::text[])[3], 'rex'), 'repeat rejected_already', 'a rejected tube was not handed on');
select is(pg_temp.typed_by((:'f'::text[])[2], 'rex'), 'note pass_came_back', 'not told yet: it may come before that');
select is(pg_temp.typed_by((:'f'::text[])[2], 'rex'), 'repeat accepted_already', 'once');
select is(pg_temp.bench((:'f'::text[])[5]), 'stored accepted >' || (:'f'::text[])[5], 'the next');
select pg_temp.came_ago('6 seconds') \g /dev/null
select is(pg_temp.typed_by((:'f'::text[])[5], 'rex'), 'repeat accepted_already', 'later it is a scan');
-- Stop was said of a whole visit: the first locks, the second is set aside by scanning it twice
select pg_temp.drawn('BENCHLEY', 'Bo', array['CBC', 'PT']) as bo \gset
select pg_temp.tube(:bo, 1) as s1, pg_temp.tube(:bo, 2) as s2 \gset
select pg_temp.sent(array[:'s1', :'s2']) as b3 \gset
select pg_temp.scan(:'b3', 'rita'), pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'s1')) \g /dev/null
select is(pg_temp.bench(:'s1'), 'stop on_hold', 'on hold');
select is(pg_temp.bench(:'s1'), 'stop label_or_tube', 'scanned again');
update clinic.alarm set rescanned_at = rescanned_at - interval '2 seconds' where answered_at is null;
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'set aside');
select is(pg_temp.bench(:'s2'), 'question on_hold_too', 'the second of that Stop');
select pg_sleep(1.1) \g /dev/null
select is(pg_temp.bench(:'s2'), 'stored on_hold_aside', 'set aside by its scan: not handed on');

-- ---- each answer to a tube that is stored or complete hands on or does not, on purpose
select is(array(
	with recursive body as (select p.proname, regexp_replace(p.prosrc, '--[^\n]*', '', 'g') as src from pg_proc p where p.pronamespace = 'clinic'::regnamespace),
	used as (select b.* from body b where b.proname in ('scan_label', 'pack_tube', 'courier_tube', 'lab_tube', 'scan_stops')
		union select b.* from used u, regexp_matches(u.src, 'clinic\.([a-z_]+)\(', 'g') m join body b on b.proname = m[1]),
	told as (select m[1] as text from used u, regexp_matches(u.src,
		'((?:judged(?:_custody)?\((?:case[^;]*?)?|judged(?:_custody)?\()''(?:stored|complete)''[^;]*;|(?:visit_progress|pack_progress)\([^;]*;)', 'g') m
		-- what a bag gets, and a card
		where u.proname not in ('bag_begin', 'bag_stopped', 'scan_command', 'scan_locked'))
	select distinct w[1] collate "C" from told, regexp_matches(told.text, '''([a-z_]+)''', 'g') w join clinic.message c on c.code = w[1]
	-- words inside of another answer; the kind of an event
	where w[1] not in ('of_bag', 'order_cancelled') order by 1),
	array(select code collate "C" from clinic.pass_codes() order by 1), 'the list has every answer that a scan of a tube can get, and no other');
select is_empty($$ select code from clinic.pass_codes() group by code having count(*) > 1 $$, 'each once');
-- whatever is answered: a tube that is not good
create function pg_temp.would_pass(tube text, code text) returns text language sql volatile as $$
	select clinic.pass_of(jsonb_populate_record(s, jsonb_build_object('raw', convert_to($1, 'UTF8'))), clinic.judged('stored', $2), 'specimen')
	from clinic.scan s where s.device_id is not null order by s.scan_id desc limit 1 $$;
select is(pg_temp.would_pass((:'f'::text[])[2], 'accepted'), (:'f'::text[])[2], 'good');
select is(pg_temp.would_pass((:'f'::text[])[2], c), null, 'not one that hands on: ' || c) from unnest(array['rejected', 'on_hold_aside', 'handed_out', 'packed_cancelled', 'signed_in']) c;
select custody.id_next('specimen') as gone \gset
select pg_temp.event(:'gone', k) from unnest(array['prepared', 'not_collected']) k \g /dev/null
select is(pg_temp.would_pass(t, 'accepted'), null, 'never of a tube that is ' || pg_temp.state_of(t)) from unnest(array[(:'f'::text[])[3], :'s2', :'gone']) t;
update clinic.lab_order_test t set state = 'cancelled' from clinic.specimen_test w where w.lab_order_test_id = t.lab_order_test_id and w.specimen_id = :'t1';
select is(pg_temp.would_pass(:'t1', 'packed'), null, 'nor of one whose tests were all cancelled');
select is(pg_temp.set(jsonb_build_object('way', 'off', 'station', :'bench')), 'stored pass_is_off', 'off again');
select * from finish();
