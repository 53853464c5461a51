-- The laboratory's dock: deliveries, and the bags in them. A bag scanned here has arrived; nothing in it is received by
-- that. Tubes are lab_tube.sql, what a receiver decides lab_act.sql, the lists lab_view.sql.
-- Locks: deliveries (held open while something is stored in them) before subjects.

-- What a scan at a receiving station means.
create or replace function clinic.lab_scan(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused text;
	j clinic.judgement := clinic.reject_not_this(actor, s, code, kind, about);
begin
	if j.code is not null then
		return j;
	elsif kind = 'badge' then
		return clinic.lab_badge(actor, code, about);
	end if;
	refused := clinic.require(actor, 'receive') ->> 'code';
	if kind in ('specimen', 'label') then
		return clinic.lab_tube(actor, s, code, about, refused);
	elsif kind = 'bag' then
		return clinic.lab_bag(actor, s, code, about || jsonb_build_object('bag', code), refused);
	elsif refused is not null then
		return clinic.judged('question', refused, '{}', null, about);
	elsif kind = 'FOUND sticker' then
		return clinic.lab_found(actor, s, code, about);
	elsif kind is not null then
		return clinic.judged('note', 'not_here', jsonb_build_object('kind', kind), null, about);
	end if;
	return clinic.lab_other(actor, s, code, about || '{"kind": "other"}');
end $$;

-- A courier's badge opens a delivery; the receiver's own signs it; any other is for signing in.
create or replace function clinic.lab_badge(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	person clinic.operator;
	roles text[];
	refused jsonb;
	j clinic.judgement;
begin
	select o.* into person from clinic.operator o where o.badge = code and o.active and o.blocked_at is null;
	roles := array(select r.role from clinic.operator_role r where r.operator_id = person.operator_id);
	if person.operator_id = actor.operator_id and actor.shaded is not true
		and (clinic.work_of(actor.station_id)).kind = 'dock' and (clinic.work_of(actor.station_id)).delivery is not null then
		j := clinic.delivery_signed(actor, '{}');
	elsif 'courier' = any (roles) and person.operator_id is distinct from actor.operator_id
		and (actor.operator_id is not null or not roles && array['receiver', 'lab_lead']) then
		refused := clinic.require(actor, 'receive');
		j := case when refused is not null then clinic.judged('question', refused ->> 'code')
			else clinic.delivery_begun(actor, person.operator_id) end;
	else
		return clinic.scan_badge(actor, code, about);
	end if;
	j.about := about || '{"done": true}';
	return j;
end $$;

-- ---- deliveries -----------------------------------------------------------------------------------------------------

-- The delivery, if it is open: it stays so until this transaction ends. Null when it is closed.
create or replace function clinic.delivery_hold(delivery text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_one text;
begin
	select d.delivery into found_one from clinic.delivery_open d where d.delivery = delivery_hold.delivery for key share;
	return found_one;
end $$;

-- The delivery that a thing found at this station is stored in: the one it came in, else the one that is worked on here,
-- else the newest; each only while it is open. Null: none is.
create or replace function clinic.delivery_for(actor clinic.actor, came_in text default null) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_one text := case when came_in is not null then clinic.delivery_hold(came_in) end;
begin
	if found_one is not null then
		return found_one;
	end if;
	return coalesce(clinic.delivery_hold((clinic.work_of(actor.station_id)).delivery),
		clinic.delivery_hold((select o.delivery from clinic.delivery_open o join clinic.delivery d on d.delivery = o.delivery
			order by d.opened_at desc limit 1)));
end $$;

create or replace function clinic.delivery_open_new(actor clinic.actor, courier bigint) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text := custody.id_next('delivery');
begin
	insert into clinic.delivery (delivery, courier, station_id, opened_by)
	values (id, delivery_open_new.courier, actor.station_id, coalesce(actor.operator_id, 0));
	insert into clinic.delivery_open (delivery) values (id);
	perform custody.append(id, 'delivery_opened', jsonb_build_object('courier', delivery_open_new.courier),
		actor.operator_id, actor.station_id);
	return id;
end $$;

-- The open delivery of a courier who is here now; null courier: none. unsigned: only one that nobody has signed yet.
create or replace function clinic.delivery_of(courier bigint, unsigned boolean) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.delivery_hold((select o.delivery from clinic.delivery_open o join clinic.delivery d on d.delivery = o.delivery
		where d.courier = delivery_of.courier and d.opened_at > clock_timestamp() - interval '12 hours'
			and not (unsigned and exists (select 1 from custody.event e where e.subject = d.delivery and e.kind = 'handed_over'))
		order by d.opened_at desc limit 1));
end $$;

-- Begins a delivery at this station, or goes on with that of the same courier. courier null: who brought it is not known.
create or replace function clinic.delivery_begun(actor clinic.actor, courier bigint) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	name text := (select o.name from clinic.operator o where o.operator_id = delivery_begun.courier);
	id text;
	here boolean;
begin
	perform 1 from clinic.operator o where o.operator_id = delivery_begun.courier for no key update;
	id := case when courier is null and w.kind = 'dock' and clinic.delivery_is_of(w.delivery, null)
		then clinic.delivery_hold(w.delivery) else clinic.delivery_of(courier, true) end;
	here := w.kind = 'dock' and w.delivery = id;
	id := coalesce(id, clinic.delivery_open_new(actor, courier));
	perform clinic.work_set(actor, 'dock', delivery => id);
	return clinic.judged_custody(case when here then 'repeat' else 'stored' end,
		case when courier is null then 'delivery_begun_nobody' else 'delivery_begun' end,
		jsonb_build_object('delivery', id, 'name', name, 'n', cardinality(clinic.bags_of_courier(courier))));
end $$;

create or replace function clinic.delivery_is_of(delivery text, courier bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.delivery d where d.delivery = $1 and d.courier is not distinct from $2);
end $$;

-- api.delivery_begin: the courier's badge, or none.
create or replace function clinic.delivery_begin_asked(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	person bigint;
begin
	if clinic.arg(args, 'courier') is not null then
		select o.operator_id into person from clinic.operator o
		join clinic.operator_role r on r.operator_id = o.operator_id and r.role = 'courier'
		where o.badge = clinic.arg(args, 'courier') and o.active and o.blocked_at is null;
		if person is null then
			return clinic.judged('question', 'courier_unknown');
		end if;
	end if;
	return clinic.delivery_begun(actor, person);
end $$;

-- Bags for us that a courier has now, and had before a time.
create or replace function clinic.bags_of_courier(courier bigint, before timestamptz default 'infinity') returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select b.bag from clinic.bag_under_way b where b.operator_id = $1 and b.since < before
		and not clinic.is_of_other_lab((clinic.bag_trip(b.bag)).lab_id) order by b.bag);
end $$;

-- The bags that arrived in a delivery.
create or replace function clinic.bags_of_delivery(delivery text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select distinct e.subject from custody.event e
		where substring(e.body, '"delivery": "(D[0-9]{12})"') = $1 and e.kind = 'arrived' order by e.subject);
end $$;

-- The receiver signs for what was scanned; what this courier has still is named, before he goes.
create or replace function clinic.delivery_signed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	id text := clinic.delivery_hold(coalesce(clinic.arg(args, 'delivery'), case when w.kind = 'dock' then w.delivery end));
	d clinic.delivery;
	refused jsonb := clinic.require(actor, 'receive');
	bags text[];
	missing text[];
	last jsonb;
	words jsonb;
begin
	if refused is not null then
		return clinic.judged('question', refused ->> 'code');
	elsif id is null then
		return clinic.judged('question', 'delivery_unknown');
	end if;
	select x.* into d from clinic.delivery x where x.delivery = id;
	perform custody.lock_subject(id);
	bags := clinic.bags_of_delivery(id);
	missing := clinic.bags_of_courier(d.courier);
	select clinic.body_of(e.body) into last from custody.event e
	where e.subject = id and e.kind = 'handed_over' order by e.event_id desc limit 1;
	words := jsonb_build_object('delivery', id, 'n', cardinality(bags), 'missing', cardinality(missing),
		'bags', array_to_string(missing, ', '), 'name', coalesce((select o.name from clinic.operator o where o.operator_id = d.courier), '?'));
	if last ->> 'bags' = cardinality(bags)::text and last -> 'missing' = to_jsonb(missing) then
		return clinic.judged('repeat', 'delivery_signed_already', words);
	end if;
	perform custody.append(id, 'handed_over', jsonb_build_object('courier', d.courier, 'receiver', actor.operator_id,
		'bags', cardinality(bags), 'missing', missing), actor.operator_id, actor.station_id);
	if w.kind = 'dock' and w.delivery = id then
		-- a dock still, until a tube is scanned here or somebody says that this is done
		perform clinic.work_set(actor, 'dock');
	end if;
	return clinic.judged_custody(case when missing = '{}' then 'complete' else 'question' end,
		case when missing = '{}' then 'delivery_signed' else 'delivery_short' end, words);
end $$;

-- ---- bags ------------------------------------------------------------------------------------------------------------

-- The node of the laboratory that must see what is written about a tube or a bag: as its events say; of another node's
-- things that we know nothing of yet, we are it.
create or replace function clinic.lab_audience(subject text) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	-- of its newest events: a tote has years of them, none of which may name a laboratory
	told int := (select e.lab from (select x.lab, x.recorded_at, x.event_id from custody.event x where x.subject = $1
			order by x.recorded_at desc, x.event_id desc limit 50) e
		where e.lab > 0 order by e.recorded_at desc, e.event_id desc limit 1);
	home int;
begin
	if told > 0 then
		return told;
	end if;
	told := clinic.specimen_lab(subject);
	if told > 0 then
		return told;
	end if;
	home := (custody.subject_about(subject)).home;
	return coalesce(nullif(told, 0), case when home not in (0, custody.node()) then custody.node() end, 0);
end $$;

-- The arrival of a bag on its present trip; all null when it has not arrived.
create or replace function clinic.bag_arrival(bag text) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
	e custody.event;
	closing bigint;
begin
	trip := clinic.bag_trip(bag);
	select x.* into e from custody.event x where x.subject = bag and x.kind = 'arrived'
	order by x.recorded_at desc, x.event_id desc limit 1;
	closing := substring(e.body, '"closing": ([0-9]{1,16})[,}]')::bigint;
	if closing = trip.closed or closing is null
		and e.recorded_at > coalesce(trip.closed_at, trip.opened_at, '-infinity')
		-- one of which nothing is known has come again when what it came in is over
		and (coalesce(trip.opened, trip.closed) is not null or e.recorded_at > clock_timestamp() - interval '12 hours'
			and exists (select 1 from clinic.delivery_open d where d.delivery = clinic.body_of(e.body) ->> 'delivery')) then
		return e;
	end if;
	return null;
end $$;

-- How a bag that has not arrived left on its present trip; all null when nobody scanned it at a pickup.
create or replace function clinic.bag_departure(bag text) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
	e custody.event;
begin
	trip := clinic.bag_trip(bag);
	select x.* into e from custody.event x where x.subject = bag and x.kind = 'departed'
		and x.recorded_at > coalesce(trip.opened_at, (select max(a.recorded_at) from custody.event a
			where a.subject = bag and a.kind = 'arrived'), '-infinity')
	order by x.recorded_at desc, x.event_id desc limit 1;
	return e;
end $$;

-- refused: the person may not receive; the bag was seen all the same.
create or replace function clinic.lab_bag(actor clinic.actor, s clinic.scan, bag text, about jsonb, refused text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	arrival custody.event;
	j clinic.judgement;
begin
	if not custody.id_is_for_here(bag) then
		return clinic.judged('question', 'practice_bag', '{}', null, about);
	elsif refused is not null then
		perform custody.append(bag, 'scanned', jsonb_build_object('scan', s.scan_id, 'code', refused),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(bag));
		return clinic.judged('question', refused, '{}', null, about);
	end if;
	perform clinic.delivery_hold(o.delivery) from clinic.delivery_open o order by o.delivery;
	perform custody.lock_subject(bag);
	arrival := clinic.bag_arrival(bag);
	if arrival.event_id is null then
		j := clinic.bag_arrives(actor, w, bag);
	elsif w.kind = 'dock' then
		j := clinic.judged('repeat', 'arrived_already', jsonb_build_object('bag', bag)
			|| clinic.when_where(arrival.recorded_at, arrival.station_id));
	else
		j := clinic.bag_in_hand(actor, w, bag, arrival);
	end if;
	j.about := about;
	return j;
end $$;

-- What is wrong with a bag that arrives, worst first.
create or replace function clinic.bag_flags(bag text, courier bigint, departure custody.event) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
	held_by jsonb := clinic.holder(bag);
	flags text[] := '{}';
begin
	trip := clinic.bag_trip(bag);
	if trip.opened is null and trip.closed is null and departure.event_id is null then
		return '{unknown}';
	end if;
	if trip.phase_kind = 'held' then
		flags := flags || 'on_hold'::text;
	end if;
	if clinic.is_of_other_lab(trip.lab_id) then
		flags := flags || 'other_lab'::text;
	end if;
	if trip.closed is null then
		flags := flags || 'not_closed'::text;
	elsif exists (select 1 from custody.event e where e.event_id = trip.closed and clinic.body_of(e.body) ->> 'how' = 'courier') then
		flags := flags || 'scan_all'::text;
	end if;
	if departure.event_id is null then
		flags := flags || 'without_pickup'::text;
	elsif courier is not null and held_by -> 'operator_id' is distinct from to_jsonb(courier) then
		flags := flags || 'not_on_list'::text;
	end if;
	return flags;
end $$;

-- A laboratory that is certainly not here: another node's, or, where no laboratory is on a node, none of the catalogue's own.
create or replace function clinic.is_of_other_lab(lab_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.lab b join custody.self s on s.node <> b.node where b.lab_id = $1
		and exists (select 1 from clinic.lab own where own.node = s.node));
end $$;

-- A bag is here. At a bench it was forgotten at the dock: it arrives and is in hand.
create or replace function clinic.bag_arrives(actor clinic.actor, w clinic.station_work, bag text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	departure custody.event := clinic.bag_departure(bag);
	brought_by bigint := (clinic.holder(bag) ->> 'operator_id')::bigint;
	id text := coalesce(case when w.kind = 'dock' then clinic.delivery_hold(w.delivery) end, clinic.delivery_of(brought_by, false),
		case when w.kind = 'bench' then clinic.delivery_for(actor) end, clinic.delivery_open_new(actor, brought_by));
	courier bigint := (select d.courier from clinic.delivery d where d.delivery = id);
	flags text[] := clinic.bag_flags(bag, courier, departure);
	trip record;
	arrival custody.event;
	j clinic.judgement;
begin
	trip := clinic.bag_trip(bag);
	arrival := custody.append(bag, 'arrived', jsonb_build_object('delivery', id, 'courier', courier,
		'without_pickup', departure.event_id is null, 'closing', trip.closed, 'flags', flags || case when w.kind = 'bench' then array['not_at_dock'] end),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience(bag));
	perform clinic.lab_found_again(actor, bag);
	if w.kind = 'bench' then
		j := clinic.bag_in_hand(actor, w, bag, arrival);
		return clinic.judged_custody('question', case when flags = '{}' then 'bag_not_at_dock' else 'bag_' || replace(flags[1], 'not_closed', 'never_closed') end, j.words);
	end if;
	if w.kind is distinct from 'dock' or w.delivery is distinct from id then
		perform clinic.work_set(actor, 'dock', delivery => id);
	end if;
	return clinic.bag_told(bag, id, courier, flags, trip.class, trip.stat);
end $$;

-- What the dock says of a bag: its worst flag; that its temperature is asked; that it was the last one.
create or replace function clinic.bag_told(bag text, delivery text, courier bigint, flags text[], class text, stat boolean)
returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	left_over int := cardinality(clinic.bags_of_courier(courier));
	asks text := clinic.policy_text('temperature_reading');
	words jsonb := jsonb_build_object('bag', bag, 'delivery', delivery, 'class', coalesce(class, '?'), 'stat', coalesce(stat, false),
		'n', cardinality(clinic.bags_of_delivery(delivery)), 'left', left_over);
begin
	if flags <> '{}' then
		return clinic.judged_custody('question', 'bag_' || replace(flags[1], 'not_closed', 'never_closed'), words);
	elsif asks in ('at_dock', 'each_handover') or asks = 'at_dock_cold' and class in ('REF', 'FRZ') then
		return clinic.judged_custody('stored', 'arrived_cold', words);
	elsif courier is not null and left_over = 0 then
		return clinic.judged_custody('complete', 'bags_complete', words);
	end if;
	return clinic.judged_custody('stored', case when stat then 'arrived_stat' else 'arrived' end, words);
end $$;

-- Opened at the bench: its tubes are scanned from now on as out of this bag.
create or replace function clinic.bag_in_hand(actor clinic.actor, w clinic.station_work, bag text, arrival custody.event)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text := substring(arrival.body, '"delivery": "(D[0-9]{12})"');
	opened custody.event := clinic.bag_opened_here(bag, arrival);
	p record;
	trip record;
	words jsonb;
begin
	p := clinic.bag_progress(bag, arrival);
	words := jsonb_build_object('bag', bag, 'delivery', id, 'n', p.tubes, 'done', p.done);
	if w.kind = 'bench' and w.bag = bag then
		return clinic.judged('repeat', 'bag_in_hand', words);
	elsif p.complete and (custody.state(bag)).kind = 'held' then
		return clinic.judged('question', 'bag_opened_held', words);
	elsif p.complete then
		return clinic.judged('repeat', 'bag_done_already', words || clinic.when_where(opened.recorded_at, opened.station_id));
	end if;
	perform clinic.work_set(actor, 'bench', bag, delivery => id, data => coalesce(w.data, '{}'));
	if (custody.state(bag)).kind = 'held' then
		words := words || '{"on_hold": true}';
	end if;
	if opened.event_id is not null then
		return clinic.judged_custody('repeat', 'bag_opened_already', words || clinic.when_where(opened.recorded_at, opened.station_id));
	end if;
	trip := clinic.bag_trip(bag);
	-- one that nobody closed is open already: it was only seen
	perform custody.append(bag, case when trip.closed is null then 'scanned' else 'bag_opened' end, jsonb_build_object('lab_id', trip.lab_id,
		'class', trip.class, 'stat', trip.stat, 'at', 'lab', 'delivery', id, 'code', 'opened'),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience(bag));
	if words ? 'on_hold' then
		return clinic.judged_custody('question', 'bag_opened_held', words);
	end if;
	return clinic.judged_custody('stored', case when p.scan_all then 'bag_opened_all' else 'bag_opened' end, words);
end $$;

-- Its opening at the lab since it arrived; all null when nobody opened it yet.
create or replace function clinic.bag_opened_here(bag text, arrival custody.event) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event;
begin
	-- not in the words of event_delivery_idx: a bag has few events, its delivery hundreds
	select x.* into e from custody.event x where x.subject = bag and x.kind in ('bag_opened', 'scanned')
		and x.recorded_at >= arrival.recorded_at and x.body like '%"code": "opened"%'
		and substring(x.body, '"delivery": "D[0-9]{12}"') = substring(arrival.body, '"delivery": "D[0-9]{12}"')
	order by x.event_id limit 1;
	return e;
end $$;

-- How far a bag that arrived is scanned. tubes: how many are listed, or were counted when its content is not known;
-- scan_all: nobody knows its content, so somebody must say when it is empty.
create or replace function clinic.bag_progress(bag text, arrival custody.event, out tubes int, out done int,
	out scan_all boolean, out complete boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	came_in text := clinic.delivery_of(arrival.body);
	closing bigint := clinic.bag_closing(bag, arrival);
	body jsonb := (select clinic.body_of(e.body) from custody.event e where e.event_id = closing);
	counted int := case when body ->> 'count' ~ '^[0-9]{1,6}$' then (body ->> 'count')::int end;
begin
	scan_all := closing is null or body ->> 'how' = 'courier';
	-- as clinic.tube_was_seen, but without a call for each tube at each scan
	select count(*), count(*) filter (where exists (select 1 from custody.event e where e.subject = c.specimen_id
		and (e.kind in ('accepted', 'rejected') or e.kind in ('held', 'scanned') and e.body like '%"at": "lab"%'))) into tubes, done
	from clinic.bag_content c where c.event_id = closing;
	if scan_all then
		done := done + (select count(distinct e.subject) from custody.event e
			where substring(e.body, '"delivery": "(D[0-9]{12})"') = came_in and e.kind in ('accepted', 'rejected', 'held', 'scanned')
				and clinic.body_of(e.body) ->> 'bag' = bag_progress.bag and e.subject <> bag_progress.bag
				and not exists (select 1 from clinic.bag_content c where c.event_id = closing and c.specimen_id = e.subject));
		tubes := greatest(tubes, counted, done + case when closing is null then clinic.bag_waits(bag) else 0 end);
	end if;
	-- of a bag that nobody closed only a person can say that it is empty
	complete := tubes > 0 and done = tubes and (not scan_all or coalesce(counted > 0, false))
		or clinic.bag_was_emptied(bag, came_in);
end $$;

-- Tubes that were scanned into a bag that nobody closed, and that no laboratory has seen.
create or replace function clinic.bag_waits(bag text) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select count(*) from clinic.tube_here h where h.bag = $1 and not clinic.tube_was_seen(h.specimen_id));
end $$;

-- The closing that says what is in a bag that arrived; it may have come here after the bag.
create or replace function clinic.bag_closing(bag text, arrival custody.event) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
	closing bigint := clinic.closing_of(arrival.body);
begin
	if closing is null then
		trip := clinic.bag_trip(bag);
		closing := case when trip.closed_at < arrival.recorded_at then trip.closed end;
	end if;
	return closing;
end $$;

-- A receiver said that nothing is left in it.
create or replace function clinic.bag_was_emptied(bag text, delivery text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- of its events first: counted when few things had come yet, event_delivery_idx seems small, and all of it would be read at each scan
	return exists (select 1 from (select x.kind, x.body from custody.event x where x.subject = $1 offset 0) e where e.kind = 'scanned'
		and e.body like '%"code": "emptied"%' and e.body like '%"delivery": "' || $2 || '"%');
end $$;

-- A laboratory has had this tube in hands: accepted, rejected, or held or seen there. In the words of event_seen_idx.
create or replace function clinic.tube_was_seen(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.event e where e.subject = $1 and (e.kind in ('accepted', 'rejected')
		or e.kind in ('held', 'scanned') and e.body like '%"at": "lab"%'));
end $$;

-- `done` at a receiving station: the bag in hand is empty, or the station's work is at its end.
create or replace function clinic.lab_work_ended(actor clinic.actor) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	arrival custody.event;
	p record;
	words jsonb;
begin
	if w.kind is distinct from 'bench' or w.bag is null then
		return case when clinic.work_end(actor.station_id) then clinic.judged_custody('stored', 'receiving_ended')
			else clinic.judged('note', 'receiving_idle') end;
	end if;
	perform custody.lock_subject(w.bag);
	arrival := clinic.bag_arrival(w.bag);
	p := clinic.bag_progress(w.bag, arrival);
	words := jsonb_build_object('bag', w.bag, 'n', p.tubes, 'done', p.done, 'missing', p.tubes - p.done);
	perform clinic.work_set(actor, 'bench', delivery => w.delivery, data => w.data - 'reject');
	if not p.complete and arrival.event_id is not null then
		perform custody.append(w.bag, 'scanned', jsonb_build_object('code', 'emptied', 'at', 'lab', 'delivery', substring(arrival.body, '"delivery": "(D[0-9]{12})"')),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(w.bag));
	end if;
	return case when p.done < p.tubes then clinic.judged_custody('question', 'bag_short', words)
		else clinic.judged_custody('complete', 'bag_complete', words) end;
end $$;
