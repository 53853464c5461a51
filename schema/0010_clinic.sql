-- The clinic's own tables: people, places, policies, catalogue, orders, visits, labels, print jobs.
-- Facts of custody are events (0001). What stands here is either insert-only and owned by its node
-- (specimen, label), updated by its one owning node (patient, catalogue, operator, order), or local work
-- in progress (visit, print job, scan). schema/README.md says which is which.

create table clinic.station (
	station_id bigint not null,              -- node << 40 | n
	code text not null,                      -- T...
	name text not null,
	kind text not null,
	room_group text not null,
	shared boolean not null default false,   -- several people in a day: the badge opens each visit
	lang text not null default 'en',
	active boolean not null default true,
	constraint station_pkey primary key (station_id),
	constraint station_code_key unique (code),
	constraint station_kind_check check (kind in
		('collection', 'processing', 'pickup', 'hub', 'receiving', 'admin'))
);

create table clinic.operator (
	operator_id bigint not null,
	name text not null,
	initials text not null,
	badge text not null,                     -- G...
	pin_hash text,                           -- libsodium's $argon2id$ text; null: cannot sign in
	active boolean not null default true,
	blocked_at timestamptz,
	created_at timestamptz not null default now(),
	constraint operator_pkey primary key (operator_id),
	constraint operator_badge_key unique (badge)
);

create table clinic.operator_role (
	operator_id bigint not null,
	role text not null,
	constraint operator_role_pkey primary key (operator_id, role),
	constraint operator_role_operator_fkey foreign key (operator_id) references clinic.operator,
	constraint operator_role_role_check check (role in ('front_desk', 'ma', 'trainee', 'processing',
		'site_lead', 'courier', 'dispatcher', 'receiver', 'lab_lead', 'quality', 'admin'))
);

-- Who may do what (contrib/POLICIES.md 2: one row per cross of its table); note: 'co_sign', 'bag_only', 'confirms' ...
create table clinic.role_act (
	role text not null,
	act text not null,
	note text not null default '',
	constraint role_act_pkey primary key (role, act)
);

-- Every policy a site can set, with its safe default. safety: loosening asks a second person and a reason.
create table clinic.policy (
	policy text not null,
	value jsonb not null,                    -- the default
	allowed text not null,                   -- in words, for the page and the reference
	safety boolean not null,
	set_by_lab boolean not null default false,
	why text not null,
	constraint policy_pkey primary key (policy)
);

create table clinic.policy_setting (         -- insert-only; the newest row of a policy counts
	policy_setting_id bigint generated always as identity,
	policy text not null,
	value jsonb not null,
	set_at timestamptz not null default now(),
	set_by bigint,
	second_by bigint,
	reason text not null default '',
	constraint policy_setting_pkey primary key (policy_setting_id),
	constraint policy_setting_policy_fkey foreign key (policy) references clinic.policy
);

create table clinic.message (                -- words of a reply; {name} places are filled from data
	code text not null,
	lang text not null,
	title text not null,
	"do" text not null,
	constraint message_pkey primary key (code, lang)
);

create table clinic.command (                -- command cards: fixed codes
	code text not null,                      -- K...
	name text not null,
	words text not null,
	constraint command_pkey primary key (code),
	constraint command_name_key unique (name)
);

create table clinic.reason (
	kind text not null,                      -- not_collected, reprint, no_patient, label_end, mistake
	code text not null,
	words text not null,
	position int not null,
	tests_due boolean not null default true, -- not_collected: the tests are asked for again
	constraint reason_pkey primary key (kind, code)
);

-- ---- sessions (local) ---------------------------------------------------------------------------

create table clinic.session (
	session_id bigint generated always as identity,
	token_hash bytea not null,               -- SHA-256 of the 256-bit token's hex text
	kind text not null,
	operator_id bigint,
	station_id bigint,
	opened_at timestamptz not null default now(),
	seen_at timestamptz not null default now(),
	shaded_at timestamptz,
	expires_at timestamptz not null,
	closed_at timestamptz,
	constraint session_pkey primary key (session_id),
	constraint session_token_hash_key unique (token_hash),
	constraint session_kind_check check (kind in ('core', 'mllp', 'station', 'operator'))
);
create index session_station_idx on clinic.session (station_id) where kind = 'operator' and closed_at is null;

create table clinic.sign_in (                -- one attempt: nonce given, answered or not
	nonce uuid not null,
	badge text not null,
	operator_id bigint,
	station_id bigint not null,
	pin_needed boolean not null,
	begun_at timestamptz not null default now(),
	ended_at timestamptz,
	opened boolean,
	constraint sign_in_pkey primary key (nonce)
);

-- ---- catalogue ------------------------------------------------------------------------------------

create table clinic.lab (
	lab_id bigint not null,
	node int not null,                       -- 0: a lab that is not on the system
	name text not null,
	account text not null default '',        -- our account number there, printed on labels
	constraint lab_pkey primary key (lab_id)
);

create table clinic.container_type (
	container_type_id bigint not null,
	code text not null,
	name text not null,                      -- EDTA 4 mL
	kind text not null,
	cap text not null,                       -- LAVENDER: the colour in words
	cap_colour text not null,                -- #b57edc: for the page
	additive text not null,                  -- HL7 table 0371
	order_of_draw int not null,              -- venous (CLSI GP41 order)
	order_of_draw_capillary int not null,
	fill_ul int not null,                    -- what one container holds for tests
	handling text not null,                  -- in words
	next_place text not null,                -- RACK, SPIN, FRIDGE, FREEZER
	next_within_min int,                     -- spin by, freeze by ...; null: no clock
	constraint container_type_pkey primary key (container_type_id),
	constraint container_type_code_key unique (code),
	constraint container_type_kind_check check (kind in ('tube', 'cup', 'bottle', 'kit'))
);

create table clinic.test (
	test_id bigint not null,
	code text not null,
	name text not null,
	label_text text not null,                -- on the label; empty for sensitive tests
	container_type_id bigint not null,
	volume_ul int not null,
	specimen_type text not null,             -- HL7 table 0487
	lab_id bigint not null,
	temperature text not null default 'AMB', -- HL7 table 0376
	sensitive boolean not null default false,
	second_person boolean not null default false,
	favourite boolean not null default false,
	active boolean not null default true,
	constraint test_pkey primary key (test_id),
	constraint test_code_key unique (code),
	constraint test_container_type_fkey foreign key (container_type_id) references clinic.container_type,
	constraint test_lab_fkey foreign key (lab_id) references clinic.lab
);

create table clinic.test_code (              -- a sender's code -> our test (IO-01); mended by a person
	sender text not null,                    -- application|facility
	code text not null,
	test_id bigint not null,
	set_at timestamptz not null default now(),
	set_by bigint,
	constraint test_code_pkey primary key (sender, code),
	constraint test_code_test_fkey foreign key (test_id) references clinic.test
);

-- ---- patients and orders --------------------------------------------------------------------------

create table clinic.patient (
	patient_id bigint not null,
	family text not null,
	given text not null,
	middle text not null default '',
	birth_date date,                         -- null: unreadable or unknown; not printable until mended
	birth_text text not null default '',     -- as the sender wrote it
	sex text not null default '',
	created_at timestamptz not null default now(),
	changed_at timestamptz not null default now(),
	constraint patient_pkey primary key (patient_id)
);

create index patient_birth_date_idx on clinic.patient (birth_date);
create index patient_name_idx on clinic.patient (lower(family), lower(given));

create table clinic.patient_number (
	authority text not null,
	number text not null,
	type text not null default '',
	patient_id bigint not null,
	position int not null default 1,         -- the first is shown
	constraint patient_number_pkey primary key (authority, number),
	constraint patient_number_patient_fkey foreign key (patient_id) references clinic.patient
);
create index patient_number_patient_idx on clinic.patient_number (patient_id);

create table clinic.hl7_message (            -- local; every message that came, raw (IO-05)
	message_id bigint generated always as identity,
	received_at timestamptz not null default now(),
	peer text not null,
	sender text not null,                    -- application|facility; empty when unreadable
	control_id text not null,
	sha256 bytea not null,
	raw bytea not null,
	type text not null,
	ack_code text not null,
	errors jsonb not null default '[]',
	about text not null default '',          -- the placer numbers in it, for the lists
	state text not null,
	flags text[] not null default '{}',      -- control_id_reused, test_unknown, birth_date_unreadable, cancel_unknown ...
	done_at timestamptz,
	done_by bigint,
	note text not null default '',
	constraint hl7_message_pkey primary key (message_id),
	constraint hl7_message_ack_code_check check (ack_code in ('AA', 'AE', 'AR')),
	constraint hl7_message_state_check check (state in ('done', 'amber', 'refused', 'looked_at'))
);
create unique index hl7_message_same_key on clinic.hl7_message (sender, control_id, sha256);
create index hl7_message_open_idx on clinic.hl7_message (message_id) where state in ('amber', 'refused');

create table clinic.lab_order (
	lab_order_id bigint not null,
	patient_id bigint not null,
	sender text not null,                    -- 'here' for an order entered here
	placer_number text not null,
	filler_number text not null default '',
	group_number text not null default '',
	source text not null,
	provider text not null default '',
	read_back boolean not null default false,
	priority text not null default '',       -- STAT or empty
	source_text text not null default '',    -- OBR-15 as it came
	ordered_at timestamptz,
	received_at timestamptz not null default now(),
	entered_by bigint,
	patient_snapshot jsonb not null,         -- name, birth date, sex, numbers as they were
	gaps text[] not null default '{}',       -- what the lab will miss: requester, sex ... (RG-02)
	message_id bigint,
	constraint lab_order_pkey primary key (lab_order_id),
	constraint lab_order_placer_number_key unique (sender, placer_number),
	constraint lab_order_patient_fkey foreign key (patient_id) references clinic.patient,
	constraint lab_order_source_check check (source in ('hl7', 'paper', 'verbal', 'standing'))
);
create index lab_order_patient_idx on clinic.lab_order (patient_id);

create table clinic.lab_order_test (
	lab_order_test_id bigint not null,
	lab_order_id bigint not null,
	code text not null,                      -- as the sender wrote it (HL-15)
	name text not null,
	test_id bigint,                          -- null: not mapped yet
	state text not null default 'due',
	state_at timestamptz not null default now(),
	reason text not null default '',
	constraint lab_order_test_pkey primary key (lab_order_test_id),
	constraint lab_order_test_order_fkey foreign key (lab_order_id) references clinic.lab_order,
	constraint lab_order_test_test_fkey foreign key (test_id) references clinic.test,
	constraint lab_order_test_state_check check (state in
		('due', 'in_visit', 'collected', 'not_collected', 'cancelled'))
);
create index lab_order_test_order_idx on clinic.lab_order_test (lab_order_id);
create index lab_order_test_due_idx on clinic.lab_order_test (lab_order_test_id) where state in ('due', 'in_visit');

-- ---- visits (local) --------------------------------------------------------------------------------

create table clinic.slip (
	slip text not null,                      -- V...
	patient_id bigint not null,
	created_at timestamptz not null default now(),
	created_by bigint,
	constraint slip_pkey primary key (slip),
	constraint slip_patient_fkey foreign key (patient_id) references clinic.patient
);
create index slip_patient_idx on clinic.slip (patient_id);

create table clinic.visit (
	visit_id bigint generated always as identity,
	patient_id bigint not null,
	slip text,
	found_by text not null,                  -- slip, list, search
	state text not null default 'identify',
	held_by bigint not null,
	station_id bigint not null,              -- where it is worked on now
	opened_at timestamptz not null default now(),
	opened_by bigint not null,
	birth_choices date[] not null default '{}',
	asked_at timestamptz not null default clock_timestamp(), -- when the birth dates came on the screen
	third_identifier text,                   -- what was read when look-alikes are here today
	drawn_by bigint,                         -- another badge than the holder's was scanned (ER-16)
	identified_at timestamptz,
	identified_by bigint,
	identified_how text,                     -- pick_birth_date ...
	stated_by jsonb,                         -- {who, name, relation}
	parked_at timestamptz,
	closed_at timestamptz,
	closed_by bigint,
	collected_at timestamptz,
	close_check text,
	close_reason text,
	constraint visit_pkey primary key (visit_id),
	constraint visit_patient_fkey foreign key (patient_id) references clinic.patient,
	constraint visit_state_check check (state in ('identify', 'labels', 'parked', 'closed', 'mistake'))
);
-- a person has one open visit (promise 4); a patient is in one open visit
create unique index visit_held_by_key on clinic.visit (held_by) where state in ('identify', 'labels');
create unique index visit_patient_key on clinic.visit (patient_id) where state in ('identify', 'labels', 'parked');
create index visit_patient_idx on clinic.visit (patient_id, opened_at);
create index visit_station_idx on clinic.visit (station_id) where state in ('identify', 'labels', 'parked');

create table clinic.visit_act (              -- insert-only: what happened, near misses too
	visit_act_id bigint generated always as identity,
	visit_id bigint not null,
	at timestamptz not null default clock_timestamp(),
	operator_id bigint,
	station_id bigint,
	act text not null,                       -- opened, identified, wrong_birth_date, printed, quick_scan, wrong_patient, parked ...
	near_miss boolean not null default false,
	detail jsonb not null default '{}',
	constraint visit_act_pkey primary key (visit_act_id),
	constraint visit_act_visit_fkey foreign key (visit_id) references clinic.visit
);
create index visit_act_visit_idx on clinic.visit_act (visit_id);

create table clinic.specimen (               -- insert-only; what changes about it is events
	specimen_id text not null,
	visit_id bigint not null,
	patient_id bigint not null,
	container_type_id bigint not null,
	lab_id bigint not null,
	specimen_type text not null,
	number int not null,                     -- "2 of 4" as printed, in order of draw
	of int not null,
	created_at timestamptz not null default now(),
	created_by bigint not null,
	constraint specimen_pkey primary key (specimen_id),
	constraint specimen_container_type_fkey foreign key (container_type_id) references clinic.container_type,
	constraint specimen_patient_fkey foreign key (patient_id) references clinic.patient
);
create index specimen_visit_idx on clinic.specimen (visit_id);

create table clinic.specimen_test (
	specimen_id text not null,
	lab_order_test_id bigint not null,
	constraint specimen_test_pkey primary key (specimen_id, lab_order_test_id),
	constraint specimen_test_specimen_fkey foreign key (specimen_id) references clinic.specimen,
	constraint specimen_test_test_fkey foreign key (lab_order_test_id) references clinic.lab_order_test
);
create index specimen_test_test_idx on clinic.specimen_test (lab_order_test_id);

create table clinic.label (                  -- one printed instance; its end is an event with this copy
	specimen_id text not null,
	copy int not null,
	reason text not null default '',
	created_at timestamptz not null default now(),
	created_by bigint not null,
	constraint label_pkey primary key (specimen_id, copy),
	constraint label_specimen_fkey foreign key (specimen_id) references clinic.specimen,
	constraint label_copy_check check (copy between 1 and 99)
);

-- ---- devices, print jobs, scans, alarms (local) -----------------------------------------------------

create table clinic.device (
	device_id bigint generated always as identity,
	kind text not null,
	transport text not null,
	identity text not null,                  -- serial or port path; virtual:<name>
	name text not null,
	station_id bigint not null,
	shared boolean not null default false,   -- a printer that serves the room group
	language text not null default '',
	resolution_dpi int,
	width_um int,
	height_um int,
	active boolean not null default true,
	constraint device_pkey primary key (device_id),
	constraint device_identity_key unique (identity),
	constraint device_station_fkey foreign key (station_id) references clinic.station,
	constraint device_kind_check check (kind in ('printer', 'scanner')),
	constraint device_transport_check check (transport in ('virtual', 'usb', 'tty', 'tcp'))
);

create table clinic.print_job (              -- one label sent to one printer once; this table is the journal
	print_job_id bigint generated always as identity,
	kind text not null,
	specimen_id text,
	copy int,
	slip text,
	visit_id bigint,
	station_id bigint not null,
	device_id bigint not null,
	template text not null,
	content jsonb not null,
	state text not null default 'queued',
	state_at timestamptz not null default clock_timestamp(),
	created_at timestamptz not null default clock_timestamp(),
	created_by bigint,
	sha256 text,
	failed_check text,
	message text not null default '',
	hint text not null default '',
	counter_before bigint,
	counter_after bigint,
	evidence text not null default '',
	constraint print_job_pkey primary key (print_job_id),
	constraint print_job_device_fkey foreign key (device_id) references clinic.device,
	constraint print_job_kind_check check (kind in ('label', 'slip', 'badge')),
	constraint print_job_state_check check (state in
		('queued', 'proved', 'sending', 'sent', 'printed', 'unknown', 'failed', 'void'))
);
create index print_job_open_idx on clinic.print_job (print_job_id)
	where state in ('queued', 'proved', 'sending', 'sent', 'unknown');
create index print_job_specimen_idx on clinic.print_job (specimen_id, copy);
create index print_job_visit_idx on clinic.print_job (visit_id);

create table clinic.print_job_move (         -- the one list of legal moves (contrib/DESIGN.md 3)
	from_state text not null,
	to_state text not null,
	by text not null default '',             -- 'counter': only by counter proof; 'person'
	constraint print_job_move_pkey primary key (from_state, to_state)
);

create table clinic.print_job_log (          -- insert-only: each move with its evidence
	print_job_log_id bigint generated always as identity,
	print_job_id bigint not null,
	at timestamptz not null default clock_timestamp(),
	from_state text not null,
	to_state text not null,
	operator_id bigint,
	evidence jsonb not null default '{}',
	constraint print_job_log_pkey primary key (print_job_log_id)
);
create index print_job_log_job_idx on clinic.print_job_log (print_job_id);

create table clinic.scan (                   -- insert-only: every scan, raw; an event's body holds its id only
	scan_id bigint generated always as identity,
	request_id uuid not null,
	at timestamptz not null default clock_timestamp(),
	station_id bigint,
	operator_id bigint,
	raw bytea not null,
	aim text,
	source text not null,
	device_id bigint,
	device_at timestamptz,
	evidence jsonb not null default '{}',
	kind text,                               -- kind of id, or null: not ours
	verdict text,
	code text,
	constraint scan_pkey primary key (scan_id),
	constraint scan_request_id_key unique (request_id)
);
create index scan_at_idx on clinic.scan (at);

create table clinic.alarm (                  -- a locked station: answered only after the code is scanned again
	alarm_id bigint generated always as identity,
	station_id bigint not null,
	visit_id bigint,
	code text not null,
	raw text not null,                       -- the code that must be scanned again
	specimen_id text,
	copy int,
	at timestamptz not null default clock_timestamp(),
	rescanned_at timestamptz,
	choice text,
	answered_at timestamptz,
	answered_by bigint,
	constraint alarm_pkey primary key (alarm_id),
	constraint alarm_choice_check check (choice in ('label_removed', 'tube_set_aside'))
);
create unique index alarm_open_key on clinic.alarm (station_id) where answered_at is null;

create table clinic.question (               -- on a station's screen now; one at a time
	station_id bigint not null,
	visit_id bigint,
	code text not null,
	specimen_id text,
	copy int,
	data jsonb not null default '{}',
	asked_at timestamptz not null default clock_timestamp(),
	constraint question_pkey primary key (station_id)
);

-- who an api call acts as (custody.session)
create type clinic.actor as (
	session_id bigint,
	kind text,
	operator_id bigint,
	station_id bigint,
	roles text[],
	shaded boolean
);

-- keys of the node's own rows: node << 40 | nextval
create sequence clinic.patient_seq;
create sequence clinic.lab_order_seq;
create sequence clinic.lab_order_test_seq;
create sequence clinic.operator_seq;
create sequence clinic.station_seq;
create sequence clinic.catalogue_seq;

-- what a function makes of an act: the reply is put together from it in one place (clinic.visit_reply)
create type clinic.judgement as (
	verdict text,
	code text,
	words jsonb,                             -- fill the {places} of the message
	visit_id bigint,                         -- whose view goes with it; null: this station's
	about jsonb
);

-- one printed label and what became of it (clinic.visit_labels)
create type clinic.label_status as (
	specimen_id text,
	tube_kind text,                          -- the event kind of the specimen's state
	copy int,
	state text,
	is_open boolean,                         -- nobody has accounted for it yet (ER-08)
	possible boolean,                        -- it may be out in the world
	live_copy int,                           -- of the specimen: the copy scanned back last
	print_job_id bigint,
	job_state text,
	job_at timestamptz,
	device_id bigint,
	message text,
	hint text
);
