-- Events: their hash, the triggers that guard them, and the one way of making one (append).

-- ---- hash: sha256("specimend-event-1," and the fields as netstrings, null as ~,) -------------------------

-- The three helpers are immutable all through and short, so the planner puts them in line: the hash is one
-- expression (as calls it cost ten times as much).
create or replace function custody.netstring(text text) returns text
language sql immutable parallel safe
return coalesce(octet_length(text)::text || ':' || text || ',', '~,');

create or replace function custody.flag(value bool) returns text
language sql immutable parallel safe
return case value when true then 't' when false then 'f' end;

-- Whole microseconds since 1970 UTC; exact, and independent of the session's time zone.
create or replace function custody.us(at timestamptz) returns bigint
language sql immutable parallel safe
return (extract(epoch from timezone('UTC', at)) * 1000000)::bigint;

create or replace function custody.event_hash(e custody.event) returns bytea
language plpgsql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
	return sha256(convert_to('specimend-event-1,'
		|| custody.netstring(e.event_id::text) || custody.netstring(e.subject)
		|| custody.netstring(e.home::text) || custody.netstring(e.lab::text)
		|| custody.netstring(e.n::text) || custody.netstring(e.kind)
		|| custody.netstring(custody.flag(e.moves))
		|| custody.netstring(custody.us(e.occurred_at)::text)
		|| custody.netstring(custody.us(e.recorded_at)::text)
		|| custody.netstring(e.operator_id::text) || custody.netstring(e.station_id::text)
		|| custody.netstring(e.after) || custody.netstring(e.body), 'UTF8'));
end
$$;

-- ---- what is wrong with the form of an event; null when nothing is ----------------------------------------

create or replace function custody.text_max() returns int
language sql immutable parallel safe
return 65536;

create or replace function custody.event_malformed(e custody.event) returns text
language plpgsql immutable parallel safe security definer set search_path = pg_catalog, pg_temp
as $$
begin
	return case
		when e.event_id is null or e.subject is null or e.home is null or e.lab is null
			or e.n is null or e.kind is null or e.moves is null or e.occurred_at is null
			or e.recorded_at is null or e.after is null or e.hash is null then 'a field is missing'
		when e.event_id >> 40 not between 1 and 8191 or e.n < 1 then 'a number is out of range'
		when not isfinite(e.occurred_at) or not isfinite(e.recorded_at) then 'a time is out of range'
		when length(e.subject) not between 1 and 64 or length(e.kind) not between 1 and 64
			or octet_length(e.after) > custody.text_max() or octet_length(e.body) > custody.text_max() then 'a text is too long'
		when e.after !~ '^([1-9][0-9]{0,3}:[1-9][0-9]{0,8}:[0-9a-f]{64}(,[1-9][0-9]{0,3}:[1-9][0-9]{0,8}:[0-9a-f]{64})*)?$'
			then 'after is malformed'
	end;
end
$$;

-- Why an event that came from another node is not taken: null = take it, '' = we have it already.
create or replace function custody.event_refusal(e custody.event) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	wrong text := custody.event_malformed(e);
	author int := (e.event_id >> 40)::int;
	known bytea;
	peer custody.peer;
begin
	if wrong is not null then
		return wrong;
	elsif custody.event_hash(e) <> e.hash then
		return 'the hash does not fit the event';
	end if;
	select hash into known from custody.event where event_id = e.event_id limit 1;
	if known = e.hash then
		return '';
	elsif found then
		return 'another event has this id';
	elsif author = custody.node() then
		return 'it claims to be ours';
	end if;
	select * into peer from custody.peer where apply_role = session_user;
	if not found then
		return format('role %s is not a peer', session_user);
	elsif peer.side = 'clinic' and peer.node <> author then
		return format('node %s may not speak for node %s', peer.node, author);
	end if;
	return null;
end
$$;

-- ---- triggers, all ENABLE ALWAYS ---------------------------------------------------------------------------

-- (1) before insert, of replicated rows only: never raises, or the apply worker would stop for good.
create or replace function custody.event_arrives() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	why text := custody.event_refusal(new);
begin
	if why is null then
		return new;
	elsif why <> '' then
		insert into custody.refused (via, what, why, line) values (session_user, 'event', why, to_jsonb(new));
		perform pg_notify('changed', '');
	end if;
	return null;
end
$$;

-- (2) after insert: the head. Compared by (n, event_id), so that the result does not depend on the order of
-- arrival even when a node restored from a backup numbered two events alike.
create or replace function custody.event_arrived() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	author int := new.event_id >> 40;
	m custody.head;
begin
	if new.moves then
		m.moving_n := new.n;
		m.moving_event_id := new.event_id;
		m.moving_kind := new.kind;
		m.moving_phase := coalesce((select k.phase from custody.event_kind k where k.kind = new.kind), 0);
		m.moving_after := new.after;
		m.moving_occurred_at := new.occurred_at;
		m.moving_recorded_at := new.recorded_at;
	end if;
	insert into custody.head as h values (new.subject, author, new.n, new.event_id, new.hash, m.moving_n, m.moving_event_id,
			m.moving_kind, m.moving_phase, m.moving_after, m.moving_occurred_at, m.moving_recorded_at)
		on conflict (subject, node) do update set n = excluded.n, event_id = excluded.event_id, hash = excluded.hash,
			moving_n = coalesce(excluded.moving_n, h.moving_n),
			moving_event_id = coalesce(excluded.moving_event_id, h.moving_event_id),
			moving_kind = coalesce(excluded.moving_kind, h.moving_kind),
			moving_phase = coalesce(excluded.moving_phase, h.moving_phase),
			moving_after = coalesce(excluded.moving_after, h.moving_after),
			moving_occurred_at = coalesce(excluded.moving_occurred_at, h.moving_occurred_at),
			moving_recorded_at = coalesce(excluded.moving_recorded_at, h.moving_recorded_at)
		where (excluded.n, excluded.event_id) > (h.n, h.event_id);
	if not found and new.moves then
		-- It came after a later one: that may not have moved, or not as far.
		update custody.head h set moving_n = m.moving_n, moving_event_id = m.moving_event_id, moving_kind = m.moving_kind,
			moving_phase = m.moving_phase, moving_after = m.moving_after, moving_occurred_at = m.moving_occurred_at,
			moving_recorded_at = m.moving_recorded_at
			where h.subject = new.subject and h.node = author
			and (m.moving_n, m.moving_event_id) > (coalesce(h.moving_n, 0), coalesce(h.moving_event_id, 0));
	end if;
	if current_setting('session_replication_role') = 'replica' then
		perform pg_notify('changed', '');
	end if;
	return null;
end
$$;

-- (3) before update, delete, truncate: never.
create or replace function custody.append_only() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
	raise '%.% is append-only: % is refused', tg_table_schema, tg_table_name, lower(tg_op)
		using errcode = 'insufficient_privilege';
end
$$;

-- Puts a trigger on a table unless it is there, and makes it fire always: for replicated rows too.
create or replace function custody.guard(at regclass, name text, firing text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
	if not exists (select from pg_trigger where tgrelid = guard.at and tgname = guard.name) then
		execute format('create trigger %I %s', guard.name, replace(guard.firing, '@', guard.at::text));
	end if;
	execute format('alter table %s enable always trigger %I', guard.at, guard.name);
end
$$;

-- Guards that every table of facts needs, parent and leaf alike (truncate is not inherited by partitions).
create or replace function custody.guard_append_only(at regclass) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
	select custody.guard(at, relname || '_no_change',
		'before update or delete on @ for each row execute function custody.append_only()')
		from pg_class where oid = coalesce((select inhparent from pg_inherits where inhrelid = at), at);
	select custody.guard(at, 'event_no_truncate',
		'before truncate on @ for each statement execute function custody.append_only()');
$$;

-- ---- partitions: one function makes the partition, its triggers and its grants together ---------------------

create or replace function custody.partition_make(name text, bounds text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp set lock_timeout = '2s'
as $$
declare
	leaf regclass;
	trigger_name text;
	role_name text;
begin
	execute format('create table custody.%I partition of custody.event %s', name, bounds);
	leaf := format('custody.%I', name)::regclass;
	perform custody.guard_append_only(leaf);
	for trigger_name in select tgname from pg_trigger where tgrelid = leaf and not tgisinternal loop
		execute format('alter table %s enable always trigger %I', leaf, trigger_name);
	end loop;
	execute format('revoke all on %s from public', leaf);
	for role_name in select apply_role from custody.peer loop
		execute format('grant insert on %s to %I', leaf, role_name);
	end loop;
end
$$;

-- Makes the partition of this quarter, that of the next in its last 31 days (each one there is opened by every look at events), and
-- a default one so that no clock can ever stop an insert. A quarter that has rows in the default partition already stays there.
create or replace function custody.partitions_ensure(at timestamptz default clock_timestamp()) returns int
language plpgsql security definer set search_path = pg_catalog, pg_temp set timezone = 'UTC'
as $$
declare
	made int := 0;
	begins timestamptz;
	ends timestamptz;
	name text;
begin
	if to_regclass('custody.event_default') is null then
		perform custody.partition_make('event_default', 'default');
		made := made + 1;
	end if;
	for begins in select distinct date_trunc('quarter', x) from unnest(array[at, at + interval '31 days']) x order by 1 loop
		ends := begins + interval '3 months';
		name := to_char(begins, '"event_"YYYY"q"Q');
		continue when to_regclass('custody.' || name) is not null
			or exists (select from custody.event_default where stored_at >= begins and stored_at < ends);
		perform custody.partition_make(name, format('for values from (%L) to (%L)', begins, ends));
		made := made + 1;
	end loop;
	return made;
end
$$;

select custody.guard('custody.event', 'event_arrives', 'before insert on @ for each row
	when (current_setting(''session_replication_role'') = ''replica'') execute function custody.event_arrives()');
select custody.guard('custody.event', 'event_arrived',
	'after insert on @ for each row execute function custody.event_arrived()');
select custody.guard_append_only('custody.event');
select custody.partitions_ensure();

-- ---- append ------------------------------------------------------------------------------------------------

create or replace function custody.seal_lock() returns bigint
language sql immutable parallel safe
return 1397047628;

-- The row lock of one subject, under the shared seal lock.
create or replace function custody.lock_subject(subject text) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
	perform pg_advisory_xact_lock_shared(custody.seal_lock());
	perform from custody.subject s where s.subject = lock_subject.subject for update;
	if not found then
		insert into custody.subject (subject) values (lock_subject.subject) on conflict (subject) do nothing;
		perform from custody.subject s where s.subject = lock_subject.subject for update;
	end if;
end
$$;

-- Row locks in order of subject; an action on several subjects begins with this.
create or replace function custody.lock_subjects(subjects text[]) returns void
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	one text;
begin
	for one in select distinct s from unnest(subjects) s order by s loop
		perform custody.lock_subject(one);
	end loop;
end
$$;

-- Is this kind a legal next move of the subject?
create or replace function custody.may_move(subject text, kind text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	now_kind text := coalesce((custody.state(may_move.subject)).kind, '');
begin
	return exists (select from custody.event_move m where m.to_kind = may_move.kind and m.from_kind = now_kind);
end
$$;

-- Appends one event about one subject: lock, number, link, hash, insert.
create or replace function custody.append(subject text, kind text, body jsonb, operator_id bigint, station_id bigint,
	occurred_at timestamptz default null, moves bool default null, lab int default 0, home int default null)
returns custody.event
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	e custody.event;
	what custody.event_kind;
	about record;
	own int := custody.node();
	authors int;
	now_kind text;
begin
	select * into what from custody.event_kind k where k.kind = append.kind;
	about := custody.subject_about(append.subject);
	if what.kind is null then
		raise '''%'' is not a kind of event', append.kind;
	elsif own is null then
		raise 'this database is no node yet' using hint = 'specimend init makes it one';
	elsif about.kind is null or what.subject_kind not in ('any', about.kind) then
		raise 'a ''%'' event cannot be about ''%''', append.kind, append.subject;
	elsif not about.for_here then
		raise '''%'' is a practice id in a real node, or a real one in practice', append.subject;
	elsif append.lab is null or not isfinite(append.occurred_at) or octet_length(append.body::text) > custody.text_max() then
		raise 'this event cannot be stored: its lab is missing, its time is out of range or its body is too long';
	elsif current_setting('transaction_isolation') <> 'read committed' then
		raise 'events are appended in read committed transactions only, so that each sees the one before';
	end if;

	perform custody.lock_subject(append.subject);
	select count(*), coalesce(max(h.n) filter (where h.node = own), 0) + 1, max(h.moving_kind),
		coalesce(string_agg(h.node || ':' || h.n || ':' || encode(h.hash, 'hex'), ',' order by h.node), '')
		into authors, e.n, now_kind, e.after
		from custody.head h where h.subject = append.subject;
	if authors > 1 then
		now_kind := (custody.state(append.subject)).kind;
	end if;
	e.subject := append.subject;
	e.home := coalesce(append.home, about.home);
	e.lab := append.lab;
	e.kind := append.kind;
	e.moves := coalesce(append.moves, what.moves and exists (select from custody.event_move m
		where m.to_kind = append.kind and m.from_kind = coalesce(now_kind, '')));
	e.event_id := own::bigint << 40 | nextval('custody.event_seq');
	e.recorded_at := clock_timestamp();
	e.occurred_at := coalesce(append.occurred_at, e.recorded_at);
	e.operator_id := append.operator_id;
	e.station_id := append.station_id;
	e.body := append.body::text;
	e.hash := custody.event_hash(e);
	e.stored_at := e.recorded_at;
	insert into custody.event values (e.*);
	return e;
end
$$;
