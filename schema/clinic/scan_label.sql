-- Scan-back: the label on the tube is seen again, and only then believed (LB-08, ER-03, ER-04, ER-10, ER-13).

-- Locks this station: red, until the same code was scanned again and a choice made.
create or replace function clinic.alarm_raise(actor clinic.actor, visit_id bigint, code text, raw text, specimen_id text,
	copy int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.alarm (station_id, visit_id, code, raw, specimen_id, copy)
	select (actor).station_id, $2, $3, $4, $5, $6 where (actor).station_id is not null
	on conflict (station_id) where answered_at is null do nothing;
end $$;

-- Seen, stored and believed for nothing else: history of the tube.
create or replace function clinic.scan_seen(actor clinic.actor, s clinic.scan, specimen_id text, copy int, code text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(specimen_id, 'scanned', jsonb_build_object('copy', copy, 'scan', s.scan_id, 'code', code),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(specimen_id));
end $$;

-- Where and when the last event of a kind was.
create or replace function clinic.event_when_where(specimen_id text, kinds text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce((select clinic.when_where(e.recorded_at, e.station_id) from custody.event e
			where e.subject = $1 and e.kind = any ($2) order by e.event_id desc limit 1), '{"at": "?", "station": "?"}'));
end $$;

-- Locks these visits and the person's own, or when that person has none the one at this station (clinic.visit_here), in order of id.
create or replace function clinic.visits_lock(actor clinic.actor, visits bigint[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own clinic.visit;
begin
	select x.* into own from clinic.visit x where x.held_by = actor.operator_id and x.state in ('identify', 'labels');
	perform 1 from clinic.visit x where x.visit_id = any (visits || (clinic.visit_here(actor, own)).visit_id)
	order by x.visit_id for update;
end $$;

create or replace function clinic.specimen_visits(tubes text[]) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select s.visit_id from clinic.specimen s where s.specimen_id = any (tubes));
end $$;

-- The visits a scan of this specimen touches, locked: the specimen's and the person's own.
create or replace function clinic.scan_visits(actor clinic.actor, visit_id bigint, out v clinic.visit, out own clinic.visit)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.visits_lock(actor, array[scan_visits.visit_id]);
	select x.* into v from clinic.visit x where x.visit_id = scan_visits.visit_id;
	select x.* into own from clinic.visit x where x.held_by = actor.operator_id and x.state in ('identify', 'labels');
end $$;

-- refused: the person may not (not signed in, shaded, no such role): the tube was seen all the same.
create or replace function clinic.scan_label(actor clinic.actor, s clinic.scan, code text, about jsonb, refused text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id record := custody.id_parse(code);
	tube clinic.specimen;
	visits record;
	labels clinic.label_status[];
	j clinic.judgement;
begin
	about := about || jsonb_build_object('kind', 'specimen', 'specimen_id', id.specimen_id);
	if not custody.id_is_for_here(code) then
		perform clinic.alarm_raise(actor, null, 'practice_and_real', code, null, null);
		return clinic.judged('stop', 'practice_and_real', '{}', (clinic.visit_of(actor.operator_id)).visit_id, about);
	end if;
	select x.* into tube from clinic.specimen x where x.specimen_id = id.specimen_id;
	if tube.specimen_id is null then
		return clinic.downtime_scanned(actor, id.specimen_id, code, about, refused);
	end if;
	if exists (select 1 from clinic.downtime_label d where d.specimen_id = tube.specimen_id) then
		about := about || '{"downtime": true}';
	end if;
	select * into visits from clinic.scan_visits(actor, tube.visit_id);
	perform custody.lock_subjects(array_remove(array[tube.specimen_id, tube.parent_id], null));
	labels := array(select l from clinic.visit_labels(tube.visit_id) l);
	j := clinic.label_judge(actor, tube, visits.v, visits.own, labels, nullif(id.copy, 0), code, refused);
	if j.code is null then
		j := clinic.label_seen(actor, s, tube, visits.v, visits.own, clinic.label_meant(labels, tube.specimen_id, nullif(id.copy, 0)));
	elsif j.verdict <> 'repeat' then
		perform clinic.scan_seen(actor, s, tube.specimen_id, nullif(id.copy, 0), j.code);
	end if;
	j.about := about || jsonb_build_object('next_place', (select jsonb_build_object('name', c.next_place,
		'by', clock_timestamp() + make_interval(mins => c.next_within_min)) from clinic.container_type c
		where c.container_type_id = tube.container_type_id and j.code in ('on_tube', 'labels_done', 'cup_is_out', 'cup_back', 'visit_closed', 'filled', 'filled_late')));
	return j;
end $$;

-- The label a scan means: the copy it names; a Code 128 names none, so it means the newest that may be out.
create or replace function clinic.label_meant(labels clinic.label_status[], specimen_id text, copy int)
returns clinic.label_status
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select row(l.*)::clinic.label_status from unnest($1) l
		where l.specimen_id = $2 and ($3 is null or l.copy = $3)
		order by l.possible desc, l.copy desc limit 1);
end $$;

-- What stands against believing this label; code null when nothing does. Red first, then what is done, then amber.
create or replace function clinic.label_judge(actor clinic.actor, tube clinic.specimen, v clinic.visit, own clinic.visit,
	labels clinic.label_status[], copy int, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text := (custody.state(tube.specimen_id)).kind;
	l clinic.label_status := clinic.label_meant(labels, tube.specimen_id, copy);
	here clinic.visit := clinic.visit_here(actor, own);
	before clinic.judgement;
	red text := case
		when clinic.two_tubes_here(tube.specimen_id, copy, l.live_copy) then 'tube_at_lab'
		when kind = 'held' then 'tube_on_hold'
		when l.state in ('voided', 'destroyed') then 'label_void'
		-- a cup that comes back is nobody's label gone astray
		when kind = 'handed_out' and l.copy = l.live_copy then null
		when here.patient_id <> v.patient_id then 'wrong_patient' end;
begin
	if red is not null then
		perform clinic.alarm_raise(actor, here.visit_id, red, code, tube.specimen_id, copy);
		perform clinic.two_tubes_held(actor, tube.specimen_id, red) where red = 'tube_at_lab' and refused is null;
		-- both patients' stories tell it (ER-04)
		perform clinic.visit_note(x, actor, red, true, jsonb_build_object('specimen_id', tube.specimen_id, 'copy', copy))
		from (select v.visit_id union select here.visit_id) y (x) where x is not null;
		return clinic.judged('stop', red, '{}', own.visit_id);
	elsif refused is not null then
		return clinic.judged('question', refused, '{}', own.visit_id);
	elsif l.copy is null then
		return clinic.judged('question', 'label_unknown', jsonb_build_object('text', code), own.visit_id);
	elsif l.copy = l.live_copy and clinic.cup_is_ready(tube.specimen_id) and clinic.tubes_to_fill(tube.specimen_id) <> '{}' then
		return clinic.cup_again(actor, tube, v, own);
	elsif copy is null and clinic.tube_was_seen(tube.specimen_id) then
		return clinic.judged('question', 'tube_at_lab_bars', clinic.event_when_where(tube.specimen_id, array['accepted', 'rejected', 'held', 'scanned']), own.visit_id);
	elsif clinic.tube_state(kind, tube.specimen_id, labels) = 'collected' and l.copy = l.live_copy then
		return clinic.judged('repeat', 'collected_already', clinic.event_when_where(tube.specimen_id, array['collected']), own.visit_id);
	elsif kind = 'handed_out' and l.copy = l.live_copy then
		before := clinic.cup_of_before(actor, tube, v, own);
		if before.code is not null then
			return before;
		end if;
		return clinic.cup_judge(actor, tube, v, own, labels, copy);
	elsif v.visit_id is distinct from own.visit_id then
		return clinic.label_of_others(actor, v, own, l);
	end if;
	return clinic.label_judge_own(actor, tube, v, labels, l, copy, kind);
end $$;

-- The visit that is open here: the person's own, else the one somebody works on at this station.
create or replace function clinic.visit_here(actor clinic.actor, own clinic.visit) returns clinic.visit
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	here clinic.visit := own;
begin
	if own.visit_id is null then
		select x.* into here from clinic.visit x where x.station_id = actor.station_id and x.state in ('identify', 'labels')
		order by x.visit_id desc limit 1;
	end if;
	return here;
end $$;

-- A good label in the wrong hands: stored, amber, with the way on (take the visit over, or resume it).
create or replace function clinic.label_of_others(actor clinic.actor, v clinic.visit, own clinic.visit, l clinic.label_status)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if v.state in ('identify', 'labels', 'parked') and own.visit_id is null then
		return clinic.visit_elsewhere(actor, v);
	elsif v.state in ('identify', 'labels', 'parked') then
		return clinic.judged('question', 'close_yours_first', '{}', own.visit_id);
	elsif l.state = 'old' then
		return clinic.judged('question', 'old_label', jsonb_build_object('number', l.copy), own.visit_id);
	end if;
	return clinic.judged('question', 'visit_over', '{}', own.visit_id);
end $$;

create or replace function clinic.label_judge_own(actor clinic.actor, tube clinic.specimen, v clinic.visit,
	labels clinic.label_status[], l clinic.label_status, copy int, kind text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('number', tube.number, 'of', tube.of);
	against clinic.judgement;
begin
	if not clinic.scan_is_near(actor.station_id, v.station_id) then
		perform clinic.ask(actor, v.visit_id, 'other_room', data => jsonb_build_object('visit_id', v.visit_id));
		return clinic.judged('question', 'other_room', words, v.visit_id);
	elsif copy is null and clinic.square_code_only(tube.specimen_id, labels) then
		return clinic.judged('question', 'scan_the_square', words, v.visit_id);
	elsif l.state = 'on_tube' then
		return clinic.judged('repeat', 'on_tube_already',
			words || clinic.event_when_where(tube.specimen_id, array['labelled']), v.visit_id);
	elsif kind = 'not_collected' or l.state = 'old' and l.live_copy > l.copy then
		return clinic.judged('question', 'old_label', words, v.visit_id);
	elsif l.job_state is null or not l.possible then
		perform clinic.visit_note(v.visit_id, actor, 'label_not_printed', true,
			jsonb_build_object('specimen_id', tube.specimen_id, 'copy', l.copy, 'job_state', l.job_state));
		return clinic.judged('question', 'label_not_printed', words, v.visit_id);
	elsif clinic.label_is_outdated(v, l) then
		perform clinic.visit_note(v.visit_id, actor, 'label_of_before', true,
			jsonb_build_object('specimen_id', tube.specimen_id, 'copy', l.copy));
		return clinic.judged('question', 'label_of_before', words, v.visit_id);
	elsif clinic.scan_is_quick(v, l) then
		perform clinic.ask(actor, v.visit_id, 'quick_scan', tube.specimen_id, l.copy);
		perform clinic.visit_note(v.visit_id, actor, 'quick_scan', detail =>
			jsonb_build_object('specimen_id', tube.specimen_id, 'copy', l.copy));
		return clinic.judged('question', 'quick_scan', words, v.visit_id);
	end if;
	against := clinic.fill_judge(actor, tube, v, words);
	if against.code is not null then
		return against;
	end if;
	return null;
end $$;

create or replace function clinic.scan_is_near(station_id bigint, visit_station_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(case clinic.policy_text('scan_back_where')
			when 'site' then true
			when 'station' then $1 = $2
			else (select a.room_group = b.room_group from clinic.station a, clinic.station b
				where a.station_id = $1 and b.station_id = $2) end, false));
end $$;

-- Within five seconds of the printing a label is hardly on its tube. Asked once; scanned again after a second it is
-- the answer.
create or replace function clinic.scan_is_quick(v clinic.visit, l clinic.label_status) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select clock_timestamp() < (l).job_at + interval '5 seconds' and not exists (
			select 1 from clinic.visit_act a where a.visit_id = (v).visit_id and a.act = 'quick_scan'
				and a.detail ->> 'specimen_id' = (l).specimen_id and (a.detail ->> 'copy')::int = (l).copy
				and a.at < clock_timestamp() - interval '1 second'));
end $$;

-- The label is on the tube; or on the cup that goes with the patient now; or on the cup that is back.
create or replace function clinic.label_seen(actor clinic.actor, s clinic.scan, tube clinic.specimen, v clinic.visit,
	own clinic.visit, l clinic.label_status) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if l.tube_kind = 'handed_out' and l.copy = l.live_copy then
		return clinic.cup_collected(actor, tube, v, own, s.scan_id, s.at, 'scan_back');
	end if;
	-- the label in hand settles what the printer has not said yet
	if l.job_state = 'sending' then
		perform clinic.print_job_move_to(l.print_job_id, 'sent', 'scan_back', actor, '{"evidence": "scan_back"}');
	end if;
	if l.job_state in ('sending', 'sent', 'unknown') then
		perform clinic.print_job_move_to(l.print_job_id, 'printed', 'scan_back', actor, '{"evidence": "scan_back"}');
	end if;
	delete from clinic.question q where q.station_id = actor.station_id
		and (q.code = 'other_room' or q.specimen_id = tube.specimen_id and q.copy = l.copy);
	if v.second_person_by is not null and tube.specimen_id = any (clinic.second_person_tubes(v)) then
		-- the second person looked at another label
		update clinic.visit x set second_person_by = null where x.visit_id = v.visit_id;
		v.second_person_by := null;
	end if;
	if l.tube_kind <> 'labelled' and clinic.specimen_is_applied_before(tube.specimen_id) then
		return clinic.cup_hand_out(actor, s, tube, v, l);
	end if;
	if tube.parent_id is not null then
		return clinic.tube_filled(actor, s, tube, v, l);
	end if;
	perform custody.append(tube.specimen_id, 'labelled',
		jsonb_build_object('copy', l.copy, 'scan', s.scan_id, 'job', l.print_job_id),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube.specimen_id));
	return clinic.visit_progress(actor, v, 'on_tube', jsonb_build_object('number', tube.number, 'of', tube.of), null);
end $$;
