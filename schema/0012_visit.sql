-- Cups that are with the patient, and who stood by in a visit.

create table clinic.hand_out (               -- local; the story is events (handed_out, then collected or not_collected)
	specimen_id text not null,
	visit_id bigint not null,
	handed_out_at timestamptz not null default clock_timestamp(),
	scanned_at timestamptz not null default clock_timestamp(), -- its newest label, before the patient
	due_at timestamptz not null,             -- ER-08: after that it is missed
	ended_at timestamptz,                    -- it came back, or will not
	constraint hand_out_pkey primary key (specimen_id),
	constraint hand_out_specimen_fkey foreign key (specimen_id) references clinic.specimen
);
create index hand_out_open_idx on clinic.hand_out (due_at) where ended_at is null;

alter table clinic.visit add column co_signed_by bigint;     -- who stood by a trainee
alter table clinic.visit add column second_person_by bigint; -- who looked at tubes of tests that ask for two
create index visit_co_signed_idx on clinic.visit (identified_by) where co_signed_by is not null;

-- Functions that took other arguments before.
drop function if exists clinic.visit_print(clinic.visit, clinic.actor, bigint);
drop function if exists clinic.tube_state(text, clinic.label_status[]);
drop function if exists clinic.label_seen(clinic.actor, clinic.scan, clinic.specimen, clinic.visit, clinic.label_status[], clinic.label_status);
drop function if exists clinic.event_links(custody.event);
