-- A database from before there were templates in it: its jobs have no version, and go on as they were.
\ir ../visit/setup.sql
select plan(7);
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP'], 'M1') as maria \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :maria))) \g /dev/null
select pg_temp.ok_(pg_temp.identify(:maria)) \g /dev/null
-- back to before it
drop trigger print_job_template on clinic.print_job;
alter table clinic.print_job drop column template_version;
drop function clinic.template_view(clinic.template), clinic.template_of(jsonb), clinic.template_refusal(text, text, clinic.template),
	clinic.template_last(text), clinic.template_history(clinic.template), clinic.template_acts(clinic.actor, clinic.template),
	clinic.template_words(clinic.template), clinic.template_hindrance(clinic.template), clinic.template_is_others(clinic.actor, clinic.template),
	clinic.template_noted(clinic.actor, clinic.template, text, text), clinic.template_second_refused(clinic.actor, clinic.template),
	clinic.golden_cases(clinic.template), clinic.golden_site(clinic.template);
drop table clinic.template_act, clinic.template;
\ir ../../../schema/0025_template.sql
-- one that a single person published, as it was then
insert into clinic.template (name, version, body, sha256, created_by, golden, published_at, published_by) select 'slip', 1, x.body, x.sum, o.operator_id,
	jsonb_build_object('passed', true, 'sha256', x.sum), now(), o.operator_id
from clinic.operator o, (select body, encode(sha256(convert_to(body, 'UTF8')), 'hex') from (values ('{"name": "slip", "subject": "visit"}')) b (body)) x (body, sum)
where o.name = 'Ana Ruiz';
\ir ../../../schema/0027_template_second.sql
set check_function_bodies = off;
\ir ../../../schema/clinic/golden.sql
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
select is(clinic.template_live('slip'), 1, 'what one person had published stays live');
select * from finish();
