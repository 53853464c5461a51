-- A patient's visit: one user action each (contrib/CONTRACTS.md 3). Rules are in clinic/visit*.sql.

create or replace function api.visit_open(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'visit_open', 'identify');
$$;

create or replace function api.visit_identify(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'visit_identify', 'identify');
$$;

create or replace function api.visit_close(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'visit_close', 'close');
$$;

create or replace function api.visit_park(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'visit_park', 'identify');
$$;

create or replace function api.visit_resume(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'visit_resume', 'identify');
$$;

-- What is asked of a courier or at the laboratory is theirs to answer; the rest is about a visit.
create or replace function api.visit_answer(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'visit_answer', case
		when clinic.arg($3, 'code') in ('which_bag', 'cold_packs', 'bag_label_failed', 'bag_label_came_out') then 'pack'
		when clinic.arg($3, 'code') = 'which_tube' then 'mistake'
		when clinic.arg($3, 'code') in ('slip_spelling', 'slip_failed', 'slip_came_out') then 'slip'
		when clinic.arg($3, 'code') in ('downtime_whose', 'downtime_second') then 'downtime'
		else 'identify' end);
$$;

create or replace function api.mistake(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'mistake', 'mistake');
$$;

create or replace function api.not_collected(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'not_collected', 'not_collected');
$$;

create or replace function api.alarm_answer(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'alarm_answer', 'alarm');
$$;

-- A visit by its id; else the person's own; else the one of this station that waits for somebody. Null: none.
create or replace function api.visit(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	id bigint;
begin
	if actor.kind is null or actor.kind not in ('operator', 'station') then
		return clinic.reply('question', 'sign_in_needed');
	end if;
	id := coalesce(
		(select v.visit_id from clinic.visit v where v.visit_id = clinic.arg_bigint(args, 'visit_id')),
		(select v.visit_id from clinic.visit v where v.held_by = actor.operator_id and v.state in ('identify', 'labels')),
		(select v.visit_id from clinic.visit v where v.station_id = actor.station_id and v.state in ('identify', 'labels')
			order by v.visit_id desc limit 1));
	return clinic.reply('note', 'ok') || jsonb_build_object('data', clinic.view_for(actor, id));
end $$;
