-- The bench: every tube scan, any order, any station; what is odd is received all the same and waits on a list.
\ir setup.sql
select plan(116);
create function pg_temp.line(what text) returns jsonb language sql stable as $$ select pg_temp.receiving() -> 'deliveries' -> 0 -> what $$;
create function pg_temp.open_questions() returns text language sql stable as $$
	select string_agg(q ->> 'kind', ' ' order by (q ->> 'event_id')::bigint) from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q -> 'settled' = 'null' $$;
create function pg_temp.docked(bags text[], courier text default 'Cy Courier') returns text language sql volatile as $$
	select pg_temp.scan(pg_temp.badge(courier), 'rita');
	select pg_temp.scan(b, 'rita') from unnest(bags) b;
	select pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita');
	select delivery from clinic.delivery order by opened_at desc limit 1 $$;
create function pg_temp.flags(tube text) returns jsonb language sql stable as $$ select pg_temp.body(tube, 'accepted') -> 'flags' $$;

-- ---- one bag of three, two stations, any order
select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, pg_temp.tube(:ada, 3) as t3 \gset
select pg_temp.drawn_fast(4) as f \gset
select pg_temp.sent(array[:'t1', :'t2', :'t3']) as b1, pg_temp.sent((:'f'::text[])[1:2]) as b2 \gset
select pg_temp.docked(array[:'b1', :'b2']) as d1 \gset
select is(pg_temp.told(:'b1'), 'stored bag_opened', 'a bag scanned after the dock is opened, in hand');
select is(pg_temp.body(:'b1', 'bag_opened') - 'lab_id', jsonb_build_object('class', 'AMB', 'stat', false, 'at', 'lab', 'delivery', :'d1', 'code', 'opened'), 'by an event that says where');
select is(clinic.holder(:'t1') ->> 'name', 'Lab bench 1', 'who opened it has its tubes');
select is(pg_temp.told(pg_temp.label(:'t2', 1)), 'stored accepted', 'a tube is received by its own scan, any order');
select is(pg_temp.body(:'t2', 'accepted'), jsonb_build_object('delivery', :'d1', 'bag', :'b1', 'expected_bag', :'b1', 'copy', 1, 'remark', null,
	'scan', (select max(scan_id) from clinic.scan), 'flags', '[]'::jsonb), 'S43 with delivery, bags, copy and scan');
select is(pg_temp.state_of(:'t2'), 'accepted', 'accepted');
select is(pg_temp.state_of(:'t1'), 'collected', 'and no other with it (promise 6)');
select is(pg_temp.scan(:'t1', 'lea') ->> 'title', 'Received, 2 of 3', 'at any station, by its Code 128, with the running count of the bag');
select is(pg_temp.body(:'t1', 'accepted') -> 'bag', 'null', 'nothing in hand there');
select is(pg_temp.line('accepted'), '2', 'counts are live everywhere');
select is(pg_temp.line('tubes'), '5', 'of five');
select is(pg_temp.line('missing'), '3', 'three are not seen yet');
select is(pg_temp.told(:'t1'), 'repeat accepted_already', 'again is a soft note');
select matches(pg_temp.scan(:'t1', 'rex') ->> 'title', '^Received already, [0-9:]{5}, Lab bench 2$', 'that says when and where');
select is(pg_temp.scan(:'t1', 'rex') ->> 'do', 'Two tubes in your hands? Scan DUPLICATE.', 'and what to do when there are two');
select is((select count(*) from custody.event where subject = :'t1' and kind in ('accepted', 'scanned')), 1::bigint, 'and is not written');
select is(pg_temp.told(:'t3'), 'complete bag_complete', 'the last of the bag');
select is(pg_temp.receiving() #> '{work,bag}', 'null', 'the hand is free');
select is((select b ->> 'state' from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = :'b1'), 'complete', 'the bag closes itself');
select is(pg_temp.told(:'b1'), 'repeat bag_done_already', 'and is done');
select is(pg_temp.told((:'f'::text[])[1]), 'stored accepted', 'a tube of a bag that nobody opened by scan: nothing in hand, no question');
select is(pg_temp.flags((:'f'::text[])[1]), '[]', 'no flag');
select is(pg_temp.told((:'f'::text[])[2]), 'complete delivery_complete', 'the last of the delivery');
select is(pg_temp.open_questions(), null, 'nothing to ask');
select is(pg_temp.receiving() #>> '{last,specimen_id}', (:'f'::text[])[2], 'the last tube of this station');
select is(pg_temp.receiving('lea') #> '{last,patient}', '{"name": "ADAMS, Ada", "number": "ADAMSAda1970-02-03"}', 'of another the last of its own, with the patient');
select is(pg_temp.receiving('lea') #>> '{last,container,name}', (select c.name from clinic.specimen s join clinic.container_type c using (container_type_id) where specimen_id = :'t1'), 'its container');
select is(jsonb_array_length(pg_temp.receiving('lea') #> '{last,printed}'), 1, 'and what is printed on it');
select is(pg_temp.receiving('lea') #>> '{last,state}', 'accepted', 'and how it stands');

-- ---- wrong bag; a bag that has not arrived; in no bag
select pg_temp.drawn_fast(8, 'ODD') as o \gset
select (:'o'::text[])[1] as o1, (:'o'::text[])[2] as o2, (:'o'::text[])[3] as o3, (:'o'::text[])[4] as o4, (:'o'::text[])[5] as o5, (:'o'::text[])[6] as o6 \gset
select pg_temp.sent(array[:'o1', :'o2']) as b3, pg_temp.sent(array[:'o3', :'o6']) as b4, pg_temp.sent(array[:'o4'], '{}', 'Dee Driver') as b5 \gset
select pg_temp.docked(array[:'b3', :'b4']) as d2 \gset
select pg_temp.scan(:'b3', 'rex') \g /dev/null
select is(pg_temp.told(:'o3'), 'question wrong_bag', 'a tube of a bag that is still shut, in the hand that has another open');
select is(pg_temp.scan(:'o3', 'rex') ->> 'code', 'accepted_already', 'it is received');
select is(pg_temp.flags(:'o3'), '["wrong_bag"]', 'with its flag');
select is(pg_temp.body(:'o3', 'accepted') - array['delivery', 'copy', 'remark', 'scan', 'flags'], jsonb_build_object('bag', :'b3', 'expected_bag', :'b4'), 'and both bags');
select is(pg_temp.told(:'o4'), 'question bag_not_arrived', 'a tube whose bag is still with its courier');
select is(pg_temp.flags(:'o4'), '["bag_not_arrived", "wrong_bag"]', 'in a wrong bag too, for that');
select is(pg_temp.body(:'o4', 'accepted') ->> 'delivery', :'d2', 'stored in the delivery that is worked on');
select is(pg_temp.told(:'o5'), 'question tube_not_packed', 'a drawn tube that nobody packed');
select is(pg_temp.receiving() #>> '{last,place}', 'QUESTIONS rack', 'the screen says where to put it');
select is(pg_temp.told(:'o1'), 'stored accepted', 'the bench goes on');
select pg_temp.scan(:'b4', 'lea') \g /dev/null
select is(pg_temp.told(:'o6'), 'complete bag_complete', 'a tube of a bag that somebody opened meanwhile is nobody''s question');
select is(pg_temp.told(:'o2'), 'complete delivery_complete', 'the bag and with it the delivery are complete');
select is(pg_temp.open_questions(), 'wrong_bag bag_not_arrived not_packed', 'three items wait');
select is((select q ->> 'title' from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'kind' = 'wrong_bag'),
	format('Tube ...%s was in bag %s, listed in %s', right(:'o3', 4), :'b3', :'b4'), 'in words');
select is(pg_temp.line('accepted'), '6', 'all are counted as received');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- late: its delivery is closed, where it was missing
select pg_temp.drawn_fast(3, 'LATE') as l \gset
select (:'l'::text[])[1] as l1, (:'l'::text[])[2] as l2, (:'l'::text[])[3] as l3 \gset
select pg_temp.sent(array[:'l1', :'l2', :'l3']) as b6 \gset
select pg_temp.docked(array[:'b6']) as d3 \gset
select pg_temp.scan(:'l1', 'rex') \g /dev/null
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d3')), 'question delivery_closed_short', 'closed with two missing');
select is(pg_temp.kinds(:'l2'), 'prepared label_printed labelled collected discrepancy_opened!', 'its own story says so');
create function pg_temp.row_of(delivery text) returns jsonb language sql stable as $$
	select d - '{courier,opened_at,signed_at,closed_at,unexpected}'::text[] from jsonb_array_elements(pg_temp.receiving() -> 'deliveries') d where d ->> 'delivery' = $1 $$;
select pg_temp.row_of((select o.delivery from clinic.delivery_open o join clinic.delivery d on d.delivery = o.delivery order by d.opened_at desc limit 1)) as was \gset
select is(pg_temp.told(:'l2'), 'question late_tube', 'it comes: received as late');
select is(pg_temp.state_of(:'l2'), 'accepted', 'accepted');
select is(pg_temp.flags(:'l2'), '["late"]', 'with its flag');
select is(pg_temp.kinds(:'l2'), 'prepared label_printed labelled collected discrepancy_opened! accepted discrepancy_resolved!', 'and what was missing is settled');
select is((pg_temp.body(:'l2', 'discrepancy_resolved') ->> 'of')::bigint, (select event_id from custody.event where subject = :'l2' and kind = 'discrepancy_opened'), 'that one');
select is(pg_temp.state_of(:'d3'), 'delivery_closed', 'a closed delivery stays closed');
select pg_temp.body(:'l2', 'accepted') ->> 'delivery' as d4 \gset
select isnt(:'d4'::text, :'d3'::text, 'it was taken in in another one');
select is(pg_temp.row_of(:'d3'), jsonb_build_object('delivery', :'d3', 'bags', 1, 'expected_bags', 1, 'tubes', 3, 'accepted', 1, 'rejected', 0, 'held', 0, 'missing', 1, 'late', 0, 'found', 1),
	'the closed one is 1 of 3, and one found since');
select is((r ->> 'accepted') || ' ' || (r -> 'elsewhere')::text || ' ' || jsonb_array_length(r -> 'missing'), '1 ["' || :'l2' || '"] 1', 'so says its reconciliation')
	from (select api.reconciliation('rex', jsonb_build_object('delivery', :'d3')) -> 'data') x (r);
select is(pg_temp.row_of(:'d4') -> 'late', '1', 'the one it was taken in in has one late');
select is(pg_temp.row_of(:'d4') - 'late', :'was'::jsonb - 'late', 'and no other number than before');
delete from clinic.delivery_open;
select clinic.work_end(station_id) from clinic.station where kind = 'receiving' \g /dev/null
select is(pg_temp.told(:'l3'), 'question late_tube', 'with no delivery open at all');
select is(pg_temp.body(:'l3', 'accepted') -> 'delivery', 'null', 'it is in none');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- labels: an old copy, a void one
select pg_temp.drawn_fast(3, 'COPY') as c \gset
select (:'c'::text[])[1] as c1, (:'c'::text[])[2] as c2, (:'c'::text[])[3] as c3 \gset
select pg_temp.event(:'c1', k, '{"copy": 2}') from unnest(array['label_printed', 'labelled']) k \g /dev/null
select pg_temp.event(:'c2', 'label_printed', '{"copy": 2}'), pg_temp.event(:'c2', 'label_voided', '{"copy": 2}') \g /dev/null
select pg_temp.sent(:'c') as b7 \gset
select pg_temp.docked(array[:'b7']) as d4 \gset
select is(pg_temp.told(pg_temp.label(:'c1', 1)), 'question old_copy', 'the square code of a copy that does not count');
select is(pg_temp.flags(:'c1'), '["old_copy"]', 'received with its flag');
select is(pg_temp.told(pg_temp.label(:'c2', 2)), 'question old_copy', 'so a copy that was given up');
select is(pg_temp.flags(:'c2'), '["void_copy"]', 'told apart');
select is(pg_temp.would(:'c1', 'rex'), 'repeat accepted_already', 'scanned by its Code 128 it is the same tube');
select is(pg_temp.told(:'c3'), 'complete delivery_complete', 'a Code 128 names no copy');

-- ---- on hold: red and locked; cancelled: held, not locked
select pg_temp.drawn('HOLD', 'Hal', array['CBC', 'PT']) as hal \gset
select pg_temp.drawn('CANCEL', 'Cat', array['CBC', 'PT']) as cat \gset
select pg_temp.tube(:hal, 1) as h1, pg_temp.tube(:hal, 2) as h2, pg_temp.tube(:cat, 1) as x1, pg_temp.tube(:cat, 2) as x2 \gset
select pg_temp.sent(array[:'h1', :'h2', :'x1', :'x2']) as b8 \gset
select pg_temp.docked(array[:'b8']) as d5 \gset
select pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'h1')) \g /dev/null
select is(pg_temp.told(pg_temp.label(:'h1', 1)), 'stop on_hold', 'a tube that the clinic stopped');
select is(pg_temp.body(:'h1', 'scanned') - 'scan', jsonb_build_object('copy', 1, 'code', 'on_hold', 'delivery', :'d5', 'bag', null, 'expected_bag', :'b8', 'at', 'lab'), 'was seen at the lab');
select is(pg_temp.state_of(:'h1'), 'held', 'and is on hold');
select is(pg_temp.view('rex') #> '{alarm,choices}', '[{"name": "Tube set aside", "choice": "tube_set_aside"}]', 'one choice');
select is(pg_temp.would(:'x1', 'rex'), 'stop locked', 'the station is locked');
select is(pg_temp.act('reject', jsonb_build_object('specimen_id', :'h1', 'reason', 'leaked')), 'stop locked', 'for acts too');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stop scan_it_again', 'not before the second scan');
select is(pg_temp.told(:'h1'), 'stop label_or_tube', 'scanned again');
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}'), 'stop set_it_aside', 'nobody takes a label off at the lab');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.would(pg_temp.card('label_removed'), 'rex'), 'stop locked', 'not by its card either');
select is(pg_temp.would(pg_temp.card('tube_set_aside'), 'rex'), 'stored command', 'the other card is');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'set aside');
select is(pg_temp.kinds(:'h1'), 'prepared label_printed labelled collected label_voided! held scanned! tube_set_aside!', 'told in its story');
select is(pg_temp.line('held'), '1', 'counted as held');
select is((select array_agg(q ->> 'kind') from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'specimen_id' = :'h1'), '{held}', 'and on the list without anybody asking');
update clinic.lab_order_test t set state = 'cancelled' from clinic.specimen_test w where w.lab_order_test_id = t.lab_order_test_id and w.specimen_id = :'x1';
select is(pg_temp.told(:'x1'), 'question order_was_cancelled', 'all its tests cancelled after the draw');
select is(pg_temp.kinds(:'x1'), 'prepared label_printed labelled collected held', 'kept, on hold (policy cancel_after_draw)');
select is(pg_temp.body(:'x1', 'held') - array['scan', 'copy'], jsonb_build_object('why', 'order_cancelled', 'at', 'lab', 'delivery', :'d5', 'bag', null, 'expected_bag', :'b8', 'flags', '[]'::jsonb), 'with why and where');
select is(pg_temp.told(:'x1'), 'question order_was_cancelled', 'scanned again it says so again, and locks nothing');
select is(pg_temp.kinds(:'x1'), 'prepared label_printed labelled collected held', 'and writes nothing');
select pg_temp.policy('cancel_after_draw', '"discard"') \g /dev/null
select pg_temp.event(:'x2', 'order_cancelled') \g /dev/null
select is(pg_temp.told(:'x2'), 'question order_was_cancelled_discard', 'where the policy is discard, from the event alone');
select is(pg_temp.body(:'x2', 'rejected') ->> 'reason', 'order_cancelled', 'rejected for that');
select pg_temp.event(:'h2', 'released', '{}', 'Lab bench 2') \g /dev/null
select is(pg_temp.told(:'h2'), 'complete delivery_complete', 'a hold that ended: received as any');

-- ---- what nobody collected
select pg_temp.drawn_fast(2, 'NOT') as n \gset
select custody.id_next('specimen') as n1, custody.id_next('specimen') as n2, (:'n'::text[])[1] as n3 \gset
select pg_temp.event(:'n1', k, '{"copy": 1}') from unnest(array['prepared', 'label_printed', 'labelled']) k \g /dev/null
select pg_temp.event(:'n2', k, '{"copy": 1}') from unnest(array['prepared', 'label_printed', 'not_collected']) k \g /dev/null
select pg_temp.sent(array[:'n1', :'n2']) as b9 \gset
select pg_temp.docked(array[:'b9']) as d6 \gset
select is(pg_temp.told(:'n1'), 'question tube_never_collected', 'labelled, and its visit never closed');
select is(pg_temp.flags(:'n1'), '["not_collected"]', 'received with its flag');
select is(pg_temp.told(:'n2'), 'question tube_not_drawn', 'the clinic says it was never drawn');
select is(pg_temp.state_of(:'n2'), 'held', 'nobody tests it');
select pg_temp.event(:'n3', 'disposed') \g /dev/null
select is(pg_temp.told(:'n3'), 'question tube_disposed', 'thrown away, says the record, and here it is');
select is(pg_temp.kinds(:'n3'), 'prepared label_printed labelled collected disposed accepted!', 'stored: a fact, though no move');

-- ---- codes that nobody knows
select custody.id_next('specimen') as u1, (select count(*) from custody.event) as was \gset
select is(pg_temp.told(:'u1'), 'question unknown_code', 'a number of our form that nobody issued');
select is(pg_temp.body(:'d6', 'unexpected'), jsonb_build_object('scan', (select max(scan_id) from clinic.scan), 'bag', null, 'found', null, 'specimen_id', :'u1'), 'an event of the delivery');
select is((select count(*) from custody.event where subject = :'u1'), 0::bigint, 'not of the tube');
select is(pg_temp.told(:'u1', 'lea'), 'repeat unknown_already', 'once, at any station');
select is((select q ->> 'text' from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'kind' = 'unexpected'), :'u1', 'on the list with its code');
select is(pg_temp.line('unexpected'), '1', 'and counted');
select is(pg_temp.would('900000000151', 'rex'), 'question misread_here', 'wrong check digits: a misread, not a stranger (ER-13)');
select is(pg_temp.would('00312345678906', 'rex'), 'note not_ours', 'a code of others is only a note');
select pg_temp.policy('foreign_clinics', '"ask"') \g /dev/null
select is(pg_temp.would('00312345678906', 'rex'), 'question foreign_tube', 'unless the policy asks');
select pg_temp.policy('foreign_clinics', '"alarm"') \g /dev/null
select is(pg_temp.would('00312345678906', 'rex'), 'stop foreign_tube', 'or alarms');
select pg_temp.policy('unknown_at_lab', '"lock"') \g /dev/null
select is(pg_temp.would(custody.id_next('specimen'), 'rex'), 'stop unknown_tube', 'unknown tubes lock where the policy is lock');
select is(pg_temp.told(custody.id_make('FOUND sticker', 900, 7)), 'question found', 'a sticker of the FOUND roll');
select is(pg_temp.body(:'d6', 'unexpected') ->> 'found', custody.id_make('FOUND sticker', 900, 7), 'stands for the tube in the list');
select is(pg_temp.told(custody.id_make('FOUND sticker', 900, 7)), 'repeat found_already', 'a sticker is used once');
select is(pg_temp.would('1010000001560186', 'rex'), 'stop practice_and_real', 'a real tube in practice');
update clinic.session set shaded_at = now() where operator_id = pg_temp.operator('Rex Receiver');
select is(pg_temp.told((:'f'::text[])[3]), 'question shaded', 'a resting screen receives nothing');
select is(pg_temp.kinds((:'f'::text[])[3]), 'prepared label_printed labelled collected scanned!', 'but has seen it');
select is(pg_temp.balances(), 'balances', 'and the ledger balances after all that');
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code where m.code is null $$, 'every answer has words');
select is_empty($$ select q ->> 'title' from jsonb_array_elements(pg_temp.receiving('lea') -> 'questions') q where q ->> 'title' like '%item%' or q ->> 'title' ~ '\m(bag|text|tail|expected_bag)$' $$, 'and every item');
select * from finish();
