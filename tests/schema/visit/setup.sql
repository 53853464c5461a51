-- Visits on the practice clinic: Ana at Room 1, Ben at Room 2; a core that prints whatever it is told to.
\ir ../clinic/setup.sql
select pg_temp.sign_in('Ben Okafor', 'room2') is not null \g /dev/null

create function pg_temp.call(act text, token text, args jsonb default '{}') returns jsonb language plpgsql as $$
declare
	r jsonb;
begin
	execute format('select api.%I($1, $2, $3)', act) into r using gen_random_uuid(), token, args;
	return r;
end $$;
create function pg_temp.scan(code text, token text default 'ana') returns jsonb language sql volatile as $$
	select pg_temp.call('scan', token, jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', ']C0',
		'source', 'virtual')) $$;
create function pg_temp.card(command text) returns text language sql stable as $$
	select c.code from clinic.command c where c.name = command $$;
create function pg_temp.patient(family text, given text, born text, tests text[], number text default null) returns bigint
language sql volatile as $$
	select (pg_temp.ok_(pg_temp.call('order_here', 'ana', jsonb_build_object('tests', to_jsonb(tests), 'provider', 'R. Dale',
		'source', 'paper', 'patient', jsonb_build_object('family', family, 'given', given, 'birth_date', born, 'sex', 'F',
		'number', coalesce(number, family || given || born))))) ->> 'patient_id')::bigint $$;
create function pg_temp.slip(patient bigint) returns text language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('slip_print', 'ana', jsonb_build_object('patient_id', patient))) ->> 'slip' $$;
-- the place of the true birth date among the four (or of a wrong one)
create function pg_temp.choice(patient bigint, is_true boolean default true) returns int language sql stable as $$
	select n::int from clinic.visit v join clinic.patient p using (patient_id),
		unnest(v.birth_choices) with ordinality c (d, n)
	where v.patient_id = patient and v.state = 'identify' and (d = p.birth_date) = is_true limit 1 $$;
create function pg_temp.identify(patient bigint, token text default 'ana') returns jsonb language sql volatile as $$
	select pg_temp.call('visit_identify', token, jsonb_build_object('choice', pg_temp.choice(patient))) $$;
-- one step of one job, as the core reports it
create function pg_temp.job(job bigint, state text, more jsonb default '{}') returns jsonb language sql volatile as $$
	select pg_temp.call('print_job_set', 'core', jsonb_build_object('print_job_id', job, 'state', state, 'drawn_from', (select clinic.print_job_drawn_from(j)
		from clinic.print_job j where j.print_job_id = job)) || more) $$;
-- prints what may print now, the first one first; returns how many, without separators
create function pg_temp.print() returns int language plpgsql as $$
declare
	j jsonb;
	r jsonb;
	n int := 0;
begin
	loop
		j := (select x from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') with ordinality e (x, no)
			where x ->> 'state' = 'queued' or x ->> 'state' = 'proved' and x ->> 'sha256' = 'cd34' order by no limit 1);
		exit when j is null;
		if j ->> 'state' = 'queued' then
			perform pg_temp.ok_(pg_temp.job((j ->> 'print_job_id')::bigint, 'proved', '{"sha256": "cd34"}'));
		end if;
		r := pg_temp.job((j ->> 'print_job_id')::bigint, 'sending', '{"counter": 10}');
		continue when r ->> 'code' = 'separator_first';
		perform pg_temp.ok_(r);
		perform pg_temp.ok_(pg_temp.job((j ->> 'print_job_id')::bigint, s, case s when 'printed' then '{"counter": 11}' else '{}' end::jsonb))
		from unnest(array['sent', 'printed']) s;
		n := n + (j ->> 'template' <> 'separator')::int;
	end loop;
	return n;
end $$;
-- time passes for everything that stands open
create function pg_temp.later(by interval) returns void language sql volatile as $$
	update clinic.print_job set state_at = state_at - by;
	update clinic.visit set asked_at = asked_at - by, opened_at = opened_at - by, closed_at = closed_at - by;
	update clinic.question set asked_at = asked_at - by;
	update clinic.hand_out set handed_out_at = handed_out_at - by, scanned_at = scanned_at - by;
	update clinic.alarm set at = at - by, other_at = other_at - by, rescanned_at = rescanned_at - by where answered_at is null;
	update clinic.visit_act set at = at - by; $$;
create function pg_temp.tube(patient bigint, no int) returns text language sql stable as $$
	select specimen_id from clinic.specimen where patient_id = patient and number = no order by created_at desc, visit_id desc limit 1 $$;
create function pg_temp.label(specimen text, copy int) returns text language sql immutable as $$
	select custody.id_make('label', substr(specimen, 1, 3)::int, substr(specimen, 4, 7)::bigint, copy) $$;
create function pg_temp.view(token text default 'ana') returns jsonb language sql stable as $$
	select api.visit(token, '{}') -> 'data' $$;
-- a visit with its labels printed, long enough ago
create function pg_temp.printed(patient bigint, token text default 'ana') returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', token, jsonb_build_object('slip', pg_temp.slip(patient))));
	select pg_temp.ok_(pg_temp.identify(patient, token));
	select pg_temp.print();
	select pg_temp.later('6 seconds') $$;
create function pg_temp.says(r jsonb) returns text language sql immutable as $$ select concat_ws(' ', r ->> 'verdict', r ->> 'code') $$;
-- what a scan would be answered; everything it did is undone
create function pg_temp.would(code text, token text default 'ana') returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := pg_temp.says(pg_temp.scan(code, token));
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
create function pg_temp.policy(name text, value jsonb) returns void language sql as $$
	insert into clinic.policy_setting (policy, value) values (name, value) $$;
create function pg_temp.kinds(specimen text) returns text language sql stable as $$
	select string_agg(kind || case when moves then '' else '!' end, ' ' order by n) from custody.event where subject = specimen $$;
create function pg_temp.label_state(specimen text, of_copy int) returns text language sql stable as $$
	select l.state || case when l.is_open then ' open' else '' end
	from clinic.specimen s, clinic.visit_labels(s.visit_id) l
	where s.specimen_id = specimen and l.specimen_id = specimen and l.copy = of_copy $$;
