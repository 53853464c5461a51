-- How well a printer's labels read (LB-10), counted from what is stored anyway: print jobs, scans, checks that failed.
-- A head's element that dies makes a white line along the label: codes that lie across it stop reading, or read wrong.
--
-- The norm is less than 1 code in 1,000 that does not read (contrib/DOMAIN.md 2.1, cobas p 512). A clinic makes few labels a
-- day: a printer is 'worse' only when at least two did not read and one that just keeps the norm would do so badly in less
-- than 1 of 100 such fortnights (3 of 300), and 'keeps' the norm only when it would do so well in less than 1 of 20 (without
-- any no-read that takes 2,996 labels). Anything else is 'open'.

create or replace function clinic.printer_health_days() returns int
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$ select 14; $$;

-- Chance of n or more where mean are expected (Poisson).
create or replace function clinic.chance_of(n bigint, mean double precision) returns double precision
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	log_term double precision := -mean; -- of exactly i
	less double precision := 0;
begin
	if mean <= 0 then
		return (n <= 0)::int;
	end if;
	for i in 1 .. n loop
		less := less + case when log_term > -700 then exp(log_term) else 0 end;
		exit when i > mean and log_term < -700;
		log_term := log_term + ln(mean / i);
	end loop;
	return greatest(0, 1 - less);
end $$;

create or replace function clinic.reads_judged(read bigint, no_read bigint) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when no_read > 1 and clinic.chance_of(no_read, read / 1000.0) < 0.01 then 'worse'
		when 1 - clinic.chance_of(no_read + 1, read / 1000.0) < 0.05 then 'keeps'
		else 'open' end;
$$;

-- Every label once at every station that met it: did a scanner read it, or had a person to type it; and was it scanned
-- again within ten seconds though nothing asked for that (the first scan was not heard, or not trusted).
create or replace function clinic.labels_met(since timestamptz) returns table (device_id bigint, at timestamptz, by_hand boolean, again boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select m.device_id, (m.first).at, (m.first).source = 'hand',
		coalesce(m.second_at < (m.first).at + interval '10 seconds' and (m.first).verdict <> 'stop' and (m.first).code <> 'quick_scan', false)
	from (
		select j.device_id, (array_agg(s order by s.scan_id))[1] as first, (array_agg(s.at order by s.scan_id))[2] as second_at
		from clinic.scan s
		cross join lateral (select clinic.scan_text(s.raw) as text) t -- of that kind, so its parts are where they are
		cross join lateral (
			select x.device_id, x.print_job_id from clinic.print_job x
			where x.specimen_id = left(t.text, 12) and (s.kind = 'specimen' or x.copy = nullif(substr(t.text, 13, 2), '')::int) and x.began_at < s.at
			order by x.copy desc, x.print_job_id desc limit 1) j
		where s.at >= since and s.kind in ('specimen', 'label')
		group by j.device_id, j.print_job_id, s.station_id) m;
$$;

-- Codes of our make whose check digits were wrong, and the printer of the label that they most likely were. The last fifty:
-- more of them say nothing more.
create or replace function clinic.labels_misread(since timestamptz) returns table (device_id bigint, at timestamptz)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select n.printer_id, n.at from clinic.labels_nearly(since) n where not n.passes;
$$;

-- By printer and day of the database's time zone: labels drawn and refused by their check; labels met, by hand or wrongly
-- read, scanned again.
create or replace function clinic.printer_days(since timestamptz) returns table (device_id bigint, day date, made bigint, failed bigint,
	read bigint, no_read bigint, again bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select x.device_id, x.at::date, sum(x.made)::bigint, sum(x.failed)::bigint, sum(x.read)::bigint, sum(x.no_read)::bigint, sum(x.again)::bigint
	from (
		select j.device_id, j.created_at as at, 1 as made, (j.failed_check is not null)::int as failed, 0 as read, 0 as no_read, 0 as again
		from clinic.print_job j where j.created_at >= since and (j.sha256 is not null or j.failed_check <> 'stock')
		union all
		select m.device_id, m.at, 0, 0, 1, m.by_hand::int, m.again::int from clinic.labels_met(since) m
		union all
		select w.device_id, w.at, 0, 0, 0, 1, 0 from clinic.labels_misread(since) w) x
	group by 1, 2;
$$;

-- ---- test patterns --------------------------------------------------------------------------------------------------

create or replace function clinic.printer_test_is_kept() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'UPDATE' then
		if old.white_lines is null and (old.printer_test_id, old.device_id, old.print_job_id, old.asked_at, old.asked_by)
				is not distinct from (new.printer_test_id, new.device_id, new.print_job_id, new.asked_at, new.asked_by) then
			return new;
		end if;
	end if;
	raise exception 'a test pattern is answered once and never changed or deleted' using errcode = 'insufficient_privilege';
end $$;
create or replace trigger printer_test_is_kept before update or delete on clinic.printer_test
	for each row execute function clinic.printer_test_is_kept();
create or replace trigger printer_test_stays before truncate on clinic.printer_test
	for each statement execute function clinic.printer_test_is_kept();

create or replace function clinic.pattern_printed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	d clinic.device;
	job bigint;
	test bigint;
begin
	select x.* into d from clinic.device x where x.device_id = clinic.arg_bigint(args, 'device_id') and x.kind = 'printer' and x.active;
	if d.device_id is null then
		return clinic.judged('question', 'pattern_no_printer');
	end if;
	insert into clinic.print_job (kind, station_id, device_id, template, content, created_by)
	values ('pattern', actor.station_id, d.device_id, coalesce(clinic.template_for('pattern', d.device_id), 'pattern'), jsonb_build_object('title', left(d.name, 60),
		'words', to_char(clock_timestamp(), 'YYYY-MM-DD HH24:MI'), 'practice', custody.is_practice()), actor.operator_id)
	returning print_job_id into job;
	insert into clinic.printer_test (device_id, print_job_id, asked_by) values (d.device_id, job, actor.operator_id)
	returning printer_test_id into test;
	return clinic.judged('stored', 'pattern_prints', jsonb_build_object('printer', d.name, 'printer_test_id', test, 'print_job_id', job));
end $$;

create or replace function clinic.pattern_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t clinic.printer_test;
	lines boolean := case when jsonb_typeof(args -> 'white_lines') = 'boolean' then (args -> 'white_lines')::boolean end;
	words jsonb;
begin
	select x.* into t from clinic.printer_test x where x.printer_test_id = clinic.arg_bigint(args, 'printer_test_id') for update;
	words := jsonb_build_object('printer', (select d.name from clinic.device d where d.device_id = t.device_id));
	if t.printer_test_id is null or lines is null then
		return clinic.judged('question', 'bad_request', '{"what": "printer_test_id, white_lines"}');
	elsif t.white_lines is not null then
		return clinic.judged('repeat', 'pattern_answered_already', words);
	elsif not exists (select 1 from clinic.print_job j where j.print_job_id = t.print_job_id and j.began_at is not null) then
		return clinic.judged('question', 'pattern_not_out', words);
	end if;
	update clinic.printer_test x set white_lines = lines, answered_at = clock_timestamp(), answered_by = actor.operator_id
	where x.printer_test_id = t.printer_test_id;
	return clinic.judged('stored', case when lines then 'pattern_lines' else 'pattern_clean' end, words);
end $$;

-- ---- view -----------------------------------------------------------------------------------------------------------

create or replace function clinic.printer_tests_view(device_id bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('printer_test_id', t.printer_test_id, 'asked_at', t.asked_at, 'state', t.state,
		'white_lines', t.white_lines, 'answered_at', t.answered_at, 'answered_by', t.name) order by t.printer_test_id desc), '[]')
	from (select x.*, j.state, o.name from clinic.printer_test x join clinic.print_job j using (print_job_id)
		left join clinic.operator o on o.operator_id = x.answered_by
		where x.device_id = $1 order by x.printer_test_id desc limit 5) t;
$$;

create or replace function clinic.printer_health_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with span as (
		select current_date - clinic.printer_health_days() + 1 as first
	), days as materialized (
		select p.* from span, clinic.printer_days(span.first::timestamptz) p
	)
	select jsonb_build_object('days', clinic.printer_health_days(), 'printers', coalesce(jsonb_agg(jsonb_build_object(
		'device_id', d.device_id, 'name', d.name, 'station', s.name, 'language', d.language, 'made', a.made, 'failed', a.failed,
		'read', a.read, 'no_read', a.no_read, 'again', a.again, 'judged', clinic.reads_judged(a.read, a.no_read), 'trend', a.trend,
		'faults', clinic.device_faults_view(d.device_id, (select first from span)), 'alarm', clinic.device_faults_alarm(d),
		'tests', clinic.printer_tests_view(d.device_id), 'test_due', not exists (select 1 from clinic.printer_test t
			where t.device_id = d.device_id and t.answered_at > now() - make_interval(days => clinic.policy_int('test_pattern', 'days'))))
		order by s.name, d.name), '[]'))
	from clinic.device d
	join clinic.station s using (station_id)
	cross join lateral (
		select coalesce(sum(p.made), 0)::bigint as made, coalesce(sum(p.failed), 0)::bigint as failed, coalesce(sum(p.read), 0)::bigint as read,
			coalesce(sum(p.no_read), 0)::bigint as no_read, coalesce(sum(p.again), 0)::bigint as again,
			jsonb_agg(jsonb_build_object('day', span.first + n, 'made', coalesce(p.made, 0), 'failed', coalesce(p.failed, 0), 'read', coalesce(p.read, 0),
				'no_read', coalesce(p.no_read, 0), 'again', coalesce(p.again, 0)) order by n) as trend
		from span cross join generate_series(0, clinic.printer_health_days() - 1) n
		left join days p on p.device_id = d.device_id and p.day = span.first + n) a
	where d.kind = 'printer' and d.active;
$$;
