-- What a scanned bag or tube means while a station packs, and what a person decides about one tube: left out, or in all
-- the same. How the bag stands after each step.

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
		return clinic.judged('question', clinic.specimen_unknown_code(id.specimen_id), jsonb_build_object('text', code));
	end if;
	perform custody.lock_subjects(array_remove(array[tube.specimen_id, w.bag], null));
	kind := (custody.state(tube.specimen_id)).kind;
	l := clinic.label_meant(array(select x from clinic.visit_labels(tube.visit_id) x), tube.specimen_id, nullif(id.copy, 0));
	j := case
		when clinic.two_tubes_here(tube.specimen_id, nullif(id.copy, 0), l.live_copy) then clinic.judged('stop', 'tube_at_lab')
		when kind = 'held' then clinic.judged('stop', 'tube_on_hold')
		when l.state in ('voided', 'destroyed') then clinic.judged('stop', 'label_void')
		when refused is not null then clinic.judged('question', refused)
		when l.copy is null then clinic.judged('question', 'label_unknown', jsonb_build_object('text', code))
		when l.state = 'old' or kind = 'not_collected' then clinic.judged('question', 'old_label_on_tube') end;
	if j.verdict = 'stop' then
		perform clinic.alarm_raise(actor, null, j.code, code, tube.specimen_id, nullif(id.copy, 0));
		perform clinic.two_tubes_held(actor, tube.specimen_id, j.code) where j.code = 'tube_at_lab' and refused is null;
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
