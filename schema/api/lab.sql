-- The laboratory's side: one user action each (contrib/CONTRACTS.md 8). Rules are in clinic/lab*.sql.

create or replace function api.delivery_begin(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'delivery_begin', 'receive');
$$;

create or replace function api.delivery_sign(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'delivery_sign', 'receive');
$$;

create or replace function api.delivery_close(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'delivery_close', 'close_delivery');
$$;

create or replace function api.reject(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'reject', 'receive');
$$;

create or replace function api.accept_remark(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'accept_remark', 'receive');
$$;

create or replace function api.duplicate(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'duplicate', 'receive');
$$;

create or replace function api.question_settle(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'question_settle', 'receive');
$$;

create or replace function api.receiving(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	refused jsonb := clinic.require_reader(actor, 'receive');
begin
	return coalesce(refused, clinic.reply('note', 'ok', clinic.receiving_view(actor)));
end $$;

create or replace function api.reconciliation(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'receive');
	d clinic.delivery;
begin
	select x.* into d from clinic.delivery x where x.delivery = clinic.arg(args, 'delivery');
	return case when refused is not null then refused
		when d.delivery is null then clinic.reply('question', 'delivery_unknown')
		else clinic.reply('note', 'ok', clinic.reconciliation_view(d)) end;
end $$;

-- from: a time, or "all"; else the last 31 days.
create or replace function api.ledger(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'ledger');
	since timestamptz := case when clinic.arg(args, 'from') is distinct from 'all'
		then coalesce(clinic.arg_time(args, 'from'), clinic.ledger_default_since()) end;
begin
	return coalesce(refused, clinic.reply('note', 'ok', clinic.ledger_view(since)));
end $$;
