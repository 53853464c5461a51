-- The place of a print job among those of its printer, in the order in which they were asked for and committed
-- (clinic/print_order.sql): identities are given out before the commit. A job made in another's place has its turn.
alter table clinic.print_job add column turn bigint;
update clinic.print_job set turn = print_job_id;
alter table clinic.print_job alter column turn set not null;
create sequence clinic.print_job_turn_seq;
select setval('clinic.print_job_turn_seq', coalesce(max(print_job_id), 0) + 1, false) from clinic.print_job;
create index print_job_waiting_idx on clinic.print_job (device_id, turn) where state in ('queued', 'proved');
