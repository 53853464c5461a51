-- Cups: labelled before the patient, handed out, back when they are back (contrib/FLOWS.md 1.1b).
\ir setup.sql
select plan(84);
create function pg_temp.ready() returns bigint[] language sql stable as $$
	select array(select (x ->> 'print_job_id')::bigint from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x
		where x ->> 'state' = 'queued' order by 1) $$;
create function pg_temp.state_of(specimen text) returns text language sql stable as $$ select (custody.state(specimen)).kind $$;
create function pg_temp.close(token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_close', token, '{"check": "patient_read"}')) $$;
create function pg_temp.again(patient bigint, tests text[]) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('order_here', 'ana', jsonb_build_object('patient_id', patient, 'tests', to_jsonb(tests), 'provider', 'R. Dale', 'source', 'paper'))) $$;
create function pg_temp.cups() returns jsonb language sql stable as $$ select api.collections_due('ana', '{}') #> '{data,cups_out}' $$;

-- ---- a cup and two tubes
select pg_temp.patient('URBAN', 'Ursula', '1961-01-01', array['CBC', 'CMP', 'MACR'], 'U1') as ursula \gset
select pg_temp.printed(:ursula) \g /dev/null
select pg_temp.tube(:ursula, 1) as t1, pg_temp.tube(:ursula, 2) as t2, pg_temp.tube(:ursula, 3) as cup \gset
select is((select pg_temp.view() #>> '{tubes,2,container,kind}'), 'cup', 'the third is a cup');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 1))), 'stored handed_out', 'its label is scanned on the cup, before it goes');
select is(pg_temp.kinds(:'cup'), 'prepared label_printed handed_out', 'handed out: not labelled, not collected (promise 3)');
select is((select array_agg(k order by k) from custody.event e, jsonb_object_keys(e.body::jsonb) k where subject = :'cup' and kind = 'handed_out'),
	'{copy,due_at,job,scan}', 'with its copy, its scan and when it is due (ER-08)');
select is(pg_temp.label_state(:'cup', 1), 'on_tube', 'its label is accounted for');
select is(pg_temp.view() #>> '{tubes,2,state}', 'handed_out', 'the tile says so');
select isnt(pg_temp.view() #>> '{tubes,2,due_at}', null, 'and by when it is due');
select is(pg_temp.view() #> '{tubes,2,next_place}', 'null', 'it has no next place yet');
select is(pg_temp.says(pg_temp.scan(:'cup')), 'repeat handed_out_already', 'the trigger pulled twice collects nothing');
select is(pg_temp.kinds(:'cup'), 'prepared label_printed handed_out', 'nor is it written');
select is(pg_temp.says(pg_temp.scan(:'t1')), 'stored on_tube', 'blood meanwhile');
select is(pg_temp.says(pg_temp.scan(:'t2')), 'stored cup_is_out', 'the last tube: a cup is out still');
select is(pg_temp.scan(:'t2') #> '{data,visit,closing}' ->> 'check', 'patient_read', 'the tubes can be shown all the same');
select is(pg_temp.view() ->> 'state', 'check', 'and the visit can be closed for the blood');
select pg_temp.later('5 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 1))), 'complete labels_done', 'back within 15 minutes: collected now, and the set is complete');
select is(pg_temp.kinds(:'cup'), 'prepared label_printed handed_out collected', 'collected by the scan');
select is((select e.body::jsonb from custody.event e where subject = :'cup' and kind = 'collected'),
	(select jsonb_build_object('source', 'scan_back', 'identified_by', operator_id, 'labelled_by', operator_id, 'stated_by', 'patient', 'check', 'handed_back',
		'visit', (select visit_id from clinic.visit), 'scan', (select max(scan_id) from clinic.scan)) from clinic.operator where initials = 'AR'), 'who and how, its source and its scan');
select is((select occurred_at from custody.event where subject = :'cup' and kind = 'collected'), (select at from clinic.scan order by scan_id desc limit 1), 'at the time of the scan');
select is((select array_agg(distinct t.state) from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = :'cup'), '{collected}', 'its tests are collected');
select is(pg_temp.view() #>> '{tubes,2,next_place,name}', 'FRIDGE', 'the fridge is next');
select is(pg_temp.says(pg_temp.scan(:'cup')), 'repeat collected_already', 'again is a soft note');
select is((pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')) ->> 'title', 'Closed: 3 collected', 'and the visit closes');
select is((select close_check from clinic.visit), 'patient_read', 'with its check');

-- ---- only a cup: four actions
select pg_temp.patient('UNGER', 'Udo', '1962-02-02', array['MACR'], 'U2') as udo \gset
select pg_temp.printed(:udo) \g /dev/null
select pg_temp.tube(:udo, 1) as cup \gset
select pg_temp.scan(:'cup') \g /dev/null
select is(pg_temp.view() #>> '{closing,title}', 'Waiting for the cup', 'with nothing but a cup the visit waits for it');
select is(pg_temp.ready(), '{}', 'nothing prints');
select pg_temp.patient('VOSS', 'Vera', '1963-03-03', array['CBC'], 'V1') as vera \gset
update clinic.device set active = false where name = 'Room 2 printer';
update clinic.device set station_id = (select station_id from clinic.station where name = 'Room 2') where name = 'Room 1 printer';
select pg_temp.call('visit_open', 'ben', jsonb_build_object('patient_id', :vera)) \g /dev/null
select pg_temp.identify(:vera, 'ben') \g /dev/null
select is(cardinality(pg_temp.ready()), 1, 'the printer is free for another''s set while the cup is out');
update clinic.device set active = true;
update clinic.device set station_id = (select station_id from clinic.station where name = 'Room 1') where name = 'Room 1 printer';
select pg_temp.print() \g /dev/null
select pg_temp.later('2 minutes') \g /dev/null
select pg_temp.scan(pg_temp.tube(:vera, 1), 'ben') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup')), 'complete visit_closed', 'the cup comes back and the visit is closed: there is no tube to show');
select is((select array[state, close_check] from clinic.visit where patient_id = :udo), '{closed,handed_back}', 'closed by the cup');
select is((select collected_at from clinic.visit where patient_id = :udo), (select occurred_at from custody.event where subject = :'cup' and kind = 'collected'), 'at its time');

-- ---- late: when was it filled?
select pg_temp.again(:udo, array['MACR']) \g /dev/null
select pg_temp.printed(:udo) \g /dev/null
select pg_temp.tube(:udo, 1) as cup \gset
select pg_temp.scan(:'cup') \g /dev/null
select pg_temp.later('16 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup')), 'question cup_time', 'after 15 minutes the time is asked');
select is(pg_temp.scan(:'cup') ->> 'title', 'Handed out 16 minutes ago. Filled just now?', 'in plain words');
select is(pg_temp.state_of(:'cup'), 'handed_out', 'and nothing is collected before it was');
select is(pg_temp.view() #>> '{ask,code}', 'cup_time', 'it stands on the screen');
select is(pg_temp.view() #> '{ask,commands}', '[{"name": "Yes", "command": "yes"}, {"name": "No", "command": "no"}]', 'yes, or no with a time');
create function pg_temp.answer(more jsonb) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "cup_time"}'::jsonb || more)) $$;
create function pg_temp.would_answer(more jsonb) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := pg_temp.answer(more);
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
update clinic.visit set identified_at = identified_at - interval '20 minutes' where state = 'labels';
select is(pg_temp.would_answer('{"choice": "maybe"}'), 'question bad_request', 'maybe is no answer');
select is(pg_temp.would_answer('{"choice": "no"}'), 'question cup_time_needed', 'no asks for the time');
select is(pg_temp.would_answer(jsonb_build_object('choice', 'no', 'collected_at', now() + interval '1 hour', 'collected_source', 'patient_stated')), 'question collected_time_wrong', 'not in the future');
select is(pg_temp.would_answer('{"choice": "yes"}'), 'complete visit_closed', 'yes: now');
select is(pg_temp.answer(jsonb_build_object('choice', 'no', 'collected_at', now() - interval '10 minutes', 'collected_source', 'patient_stated')), 'complete visit_closed', 'as the patient says');
select is((select array[body::jsonb ->> 'source', (recorded_at - occurred_at > interval '9 minutes')::text] from custody.event where subject = :'cup' and kind = 'collected'),
	'{patient_stated,true}', 'with its source and time');
select is(pg_temp.answer('{"choice": "yes"}'), 'question no_question', 'asked no more');

-- ---- closed without the cup, which comes back later, elsewhere, to somebody who has another patient open
select pg_temp.patient('UHL', 'Uta', '1964-04-04', array['CBC', 'MACR'], 'U3') as uta \gset
select pg_temp.printed(:uta) \g /dev/null
select pg_temp.tube(:uta, 1) as t1, pg_temp.tube(:uta, 2) as cup \gset
select pg_temp.scan(:'cup'), pg_temp.scan(:'t1') \g /dev/null
select is((pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')) ->> 'title', 'Closed: 1 collected, 1 not back yet', 'closed for the blood');
select is(pg_temp.state_of(:'cup'), 'handed_out', 'the cup is with the patient');
select is((select jsonb_agg(jsonb_build_array(c ->> 'specimen_id', c ->> 'name', c -> 'late')) from jsonb_array_elements(pg_temp.cups()) c),
	jsonb_build_array(jsonb_build_array(:'cup', 'UHL, Uta', false)), 'and on the list of what is out');
select is(pg_temp.says(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :uta))), 'repeat visit_done', 'its test is not drawn twice');
update clinic.hand_out set due_at = now() - interval '1 minute' where specimen_id = :'cup';
select is(pg_temp.cups() #> '{0,late}', 'true', 'overdue it says so');
select pg_temp.later('3 minutes') \g /dev/null
update clinic.station set room_group = 'far' where name = 'Room 2';
select is(pg_temp.would(:'cup', 'ben'), 'question cup_elsewhere', 'another room group does not take it');
update clinic.station set room_group = 'rooms', kind = 'processing' where name = 'Room 2';
select is(pg_temp.would(:'cup', 'ben'), 'question cup_elsewhere', 'nor a station that collects nothing');
update clinic.station set kind = 'collection';
select is(pg_temp.view('ben') #>> '{patient,name}', 'VOSS, Vera', 'Ben has another patient open');
select pg_temp.call('shade', 'ana') \g /dev/null
select is(pg_temp.would(:'cup'), 'question shaded', 'nobody takes it while the screen rests');
select pg_temp.scan((select badge from person where name = 'Ana Ruiz'), 'bench1') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')), 'stored cup_back', 'he takes it: no alarm');
select is((pg_temp.scan(:'cup', 'ben')) ->> 'code', 'wrong_patient', 'but a collected one scanned among his tubes is one');
update clinic.alarm set answered_at = now(), choice = 'tube_set_aside' where answered_at is null;
select is(pg_temp.state_of(:'cup'), 'collected', 'collected');
select is(pg_temp.cups(), '[]', 'nothing is out');
select is((select close_check from clinic.visit where patient_id = :uta), 'patient_read', 'the closed visit stays as it was closed');

-- ---- cannot void: the label is torn up, blood goes on alone
select pg_temp.again(:uta, array['CBC', 'MACR']) \g /dev/null
select pg_temp.printed(:uta) \g /dev/null
select pg_temp.tube(:uta, 1) as t1, pg_temp.tube(:uta, 2) as cup \gset
select pg_temp.scan(:'cup'), pg_temp.scan(:'t1') \g /dev/null
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'cup', 'reason', 'cannot_void'))), 'stored not_collected', 'cannot void');
select is(pg_temp.label_state(:'cup', 1), 'old open', 'its label is loose again');
select is(pg_temp.view() #>> '{ask,code}', 'old_label', 'and asked for');
select is(pg_temp.close(), 'question labels_open', 'before that the visit does not close (ER-08)');
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'cup', 'copy', 1, 'end', 'destroyed'))), 'complete labels_done', 'torn up');
select is(pg_temp.would(:'cup'), 'stop label_void', 'seen again it is red');
select is(pg_temp.close(), 'complete visit_closed', 'blood alone');
select is((select array_agg(t.state || ' ' || t.reason) from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = :'cup'), '{"due cannot_void"}', 'urine is asked for again');

-- ---- never brought back
select pg_temp.printed(:uta) \g /dev/null
select pg_temp.tube(:uta, 1) as cup \gset
select pg_temp.scan(:'cup') \g /dev/null
select is(pg_temp.close(), 'complete visit_closed_cup_out', 'the patient takes the cup home');
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'cup', 'reason', 'because'))), 'question reason_needed', 'the end of it has a reason');
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'cup', 'reason', 'not_returned'))), 'stored not_collected', 'not brought back');
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'cup', 'reason', 'not_returned'))), 'question no_visit', 'once');
select is(pg_temp.cups(), '[]', 'and off the list');
select is(pg_temp.would(:'cup'), 'question old_label', 'brought after all it is a question');

-- ---- parked; Stop; a second label
select pg_temp.printed(:uta) \g /dev/null
select pg_temp.tube(:uta, 1) as cup \gset
select pg_temp.scan(:'cup') \g /dev/null
select pg_temp.call('visit_park', 'ana'), pg_temp.later('2 minutes') \g /dev/null
select is(pg_temp.would(:'cup'), 'stored cup_back', 'a parked visit''s cup is taken back without resuming it');
select pg_temp.call('visit_resume', 'ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where state = 'parked'))) \g /dev/null
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'cup', 'reason', 'damaged'))), 'stored reprinted', 'its label can be printed again');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.would(:'cup'), 'question scan_the_square', 'two labels: the square code');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 2))), 'stored handed_out', 'the new one on the cup hands it out');
select is(pg_temp.kinds(:'cup'), 'prepared label_printed handed_out label_printed! handed_out!', 'once, as state');
select is(pg_temp.label_state(:'cup', 1), 'old open', 'the first is to be torn up');
select is(pg_temp.says(pg_temp.call('mistake', 'ana')), 'stored mistake', 'Stop');
select is(array[pg_temp.state_of(:'cup'), pg_temp.cups()::text], '{held,[]}', 'holds the cup too');
select is(pg_temp.would(pg_temp.label(:'cup', 2)), 'stop tube_on_hold', 'it comes back red');

-- ---- print_when after_draw: a cup has its label before
select pg_temp.policy('print_when', '"after_draw"') \g /dev/null
update clinic.lab_order_test set state = 'cancelled' where state in ('due', 'in_visit');
select pg_temp.again(:uta, array['CBC', 'MACR']) \g /dev/null
select pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :uta)) \g /dev/null
select is(pg_temp.says(pg_temp.identify(:uta)), 'stored identified_draw_first', 'tubes first');
select is((select array_agg(s.number) from clinic.print_job j join clinic.specimen s using (specimen_id) where j.print_job_id = any (pg_temp.ready())), '{2}', 'but the cup''s label now');
select is((select t ->> 'state' from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'number' = '1'), 'waiting', 'the tube waits');
select is(pg_temp.view() #>> '{ask,code}', 'drawn', 'until it is drawn');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "drawn", "choice": "yes"}')), 'stored labels_print', 'then its label prints');
select is(cardinality(pg_temp.ready()), 2, 'once each');
select * from finish();
