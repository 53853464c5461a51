-- Rejected at the bench: nothing that nobody scanned; the reason first, then the scan. And the tubes of one Stop.
\ir setup.sql
select plan(132);
create function pg_temp.docked(bags text[]) returns text language sql volatile as $$
	select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita');
	select pg_temp.scan(b, 'rita') from unnest(bags) b;
	select pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita');
	select delivery from clinic.delivery order by opened_at desc limit 1 $$;
create function pg_temp.chosen(why text default 'leaked', token text default 'rex') returns text language sql volatile as $$
	select pg_temp.act('reject', jsonb_build_object('reason', why, 'note', 'wet bag'), token) $$;
create function pg_temp.waits(token text default 'rex') returns text language sql stable as $$
	select pg_temp.receiving(token) #>> '{reject,reason}' $$;
-- what waits was chosen some time ago
create function pg_temp.ago(by interval) returns void language sql volatile as $$
	update clinic.station_work set data = jsonb_set(data, '{reject,at}', to_jsonb((data #>> '{reject,at}')::timestamptz - by)) where data ? 'reject' $$;

select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, pg_temp.tube(:ada, 3) as t3 \gset
select pg_temp.drawn_fast(16) as f \gset
select (:'f'::text[])[1] as f1, (:'f'::text[])[2] as f2, (:'f'::text[])[3] as f3, (:'f'::text[])[4] as f4, (:'f'::text[])[5] as f5, (:'f'::text[])[6] as f6,
	(:'f'::text[])[7] as f7, (:'f'::text[])[8] as f8, (:'f'::text[])[9] as f9, (:'f'::text[])[10] as f10 \gset
select pg_temp.sent(array[:'t1', :'t2', :'t3']) as b1, pg_temp.sent((:'f'::text[])[1:8]) as b2, pg_temp.sent((:'f'::text[])[9:9]) as b3 \gset
select pg_temp.docked(array[:'b1', :'b2']) as d1 \gset

-- ---- the reason first, then the scan
select is(pg_temp.act('reject', '{"reason": "ugly"}'), 'question reason_needed', 'a reason of the list');
select is(pg_temp.act('reject', '{"reason": "leaked", "specimen_id": 7}'), 'question bad_request', 'what names no tube does not stand for the next one');
select is(pg_temp.act('reject', '{"reason": "leaked", "specimen_id": ""}'), 'question bad_request', 'nor does an empty name');
select is(pg_temp.chosen('leaked', 'ana'), 'question not_allowed', 'by a receiver');
select is(pg_temp.receiving() -> 'reject', 'null', 'nothing waits');
select is(pg_temp.told(:'b1'), 'stored bag_opened', 'a bag in hand');
select unnest(array[is(r ->> 'title', 'Scan the tube to reject: Leaked', 'the reason without a tube: its scan is asked for'),
	is(pg_temp.says(r), 'question scan_to_reject', 'as a question'), is(r #>> '{data,touched}', 'custody', 'which the page shows')])
	from pg_temp.call('reject', 'rex', '{"reason": "leaked", "note": "wet bag"}') r;
select is((pg_temp.receiving() -> 'reject') - 'seconds', jsonb_build_object('reason', 'leaked', 'name', 'Leaked', 'note', 'wet bag', 'title', 'Scan the tube to reject: Leaked',
	'do', 'The next tube scanned is rejected, no other. Changed your mind? Scan the card: back.'), 'the view has it');
select ok((pg_temp.receiving() #>> '{reject,seconds}')::int between 50 and 60, 'for a minute');
select is(pg_temp.receiving('lea') -> 'reject', 'null', 'at this station only');
select is(pg_temp.told(:'t2', 'lea'), 'stored accepted', 'another station receives');
select is(pg_temp.receiving() #>> '{work,bag}', :'b1', 'the bag is still in hand');
select unnest(array[is(r ->> 'title', 'Rejected: Leaked', 'the next tube scanned is rejected'), is(pg_temp.says(r), 'stored rejected', 'stored'),
	is(r #> '{data,done}', '2', 'the second that is seen of its bag')])
	from pg_temp.scan(pg_temp.label(:'t1', 1), 'rex') r;
select is(pg_temp.kinds(:'t1'), 'prepared label_printed labelled collected rejected', 'and was never accepted');
select is(pg_temp.body(:'t1', 'rejected'), jsonb_build_object('delivery', :'d1', 'bag', :'b1', 'expected_bag', :'b1', 'copy', 1, 'scan', (select max(scan_id) from clinic.scan),
	'flags', '[]'::jsonb, 'reason', 'leaked', 'hl7', 'CL', 'note', 'wet bag'), 'S44 with its scan, copy, flags and reason');
select is((select q.kind from clinic.lab_question q where q.subject = :'t1'), 'rejected', 'on the questions list');
select is(pg_temp.receiving() #>> '{last,title}', 'Rejected: Leaked', 'the last tube of the station');
select is(pg_temp.waits(), null, 'once');
select is(pg_temp.told(:'t3'), 'complete bag_complete', 'the next one is received, and completes the bag');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- whatever tube comes is it: the reason waits for no other
select is(pg_temp.chosen(), 'question scan_to_reject', 'chosen');
select is(pg_temp.told(:'t2'), 'stored rejected', 'a tube that was accepted before is rejected later');
select is(pg_temp.kinds(:'t2'), 'prepared label_printed labelled collected accepted rejected', 'after its acceptance');
select is(pg_temp.body(:'t2', 'rejected') -> 'scan', (select to_jsonb(max(scan_id)) from clinic.scan), 'with its scan');
select pg_temp.chosen('clotted') \g /dev/null
select unnest(array[is(pg_temp.says(r), 'repeat rejected_already', 'one that is rejected already'), matches(r ->> 'title', ': Leaked$', 'for what it was rejected')])
	from pg_temp.scan(:'t2', 'rex') r;
select is(pg_temp.waits(), null, 'was the one');
select pg_temp.event(:'t3', 'held', '{"why": "bag_on_hold", "at": "lab"}', 'Lab bench 1'), pg_temp.chosen() \g /dev/null
select is(pg_temp.told(:'t3'), 'question held_first', 'a tube on hold is not rejected over the hold');
select is(pg_temp.state_of(:'t3'), 'held', 'it stays on hold');
select is(pg_temp.waits(), null, 'and was the one');
select pg_temp.chosen() \g /dev/null
select is(pg_temp.told(custody.id_next('specimen')), 'question unknown_not_rejected', 'a number that nobody knows goes on the list, not rejected');
select is(pg_temp.waits(), null, 'and was the one');
select custody.id_next('specimen') as n1 \gset
select pg_temp.event(:'n1', k, '{"copy": 1}') from unnest(array['prepared', 'label_printed', 'not_collected']) k \g /dev/null
select pg_temp.chosen() \g /dev/null
select is(pg_temp.told(:'n1'), 'question tube_not_drawn', 'what receiving would put on hold is put on hold');
select is(pg_temp.kinds(:'n1'), 'prepared label_printed not_collected held', 'not rejected');
select pg_temp.event(:'f10', 'disposed'), pg_temp.chosen() \g /dev/null
select is(pg_temp.told(:'f10'), 'question tube_disposed', 'what can not be rejected any more is a question as ever');
select pg_temp.chosen() \g /dev/null
select is(pg_temp.told('1010000001560186'), 'stop practice_and_real', 'a real tube in practice');
select is(pg_temp.act('reject', '{"undo": true}'), 'stop locked', 'locks the station');
update clinic.alarm set answered_at = now() where answered_at is null;
select is(pg_temp.waits(), null, 'and nothing waits behind it');

-- ---- what is no tube is only seen while a tube is waited for
select pg_temp.chosen() \g /dev/null
select (select count(*) from custody.event) as was \gset
select is(pg_temp.told(:'b2'), 'question reject_needs_tube', 'a bag is not opened');
select is(pg_temp.kinds(:'b2'), 'bag_opened bag_closed departed arrived scanned!', 'it was seen');
select is(pg_temp.body(:'b2', 'scanned'), jsonb_build_object('scan', (select max(scan_id) from clinic.scan), 'code', 'reject_needs_tube'), 'and nothing else');
select is(pg_temp.told(:'b3'), 'question reject_needs_tube', 'another one');
select is(pg_temp.kinds(:'b3'), 'bag_opened bag_closed departed scanned!', 'has not arrived by that');
select is(pg_temp.told('B101000000188'), 'question practice_bag', 'a real bag in practice');
select is(pg_temp.told(custody.id_make('FOUND sticker', 900, 9)), 'question reject_needs_tube', 'a sticker stands for nothing');
select is(pg_temp.told('00312345678906'), 'question reject_needs_tube', 'a code of others');
select is(pg_temp.told(pg_temp.badge('Dee Driver')), 'question reject_needs_tube', 'a courier''s badge begins no delivery');
select is(pg_temp.told('900000000151'), 'question misread_here', 'a misread is told as such');
select is(pg_temp.told(pg_temp.badge('Rex Receiver')), 'note signed_in_already', 'one''s own badge');
select is(pg_temp.would(pg_temp.card('reject'), 'rex'), 'stored command', 'cards are the page''s');
select is((select count(*) from custody.event), :was + 2::bigint, 'nothing more was written');
select is(pg_temp.waits(), 'leaked', 'and the tube is still waited for');
select is(pg_temp.told(:'f2'), 'stored rejected', 'until it comes');

-- ---- and it ends
select pg_temp.chosen() \g /dev/null
select is(pg_temp.act('reject', '{"undo": true}'), 'stored reject_undone', 'by the person');
select is(pg_temp.act('reject', '{"undo": true}'), 'repeat reject_idle', 'once');
select is(pg_temp.told(:'f3'), 'stored accepted', 'then tubes are received');
select pg_temp.chosen() \g /dev/null
select is(pg_temp.chosen('clotted'), 'question scan_to_reject', 'another reason');
select is(pg_temp.waits(), 'clotted', 'takes its place');
select pg_temp.ago('59 seconds') \g /dev/null
select is(pg_temp.waits(), 'clotted', 'for a minute');
select pg_temp.ago('1 second') \g /dev/null
select is(pg_temp.waits(), null, 'then nobody may remember it');
select is(pg_temp.told(:'b2'), 'stored bag_opened', 'a bag is a bag');
select is(pg_temp.told(:'f4'), 'stored accepted', 'and a tube is received');
select is((select data ? 'reject' from clinic.station_work where station_id = pg_temp.station('Lab bench 1')), false, 'nothing is left of it');
select pg_temp.chosen() \g /dev/null
select api.sign_in(gen_random_uuid(), 'labbench1', jsonb_build_object('nonce', api.sign_in_begin(gen_random_uuid(), 'labbench1',
	jsonb_build_object('badge', pg_temp.badge('Lea Lead'))) #> '{data,nonce}', 'ok', true, 'token_hash', pg_temp.token_hash('lea1'))) \g /dev/null
select is(pg_temp.waits('lea1'), null, 'when somebody else signs in here');
select is(pg_temp.told(:'f5', 'lea1'), 'stored accepted', 'who receives');
update clinic.session set shaded_at = null where operator_id = pg_temp.operator('Rex Receiver');
select is(pg_temp.waits(), null, 'nor does it come back with who chose it');
select pg_temp.chosen() \g /dev/null
update clinic.station_work set data = jsonb_set(data, '{reject,by}', to_jsonb(pg_temp.operator('Lea Lead'))) where data ? 'reject';
select is(pg_temp.waits(), null, 'what another chose is nobody else''s');
select is(pg_temp.told(:'f6'), 'stored accepted', 'nor does it reject');
select pg_temp.chosen() \g /dev/null
select is(pg_temp.act('reject', jsonb_build_object('specimen_id', :'f6', 'reason', 'clotted')), 'stored rejected', 'a tube that is named');
select is(pg_temp.waits(), null, 'ends it too');
select pg_temp.chosen() \g /dev/null
select is(pg_temp.act('work_end', '{}'), 'question bag_short', 'so does the end of the work');
select is(pg_temp.waits(), null, 'with the bag');
select pg_temp.chosen() \g /dev/null
select is(pg_temp.act('mistake', '{}'), 'question which_tube', 'and Stop');
select is(pg_temp.waits(), null, 'whose tube is not the one');
select pg_temp.act('visit_answer', '{"code": "which_tube", "choice": "back"}') \g /dev/null
select pg_temp.act('work_end', '{}') \g /dev/null
select is((select count(*) from clinic.station_work where station_id = pg_temp.station('Lab bench 1')), 0::bigint, 'a station that does nothing');
select is(pg_temp.chosen(), 'question scan_to_reject', 'may begin so');
update clinic.session set shaded_at = now() where operator_id = pg_temp.operator('Rex Receiver');
select is(pg_temp.told(:'f7'), 'question shaded', 'a resting screen rejects nothing');
select is(pg_temp.told(:'b3'), 'question shaded', 'and takes nothing');
update clinic.session set shaded_at = null where operator_id = pg_temp.operator('Rex Receiver');
select is(pg_temp.told(:'f7'), 'stored rejected', 'awake it does');
select is(pg_temp.receiving() #>> '{work,kind}', 'bench', 'at the bench');

-- ---- at the dock
select is(pg_temp.told(pg_temp.badge('Cy Courier'), 'rita'), 'stored delivery_begun', 'a delivery at the dock');
select is(pg_temp.chosen('broken', 'rita'), 'question scan_to_reject', 'a tube that broke in the open');
select is(pg_temp.told(pg_temp.badge('Rita Dock'), 'rita'), 'question reject_needs_tube', 'her badge signs nothing now');
select is(pg_temp.told(:'f8', 'rita'), 'stored rejected', 'it is rejected at the dock');
select is(pg_temp.receiving('rita') #>> '{work,kind}', 'dock', 'which goes on');
select is(pg_temp.told(:'b3', 'rita'), 'complete bags_complete', 'with its bags');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- a bag whose content nobody knows: what is rejected out of it counts once
select custody.id_next('bag') as b5 \gset
select pg_temp.event(:'b5', 'bag_closed', jsonb_build_object('lab_id', null, 'class', 'AMB', 'stat', false, 'how', 'courier', 'count', 2, 'tubes', '[]'::jsonb, 'left_out', '[]'::jsonb), 'Courier phone') \g /dev/null
select pg_temp.event(:'b5', 'departed', jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'Courier phone') \g /dev/null
select pg_temp.told(:'b5', 'rita'), pg_temp.told(:'b5'), pg_temp.chosen() \g /dev/null
select is(pg_temp.told((:'f'::text[])[11]), 'stored rejected', 'one of two');
select is(pg_temp.told((:'f'::text[])[12]), 'complete bag_complete', 'the other completes it');
select is(row(p.tubes, p.done)::text, '(2,2)', 'two of two') from clinic.bag_progress(:'b5', clinic.bag_arrival(:'b5')) p;
select pg_temp.act('reject', jsonb_build_object('specimen_id', (:'f'::text[])[12], 'reason', 'clotted')) \g /dev/null
select is(row(p.tubes, p.done)::text, '(2,2)', 'also when that is rejected later') from clinic.bag_progress(:'b5', clinic.bag_arrival(:'b5')) p;
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- the tubes of one Stop: the first locks and teaches
select pg_temp.drawn('HOLD', 'Hal', array['CBC', 'PT', 'GLU']) as hal \gset
select pg_temp.drawn('OTHER', 'Oz', array['CBC']) as oz \gset
select pg_temp.tube(:hal, 1) as h1, pg_temp.tube(:hal, 2) as h2, pg_temp.tube(:hal, 3) as h3, pg_temp.tube(:oz, 1) as z1 \gset
select pg_temp.docked(array[pg_temp.sent(array[:'h1', :'h2', :'h3', :'z1'])]) as d2 \gset
create function pg_temp.item(tube text) returns text language sql stable as $$
	select q ->> 'title' from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'specimen_id' = tube and q ->> 'kind' = 'held' $$;
create function pg_temp.held(tube text) returns bigint language sql stable as $$
	select max(event_id) from custody.event where subject = tube and kind = 'held' $$;
create function pg_temp.set_aside(tube text, token text default 'rex') returns text language sql volatile as $$
	select pg_temp.scan(tube, token);
	select pg_temp.scan(tube, token);
	select pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}', token) $$;
select pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'h1')), pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'z1')), pg_temp.chosen() \g /dev/null
select is(pg_temp.told(:'h1'), 'stop on_hold', 'the first one locks, also when a tube to reject was waited for');
select is(pg_temp.item(:'h1'), format('Tube ...%s is on hold, and nobody set it aside', right(:'h1', 4)), 'it is on the list as not set aside');
select is(pg_temp.told(:'h2', 'lea'), 'stop on_hold', 'at another station the second one locks too');
update clinic.alarm set answered_at = now(), choice = 'tube_set_aside' where answered_at is null and station_id = pg_temp.station('Lab bench 2');
select is(pg_temp.set_aside(:'h1'), 'stored tube_set_aside', 'set aside');
select is(pg_temp.item(:'h1'), format('Tube ...%s is on hold', right(:'h1', 4)), 'and so on the list');
select is(pg_temp.waits(), null, 'nothing was rejected');
select unnest(array[is(pg_temp.says(r), 'question on_hold_too', 'the next one of the same Stop does not lock'), is(r ->> 'title', 'Also on hold: set it aside', 'and says what to do')])
	from pg_temp.scan(:'h2', 'rex') r;
select is(pg_temp.body(:'h2', 'scanned') ->> 'code', 'on_hold', 'seen');
select is(pg_temp.item(:'h2'), format('Tube ...%s is on hold, and nobody set it aside', right(:'h2', 4)), 'on the list as not set aside');
select is(pg_temp.told(:'h2'), 'question on_hold_too', 'read twice in the same second is not scanned again');
select is((select count(*) from custody.event where subject = :'h2' and kind in ('scanned', 'tube_set_aside') and station_id = pg_temp.station('Lab bench 1')), 1::bigint, 'and writes nothing');
select pg_sleep(1.1) \g /dev/null
select is(pg_temp.told(:'h3'), 'question on_hold_too', 'the bench goes on with the third');
select is(pg_temp.told(:'h2'), 'stored on_hold_aside', 'scanned once more: set aside');
select is(pg_temp.body(:'h2', 'tube_set_aside') - 'scan', '{"alarm": "on_hold", "copy": null, "at": "lab"}', 'in its story');
select is(pg_temp.item(:'h2'), format('Tube ...%s is on hold', right(:'h2', 4)), 'and on the list');
select is(pg_temp.item(:'h3'), format('Tube ...%s is on hold, and nobody set it aside', right(:'h3', 4)), 'the third waits');
select is(pg_temp.state_of(:'h2') || ' ' || pg_temp.state_of(:'h3'), 'held held', 'both stay on hold');
select is(pg_temp.would(:'h2', 'rex'), 'stop on_hold', 'one that was set aside and is in a hand again locks');
select is(pg_temp.would(:'z1', 'rex'), 'stop on_hold', 'so does a tube of another Stop');
update clinic.alarm set answered_at = now() where answered_at is null;
update clinic.alarm set answered_at = answered_at - interval '1 hour' where specimen_id = :'h1';
select is(pg_temp.would(:'h3', 'rex'), 'stop on_hold', 'and one of the same an hour later');
update clinic.alarm set answered_at = answered_at + interval '1 hour', answered_by = pg_temp.operator('Lea Lead') where specimen_id = :'h1';
select is(pg_temp.would(:'h3', 'rex'), 'stop on_hold', 'or at the hand of another person');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- what is on hold stays on the list, whatever becomes of its delivery
select pg_temp.act('work_end', '{}'), pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d2'), 'lea') \g /dev/null
select is((select count(*) from clinic.delivery_open where delivery = :'d2'), 0::bigint, 'the delivery is closed');
select is(pg_temp.item(:'h3'), format('Tube ...%s is on hold, and nobody set it aside', right(:'h3', 4)), 'the tube that nobody set aside is on the list still');
select is(pg_temp.item(:'h1'), format('Tube ...%s is on hold', right(:'h1', 4)), 'as the one that was');
select is(pg_temp.act('question_settle', jsonb_build_object('event_id', pg_temp.held(:'h1'), 'note', 'on the rack')), 'stored question_settled', 'a person settles it');
select is(pg_temp.item(:'h1'), null, 'that is the end of it');
select pg_temp.call('release', 'lea', jsonb_build_object('specimen_id', :'h3', 'reason', (select code from clinic.reason where kind = 'release' order by position limit 1))) \g /dev/null
select is(pg_temp.state_of(:'h3'), 'released', 'or the hold ends');
select is(pg_temp.item(:'h3'), null, 'and with it the item');
-- Stop is pressed for a tube that was received, in a delivery that is closed long since
select pg_temp.drawn('LATE', 'Lou', array['CBC']) as lou \gset
select pg_temp.tube(:lou, 1) as l1 \gset
select pg_temp.docked(array[pg_temp.sent(array[:'l1'])]) as d3 \gset
select is(pg_temp.told(:'l1'), 'complete delivery_complete', 'received');
select pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d3'), 'lea') \g /dev/null
select is(pg_temp.item(:'l1'), null, 'nothing to ask');
select pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'l1')) \g /dev/null
select is(pg_temp.item(:'l1'), format('Tube ...%s is on hold, and nobody set it aside', right(:'l1', 4)), 'Stop puts it on the list');
select pg_temp.call('release', 'lea', jsonb_build_object('specimen_id', :'l1', 'reason', (select code from clinic.reason where kind = 'release' order by position limit 1))),
	pg_temp.event(:'l1', 'held', '{"why": "mistake"}') \g /dev/null
select is((select count(*) from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'specimen_id' = :'l1'), 1::bigint, 'stopped once more it is there once');
select is(pg_temp.balances(), 'balances', 'the ledger balances');
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code where m.code is null $$, 'every answer has words');
select * from finish();
