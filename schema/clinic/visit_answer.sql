-- What a person answers to what stands on the screen: questions and alarms.

-- An answer is for the visit that stood on the page: one that is behind the times would give it to the next patient's.
create or replace function clinic.names_another_visit(args jsonb, visit_id bigint) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return args ? 'visit_id' and clinic.arg_bigint(args, 'visit_id') is distinct from visit_id;
end $$;

create or replace function clinic.visit_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
	q clinic.question;
	choice text := clinic.arg(args, 'choice');
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	if clinic.arg(args, 'code') = 'cup_time' then
		return clinic.cup_time_answered(actor, args);
	end if;
	v := clinic.visit_and_patient_of(actor.operator_id);
	q := clinic.question_now(v, actor.station_id);
	if q.code is null or q.code is distinct from clinic.arg(args, 'code') or clinic.names_another_visit(args, q.visit_id) then
		return clinic.judged('question', 'no_question', '{}', v.visit_id);
	elsif choice is null or choice <> all (clinic.question_commands(q.code)) then
		return clinic.judged('question', 'bad_request', '{"what": "choice"}', v.visit_id);
	end if;
	perform clinic.ask_end(actor.station_id);
	if choice in ('no', 'back') and q.code in ('take_over', 'visit_parked', 'other_room', 'drawn_by', 'open_another', 'which_tube', 'which_bag', 'downtime_whose', 'downtime_second') then
		return clinic.judged('note', 'left_as_it_is', '{}', v.visit_id);
	end if;
	case
		when q.code in ('attest', 'attest_name') then
			return clinic.visit_attested(actor, v, args);
		when q.code = 'unusual' and clinic.arg(args -> 'identifier', 'kind') = 'patient_number' then
			return clinic.judged('question', 'unusual_scan', '{}', v.visit_id);
		when q.code = 'unusual' then
			return clinic.unusual_given(actor, v, clinic.arg(args -> 'identifier', 'kind'), clinic.arg(args -> 'identifier', 'text'));
		when q.code in ('take_over', 'visit_parked', 'other_room') then
			return clinic.visit_taken_over(actor, v, (q.data ->> 'visit_id')::bigint);
		when q.code = 'open_another' then
			return clinic.visit_switched(actor, q);
		when q.code = 'cold_packs' then
			return clinic.bag_placed(actor, q.data || jsonb_build_object('cold_packs', choice = 'yes'));
		when q.code in ('drawn', 'no_printer', 'fill_now') then
			if not clinic.visit_print(v, actor, clinic.printer_of(actor.station_id)) then
				return clinic.judged('question', 'no_printer', '{}', v.visit_id);
			end if;
			return coalesce(clinic.stock_question(v.visit_id), clinic.judged('stored', 'labels_print', '{}', v.visit_id));
		when q.code = 'print_again' then
			perform custody.lock_subjects(array[q.specimen_id]);
			return clinic.reprint_do(v, actor, q.specimen_id, clinic.printer_of(actor.station_id), 'did_not_come_out');
		when q.code = 'spelling' then
			return clinic.spelling_confirmed(actor, v, q.specimen_id);
		when q.code in ('slip_spelling', 'slip_failed', 'slip_came_out', 'bag_label_failed', 'bag_label_came_out') then
			return clinic.print_apart_answered(actor, q, choice);
		when q.code = 'drawn_by' then
			update clinic.visit x set drawn_by = (q.data ->> 'operator_id')::bigint where x.visit_id = v.visit_id;
			return clinic.judged('stored', 'drawn_by_stored', q.data, v.visit_id);
		when q.code = 'order_cancelled' then
			return clinic.cancel_answered(actor, v, q, choice);
		when q.code = 'label_outdated' then
			return clinic.outdated_answered(actor, v, q, choice = 'yes');
		when q.code = 'cup_kept' then
			return clinic.cup_kept_answered(actor, v, q.specimen_id, choice = 'yes');
		when q.code = 'old_label' then
			return clinic.label_ended(actor, jsonb_build_object('specimen_id', q.specimen_id, 'copy', q.copy,
				'end', case choice when 'torn_up' then 'destroyed' else 'voided' end, 'reason', 'not_found'));
		when q.code = 'did_it_come_out' then
			return clinic.print_answered(actor, jsonb_build_object('print_job_id', q.data -> 'print_job_id', 'came_out', choice));
	end case;
end $$;

-- By the person's own badge or a yes: the visit of another comes to this one.
create or replace function clinic.visit_taken_over(actor clinic.actor, own clinic.visit, id bigint) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_lock(id);
begin
	if own.visit_id <> id then
		return clinic.judged('question', 'close_yours_first', '{}', own.visit_id);
	elsif v.state not in ('identify', 'labels', 'parked') then
		return clinic.judged('question', 'visit_over');
	end if;
	return clinic.visit_take(actor, v);
end $$;

-- Park the one, open the other.
create or replace function clinic.visit_switched(actor clinic.actor, q clinic.question) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	parked clinic.judgement := clinic.visit_parked(actor, '{}');
begin
	if parked.verdict <> 'stored' then
		return parked;
	end if;
	return clinic.visit_begin(actor, (q.data ->> 'patient_id')::bigint, q.data ->> 'slip', q.data ->> 'found_by');
end $$;

create or replace function clinic.cancel_answered(actor clinic.actor, v clinic.visit, q clinic.question, choice text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if choice = 'yes' then
		perform clinic.visit_note(v.visit_id, actor, 'drawn_though_cancelled', detail =>
			jsonb_build_object('specimen_id', q.specimen_id));
		return clinic.visit_progress(actor, v, 'drawn_though_cancelled', '{}', null);
	end if;
	perform custody.lock_subjects(array[q.specimen_id]);
	perform clinic.not_collected_do(v, actor, q.specimen_id, 'order_cancelled');
	return clinic.visit_progress(actor, v, 'not_collected', '{}', null);
end $$;

-- The wrong label or tube in hand: what became of it. The code must have been scanned again first; else what is not here any more is on hold.
create or replace function clinic.alarm_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	a clinic.alarm;
	visits record;
	chosen text := clinic.arg(args, 'choice');
begin
	select x.* into a from clinic.alarm x where x.station_id = actor.station_id and x.answered_at is null;
	perform clinic.visits_lock(actor, clinic.specimen_visits(clinic.alarm_tubes(a)));
	select * into visits from clinic.scan_visits(actor,
		(select s.visit_id from clinic.specimen s where s.specimen_id = a.specimen_id));
	select x.* into a from clinic.alarm x where x.alarm_id = a.alarm_id and x.answered_at is null for update;
	if a.alarm_id is null then
		return clinic.judged('repeat', 'no_alarm', '{}', (visits.own).visit_id);
	elsif chosen is null or chosen not in ('label_removed', 'tube_set_aside', 'gone') then
		return clinic.judged('question', 'bad_request', '{"what": "choice"}', (visits.own).visit_id);
	elsif chosen = 'gone' then
		return clinic.alarm_gone(actor, a, (visits.own).visit_id);
	elsif a.rescanned_at is null then
		return clinic.judged('stop', 'scan_it_again', '{}', (visits.own).visit_id);
	elsif chosen <> all (clinic.alarm_choices(a.code)) then
		return clinic.judged('stop', 'set_it_aside', '{}', (visits.own).visit_id);
	end if;
	update clinic.alarm x set choice = chosen, answered_at = clock_timestamp(), answered_by = actor.operator_id
	where x.alarm_id = a.alarm_id;
	if a.code in ('on_hold', 'two_tubes', 'two_labels') then
		perform clinic.lab_set_aside(actor, a);
	elsif a.code = 'held_up_here' then
		perform custody.lock_subjects(clinic.alarm_tubes(a));
		perform clinic.lab_hold_both(actor, clinic.alarm_tubes(a), 'two_in_view', clinic.tube_delivery(a.specimen_id));
	elsif a.code = 'tube_at_lab' then
		perform clinic.two_tubes_settled(actor, a);
	elsif a.specimen_id is not null then
		perform clinic.alarm_settle(actor, a, chosen);
	end if;
	return clinic.judged('stored', chosen, '{}', (visits.own).visit_id);
end $$;

-- What may be done about an alarm: at the laboratory nobody takes a label off, nor one that may be on two tubes.
create or replace function clinic.alarm_choices(code text) returns text[]
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when code in ('on_hold', 'unknown_tube', 'foreign_tube', 'two_codes_here', 'two_in_view_here', 'downtime_twice',
			'two_tubes', 'two_labels', 'tube_at_lab', 'two_patients', 'held_up', 'held_up_here') then array['tube_set_aside']
		else array['label_removed', 'tube_set_aside'] end;
end $$;

-- ---- what stopped the station is not here any more -----------------------------------------------------------------------------

-- Since when that may be said; null: what was scanned again is here.
create or replace function clinic.alarm_gone_since(a clinic.alarm) returns timestamptz
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when a.rescanned_at is null or clinic.alarm_is_held_up(a.code) then greatest(a.at, a.other_at, a.rescanned_at) end;
end $$;

-- The tubes that were not scanned again: of two that a bench held up the one that did not come alone, or both.
create or replace function clinic.alarm_gone_tubes(a clinic.alarm) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select t from unnest(clinic.alarm_tubes(a)) t where not clinic.alarm_is_held_up(a.code)
		or case when t = a.specimen_id then a.rescanned_at is null else a.rescanned_at is not null or a.other_at is null end);
end $$;

-- Whose numbers are in doubt by it: not those of a label that is void, nor of a tube that is on hold already.
create or replace function clinic.alarm_gone_holds(a clinic.alarm) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when a.code <> 'label_void' then
		array(select t from unnest(clinic.alarm_gone_tubes(a)) t where (custody.state(t)).kind <> 'held' and custody.may_move(t, 'held')) else '{}' end;
end $$;

-- Nobody can scan it again: nothing is known of it, so it is on hold until somebody who may has decided. Nothing passes by that.
create or replace function clinic.alarm_gone(actor clinic.actor, a clinic.alarm, own bigint) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	here clinic.station;
	lab text;
	tube text;
	holds text[];
begin
	if clinic.alarm_gone_since(a) is null then
		return clinic.judged('stop', 'label_or_tube', '{}', own);
	elsif clinic.alarm_gone_since(a) > clock_timestamp() - interval '1 second' then
		return clinic.judged('stop', 'scan_it_again', '{}', own);
	end if;
	select s.* into here from clinic.station s where s.station_id = actor.station_id;
	lab := case when here.kind = 'receiving' then 'lab' end;
	perform custody.lock_subjects(clinic.alarm_tubes(a));
	holds := clinic.alarm_gone_holds(a);
	update clinic.alarm x set choice = 'gone', answered_at = clock_timestamp(), answered_by = actor.operator_id where x.alarm_id = a.alarm_id;
	foreach tube in array clinic.alarm_gone_tubes(a) loop
		perform custody.append(tube, 'remark', jsonb_strip_nulls(jsonb_build_object('remark', 'gone', 'alarm', a.code, 'at', lab)),
			actor.operator_id, actor.station_id, lab => case when lab is null then clinic.specimen_lab(tube) else clinic.lab_audience(tube) end);
		continue when tube <> all (holds);
		if lab is not null then
			perform clinic.lab_ask(custody.append(tube, 'held', jsonb_build_object('why', 'gone', 'delivery', clinic.tube_delivery(tube), 'at', lab),
				actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube)), 'held', clinic.tube_delivery(tube));
		elsif a.code = 'tube_at_lab' then
			perform clinic.two_tubes_held(actor, tube, a.code);
		else
			perform clinic.alarm_settle_tube(actor, a.code, tube, case when tube = a.specimen_id then a.copy end, 'gone');
		end if;
	end loop;
	return clinic.judged('stored', case when holds = '{}' then 'gone' else 'gone_held' end, jsonb_build_object('n', cardinality(holds)), own);
end $$;

-- Two numbers in one gesture (scan_accept.sql); its raw is the one that is not in the hand.
create or replace function clinic.alarm_is_of_two(code text) returns boolean
language sql immutable parallel safe
return code in ('two_codes', 'two_in_view', 'two_patients', 'two_codes_here', 'two_in_view_here', 'held_up', 'held_up_here');

create or replace function clinic.alarm_is_held_up(code text) returns boolean
language sql immutable parallel safe
return coalesce(code in ('held_up', 'held_up_here'), false);

-- The tubes that an alarm is about: what is in the hand, and of two numbers the other, where it is a tube of ours.
create or replace function clinic.alarm_tubes(a clinic.alarm) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select distinct t from unnest(array[a.specimen_id, case when clinic.alarm_is_of_two(a.code) then left(a.raw, 12) end]) t
		where (custody.state(t)).kind is not null order by t);
end $$;

-- Label removed: the label in the hand counts for nothing any more. Tube set aside: neither does it, and nobody goes on with the
-- tube; what was not collected yet is drawn again. Of two numbers in one gesture both: either may be on that tube.
create or replace function clinic.alarm_settle(actor clinic.actor, a clinic.alarm, chosen text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tubes text[] := array(select t from unnest(clinic.alarm_tubes(a)) t where chosen = 'tube_set_aside' or t = a.specimen_id order by t);
	tube text;
begin
	perform custody.lock_subjects(tubes);
	foreach tube in array tubes loop
		perform clinic.alarm_settle_tube(actor, a.code, tube, case when tube = a.specimen_id then a.copy end, chosen);
	end loop;
end $$;

create or replace function clinic.alarm_settle_tube(actor clinic.actor, alarm text, tube text, copy int, chosen text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	lab int := clinic.specimen_lab(tube);
	kind text := coalesce((custody.state(tube)).kind, '');
	v clinic.visit;
	l clinic.label_status;
begin
	select x.* into v from clinic.visit x join clinic.specimen s on s.visit_id = x.visit_id where s.specimen_id = tube;
	l := clinic.label_meant(array(select x from clinic.visit_labels(v.visit_id) x), tube, alarm_settle_tube.copy);
	if chosen <> 'gone' then -- that remark is there
		perform custody.append(tube, chosen, jsonb_build_object('alarm', alarm, 'copy', l.copy),
			actor.operator_id, actor.station_id, lab => lab);
	end if;
	if l.state not in ('voided', 'destroyed') then
		perform clinic.label_drop(v, actor, l, 'voided', chosen);
	end if;
	if chosen = 'label_removed' or kind = 'held' then
		return;
	end if;
	perform clinic.print_jobs_drop(v.visit_id, tube, actor, chosen);
	perform clinic.hand_out_end(tube);
	perform custody.append(tube, 'held', jsonb_build_object('why', chosen, 'visit', v.visit_id),
		actor.operator_id, actor.station_id, lab => lab);
	if kind in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		perform clinic.tests_release(tube, 'due', chosen);
	end if;
	perform clinic.children_end(v, actor, tube, 'cup_set_aside');
end $$;
