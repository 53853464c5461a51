-- Lists of orders: who is due, who is parked, what needs a person.

-- What is the same for many (the tubes of the same tests, the words of a gap) is asked once.
create or replace function clinic.due_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		with due as materialized (
			select c.patient_id, bool_or(c.priority = 'STAT') as stat, min(c.received_at) as since, array_agg(distinct c.lab_order_id) as orders,
				jsonb_agg(coalesce(t.name, c.name) order by coalesce(t.name, c.name)) as names,
				-- as clinic.tests_due
				array_agg(c.lab_order_test_id order by c.lab_order_test_id) filter (where c.test_id is not null) as drawn,
				array_agg(c.test_id order by c.test_id) filter (where c.test_id is not null) as tests
			from clinic.collections c left join clinic.test t on t.test_id = c.test_id
			where c.state = 'due' and not exists (select 1 from clinic.visit v
				where v.patient_id = c.patient_id and v.state = 'parked')
			group by c.patient_id
		), container as materialized (
			select x.tests, (select count(*) from clinic.tubes_for(x.drawn)) as n
			from (select distinct on (d.tests) d.tests, d.drawn from due d where d.tests is not null order by d.tests) x
		), gap as materialized (
			select g.patient_id, g.gap from clinic.order_gaps(array(select unnest(d.orders) from due d)) g
		), gaps as materialized (
			select g.patient_id, jsonb_agg(w.words order by g.gap) as words
			from gap g join (select x.gap, clinic.gap_words(x.gap) as words from (select distinct y.gap from gap y) x) w on w.gap = g.gap
			group by g.patient_id
		)
		select coalesce(jsonb_agg(jsonb_build_object(
			'patient_id', p.patient_id, 'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id),
			'birth_year_hidden', true, 'tests', d.names, 'containers', coalesce(c.n, 0), 'stat', d.stat, 'since', d.since,
			'gaps', coalesce(g.words, '[]'),
			'slip', (select s.slip from clinic.slip s where s.patient_id = p.patient_id order by s.created_at desc limit 1),
			'amber', to_jsonb(a.amber), 'unusual', to_jsonb(clinic.unusual_words(p)), 'printable', a.amber = '{}',
			'look_alike', exists (select 1 from clinic.look_alikes(p.patient_id))) order by d.stat desc, d.since), '[]')
		from due d join clinic.patient p on p.patient_id = d.patient_id
		left join container c on c.tests = d.tests left join gaps g on g.patient_id = d.patient_id
		cross join lateral clinic.patient_printable(p.patient_id) a (amber));
end $$;

create or replace function clinic.parked_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('visit_id', v.visit_id, 'patient_id', v.patient_id,
		'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id), 'parked_at', v.parked_at,
		'held_by', jsonb_build_object('operator_id', o.operator_id, 'name', o.name),
		'open_labels', clinic.visit_open_labels(v.visit_id),
		'remind', v.parked_at < now() - make_interval(mins => clinic.policy_int('park_limit', 'remind_min')))
		order by v.parked_at), '[]')
	from clinic.visit v
	join clinic.patient p on p.patient_id = v.patient_id
	join clinic.operator o on o.operator_id = v.held_by
	where v.state = 'parked';
$$;

-- One row for each thing in the messages that needs a person.
create or replace function clinic.amber_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with open_message as (
		select m.*, o.lab_order_id, o.placer_number, p.patient_id, p.birth_text,
			case when p.patient_id is not null then jsonb_build_object('name', clinic.patient_name(p),
				'number', clinic.patient_number(p.patient_id)) end as who
		from clinic.hl7_message m
		left join lateral (select l.* from clinic.lab_order l where l.message_id = m.message_id
			order by l.lab_order_id limit 1) o on true
		left join clinic.patient p on p.patient_id = o.patient_id
		where m.state in ('amber', 'refused')
	), kinds as (
		select m.message_id, f.flag, case f.flag
				when 'test_unknown' then 'test_unknown'
				when 'birth_date_unreadable' then 'birth_date_missing'
				when 'cancel_unknown' then 'cancel_unknown'
				when 'cancel_after_draw' then 'cancel_after_draw'
				when 'refused' then 'refused' else 'other' end as kind,
			case f.flag
				when 'test_unknown' then 'amber_test_unknown'
				when 'birth_date_unreadable' then 'amber_birth_date'
				when 'cancel_unknown' then 'amber_cancel_unknown'
				when 'cancel_after_draw' then 'amber_cancel_after_draw'
				when 'cancel_in_visit' then 'amber_cancel_in_visit'
				when 'change_unknown' then 'amber_change_unknown'
				when 'added_in_visit' then 'amber_added_in_visit'
				when 'placer_number_of_another_patient' then 'amber_another_patient'
				when 'refused' then 'amber_refused' else 'amber_other' end as code
		from open_message m
		cross join lateral unnest(m.flags || case when m.state = 'refused' then array['refused'] else '{}'::text[] end) f(flag)
	)
	select coalesce(jsonb_agg(jsonb_build_object('message_id', m.message_id, 'lab_order_id', m.lab_order_id, 'kind', k.kind,
		'title', w.reply ->> 'title', 'do', w.reply ->> 'do', 'patient', m.who, 'codes', c.codes, 'at', m.received_at)
		order by m.message_id), '[]')
	from open_message m
	join kinds k on k.message_id = m.message_id
	cross join lateral (select coalesce(jsonb_agg(distinct jsonb_build_object('code', t.code, 'name', t.name)), '[]') as codes
		from clinic.lab_order_test t join clinic.lab_order o on o.lab_order_id = t.lab_order_id
		where o.message_id = m.message_id and t.test_id is null and t.state in ('due', 'in_visit')) c
	cross join lateral (select clinic.reply('question', k.code, jsonb_build_object(
		'codes', (select string_agg(concat_ws(' ', x ->> 'code', x ->> 'name'), ', ') from jsonb_array_elements(c.codes) x),
		'birth_text', coalesce(nullif(m.birth_text, ''), 'empty'), 'placer_number', coalesce(nullif(m.about, ''), m.control_id),
		'text', coalesce(m.errors #>> '{0,text}', replace(k.flag, '_', ' ')))) as reply) w
	where not (k.kind = 'test_unknown' and c.codes = '[]')
		and not (k.kind = 'birth_date_missing' and not exists (select 1 from clinic.patient p
			where p.patient_id = m.patient_id and p.birth_date is null));
$$;

-- Reads need a person who may see patients; null when so.
create or replace function clinic.require_reader(actor clinic.actor, act text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when (actor).operator_id is null then clinic.reply('question', 'sign_in_needed')
		when (actor).shaded then clinic.reply('question', 'shaded')
		when not clinic.may(actor, act) then clinic.reply('question', 'not_allowed') end;
$$;
