-- Other nodes. These run as the cluster's owner (they make roles and publications), so they are not security
-- definer. README.md here shows the whole order of joining.

-- Says that a node may replicate to us and makes its two roles: specimend_apply_N, which owns our subscription
-- to it and may insert into event and seal and nothing else (PostgreSQL 15 wants a superuser to own a new
-- subscription; take that right away afterwards), and specimend_peer_N, by which it reads from us.
create or replace function custody.peer_add(node int, side text) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	role_name text := 'specimend_apply_' || peer_add.node;
	reader_name text := 'specimend_peer_' || peer_add.node;
	one regclass;
begin
	if peer_add.node = custody.node() then
		raise 'node % is this node', peer_add.node;
	end if;
	if not exists (select from pg_roles where rolname = role_name) then
		execute format('create role %I login', role_name);
	end if;
	if not exists (select from pg_roles where rolname = reader_name) then
		execute format('create role %I login replication', reader_name);
	end if;
	insert into custody.peer (node, side, apply_role) values (peer_add.node, peer_add.side, role_name)
		on conflict (node) do update set side = excluded.side;
	execute format('grant connect on database %I to %I, %I', current_database(), role_name, reader_name);
	execute format('grant usage on schema custody to %I, %I', role_name, reader_name);
	execute format('grant select on custody.event, custody.seal to %I', reader_name);
	for one in select 'custody.seal'::regclass union all select relid from pg_partition_tree('custody.event') loop
		execute format('grant insert on %s to %I', one, role_name);
	end loop;
	return role_name;
end
$$;

-- Publishes what a peer may see, as n<this node>_to_<peer>: to a lab our own rows that are for it, to a clinic
-- everybody's rows about its subjects but its own. So nothing returns to its author.
create or replace function custody.publish_to(node int, side text) returns text
language plpgsql set search_path = pg_catalog, pg_temp
as $$
declare
	name text := format('n%s_to_%s', custody.node(), publish_to.node);
	event_filter text := format(case side when 'lab' then '(event_id >> 40) = %1$s and lab = %2$s'
		when 'clinic' then '(event_id >> 40) <> %2$s and home = %2$s' end, custody.node(), publish_to.node);
begin
	execute format('create publication %I for table custody.event (event_id, subject, home, lab, n, kind, moves,
			occurred_at, recorded_at, operator_id, station_id, after, body, hash) where (%s),
		custody.seal (node, home, lab, no, from_id, to_id, count, root, prev_hash, public_key, signature) where (%s)
		with (publish = ''insert'', publish_via_partition_root = true)',
		name, event_filter, replace(event_filter, '(event_id >> 40)', 'node'));
	return name;
end
$$;
