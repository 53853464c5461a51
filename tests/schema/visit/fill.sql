-- One cup, two tubes (contrib/FLOWS.md 1.1b): the cup goes out, comes back, and its tubes are filled from it.
\ir setup.sql
select plan(107);
create function pg_temp.state_of(specimen text) returns text language sql stable as $$ select (custody.state(specimen)).kind $$;
create function pg_temp.close(token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_close', token, '{"check": "patient_read"}')) $$;
create function pg_temp.answer(code text, choice text, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', token, jsonb_build_object('code', code, 'choice', choice))) $$;
create function pg_temp.again(patient bigint, tests text[]) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('order_here', 'ana', jsonb_build_object('patient_id', patient, 'tests', to_jsonb(tests), 'provider', 'R. Dale', 'source', 'paper'))) $$;
create function pg_temp.ready() returns int language sql stable as $$
	select count(*)::int from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x where x ->> 'state' = 'queued' $$;
create function pg_temp.list(name text) returns jsonb language sql stable as $$ select api.collections_due('ana', '{}') -> 'data' -> name $$;
create function pg_temp.body(specimen text, of_kind text) returns jsonb language sql stable as $$
	select body::jsonb from custody.event where subject = specimen and kind = of_kind order by event_id desc limit 1 $$;
create function pg_temp.test_state(code text, patient bigint) returns text language sql stable as $$
	select t.state from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.patient_id = patient and t.code = test_state.code order by 1 limit 1 $$;
create function pg_temp.acts(of_act text) returns bigint language sql stable as $$ select count(*) from clinic.visit_act where act = of_act $$;

-- ---- urine alone: slip, birth date, cup out, cup back, two tubes, the cup
select pg_temp.patient('YORK', 'Yves', '1961-01-01', array['UA', 'UCUL'], 'Y1') as yves \gset
select is((select x -> 'containers' from jsonb_array_elements(pg_temp.list('due')) x where x ->> 'number' = 'Y1'), '3', 'one cup and two tubes');
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('slip', pg_temp.slip(:yves)))) \g /dev/null
select is((select jsonb_agg(jsonb_build_array(t #> '{container,cap}', t -> 'filled_from', t -> 'state') order by t -> 'number') from jsonb_array_elements(pg_temp.view() -> 'tubes') t),
	'[["YELLOW", null, "waiting"], ["GRAY", 1, "waiting"], ["YELLOW", 1, "waiting"]]', 'planned: the cup, then culture first');
select pg_temp.print() \g /dev/null
select is(pg_temp.says(pg_temp.identify(:yves)), 'stored identified', 'identified');
select pg_temp.tube(:yves, 1) as cup, pg_temp.tube(:yves, 2) as grey, pg_temp.tube(:yves, 3) as yellow \gset
select is((select array_agg(parent_id order by number) from clinic.specimen where patient_id = :yves), array[null, :'cup', :'cup'], 'the tubes are of the cup');
select is(pg_temp.ready(), 1, 'only the cup''s label prints');
select is(pg_temp.view() -> 'open_labels', '1', 'and only it is to be done now');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 1))), 'stored handed_out', 'the cup is handed out');
select is(pg_temp.view() #>> '{ask,code}', null, 'nothing is asked');
select is(pg_temp.view() #>> '{closing,title}', 'Waiting for the cup', 'the visit waits');
select is((select array_agg(distinct t ->> 'state') from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'filled_from' is not null), '{waiting}', 'the tubes wait for it');
select is(pg_temp.kinds(:'grey'), 'prepared', 'nothing is said of them yet (promise 3)');
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'grey', 'reason', 'lost'))), 'question not_now', 'no label for a tube without its cup');
select is(pg_temp.list('to_fill'), '[]', 'nothing is to be filled');
-- the printer is free for another meanwhile
select pg_temp.patient('VOSS', 'Vera', '1963-03-03', array['CBC'], 'V1') as vera \gset
begin;
update clinic.device set active = false where name = 'Room 2 printer';
update clinic.device set station_id = (select station_id from clinic.station where name = 'Room 2') where name = 'Room 1 printer';
select pg_temp.call('visit_open', 'ben', jsonb_build_object('patient_id', :vera)) \g /dev/null
select pg_temp.identify(:vera, 'ben') \g /dev/null
select is(pg_temp.ready(), 1, 'the printer is free for another''s set while the cup is out');
rollback;
select pg_temp.later('5 minutes') \g /dev/null
select is(pg_temp.scan(pg_temp.label(:'cup', 1)) ->> 'title', 'Back and collected: YORK, Yves. 2 labels print', 'the cup is back: collected, and the labels print');
select is(pg_temp.state_of(:'cup'), 'collected', 'collected');
select is(pg_temp.says(pg_temp.scan(:'cup')), 'repeat fill_open', 'scanned twice prints nothing twice');
select is(pg_temp.ready(), 2, 'two labels');
select is((select array_agg(s.number order by j.print_job_id) from clinic.print_job j join clinic.specimen s using (specimen_id) where j.state = 'queued'), '{2,3}', 'in filling order');
select is((select array_agg(concat_ws(' ', j.template, j.content ->> 'specimen_type', j.content ->> 'parent', j.content ->> 'collected_date') order by print_job_id) from clinic.print_job j where state = 'queued'),
	array[format('aliquot URINE CLEAN CATCH %s %s', :'cup', current_date), format('aliquot URINE %s %s', :'cup', current_date)], 'they say what it is, of which cup, and when (LB-01)');
select is((select t #>> '{container,handling}' from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'number' = '2'), 'Boric acid: fill exactly to the line. Turn 8 times.', 'fill line and preservative are shown');
select is((select (t ->> 'fill_by')::timestamptz from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'number' = '2'),
	(select occurred_at + interval '2 hours' from custody.event where subject = :'cup' and kind = 'collected'), 'within two hours');
select is((pg_temp.list('to_fill') #> '{0}') - 'fill_by' - 'container' - 'visit_id', jsonb_build_object('specimen_id', :'cup', 'patient_id', :yves, 'name', 'YORK, Yves', 'number', 'Y1', 'tubes', 2, 'late', false), 'and on the list of what is to be filled');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'grey', 1))), 'stored filled', 'the first tube');
select is(pg_temp.kinds(:'grey'), 'prepared label_printed labelled collected aliquoted', 'labelled, collected, of the cup');
select is((select occurred_at from custody.event where subject = :'grey' and kind = 'collected'), (select occurred_at from custody.event where subject = :'cup' and kind = 'collected'), 'collected when the cup was');
select is(pg_temp.body(:'grey', 'collected') ->> 'source' || ' ' || (pg_temp.body(:'grey', 'collected') ->> 'parent'), 'cup ' || :'cup', 'by its cup');
select is(pg_temp.body(:'grey', 'aliquoted') - 'scan' - 'by', (select jsonb_build_object('parent', :'cup', 'parent_event', h.event_id, 'parent_hash', encode(h.hash, 'hex')) from custody.head h where h.subject = :'cup'), 'it names the cup and the hash of the cup''s last event');
select is((select array_agg(distinct subject) from custody.event where body::jsonb ->> 'parent_hash' is not null), array[:'grey'], 'an event has one subject');
select is(pg_temp.test_state('UCUL', :yves), 'collected', 'its test is collected');
select is(pg_temp.test_state('UA', :yves), 'in_visit', 'the other''s not yet');
select is(pg_temp.says(pg_temp.scan(:'grey')), 'repeat collected_already', 'again is a soft note');
select ok(custody.may_move(:'grey', 'packed'), 'it can be packed');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'yellow', 1))), 'stored filled', 'the second');
select is(pg_temp.view() #>> '{ask,code}', 'cup_kept', 'now the cup: kept?');
select is(pg_temp.view() #> '{ask,commands}', '[{"name": "Yes", "command": "yes"}, {"name": "No", "command": "no"}]', 'one answer');
select is(pg_temp.view() #>> '{ask,specimen_id}', :'cup', 'about the cup');
select is(pg_temp.close(), 'question cup_kept', 'the visit does not close before it is said');
select is(pg_temp.answer('cup_kept', 'no'), 'complete visit_closed', 'thrown away, and the visit is done');
select is(pg_temp.kinds(:'cup'), 'prepared label_printed handed_out collected disposed', 'the cup''s story ends');
select is((select close_check from clinic.visit where patient_id = :yves), 'handed_back', 'there was no tube to show');
select is(pg_temp.list('to_fill'), '[]', 'nothing is to be filled any more');
select is((select array_agg(t ->> 'state' order by t -> 'number') from jsonb_array_elements(api.visit('ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where patient_id = :yves))) #> '{data,tubes}') t), '{collected,collected,collected}', 'the tiles say collected');
select is(pg_temp.says(pg_temp.scan(:'cup')), 'repeat collected_already', 'the empty cup scanned is no alarm');

-- ---- with blood, and a test of the cup itself: no question about the cup
select pg_temp.patient('YOUNG', 'Ylva', '1962-02-02', array['CBC', 'UA', 'MACR'], 'Y2') as ylva \gset
select pg_temp.printed(:ylva) \g /dev/null
select pg_temp.tube(:ylva, 1) as blood, pg_temp.tube(:ylva, 2) as cup, pg_temp.tube(:ylva, 3) as yellow \gset
select is((select array_agg(c.code order by s.number) from clinic.specimen s join clinic.container_type c using (container_type_id) where patient_id = :ylva), '{EDTA4,CUP,UA8}', 'one cup serves both');
select pg_temp.scan(:'cup') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'blood')), 'stored cup_is_out', 'blood is labelled');
select is(pg_temp.close(), 'complete visit_closed_cup_out', 'the patient goes, the visit is closed without the cup');
select is(pg_temp.state_of(:'yellow'), 'prepared', 'the tube waits');
select pg_temp.later('5 minutes') \g /dev/null
-- Ben takes it while he has another patient: collected now, filled later
select pg_temp.printed(:vera, 'ben') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')), 'stored cup_back_fill_later', 'taken back while another visit is open');
select is(pg_temp.state_of(:'cup'), 'collected', 'it is collected');
select is(pg_temp.ready(), 0, 'its labels wait, so that they mix with nobody''s');
select is((select state from clinic.visit where patient_id = :ylva), 'closed', 'its visit too');
select is(pg_temp.list('to_fill') #>> '{0,specimen_id}', :'cup', 'it is on the list');
select pg_temp.later('2 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')), 'stop wrong_patient', 'among another''s tubes it is red');
update clinic.alarm set answered_at = now(), choice = 'tube_set_aside' where answered_at is null;
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 1))), 'stored cup_back_fill', 'Ana scans it: its visit goes on');
select is((select (state, held_by = (select operator_id from clinic.operator where name = 'Ana Ruiz'))::text from clinic.visit where patient_id = :ylva), '(labels,t)', 'with her');
select is(pg_temp.acts('reopened_to_fill'), 1::bigint, 'which is told');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'yellow')), 'complete visit_closed', 'filled, and it is closed again');
select is(pg_temp.state_of(:'cup') || ' ' || pg_temp.state_of(:'yellow'), 'collected aliquoted', 'a cup that goes to the lab itself is not asked about');
select is((select close_check from clinic.visit where patient_id = :ylva), 'patient_read', 'closed as it was');
select is(pg_temp.acts('filled_late'), 0::bigint, 'in time');

-- ---- late, and kept
select pg_temp.again(:ylva, array['UCUL']) \g /dev/null
select pg_temp.printed(:ylva) \g /dev/null
select pg_temp.tube(:ylva, 1) as cup, pg_temp.tube(:ylva, 2) as grey \gset
select pg_temp.scan(:'cup'), pg_temp.later('16 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup')), 'question cup_time', 'late back: when was it filled?');
update clinic.visit set identified_at = identified_at - interval '4 hours' where state = 'labels';
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', jsonb_build_object('code', 'cup_time', 'choice', 'no', 'collected_at', now() - interval '3 hours', 'collected_source', 'patient_stated'))),
	'stored cup_back_fill', 'three hours ago, says the patient');
select is(pg_temp.list('to_fill') #> '{0,late}', 'true', 'past its two hours');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'grey')), 'stored filled_late', 'the tube goes on');
select is(pg_temp.acts('filled_late'), 1::bigint, 'and is counted');
select is((pg_temp.body(:'grey', 'aliquoted') ->> 'by')::timestamptz < now(), true, 'its event says by when it was due');
select is(pg_temp.answer('cup_kept', 'yes'), 'complete visit_closed', 'the cup is kept');
select is(pg_temp.state_of(:'cup'), 'collected', 'as it is');
select is(pg_temp.acts('cup_kept'), 1::bigint, 'which is told');
select is(pg_temp.list('cups_kept') #>> '{0,specimen_id}', :'cup', 'and listed while it is here');
create function pg_temp.discard(specimen text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('cup_discard', 'ana', jsonb_build_object('specimen_id', specimen))) $$;
select is(pg_temp.discard(:'grey'), 'question cup_not_poured', 'a tube is not thrown away so');
select is(pg_temp.discard(:'cup'), 'stored cup_discarded', 'thrown away later');
select is(pg_temp.kinds(:'cup'), 'prepared label_printed handed_out scanned! collected disposed', 'its story ends');
select is(pg_temp.discard(:'cup') || pg_temp.list('cups_kept'), 'repeat cup_discarded[]', 'once');

-- ---- another cup on the table
select pg_temp.again(:ylva, array['UCUL']), pg_temp.again(:yves, array['MACR']) \g /dev/null
select pg_temp.printed(:yves) \g /dev/null
select pg_temp.tube(:yves, 1) as other \gset
select pg_temp.scan(:'other'), pg_temp.close() \g /dev/null
select pg_temp.printed(:ylva) \g /dev/null
select pg_temp.tube(:ylva, 1) as cup, pg_temp.tube(:ylva, 2) as grey \gset
select pg_temp.scan(:'cup'), pg_temp.later('3 minutes'), pg_temp.scan(:'cup') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'other')), 'question fill_first', 'a second cup while one is poured is put away first');
select is(pg_temp.state_of(:'other'), 'handed_out', 'it is not taken');
select is(pg_temp.acts('other_cup'), 1::bigint, 'a near miss');
select ok((select near_miss from clinic.visit_act where act = 'other_cup'), 'counted as one');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.would(pg_temp.tube(:vera, 1)), 'stop wrong_patient', 'another patient''s tube is red');
select is(pg_temp.would(:'grey', 'ben'), 'stop wrong_patient', 'and this one among his');
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'grey', 'reason', 'too_little'))), 'stored not_collected', 'too little for the tube');
select is(pg_temp.test_state('UCUL', :ylva), 'collected', 'of the tests before nothing changes');
select is((select string_agg(t.state || ' ' || t.reason, ', ') from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = :'grey'), 'due too_little', 'it is asked for again');
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'grey', 'copy', 1, 'end', 'destroyed'))), 'stored label_ended', 'its label torn up');
select is(pg_temp.answer('cup_kept', 'no'), 'complete visit_closed', 'the cup thrown away');
select is(pg_temp.says(pg_temp.scan(:'other')), 'stored cup_back', 'now the other cup');
select is(pg_temp.state_of(:'other'), 'collected', 'it needs nothing else: as ever');

-- ---- cannot void: without the cup there are no tubes
select pg_temp.again(:yves, array['UA', 'UCUL']) \g /dev/null
select pg_temp.printed(:yves) \g /dev/null
select pg_temp.tube(:yves, 1) as cup, pg_temp.tube(:yves, 2) as grey, pg_temp.tube(:yves, 3) as yellow \gset
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'cup', 'reason', 'cannot_void'))), 'stored not_collected', 'cannot void');
select is(array[pg_temp.state_of(:'grey'), pg_temp.state_of(:'yellow')], '{not_collected,not_collected}', 'nor are its tubes');
select is((select array_agg(distinct t.state || ' ' || t.reason) from clinic.specimen s join clinic.specimen_test w using (specimen_id) join clinic.lab_order_test t using (lab_order_test_id) where s.parent_id = :'cup'), '{"due cannot_void"}', 'all is asked for again');
select is(pg_temp.view() -> 'open_labels', '1', 'one label is to be torn up');
select pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'cup', 'copy', 1, 'end', 'destroyed')) \g /dev/null
select is(pg_temp.close(), 'complete visit_closed', 'and it closes');

-- ---- parked, no printer, Stop, cancelled
select pg_temp.printed(:yves) \g /dev/null
select pg_temp.tube(:yves, 1) as cup, pg_temp.tube(:yves, 2) as grey \gset
select pg_temp.scan(:'cup'), pg_temp.call('visit_park', 'ana'), pg_temp.later('3 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup')), 'stored cup_back_fill_later', 'a parked visit''s cup is taken back');
select is((select code from clinic.question where station_id = (select station_id from clinic.station where name = 'Room 1')), 'visit_parked', 'and the visit offered');
select is(pg_temp.says(pg_temp.scan(:'cup')), 'question visit_parked', 'scanned once more too');
update clinic.device set active = false where kind = 'printer';
select pg_temp.answer('visit_parked', 'yes') \g /dev/null
select is(pg_temp.view() #>> '{ask,code}', 'fill_now', 'it is open: the labels?');
select is(pg_temp.answer('fill_now', 'yes'), 'question no_printer', 'there is no printer');
update clinic.device set active = true;
select is(pg_temp.answer('fill_now', 'yes'), 'stored labels_print', 'there is one');
select is(pg_temp.ready(), 2, 'two labels');
begin;
select is(pg_temp.says(pg_temp.call('mistake', 'ana')), 'stored mistake', 'Stop');
select is(array[pg_temp.state_of(:'cup'), pg_temp.state_of(:'grey')], '{held,held}', 'holds cup and tubes');
select is(pg_temp.list('to_fill'), '[]', 'and nobody fills them');
rollback;
begin;
select custody.append(:'cup', 'held', '{}', null, null) \g /dev/null
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'grey')), 'question cup_not_here', 'a tube of a cup that is on hold is not believed');
select is(pg_temp.acts('filled_without_cup'), 1::bigint, 'and counted');
rollback;
select is((select count(*) from clinic.order_matches()), 0::bigint, 'none of this is drawn twice');

-- ---- a cup too small for all: two
update clinic.container_type set fill_ul = 10000 where code = 'CUP';
create temporary table p as select pg_temp.patient('ZED', 'Z', '1970-01-01', array['UA', 'UCUL', 'MACR']) as id;
select is((select string_agg(c.code || coalesce('<' || t.parent, ''), ' ' order by t.number) from p, clinic.tubes_for(array(select lab_order_test_id from clinic.collections where patient_id = p.id)) t
	join clinic.container_type c using (container_type_id)), 'CUP CUP CUP URC4<2 UA8<3', 'each tube of the cup that holds enough for it');
select pg_temp.print(), pg_temp.call('visit_park', 'ana') \g /dev/null
select * from finish();
