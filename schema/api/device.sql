-- What is plugged in, and how printers talk, as the core hears it from the bench (contrib/CONTRACTS.md 2); rules are in clinic/device.sql.

create or replace function api.devices_found(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'devices_found');
$$;

create or replace function api.device_faults(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'device_faults');
$$;

create or replace function api.device_talks(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'device_talks');
$$;
