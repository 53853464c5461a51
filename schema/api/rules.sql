-- Rules of codes (contrib/CONTRACTS.md 3); in clinic/scan_rules.sql.

create or replace function api.scan_rules(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'scan_rule'), clinic.reply('note', 'ok', clinic.scan_rules_view()));
end $$;

create or replace function api.scan_rule_set(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'scan_rule_set', 'scan_rule');
$$;
