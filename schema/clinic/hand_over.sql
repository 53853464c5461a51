-- A badge in a courier's hands: the clinic's signature under a pickup, or another courier who takes the bags (at a clinic's
-- station also one without a phone).

create or replace function clinic.person_may(operator_id bigint, act text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.operator_role r join clinic.role_act a on a.role = r.role
		where r.operator_id = person_may.operator_id and a.act = person_may.act);
end $$;

create or replace function clinic.person_of_badge(code text) returns clinic.operator
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	person clinic.operator;
begin
	select o.* into person from clinic.operator o where o.badge = code and o.active and o.blocked_at is null;
	return person;
end $$;

create or replace function clinic.courier_badge(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	person clinic.operator := clinic.person_of_badge(code);
	p clinic.pickup := clinic.pickup_now(actor);
	j clinic.judgement;
begin
	if person.operator_id is null or actor.operator_id is null or actor.shaded or person.operator_id = actor.operator_id then
		return clinic.scan_badge(actor, code, about);
	elsif p.pickup_id is not null and clinic.person_may(person.operator_id, 'counter_sign') then
		j := clinic.pickup_finish(actor, p, 'signed', person.operator_id, null);
	elsif p.pickup_id is not null then
		j := clinic.judged('question', 'signs_not', jsonb_build_object('name', person.name));
	elsif clinic.person_may(actor.operator_id, 'carry') and clinic.person_may(person.operator_id, 'carry') then
		j := clinic.hand_over_begun(actor, person);
	else
		return clinic.scan_badge(actor, code, about);
	end if;
	j.about := about || '{"done": true}';
	return j;
end $$;

-- A courier's badge at a clinic's station where somebody packs: the courier has no phone, the bags are scanned here.
create or replace function clinic.badge_takes_bags(actor clinic.actor, code text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	person clinic.operator := clinic.person_of_badge(code);
begin
	return person.operator_id is not null and actor.operator_id is not null and not actor.shaded and person.operator_id <> actor.operator_id
		and clinic.person_may(person.operator_id, 'carry') and clinic.may(actor, 'pack')
		and not exists (select 1 from clinic.visit v where v.state in ('identify', 'labels')
			and (v.held_by = actor.operator_id or v.station_id = actor.station_id));
end $$;

create or replace function clinic.hand_over_scanned(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.judgement := clinic.hand_over_begun(actor, clinic.person_of_badge(code));
begin
	j.about := about || '{"done": true}';
	return j;
end $$;

-- The other's badge begins a hand-over, and ends it.
create or replace function clinic.hand_over_begun(actor clinic.actor, person clinic.operator) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	words jsonb := jsonb_build_object('name', person.name, 'n', clinic.handed_over_count(w));
begin
	if w.kind = 'hand_over' and w.to_operator = person.operator_id then
		perform clinic.work_end(actor.station_id);
		return clinic.judged_custody('complete', 'hand_over_done', words);
	end if;
	perform clinic.work_set(actor, 'hand_over', to_operator => person.operator_id);
	return clinic.judged_custody('stored', 'hand_over_begun', words);
end $$;

-- Bags that went to the other since the hand-over began.
create or replace function clinic.handed_over_count(w clinic.station_work) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select count(*) from clinic.bag_under_way u where u.operator_id = w.to_operator and u.since >= w.begun_at);
end $$;

-- A bag goes to the other: from the clinic it departs, on the road it is handed over.
create or replace function clinic.bag_given(actor clinic.actor, s clinic.scan, code text, w clinic.station_work, trip record)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	u clinic.bag_under_way;
	words jsonb := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat)
		|| jsonb_build_object('name', (select o.name from clinic.operator o where o.operator_id = w.to_operator));
begin
	select x.* into u from clinic.bag_under_way x where x.bag = code;
	if u.operator_id = w.to_operator then
		return clinic.judged_custody('repeat', 'bag_given_already', words);
	elsif u.bag is null or trip.closed is null then
		perform clinic.bag_seen(actor, s, code, 'bag_not_closed');
		return clinic.judged_custody('question', 'bag_not_closed', words);
	elsif u.here then
		perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', w.to_operator, 'pickup', null,
			'unlisted', false, 'place', u.place, 'scan', s.scan_id), trip.lab_id);
	else
		perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from', coalesce(u.operator_id, actor.operator_id), 'to', w.to_operator, 'scan', s.scan_id), trip.lab_id);
	end if;
	return clinic.judged_custody('stored', 'bag_given', words || jsonb_build_object('n', clinic.handed_over_count(w)));
end $$;
