-- A bag is put on hold (Stop), and its hold ends. Neither touches the tubes in it: those that a laboratory took out of it
-- meanwhile are on hold themselves (why bag_on_hold), and each of those holds ends on its own (clinic/setback.sql).

-- Does Stop mean a bag here: at a courier's station, or by somebody who may stop nothing else.
create or replace function clinic.stops_bags_only(actor clinic.actor) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.station s where s.station_id = actor.station_id and s.kind in ('pickup', 'hub'))
		or exists (select 1 from clinic.role_act r where r.act = 'mistake' and r.note = 'bag_only' and r.role = any (actor.roles))
			and not clinic.may(actor, 'mistake');
end $$;

-- Everything that was in it was seen at the laboratory: a hold of the bag would be about nothing.
create or replace function clinic.bag_is_received(bag text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	arrival custody.event := clinic.bag_arrival(bag);
	p record;
begin
	if arrival.event_id is null then
		return false;
	end if;
	select * into p from clinic.bag_progress(bag, arrival) x;
	return p.complete and p.done >= p.tubes;
end $$;

create or replace function clinic.bag_stopped(actor clinic.actor, code text, note text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true then
		return clinic.judged('question', 'bad_request', '{"what": "bag"}');
	end if;
	perform custody.lock_subjects(array[code]);
	if clinic.bag_is_received(code) and (custody.state(code)).kind is distinct from 'held' then
		-- not this one: what it is about is asked still
		perform clinic.ask(actor, null, case when clinic.stops_bags_only(actor) then 'which_bag' else 'which_tube' end);
		return clinic.judged('question', 'bag_is_received', jsonb_build_object('bag', code));
	end if;
	perform clinic.ask_end(actor.station_id);
	if (custody.state(code)).kind = 'held' then
		return clinic.judged_custody('repeat', 'bag_stopped', jsonb_build_object('bag', code));
	end if;
	perform clinic.bag_event(actor, code, 'held', jsonb_build_object('why', 'mistake', 'note', nullif(left(note, 200), '')), (clinic.bag_trip(code)).lab_id);
	return clinic.judged_custody('stored', 'bag_stopped', jsonb_build_object('bag', code));
end $$;

-- Is the bag where a hold of it is the clinic's to end; else it is the laboratory's (contrib/POLICIES.md 2).
create or replace function clinic.bag_has_gone(bag text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.bag_stage(bag) is not null and not exists (select 1 from clinic.bag_under_way u where u.bag = bag_has_gone.bag and u.here);
end $$;

-- What a person may do about a bag on a list.
create or replace function clinic.bag_acts(actor clinic.actor, u clinic.bag_under_way) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('acts', case when u.kind = 'held' and clinic.may(actor, 'release_hold') and (u.here or 'lab_lead' = any (actor.roles))
		then '["release"]'::jsonb else '[]' end);
end $$;

-- api.release of a bag: it goes on where it was.
create or replace function clinic.bag_hold_released(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'bag');
	why text := clinic.arg(args, 'reason');
	kind text;
	held bigint;
begin
	if (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true then
		return clinic.reply('question', 'bad_request', '{"what": "bag"}');
	elsif not coalesce(clinic.reason_known('release_bag', why), false) then
		return clinic.reply('question', 'reason_needed');
	end if;
	perform custody.lock_subjects(array[code]);
	kind := (custody.state(code)).kind;
	if kind = 'released' then
		return clinic.reply('repeat', 'bag_hold_released', jsonb_build_object('bag', code));
	elsif kind is distinct from 'held' then
		return clinic.reply('question', 'bag_not_held', jsonb_build_object('bag', code));
	elsif clinic.bag_has_gone(code) and not 'lab_lead' = any (actor.roles) then
		return clinic.reply('question', 'release_lab_lead');
	end if;
	perform custody.append(code, 'released', jsonb_strip_nulls(jsonb_build_object('reason', why, 'was', clinic.bag_stage(code),
		'note', left(clinic.arg(args, 'note'), 200))), actor.operator_id, actor.station_id, lab => clinic.lab_audience(code));
	select count(*) into held from (select c.specimen_id from clinic.bag_content c where c.event_id = (clinic.bag_trip(code)).closed
		union select h.specimen_id from clinic.tube_here h where h.bag = code) t where (custody.state(t.specimen_id)).kind = 'held';
	return clinic.reply('stored', case when held > 0 then 'bag_hold_released_tubes' else 'bag_hold_released' end,
		jsonb_build_object('bag', code, 'n', held, 'touched', 'custody'));
end $$;
