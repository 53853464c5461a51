-- Papers and supplies (contrib/CONTRACTS.md 3); rules are in clinic/paper.sql and clinic/stock.sql.

create or replace function api.paper(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'paper'), clinic.paper_view(actor, args));
end $$;

create or replace function api.paper_made(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'paper_made', 'paper');
$$;

create or replace function api.stock(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'stock'), clinic.reply('note', 'ok', clinic.stock_view(actor)));
end $$;

-- What is entered after a downtime (clinic/downtime.sql).
create or replace function api.downtime(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.require_reader(custody.session(session), 'downtime'),
		clinic.reply('note', 'ok', clinic.downtime_view(clinic.arg_bigint(args, 'patient_id'))));
end $$;

create or replace function api.downtime_enter(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'downtime_enter', 'downtime');
$$;

create or replace function api.stock_print(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'stock_print', 'stock');
$$;
