-- Where a tube is and who has it: from events alone, those of other nodes too.
\ir setup.sql
select plan(55);
select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, pg_temp.tube(:ada, 3) as t3, custody.id_next('bag') as b1, custody.id_next('bag') as b2 \gset
create function pg_temp.where_(specimen text) returns text language sql stable as $$
	select coalesce(bag, 'no bag') || case when closing is null then '' else ' closed' end || case when is_open then ' open' else '' end from clinic.specimen_bag(specimen) $$;
create function pg_temp.waiting() returns text[] language sql stable as $$ select array_agg(specimen_id order by specimen_id) from clinic.tube_here where bag is null $$;

select is(pg_temp.where_(:'t1'), 'no bag', 'a drawn tube is in no bag');
select is(pg_temp.waiting(), array[:'t1', :'t2', :'t3'], 'drawn tubes wait for one');
select is(pg_temp.where_('900000000055'), 'no bag', 'a tube nobody knows is in none');
select is(clinic.holder(:'t1') ->> 'name', 'Room 1', 'where it was drawn has it');
select is(clinic.holder('900000000055'), null, 'nobody has what nobody saw');

-- ---- scanned into an open bag
select pg_temp.bag_opened(:'b1') as opened \gset
select pg_temp.event(:'t1', 'packed', jsonb_build_object('bag', :'b1')) \g /dev/null
select is(pg_temp.where_(:'t1'), :'b1' || ' open', 'packed: in the open bag');
select is(pg_temp.waiting(), array[:'t2', :'t3'], 'and it waits no more');
select pg_temp.event(:'t1', 'unpacked', jsonb_build_object('bag', :'b1', 'why', 'wrong')) \g /dev/null
select is(pg_temp.where_(:'t1'), 'no bag', 'unpacked: in none');
select is(pg_temp.waiting(), array[:'t1', :'t2', :'t3'], 'it waits again');
select pg_temp.event(:'t1', 'packed', jsonb_build_object('bag', :'b1')) \g /dev/null

-- ---- closed: listed tubes, scanned or counted
select pg_temp.bag_closed(:'b1', array[:'t1', :'t2']) as closed \gset
select is(pg_temp.where_(:'t1'), :'b1' || ' closed', 'a scanned tube is in the closed bag');
select is(pg_temp.where_(:'t2'), :'b1' || ' closed', 'a counted one too, without an event of its own');
select is((clinic.specimen_bag(:'t2')).closing, :closed::bigint, 'by that closing');
select is(pg_temp.waiting(), array[:'t3'], 'neither waits');
select is((select array_agg(specimen_id order by specimen_id) from clinic.bag_content where event_id = :closed), array[:'t1', :'t2'], 'the content is derived');
select is(row(t.opened, t.closed, t.class, t.stat, t.phase_kind), row(:opened::bigint, :closed::bigint, 'AMB'::text, false, 'bag_closed'::text), 'the trip of the bag') from clinic.bag_trip(:'b1') t;
select pg_temp.event(:'t2', 'held', '{"why": "mistake"}') \g /dev/null
select is(pg_temp.where_(:'t2'), :'b1' || ' closed', 'a hold does not take it out');
select pg_temp.event(:'t2', 'released') \g /dev/null
select is(pg_temp.where_(:'t2'), :'b1' || ' closed', 'nor does its end');
select pg_temp.event(:'t2', 'scanned') \g /dev/null
select is(pg_temp.where_(:'t2'), :'b1' || ' closed', 'nor a scan');

-- ---- opened again before it goes, closed again without one of them
select pg_temp.bag_opened(:'b1', '{"again": true}') as again \gset
select is(pg_temp.where_(:'t2'), :'b1' || ' closed open', 'opened again: its tubes are in it still');
select is(row(t.opened, t.closed), row(:opened::bigint, null::bigint), 'the trip is the same, open') from clinic.bag_trip(:'b1') t;
select pg_temp.event(:'t1', 'unpacked', jsonb_build_object('bag', :'b1', 'why', 'wrong')) \g /dev/null
select pg_temp.bag_closed(:'b1', array[:'t2', :'t3']) as closed2 \gset
select is(pg_temp.where_(:'t1'), 'no bag', 'what was taken out is in none');
select is((clinic.specimen_bag(:'t2')).closing, :closed2::bigint, 'the newest closing counts');
select is(row(t.opened, t.closed), row(:opened::bigint, :closed2::bigint), 'for the trip too') from clinic.bag_trip(:'b1') t;
create function pg_temp.bag_story(tube text) returns text language sql stable as $$
	select string_agg(e.kind, ' ' order by e.recorded_at, e.event_id) from clinic.bag_events_of(tube) e $$;
select is(pg_temp.bag_story(:'t2'), 'bag_closed bag_opened bag_closed', 'the story of a tube in it has the opening between');
select is(pg_temp.bag_story(:'t1'), 'bag_closed bag_opened', 'that of one taken out ends there');
select is(pg_temp.bag_story(:'t3'), 'bag_closed', 'that of one put in then begins there');

-- ---- who has it
select is(clinic.holder(:'t2') ->> 'kind' || ' ' || (clinic.holder(:'t2') ->> 'name'), 'station Room 1', 'a closed bag is where it was closed');
select pg_temp.event(:'b1', 'placed', jsonb_build_object('place', (select place from clinic.place where kind = 'lockbox'))) \g /dev/null
select is(clinic.holder(:'t2') ->> 'kind' || ' ' || (clinic.holder(:'t2') ->> 'name'), 'place Lockbox at the back door', 'placed: a place has its tubes');
select pg_temp.event(:'b1', 'departed', jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'Courier phone') \g /dev/null
select is(clinic.holder(:'t2') ->> 'kind' || ' ' || (clinic.holder(:'t2') ->> 'name'), 'person Cy Courier', 'departed: the courier');
select pg_temp.event(:'b1', 'handed_over', jsonb_build_object('from', pg_temp.operator('Cy Courier'), 'to', pg_temp.operator('Ben Okafor')), 'Courier phone') \g /dev/null
select is(clinic.holder(:'t2') ->> 'name', 'Ben Okafor', 'handed over: the other one');
select pg_temp.event(:'b1', 'handed_over', jsonb_build_object('from', pg_temp.operator('Ben Okafor'), 'to_place', (select place from clinic.place where kind = 'hub')), 'Courier phone') \g /dev/null
select is(clinic.holder(:'b1') ->> 'name', 'Hub shelf', 'or a place');
select pg_temp.event(:'b1', 'arrived', '{}', 'Lab dock') \g /dev/null
select is(clinic.holder(:'t2') ->> 'name', 'Lab dock', 'arrived: the dock');
select pg_temp.bag_opened(:'b1', '{"at": "lab"}', 'Lab bench 1') \g /dev/null
select is(pg_temp.where_(:'t2'), :'b1' || ' closed open', 'opened at the lab: still in it');
select is(row(t.opened, t.closed, t.phase_kind), row(:opened::bigint, :closed2::bigint, 'bag_opened'::text), 'the trip goes on') from clinic.bag_trip(:'b1') t;
select pg_temp.event(:'t2', 'accepted', '{}', 'Lab bench 2') \g /dev/null
select is(pg_temp.where_(:'t2'), 'no bag', 'accepted: in no bag any more');
select is(clinic.holder(:'t2') ->> 'name', 'Lab bench 2', 'the bench has it');
select is(pg_temp.waiting(), array[:'t1'], 'and it waits for none');
select is(pg_temp.bag_story(:'t2'), 'bag_closed bag_opened bag_closed placed departed handed_over handed_over arrived bag_opened', 'its story is the bag''s until then');

-- ---- the tote goes out again; t3 never came
select is(pg_temp.where_(:'t3'), :'b1' || ' closed open', 'what was not accepted is in its bag still');
select pg_temp.bag_opened(:'b1') as opened2 \gset
select is(row(t.opened, t.closed, t.phase_kind), row(:opened2::bigint, null::bigint, 'bag_opened'::text), 'a new trip') from clinic.bag_trip(:'b1') t;
select is(pg_temp.where_(:'t3'), :'b1' || ' closed', 'and the tube is not of it');
select pg_temp.event(:'t1', 'packed', jsonb_build_object('bag', :'b1')) \g /dev/null
select is(pg_temp.where_(:'t1'), :'b1' || ' open', 'another tube is');
select pg_temp.event(:'t3', 'unpacked', '{}') \g /dev/null
select is(pg_temp.where_(:'t3'), 'no bag', 'found again: in none');

-- ---- what is no list of tubes
select is((select count(*) from clinic.body_tubes(x)), n, 'read without complaint: ' || coalesce(left(x, 40), 'null'))
	from (values (null, 0::bigint), ('', 0), ('{', 0), ('[]', 0), ('{"tubes": 7}', 0), ('{"tubes": [7, null, [], ["x", "y"], [null], {"a": 1}]}', 0),
		('{"tubes": [["' || :'t1' || '"], ["' || :'t1' || '", "h"]]}', 1)) v (x, n);

-- ---- what a station is doing
select clinic.work_set(custody.session('ana'), 'place', place => 'L1') \g /dev/null
select clinic.work_set(custody.session('ana'), 'pack', bag => :'b2', data => '{"counts": [1]}') \g /dev/null
select is(row(w.kind, w.bag, w.place, w.data, w.begun_by), row('pack'::text, :'b2'::text, null::text, '{"counts": [1]}'::jsonb, pg_temp.operator('Ana Ruiz')), 'one work takes the place of the other')
	from clinic.work_of(pg_temp.station('Room 1')) w;
select is(array[clinic.work_end(pg_temp.station('Room 1')), clinic.work_end(pg_temp.station('Room 1'))], '{t,f}', 'and ends once');

-- ---- derived equals rebuilt
select is(custody.rebuild(), 0::bigint, 'a rebuild changes nothing');
delete from clinic.bag_content where specimen_id = :'t2';
insert into clinic.tube_here values (:'t2', null, false);
select is(custody.rebuild(), 3::bigint, 'and mends what was spoilt');
select is(custody.rebuild(), 0::bigint, 'for good');
select * from finish();
