-- Packing: a bag is scanned, counted before the number is told, closed. Every odd tube is named, none holds up the bag.
\ir setup.sql
select plan(197);
create function pg_temp.bag() returns text language sql volatile as $$ select custody.id_next('bag') $$;
create function pg_temp.act(name text, args jsonb default '{}', token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call(name, token, args)) $$;
create function pg_temp.does(code text, token text default 'ana') returns text language sql volatile as $$ select pg_temp.says(pg_temp.scan(code, token)) $$;
create function pg_temp.packing(token text default 'ana') returns jsonb language sql stable as $$ select api.packing(token, '{}') -> 'data' $$;
create function pg_temp.ids(tubes jsonb) returns text[] language sql stable as $$ select coalesce(array_agg(t ->> 'specimen_id' order by t ->> 'specimen_id'), '{}') from jsonb_array_elements(tubes) t $$;
create function pg_temp.body(of_subject text, of_kind text) returns jsonb language sql stable as $$
	select body::jsonb from custody.event where subject = of_subject and kind = of_kind order by event_id desc limit 1 $$;

-- ---- one combination waits: the bag takes it; three actions
select pg_temp.bag() as b1, pg_temp.bag() as b2, pg_temp.bag() as b3, pg_temp.bag() as b4 \gset
select is(pg_temp.does(:'b1'), 'question nothing_to_pack', 'nothing waits: what is it for?');
select is(pg_temp.packing() #>> '{work,choose}', 'true', 'the page asks');
select is(jsonb_array_length(pg_temp.packing() -> 'choices'), 3, 'any class of the laboratory can be picked');
select is(pg_temp.act('work_end'), 'stored work_ended', 'or the bag is put away');
select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT']) as ada \gset
select pg_temp.tube(:ada, 1) as a1, pg_temp.tube(:ada, 2) as a2 \gset
select is(pg_temp.does(:'b1'), 'stored bag_open', 'one combination waits: the scanned bag takes it');
select is(pg_temp.scan(:'b1') -> 'data' ->> 'touched', 'custody', 'lists are stale');
select is(pg_temp.body(:'b1', 'bag_opened'), jsonb_build_object('lab_id', (select lab_id from clinic.lab), 'class', 'AMB', 'stat', false, 'at', 'clinic'), 'what the bag is for is in its event');
select is(pg_temp.packing() -> 'work' ->> 'class', 'AMB', 'and on the page');
select is(pg_temp.packing() -> 'expected', 'null', 'what should be inside is not told');
select is(pg_temp.packing() -> 'work' -> 'counted', 'null', 'before it was counted');
select is(pg_temp.act('bag_close'), 'question count_first', 'nor is it closed');
select is(pg_temp.act('bag_count', '{"count": 2}'), 'complete count_agrees', 'two it is');
select is(pg_temp.packing() -> 'work' -> 'counted', '{"count": 2, "agrees": true}', 'which the page shows');
select is(pg_temp.packing() -> 'work' ->> 'inner_bags', '1', 'one patient: one inner bag (policy bagging)');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'closed');
select is(pg_temp.body(:'b1', 'bag_closed') - 'lab_id', jsonb_build_object('class', 'AMB', 'stat', false, 'how', 'count', 'count', 2, 'counts', array[2], 'seal', null, 'left_out', '[]'::jsonb,
	'tubes', jsonb_build_array(jsonb_build_array(:'a1', pg_temp.last_hash(:'a1')), jsonb_build_array(:'a2', pg_temp.last_hash(:'a2')))), 'the closing pins the tubes');
select is(array[(clinic.specimen_bag(:'a1')).bag, (clinic.specimen_bag(:'a2')).bag], array[:'b1', :'b1'], 'they are in the bag');
select is(pg_temp.kinds(:'a1'), 'prepared label_printed labelled collected', 'counted tubes have no event of their own');
select is(pg_temp.packing() -> 'work', 'null', 'the work is done');
select is(pg_temp.packing() #>> '{bags,0,state}', 'closed', 'the bag is on the list');
select is(pg_temp.does(:'b1'), 'question bag_closed_already', 'scanned again it is closed');

-- ---- the count differs; a tube is scanned, one is missing
select pg_temp.drawn('BOND', 'Bob', array['CBC', 'PT', 'GLU']) as bob \gset
select pg_temp.tube(:bob, 1) as c1, pg_temp.tube(:bob, 2) as c2, pg_temp.tube(:bob, 3) as c3 \gset
select pg_temp.does(:'b2') \g /dev/null
select is(pg_temp.act('bag_count', '{"count": 2}'), 'question count_differs', 'two of three');
select is(pg_temp.call('bag_count', 'ana', '{"count": 2}') ->> 'title', 'You counted 2, it should be 3', 'in plain words');
select is(pg_temp.ids(pg_temp.packing() -> 'expected'), array[:'c1', :'c2', :'c3'], 'now the list is shown');
select is(pg_temp.packing() #>> '{expected,0,patient,name}', 'BOND, Bob', 'with names');
select is(pg_temp.act('bag_close'), 'question count_differs', 'not closed');
select is(pg_temp.does(pg_temp.label(:'c1', 1)), 'stored packed', 'a tube is scanned into the open bag');
select is(pg_temp.body(:'c1', 'packed') ->> 'bag', :'b2', 'and packed at once');
select is(pg_temp.does(:'c1'), 'repeat packed_already', 'twice is nothing new');
select is(pg_temp.ids(pg_temp.packing() -> 'scanned'), array[:'c1'], 'it is ticked');
select is(pg_temp.does(:'c2'), 'complete count_agrees', 'both that were counted were scanned');
select is(pg_temp.act('bag_close'), 'complete bag_closed_more', 'the bag closes; one more waits');
select is(pg_temp.body(:'b2', 'bag_closed') ->> 'how', 'scan_each', 'all of it was scanned');
select is(pg_temp.body(:'b2', 'bag_closed') -> 'counts', '[2, 2]', 'every count that was told is kept');
select is((clinic.specimen_bag(:'c3')).bag, null, 'the third is in no bag');

-- ---- leave one out, with a reason
select pg_temp.drawn('COLE', 'Cat', array['CBC']) as cat \gset
select pg_temp.tube(:cat, 1) as d1 \gset
select pg_temp.does(:'b3') \g /dev/null
select pg_temp.act('bag_count', '{"count": 1}') \g /dev/null
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'c3')), 'question reason_needed', 'why?');
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'c3', 'reason', 'nonsense')), 'question reason_needed', 'a reason of the list');
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'c3', 'reason', 'not_here')), 'complete count_agrees', 'not here: the count agrees');
select is(pg_temp.packing() #>> '{left_out,0,reason}', 'Not here', 'on the list, in words');
select is(pg_temp.act('bag_close'), 'complete bag_closed_more', 'closed without it');
select is(pg_temp.body(:'b3', 'bag_closed') -> 'left_out', jsonb_build_array(jsonb_build_array(:'c3', 'not_here')), 'which the closing says');
select is(pg_temp.ids(api.still_here('ana', '{}') #> '{data,unpacked}'), array[:'c3'], 'it is still here');

-- ---- a late tube: opened again before it goes
select is(pg_temp.act('bag_open', jsonb_build_object('bag', :'b3')), 'stored bag_open_again', 'opened again');
select is(pg_temp.does(:'c3'), 'stored packed', 'the late tube goes in');
select is(pg_temp.act('bag_count', '{"count": 2}'), 'complete count_agrees', 'counted anew: with what was in it');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'closed');
select is((select opened || ' ' || (select count(*) from custody.event where subject = :'b3' and kind = 'bag_opened') from clinic.bag_trip(:'b3')),
	(select min(event_id) || ' 2' from custody.event where subject = :'b3' and kind = 'bag_opened'), 'the same trip');
select is(array[(clinic.specimen_bag(:'c3')).closing, (clinic.specimen_bag(:'d1')).closing], array_fill((select closed from clinic.bag_trip(:'b3')), array[2]), 'by the last closing');

-- opened again, and one is taken out without a word: it was not counted
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b3')) \g /dev/null
select is(pg_temp.act('bag_count', '{"count": 1}'), 'question count_differs', 'one of two is left in it');
select is(pg_temp.does(:'d1'), 'complete count_agrees', 'the one that is there is scanned; what was scanned before it was opened does not count');
select is(pg_temp.act('bag_close'), 'complete bag_closed_more', 'closed without the other');
select is(pg_temp.kinds(:'c3'), 'prepared label_printed labelled collected packed unpacked', 'which was taken out: an event of the tube');
select is((clinic.specimen_bag(:'c3')).bag, null, 'and is in no bag');
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b2')) \g /dev/null
select pg_temp.act('bag_count', '{"count": 3}') \g /dev/null
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'c3 goes with another bag');

-- ---- keys: class, STAT, two classes
select pg_temp.drawn('DALE', 'Dan', array['CBC', 'A1C', 'CMP', 'NH3', 'PT']) as dan \gset
update clinic.test set temperature = 'REF' where code = 'A1C';
select is((select array_agg(k.class || case when k.two_classes then '+' else '' end order by s.number) from clinic.specimen s, clinic.tubes_keyed(array[s.specimen_id]) k where s.patient_id = :dan),
	array['AMB', 'REF', 'FRZ', 'REF+'], 'the coldest test of a tube decides its class');
select pg_temp.tube(:dan, 1) as amb, pg_temp.tube(:dan, 2) as ref, pg_temp.tube(:dan, 3) as frz, pg_temp.tube(:dan, 4) as two \gset
select is(pg_temp.does(:'b4'), 'question bag_for_what', 'three combinations wait: which?');
select is((select array_agg(c ->> 'class' || ' ' || (c ->> 'n') order by c ->> 'class') from jsonb_array_elements(pg_temp.packing() -> 'choices') c), '{"AMB 1","FRZ 1","REF 2"}', 'these');
select is(pg_temp.act('bag_open', jsonb_build_object('bag', :'b4', 'class', 'LUKEWARM')), 'question bag_for_what', 'no other');
select is(pg_temp.does(:'ref'), 'stored packed', 'the first tube says it too');
select is(pg_temp.packing() -> 'work' ->> 'class', 'REF', 'a refrigerated bag');
select is(pg_temp.does(:'amb'), 'question wrong_class', 'an ambient tube');
select is(pg_temp.scan(:'amb') ->> 'title', 'AMBIENT tube, REFRIGERATED bag', 'in plain words');
select is(pg_temp.kinds(:'amb'), 'prepared label_printed labelled collected scanned! scanned!', 'seen, not packed');
select is(pg_temp.does(:'frz'), 'question wrong_class_blocked', 'a frozen one would spoil');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'frz', 'reason', 'no_other_bag')), 'question wrong_class_blocked', 'also with a reason');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'amb')), 'question reason_needed', 'the ambient one goes with a reason');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'amb', 'reason', 'no_other_bag')), 'stored packed', 'so');
select is(pg_temp.body(:'amb', 'packed') ->> 'why', 'no_other_bag', 'which its event says');
select is((select t -> 'warnings' from jsonb_array_elements(pg_temp.packing() -> 'scanned') t where t ->> 'specimen_id' = :'amb'), '["wrong_class"]', 'and the list');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'two', 'reason', 'other')), 'question scan_the_tube', 'nobody packs what is not in the hand');
select is(pg_temp.does(:'two'), 'complete bag_all_scanned', 'a tube of two classes goes with the colder');
select is((select t -> 'warnings' from jsonb_array_elements(pg_temp.packing() -> 'scanned') t where t ->> 'specimen_id' = :'two'), '["two_classes"]', 'with a warning');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'all scanned: closed without a count');

-- ---- tubes that do not belong here
select pg_temp.bag() as b5, pg_temp.bag() as b6 \gset
select is(pg_temp.does(:'b5'), 'stored bag_open', 'the frozen bag');
select is(pg_temp.does(:'two'), 'question tube_in_bag', 'it is in another bag by the book');
select is(pg_temp.does(custody.id_make('specimen', 900, 9999999)), 'question specimen_unknown', 'a tube nobody knows');
select is(pg_temp.would('101000000156'), 'stop practice_and_real', 'a real tube in practice');
select is(pg_temp.would('B101000000188'), 'stop practice_and_real', 'or a real bag');
select is(pg_temp.would('LOT 7Z9'), 'note not_ours', 'what is not ours');
-- not collected: its visit is open with Ben
select pg_temp.patient('EARL', 'Eve', '1955-05-05', array['NH3', 'CBC'], 'E1') as eve \gset
select pg_temp.printed(:eve, 'ben') \g /dev/null
select pg_temp.tube(:eve, 1) as e1, pg_temp.tube(:eve, 2) as e2 \gset
select pg_temp.scan(:'e1', 'ben'), pg_temp.scan(:'e2', 'ben') \g /dev/null
select is(pg_temp.does(:'e1'), 'question tube_not_collected', 'a tube of a visit that is not closed');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'e1', 'reason', 'time_on_paper')), 'stored packed', 'goes with a reason');
select is(pg_temp.kinds(:'e1'), 'prepared label_printed labelled scanned! packed!', 'it does not move: it was not collected');
select is((clinic.specimen_bag(:'e1')).bag, :'b5', 'but it is in the bag');
select is((select t -> 'warnings' from jsonb_array_elements(pg_temp.packing() -> 'scanned') t where t ->> 'specimen_id' = :'e1'), '["not_collected"]', 'with a warning');
select pg_temp.call('visit_close', 'ben', '{"check": "patient_read"}') \g /dev/null
select is((custody.state(:'e1')).kind || ' ' || (clinic.specimen_bag(:'e1')).bag, 'collected ' || :'b5', 'the visit closes later; it is still in there');
select is(pg_temp.does(:'e1'), 'repeat packed_already', 'and again is nothing new');
-- held: red and locked; who works with tubes and draws no blood may say what becomes of it
update clinic.operator_role set role = 'processing' where operator_id = pg_temp.operator('Ana Ruiz') and role = 'ma';
select pg_temp.call('mistake', 'ben', jsonb_build_object('specimen_id', :'e2')) \g /dev/null
select is(pg_temp.does(:'e2'), 'stop tube_on_hold', 'a tube on hold');
select is(pg_temp.act('bag_close'), 'stop locked', 'locks the station');
select pg_temp.scan(:'e2') \g /dev/null
begin;
insert into person select 'Paul Proc', clinic.operator_add('Paul Proc', 'PP', array['processing'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Paul Proc', 'room1') is not null \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'paul', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'who packs and spins answers it');
rollback;
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'until it is set aside');
update clinic.operator_role set role = 'ma' where operator_id = pg_temp.operator('Ana Ruiz') and role = 'processing';
select is((select t -> 'warnings' from jsonb_array_elements(pg_temp.packing() -> 'scanned') t where t ->> 'specimen_id' = :'e1'), '["on_hold"]', 'its sister in the bag is on hold: take it out');
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'e1', 'reason', 'other')), 'stored left_out', 'so');
select is((clinic.specimen_bag(:'e1')).bag, null, 'it is out');
select is(pg_temp.ids(pg_temp.packing() -> 'scanned'), '{}', 'nothing else was scanned');
select is(pg_temp.act('bag_close'), 'question count_first', 'count');
select is(pg_temp.act('bag_count', '{"count": 1}'), 'complete count_agrees', 'a held tube is not expected');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'closed');

-- ---- cancelled after the draw: goes with a note
select pg_temp.drawn('FORD', 'Fay', array['CBC']) as fay \gset
select pg_temp.tube(:fay, 1) as f1 \gset
update clinic.lab_order_test t set state = 'cancelled' from clinic.specimen_test w where w.specimen_id = :'f1' and w.lab_order_test_id = t.lab_order_test_id;
select pg_temp.does(:'b6') \g /dev/null
select is(pg_temp.act('bag_count', '{"count": 9}'), 'question count_differs', 'nine of one');
select is((select t -> 'warnings' from jsonb_array_elements(pg_temp.packing() -> 'expected') t where t ->> 'specimen_id' = :'f1'), '["order_cancelled"]', 'a cancelled tube is expected, with a note');
select is(pg_temp.does(:'f1'), 'stored packed_cancelled', 'and packed with one');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'closed');

-- ---- bags by hand: what is refused, plainly
select is(pg_temp.act('bag_count', '{"count": 1}'), 'question no_bag_open', 'no bag is open here: count');
select is(pg_temp.act('bag_close'), 'question no_bag_open', 'close');
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'f1', 'reason', 'other')), 'question no_bag_open', 'leave out');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'f1', 'reason', 'other')), 'question no_bag_open', 'pack');
select is(pg_temp.act('work_end'), 'repeat no_work', 'end');
select is(pg_temp.act('bag_open', '{"bag": "x"}'), 'question bad_request', 'no bag');
select is(pg_temp.act('bag_new', '{"class": "x"}'), 'question bad_request', 'no class');

-- ---- a bag of our own, with its label
select is(pg_temp.act('bag_new', '{"class": "FRZ", "stat": true}'), 'stored bag_prints', 'a new bag');
select is((select j.kind || ' ' || j.template || ' ' || (j.content - 'bag')::text || (j.content ->> 'bag' = j.bag)::text || (select bag = j.bag from clinic.bag where bag = j.bag)::text from clinic.print_job j where bag is not null),
	'bag bag ' || jsonb_build_object('class', 'FROZEN', 'priority', 'STAT', 'destination', 'Riverside Reference Laboratory', 'account', 'ACC 4410', 'practice', true)::text || 'truetrue', 'its label says what it is for, and no patient');
select is(pg_temp.packing() #>> '{work,bag}', (select bag from clinic.print_job where bag is not null), 'it is open here');
select is(pg_temp.print(), 1, 'it prints as any label');
select pg_temp.act('work_end') \g /dev/null

-- ---- its label may be lost, or refused: who asked for it is asked
create function pg_temp.bag_job() returns clinic.print_job language sql stable as $$ select j.* from clinic.print_job j where kind = 'bag' order by print_job_id desc limit 1 $$;
create function pg_temp.bag_job_is(states text[]) returns text language sql volatile as $$
	select string_agg(pg_temp.says(pg_temp.call('print_job_set', 'core', jsonb_build_object('print_job_id', (pg_temp.bag_job()).print_job_id, 'state', s, 'message', 'torn', 'drawn_from', clinic.print_job_drawn_from(pg_temp.bag_job())))), ', ') from unnest(states) s $$;
create function pg_temp.asked(token text default 'ana') returns jsonb language sql stable as $$ select api.visit(token, '{}') #> '{data,ask}' $$;
create function pg_temp.say(code text, choice text) returns text language sql volatile as $$ select pg_temp.act('visit_answer', jsonb_build_object('code', code, 'choice', choice)) $$;
select is(pg_temp.act('bag_new', '{"class": "REF"}'), 'stored bag_prints', 'another bag');
select (pg_temp.bag_job()).bag as lost, (pg_temp.bag_job()).print_job_id as lost_job \gset
select pg_temp.bag_job_is('{proved,sending,sent,unknown}') \g /dev/null
select is(pg_temp.asked() ->> 'code', 'bag_label_came_out', 'nobody knows whether its label came out');
select is(pg_temp.asked() ->> 'title', 'Did the label of bag ' || :'lost' || ' come out?', 'which is asked');
select is(pg_temp.say('bag_label_came_out', 'no'), 'stored bag_label_prints', 'no: it prints again');
select is((select state from clinic.print_job where print_job_id = :lost_job), 'void', 'the lost one is void');
select is((pg_temp.bag_job()).bag || ' ' || (pg_temp.bag_job()).state || ' ' || ((pg_temp.bag_job()).content = (select content from clinic.print_job where print_job_id = :lost_job))::text, :'lost' || ' queued true', 'the same label of the same bag');
select is(pg_temp.asked(), null, 'nothing is asked while it prints');
select pg_temp.bag_job_is('{proved,sending,sent,unknown}') \g /dev/null
select is(pg_temp.say('bag_label_came_out', 'yes'), 'stored print_came_out', 'that one came out');
select is((pg_temp.bag_job()).state, 'printed', 'and is printed');
select pg_temp.act('work_end') \g /dev/null
select is(pg_temp.act('bag_new', '{"class": "AMB"}'), 'stored bag_prints', 'a third bag');
select is(pg_temp.bag_job_is('{failed}'), 'stored ok', 'its label can not be made');
select ok(pg_temp.asked() ->> 'code' = 'bag_label_failed' and pg_temp.asked() ->> 'do' like 'The reason: torn.%', 'which is said, with the reason');
select is(pg_temp.say('bag_label_failed', 'yes'), 'stored bag_label_prints', 'yes: again');
select pg_temp.bag_job_is('{failed}') \g /dev/null
select is(pg_temp.say('bag_label_failed', 'no'), 'note bag_label_not_printed', 'no: it is written by hand');
select is(pg_temp.asked(), null, 'and not asked again');
select pg_temp.act('work_end') \g /dev/null
update clinic.device set active = false where kind = 'printer';
select is(pg_temp.act('bag_new', '{"class": "AMB"}'), 'stored bag_no_printer', 'without a printer it is written by hand');
update clinic.device set active = true;
select pg_temp.act('work_end') \g /dev/null

-- ---- STAT has a bag of its own
select pg_temp.drawn('GRAY', 'Gus', array['CBC']) as gus \gset
select pg_temp.tube(:gus, 1) as g1 \gset
update clinic.lab_order o set priority = 'STAT' where patient_id = :gus;
select is((select array_agg(c.stat) from clinic.bag_choices() c), '{t}', 'it waits for a STAT bag');
select pg_temp.bag() as b7, pg_temp.bag() as b8 \gset
select is(pg_temp.act('bag_open', jsonb_build_object('bag', :'b7', 'class', 'AMB')), 'stored bag_open', 'an ordinary bag');
select is(pg_temp.does(:'g1'), 'question wrong_stat', 'is not for it');
select is(pg_temp.does(:'b8'), 'stored bag_open', 'its own is');
select is(pg_temp.does(:'g1'), 'complete bag_all_scanned', 'here');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'closed');
select is((select stat from clinic.bag_trip(:'b8')), true, 'STAT');

-- ---- Stop on a tube in a closed bag holds it there
select pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'g1')) \g /dev/null
select is((custody.state(:'g1')).kind || ' ' || (clinic.specimen_bag(:'g1')).bag || ' ' || (clinic.holder(:'g1') ->> 'name'), 'held ' || :'b8' || ' Room 1', 'held, in its bag, where that is');
-- and on a bag
select is(pg_temp.act('mistake', jsonb_build_object('bag', :'b8')), 'stored bag_stopped', 'a bag can be stopped too');
select is(pg_temp.does(:'b8'), 'stop bag_on_hold', 'it stays');
select is(pg_temp.act('bag_open', jsonb_build_object('bag', :'b8')), 'stop bag_on_hold', 'nobody opens it');
select is(pg_temp.act('mistake', jsonb_build_object('bag', :'b8')), 'repeat bag_stopped', 'once');

-- ---- policies
select pg_temp.policy('pack_check', '"scan_each"') \g /dev/null
select pg_temp.drawn('HALL', 'Hal', array['CBC', 'PT']) as hal \gset
select pg_temp.tube(:hal, 1) as h1, pg_temp.tube(:hal, 2) as h2 \gset
select pg_temp.does(:'b7') \g /dev/null
select is(pg_temp.ids(pg_temp.packing() -> 'expected'), array[:'h1', :'h2'], 'scan_each: the list is shown');
select is(pg_temp.act('bag_close'), 'question bag_is_empty', 'an empty bag is not closed');
select pg_temp.does(:'h1') \g /dev/null
select is(pg_temp.act('bag_close'), 'complete bag_closed_more', 'what was scanned goes');
select is((clinic.specimen_bag(:'h2')).bag, null, 'the rest waits');
-- opened again: nobody touched h1, so nobody says that it was taken out
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b7')) \g /dev/null
select pg_temp.does(:'h2') \g /dev/null
select is((select t -> 'inside' from jsonb_array_elements(pg_temp.packing() -> 'expected') t where t ->> 'specimen_id' = :'h1'), 'true', 'the page knows that it was in it');
select is(pg_temp.act('bag_close'), 'question not_scanned_again', 'what was in it is scanned again, or said to be out');
select is((select reply ->> 'title' from custody.request where reply ->> 'code' = 'not_scanned_again'), '1 tube of before not scanned again: ... ' || right(:'h1', 4), 'by its number');
select is(pg_temp.kinds(:'h1'), 'prepared label_printed labelled collected packed', 'nothing is written about it');
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'h1', 'reason', 'next_bag')), 'stored left_out', 'out');
select is(pg_temp.act('bag_close'), 'complete bag_closed_more', 'closed without it');
select is((clinic.specimen_bag(:'h2')).bag || ' ' || pg_temp.kinds(:'h1'), :'b7' || ' prepared label_printed labelled collected packed unpacked', 'which somebody said');
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b7')), pg_temp.does(:'h1') \g /dev/null
select is(pg_temp.act('bag_close'), 'question not_scanned_again', 'the other way round');
select is(pg_temp.does(:'h2'), 'complete bag_all_scanned', 'in');
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'closed with both');
-- as it was: h2 waits
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b7')), pg_temp.does(:'h1'), pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', :'h2', 'reason', 'next_bag')) \g /dev/null
select is(pg_temp.act('bag_close'), 'complete bag_closed_more', 'and without the second');
select pg_temp.policy('pack_check', '"trust"') \g /dev/null
select pg_temp.bag() as b9 \gset
select pg_temp.does(:'b9') \g /dev/null
select is(pg_temp.act('bag_close'), 'complete bag_closed', 'trust: what waits is in it');
select is(pg_temp.body(:'b9', 'bag_closed') ->> 'how' || ' ' || (clinic.specimen_bag(:'h2')).bag, 'trust ' || :'b9', 'and so it is written');
select pg_temp.policy('pack_check', '"count_blind"'), pg_temp.policy('seal', '"numbered"') \g /dev/null
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b9')) \g /dev/null
select pg_temp.act('bag_count', '{"count": 1}') \g /dev/null
select is(pg_temp.act('bag_close'), 'question seal_number', 'numbered seals: which?');
select is(pg_temp.act('bag_close', jsonb_build_object('seal', :'h1')), 'question seal_number', 'not one of our codes');
select is(pg_temp.act('bag_close', '{"seal": "S-0815"}'), 'complete bag_closed', 'so');
select is(pg_temp.body(:'b9', 'bag_closed') ->> 'seal', 'S-0815', 'in the closing');
select pg_temp.policy('seal', '"closed"'), pg_temp.policy('wrong_class_in_bag', '{"default": "block", "frozen": "block"}') \g /dev/null
select is(clinic.class_is_blocked('AMB', 'REF'), true, 'a site may block every class');

-- ---- a re-used tote begins a new trip
select pg_temp.event(:'b9', 'departed', '{}') \g /dev/null
select is(pg_temp.does(:'b9'), 'question bag_on_the_way', 'a bag that is with the courier');
select pg_temp.event(:'b9', 'arrived', '{}', 'Lab dock') \g /dev/null
select pg_temp.drawn('INCE', 'Ida', array['CBC']) as ida \gset
select pg_temp.tube(:ida, 1) as i1 \gset
select is(pg_temp.does(:'b9'), 'stored bag_open', 'back from the lab it takes new tubes');
select is((select t.closed from clinic.bag_trip(:'b9') t), null, 'on a new trip');
select is(pg_temp.does(:'h2'), 'question tube_in_bag', 'what went with the trip before did not come back');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'h2', 'reason', 'moved')), 'stored packed', 'unless somebody has it in the hand');
select is(right(pg_temp.kinds(:'h2'), 25), 'scanned! unpacked! packed', 'which is two facts of the tube');

-- ---- places
select place as lockbox from clinic.place where kind = 'lockbox' \gset
select place as fridge from clinic.place where kind = 'fridge' \gset
select pg_temp.act('bag_count', '{"count": 2}') \g /dev/null
select pg_temp.act('bag_close') \g /dev/null
select is(pg_temp.does(:'lockbox'), 'stored place_begun', 'a place is scanned');
select is(pg_temp.packing() #>> '{place,name}', 'Lockbox at the back door', 'the page shows it');
select is(pg_temp.does(:'b9'), 'stored placed', 'then the bag');
select is(pg_temp.does(:'b4'), 'question cold_packs', 'a refrigerated one asks for cold packs');
select is(pg_temp.view() #>> '{ask,code}', 'cold_packs', 'on the screen');
select is(pg_temp.act('visit_answer', '{"code": "cold_packs", "choice": "yes"}'), 'stored placed', 'yes');
select is(pg_temp.body(:'b4', 'placed'), jsonb_build_object('place', :'lockbox', 'cold_packs', true), 'which is a fact');
select is(clinic.holder(:'ref') ->> 'name', 'Lockbox at the back door', 'the lockbox has its tubes');
select is(pg_temp.act('bag_place', jsonb_build_object('bag', :'b3', 'place', :'fridge')), 'stored placed', 'or by the page');
select is(pg_temp.act('bag_place', jsonb_build_object('bag', :'b3', 'place', 'L1', 'cold_packs', 'maybe')), 'question bad_request', 'rightly');
select is(pg_temp.does(custody.id_make('place', 900, 999)), 'question place_unknown', 'no such place');
select is(pg_temp.does(:'fridge'), 'stored place_begun', 'tubes have places too');
select pg_temp.drawn('JACK', 'Joe', array['CMP'], 'ben') as joe \gset
select is(pg_temp.does(pg_temp.tube(:joe, 1)), 'stored tube_placed', 'a tube in the fridge');
select is((select t ->> 'place' from jsonb_array_elements(api.still_here('ana', '{}') #> '{data,unpacked}') t where t ->> 'specimen_id' = pg_temp.tube(:joe, 1)), 'Fridge 1', 'still here says where');
select is(pg_temp.act('work_end'), 'stored work_ended', 'done');
select is((select array_agg(b ->> 'bag' order by b ->> 'bag') from jsonb_array_elements(pg_temp.packing() -> 'bags') b where b -> 'late' = 'true'), null, 'nothing is late');
update clinic.bag_under_way set since = since - interval '5 hours' where bag = :'b9';
select is((select array_agg(b ->> 'bag') from jsonb_array_elements(pg_temp.packing() -> 'bags') b where b -> 'late' = 'true'), array[:'b9'], 'five hours in the lockbox are too long (lockbox_max_hours)');
select custody.rebuild() \g /dev/null

-- ---- a patient sits here: another's tube is an alarm, not a parcel
select pg_temp.patient('KING', 'Kim', '1951-01-01', array['CBC'], 'K1') as kim \gset
select pg_temp.bag() as b10 \gset
select pg_temp.act('bag_open', jsonb_build_object('bag', :'b10', 'class', 'REF')) \g /dev/null
select pg_temp.printed(:kim) \g /dev/null
select is(pg_temp.would(pg_temp.tube(:joe, 1)), 'stop wrong_patient', 'another''s tube while a visit is open');
select is(pg_temp.would(pg_temp.bag()), 'question close_yours_first', 'a bag waits until then');
select is(pg_temp.would(pg_temp.tube(:kim, 1)), 'complete labels_done', 'her own tubes are labelled as ever');
select pg_temp.scan(pg_temp.tube(:kim, 1)), pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
select is(pg_temp.would(pg_temp.tube(:joe, 1)), 'complete bag_all_scanned', 'then packing goes on');

-- ---- what is still here
select is((select jsonb_object_agg(key, value) from jsonb_each(api.still_here('ana', '{}') #> '{data,counts}') where value <> '0'),
	'{"to_spin": 1, "unpacked": 4, "bags_here": 14}', 'counted as it is asked: Joe''s, Kim''s, two held; every bag made here');

-- ---- who may
select is(pg_temp.says(api.packing('room1', '{}')), 'question sign_in_needed', 'nobody sees the packing list of nobody');
select is(api.packing('cy', '{}')::text !~ '(ADAMS|BOND|COLE|DALE|EARL|FORD|GRAY|HALL|INCE|JACK|KING)', true, 'a courier sees no name in it');
select is(api.still_here('cy', '{}')::text !~ '(ADAMS|BOND|COLE|DALE|EARL|FORD|GRAY|HALL|INCE|JACK|KING)', true, 'nor in what is still here');
select is((select count(*) from (select api.still_here('ana', '{}')::text as t) x where t ~ 'JACK'), 1::bigint, 'an assistant does');
select is(custody.rebuild(), 0::bigint, 'a rebuild changes nothing after all this');
select is((select count(*) from clinic.scan where verdict is null), 0::bigint, 'every scan has its verdict');
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code and m.lang = 'en' where m.code is null $$, 'and its words');
select * from finish();
