-- The visit as the page shows it (contrib/CONTRACTS.md 4).

-- A birth date as a person says it.
create or replace function clinic.date_words(day date) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select to_char(day, 'FMMonth FMDD, YYYY');
$$;

create or replace function clinic.command_view(names text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('command', n.name, 'name', coalesce(c.words, n.name)) order by n.no), '[]')
		from unnest(names) with ordinality n (name, no) left join clinic.command c on c.name = n.name);
end $$;

create or replace function clinic.tubes_view(visit_id bigint, labels clinic.label_status[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object(
			'specimen_id', s.specimen_id, 'number', s.number, 'of', s.of, 'order_of_draw', c.order_of_draw,
			'container', jsonb_build_object('name', c.name, 'kind', c.kind, 'cap', c.cap, 'cap_colour', c.cap_colour,
				'volume_ul', c.fill_ul, 'handling', c.handling),
			'tests', coalesce(t.tests, '[]'), 'priority', coalesce(t.priority, ''),
			'state', clinic.tube_state(st.kind, own.labels),
			'reason', case when st.kind = 'not_collected' then (select r.words from clinic.reason r
				where r.kind = 'not_collected' and r.code = (select e.body::jsonb ->> 'reason' from custody.event e
					where e.subject = s.specimen_id and e.kind = 'not_collected' order by e.event_id desc limit 1)) end,
			'next_place', case when clinic.tube_state(st.kind, own.labels) in ('labelled', 'collected') then jsonb_build_object(
				'name', c.next_place, 'by', st.occurred_at + make_interval(mins => c.next_within_min)) end,
			'square_code_only', clinic.square_code_only(s.specimen_id, $2),
			'labels', coalesce((select jsonb_agg(jsonb_build_object('copy', l.copy, 'state', l.state,
					'print_job_id', l.print_job_id, 'job_state', l.job_state,
					'printer', (select d.name from clinic.device d where d.device_id = l.device_id),
					'message', l.message, 'hint', l.hint) order by l.copy)
				from unnest(own.labels) l), '[]')) order by s.number), '[]')
		from clinic.specimen s
		join clinic.container_type c on c.container_type_id = s.container_type_id
		cross join lateral custody.state(s.specimen_id) st
		cross join lateral (select array(select l from unnest($2) l where l.specimen_id = s.specimen_id)) own (labels)
		left join lateral (
			select jsonb_agg(jsonb_build_object('code', ot.code, 'name', coalesce(x.name, ot.name)) order by ot.code) as tests,
				max(o.priority) as priority
			from clinic.specimen_test w
			join clinic.lab_order_test ot on ot.lab_order_test_id = w.lab_order_test_id
			join clinic.lab_order o on o.lab_order_id = ot.lab_order_id
			left join clinic.test x on x.test_id = ot.test_id
			where w.specimen_id = s.specimen_id) t on true
		where s.visit_id = $1);
end $$;

create or replace function clinic.question_view(q clinic.question) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select case when (q).code is not null then jsonb_build_object('code', (q).code, 'title', m -> 'title', 'do', m -> 'do',
			'asked_at', (q).asked_at, 'specimen_id', (q).specimen_id, 'copy', (q).copy,
			'print_job_id', (q).data -> 'print_job_id', 'visit_id', (q).visit_id,
			'commands', clinic.command_view(clinic.question_commands((q).code))) end
		from clinic.reply('question', (q).code, coalesce((q).data, '{}') || jsonb_build_object('number',
			(select s.number from clinic.specimen s where s.specimen_id = (q).specimen_id))) m);
end $$;

create or replace function clinic.alarm_view(station_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('code', a.code, 'title', m -> 'title', 'do', m -> 'do', 'specimen_id', a.specimen_id,
			'rescanned', a.rescanned_at is not null, 'raised_at', a.at,
			'choices', (select jsonb_agg(jsonb_build_object('choice', c ->> 'command', 'name', c ->> 'name'))
				from jsonb_array_elements(clinic.command_view(array['label_removed', 'tube_set_aside'])) c))
		from clinic.alarm a cross join lateral clinic.reply('stop', a.code) m
		where a.station_id = $1 and a.answered_at is null);
end $$;

-- check: which closing check this visit asks for; null = none (policy).
create or replace function clinic.closing_view(v clinic.visit) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('check', k.check_, 'title', m -> 'title', 'do', m -> 'do')
		from coalesce(clinic.closing_check(v), 'patient_read') k (check_)
		cross join lateral clinic.reply('note', 'closing_' || k.check_) m);
end $$;

create or replace function clinic.visit_waits_for(visit_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select clinic.reply('note', 'waiting_for_set', jsonb_build_object('name', o.name, 'printer', d.name)) ->> 'title'
		from clinic.print_job j
		join clinic.device d on d.device_id = j.device_id
		join clinic.visit w on w.visit_id = clinic.print_job_waits_for(j)
		join clinic.operator o on o.operator_id = w.held_by
		where j.visit_id = $1 and j.state = 'queued' order by j.print_job_id limit 1);
end $$;

-- visit_id null: only what stands on the station's screen (a question, an alarm); null when there is nothing.
create or replace function clinic.visit_view(visit_id bigint, station_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
	p clinic.patient;
	labels clinic.label_status[] := '{}';
	left_over int := 0;
	ask jsonb;
	alarm jsonb := clinic.alarm_view(station_id);
begin
	select x.* into v from clinic.visit x where x.visit_id = visit_view.visit_id;
	select x.* into p from clinic.patient x where x.patient_id = v.patient_id;
	if v.visit_id is not null then
		labels := array(select l from clinic.visit_labels(v.visit_id) l);
		left_over := clinic.open_labels(v.visit_id, labels);
	end if;
	ask := clinic.question_view(clinic.visit_question(v, station_id, labels));
	if v.visit_id is null and ask is null and alarm is null then
		return null;
	end if;
	return jsonb_build_object('visit_id', v.visit_id,
		'state', case when v.state = 'labels' and left_over = 0 then 'check' else v.state end,
		'held_by', (select jsonb_build_object('operator_id', o.operator_id, 'name', o.name)
			from clinic.operator o where o.operator_id = v.held_by),
		'opened_at', v.opened_at, 'parked_at', v.parked_at, 'collected_at', v.collected_at, 'open_labels', left_over,
		'patient', case when v.visit_id is not null then jsonb_build_object('patient_id', p.patient_id,
			'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id), 'sex', p.sex,
			'birth_date', case when v.identified_at is not null then p.birth_date end) end,
		'stated_by', v.stated_by,
		'birth_choices', case when v.state = 'identify' then (select jsonb_agg(clinic.date_words(d) order by n)
			from unnest(v.birth_choices) with ordinality c (d, n)) else '[]' end,
		'look_alikes', case when v.state = 'identify' then coalesce((select jsonb_agg(jsonb_build_object(
			'name', clinic.patient_name(a), 'number', clinic.patient_number(a.patient_id)))
			from clinic.look_alikes(v.patient_id) a), '[]') else '[]' end,
		'tubes', case when v.visit_id is null then '[]' else clinic.tubes_view(v.visit_id, labels) end,
		'ask', ask, 'alarm', alarm,
		'closing', case when v.state = 'labels' and left_over = 0 then clinic.closing_view(v) end,
		'jobs_waiting_for', case when v.state = 'labels' then clinic.visit_waits_for(v.visit_id) end);
end $$;
