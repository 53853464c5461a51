-- The courier (contrib/FLOWS.md 1.2): scan the stop, the bags, then the clinic's badge. Every bag that is scanned is taken:
-- what does not fit (not on the list, not closed, on hold) is said, and the laboratory looks. A courier sees no patient.
-- Here: what a scan means, and what becomes of a bag or a tube. A stop's list and the pickup itself: pickup.sql; badges and
-- what goes from one courier to another: hand_over.sql.
-- Locks: the bag; bags are never locked two at a time here.

-- ---- scans ----------------------------------------------------------------------------------------------------------

-- At a pickup or hub station.
create or replace function clinic.courier_scan(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused text;
	j clinic.judgement;
begin
	about := about || jsonb_build_object('kind', case kind when 'label' then 'specimen' else coalesce(kind, 'other') end,
		'specimen_id', (custody.id_parse(code)).specimen_id, 'bag', case kind when 'bag' then code end);
	if kind = 'badge' then
		return clinic.courier_badge(actor, code, about);
	elsif kind is null then
		return clinic.scan_other(actor, s, code, about);
	end if;
	refused := clinic.require(actor, 'carry') ->> 'code';
	if not custody.id_is_for_here(code) then
		j := clinic.judged('stop', 'practice_and_real_bag');
	elsif kind = 'bag' then
		j := clinic.courier_bag(actor, s, code, refused);
	elsif kind in ('specimen', 'label') then
		j := clinic.courier_tube(actor, s, (custody.id_parse(code)).specimen_id, refused);
	elsif refused is not null then
		j := clinic.judged('question', refused);
	elsif kind = 'stop' then
		j := clinic.pickup_begun(actor, s, code);
	elsif kind = 'place' then
		j := clinic.courier_place(actor, code);
	else
		j := clinic.judged('note', 'not_here', jsonb_build_object('kind', kind));
	end if;
	j.about := about;
	return j;
end $$;

-- ---- bags and places ------------------------------------------------------------------------------------------------

-- A bag in a courier's hands.
create or replace function clinic.courier_bag(actor clinic.actor, s clinic.scan, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	p clinic.pickup := clinic.pickup_now(actor);
	trip record;
	u clinic.bag_under_way;
	why text;
	words jsonb;
begin
	perform custody.lock_subjects(array[code]);
	select * into trip from clinic.bag_trip(code) t;
	select x.* into u from clinic.bag_under_way x where x.bag = code;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat);
	why := case
		when refused is not null then refused
		when trip.phase_kind = 'held' then 'bag_on_hold'
		when w.kind = 'hand_over' or w.kind = 'place' then null
		when p.pickup_id is null and u.operator_id = actor.operator_id then 'bag_you_hold'
		when p.pickup_id is null then 'scan_stop_first'
		when code in (select x from clinic.pickup_taken(p.pickup_id) x) then 'bag_taken_already'
		when trip.phase_kind is null or u.bag is null or trip.closed is null then 'bag_not_closed' end;
	if why is not null then
		perform clinic.bag_seen(actor, s, code, why);
		return clinic.judged_custody(case why when 'bag_on_hold' then 'stop' when 'bag_taken_already' then 'repeat' when 'bag_you_hold' then 'note'
			else 'question' end, why, words);
	elsif w.kind = 'hand_over' then
		return clinic.bag_given(actor, s, code, w, trip);
	elsif w.kind = 'place' then
		return clinic.bag_at_place(actor, s, code, w.place, u, trip);
	end if;
	return clinic.bag_taken(actor, s, code, p, trip);
end $$;

-- Taken in a pickup: the courier has it from now on.
create or replace function clinic.bag_taken(actor clinic.actor, s clinic.scan, code text, p clinic.pickup, trip record) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	listed bool := code in (select b.bag from clinic.stop_bags(p.stop) b);
	whence text := (select u.place from clinic.bag_under_way u where u.bag = code);
	taken bigint;
	left_ bigint;
	words jsonb;
begin
	perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', actor.operator_id, 'pickup', p.pickup_id,
		'unlisted', not listed, 'place', whence, 'scan', s.scan_id), trip.lab_id);
	select count(*) into taken from clinic.pickup_taken(p.pickup_id) x;
	select count(*) into left_ from clinic.stop_bags(p.stop) b;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat) || jsonb_build_object('n', taken, 'of', taken + left_);
	if not listed then
		return clinic.judged_custody('question', 'bag_unlisted', words);
	elsif clinic.stop_is_blind(p.stop) and not (clinic.work_of(actor.station_id)).data ? 'counts' then
		return clinic.judged_custody('stored', 'bag_taken_blind', words - 'of');
	end if;
	return clinic.judged_custody(case when left_ = 0 then 'complete' else 'stored' end,
		case when left_ = 0 then 'bags_all_taken' else 'bag_taken' end, words);
end $$;

-- A place under a courier's hand: the stop's lockbox ends its pickup; any other is put into or taken from.
create or replace function clinic.courier_place(actor clinic.actor, code text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	place_name text := (select x.name from clinic.place x where x.place = code and x.active);
begin
	if place_name is null then
		return clinic.judged('question', 'place_unknown', jsonb_build_object('text', code));
	elsif p.pickup_id is not null and exists (select 1 from clinic.stop x where x.stop = p.stop and x.lockbox = code) then
		return clinic.pickup_finish(actor, p, 'lockbox', null, null);
	elsif p.pickup_id is not null then
		return clinic.judged_custody('question', 'pickup_open_first', jsonb_build_object('stop_name',
			(select x.name from clinic.stop x where x.stop = p.stop)));
	end if;
	perform clinic.work_set(actor, 'place', place => code);
	return clinic.judged_custody('stored', 'place_begun', jsonb_build_object('name', place_name));
end $$;

-- The bag goes into the place, or out of it when it is there.
create or replace function clinic.bag_at_place(actor clinic.actor, s clinic.scan, code text, place text, u clinic.bag_under_way, trip record)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat)
		|| jsonb_build_object('name', (select p.name from clinic.place p where p.place = bag_at_place.place));
begin
	if trip.closed is null then
		perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from', actor.operator_id, 'to_place', place, 'scan', s.scan_id), trip.lab_id);
		return clinic.judged_custody('question', 'placed_open', words);
	end if;
	if u.here then
		perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', actor.operator_id, 'pickup', null,
			'unlisted', u.place is distinct from bag_at_place.place, 'place', u.place, 'scan', s.scan_id), trip.lab_id);
	end if;
	if u.here and u.place = place then
		return clinic.judged_custody('stored', 'taken_from_place', words);
	elsif u.place = place then
		perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from_place', place, 'to', actor.operator_id, 'scan', s.scan_id), trip.lab_id);
		return clinic.judged_custody('stored', 'taken_from_place', words);
	end if;
	perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from', actor.operator_id, 'to_place', place, 'scan', s.scan_id), trip.lab_id);
	return clinic.judged_custody('stored', case when clinic.is_handed_in(clinic.holding_event(code), trip.lab_id) then 'handed_in' else 'placed' end, words);
end $$;

-- ---- tubes ----------------------------------------------------------------------------------------------------------

-- A tube in a courier's hands: looked at in its bag, or it travels alone.
create or replace function clinic.courier_tube(actor clinic.actor, s clinic.scan, id text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	p clinic.pickup := clinic.pickup_now(actor);
	b record;
	why text;
begin
	if not exists (select 1 from custody.head h where h.subject = id) then
		return clinic.judged('question', 'specimen_unknown', jsonb_build_object('text', id));
	end if;
	perform custody.lock_subjects(array[id]);
	select * into b from clinic.specimen_bag(id) x;
	why := case
		when refused is not null then refused
		when (custody.state(id)).kind = 'held' then 'tube_on_hold_leave'
		when b.closing is not null then 'tube_in_closed_bag'
		when w.kind = 'hand_over' then null
		when p.pickup_id is null then 'scan_stop_first' end;
	if why is not null then
		perform clinic.scan_seen(actor, s, id, null, why);
		return clinic.judged(case why when 'tube_on_hold_leave' then 'stop' when 'tube_in_closed_bag' then 'note' else 'question' end, why,
			jsonb_build_object('bag', b.bag));
	end if;
	return clinic.tube_alone(actor, s, id, coalesce(w.to_operator, actor.operator_id), p.pickup_id);
end $$;

-- A tube goes with a courier and in no bag.
create or replace function clinic.tube_alone(actor clinic.actor, s clinic.scan, specimen_id text, courier bigint, pickup_id bigint)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(specimen_id, 'departed', jsonb_build_object('courier', courier, 'pickup', pickup_id, 'unlisted', true, 'place', null,
		'scan', s.scan_id), actor.operator_id, actor.station_id, lab => clinic.specimen_lab(specimen_id));
	return clinic.judged_custody('question', 'tube_alone');
end $$;

-- ---- bags that are not as they should be ----------------------------------------------------------------------------

-- A bag that nobody closed: the courier counts, closes and takes it; the laboratory scans all of it.
create or replace function clinic.bag_taken_open(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	code text := clinic.arg(args, 'bag');
	n int := clinic.arg_count(args);
	tubes text[];
	trip record;
	key record;
begin
	if p.pickup_id is null then
		return clinic.judged_custody('question', 'no_pickup');
	elsif (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true or n is null then
		return clinic.judged('question', 'bad_request', '{"what": "bag, count"}');
	end if;
	tubes := array(select h.specimen_id from clinic.tube_here h where h.bag = code order by 1);
	perform custody.lock_subjects(array_append(tubes, code));
	select * into trip from clinic.bag_trip(code) t;
	if trip.phase_kind = 'held' then
		return clinic.judged_custody('stop', 'bag_on_hold', jsonb_build_object('bag', code));
	elsif trip.closed is not null and exists (select 1 from clinic.bag_under_way u where u.bag = code) then
		return clinic.judged_custody('question', 'bag_is_closed', jsonb_build_object('bag', code));
	end if;
	if trip.closed is not null or trip.opened is null then
		trip.lab_id := coalesce(trip.lab_id, case when (select count(*) from clinic.lab) = 1 then (select l.lab_id from clinic.lab l) end);
		insert into clinic.bag (bag, created_by) values (code, actor.operator_id) on conflict do nothing;
		perform clinic.bag_event(actor, code, 'bag_opened', jsonb_build_object('lab_id', trip.lab_id, 'class', null, 'stat', false, 'at', 'pickup'), trip.lab_id);
		trip.class := null;
		trip.stat := false;
	end if;
	tubes := array(select h.specimen_id from clinic.tube_here h where h.bag = code and h.specimen_id = any (tubes) order by 1);
	perform clinic.bag_event(actor, code, 'bag_closed', jsonb_build_object('lab_id', trip.lab_id, 'class', trip.class, 'stat', trip.stat, 'how', 'courier',
		'count', n, 'counts', jsonb_build_array(n), 'seal', null, 'tubes', clinic.tubes_pinned(tubes), 'left_out', jsonb_build_array()), trip.lab_id);
	perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', actor.operator_id, 'pickup', p.pickup_id,
		'unlisted', true, 'place', null), trip.lab_id);
	return clinic.judged_custody('stored', 'bag_taken_open', jsonb_build_object('bag', code, 'n', n));
end $$;

create or replace function clinic.bag_remarked(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'bag');
	what text := clinic.arg(args, 'remark');
	celsius numeric := case when clinic.arg(args, 'celsius') ~ '^-?[0-9]{1,3}(\.[0-9]{1,2})?$' then clinic.arg(args, 'celsius')::numeric end;
begin
	if (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true
		or not coalesce(clinic.reason_known('remark', what), false)
		or (what = 'temperature' or clinic.arg(args, 'celsius') is not null) and (celsius is null or celsius not between -200 and 100) then
		return clinic.judged('question', 'bad_request', '{"what": "bag, remark, celsius"}');
	end if;
	perform clinic.bag_event(actor, code, 'remark', jsonb_build_object('remark', what, 'celsius', celsius, 'note', left(clinic.arg(args, 'note'), 200)),
		(clinic.bag_trip(code)).lab_id);
	return clinic.judged_custody('stored', 'remark_stored', jsonb_build_object('bag', code));
end $$;
