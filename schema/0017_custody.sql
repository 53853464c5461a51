-- Where tubes are, derived from events by triggers (clinic/bag.sql); rebuildable, and local.

alter table clinic.bag_content add column last_hash text not null; -- of the tube's last event when its bag was closed

create table clinic.tube_waiting (           -- drawn here, in no bag, and neither gone nor thrown away
	specimen_id text not null,
	constraint tube_waiting_pkey primary key (specimen_id)
);
