-- Enrolment of scanners (contrib/CONTRACTS.md 3); rules are in clinic/enrol.sql.

create or replace function api.enrolment(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'enrol'), clinic.reply('note', 'ok', clinic.enrol_view(actor)));
end $$;

create or replace function api.enrol_open(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'enrol_open', 'enrol');
$$;

create or replace function api.enrol_cancel(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'enrol_cancel', 'enrol');
$$;

create or replace function api.enrol_read(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'enrol_read');
$$;
