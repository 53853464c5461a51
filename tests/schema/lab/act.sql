-- What a receiver decides: rejected, a remark, two tubes with one number, an item settled, a bag empty, a delivery closed.
\ir setup.sql
select plan(124);
create function pg_temp.docked(bags text[], courier text default 'Cy Courier') returns text language sql volatile as $$
	select pg_temp.scan(pg_temp.badge(courier), 'rita');
	select pg_temp.scan(b, 'rita') from unnest(bags) b;
	select pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita');
	select delivery from clinic.delivery order by opened_at desc limit 1 $$;
create function pg_temp.reject(tube text, why text default 'haemolysed', token text default 'rex') returns text language sql volatile as $$
	select pg_temp.act('reject', jsonb_build_object('specimen_id', tube, 'reason', why, 'note', 'pink'), token) $$;
create function pg_temp.item(of_kind text) returns jsonb language sql stable as $$
	select q from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'kind' = of_kind order by (q ->> 'event_id')::bigint desc limit 1 $$;
create function pg_temp.settle(of_kind text, note text default 'done') returns text language sql volatile as $$
	select pg_temp.act('question_settle', jsonb_build_object('event_id', pg_temp.item(of_kind) -> 'event_id', 'note', note)) $$;
-- the red screen: scanned again, and set aside
create function pg_temp.set_aside(code text, token text default 'rex') returns text language sql volatile as $$
	select pg_temp.told(code, token) || ', ' || pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}', token) $$;
create function pg_temp.reconcile(of_delivery text) returns jsonb language sql stable as $$
	select api.reconciliation('rex', jsonb_build_object('delivery', of_delivery)) -> 'data' $$;

select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, pg_temp.tube(:ada, 3) as t3 \gset
select pg_temp.drawn_fast(9) as f \gset
select (:'f'::text[])[1] as f1, (:'f'::text[])[2] as f2, (:'f'::text[])[3] as f3, (:'f'::text[])[4] as f4, (:'f'::text[])[5] as f5, (:'f'::text[])[6] as f6 \gset
select pg_temp.sent(array[:'t1', :'t2', :'t3', :'f1']) as b1 \gset
select pg_temp.docked(array[:'b1']) as d1 \gset

-- ---- rejected: now, or later
select pg_temp.told(:'t1') \g /dev/null
select is(pg_temp.act('reject', jsonb_build_object('specimen_id', :'t1')), 'question reason_needed', 'with a reason');
select is(pg_temp.act('reject', jsonb_build_object('specimen_id', :'t1', 'reason', 'ugly')), 'question reason_needed', 'of the list');
select is(pg_temp.act('reject', jsonb_build_object('reason', 'leaked', 'specimen_id', custody.id_make('specimen', 900, 9999999))), 'question bad_request', 'and a tube that somebody knows');
select is(pg_temp.act('reject', '{"reason": "leaked", "specimen_id": "101000000156"}'), 'question bad_request', 'of here');
select is(pg_temp.reject(:'t1', 'haemolysed', 'ana'), 'question not_allowed', 'by a receiver');
select is(r ->> 'title', 'Rejected: Haemolysed', 'the last tube, with one reason')
	from pg_temp.call('reject', 'rex', jsonb_build_object('specimen_id', pg_temp.receiving() #> '{last,specimen_id}', 'reason', 'haemolysed', 'note', 'pink')) r;
select is(pg_temp.body(:'t1', 'rejected'), jsonb_build_object('delivery', :'d1', 'expected_bag', null, 'reason', 'haemolysed', 'hl7', 'RH', 'note', 'pink', 'flags', '[]'::jsonb),
	'S44 with reason and HL7 code, in the delivery it came in');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed labelled collected accepted rejected', 'after it was accepted');
select is(pg_temp.reject(:'t1'), 'repeat rejected_already', 'once');
select is(pg_temp.scan(:'t1', 'lea') ->> 'title', format('Rejected already, %s, Lab bench 1: Haemolysed', to_char(recorded_at, 'HH24:MI')), 'scanned again it says so')
	from custody.event where subject = :'t1' and kind = 'rejected';
select is(pg_temp.item('rejected') ->> 'title', 'Rejected: Haemolysed', 'it waits on the list until the clinic was told');
select is(pg_temp.item('rejected') ->> 'do', 'The clinic is told by message; phone when nobody has answered in 4 hours.', 'how it is told (policy rejection_tell)');
select is(clinic.rejection_words(true), 'Phone the clinic within 15 minutes.', 'STAT by phone');
select is(pg_temp.reject(:'t2', 'clotted'), 'question receive_first', 'a tube nobody has scanned is not rejected (promise 6)');
select is(pg_temp.kinds(:'t2'), 'prepared label_printed labelled collected', 'and nothing is stored of it');
select is(pg_temp.told(:'t2', 'lea'), 'stored accepted', 'it is scanned');
select is(pg_temp.reject(:'t2', 'clotted'), 'stored rejected', 'then it may be');
select is(pg_temp.body(:'t2', 'rejected') ->> 'delivery', :'d1', 'in the delivery that it came in');
select is(pg_temp.told(:'t2'), 'repeat rejected_already', 'and nothing receives it any more');
select is((api.collections_due('ana', '{}') #> '{data,rejected}') -> 0 ->> 'kind', 'rejected', 'the clinic has them on its list');
select is(pg_temp.settle('rejected', ''), 'question note_needed', 'of a rejection it is noted who was told (ER-28)');
select is(pg_temp.settle('rejected', 'Ana Ruiz, by phone'), 'stored question_settled', 'then it is settled');
select is(pg_temp.body(:'t2', 'discrepancy_resolved') ->> 'note', 'Ana Ruiz, by phone', 'in the tube''s story');
select is((select q #>> '{settled,note}' from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'specimen_id' = :'t2'), 'Ana Ruiz, by phone', 'it stays on the list of an open delivery, settled');
select is(pg_temp.act('question_settle', jsonb_build_object('event_id', (select event_id from custody.event where subject = :'t2' and kind = 'rejected'), 'note', 'x')), 'repeat question_settled', 'once');
select is(pg_temp.act('question_settle', '{"event_id": 7, "note": "x"}'), 'question question_unknown', 'there must be an item');
select is(pg_temp.act('question_settle', jsonb_build_object('event_id', (select event_id from custody.event where subject = :'t3' and kind = 'collected'), 'note', 'x')), 'question question_unknown', 'not any event is one');

-- ---- with a remark
select is(pg_temp.act('accept_remark', jsonb_build_object('specimen_id', :'t3', 'remark', 'little')), 'question receive_first', 'a tube that is not here has no remark');
select pg_temp.told(:'t3') \g /dev/null
select is(pg_temp.act('accept_remark', jsonb_build_object('specimen_id', :'t3', 'remark', 'pretty')), 'question reason_needed', 'a remark of the list');
select is(pg_temp.act('accept_remark', jsonb_build_object('specimen_id', :'t3', 'remark', 'little', 'note', '1 mL')), 'stored remarked', 'accepted with remark');
select is(pg_temp.body(:'t3', 'remark'), '{"remark": "little", "celsius": null, "note": "1 mL", "at": "lab"}', 'told in its story');
select is(pg_temp.state_of(:'t3'), 'accepted', 'it stays accepted');
select is(api.me('rex', '{}') #> '{data,reasons,accept_remark,0}', '{"reason": "slightly_haemolysed", "name": "Slightly haemolysed"}', 'the page has the remarks');
select is(api.me('rex', '{}') #> '{data,reasons,reject,0}', '{"reason": "haemolysed", "name": "Haemolysed"}', 'and the reasons');

-- ---- two tubes with one number
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'f1')), 'question receive_first', 'of a tube that is here');
select pg_temp.told(:'f1') \g /dev/null
select is(pg_temp.told(:'f1'), 'repeat accepted_already', 'the second tube of that number');
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'f1')), 'stop two_tubes', 'DUPLICATE: red');
select is(pg_temp.told(:'t3'), 'stop locked', 'and locked');
select is(pg_temp.kinds(:'f1'), 'prepared label_printed labelled collected accepted discrepancy_opened! held', 'nobody tests either');
select is(clinic.settled_view(:'f1', null, 'held') ->> 'reason', 'Two tubes with one number', 'with the reason in words');
select is((select e ->> 'words' from jsonb_array_elements(api.timeline('rex', jsonb_build_object('specimen_id', :'f1')) #> '{data,events}') e where e ->> 'kind' = 'held') ~ ': Two tubes with one number$', true, 'in its story too');
select is(pg_temp.set_aside(:'f1'), 'stop label_or_tube, stored tube_set_aside', 'until one is scanned again and set aside');
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'f1')), 'repeat duplicate_already', 'once');
select is(pg_temp.told(:'f1', 'lea'), 'stop two_tubes', 'the other one at another bench: red there too');
select is(pg_temp.set_aside(:'f1', 'lea'), 'stop label_or_tube, stored tube_set_aside', 'and set aside');
select is(pg_temp.reject(:'f1', 'mislabelled'), 'question held_first', 'a tube on hold is not rejected over the hold');
select is(pg_temp.item('duplicate') ->> 'specimen_id', :'f1', 'on the list');
select is(pg_temp.settle('duplicate'), 'stored question_settled', 'settled');
select is(pg_temp.call('release', 'lea', jsonb_build_object('specimen_id', :'f1', 'reason', (select code from clinic.reason where kind = 'release' order by position limit 1))) ->> 'verdict', 'stored', 'a lead of the lab ends the hold');
select is((select outcome from clinic.delivery_tubes(:'d1') where specimen_id = :'f1'), 'accepted', 'and it is what it was');

-- ---- closing: what is missing is named, with its bag and who had it last
select is((select array[x ->> 'accepted', x ->> 'missing'] from jsonb_array_elements(pg_temp.receiving() -> 'deliveries') x where x ->> 'delivery' = :'d1'), '{2,0}', 'two good ones, nothing open');
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d1'), 'ana'), 'question not_allowed', 'not by an assistant');
select is(pg_temp.act('delivery_close', '{"delivery": "D1"}'), 'question delivery_unknown', 'there must be a delivery');
select pg_temp.policy('delivery_close', '"lead"') \g /dev/null
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d1')), 'question lead_closes', 'where the policy is lead, by a lead');
select pg_temp.policy('delivery_close', '"any_receiver"') \g /dev/null
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d1')), 'complete delivery_closed', 'else by any receiver (nights)');
select is(pg_temp.body(:'d1', 'delivery_closed'), '{"accepted": 2, "rejected": 2, "held": 0, "late": 0, "missing": [], "missing_n": 0, "bags_missing_n": 0, "unexpected": 0, "bags": 1, "bags_missing": []}', 'with its numbers');
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d1')), 'repeat delivery_closed_already', 'once');
select is((pg_temp.call('delivery_close', 'rex', jsonb_build_object('delivery', :'d1'))) ->> 'title', format('Closed already, %s, Lab bench 1', to_char(recorded_at, 'HH24:MI')), 'and says when')
	from custody.event where subject = :'d1' and kind = 'delivery_closed';

select pg_temp.sent(array[:'f2', :'f3', :'f4']) as b2, pg_temp.sent(array[:'f5']) as b3, pg_temp.sent(array[:'f6'], '{}', null) as b4 \gset
select pg_temp.docked(array[:'b2', :'b4']) as d2 \gset
select pg_temp.scan(:'b2', 'rex'), pg_temp.scan(:'f2', 'rex') \g /dev/null
select is(pg_temp.act('work_end', '{}'), 'question bag_short', 'done, and two are not in the bag');
select is(pg_temp.body(:'b2', 'scanned') ->> 'code', 'emptied', 'stored: not in the bag is another thing than not scanned');
select is((select b ->> 'state' from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = :'b2'), 'complete', 'nothing more comes out of that bag');
select is((select b -> 'tubes' from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = :'b2'), '3', 'of three');
select is((select b -> 'done' from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = :'b2'), '1', 'one');
-- what is scanned most is asked without the tubes' events: the words of clinic.tube_was_seen are those of its index
create function pg_temp.index_reads(name regclass) returns bigint language sql volatile as $$
	select sum(pg_stat_get_xact_numscans(inhrelid)) from pg_inherits where inhparent = name $$;
begin;
set local enable_seqscan = off; -- the tables of a test are so small that no index pays
select is(array[clinic.tube_was_seen(:'f2'), clinic.tube_was_seen(:'f3')], '{t,f}', 'seen, and not seen');
select is(array(select row(tubes, done)::text from clinic.bag_progress(:'b2', clinic.bag_arrival(:'b2'))), array['(3,1)'], 'and so one of three');
select cmp_ok(pg_temp.index_reads('custody.event_seen_idx'), '>=', 5::bigint, 'each by the index of what a laboratory has seen');
commit;
select pg_temp.scan(custody.id_next('specimen'), 'rex') \g /dev/null
select pg_temp.reconcile(:'d2') as r \gset
select is(:'r'::jsonb ->> 'state', 'open', 'reconciled while it is open');
select is((select array_agg(m ->> 'specimen_id' order by m ->> 'specimen_id') from jsonb_array_elements(:'r'::jsonb -> 'missing') m), array[:'f3', :'f4', :'f6'], 'missing: what nobody has seen');
select is(:'r'::jsonb #>> '{missing,0,bag}', :'b2', 'with its bag');
select is(:'r'::jsonb #>> '{missing,0,holder,name}', 'Lab bench 1', 'and who had it last');
select is((:'r'::jsonb #> '{missing,0,opened}') - 'at', '{"by": "Rex Receiver", "station": "Lab bench 1"}', 'who opened its bag, where');
select is((:'r'::jsonb #>> '{missing,0,opened,at}')::timestamptz, (select recorded_at from custody.event where subject = :'b2' and kind = 'bag_opened' and station_id = pg_temp.station('Lab bench 1')), 'and when');
select is(:'r'::jsonb #> '{missing,0,brought}', jsonb_build_object('by', 'Cy Courier', 'at', (select to_jsonb(recorded_at) from custody.event where subject = :'b2' and kind = 'arrived')), 'and the courier who brought it');
select is((select m -> 'opened' from jsonb_array_elements(:'r'::jsonb -> 'missing') m where m ->> 'specimen_id' = :'f6'), 'null', 'a bag that nobody opened');
select is((:'r'::jsonb #>> '{missing,0,declare_at}')::timestamptz, (select recorded_at + interval '120 minutes' from custody.event where subject = :'b2' and kind = 'arrived'), 'declared two hours after its arrival (policy missing_declared)');
select is(:'r'::jsonb #>> '{bags_missing,0,bag}', :'b3', 'the bag that the courier has still');
select is(:'r'::jsonb #>> '{bags_missing,0,holder,name}', 'Cy Courier', 'with him');
select is(:'r'::jsonb -> 'without_pickup', jsonb_build_array(:'b4'), 'the bag that nobody scanned when it left');
select is(jsonb_array_length(:'r'::jsonb -> 'unexpected'), 1, 'what nobody knew');
select is(pg_temp.balances(), 'balances', 'the ledger balances while all is open');
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d2')), 'question delivery_closed_short', 'closed by any receiver, with open items');
select is(clinic.delivery_parts('{"accepted": 2, "rejected": 0, "held": 1, "missing": 1, "bags_missing": 0}'), '2 received, 1 on hold, 1 tube missing', 'what is none of is not said');
select is(clinic.delivery_parts('{"accepted": 0, "rejected": 0, "held": 0, "missing": 0, "bags_missing": 0}'), 'nothing was in it', 'nor is nothing at all left blank');
select is(clinic.delivery_parts('{"accepted": 2, "rejected": 0, "held": 0, "late": 1, "missing": 0, "bags_missing": 0}'), '2 received, 1 late of another delivery', 'what came late is beside the others');
select is(pg_temp.body(:'d2', 'delivery_closed'), jsonb_build_object('accepted', 1, 'rejected', 0, 'held', 0, 'late', 0, 'missing', jsonb_build_array(jsonb_build_array(:'f3', :'b2'),
	jsonb_build_array(:'f4', :'b2'), jsonb_build_array(:'f6', :'b4')), 'missing_n', 3, 'bags_missing_n', 1, 'unexpected', 1, 'bags', 2, 'bags_missing', jsonb_build_array(:'b3')), 'which it names');
select is(pg_temp.body(:'f3', 'discrepancy_opened'), jsonb_build_object('why', 'missing', 'delivery', :'d2', 'bag', :'b2'), 'each has it in its story, for its clinic');
select is(pg_temp.body(:'b3', 'discrepancy_opened') ->> 'why', 'missing', 'the bag too');
select is((select count(*) from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'kind' = 'missing' and q -> 'settled' = 'null'), 4::bigint, 'four items wait');
select is(pg_temp.item('missing') ->> 'title', format('Something does not add up: bag %s is missing', :'b3'), 'in plain words');
select is(clinic.ledger_view(null) #>> '{tubes,missing}', '4', 'the ledger has four missing tubes: those and the one in the bag');
select is(pg_temp.balances(), 'balances', 'and balances');
select pg_temp.docked(array[:'b3']) as d3 \gset
select is(pg_temp.kinds(:'b3'), 'bag_opened bag_closed departed discrepancy_opened! arrived discrepancy_resolved!', 'the bag comes: its item is settled');
select is(pg_temp.told(:'f5'), 'complete delivery_complete', 'its tube is not late: its bag came now');
select is(pg_temp.told(:'f3'), 'question late_tube', 'a missing tube comes');
select is(pg_temp.body(:'f3', 'accepted') ->> 'delivery', :'d3', 'in the delivery that is open');
select is((select array_agg(m ->> 'specimen_id') from jsonb_array_elements(pg_temp.reconcile(:'d2') -> 'missing') m), array[:'f4', :'f6'], 'the closed one misses it no more');
select is(pg_temp.reconcile(:'d2') -> 'elsewhere', jsonb_build_array(:'f3'), 'it came elsewhere');
select is((select x -> 'missing' from jsonb_array_elements(pg_temp.receiving() -> 'deliveries') x where x ->> 'delivery' = :'d2'), '2', 'two are open still');
select is(pg_temp.settle('missing', 'clinic found it'), 'stored question_settled', 'or a person settles it');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- what was unknown is known later
select pg_temp.drawn_fast(1) as g \gset
select custody.id_next('specimen') as u \gset
select is(pg_temp.told(:'u'), 'question unknown_code', 'an unknown number');
select is(clinic.ledger_view(null) ->> 'unexpected', '2', 'two unexpected');
select pg_temp.event(:'u', k, '{"copy": 1}') from unnest(array['prepared', 'label_printed', 'labelled', 'collected']) k \g /dev/null
select is(pg_temp.told(:'u'), 'question tube_not_packed', 'its clinic''s events come, and it is scanned again: received');
select is(clinic.ledger_view(null) ->> 'unexpected', '1', 'unexpected no more');
select is(pg_temp.item('unexpected') #>> '{settled,note}', 'received', 'its item is settled by that') where pg_temp.item('unexpected') ->> 'specimen_id' = :'u';

-- ---- a bag whose content nobody knows
select custody.id_next('bag') as b5 \gset
select pg_temp.event(:'b5', 'bag_closed', jsonb_build_object('lab_id', null, 'class', 'AMB', 'stat', false, 'how', 'courier', 'count', 2, 'tubes', '[]'::jsonb, 'left_out', '[]'::jsonb), 'Courier phone') \g /dev/null
select pg_temp.event(:'b5', 'departed', jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'Courier phone') \g /dev/null
select pg_temp.docked(array[:'b5']) as d5 \gset
select is(pg_temp.told(:'b5'), 'stored bag_opened_all', 'closed by the courier: every tube is scanned');
select is(pg_temp.told((:'f'::text[])[7]), 'stored accepted', 'a tube out of it is no question');
select is(pg_temp.told((:'f'::text[])[8]), 'complete delivery_complete', 'as many as he counted: complete');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- who sees what
select is(api.receiving('ana', '{}') ->> 'code', 'not_allowed', 'an assistant reads no receiving list');
select is(api.receiving('cy', '{}') ->> 'code', 'not_allowed', 'a courier neither');
select is(api.ledger('cy', '{}') ->> 'code', 'not_allowed', 'nor the ledger');
select is(api.ledger('rex', jsonb_build_object('from', now() + interval '1 hour')) #>> '{data,tubes,collected}', '0', 'the ledger since a time');
select is(api.ledger('rex', '{}') #>> '{data,from}', to_jsonb(now() - interval '31 days') #>> '{}', 'or of a month');
select is(api.ledger('rex', '{"from": "all"}') #> '{data,from}', 'null', 'or all');
select is(api.ledger('rex', '{"from": "all"}') -> 'data', clinic.ledger_view(null), 'whatever its age');
select is(api.reconciliation('rex', '{}') ->> 'code', 'delivery_unknown', 'a reconciliation is of a delivery');
select is_empty($$ select distinct r.reply ->> 'code' from custody.request r left join clinic.message m on m.code = r.reply ->> 'code' where m.code is null $$, 'every answer has words');
-- ---- more missing than an event can hold: all are counted, a thousand listed
select jsonb_build_object('accepted', 7, 'missing', (select jsonb_agg(jsonb_build_array(custody.id_make('specimen', 900, n), 'B900000000155') order by n) from generate_series(1, 5000) n),
	'bags_missing', (select jsonb_agg(custody.id_make('bag', 900, n) order by n) from generate_series(1, 3000) n)) as words \gset
select cmp_ok(octet_length((:'words'::jsonb)::text), '>', custody.text_max(), 'five thousand tubes are too long for an event');
select cmp_ok(octet_length(clinic.delivery_close_body(:'words')::text), '<', custody.text_max(), 'what is stored is not');
select is(clinic.delivery_close_body(:'words') - 'missing' - 'bags_missing', '{"accepted": 7, "missing_n": 5000, "bags_missing_n": 3000}', 'the numbers are of all');
select is(jsonb_array_length(clinic.delivery_close_body(:'words') -> 'missing') || ' ' || (clinic.delivery_close_body(:'words') #>> '{missing,0,0}'), '1000 ' || custody.id_make('specimen', 900, 1), 'the first thousand are listed');
select is(clinic.listed_count(clinic.delivery_close_body(:'words'), 'missing') || ' ' || clinic.listed_count(clinic.delivery_close_body(:'words'), 'bags_missing'), '5000 3000', 'the list of deliveries counts all');
select is(clinic.listed_count('{"missing": [1, 2]}', 'missing'), 2, 'of one closed before there was a number, what it lists');
select * from finish();
