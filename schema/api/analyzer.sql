-- What analyzers can read (contrib/CONTRACTS.md 3); rules are in clinic/analyzer.sql.

create or replace function api.analyzers(session text, args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(clinic.require_reader(custody.session(session), 'analyzer'), clinic.reply('note', 'ok', clinic.analyzers_view()));
$$;

create or replace function api.analyzer_put(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'analyzer_put', 'analyzer');
$$;

create or replace function api.lab_analyzers(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'lab_analyzers', 'analyzer');
$$;
