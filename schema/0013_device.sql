-- USB devices that the bench sees, assigned to a station or not. Local: another node's are none of ours.

create table clinic.device_found (           -- what is plugged in now; replaced whole by what the bench says
	identity text not null,                  -- usb:VVVV:PPPP:SERIAL or usb:VVVV:PPPP@PLACE
	kind text not null,
	maker text not null,
	model text not null,
	serial text not null,
	place text not null,                     -- bus and ports, as in sysfs
	problem text not null,                   -- why it does not work, for a person; '': none known
	seen_at timestamptz not null default now(), -- first, since it was plugged in
	constraint device_found_pkey primary key (identity),
	constraint device_found_kind_check check (kind in ('printer', 'scanner'))
);

create table clinic.device_look (            -- one row: when the bench last said what is plugged in
	is_only boolean not null default true,
	looked_at timestamptz,                   -- null: nobody looks
	constraint device_look_pkey primary key (is_only),
	constraint device_look_only_check check (is_only)
);
insert into clinic.device_look default values;
