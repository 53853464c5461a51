-- A printer that had trouble while labels were waiting for it or under way prints nothing more by itself: it is held
-- until a person goes on (clinic/printer_hold.sql). Local: another node's printers are none of ours.

create table clinic.printer_truth (          -- what a printer said last
	device_id bigint not null,
	state text[] not null,                   -- words of contrib/CONTRACTS.md 2
	plug text,                               -- its stay; null: not known, or it was gone since
	told_at timestamptz not null default clock_timestamp(),
	constraint printer_truth_pkey primary key (device_id),
	constraint printer_truth_device_fkey foreign key (device_id) references clinic.device
);

create table clinic.printer_hold (           -- never deleted; the one that has not ended holds
	printer_hold_id bigint generated always as identity,
	device_id bigint not null,
	since timestamptz not null default clock_timestamp(),
	why text not null,
	visit_id bigint not null,                -- whose labels may lie in it or in its tray
	print_job_id bigint not null,            -- the first that was under way or waited
	ended_at timestamptz,
	ended_by bigint,                         -- only a person ends it
	ended_station_id bigint,
	separated_at timestamptz,                -- then the first label of another visit went out, after its separator
	constraint printer_hold_pkey primary key (printer_hold_id),
	constraint printer_hold_device_fkey foreign key (device_id) references clinic.device,
	constraint printer_hold_visit_fkey foreign key (visit_id) references clinic.visit,
	constraint printer_hold_why_check check (why in
		('jam', 'head_open', 'media_out', 'ribbon_out', 'fault', 'silent', 'power_cycle', 'separator')),
	constraint printer_hold_ended_check check ((ended_at is null) = (ended_by is null))
);
create unique index printer_hold_open_key on clinic.printer_hold (device_id) where ended_at is null;
create index printer_hold_separator_idx on clinic.printer_hold (device_id) where separated_at is null;

alter table clinic.print_job add column began_at timestamptz; -- its bytes went to the printer; null: never
alter table clinic.print_job add column goes_before bigint;   -- of a separator: the label that it goes before
create index print_job_began_idx on clinic.print_job (device_id, began_at) where began_at is not null;
alter table clinic.print_job drop constraint print_job_kind_check;
alter table clinic.print_job add constraint print_job_kind_check check (kind in ('label', 'slip', 'badge', 'bag', 'separator'));
