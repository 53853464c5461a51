-- Templates (contrib/CONTRACTS.md 3); rules are in clinic/template.sql.

create or replace function api.template_list(session text, args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(clinic.require_reader(custody.session(session), 'template'), clinic.reply('note', 'ok', clinic.templates_view()));
$$;

create or replace function api.template_get(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'template');
	t clinic.template := clinic.template_of(args);
begin
	return case
		when refused is not null then refused
		when t.version is null then clinic.reply('question', 'template_unknown')
		else clinic.reply('note', 'ok', clinic.template_view(t) || jsonb_build_object('template', t.name, 'body', t.body,
			'live', clinic.template_live(t.name), 'golden', t.golden - 'sha256')) end;
end $$;

create or replace function api.template_put(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_put', 'template');
$$;

create or replace function api.template_publish(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_publish', 'template');
$$;

create or replace function api.template_golden(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'template_golden');
$$;
