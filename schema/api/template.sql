-- Templates (contrib/CONTRACTS.md 3); rules are in clinic/template.sql.

create or replace function api.template_list(session text, args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(clinic.require_reader(custody.session(session), 'template'), clinic.reply('note', 'ok', clinic.templates_view()));
$$;

create or replace function api.template_get(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	refused jsonb := clinic.require_reader(actor, 'template');
	t clinic.template := clinic.template_of(args);
begin
	return case
		when refused is not null then refused
		when t.version is null then clinic.reply('question', 'template_unknown')
		else clinic.reply('note', 'ok', clinic.template_view(t) || jsonb_build_object('template', t.name, 'body', t.body,
			'live', clinic.template_live(t.name), 'golden', t.golden - 'sha256' - 'site', 'history', clinic.template_history(t),
			'acts', clinic.template_acts(actor, t), 'cases', clinic.golden_cases(t), 'site', clinic.golden_site(t))) end;
end $$;

create or replace function api.template_put(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_put', 'template_propose');
$$;

create or replace function api.template_propose(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_propose', 'template_propose');
$$;

create or replace function api.template_withdraw(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_withdraw', 'template_propose');
$$;

create or replace function api.template_publish(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_publish', 'template_confirm');
$$;

create or replace function api.template_turn_down(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'template_turn_down', 'template_confirm');
$$;

create or replace function api.template_golden(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'template_golden');
$$;
