-- Packing, what is still here, the courier's screen (contrib/CONTRACTS.md 8). Numbers are counted as they are asked for.

-- One tube of a bag, as the packing page shows it. The patient only for who may see patients.
create or replace function clinic.bag_tube_view(specimen_id text, class text, two_classes bool, cancelled bool, kind text, bag_class text, sees bool)
returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('specimen_id', s.specimen_id, 'number', s.number, 'of', s.of,
			'patient', case when sees then jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id)) end,
			'container', jsonb_build_object('name', c.name, 'cap', c.cap, 'cap_colour', c.cap_colour), 'class', bag_tube_view.class, 'state', bag_tube_view.kind,
			'warnings', to_jsonb(array_remove(array[
				case when bag_tube_view.kind = 'held' then 'on_hold' end,
				case when bag_tube_view.cancelled then 'order_cancelled' end,
				case when bag_tube_view.two_classes then 'two_classes' end,
				case when bag_class <> bag_tube_view.class then 'wrong_class' end,
				case when bag_tube_view.kind in ('prepared', 'label_printed', 'labelled') then 'not_collected' end], null)))
		from clinic.specimen s join clinic.container_type c on c.container_type_id = s.container_type_id
		join clinic.patient p on p.patient_id = s.patient_id where s.specimen_id = $1);
end $$;

create or replace function clinic.bag_view(u clinic.bag_under_way) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
begin
	select * into trip from clinic.bag_trip(u.bag) t;
	return jsonb_build_object('bag', u.bag, 'class', trip.class, 'stat', trip.stat, 'lab', (select l.name from clinic.lab l where l.lab_id = trip.lab_id),
		'state', case when u.kind = 'held' then 'held' when not u.here then 'departed' when trip.closed is null then 'open'
			when u.place is not null then 'placed' else 'closed' end,
		'closed_at', trip.closed_at, 'since', u.since, 'place', (select p.name from clinic.place p where p.place = u.place),
		'late', u.here and clinic.is_late_in_place(u.place, u.since, trip.class),
		'left', case when u.here and u.kind <> 'held' then clinic.bag_left_behind(u.bag, coalesce(trip.closed_at, trip.opened_at)) end);
end $$;

-- The newest pickup since then that left this bag behind, and why; null when none did.
create or replace function clinic.bag_left_behind(bag text, since timestamptz) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('at', e.recorded_at, 'stop', st.name, 'reason', coalesce(
			(select r.words from clinic.reason r where r.kind = 'bag_left' and r.code = l.item ->> 1),
			(select m.title from clinic.message m where m.code = 'event_' || e.kind and m.lang = 'en')))
		from clinic.pickup p
		join clinic.stop st on st.stop = p.stop
		join custody.event e on e.subject = 'pickup:' || p.pickup_id and e.kind in ('picked_up', 'nothing_here')
		cross join lateral (select case when jsonb_typeof(x) = 'array' then x else jsonb_build_array(x) end as item
			from jsonb_array_elements(clinic.body_of(e.body) -> 'left') x) l
		where p.opened_at > bag_left_behind.since and l.item ->> 0 = bag_left_behind.bag order by e.recorded_at desc limit 1);
end $$;

create or replace function clinic.choices_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	waiting jsonb := (select jsonb_agg(jsonb_build_object('lab_id', c.lab_id, 'lab', l.name, 'class', c.class, 'stat', c.stat, 'n', c.n)
		order by c.stat desc, l.name, c.class) from clinic.bag_choices() c join clinic.lab l on l.lab_id = c.lab_id);
begin
	return coalesce(waiting, (select jsonb_agg(jsonb_build_object('lab_id', l.lab_id, 'lab', l.name, 'class', k.class, 'stat', false, 'n', 0)
		order by l.name, k.class) from clinic.lab l, unnest(array['AMB', 'REF', 'FRZ']) k (class)), '[]');
end $$;

create or replace function clinic.pack_work_view(w clinic.station_work, trip record) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	t record;
	choosing bool := coalesce(w.data -> 'choose' = 'true', false);
begin
	if w.kind is distinct from 'pack' then
		return null;
	end if;
	select * into t from clinic.pack_tally(w) x;
	return jsonb_build_object('bag', w.bag, 'choose', choosing, 'class', case when not choosing then trip.class end, 'stat', not choosing and trip.stat,
		'lab', case when not choosing then (select l.name from clinic.lab l where l.lab_id = trip.lab_id) end,
		'since', case when choosing then w.begun_at else trip.opened_at end,
		'counted', case when t.told is not null then jsonb_build_object('count', t.told, 'agrees', t.agrees) end,
		'how', clinic.policy_text('pack_check'), 'seal', clinic.policy_text('seal'),
		-- one patient, one inner bag, where the laboratory asks for it
		'inner_bags', case when clinic.policy_text('bagging') = 'per_patient_in_class' and t.told is not null then (select count(distinct b.patient_id)
			from clinic.bag_tubes(w.bag, trip.lab_id, trip.class, trip.stat) b where b.inside or not coalesce(w.data -> 'left_out' ? b.specimen_id, false)) end);
end $$;

-- What this station puts away or hands over now, beside a bag.
create or replace function clinic.place_work_view(w clinic.station_work) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object(
		'place', (select jsonb_build_object('place', p.place, 'name', p.name) from clinic.place p where w.kind = 'place' and p.place = w.place),
		'hand_over', (select jsonb_build_object('to', o.name, 'n', clinic.handed_over_count(w)) from clinic.operator o
			where w.kind = 'hand_over' and o.operator_id = w.to_operator));
end $$;

-- Since when a tube waits, and in which place it was put last.
create or replace function clinic.tube_since(specimen_id text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event := clinic.holding_event(specimen_id);
begin
	return jsonb_build_object('since', e.recorded_at, 'place', clinic.holder_of(e) ->> 'name');
end $$;

-- Pickups of the last twelve hours, as they ended: the clinic sees at once who could not get in.
create or replace function clinic.pickups_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('stop', st.name, 'courier', o.name, 'at', e.recorded_at, 'end', e.kind,
			'how', b.body ->> 'how', 'reason', (select r.words from clinic.reason r where r.code = b.body ->> 'reason' and r.kind in ('no_access', 'taken_alone') limit 1),
			'bags', case when jsonb_typeof(b.body -> 'bags') = 'array' then jsonb_array_length(b.body -> 'bags') else 0 end,
			'left', case when jsonb_typeof(b.body -> 'left') = 'array' then jsonb_array_length(b.body -> 'left') else 0 end) order by e.recorded_at desc), '[]')
		from clinic.pickup p
		join clinic.stop st on st.stop = p.stop
		join custody.event e on e.subject = 'pickup:' || p.pickup_id and e.kind in ('picked_up', 'nothing_here', 'no_access')
		left join clinic.operator o on o.operator_id = p.courier
		cross join lateral clinic.body_of(e.body) b (body)
		where p.opened_at > clock_timestamp() - interval '12 hours');
end $$;

-- ---- the courier ----------------------------------------------------------------------------------------------------

create or replace function clinic.pickup_view(p clinic.pickup, w clinic.station_work) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	hidden bool := clinic.stop_is_blind(p.stop) and w.data -> 'counts' is null;
begin
	if p.pickup_id is null then
		return null;
	end if;
	return (
		with bags as (
			select b.bag, 'waiting' as state, true as listed, b.place, b.since from clinic.stop_bags(p.stop) b where not hidden
			union all
			select b.bag, 'held', false, b.place, b.since from clinic.stop_bags(p.stop, true) b where not hidden
			union all
			select u.bag, 'taken', not exists (select 1 from custody.event e where e.subject = u.bag and e.kind = 'departed'
					and clinic.body_of(e.body) ->> 'pickup' = p.pickup_id::text and clinic.body_of(e.body) -> 'unlisted' = 'true'), u.place, u.since
			from clinic.pickup_taken(p.pickup_id) x join clinic.bag_under_way u on u.bag = x
		), seen as (
			select b.*, t.class, t.stat from bags b cross join lateral clinic.bag_trip(b.bag) t)
		select jsonb_build_object('pickup_id', p.pickup_id, 'stop', p.stop, 'name', st.name, 'blind', hidden,
			'staffed', st.staffed, 'lockbox', st.lockbox is not null,
			'taken', (select count(*) from seen where seen.state = 'taken'),
			'count', w.data -> 'counts' -> 0, 'left', coalesce(w.data -> 'left', '{}'),
			'expected', case when not hidden then (select count(*) from seen where seen.listed) end,
			'classes', (select coalesce(jsonb_agg(jsonb_build_object('class', c.class, 'stat', c.stat, 'n', c.n) order by c.class, c.stat), '[]')
				from (select seen.class, seen.stat, count(*) as n from seen where seen.state <> 'held' group by 1, 2) c),
			'bags', (select coalesce(jsonb_agg(jsonb_build_object('bag', s.bag, 'class', s.class, 'stat', s.stat, 'state', s.state, 'listed', s.listed,
				'place', (select l.name from clinic.place l where l.place = s.place), 'since', s.since,
				'late', s.state = 'waiting' and clinic.is_late_in_place(s.place, s.since, s.class)) order by s.state desc, s.stat desc, s.bag), '[]') from seen s))
		from clinic.stop st where st.stop = p.stop);
end $$;
