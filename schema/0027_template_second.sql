-- A version is proposed by one person and published by another (contrib/POLICIES.md 2). What stands here is the proposal
-- that waits now, or that it was published by; clinic.template_act keeps all of them.
alter table clinic.template add column proposed_at timestamptz,
	add column proposed_by bigint,           -- null: not proposed; or published before there was this step, or by init
	add constraint template_proposed_by_fkey foreign key (proposed_by) references clinic.operator,
	add constraint template_proposed_check check ((proposed_at is null) = (proposed_by is null)),
	add constraint template_second_check check (proposed_by <> published_by);

create table clinic.template_act (           -- insert-only
	template_act_id bigint generated always as identity,
	name text not null,
	version int not null,
	act text not null,
	at timestamptz not null default clock_timestamp(),
	operator_id bigint not null,
	live int,                                -- the version that it was held against; null: there was none
	note text not null default '',           -- turned_down: why
	constraint template_act_pkey primary key (template_act_id),
	constraint template_act_template_fkey foreign key (name, version) references clinic.template (name, version),
	constraint template_act_operator_fkey foreign key (operator_id) references clinic.operator,
	constraint template_act_act_check check (act in ('proposed', 'withdrawn', 'turned_down', 'published')),
	constraint template_act_note_check check (octet_length(note) <= 2000 and (act <> 'turned_down' or note <> ''))
);
create index template_act_version_idx on clinic.template_act (name, version);
