-- A visit is put aside or taken over; and Stop, which ends it at once.

-- ---- park, resume, take over ---------------------------------------------------------------------------------

create or replace function clinic.visit_parked(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	most int := clinic.policy_int('park_limit', 'per_person');
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif clinic.names_another_visit(args, v.visit_id) then
		return clinic.judged('question', 'another_visit', '{}', v.visit_id);
	elsif (select count(*) from clinic.visit x where x.held_by = actor.operator_id and x.state = 'parked') >= most then
		return clinic.judged('question', 'park_limit', jsonb_build_object('n', most), v.visit_id);
	end if;
	update clinic.visit x set state = 'parked', parked_at = clock_timestamp() where x.visit_id = v.visit_id;
	perform clinic.ask_end(v.station_id, v.visit_id);
	perform clinic.visit_note(v.visit_id, actor, 'parked');
	return clinic.judged('stored', 'parked');
end $$;

create or replace function clinic.visit_resumed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id bigint := clinic.arg_bigint(args, 'visit_id');
	own clinic.visit;
	v clinic.visit;
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	own := clinic.visit_of(actor.operator_id);
	v := clinic.visit_lock(id);
	if v.visit_id is null then
		return clinic.judged('question', 'bad_request', '{"what": "visit_id"}', own.visit_id);
	elsif own.visit_id = v.visit_id and v.station_id = actor.station_id then
		return clinic.judged('repeat', 'visit_is_open', '{}', v.visit_id);
	elsif own.visit_id <> v.visit_id then
		return clinic.judged('question', 'close_yours_first', '{}', own.visit_id);
	elsif v.state not in ('identify', 'labels', 'parked') then
		return clinic.judged('question', 'visit_over', '{}', null);
	elsif v.held_by <> actor.operator_id and v.state <> 'parked' then
		return clinic.visit_elsewhere(actor, v);
	end if;
	return clinic.visit_take(actor, v);
end $$;

-- The visit comes to this person and this station, with its labels that were not sent. Birth dates are shuffled anew.
create or replace function clinic.visit_take(actor clinic.actor, v clinic.visit) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	labels jsonb;
begin
	perform clinic.ask_end(actor.station_id);
	perform clinic.ask_end(v.station_id, v.visit_id);
	update clinic.visit x set held_by = actor.operator_id, station_id = actor.station_id, parked_at = null,
		state = case when x.identified_at is null then 'identify' else 'labels' end, asked_at = clock_timestamp(),
		birth_choices = case when x.identified_at is null then array(select d from unnest(x.birth_choices) d order by random())
			else x.birth_choices end
	where x.visit_id = v.visit_id;
	perform clinic.visit_note(v.visit_id, actor, case when v.held_by <> actor.operator_id then 'taken_over'
		when v.state = 'parked' then 'resumed' else 'moved_here' end, detail => jsonb_build_object('from', v.held_by));
	labels := clinic.labels_follow(v, actor);
	return clinic.judged('stored', case when labels is null then 'visit_resumed' else 'visit_resumed_labels' end,
		coalesce(labels, '{}'), v.visit_id);
end $$;

-- ---- Stop: "we made a mistake" ---------------------------------------------------------------------------------

-- Freezes a visit: labels void, tubes held wherever they are, the tests asked for again. Never refused.
create or replace function clinic.visit_stop(actor clinic.actor, id bigint, note text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_lock(id);
	was text := v.state;
	tubes text[] := array(select s.specimen_id from clinic.specimen s where s.visit_id = id order by s.specimen_id);
	l clinic.label_status;
	tube text;
begin
	if was = 'mistake' then
		return clinic.judged('repeat', 'mistake', '{}', id);
	end if;
	perform custody.lock_subjects(tubes);
	perform clinic.print_jobs_drop(id, null, actor, 'stopped');
	for l in select x.* from clinic.visit_labels(id) x where x.state not in ('voided', 'destroyed') or x.job_state = 'unknown' loop
		if l.job_state = 'unknown' then
			perform clinic.print_job_move_to(l.print_job_id, 'void', 'person', actor, '{"message": "stopped"}');
		end if;
		perform clinic.label_set_end(l.specimen_id, l.copy, 'label_voided', actor, '{"why": "mistake"}');
	end loop;
	foreach tube in array tubes loop
		perform clinic.hand_out_end(tube);
		perform custody.append(tube, 'held', jsonb_build_object('why', 'mistake', 'visit', id),
			actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	end loop;
	-- a cancelled test stays cancelled: it is asked for again by nobody
	update clinic.lab_order_test t set state = 'due', state_at = now(), reason = 'mistake'
	from clinic.specimen_test w join clinic.specimen s on s.specimen_id = w.specimen_id
	where s.visit_id = id and w.lab_order_test_id = t.lab_order_test_id and t.state in ('in_visit', 'collected');
	update clinic.visit x set state = 'mistake', closed_at = coalesce(x.closed_at, clock_timestamp()),
		closed_by = coalesce(x.closed_by, actor.operator_id), close_reason = nullif(note, '') where x.visit_id = id;
	perform clinic.ask_end(v.station_id, id);
	perform clinic.visit_note(id, actor, 'mistake', detail =>
		jsonb_build_object('good_catch', true, 'was', was, 'tubes', cardinality(tubes), 'note', note));
	return clinic.judged('stored', 'mistake', jsonb_build_object('n', cardinality(tubes)), id);
end $$;

-- Which visit is meant: that of the tube, the one named, one's own, the one at this station. When none is, the next tube scanned
-- here tells. A page names the visit that it shows: that one is stopped, whoever has it by now, and not what is open meanwhile.
create or replace function clinic.mistake_made(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text := left(clinic.arg(args, 'specimen_id'), 12);
	note text := coalesce(left(clinic.arg(args, 'note'), 1000), '');
	id bigint;
begin
	perform clinic.reject_end(actor.station_id);
	if clinic.arg(args, 'bag') is not null then
		return clinic.bag_stopped(actor, clinic.arg(args, 'bag'), note);
	elsif clinic.stops_bags_only(actor) then
		perform clinic.ask(actor, null, 'which_bag');
		return clinic.judged('question', 'which_bag');
	end if;
	id := coalesce(
		(select s.visit_id from clinic.specimen s where s.specimen_id = tube),
		(select v.visit_id from clinic.visit v where v.visit_id = clinic.arg_bigint(args, 'visit_id')));
	if id is null and (tube is not null or clinic.arg(args, 'visit_id') is not null) then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id or visit_id"}');
	end if;
	id := coalesce(id, (clinic.visit_of(actor.operator_id)).visit_id,
		(select v.visit_id from clinic.visit v where v.station_id = actor.station_id and v.state in ('identify', 'labels')
			order by v.visit_id desc limit 1));
	if id is not null then
		return clinic.visit_stop(actor, id, note);
	end if;
	perform clinic.ask(actor, null, 'which_tube');
	return clinic.judged('question', 'which_tube');
end $$;
