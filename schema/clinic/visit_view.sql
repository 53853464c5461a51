-- The visit as the page shows it (contrib/CONTRACTS.md 4).

-- A birth date as a person says it.
create or replace function clinic.date_words(day date) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return to_char(day, 'FMDD Mon YYYY');
end $$;

create or replace function clinic.command_view(names text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('command', n.name, 'name', coalesce(c.words, n.name)) order by n.no), '[]')
		from unnest(names) with ordinality n (name, no) left join clinic.command c on c.name = n.name);
end $$;

create or replace function clinic.container_view(c clinic.container_type) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('name', c.name, 'kind', c.kind, 'cap', c.cap, 'cap_colour', c.cap_colour,
		'volume_ul', c.fill_ul, 'handling', c.handling);
end $$;

-- The tests of one tube: {tests, priority}; cancelled ones only when there is no other. STAT is the only priority that is
-- shown; the sender's other words are not.
create or replace function clinic.tests_view(lab_order_test_ids bigint[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object(
			'tests', coalesce(jsonb_agg(distinct jsonb_build_object('code', t.code, 'name', coalesce(x.name, t.name))), '[]'),
			'priority', case when bool_or(o.priority = 'STAT') then 'STAT' else '' end)
		from clinic.lab_order_test t
		join clinic.lab_order o on o.lab_order_id = t.lab_order_id
		left join clinic.test x on x.test_id = t.test_id
		where t.lab_order_test_id = any ($1) and (t.state <> 'cancelled' or not exists (
			select 1 from clinic.lab_order_test y where y.lab_order_test_id = any ($1) and y.state <> 'cancelled')));
end $$;

-- What will be drawn, before the patient is identified: the same fields as clinic.tubes_view, no specimen yet.
create or replace function clinic.tubes_planned(patient_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		with plan as (select * from clinic.tubes_for(clinic.tests_due($1)))
		select coalesce(jsonb_agg(clinic.tests_view(p.tests) || jsonb_build_object(
			'specimen_id', null, 'number', p.number, 'of', (select count(*) from plan), 'order_of_draw', c.order_of_draw,
			'container', clinic.container_view(c), 'state', 'waiting', 'reason', null, 'next_place', null,
			'due_at', null, 'filled_from', p.parent, 'fill_by', null, 'jar', null, 'square_code_only', false, 'labels', jsonb_build_array())
			order by p.number), '[]')
		from plan p join clinic.container_type c on c.container_type_id = p.container_type_id);
end $$;

-- By itself: few tubes have one, and whatever clinic.tubes_view could ask is made ready for every view.
create or replace function clinic.not_collected_words(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select r.words from clinic.reason r where r.kind = 'not_collected' and r.code = (select e.body::jsonb ->> 'reason'
		from custody.event e where e.subject = $1 and e.kind = 'not_collected' order by e.event_id desc limit 1));
end $$;

-- offset 0: asked once for a tube, or a label, and not wherever its answer is used.
create or replace function clinic.tubes_view(visit_id bigint, labels clinic.label_status[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(clinic.tests_view(array(select w.lab_order_test_id from clinic.specimen_test w
				where w.specimen_id = s.specimen_id)) || jsonb_build_object(
			'specimen_id', s.specimen_id, 'number', s.number, 'of', s.of, 'order_of_draw', c.order_of_draw,
			'container', clinic.container_view(c), 'state', tube.state,
			'reason', case when st.kind = 'not_collected' then clinic.not_collected_words(s.specimen_id) end,
			'next_place', case when tube.state in ('labelled', 'collected') then jsonb_build_object(
				'name', c.next_place, 'by', st.occurred_at + make_interval(mins => c.next_within_min)) end,
			'due_at', case when tube.state = 'handed_out' then (select h.due_at from clinic.hand_out h
				where h.specimen_id = s.specimen_id) end,
			'filled_from', (select x.number from clinic.specimen x where x.specimen_id = s.parent_id),
			'fill_by', case when s.parent_id is not null and tube.state in ('waiting', 'printed') then clinic.fill_by(s) end,
			'jar', clinic.jar_view(s.specimen_id), 'square_code_only', clinic.square_code_only(s.specimen_id, $2),
			'labels', coalesce((select jsonb_agg(jsonb_build_object('copy', l.copy, 'state', case
					when l.state <> 'old' or not clinic.label_takes_over((select v from clinic.visit v where v.visit_id = $1), l, $2) then l.state
					when l.job_state in ('sending', 'sent') then 'printing' else l.job_state end,
					'print_job_id', l.print_job_id, 'job_state', l.job_state, 'device_id', l.device_id,
					'printer', (select d.name from clinic.device d where d.device_id = l.device_id),
					'one_way', w.one_way, 'message', case when w.one_way then '' else l.message end,
					'hint', case when w.one_way then '' else l.hint end) order by l.copy)
				from unnest($2) l cross join lateral (select clinic.label_is_one_way(l) offset 0) w (one_way) where l.specimen_id = s.specimen_id), '[]')) order by s.number), '[]')
		from clinic.specimen s
		join clinic.container_type c on c.container_type_id = s.container_type_id
		cross join lateral custody.state(s.specimen_id) st
		cross join lateral (select clinic.tube_state(st.kind, s.specimen_id, $2) offset 0) tube (state)
		where s.visit_id = $1);
end $$;

create or replace function clinic.question_view(q clinic.question) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if q.code is null then
		return null;
	end if;
	return (
		select jsonb_build_object('code', (q).code, 'title', m -> 'title', 'do', m -> 'do',
			'asked_at', (q).asked_at, 'specimen_id', (q).specimen_id, 'copy', (q).copy,
			'print_job_id', (q).data -> 'print_job_id', 'visit_id', (q).visit_id,
			'seconds', ceil(extract(epoch from clinic.question_until(q) - clock_timestamp()))::int,
			'commands', clinic.command_view(clinic.question_commands((q).code)))
			|| case when (q).code = 'unusual' then jsonb_build_object('identifiers', clinic.identifiers_view(),
				'number_by_scan', 'patient_number' = any (clinic.identifier_kinds())) else '{}' end
		from clinic.reply('question', (q).code, coalesce((q).data, '{}') || jsonb_build_object('number',
			(select s.number from clinic.specimen s where s.specimen_id = (q).specimen_id))) m);
end $$;

create or replace function clinic.alarm_view(station_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- nearly always there is none
	if clinic.alarm_open($1) is null then
		return null;
	end if;
	return (
		select jsonb_build_object('code', a.code, 'title', m -> 'title', 'do', m -> 'do', 'specimen_id', a.specimen_id,
			'rescanned', a.rescanned_at is not null, 'raised_at', a.at,
			'choices', (select jsonb_agg(jsonb_build_object('choice', c ->> 'command', 'name', c ->> 'name'))
				from jsonb_array_elements(clinic.command_view(clinic.alarm_choices(a.code))) c),
			'gone', case when clinic.alarm_gone_since(a) is not null then jsonb_build_object('tubes', clinic.alarm_gone_tubes(a), 'held', clinic.alarm_gone_holds(a)) end)
		from clinic.alarm a cross join lateral clinic.reply('stop', a.code) m
		where a.station_id = $1 and a.answered_at is null);
end $$;

-- check: which closing check this visit asks for; null = none (policy). With nothing but cups it asks for them.
create or replace function clinic.closing_view(v clinic.visit) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	only_cups boolean := clinic.cups_out(v.visit_id) > 0 and not clinic.visit_has_labelled(v.visit_id);
begin
	return (
		select jsonb_build_object('check', k.check_, 'title', m -> 'title', 'do', m -> 'do')
		from (select case when only_cups then 'patient_read' else coalesce(clinic.closing_check(v), 'patient_read') end) k (check_)
		cross join lateral clinic.reply('note', case when only_cups then 'closing_cup_out' else 'closing_' || k.check_ end) m);
end $$;

-- What the lab will miss in these orders (RG-02); what was mended since is not missing.
-- One plan for all: for an array, which has as many as it has, a new one is made each time.
create or replace function clinic.order_gaps(lab_order_ids bigint[]) returns table (patient_id bigint, gap text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp set plan_cache_mode = force_generic_plan as $$
begin
	return query
	select distinct o.patient_id, x from clinic.lab_order o
	join clinic.patient p on p.patient_id = o.patient_id, unnest(o.gaps) x
	where o.lab_order_id = any ($1) and not (x = 'sex' and p.sex <> ''
		or x in ('family', 'given', 'birth_date') -- asked for at the chair (clinic/unusual.sql)
		or x = 'test_code' and not exists (select 1 from clinic.lab_order_test t
			where t.lab_order_id = o.lab_order_id and t.test_id is null and t.state in ('due', 'in_visit')));
end $$;

-- A gap in words, with what comes of it (policy missing_order_data). It never stops a label.
create or replace function clinic.gap_words(gap text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return concat_ws(': ', clinic.reply('note', 'gap_' || gap) ->> 'title',
		clinic.reply('note', 'gap_then_' || clinic.policy_text('missing_order_data')) ->> 'title');
end $$;

create or replace function clinic.gaps_view(lab_order_ids bigint[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not exists (select 1 from clinic.lab_order o where o.lab_order_id = any ($1) and o.gaps <> '{}') then
		return '[]';
	end if;
	return (select coalesce(jsonb_agg(clinic.gap_words(g.gap) order by g.gap), '[]')
		from (select distinct x.gap from clinic.order_gaps($1) x) g);
end $$;

-- The orders whose tests this visit draws: as planned, or as they are in its tubes.
create or replace function clinic.visit_orders(v clinic.visit) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select distinct t.lab_order_id from clinic.lab_order_test t where t.lab_order_test_id = any (
		case when v.identified_at is null then clinic.tests_due(v.patient_id)
			else array(select w.lab_order_test_id from clinic.specimen s
				join clinic.specimen_test w on w.specimen_id = s.specimen_id where s.visit_id = v.visit_id) end));
end $$;

-- Is a guardian offered when it is asked who stated the birth date? (policy guardian_states)
create or replace function clinic.guardian_offered(born date) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.policy_text('guardian_states') = 'always' or coalesce(born > current_date - interval '18 years', true);
end $$;

create or replace function clinic.visit_waits_for(visit_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not exists (select 1 from clinic.print_job q where q.visit_id = $1 and q.state = 'queued') then
		return null;
	end if;
	return (
		select clinic.reply('note', 'waiting_for_set', jsonb_build_object('name', o.name, 'printer', d.name)) ->> 'title'
		from (select q.device_id, min(q.turn) as turn from clinic.print_job q
			where q.visit_id = $1 and q.state = 'queued' group by q.device_id) j
		join clinic.device d on d.device_id = j.device_id
		join clinic.visit w on w.visit_id = clinic.printer_head(j.device_id) and w.visit_id <> $1
		join clinic.operator o on o.operator_id = w.held_by
		order by j.turn limit 1);
end $$;

-- Which of these the patient is born on; by themselves, like the other patients below, because a list whose length hangs on the
-- visit has all of clinic.visit_view planned anew each time.
create or replace function clinic.birth_choices_view(v clinic.visit) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.policy_text('identity_check') <> 'attest' then
		return (select coalesce(jsonb_agg(clinic.date_words(d) order by n), '[]') from unnest(v.birth_choices) with ordinality c (d, n));
	end if;
	return '[]';
end $$;

create or replace function clinic.look_alikes_view(patient_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('name', clinic.patient_name(a), 'number', clinic.patient_number(a.patient_id))), '[]')
		from clinic.look_alikes($1) a);
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
	trouble jsonb;
begin
	if visit_view.visit_id is not null then
		select x.* into v from clinic.visit x where x.visit_id = visit_view.visit_id;
		select x.* into p from clinic.patient x where x.patient_id = v.patient_id;
	end if;
	if v.visit_id is not null then
		labels := array(select l from clinic.visit_labels(v.visit_id) l);
		left_over := clinic.open_labels(v.visit_id, labels);
	end if;
	ask := clinic.question_view(clinic.visit_question(v, station_id, labels));
	trouble := clinic.trouble_view(v, station_id);
	if v.visit_id is null and ask is null and alarm is null and trouble is null then
		return null;
	end if;
	return jsonb_build_object('visit_id', v.visit_id,
		'state', case when v.state = 'labels' and left_over = 0 then 'check' else v.state end,
		'held_by', (select jsonb_build_object('operator_id', o.operator_id, 'name', o.name)
			from clinic.operator o where o.operator_id = v.held_by),
		'opened_at', v.opened_at, 'parked_at', v.parked_at, 'collected_at', v.collected_at, 'open_labels', left_over,
		'patient', case when v.visit_id is not null then jsonb_build_object('patient_id', p.patient_id,
			'name', clinic.patient_name(p), 'label_name', clinic.label_name(v.visit_id, p),
			'number', clinic.patient_number(p.patient_id), 'sex', p.sex,
			'birth_date', case when v.identified_at is not null then clinic.birth_known(p) end) end,
		'unusual', clinic.unusual_view(v.visit_id, p),
		'stated_by', v.stated_by,
		'guardian', v.state = 'identify' and clinic.guardian_offered(p.birth_date),
		'co_signed_by', (select o.name from clinic.operator o where o.operator_id = v.co_signed_by),
		'second_person', (select o.name from clinic.operator o where o.operator_id = v.second_person_by),
		'gaps', case when v.visit_id is null then '[]' else clinic.gaps_view(clinic.visit_orders(v)) end,
		'birth_choices', case when v.state = 'identify' then clinic.birth_choices_view(v) else '[]' end,
		'look_alikes', case when v.state = 'identify' then clinic.look_alikes_view(v.patient_id) else '[]' end,
		'tubes', case
			when v.visit_id is null then '[]'
			when v.identified_at is null and v.state in ('identify', 'parked') then clinic.tubes_planned(v.patient_id)
			else clinic.tubes_view(v.visit_id, labels) end,
		'ask', ask, 'alarm', alarm, 'trouble', trouble,
		'closing', case when v.state = 'labels' and left_over = 0 then clinic.closing_view(v) end,
		'jobs_waiting_for', case when v.state = 'labels' then clinic.visit_waits_for(v.visit_id) end);
end $$;
