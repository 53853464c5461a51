-- A visit comes to its end: what is asked at the closing, and what the closing makes of the tubes (promise 3).

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
-- shown a tube, the closing. While a label that is out says who the patient was before, that is asked, and nothing closes.
create or replace function clinic.visit_progress(actor clinic.actor, v clinic.visit, code text, words jsonb, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	cups int := clinic.cups_out(v.visit_id);
	labels clinic.label_status[] := array(select l from clinic.visit_labels(v.visit_id) l);
	spent boolean;
	done clinic.judgement;
begin
	if code = 'handed_out' or clinic.open_labels(v.visit_id, labels) > 0 or (clinic.label_outdated(v, labels)).specimen_id is not null then
		return clinic.judged('stored', code, words, v.visit_id, about);
	elsif cups > 0 then
		return clinic.judged('stored', case code when 'on_tube' then 'cup_is_out' else code end,
			words || jsonb_build_object('n', cups), v.visit_id, about);
	elsif clinic.cup_undecided(v.visit_id) is not null then
		return clinic.judged('stored', code, words, v.visit_id, about);
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
	elsif clinic.names_another_visit(args, v.visit_id) then
		return clinic.judged('question', 'no_question', '{}', v.visit_id);
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
	labels clinic.label_status[] := array(select l from clinic.visit_labels(v.visit_id) l);
	left_over int := clinic.open_labels(v.visit_id, labels);
	outdated clinic.label_status := clinic.label_outdated(v, labels);
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
	elsif outdated.specimen_id is not null then
		return clinic.judged('question', 'label_outdated', jsonb_build_object('number', (select s.number from clinic.specimen s
			where s.specimen_id = outdated.specimen_id)), v.visit_id);
	elsif clinic.cup_undecided(v.visit_id) is not null then
		return clinic.judged('question', 'cup_kept', '{}', v.visit_id);
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
	perform clinic.tests_collected(actor, tubes);
	update clinic.visit x set state = 'closed', closed_at = clock_timestamp(), closed_by = actor.operator_id,
		-- of a visit that went on for the tubes of its cup the first closing's
		close_check = coalesce(x.close_check, how), close_reason = coalesce(x.close_reason, nullif(why, '')), collected_at = latest
	where x.visit_id = v.visit_id;
	perform clinic.ask_end(v.station_id, v.visit_id);
	perform clinic.visit_note(v.visit_id, actor, case how when 'no_patient' then 'closed_without_patient' else 'closed' end,
		detail => jsonb_build_object('check', how, 'reason', why));
	return clinic.judged('complete', case when cups > 0 then 'visit_closed_cup_out' else 'visit_closed' end, jsonb_build_object(
		'cups', cups, 'n', (select count(*) from clinic.specimen s where s.visit_id = v.visit_id
			and clinic.specimen_was_collected(s.specimen_id) and (custody.state(s.specimen_id)).kind <> 'held')), v.visit_id);
end $$;
