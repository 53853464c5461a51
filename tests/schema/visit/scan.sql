-- Every scan is stored and answered by the feedback matrix (contrib/FLOWS.md 1.4).
\ir setup.sql
select plan(150);

-- Ana has Maria (3 tubes, printed); Ben has Bob; Carl is done; Dora is parked by Ben.
select pg_temp.patient('CARLSON', 'Carl', '1944-04-04', array['CBC'], 'C1') as carl \gset
select pg_temp.printed(:carl, 'ben') \g /dev/null
select pg_temp.scan(pg_temp.label(pg_temp.tube(:carl, 1), 1), 'ben') \g /dev/null
select pg_temp.call('visit_close', 'ben', '{"check": "patient_read"}') \g /dev/null
select pg_temp.patient('DORN', 'Dora', '1933-03-03', array['CBC'], 'D1') as dora \gset
select pg_temp.printed(:dora, 'ben') \g /dev/null
select pg_temp.call('visit_park', 'ben') \g /dev/null
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC', 'PT'], 'B1') as bob \gset
select pg_temp.printed(:bob, 'ben') \g /dev/null
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.slip(:maria) as slip, pg_temp.slip(:bob) as bob_slip \gset
select pg_temp.print() \g /dev/null
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3, pg_temp.tube(:bob, 1) as b1, pg_temp.tube(:bob, 2) as b2,
	pg_temp.tube(:carl, 1) as c1, pg_temp.tube(:dora, 1) as d1 \gset
select badge as ana_badge from person where name = 'Ana Ruiz' \gset
select badge as ben_badge from person where name = 'Ben Okafor' \gset

-- ---- one row a cell: who scans what, and the answer
create temporary table cell (no int generated always as identity, token text, code text, answer text, why text);
insert into cell (token, code, answer, why) values
	('ana', pg_temp.label(:'t1', 1), 'stored on_tube', 'her own label (LB-08)'),
	('ana', :'t1', 'stored on_tube', 'also by its Code 128'),
	('bench1', pg_temp.label(:'t1', 1), 'stored on_tube', 'the station''s scanner speaks for who is signed in'),
	('ana', '  ' || :'t1' || chr(13), 'stored on_tube', 'a scanner''s carriage return is not part of the code'),
	('ana', pg_temp.label(:'t1', 2), 'question label_unknown', 'a copy that never was'),
	('ana', :'b1', 'stop wrong_patient', 'another patient''s label (ER-04)'),
	('ana', :'c1', 'stop wrong_patient', 'of a closed visit too'),
	('ana', :'d1', 'stop wrong_patient', 'and of a parked one'),
	('ana', custody.id_make('specimen', 900, 9999999), 'question specimen_unknown', 'ours by form, unknown here (ER-13)'),
	('ana', '101000000156', 'stop practice_and_real', 'a real tube in practice'),
	('ana', '1010000001560186', 'stop practice_and_real', 'by its square code too'),
	('ana', '900000000151', 'question misread', 'wrong check digits of our length (ER-13)'),
	('ana', left(pg_temp.label(:'t1', 1), 15) || (1 - right(pg_temp.label(:'t1', 1), 1)::int % 2), 'question misread', 'so for the square code'),
	('ana', 'V900000000153', 'question misread', 'so for a slip'),
	('ana', '00312345678906', 'note not_ours', 'a GTIN'),
	('ana', 'LOT 7Z9', 'note not_ours', 'a tube maker''s lot'),
	('ana', '', 'note not_ours', 'nothing at all'),
	('ana', E'\x01\x02', 'note not_ours', 'control characters'),
	('ana', 'Größe', 'note not_ours', 'letters beyond ASCII'),
	('ana', custody.id_make('bag', 900, 1), 'question close_yours_first', 'a bag waits until the visit is closed'),
	('ana', custody.id_make('delivery', 900, 1), 'note not_here', 'a delivery'),
	('ana', custody.id_make('command card', 0, 77), 'question command_unknown', 'a card nobody printed'),
	('ana', pg_temp.card('park'), 'stored command', 'a card is the page''s to act on'),
	('ana', pg_temp.card('yes'), 'note command_not_now', 'an answer without a question'),
	('ana', pg_temp.card('label_removed'), 'note command_not_now', 'an alarm''s answer without alarm'),
	('ana', :'slip', 'repeat labels_open', 'her slip before the labels'),
	('ana', :'bob_slip', 'question open_another', 'another''s slip'),
	('ana', :'ana_badge', 'note signed_in_already', 'her own badge'),
	('ana', :'ben_badge', 'question drawn_by', 'another''s badge: who drew? (ER-16)'),
	('ana', custody.id_make('badge', 900, 1), 'note badge_signs_in', 'a badge nobody has'),
	('ben', :'t1', 'stop wrong_patient', 'Ben has Bob open'),
	('ben', :'b1', 'stored on_tube', 'his own'),
	(null, :'t1', 'question sign_in_needed', 'nobody: stored, believed for nothing');
select is(pg_temp.would(code, token), answer, why || ': ' || answer) from cell order by no;
select is((select count(*) from clinic.scan), 1::bigint, 'what would have been was undone');
select isnt(c.title, replace(c.code, '_', ' '), 'words for ' || c.code) from (select m.code, m.title from (
	select distinct split_part(answer, ' ', 2) as code from cell) x left join clinic.message m using (code) where m.code <> 'command') c;

-- ---- another patient's label: red and locked (contrib/FLOWS.md 1.4)
create temporary table was as select count(*) as n from custody.event where subject = :'b1';
select is(pg_temp.says(pg_temp.scan(:'b1')), 'stop wrong_patient', 'Bob''s label in Maria''s visit');
select is((select count(*) from clinic.visit_act where near_miss and act = 'wrong_patient'), 2::bigint, 'both patients'' stories tell it (ER-04)');
select is(pg_temp.kinds(:'b1'), 'prepared label_printed scanned!', 'the tube was seen, and nothing more');
select is(pg_temp.view() #>> '{alarm,code}', 'wrong_patient', 'the screen is red');
select is(pg_temp.view() #> '{alarm,rescanned}', 'false', 'until it is scanned again');
begin;
select is(pg_temp.view() #> '{alarm,gone,held}', jsonb_build_array(:'b1'), 'or is gone');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone_held', 'then nobody knows on what tube it is');
select is(pg_temp.kinds(:'b1'), 'prepared label_printed scanned! remark! label_voided! held', 'so it is void, and its tube is on hold');
select is(pg_temp.would(:'b1', 'ben'), 'stop tube_on_hold', 'in Ben''s hands too');
rollback;
select is(pg_temp.view() #> '{alarm,choices}', '[{"name": "Label removed", "choice": "label_removed"}, {"name": "Tube set aside", "choice": "tube_set_aside"}]', 'two choices');
select is(pg_temp.would(c), 'stop locked', 'locked: ' || c) from unnest(array[:'t1', pg_temp.label(:'t2', 1), :'slip', :'ana_badge', 'LOT 7Z9',
	pg_temp.card('ok'), pg_temp.card('yes'), pg_temp.card('label_removed'), pg_temp.card('park')]) c;
select is(pg_temp.says(pg_temp.call(a, 'ana', '{"check": "patient_read"}')), 'stop locked', 'locked: ' || a)
	from unnest(array['visit_close', 'visit_park', 'visit_open', 'reprint', 'not_collected']) a;
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stop scan_it_again', 'no choice before the second scan');
select is(pg_temp.would(:'b1', 'ben'), 'stored on_tube', 'Ben''s station is not locked');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'b1', 1))), 'stop label_or_tube', 'scanned again, by its square code');
select is(pg_temp.view() #> '{alarm,rescanned}', 'true', 'the choices open');
select is(pg_temp.view() -> 'alarm' -> 'gone', 'null', 'it is here');
select is(pg_temp.scan(pg_temp.card(c)) #> '{data,about,done}', 'true', 'nor does the page press anything for: ' || c) from unnest(array['label_removed', 'choice_1', 'choice_0', 'gone']) c;
select is(pg_temp.would(pg_temp.card('label_removed')), 'stop locked', 'a card in the first second is nothing');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.would(pg_temp.card('ok')), 'stop locked', 'OK does nothing here');
select is(pg_temp.would(pg_temp.card('label_removed')), 'stored command', 'the right card does');
select is(pg_temp.scan(pg_temp.card('label_removed')) #> '{data,about}', jsonb_build_object('kind', 'command', 'command', 'label_removed',
	'specimen_id', :'b1', 'done', false), 'by the page, which is told that it is a command card');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "ok"}')), 'question bad_request', 'OK is no choice');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stored label_removed', 'label removed');
select is(pg_temp.kinds(:'b1'), 'prepared label_printed scanned! label_removed! label_voided!', 'which is written in the tube''s story');
select is((select body::jsonb from custody.event where subject = :'b1' and kind = 'label_removed'), '{"alarm": "wrong_patient", "copy": 1}', 'with the label that was meant');
select is(pg_temp.label_state(:'b1', 1), 'voided', 'it counts for nothing any more');
select is(pg_temp.would(:'b1', 'ben'), 'stop label_void', 'not in Ben''s hands either');
select is(pg_temp.view('ben') #>> '{ask,code}', 'print_again', 'who is asked to print the tube''s label again');
select is(pg_temp.view() -> 'alarm', 'null', 'the screen is free');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'repeat no_alarm', 'once');
select is((select array_agg(choice) from clinic.alarm), '{label_removed}', 'and kept');

-- ---- what stopped the station is gone before it was scanned again
begin;
select is(pg_temp.says(pg_temp.scan(:'b1')), 'stop label_void', 'a void label');
select is(pg_temp.view() #> '{alarm,gone}', jsonb_build_object('tubes', jsonb_build_array(:'b1'), 'held', '[]'::jsonb), 'is torn up at once');
select is(pg_temp.would(pg_temp.card('gone')), 'stop locked', 'a card in the first second is nothing');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.would(pg_temp.card('gone')), 'stored command', 'then it is');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone', 'the label is void: its tube stays as it is');
select is(pg_temp.kinds(:'b1'), 'prepared label_printed scanned! label_removed! label_voided! scanned! remark!', 'and its story tells it');
rollback;
begin;
select is(pg_temp.says(pg_temp.scan('101000000156')), 'stop practice_and_real', 'a number of no practice');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone', 'that is gone: it is nobody''s here');
rollback;

-- ---- a quick scan (contrib/FLOWS.md 1.1)
update clinic.print_job set state_at = clock_timestamp() where specimen_id = :'t1';
select is(pg_temp.says(pg_temp.scan(:'t1')), 'question quick_scan', 'scanned within five seconds of printing: is it on the tube?');
select is(pg_temp.view() #>> '{ask,code}', 'quick_scan', 'asked on the screen');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed scanned!', 'stored, not believed');
select is(pg_temp.says(pg_temp.scan(:'t1')), 'question quick_scan', 'a bouncing trigger is no answer');
select pg_temp.later('2 seconds') \g /dev/null
update clinic.print_job set state_at = clock_timestamp() where specimen_id = :'t1';
select is(pg_temp.says(pg_temp.scan(:'t1')), 'stored on_tube', 'scanned once more it is');
select is(pg_temp.view() -> 'ask', 'null', 'and the question is gone');
select is((select count(*) from clinic.visit_act where act = 'quick_scan'), 2::bigint, 'quick scans are counted');
select is(pg_temp.would(:'t1'), 'repeat on_tube_already', 'again is a soft note');
select matches(pg_temp.scan(:'t1') ->> 'title', '^On the tube already, [0-9]{2}:[0-9]{2}, Room 1$', 'that says when and where');

-- ---- two copies: only the square code (LB-09)
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t2', 'reason', 'damaged'))), 'stored reprinted', 'a second print');
select is(pg_temp.would(pg_temp.label(:'t2', 2)), 'question label_not_printed', 'a label that was not printed yet is suspicious');
select is(pg_temp.would(:'t2'), 'stored on_tube', 'as long as the second was not printed, one may be out');
select pg_temp.print() \g /dev/null
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.would(:'t2'), 'question scan_the_square', 'now two may be out: scan the square code');
select is(pg_temp.view() #> '{tubes,1,square_code_only}', 'true', 'the tile says so');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'t2', 2))), 'stored on_tube', 'the second print is on the tube');
select is(array[pg_temp.label_state(:'t2', 1), pg_temp.label_state(:'t2', 2)], '{old open,on_tube}', 'it is the live one; the first is old');
select is(pg_temp.would(pg_temp.label(:'t2', 1)), 'question old_label', 'old label: tear it up');
select is(pg_temp.view() #>> '{ask,code}', 'old_label', 'it is asked for');

-- ---- a tube that was not collected
select pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'t3', 'reason', 'could_not_draw')) \g /dev/null
select is(pg_temp.would(:'t3'), 'question old_label', 'the label of a tube that was not filled is to be torn up');

-- ---- void labels
select pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'t2', 'copy', 1, 'end', 'destroyed')) \g /dev/null
select is(pg_temp.would(pg_temp.label(:'t2', 1)), 'stop label_void', 'a label that was torn up is on a tube: red (ER-10)');
select pg_temp.scan(pg_temp.label(:'t2', 1)), pg_temp.scan(pg_temp.label(:'t2', 1)) \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'the tube is set aside');
select is((select string_agg(kind || case when moves then '' else '!' end, ' ' order by n) from custody.event where subject = :'t2' and kind in ('tube_set_aside', 'held', 'label_voided')),
	'tube_set_aside! held', 'and on hold; the label was void already');
select is(pg_temp.would(pg_temp.label(:'t2', 2)), 'stop tube_on_hold', 'nobody goes on with it, by whatever label');
select is((select array_agg(t.state || ' ' || t.reason) from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = :'t2'),
	'{"due tube_set_aside"}', 'what was in it is drawn again');
select is((select count(*) from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'specimen_id' = :'t2' and t ->> 'state' = 'held'), 1::bigint, 'the tile says so');
select is(pg_temp.view() ->> 'open_labels', '1', 'and it is not waited for: one label is left to tear up');

-- ---- others' scans, other rooms (scan_back_where)
select pg_temp.call('visit_park', 'ana') \g /dev/null
select is(pg_temp.would(:'t1'), 'question visit_parked', 'a parked visit asks to go on');
select is(pg_temp.would(:'d1'), 'question take_over', 'another''s parked visit asks for the badge');
select is(pg_temp.would(:'b2'), 'question take_over', 'another''s open visit too');
select is(pg_temp.would(:'c1'), 'repeat collected_already', 'done is done');
select pg_temp.scan(:'b2') \g /dev/null
select is((select kind || moves from custody.event where subject = :'b2' order by n desc limit 1), 'scannedfalse', 'stored all the same (RG-08)');
select pg_temp.call('visit_resume', 'ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where patient_id = :maria))) \g /dev/null
update clinic.station set room_group = 'far' where name = 'Room 2';
update clinic.visit set station_id = (select station_id from clinic.station where name = 'Room 2') where patient_id = :maria;
select is(pg_temp.would(:'t3'), 'question other_room', 'not in this room');
select pg_temp.policy('scan_back_where', '"site"') \g /dev/null
select is(pg_temp.would(:'t1'), 'repeat on_tube_already', 'unless the whole site is one room');
select pg_temp.policy('scan_back_where', '"station"') \g /dev/null
update clinic.station set room_group = 'rooms';
select is(pg_temp.would(:'t1'), 'question other_room', 'or each station is its own');
select pg_temp.scan(:'t1') \g /dev/null
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan(:'ana_badge')), 'stored visit_resumed', 'her badge brings the visit here');
select is(pg_temp.would(:'t1'), 'repeat on_tube_already', 'and the scan counts');

-- ---- the shade, a late scan, a stranger's session
select pg_temp.call('shade', 'ana') \g /dev/null
select is(pg_temp.would(:'t1'), 'question shaded', 'shaded: stored, not believed');
select is(pg_temp.scan(:'t1', 'bench1') #> '{data,visit}', 'null', 'and nobody''s visit is shown');
select is(pg_temp.says(pg_temp.scan(:'ana_badge', 'bench1')), 'stored shade_ended', 'her badge ends the shade');
select is(pg_temp.would(:'t1'), 'repeat on_tube_already', 'and work goes on');
select is(pg_temp.says(pg_temp.call('scan', 'ana', jsonb_build_object('raw', encode(:'b2', 'base64'), 'late', true))), 'note scan_late',
	'a late scan is a fact and no more');
select is(pg_temp.says(pg_temp.call('scan', 'stranger', jsonb_build_object('raw', encode(:'t1', 'base64')))), 'question sign_in_needed', 'an unknown session');
select is((select count(*) from clinic.scan where station_id is null), 1::bigint, 'is stored too');
select is((select count(*) from clinic.scan where verdict is null), 0::bigint, 'every scan has its verdict');
select * from finish();
