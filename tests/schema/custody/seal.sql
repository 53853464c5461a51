-- Seals: what they cover, with writers at work; and the chain under concurrent writers.
create extension dblink schema tap;
select dblink_connect(c, format('host=%s dbname=%s user=%s', :'HOST', current_database(), current_user)) from unnest(array['a', 'b', 'c']) c \g /dev/null
select custody.node_init(101, false, '{101}') \g /dev/null
create function pg_temp.waiting(what text, sessions int default 1) returns bool language plpgsql as $$
begin
	for i in 1..200 loop
		if sessions <= (select count(*) from pg_stat_activity where datname = current_database() and wait_event = what) then
			return true;
		end if;
		perform pg_sleep(0.02);
		perform pg_stat_clear_snapshot();
	end loop;
	return false;
end $$;
create function custody.test_sign() returns int language plpgsql as $$
declare
	d custody.seal_draft;
	made int := 0;
begin
	for d in select * from custody.seal_next() loop
		perform custody.seal_put(d.seal_id, decode(repeat('ab', 64), 'hex'), decode(repeat('cd', 32), 'hex'));
		made := made + 1;
	end loop;
	return made;
end $$;
-- What an outsider checks, in SQL: each seal covers count events, their root, and ties to the one before.
create view custody.test_seal_wrong as
	select s.* from (select s.*, lag(s.no, 1, 0) over w as prev_no, lag(s.to_id, 1, s.node::bigint << 40) over w as prev_to,
			lag(sha256(custody.seal_bytes(s.*::custody.seal)), 1, decode(repeat('00', 32), 'hex')) over w as want_prev
		from custody.seal s window w as (partition by node, home, lab order by no)) s
	where no <> prev_no + 1 or from_id <> prev_to + 1 or prev_hash <> want_prev
		or not exists (select from custody.event e
			where e.event_id between s.from_id and s.to_id and e.home = s.home and e.lab = s.lab
			having count(*) = s.count and custody.merkle_root(array_agg(e.hash order by e.event_id)) = s.root);

select plan(32);
select is((select count(*) from custody.seal_next()), 0::bigint, 'nothing to seal, no seal');
select custody.append(custody.id_next('specimen'), 'label_printed', '{}', 1, 1, lab => g % 2) from generate_series(1, 25) g \g /dev/null
select set_eq($$ select home, lab, no, count, to_id & 255 from custody.seal_next() $$, $$ values (101, 0, 1, 12, 25::bigint), (101, 1, 1, 13, 25) $$,
	'a seal is drafted for each audience');
select is((select count(*) from custody.seal_next()), 2::bigint, 'drafts that were not signed are offered again');
select ok(custody.seal_put((select seal_id from custody.seal_draft where lab = 0), decode(repeat('ab', 64), 'hex'), decode(repeat('cd', 32), 'hex')), 'one is signed');
select ok(not custody.seal_put(1000, '\x00', '\x00'), 'a draft that is not there cannot be');
select custody.append(custody.id_next('specimen'), 'label_printed', '{}', 1, 1, lab => l) from unnest('{0,1,1}'::int[]) l \g /dev/null
select is(custody.test_sign(), 2, 'next round: the new of one audience, the old draft of the other');
select is(custody.test_sign(), 1, 'and then what came while that draft waited');
select is(custody.test_sign(), 0, 'and then nothing');
select is_empty('select * from custody.test_seal_wrong', 'numbers, ranges, counts, roots and links are right');
select is((select sum(count) from custody.seal), 28::bigint, 'every event is in a seal');
select is((select array_agg(custody.seal_no(e) order by e.event_id) from custody.event e where e.lab = 1 and e.event_id & 255 > 24), '{1,2,2}',
	'an event knows the seal that covers it');
delete from custody.seal_reach;
select is(custody.test_sign(), 0, 'the reach only spares looking again');
select throws_ok('select 1 / count(*) from custody.seal_next()', '22012', null, 'a sealing transaction that fails');
select is((select count(*) from pg_locks where locktype = 'advisory'), 0::bigint, 'leaves no lock behind');

-- A writer between taking its id and its commit: the sealer waits for it, and seals what it wrote.
select dblink_exec('a', 'begin') \g /dev/null
select * from dblink('a', $$ select n from custody.append('101000000156', 'scanned', '{"late": true}', 1, 1) $$) t (n int) \g /dev/null
select dblink_send_query('b', 'select custody.test_sign()') \g /dev/null
select ok(pg_temp.waiting('advisory'), 'the sealer waits for a writer that holds an id');
select dblink_send_query('c', $$ select n from custody.append(custody.id_make('specimen', 101, 2), 'scanned', '{}', 1, 1) $$) \g /dev/null
select is((select n from dblink_get_result('c') t (n int)), 2, 'a writer that comes now goes on all the same');
select * from dblink_get_result('c') t (n int) \g /dev/null
select dblink_exec('a', 'commit') \g /dev/null
select is((select n from dblink_get_result('b') t (n int)), 1, 'when the first commits, it seals');
select * from dblink_get_result('b') t (n int) \g /dev/null
select ok((select custody.seal_no(e) is not null from custody.event e where body = '{"late": true}'), 'the late commit is in the seal');
select is_empty('select * from custody.test_seal_wrong', 'nothing at or below the sealed id came later');
select is(custody.test_sign(), 0, 'and nothing is left for the next');

-- A writer that does not end: the sealer gives up in time and takes nothing.
select dblink_exec('a', 'begin') \g /dev/null
select * from dblink('a', $$ select n from custody.append('101000000156', 'scanned', '{}', 1, 1) $$) t (n int) \g /dev/null
set statement_timeout = '300ms';
\set ON_ERROR_STOP off
select custody.seal_limit();
\set ended :SQLSTATE
\set ON_ERROR_STOP on
reset statement_timeout;
select is(:'ended'::text, '57014', 'a cancelled sealer');
select is((select count(*) from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock'), 0::bigint, 'leaves no lock behind either');
select is(custody.seal_limit(), null, 'after three seconds it gives up');
select dblink_exec('a', 'rollback') \g /dev/null
select is(custody.seal_limit() & 255, (select last_value from custody.event_seq), 'and next time it does not');

-- Three sessions append to one subject at once, many times: one gap-free chain.
select dblink_send_query(c, $$ do 'begin for i in 1..40 loop perform custody.append(''101000000156'', ''scanned'', ''{}'', 1, 1); commit; end loop; end' $$)
	from unnest(array['a', 'b', 'c']) c \g /dev/null
do $$ begin for i in 1..20 loop perform custody.test_sign(); commit; perform pg_sleep(0.01); end loop; end $$;
select count(*) from unnest(array['a', 'b', 'c']) c, lateral dblink_get_result(c) t (r text) \g /dev/null
select count(*) from unnest(array['a', 'b', 'c']) c, lateral dblink_get_result(c) t (r text) \g /dev/null
select custody.test_sign() \g /dev/null
create temporary table chain as select e.n, e.event_id, e.after,
		'101:' || (e.n - 1) || ':' || encode(lag(e.hash) over (order by e.n), 'hex') as want
	from custody.event e where subject = '101000000156';
select is((select array[min(n)::bigint, max(n), count(*), count(distinct n)] from chain), '{1,122,122,122}', 'three writers give numbers without a gap');
select is_empty('select * from chain where n > 1 and after <> want', 'and every event links to the one before');
select is((select count(*) from custody.event e where custody.event_hash(e) <> hash), 0::bigint, 'every hash fits');
select is_empty('select * from custody.test_seal_wrong', 'seals made meanwhile are right');
select is((select count(*) from custody.event e where custody.seal_no(e) is null), 0::bigint, 'and leave nothing out');
select is(custody.rebuild(), 0::bigint, 'head is what a rebuild gives');

-- Actions on several subjects lock in one order, whatever order they name them in.
select dblink_send_query('a', $$ do 'begin for i in 1..60 loop perform custody.lock_subjects(array[''B101000000188'', ''101000000156'']); commit; end loop; end' $$) \g /dev/null
select dblink_send_query('b', $$ do 'begin for i in 1..60 loop perform custody.lock_subjects(array[''101000000156'', ''B101000000188'']); commit; end loop; end' $$) \g /dev/null
select lives_ok($$ select r from unnest(array['a', 'b']) c, lateral dblink_get_result(c) t (r text) $$, 'two actions on the same two subjects never deadlock');
select count(*) from unnest(array['a', 'b']) c, lateral dblink_get_result(c) t (r text) \g /dev/null

-- A large backlog is sealed in pieces of 10,000.
insert into custody.event (event_id, subject, home, lab, n, kind, moves, occurred_at, recorded_at, after, body, hash)
	select custody.row_id(nextval('custody.event_seq')), 'bulk', 101, 9, g, 'scanned', false, now(), now(), '', '{}', sha256(g::text::bytea)
	from generate_series(1, 10500) g;
select custody.test_sign(), custody.test_sign() \g /dev/null
select is((select array_agg(count order by no) from custody.seal where lab = 9), '{10000,500}', 'a large backlog is sealed in pieces');
select * from finish();
