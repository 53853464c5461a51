-- What stands on a label and how a new one is asked for; how its job goes is clinic/print.sql.

-- Specimen types of HL7 table 0487 as they stand on a tube that was poured off; another stands as its code.
create or replace function clinic.specimen_type_words(specimen_type text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case specimen_type when 'UR' then 'URINE' when 'URC' then 'URINE CLEAN CATCH' when 'SER' then 'SERUM'
		when 'PLAS' then 'PLASMA' when 'WB' then 'BLOOD' else specimen_type end;
end $$;

-- What stands on a label (contrib/CONTRACTS.md 6).
create or replace function clinic.label_content(specimen_id text, copy int, operator_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('specimen_id', s.specimen_id, 'copy', $2, 'family', p.family, 'given', p.given,
			'middle', p.middle, 'birth_date', p.birth_date, 'patient_number', coalesce(clinic.patient_number(p.patient_id), ''),
			'sex', p.sex, 'collected_date', coalesce((select e.occurred_at::date from custody.event e
				where e.subject = s.parent_id and e.kind = 'collected' order by e.event_id desc limit 1), current_date), 'collector', coalesce(o.initials, ''),
			'container', c.cap || ' ' || c.name, 'number', s.number, 'of', s.of, 'tests', coalesce(t.tests, ''),
			'account', coalesce(b.account, ''), 'priority', coalesce(t.priority, ''), 'source', case when s.parent_id is null then coalesce(t.source, '')
				else clinic.specimen_type_words(s.specimen_type) || ' of ' || s.parent_id end,
			'practice', custody.is_practice()) || clinic.name_spelled(p)
		from clinic.specimen s
		join clinic.patient p on p.patient_id = s.patient_id
		join clinic.container_type c on c.container_type_id = s.container_type_id
		left join clinic.lab b on b.lab_id = s.lab_id
		left join clinic.operator o on o.operator_id = $3
		left join lateral (
			select string_agg(distinct case clinic.policy_text('tests_on_label')
					when 'none' then null when 'names' then case when x.label_text <> '' then x.name end
					else nullif(x.label_text, '') end, ' ') as tests,
				case when bool_or(r.priority = 'STAT') then 'STAT' end as priority, max(r.source_text) as source
			from clinic.specimen_test st
			join clinic.lab_order_test ot on ot.lab_order_test_id = st.lab_order_test_id
			join clinic.lab_order r on r.lab_order_id = ot.lab_order_id
			join clinic.test x on x.test_id = ot.test_id
			where st.specimen_id = s.specimen_id and ot.state <> 'cancelled') t on true
		where s.specimen_id = $1);
end $$;

-- A new label instance of a specimen and its job; null when the ninety-nine copies are used up.
create or replace function clinic.label_print(v clinic.visit, specimen_id text, device_id bigint, actor clinic.actor,
	reason text) returns bigint
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	next_copy int := (select coalesce(max(l.copy), 0) + 1 from clinic.label l where l.specimen_id = label_print.specimen_id);
	job bigint;
begin
	if next_copy > 99 then
		return null;
	end if;
	insert into clinic.label (specimen_id, copy, reason, created_by)
	values (label_print.specimen_id, next_copy, label_print.reason, actor.operator_id);
	insert into clinic.print_job (kind, specimen_id, copy, visit_id, station_id, device_id, template, content, created_by)
	values ('label', label_print.specimen_id, next_copy, v.visit_id, actor.station_id, label_print.device_id, 'auto12',
		clinic.label_content(label_print.specimen_id, next_copy, actor.operator_id), actor.operator_id)
	returning print_job_id into job;
	return job;
end $$;
