-- A bag on hold, and the end of it: by a lead before the pickup, by the laboratory's after; what was in it keeps its own hold.
\ir ../lab/setup.sql
select plan(58);
create function pg_temp.release(bag text, who text, why text default 'cleared', note text default null) returns text language sql volatile as $$
	select pg_temp.act('release', jsonb_build_object('bag', bag, 'reason', why, 'note', note), who) $$;
create function pg_temp.on_list(bag text, who text) returns jsonb language sql stable as $$
	select b from jsonb_array_elements(api.packing(who, '{}') #> '{data,bags}') b where b ->> 'bag' = bag $$;
create function pg_temp.under_way(bag text) returns text language sql stable as $$
	select u.kind || case when u.here then ' here' else '' end from clinic.bag_under_way u where u.bag = $1 $$;
select pg_temp.sign_in('Carol Lindqvist', 'room2') is not null \g /dev/null
select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT']) as ada \gset
select pg_temp.tube(:ada, 1) as a1, pg_temp.tube(:ada, 2) as a2, custody.id_next('bag') as b1, custody.id_next('bag') as b2, (select stop from clinic.stop) as stop \gset

-- ---- before it goes
select is(pg_temp.release(:'b2', 'carol'), 'question bag_not_held', 'a bag nobody knows is not on hold');
select is(pg_temp.release('900000000150', 'carol'), 'question bad_request', 'nor is a tube a bag');
select pg_temp.scan(:'b1', 'ana'), pg_temp.call('bag_count', 'ana', '{"count": 2}'), pg_temp.call('bag_close', 'ana') \g /dev/null
select is(pg_temp.release(:'b1', 'carol'), 'question bag_not_held', 'a bag that is not on hold');
select pg_temp.call('mistake', 'ana', jsonb_build_object('bag', :'b1')) \g /dev/null
select is(pg_temp.under_way(:'b1'), 'held here', 'Stop holds it');
select is(pg_temp.release(:'b1', 'ana'), 'question not_allowed', 'an assistant does not end that');
select is(pg_temp.on_list(:'b1', 'ana') -> 'acts', '[]', 'nor is it offered to one');
select is(pg_temp.on_list(:'b1', 'carol') -> 'acts', '["release"]', 'to a lead it is');
select is((select b -> 'acts' from jsonb_array_elements(api.still_here('carol', '{}') #> '{data,bags}') b where b ->> 'bag' = :'b1'), '["release"]', 'also where what is still here is shown');
select is(api.timeline('carol', jsonb_build_object('specimen_id', :'a1')) #> '{data,acts}', '["release_bag"]', 'and at the record of a tube in it');
select is(api.timeline('carol', jsonb_build_object('specimen_id', :'a1')) #>> '{data,bag}', :'b1', 'which says the bag');
select is(pg_temp.release(:'b1', 'carol', 'because'), 'question reason_needed', 'with a reason');
select is(pg_temp.release(:'b1', 'carol', 'other_bag', 'Room 2 meant its own'), 'stored bag_hold_released', 'so');
select is(pg_temp.body(:'b1', 'released'), '{"was": "bag_closed", "note": "Room 2 meant its own", "reason": "other_bag"}', 'the event says why, and what it was');
select is((select e ->> 'words' from jsonb_array_elements(api.timeline('carol', jsonb_build_object('specimen_id', :'a1')) #> '{data,events}') e where e ->> 'kind' = 'released'),
	'Hold ended: The hold was meant for another bag', 'in the words of the tube''s story');
select is((select reply #>> '{data,touched}' from custody.request where reply ->> 'code' = 'bag_hold_released'), 'custody', 'the lists are stale');
select is(pg_temp.release(:'b1', 'carol'), 'repeat bag_hold_released', 'once');
select is(pg_temp.under_way(:'b1') || ' ' || (pg_temp.on_list(:'b1', 'ana') ->> 'state'), 'bag_closed here closed', 'it is closed, as before');
select is((clinic.specimen_bag(:'a1')).bag, :'b1', 'with its tubes');
select is(custody.rebuild(), 0::bigint, 'a rebuild says the same');
select is(pg_temp.told(:'b1', 'ana'), 'question bag_closed_already', 'it can be opened again');
-- left behind by a pickup, then on hold: the hold is what counts
select pg_temp.scan(:'stop', 'cy'), pg_temp.act('pickup_none', '{"how": "nothing_here"}', 'cy') \g /dev/null
select isnt(pg_temp.on_list(:'b1', 'ana') -> 'left', 'null', 'a pickup left it behind');
select pg_temp.call('mistake', 'ana', jsonb_build_object('bag', :'b1')) \g /dev/null
select is(pg_temp.on_list(:'b1', 'ana') - '{bag,class,stat,lab,since,closed_at,place,late,acts}'::text[], '{"state": "held", "left": null}', 'then it was stopped: it is on hold');
select pg_temp.release(:'b1', 'carol') \g /dev/null
select isnt(pg_temp.on_list(:'b1', 'ana') -> 'left', 'null', 'released, it was left behind as before');
-- on hold while it is open
select pg_temp.call('bag_open', 'ana', jsonb_build_object('bag', :'b1')), pg_temp.call('mistake', 'ana', jsonb_build_object('bag', :'b1')) \g /dev/null
select is(pg_temp.act('bag_count', '{"count": 2}', 'ana'), 'question no_bag_open', 'a bag on hold is not packed');
select pg_temp.release(:'b1', 'carol') \g /dev/null
select is(pg_temp.act('bag_count', '{"count": 2}', 'ana') || ' ' || pg_temp.act('bag_close', '{}', 'ana'), 'complete count_agrees complete bag_closed', 'its hold over, packing goes on');

-- ---- on the road
select pg_temp.scan(:'stop', 'cy'), pg_temp.scan(:'b1', 'cy') \g /dev/null
select is(pg_temp.act('mistake', jsonb_build_object('bag', :'b1'), 'cy'), 'stored bag_stopped', 'stopped on the road');
select is(pg_temp.balances(), 'balances', 'the ledger balances');
select is(pg_temp.on_list(:'b1', 'carol') -> 'acts', '[]', 'the clinic''s lead');
select is(pg_temp.release(:'b1', 'carol'), 'question release_lab_lead', 'no longer ends it');
select is(pg_temp.release(:'b1', 'lea'), 'stored bag_hold_released', 'the laboratory''s does');
select is(pg_temp.under_way(:'b1') || ' ' || (clinic.holder(:'b1') ->> 'name'), 'departed Cy Courier', 'Cy has it, as before');
select is(pg_temp.told(:'b1', 'ana'), 'question bag_on_the_way', 'at the clinic it is known to be gone');
select is(pg_temp.told(:'b1', 'cy'), 'repeat bag_taken_already', 'and to the courier to be his');

-- ---- at the laboratory
select pg_temp.act('mistake', jsonb_build_object('bag', :'b1'), 'cy') \g /dev/null
select is(pg_temp.told(:'b1', 'rita'), 'question bag_on_hold', 'it arrives on hold');
select pg_temp.act('mistake', jsonb_build_object('bag', :'b1'), 'cy') \g /dev/null
select is(pg_temp.under_way(:'b1'), null, 'on hold at the laboratory it is under way no more');
select is(pg_temp.told(:'b1', 'rex'), 'question bag_opened_held', 'opened on hold');
select pg_temp.act('mistake', jsonb_build_object('bag', :'b1'), 'cy') \g /dev/null
select is(pg_temp.told(:'a1', 'rex'), 'question tube_of_held_bag', 'a tube out of it is on hold');
select is(pg_temp.body(:'a1', 'held') ->> 'why', 'bag_on_hold', 'because of the bag');
select is(pg_temp.call('release', 'lea', jsonb_build_object('bag', :'b1', 'reason', 'lab_says')) ->> 'title', 'The hold of the bag is over; 1 tube of it still on hold', 'the bag''s hold ends, not the tube''s');
select is(pg_temp.state_of(:'a1'), 'held', 'which stays');
select is(pg_temp.told(:'a2', 'rex'), 'complete delivery_complete', 'the next tube is received');
select is(pg_temp.act('release', jsonb_build_object('specimen_id', :'a1', 'reason', 'lab_says'), 'lea'), 'stored hold_released', 'the tube''s hold ends on its own');
select is(pg_temp.told(:'a1', 'rex'), 'complete delivery_complete', 'and it is received');
select is(pg_temp.under_way(:'b1'), null, 'the bag has come');
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- Stop about a bag that is done
create function pg_temp.tile(bag text) returns jsonb language sql stable as $$
	select b from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = $1 $$;
select pg_temp.act('mistake', '{}', 'rex') as asked \gset
select is(:'asked' || ', ' || pg_temp.told(:'b1', 'rex'), 'question which_tube, question bag_is_received', 'nothing is in it any more: it is not the one');
select is(pg_temp.state_of(:'b1') <> 'held' and pg_temp.tile(:'b1') ->> 'state' = 'complete', true, 'and not on hold');
select is(api.visit('rex', '{}') #>> '{data,ask,code}', 'which_tube', 'what it is about is asked still');
select pg_temp.later('2 seconds'), pg_temp.act('visit_answer', '{"code": "which_tube", "choice": "back"}', 'rex') \g /dev/null
select is(pg_temp.act('mistake', jsonb_build_object('bag', :'b1'), 'cy'), 'question bag_is_received', 'nor is it the courier''s to stop');
select is(api.visit('cy', '{}') #>> '{data,ask,code}', 'which_bag', 'who may stop another');
select pg_temp.drawn_fast(2) as f \gset
select pg_temp.sent(:'f'::text[]) as b3 \gset
select pg_temp.told(:'b3', 'rita'), pg_temp.told(:'b3', 'rex'), pg_temp.told((:'f'::text[])[1], 'rex') \g /dev/null
select is(pg_temp.act('work_end', '{}', 'rex'), 'question bag_short', 'a bag that one tube is missing of');
select is(pg_temp.tile(:'b3') ->> 'state', 'complete', 'is done');
select is(pg_temp.act('mistake', jsonb_build_object('bag', :'b3'), 'rex'), 'stored bag_stopped', 'but what is missing may turn up: it goes on hold');
select is((pg_temp.tile(:'b3') ->> 'state') || ' ' || (pg_temp.tile(:'b3') ->> 'flags'), 'opened ["on_hold"]', 'which the list shows');
select is(pg_temp.told(:'b3', 'rex'), 'question bag_opened_held', 'and its scan');
select pg_temp.release(:'b3', 'lea') \g /dev/null
select is((pg_temp.tile(:'b3') ->> 'state') || ' ' || (pg_temp.tile(:'b3') ->> 'flags'), 'complete []', 'until the hold ends');
select is(custody.rebuild(), 0::bigint, 'a rebuild changes nothing after all this');
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code and m.lang = 'en' where m.code is null $$, 'every answer has its words');
select * from finish();
