-- A printer that cannot answer: nobody is asked about its labels; each is proved by its scan, once, or printed again.
\ir setup.sql
select plan(46);
create function pg_temp.job_of(specimen text, of_copy int default 1) returns bigint language sql stable as $$
	select print_job_id from clinic.print_job where specimen_id = specimen and copy = of_copy $$;
create function pg_temp.job_state(specimen text, of_copy int default 1) returns text language sql stable as $$
	select state from clinic.print_job where specimen_id = specimen and copy = of_copy $$;
-- as the core sends it and the bench ends it
create function pg_temp.sent(specimen text, of_copy int default 1, one_way bool default true) returns void language sql volatile as $$
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'proved', '{"sha256": "ab12"}');
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'sending', jsonb_build_object('counter', null, 'plug', 'usb 1.7 A', 'one_way', one_way));
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'sent', '{"counter": null, "plug": "usb 1.7 A"}');
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'unknown', '{"counter": null, "plug": "usb 1.7 A", "evidence": "no counter, silent",
		"message": "printer ''P'' cannot say whether a label came out", "hint": "look whether the label came out"}') $$;
create function pg_temp.shown(no int, of_copy int default 1) returns jsonb language sql stable as $$
	select l from jsonb_array_elements(pg_temp.view() #> array['tubes', (no - 1)::text, 'labels']) l where (l ->> 'copy')::int = of_copy $$;
create function pg_temp.printed_events(specimen text) returns text language sql stable as $$
	select string_agg((body::jsonb ->> 'copy') || ' ' || (body::jsonb ->> 'evidence'), ', ' order by n) from custody.event
	where subject = specimen and kind = 'label_printed' $$;

select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT', 'GLU'], 'M1') as maria \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :maria))) is not null \g /dev/null
select pg_temp.ok_(pg_temp.identify(:maria)) is not null \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3, pg_temp.tube(:maria, 4) as t4 \gset

-- ---- sent, and not known for good
select pg_temp.sent(:'t1'), pg_temp.sent(:'t2'), pg_temp.sent(:'t3') \g /dev/null
select is(pg_temp.label_state(:'t1', 1), 'unknown open', 'whether it came out is not known, and it is not accounted for');
select is(pg_temp.view() -> 'ask', 'null', 'and nobody is asked');
select is(pg_temp.shown(1) - 'print_job_id' - 'printer' - 'device_id', '{"copy": 1, "state": "unknown", "one_way": true, "job_state": "unknown", "message": "", "hint": ""}',
	'the page knows why, and repeats no trouble at each label');
select is(pg_temp.view() #>> '{tubes,0,state}', 'printed', 'its tube is as with any other label: stick it, scan it');
select is(pg_temp.shown(4) ->> 'one_way', 'false', 'a label that was not sent is none of them');
select is(pg_temp.kinds(:'t1'), 'prepared', 'nothing says that it was printed');
select is((pg_temp.view() ->> 'open_labels')::int, 4, 'all four are open');
select is(pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')) ~ '^question', true, 'so the visit can not be closed');
select is((select array_agg(j ->> 'print_job_id') from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') j),
	array[pg_temp.job_of(:'t4')::text], 'nothing is left to do for the core but the label that waits');

-- ---- proved by its scan, once
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'t1')), 'stored on_tube', 'scanned back: on the tube');
select is(pg_temp.job_state(:'t1'), 'printed', 'so it was printed');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed labelled', 'one event says so');
select is(pg_temp.printed_events(:'t1'), '1 scan_back', 'by the evidence of the scan');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'t1')), 'repeat on_tube_already', 'scanned once more');
select is(pg_temp.says(pg_temp.job(pg_temp.job_of(:'t1'), 'unknown')), 'question print_job_move', 'and what the bench says later');
select is(pg_temp.says(pg_temp.job(pg_temp.job_of(:'t1'), 'printed')), 'repeat ok', 'whatever it is');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed labelled', 'appends nothing');
select is(pg_temp.label_state(:'t1', 1), 'on_tube', 'it is accounted for');

-- ---- a label seen before the bench has given it up
select pg_temp.job(pg_temp.job_of(:'t4'), 'proved', '{"sha256": "ab12"}'), pg_temp.job(pg_temp.job_of(:'t4'), 'sending', '{"counter": null, "plug": null, "one_way": true}') \g /dev/null
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'t4')), 'stored on_tube', 'the label is there while the bench still waits');
select is(pg_temp.printed_events(:'t4'), '1 scan_back', 'proved by its scan');
select is(pg_temp.says(pg_temp.job(pg_temp.job_of(:'t4'), 'unknown')), 'question print_job_move', 'the bench comes too late');
select is(pg_temp.kinds(:'t4'), 'prepared label_printed labelled', 'and appends nothing');

-- ---- it did not come out: a new copy
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t2', 'reason', 'damaged'))), 'stored reprinted', 'printed again');
select pg_temp.sent(:'t2', 2) \g /dev/null
select is(pg_temp.label_state(:'t2', 1) || ', ' || pg_temp.label_state(:'t2', 2), 'unknown open, unknown open', 'either may be out');
select is(pg_temp.view() -> 'ask', 'null', 'still nobody is asked');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'t2')), 'question scan_the_square', 'which copy only the square code says');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'t2', 2))), 'stored on_tube', 'the second is on the tube');
select is(pg_temp.printed_events(:'t2'), '2 scan_back', 'it alone is proved');
select is(pg_temp.label_state(:'t2', 1), 'old open', 'the first is to be accounted for');
select is(pg_temp.view() #>> '{ask,code}', 'old_label', 'and that is asked, as of every other copy');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'t2', 'copy', 1, 'end', 'voided', 'reason', 'not_found'))) ~ '^(stored|complete)', true,
	'it was never seen');
select is(pg_temp.label_state(:'t2', 1), 'voided', 'so it counts for nothing');
select is(pg_temp.job_state(:'t2', 1), 'void', 'and its job is over');
select is(pg_temp.printed_events(:'t2'), '2 scan_back', 'with no event that it was printed');

-- ---- not sure: as always
select is(pg_temp.says(pg_temp.call('print_answer', 'ana', jsonb_build_object('print_job_id', pg_temp.job_of(:'t3'), 'came_out', 'not_sure'))), 'stored reprinted',
	'a person who is not sure gets the next copy');
select is(pg_temp.job_state(:'t3', 1), 'void', 'the first counts no more');
select is(pg_temp.label_state(:'t3', 2), 'queued open', 'the second waits');

-- ---- a printer that answers is asked about, as before; also when it did not at an earlier try
select pg_temp.job(pg_temp.job_of(:'t3', 2), 'proved', '{"sha256": "ab12"}'), pg_temp.job(pg_temp.job_of(:'t3', 2), 'sending', '{"counter": 7, "plug": "usb 1.7 A", "one_way": true}') \g /dev/null
select pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', pg_temp.job_of(:'t3', 2), 'counter', 7, 'plug', 'usb 1.7 A')) \g /dev/null
select is(pg_temp.job_state(:'t3', 2), 'queued', 'a counter said that it was not out');
select is(clinic.print_job_is_one_way(pg_temp.job_of(:'t3', 2)), true, 'it was sent unanswered');
select pg_temp.sent(:'t3', 2, false) \g /dev/null
select is(clinic.print_job_is_one_way(pg_temp.job_of(:'t3', 2)), false, 'and then to the same printer, which had answered');
select is(pg_temp.view() #>> '{ask,code}', 'did_it_come_out', 'now a person is asked');
select is(pg_temp.view() #> '{ask,print_job_id}', to_jsonb(pg_temp.job_of(:'t3', 2)), 'about this one');
select is(pg_temp.shown(3, 2) ->> 'message', 'printer ''P'' cannot say whether a label came out', 'with what the printer said');
select is(pg_temp.label_state(:'t3', 2), 'unknown open', 'it is open until then');
-- ---- what was never sent
select is(clinic.print_job_is_one_way(0), false, 'no such job');
select is(clinic.print_job_is_one_way(null), false, 'nor none');
select * from finish();
