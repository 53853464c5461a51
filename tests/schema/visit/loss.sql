-- A label that goes once more after a loss (promise 4): it says what is true by then, comes out where its visit is, and never
-- beside a newer copy. While its bytes may have been on their way nothing of it could be changed.
\ir setup.sql
select plan(38);
create function pg_temp.job_of(specimen text) returns bigint language sql stable as $$
	select max(print_job_id) from clinic.print_job where specimen_id = specimen $$;
create function pg_temp.goes(job bigint, next text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.job(job, next, '{"counter": 100, "plug": "usb 1.7 A", "sha256": "ab12"}')) $$;
create function pg_temp.sending(job bigint) returns text language sql volatile as $$
	select pg_temp.goes(job, 'proved') || ', ' || pg_temp.goes(job, 'sending') $$;
-- the bench is back: what it says of the counter, and the state of the job then
create function pg_temp.settle(job bigint, counter bigint) returns text language sql volatile as $$
	select pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', job, 'counter', counter, 'plug', 'usb 1.7 A'))
		#>> '{data,print_job,state}' $$;
create function pg_temp.open(patient bigint) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, 'ana')) $$;
-- what the core would print of a tube, by copy
create function pg_temp.prints(specimen text) returns text language sql stable as $$
	select string_agg(concat_ws(' ', x #>> '{content,copy}', x #>> '{content,family}', x #>> '{content,birth_date}', x ->> 'state'), ', ' order by no)
	from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') with ordinality e (x, no) where x #>> '{content,specimen_id}' = specimen $$;
-- what registration makes of the patient, by the way an order is mended
create function pg_temp.mend(patient bigint, family text, born text) returns void language plpgsql as $$
begin
	update clinic.patient p set family = mend.family, birth_date = born::date where p.patient_id = patient;
	perform clinic.patient_visits_lock(patient);
	perform clinic.labels_anew(null, patient);
end $$;
update clinic.device set talks = 'answers', shared = false where kind = 'printer';
select pg_temp.patient('SMITH', 'Eve', '1970-01-02', array['CBC', 'PT', 'CMP'], 'E1') as eve \gset
select pg_temp.open(:eve) \g /dev/null
select pg_temp.tube(:eve, 1) as e1, pg_temp.tube(:eve, 2) as e2, pg_temp.tube(:eve, 3) as e3 \gset

-- ---- nothing changed: the same job goes once more
select pg_temp.job_of(:'e1') as job \gset
select is(pg_temp.sending(:job), 'stored ok, stored ok', 'it is being sent');
select is(pg_temp.settle(:job, 100), 'queued', 'nothing came out');
select is(pg_temp.prints(:'e1'), '1 SMITH 1970-01-02 queued', 'it goes again');
select is(pg_temp.job_of(:'e1'), :job::bigint, 'the same job');

-- ---- another name and birth date while it was being sent
select is(pg_temp.sending(:job), 'stored ok, stored ok', 'it is being sent again');
select pg_temp.mend(:eve, 'JONES', '1971-01-02') \g /dev/null
select is((select array[state, content ->> 'family'] from clinic.print_job where print_job_id = :job), '{sending,SMITH}', 'it is left alone: it may be coming out');
select is(pg_temp.prints(:'e2'), '1 JONES 1971-01-02 queued', 'the next one has the new name');
select is(pg_temp.settle(:job, 100), 'void', 'nothing came out: what was drawn does not go any more');
select is(pg_temp.prints(:'e1'), '1 JONES 1971-01-02 queued', 'but the same copy with the new name');
select is((select content ->> 'family' from clinic.print_job where print_job_id = :job), 'SMITH', 'the journal holds what was sent');
select is((select turn from clinic.print_job where print_job_id = pg_temp.job_of(:'e1')), (select turn from clinic.print_job where print_job_id = :job), 'in its place');
select is(pg_temp.label_state(:'e1', 1), 'queued open', 'there is one label');
select is(pg_temp.would(pg_temp.label(:'e1', 1)), 'question label_not_printed', 'and it is not out');
select pg_temp.job_of(:'e1') as job \gset
select is(pg_temp.sending(:job), 'stored ok, stored ok', 'it is sent');
select pg_temp.mend(:eve, 'JONAS', '1971-01-02') \g /dev/null
select is(pg_temp.settle(:job, 101), 'printed', 'of one that came out');
select is((select array[state, content ->> 'family'] from clinic.print_job where print_job_id = :job), '{printed,JONES}', 'nothing is changed');
select is(pg_temp.view() #>> '{ask,code}', 'label_outdated', 'a person is asked about it');

-- ---- its visit is at another station by now, with another person
select pg_temp.job_of(:'e2') as job \gset
select is(pg_temp.sending(:job), 'stored ok, stored ok', 'one is being sent');
select pg_temp.call('visit_park', 'ana') \g /dev/null
select is(pg_temp.says(pg_temp.call('visit_resume', 'ben', jsonb_build_object('visit_id', (select visit_id from clinic.visit)))) ~ '^stored ', true, 'Ben has the visit');
select is(pg_temp.settle(:job, 100), 'void', 'nothing came out');
select is((select array[d.name, s.name, j.content ->> 'collector', j.state] from clinic.print_job j join clinic.device d using (device_id)
	join clinic.station s on s.station_id = j.station_id where j.print_job_id = pg_temp.job_of(:'e2')), '{"Room 2 printer","Room 2",BO,queued}', 'it comes out there, and names him');
select is(pg_temp.prints(:'e2'), '1 JONAS 1971-01-02 queued', 'as the same copy');
select pg_temp.job_of(:'e3') as job \gset
select is((select d.name from clinic.print_job j join clinic.device d using (device_id) where j.print_job_id = :job), 'Room 2 printer', 'as the one that had waited does');

-- ---- printed again meanwhile: one of them comes out
select is(pg_temp.sending(pg_temp.job_of(:'e2')), 'stored ok, stored ok', 'its own is being sent');
select pg_temp.job_of(:'e2') as job \gset
select is(pg_temp.says(pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', :'e2', 'reason', 'lost'))), 'stored reprinted', 'Ben prints it again');
select is(pg_temp.settle(:job, 100), 'void', 'copy 1 did not come out, and does not any more');
select is(pg_temp.prints(:'e2'), '2 JONAS 1971-01-02 queued', 'copy 2 does');
select is(pg_temp.label_state(:'e2', 1), 'voided', 'nobody is asked to tear up copy 1');
-- a newer copy that is not wanted itself is no reason
select pg_temp.job_of(:'e3') as job \gset
select is(pg_temp.sending(:job), 'stored ok, stored ok', 'another is being sent');
select is(pg_temp.says(pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', :'e3', 'reason', 'lost'))), 'stored reprinted', 'printed again');
select is(pg_temp.says(pg_temp.call('label_end', 'ben', jsonb_build_object('specimen_id', :'e3', 'copy', 2, 'end', 'voided', 'reason', 'x'))), 'stored label_ended', 'and called off');
select is(pg_temp.settle(:job, 100), 'queued', 'copy 1 is wanted still');

-- ---- a slip
select api.slip_print(gen_random_uuid(), 'ana', jsonb_build_object('patient_id', :eve)) #>> '{data,print_job_id}' as slip \gset
select pg_temp.sending(:slip) \g /dev/null
select pg_temp.mend(:eve, 'JANSEN', '1971-01-02'), pg_temp.settle(:slip, 100) \g /dev/null
select is((select string_agg((content ->> 'family') || ' ' || state, ', ' order by print_job_id) from clinic.print_job where kind = 'slip'), 'JONAS void, JANSEN queued',
	'a slip that goes once more has the new name too');
select is((select count(distinct slip) || ' ' || count(distinct turn) from clinic.print_job where kind = 'slip'), '1 1', 'the same slip, in its place');
-- ---- however much was printed before: whether the job was alone is asked of what began since, by its index
select pg_temp.patient('LATER', 'Lia', '1975-01-02', array['CBC'], 'L1') as lia \gset
update clinic.visit set state = 'closed', closed_at = now() - interval '1 day' where state in ('identify', 'labels', 'parked');
select pg_temp.open(:lia) \g /dev/null
select pg_temp.job_of(pg_temp.tube(:lia, 1)) as job \gset
insert into clinic.print_job (kind, slip, station_id, device_id, template, content, state, began_at)
select 'slip', 'history', j.station_id, j.device_id, 'slip', '{}', 'void', now() - interval '1 year' from clinic.print_job j, generate_series(1, 3000) where j.print_job_id = :job;
insert into clinic.print_job_log (print_job_id, from_state, to_state, at, evidence)
select j.print_job_id, 'proved', 'sending', j.began_at, '{}' from clinic.print_job j where j.slip = 'history';
analyze clinic.print_job, clinic.print_job_log;
create function pg_temp.read_of(name text) returns bigint language sql volatile as $$
	select seq_tup_read + coalesce(idx_tup_fetch, 0) from pg_stat_xact_user_tables where relid = name::regclass $$;
select is(pg_temp.sending(:job), 'stored ok, stored ok', 'it is being sent');
begin;
select pg_temp.read_of('clinic.print_job_log') as log_before, pg_temp.read_of('clinic.print_job') as jobs_before \gset
select pg_temp.settle(:job, 101) as state \gset
select is(:'state'::text, 'printed', 'it came out, alone');
select cmp_ok(pg_temp.read_of('clinic.print_job_log') - :log_before, '<', 1000::bigint, 'nothing of the log was read');
select cmp_ok(pg_temp.read_of('clinic.print_job') - :jobs_before, '<', 1000::bigint, 'and few jobs');
commit;
select * from finish();
