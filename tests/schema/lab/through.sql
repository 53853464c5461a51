-- From the draw to the lab's receipt by the doors that people use; and whatever a receiver sends is answered.
\ir setup.sql
select plan(35);
create function pg_temp.does(code text, token text default 'ana') returns text language sql volatile as $$ select pg_temp.says(pg_temp.scan(code, token)) $$;
create function pg_temp.packed(family text, tests text[], n int default null) returns text language plpgsql as $$
declare
	code text := custody.id_next('bag');
	patient bigint := pg_temp.drawn(family, 'Ann', tests);
begin
	perform pg_temp.scan(code, 'ana');
	perform pg_temp.call('bag_count', 'ana', jsonb_build_object('count', coalesce(n, cardinality(tests))));
	if pg_temp.says(pg_temp.call('bag_close', 'ana')) <> 'complete bag_closed' then
		raise 'set-up: the bag of % did not close', family;
	end if;
	return code;
end $$;
create function pg_temp.tubes(family text) returns text[] language sql stable as $$
	select array_agg(specimen_id order by number) from clinic.specimen s join clinic.patient p using (patient_id) where p.family = $1 $$;
select stop from clinic.stop \gset

select pg_temp.packed('ADAMS', array['CBC', 'PT']) as b1, pg_temp.packed('BOND', array['CMP']) as b2 \gset
select is(pg_temp.balances(), 'balances', 'at the clinic');
select is(array[l #>> '{tubes,in_bags_here}', l #>> '{tubes,still_here}'], '{3,0}', 'three packed, none still here') from clinic.ledger_view(null) l;
select is(pg_temp.does(:'stop', 'cy'), 'stored pickup_begun', 'the courier is here');
select pg_temp.does(:'b1', 'cy'), pg_temp.does(:'b2', 'cy') \g /dev/null
select is(pg_temp.does(pg_temp.badge('Ben Okafor'), 'cy') ~ '^complete', true, 'signed by the clinic');
select pg_temp.packed('COLE', array['GLU', 'CBC']) as b3 \gset
select pg_temp.drawn('DORN', 'Dora', array['CBC']) as dora \gset
select is(array[l #>> '{tubes,departed}', l #>> '{tubes,under_way}', l #>> '{tubes,in_bags_here}'], '{3,3,2}', 'three departed, two in a bag that stays') from clinic.ledger_view(null) l;
select is(pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita') ->> 'title', 'Delivery of Cy Courier: 2 bags to come', 'at the dock');
select is(pg_temp.does(:'b1', 'rita'), 'stored arrived', 'the first');
select is(pg_temp.does(:'b2', 'rita'), 'stored arrived_cold', 'the cold one');
select is(pg_temp.says(pg_temp.call('bag_remark', 'rita', jsonb_build_object('bag', :'b2', 'remark', 'temperature', 'celsius', 4.5))) ~ '^stored', true, 'its temperature');
select is((select b -> 'flags' from jsonb_array_elements(pg_temp.receiving() -> 'bags') b where b ->> 'bag' = :'b2'), '[]', 'is asked no more');
select is(pg_temp.does(pg_temp.badge('Rita Dock'), 'rita'), 'complete delivery_signed', 'signed');
select is(pg_temp.does(:'b1', 'rex'), 'stored bag_opened', 'bench 1');
select is(pg_temp.does(:'b2', 'lea'), 'stored bag_opened', 'bench 2');
select is(pg_temp.does((pg_temp.tubes('BOND'))[1], 'lea'), 'complete bag_complete', 'its one tube');
select is(pg_temp.does((pg_temp.tubes('ADAMS'))[2], 'rex'), 'stored accepted', 'one of two');
select is(pg_temp.act('work_end', '{}'), 'question bag_short', 'Done, with one missing');
select is(pg_temp.receiving() #> '{work,bag}', 'null', 'the hand is empty');
select is(pg_temp.act('work_end', '{}'), 'stored receiving_ended', 'Done again ends the bench''s work');
select is(pg_temp.act('work_end', '{}'), 'note receiving_idle', 'and then there is none');
select is(pg_temp.does((pg_temp.tubes('COLE'))[1], 'rex'), 'question bag_not_arrived', 'a tube of the bag that stayed at the clinic');
select is((clinic.ledger_view(null) #>> '{tubes,ahead}'), '1', 'ahead of its bag');
select is(pg_temp.does((pg_temp.tubes('DORN'))[1], 'rex'), 'question tube_not_packed', 'and one that was in no bag');
select is(pg_temp.balances(), 'balances', 'balances');
select is(pg_temp.act('delivery_close', jsonb_build_object('delivery', (select delivery from clinic.delivery))), 'question delivery_closed_short', 'closed');
select is((clinic.ledger_view(null) -> 'tubes') - array['gone', 'alone', 'without_collection'], '{"held": 0, "ahead": 1, "packed": 5, "missing": 1, "accepted": 4, "departed": 3, "rejected": 0, "unlisted": 1, "collected": 6,
	"under_way": 0, "still_here": 0, "in_bags_here": 1, "in_bags_without_pickup": 0}', 'six tubes, each once');
select is(clinic.ledger_view(null) -> 'labels', '{"open": 0, "voided": 0, "applied": 6, "printed": 6, "destroyed": 0, "handed_out": 0}', 'six labels');
select is(pg_temp.balances(), 'balances', 'balances');
create function pg_temp.story(specimen text) returns text language sql stable as $$
	select string_agg(case when e ->> 'subject' = specimen then '' else 'bag: ' end || (e ->> 'words'), ', ' order by n)
	from jsonb_array_elements(api.timeline('rex', jsonb_build_object('specimen_id', specimen)) #> '{data,events}') with ordinality x (e, n) $$;
select is(pg_temp.story((pg_temp.tubes('ADAMS'))[1]), 'Ordered for this visit, Label printed, On the tube, Collected, bag: Bag closed, bag: Handed to the courier, bag: At the lab, bag: Bag opened, bag: Seen, Something does not add up',
	'the story of the missing one goes on with its bag''s');
select is(pg_temp.story((pg_temp.tubes('ADAMS'))[2]), 'Ordered for this visit, Label printed, On the tube, Collected, bag: Bag closed, bag: Handed to the courier, bag: At the lab, bag: Bag opened, Received and looked at',
	'that of its neighbour ends with the receipt');
select is((select api.timeline('rex', jsonb_build_object('specimen_id', (pg_temp.tubes('ADAMS'))[1])) #>> '{data,verified}'), 'pending', 'nothing is sealed yet');

-- ---- a receiver sends whatever: answered, never an error
create temporary table poison (value jsonb);
insert into poison values ('null'), ('true'), ('[]'), ('{}'), ('""'), ('"x"'), ('-1'), ('1.5'), ('99999999999999999999'), ('9223372036854775807'), ('"9999999999999999"'), ('"D900000000179"'), ('"B900000000182"'),
	('"900000000150"'), ('"9000000001560001"'), ('"%_\\"'), ('"{name}"'), ('"\\x00"'), ('"''; drop table x; --"'), ('"\u0001\u001f"'), ('[null]'), ('{"": null}'), ('"infinity"'), ('"leaked"'), ('"little"'), ('"2026-13-01"'),
	(to_jsonb(repeat('A', 65536))), (to_jsonb(repeat('9', 65536))), ((repeat('[', 1000) || repeat(']', 1000))::jsonb);
create function pg_temp.try(name text, args jsonb) returns text language plpgsql as $$
declare
	r jsonb;
begin
	begin
		execute format(case when name in ('receiving', 'reconciliation', 'ledger') then 'select api.%I($1, $2)' else 'select api.%I(gen_random_uuid(), $1, $2)' end, name) into r using 'rex', args;
		if r is null or not r ?& array['verdict', 'code', 'title', 'do', 'data'] or not exists (select from clinic.message m where m.code = r ->> 'code') then
			return format('%s %s: %s', name, left(args::text, 80), left(r::text, 200));
		end if;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return null;
	when others then
		return format('%s %s: %s %s', name, left(args::text, 80), sqlstate, sqlerrm);
	end;
end $$;
-- writes the row as an apply worker would and reads every list; null when nothing raised; undone
create function pg_temp.foreign_event(of_subject text, of_kind text, of_body text) returns text language plpgsql as $$
declare
	e custody.event;
begin
	begin
		select h.* into e from custody.event h where h.subject = of_subject order by h.event_id desc limit 1;
		e.event_id := 7::bigint << 40 | 1;
		e.kind := of_kind;
		e.body := of_body;
		e.n := 1;
		e.recorded_at := clock_timestamp();
		e.stored_at := clock_timestamp();
		insert into custody.event values (e.*);
		perform api.receiving('rex', '{}'), api.ledger('rex', '{}'), api.reconciliation('rex', jsonb_build_object('delivery', d.delivery)) from clinic.delivery d;
		perform pg_temp.scan(of_subject, 'lea');
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return null;
	when others then
		return format('%s %s: %s', of_kind, of_body, sqlerrm);
	end;
end $$;
select is_empty($$ select e from unnest(array['delivery_begin', 'delivery_sign', 'delivery_close', 'reject', 'accept_remark', 'duplicate', 'question_settle', 'receiving', 'reconciliation', 'ledger', 'scan']) n, poison,
	lateral (select pg_temp.try(n, value) as e) x where e is not null limit 5 $$, 'whatever args is');
select is_empty(format($$ select e from unnest(array['delivery_begin', 'delivery_sign', 'delivery_close', 'reject', 'accept_remark', 'duplicate', 'question_settle', 'reconciliation', 'ledger']) n,
	unnest(array['specimen_id', 'reason', 'note', 'remark', 'event_id', 'delivery', 'courier', 'from']) k, poison,
	lateral (select pg_temp.try(n, jsonb_build_object('specimen_id', %L, 'reason', 'leaked', 'remark', 'little', 'event_id', %s, 'delivery', %L) || jsonb_build_object(k, value)) as e) x
	where e is not null limit 5 $$, (pg_temp.tubes('ADAMS'))[2], (select max(event_id) from clinic.lab_question), (select delivery from clinic.delivery)), 'whatever one argument is');
select is_empty($$ select e from poison, lateral (select pg_temp.try('scan', jsonb_build_object('raw', replace(encode(convert_to(coalesce(left(value #>> '{}', 2000), ''), 'UTF8'), 'base64'), E'\n', ''))) as e) x
	where e is not null limit 5 $$, 'whatever is scanned');
-- other nodes may write what they like
select is_empty($$ select e from unnest(array['arrived', 'bag_opened', 'bag_closed', 'departed', 'scanned', 'remark']) k, unnest(array['', '{', 'null', '[]', '"x"', '{"delivery": 7, "closing": "x", "flags": 1, "count": "many", "celsius": "hot", "remark": "temperature"}']) b,
	lateral (select pg_temp.foreign_event((select bag from clinic.bag_content limit 1), k, b) as e) x where e is not null $$, 'an event of another node with any body stops no list');
select is_empty($$ select e from unnest(array['accepted', 'rejected', 'held', 'packed', 'labelled', 'discrepancy_opened']) k, unnest(array['', '{', 'null', '[]', '{"copy": "one", "flags": {}, "bag": 7, "delivery": []}']) b,
	lateral (select pg_temp.foreign_event((select specimen_id from clinic.bag_content order by 1 limit 1), k, b) as e) x where e is not null $$, 'nor one about a tube');
select * from finish();
