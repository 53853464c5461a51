-- Tubes that were drawn while the system was away, on labels printed ahead (RG-17): whose they are is entered afterwards from
-- the paper form. One person enters, another looks at tubes and form and scans their badge; only then anything is stored. The
-- label's number is the tube's own for ever, its chain says who drew it when, who entered it and who looked.

create or replace function clinic.is_downtime_label(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.downtime_label d where d.specimen_id = $1)
		-- of another node: its issue was told (clinic.downtime_issued)
		or exists (select 1 from custody.event e where e.subject = $1 and e.kind = 'remark' and e.body like '%"remark": "downtime_label"%');
end $$;

-- Nobody has said whose tube it is.
create or replace function clinic.is_downtime_unsaid(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if exists (select 1 from clinic.specimen s where s.specimen_id = $1) then
		return false;
	end if;
	return clinic.is_downtime_label($1) and not exists (select 1 from custody.event e where e.subject = $1 and e.kind = 'collected');
end $$;

-- The chain of a label that is issued begins with what it is, so that a laboratory on another node knows it when it comes
-- before anybody entered it. Which one that will be is known where there is one only.
create or replace function clinic.downtime_issued(specimen_id text, run clinic.stock_run) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.downtime_label (specimen_id, stock_run_id) values ($1, run.stock_run_id);
	perform custody.append($1, 'remark', jsonb_build_object('remark', 'downtime_label', 'stock_run', run.stock_run_id),
		run.made_by, run.station_id, lab => (select case when count(distinct b.node) = 1 then min(b.node) else 0 end
			from clinic.lab b where b.node <> 0));
end $$;

-- ---- scans at the clinic ----------------------------------------------------------------------------------------------

-- A number of our form that no tube has. One of a downtime label asks whose it is, where nobody is drawn from.
create or replace function clinic.downtime_scanned(actor clinic.actor, specimen_id text, code text, about jsonb, refused text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('text', code, 'tail', right(specimen_id, 4));
	own bigint := (clinic.visit_of(actor.operator_id)).visit_id;
	q clinic.question := clinic.question_at(actor.station_id);
begin
	if q.code = 'downtime_second' then
		return clinic.judged('note', case when jsonb_path_exists(q.data, '$.tubes[*] ? (@.specimen_id == $id)', jsonb_build_object('id', specimen_id))
			then 'downtime_in_entry' else 'downtime_not_in_entry' end, words, own, about);
	elsif refused is not null or own is not null or not clinic.is_downtime_unsaid(specimen_id) or not clinic.may(actor, 'downtime') then
		return clinic.judged('question', clinic.specimen_unknown_code(specimen_id), words, own, about);
	end if;
	perform clinic.ask(actor, null, 'downtime_whose', specimen_id, data => words);
	return clinic.judged('question', 'downtime_whose', words, null, about || '{"kind": "downtime"}');
end $$;

-- A slip that was scanned when it was asked whose label this is: it opens no visit.
create or replace function clinic.downtime_slip(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.patient;
begin
	select x.* into p from clinic.patient x join clinic.slip s on s.patient_id = x.patient_id where s.slip = code;
	if p.patient_id is null then
		return clinic.judged('question', 'slip_unknown', jsonb_build_object('text', left(code, 40)), null, about);
	end if;
	update clinic.question q set asked_at = clock_timestamp() where q.station_id = actor.station_id and q.code = 'downtime_whose';
	return clinic.judged('note', 'downtime_patient', jsonb_build_object('name', clinic.patient_name(p), 'patient_id', p.patient_id), null,
		about || jsonb_build_object('kind', 'downtime', 'patient_id', p.patient_id));
end $$;

-- ---- what is entered ------------------------------------------------------------------------------------------------------

-- The tubes of args: id as in the number that was scanned, its tests in order; null where it is none of ours.
create or replace function clinic.downtime_tubes(args jsonb) returns table (specimen_id text, tests bigint[])
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select (custody.id_parse(clinic.arg(t, 'specimen_id'))).specimen_id,
		array(select clinic.arg_bigint(jsonb_build_object('id', x), 'id')
			from jsonb_array_elements(case jsonb_typeof(t -> 'tests') when 'array' then t -> 'tests' else '[]' end) x order by 1)
	from jsonb_array_elements(case jsonb_typeof(args -> 'tubes') when 'array' then args -> 'tubes' else '[]' end) t limit 100;
end $$;

-- The label stands for a tube already: of this patient, then it is done; of another one, then two forms or two tubes have one
-- number, and neither is to be believed: the station is locked, and the tube goes on hold.
create or replace function clinic.downtime_taken(actor clinic.actor, patient_id bigint, specimen_id text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	s clinic.specimen;
	v clinic.visit;
	words jsonb;
begin
	select x.* into s from clinic.specimen x where x.specimen_id = downtime_taken.specimen_id;
	select x.* into v from clinic.visit x where x.visit_id = s.visit_id;
	words := jsonb_build_object('tail', right(s.specimen_id, 4), 'by', clinic.operator_name(v.closed_by)) || clinic.when_where(v.closed_at, v.station_id);
	if s.patient_id = downtime_taken.patient_id then
		return clinic.judged('repeat', 'downtime_entered_already', words);
	end if;
	perform clinic.alarm_raise(actor, s.visit_id, 'downtime_twice', s.specimen_id, s.specimen_id, 1);
	perform clinic.visit_note(s.visit_id, actor, 'downtime_twice', true, jsonb_build_object('specimen_id', s.specimen_id, 'patient', downtime_taken.patient_id));
	return clinic.judged('stop', 'downtime_twice', words);
end $$;

-- Are these tubes of the plan, each once, and all of a test that needs several?
create or replace function clinic.downtime_fits(patient_id bigint, args jsonb) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return not exists (
		select 1 from (select t.tests, count(*) as n from clinic.downtime_tubes(args) t group by t.tests) told
		left join (select array(select x from unnest(p.tests) x order by x) as tests, count(*) as n
			from clinic.tubes_for(clinic.tests_due($1)) p group by 1) plan on plan.tests = told.tests
		where told.tests = '{}' or told.n is distinct from plan.n);
end $$;

-- What stands against it; code null: nothing. Labels and the patient are locked.
create or replace function clinic.downtime_obstacle(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	ids text[] := array(select t.specimen_id from clinic.downtime_tubes(args) t);
	p clinic.patient;
	drawn timestamptz := clinic.arg_time(args, 'collected_at');
	used text;
begin
	select x.* into p from clinic.patient x where x.patient_id = clinic.arg_bigint(args, 'patient_id') for no key update;
	if p.patient_id is null then
		return clinic.judged('question', 'patient_unknown');
	elsif ids = '{}' or cardinality(ids) > 50 or (select count(distinct x) from unnest(ids) x) < cardinality(ids) then
		return clinic.judged('question', 'bad_request', '{"what": "tubes"}');
	elsif exists (select 1 from unnest(ids) x where not exists (select 1 from clinic.downtime_label d where d.specimen_id = x)) then
		return clinic.judged('question', 'downtime_no_label');
	end if;
	perform custody.lock_subjects(ids);
	select s.specimen_id into used from clinic.specimen s where s.specimen_id = any (ids)
	order by s.patient_id = p.patient_id, s.specimen_id limit 1;
	return case
		when used is not null then clinic.downtime_taken(actor, p.patient_id, used)
		when p.birth_date is null or p.birth_date is distinct from clinic.arg_date(args, 'birth_date') then
			clinic.judged('question', 'downtime_birth_date', jsonb_build_object('name', clinic.patient_name(p)))
		when not exists (select 1 from clinic.operator_role r join clinic.role_act a on a.role = r.role and a.act = 'identify'
			where r.operator_id = clinic.arg_bigint(args, 'drawn_by')) then clinic.judged('question', 'downtime_drawn_by')
		when drawn is null or not isfinite(drawn) or drawn > clock_timestamp() or drawn < clock_timestamp() - interval '30 days'
			or exists (select 1 from clinic.downtime_label d join clinic.stock_run r on r.stock_run_id = d.stock_run_id
				where d.specimen_id = any (ids) and drawn < date_trunc('minute', r.made_at)) then clinic.judged('question', 'downtime_time')
		when clinic.tests_due(p.patient_id) = '{}' then clinic.judged('question', 'nothing_due', jsonb_build_object('name', clinic.patient_name(p)))
		when not clinic.downtime_fits(p.patient_id, args) then clinic.judged('question', 'downtime_plan')
		else clinic.tests_barred(clinic.tests_due(p.patient_id), null) end;
end $$;

-- The first person's part: it waits on this screen for another's badge.
create or replace function clinic.downtime_entered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.judgement;
	claim jsonb;
	words jsonb;
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	if (clinic.visit_of(actor.operator_id)).visit_id is not null then
		return clinic.judged('question', 'close_yours_first', '{}', (clinic.visit_of(actor.operator_id)).visit_id);
	end if;
	j := clinic.downtime_obstacle(actor, args);
	if j.code is not null then
		return j;
	end if;
	claim := jsonb_build_object('patient_id', clinic.arg_bigint(args, 'patient_id'), 'birth_date', clinic.arg_date(args, 'birth_date'),
		'drawn_by', clinic.arg_bigint(args, 'drawn_by'), 'collected_at', clinic.arg_time(args, 'collected_at'),
		'tubes', (select jsonb_agg(jsonb_build_object('specimen_id', t.specimen_id, 'tests', t.tests) order by t.specimen_id) from clinic.downtime_tubes(args) t));
	select jsonb_build_object('name', clinic.patient_name(p), 'patient_number', coalesce(clinic.patient_number(p.patient_id), ''),
		'born', clinic.date_words(p.birth_date), 'n', jsonb_array_length(claim -> 'tubes'), 'drawer', clinic.operator_name((claim ->> 'drawn_by')::bigint),
		'at', to_char((claim ->> 'collected_at')::timestamptz, 'FMDD Mon HH24:MI'),
		'tails', (select string_agg('...' || right(t.specimen_id, 4), ', ' order by t.specimen_id) from clinic.downtime_tubes(claim) t))
	into words from clinic.patient p where p.patient_id = (claim ->> 'patient_id')::bigint;
	perform clinic.ask(actor, null, 'downtime_second', data => claim || words);
	return clinic.judged('question', 'downtime_second', words);
end $$;

-- ---- the second person ---------------------------------------------------------------------------------------------------

create or replace function clinic.downtime_seconded(actor clinic.actor, claim jsonb, person clinic.operator) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require(actor, 'downtime');
	j clinic.judgement;
begin
	if refused is not null then
		return clinic.judged('question', refused ->> 'code');
	elsif person.operator_id = actor.operator_id then
		return clinic.judged('question', 'downtime_self', jsonb_build_object('name', person.name));
	elsif not clinic.may_stand_by(person.operator_id, 'second_person') then
		return clinic.judged('question', 'second_person_by_whom', jsonb_build_object('name', person.name));
	end if;
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	j := clinic.downtime_obstacle(actor, claim); -- since it was entered
	perform clinic.ask_end(actor.station_id);
	if j.code is not null then
		return j;
	end if;
	return clinic.downtime_bound(actor, claim, person);
end $$;

-- The visit that took place on paper, closed at once, and its tubes.
create or replace function clinic.downtime_bound(actor clinic.actor, claim jsonb, person clinic.operator) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
	tube record;
	tubes text[] := '{}';
begin
	insert into clinic.visit (patient_id, found_by, state, held_by, station_id, opened_by, drawn_by, closed_at, closed_by, collected_at,
		close_check, identified_how, second_person_by)
	values ((claim ->> 'patient_id')::bigint, 'downtime', 'closed', actor.operator_id, actor.station_id, actor.operator_id, (claim ->> 'drawn_by')::bigint,
		clock_timestamp(), actor.operator_id, (claim ->> 'collected_at')::timestamptz, 'downtime', 'downtime', person.operator_id)
	returning * into v;
	update clinic.lab_order_test t set state = 'in_visit', state_at = now(), reason = ''
	where t.state = 'due' and t.lab_order_test_id in (select unnest(x.tests) from clinic.downtime_tubes(claim) x);
	for tube in
		with told as (
			select t.*, row_number() over (partition by t.tests order by t.specimen_id) as nth from clinic.downtime_tubes(claim) t
		), plan as (
			-- of what is planned for these tests: in a visit they are due no more
			select p.*, row_number() over (partition by s.tests order by p.number) as nth, s.tests as sorted
			from clinic.tubes_for(array(select unnest(x.tests) from clinic.downtime_tubes(claim) x)) p
			cross join lateral (select array(select x from unnest(p.tests) x order by x)) s (tests)
		)
		select told.specimen_id, plan.*, row_number() over (order by plan.number) as no, count(*) over () as of
		from told join plan on plan.sorted = told.tests and plan.nth = told.nth order by plan.number
	loop
		perform clinic.downtime_tube_bound(actor, v, person, tube.specimen_id, tube.container_type_id, tube.lab_id, tube.specimen_type, tube.tests,
			tube.no::int, tube.of::int);
		tubes := tubes || tube.specimen_id;
	end loop;
	perform clinic.tests_collected(actor, tubes);
	perform clinic.visit_note(v.visit_id, actor, 'downtime_entered', detail => jsonb_build_object('second', person.operator_id, 'tubes', to_jsonb(tubes)));
	return clinic.judged_custody('complete', 'downtime_entered', jsonb_build_object('n', cardinality(tubes), 'name', person.name));
end $$;

-- One tube: its row, the label that is on it, and its chain. When its label was stuck on and when it was drawn says the form.
create or replace function clinic.downtime_tube_bound(actor clinic.actor, v clinic.visit, person clinic.operator, specimen_id text,
	container_type_id bigint, lab_id bigint, specimen_type text, tests bigint[], number int, of_n int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	lab int;
	said jsonb := jsonb_build_object('source', 'paper', 'entered_by', actor.operator_id, 'second_person', person.operator_id);
	printed clinic.print_job;
begin
	insert into clinic.specimen (specimen_id, visit_id, patient_id, container_type_id, lab_id, specimen_type, number, of, created_by)
	values ($4, v.visit_id, v.patient_id, $5, $6, $7, $9, $10, actor.operator_id);
	insert into clinic.specimen_test (specimen_id, lab_order_test_id) select $4, x from unnest(tests) x;
	insert into clinic.label (specimen_id, copy, reason, created_by) values ($4, 1, 'downtime', actor.operator_id);
	lab := clinic.specimen_lab($4);
	select j.* into printed from clinic.print_job j join clinic.downtime_label d on d.stock_run_id = j.stock_run_id
	where d.specimen_id = $4 and j.content ->> 'specimen_id' = $4 order by j.print_job_id desc limit 1;
	perform custody.append($4, 'prepared', jsonb_build_object('visit', v.visit_id, 'container_type', $5, 'tests', to_jsonb(tests), 'number', $9, 'of', $10,
		'downtime', true), actor.operator_id, actor.station_id, lab => lab);
	perform custody.append($4, 'label_printed', jsonb_build_object('copy', 1, 'job', printed.print_job_id, 'evidence', 'on_tube', 'downtime', true),
		actor.operator_id, actor.station_id, occurred_at => least(printed.state_at, v.collected_at), lab => lab);
	perform custody.append($4, 'labelled', jsonb_build_object('copy', 1, 'job', printed.print_job_id) || said,
		actor.operator_id, actor.station_id, occurred_at => v.collected_at, lab => lab);
	perform custody.append($4, 'collected', said || jsonb_build_object('drawn_by', v.drawn_by, 'labelled_by', v.drawn_by, 'check', 'downtime',
		'visit', v.visit_id), actor.operator_id, actor.station_id, occurred_at => v.collected_at, lab => lab);
end $$;

-- ---- the laboratory -----------------------------------------------------------------------------------------------------

-- A tube that waited on the QUESTIONS rack because nobody had said whose it is, and was entered since: its hold ends when it
-- is scanned again. True: it did.
create or replace function clinic.downtime_hold_ended(actor clinic.actor, tube text, hold custody.event) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	q clinic.lab_question;
begin
	if coalesce(clinic.body_of(hold.body) ->> 'why' <> 'downtime', true) or clinic.is_downtime_unsaid(tube) then
		return false;
	end if;
	perform custody.append(tube, 'released', jsonb_build_object('reason', 'downtime_entered', 'was', 'collected', 'note', ''),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	for q in select x.* from clinic.lab_question x where x.subject = tube and x.kind = 'downtime' and x.settled_by is null order by x.event_id loop
		perform clinic.lab_settle(actor, q, tube, 'entered');
	end loop;
	return true;
end $$;

-- ---- the page -------------------------------------------------------------------------------------------------------------

-- patient null: nobody is chosen yet.
create or replace function clinic.downtime_view(patient_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object(
		'labels', (select jsonb_build_object('issued', count(*), 'unassigned', count(*) filter (where not exists (
			select 1 from clinic.specimen s where s.specimen_id = l.specimen_id))) from clinic.downtime_label l),
		'operators', (select coalesce(jsonb_agg(jsonb_build_object('operator_id', o.operator_id, 'name', o.name) order by o.name, o.operator_id), '[]')
			from clinic.operator o where exists (select 1 from clinic.operator_role r join clinic.role_act a on a.role = r.role and a.act = 'identify'
				where r.operator_id = o.operator_id)),
		'patient', (select jsonb_build_object('patient_id', p.patient_id, 'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id),
			'look_alikes', (select coalesce(jsonb_agg(jsonb_build_object('name', clinic.patient_name(a), 'number', clinic.patient_number(a.patient_id))
				order by a.patient_id), '[]') from clinic.look_alikes(p.patient_id) a)) from clinic.patient p where p.patient_id = $1),
		'tubes', (select coalesce(jsonb_agg(clinic.tests_view(p.tests) || jsonb_build_object('number', p.number, 'ids', to_jsonb(p.tests),
				'container', clinic.container_view(c)) order by p.number), '[]')
			from clinic.tubes_for(clinic.tests_due($1)) p join clinic.container_type c on c.container_type_id = p.container_type_id where p.tests <> '{}'),
		'entered', (select coalesce(jsonb_agg(to_jsonb(x) order by x.at desc), '[]') from (
			select v.visit_id, v.closed_at as at, clinic.patient_name(p) as name, clinic.patient_number(p.patient_id) as number, v.collected_at,
				clinic.operator_name(v.closed_by) as by, clinic.operator_name(v.second_person_by) as second,
				(select jsonb_agg(s.specimen_id order by s.number) from clinic.specimen s where s.visit_id = v.visit_id) as tubes
			from clinic.visit v join clinic.patient p on p.patient_id = v.patient_id
			where v.found_by = 'downtime' and v.closed_at > clock_timestamp() - interval '3 days' order by v.closed_at desc limit 20) x));
end $$;
