-- Who may do what: the service executes api.* and nothing else; nobody changes an event or a seal.
select plan(32);
select is((select count(*) from pg_proc p where p.pronamespace = 'api'::regnamespace), (select count(*) from pg_proc p
	where p.pronamespace = 'api'::regnamespace and prosecdef and proowner = 'specimend_owner'::regrole
	and 'search_path=pg_catalog, pg_temp' = any (proconfig) and not has_function_privilege('public', p.oid, 'execute')
	and has_function_privilege('specimend_service', p.oid, 'execute')),
	'every api function is security definer, of specimend_owner, with its own search_path, closed to the public');
select cmp_ok((select count(*) from pg_proc p where p.pronamespace = 'api'::regnamespace), '>=', 4::bigint, 'there are api functions');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace::text in ('custody', 'clinic')
	and (has_function_privilege('public', p.oid, 'execute') or has_function_privilege('specimend_service', p.oid, 'execute')) $$,
	'the service may execute no function of custody or clinic');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace::text in ('custody', 'clinic', 'api')
	and proowner <> 'specimend_owner'::regrole $$, 'specimend_owner owns every function');
select is_empty($$ select p.oid::regprocedure from pg_proc p join pg_depend d on d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid
	where p.pronamespace::regnamespace::text in ('custody', 'clinic') and d.classid in ('pg_trigger'::regclass, 'pg_rewrite'::regclass)
	and (not p.prosecdef or 'search_path=pg_catalog, pg_temp' <> all (p.proconfig)) $$,
	'whatever a trigger or a view calls runs as its owner, with its own search path');
select is_empty($$ select f from unnest(array['custody.append(text,text,jsonb,bigint,bigint,timestamptz,boolean,integer,integer)', 'clinic.reply']) f
	join pg_proc p on p.oid = case when f ~ '\(' then f::regprocedure::oid else f::regproc::oid end where p.prosecdef or p.proconfig is not null $$,
	'what only functions call has both from who called it');
\set called `cat :'data'/../../daemon/cmd/*.c | grep -oE '(custody|clinic)\.[a-z_]+\(' | tr -d '(' | sort -u | tr '\n' ' '`
select cmp_ok(cardinality(string_to_array(trim(:'called'), ' ')), '>=', 7, 'commands of specimend call functions');
select is_empty($$ select p.oid::regprocedure from pg_proc p where p.pronamespace::regnamespace || '.' || p.proname = any (
		string_to_array($$ || quote_literal(:'called') || $$, ' ') || array['clinic.station_code', 'custody.rebuild'])
	and (not p.prosecdef or 'search_path=pg_catalog, pg_temp' <> all (p.proconfig)) $$, 'whatever they, or who owns the database, call says both');
select is_empty($$ select c.oid::regclass from pg_class c where c.relnamespace::regnamespace::text in ('custody', 'clinic', 'api')
	and relowner <> 'specimend_owner'::regrole $$, 'specimend_owner owns every table, view, index and sequence');
select is_empty($$ select c.oid::regclass, r, p from pg_class c, unnest(array['specimend', 'specimend_service', 'public']) r,
		unnest(array['select', 'insert', 'update', 'delete', 'truncate', 'references', 'trigger']) p
	where c.relnamespace::regnamespace::text in ('custody', 'clinic', 'api') and c.relkind in ('r', 'p', 'v', 'm')
		and has_table_privilege(r, c.oid, p) $$, 'no right on any table for the service or the public');
select is_empty($$ select c.oid::regclass, r, p from pg_class c, unnest(array['specimend', 'specimend_service', 'public']) r,
		unnest(array['usage', 'select', 'update']) p
	where c.relnamespace::regnamespace::text in ('custody', 'clinic', 'api') and c.relkind = 'S'
		and has_sequence_privilege(r, c.oid, p) $$, 'nor on any sequence');
select is_empty($$ select rolname from pg_roles
	where rolname in ('specimend', 'specimend_service', 'specimend_owner') and (rolsuper or rolcreatedb or rolcreaterole or rolreplication or rolbypassrls) $$, 'no role of ours is mighty');
select is_empty($$ select r from unnest(array['custody', 'clinic', 'public']) n, unnest(array['specimend', 'specimend_service']) r
	where has_schema_privilege(r, n, 'usage, create') $$, 'the service cannot even look into custody, clinic or public');
select ok(not has_schema_privilege('specimend_service', 'api', 'create') and not has_database_privilege('specimend', 'specimend', 'create, temporary'),
	'the service can make nothing, not even a temporary table');
-- Bodies are not checked as they are made, because files name what later files make: check them all here.
create function pg_temp.body_error(f oid) returns text language plpgsql as $$
begin
	set local check_function_bodies = on;
	execute pg_get_functiondef(f);
	return null;
exception when others then
	return sqlerrm;
end $$;
select is_empty($$ select p.oid::regprocedure, pg_temp.body_error(p.oid) from pg_proc p
	where p.pronamespace::regnamespace::text in ('custody', 'clinic', 'api') and prosqlbody is null and pg_temp.body_error(p.oid) is not null $$,
	'the body of every function is valid');

select custody.node_init(101, false, '{101}') \g /dev/null
select custody.append('101000000156', 'label_printed', '{}', 1, 1) \g /dev/null
set role specimend;
select throws_ok($$ select custody.append('101000000156', 'labelled', '{}', 1, 1) $$, '42501', null, 'the service cannot append by itself');
select throws_ok($$ select * from custody.event $$, '42501', null, 'the service cannot read events');
select throws_ok($$ insert into custody.event (event_id) values (1) $$, '42501', null, 'the service cannot insert an event');
select is(jsonb_array_length(api.custody_events(null, '{}') -> 'data' -> 'events'), 1, 'but it can ask for them to verify them');
reset role;

set role specimend_owner;
select is((select count(*) from pg_partition_tree('custody.event') where isleaf),
	1 + (select count(distinct date_trunc('quarter', x at time zone 'UTC')) from unnest(array[now(), now() + interval '31 days']) x),
	'this quarter, the next one when it is near, and a default partition');
create function pg_temp.tried(command text) returns text language plpgsql as $$
begin
	execute command;
	return 'done';
exception when insufficient_privilege then
	return case when sqlerrm like '%is append-only%' then 'refused' else sqlerrm end;
end $$;
select is(pg_temp.tried('update custody.event set body = null'), 'refused', 'the owner cannot update events');
select is(pg_temp.tried('delete from custody.event'), 'refused', 'the owner cannot delete events');
select is_empty($$ select relid, pg_temp.tried(format('truncate %s', relid)) from pg_partition_tree('custody.event')
	where pg_temp.tried(format('truncate %s', relid)) <> 'refused' $$, 'the owner cannot truncate events or a single partition');
select is_empty($$ select relid from pg_partition_tree('custody.event') where isleaf and exists (select from custody.event where tableoid = relid)
	and (pg_temp.tried(format('update %s set n = 2', relid)) <> 'refused' or pg_temp.tried(format('delete from %s', relid)) <> 'refused') $$,
	'nor change a partition by its own name');
insert into custody.seal (node, no) values (1, 1);
select is(array[pg_temp.tried('update custody.seal set no = 2'), pg_temp.tried('delete from custody.seal'), pg_temp.tried('truncate custody.seal')],
	'{refused,refused,refused}', 'seals neither');
reset role;
set session_replication_role = 'replica';
select is(array[pg_temp.tried('update custody.event set body = null'), pg_temp.tried('delete from custody.event'),
	pg_temp.tried('truncate custody.event')], '{refused,refused,refused}', 'replica mode does not get past the triggers');
reset session_replication_role;
select is_empty($$ select tgrelid::regclass, tgname from pg_trigger where not tgisinternal and tgenabled <> 'A'
	and (tgrelid = 'custody.seal'::regclass or tgrelid in (select relid from pg_partition_tree('custody.event'))) $$,
	'every trigger on events and seals fires always');

select is(custody.partitions_ensure('2051-02-28 00:00:00+00'), 1, 'a quarter has its partition');
select is(custody.partitions_ensure('2051-03-01 00:00:00+00'), 1, 'the next one has it a month before it begins');
select is(custody.partitions_ensure('2051-03-31 23:59:59+00'), 0, 'and only once');
select is_empty($$ select relid from pg_partition_tree('custody.event') where isleaf and (pg_temp.tried(format('truncate %s', relid)) <> 'refused'
	or (select relowner from pg_class where oid = relid) <> 'specimend_owner'::regrole
	or 5 <> (select count(*) from pg_trigger where tgrelid = relid and tgenabled = 'A' and not tgisinternal)) $$,
	'a partition made later has owner and all its triggers');
select is_empty($$ select conrelid::regclass, conname from pg_constraint where conrelid in (select relid from pg_partition_tree('custody.event')
	union all select 'custody.seal'::regclass) and contype <> 'p' and not (contype = 'c' and conislocal = false) $$,
	'nothing on events and seals can refuse a row');
select * from finish();
