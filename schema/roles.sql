-- Roles, owners and grants; run last on every init, by the cluster's owner. Harmless to run again.
--
-- specimend_owner    nologin, owns everything
-- specimend_service  nologin, may EXECUTE api.* and nothing else
-- specimend          what the core logs in as
-- Roles of peers are made by custody.peer_add.

do $$
declare
	name text;
begin
	foreach name in array array['specimend_owner', 'specimend_service', 'specimend'] loop
		if not exists (select from pg_roles where rolname = name) then
			execute format('create role %I', name);
		end if;
		execute format('alter role %I nosuperuser nocreatedb nocreaterole noreplication nobypassrls %s', name,
			case name when 'specimend' then 'login' else 'nologin' end);
	end loop;
	execute format('revoke all on database %I from public', current_database());
	execute format('grant connect on database %I to specimend_service', current_database());
end
$$;
grant specimend_service to specimend;
-- compiling a query takes longer than any of ours runs: a third of a second of the list of who is due
alter role specimend set jit = off;
-- all that a scan reads is in memory: of a small table, too, a row by its key is cheaper than all of them
alter role specimend set random_page_cost = 1.1;

do $$
declare
	command text;
begin
	for command in
		select format('alter schema %I owner to specimend_owner', nspname)
			from pg_namespace where nspname in ('custody', 'clinic', 'api')
		union all
		select format('alter %s %s owner to specimend_owner', case c.relkind when 'S' then 'sequence'
				when 'v' then 'view' when 'm' then 'materialized view' when 'c' then 'type' else 'table' end, c.oid::regclass)
			from pg_class c
			where c.relnamespace::regnamespace::text in ('custody', 'clinic', 'api') and c.relkind in ('r', 'p', 'v', 'm', 'S', 'c')
				and c.relowner <> (select oid from pg_roles where rolname = 'specimend_owner')
				and not (c.relkind = 'S' and exists (select from pg_depend d where d.objid = c.oid
					and d.classid = 'pg_class'::regclass and d.refclassid = 'pg_class'::regclass and d.deptype in ('a', 'i')))
		union all
		select format('alter routine %s owner to specimend_owner', p.oid::regprocedure)
			from pg_proc p
			where p.pronamespace::regnamespace::text in ('custody', 'clinic', 'api')
				and p.proowner <> (select oid from pg_roles where rolname = 'specimend_owner')
	loop
		execute command;
	end loop;
end
$$;

-- What only functions of ours call runs as their owner and with their path anyway. To say so again costs each call 14,000
-- instructions, some 140 times a scan, and an SQL function its place within the query that calls it. So those who let somebody
-- in say it (api, triggers, what a view or another object names, what a command of specimend's calls, whoever makes objects),
-- and from the others it is taken: nobody but the owner may execute them.
do $$
declare
	inner_one regprocedure;
begin
	for inner_one in
		select p.oid from pg_proc p
		where p.pronamespace in ('custody'::regnamespace, 'clinic'::regnamespace) and p.prosecdef and p.prosrc !~* '\mexecute\M'
			and not exists (select from pg_depend d where d.refclassid = 'pg_proc'::regclass and d.refobjid = p.oid)
			and (p.pronamespace::regnamespace::text, p.proname::text) not in (('custody', 'node_init'), ('clinic', 'operator_add'),
				('clinic', 'device_list'), ('clinic', 'device_assign'), ('clinic', 'device_release'), ('clinic', 'template_ship'),
				('clinic', 'station_codes'), ('clinic', 'station_code'), ('clinic', 'pages_waiting'), ('custody', 'rebuild'))
	loop
		execute format('alter function %s security invoker reset search_path', inner_one);
	end loop;
end
$$;

revoke all on schema public from public;
revoke all on schema custody, clinic, api from public, specimend_service, specimend;
revoke all on all tables in schema custody, clinic, api from public, specimend_service, specimend;
revoke all on all sequences in schema custody, clinic, api from public, specimend_service, specimend;
revoke all on all routines in schema custody, clinic, api from public, specimend_service, specimend;
grant usage on schema api to specimend_service;
grant execute on all functions in schema api to specimend_service;
