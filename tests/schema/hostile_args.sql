-- Every api function with everything hostile: answered in the five keys or refused by a state that the core retries; never an error.
\ir clinic/setup.sql
select plan(18);
insert into person select 'Dora Admin', clinic.operator_add('Dora Admin', 'DA', array['admin'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Dora Admin', 'room2') is not null \g /dev/null

create temporary table act as
	select p.oid, p.proname as name, p.pronargs = 2 as reads from pg_proc p where p.pronamespace = 'api'::regnamespace;
select cmp_ok((select count(*) from act), '>=', 40::bigint, 'the api has its functions');
select is_empty($$ select name from act join pg_proc p using (oid) where p.prorettype <> 'jsonb'::regtype
	or pg_get_function_identity_arguments(oid) not in ('request_id uuid, session text, args jsonb', 'session text, args jsonb') $$,
	'all of two shapes');

-- Names of arguments: every word in quotes in any function's text that looks like one.
create temporary table name as
	select distinct w[1] as name from pg_proc p, regexp_matches(p.prosrc, '''([a-z][a-z_]{2,20})''', 'g') w
	where p.pronamespace in ('api'::regnamespace, 'clinic'::regnamespace)
		and p.prosrc ~ ('(arg(_[a-z]+)?\((args|[a-z_.]+), ''' || w[1] || '''|(->|->>) ''' || w[1] || ''')');
select cmp_ok((select count(*) from name), '>', 40::bigint, 'the arguments are found');

create temporary table poison (value jsonb);
insert into poison values ('null'), ('true'), ('[]'), ('{}'), ('""'), ('" "'), ('"x"'), ('-1'), ('0'), ('1.5'), ('1e400'), ('99999999999999999999'),
	('9223372036854775807'), ('9999999999999999'), ('2147483648'), ('32768'), ('"9999999999999999"'), ('"-0"'), ('"1e9"'), ('"NaN"'), ('"infinity"'), ('"-infinity"'),
	('"0000-00-00"'), ('"9999-12-31"'), ('"2026-02-30"'), ('"2026-13-01T99:99:99Z"'), ('"2026-01-01T00:00:00+99:99"'), ('"294277-01-01"'),
	('"QQ=="'), ('"QQ="'), ('"////"'), ('"00000000-0000-0000-0000-000000000000"'), ('"------------------------------------"'),
	('"900000000150"'), ('"9000000001560001"'), ('"T900000000155"'), ('"V900000000155"'), ('"GGGGGGGGGGGG"'), ('"%_\\"'), ('"{name}"'), ('"\\x00"'), ('"''; drop table x; --"'),
	('"\u0001\u001f\u007f\u0080\ufffe"'), ('"\ud83d\ude00"'), ('"\u202eabc"'),
	('[null]'), ('[[]]'), ('[{}]'), ('["CBC", 7, null]'), ('[99999999999999999999]'), ('{"id": [], "family": {}}'), ('{"": null}'),
	(to_jsonb(repeat('A', 65536))), (to_jsonb(repeat('9', 65536))), (to_jsonb(repeat(chr(233), 20000))), (to_jsonb(repeat('{name}', 5000))),
	((select jsonb_agg(n) from generate_series(1, 5000) n)), ((select jsonb_object_agg('k' || n, n) from generate_series(1, 2000) n)),
	((repeat('[', 2000) || repeat(']', 2000))::jsonb), ((repeat('{"a":', 2000) || '1' || repeat('}', 2000))::jsonb),
	(to_jsonb(repeat('a', 64))), (to_jsonb(repeat('a', 128)));

-- null when all is well, else what is wrong; whatever it did is undone
create function pg_temp.try(act text, reads bool, token text, args jsonb) returns text language plpgsql as $$
declare
	r jsonb;
begin
	begin
		execute case when reads then format('select api.%I($1, $2)', act) else format('select api.%I(gen_random_uuid(), $1, $2)', act) end
			into r using token, args;
		if r is null or jsonb_typeof(r) <> 'object' or not r ?& array['verdict', 'code', 'title', 'do', 'data']
			or (select count(*) from jsonb_object_keys(r)) <> 5
			or r ->> 'verdict' not in ('stored', 'complete', 'repeat', 'question', 'stop', 'note') then
			return format('%s %s as %s: no reply: %s', act, left(args::text, 80), token, left(r::text, 200));
		end if;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return null;
	when others then
		return case when sqlstate in ('40001', '40P01') or sqlstate like '57%' then null
			else format('%s %s as %s: %s %s', act, left(args::text, 80), token, sqlstate, left(sqlerrm, 120)) end;
	end;
end $$;
create function pg_temp.all_tokens(reads bool) returns setof text language sql as $$
	select unnest(array['ana', 'core', 'mllp', 'room1', 'bench1', 'stranger', null, '', repeat('a', 100000)]) $$;

-- the arguments as a whole
select is_empty($$ select e from act, poison, pg_temp.all_tokens(reads) t, lateral (select pg_temp.try(name, reads, t, value) as e) x where e is not null limit 20 $$,
	'whatever args is');
select is_empty($$ select e from act, pg_temp.all_tokens(reads) t, lateral (select pg_temp.try(name, reads, t, null) as e) x where e is not null limit 20 $$,
	'and null');
-- every name that the function or anything below it reads, with everything; by who gets furthest
select is_empty($$ select e from act a, name n, poison p, unnest(array['ana', 'core', 'mllp']) t,
	lateral (select pg_temp.try(a.name, a.reads, t, jsonb_build_object(n.name, p.value)) as e) x
	where e is not null and (select prosrc from pg_proc where oid = a.oid) ~ ('''' || n.name || '''') limit 20 $$,
	'whatever one argument is');
-- an administrator's acts too, after all that stands before the argument was right; of every policy whatever its value is
select is_empty($$ select e from unnest(array['policy_set', 'policy_second', 'policy_second_begin']) a, unnest(array['node', 'policy', 'value', 'to_default', 'reason', 'seen', 'nonce', 'ok', 'badge']) n, poison p,
	lateral (select pg_temp.try(a, false, 'dora', jsonb_build_object('node', custody.node(), 'policy', 'risky', 'reason', 'x', 'value', clinic.policy_value('risky'), 'seen', 0) || jsonb_build_object(n, p.value)) as e) x
	where e is not null limit 20 $$, 'whatever an administrator sets');
select is_empty($$ select e from clinic.policy c, poison p, lateral (select pg_temp.try('policy_set', false, 'dora',
	jsonb_build_object('node', custody.node(), 'policy', c.policy, 'reason', 'x', 'seen', 0, 'value', p.value)) as e) x where e is not null limit 20 $$, 'whatever the value of a policy is');
-- a whole message with one of its values replaced, however deep it lies
create temporary table whole (act text, token text, args jsonb);
insert into whole values ('order_here', 'ana', '{"patient": {"family": "DOE", "given": "JANE", "birth_date": "1970-01-01", "sex": "F", "number": "X1"},
	"tests": ["CBC"], "provider": "R. Dale", "source": "verbal", "read_back": true}'), ('order_message', 'mllp', jsonb_build_object('peer', '127.0.0.1', 'raw', 'Zm9v', 'sha256', repeat('ab', 32), 'parsed',
	'{"sender": {"application": "A", "facility": "B"}, "receiver": {}, "control_id": "1", "type": "ORM^O01", "version": "2.5", "processing_id": "T",
	"charset": "", "sent_at": "2026-03-04T05:06:07", "patient": {"numbers": [{"id": "E1", "authority": "X", "type": "MR"}], "family": "DOE", "given": "JANE",
	"middle": "", "suffix": "", "birth_date": "1970-01-01", "birth_text": "19700101", "sex": "F", "account": null}, "visit_number": null,
	"orders": [{"control": "NW", "control_raw": "NW", "control_reason": "", "placer_number": "P1", "filler_number": "", "group_number": "",
	"ordered_at": "2026-03-04", "due_at": null, "priority": "STAT", "provider": {"id": "", "family": "DALE", "given": "R"},
	"tests": [{"code": "CBC", "name": "CBC", "system": "L"}], "source_text": "", "gaps": []}], "notes": []}'::jsonb)),
	('policy_set', 'dora', jsonb_build_object('node', custody.node(), 'policy', 'rejection_tell', 'reason', 'a test', 'seen', 0, 'value', '{"stat": {"minutes": 20}, "default": {"working_hours": 5}}'::jsonb));
create temporary table place as
	with recursive down (act, path, value) as (
		select act, '{}'::text[], args from whole
		union all
		select d.act, d.path || e.key, e.value from down d, lateral (
			select key, value from jsonb_each(case jsonb_typeof(d.value) when 'object' then d.value else '{}' end)
			union all select (o - 1)::text, v from jsonb_array_elements(case jsonb_typeof(d.value) when 'array' then d.value else '[]' end)
				with ordinality a (v, o)) e)
	select act, path from down where path <> '{}';
select is(pg_temp.try(act, false, token, args), null, 'as it should be: ' || act) from whole;
select cmp_ok(count(*), '>', case act when 'order_message' then 40 when 'policy_set' then 8 else 10 end::bigint, 'with all its values: ' || act) from place group by act order by act;
-- the core hands no longer texts over than daemon/hl7 reads (HL7_VALUE_MAX); raw is kept whole
select is_empty(format($$ select e from whole w join place l using (act), poison p, lateral (select path::text || ' ' || pg_temp.try(act, false, token,
	jsonb_set(args, path, p.value)) as e) x where act = %L and e is not null and (act <> 'order_message' or length(p.value::text) <= 502) limit 20 $$, act),
	'and any of them replaced by anything: ' || act) from whole;
select is_empty($$ select e from whole w join place l using (act), lateral (select path::text || ' ' || pg_temp.try(act, false, token,
	jsonb_set(args, path, to_jsonb((select string_agg(md5(n::text), '') from generate_series(1, case act when 'order_message' then 15 else 1500 end) n)))) as e) x
	where e is not null limit 20 $$, 'or by a long text that nothing makes shorter');
select * from finish();
