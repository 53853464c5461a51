-- Labels that nobody wants any more do not come out by themselves (promise 4, ER-08): after Stop, after the visit, of a tube that
-- was not drawn, while the visit is parked. What the counter proves of a loss makes none of them print.
\ir setup.sql
select plan(21);
create function pg_temp.job_of(specimen text) returns bigint language sql stable as $$
	select max(print_job_id) from clinic.print_job where specimen_id = specimen $$;
create function pg_temp.job_state(specimen text) returns text language sql stable as $$
	select state from clinic.print_job where print_job_id = pg_temp.job_of(specimen) $$;
create function pg_temp.settle(specimen text, counter bigint) returns text language sql volatile as $$
	select pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', pg_temp.job_of(specimen), 'counter', counter,
		'plug', 'usb 1.7 A')) #>> '{data,print_job,state}' $$;
create function pg_temp.goes(specimen text, next text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.job(pg_temp.job_of(specimen), next, '{"counter": 100, "plug": "usb 1.7 A", "sha256": "ab12"}')) $$;
create function pg_temp.open(patient bigint) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, 'ana')) $$;
create function pg_temp.listed(specimen text) returns boolean language sql stable as $$
	select exists (select 1 from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x
		where x ->> 'print_job_id' = pg_temp.job_of(specimen)::text) $$;
update clinic.device set talks = 'answers', shared = false where kind = 'printer';
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP'], 'M1') as maria \gset
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CBC', 'PT'], 'A1') as ada \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC', 'PT'], 'B1') as bob \gset

-- ---- Stop while a label is being sent
select pg_temp.open(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1 \gset
select is(pg_temp.goes(:'t1', 'proved') || ', ' || pg_temp.goes(:'t1', 'sending'), 'stored ok, stored ok', 'it is being sent');
select is(pg_temp.says(pg_temp.call('mistake', 'ana')) ~ '^(stored|complete|stop) ', true, 'Stop');
select is(pg_temp.label_state(:'t1', 1) ~ 'voided', true, 'the label is void');
select pg_temp.open(:ada) \g /dev/null
select is(pg_temp.settle(:'t1', 100), 'void', 'the counter says that it did not come out: it is not sent again');
select is(pg_temp.listed(:'t1'), false, 'nobody prints it');
select is(pg_temp.goes(:'t1', 'proved'), 'question print_job_move', 'nor on its own');
select is((select string_agg(to_state, ' ' order by print_job_log_id) from clinic.print_job_log where print_job_id = pg_temp.job_of(:'t1')),
	'proved sending unknown queued void', 'and the journal says why');

-- ---- parked between the question to the printer and the sending
select pg_temp.tube(:ada, 1) as a1, pg_temp.tube(:ada, 2) as a2 \gset
select is(pg_temp.goes(:'a1', 'proved'), 'stored ok', 'drawn');
select is(pg_temp.says(pg_temp.call('visit_park', 'ana')) ~ '^stored ', true, 'the visit is parked');
select is(pg_temp.goes(:'a1', 'sending'), 'question print_job_waits', 'its label does not go any more');
select is(pg_temp.job_state(:'a1'), 'proved', 'and waits');
select pg_temp.call('visit_resume', 'ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where patient_id = :ada))) \g /dev/null
select is(pg_temp.goes(:'a1', 'sending'), 'stored ok', 'until somebody is there again');

-- ---- a tube that was not drawn while its label was being sent
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'a1', 'reason', 'refused'))) ~ '^(stored|complete) ', true,
	'it is not drawn');
select is(pg_temp.settle(:'a1', 100), 'void', 'its label is not sent again');

-- ---- voided before it was sent, and a label that is wanted
select is(pg_temp.goes(:'a2', 'proved') || ', ' || pg_temp.goes(:'a2', 'sending'), 'stored ok, stored ok', 'the other one is being sent');
select is(pg_temp.settle(:'a2', 100), 'queued', 'it did not come out, and is wanted: it goes again');
select is(pg_temp.listed(:'a2'), true, 'the core hears of it');
select is(pg_temp.goes(:'a2', 'proved') || ', ' || pg_temp.goes(:'a2', 'sending'), 'stored ok, stored ok', 'as the same copy');
select is(pg_temp.goes(:'a2', 'sent') || ', ' || pg_temp.goes(:'a2', 'printed'), 'stored ok, stored ok', 'and comes out');
select is((select count(*) from clinic.print_job where specimen_id = :'a2'), 1::bigint, 'one job');
select is((select count(*) from custody.event where subject = :'t1' and kind = 'label_printed'), 0::bigint, 'of the void one no event says that it was printed');
select * from finish();
