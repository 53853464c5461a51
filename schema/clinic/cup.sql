-- Containers whose label is put on before they are filled (contrib/FLOWS.md 1.1b): the label is scanned on the cup in
-- the patient's presence, the cup goes with the patient, and the scan when it comes back makes it collected. The visit
-- waits for it, closes without it, or is closed long since: any collection station of the room group takes it back.

-- Is this kind of container labelled before it is filled? (policy apply_when)
create or replace function clinic.is_applied_before(kind text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.policy_value('apply_when') ->> $1 = 'before_in_presence', false);
end $$;

create or replace function clinic.specimen_is_applied_before(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select clinic.is_applied_before(c.kind) from clinic.specimen s
		join clinic.container_type c on c.container_type_id = s.container_type_id where s.specimen_id = $1);
end $$;

-- How many cups of the visit are with the patient.
create or replace function clinic.cups_out(visit_id bigint) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select count(*) from clinic.specimen s join clinic.hand_out h on h.specimen_id = s.specimen_id
		where s.visit_id = $1 and h.ended_at is null);
end $$;

create or replace function clinic.hand_out_end(specimen_id text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.hand_out h set ended_at = clock_timestamp() where h.specimen_id = $1 and h.ended_at is null;
end $$;

-- The label is on the cup and the cup goes: it is due back (ER-08). A second print of its label hands it out once more.
create or replace function clinic.cup_hand_out(actor clinic.actor, s clinic.scan, tube clinic.specimen, v clinic.visit,
	l clinic.label_status) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	due timestamptz := clock_timestamp() + make_interval(mins => coalesce(clinic.policy_int('overdue', 'cup'), 120));
begin
	insert into clinic.hand_out as h (specimen_id, visit_id, due_at) values (tube.specimen_id, v.visit_id, due)
	on conflict on constraint hand_out_pkey do update set scanned_at = clock_timestamp()
	returning h.due_at into due;
	perform custody.append(tube.specimen_id, 'handed_out', jsonb_build_object('copy', l.copy, 'scan', s.scan_id,
		'job', l.print_job_id, 'due_at', due), actor.operator_id, actor.station_id,
		lab => clinic.specimen_lab(tube.specimen_id));
	return clinic.visit_progress(actor, v, 'handed_out',
		jsonb_build_object('number', tube.number, 'of', tube.of), null);
end $$;

-- What stands against taking this cup back here and now; code null when nothing does.
create or replace function clinic.cup_judge(actor clinic.actor, tube clinic.specimen, v clinic.visit, own clinic.visit,
	labels clinic.label_status[], copy int) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	h clinic.hand_out;
	words jsonb := jsonb_build_object('number', tube.number, 'of', tube.of,
		'name', (select clinic.patient_name(p) from clinic.patient p where p.patient_id = tube.patient_id));
begin
	select x.* into h from clinic.hand_out x where x.specimen_id = tube.specimen_id;
	if copy is null and clinic.square_code_only(tube.specimen_id, labels) then
		return clinic.judged('question', 'scan_the_square', words, own.visit_id);
	elsif not clinic.scan_is_near(actor.station_id, v.station_id)
		or not exists (select 1 from clinic.station x where x.station_id = actor.station_id and x.kind = 'collection') then
		return clinic.judged('question', 'cup_elsewhere', words || jsonb_build_object('station',
			(select x.name from clinic.station x where x.station_id = v.station_id)), own.visit_id);
	elsif clinic.cup_being_poured(own.visit_id, tube.specimen_id) is not null then
		perform clinic.visit_note(own.visit_id, actor, 'other_cup', true, jsonb_build_object('specimen_id', tube.specimen_id));
		return clinic.judged('question', 'fill_first', words, own.visit_id);
	elsif h.scanned_at > clock_timestamp() - interval '1 minute' then
		-- the trigger pulled twice: nobody was that quick
		return clinic.judged('repeat', 'handed_out_already', words || clinic.event_when_where(tube.specimen_id, array['handed_out']),
			own.visit_id);
	elsif clinic.policy_value('collected_time') ->> 'mode' is distinct from 'scan_back'
		or h.handed_out_at < clock_timestamp() - make_interval(mins => coalesce(clinic.policy_int('collected_time', 'cup_min'), 15)) then
		words := words || jsonb_build_object('minutes', extract(epoch from clock_timestamp() - h.handed_out_at)::int / 60);
		perform clinic.ask(actor, v.visit_id, 'cup_time', tube.specimen_id, copy, words);
		return clinic.judged('question', 'cup_time', words, own.visit_id);
	end if;
	return null;
end $$;

-- The cup was handed out with another name, birth date or number than the patient's now: somebody decides before it is taken
-- back; code null: it was not. Of a visit that is over that is asked where the cup is.
create or replace function clinic.cup_of_before(actor clinic.actor, tube clinic.specimen, v clinic.visit, own clinic.visit)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	l clinic.label_status;
begin
	select x.* into l from clinic.visit_labels(v.visit_id) x where x.specimen_id = tube.specimen_id and x.state = 'on_tube';
	if l.specimen_id is null or not clinic.label_is_outdated(v, l) then
		return null;
	end if;
	perform clinic.visit_note(v.visit_id, actor, 'label_of_before', true, jsonb_build_object('specimen_id', tube.specimen_id, 'copy', l.copy));
	if v.state = 'closed' then
		perform clinic.ask(actor, v.visit_id, 'label_outdated', tube.specimen_id, l.copy);
	elsif own.visit_id is distinct from v.visit_id then
		return clinic.label_of_others(actor, v, own, l); -- who answers takes the visit
	end if;
	return clinic.judged('question', 'label_of_before', '{}', own.visit_id);
end $$;

-- The cup is back: collected (promise 3). Who holds the visit, and whether it is still open, does not matter.
create or replace function clinic.cup_collected(actor clinic.actor, tube clinic.specimen, v clinic.visit, own clinic.visit,
	scan_id bigint, at timestamptz, source text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('number', tube.number, 'of', tube.of,
		'name', (select clinic.patient_name(p) from clinic.patient p where p.patient_id = tube.patient_id));
begin
	perform custody.append(tube.specimen_id, 'collected', jsonb_build_object('source', source,
		'identified_by', v.identified_by, 'labelled_by', (select e.operator_id from custody.event e
			where e.subject = tube.specimen_id and e.kind = 'handed_out' order by e.event_id desc limit 1),
		'stated_by', v.stated_by ->> 'who', 'check', 'handed_back', 'visit', v.visit_id, 'scan', scan_id)
		|| clinic.stood_by(v),
		actor.operator_id, actor.station_id, occurred_at => at, lab => clinic.specimen_lab(tube.specimen_id));
	perform clinic.hand_out_end(tube.specimen_id);
	delete from clinic.question q where q.code = 'cup_time' and q.specimen_id = tube.specimen_id;
	perform clinic.tests_collected(actor, array[tube.specimen_id]);
	update clinic.visit x set collected_at = greatest(x.collected_at, at) where x.visit_id = v.visit_id returning x.* into v;
	perform clinic.visit_note(v.visit_id, actor, 'cup_back', detail => jsonb_build_object('specimen_id', tube.specimen_id));
	if clinic.tubes_to_fill(tube.specimen_id) <> '{}' then
		if own.visit_id = v.visit_id then
			own := v;
		end if;
		return clinic.fill_begin(actor, tube, v, own, words);
	elsif own.visit_id = v.visit_id then
		return clinic.visit_progress(actor, v, 'cup_back', words, null);
	elsif v.state in ('labels', 'parked') and clinic.visit_is_spent(v.visit_id) then
		perform clinic.visit_finish(actor, v, 'handed_back', '', '{}');
	end if;
	return clinic.judged('stored', 'cup_back', words, own.visit_id);
end $$;

-- Nothing is left to do and nothing to show to the patient: all that was collected came back in cups.
create or replace function clinic.visit_is_spent(visit_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.visit_open_labels($1) = 0 and clinic.cups_out($1) = 0 and not clinic.visit_has_labelled($1)
		and exists (select 1 from clinic.specimen s join clinic.hand_out h on h.specimen_id = s.specimen_id
			where s.visit_id = $1 and clinic.specimen_was_collected(s.specimen_id));
end $$;

-- Tubes that the closing will make collected, and that the patient can read.
create or replace function clinic.visit_has_labelled(visit_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.specimen s where s.visit_id = $1 and (custody.state(s.specimen_id)).kind = 'labelled');
end $$;

-- The answer to cup_time: yes = filled just now, at its scan; else no, with collected_at and collected_source.
create or replace function clinic.cup_time_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	q clinic.question;
	tube clinic.specimen;
	visits record;
	own_id bigint;
	given record;
	before clinic.judgement;
begin
	select x.* into q from clinic.question x where x.station_id = actor.station_id and x.code = 'cup_time';
	select * into visits from clinic.scan_visits(actor, q.visit_id);
	own_id := (visits.own).visit_id;
	if q.code is null or clinic.names_another_visit(args, q.visit_id) then
		return clinic.judged('question', 'no_question', '{}', own_id);
	elsif clinic.arg(args, 'choice') is null or clinic.arg(args, 'choice') not in ('yes', 'no') then
		return clinic.judged('question', 'bad_request', '{"what": "choice"}', own_id);
	end if;
	select x.* into tube from clinic.specimen x where x.specimen_id = q.specimen_id;
	perform custody.lock_subjects(array[tube.specimen_id]);
	if (custody.state(tube.specimen_id)).kind is distinct from 'handed_out' then
		perform clinic.ask_end(actor.station_id);
		return clinic.judged('question', 'not_now', '{}', own_id);
	end if;
	before := clinic.cup_of_before(actor, tube, visits.v, visits.own); -- the name was changed since it was asked
	if before.code is not null then
		delete from clinic.question x where x.station_id = actor.station_id and x.code = 'cup_time';
		return before;
	elsif clinic.arg(args, 'choice') = 'yes' then
		return clinic.cup_collected(actor, tube, visits.v, visits.own, null, q.asked_at, 'scan_back');
	end if;
	select g.at, g.source into given from clinic.collected_time_given(visits.v, args) g;
	if given.at is null then
		return clinic.judged('question', case when clinic.arg(args, 'collected_at') is null then 'cup_time_needed'
			else 'collected_time_wrong' end, '{}', own_id);
	end if;
	return clinic.cup_collected(actor, tube, visits.v, visits.own, null, given.at, given.source);
end $$;

-- The cup of a closed visit that will not come back.
create or replace function clinic.cup_not_collected(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	cup text := (select h.specimen_id from clinic.hand_out h join clinic.visit v on v.visit_id = h.visit_id
		where h.specimen_id = clinic.arg(args, 'specimen_id') and h.ended_at is null and v.state = 'closed');
	visits record;
begin
	if cup is null then
		return clinic.judged('question', 'no_visit');
	elsif not coalesce(clinic.reason_known('not_collected', clinic.arg(args, 'reason')), false) then
		return clinic.judged('question', 'reason_needed');
	end if;
	select * into visits from clinic.scan_visits(actor, (select h.visit_id from clinic.hand_out h where h.specimen_id = cup));
	perform custody.lock_subjects(array[cup]);
	if (custody.state(cup)).kind is distinct from 'handed_out' then
		return clinic.judged('question', 'not_now', '{}', (visits.own).visit_id);
	end if;
	perform clinic.not_collected_do(visits.v, actor, cup, clinic.arg(args, 'reason'));
	return clinic.judged('stored', 'not_collected', '{}', (visits.own).visit_id);
end $$;

-- What is with patients now, the one due first at the top.
create or replace function clinic.cups_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('specimen_id', h.specimen_id, 'visit_id', h.visit_id,
			'patient_id', p.patient_id, 'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id),
			'container', clinic.container_view(c), 'handed_out_at', h.handed_out_at, 'due_at', h.due_at,
			'late', h.due_at < now()) order by h.due_at, h.specimen_id), '[]')
		from clinic.hand_out h
		join clinic.specimen s on s.specimen_id = h.specimen_id
		join clinic.container_type c on c.container_type_id = s.container_type_id
		join clinic.patient p on p.patient_id = s.patient_id
		where h.ended_at is null);
end $$;
