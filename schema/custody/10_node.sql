-- This node: its number, its row keys, its id blocks.
--
-- What a scan calls is plpgsql, which keeps its plans for the life of a connection; a function in SQL that
-- cannot be put in line is planned again in every transaction, which costs more than the whole append.

create or replace function custody.node() returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin return (select s.node from custody.self s); end $$;

create or replace function custody.is_practice() returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin return (select s.practice from custody.self s); end $$;

create or replace function custody.row_id(sequence_value bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$ begin return (select s.node::bigint << 40 | sequence_value from custody.self s); end $$;

-- Allots blocks of printed ids, whole. A block that this node has already is left as it is.
create or replace function custody.block_add(node int, blocks int[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	taken int;
begin
	select b.block into taken from custody.id_block b
		where b.block = any (block_add.blocks) and b.node <> block_add.node limit 1;
	if found then
		raise 'id block % belongs to another node already', taken;
	end if;
	select b into taken from unnest(block_add.blocks) b
		where (b >= 900) <> custody.is_practice() or b not between 0 and 999 limit 1;
	if found then
		raise 'id block % cannot be used here: 900 to 999 are practice, the rest is real', taken;
	end if;
	insert into custody.id_block (block, node)
		select t.block, block_add.node from unnest(block_add.blocks) with ordinality t (block, no)
		where not exists (select from custody.id_block b where b.block = t.block)
		order by t.no;
end
$$;

-- Says once and for ever which node this database is. The same again is harmless, and may add blocks.
create or replace function custody.node_init(node int, practice bool, blocks int[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	self custody.self;
begin
	if node_init.practice is distinct from (node_init.node = 8191) then
		raise 'node 8191 is practice and no other is; this was node %', node_init.node;
	end if;
	insert into custody.self (node, practice) values (node_init.node, node_init.practice)
		on conflict (only_one) do nothing;
	select * into self from custody.self;
	if self.node <> node_init.node then
		raise 'this database is node % and cannot become node %', self.node, node_init.node;
	end if;
	perform custody.block_add(node_init.node, node_init.blocks);
	perform custody.partitions_ensure();
end
$$;
