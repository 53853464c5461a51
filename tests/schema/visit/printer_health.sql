-- A printer's health is counted from what is stored anyway; test patterns and what a person saw on them.
\ir setup.sql
select plan(79);
insert into person select 'Ada Admin', clinic.operator_add('Ada Admin', 'AA', array['admin'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Ada Admin', 'labdock') is not null \g /dev/null
create function pg_temp.health(of text default 'Room 1 printer') returns jsonb language sql stable as $$
	select p from jsonb_array_elements(api.printer_health('ada', '{}') #> '{data,printers}') p where p ->> 'name' = of $$;
create function pg_temp.counts(of text default 'Room 1 printer') returns text language sql stable as $$
	select format('made %s, failed %s, read %s, no_read %s, again %s', h ->> 'made', h ->> 'failed', h ->> 'read', h ->> 'no_read', h ->> 'again')
	from pg_temp.health(of) h $$;
create function pg_temp.scan_as(code text, source text, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('scan', token, jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'source', source))) $$;

-- ---- chance
select is(round(clinic.chance_of(n, m)::numeric, 4), v::numeric, format('%s or more where %s are expected', n, m))
	from (values (0, 5, 1), (1, 0, 0), (1, 0.3, 0.2592), (2, 0.3, 0.0369), (3, 0.3, 0.0036), (10, 10, 0.5421), (1000, 5, 0)) x (n, m, v);
select is(clinic.reads_judged(r, n), v, format('%s that did not read, of %s', n, r)) from (values
	(0, 0, 'open'), (0, 1, 'open'), (0, 2, 'worse'), (3, 1, 'open'), (3, 2, 'worse'), (300, 0, 'open'), (300, 1, 'open'), (300, 2, 'open'), (300, 3, 'worse'), (2995, 0, 'open'), (2996, 0, 'keeps'), (3000, 1, 'open'),
	(4800, 1, 'keeps'), (3000, 6, 'open'), (3000, 9, 'worse'), (100000, 100, 'open'), (100000, 60, 'keeps'), (100000, 140, 'worse'), (10000000, 20000, 'worse')) x (r, n, v);

-- ---- who
select is(pg_temp.says(api.printer_health(w, '{}')), v, 'health for ' || w)
	from (values ('ada', 'note ok'), ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('core', 'question sign_in_needed')) x (w, v);
select is(pg_temp.says(pg_temp.call(act, 'ana', '{"device_id": 1, "printer_test_id": 1, "white_lines": true}')), 'question not_allowed', act || ' is not for ana')
	from unnest(array['pattern_print', 'pattern_answer']) act;

-- ---- labels that are read
select is(pg_temp.counts(), 'made 0, failed 0, read 0, no_read 0, again 0', 'nothing yet');
select is(jsonb_array_length(pg_temp.health() -> 'trend'), 14, 'fourteen days');
select is(pg_temp.health() #>> '{trend,13,day}', current_date::text, 'the last is today');
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3 \gset
select is(pg_temp.counts(), 'made 4, failed 0, read 0, no_read 0, again 0', 'three labels and a slip are made');
select is(pg_temp.scan_as(pg_temp.label(:'t1', 1), 'hid_pos') like 'stored %', true, 'one is read');
select is(pg_temp.counts(), 'made 4, failed 0, read 1, no_read 0, again 0', 'and counted');
select is(pg_temp.scan_as(:'t1', 'hid_pos') like 'repeat %', true, 'read again, its other code');
select is(pg_temp.counts(), 'made 4, failed 0, read 1, no_read 0, again 1', 'that is a second scan of the same label');
select is(pg_temp.scan_as(pg_temp.label(:'t2', 1), 'hand') like 'stored %', true, 'the next does not read: its number is typed');
select is(pg_temp.counts(), 'made 4, failed 0, read 2, no_read 1, again 1', 'a no-read');
select is(pg_temp.scan_as(pg_temp.label(:'t3', 1), 'typed'), 'complete labels_done', 'what a wedge types is read');
select is(pg_temp.counts(), 'made 4, failed 0, read 3, no_read 1, again 1', 'so no no-read');
select is(pg_temp.health() ->> 'judged', 'open', 'one of three says nothing');
select is(pg_temp.health() #> '{trend,13}', jsonb_build_object('day', current_date, 'made', 4, 'failed', 0, 'read', 3, 'no_read', 1, 'again', 1), 'all of it today');
select is(pg_temp.counts('Room 2 printer'), 'made 0, failed 0, read 0, no_read 0, again 0', 'nothing of it is the other printer''s');
select is(pg_temp.health('Room 2 printer') ->> 'judged', 'open', 'of which nothing can be said');
-- met by another station
select is(pg_temp.scan_as(pg_temp.label(:'t2', 1), 'hid_pos', 'ben') is not null, true, 'another station reads the one that was typed');
select is(pg_temp.counts(), 'made 4, failed 0, read 4, no_read 1, again 1', 'it met it once');

-- ---- wrongly read
select overlay(:'t1' placing ((substr(:'t1', 9, 1)::int + 1) % 10)::text from 9 for 1) as wrong \gset
select is(pg_temp.scan_as(:'wrong', 'hid_pos'), 'question misread', 'a digit is read wrong');
select is(pg_temp.counts(), 'made 4, failed 0, read 4, no_read 2, again 1', 'it is held against the printer of the label that it looks like');
select is(pg_temp.health() ->> 'judged', 'worse', 'two of four are no chance');
select is(pg_temp.scan_as(reverse(:'wrong'), 'hid_pos') like 'question %', true, 'one that looks like none');
select is(pg_temp.counts(), 'made 4, failed 0, read 4, no_read 2, again 1', 'is held against none');
update clinic.scan set at = at - interval '14 days';
select is(pg_temp.counts(), 'made 4, failed 0, read 0, no_read 0, again 0', 'after a fortnight it is forgotten');
update clinic.scan set at = at + interval '13 days', request_id = gen_random_uuid();
update clinic.print_job set began_at = began_at - interval '1 day', created_at = created_at - interval '1 day';
select is(pg_temp.health() #>> '{trend,12,no_read}', '2', 'each day has its own');
select is(pg_temp.health() #>> '{trend,13,read}', '0', 'and today none');

-- ---- checks that fail
select pg_temp.patient('SMITH', 'John', '1971-01-01', array['CBC'], 'J1') as john \gset
select pg_temp.slip(:john) is not null \g /dev/null
select pg_temp.job(max(print_job_id), 'failed', '{"check": "name_fit", "message": "x"}') from clinic.print_job \g /dev/null
select is(pg_temp.health() #>> '{trend,13,failed}', '1', 'a label that its check refused');
select is(pg_temp.health() #>> '{trend,13,made}', '1', 'was drawn');
select pg_temp.slip(:john) is not null \g /dev/null
select pg_temp.job(max(print_job_id), 'failed', '{"message": "no press"}') from clinic.print_job \g /dev/null
select is(pg_temp.health() #>> '{trend,13,failed}', '1', 'one that was never drawn is none of them');

-- ---- the test pattern
select device_id as d1 from clinic.device where name = 'Room 1 printer' \gset
select is(pg_temp.health() -> 'test_due', 'true', 'a printer that was never looked at is due');
select is(pg_temp.says(pg_temp.call('pattern_print', 'ada', a)), 'question pattern_no_printer', 'no pattern on ' || a::text)
	from unnest(array['{}', '{"device_id": 99999}', jsonb_build_object('device_id', (select min(device_id) from clinic.device where kind = 'scanner'))]) a;
select pg_temp.call('pattern_print', 'ada', jsonb_build_object('device_id', :d1)) as printed \gset
select is(pg_temp.says(:'printed'::jsonb), 'stored pattern_prints', 'a pattern is asked for');
select is((select jsonb_build_array(kind, template, device_id, content - 'words') from clinic.print_job order by print_job_id desc limit 1),
	jsonb_build_array('pattern', 'pattern', :d1, '{"title": "Room 1 printer", "practice": true}'::jsonb), 'it is a job of that printer');
select :'printed'::jsonb #>> '{data,printer_test_id}' as test \gset
create function pg_temp.answer(test bigint, more jsonb) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('pattern_answer', 'ada', jsonb_build_object('printer_test_id', test) || more)) $$;
select is(pg_temp.answer(:test, '{"white_lines": false}'), 'question pattern_not_out', 'nobody saw what is not out');
select pg_temp.print() \g /dev/null
select is(pg_temp.answer(:test, a), 'question bad_request', 'no answer: ' || a::text) from unnest(array['{}', '{"white_lines": "no"}', '{"white_lines": null}']::jsonb[]) a;
select is(pg_temp.answer(:test, '{"white_lines": true}'), 'stored pattern_lines', 'somebody saw white lines');
select is(pg_temp.answer(:test, '{"white_lines": false}'), 'repeat pattern_answered_already', 'once');
select is((select jsonb_build_array(t ->> 'white_lines', t ->> 'answered_by', t ->> 'state') from jsonb_array_elements(pg_temp.health() -> 'tests') t), '["true", "Ada Admin", "printed"]', 'what was seen, by whom');
select is(pg_temp.health() -> 'test_due', 'false', 'it was looked at');
select throws_like(what, '%answered once and never changed or deleted', what)
	from unnest(array['update clinic.printer_test set white_lines = false', 'delete from clinic.printer_test', 'truncate clinic.printer_test']) what;
select is((select count(*) from clinic.print_job where kind = 'pattern'), 1::bigint, 'one pattern');
select * from finish();
