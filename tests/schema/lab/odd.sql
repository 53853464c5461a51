-- Bags and tubes on ways that nobody planned: never closed, on hold, come again, put away wrongly.
\ir setup.sql
select plan(60);
select pg_temp.drawn_fast(20) as f \gset
select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.drawn('BAKER', 'Bo', array['CBC', 'PT', 'GLU']) as bo \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, pg_temp.tube(:ada, 3) as t3, pg_temp.tube(:bo, 1) as t4, pg_temp.tube(:bo, 2) as t5, pg_temp.tube(:bo, 3) as t6 \gset
create function pg_temp.here(tube text) returns text language sql stable as $$
	select coalesce((select coalesce(bag, 'loose') from clinic.tube_here where specimen_id = tube), 'not here') $$;
create function pg_temp.pack(bag text) returns text language sql volatile as $$
	select pg_temp.act('bag_open', jsonb_build_object('bag', bag, 'class', 'AMB'), 'ana') $$;

-- ---- a bag that nobody closed: the first tube out of it does not make it complete
select custody.id_next('bag') as b1 \gset
select pg_temp.bag_opened(:'b1') \g /dev/null
select pg_temp.event(x, 'packed', jsonb_build_object('bag', :'b1', 'scan', 1)) from unnest((:'f'::text[])[1:3]) x \g /dev/null
select is(pg_temp.told(:'b1', 'rita'), 'question bag_never_closed', 'never closed: taken');
select is(pg_temp.told(:'b1'), 'stored bag_opened_all', 'opened');
select is(pg_temp.told((:'f'::text[])[1]), 'stored accepted', 'one tube of it makes nothing complete');
select is(row(p.tubes, p.done, p.complete)::text, '(3,1,f)', 'one of the three that were scanned into it') from clinic.bag_progress(:'b1', clinic.bag_arrival(:'b1')) p;
select pg_temp.body(:'b1', 'arrived') ->> 'delivery' as d1 \gset
select is((select array_agg(specimen_id order by 1) from clinic.delivery_tubes(:'d1') where outcome = 'missing'), (:'f'::text[])[2:3], 'the other two are not seen yet');
select is(pg_temp.act('work_end', '{}'), 'question bag_short', 'said to be empty, it is short');
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d1')), 'question delivery_closed_short', 'the closing knows');
select is(pg_temp.body(:'d1', 'delivery_closed') -> 'missing', (select jsonb_agg(jsonb_build_array(x, :'b1') order by x) from unnest((:'f'::text[])[2:3]) x), 'which are missing');
select is(pg_temp.balances(), 'balances', 'the ledger balances');
-- the tote goes out again: what was lost with it is not inside by itself
select is(pg_temp.pack(:'b1'), 'stored bag_open', 'the tote begins a new trip');
select is((select array_agg(pg_temp.here(x)) from unnest((:'f'::text[])[2:3]) x), '{loose,loose}', 'what came back with nobody is looked for, not inside');
select is((clinic.specimen_bag((:'f'::text[])[2])).is_open, false, 'its bag is the trip before');
select is(custody.rebuild(), 0::bigint, 'as the events say');
select is(pg_temp.act('work_end', '{}', 'ana'), 'stored work_ended', 'put aside');

-- ---- a bag on hold: whoever has it sees it
select pg_temp.sent((:'f'::text[])[4:5]) as b2 \gset
select is(pg_temp.act('mistake', jsonb_build_object('bag', :'b2'), 'cy'), 'stored bag_stopped', 'the courier stops a bag');
select is(pg_temp.told(:'b2', 'rita'), 'question bag_on_hold', 'the dock is told');
select is(pg_temp.body(:'b2', 'arrived') -> 'flags', '["on_hold"]', 'and it has arrived');
select is(pg_temp.told(:'b2'), 'question bag_opened_held', 'the bench is told');
select is(pg_temp.told((:'f'::text[])[4]), 'question tube_of_held_bag', 'nothing out of it is tested');
select is(pg_temp.state_of((:'f'::text[])[4]), 'held', 'it is on hold');
select is(pg_temp.body((:'f'::text[])[4], 'held') ->> 'why', 'bag_on_hold', 'and why');
select is(pg_temp.told((:'f'::text[])[4], 'lea'), 'question tube_of_held_bag', 'at any bench');
select is(pg_temp.call('release', 'lea', jsonb_build_object('specimen_id', (:'f'::text[])[4], 'reason', (select code from clinic.reason where kind = 'release' order by position limit 1))) ->> 'verdict',
	'stored', 'a lead lets it go');
select pg_temp.act('work_end', '{}'), pg_temp.act('work_end', '{}') \g /dev/null

-- ---- a bag of which nothing is known comes on another day
select custody.id_next('bag') as b3 \gset
select is(pg_temp.told(:'b3', 'rita'), 'question bag_unknown', 'unknown, taken');
select is(pg_temp.told(:'b3', 'rita'), 'repeat arrived_already', 'scanned twice it is one');
select pg_temp.body(:'b3', 'arrived') ->> 'delivery' as d3 \gset
select pg_temp.told(pg_temp.badge('Rita Dock'), 'rita'), pg_temp.act('delivery_close', jsonb_build_object('delivery', :'d3')) \g /dev/null
select pg_temp.told(pg_temp.badge('Dee Driver'), 'rita') \g /dev/null
select is(pg_temp.told(:'b3', 'rita'), 'question bag_unknown', 'in the next delivery it has come again');
select isnt(pg_temp.body(:'b3', 'arrived') ->> 'delivery', :'d3'::text, 'and is stored in it');
select pg_temp.told(pg_temp.badge('Rita Dock'), 'rita') \g /dev/null

-- ---- what a courier took after he was here is not missing
select pg_temp.sent((:'f'::text[])[6:6]) as b4, pg_temp.sent((:'f'::text[])[7:7]) as b5 \gset
select pg_temp.told(pg_temp.badge('Cy Courier'), 'rita'), pg_temp.told(:'b4', 'rita') \g /dev/null
select pg_temp.sent((:'f'::text[])[8:8]) as b6 \gset
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', pg_temp.body(:'b4', 'arrived') -> 'delivery')), 'question delivery_closed_short', 'closed though nobody signed');
select is(pg_temp.kinds(:'b5'), 'bag_opened bag_closed departed discrepancy_opened!', 'the bag that he had is missing');
select is(pg_temp.kinds(:'b6'), 'bag_opened bag_closed departed', 'the one of his next round is not');

-- ---- a courier puts bags away
insert into clinic.place (place, name, kind) values (custody.id_next('place'), 'Van 1', 'vehicle');
select place as van from clinic.place where name = 'Van 1' \gset
select pg_temp.sent((:'f'::text[])[9:9], '{}', null) as b7, custody.id_next('bag') as b8 \gset
select pg_temp.bag_opened(:'b8') \g /dev/null
select is(pg_temp.told(:'van', 'cy'), 'stored place_begun', 'the van');
select is(pg_temp.told(:'b7', 'cy'), 'stored placed', 'a bag from the counter');
select is(pg_temp.kinds(:'b7'), 'bag_opened bag_closed departed handed_over!', 'has left the clinic by that');
select is(pg_temp.body(:'b7', 'departed') -> 'unlisted', 'true', 'outside of any pickup');
select is(pg_temp.told(:'b8', 'cy'), 'question placed_open', 'an open one is told');
select pg_temp.act('work_end', '{}', 'cy') \g /dev/null

-- ---- a tube at a hand-over at the clinic
select pg_temp.sent(array[:'t2'], '{}', null) as b9 \gset
select is(pg_temp.told(pg_temp.badge('Cy Courier'), 'ana'), 'stored hand_over_begun', 'a courier without a phone');
select is(pg_temp.told(:'t2', 'ana'), 'note tube_in_closed_bag', 'a tube of a closed bag goes with its bag');
select is((clinic.specimen_bag(:'t2')).bag, :'b9', 'and stays in it');
select is(pg_temp.told(:'t3', 'ana'), 'question tube_alone', 'a loose one goes alone');
select is(pg_temp.told(pg_temp.badge('Cy Courier'), 'ana'), 'complete hand_over_done', 'done');
select custody.id_next('bag') as b10 \gset
select is(pg_temp.pack(:'b10'), 'stored bag_open', 'it was a mistake');
select is(pg_temp.told(:'t3', 'ana'), 'question tube_is_back', 'it is here');
select is(pg_temp.act('tube_pack', jsonb_build_object('specimen_id', :'t3', 'reason', (select code from clinic.reason where kind = 'pack' order by position limit 1)), 'ana'), 'stored packed', 'and goes into the bag, with a reason');
select is(pg_temp.kinds(:'t3'), 'prepared label_printed labelled collected departed scanned! unpacked packed', 'all of it is told');

-- ---- on hold, and in the bag
select pg_temp.told(:'t4', 'ana'), pg_temp.told(:'t5', 'ana') \g /dev/null
select pg_temp.act('mistake', jsonb_build_object('specimen_id', :'t4'), 'ben') \g /dev/null
select pg_temp.act('bag_count', jsonb_build_object('count', (select count(*) from clinic.tube_here where bag = :'b10')), 'ana') \g /dev/null
select is(pg_temp.act('bag_close', '{}', 'ana'), 'question tube_held_inside', 'a bag is not closed over a tube on hold');
select is(pg_temp.act('tube_leave_out', jsonb_build_object('specimen_id', x, 'reason', (select code from clinic.reason where kind = 'left_out' order by position limit 1)), 'ana') is null, false, 'taken out')
	from unnest(array[:'t4', :'t5']) x where pg_temp.state_of(x) = 'held';
select pg_temp.act('bag_count', jsonb_build_object('count', (select count(*) from clinic.tube_here where bag = :'b10')), 'ana') \g /dev/null
select is(pg_temp.act('bag_close', '{}', 'ana'), 'complete bag_closed_more', 'it closes without (others wait)');

-- ---- opened again, and then on hold: nothing falls out of it
select is(pg_temp.act('bag_open', jsonb_build_object('bag', :'b10'), 'ana'), 'stored bag_open_again', 'opened again');
select pg_temp.here(:'t3') as was \gset
select is(:'was'::text, :'b10'::text, 'its tubes are here in it');
select pg_temp.act('mistake', jsonb_build_object('bag', :'b10'), 'ana') \g /dev/null
select is(custody.rebuild(), 0::bigint, 'a hold of the bag changes nothing that is derived');
select is(pg_temp.here(:'t3'), :'b10', 'they are here in it');

-- ---- bags are packed at the clinic's stations
select pg_temp.told(stop, 'cy') from clinic.stop limit 1 \g /dev/null
select is(pg_temp.act('bag_new', '{"class": "AMB"}', 'cy'), 'question pack_not_here', 'not on the road');
select is((clinic.work_of(pg_temp.station('Courier phone'))).kind, 'pickup', 'the pickup goes on');
select is(pg_temp.act('bag_open', jsonb_build_object('bag', :'b8', 'class', 'AMB'), 'rex'), 'question pack_not_here', 'not at a bench');

-- ---- a tote of many years: its newest trip is found
select custody.id_next('bag') as b11 \gset
select pg_temp.bag_opened(:'b11', jsonb_build_object('class', c)), pg_temp.bag_closed(:'b11', '{}'), pg_temp.event(:'b11', 'departed', '{"courier": 1}'), pg_temp.event(:'b11', 'arrived', '{"delivery": null}')
	from unnest(array['REF', 'FRZ', 'REF']) c \g /dev/null
select pg_temp.bag_opened(:'b11', '{"class": "FRZ", "stat": true}') as o1 \gset
select pg_temp.bag_closed(:'b11', (:'f'::text[])[10:11]) as c1 \gset
select pg_temp.bag_opened(:'b11', '{"again": true, "class": "FRZ"}') as o2 \gset
select is(row(t.opened, t.closed, t.class)::text, row(:o1::bigint, null::bigint, 'FRZ'::text)::text, 'opened again: the trip began before') from clinic.bag_trip(:'b11') t;
select pg_temp.bag_closed(:'b11', (:'f'::text[])[10:11]) as c2 \gset
select is(row(t.opened, t.closed)::text, row(:o1::bigint, :c2::bigint)::text, 'closed again: its last closing counts') from clinic.bag_trip(:'b11') t;
select is(pg_temp.told(:'b11', 'rita') like '% bag_without_pickup', true, 'it comes');
select is((clinic.tube_arrival((:'f'::text[])[10])).event_id, (select max(event_id) from custody.event where subject = :'b11' and kind = 'arrived'), 'its tubes came with its last arrival');
select is(custody.rebuild(), 0::bigint, 'and all that is derived is as the events say');
