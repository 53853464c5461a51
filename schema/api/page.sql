-- Pages of stations (contrib/CONTRACTS.md 3); rules are in clinic/page.sql.

create or replace function api.station_bind(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'station_bind');
$$;

create or replace function api.pages(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'page'), clinic.reply('note', 'ok', clinic.pages_view(actor)));
end $$;

create or replace function api.page_code_open(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'page_code_open', 'page');
$$;

create or replace function api.page_code_cancel(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'page_code_cancel', 'page');
$$;

create or replace function api.page_take_away(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'page_take_away', 'page');
$$;
