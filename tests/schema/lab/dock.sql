-- The dock: a courier's badge, each bag, the receiver's own badge; what is odd about a bag is told, and it is taken all the same.
\ir setup.sql
select plan(93);
select pg_temp.drawn_fast(12) as t \gset
create function pg_temp.flags(bag text) returns jsonb language sql stable as $$ select pg_temp.body(bag, 'arrived') -> 'flags' $$;
create function pg_temp.deliveries() returns bigint language sql stable as $$ select count(*) from clinic.delivery $$;
create function pg_temp.first(what text) returns jsonb language sql stable as $$ select pg_temp.receiving() -> 'deliveries' -> 0 -> what $$;
create function pg_temp.bag_line(of_bag text) returns jsonb language sql stable as $$
	select b from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = of_bag $$;

-- ---- a delivery of three bags
select pg_temp.sent((:'t'::text[])[1:2]) as b1, pg_temp.sent((:'t'::text[])[3:4], '{"stat": true}') as b2, pg_temp.sent((:'t'::text[])[5:5], '{"class": "REF"}') as b3 \gset
select is(pg_temp.told(pg_temp.badge('Cy Courier'), 'rita'), 'stored delivery_begun', 'the courier''s badge opens a delivery');
select is(pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita') ->> 'title', 'Delivery of Cy Courier: 3 bags to come', 'which says how many bags are to come');
select is(pg_temp.told(pg_temp.badge('Cy Courier'), 'rita'), 'repeat delivery_begun', 'scanned twice is the same delivery');
select is(pg_temp.deliveries(), 1::bigint, 'one');
select delivery as d1 from clinic.delivery \gset
select is(pg_temp.kinds(:'d1'), 'delivery_opened', 'one event about it');
select is(pg_temp.body(:'d1', 'delivery_opened'), jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'with its courier');
select is(pg_temp.receiving('rita') -> 'work', jsonb_build_object('kind', 'dock', 'delivery', :'d1', 'bag', null), 'the dock is at it');
select is(pg_temp.first('expected_bags'), '3', 'three bags are expected');
select is((select array_agg(b ->> 'state') from jsonb_array_elements(pg_temp.receiving() -> 'bags') b), '{expected,expected,expected}', 'none is here yet');
select is(pg_temp.told(:'b1', 'rita'), 'stored arrived', 'a bag scanned has arrived');
select is(pg_temp.kinds(:'b1'), 'bag_opened bag_closed departed arrived', 'by an event of the bag');
select is(pg_temp.body(:'b1', 'arrived') - 'closing', jsonb_build_object('delivery', :'d1', 'courier', pg_temp.operator('Cy Courier'), 'without_pickup', false, 'flags', '[]'::jsonb),
	'of this delivery, from this courier, by pickup');
select is((pg_temp.body(:'b1', 'arrived') ->> 'closing')::bigint, (select event_id from custody.event where subject = :'b1' and kind = 'bag_closed'), 'and of which closing');
select is(pg_temp.state_of((:'t'::text[])[1]), 'collected', 'nothing in it is received by that (promise 6)');
select is(clinic.holder((:'t'::text[])[1]) ->> 'name', 'Lab dock', 'but it is at the dock');
select is(pg_temp.told(:'b1', 'rita'), 'repeat arrived_already', 'the trigger pulled twice is a soft note');
select is(pg_temp.kinds(:'b1'), 'bag_opened bag_closed departed arrived', 'and not written');
select is(pg_temp.told(:'b3', 'rita'), 'stored arrived_cold', 'of a cold bag the temperature is asked (policy temperature_reading)');
select is(pg_temp.bag_line(:'b3') -> 'flags', '["temperature_asked"]', 'it stands on the list until it is entered');
select pg_temp.event(:'b3', 'remark', '{"remark": "temperature", "celsius": 5.5, "note": ""}', 'Lab dock') \g /dev/null
select is(pg_temp.bag_line(:'b3') -> 'flags', '[]', 'entered and right');
select pg_temp.event(:'b3', 'remark', '{"remark": "temperature", "celsius": 11, "note": ""}', 'Lab dock') \g /dev/null
select is(pg_temp.bag_line(:'b3') -> 'flags', '["too_warm"]', 'too warm');
select is(clinic.temperature_flag(c, t), f::text[], c || ' ' || t) from (values ('REF', 1.9, '{too_cold}'), ('REF', 2, '{}'), ('REF', 8, '{}'), ('REF', 8.1, '{too_warm}'),
	('FRZ', -10, '{}'), ('FRZ', -9.9, '{too_warm}'), ('FRZ', -78, '{}'), ('AMB', 15, '{}'), ('AMB', 14, '{too_cold}'), ('AMB', 31, '{too_warm}')) x (c, t, f);
select pg_temp.policy('temperature_reading', '"none"') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'b2', 'rita')), 'complete bags_complete', 'the last of the courier''s bags: the set is complete');
select pg_temp.policy('temperature_reading', '"at_dock_cold"') \g /dev/null
select is(pg_temp.receiving() -> 'open_first', jsonb_build_array(jsonb_build_object('bag', :'b2', 'why', 'STAT'),
	jsonb_build_object('bag', :'b1', 'why', 'waits since ' || to_char((select recorded_at from custody.event where subject = :'b1' and kind = 'bag_closed'), 'HH24:MI')),
	jsonb_build_object('bag', :'b3', 'why', 'waits since ' || to_char((select recorded_at from custody.event where subject = :'b3' and kind = 'bag_closed'), 'HH24:MI'))),
	'open these three first: STAT, then what waits longest');
select is(pg_temp.told(pg_temp.badge('Rita Dock'), 'rita'), 'complete delivery_signed', 'the receiver''s own badge signs');
select is(pg_temp.body(:'d1', 'handed_over'), jsonb_build_object('courier', pg_temp.operator('Cy Courier'), 'receiver', pg_temp.operator('Rita Dock'), 'bags', 3, 'missing', '[]'::jsonb),
	'for three bags, none missing');
select is(pg_temp.receiving('rita') #>> '{work,delivery}', null, 'the dock is free for the next courier');
select isnt(pg_temp.first('signed_at'), 'null', 'and the list says so');
select is(pg_temp.told(pg_temp.badge('Rita Dock'), 'rita'), 'note signed_in_already', 'at no dock it is a badge like any');

-- ---- one bag is missing: known before the courier leaves
select pg_temp.sent((:'t'::text[])[6:6], '{}', 'Dee Driver') as b4, pg_temp.sent((:'t'::text[])[7:7], '{}', 'Dee Driver') as b5 \gset
select pg_temp.scan(pg_temp.badge('Dee Driver'), 'rita') \g /dev/null
select delivery as d2 from clinic.delivery order by opened_at desc limit 1 \gset
select isnt(:'d2'::text, :'d1'::text, 'another courier, another delivery');
select pg_temp.scan(:'b4', 'rita') \g /dev/null
select pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita') as r \gset
select is(pg_temp.says(:'r'), 'question delivery_short', 'signed though a bag is missing');
select is(:'r'::jsonb ->> 'title', 'Signed: 1 bag of Dee Driver. 1 not here: ' || :'b5', 'which is named');
select is(pg_temp.body(:'d2', 'handed_over') -> 'missing', jsonb_build_array(:'b5'), 'and stored');
select is(api.reconciliation('rex', jsonb_build_object('delivery', :'d2')) #>> '{data,bags_missing,0,holder,name}', 'Dee Driver', 'with who had it last');
select pg_temp.sent((:'t'::text[])[8:8], '{}', 'Dee Driver') as later \gset
select is(api.reconciliation('rex', jsonb_build_object('delivery', :'d2')) #>> '{data,bags_missing,0,bag}', :'b5', 'a bag that he took after that is of another delivery')
	where jsonb_array_length(api.reconciliation('rex', jsonb_build_object('delivery', :'d2')) #> '{data,bags_missing}') = 1;
select is(pg_temp.told(:'b5', 'rita'), 'stored arrived', 'found in the van: it goes into the same delivery');
select is(pg_temp.body(:'b5', 'arrived') ->> 'delivery', :'d2', 'which is open');
select is(pg_temp.act('delivery_sign', jsonb_build_object('delivery', :'d2'), 'rita'), 'question delivery_short', 'signed anew: the bag that he took later is with him');
select is(pg_temp.act('delivery_sign', jsonb_build_object('delivery', :'d2'), 'rita'), 'repeat delivery_signed_already', 'the same again is nothing new');
select is(pg_temp.act('delivery_sign', '{"delivery": "D900000000999"}', 'rita'), 'question delivery_unknown', 'there must be a delivery');

-- ---- odd bags: each is taken
select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita') \g /dev/null
select is((select count(*) from clinic.delivery), 3::bigint, 'a signed delivery is not gone on with');
select delivery as d3 from clinic.delivery order by opened_at desc limit 1 \gset
select is(pg_temp.told(:'later', 'rita'), 'question bag_not_on_list', 'the bag of another courier: not on the list, taken');
select is(pg_temp.flags(:'later'), '["not_on_list"]', 'the event tells it');
select pg_temp.sent((:'t'::text[])[9:9], '{}', null) as b6 \gset
select is(pg_temp.told(:'b6', 'rita'), 'question bag_without_pickup', 'a bag that nobody scanned when it left');
select is(pg_temp.body(:'b6', 'arrived') -> 'without_pickup', 'true', 'is told as that');
select custody.id_next('bag') as b7, custody.id_next('bag') as b8, custody.id_next('bag') as b9 \gset
select is(pg_temp.told(:'b7', 'rita'), 'question bag_unknown', 'a bag of our make that nobody knows');
select is(pg_temp.kinds(:'b7'), 'arrived', 'is stored all the same');
select pg_temp.bag_opened(:'b8') \g /dev/null
select pg_temp.event((:'t'::text[])[10], 'packed', jsonb_build_object('bag', :'b8')) \g /dev/null
select is(pg_temp.told(:'b8', 'rita'), 'question bag_never_closed', 'a bag that was never closed must be scanned whole');
select is(pg_temp.state_of(:'b8'), 'arrived', 'it has arrived for that');
select pg_temp.event(:'b9', 'bag_closed', jsonb_build_object('lab_id', null, 'class', null, 'stat', false, 'how', 'courier', 'count', 2, 'tubes', '[]'::jsonb, 'left_out', '[]'::jsonb), 'Courier phone') \g /dev/null
select pg_temp.event(:'b9', 'departed', jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'Courier phone') \g /dev/null
select is(pg_temp.told(:'b9', 'rita'), 'question bag_scan_all', 'so must one that the courier closed');
select is((pg_temp.bag_line(:'b9') ->> 'tubes')::int, 2, 'he counted two');
select is(pg_temp.told('B101000000188', 'rita'), 'question practice_bag', 'a real bag in practice');
select is((select count(*) from custody.event where subject = 'B101000000188'), 0::bigint, 'is no subject here');
select is(api.reconciliation('rex', jsonb_build_object('delivery', :'d3')) #> '{data,without_pickup}', to_jsonb(array[:'b6', :'b7', :'b8']), 'bags without pickup are listed');
select is(pg_temp.first('bags'), '5', 'and counted');

-- ---- no courier, nobody signed in, the wrong person
select is(pg_temp.act('delivery_begin', '{}', 'lea'), 'stored delivery_begun_nobody', 'a delivery that somebody left at the door');
select is(pg_temp.act('delivery_begin', '{}', 'lea'), 'repeat delivery_begun_nobody', 'once');
select is(pg_temp.act('delivery_begin', jsonb_build_object('courier', pg_temp.badge('Ana Ruiz')), 'lea'), 'question courier_unknown', 'an assistant is no courier');
select is(pg_temp.act('delivery_begin', jsonb_build_object('courier', pg_temp.badge('Dee Driver')), 'lea'), 'stored delivery_begun', 'a courier''s badge typed');
select is(pg_temp.act('delivery_begin', '{}', 'ana'), 'question not_allowed', 'an assistant receives nothing');
select is(pg_temp.told(pg_temp.badge('Rita Dock'), 'rex'), 'note badge_signs_in', 'another receiver''s badge is for signing in');
select is(pg_temp.told(custody.id_make('badge', 900, 1), 'rex'), 'note badge_signs_in', 'and one nobody has, as everywhere');
update clinic.session set shaded_at = now() where operator_id = pg_temp.operator('Rita Dock');
select is(pg_temp.would(pg_temp.badge('Rita Dock'), 'rita'), 'stored shade_ended', 'a resting screen wakes first: nothing is signed by that');
select pg_temp.sent((:'t'::text[])[11:11]) as b10 \gset
select is(pg_temp.would(:'b10', 'rita'), 'question shaded', 'a bag scanned at a resting screen');
select is(pg_temp.would(pg_temp.badge('Cy Courier'), 'rita'), 'question shaded', 'the courier''s badge neither');
select pg_temp.scan(:'b10', 'rita') \g /dev/null
select is(pg_temp.kinds(:'b10'), 'bag_opened bag_closed departed scanned!', 'was seen, and has not arrived');
select is(pg_temp.told('D900000000179', 'rex'), 'note not_here', 'a delivery''s code is not scanned');

-- ---- without a badge first: the bag says whose delivery it is; at a bench it was forgotten at the dock
update clinic.session set shaded_at = null where operator_id = pg_temp.operator('Rita Dock');
select clinic.work_end(pg_temp.station('Lab dock')) \g /dev/null
delete from clinic.delivery_open;
select is(pg_temp.told(:'b10', 'rita'), 'complete bags_complete', 'a bag with no badge before it');
select is((select courier from clinic.delivery order by opened_at desc limit 1), pg_temp.operator('Cy Courier'), 'opens the delivery of who had it');
select pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita') \g /dev/null
select is(pg_temp.told(:'b10', 'rita'), 'repeat arrived_already', 'signed, it is a dock still: a bag scanned again has arrived already');
select is(pg_temp.receiving('rita') -> 'work', '{"kind": "dock", "delivery": null, "bag": null}', 'with no delivery');
select is(pg_temp.told(pg_temp.badge('Rita Dock'), 'rita'), 'note signed_in_already', 'nobody signs twice');
select is(pg_temp.would((:'t'::text[])[11], 'rita') || ' ' || (select count(*) from custody.event where subject = :'b10' and kind = 'bag_opened' and body like '%"at": "lab"%'), 'complete delivery_complete 0', 'a tube is received there as anywhere');
select is(pg_temp.act('work_end', '{}', 'rita'), 'stored receiving_ended', 'done with the dock');
select is(pg_temp.would(:'b10', 'rita'), 'stored bag_opened', 'it is a bench');
select is(pg_temp.told(:'b10', 'rex'), 'stored bag_opened', 'after the dock a bag scanned is opened');
select pg_temp.sent((:'t'::text[])[12:12]) as b11 \gset
select is(pg_temp.told(:'b11', 'rex'), 'question bag_not_at_dock', 'a bag at the bench that the dock has not seen');
select is(pg_temp.kinds(:'b11'), 'bag_opened bag_closed departed arrived bag_opened', 'arrives and is open in hand');
select is(pg_temp.flags(:'b11'), '["not_at_dock"]', 'told in its event');
select is(pg_temp.receiving() #>> '{work,bag}', :'b11', 'in hand');
select is(pg_temp.told(:'b11', 'rex'), 'repeat bag_in_hand', 'again is a soft note');
select clinic.work_end(pg_temp.station('Lab bench 2')) \g /dev/null
select is(pg_temp.told(:'b11', 'lea'), 'repeat bag_opened_already', 'at another bench: go on with it');
select is(pg_temp.kinds(:'b11'), 'bag_opened bag_closed departed arrived bag_opened', 'opened once');
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code where m.code is null $$, 'every answer has words');
select * from finish();
