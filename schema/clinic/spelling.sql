-- A name that no font can write: a label spells it in Latin letters, marked, once a person said that this is right (LB-03).
-- It is asked once for each name, not for each label; another name of the same patient is asked about anew.

create or replace function clinic.name_spelling_frozen() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'what somebody confirmed is not changed' using errcode = 'insufficient_privilege';
end $$;
drop trigger if exists name_spelling_frozen on clinic.name_spelling;
create trigger name_spelling_frozen before update or delete on clinic.name_spelling
	for each row execute function clinic.name_spelling_frozen();

-- What the press offers, as it may be kept; null when it is none.
create or replace function clinic.spelling_told(told jsonb) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when jsonb_typeof(told -> 'family') = 'string' and jsonb_typeof(told -> 'given') = 'string' and jsonb_typeof(told -> 'middle') = 'string'
		and concat(told ->> 'family', told ->> 'given', told ->> 'middle') <> ''
		and greatest(octet_length(told ->> 'family'), octet_length(told ->> 'given'), octet_length(told ->> 'middle')) <= 640
		then jsonb_build_object('family', told ->> 'family', 'given', told ->> 'given', 'middle', told ->> 'middle') end;
end $$;

-- The spelling of the name that this patient has now, for a label's content; {} when nobody confirmed one.
create or replace function clinic.name_spelled(p clinic.patient) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((
		select jsonb_build_object('spelled_family', s.spelled_family, 'spelled_given', s.spelled_given, 'spelled_middle', s.spelled_middle)
		from clinic.name_spelling s
		where s.patient_id = (p).patient_id and (s.family, s.given, s.middle) = ((p).family, (p).given, (p).middle)
		order by s.name_spelling_id desc limit 1), '{}');
end $$;

-- As it stands on a label: with the mark of printers/page/shown.h.
create or replace function clinic.spelling_words(family text, given text, middle text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return '≈' || concat_ws(', ', nullif(family, ''), nullif(concat_ws(' ', nullif(given, ''), nullif(middle, '')), ''));
end $$;

-- What this visit's labels say instead of the name, as the page shows it beside the true one; null: the name itself, or
-- nobody was asked yet. A label that printed with its own letters says nothing of a spelling confirmed elsewhere.
create or replace function clinic.label_name(visit_id bigint, p clinic.patient) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select clinic.spelling_words(x ->> 'spelled_family', x ->> 'spelled_given', x ->> 'spelled_middle') from clinic.name_spelled(p) x
		where x <> '{}' and exists (select 1 from clinic.print_job j where j.visit_id = $1 and j.spelled));
end $$;

-- The last label of this tube, when it failed for want of somebody who looks at how it spells the name; null: it did not,
-- or the name was mended since, or this spelling was confirmed since (then it is only to be printed again).
create or replace function clinic.spelling_asked(specimen_id text) returns clinic.print_job
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
	p clinic.patient;
begin
	select x.* into j from clinic.print_job x where x.specimen_id = spelling_asked.specimen_id order by x.copy desc, x.print_job_id desc limit 1;
	select x.* into p from clinic.patient x join clinic.specimen s on s.patient_id = x.patient_id where s.specimen_id = spelling_asked.specimen_id;
	return case when j.state = 'failed' and j.failed_check = 'spelling' and j.spelling is not null
		and (j.content ->> 'family', j.content ->> 'given', j.content ->> 'middle') = (p.family, p.given, p.middle)
		and clinic.name_spelled(p) <> jsonb_build_object('spelled_family', j.spelling -> 'family', 'spelled_given', j.spelling -> 'given',
			'spelled_middle', j.spelling -> 'middle') then j end;
end $$;

-- It is kept, who said so and when; labels that wait are spelled so.
create or replace function clinic.spelling_keep(actor clinic.actor, patient_id bigint, spelling jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.name_spelling (patient_id, family, given, middle, spelled_family, spelled_given, spelled_middle, operator_id, station_id)
	select p.patient_id, p.family, p.given, p.middle, spelling ->> 'family', spelling ->> 'given', spelling ->> 'middle',
		actor.operator_id, actor.station_id
	from clinic.patient p where p.patient_id = spelling_keep.patient_id;
	perform clinic.patient_visits_lock(patient_id);
	perform clinic.labels_anew(actor, patient_id);
end $$;

-- The reply to a confirmed spelling: that another patient of today reads the same on labels, when one does.
create or replace function clinic.spelling_told_of(patient bigint, code text, words jsonb, visit_id bigint) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.patient;
	other clinic.patient;
begin
	select x.* into p from clinic.patient x where x.patient_id = patient;
	select a.* into other from clinic.look_alikes(patient) a join clinic.label_alikes(p) l on l.patient_id = a.patient_id limit 1;
	if other.patient_id is null then
		return clinic.judged('stored', code, words, visit_id);
	end if;
	return clinic.judged('question', code || '_alike', words || jsonb_build_object('number', clinic.patient_number(patient),
		'other', clinic.patient_number(other.patient_id), 'name', chr(8296) || clinic.patient_name(other) || chr(8297)), visit_id);
end $$;

-- Yes: every label of the visit that waits for it prints.
create or replace function clinic.spelling_confirmed(actor clinic.actor, v clinic.visit, tube text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job := clinic.spelling_asked(tube);
	waiting text[] := array(select s.specimen_id from clinic.specimen s
		where s.visit_id = v.visit_id and (clinic.spelling_asked(s.specimen_id)).spelling = j.spelling order by s.number);
	printed clinic.judgement;
begin
	perform clinic.patient_visits_lock(v.patient_id);
	perform custody.lock_subjects(waiting);
	perform clinic.spelling_keep(actor, v.patient_id, j.spelling);
	perform clinic.visit_note(v.visit_id, actor, 'name_spelled', detail => jsonb_build_object('print_job', j.print_job_id));
	foreach tube in array waiting loop
		printed := clinic.reprint_do(v, actor, tube, clinic.printer_of(actor.station_id), 'spelling');
		if printed.verdict <> 'stored' then
			return printed;
		end if;
	end loop;
	return clinic.spelling_told_of(v.patient_id, 'name_spelled', jsonb_build_object('n', cardinality(waiting)), v.visit_id);
end $$;
