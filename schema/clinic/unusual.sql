-- Unusual identities (LB-02): real patients with one name, named Doe or Test, or whose birth date is not wholly known. The
-- page says what is unusual and asks for one more identifier; who gave it is kept, and from then on this visit's labels say
-- so to the press. What is nobody's name never prints: registration corrects it.

create or replace function clinic.unusual_frozen() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'what somebody confirmed is not changed' using errcode = 'insufficient_privilege';
end $$;
drop trigger if exists unusual_confirmed_frozen on clinic.unusual_confirmed;
create trigger unusual_confirmed_frozen before update or delete on clinic.unusual_confirmed
	for each row execute function clinic.unusual_frozen();
drop trigger if exists unusual_second_frozen on clinic.unusual_second;
create trigger unusual_second_frozen before update or delete on clinic.unusual_second
	for each row execute function clinic.unusual_frozen();

-- ---- what is unusual ----------------------------------------------------------------------------------------------------

-- Nobody is called so: 'no_value'. A name that some people have and that also says that none is known: 'doubtful'; one that
-- alone says of nobody who it is: 'unknown'; else ''. The words are those of printers/page/content.c;
-- tests/data/page/names.txt holds the two together.
create or replace function clinic.name_kind(name text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case
		when upper(name collate "C") in ('""', 'N/A', 'NOT AVAILABLE', 'TBD', 'XXX', 'XXXX', 'ZZZ', '?', '??', '???', '-', '--', '.', '*',
			'0', '00', '000', '0000', '0000000', '00000000', '999999999') then 'no_value'
		when upper(name collate "C") in ('DOE', 'TEST') then 'doubtful'
		when upper(name collate "C") in ('UNKNOWN', 'UNK', 'UNKN', 'UNNAMED', 'NONE', 'NULL', 'FNU', 'LNU') then 'unknown'
		else '' end;
end $$;

create or replace function clinic.is_blank_padded(words text) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return words ~ '^[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]|[\s\u00a0\u2000-\u200a\u202f\u205f\u3000]$';
end $$;

-- A name that no label may say, whoever confirms it.
create or replace function clinic.name_is_nobodys(family text, given text, middle text) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return 'no_value' in (clinic.name_kind(family), clinic.name_kind(given))
		or (family = '' or clinic.name_kind(family) = 'unknown') and (given = '' or clinic.name_kind(given) = 'unknown')
		or clinic.is_blank_padded(family) or clinic.is_blank_padded(given) or clinic.is_blank_padded(middle);
end $$;

-- What is known of a birth date that is no whole one, from the text of it: YYYY, YYYY-MM or nothing.
create or replace function clinic.birth_part(birth_text text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	part text[] := regexp_match(birth_text, '^([0-9]{4})(?:-?(0[1-9]|1[0-2]|00)(?:-?00)?)?$');
begin
	return case
		when part is null or part[1]::int not between extract(year from current_date)::int - 130 and extract(year from current_date)::int then ''
		else concat_ws('-', part[1], nullif(part[2], '00')) end;
end $$;

-- The birth date as far as it is known, as labels and the page have it.
create or replace function clinic.birth_known(p clinic.patient) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((p).birth_date::text, clinic.birth_part((p).birth_text));
end $$;

-- The same as a person says it: 14 Mar 1962, 1962 (year only), unknown.
create or replace function clinic.birth_words(p clinic.patient) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	known text := clinic.birth_known(p);
begin
	return case length(known) when 10 then clinic.date_words(known::date) when 4 then known || ' (year only)'
		when 7 then to_char((known || '-01')::date, 'FMMon YYYY') || ' (no day)' else 'unknown' end;
end $$;

create or replace function clinic.unusual_facts(p clinic.patient) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array_remove(array[
		case when (p).family = '' or (p).given = '' then 'one_name' end,
		case when clinic.name_kind((p).family) <> '' or clinic.name_kind((p).given) <> '' then 'name' end,
		case when (p).birth_date is not null then null when clinic.birth_part((p).birth_text) <> '' then 'birth_part' else 'birth' end], null);
end $$;

-- The facts as a person reads them.
create or replace function clinic.unusual_words(p clinic.patient) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- isolated: the name may run to the left
	return array(select clinic.reply('note', 'unusual_' || f.fact, jsonb_build_object('name', chr(8296) || clinic.patient_name(p) || chr(8297),
			'born', clinic.birth_words(p), 'text', coalesce(nullif((p).birth_text, ''), 'nothing'))) ->> 'title'
		from unnest(clinic.unusual_facts(p)) with ordinality f (fact, no) order by f.no);
end $$;

-- What keeps every label of this patient from being printed, whoever confirms it: a code, or null.
create or replace function clinic.nobody_code(p clinic.patient) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	number text := coalesce(clinic.patient_number((p).patient_id), '');
begin
	return case
		when clinic.name_is_nobodys((p).family, (p).given, (p).middle) then 'nobody_name'
		when number = '' or clinic.name_kind(number) <> '' or clinic.is_blank_padded(number) or octet_length(number) > 32 then 'nobody_number'
		when greatest(octet_length((p).family), octet_length((p).given), octet_length((p).middle)) > 160 then 'nobody_long' end;
end $$;

create or replace function clinic.nobody_told(p clinic.patient) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('name', chr(8296) || clinic.patient_name(p) || chr(8297), 'number', coalesce(clinic.patient_number((p).patient_id), ''));
end $$;

-- ---- what was confirmed ---------------------------------------------------------------------------------------------------

-- What somebody confirmed in this visit, of the data as they are now.
create or replace function clinic.unusual_row(visit_id bigint, p clinic.patient) returns clinic.unusual_confirmed
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	u clinic.unusual_confirmed;
begin
	select x.* into u from clinic.unusual_confirmed x
	where x.visit_id = unusual_row.visit_id and x.patient_id = (p).patient_id
		and (x.family, x.given, x.middle, x.birth) = ((p).family, (p).given, (p).middle, clinic.birth_known(p))
	order by x.unusual_confirmed_id desc limit 1;
	return u;
end $$;

-- What a visit still needs before its labels print: 'unusual' (the form), 'unusual_second' (another's badge), or null.
create or replace function clinic.unusual_missing(visit_id bigint, p clinic.patient) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	u clinic.unusual_confirmed;
begin
	if clinic.unusual_facts(p) = '{}' then
		return null;
	end if;
	u := clinic.unusual_row(visit_id, p);
	return case when u.unusual_confirmed_id is null then 'unusual'
		when clinic.policy_text('unusual_second_person') = 'on'
			and not exists (select 1 from clinic.unusual_second s where s.unusual_confirmed_id = u.unusual_confirmed_id) then 'unusual_second' end;
end $$;

create or replace function clinic.unusual_asked(v clinic.visit) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select clinic.unusual_missing((v).visit_id, p) from clinic.patient p where p.patient_id = (v).patient_id);
end $$;

-- What a label's content says of it; {} for the usual, and for what nobody confirmed: the press refuses that.
create or replace function clinic.unusual_content(visit_id bigint, p clinic.patient) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when clinic.unusual_facts(p) = '{}' or clinic.unusual_missing(visit_id, p) is not null then '{}'
		else jsonb_build_object('confirmed_unusual', true, 'birth_date', clinic.birth_known(p)) end;
end $$;

-- A slip and a separator say whose visit it is, and are stuck on nothing: the name as it stands will do.
create or replace function clinic.unusual_named(p clinic.patient) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when clinic.unusual_facts(p) = '{}' then '{}' else '{"confirmed_unusual": true}' end::jsonb;
end $$;

-- ---- the form -------------------------------------------------------------------------------------------------------------

-- What fills the words of the question.
create or replace function clinic.unusual_told(v clinic.visit) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select jsonb_build_object('facts', array_to_string(clinic.unusual_words(p), '; '), 'born', clinic.birth_words(p))
		from clinic.patient p where p.patient_id = (v).patient_id);
end $$;

-- What may be asked for (policy unusual_identifiers).
create or replace function clinic.identifier_kinds() returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select k.kind from unnest(array['patient_number', 'address', 'phone', 'mother', 'document']) with ordinality k (kind, no)
		where clinic.policy_value('unusual_identifiers') ? k.kind order by k.no);
end $$;

-- What the form offers: the patient number is none of it, it stands on the screen; it is scanned.
create or replace function clinic.identifiers_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('kind', k.kind, 'name', clinic.reply('note', 'identifier_' || k.kind) ->> 'title') order by k.no), '[]')
		from unnest(clinic.identifier_kinds()) with ordinality k (kind, no) where k.kind <> 'patient_number');
end $$;

-- For the visit's view: null for the usual.
create or replace function clinic.unusual_view(visit_id bigint, p clinic.patient) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	u clinic.unusual_confirmed;
begin
	if visit_id is null or clinic.unusual_facts(p) = '{}' then
		return null;
	end if;
	u := clinic.unusual_row(visit_id, p);
	return jsonb_build_object('facts', to_jsonb(clinic.unusual_words(p)),
		'confirmed_by', (select o.name from clinic.operator o where o.operator_id = u.operator_id),
		'identifier', case when u.unusual_confirmed_id is not null then clinic.reply('note', 'identifier_' || u.identifier_kind) ->> 'title' end,
		'second_person', (select o.name from clinic.unusual_second s join clinic.operator o on o.operator_id = s.operator_id
			where s.unusual_confirmed_id = u.unusual_confirmed_id));
end $$;

-- What is wrong with an identifier: a code, or null.
create or replace function clinic.identifier_refusal(p clinic.patient, kind text, said text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case
		when kind is null or kind <> all (clinic.identifier_kinds()) then 'bad_request'
		when said is null or length(said) not between 2 and 80 or said ~ '[[:cntrl:]]' or clinic.name_kind(said) <> '' then 'unusual_needs'
		when kind = 'patient_number' and not exists (select 1 from clinic.patient_number n
			where n.patient_id = (p).patient_id and n.number = said) then 'unusual_wrong'
		when kind <> 'patient_number' and (lower(said) in (lower((p).family), lower((p).given), lower(clinic.patient_name(p)))
			or exists (select 1 from clinic.patient_number n where n.patient_id = (p).patient_id and n.number = said)) then 'unusual_same' end;
end $$;

-- One more identifier was given: it is kept with who asked for it. Labels that failed for want of it print.
create or replace function clinic.unusual_given(actor clinic.actor, v clinic.visit, kind text, identifier text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	said text := btrim(identifier);
	p clinic.patient;
	refused text;
begin
	select x.* into p from clinic.patient x where x.patient_id = v.patient_id for no key update;
	refused := clinic.identifier_refusal(p, kind, said);
	if refused = 'unusual_wrong' then
		perform clinic.visit_note(v.visit_id, actor, 'wrong_third_identifier', true);
	end if;
	if refused is not null then
		return clinic.judged('question', refused, '{"what": "identifier"}', v.visit_id);
	end if;
	insert into clinic.unusual_confirmed (visit_id, patient_id, family, given, middle, birth, facts, identifier_kind, identifier, operator_id, station_id)
	values (v.visit_id, p.patient_id, p.family, p.given, p.middle, clinic.birth_known(p), clinic.unusual_facts(p), kind, said,
		actor.operator_id, actor.station_id);
	update clinic.visit x set asked_at = clock_timestamp() where x.visit_id = v.visit_id;
	perform clinic.visit_note(v.visit_id, actor, 'unusual_confirmed', detail => jsonb_build_object('facts', to_jsonb(clinic.unusual_facts(p)), 'kind', kind));
	if clinic.unusual_missing(v.visit_id, p) is not null then
		return clinic.judged('question', 'unusual_second', '{}', v.visit_id);
	end if;
	return clinic.unusual_settled(actor, v, 'unusual_confirmed', '{}');
end $$;

-- While the form is asked a patient number is an answer to it: the patient's own, or one that is wrong.
create or replace function clinic.unusual_scanned(actor clinic.actor, v clinic.visit, code text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return v.visit_id is not null and v.state in ('identify', 'labels') and 'patient_number' = any (clinic.identifier_kinds())
		and exists (select 1 from clinic.patient_number n where n.number = code)
		and (clinic.question_now(v, actor.station_id)).code = 'unusual' and clinic.require(actor, 'identify') is null;
end $$;

-- Nothing is missing any more: labels that waited for it print, and those that wait for the printer say so too.
create or replace function clinic.unusual_settled(actor clinic.actor, v clinic.visit, code text, words jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	waiting text[];
	tube text;
	label clinic.print_job;
	printed clinic.judgement;
begin
	if v.state <> 'labels' then
		return clinic.judged('stored', code, words, v.visit_id);
	end if;
	waiting := array(select s.specimen_id from clinic.specimen s
		cross join lateral (select j.* from clinic.print_job j where j.specimen_id = s.specimen_id order by j.copy desc, j.print_job_id desc limit 1) j
		where s.visit_id = v.visit_id and j.state = 'failed' and j.failed_check = 'identifiers' order by s.number);
	perform custody.lock_subjects(waiting);
	perform clinic.jobs_lock(array(select x.print_job_id from clinic.print_job x where x.visit_id = v.visit_id and x.kind = 'label'
		and x.state in ('queued', 'proved')), clinic.printer_of(actor.station_id));
	for label in select x.* from clinic.print_job x where x.visit_id = v.visit_id and x.kind = 'label' and x.state in ('queued', 'proved')
		order by x.turn, x.print_job_id
	loop
		perform clinic.label_anew(actor, label);
	end loop;
	foreach tube in array waiting loop
		printed := clinic.reprint_do(v, actor, tube, clinic.printer_of(actor.station_id), 'unusual');
		if printed.verdict <> 'stored' then
			return printed;
		end if;
	end loop;
	return clinic.judged('stored', code, words, v.visit_id);
end $$;

-- Another's badge: they looked at it too. False: it was they who confirmed it.
create or replace function clinic.unusual_seconded(actor clinic.actor, v clinic.visit, person clinic.operator) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	u clinic.unusual_confirmed;
begin
	select x.* into u from clinic.patient p cross join lateral clinic.unusual_row(v.visit_id, p) x where p.patient_id = v.patient_id;
	if u.unusual_confirmed_id is null or u.operator_id = person.operator_id then
		return false;
	end if;
	insert into clinic.unusual_second (unusual_confirmed_id, operator_id, station_id) values (u.unusual_confirmed_id, person.operator_id, actor.station_id);
	return true;
end $$;

-- The birth date is known after all: visits that wait for the patient's word get their four dates.
create or replace function clinic.birth_date_found(patient_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.visit v set birth_choices = clinic.birth_choices(p.patient_id, p.birth_date), asked_at = clock_timestamp()
	from clinic.patient p
	where p.patient_id = birth_date_found.patient_id and v.patient_id = p.patient_id and p.birth_date is not null
		and v.state in ('identify', 'parked') and v.identified_at is null and v.birth_choices = '{}';
end $$;
