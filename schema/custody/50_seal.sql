-- Seals: what is signed, how the next ones are found, and the guard of seals that come from other nodes.

-- leaf sha256(0x00 || hash), node sha256(0x01 || left || right), an odd one moves up; of nothing sha256('').
create or replace function custody.merkle_root(hashes bytea[]) returns bytea
language plpgsql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
declare
	level bytea[];
begin
	select array_agg(sha256('\x00'::bytea || h) order by o) into level from unnest(hashes) with ordinality u (h, o);
	while cardinality(level) > 1 loop
		select array_agg(pair order by at) into level
		from (select (o - 1) / 2 as at, case count(*)
					when 2 then sha256('\x01'::bytea || string_agg(h, ''::bytea order by o))
					else string_agg(h, ''::bytea) end as pair
				from unnest(level) with ordinality u (h, o) group by (o - 1) / 2) p;
	end loop;
	return coalesce(level[1], sha256(''::bytea));
end
$$;

-- The bytes that are signed; their SHA-256 is the prev_hash of the next seal of the same audience.
create or replace function custody.seal_bytes(s custody.seal) returns bytea
language plpgsql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
	return convert_to('specimend-seal-1,' || custody.netstring(s.node::text) || custody.netstring(s.home::text)
		|| custody.netstring(s.lab::text) || custody.netstring(s.no::text) || custody.netstring(s.from_id::text)
		|| custody.netstring(s.to_id::text) || custody.netstring(s.count::text)
		|| custody.netstring(encode(s.root, 'hex')) || custody.netstring(encode(s.prev_hash, 'hex')), 'UTF8');
end
$$;

-- ---- arrival from other nodes -------------------------------------------------------------------------------

create or replace function custody.seal_refusal(s custody.seal) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	known custody.seal;
	peer custody.peer;
begin
	if s.node is null or s.home is null or s.lab is null or s.no is null or s.from_id is null or s.to_id is null
		or s.count is null or s.root is null or s.prev_hash is null or s.public_key is null or s.signature is null then
		return 'a field is missing';
	elsif length(s.root) <> 32 or length(s.prev_hash) <> 32 or length(s.public_key) <> 32 or length(s.signature) <> 64 then
		return 'a field has the wrong length';
	elsif s.node not between 1 and 8191 or s.no < 1 or s.count < 1 or s.from_id > s.to_id
		or s.from_id >> 40 <> s.node or s.to_id >> 40 <> s.node then
		return 'a number is out of range';
	end if;
	select * into known from custody.seal k
		where k.node = s.node and k.home = s.home and k.lab = s.lab and k.no = s.no limit 1;
	if found then
		return case when custody.seal_bytes(known) = custody.seal_bytes(s) and known.signature = s.signature
			and known.public_key = s.public_key then '' else 'another seal has this number' end;
	elsif s.node = custody.node() then
		return 'it claims to be ours';
	end if;
	select * into peer from custody.peer where apply_role = session_user;
	if not found then
		return format('role %s is not a peer', session_user);
	elsif peer.side = 'clinic' and peer.node <> s.node then
		return format('node %s may not speak for node %s', peer.node, s.node);
	end if;
	return null;
end
$$;

create or replace function custody.seal_arrives() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	why text := custody.seal_refusal(new);
begin
	perform pg_notify('changed', '');
	if why is null then
		return new;
	elsif why <> '' then
		insert into custody.refused (via, what, why, line) values (session_user, 'seal', why, to_jsonb(new));
	end if;
	return null;
end
$$;

select custody.guard('custody.seal', 'seal_arrives', 'before insert on @ for each row
	when (current_setting(''session_replication_role'') = ''replica'') execute function custody.seal_arrives()');
select custody.guard_append_only('custody.seal');

-- ---- sealing ------------------------------------------------------------------------------------------------

-- The id up to which every event is committed or will never be: taken while no writer is between taking its id
-- and its commit. Who waits for that lock holds up every writer that comes after, so it waits a tenth of a second at a
-- time and lets them go on between: one writer that is stuck must not stop all. Null when it never got the lock.
create or replace function custody.seal_limit() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '100ms'
as $$
declare
	tries constant int := 8;
	taken bigint;
begin
	for try in 1..tries loop
		begin
			perform pg_advisory_lock(custody.seal_lock());
			exit;
		exception when lock_not_available then
			if try = tries then
				return null;
			end if;
		end;
		perform pg_sleep(0.3);
	end loop;
	begin
		select case when is_called then last_value else 0 end into taken from custody.event_seq;
		perform pg_advisory_unlock(custody.seal_lock());
	exception when query_canceled or others then
		perform pg_advisory_unlock(custody.seal_lock());
		raise;
	end;
	return custody.row_id(taken);
end
$$;

-- Drafts the next seal of one audience from the events after its last one: 10,000 at most.
create or replace function custody.seal_draft_make(home int, lab int, up_to bigint) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	per_seal constant int := 10000;
	last custody.seal;
	hashes bytea[];
	last_id bigint;
	begins bigint;
begin
	select * into last from custody.seal s
		where s.node = custody.node() and s.home = seal_draft_make.home and s.lab = seal_draft_make.lab
		order by s.no desc limit 1;
	begins := coalesce(last.to_id, custody.row_id(0)) + 1;
	select array_agg(e.hash order by e.event_id), max(e.event_id) into hashes, last_id
		from (select v.hash, v.event_id from custody.event v
			where v.event_id between begins and up_to and v.home = seal_draft_make.home and v.lab = seal_draft_make.lab
			order by v.event_id limit per_seal) e;
	if hashes is not null then
		insert into custody.seal_draft (home, lab, no, from_id, to_id, count, root, prev_hash)
		values (seal_draft_make.home, seal_draft_make.lab, coalesce(last.no, 0) + 1, begins,
			case when cardinality(hashes) < per_seal then up_to else last_id end, cardinality(hashes),
			custody.merkle_root(hashes),
			case when last.no is null then decode(repeat('00', 32), 'hex') else sha256(custody.seal_bytes(last)) end);
	end if;
end
$$;

-- Drafts a seal for every audience that has new events and no draft yet; returns all drafts.
create or replace function custody.seal_next() returns setof custody.seal_draft
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	up_to bigint := custody.seal_limit();
	since bigint;
	audience record;
begin
	if current_setting('transaction_isolation') <> 'read committed' then
		raise 'seals are made in read committed transactions only';
	end if;
	lock table custody.seal_draft in share row exclusive mode;
	if up_to is not null then
		since := coalesce((select reach from custody.seal_reach), custody.row_id(0));
		for audience in
			select e.home, e.lab from custody.event e
				where e.event_id > since and e.event_id <= up_to group by e.home, e.lab
			except select d.home, d.lab from custody.seal_draft d
			order by 1, 2
		loop
			perform custody.seal_draft_make(audience.home, audience.lab, up_to);
		end loop;
		insert into custody.seal_reach (reach)
			values (least(up_to, (select min(to_id) from custody.seal_draft)))
			on conflict (only_one) do update set reach = excluded.reach;
	end if;
	return query select * from custody.seal_draft order by seal_id;
end
$$;

create or replace function custody.seal_of_draft(d custody.seal_draft) returns custody.seal
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	s custody.seal;
begin
	s.node := custody.node();
	s.home := d.home;
	s.lab := d.lab;
	s.no := d.no;
	s.from_id := d.from_id;
	s.to_id := d.to_id;
	s.count := d.count;
	s.root := d.root;
	s.prev_hash := d.prev_hash;
	return s;
end
$$;

-- Stores a signed draft. False when there is no such draft.
create or replace function custody.seal_put(seal_id bigint, signature bytea, public_key bytea) returns bool
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	draft custody.seal_draft;
	s custody.seal;
begin
	delete from custody.seal_draft d where d.seal_id = seal_put.seal_id returning * into draft;
	if not found then
		return false;
	end if;
	s := custody.seal_of_draft(draft);
	s.signature := seal_put.signature;
	s.public_key := seal_put.public_key;
	s.stored_at := clock_timestamp();
	insert into custody.seal values (s.*);
	return true;
end
$$;

-- The number of the seal that covers an event; null while it is pending.
create or replace function custody.seal_no(e custody.event) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
begin
	return (select s.no from custody.seal s where s.node = (e.event_id >> 40) and s.home = e.home and s.lab = e.lab
		and e.event_id between s.from_id and s.to_id limit 1);
end
$$;
