-- Pages of stations (contrib/CONTRACTS.md 3); rules are in clinic/page.sql.

-- A wrong code leaves nothing behind: whoever reaches the service may send as many as he likes.
create or replace function api.station_bind(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not clinic.page_code_is_open(clinic.arg(args, 'code')) and not exists (select from custody.request r where r.request_id = $1) then
		return coalesce(clinic.require_kind(custody.session($2), 'core'), clinic.reply('question', 'page_code_wrong'));
	end if;
	return clinic.core_call($1, $2, $3, 'station_bind');
end $$;

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

create or replace function api.page_keep(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'page_keep', 'page_keep');
$$;

create or replace function api.page_take_away(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'page_take_away', 'page');
$$;
