-- Custody: events, their heads, seals, printed ids, requests. README.md here says who owns which table and
-- where its rows go. Rules are functions in custody/*.sql, applied again on every init.
--
-- event and seal come from other nodes by logical replication, and a refusing constraint would stop that
-- for good: no foreign key, no check, no unique key but the partitioned primary key stands on them. What is
-- wrong with a row is found by the triggers (custody/30_event.sql) and kept in refused.

do $$
begin
	if current_setting('server_encoding') <> 'UTF8' then
		raise 'the database must be UTF8: hashes of events are over UTF-8';
	end if;
end
$$;

-- From here on nothing that the one who runs init creates is callable by everybody.
alter default privileges revoke execute on functions from public;

create schema custody;
create schema clinic;
create schema api;

create table custody.schema_migration (
	no int constraint schema_migration_pkey primary key,
	name text not null,
	sha256 text not null,
	applied_at timestamptz not null default clock_timestamp()
);
comment on table custody.schema_migration is 'numbered migrations that were applied; written by init';

create table custody.self (
	only_one bool constraint self_pkey primary key default true constraint self_only_one_check check (only_one),
	node int not null constraint self_node_check check (node between 1 and 8191),
	practice bool not null constraint self_practice_check check (practice = (node = 8191)),
	created_at timestamptz not null default clock_timestamp()
);
comment on table custody.self is 'who this node is; one row, written once by node_init';

create table custody.peer (
	node int constraint peer_pkey primary key constraint peer_node_check check (node between 1 and 8190),
	side text not null constraint peer_side_check check (side in ('clinic', 'lab')),
	apply_role text not null constraint peer_apply_role_key unique,
	added_at timestamptz not null default clock_timestamp()
);
comment on table custody.peer is 'nodes that may replicate to us: a clinic speaks for itself, a lab for everybody but us';

create table custody.id_block (
	block int constraint id_block_pkey primary key constraint id_block_block_check check (block between 0 and 999),
	node int not null constraint id_block_node_check check (node between 1 and 8191),
	first int not null default 1,
	last int not null default 9999999,
	allotted int generated always as identity constraint id_block_allotted_key unique,
	constraint id_block_range_check check (0 <= first and first <= last and last <= 9999999)
);
comment on table custody.id_block is
	'which node issues the printed ids of a block; numbers are used in order of allotted, so rows never change';

-- One numbering per kind that is issued in order; badges are random, command cards fixed.
create sequence custody.id_specimen_seq;
create sequence custody.id_bag_seq;
create sequence custody.id_delivery_seq;
create sequence custody.id_enrolment_code_seq;
create sequence custody.id_found_sticker_seq;
create sequence custody.id_place_seq;
create sequence custody.id_stop_seq;
create sequence custody.id_station_seq;
create sequence custody.id_visit_slip_seq;

create table custody.event_kind (
	kind text constraint event_kind_pkey primary key,
	set_code text,
	phase int not null,
	moves bool not null,
	subject_kind text not null constraint event_kind_subject_kind_check
		check (subject_kind in ('specimen', 'bag', 'delivery', 'pickup', 'any')),
	constraint event_kind_set_code_check check (set_code ~ '^S[0-9]{2}$')
);
comment on table custody.event_kind is 'the same on every node and never renumbered; rows in custody/20_kind.sql';

create table custody.event_move (
	from_kind text not null,
	to_kind text not null,
	constraint event_move_pkey primary key (from_kind, to_kind)
);
comment on table custody.event_move is
	'legal moves of a subject: from the kind of its state ('''' when it has none) to the kind of a new event';

create sequence custody.event_seq maxvalue 1099511627775;

create table custody.event (
	event_id bigint,
	subject text,
	home int,
	lab int,
	n int,
	kind text,
	moves bool,
	occurred_at timestamptz,
	recorded_at timestamptz,
	operator_id bigint,
	station_id bigint,
	after text,
	body text,
	hash bytea,
	stored_at timestamptz default clock_timestamp(),
	constraint event_pkey primary key (event_id, stored_at)
) partition by range (stored_at);
create index event_subject_idx on custody.event (subject, n);

create table custody.subject (
	subject text constraint subject_pkey primary key
);
comment on table custody.subject is 'the row lock that serialises local writers about a subject';

create table custody.head (
	subject text not null,
	node int not null,
	n int not null,
	event_id bigint not null,
	hash bytea not null,
	moving_n int,
	moving_event_id bigint,
	moving_kind text,
	moving_phase int,
	moving_after text,
	moving_occurred_at timestamptz,
	moving_recorded_at timestamptz,
	constraint head_pkey primary key (subject, node)
);
comment on table custody.head is 'derived from event: each node''s last event of a subject, and its last moving one';

create table custody.request (
	request_id uuid constraint request_pkey primary key,
	session_hash bytea,
	station_id bigint,
	at timestamptz not null default clock_timestamp(),
	reply jsonb
);
create index request_at_idx on custody.request (at);

create table custody.seal (
	node int,
	home int,
	lab int,
	no int,
	from_id bigint,
	to_id bigint,
	count int,
	root bytea,
	prev_hash bytea,
	public_key bytea,
	signature bytea,
	stored_at timestamptz default clock_timestamp()
);
create index seal_chain_idx on custody.seal (node, home, lab, no);
comment on table custody.seal is 'signed Merkle roots, one chain for each (home, lab) a node wrote for';

create table custody.seal_draft (
	seal_id bigint generated always as identity constraint seal_draft_pkey primary key,
	home int not null,
	lab int not null,
	no int not null,
	from_id bigint not null,
	to_id bigint not null,
	count int not null,
	root bytea not null,
	prev_hash bytea not null,
	made_at timestamptz not null default clock_timestamp(),
	constraint seal_draft_audience_key unique (home, lab)
);
comment on table custody.seal_draft is 'seals waiting for the signature of the core';

create table custody.seal_reach (
	only_one bool constraint seal_reach_pkey primary key default true
		constraint seal_reach_only_one_check check (only_one),
	reach bigint not null
);
comment on table custody.seal_reach is 'every own event up to this id is in a seal; only spares looking again';

create table custody.refused (
	refused_id bigint generated always as identity constraint refused_pkey primary key,
	at timestamptz not null default clock_timestamp(),
	via text not null,
	what text not null constraint refused_what_check check (what in ('event', 'seal')),
	why text not null,
	line jsonb not null
);
comment on table custody.refused is 'rows of other nodes that were not believed, whole; every row is an alarm';
