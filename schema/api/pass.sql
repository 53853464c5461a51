-- Pass-through (contrib/CONTRACTS.md 3); rules are in clinic/pass.sql.

create or replace function api.passes(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'pass'), clinic.reply('note', 'ok', clinic.passes_view()));
end $$;

create or replace function api.pass_set(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'pass_set', 'pass');
$$;

create or replace function api.pass_told(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'pass_told');
$$;
