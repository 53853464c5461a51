-- What is plugged in, and how printers talk, as the core hears it from the bench (contrib/CONTRACTS.md 2); rules are in clinic/device.sql.

create or replace function api.devices_found(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	r := coalesce(clinic.require_kind(actor, 'core'),
		clinic.reply('stored', 'ok', jsonb_build_object('devices', clinic.devices_seen(args -> 'devices'))));
	return custody.request_end(request_id, null, r);
end $$;

create or replace function api.device_talks(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	r := coalesce(clinic.require_kind(actor, 'core'), clinic.device_talks_told(args));
	return custody.request_end(request_id, null, r);
end $$;
