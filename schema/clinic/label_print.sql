-- What stands on a label and how a new one is asked for; how its job goes is clinic/print.sql.

-- Specimen types of HL7 table 0487 as they stand on labels; another stands as its code.
create or replace function clinic.specimen_type_words(specimen_type text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case specimen_type when 'UR' then 'URINE' when 'URC' then 'URINE CLEAN CATCH' when 'SER' then 'SERUM'
		when 'PLAS' then 'PLASMA' when 'WB' then 'BLOOD' when 'TISS' then 'TISSUE' else specimen_type end;
end $$;

-- What stands on a label (contrib/CONTRACTS.md 6, LB-01).
create or replace function clinic.label_content(specimen_id text, copy int, operator_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('specimen_id', s.specimen_id, 'copy', $2, 'family', p.family, 'given', p.given,
			'middle', p.middle, 'birth_date', p.birth_date, 'patient_number', coalesce(clinic.patient_number(p.patient_id), ''),
			'sex', p.sex, 'collected_date', coalesce((select e.occurred_at::date from custody.event e
				where e.subject = s.parent_id and e.kind = 'collected' order by e.event_id desc limit 1), current_date), 'collector', coalesce(o.initials, ''),
			'container', c.cap || ' ' || c.name, 'number', s.number, 'of', s.of, 'account', coalesce(b.account, ''),
			'practice', custody.is_practice()) || clinic.label_words(s, c.kind) || clinic.name_spelled(p) || clinic.unusual_content(s.visit_id, p)
		from clinic.specimen s
		join clinic.patient p on p.patient_id = s.patient_id
		join clinic.container_type c on c.container_type_id = s.container_type_id
		left join clinic.lab b on b.lab_id = s.lab_id
		left join clinic.operator o on o.operator_id = $3
		where s.specimen_id = $1);
end $$;

-- Words as long as the press takes them (printers/page/content.h); what had to go is marked, as the press marks what has no
-- room on the label.
create or replace function clinic.words_within(words text, bytes int) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	many int := char_length(words);
begin
	if octet_length(words) <= bytes then
		return words;
	end if;
	many := least(many, bytes);
	while octet_length(left(words, many)) > bytes - 3 loop -- octets of the mark
		many := many - 1;
	end loop;
	return rtrim(left(words, many)) || chr(8230);
end $$;

-- What its tests say on it. A cup for nothing but tubes that are filled from it says theirs. Templates for cups, jars and
-- what was poured off have no place for the time point: it stands before the source; where there are lines to sign on,
-- before the tests.
create or replace function clinic.label_words(s clinic.specimen, kind text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_tubes boolean := not exists (select 1 from clinic.specimen_test st where st.specimen_id = s.specimen_id);
	place text := case when s.parent_id is not null or kind in ('cup', 'jar') then 'source'
		when clinic.label_use(s.specimen_id) = 'signed' then 'tests' else 'time_point' end;
	kind_words text := clinic.specimen_type_words(s.specimen_type);
	t record;
begin
	select coalesce(string_agg(distinct case clinic.policy_text('tests_on_label') when 'none' then null
				when 'names' then case when x.label_text <> '' then x.name end else nullif(x.label_text, '') end, ' '), '') as tests,
			coalesce(max(r.priority) filter (where r.priority = 'STAT'), '') as priority,
			string_agg(distinct nullif(x.time_point, ''), ' ') as time_point,
			string_agg(distinct nullif(r.source_text, ''), ', ') as source
		into t
	from clinic.specimen_test st
	join clinic.lab_order_test ot on ot.lab_order_test_id = st.lab_order_test_id
	join clinic.lab_order r on r.lab_order_id = ot.lab_order_id
	join clinic.test x on x.test_id = ot.test_id
	where ot.state <> 'cancelled' and st.specimen_id in (select s.specimen_id union all
		select f.specimen_id from clinic.specimen f where of_tubes and f.parent_id = s.specimen_id);
	-- nothing else on a cup says what is in it
	t.source := coalesce(t.source, case when kind = 'cup' and s.parent_id is null then kind_words end);
	return jsonb_build_object('priority', t.priority,
			'tests', concat_ws(' ', case place when 'tests' then t.time_point end, t.tests),
			'source', clinic.words_within(concat_ws(', ', case place when 'source' then t.time_point end, t.source), 100),
			'time_point', coalesce(case place when 'time_point' then t.time_point end, ''))
		|| case when kind = 'jar' then coalesce((select jsonb_build_object('site', j.site, 'side', j.side, 'jar', j.letter)
			from clinic.jar j where j.specimen_id = s.specimen_id), '{}') else '{}' end
		|| case when s.parent_id is null then '{}' else jsonb_build_object('specimen_type', kind_words, 'parent', s.parent_id) end;
end $$;

-- A new label instance of a specimen and its job; null when the ninety-nine copies are used up. Where no template fits the
-- labels in that printer the job has failed at once, and says what to load.
create or replace function clinic.label_print(v clinic.visit, specimen_id text, device_id bigint, actor clinic.actor,
	reason text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	next_copy int := (select coalesce(max(l.copy), 0) + 1 from clinic.label l where l.specimen_id = label_print.specimen_id);
	template text := clinic.label_template(label_print.specimen_id, label_print.device_id);
	job bigint;
begin
	if next_copy > 99 then
		return null;
	end if;
	insert into clinic.label (specimen_id, copy, reason, created_by)
	values (label_print.specimen_id, next_copy, label_print.reason, actor.operator_id);
	insert into clinic.print_job (kind, specimen_id, copy, visit_id, station_id, device_id, template, content, created_by)
	values ('label', label_print.specimen_id, next_copy, v.visit_id, actor.station_id, label_print.device_id,
		coalesce(template, 'none'), clinic.label_content(label_print.specimen_id, next_copy, actor.operator_id), actor.operator_id)
	returning print_job_id into job;
	perform clinic.print_job_stock_check(job, actor);
	return job;
end $$;
