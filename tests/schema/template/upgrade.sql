-- A database from before there were templates in it: its jobs have no version, and go on as they were.
\ir ../visit/setup.sql
select plan(6);
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP'], 'M1') as maria \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :maria))) \g /dev/null
select pg_temp.ok_(pg_temp.identify(:maria)) \g /dev/null
-- back to before it
drop trigger print_job_template on clinic.print_job;
alter table clinic.print_job drop column template_version;
drop function clinic.template_view(clinic.template), clinic.template_of(jsonb), clinic.template_refusal(text, text, clinic.template),
	clinic.template_last(text);
drop table clinic.template;
\ir ../../../schema/0025_template.sql
set check_function_bodies = off;
\ir ../../../schema/clinic/template.sql
\ir ../../../schema/roles.sql
select is((select count(*) from clinic.print_job where template_version is null and state = 'queued'), 2::bigint, 'its jobs are there, without a version');
select is(api.print_jobs_open('core', '{}') #> '{data,templates}', '{}', 'the press draws them with its own files');
select is(api.print_jobs_open('core', '{}') #> '{data,jobs,0,template_version}', 'null', 'and is told so');
select is(clinic.template_ship('auto12', '{"name": "auto12", "subject": "specimen"}') ->> 'state', 'live', 'init brings the templates');
select is((select count(*) from clinic.print_job where template_version is null), 2::bigint, 'what was queued keeps what it was');
select pg_temp.print() \g /dev/null
select pg_temp.later('6 seconds') \g /dev/null
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:maria, 1),
	'reason', (select code from clinic.reason where kind = 'reprint' limit 1))) \g /dev/null
select is((select template_version from clinic.print_job order by print_job_id desc limit 1), 1, 'what is asked for now has one');
select * from finish();
