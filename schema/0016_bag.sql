-- Bags, places, stops, pickups, deliveries, and what a station is doing now. What happens to them is events.

create table clinic.place (                  -- a lockbox, fridge, shelf, dock ...: a holder with a clock
	place text not null,                     -- L...
	name text not null,
	kind text not null,
	active boolean not null default true,
	constraint place_pkey primary key (place),
	constraint place_kind_check check (kind in ('rack', 'fridge', 'freezer', 'lockbox', 'vehicle', 'hub', 'dock'))
);

create table clinic.stop (                   -- where a courier calls: the code at the door or counter
	stop text not null,                      -- P...
	name text not null,
	lockbox text,                            -- its lockbox, when it has one
	staffed boolean not null default true,
	active boolean not null default true,
	constraint stop_pkey primary key (stop),
	constraint stop_lockbox_fkey foreign key (lockbox) references clinic.place
);

create table clinic.bag (                    -- insert-only; its class and destination are those of its trip (bag_opened)
	bag text not null,                       -- B...
	created_at timestamptz not null default now(),
	created_by bigint,
	constraint bag_pkey primary key (bag)
);

create table clinic.bag_content (            -- derived from every bag_closed event, by trigger; rebuildable
	event_id bigint not null,
	bag text not null,
	specimen_id text not null,
	constraint bag_content_pkey primary key (event_id, specimen_id)
);
create index bag_content_specimen_idx on clinic.bag_content (specimen_id, event_id);

create table clinic.pickup (                 -- insert-only; subject pickup:<pickup_id>
	pickup_id bigint not null,               -- node << 40 | n
	stop text not null,
	courier bigint not null,
	station_id bigint not null,
	opened_at timestamptz not null default clock_timestamp(),
	constraint pickup_pkey primary key (pickup_id),
	constraint pickup_stop_fkey foreign key (stop) references clinic.stop
);
create sequence clinic.pickup_seq;

create table clinic.delivery (               -- insert-only: what one courier brought at one time
	delivery text not null,                  -- D...
	courier bigint,
	station_id bigint not null,
	opened_at timestamptz not null default clock_timestamp(),
	opened_by bigint not null,
	constraint delivery_pkey primary key (delivery)
);

create table clinic.station_work (           -- local: what a station is doing now beside a visit
	station_id bigint not null,
	kind text not null,
	bag text,
	place text,
	pickup_id bigint,
	to_operator bigint,
	delivery text,
	data jsonb not null default '{}',        -- pack: {"counts": [...], "agrees": bool, "left_out": {...}}
	begun_at timestamptz not null default clock_timestamp(),
	begun_by bigint,
	constraint station_work_pkey primary key (station_id),
	constraint station_work_kind_check check (kind in ('pack', 'place', 'pickup', 'hand_over', 'dock', 'bench'))
);

alter table clinic.print_job add column bag text;
alter table clinic.print_job drop constraint print_job_kind_check;
alter table clinic.print_job add constraint print_job_kind_check check (kind in ('label', 'slip', 'badge', 'bag'));

-- one gate for every act (was visit_call)
drop function if exists clinic.visit_call(uuid, text, jsonb, text, text);
