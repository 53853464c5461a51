-- What anybody may send: nothing raises, nothing is done twice, nobody else gets in.
\ir setup.sql
select plan(45);
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null

create temporary table act (name text, reads bool);
insert into act select p.proname, p.pronargs = 2 from pg_proc p
where p.pronamespace = 'api'::regnamespace and p.proname in ('slip_print', 'visit_open', 'visit_identify', 'scan', 'visit_close', 'visit_park',
	'visit_resume', 'visit_answer', 'mistake', 'not_collected', 'reprint', 'label_end', 'print_answer', 'alarm_answer', 'print_job_set',
	'print_job_settle', 'visit', 'timeline', 'print_jobs_open', 'devices');
select is((select count(*) from act), 20::bigint, 'twenty functions');
select is_empty($$ select p.proname from pg_proc p where p.pronamespace = 'api'::regnamespace and (not p.prosecdef
	or p.proconfig is distinct from array['search_path=pg_catalog, pg_temp'] or p.proowner <> 'specimend_owner'::regrole
	or has_function_privilege('public', p.oid, 'execute')) $$, 'each runs as its owner, with a fixed search path, for the service only');
select is_empty($$ select p.proname from pg_proc p where p.pronamespace = 'clinic'::regnamespace and has_function_privilege('specimend_service', p.oid, 'execute') $$,
	'the service reaches none of the rules by itself');

-- ---- every function with every kind of rubbish
create temporary table rubbish (args jsonb);
insert into rubbish values (null), ('null'), ('[]'), ('"x"'), ('7'), ('{}'),
	('{"raw": 7}'), ('{"raw": "***"}'), ('{"raw": "QUJ"}'), ('{"raw": ""}'), ('{"raw": {}}'), ('{"raw": "AAECAw=="}'), ('{"raw": "/////w==", "device_id": "x", "device_at_us": -1, "evidence": 3}'),
	('{"slip": [], "patient_id": {}, "visit_id": "x", "choice": "two", "specimen_id": 12, "copy": "1e9", "reason": null, "check": 1, "print_job_id": "99999999999999999999", "state": [], "code": {}, "device_id": false}'),
	('{"slip": "V", "patient_id": "9999999999999999", "visit_id": 9999999999999999, "choice": 99, "specimen_id": "900000000150", "copy": 9999999999, "end": "burnt", "reason": "x", "check": "slip", "print_job_id": 9999999999999999, "state": "gone", "counter": "many", "came_out": "perhaps", "choice_": 1, "note": 7}'),
	('{"check": "no_patient", "reason": "bored", "collected_at": "soon", "collected_source": "guess"}'),
	('{"check": "patient_read", "collected_at": "9999-99-99", "collected_source": "typed", "stated_by": "me", "choice": 1}'),
	('{"stated_by": {"who": ["x"], "name": {}}, "choice": 1}'),
	(jsonb_build_object('raw', encode(convert_to(repeat('A', 4096), 'UTF8'), 'base64'))), (jsonb_build_object('raw', replace(encode(convert_to(repeat('9', 3000), 'UTF8'), 'base64'), E'\n', ''))),
	(jsonb_build_object('raw', repeat('AAAA', 4000)));
create function pg_temp.try(act text, reads bool, token text, args jsonb) returns text language plpgsql as $$
declare
	r jsonb;
begin
	begin
		execute case when reads then format('select api.%I($1, $2)', act) else format('select api.%I(gen_random_uuid(), $1, $2)', act) end
			into r using token, args;
		if r ->> 'verdict' is null or r ->> 'code' is null or r ->> 'title' is null or not r ? 'data' then
			return format('%s(%s): no reply: %s', act, left(args::text, 60), r);
		end if;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return null;
	when others then
		return format('%s(%s) as %s: %s', act, left(args::text, 60), token, sqlerrm);
	end;
end $$;
select is_empty(format($$ select e from act, rubbish, lateral (select pg_temp.try(name, reads, %L, args) as e) x where e is not null $$, token),
	'rubbish is answered, never an error: ' || coalesce(token, 'nobody')) from unnest(array['ana', 'core', 'room1', 'bench1', 'mllp', 'stranger', null]) token;
-- every code that any function can answer: written beside its verdict, chosen by a case there, or assigned to a name
create temporary view told as
	select distinct p.proname, c[1] as code from pg_proc p, lateral (
		select regexp_matches(pg_get_functiondef(p.oid), '(?:judged|reply)\(''[a-z]+'',\s*''([a-z_]+)''(?!\s*\|\|)', 'g')
		union all select regexp_matches(x[1], '(?:then|else) ''([a-z_]+)''(?!\s*\|\|)', 'g')
			from regexp_matches(pg_get_functiondef(p.oid), '(?:judged|reply)\(\s*(?:''[a-z]+''|case[^;]*end),\s*(case[^;]*end)', 'g') x
		union all select regexp_matches(x[1], '(?:^|then |else )''([a-z_]+)''', 'g')
			from regexp_matches(pg_get_functiondef(p.oid), '\m(?:code|red)\M(?: text)? := ([^;]*);', 'g') x
		union all select regexp_matches(pg_get_functiondef(p.oid), 'visit_progress\(actor, [a-z_.()]+, ''([a-z_]+)''', 'g')
		union all select regexp_matches(pg_get_functiondef(p.oid), 'clinic\.ask\(actor, [a-z_.]+, ''([a-z_]+)''', 'g')) x (c)
	where p.pronamespace in ('clinic'::regnamespace, 'api'::regnamespace);
select cmp_ok((select count(distinct code) from told), '>', 120::bigint, 'the codes are found');
select is_empty($$ select c from unnest(array['seal_unknown', 'pin_needed', 'shaded', 'signed_out', 'message_unknown', 'drawn', 'no_printer', 'wrong_patient',
	'label_void', 'identified_draw_first', 'collected_time_wrong', 'take_over', 'on_tube', 'print_job_move', 'amber_test_unknown', 'which_tube']) c
	where c not in (select code from told) $$, 'in every way they are written');
select is_empty($$ select proname, code from told where not exists (select 1 from clinic.message m where m.code = told.code and m.lang = 'en') $$,
	'every code that a function can answer has its words');
select is_empty($$ select kind from custody.event_kind k where not exists (select 1 from clinic.message m where m.code = 'event_' || k.kind) $$,
	'every kind of event has its words');
select is_empty($$ select c from unnest(array['patient_read', 'slip', 'no_patient']) c where not exists (select 1 from clinic.message m where m.code = 'closing_' || c) $$,
	'every closing check has its words');
select is_empty($$ select c from unnest(array['gap_sex', 'gap_provider', 'gap_control', 'gap_test_code', 'gap_priority',
	'gap_then_list', 'gap_then_send_with_gap', 'gap_then_hold_bag', 'co_sign_by_whom', 'co_sign_stored', 'second_person_by_whom', 'second_person_stored',
	'co_sign', 'second_person', 'attest', 'cup_time', 'closing_cup_out']) c where not exists (select 1 from clinic.message m where m.code = c) $$, 'what is put together has its words');
select is_empty($$ select code, title from clinic.message where title = '' and code <> 'command' $$, 'no words are empty');
select is_empty($$ select q from unnest(array['did_it_come_out', 'old_label', 'open_another', 'which_tube', 'drawn', 'no_printer', 'print_again', 'take_over',
	'visit_parked', 'other_room', 'drawn_by', 'order_cancelled', 'quick_scan', 'third_identifier', 'spelling']) q
	where not exists (select 1 from clinic.message c where c.code = q) $$, 'every question has its words');

-- ---- exactly once
select gen_random_uuid() as once \gset
select api.scan(:'once', 'ana', jsonb_build_object('raw', encode(pg_temp.tube(:maria, 1)::bytea, 'base64'))) as first \gset
select is(:'first'::jsonb ->> 'code', 'on_tube', 'a scan');
select is(api.scan(:'once', 'ana', jsonb_build_object('raw', encode(pg_temp.tube(:maria, 1)::bytea, 'base64'))), :'first'::jsonb, 'sent again it gets the same reply');
select is((select count(*) from clinic.scan), 1::bigint, 'and is stored once');
select is(pg_temp.kinds(pg_temp.tube(:maria, 1)), 'prepared label_printed labelled', 'and done once');
select is(api.visit_park(:'once', 'ana', '{}'), :'first'::jsonb, 'a request id is good for one act');

-- ---- a stored reply is for who asked
select is(pg_temp.says(api.scan(:'once', token, jsonb_build_object('raw', encode(pg_temp.tube(:maria, 1)::bytea, 'base64')))),
	'question request_of_another', 'a repeat with another''s session gets no patient: ' || coalesce(token, 'nobody'))
	from unnest(array['ben', 'room1', 'bench1', 'core', 'stranger', null]) token;
select is((select count(*) from clinic.scan), 1::bigint, 'and stores nothing');
select pg_temp.ok_(api.station_open(gen_random_uuid(), 'core', jsonb_build_object('station_id', (select station_id from clinic.station where name = 'Room 1'),
	'token_hash', pg_temp.token_hash('bench1-again')))) \g /dev/null
select gen_random_uuid() as beep \gset
select api.scan(:'beep', 'bench1', jsonb_build_object('raw', encode(pg_temp.tube(:maria, 1)::bytea, 'base64'))) as beeped \gset
select is(api.scan(:'beep', 'bench1-again', '{}'), :'beeped'::jsonb, 'the station''s scanners get theirs also after the core was restarted');
delete from clinic.scan where request_id = :'beep';

-- ---- who may
select pg_temp.sign_in('Cy Courier', 'room2') is not null \g /dev/null
select is(pg_temp.says(pg_temp.call(name, 'cy')), 'question not_allowed', 'a courier may not: ' || name) from act
	where name in ('slip_print', 'visit_open', 'visit_identify', 'visit_close', 'not_collected', 'reprint', 'print_answer');
select is(pg_temp.says(pg_temp.scan(pg_temp.tube(:maria, 2), 'cy')), 'question not_allowed', 'and his scan of a tube is a fact only');
select is(pg_temp.kinds(pg_temp.tube(:maria, 2)), 'prepared label_printed scanned!', 'which is kept');
select is(api.visit('cy', '{}') -> 'data', 'null', 'he sees no visit');
select is(api.visit('cy', jsonb_build_object('visit_id', (select visit_id from clinic.visit limit 1))) -> 'data', 'null', 'not by its number either');
select is(pg_temp.says(api.timeline('cy', jsonb_build_object('specimen_id', pg_temp.tube(:maria, 1)))), 'question not_allowed', 'nor a tube''s story');
select is(pg_temp.says(pg_temp.call('print_job_set', 'ana', '{"print_job_id": 1, "state": "printed"}')), 'question not_allowed', 'only the core speaks for printers');
select is(pg_temp.says(api.print_jobs_open('ana', '{}')), 'question not_allowed', 'and reads labels'' content');
select * from finish();
