-- A label that changes while it waits: what was drawn is good for what it was drawn from, and nothing else is printed.
\ir setup.sql
select plan(17);
create function pg_temp.job_of(specimen text) returns bigint language sql stable as $$
	select max(print_job_id) from clinic.print_job where specimen_id = specimen $$;
create function pg_temp.job_state(specimen text) returns text language sql stable as $$
	select state from clinic.print_job where print_job_id = pg_temp.job_of(specimen) $$;
create function pg_temp.open(patient bigint) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, 'ana')) $$;
-- the row as the core reads it
create function pg_temp.row_(specimen text) returns jsonb language sql stable as $$
	select x from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x where x ->> 'print_job_id' = pg_temp.job_of(specimen)::text $$;
-- the core says so of the label it drew from that row
create function pg_temp.told(specimen text, state text, drawn jsonb) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.job(pg_temp.job_of(specimen), state, jsonb_build_object('counter', 10, 'plug', 'usb 1.7 A', 'drawn_from', drawn -> 'drawn_from'))) $$;
update clinic.device set talks = 'answers', shared = false where kind = 'printer';
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'A1C', 'PT'], 'M1') as maria \gset
select pg_temp.open(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2 \gset

-- ---- the press drew what is not asked for any more (a test of the tube is cancelled meanwhile)
select is((select s.specimen_id from clinic.specimen_test s join clinic.lab_order_test t using (lab_order_test_id) where t.code = 'A1C'), :'t2', 'tube 2 carries two tests');
select pg_temp.row_(:'t2') as old \gset
select is(:'old'::jsonb ->> 'drawn_from' ~ '^[0-9a-f]{64}$', true, 'the core is told what a label is drawn from');
select flags from clinic.tests_cancel(null, null, (select array[lab_order_test_id] from clinic.lab_order_test where code = 'A1C'), 'x', '{}') \g /dev/null
select is(pg_temp.told(:'t2', 'proved', :'old'), 'question print_job_changed', 'the old drawing is not taken');
select is(pg_temp.told(:'t2', 'failed', :'old'), 'question print_job_changed', 'nor that it can not be drawn');
select is(pg_temp.told(:'t2', 'proved', '{}'), 'question print_job_changed', 'nor one of nobody knows what');
select is(pg_temp.job_state(:'t2'), 'queued', 'it waits to be drawn');
select is((pg_temp.row_(:'t2')) #>> '{content,tests}' = :'old'::jsonb #>> '{content,tests}', false, 'with what is left on it');
select is(pg_temp.told(:'t2', 'proved', pg_temp.row_(:'t2')), 'stored ok', 'and is taken then');

-- ---- another roll is in the printer by now
select is(pg_temp.told(:'t1', 'proved', pg_temp.row_(:'t1')), 'stored ok', 'drawn for this roll');
select pg_temp.row_(:'t1') as old \gset
update clinic.device set width_um = width_um - 1000 where device_id = (:'old'::jsonb ->> 'device_id')::bigint;
select is(pg_temp.told(:'t1', 'sending', :'old'), 'question print_job_changed', 'the old drawing does not go');
select is(pg_temp.job_state(:'t1'), 'proved', 'nothing is sent');
select is(pg_temp.told(:'t1', 'sending', pg_temp.row_(:'t1')), 'stored ok', 'a new one goes');

-- ---- only who stored it may send
select is(pg_temp.told(:'t1', 'sending', pg_temp.row_(:'t1')), 'repeat ok', 'another core hears that it is stored, which is no permission');
select is(pg_temp.told(:'t1', 'sent', '{}'), 'stored ok', 'what is under way needs no such word');
select is(pg_temp.told(:'t1', 'printed', '{}'), 'stored ok', 'nor its end');
select is((select content from clinic.print_job where print_job_id = pg_temp.job_of(:'t1')), :'old'::jsonb -> 'content', 'what was printed is what the journal holds');
select is(pg_temp.row_(:'t1'), null, 'and is done');
select * from finish();
