-- Packing at the clinic (contrib/FLOWS.md 1.1c): scan a bag, count what you put in before you are told, close. A bag is
-- keyed by laboratory, temperature class and STAT. Tubes scanned into an open bag are packed at once; counted ones are
-- packed by the closing that lists them. Nothing here holds up a bag: what does not fit is named and left out.
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

-- ---- scans ----------------------------------------------------------------------------------------------------------

-- Is this scan one of packing: bags and places always; tubes while this station packs or puts things into their places
-- and no patient sits here (another patient's tube must stay an alarm).
create or replace function clinic.is_pack_scan(actor clinic.actor, code text, kind text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text := (custody.id_parse(code)).specimen_id;
	w clinic.station_work;
	own clinic.visit;
begin
	if kind in ('bag', 'place') then
		return true;
	elsif kind is null or kind not in ('specimen', 'label') then
		return false;
	end if;
	w := clinic.work_of(actor.station_id);
	if w.kind is null or w.kind not in ('pack', 'place', 'hand_over') then
		return false;
	end if;
	select v.* into own from clinic.visit v where v.held_by = actor.operator_id and v.state in ('identify', 'labels');
	return (clinic.visit_here(actor, own)).visit_id is null
		and (custody.state(tube)).kind is distinct from 'handed_out'
		-- a cup to pour from, a tube to be filled from one
		and not exists (select 1 from clinic.specimen s where (s.parent_id = tube or s.specimen_id = tube and s.parent_id is not null)
			and (custody.state(s.specimen_id)).kind in ('prepared', 'label_printed'));
end $$;

create or replace function clinic.pack_scan(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused text := clinic.require(actor, 'pack') ->> 'code';
	j clinic.judgement;
begin
	about := about || jsonb_build_object('kind', case kind when 'label' then 'specimen' else kind end,
		'specimen_id', (custody.id_parse(code)).specimen_id, 'bag', case kind when 'bag' then code end);
	if not custody.id_is_for_here(code) then
		perform clinic.alarm_raise(actor, null, 'practice_and_real', code, null, null);
		j := clinic.judged('stop', 'practice_and_real');
	elsif kind = 'bag' then
		j := clinic.pack_bag(actor, s, code, refused);
	elsif kind = 'place' then
		j := clinic.place_scanned(actor, code, refused);
	else
		j := clinic.pack_tube(actor, s, code, refused);
	end if;
	j.about := about;
	return j;
end $$;

-- A bag is scanned at the clinic.
create or replace function clinic.pack_bag(actor clinic.actor, s clinic.scan, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	own clinic.visit;
	trip record;
	words jsonb;
	why text;
begin
	perform custody.lock_subjects(array[code]);
	select * into trip from clinic.bag_trip(code) t;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat);
	select v.* into own from clinic.visit v where v.held_by = actor.operator_id and v.state in ('identify', 'labels');
	why := case
		when refused is not null then refused
		when (clinic.visit_here(actor, own)).visit_id is not null then 'close_yours_first'
		when trip.phase_kind = 'held' then 'bag_on_hold' end;
	if why is null and w.kind = 'place' then
		return clinic.bag_put(actor, code, w.place, null, trip);
	elsif why is null and w.kind = 'hand_over' then
		return clinic.bag_given(actor, s, code, w, trip);
	end if;
	why := coalesce(why, case
		when trip.phase_kind in ('bag_closed', 'released') and trip.closed is not null then 'bag_closed_already'
		when trip.phase_kind in ('departed', 'lost') then 'bag_on_the_way' end);
	if why is not null then
		perform clinic.bag_seen(actor, s, code, why);
		return clinic.judged_custody(case why when 'bag_on_hold' then 'stop' else 'question' end, why, words);
	elsif trip.phase_kind in ('bag_opened', 'released') and trip.closed is null then
		perform clinic.bag_seen(actor, s, code, 'bag_open');
		if w.kind = 'pack' and w.bag = code then
			return clinic.judged_custody('repeat', 'bag_open_already', words);
		end if;
		perform clinic.work_set(actor, 'pack', bag => code);
		return clinic.judged_custody('stored', 'bag_open', words);
	end if;
	return clinic.pack_bag_new(actor, s, code);
end $$;

-- The scanned bag takes what waits; when that is not one combination, somebody says which.
create or replace function clinic.pack_bag_new(actor clinic.actor, s clinic.scan, code text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	key record;
	combinations bigint;
begin
	select c.lab_id, c.class, c.stat, count(*) over () as n into key from clinic.bag_choices() c limit 1;
	combinations := coalesce(key.n, 0);
	if combinations = 1 then
		return clinic.bag_begin(actor, code, key.lab_id, key.class, key.stat, false);
	end if;
	perform clinic.bag_seen(actor, s, code, 'bag_for_what');
	perform clinic.work_set(actor, 'pack', bag => code, data => '{"choose": true}');
	return clinic.judged_custody('question', case combinations when 0 then 'nothing_to_pack' else 'bag_for_what' end, jsonb_build_object('bag', code));
end $$;

-- A tube is scanned while this station packs, or puts things into their places.
create or replace function clinic.pack_tube(actor clinic.actor, s clinic.scan, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id record := custody.id_parse(code);
	w clinic.station_work := clinic.work_of(actor.station_id);
	tube clinic.specimen;
	l clinic.label_status;
	kind text;
	j clinic.judgement;
begin
	select x.* into tube from clinic.specimen x where x.specimen_id = id.specimen_id;
	if tube.specimen_id is null then
		return clinic.judged('question', 'specimen_unknown', jsonb_build_object('text', code));
	end if;
	perform custody.lock_subjects(array_remove(array[tube.specimen_id, w.bag], null));
	kind := (custody.state(tube.specimen_id)).kind;
	l := clinic.label_meant(array(select x from clinic.visit_labels(tube.visit_id) x), tube.specimen_id, nullif(id.copy, 0));
	j := case
		when kind = 'held' then clinic.judged('stop', 'tube_on_hold')
		when l.state in ('voided', 'destroyed') then clinic.judged('stop', 'label_void')
		when refused is not null then clinic.judged('question', refused)
		when l.copy is null then clinic.judged('question', 'label_unknown', jsonb_build_object('text', code))
		when l.state = 'old' or kind = 'not_collected' then clinic.judged('question', 'old_label_on_tube') end;
	if j.verdict = 'stop' then
		perform clinic.alarm_raise(actor, null, j.code, code, tube.specimen_id, nullif(id.copy, 0));
	elsif j.code is null and w.kind = 'place' then
		return clinic.tube_put(actor, s, tube.specimen_id, w.place);
	elsif j.code is null and w.kind = 'hand_over' and (select x.closing is null from clinic.specimen_bag(tube.specimen_id) x) then
		return clinic.tube_alone(actor, s, tube.specimen_id, w.to_operator, null);
	elsif j.code is null and w.kind = 'hand_over' then
		j := clinic.judged('note', 'tube_in_closed_bag', jsonb_build_object('bag', (clinic.specimen_bag(tube.specimen_id)).bag));
	elsif j.code is null then
		j := clinic.pack_tube_judge(actor, w, tube, kind);
		if j.code is null then
			return clinic.pack_tube_into(actor, w, tube, s.scan_id, null);
		end if;
	end if;
	if j.verdict <> 'repeat' then
		perform clinic.scan_seen(actor, s, tube.specimen_id, nullif(id.copy, 0), j.code);
	end if;
	return j;
end $$;

-- What stands against this tube in this bag; code null when nothing does.
create or replace function clinic.pack_tube_judge(actor clinic.actor, w clinic.station_work, tube clinic.specimen, kind text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	b record;
	key record;
	trip record;
	words jsonb := jsonb_build_object('number', tube.number, 'of', tube.of);
begin
	select * into b from clinic.specimen_bag(tube.specimen_id) x;
	select * into key from clinic.tubes_keyed(array[tube.specimen_id]) x;
	select * into trip from clinic.bag_trip(w.bag) x;
	words := words || jsonb_build_object('bag', b.bag, 'what', clinic.class_words(key.class, key.stat), 'into', clinic.class_words(trip.class, trip.stat),
		'lab', (select l.name from clinic.lab l where l.lab_id = tube.lab_id));
	if b.bag = w.bag and b.is_open then
		return case when b.scanned then clinic.judged_custody('repeat', 'packed_already', words) end;
	elsif b.bag is not null then
		return clinic.judged('question', 'tube_in_bag', words);
	elsif kind = 'departed' and not clinic.tube_was_seen(tube.specimen_id) then
		return clinic.judged('question', 'tube_is_back', words);
	elsif kind in ('departed', 'arrived', 'accepted', 'rejected', 'archived', 'retrieved', 'lost', 'disposed') then
		return clinic.judged('question', 'tube_is_gone', words || jsonb_build_object('state', clinic.reply('note', 'event_' || kind) ->> 'title'));
	elsif not exists (select 1 from custody.event e where e.subject = tube.specimen_id and e.kind = 'collected') then
		return clinic.judged('question', 'tube_not_collected', words);
	elsif w.data -> 'choose' = 'true' then
		return null;                     -- the first tube says what the bag is for
	elsif trip.phase_kind not in ('bag_opened', 'released') or trip.closed is not null then
		return clinic.judged_custody('question', 'no_bag_open', words);
	elsif key.lab_id <> trip.lab_id then
		return clinic.judged('question', 'wrong_bag_lab', words);
	elsif key.class <> trip.class then
		return clinic.judged('question', case when clinic.class_is_blocked(key.class, trip.class) then 'wrong_class_blocked' else 'wrong_class' end, words);
	elsif key.stat <> trip.stat then
		return clinic.judged('question', 'wrong_stat', words);
	end if;
	return null;
end $$;

-- Does the policy forbid a tube of this class in a bag of that one?
create or replace function clinic.class_is_blocked(tube_class text, bag_class text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	p jsonb := clinic.policy_value('wrong_class_in_bag');
begin
	return coalesce(case when 'FRZ' in (tube_class, bag_class) then p ->> 'frozen' else p ->> 'default' end = 'block', false);
end $$;

-- The tube is in the bag now. why: given where something stood against it.
create or replace function clinic.pack_tube_into(actor clinic.actor, w clinic.station_work, tube clinic.specimen, scan bigint, why text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	key record;
	b record;
begin
	select * into key from clinic.tubes_keyed(array[tube.specimen_id]) x;
	if w.data -> 'choose' = 'true' then
		perform clinic.bag_begin(actor, w.bag, key.lab_id, key.class, key.stat, false);
		w := clinic.work_of(actor.station_id);
	end if;
	select * into b from clinic.specimen_bag(tube.specimen_id) x;
	if b.bag is not null and (b.bag <> w.bag or not b.is_open) or key.kind = 'departed' then
		perform custody.append(tube.specimen_id, 'unpacked', jsonb_build_object('bag', b.bag, 'why', why),
			actor.operator_id, actor.station_id, lab => clinic.lab_node(tube.lab_id));
	end if;
	perform custody.append(tube.specimen_id, 'packed', jsonb_strip_nulls(jsonb_build_object('bag', w.bag, 'scan', scan, 'why', why)),
		actor.operator_id, actor.station_id, lab => clinic.lab_node(tube.lab_id));
	update clinic.station_work x set data = x.data #- array['left_out', tube.specimen_id] where x.station_id = actor.station_id;
	return clinic.pack_progress(actor, case when key.cancelled or key.kind = 'order_cancelled' then 'packed_cancelled' else 'packed' end,
		jsonb_build_object('number', tube.number, 'of', tube.of));
end $$;

-- How a bag's tubes stand: all that should be in it, those scanned, and whether the last count agrees (contrib/CONTRACTS.md 8).
create or replace function clinic.pack_tally(w clinic.station_work, out expected int, out scanned int, out told int, out agrees bool)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
begin
	select * into trip from clinic.bag_trip(w.bag) t;
	select count(*), count(*) filter (where h.scanned) into expected, scanned from clinic.tube_here h where h.bag = w.bag;
	select expected + count(*) into expected from clinic.tubes_waiting() k
	where k.lab_id = trip.lab_id and k.class = trip.class and k.stat = trip.stat and not coalesce(w.data -> 'left_out' ? k.specimen_id, false);
	told := (w.data -> 'counts' ->> -1)::int;
	-- all are counted, or all that were counted were scanned
	agrees := told is not null and told in (expected, scanned);
end $$;

-- After each step of packing: the reply to it, or that the bag can be closed now.
create or replace function clinic.pack_progress(actor clinic.actor, code text, words jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t record;
begin
	select * into t from clinic.pack_tally(clinic.work_of(actor.station_id)) x;
	words := words || jsonb_build_object('n', t.scanned);
	if t.agrees then
		return clinic.judged_custody('complete', 'count_agrees', words || jsonb_build_object('n', t.told));
	elsif t.scanned = t.expected and t.scanned > 0 and code = 'packed' then
		return clinic.judged_custody('complete', 'bag_all_scanned', words);
	end if;
	return clinic.judged_custody('stored', code, words);
end $$;

-- ---- count, close ---------------------------------------------------------------------------------------------------

-- The bag that this station packs, when it is the one named (or none is) and open; else null.
create or replace function clinic.pack_work(actor clinic.actor, args jsonb) returns clinic.station_work
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	trip record;
begin
	select * into trip from clinic.bag_trip(w.bag) t;
	if w.kind is distinct from 'pack' or coalesce(clinic.arg(args, 'bag'), w.bag) <> w.bag
		or trip.phase_kind is null or trip.phase_kind not in ('bag_opened', 'released') or trip.closed is not null then
		return null;
	end if;
	return w;
end $$;

create or replace function clinic.arg_count(args jsonb) returns int
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when clinic.arg(args, 'count') ~ '^[0-9]{1,4}$' then clinic.arg(args, 'count')::int end;
end $$;

create or replace function clinic.bag_counted(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.pack_work(actor, args);
	told int := clinic.arg_count(args);
	t record;
begin
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	elsif told is null then
		return clinic.judged('question', 'bad_request', '{"what": "count"}');
	end if;
	-- the last ten tell the story
	update clinic.station_work x set data = x.data || jsonb_build_object('counts',
		(select jsonb_agg(c order by n) from (select c, n from jsonb_array_elements(coalesce(x.data -> 'counts', '[]') || to_jsonb(told))
			with ordinality a (c, n) order by n desc limit 10) y))
	where x.station_id = actor.station_id returning * into w;
	select * into t from clinic.pack_tally(w) x;
	if t.agrees then
		return clinic.judged_custody('complete', 'count_agrees', jsonb_build_object('n', told));
	end if;
	return clinic.judged_custody('question', 'count_differs', jsonb_build_object('n', told, 'expected', t.expected));
end $$;

-- What goes into the bag as it is closed: (how, tubes), or how null and the code of the question that stands against it.
create or replace function clinic.bag_content_now(w clinic.station_work, trip record, out how text, out tubes text[], out code text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	t record;
	check_ text := clinic.policy_text('pack_check');
begin
	select * into t from clinic.pack_tally(w) x;
	how := case
		when check_ = 'trust' then 'trust'
		when check_ = 'scan_each' or t.scanned = t.expected then 'scan_each'
		when t.told = t.expected then 'count'
		when t.told = t.scanned then 'scan_each' end;
	if how is null then
		code := case when t.told is null then 'count_first' else 'count_differs' end;
		return;
	end if;
	tubes := array(select b.specimen_id from clinic.bag_tubes(w.bag, trip.lab_id, trip.class, trip.stat) b
		where b.scanned or how <> 'scan_each' and (b.inside or not coalesce(w.data -> 'left_out' ? b.specimen_id, false))
		order by b.specimen_id);
	if cardinality(tubes) = 0 then
		how := null;
		code := 'bag_is_empty';
	elsif cardinality(tubes) > 600 then
		how := null;
		code := 'bag_too_full';
	end if;
end $$;

create or replace function clinic.seal_given(args jsonb) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when length(clinic.arg(args, 'seal')) <= 40 and (custody.id_parse(clinic.arg(args, 'seal'))).kind is null then clinic.arg(args, 'seal') end;
end $$;

create or replace function clinic.bag_closed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.pack_work(actor, args);
	trip record;
	meant record;
	now_ record;
	held text[];
	more bigint;
begin
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	elsif clinic.policy_text('seal') = 'numbered' and clinic.seal_given(args) is null then
		return clinic.judged('question', 'seal_number');
	end if;
	select * into trip from clinic.bag_trip(w.bag) t;
	select * into meant from clinic.bag_content_now(w, trip) c;
	-- those that are inside and are not meant too: they will be said to be out
	perform custody.lock_subjects(meant.tubes || array(select h.specimen_id from clinic.tube_here h where h.bag = w.bag) || w.bag);
	-- somebody else may have packed one of them meanwhile, or closed this very bag
	w := clinic.pack_work(actor, args);
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	end if;
	select * into trip from clinic.bag_trip(w.bag) t;
	select * into now_ from clinic.bag_content_now(w, trip) c;
	if now_.how is null or now_.tubes is distinct from meant.tubes then
		return clinic.judged_custody('question', coalesce(now_.code, 'count_differs'), clinic.bag_words(w.bag, trip.lab_id, trip.class, trip.stat)
			|| (select jsonb_build_object('n', coalesce(t.told::text, '?'), 'expected', t.expected) from clinic.pack_tally(w) t));
	end if;
	held := array(select right(t, 4) from unnest(now_.tubes) t where (custody.state(t)).kind = 'held');
	if held <> '{}' then
		return clinic.judged_custody('question', 'tube_held_inside', jsonb_build_object('tubes', array_to_string(held, ', ')));
	end if;
	perform clinic.bag_close_do(actor, w, trip, now_.how, now_.tubes, clinic.seal_given(args));
	perform clinic.work_end(actor.station_id);
	select count(*) into more from clinic.tubes_waiting() k where k.lab_id = trip.lab_id and k.class = trip.class and k.stat = trip.stat;
	return clinic.judged_custody('complete', case when more > 0 then 'bag_closed_more' else 'bag_closed' end,
		clinic.bag_words(w.bag, trip.lab_id, trip.class, trip.stat) || jsonb_build_object('n', cardinality(now_.tubes), 'more', more));
end $$;

-- The closing itself; its tubes and the bag are locked. What was closed in before and is not now was taken out.
create or replace function clinic.bag_close_do(actor clinic.actor, w clinic.station_work, trip record, how text, tubes text[], seal text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	gone text;
begin
	for gone in select h.specimen_id from clinic.tube_here h where h.bag = w.bag and h.specimen_id <> all (tubes) order by h.specimen_id loop
		perform custody.append(gone, 'unpacked', jsonb_build_object('bag', w.bag, 'why', 'not_counted'),
			actor.operator_id, actor.station_id, lab => clinic.specimen_lab(gone));
	end loop;
	perform clinic.bag_event(actor, w.bag, 'bag_closed', jsonb_build_object('lab_id', trip.lab_id, 'class', trip.class, 'stat', trip.stat, 'how', how,
		'count', cardinality(tubes), 'counts', coalesce(w.data -> 'counts', '[]'), 'seal', seal,
		'tubes', clinic.tubes_pinned(tubes),
		'left_out', coalesce((select jsonb_agg(jsonb_build_array(l.key, l.value) order by l.key) from jsonb_each(w.data -> 'left_out') l), '[]')), trip.lab_id);
end $$;

-- [[specimen, hash of this node's last event of it] ...] by id: what a closing lists.
create or replace function clinic.tubes_pinned(tubes text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_array(u.id, encode(h.hash, 'hex')) order by u.id), '[]')
		from unnest(tubes) u (id) join custody.head h on h.subject = u.id and h.node = custody.node());
end $$;

-- ---- one tube -------------------------------------------------------------------------------------------------------

create or replace function clinic.tube_left_out(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.pack_work(actor, '{}');
	why text := clinic.arg(args, 'reason');
	tube clinic.specimen;
	b record;
begin
	select s.* into tube from clinic.specimen s where s.specimen_id = clinic.arg(args, 'specimen_id');
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	elsif tube.specimen_id is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}');
	elsif not coalesce(clinic.reason_known('left_out', why), false) then
		return clinic.judged('question', 'reason_needed');
	end if;
	perform custody.lock_subjects(array_remove(array[tube.specimen_id, w.bag], null));
	select * into b from clinic.specimen_bag(tube.specimen_id) x;
	if b.bag = w.bag and b.is_open then
		perform custody.append(tube.specimen_id, 'unpacked', jsonb_build_object('bag', w.bag, 'why', why),
			actor.operator_id, actor.station_id, lab => clinic.lab_node(tube.lab_id));
	end if;
	update clinic.station_work x set data = jsonb_set(x.data || jsonb_build_object('left_out', coalesce(x.data -> 'left_out', '{}')),
		array['left_out', tube.specimen_id], to_jsonb(why)) where x.station_id = actor.station_id;
	return clinic.pack_progress(actor, 'left_out', jsonb_build_object('number', tube.number, 'of', tube.of));
end $$;

-- Goes in all the same, and why. Only what was scanned here since the bag was begun: nobody packs what is not in the hand.
create or replace function clinic.tube_packed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.pack_work(actor, '{}');
	tube clinic.specimen;
	kind text;
	seen custody.event;
	j clinic.judgement;
begin
	select s.* into tube from clinic.specimen s where s.specimen_id = clinic.arg(args, 'specimen_id');
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	elsif tube.specimen_id is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}');
	elsif not coalesce(clinic.reason_known('pack', clinic.arg(args, 'reason')), false) then
		return clinic.judged('question', 'reason_needed');
	end if;
	perform custody.lock_subjects(array_remove(array[tube.specimen_id, w.bag], null));
	kind := (custody.state(tube.specimen_id)).kind;
	select e.* into seen from custody.event e where e.subject = tube.specimen_id and e.station_id = actor.station_id
		and e.kind = 'scanned' and e.recorded_at >= w.begun_at order by e.n desc limit 1;
	j := case when kind in ('held', 'not_collected') then clinic.judged('question', 'not_now')
		else clinic.pack_tube_judge(actor, w, tube, kind) end;
	if j.code is null or j.code in ('tube_in_bag', 'tube_is_back', 'tube_not_collected', 'wrong_bag_lab', 'wrong_class', 'wrong_stat') then
		if seen.event_id is null then
			return clinic.judged('question', 'scan_the_tube');
		end if;
		return clinic.pack_tube_into(actor, w, tube, clinic.arg_bigint(clinic.body_of(seen.body), 'scan'), clinic.arg(args, 'reason'));
	end if;
	return j;
end $$;

-- ---- places ---------------------------------------------------------------------------------------------------------

-- A place is scanned at the clinic: what is scanned next is put there.
create or replace function clinic.place_scanned(actor clinic.actor, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.place;
begin
	select x.* into p from clinic.place x where x.place = code and x.active;
	if refused is not null then
		return clinic.judged('question', refused);
	elsif p.place is null then
		return clinic.judged('question', 'place_unknown', jsonb_build_object('text', code));
	end if;
	perform clinic.work_set(actor, 'place', place => code);
	return clinic.judged_custody('stored', 'place_begun', jsonb_build_object('name', p.name));
end $$;

-- The bag is put into the place. An open one too, if somebody does so, but it is said.
create or replace function clinic.bag_put(actor clinic.actor, code text, place text, cold_packs bool, trip record) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.place;
	words jsonb;
begin
	select x.* into p from clinic.place x where x.place = bag_put.place;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat) || jsonb_build_object('name', p.name);
	perform clinic.bag_event(actor, code, 'placed', jsonb_build_object('place', p.place, 'cold_packs', cold_packs), trip.lab_id);
	if trip.closed is null then
		return clinic.judged_custody('question', 'placed_open', words);
	elsif p.kind = 'lockbox' and trip.class <> 'AMB' and cold_packs is null then
		perform clinic.ask(actor, null, 'cold_packs', data => jsonb_build_object('bag', code, 'place', p.place, 'name', p.name));
		return clinic.judged_custody('question', 'cold_packs', words);
	end if;
	return clinic.judged_custody('stored', 'placed', words);
end $$;

create or replace function clinic.bag_placed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'bag');
	p clinic.place;
	trip record;
begin
	select x.* into p from clinic.place x where x.place = clinic.arg(args, 'place') and x.active;
	if p.place is null or (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true
		or clinic.arg(args, 'cold_packs') is not null and clinic.arg(args, 'cold_packs') not in ('true', 'false') then
		return clinic.judged('question', 'bad_request', '{"what": "bag, place, cold_packs"}');
	end if;
	perform custody.lock_subjects(array[code]);
	select * into trip from clinic.bag_trip(code) t;
	perform clinic.ask_end(actor.station_id);
	return clinic.bag_put(actor, code, p.place, clinic.arg(args, 'cold_packs')::bool, trip);
end $$;

create or replace function clinic.tube_put(actor clinic.actor, s clinic.scan, specimen_id text, place text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(specimen_id, 'placed', jsonb_build_object('place', place, 'scan', s.scan_id, 'cold_packs', null),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(specimen_id));
	return clinic.judged_custody('stored', 'tube_placed', jsonb_build_object('name', (select p.name from clinic.place p where p.place = tube_put.place)));
end $$;

create or replace function clinic.work_ended(actor clinic.actor) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if exists (select 1 from clinic.station s where s.station_id = actor.station_id and s.kind = 'receiving') then
		return clinic.lab_work_ended(actor);
	elsif not clinic.work_end(actor.station_id) then
		return clinic.judged('repeat', 'no_work');
	end if;
	return clinic.judged_custody('stored', 'work_ended');
end $$;
