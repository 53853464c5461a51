-- What stands on a label changes while it waits, or after it came out. A label of which nothing was sent says what is true
-- when it is printed; of one that is out with another name or birth date a person at the visit decides.

-- ---- labels that wait -----------------------------------------------------------------------------------------------

-- A label of which nothing was sent says what is true now. What was proved already is void, and a new job has its place: a job
-- that is proved never changes. The patient and the visit are locked.
create or replace function clinic.label_anew(actor clinic.actor, j clinic.print_job) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	truth jsonb := clinic.label_content(j.specimen_id, j.copy, j.created_by);
	is_same boolean := clinic.label_template(j.specimen_id, j.device_id) is not distinct from j.template;
begin
	if truth = j.content and is_same then
		return;
	elsif j.state = 'queued' and is_same then
		update clinic.print_job x set content = truth where x.print_job_id = j.print_job_id and x.state = 'queued';
	else
		perform clinic.print_job_anew(j, j.device_id, j.station_id, j.created_by, actor, 'what stands on it changed');
	end if;
	perform clinic.separators_drop(j.visit_id, j.device_id, actor); -- it names the patient too
end $$;

-- The labels and slips of this patient of which nothing was sent (clinic.patient_visits_lock).
create or replace function clinic.labels_anew(actor clinic.actor, patient_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	perform clinic.jobs_lock(array(
		select x.print_job_id from clinic.specimen s join clinic.print_job x on x.specimen_id = s.specimen_id
		where s.patient_id = labels_anew.patient_id and x.kind = 'label' and x.state in ('queued', 'proved')
		union select x.print_job_id from clinic.slip s join clinic.print_job x on x.slip = s.slip
		where s.patient_id = labels_anew.patient_id and x.kind = 'slip' and x.state in ('queued', 'proved')));
	for j in select x.* from clinic.specimen s join clinic.print_job x on x.specimen_id = s.specimen_id
		where s.patient_id = labels_anew.patient_id and x.kind = 'label' and x.state in ('queued', 'proved') order by x.turn, x.print_job_id
	loop
		perform clinic.label_anew(actor, j);
	end loop;
	perform clinic.slips_anew(actor, patient_id);
end $$;

create or replace function clinic.slips_anew(actor clinic.actor, patient_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	for j in select x.* from clinic.print_job x where x.kind = 'slip' and x.state in ('queued', 'proved')
		and x.slip in (select s.slip from clinic.slip s where s.patient_id = slips_anew.patient_id)
		and x.content <> clinic.slip_content(x.slip) order by x.turn, x.print_job_id for update
	loop
		perform clinic.print_job_move_to(j.print_job_id, 'void', 'person', actor, '{"message": "what stands on it changed"}');
		insert into clinic.print_job (kind, slip, station_id, device_id, template, content, created_by, turn)
		values (j.kind, j.slip, j.station_id, j.device_id, j.template, clinic.slip_content(j.slip), j.created_by, j.turn);
	end loop;
end $$;

-- ---- labels that are out --------------------------------------------------------------------------------------------

-- Who the patient is, as a label tells it; letters' case and their composed or decomposed form do not count.
create or replace function clinic.identity_words(family text, given text, middle text, birth_date text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_array(lower(normalize(coalesce(family, ''))), lower(normalize(coalesce(given, ''))),
		lower(normalize(coalesce(middle, ''))), coalesce(birth_date, ''))::text;
end $$;

create or replace function clinic.patient_identity(patient_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select clinic.identity_words(p.family, p.given, p.middle, clinic.birth_known(p)) from clinic.patient p where p.patient_id = $1);
end $$;

-- What this specimen's labels tell of the patient, and those of a jar of where it is from, as a visit's story keeps it: its SHA-256.
create or replace function clinic.label_identity(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select encode(sha256(convert_to(concat(clinic.patient_identity(s.patient_id), clinic.jar_identity($1)), 'UTF8')), 'hex')
		from clinic.specimen s where s.specimen_id = $1);
end $$;

-- Those of a visit's labels that were printed with another name, birth date or number than the patient's now, or a jar's with another
-- letter, site or side, and of which nobody said since that they are good all the same; by specimen and copy.
create or replace function clinic.labels_outdated(v clinic.visit, labels clinic.label_status[]) returns clinic.label_status[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	now_ text := clinic.patient_identity(v.patient_id);
begin
	return array(
		select row(l.*)::clinic.label_status from unnest(labels) l join clinic.print_job j on j.print_job_id = l.print_job_id
		where (clinic.identity_words(j.content ->> 'family', j.content ->> 'given', j.content ->> 'middle', j.content ->> 'birth_date') <> now_
				or clinic.jar_is_other(l.specimen_id, j.content)
				or nullif(j.content ->> 'patient_number', '') is not null and not exists (select 1 from clinic.patient_number n
					where n.patient_id = v.patient_id and n.number = j.content ->> 'patient_number'))
			and not exists (select 1 from clinic.visit_act a where a.visit_id = v.visit_id and a.act = 'label_kept'
				and a.detail ->> 'specimen_id' = l.specimen_id and (a.detail ->> 'copy')::int = l.copy
				and a.detail ->> 'identity' = clinic.label_identity(l.specimen_id))
		order by l.specimen_id, l.copy);
end $$;

create or replace function clinic.label_is_outdated(v clinic.visit, l clinic.label_status) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.labels_outdated(v, array[l]) <> '{}';
end $$;

-- The first tube whose newest label is out with what was true before, and that is not collected yet (a cup may be with the
-- patient); null: none. A label that is asked for again is newer. The visit does not close before somebody answered: it can always
-- be, with No, or with the tube not collected.
create or replace function clinic.label_outdated(v clinic.visit, labels clinic.label_status[]) returns clinic.label_status
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (clinic.labels_outdated(v, array(
		select row(x.*)::clinic.label_status from (
			select distinct on (y.specimen_id) y.* from unnest(labels) y
			where y.state not in ('voided', 'destroyed', 'failed') order by y.specimen_id, y.copy desc) x
		where x.possible and x.tube_kind in ('prepared', 'label_printed', 'labelled', 'handed_out'))))[1];
end $$;

-- The same where the name of now is unusual, too: whether a new label is wanted comes first, for it is that one which needs the form.
-- Null also while a label waits for the form, or failed for want of it: then somebody wanted one, and the form comes first.
create or replace function clinic.label_outdated_first(v clinic.visit, labels clinic.label_status[]) returns clinic.label_status
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	l clinic.label_status := clinic.label_outdated(v, labels);
begin
	if exists (select 1 from unnest(labels) x where x.state in ('queued', 'printing', 'failed')
			and not exists (select 1 from unnest(labels) y where y.specimen_id = x.specimen_id and y.copy > x.copy)) then
		return null;
	end if;
	return l;
end $$;

create or replace function clinic.outdated_question(q clinic.question, l clinic.label_status) returns clinic.question
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	q.code := 'label_outdated';
	q.specimen_id := l.specimen_id;
	q.copy := l.copy;
	q.asked_at := l.job_at;
	return q;
end $$;

-- Is this the label that goes over the one on the tube, which says what was true before? Then it is not the one to be torn up.
create or replace function clinic.label_takes_over(v clinic.visit, l clinic.label_status, labels clinic.label_status[]) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (l).copy > coalesce((l).live_copy, 99) and (l).tube_kind in ('labelled', 'handed_out')
		and (l).job_state in ('sending', 'sent', 'printed', 'unknown') and not clinic.label_is_outdated(v, l)
		and exists (select 1 from unnest(labels) x where x.specimen_id = (l).specimen_id and x.copy = (l).live_copy and clinic.label_is_outdated(v, x));
end $$;

-- v: the person's own; the question may be about a cup of one that is over (clinic.cup_of_before).
create or replace function clinic.outdated_answered(actor clinic.actor, v clinic.visit, q clinic.question, again boolean)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	is_own boolean := coalesce(q.visit_id = v.visit_id, false);
	words jsonb := jsonb_build_object('number', (select s.number from clinic.specimen s where s.specimen_id = q.specimen_id));
begin
	if again and not is_own then
		return clinic.judged('question', 'visit_over', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[q.specimen_id]);
	if again then
		return clinic.reprint_do(v, actor, q.specimen_id, clinic.printer_of(actor.station_id), 'identity_changed');
	end if;
	perform clinic.visit_note(q.visit_id, actor, 'label_kept', detail => jsonb_build_object('specimen_id', q.specimen_id, 'copy', q.copy,
		'identity', clinic.label_identity(q.specimen_id)));
	if is_own then
		return clinic.visit_progress(actor, v, 'label_kept', words, null);
	end if;
	return clinic.judged('stored', 'label_kept', words, v.visit_id);
end $$;
