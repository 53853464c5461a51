-- What goes wrong on devices' cables, by day (clinic/device_fault.sql); whether a device that is plugged in is in use.

create table clinic.device_fault (           -- counts only ever rise
	device_id bigint not null,
	day date not null,                       -- of the database's time zone
	fault text not null,                     -- daemon/bench/transport.h
	n bigint not null,
	constraint device_fault_pkey primary key (device_id, day, fault),
	constraint device_fault_device_fkey foreign key (device_id) references clinic.device,
	constraint device_fault_fault_check check (fault in ('stall', 'babble', 'broken_off', 'mute', 'left', 'garbled')),
	constraint device_fault_n_check check (n > 0)
);

alter table clinic.device_found add column used boolean not null default false; -- open, claimed, and listened to
