-- Pass-through (clinic/pass.sql): which stations hand a good code on to the laboratory's own system, how, and what became of each.
create table clinic.station_pass (           -- insert-only: of a station the newest counts
	station_pass_id bigint generated always as identity,
	station_id bigint not null,
	way text not null,
	target text not null default '',         -- the line, or the address
	keyboard text,                           -- the host's country
	terminator text not null default 'cr',
	at timestamptz not null default clock_timestamp(),
	set_by bigint not null,
	constraint station_pass_pkey primary key (station_pass_id),
	constraint station_pass_station_fkey foreign key (station_id) references clinic.station,
	constraint station_pass_set_by_fkey foreign key (set_by) references clinic.operator,
	constraint station_pass_way_check check (way in ('off', 'keyboard', 'serial', 'tcp')),
	constraint station_pass_target_check check ((target <> '') = (way in ('serial', 'tcp')) and octet_length(target) <= 127),
	constraint station_pass_keyboard_check check ((keyboard is not null) = (way = 'keyboard')
		and keyboard in ('us', 'uk', 'de', 'fr', 'be', 'es', 'cz', 'jp')),
	constraint station_pass_terminator_check check (terminator in ('cr', 'lf', 'cr_lf', 'tab', 'none')
		and (way <> 'keyboard' or terminator in ('cr', 'tab', 'none')) and (way <> 'tcp' or terminator <> 'none'))
);
create index station_pass_station_idx on clinic.station_pass (station_id, station_pass_id);

create table clinic.code_passed (            -- insert-only: what became of a code that was to be handed on
	scan_id bigint not null,
	at timestamptz not null default clock_timestamp(),
	ok boolean not null,
	why text not null,                       -- '' when it was handed on
	constraint code_passed_pkey primary key (scan_id),
	constraint code_passed_scan_fkey foreign key (scan_id) references clinic.scan
);
