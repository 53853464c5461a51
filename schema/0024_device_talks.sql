-- How a printer talks, as far as it is known: silence means one thing of a printer that has answered before, and
-- another of one that cannot answer (clinic/device.sql).
alter table clinic.device add column talks text not null default 'unknown',
	add constraint device_talks_check check (talks in ('unknown', 'answers', 'one_way'));
-- Until now nothing was sent to a printer that had not answered.
update clinic.device d set talks = 'answers' where d.kind = 'printer' and exists (select from clinic.print_job j
	join clinic.print_job_log l on l.print_job_id = j.print_job_id and l.to_state = 'sending' where j.device_id = d.device_id);
-- What it seems to speak, by its maker and model; '': not known; 'none': no language that is spoken here.
alter table clinic.device_found add column language text not null default '';
