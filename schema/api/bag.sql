-- Packing, places, pickup: one user action each (contrib/CONTRACTS.md 8). Rules are in clinic/pack*.sql, courier.sql,
-- pickup.sql and hand_over.sql; what the views show in clinic/bag_view.sql.

create or replace function api.bag_new(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_new', 'pack');
end $$;

create or replace function api.bag_open(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_open', 'pack');
end $$;

create or replace function api.bag_count(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_count', 'pack');
end $$;

create or replace function api.bag_close(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_close', 'pack');
end $$;

create or replace function api.bag_place(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_place', 'pack');
end $$;

create or replace function api.bag_remark(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_remark', 'pack');
end $$;

create or replace function api.tube_leave_out(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'tube_leave_out', 'pack');
end $$;

create or replace function api.tube_pack(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'tube_pack', 'pack');
end $$;

create or replace function api.work_end(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'work_end', 'pack');
end $$;

create or replace function api.bag_take_open(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'bag_take_open', 'carry');
end $$;

create or replace function api.pickup_close(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'pickup_close', 'carry');
end $$;

create or replace function api.pickup_none(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.call($1, $2, $3, 'pickup_none', 'carry');
end $$;

-- ---- views ----------------------------------------------------------------------------------------------------------

create or replace function api.packing(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	refused jsonb := clinic.require_reader(actor, 'pack');
	sees bool := clinic.may(actor, 'see_patient');
	w clinic.station_work := clinic.work_of(actor.station_id);
	trip record;
	tubes jsonb := '[]';
	blind bool := clinic.policy_text('pack_check') = 'count_blind' and w.data -> 'counts' is null;
begin
	if refused is not null then
		return refused;
	end if;
	select * into trip from clinic.bag_trip(case when w.kind = 'pack' and w.data -> 'choose' is distinct from 'true' then w.bag end) t;
	if trip.opened is not null then
		tubes := (select coalesce(jsonb_agg(clinic.bag_tube_view(b.specimen_id, b.of_class, b.two_classes, b.cancelled, b.kind, trip.class, sees)
			|| jsonb_build_object('scanned', b.scanned, 'inside', b.inside, 'reason', w.data -> 'left_out' ->> b.specimen_id) order by b.patient_id, b.specimen_id), '[]')
			from clinic.bag_tubes(w.bag, trip.lab_id, trip.class, trip.stat) b);
	end if;
	return clinic.reply('note', 'ok', clinic.place_work_view(w) || jsonb_build_object(
		'work', clinic.pack_work_view(w, trip),
		'scanned', (select coalesce(jsonb_agg(t - 'scanned' - 'inside' - 'reason'), '[]') from jsonb_array_elements(tubes) t where t -> 'scanned' = 'true'),
		'expected', case when not blind then (select coalesce(jsonb_agg(t - 'reason'), '[]') from jsonb_array_elements(tubes) t where t -> 'reason' = 'null') end,
		'left_out', (select coalesce(jsonb_agg(t - 'scanned' - 'inside' || jsonb_build_object('reason', (select coalesce(max(r.words), t ->> 'reason') from clinic.reason r
			where r.kind = 'left_out' and r.code = t ->> 'reason'))), '[]') from jsonb_array_elements(tubes) t where t -> 'reason' <> 'null' and t -> 'scanned' = 'false'),
		'choices', clinic.choices_view(),
		'bags', (select coalesce(jsonb_agg(clinic.bag_view(u) || clinic.bag_acts(actor, u) order by u.since desc), '[]') from (
			select x.* from clinic.bag_under_way x where x.here
			union all select x.* from clinic.bag_under_way x where not x.here and x.since > clock_timestamp() - interval '12 hours') u)));
end $$;

-- What is still in the building, and what happened at its stops today.
create or replace function api.still_here(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	refused jsonb := clinic.require_reader(actor, 'pack');
	sees bool := clinic.may(actor, 'see_patient');
begin
	if refused is not null then
		return refused;
	end if;
	return clinic.reply('note', 'ok', jsonb_build_object(
		'counts', jsonb_build_object(
			'open_visits', (select count(*) from clinic.visit v where v.state in ('identify', 'labels')),
			'parked', (select count(*) from clinic.visit v where v.state = 'parked'),
			'cups_out', (select count(*) from clinic.hand_out h where h.ended_at is null),
			'to_spin', (select count(*) from clinic.tube_here h join clinic.specimen s on s.specimen_id = h.specimen_id
				join clinic.container_type c on c.container_type_id = s.container_type_id
				where h.bag is null and c.next_place = 'SPIN'
					and not exists (select 1 from custody.event e where e.subject = h.specimen_id and e.kind = 'processed')),
			'unpacked', (select count(*) from clinic.tube_here h where h.bag is null),
			'in_open_bags', (select count(*) from clinic.tube_here h where h.bag is not null),
			'bags_here', (select count(*) from clinic.bag_under_way u where u.here),
			'rejected_unread', (select count(*) from clinic.setbacks() e)),
		'unpacked', (select coalesce(jsonb_agg(clinic.bag_tube_view(k.specimen_id, k.class, k.two_classes, k.cancelled, k.kind, null, sees)
				|| clinic.tube_since(k.specimen_id) order by k.specimen_id), '[]')
			from clinic.tubes_keyed(array(select h.specimen_id from clinic.tube_here h where h.bag is null order by 1 limit 500)) k),
		'bags', (select coalesce(jsonb_agg(clinic.bag_view(u) || clinic.bag_acts(actor, u) order by u.since), '[]') from clinic.bag_under_way u where u.here),
		'visits', (select coalesce(jsonb_agg(jsonb_build_object('visit_id', v.visit_id, 'state', v.state,
				'patient', case when sees then jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id)) end,
				'held_by', jsonb_build_object('operator_id', o.operator_id, 'name', o.name), 'station', st.name, 'opened_at', v.opened_at) order by v.visit_id), '[]')
			from clinic.visit v join clinic.patient p on p.patient_id = v.patient_id join clinic.operator o on o.operator_id = v.held_by
			join clinic.station st on st.station_id = v.station_id where v.state in ('identify', 'labels', 'parked')),
		'pickups', clinic.pickups_view(), 'unfinished', clinic.pickups_unfinished()));
end $$;

create or replace function api.courier(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	refused jsonb := clinic.require_reader(actor, 'carry');
	w clinic.station_work := clinic.work_of(actor.station_id);
begin
	if refused is not null then
		return refused;
	end if;
	return clinic.reply('note', 'ok', jsonb_build_object(
		'work', case when w.kind in ('pickup', 'hand_over', 'place') then clinic.place_work_view(w)
			|| jsonb_build_object('pickup', clinic.pickup_view(clinic.pickup_now(actor), w)) end,
		'holding', (select coalesce(jsonb_agg(jsonb_build_object('bag', u.bag, 'class', t.class, 'stat', t.stat, 'state', u.kind, 'since', u.since,
				'lab', (select l.name from clinic.lab l where l.lab_id = t.lab_id),
				'from', (select st.name from custody.event e join clinic.pickup p on p.pickup_id = clinic.arg_bigint(clinic.body_of(e.body), 'pickup')
					join clinic.stop st on st.stop = p.stop
					where e.subject = u.bag and e.kind = 'departed' order by e.recorded_at desc limit 1)) order by t.stat desc, u.since), '[]')
			from clinic.bag_under_way u cross join lateral clinic.bag_trip(u.bag) t where u.operator_id = actor.operator_id),
		'receipt', (select jsonb_build_object('pickup_id', p.pickup_id, 'number', p.pickup_id & ((1::bigint << 40) - 1), 'at', e.recorded_at,
				'how', b.body -> 'how', 'bags', jsonb_array_length(b.body -> 'bags'), 'left', jsonb_array_length(b.body -> 'left'),
				'signed_by', (select o.name from clinic.operator o where o.operator_id = clinic.arg_bigint(b.body, 'signed_by')))
			from clinic.pickup p join custody.event e on e.subject = 'pickup:' || p.pickup_id and e.kind = 'picked_up'
			cross join lateral clinic.body_of(e.body) b (body)
			where p.courier = actor.operator_id and p.opened_at > clock_timestamp() - interval '12 hours' order by e.recorded_at desc limit 1),
		'unfinished', clinic.pickups_unfinished(actor.operator_id, actor.station_id),
		'left_open', (select jsonb_build_object('courier', o.name, 'name', st.name, 'at', p.opened_at, 'bags', (select count(*) from clinic.pickup_taken(p.pickup_id)))
			from clinic.pickup p join clinic.stop st on st.stop = p.stop join clinic.operator o on o.operator_id = p.courier
			where w.kind = 'pickup' and p.pickup_id = w.pickup_id and p.courier <> actor.operator_id and not clinic.pickup_is_over(p.pickup_id)),
		'stops', (select coalesce(jsonb_agg(jsonb_build_object('stop', s.stop, 'name', s.name) order by s.name), '[]') from clinic.stop s where s.active)));
end $$;
