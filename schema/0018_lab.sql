-- The laboratory's lists: what is open now. Each row follows from events; the facts are there (clinic/lab*.sql).

-- What was done in a delivery, found by its id in the event's body. A regular expression of bounded length refuses no row.
create index event_delivery_idx on custody.event (substring(body, '"delivery": "(D[0-9]{12})"'))
	where kind in ('arrived', 'bag_opened', 'accepted', 'rejected', 'held', 'scanned');

create table clinic.delivery_open (          -- local: deliveries that nobody has closed yet
	delivery text not null,
	constraint delivery_open_pkey primary key (delivery),
	constraint delivery_open_delivery_fkey foreign key (delivery) references clinic.delivery
);

create table clinic.lab_question (           -- local: what waits on the QUESTIONS rack, and what was settled
	event_id bigint not null,                -- the event that raised it
	subject text not null,                   -- of an unexpected one: its sticker or number, else the delivery
	kind text not null,                      -- unexpected, rejected, wrong_bag, late, held, missing ...
	delivery text,                           -- where it was found; null: in none
	raised_at timestamptz not null default clock_timestamp(),
	settled_by bigint,                       -- event_id of its discrepancy_resolved; null: it waits
	constraint lab_question_pkey primary key (event_id)
);
create index lab_question_open_idx on clinic.lab_question (event_id) where settled_by is null;
create index lab_question_subject_idx on clinic.lab_question (subject);
create index lab_question_delivery_idx on clinic.lab_question (delivery);

alter table clinic.reason add column hl7 text not null default ''; -- HL7 table 0490 or 0544, empty: our own
