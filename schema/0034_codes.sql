-- What a step takes of all that scanners read (LB-13, SC-15), and what makers' codes say of themselves.
alter table clinic.scan add column said jsonb; -- what the code says (contrib/CONTRACTS.md 3, api.scan); null: neither GS1 nor HIBC

-- two codes in one gesture of one scanner
create index scan_device_idx on clinic.scan (device_id, scan_id) where device_id is not null;

create table clinic.scan_rule (              -- insert-only but for those that ship; of one code, station kind and step the newest counts
	scan_rule_id bigint generated always as identity,
	code text not null,                      -- kind of an id, 'makers_code' or 'other'
	station_kind text,                       -- null: at any
	step text,                               -- null: in any (clinic.scan_step)
	symbologies text[],                      -- names of clinic.symbology_name; null: any
	min_chars int,
	max_chars int,
	prefix text,                             -- what the text begins with; null: anything
	ended boolean not null default false,    -- the rule before it of this code, station kind and step is no more
	shipped boolean not null default false,
	at timestamptz not null default clock_timestamp(),
	set_by bigint,                           -- null: shipped
	second_by bigint,
	reason text not null default '',
	constraint scan_rule_pkey primary key (scan_rule_id),
	constraint scan_rule_set_by_fkey foreign key (set_by) references clinic.operator,
	constraint scan_rule_second_by_fkey foreign key (second_by) references clinic.operator,
	-- never a command card: it is a key in a gloved hand, and one of them is Stop
	constraint scan_rule_code_check check (code in ('specimen', 'label', 'bag', 'delivery', 'enrolment code', 'FOUND sticker', 'badge', 'place',
		'stop', 'station', 'visit slip', 'makers_code', 'other')),
	constraint scan_rule_station_kind_check check (station_kind in ('collection', 'processing', 'pickup', 'hub', 'receiving', 'admin')),
	constraint scan_rule_step_check check (step in ('idle', 'identify', 'labels', 'pack', 'place', 'pickup', 'hand_over', 'dock', 'bench')),
	constraint scan_rule_symbologies_check check (cardinality(symbologies) > 0 and symbologies <@ array['Code 39', 'GS1-128', 'Code 128', 'GS1 Data Matrix',
		'Data Matrix', 'EAN/UPC', 'GS1 DataBar', 'Codabar', 'Code 93', 'Interleaved 2 of 5', 'GS1 DotCode', 'DotCode', 'PDF417', 'GS1 QR Code',
		'QR Code', 'other bar code', 'Aztec']),
	constraint scan_rule_chars_check check (min_chars >= 1 and max_chars >= coalesce(min_chars, 1)),
	constraint scan_rule_prefix_check check (prefix <> '' and octet_length(prefix) <= 40),
	constraint scan_rule_shipped_check check (not shipped or station_kind is null and step is null and not ended)
);
create unique index scan_rule_shipped_key on clinic.scan_rule (code) where shipped;

drop function if exists clinic.scan_is_misread(text);
drop function if exists clinic.scan_other(clinic.actor, text, jsonb);
