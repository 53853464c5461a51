-- Where tubes and bags are, derived from events by triggers (clinic/bag.sql); rebuildable, and local.

alter table clinic.bag_content add column last_hash text not null; -- of the tube's last event when its bag was closed

create table clinic.tube_here (              -- drawn here, in no closed bag, and neither gone nor thrown away
	specimen_id text not null,
	bag text,                                -- the open bag it is in; null: in none
	scanned boolean not null,                -- it was scanned into that bag
	constraint tube_here_pkey primary key (specimen_id)
);
create index tube_here_bag_idx on clinic.tube_here (bag);

create table clinic.bag_under_way (          -- from its opening until it is at the laboratory
	bag text not null,
	here boolean not null,                   -- opened or closed by this node and not gone yet
	kind text not null,                      -- of its state
	operator_id bigint,                      -- who has it ...
	place text,                              -- ... or where it was put
	since timestamptz not null,
	constraint bag_under_way_pkey primary key (bag)
);
create index bag_under_way_here_idx on clinic.bag_under_way (bag) where here;
create index bag_under_way_operator_idx on clinic.bag_under_way (operator_id) where operator_id is not null;
