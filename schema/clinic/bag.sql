-- Where tubes and bags are and who has them: read from events, never kept beside them. A tube that was scanned into a
-- bag has an event of its own (packed); a bag that is closed pins its tubes by the hash of each one's last event.
-- What is derived here (bag_content, tube_here, bag_under_way) is written by triggers, also for events of other nodes, and can be
-- made anew (clinic.bag_rebuild).

-- An event's body; null when it is no JSON object (another node may write what it likes).
create or replace function clinic.body_of(body text) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	parsed jsonb;
begin
	parsed := body::jsonb;
	return case when jsonb_typeof(parsed) = 'object' then parsed end;
exception when others then
	return null;
end $$;

-- The delivery that it names, and the closing of a bag; null when it names none. Where no index is searched by it: a third of what
-- the regular expression of event_delivery_idx costs.
create or replace function clinic.delivery_of(body text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	named text := clinic.body_of(body) ->> 'delivery';
begin
	return case when named ~ '^D[0-9]{12}$' then named end;
end $$;

create or replace function clinic.closing_of(body text) returns bigint
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	named text := (clinic.body_of(body) -> 'closing')::text;
begin
	return case when named ~ '^[0-9]{1,16}$' then named::bigint end;
end $$;

-- The tubes that a bag_closed lists; what is no specimen id is left out.
create or replace function clinic.body_tubes(body text) returns table (specimen_id text, last_hash text)
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	tubes jsonb := clinic.body_of(body) -> 'tubes';
begin
	if jsonb_typeof(tubes) = 'array' then
		return query
		select distinct on (t ->> 0) t ->> 0, coalesce(t ->> 1, '')
		from jsonb_array_elements(tubes) t
		where jsonb_typeof(t) = 'array' and (custody.id_parse(t ->> 0)).kind = 'specimen'
		order by t ->> 0, t ->> 1;
	end if;
end $$;

-- ---- where a tube is ----------------------------------------------------------------------------------------------

-- Events of a tube that say that it is no longer where it was. A hold, its end and a cancelled order move its state only.
create or replace function clinic.is_move_of_tube(kind text) returns bool
language sql immutable parallel safe
return kind in ('packed', 'unpacked', 'departed', 'arrived', 'accepted', 'rejected', 'processed', 'aliquoted',
	'archived', 'retrieved', 'lost', 'disposed', 'not_collected');

-- The last of them: as custody.state, the one of the nodes' last that no other knows of; else the later phase.
create or replace function clinic.tube_last_move(specimen_id text) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	last custody.event[] := array(select x from custody.event x
		where x.subject = tube_last_move.specimen_id and clinic.is_move_of_tube(x.kind));
	e custody.event;
begin
	if cardinality(last) > 1 then
		last := array(select distinct on (x.event_id >> 40) x from unnest(last) x order by x.event_id >> 40, x.n desc, x.event_id desc);
	end if;
	if cardinality(last) < 2 then
		return last[1];
	end if;
	select l.* into e from unnest(last) l join custody.event_kind k on k.kind = l.kind
	order by exists (select from unnest(last) o where o.event_id >> 40 <> l.event_id >> 40
			and custody.after_n(o.after, (l.event_id >> 40)::int) >= l.n),
		k.phase desc, l.recorded_at desc, l.event_id desc limit 1;
	return e;
end $$;

-- Was the event written before (or is it) the event of that hash, which is of the same subject?
create or replace function clinic.is_known_at(e custody.event, hash text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	later custody.event;
begin
	select x.* into later from custody.event x where x.subject = e.subject and encode(x.hash, 'hex') = is_known_at.hash limit 1;
	return coalesce(later.event_id >> 40 = e.event_id >> 40 and later.n >= e.n
		or custody.after_n(later.after, (e.event_id >> 40)::int) >= e.n, false);
end $$;

-- The bag a tube is in, null when in none: that of its own last packed, or of the newest bag_closed that lists it with an
-- event since which it was not moved. closing: that bag_closed; null when it was not closed with this tube yet.
-- placed_at: when that was; packed_at: when it was scanned into this bag, null when it was not.
create or replace function clinic.tube_bag(specimen_id text, out bag text, out closing bigint, out placed_at timestamptz, out packed_at timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	own custody.event := clinic.tube_last_move(specimen_id);
	own_bag text := case when own.kind = 'packed' then clinic.body_of(own.body) ->> 'bag' end;
	listed record;
begin
	select c.event_id, c.bag, c.last_hash, e.recorded_at into listed
	from clinic.bag_content c join custody.event e on e.event_id = c.event_id
	where c.specimen_id = tube_bag.specimen_id order by e.recorded_at desc, e.event_id desc limit 1;
	if listed.event_id is not null and (own.event_id is null or clinic.is_known_at(own, listed.last_hash)) then
		bag := listed.bag;
		closing := listed.event_id;
		placed_at := listed.recorded_at;
	elsif own_bag is not null then
		bag := own_bag;
		placed_at := own.recorded_at;
	end if;
	packed_at := case when own_bag = bag then own.recorded_at end;
end $$;

-- The same, and how the bag stands. is_open: somebody has it open now (at the clinic, or opened at the lab). scanned: the tube
-- was scanned into it since it was opened last.
create or replace function clinic.specimen_bag(specimen_id text, out bag text, out closing bigint, out is_open bool, out scanned bool)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	place record;
	trip record;
begin
	place := clinic.tube_bag(specimen_id);
	if place.bag is null then
		return;
	end if;
	bag := place.bag;
	closing := place.closing;
	trip := clinic.bag_trip(bag);
	scanned := coalesce(place.packed_at >= coalesce(trip.open_since, place.packed_at), false);
	-- a tote that went out again with other tubes has not brought this one back
	is_open := coalesce(trip.phase_kind, 'bag_opened') = 'bag_opened' and not coalesce(trip.opened_at > place.placed_at, false);
end $$;

-- The present trip of a bag: from its first opening at a clinic to the next. closed: its last closing, null while it is
-- open at the clinic. A bag that a courier closed has no opening. phase_kind: the kind of the bag's state; when a hold of it
-- ended, what it was before.
-- open_since: its last opening at the clinic. Read from the newest backwards, one by one: a tote has years of trips.
create or replace function clinic.bag_trip(bag text, out opened bigint, out closed bigint, out lab_id bigint, out class text,
	out stat bool, out phase_kind text, out opened_at timestamptz, out closed_at timestamptz, out open_since timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event;
	body jsonb;
	said jsonb;                              -- of the newest event of the trip
	reopened bool := false;
begin
	e.recorded_at := 'infinity';
	e.event_id := 0;
	loop
		select x.* into e from custody.event x where x.subject = bag_trip.bag and x.kind in ('bag_opened', 'bag_closed')
			and (x.recorded_at, x.event_id) < (e.recorded_at, e.event_id)
		order by x.recorded_at desc, x.event_id desc limit 1;
		exit when e.event_id is null;
		body := coalesce(clinic.body_of(e.body), '{}');
		if e.kind = 'bag_closed' then
			if closed is null and not reopened then
				closed := e.event_id;
				closed_at := e.recorded_at;
			end if;
			said := coalesce(said, body);
		elsif body ->> 'at' is distinct from 'lab' then
			said := coalesce(said, body);
			opened := e.event_id;
			opened_at := e.recorded_at;
			open_since := coalesce(open_since, e.recorded_at);
			exit when body -> 'again' is distinct from 'true';
			reopened := reopened or closed is null;
		end if;
	end loop;
	lab_id := case when said ->> 'lab_id' ~ '^[0-9]{1,16}$' then (said ->> 'lab_id')::bigint end;
	class := said ->> 'class';
	stat := coalesce(said -> 'stat' = 'true', false);
	phase_kind := (custody.state(bag)).kind;
	if phase_kind = 'released' then
		phase_kind := clinic.bag_stage(bag);
	end if;
end $$;

-- How far a bag came, whatever holds of it began and ended. One that arrives on hold has come, though its state stays held.
create or replace function clinic.bag_stage(bag text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select e.kind from custody.event e where e.subject = $1
			and e.kind in ('bag_opened', 'bag_closed', 'departed', 'arrived', 'lost', 'disposed')
		order by e.recorded_at desc, e.event_id desc limit 1);
end $$;

-- ---- who has it -----------------------------------------------------------------------------------------------------

create or replace function clinic.holder_of(e custody.event) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	body jsonb := coalesce(clinic.body_of(e.body), '{}');
	place_code text := case e.kind when 'placed' then body ->> 'place' when 'handed_over' then body ->> 'to_place' end;
	person bigint := case e.kind when 'departed' then clinic.arg_bigint(body, 'courier')
		when 'handed_over' then clinic.arg_bigint(body, 'to') end;
begin
	return jsonb_build_object('kind', case when place_code is not null then 'place' when person is not null then 'person' else 'station' end,
		'operator_id', person, 'place', place_code, 'name', case
			when place_code is not null then (select p.name from clinic.place p where p.place = place_code)
			when person is not null then (select o.name from clinic.operator o where o.operator_id = person)
			else (select s.name from clinic.station s where s.station_id = e.station_id) end,
		'at', e.recorded_at, 'event_id', e.event_id);
end $$;

-- The last event that says who has a bag or a tube.
create or replace function clinic.holding_event(subject text) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event;
begin
	select x.* into e from custody.event x
	where x.subject = holding_event.subject and x.kind in ('labelled', 'collected', 'processed', 'aliquoted', 'unpacked', 'tube_set_aside',
		'bag_opened', 'bag_closed', 'placed', 'departed', 'handed_over', 'arrived', 'accepted', 'rejected')
	order by x.recorded_at desc, x.event_id desc limit 1;
	return e;
end $$;

-- Who has a bag, or a tube: while it is in a bag whoever has that. Null: nobody knows.
create or replace function clinic.holder(subject text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event := clinic.holding_event(coalesce(case when subject ~ '^[0-9]' then (clinic.tube_bag(subject)).bag end, subject));
begin
	return case when e.event_id is not null then clinic.holder_of(e) end;
end $$;

-- ---- what is derived from events ------------------------------------------------------------------------------------

-- The row of clinic.tube_here that a tube of clinic.specimen should have; null when none.
create or replace function clinic.tube_here_of(specimen_id text) returns clinic.tube_here
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	h clinic.tube_here;
	last_kind text;
	own custody.event;
	b record;
	trip record;
begin
	own := clinic.tube_last_move(specimen_id);
	last_kind := own.kind;
	if last_kind in ('departed', 'arrived', 'accepted', 'rejected', 'archived', 'retrieved', 'lost', 'disposed', 'not_collected') then
		return null;
	elsif last_kind is distinct from 'packed'
		and not exists (select 1 from custody.event e where e.subject = tube_here_of.specimen_id and e.kind = 'collected') then
		return null;
	end if;
	b := clinic.tube_bag(specimen_id);
	h.specimen_id := specimen_id;
	h.scanned := false;
	if b.bag is null then
		return h;
	end if;
	-- by the openings and closings of the bag alone: a hold of it takes nothing out of it
	trip := clinic.bag_trip(b.bag);
	if b.closing is not null and (trip.closed is not null or trip.opened_at > b.placed_at) then
		return null;
	end if;
	-- never closed in, and the tote went out again: it is looked for here
	h.bag := case when b.closing is null and trip.opened_at > b.placed_at then null else b.bag end;
	h.scanned := coalesce(b.packed_at >= coalesce(trip.open_since, b.packed_at), false);
	return h;
end $$;

-- Two writers about one subject (two bags and a tube, a peer's events and ours) derive one after the other, or the one who
-- waited would store what was true before the other. As custody.lock_subject, without the seal's lock, which an apply
-- worker would hold for all of a first copy.
create or replace function clinic.derive_lock(subject text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform 1 from custody.subject s where s.subject = $1 for update;
	if not found then
		insert into custody.subject (subject) values ($1) on conflict do nothing;
		perform 1 from custody.subject s where s.subject = $1 for update;
	end if;
end $$;

create or replace function clinic.tube_here_set(specimen_id text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	h clinic.tube_here;
begin
	if not exists (select 1 from clinic.specimen s where s.specimen_id = tube_here_set.specimen_id) then
		return;
	end if;
	perform clinic.derive_lock(specimen_id);
	h := clinic.tube_here_of(specimen_id);
	if h.specimen_id is null then
		delete from clinic.tube_here x where x.specimen_id = tube_here_set.specimen_id;
	else
		insert into clinic.tube_here values (h.*)
		on conflict on constraint tube_here_pkey do update set bag = excluded.bag, scanned = excluded.scanned;
	end if;
end $$;

-- A laboratory that is on no node: what it received is never known here.
create or replace function clinic.lab_is_outside(lab_id bigint) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.lab l where l.lab_id = lab_is_outside.lab_id and l.node = 0) and (exists (select 1 from clinic.lab o where o.node <> 0)
		or not exists (select 1 from clinic.station s where s.kind = 'receiving'));
end $$;

-- The bag was put down at the dock of such a laboratory: handed over, no receipt known.
create or replace function clinic.is_handed_in(e custody.event, lab_id bigint) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return e.kind = 'handed_over' and clinic.lab_is_outside(lab_id) and exists (select 1 from clinic.place p
		where p.place = clinic.body_of(e.body) ->> 'to_place' and p.kind = 'dock');
end $$;

-- The row of clinic.bag_under_way that a bag should have; null when it is at the laboratory or was never opened.
create or replace function clinic.bag_under_way_of(bag text) returns clinic.bag_under_way
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.bag_under_way;
	trip record;
	e custody.event;
	holder jsonb;
	stage text;
begin
	trip := clinic.bag_trip(bag);
	-- on hold at the laboratory it is there all the same
	stage := case when trip.phase_kind = 'held' then clinic.bag_stage(bag) else trip.phase_kind end;
	if stage is null or stage = 'arrived' or stage = 'bag_opened' and trip.closed is not null
		or coalesce(trip.opened, trip.closed) is null then
		return null;
	end if;
	e := clinic.holding_event(bag);
	holder := clinic.holder_of(e);
	if clinic.is_handed_in(e, trip.lab_id) then
		return null;
	end if;
	w.bag := bag;
	w.here := coalesce(trip.opened, trip.closed) >> 40 = custody.node() and e.kind in ('bag_opened', 'bag_closed', 'placed');
	w.kind := trip.phase_kind;
	w.operator_id := (holder ->> 'operator_id')::bigint;
	w.place := holder ->> 'place';
	w.since := e.recorded_at;
	return w;
end $$;

create or replace function clinic.bag_under_way_set(bag text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.bag_under_way;
begin
	perform clinic.derive_lock(bag);
	w := clinic.bag_under_way_of(bag);
	if w.bag is null then
		delete from clinic.bag_under_way x where x.bag = bag_under_way_set.bag;
	else
		insert into clinic.bag_under_way values (w.*)
		on conflict on constraint bag_under_way_pkey do update set here = excluded.here, kind = excluded.kind,
			operator_id = excluded.operator_id, place = excluded.place, since = excluded.since;
	end if;
end $$;

-- After every event, of other nodes too: never raises.
create or replace function clinic.event_derived() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text;
begin
	if new.subject ~ '^B' then
		if new.kind = 'bag_closed' then
			insert into clinic.bag_content (event_id, bag, specimen_id, last_hash)
			select new.event_id, new.subject, t.specimen_id, t.last_hash from clinic.body_tubes(new.body) t on conflict do nothing;
		end if;
		if new.kind in ('bag_opened', 'bag_closed') then
			for tube in select h.specimen_id from clinic.tube_here h where h.bag = new.subject
				union select c.specimen_id from clinic.bag_content c
				where c.event_id = (select e.event_id from custody.event e where e.subject = new.subject and e.kind = 'bag_closed'
					order by e.recorded_at desc, e.event_id desc limit 1)
				order by 1
			loop
				perform clinic.tube_here_set(tube);
			end loop;
		end if;
		if new.moves or new.kind in ('placed', 'handed_over', 'departed', 'arrived', 'bag_opened', 'bag_closed') then
			perform clinic.bag_under_way_set(new.subject);
		end if;
	elsif new.kind = 'collected' or clinic.is_move_of_tube(new.kind) then
		perform clinic.tube_here_set(new.subject);
	elsif new.kind in ('held', 'scanned') then
		perform clinic.lab_hold_ask(new.subject);
	end if;
	return null;
end $$;

select custody.guard('custody.event', 'event_derived', 'after insert on @ for each row execute function clinic.event_derived()');

-- What is derived, as the events say it should be.
create or replace view clinic.bag_content_rebuilt as
	select e.event_id, e.subject as bag, t.specimen_id, t.last_hash
	from custody.event e cross join clinic.body_tubes(e.body) t where e.kind = 'bag_closed' and e.subject ~ '^B';
create or replace view clinic.tube_here_rebuilt as
	select h.* from clinic.specimen s cross join clinic.tube_here_of(s.specimen_id) h where h.specimen_id is not null;
create or replace view clinic.bag_under_way_rebuilt as
	select w.* from (select distinct e.subject from custody.event e where e.subject ~ '^B') b
		cross join clinic.bag_under_way_of(b.subject) w where w.bag is not null;

-- Writes one derived table anew; returns how many rows were not as they should be.
create or replace function clinic.table_rebuild(derived regclass, columns text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	wrong bigint;
begin
	execute format('lock table %1$s in share row exclusive mode', derived);
	execute format('with was as (delete from %1$s returning %2$s), should as materialized (select %2$s from %1$s_rebuilt),
			made as (select (select count(*) from (table was except table should) x) + (select count(*) from (table should except table was) x) as wrong)
		select wrong from made', derived, columns) into wrong;
	execute format('insert into %1$s (%2$s) select %2$s from %1$s_rebuilt', derived, columns);
	return wrong;
end $$;

-- Part of custody.rebuild. In this order: each is made from the events and the ones before.
create or replace function clinic.bag_rebuild() returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.table_rebuild('clinic.bag_content', 'event_id, bag, specimen_id, last_hash')
		+ clinic.table_rebuild('clinic.tube_here', 'specimen_id, bag, scanned')
		+ clinic.table_rebuild('clinic.bag_under_way', 'bag, here, kind, operator_id, place, since');
end $$;

-- ---- what a station is doing ------------------------------------------------------------------------------------------

create or replace function clinic.work_of(station_id bigint) returns clinic.station_work
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work;
begin
	select x.* into w from clinic.station_work x where x.station_id = work_of.station_id;
	return w;
end $$;

-- Begins a work at the actor's station; it takes the place of the one before.
create or replace function clinic.work_set(actor clinic.actor, kind text, bag text default null, place text default null,
	pickup_id bigint default null, to_operator bigint default null, delivery text default null, data jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.pickup_park(actor, $5);
	insert into clinic.station_work as w (station_id, kind, bag, place, pickup_id, to_operator, delivery, data, begun_by)
	values (actor.station_id, $2, $3, $4, $5, $6, $7, $8, actor.operator_id)
	on conflict on constraint station_work_pkey do update set kind = excluded.kind, bag = excluded.bag, place = excluded.place,
		pickup_id = excluded.pickup_id, to_operator = excluded.to_operator, delivery = excluded.delivery, data = excluded.data,
		begun_at = clock_timestamp(), begun_by = excluded.begun_by;
end $$;

-- Ends what the station is doing; false when it was doing nothing.
create or replace function clinic.work_end(station_id bigint) returns bool
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from clinic.station_work w where w.station_id = work_end.station_id;
	return found;
end $$;

-- A reply that makes the lists of bags stale: the pages read them again (feed event custody).
create or replace function clinic.judged_custody(verdict text, code text, words jsonb default '{}', about jsonb default null)
returns clinic.judgement
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return row($1, $2, coalesce($3, '{}') || '{"touched": "custody"}', null, $4)::clinic.judgement;
end $$;
