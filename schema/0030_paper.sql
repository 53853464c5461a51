-- Papers that went along with tubes, and supplies that were printed ahead: FOUND stickers, downtime labels, badges, cards.

create table clinic.paper_made (              -- insert-only: who had which paper made, and what it was
	paper_made_id bigint generated always as identity,
	paper text not null,
	bag text,
	visit_id bigint,
	format text not null,
	pages int not null,
	sha256 text not null,                    -- of the PDF
	made_at timestamptz not null default clock_timestamp(),
	made_by bigint not null,
	station_id bigint not null,
	constraint paper_made_pkey primary key (paper_made_id),
	constraint paper_made_paper_check check (paper in ('packing_list', 'requisition')),
	constraint paper_made_about_check check ((bag is null) <> (visit_id is null)),
	constraint paper_made_by_fkey foreign key (made_by) references clinic.operator
);

create table clinic.stock_run (               -- insert-only: supplies that were asked for at once
	stock_run_id bigint generated always as identity,
	what text not null,
	count int not null,
	device_id bigint not null,
	operator_id bigint,                      -- of a badge: whose
	made_at timestamptz not null default clock_timestamp(),
	made_by bigint not null,
	station_id bigint not null,
	constraint stock_run_pkey primary key (stock_run_id),
	constraint stock_run_what_check check (what in ('found', 'downtime', 'badge', 'command')),
	constraint stock_run_device_fkey foreign key (device_id) references clinic.device,
	constraint stock_run_operator_fkey foreign key (operator_id) references clinic.operator
);

create table clinic.found_sticker (           -- insert-only: issued before it is printed
	found text not null,                     -- F...
	stock_run_id bigint not null,
	constraint found_sticker_pkey primary key (found),
	constraint found_sticker_run_fkey foreign key (stock_run_id) references clinic.stock_run
);

create table clinic.downtime_label (          -- insert-only: a specimen id without a patient; a row of clinic.specimen gives it one
	specimen_id text not null,
	stock_run_id bigint not null,
	constraint downtime_label_pkey primary key (specimen_id),
	constraint downtime_label_run_fkey foreign key (stock_run_id) references clinic.stock_run
);

create table clinic.badge_ended (             -- insert-only: badges that open nothing any more
	badge text not null,
	operator_id bigint not null,
	ended_at timestamptz not null default clock_timestamp(),
	ended_by bigint not null,
	stock_run_id bigint not null,            -- what was printed in its place
	constraint badge_ended_pkey primary key (badge),
	constraint badge_ended_operator_fkey foreign key (operator_id) references clinic.operator,
	constraint badge_ended_run_fkey foreign key (stock_run_id) references clinic.stock_run
);

alter table clinic.print_job add column stock_run_id bigint;
alter table clinic.print_job add constraint print_job_stock_run_fkey foreign key (stock_run_id) references clinic.stock_run;
create index print_job_stock_run_idx on clinic.print_job (stock_run_id) where stock_run_id is not null;
-- its kinds are those of what has made it
alter table clinic.print_job add constraint print_job_stock_check check (stock_run_id is null or kind in ('found', 'downtime', 'badge', 'command'));
alter table clinic.print_job drop constraint print_job_kind_check;
alter table clinic.print_job add constraint print_job_kind_check check (kind in ('label', 'slip', 'badge', 'bag', 'separator',
	'found', 'downtime', 'command'));
