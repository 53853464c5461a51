-- Exactly once, with several sessions: a repeat of a request changes nothing and gets the stored reply.
create extension dblink schema tap;
select dblink_connect(c, format('host=%s dbname=%s user=%s', :'HOST', current_database(), current_user)) from unnest(array['a', 'b']) c \g /dev/null
select custody.node_init(101, false, '{101}') \g /dev/null
-- One user action as api functions are built: begin, do, end.
create function custody.test_action(request_id uuid, subject text) returns jsonb language plpgsql as $$
declare
	r jsonb := custody.request_begin(request_id, 'token');
	e custody.event;
begin
	if r is not null then
		return r;
	end if;
	e := custody.append(subject, 'label_printed', '{}', 1, 1);
	return custody.request_end(request_id, 5, jsonb_build_object('n', e.n));
end $$;
create function pg_temp.waiting(what text) returns bool language plpgsql as $$
begin
	for i in 1..200 loop
		if exists (select from pg_stat_activity where datname = current_database() and wait_event = what) then
			return true;
		end if;
		perform pg_sleep(0.02);
		perform pg_stat_clear_snapshot();
	end loop;
	return false;
end $$;

select plan(16);
select is(custody.test_action('00000000-0000-4000-8000-000000000001', '101000000156'), '{"n": 1}', 'the first time acts');
select is(custody.test_action('00000000-0000-4000-8000-000000000001', '101000000156'), '{"n": 1}', 'a repeat gets the stored reply');
select is((select count(*) from custody.event), 1::bigint, 'and changes nothing');
select is(custody.test_action('00000000-0000-4000-8000-000000000002', '101000000156'), '{"n": 2}', 'another request acts');
select is((select array[station_id::text, encode(session_hash, 'hex')] from custody.request limit 1),
	array['5', encode(sha256('token'), 'hex')], 'station and the token''s hash are kept, the token is not');

-- A repeat that comes while the first is still under way.
select dblink_exec('a', 'begin') \g /dev/null
select dblink_send_query('a', $$ select custody.test_action('00000000-0000-4000-8000-000000000003', '101000000156') $$) \g /dev/null
select * from dblink_get_result('a') t (r jsonb) \g /dev/null
select * from dblink_get_result('a') t (r jsonb) \g /dev/null
select dblink_send_query('b', $$ select custody.test_action('00000000-0000-4000-8000-000000000003', '101000000156') $$) \g /dev/null
select ok(pg_temp.waiting('transactionid'), 'a repeat while the first is under way waits');
select dblink_exec('a', 'commit') \g /dev/null
select is((select r from dblink_get_result('b') t (r jsonb)), '{"n": 3}', 'and gets the reply of the first');
select * from dblink_get_result('b') t (r jsonb) \g /dev/null
select is((select count(*) from custody.event), 3::bigint, 'one event came of the two');
-- The same, but the first fails.
select dblink_exec('a', 'begin') \g /dev/null
select * from dblink('a', $$ select custody.test_action('00000000-0000-4000-8000-000000000004', '101000000156') $$) t (r jsonb) \g /dev/null
select dblink_send_query('b', $$ select custody.test_action('00000000-0000-4000-8000-000000000004', '101000000156') $$) \g /dev/null
select ok(pg_temp.waiting('transactionid'), 'again a repeat waits');
select dblink_exec('a', 'rollback') \g /dev/null
select is((select r from dblink_get_result('b') t (r jsonb)), '{"n": 4}', 'when the first did not happen the repeat acts');
select * from dblink_get_result('b') t (r jsonb) \g /dev/null
select is((select count(*) from custody.event), 4::bigint, 'once');

select throws_like($$ select custody.request_end('00000000-0000-4000-8000-000000000009', 1, '{}') $$, '%was not begun%', 'what was not begun is not ended');
select throws_like($$ select custody.request_end('00000000-0000-4000-8000-000000000001', 1, '{}') $$, '%ended twice%', 'a reply is never replaced');
select custody.request_begin('00000000-0000-4000-8000-000000000010', 'token') \g /dev/null
select throws_like($$ select custody.request_begin('00000000-0000-4000-8000-000000000010', 'token') $$, '%never ended%', 'an action that forgot its reply is found out');
update custody.request set at = at - interval '61 days' where reply ->> 'n' in ('1', '2');
update custody.request set at = at - interval '59 days' where reply ->> 'n' = '3';
select is(array[custody.request_expire(), custody.request_expire()], '{2,0}', 'requests are kept 60 days');
select is((select count(*) from custody.request), 3::bigint, 'younger ones stay');
select * from finish();
