-- Test patterns (LB-10): bars over every dot column of the head, and what a person saw on them.
create table clinic.printer_test (           -- insert-only but for the one answer; never deleted
	printer_test_id bigint generated always as identity,
	device_id bigint not null,
	print_job_id bigint not null,
	asked_at timestamptz not null default clock_timestamp(),
	asked_by bigint not null,
	white_lines boolean,                     -- null: nobody answered
	answered_at timestamptz,
	answered_by bigint,
	constraint printer_test_pkey primary key (printer_test_id),
	constraint printer_test_device_fkey foreign key (device_id) references clinic.device,
	constraint printer_test_job_fkey foreign key (print_job_id) references clinic.print_job,
	constraint printer_test_asked_by_fkey foreign key (asked_by) references clinic.operator,
	constraint printer_test_answered_by_fkey foreign key (answered_by) references clinic.operator,
	constraint printer_test_answered_check check ((white_lines is null) = (answered_at is null)
		and (white_lines is null) = (answered_by is null))
);
create index printer_test_device_idx on clinic.printer_test (device_id, printer_test_id);
create index print_job_created_idx on clinic.print_job (created_at);

-- what other steps allow stays allowed
do $$
declare
	kinds text := (select substring(pg_get_constraintdef(c.oid) from 'ARRAY\[(.*)\]') from pg_constraint c
		where c.conname = 'print_job_kind_check' and c.conrelid = 'clinic.print_job'::regclass);
begin
	alter table clinic.print_job drop constraint print_job_kind_check;
	execute format('alter table clinic.print_job add constraint print_job_kind_check check (kind in (%s, ''pattern''))', kinds);
end $$;
