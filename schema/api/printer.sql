-- Printers' and scanners' health (contrib/CONTRACTS.md 3); rules are in clinic/printer_health.sql, clinic/scanner_health.sql.

create or replace function api.printer_health(session text, args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(clinic.require_reader(custody.session(session), 'printer'), clinic.reply('note', 'ok', clinic.printer_health_view()
		|| jsonb_build_object('scanners', clinic.scanner_health_view(), 'near_misses', clinic.near_misses_view())));
$$;

create or replace function api.pattern_print(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'pattern_print', 'printer');
$$;

create or replace function api.pattern_answer(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'pattern_answer', 'printer');
$$;
