-- Orders that change after they came, tubes that are filled from a cup, tubes that are drawn again.

-- What the sender said of specimens (SPM, SAC of an OML^O21): recorded, believed for nothing.
alter table clinic.lab_order add column specimens jsonb not null default '[]';
alter table clinic.lab_order add column changed_at timestamptz; -- by XO or RP
create index lab_order_filler_idx on clinic.lab_order (sender, filler_number) where filler_number <> '';

create table clinic.order_match (            -- insert-only: a person said that an order was drawn already
	order_match_id bigint generated always as identity,
	lab_order_id bigint not null,            -- the order that was cancelled, or entered here
	new_order_id bigint,                     -- the one that takes its place; null: none will come
	specimen_id text,                        -- the tube that carries both
	note text not null default '',
	at timestamptz not null default clock_timestamp(),
	operator_id bigint,
	station_id bigint,
	constraint order_match_pkey primary key (order_match_id),
	constraint order_match_order_fkey foreign key (lab_order_id) references clinic.lab_order,
	constraint order_match_new_order_fkey foreign key (new_order_id) references clinic.lab_order,
	constraint order_match_specimen_fkey foreign key (specimen_id) references clinic.specimen
);
create index order_match_order_idx on clinic.order_match (lab_order_id);

-- A container that is filled from another: the cup is labelled and handed out, its tubes are filled when it is back.
alter table clinic.container_type add column filled_from bigint;
alter table clinic.container_type add column transfer_within_min int; -- after the collection; null: no clock
alter table clinic.container_type add constraint container_type_filled_from_fkey
	foreign key (filled_from) references clinic.container_type;
alter table clinic.specimen add column parent_id text; -- the cup it is filled from
alter table clinic.specimen add constraint specimen_parent_fkey foreign key (parent_id) references clinic.specimen;
create index specimen_parent_idx on clinic.specimen (parent_id) where parent_id is not null;
create index specimen_patient_idx on clinic.specimen (patient_id);

create table clinic.setback_look (           -- insert-only: a rejected or lost tube that somebody at the clinic dealt with
	event_id bigint not null,                -- of the rejected or lost event
	specimen_id text not null,
	how text not null,
	note text not null default '',
	at timestamptz not null default clock_timestamp(),
	operator_id bigint,
	station_id bigint,
	constraint setback_look_pkey primary key (event_id),
	constraint setback_look_how_check check (how in ('collect_again', 'looked_at'))
);
create index event_setback_idx on custody.event (event_id) where kind in ('rejected', 'lost');

-- Functions that took other arguments before.
drop function if exists clinic.message_orders(text, bigint, jsonb);
drop function if exists clinic.order_cancel(text, jsonb, text[]);
drop function if exists clinic.order_new(text, bigint, bigint, jsonb, text[]);
drop function if exists clinic.tests_collected(text[]);
drop function if exists clinic.tubes_for(bigint[]);
drop function if exists clinic.visit_print(clinic.visit, clinic.actor, bigint, boolean);
