-- Label templates as versions: what a label is drawn with, who made it and when, what the golden set said of it
-- (LB-14). A print job records which it was; null: a job from before, drawn with the press's own file.
create table clinic.template (               -- never changed but for the golden result and the one publish; never deleted
	name text not null,
	version int not null,                    -- counts up per name
	body text not null,                      -- the very JSON (printers/page/template_read.h)
	sha256 text not null,
	source text not null default 'site',     -- 'shipped': put in by specimend init
	note text not null default '',
	created_at timestamptz not null default clock_timestamp(),
	created_by bigint,                       -- null: shipped
	golden jsonb,                            -- {passed, at, sha256, cases, failed, failures}; null: not tried
	published_at timestamptz,
	published_by bigint,
	constraint template_pkey primary key (name, version),
	constraint template_name_check check (name ~ '^[a-z0-9_]{1,32}$'),
	constraint template_version_check check (version >= 1),
	constraint template_body_check check (octet_length(body) between 2 and 65536),
	constraint template_sha256_check check (sha256 = encode(sha256(convert_to(body, 'UTF8')), 'hex')),
	constraint template_source_check check (source in ('site', 'shipped')),
	constraint template_created_by_fkey foreign key (created_by) references clinic.operator,
	constraint template_published_by_fkey foreign key (published_by) references clinic.operator,
	-- what fails the golden set, or was never tried, can not be published; what is shipped was tried before the release
	constraint template_published_check check (published_at is null or source = 'shipped'
		or (golden ->> 'passed' = 'true' and golden ->> 'sha256' = sha256) is true)
);

alter table clinic.print_job add column template_version int,
	add constraint print_job_template_fkey foreign key (template, template_version) references clinic.template (name, version);
