-- Enrolment of scanners (clinic/enrol.sql): who let which device in, by which code, as what it was then.
create table clinic.enrolment (              -- opened once, ended once; never deleted
	enrolment_id bigint generated always as identity,
	code text not null,                      -- the one-time code's number
	secret text not null,                    -- six digits of chance behind it: who has not read the screen does not know them
	station_id bigint not null,
	identity text not null,                  -- the device that was picked
	opened_at timestamptz not null default clock_timestamp(),
	opened_by bigint not null,
	expires_at timestamptz not null,
	ended_at timestamptz,
	ended text,
	device_id bigint,                        -- what it is now, of one that was enrolled
	constraint enrolment_pkey primary key (enrolment_id),
	constraint enrolment_code_key unique (code),
	constraint enrolment_station_fkey foreign key (station_id) references clinic.station,
	constraint enrolment_opened_by_fkey foreign key (opened_by) references clinic.operator,
	constraint enrolment_device_fkey foreign key (device_id) references clinic.device,
	constraint enrolment_secret_check check (secret ~ '^[0-9]{6}$'),
	constraint enrolment_ended_check check (ended in ('enrolled', 'cancelled', 'expired', 'replaced')
		and (ended is null) = (ended_at is null) and (ended is not distinct from 'enrolled') = (device_id is not null))
);
create unique index enrolment_open_key on clinic.enrolment ((true)) where ended_at is null; -- one at a time

create table clinic.enrolment_read (         -- insert-only: what the device sent, each time; the one that was found enrolled it
	enrolment_read_id bigint generated always as identity,
	enrolment_id bigint not null,
	at timestamptz not null default clock_timestamp(),
	reading text not null,                   -- scanners/enrol.h
	says text not null,                      -- the same for a person
	hint text not null,
	seen text not null,                      -- what it read, printable
	protocol text,
	settings jsonb not null default '{}',
	advice jsonb not null default '[]',      -- what is less than good: [{word, says, hint}]
	fingerprint jsonb,
	evidence jsonb not null default '{}',    -- the very bytes
	constraint enrolment_read_pkey primary key (enrolment_read_id),
	constraint enrolment_read_enrolment_fkey foreign key (enrolment_id) references clinic.enrolment
);
create index enrolment_read_enrolment_idx on clinic.enrolment_read (enrolment_id, enrolment_read_id);

-- What a scanner was when it was enrolled or assigned: {vendor, product, serial, place, descriptors}; null: it was not plugged in then.
alter table clinic.device add column fingerprint jsonb;
-- SHA-256 of its descriptors, hexadecimal; '': not known.
alter table clinic.device_found add column descriptors text not null default '';
