-- Packing at the clinic (contrib/FLOWS.md 1.1c): scan a bag, count what you put in before you are told, close. A bag is
-- keyed by laboratory, temperature class and STAT. Tubes scanned into an open bag are packed at once; counted ones are
-- packed by the closing that lists them. Nothing here holds up a bag: what does not fit is named and left out.
-- Here: what a bag is for, and how it begins. Scans: pack_scan.sql; count and closing: pack_close.sql; places: pack_place.sql.
-- Locks: the tubes and bags of one act in order of subject (custody.lock_subjects), after the visit's if there is one.

-- ---- what a bag is for ----------------------------------------------------------------------------------------------

-- The class of HL7 table 0376's temperatures.
create or replace function clinic.class_of(temperature text) returns text
language sql immutable parallel safe
return case when temperature in ('FRZ', 'CFRZ', 'DFRZ', 'UFRZ') then 'FRZ' when temperature in ('REF', 'CREF') then 'REF' else 'AMB' end;

create or replace function clinic.class_words(class text, stat bool) returns text
language sql immutable parallel safe
return case class when 'FRZ' then 'FROZEN' when 'REF' then 'REFRIGERATED' when 'AMB' then 'AMBIENT' else 'OF UNKNOWN CLASS' end
	|| case when stat then ' STAT' else '' end;

create or replace function clinic.lab_node(lab_id bigint) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((select l.node from clinic.lab l where l.lab_id = lab_node.lab_id), 0);
end $$;

create or replace function clinic.bag_words(bag text, lab_id bigint, class text, stat bool) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('bag', bag, 'what', clinic.class_words(class, stat),
		'lab', (select l.name from clinic.lab l where l.lab_id = bag_words.lab_id));
end $$;

-- The bag each tube belongs into: the coldest class of its tests decides, and one STAT test. Cancelled tests count only
-- when there is no other.
create or replace function clinic.tubes_keyed(specimen_ids text[]) returns table (specimen_id text, lab_id bigint, class text,
	stat bool, two_classes bool, cancelled bool, kind text, patient_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with carried as (
		select s.specimen_id, s.lab_id, s.patient_id, clinic.class_of(x.temperature) as class, o.priority = 'STAT' as stat,
			t.state = 'cancelled' as cancelled, bool_and(coalesce(t.state = 'cancelled', false)) over (partition by s.specimen_id) as all_cancelled
		from unnest($1) u (id)
		join clinic.specimen s on s.specimen_id = u.id
		left join clinic.specimen_test w on w.specimen_id = s.specimen_id
		left join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		left join clinic.lab_order o on o.lab_order_id = t.lab_order_id
		left join clinic.test x on x.test_id = t.test_id)
	select c.specimen_id, c.lab_id,
		case when bool_or(c.class = 'FRZ') then 'FRZ' when bool_or(c.class = 'REF') then 'REF' else 'AMB' end,
		coalesce(bool_or(c.stat), false), count(distinct c.class) > 1, bool_or(c.all_cancelled),
		-- as custody.state, which is asked only where several nodes wrote
		(select case when count(*) > 1 then (custody.state(c.specimen_id)).kind else max(h.moving_kind) end
			from custody.head h where h.subject = c.specimen_id and h.moving_n is not null), c.patient_id
	from carried c where c.all_cancelled or c.cancelled is not true
	group by c.specimen_id, c.lab_id, c.patient_id;
end $$;

-- Drawn tubes in no bag that may go: not held, and no cup that was only poured from.
create or replace function clinic.tubes_waiting() returns table (specimen_id text, lab_id bigint, class text,
	stat bool, two_classes bool, cancelled bool, kind text, patient_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select k.* from clinic.tubes_keyed(array(select h.specimen_id from clinic.tube_here h where h.bag is null)) k
	where k.kind in ('collected', 'processed', 'aliquoted', 'unpacked', 'released', 'order_cancelled', 'packed')
		and (exists (select 1 from clinic.specimen_test w where w.specimen_id = k.specimen_id)
			or not exists (select 1 from clinic.specimen c where c.parent_id = k.specimen_id));
end $$;

-- What should be in a bag: what is in it (scanned, or closed in before), and what waits for one like it.
create or replace function clinic.bag_tubes(bag text, lab_id bigint, class text, stat bool) returns table (specimen_id text, inside bool, scanned bool,
	two_classes bool, cancelled bool, kind text, of_class text, patient_id bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select k.specimen_id, true, h.scanned, k.two_classes, k.cancelled, k.kind, k.class, k.patient_id
	from clinic.tube_here h join clinic.tubes_keyed(array(select x.specimen_id from clinic.tube_here x where x.bag = $1)) k
		on k.specimen_id = h.specimen_id where h.bag = $1
	union all
	select k.specimen_id, false, false, k.two_classes, k.cancelled, k.kind, k.class, k.patient_id
	from clinic.tubes_waiting() k where k.lab_id = $2 and k.class = $3 and k.stat = $4;
end $$;

-- The combinations that tubes wait for.
create or replace function clinic.bag_choices() returns table (lab_id bigint, class text, stat bool, n bigint)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select k.lab_id, k.class, k.stat, count(*) from clinic.tubes_waiting() k group by 1, 2, 3;
end $$;

-- ---- bags begin -----------------------------------------------------------------------------------------------------

create or replace function clinic.bag_event(actor clinic.actor, bag text, kind text, body jsonb, lab_id bigint) returns custody.event
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return custody.append(bag, kind, body, actor.operator_id, actor.station_id, lab => clinic.lab_node(lab_id));
end $$;

-- A bag was seen and nothing more: history.
create or replace function clinic.bag_seen(actor clinic.actor, s clinic.scan, bag text, code text, more jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.bag_event(actor, bag, 'scanned', jsonb_build_object('scan', s.scan_id, 'code', code) || more, (clinic.bag_trip(bag)).lab_id);
end $$;

-- Opens a bag, for a new trip or again; this station packs it now.
create or replace function clinic.bag_begin(actor clinic.actor, bag text, lab_id bigint, class text, stat bool, again bool) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.bag (bag, created_by) values (bag_begin.bag, actor.operator_id) on conflict do nothing;
	perform clinic.bag_event(actor, bag, 'bag_opened', jsonb_build_object('lab_id', lab_id, 'class', class, 'stat', stat, 'at', 'clinic')
		|| case when again then '{"again": true}' else '{}'::jsonb end, lab_id);
	perform clinic.work_set(actor, 'pack', bag => bag_begin.bag);
	return clinic.judged_custody('stored', case when again then 'bag_open_again' else 'bag_open' end, clinic.bag_words(bag, lab_id, class, stat));
end $$;

-- What a bag is for, from args: a laboratory (may be left out where there is one), a class, STAT. null lab_id: not clear.
create or replace function clinic.bag_key_given(args jsonb, out lab_id bigint, out class text, out stat bool)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	select l.lab_id into lab_id from clinic.lab l
	where l.lab_id = clinic.arg_bigint(args, 'lab_id')
		or clinic.arg(args, 'lab_id') is null and (select count(*) from clinic.lab) = 1;
	class := clinic.arg(args, 'class');
	stat := coalesce(clinic.arg(args, 'stat'), 'false') = 'true';
	if class is null or class not in ('AMB', 'REF', 'FRZ') then
		lab_id := null;
	end if;
end $$;

-- A bag of our own making: its code, its label, opened.
create or replace function clinic.bag_made(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	key record;
	code text;
	device bigint := clinic.printer_of(actor.station_id);
	j clinic.judgement;
begin
	select * into key from clinic.bag_key_given(args) k;
	if key.lab_id is null then
		return clinic.judged('question', 'bad_request', '{"what": "lab_id, class, stat"}');
	end if;
	code := custody.id_next('bag');
	j := clinic.bag_begin(actor, code, key.lab_id, key.class, key.stat, false);
	if device is null then
		j.code := 'bag_no_printer';
		return j;
	end if;
	insert into clinic.print_job (kind, bag, station_id, device_id, template, content, created_by)
	values ('bag', code, actor.station_id, device, 'bag', jsonb_build_object('bag', code, 'class', clinic.class_words(key.class, false),
		'priority', case when key.stat then 'STAT' else '' end,
		'destination', (select l.name from clinic.lab l where l.lab_id = key.lab_id), 'account', (select l.account from clinic.lab l where l.lab_id = key.lab_id),
		'practice', custody.is_practice()), actor.operator_id);
	j.code := 'bag_prints';
	return j;
end $$;

-- What was scanned last here says what it is for; or a closed bag is opened again before it goes.
create or replace function clinic.bag_opened(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'bag');
	key record;
	trip record;
begin
	if (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true then
		return clinic.judged('question', 'bad_request', '{"what": "bag"}');
	end if;
	-- opened again its tubes are here again: they are locked before the bag
	perform custody.lock_subjects(array(select c.specimen_id from clinic.bag_content c
		where c.event_id = (clinic.bag_trip(code)).closed) || code);
	select * into trip from clinic.bag_trip(code) t;
	if trip.phase_kind = 'held' then
		return clinic.judged_custody('stop', 'bag_on_hold', jsonb_build_object('bag', code));
	elsif trip.phase_kind in ('bag_opened', 'released') and trip.closed is null then
		perform clinic.work_set(actor, 'pack', bag => code);
		return clinic.judged_custody('repeat', 'bag_open_already', clinic.bag_words(code, trip.lab_id, trip.class, trip.stat));
	elsif trip.phase_kind in ('bag_closed', 'released') and (select u.here from clinic.bag_under_way u where u.bag = code) then
		return clinic.bag_begin(actor, code, trip.lab_id, trip.class, trip.stat, true);
	end if;
	select * into key from clinic.bag_key_given(args) k;
	if key.lab_id is null then
		perform clinic.work_set(actor, 'pack', bag => code, data => '{"choose": true}');
		return clinic.judged_custody('question', 'bag_for_what', jsonb_build_object('bag', code));
	end if;
	return clinic.bag_begin(actor, code, key.lab_id, key.class, key.stat, false);
end $$;
