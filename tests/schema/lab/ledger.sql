-- The ledger balances after whatever day, and shows what does not add up.
\ir setup.sql
select plan(19);

-- ---- a small world that moves at random: every step is one that people do, in no good order
create temporary table tube (no int generated always as identity, id text, walk int);
create temporary table bag (no int generated always as identity, id text, walk int);
create temporary table step (walk int, what text);

create function pg_temp.any_tube(walk int) returns text language sql volatile as $$
	select t.id from tube t where t.walk = $1 order by random() limit 1 $$;
create function pg_temp.any_bag(walk int) returns text language sql volatile as $$
	select b.id from bag b where b.walk = $1 order by random() limit 1 $$;
-- appends what is a legal next move only: what people of the clinic can do
create function pg_temp.moves(subject text, kind text, body jsonb default '{}', station text default 'Room 1') returns text language plpgsql as $$
begin
	if subject is null or not custody.may_move(subject, kind) then
		return null;
	end if;
	perform pg_temp.event(subject, kind, body, station);
	return kind;
end $$;
create function pg_temp.walk_tube(walk int) returns text language plpgsql as $$
declare
	id text := custody.id_next('specimen');
	how float := random();
begin
	insert into tube (id, walk) values (id, walk_tube.walk);
	perform pg_temp.event(id, 'prepared');
	perform pg_temp.event(id, 'label_printed', '{"copy": 1}');
	if how < 0.05 then
		perform pg_temp.event(id, 'label_voided', '{"copy": 1}');
		perform pg_temp.event(id, 'not_collected');
		return 'not_collected';
	elsif how < 0.1 then
		perform pg_temp.event(id, 'handed_out', '{"copy": 1}');
		perform pg_temp.event(id, 'collected') where random() < 0.6;
		return 'cup';
	elsif how < 0.15 then
		perform pg_temp.event(id, 'label_printed', '{"copy": 2}');
		perform pg_temp.event(id, 'labelled', '{"copy": 2}');
		perform pg_temp.event(id, 'label_destroyed', '{"copy": 1}') where random() < 0.7;
	elsif how < 0.2 then
		perform pg_temp.event(id, 'label_voided', '{"copy": 2}'); -- a job that was dropped before it printed
		perform pg_temp.event(id, 'labelled', '{"copy": 1}');
	else
		perform pg_temp.event(id, 'labelled', '{"copy": 1}');
	end if;
	perform pg_temp.event(id, 'collected') where how > 0.18;
	perform pg_temp.event(id, 'processed') where how > 0.18 and random() < 0.1;
	return 'tube';
end $$;
-- a bag is closed with tubes of this walk that are here and in no bag, and those scanned into it
create function pg_temp.walk_close(walk int) returns text language plpgsql as $$
declare
	b text := pg_temp.any_bag(walk);
	tubes text[];
begin
	if pg_temp.state_of(b) is distinct from 'bag_opened' or (clinic.bag_trip(b)).closed is not null then
		return null;
	end if;
	tubes := array(select t.id from tube t where t.walk = walk_close.walk and exists (select from custody.event e where e.subject = t.id and e.kind = 'collected')
		and not clinic.tube_was_seen(t.id) and ((clinic.specimen_bag(t.id)).bag = b or (clinic.specimen_bag(t.id)).bag is null and random() < 0.6
			and coalesce((clinic.tube_last_move(t.id)).kind, '') not in ('disposed', 'lost', 'departed', 'arrived', 'not_collected')));
	perform pg_temp.bag_closed(b, tubes);
	return 'bag_closed';
end $$;
create function pg_temp.walk_step(walk int) returns text language plpgsql as $$
declare
	t text := pg_temp.any_tube(walk);
	b text := pg_temp.any_bag(walk);
	courier text := (array['Cy Courier', 'Dee Driver'])[1 + floor(random() * 2)];
	who text := (array['rex', 'lea', 'rita'])[1 + floor(random() * 3)];
	at_lab bool := clinic.tube_was_seen(t) or coalesce((clinic.bag_arrival((clinic.specimen_bag(t)).bag)).event_id is not null, false);
	placed text := (clinic.specimen_bag(t)).bag;
	bag_state text := pg_temp.state_of(b);
begin
	case floor(random() * 24)::int
		when 0, 1 then return pg_temp.walk_tube(walk);
		when 2 then
			if bag_state is null or bag_state = 'arrived' or bag_state = 'bag_opened' and (clinic.bag_arrival(b)).event_id is not null then
				return pg_temp.moves(b, 'bag_opened', jsonb_build_object('lab_id', null, 'class', 'AMB', 'stat', random() < 0.2, 'at', 'clinic'));
			end if;
			return null;
		when 3 then
			if placed is null and not at_lab and pg_temp.state_of(b) = 'bag_opened' and (clinic.bag_trip(b)).closed is null then
				return pg_temp.moves(t, 'packed', jsonb_build_object('bag', b) || case when exists (select from custody.event e where e.subject = t and e.kind = 'collected')
					then '{}' else '{"why": "no_time"}' end::jsonb);
			end if;
			return null;
		when 4 then
			if (clinic.specimen_bag(t)).is_open and not at_lab then
				return pg_temp.moves(t, 'unpacked', jsonb_build_object('bag', placed, 'why', 'wrong'));
			end if;
			return null;
		when 5, 6, 7 then return pg_temp.walk_close(walk);
		when 8, 9 then
			if bag_state = 'bag_closed' then
				return pg_temp.moves(b, 'departed', jsonb_build_object('courier', pg_temp.operator(courier)), 'Courier phone');
			end if;
			return null;
		when 10 then -- opened again before it went
			if bag_state = 'bag_closed' then
				return pg_temp.moves(b, 'bag_opened', '{"at": "clinic", "again": true, "class": "AMB", "stat": false, "lab_id": null}');
			end if;
			return null;
		when 11 then -- left behind though it was counted: found at the clinic, and goes into the next bag
			if not at_lab and placed is not null and pg_temp.state_of(placed) in ('bag_closed', 'departed') and exists (select from bag x where x.walk = walk_step.walk
				and x.id <> placed and pg_temp.state_of(x.id) = 'bag_opened' and (clinic.bag_trip(x.id)).closed is null) then
				perform pg_temp.event(t, 'unpacked', jsonb_build_object('bag', placed, 'why', 'found here'));
				return 'straggler';
			end if;
			return null;
		when 12 then -- Stop, wherever it is; and the end of a hold
			if pg_temp.state_of(t) = 'held' then
				return pg_temp.moves(t, 'released', '{"copy": 1}');
			end if;
			perform pg_temp.event(t, 'label_voided', '{"copy": 1}');
			return pg_temp.moves(t, 'held', '{"why": "mistake"}');
		when 13 then return case when not at_lab then pg_temp.moves(t, (array['order_cancelled', 'disposed', 'lost'])[1 + floor(random() * 3)]) end;
		when 14 then return pg_temp.told(pg_temp.badge(courier), who);
		when 15, 16 then return pg_temp.told(b, who);
		when 17, 18, 19, 20 then return pg_temp.told(case when random() < 0.5 then pg_temp.label(t, 1 + floor(random() * 2)::int) else t end, who);
		when 21 then
			if not clinic.tube_was_seen(t) and pg_temp.act('reject', '{"reason": "clotted"}', who) = 'question scan_to_reject' then
				return pg_temp.told(t, who);
			end if;
			return pg_temp.act((array['reject', 'duplicate', 'accept_remark'])[1 + floor(random() * 3)],
			jsonb_build_object('specimen_id', t, 'reason', 'leaked', 'remark', 'wet'), who);
		when 22 then return pg_temp.told((array[pg_temp.badge('Rita Dock'), custody.id_next('specimen'), 'LOT 7'])[1 + floor(random() * 3)], who);
		when 23 then
			perform clinic.lab_work_ended(custody.session(who));
			return pg_temp.act('delivery_close', jsonb_build_object('delivery', (select delivery from clinic.delivery_open order by random() limit 1)), who);
	end case;
end $$;
-- an alarm is answered before the next walk
create function pg_temp.walk_answer() returns void language sql volatile as $$
	update clinic.alarm set rescanned_at = now(), answered_at = now(), choice = 'tube_set_aside' where answered_at is null $$;
-- a day: tubes and bags, some disorder, then what people do in the end, most of it
create function pg_temp.walk(walk int, steps int) returns text language plpgsql as $$
declare
	began timestamptz := clock_timestamp();
	b text;
	t text;
	who text;
	wrong text;
begin
	insert into bag (id, walk) select custody.id_next('bag'), walk.walk from generate_series(1, 3);
	perform pg_temp.walk_tube(walk) from generate_series(1, 4);
	perform pg_temp.moves(x.id, 'bag_opened', '{"at": "clinic", "class": "AMB", "stat": false, "lab_id": null}') from (select id from bag x where x.walk = walk.walk limit 2) x;
	for i in 1 .. steps loop
		insert into step values (walk, pg_temp.walk_step(walk));
		perform pg_temp.walk_answer();
	end loop;
	perform pg_temp.walk_close(walk) from generate_series(1, 3);
	for b in select x.id from bag x where x.walk = walk.walk order by random() loop
		perform pg_temp.moves(b, 'departed', jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'Courier phone') where random() < 0.7;
		insert into step select walk, pg_temp.told(b, 'rita') where random() < 0.6 and pg_temp.state_of(b) is not null;
		insert into step select walk, pg_temp.told(b, 'lea') where random() < 0.4 and pg_temp.state_of(b) is not null;
	end loop;
	for t in select x.id from tube x where x.walk = walk.walk order by random() loop
		who := (array['rex', 'lea'])[1 + floor(random() * 2)];
		insert into step select walk, pg_temp.told(t, who) where random() < 0.6;
		insert into step select walk, pg_temp.act((array['reject', 'duplicate'])[1 + floor(random() * 2)], jsonb_build_object('specimen_id', t, 'reason', 'leaked'), who) where random() < 0.15;
		perform pg_temp.walk_answer();
	end loop;
	insert into step select walk, pg_temp.act('delivery_close', jsonb_build_object('delivery', d.delivery)) from clinic.delivery_open d where random() < 0.4;
	perform pg_temp.moves(x.id, 'departed', jsonb_build_object('courier', pg_temp.operator('Dee Driver')), 'Courier phone') from bag x where x.walk = walk.walk and random() < 0.5;
	select string_agg(format('%s %s <> %s', l ->> 'line', l ->> 'left', l ->> 'right'), ', ') into wrong
	from jsonb_array_elements(clinic.ledger_view(began) -> 'balance') l where l -> 'ok' <> 'true';
	return wrong;
end $$;
select setseed(0.4711) \g /dev/null
create temporary table ended as select n as walk, pg_temp.walk(n, 12) as wrong from generate_series(1, 200) n;
create temporary table total as select clinic.ledger_view(null) as l;
select is((select string_agg(format('walk %s: %s', walk, wrong), '; ') from (select * from ended where wrong is not null limit 5) x), null, 'two hundred days balance');
select is(pg_temp.balances(), 'balances', 'and all together');
select is((select array_agg(k order by k) from (values ('accepted'), ('rejected'), ('held'), ('missing'), ('under_way'), ('departed'), ('in_bags_without_pickup'), ('in_bags_here'), ('ahead'), ('unlisted'),
	('without_collection'), ('still_here'), ('gone')) x (k) where (select l #>> array['tubes', k] from total)::int < 1), null, 'each term of the tubes counted something');
select is((select array_agg(k order by k) from (values ('applied'), ('handed_out'), ('voided'), ('destroyed'), ('open')) x (k) where (select l #>> array['labels', k] from total)::int < 1), null, 'and of the labels');
select cmp_ok((select count(*) from unnest(array['stored accepted', 'question wrong_bag', 'question late_tube', 'question bag_not_arrived', 'question tube_not_packed', 'question tube_never_collected',
	'question order_was_cancelled', 'stop on_hold', 'repeat accepted_already', 'complete bag_complete', 'question tube_disposed', 'question old_copy', 'stored rejected', 'stop two_tubes', 'stop two_labels',
	'question delivery_closed_short', 'question bag_without_pickup', 'question unknown_code', 'straggler']) c where exists (select from step where what = c)), '>=', 16::bigint, 'the walks came nearly everywhere');
select is(custody.rebuild(), 0::bigint, 'what is derived is as the events say');
select is((select count(*) from clinic.lab_question q where not exists (select from custody.event e where e.event_id = q.event_id)), 0::bigint, 'every item has its event');
select is((select count(*) from custody.event e where e.kind = 'accepted' group by e.subject having count(*) > 1 and not exists (select from custody.event r
	where r.subject = e.subject and r.kind = 'released') limit 1), null, 'no tube is received twice, but after a hold');

-- ---- what does not add up shows; each is undone
create function pg_temp.shows(what text) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		execute what;
		told := pg_temp.balances();
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return regexp_replace(told, '[0-9]+ <> [0-9]+', '<>', 'g');
	end;
end $$;
select t.id as good from tube t where pg_temp.state_of(t.id) = 'accepted' and clinic.copy_flag(t.id, 1) = '{}' and pg_temp.body(t.id, 'accepted') -> 'flags' = '[]'
	and pg_temp.body(t.id, 'accepted') ->> 'expected_bag' is not null
	and pg_temp.kinds(t.id) ~ '^prepared label_printed labelled collected accepted$' and exists (select from clinic.bag_content c where c.specimen_id = t.id) limit 1 \gset
select bag as b, event_id as c from clinic.bag_content where specimen_id = :'good' order by event_id desc limit 1 \gset
select custody.id_next('specimen') as new \gset
select is(pg_temp.shows('select 1'), 'balances', 'as it is');
select is(pg_temp.shows(format($$ select pg_temp.event(%L, 'labelled', '{"copy": 7}') $$, :'new')), 'labels <>', 'a label on a tube that no printer printed');
select is(pg_temp.shows(format($$ select pg_temp.event(%L, 'label_printed', '{"copy": 1}') $$, :'new')), 'balances', 'a label that is open balances, and is counted as open');
select is(pg_temp.shows(format($$ select pg_temp.event(%L, 'accepted', '{"expected_bag": null, "flags": []}') $$, :'new')), 'drawn <>', 'a tube received that nobody drew, and nobody asked');
select is(pg_temp.shows(format($$ select pg_temp.event(%L, 'accepted', '{"expected_bag": %s, "flags": []}'), pg_temp.event(%1$L, 'collected') $$, :'new', to_json(:'b'::text))), 'packed <>',
	'a tube received out of a bag that does not list it');
select is(pg_temp.shows(format('delete from clinic.bag_content where event_id = %s and specimen_id = %L', :c, :'good')), 'packed <>', 'a list that lost a tube');
select is(pg_temp.shows(format($$ update custody.head set moving_kind = 'lost', moving_phase = 95 where subject = (select t.id from tube t
	where (select l.outcome from clinic.ledger_tubes(null) l where l.specimen_id = t.id) = 'still_here' limit 1) $$)), 'balances', 'a tube declared lost is gone');
select custody.id_next('specimen') as on_road, custody.id_next('bag') as gone \gset
select pg_temp.event(:'on_road', k) from unnest(array['prepared', 'collected']) k \g /dev/null
select pg_temp.event(:'gone', 'bag_opened', '{"at": "clinic", "class": "AMB", "stat": false, "lab_id": null}') \g /dev/null
select pg_temp.bag_closed(:'gone', array[:'on_road']) \g /dev/null
select pg_temp.event(:'gone', 'departed', jsonb_build_object('courier', pg_temp.operator('Cy Courier')), 'Courier phone') \g /dev/null
select is(pg_temp.shows('select 1'), 'balances', 'with a bag on the road');
select is(pg_temp.shows(format('delete from custody.head where subject = %L', :'gone')), 'received <>', 'a bag whose state is wrong');
select is(pg_temp.shows(format($$ select pg_temp.event(%L, 'collected'); select pg_temp.event(%1$L, 'departed', '{"courier": 1}') $$, :'new')), 'balances', 'a tube that travels alone balances');
select is((clinic.ledger_view(clock_timestamp()) -> 'tubes' ->> 'collected')::int, 0, 'since now nothing was drawn');
select * from finish();
