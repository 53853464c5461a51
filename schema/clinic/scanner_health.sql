-- How well a scanner reads (SC-18, ER-13), counted from what is stored anyway, as printers' health is. A scanner whose optics or
-- setting fail shows as check digits that are wrong and, worse, as numbers that pass their check and are nobody's, close to those
-- of labels that were printed.
--
-- No norm of a scanner alone is known; it is held against the same 1 in 1,000 as a printer's labels (clinic.reads_judged).

-- Codes of our make that were no id at all, or an id that nobody knows, of the last fifty of either, and the label of the two days before
-- that they most likely were: one that differs in at most two digits. read: the digits that came; copy: which copy that label was.
create or replace function clinic.labels_like(since timestamptz) returns table (scan_id bigint, scanner_id bigint, at timestamptz, passes boolean, read text,
	print_job_id bigint, printer_id bigint, printed_at timestamptz, specimen_id text, copy int)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select s.scan_id, s.device_id, s.at, s.passes, s.text, j.print_job_id, j.device_id, j.began_at, j.specimen_id, j.copy
	from (
		select y.* from (
			select x.scan_id, x.device_id, x.at, clinic.scan_text(x.raw) as text, x.code not in ('misread', 'misread_here') as passes,
				row_number() over (partition by x.code not in ('misread', 'misread_here') order by x.scan_id desc) as nth
			from clinic.scan x
			where x.at >= since and x.code in ('misread', 'misread_here', 'specimen_unknown', 'label_unknown', 'unknown_code')) y
		where y.nth <= 50) s
	cross join lateral (
		select x.print_job_id, x.device_id, x.began_at, x.specimen_id, x.copy from clinic.print_job x
		cross join lateral (select x.specimen_id || lpad(x.copy::text, 2, '0') as text) l -- a label's id without its check digits
		cross join lateral (select count(*) as n from generate_series(1, least(length(s.text), 14)) i where substr(s.text, i, 1) <> substr(l.text, i, 1)) apart
		where x.created_at between s.at - interval '2 days' and s.at and x.began_at < s.at and x.kind = 'label' and apart.n <= 2
		order by apart.n, x.print_job_id desc limit 1) j
	where s.text ~ '^([0-9]{12}|[0-9]{16})$';
$$;

create or replace function clinic.labels_nearly(since timestamptz) returns table (scan_id bigint, scanner_id bigint, printer_id bigint, at timestamptz, passes boolean)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select l.scan_id, l.scanner_id, l.printer_id, l.at, l.passes from clinic.labels_like(since) l;
$$;

-- Those that pass their check, the newest first, so that somebody can look at the label: what was read, and what stands there most likely, in
-- the same form. scanner, station: null, if a page or a person's hand gave the code.
create or replace function clinic.near_misses_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('at', l.at, 'read', l.read, 'near', case length(l.read) when 12 then l.specimen_id
			else custody.id_make('label', p.block, p.sequence, l.copy) end, 'specimen_id', l.specimen_id, 'copy', l.copy,
		'scanner', d.name, 'station', s.name, 'printer', f.name, 'printer_station', fs.name, 'printed_at', l.printed_at) order by l.scan_id desc), '[]')
	from clinic.labels_like((current_date - clinic.printer_health_days() + 1)::timestamptz) l
	cross join lateral custody.id_parse(l.specimen_id) p
	join clinic.device f on f.device_id = l.printer_id
	join clinic.station fs on fs.station_id = f.station_id
	left join clinic.device d on d.device_id = l.scanner_id
	left join clinic.scan x on x.scan_id = l.scan_id
	left join clinic.station s on s.station_id = x.station_id
	where l.passes;
$$;

-- By scanner and day. broken: makers' codes that break their own rules; refused: codes that were not taken there (LB-13).
create or replace function clinic.scanner_days(since timestamptz) returns table (device_id bigint, day date, scans bigint, repeats bigint, questions bigint,
	stops bigint, misread bigint, broken bigint, refused bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select s.device_id, s.at::date, count(*), count(*) filter (where s.verdict = 'repeat'), count(*) filter (where s.verdict = 'question'),
		count(*) filter (where s.verdict = 'stop'), count(*) filter (where s.code in ('misread', 'misread_here')),
		count(*) filter (where s.said ? 'problem'), count(*) filter (where s.code in ('code_not_accepted', 'code_not_accepted_here'))
	from clinic.scan s where s.at >= since and s.device_id is not null
	group by 1, 2;
$$;

-- How many reads took how long: up to 50, 100, 200, 500, 1000 ms, and longer.
create or replace function clinic.scan_times(variadic counts bigint[]) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_agg(jsonb_build_object('upto_ms', (array[50, 100, 200, 500, 1000, null])[n], 'scans', c) order by n) from unnest(counts) with ordinality x (c, n);
$$;

-- near: ids that pass their check, that nobody knows, and that a label of ours nearly is. slow_ms: within which 95 of 100 reads
-- were in the database, without those that came late; times: the same as counts. held_up: so many may have lain in the bench for 200 ms
-- and more before it read them; slow_ms begins when it did.
create or replace function clinic.scanner_health_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with span as (
		select current_date - clinic.printer_health_days() + 1 as first
	), days as materialized (
		select p.* from span, clinic.scanner_days(span.first::timestamptz) p
	), nearly as materialized (
		select n.* from span, clinic.labels_nearly(span.first::timestamptz) n
	), failed as materialized (
		select x.device_id, jsonb_agg(jsonb_build_object('symbology', x.symbology, 'n', x.n) order by x.n desc, x.symbology) as checks
		from (select s.device_id, coalesce(clinic.symbology_name(s.aim), '') as symbology, count(*) as n from span, clinic.scan s
			where s.at >= span.first::timestamptz and s.device_id is not null and (s.code in ('misread', 'misread_here') or s.said ? 'problem') group by 1, 2) x
		group by 1
	), times as materialized (
		select x.device_id, percentile_disc(0.95) within group (order by x.ms) as slow_ms,
			clinic.scan_times(count(*) filter (where x.ms <= 50), count(*) filter (where x.ms > 50 and x.ms <= 100), count(*) filter (where x.ms > 100 and x.ms <= 200),
				count(*) filter (where x.ms > 200 and x.ms <= 500), count(*) filter (where x.ms > 500 and x.ms <= 1000), count(*) filter (where x.ms > 1000)) as times
		from (select s.device_id, extract(epoch from s.at - s.device_at) * 1000 as ms from span, clinic.scan s
			where s.at >= span.first::timestamptz and s.device_id is not null and s.device_at <= s.at and s.code <> 'scan_late') x group by 1
	), held_up as materialized (
		select s.device_id, count(*) as n from span, clinic.scan s
		where s.at >= span.first::timestamptz and s.device_id is not null and s.evidence ? 'last_late_ms' and clinic.arg_bigint(s.evidence, 'last_late_ms') >= 200 group by 1
	)
	select coalesce(jsonb_agg(jsonb_build_object('device_id', d.device_id, 'name', d.name, 'station', s.name, 'scans', a.scans, 'repeats', a.repeats,
		'questions', a.questions, 'stops', a.stops, 'misread', a.misread, 'broken', a.broken, 'refused', a.refused,
		'near', (select count(*) from nearly n where n.scanner_id = d.device_id and n.passes),
		'held_up', coalesce((select u.n from held_up u where u.device_id = d.device_id), 0),
		'checks_failed', coalesce((select f.checks from failed f where f.device_id = d.device_id), '[]'),
		'times', coalesce((select t.times from times t where t.device_id = d.device_id), '[]'), 'slow_ms', (select round(t.slow_ms)::bigint from times t where t.device_id = d.device_id),
		'judged', clinic.reads_judged(a.scans, a.misread), 'faults', clinic.device_faults_view(d.device_id, span.first), 'alarm', clinic.device_faults_alarm(d),
		'trend', a.trend) order by s.name, d.name), '[]')
	from span
	cross join clinic.device d
	join clinic.station s using (station_id)
	cross join lateral (
		select coalesce(sum(p.scans), 0)::bigint as scans, coalesce(sum(p.repeats), 0)::bigint as repeats, coalesce(sum(p.questions), 0)::bigint as questions,
			coalesce(sum(p.stops), 0)::bigint as stops, coalesce(sum(p.misread), 0)::bigint as misread, coalesce(sum(p.broken), 0)::bigint as broken,
			coalesce(sum(p.refused), 0)::bigint as refused,
			jsonb_agg(jsonb_build_object('day', span.first + n, 'scans', coalesce(p.scans, 0), 'misread', coalesce(p.misread, 0),
				'faults', (select coalesce(sum(f.n), 0)::bigint from clinic.device_fault f where f.device_id = d.device_id and f.day = span.first + g.n)) order by g.n) as trend
		from generate_series(0, clinic.printer_health_days() - 1) g (n)
		left join days p on p.device_id = d.device_id and p.day = span.first + n) a
	where d.kind = 'scanner' and d.active;
$$;
