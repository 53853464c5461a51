-- Policies (contrib/CONTRACTS.md 3); rules are in clinic/policy_set.sql.

create or replace function api.policies(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
begin
	return coalesce(clinic.require_reader(actor, 'policy'), clinic.reply('note', 'ok', clinic.policies_view()));
end $$;

create or replace function api.policy_set(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'policy_set', 'policy');
$$;

-- The badge of a second person, whoever it is: who has none gets a nonce as well, of which nothing comes (as sign_in_begin).
create or replace function api.policy_second_begin(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
	person clinic.operator;
	nonce uuid := gen_random_uuid();
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require(actor, 'policy');
	if r is not null then
		return custody.request_end(request_id, actor.station_id, r);
	end if;
	select o.* into person from clinic.operator o where o.badge = clinic.arg(args, 'badge') and o.active and o.blocked_at is null;
	insert into clinic.sign_in (nonce, badge, operator_id, station_id, session_id, pin_needed, act)
	values (nonce, left(coalesce(clinic.arg(args, 'badge'), ''), 40), person.operator_id, actor.station_id, actor.session_id, true, 'policy');
	return custody.request_end(request_id, actor.station_id, clinic.reply('note', 'pin_needed',
		jsonb_build_object('nonce', nonce, 'pin_hash', person.pin_hash, 'pin_needed', true)));
end $$;

create or replace function api.policy_second(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'policy_second', 'policy');
$$;
