-- Append: the chain, what moves, and state as a function of the set of events.
select plan(65);
select throws_like($$ select custody.append('101000000156', 'label_printed', '{}', 1, 1) $$, '%is no node yet%', 'a database that is no node appends nothing');
select custody.node_init(101, false, '{101}') \g /dev/null
select custody.block_add(1, '{1}') \g /dev/null
create function pg_temp.hex(e custody.event) returns text language sql as $$ select encode((e).hash, 'hex') $$;

select * from custody.append('101000000156', 'prepared', '{"b": 1, "a": [2]}', 7, 8, '2026-01-05 10:00:00.000001+00') \gset one_
select is(array[:'one_n', :'one_after', :'one_home', :'one_lab', :'one_moves', :'one_body'], '{1,"",101,0,t,"{\"a\": [2], \"b\": 1}"}',
	'the first event is 1, after nothing, at home with the node of its block');
select is(:one_event_id >> 40, 101::bigint, 'its id carries the node');
select is((select array[operator_id, station_id] from custody.event where n = 1), '{7,8}', 'operator and station are kept');
select is(custody.us(:'one_occurred_at'), 1767607200000001, 'occurred_at is the device''s, to the microsecond');
select cmp_ok(:'one_recorded_at'::timestamptz, '>', now() - interval '1 minute', 'recorded_at is ours');
select is((select custody.event_hash(e) = e.hash from custody.event e), true, 'the hash stored fits the row stored');
select * from custody.append('101000000156', 'label_printed', null, null, null) \gset two_
select is(array[:'two_n', :'two_after'], array['2', '101:1:' || encode(:'one_hash'::bytea, 'hex')], 'the second links to the first');
select is((select array[body is null, operator_id is null, occurred_at = recorded_at] from custody.event where n = 2), '{t,t,t}',
	'no body and no operator are null; occurred_at is then recorded_at');
select is((custody.append(custody.id_make('specimen', 1, 1), 'accepted', '{}', 1, 1)).home, 1, 'a subject of another node''s block is at home there');
select is((custody.append(custody.id_make('specimen', 555, 1), 'accepted', '{}', 1, 1)).home, 0, 'of a block nobody told us: for this node only');
select is((custody.append('pickup:' || (101::bigint << 40 | 9), 'no_access', '{}', 1, 1)).home, 101, 'a pickup is at home where its row was made');
select is((select array[e.home, e.lab] from custody.append('B101000000188', 'bag_closed', '{}', 1, 1, lab => 1, home => 77) e), '{77,1}',
	'lab and home can be given');

select throws_like(format('select custody.append(%L, %L, %L, 1, 1)', s, k, '{}'), '%' || why || '%', 'our mistake is an error: ' || why)
	from (values ('101000000156', 'beamed_up', 'not a kind of event'), ('101000000157', 'labelled', 'cannot be about'),
		('101000000156', 'bag_closed', 'cannot be about'), ('V101000000158', 'scanned', 'cannot be about'),
		('900000000150', 'labelled', 'practice id in a real node')) x (s, k, why);
select throws_like($$ select custody.append('101000000156', 'labelled', '{}', 1, 1, 'infinity') $$, '%time is out of range%', 'time has an end');
select throws_like($$ select custody.append('101000000156', 'labelled', jsonb_build_object('x', repeat('x', 70000)), 1, 1) $$, '%too long%', 'a body has a limit');
begin isolation level repeatable read;
select throws_like($$ select custody.append('101000000156', 'labelled', '{}', 1, 1) $$, '%read committed%', 'only read committed sees the event before');
rollback;

-- What moves: (kinds appended in a row, state after them). A kind with ! must not have moved.
create function pg_temp.walk(id text, kinds text) returns text language plpgsql as $$
declare
	one text;
	e custody.event;
	wrong text := '';
begin
	foreach one in array string_to_array(kinds, ' ') loop
		e := custody.append(id, rtrim(one, '!'), '{}', 1, 1);
		if e.moves <> (one not like '%!') then
			wrong := wrong || ' but ' || one || ' moves ' || e.moves;
		end if;
	end loop;
	return (custody.state(id)).kind || wrong;
end $$;
select is(pg_temp.walk(custody.id_make(what, 101, 1000 + no), kinds), state, kinds)
from (values
	('specimen', 'prepared label_printed labelled collected packed departed arrived accepted', 'accepted'),
	('specimen', 'prepared label_printed scanned! labelled label_printed! collected', 'collected'),
	('specimen', 'label_printed handed_out collected processed aliquoted packed', 'packed'),
	('specimen', 'label_printed collected!', 'label_printed'),
	('specimen', 'label_printed packed! accepted', 'accepted'),
	('specimen', 'accepted labelled! collected! packed! departed!', 'accepted'),
	('specimen', 'accepted rejected accepted!', 'rejected'),
	('specimen', 'label_printed labelled held collected! packed! accepted! released collected', 'collected'),
	('specimen', 'label_printed labelled label_voided! not_collected labelled!', 'not_collected'),
	('specimen', 'label_printed labelled collected order_cancelled packed accepted', 'accepted'),
	('specimen', 'label_printed labelled collected packed unpacked packed', 'packed'),
	('specimen', 'accepted archived retrieved disposed held! accepted!', 'disposed'),
	('specimen', 'label_printed labelled collected packed lost accepted', 'accepted'),
	('specimen', 'label_printed re_identified! override! mistake! remark! process_failed!', 'label_printed'),
	('bag', 'bag_closed placed! departed handed_over! arrived bag_opened bag_closed departed', 'departed'),
	('bag', 'bag_closed bag_opened bag_closed bag_closed!', 'bag_closed'),
	('bag', 'arrived bag_opened', 'bag_opened'),
	('delivery', 'delivery_opened unexpected! discrepancy_opened! discrepancy_resolved! delivery_closed delivery_opened', 'delivery_opened')
) x (what, kinds, state), lateral (select abs(hashtext(kinds)) % 100000) h (no);
select is((custody.append('101000000156', 'labelled', '{}', 1, 1, moves => false)).moves, false, 'what is too late to be true now is told not to move');
select is((custody.state('101000000156')).kind, 'label_printed', 'and is history, not state');
select is((custody.append('101000000156', 'accepted', '{}', 1, 1, moves => true)).moves, true, 'and a move can be insisted on');
select is((custody.state(custody.id_make('specimen', 101, 555))).kind, null, 'nothing has no state');

-- State of a set of events by several nodes. Each row: name, events as node:n:kind:moves:second:links, state as node:kind.
-- Every order of arrival must give the same head and state.
create temporary table cases (name text, events text, want text);
insert into cases values
	('one node alone', '101:1:label_printed:t:1: 101:2:labelled:t:2:101:1', '101:labelled'),
	('the last that moves, not the last', '101:1:labelled:t:1: 101:2:scanned:f:2:101:1', '101:labelled'),
	('lab first, knowing nothing: the later phase', '1:1:accepted:t:9: 101:1:label_printed:t:1: 101:2:labelled:t:2:101:1', '1:accepted'),
	('lab first, and its clock is an hour slow', '1:1:accepted:t:0: 101:1:collected:t:1:', '1:accepted'),
	('clinic goes on after it heard of the lab', '1:1:rejected:t:5: 101:1:collected:t:1: 101:2:disposed:t:9:1:1,101:1', '101:disposed'),
	('a known event is covered whatever its phase', '1:1:rejected:t:5: 101:1:collected:t:9:1:1', '101:collected'),
	('to know an earlier one is not to cover the later', '1:1:arrived:t:1: 1:2:accepted:t:2:1:1 101:1:departed:t:9:1:1', '1:accepted'),
	('concurrent, same phase: the later recorded', '1:1:held:t:5: 101:1:held:t:6:', '101:held'),
	('concurrent, same phase and time: the larger node', '1:1:held:t:5: 101:1:held:t:5:', '101:held'),
	('a late event that does not move never covers', '1:1:accepted:t:5: 101:1:labelled:t:1: 101:2:packed:f:9:1:1,101:1', '1:accepted'),
	('a hold that a concurrent acceptance did not know', '1:1:accepted:t:8: 101:1:held:t:2:', '101:held'),
	('released by one who knew the hold', '101:1:held:t:2: 1:1:released:t:3:101:1', '1:released'),
	('three nodes, two concurrent', '101:1:collected:t:1: 2:1:arrived:t:2:101:1 3:1:accepted:t:2:101:1', '3:accepted'),
	('three nodes, the third joins them', '101:1:collected:t:1: 2:1:arrived:t:2:101:1 3:1:accepted:t:2:101:1 101:2:held:t:4:101:1,2:1,3:1', '101:held'),
	('a kind from a newer version has phase 0', '1:1:teleported:t:9: 101:1:collected:t:1:', '101:collected'),
	('links in a ring: still one answer', '1:1:accepted:t:1:101:1 101:1:collected:t:1:1:1', '1:accepted');
create function pg_temp.heads(name text, events text, reversed bool) returns text language plpgsql as $$
declare
	id text := custody.id_make('specimen', 101, 500000 + abs(hashtext(name)) % 400000 + reversed::int * 400000);
	one text;
	f text[];
begin
	for one in select e from string_to_table(events, ' ') with ordinality x (e, o) order by case when reversed then -o else o end loop
		f := string_to_array(one, ':');
		insert into custody.event (event_id, subject, home, lab, n, kind, moves, occurred_at, recorded_at, after, hash)
		values (f[1]::bigint << 40 | nextval('custody.event_seq') + 1000000, id, 101, 1, f[2]::int, f[3], f[4]::bool, 'epoch',
			timestamptz 'epoch' + f[5]::int * interval '1 second',
			(select coalesce(string_agg(l || ':' || repeat('0', 64), ','), '') from string_to_table(array_to_string(f[6:], ':'), ',') l where l <> ''),
			sha256(one::bytea));
	end loop;
	return (select (custody.state(id)).node || ':' || (custody.state(id)).kind);
end $$;
select is(array[pg_temp.heads(name, events, false), pg_temp.heads(name, events, true)], array[want, want],
	'state, in order and reversed: ' || name) from cases;

-- Rebuild.
select is(custody.rebuild(), 0::bigint, 'after all this head is what a rebuild gives');
create temporary table before_head as select * from custody.head;
delete from custody.head where n % 2 = 1;
update custody.head set moving_kind = 'lost', hash = '\x00' where node = 101;
select cmp_ok(custody.rebuild(), '>', 20::bigint, 'a rebuild mends what was spoilt');
select set_eq('select * from custody.head', 'select * from before_head', 'and gives the very same heads');
select is(custody.rebuild(), 0::bigint, 'and then finds nothing more to do');
select is((select count(*) from custody.event_kind where moves and kind not in (select to_kind from custody.event_move)), 0::bigint,
	'every moving kind can be moved to');
select is((select count(*) from custody.event_move m where not exists (select from custody.event_kind k where k.kind = m.to_kind and k.moves)
	or (m.from_kind <> '' and not exists (select from custody.event_kind k where k.kind = m.from_kind and k.moves))), 0::bigint,
	'moves are between moving kinds only');
select * from finish();
