-- A page is bound to a station by a one-time code (clinic/page.sql): who let which page in, and on which page a person signed in.
create table clinic.page_code (              -- opened once, ended once; never deleted
	page_code_id bigint generated always as identity,
	code text not null,                      -- eight digits of chance
	station_id bigint not null,
	opened_at timestamptz not null default clock_timestamp(),
	opened_by bigint,                        -- null: the database's owner (specimend station-code)
	expires_at timestamptz not null,
	ended_at timestamptz,
	ended text,
	page_id bigint,                          -- the session of the page that it bound
	constraint page_code_pkey primary key (page_code_id),
	constraint page_code_station_fkey foreign key (station_id) references clinic.station,
	constraint page_code_opened_by_fkey foreign key (opened_by) references clinic.operator,
	constraint page_code_page_fkey foreign key (page_id) references clinic.session,
	constraint page_code_code_check check (code ~ '^[0-9]{8}$'),
	constraint page_code_ended_check check (ended in ('bound', 'cancelled', 'expired', 'replaced')
		and (ended is null) = (ended_at is null) and (ended is not distinct from 'bound') = (page_id is not null))
);
create unique index page_code_open_key on clinic.page_code (code) where ended_at is null;
create index page_code_page_idx on clinic.page_code (page_id);

alter table clinic.session add column page_id bigint;   -- of a person: the page on which that person signed in
alter table clinic.session add column about text not null default ''; -- of a page: what its browser says it is
alter table clinic.session add column closed_by bigint; -- of a page: who took it away
alter table clinic.session add constraint session_page_fkey foreign key (page_id) references clinic.session;
alter table clinic.session add constraint session_closed_by_fkey foreign key (closed_by) references clinic.operator;
create index session_page_idx on clinic.session (page_id) where kind = 'operator' and closed_at is null;

-- Of people who are signed in the page is not known: they sign in again.
update clinic.session set closed_at = now() where kind = 'operator' and closed_at is null;
drop function if exists clinic.station_session(uuid, text, jsonb, text);
drop function if exists clinic.operator_session(bigint, bigint, bytea, boolean);
