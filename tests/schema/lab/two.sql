-- Two tubes with one number: what the system can know, and from what (contrib/FLOWS.md 1.5). One row, one pair of scans.
\ir setup.sql
select plan(72);
create function pg_temp.docked(bags text[]) returns text language sql volatile as $$
	select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita');
	select pg_temp.scan(b, 'rita') from unnest(bags) b;
	select pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita');
	select delivery from clinic.delivery order by opened_at desc limit 1 $$;
create function pg_temp.items(tube text) returns text language sql stable as $$
	select string_agg(q ->> 'kind', ' ' order by (q ->> 'event_id')::bigint) from jsonb_array_elements(pg_temp.receiving() -> 'questions') q
	where q ->> 'specimen_id' = tube and q -> 'settled' = 'null' $$;
create function pg_temp.on_due_list(tube text) returns text language sql stable as $$
	select string_agg(r ->> 'title', ', ') from jsonb_array_elements(api.collections_due('ana', '{}') #> '{data,rejected}') r where r ->> 'specimen_id' = tube $$;
-- "2" is the square of copy 2; bars name no copy
create function pg_temp.code_of(tube text, what text) returns text language sql immutable as $$
	select case when what = 'bars' then tube else pg_temp.label(tube, what::int) end $$;

-- ---- the table: the tube's live label is copy 2 (a reprint voids nothing: copy 1 may be about)
create temporary table pair (no int generated always as identity, first text, first_by text, second text, second_by text, told text, kept text, why text);
insert into pair (first, first_by, second, second_by, told, kept, why) values
	('2', 'rex', '2', 'rex', 'repeat accepted_already', 'accepted', 'the same label in the same hands: one tube'),
	('2', 'rex', '2', 'lea', 'repeat accepted_already', 'accepted', 'at another bench: a tube that was carried there'),
	('bars', 'rex', 'bars', 'lea', 'repeat accepted_already', 'accepted', 'bars name no copy: nobody can know'),
	('bars', 'rex', '2', 'rex', 'repeat accepted_already', 'accepted', 'the first square after bars'),
	('2', 'rex', 'bars', 'lea', 'repeat accepted_already', 'accepted', 'bars after a square'),
	('1', 'rex', '1', 'rex', 'repeat accepted_already', 'accepted', 'an old copy alone, twice'),
	('1', 'rex', '2', 'rex', 'stop two_labels', 'held', 'the old copy and the new one, same hands'),
	('2', 'rex', '1', 'rex', 'stop two_labels', 'held', 'the other way round'),
	('2', 'rex', '1', 'lea', 'stop two_labels', 'held', 'at two benches'),
	('bars 2', 'rex', '1', 'rex', 'stop two_labels', 'held', 'a square after the bars had said which'),
	('bars 1', 'lea', '2', 'rex', 'stop two_labels', 'held', 'whoever scanned it');
create function pg_temp.pair_told(p pair, tube text) returns text language plpgsql as $$
declare
	what text;
begin
	foreach what in array string_to_array(p.first, ' ') loop
		perform pg_temp.scan(pg_temp.code_of(tube, what), p.first_by);
	end loop;
	return pg_temp.told(pg_temp.code_of(tube, p.second), p.second_by);
end $$;
select pg_temp.drawn_fast(20, 'TWINS') as f \gset
select pg_temp.event(t, k, '{"copy": 2}') from unnest((:'f'::text[])[1:11]) t, unnest(array['label_printed', 'labelled', 'collected']) k \g /dev/null
select pg_temp.sent((:'f'::text[])[1:11]) as b1, pg_temp.sent((:'f'::text[])[12:15]) as b2, pg_temp.sent((:'f'::text[])[16:20]) as b3 \gset
select pg_temp.docked(array[:'b1', :'b2', :'b3']) as d1 \gset
create function pg_temp.unlock() returns void language sql volatile as $$
	update clinic.alarm set rescanned_at = now(), answered_at = now(), choice = 'tube_set_aside' where answered_at is null $$;
create temporary table pair_said (no int, told text, kept text, items text, locked boolean);
do $$
declare
	p pair;
	tubes text[] := array(select subject from custody.event where kind = 'label_printed' and body like '%"copy": 2%' order by subject);
	told text;
begin
	for p in select * from pair order by no loop
		told := pg_temp.pair_told(p, tubes[p.no]);
		insert into pair_said select p.no, told, pg_temp.state_of(tubes[p.no]), pg_temp.items(tubes[p.no]), exists (select 1 from clinic.alarm where answered_at is null);
		perform pg_temp.unlock();
	end loop;
end $$;
select is(s.told || ' ' || s.kept || case when s.locked then ' locked' else '' end || case when s.items ~ 'duplicate' then ' asked' else '' end,
	p.told || ' ' || p.kept || case when p.told ~ '^stop' then ' locked asked' else '' end, p.why) from pair p join pair_said s using (no) order by no;

-- ---- out of two bags
select (:'f'::text[])[12] as t1, (:'f'::text[])[13] as t2, (:'f'::text[])[14] as t3, (:'f'::text[])[15] as t4 \gset
select pg_temp.scan(:'b2', 'rex'), pg_temp.scan(:'t1', 'rex'), pg_temp.scan(:'t2', 'rex') \g /dev/null
select is(pg_temp.would(:'t1', 'lea'), 'repeat accepted_already', 'another person at another bench, with nothing in hand');
select pg_temp.scan(:'b3', 'lea') \g /dev/null
select is(pg_temp.told(:'t1', 'lea'), 'stop two_tubes', 'it came out of another bag before: two tubes');
select is(pg_temp.body(:'t1', 'held') - 'delivery', '{"why": "duplicate", "seen": "two_tubes", "at": "lab"}', 'on hold for that');
select is(pg_temp.view('lea') #> '{alarm,choices}', '[{"name": "Tube set aside", "choice": "tube_set_aside"}]', 'one choice');
select is(pg_temp.view('lea') #>> '{alarm,title}', 'TWO TUBES WITH ONE NUMBER', 'in words');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}', 'lea'), 'stop scan_it_again', 'not before one is scanned again');
select is(pg_temp.told(:'t1', 'lea'), 'stop label_or_tube', 'scanned again');
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}', 'lea'), 'stop set_it_aside', 'nobody takes a label off at the lab');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}', 'lea'), 'stored tube_set_aside', 'set aside');
select is(pg_temp.told(:'t1'), 'stop two_tubes', 'the other one of the two: red at its bench');
select pg_temp.unlock() \g /dev/null
select is(pg_temp.items(:'t1'), 'duplicate', 'one item on the list');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed labelled collected accepted scanned! discrepancy_opened! held tube_set_aside! scanned!', 'its story');
select is(pg_temp.on_due_list(:'t1'), 'Two tubes with one number: neither is tested', 'the clinic has it on its list');
select is(pg_temp.says(pg_temp.call('setback_done', 'ana', jsonb_build_object('note', 'asked the lab', 'event_id', (select event_id from custody.event where subject = :'t1' and kind = 'held')))), 'stored looked_at', 'and deals with it');
select is(pg_temp.on_due_list(:'t1'), null, 'then it is off');
select is(pg_temp.would(:'t2', 'rex'), 'repeat accepted_already', 'the same person with the same bag');
select pg_temp.scan(:'b3', 'rex') \g /dev/null
select is(pg_temp.would(:'t2', 'rex'), 'repeat accepted_already', 'and with another one: the tube was left on the desk');

-- ---- a person says so, and a lead has looked
select pg_temp.scan(pg_temp.label(:'t2', 1), 'rex') \g /dev/null
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'t2')), 'stop two_tubes', 'DUPLICATE');
select is(pg_temp.told(:'t3'), 'stop locked', 'locks');
select pg_temp.unlock() \g /dev/null
select is(pg_temp.on_due_list(:'t2'), 'Two tubes with one number: neither is tested', 'told to the clinic');
select is(pg_temp.call('release', 'lea', jsonb_build_object('specimen_id', :'t2', 'reason', (select code from clinic.reason where kind = 'release' order by position limit 1))) ->> 'verdict', 'stored', 'a lead of the lab ends the hold');
select is(pg_temp.on_due_list(:'t2'), null, 'the clinic has nothing to do any more');
select pg_temp.scan(pg_temp.label(:'t2', 1), 'rex') \g /dev/null
select is(pg_temp.state_of(:'t2'), 'accepted', 'it is received again');
select is(pg_temp.told(pg_temp.label(:'t2', 1)), 'repeat accepted_already', 'as any');
select is(pg_temp.told(pg_temp.label(:'t2', 2)), 'stop two_labels', 'but a second label of it is red again');
select pg_temp.unlock() \g /dev/null
-- one that is rejected is tested by nobody: it stays so
select pg_temp.scan(:'t3', 'rex'), pg_temp.act('reject', jsonb_build_object('specimen_id', :'t3', 'reason', 'leaked')) \g /dev/null
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'t3')), 'stop two_tubes', 'DUPLICATE of a rejected one');
select pg_temp.unlock() \g /dev/null
select is(pg_temp.state_of(:'t3') || ' ' || pg_temp.told(:'t3'), 'rejected stop two_tubes', 'stays rejected, and is red in every hand');
select pg_temp.unlock() \g /dev/null
select is(pg_temp.balances(), 'balances', 'the ledger balances');

-- ---- at the clinic
select pg_temp.drawn('BAKER', 'Bea', array['CBC', 'PT']) as bea \gset
select pg_temp.tube(:bea, 1) as c1, pg_temp.tube(:bea, 2) as c2 \gset
select is(pg_temp.would(pg_temp.label(:'c1', 1), 'ana'), 'repeat collected_already', 'a tube that is here still, scanned again');
select pg_temp.sent(array[:'c1', :'c2']) as b4 \gset
select pg_temp.docked(array[:'b4']), pg_temp.scan(:'c1', 'rex'), pg_temp.scan(pg_temp.label(:'c2', 1), 'rex') \g /dev/null
select is(pg_temp.told(:'c1', 'ana'), 'question tube_at_lab_bars', 'bars of a tube that the laboratory has: a paper, or a tube?');
select is(pg_temp.state_of(:'c1'), 'accepted', 'nothing is held for that');
select is(pg_temp.told(pg_temp.label(:'c1', 1), 'ana'), 'stop tube_at_lab', 'the square of the label that counts: two tubes');
select is(pg_temp.told(:'c2', 'ana'), 'stop locked', 'locked');
select is(pg_temp.told(pg_temp.label(:'c1', 1)), 'stop two_tubes', 'the laboratory stops over its own one');
select pg_temp.unlock() \g /dev/null
select pg_temp.call('bag_new', 'ana', '{}') \g /dev/null
select is(pg_temp.told(pg_temp.label(:'c2', 1), 'ana'), 'stop tube_at_lab', 'while it packs too');
select is(pg_temp.told(pg_temp.label(:'c2', 1), 'ana') || ', ' || pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}', 'ana'), 'stop label_or_tube, stored tube_set_aside', 'set aside');
select is(pg_temp.items(:'c2'), 'wrong_bag held', 'on the laboratory''s list');
-- ---- a hold that a lead can end whatever the clinic stored
select pg_temp.sign_in('Carol Lindqvist', 'room2') is not null \g /dev/null
create function pg_temp.release(tube text, token text default 'lea') returns text language sql volatile as $$
	select pg_temp.act('release', jsonb_build_object('specimen_id', tube, 'reason', 'lab_says'), token) $$;
create function pg_temp.story_offers(tube text, token text default 'lea') returns jsonb language sql stable as $$
	select api.timeline(token, jsonb_build_object('specimen_id', tube)) #> '{data,acts}' $$;
-- its draw was never finished: labelled, and it came
select custody.id_next('specimen') as u1 \gset
insert into clinic.specimen (specimen_id, visit_id, patient_id, container_type_id, lab_id, specimen_type, number, of, created_by)
select :'u1', 0, s.patient_id, s.container_type_id, s.lab_id, 'WB', 1, 1, s.created_by from clinic.specimen s where s.specimen_id = :'c1';
select pg_temp.event(:'u1', k, '{"copy": 1}') from unnest(array['prepared', 'label_printed', 'labelled']) k \g /dev/null
select is(pg_temp.told(:'u1'), 'question tube_never_collected', 'a tube that nobody said was drawn is received');
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'u1')), 'stop two_tubes', 'a second one with its number');
select pg_temp.unlock() \g /dev/null
select is(pg_temp.release(:'u1', 'carol'), 'question release_lab_lead', 'the clinic''s lead does not end that');
select is(pg_temp.story_offers(:'u1'), '["release"]', 'it is offered to the laboratory''s');
select is(pg_temp.release(:'u1'), 'stored hold_released', 'who ends it');
select is(pg_temp.told(:'u1'), 'question tube_never_collected', 'received again');
select is(pg_temp.state_of(:'u1'), 'accepted', 'as it was');
-- a tube of another node, of which nothing has come yet
update custody.id_block set node = 2 where block = 998;
select custody.id_make('specimen', 998, 4) as e1, custody.id_make('specimen', 998, 5) as e2 \gset
select is(pg_temp.told(:'e1'), 'stored accepted_early', 'a tube of a clinic that is not heard from');
select is(pg_temp.release(:'e1'), 'question not_held', 'it is not on hold');
select is(pg_temp.act('duplicate', jsonb_build_object('specimen_id', :'e1')), 'stop two_tubes', 'two of them');
select pg_temp.unlock() \g /dev/null
select is(pg_temp.state_of(:'e1'), 'held', 'on hold');
select is(pg_temp.release(:'e1', 'carol'), 'question release_lab_lead', 'not by the clinic''s lead');
select is(pg_temp.story_offers(:'e1'), '["release"]', 'offered');
select is(pg_temp.release(:'e1'), 'stored hold_released', 'ended');
select is(pg_temp.release(:'e1'), 'repeat hold_released', 'once');
select is((select lab from custody.event where subject = :'e1' and kind = 'released'), custody.node(), 'its clinic will hear of it');
select is(pg_temp.told(:'e1'), 'question tube_never_collected', 'received again: known now, and of its draw nothing came yet');
select is(pg_temp.state_of(:'e1'), 'accepted', 'as it was');
select is(pg_temp.release(t), 'question specimen_unknown', 'nothing is known of it: ' || t) from unnest(array[:'e2', custody.id_make('specimen', 900, 9999998), :'b4', 'B', '']) t;
select is_empty($$ select distinct s.code from clinic.scan s left join clinic.message m on m.code = s.code where m.code is null $$, 'every answer has words');
select * from finish();
