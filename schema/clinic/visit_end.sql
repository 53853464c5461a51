-- Tubes and visits come to an end: not collected, closed, parked, stopped.

-- ---- tests of a tube ------------------------------------------------------------------------------------

-- The tests of a tube that will not come, unless another tube of the same visit still carries them.
create or replace function clinic.tests_release(specimen_id text, next_state text, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.lab_order_test t set state = next_state, state_at = now(), reason = why
	from clinic.specimen_test w
	where w.specimen_id = $1 and w.lab_order_test_id = t.lab_order_test_id and t.state in ('in_visit', 'collected')
		and not exists (select 1 from clinic.specimen_test o
			where o.lab_order_test_id = t.lab_order_test_id and o.specimen_id <> $1
				and coalesce((custody.state(o.specimen_id)).kind, '') not in ('not_collected', 'held'));
end $$;

-- The tests of these tubes are collected; a cancelled one that was drawn all the same too.
create or replace function clinic.tests_collected(specimen_ids text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.lab_order_test t set state = 'collected', state_at = now()
	from clinic.specimen_test w
	where w.specimen_id = any ($1) and w.lab_order_test_id = t.lab_order_test_id and t.state in ('in_visit', 'cancelled');
end $$;

create or replace function clinic.reason_known(kind text, code text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.reason r where r.kind = $1 and r.code = $2);
end $$;

-- The specimen named in args, when it is of the person's open visit.
create or replace function clinic.specimen_in_visit(v clinic.visit, args jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select s.specimen_id from clinic.specimen s
		where s.specimen_id = clinic.arg(args, 'specimen_id') and s.visit_id = (v).visit_id);
end $$;

create or replace function clinic.not_collected(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	why text := clinic.arg(args, 'reason');
	kind text;
	again boolean;
begin
	if tube is null and exists (select 1 from clinic.hand_out h where h.specimen_id = clinic.arg(args, 'specimen_id')) then
		return clinic.cup_not_collected(actor, args);
	elsif v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif tube is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}', v.visit_id);
	elsif not coalesce(clinic.reason_known('not_collected', why), false) then
		return clinic.judged('question', 'reason_needed', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]);
	kind := (custody.state(tube)).kind;
	if kind = 'not_collected' then
		return clinic.judged('repeat', 'not_collected', '{}', v.visit_id);
	elsif kind not in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		return clinic.judged('question', 'not_now', '{}', v.visit_id);
	end if;
	perform clinic.not_collected_do(v, actor, tube, why);
	return clinic.visit_progress(actor, v, 'not_collected', '{}', null);
end $$;

create or replace function clinic.not_collected_do(v clinic.visit, actor clinic.actor, tube text, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.print_jobs_drop(v.visit_id, tube, actor, 'not collected');
	perform custody.append(tube, 'not_collected', jsonb_build_object('reason', why, 'visit', v.visit_id),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	perform clinic.hand_out_end(tube);
	perform clinic.tests_release(tube,
		case when (select r.tests_due from clinic.reason r where r.kind = 'not_collected' and r.code = why)
			then 'due' else 'not_collected' end, why);
	perform clinic.visit_note(v.visit_id, actor, 'not_collected', detail =>
		jsonb_build_object('specimen_id', tube, 'reason', why));
end $$;

-- ---- a label comes to an end -----------------------------------------------------------------------------

create or replace function clinic.label_ended(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	how text := clinic.arg(args, 'end');
	l clinic.label_status;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif tube is null or how is null or how not in ('destroyed', 'voided') then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id, copy, end"}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]);
	select x.* into l from clinic.visit_labels(v.visit_id) x
	where x.specimen_id = tube and x.copy = clinic.arg_bigint(args, 'copy');
	if l.copy is null then
		return clinic.judged('question', 'bad_request', '{"what": "copy"}', v.visit_id);
	elsif l.state in ('destroyed', 'voided') then
		return clinic.judged('repeat', 'label_ended', '{}', v.visit_id);
	elsif l.state = 'on_tube' and l.tube_kind <> 'not_collected' then
		return clinic.judged('question', 'label_is_on_tube', '{}', v.visit_id);
	elsif how = 'destroyed' and not l.possible then
		return clinic.judged('question', 'label_not_out', '{}', v.visit_id);
	end if;
	perform clinic.label_drop(v, actor, l, how, coalesce(left(clinic.arg(args, 'reason'), 200), ''));
	return clinic.visit_progress(actor, v, 'label_ended', '{}', null);
end $$;

-- Ends a label and what its job still would do.
create or replace function clinic.label_drop(v clinic.visit, actor clinic.actor, l clinic.label_status, how text, why text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if l.job_state in ('queued', 'proved') or l.job_state = 'unknown' and how = 'voided' then
		perform clinic.print_job_move_to(l.print_job_id, 'void', 'person', actor, jsonb_build_object('message', why));
	elsif l.job_state = 'unknown' then
		perform clinic.print_job_move_to(l.print_job_id, 'printed', 'person', actor, '{"evidence": "it was torn up"}');
	end if;
	perform clinic.label_set_end(l.specimen_id, l.copy, 'label_' || how, actor, jsonb_build_object('why', why));
	delete from clinic.question q where q.visit_id = v.visit_id and q.specimen_id = l.specimen_id and q.copy = l.copy;
	perform clinic.visit_note(v.visit_id, actor, 'label_' || how, detail =>
		jsonb_build_object('specimen_id', l.specimen_id, 'copy', l.copy, 'why', why));
end $$;

create or replace function clinic.reprinted(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	printer bigint := coalesce(clinic.arg_bigint(args, 'device_id'), clinic.printer_of(actor.station_id));
	kind text;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif tube is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}', v.visit_id);
	elsif not coalesce(clinic.reason_known('reprint', clinic.arg(args, 'reason')), false) then
		return clinic.judged('question', 'reason_needed', '{}', v.visit_id);
	elsif printer is null or not clinic.printer_is_near(printer, actor.station_id) then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]);
	kind := (custody.state(tube)).kind;
	if kind not in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		return clinic.judged('question', 'not_now', '{}', v.visit_id);
	end if;
	return clinic.reprint_do(v, actor, tube, printer, clinic.arg(args, 'reason'));
end $$;

-- The next copy. What was not sent yet does not go any more; everything else stays to be accounted for.
create or replace function clinic.reprint_do(v clinic.visit, actor clinic.actor, tube text, printer bigint, why text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	job bigint;
begin
	if printer is null then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	end if;
	perform clinic.print_jobs_drop(v.visit_id, tube, actor, 'printed again');
	job := clinic.label_print(v, tube, printer, actor, why);
	if job is null then
		return clinic.judged('question', 'copies_used_up', '{}', v.visit_id);
	end if;
	perform clinic.visit_note(v.visit_id, actor, 'reprinted', detail => jsonb_build_object('specimen_id', tube, 'reason', why));
	return clinic.judged('stored', 'reprinted', jsonb_build_object('copy', (select p.copy from clinic.print_job p
		where p.print_job_id = job)), v.visit_id);
end $$;

-- Did the label come out? A person answers what the printer could not say.
create or replace function clinic.print_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	answer text := clinic.arg(args, 'came_out');
	l clinic.label_status;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	end if;
	select x.* into l from clinic.visit_labels(v.visit_id) x where x.print_job_id = clinic.arg_bigint(args, 'print_job_id');
	if l.copy is null or answer is null or answer not in ('yes', 'no', 'not_sure') then
		return clinic.judged('question', 'bad_request', '{"what": "print_job_id, came_out"}', v.visit_id);
	elsif l.job_state <> 'unknown' then
		return clinic.judged('repeat', 'print_answered', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[l.specimen_id]);
	perform clinic.visit_note(v.visit_id, actor, 'came_out_' || answer, detail =>
		jsonb_build_object('specimen_id', l.specimen_id, 'copy', l.copy));
	if answer = 'yes' then
		perform clinic.print_job_move_to(l.print_job_id, 'printed', 'person', actor, '{"evidence": "a person saw it"}');
		return clinic.judged('stored', 'came_out', '{}', v.visit_id);
	end if;
	perform clinic.print_job_move_to(l.print_job_id, 'void', 'person', actor, jsonb_build_object('evidence', answer));
	if answer = 'no' then
		perform clinic.label_set_end(l.specimen_id, l.copy, 'label_voided', actor, '{"why": "did_not_come_out"}');
		return clinic.judged('stored', 'did_not_come_out', '{}', v.visit_id);
	elsif l.tube_kind = 'not_collected' then
		return clinic.judged('stored', 'tear_it_up', '{}', v.visit_id);
	end if;
	return clinic.reprint_do(v, actor, l.specimen_id, coalesce(clinic.printer_of(actor.station_id), l.device_id), 'not_sure');
end $$;

-- ---- closing ----------------------------------------------------------------------------------------------

create or replace function clinic.visit_is_risky(v clinic.visit) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select clock_timestamp() - (v).identified_at > make_interval(mins => coalesce((r ->> 'minutes')::int, 10))
			or (r ->> 'search')::boolean and (v).found_by = 'search'
			or (r ->> 'look_alike')::boolean and exists (select 1 from clinic.visit_act a where a.visit_id = (v).visit_id
				and a.act = 'opened' and (a.detail ->> 'look_alikes')::int > 0)
			or (r ->> 'other_person')::boolean and exists (select 1 from clinic.visit_act a where a.visit_id = (v).visit_id
				and (a.operator_id <> (v).identified_by or a.act = 'moved_here'))
			or (r ->> 'reprint')::boolean and exists (select 1 from clinic.specimen s
				join clinic.label l on l.specimen_id = s.specimen_id where s.visit_id = (v).visit_id and l.copy > 1)
		from clinic.policy_value('risky') r);
end $$;

-- The check that the policy asks for at the end of this visit; null: none.
create or replace function clinic.closing_check(v clinic.visit) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case clinic.policy_text('closing_check')
		when 'off' then null
		when 'rescan_token' then 'slip'
		when 'when_risky' then case when clinic.visit_is_risky(v) then 'patient_read' end
		else 'patient_read' end;
end $$;

-- After each step of a visit: the reply to it; that a cup is still out; or, when nothing is left and nobody is to be
-- shown a tube, the closing.
create or replace function clinic.visit_progress(actor clinic.actor, v clinic.visit, code text, words jsonb, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	cups int := clinic.cups_out(v.visit_id);
	spent boolean;
	done clinic.judgement;
begin
	if code = 'handed_out' or clinic.visit_open_labels(v.visit_id) > 0 then
		return clinic.judged('stored', code, words, v.visit_id, about);
	elsif cups > 0 then
		return clinic.judged('stored', 'cup_is_out', words || jsonb_build_object('n', cups), v.visit_id, about);
	end if;
	spent := clinic.visit_is_spent(v.visit_id);
	if spent or clinic.closing_check(v) is null then
		done := clinic.visit_finish(actor, v, case when spent then 'handed_back' else 'off' end, '', '{}');
		if done.verdict = 'complete' then
			done.about := about;
			done.words := words || done.words;
			return done;
		end if;
	end if;
	return clinic.judged('complete', 'labels_done', words, v.visit_id, about);
end $$;

create or replace function clinic.visit_closed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	-- there is nothing to show where nothing was labelled
	asked text := case when clinic.visit_has_labelled(v.visit_id) then clinic.closing_check(v) end;
	given text := clinic.arg(args, 'check');
	why text := coalesce(clinic.arg(args, 'reason'), '');
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif v.state <> 'labels' then
		return clinic.judged('question', 'identify_first', '{}', v.visit_id);
	elsif given is null or given not in ('patient_read', 'slip', 'no_patient') then
		return clinic.judged('question', 'bad_request', '{"what": "check"}', v.visit_id);
	elsif given = 'slip' and not exists (select 1 from clinic.slip s
		where s.slip = clinic.arg(args, 'slip') and s.patient_id = v.patient_id) then
		return clinic.judged('question', 'closing_slip', '{}', v.visit_id);
	elsif asked = 'slip' and given = 'patient_read' then
		return clinic.judged('question', 'closing_slip', '{}', v.visit_id);
	elsif given = 'no_patient' and not clinic.reason_known('no_patient', why) then
		return clinic.judged('question', 'reason_needed', '{}', v.visit_id);
	end if;
	return clinic.visit_finish(actor, v, given, why, args);
end $$;

-- When a labelled tube was collected: its scan-back, when that came soon enough after the identification; else null.
create or replace function clinic.collected_by_scan(v clinic.visit, specimen_id text) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select case when p ->> 'mode' = 'scan_back'
			and st.occurred_at - (v).identified_at <= make_interval(mins => coalesce((p ->> 'within_min')::int, 10))
			then st.occurred_at end
		from clinic.policy_value('collected_time') p, custody.state(specimen_id) st);
end $$;

-- The time a person gives: not in the future; not before the identification, unless it was written on paper then.
create or replace function clinic.collected_time_given(v clinic.visit, args jsonb, out at timestamptz, out source text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	source := clinic.arg(args, 'collected_source');
	at := clinic.arg_time(args, 'collected_at');
	if at is null or not isfinite(at) or source is null or source not in ('typed', 'patient_stated', 'paper')
		or at > clock_timestamp() or at < date_trunc('minute', v.identified_at) and source <> 'paper'
		or at < v.identified_at - interval '30 days' then
		at := null;
	end if;
end $$;

-- Everything accounted for: the labelled tubes are collected, the visit closes.
create or replace function clinic.visit_finish(actor clinic.actor, v clinic.visit, how text, why text, args jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	left_over int := clinic.visit_open_labels(v.visit_id);
	asked text := clinic.stand_by_asked(v, left_over);
	tubes text[];
	given record;
	tube text;
	at timestamptz;
	latest timestamptz := v.collected_at;
	cups int := clinic.cups_out(v.visit_id);
begin
	if left_over > 0 then
		return clinic.judged('question', 'labels_open', jsonb_build_object('n', left_over), v.visit_id);
	elsif asked is not null then
		return clinic.judged('question', asked, '{}', v.visit_id);
	end if;
	tubes := array(select s.specimen_id from clinic.specimen s
		where s.visit_id = v.visit_id and (custody.state(s.specimen_id)).kind = 'labelled' order by s.specimen_id);
	perform custody.lock_subjects(tubes);
	select g.at, g.source into given from clinic.collected_time_given(v, args) g;
	if given.at is null and exists (select 1 from unnest(tubes) x where clinic.collected_by_scan(v, x) is null) then
		return clinic.judged('question', case when clinic.arg(args, 'collected_at') is null then 'collected_time'
			else 'collected_time_wrong' end, '{}', v.visit_id);
	end if;
	foreach tube in array tubes loop
		at := coalesce(clinic.collected_by_scan(v, tube), given.at);
		latest := greatest(latest, at);
		perform custody.append(tube, 'collected', jsonb_build_object(
			'source', case when clinic.collected_by_scan(v, tube) is not null then 'scan_back' else given.source end,
			'identified_by', v.identified_by, 'drawn_by', coalesce(v.drawn_by, v.held_by),
			'labelled_by', (select e.operator_id from custody.event e where e.subject = tube and e.kind = 'labelled'
				order by e.event_id desc limit 1),
			'stated_by', v.stated_by ->> 'who', 'check', how, 'visit', v.visit_id) || clinic.stood_by(v),
			actor.operator_id, actor.station_id, occurred_at => at, lab => clinic.specimen_lab(tube));
	end loop;
	perform clinic.tests_collected(tubes);
	update clinic.visit x set state = 'closed', closed_at = clock_timestamp(), closed_by = actor.operator_id,
		close_check = how, close_reason = nullif(why, ''), collected_at = latest where x.visit_id = v.visit_id;
	perform clinic.ask_end(v.station_id, v.visit_id);
	perform clinic.visit_note(v.visit_id, actor, case how when 'no_patient' then 'closed_without_patient' else 'closed' end,
		detail => jsonb_build_object('check', how, 'reason', why));
	return clinic.judged('complete', case when cups > 0 then 'visit_closed_cup_out' else 'visit_closed' end, jsonb_build_object(
		'cups', cups, 'n', (select count(*) from clinic.specimen s where s.visit_id = v.visit_id
			and (custody.state(s.specimen_id)).kind = 'collected')), v.visit_id);
end $$;

-- ---- park, resume, take over ---------------------------------------------------------------------------------

create or replace function clinic.visit_parked(actor clinic.actor) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	most int := clinic.policy_int('park_limit', 'per_person');
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif (select count(*) from clinic.visit x where x.held_by = actor.operator_id and x.state = 'parked') >= most then
		return clinic.judged('question', 'park_limit', jsonb_build_object('n', most), v.visit_id);
	end if;
	update clinic.visit x set state = 'parked', parked_at = clock_timestamp() where x.visit_id = v.visit_id;
	perform clinic.ask_end(v.station_id, v.visit_id);
	perform clinic.visit_note(v.visit_id, actor, 'parked');
	return clinic.judged('stored', 'parked');
end $$;

create or replace function clinic.visit_resumed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id bigint := clinic.arg_bigint(args, 'visit_id');
	own clinic.visit;
	v clinic.visit;
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	own := clinic.visit_of(actor.operator_id);
	v := clinic.visit_lock(id);
	if v.visit_id is null then
		return clinic.judged('question', 'bad_request', '{"what": "visit_id"}', own.visit_id);
	elsif own.visit_id = v.visit_id and v.station_id = actor.station_id then
		return clinic.judged('repeat', 'visit_is_open', '{}', v.visit_id);
	elsif own.visit_id <> v.visit_id then
		return clinic.judged('question', 'close_yours_first', '{}', own.visit_id);
	elsif v.state not in ('identify', 'labels', 'parked') then
		return clinic.judged('question', 'visit_over', '{}', null);
	elsif v.held_by <> actor.operator_id and v.state <> 'parked' then
		return clinic.visit_elsewhere(actor, v);
	end if;
	return clinic.visit_take(actor, v);
end $$;

-- The visit comes to this person and this station. Birth dates are shuffled anew.
create or replace function clinic.visit_take(actor clinic.actor, v clinic.visit) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.ask_end(actor.station_id);
	perform clinic.ask_end(v.station_id, v.visit_id);
	update clinic.visit x set held_by = actor.operator_id, station_id = actor.station_id, parked_at = null,
		state = case when x.identified_at is null then 'identify' else 'labels' end, asked_at = clock_timestamp(),
		birth_choices = case when x.identified_at is null then array(select d from unnest(x.birth_choices) d order by random())
			else x.birth_choices end
	where x.visit_id = v.visit_id;
	perform clinic.visit_note(v.visit_id, actor, case when v.held_by <> actor.operator_id then 'taken_over'
		when v.state = 'parked' then 'resumed' else 'moved_here' end, detail => jsonb_build_object('from', v.held_by));
	return clinic.judged('stored', 'visit_resumed', '{}', v.visit_id);
end $$;

-- ---- Stop: "we made a mistake" ---------------------------------------------------------------------------------

-- Freezes a visit: labels void, tubes held wherever they are, the tests asked for again. Never refused.
create or replace function clinic.visit_stop(actor clinic.actor, id bigint, note text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_lock(id);
	was text := v.state;
	tubes text[] := array(select s.specimen_id from clinic.specimen s where s.visit_id = id order by s.specimen_id);
	l clinic.label_status;
	tube text;
begin
	if was = 'mistake' then
		return clinic.judged('repeat', 'mistake', '{}', id);
	end if;
	perform custody.lock_subjects(tubes);
	perform clinic.print_jobs_drop(id, null, actor, 'stopped');
	for l in select x.* from clinic.visit_labels(id) x where x.state not in ('voided', 'destroyed') or x.job_state = 'unknown' loop
		if l.job_state = 'unknown' then
			perform clinic.print_job_move_to(l.print_job_id, 'void', 'person', actor, '{"message": "stopped"}');
		end if;
		perform clinic.label_set_end(l.specimen_id, l.copy, 'label_voided', actor, '{"why": "mistake"}');
	end loop;
	foreach tube in array tubes loop
		perform clinic.hand_out_end(tube);
		perform custody.append(tube, 'held', jsonb_build_object('why', 'mistake', 'visit', id),
			actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	end loop;
	-- a cancelled test stays cancelled: it is asked for again by nobody
	update clinic.lab_order_test t set state = 'due', state_at = now(), reason = 'mistake'
	from clinic.specimen_test w join clinic.specimen s on s.specimen_id = w.specimen_id
	where s.visit_id = id and w.lab_order_test_id = t.lab_order_test_id and t.state in ('in_visit', 'collected');
	update clinic.visit x set state = 'mistake', closed_at = coalesce(x.closed_at, clock_timestamp()),
		closed_by = coalesce(x.closed_by, actor.operator_id), close_reason = nullif(note, '') where x.visit_id = id;
	perform clinic.ask_end(v.station_id, id);
	perform clinic.visit_note(id, actor, 'mistake', detail =>
		jsonb_build_object('good_catch', true, 'was', was, 'tubes', cardinality(tubes), 'note', note));
	return clinic.judged('stored', 'mistake', jsonb_build_object('n', cardinality(tubes)), id);
end $$;

-- Which visit is meant: the one named, that of the tube, one's own, the one at this station. When none is, the next
-- tube scanned here tells.
create or replace function clinic.mistake_made(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text := left(clinic.arg(args, 'specimen_id'), 12);
	note text := coalesce(left(clinic.arg(args, 'note'), 1000), '');
	id bigint;
begin
	id := coalesce(
		(select s.visit_id from clinic.specimen s where s.specimen_id = tube),
		(select v.visit_id from clinic.visit v where v.visit_id = clinic.arg_bigint(args, 'visit_id')));
	if id is null and (tube is not null or clinic.arg(args, 'visit_id') is not null) then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id or visit_id"}');
	end if;
	id := coalesce(id, (clinic.visit_of(actor.operator_id)).visit_id,
		(select v.visit_id from clinic.visit v where v.station_id = actor.station_id and v.state in ('identify', 'labels')
			order by v.visit_id desc limit 1));
	if id is not null then
		return clinic.visit_stop(actor, id, note);
	end if;
	perform clinic.ask(actor, null, 'which_tube');
	return clinic.judged('question', 'which_tube');
end $$;

-- ---- answers to what stands on the screen ----------------------------------------------------------------------

create or replace function clinic.visit_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
	q clinic.question;
	choice text := clinic.arg(args, 'choice');
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	if clinic.arg(args, 'code') = 'cup_time' then
		return clinic.cup_time_answered(actor, args);
	end if;
	v := clinic.visit_and_patient_of(actor.operator_id);
	q := clinic.question_now(v, actor.station_id);
	if q.code is null or q.code is distinct from clinic.arg(args, 'code') then
		return clinic.judged('question', 'no_question', '{}', v.visit_id);
	elsif choice is null or choice <> all (clinic.question_commands(q.code)) then
		return clinic.judged('question', 'bad_request', '{"what": "choice"}', v.visit_id);
	end if;
	perform clinic.ask_end(actor.station_id);
	if choice in ('no', 'back') and q.code in ('take_over', 'visit_parked', 'other_room', 'drawn_by', 'open_another', 'which_tube') then
		return clinic.judged('note', 'left_as_it_is', '{}', v.visit_id);
	end if;
	case
		when q.code = 'attest' then
			return clinic.visit_attested(actor, v, args);
		when q.code in ('take_over', 'visit_parked', 'other_room') then
			return clinic.visit_taken_over(actor, v, (q.data ->> 'visit_id')::bigint);
		when q.code = 'open_another' then
			return clinic.visit_switched(actor, q);
		when q.code in ('drawn', 'no_printer') then
			if not clinic.visit_print(v, actor, clinic.printer_of(actor.station_id)) then
				return clinic.judged('question', 'no_printer', '{}', v.visit_id);
			end if;
			return clinic.judged('stored', 'labels_print', '{}', v.visit_id);
		when q.code = 'print_again' then
			perform custody.lock_subjects(array[q.specimen_id]);
			return clinic.reprint_do(v, actor, q.specimen_id, clinic.printer_of(actor.station_id), 'did_not_come_out');
		when q.code = 'drawn_by' then
			update clinic.visit x set drawn_by = (q.data ->> 'operator_id')::bigint where x.visit_id = v.visit_id;
			return clinic.judged('stored', 'drawn_by_stored', q.data, v.visit_id);
		when q.code = 'order_cancelled' then
			return clinic.cancel_answered(actor, v, q, choice);
		when q.code = 'old_label' then
			return clinic.label_ended(actor, jsonb_build_object('specimen_id', q.specimen_id, 'copy', q.copy,
				'end', case choice when 'torn_up' then 'destroyed' else 'voided' end, 'reason', 'not_found'));
		when q.code = 'did_it_come_out' then
			return clinic.print_answered(actor, jsonb_build_object('print_job_id', q.data -> 'print_job_id', 'came_out', choice));
	end case;
end $$;

-- By the person's own badge or a yes: the visit of another comes to this one.
create or replace function clinic.visit_taken_over(actor clinic.actor, own clinic.visit, id bigint) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_lock(id);
begin
	if own.visit_id <> id then
		return clinic.judged('question', 'close_yours_first', '{}', own.visit_id);
	elsif v.state not in ('identify', 'labels', 'parked') then
		return clinic.judged('question', 'visit_over');
	end if;
	return clinic.visit_take(actor, v);
end $$;

-- Park the one, open the other.
create or replace function clinic.visit_switched(actor clinic.actor, q clinic.question) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	parked clinic.judgement := clinic.visit_parked(actor);
begin
	if parked.verdict <> 'stored' then
		return parked;
	end if;
	return clinic.visit_begin(actor, (q.data ->> 'patient_id')::bigint, q.data ->> 'slip', q.data ->> 'found_by');
end $$;

create or replace function clinic.cancel_answered(actor clinic.actor, v clinic.visit, q clinic.question, choice text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if choice = 'yes' then
		perform clinic.visit_note(v.visit_id, actor, 'drawn_though_cancelled', detail =>
			jsonb_build_object('specimen_id', q.specimen_id));
		return clinic.visit_progress(actor, v, 'drawn_though_cancelled', '{}', null);
	end if;
	perform custody.lock_subjects(array[q.specimen_id]);
	perform clinic.not_collected_do(v, actor, q.specimen_id, 'order_cancelled');
	return clinic.visit_progress(actor, v, 'not_collected', '{}', null);
end $$;

-- The wrong label or tube in hand: what became of it. The code must have been scanned again first.
create or replace function clinic.alarm_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	a clinic.alarm;
	visits record;
	chosen text := clinic.arg(args, 'choice');
begin
	select x.* into a from clinic.alarm x where x.station_id = actor.station_id and x.answered_at is null;
	select * into visits from clinic.scan_visits(actor,
		(select s.visit_id from clinic.specimen s where s.specimen_id = a.specimen_id));
	select x.* into a from clinic.alarm x where x.alarm_id = a.alarm_id and x.answered_at is null for update;
	if a.alarm_id is null then
		return clinic.judged('repeat', 'no_alarm', '{}', (visits.own).visit_id);
	elsif chosen is null or chosen not in ('label_removed', 'tube_set_aside') then
		return clinic.judged('question', 'bad_request', '{"what": "choice"}', (visits.own).visit_id);
	elsif a.rescanned_at is null then
		return clinic.judged('stop', 'scan_it_again', '{}', (visits.own).visit_id);
	end if;
	update clinic.alarm x set choice = chosen, answered_at = clock_timestamp(), answered_by = actor.operator_id
	where x.alarm_id = a.alarm_id;
	if a.specimen_id is not null then
		perform clinic.alarm_settle(actor, a, visits.v, chosen);
	end if;
	return clinic.judged('stored', chosen, '{}', (visits.own).visit_id);
end $$;

-- Label removed: that label counts for nothing any more. Tube set aside: neither does it, and nobody goes on with the
-- tube; what was not collected yet is drawn again.
create or replace function clinic.alarm_settle(actor clinic.actor, a clinic.alarm, v clinic.visit, chosen text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	lab int := clinic.specimen_lab(a.specimen_id);
	kind text;
	l clinic.label_status;
begin
	perform custody.lock_subjects(array[a.specimen_id]);
	kind := coalesce((custody.state(a.specimen_id)).kind, '');
	l := clinic.label_meant(array(select x from clinic.visit_labels(v.visit_id) x), a.specimen_id, a.copy);
	perform custody.append(a.specimen_id, chosen, jsonb_build_object('alarm', a.code, 'copy', l.copy),
		actor.operator_id, actor.station_id, lab => lab);
	if l.state not in ('voided', 'destroyed') then
		perform clinic.label_drop(v, actor, l, 'voided', chosen);
	end if;
	if chosen = 'label_removed' or kind = 'held' then
		return;
	end if;
	perform clinic.print_jobs_drop(v.visit_id, a.specimen_id, actor, chosen);
	perform clinic.hand_out_end(a.specimen_id);
	perform custody.append(a.specimen_id, 'held', jsonb_build_object('why', chosen, 'visit', v.visit_id),
		actor.operator_id, actor.station_id, lab => lab);
	if kind in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		perform clinic.tests_release(a.specimen_id, 'due', chosen);
	end if;
end $$;
