-- Visits: what every act on one shares. An act is judged by a function that returns a clinic.judgement; the reply,
-- with its words and the visit's view, is put together here, once.
-- Locks are taken in one order: schema/README.md.

create or replace function clinic.judged(verdict text, code text, words jsonb default '{}', visit_id bigint default null,
	about jsonb default null) returns clinic.judgement
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return row($1, $2, coalesce($3, '{}'), $4, $5)::clinic.judgement;
end $$;

create or replace function clinic.visit_lock(visit_id bigint) returns clinic.visit
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
begin
	select x.* into v from clinic.visit x where x.visit_id = visit_lock.visit_id for update;
	return v;
end $$;

-- The one open visit of a person (promise 4), locked.
create or replace function clinic.visit_of(operator_id bigint) returns clinic.visit
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
begin
	select x.* into v from clinic.visit x
	where x.held_by = visit_of.operator_id and x.state in ('identify', 'labels') for update;
	return v;
end $$;

create or replace function clinic.visit_note(visit_id bigint, actor clinic.actor, act text, near_miss boolean default false,
	detail jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.visit_act (visit_id, operator_id, station_id, act, near_miss, detail)
	values ($1, (actor).operator_id, (actor).station_id, act, near_miss, detail);
end $$;

-- ---- questions on a station's screen -----------------------------------------------------------------

-- Puts a question on the station's screen; it takes the place of the one before.
create or replace function clinic.ask(actor clinic.actor, visit_id bigint, code text, specimen_id text default null,
	copy int default null, data jsonb default '{}') returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.question (station_id, visit_id, code, specimen_id, copy, data)
	select (actor).station_id, $2, $3, $4, $5, $6 where (actor).station_id is not null
	on conflict on constraint question_pkey do update set visit_id = excluded.visit_id, code = excluded.code,
		specimen_id = excluded.specimen_id, copy = excluded.copy, data = excluded.data, asked_at = clock_timestamp();
end $$;

create or replace function clinic.ask_end(station_id bigint, visit_id bigint default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from clinic.question q
	where q.station_id = $1 and ($2 is null or q.visit_id is null or q.visit_id = $2) or q.visit_id = $2;
end $$;

-- Who was asked is here no more (signed out, or somebody signed in): no scan of the next person answers it. The third
-- identifier stays, it is asked of the patient by the visit.
create or replace function clinic.ask_leave(station_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	delete from clinic.question q where q.station_id = ask_leave.station_id and q.code <> 'third_identifier';
end $$;

-- Until when a question counts: Stop waits a minute for its tube or bag, as a rejection does; what was asked about downtime
-- labels does not catch the next patient's slip or badge; null: until it is answered.
create or replace function clinic.question_until(q clinic.question) returns timestamptz
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (q).asked_at + case (q).code when 'which_tube' then interval '60 seconds' when 'which_bag' then interval '60 seconds'
		when 'downtime_whose' then interval '2 minutes' when 'downtime_second' then interval '5 minutes' end;
end $$;

-- What stands on a station's screen, while it counts.
create or replace function clinic.question_at(station_id bigint) returns clinic.question
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	q clinic.question;
begin
	select x.* into q from clinic.question x where x.station_id = question_at.station_id;
	return case when coalesce(clinic.question_until(q) > clock_timestamp(), true) then q end;
end $$;

-- The commands that answer a question.
create or replace function clinic.question_commands(code text) returns text[]
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case code
		when 'did_it_come_out' then array['yes', 'no', 'not_sure']
		when 'old_label' then array['torn_up', 'no']
		when 'open_another' then array['park', 'back']
		when 'which_tube' then array['back']
		when 'drawn' then array['yes']
		when 'print_again' then array['yes']
		when 'spelling' then array['yes']
		when 'slip_spelling' then array['yes', 'no']
		when 'slip_failed' then array['yes', 'no']
		when 'slip_came_out' then array['yes', 'no']
		when 'bag_label_failed' then array['yes', 'no']
		when 'bag_label_came_out' then array['yes', 'no']
		when 'no_printer' then array['yes']
		when 'take_over' then array['yes', 'no']
		when 'visit_parked' then array['yes', 'no']
		when 'other_room' then array['yes', 'no']
		when 'drawn_by' then array['yes', 'no']
		when 'order_cancelled' then array['yes', 'no']
		when 'label_outdated' then array['yes', 'no']
		when 'cup_time' then array['yes', 'no']
		when 'cup_kept' then array['yes', 'no']
		when 'fill_now' then array['yes']
		when 'attest' then array['yes']
		when 'attest_name' then array['yes']
		when 'unusual' then array['ok']
		when 'cold_packs' then array['yes', 'no']
		when 'which_bag' then array['back']
		when 'downtime_whose' then array['back']
		when 'downtime_second' then array['back']
		else '{}' end;
end $$;

-- What waits for a person in this visit, first things first: what was asked here, a label that may or may not have
-- come out, an old copy to be torn up, what is unusual about a name of now (a label with the one of before first), labels not
-- printed yet, a label with the name of before, a test cancelled meanwhile, a cup that was poured off, somebody to stand by.
create or replace function clinic.visit_question(v clinic.visit, station_id bigint, labels clinic.label_status[])
returns clinic.question
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	q clinic.question;
	l clinic.label_status;
	spelled clinic.print_job;
begin
	q := clinic.question_at(station_id);
	if q.code is not null then
		return q;
	elsif v.visit_id is null then
		return clinic.print_question(station_id);
	end if;
	q.visit_id := v.visit_id;
	q.station_id := station_id;
	if v.state = 'identify' then
		q.code := coalesce(clinic.stand_by_asked(v, null), case when not clinic.third_identifier_missing(v) then coalesce(
			clinic.unusual_asked(v), case when v.birth_choices = '{}' then 'attest_name' when clinic.policy_text('identity_check') = 'attest' then 'attest' end) end);
		q.asked_at := v.asked_at;
		q.data := case when q.code in ('unusual', 'unusual_second', 'attest_name') then clinic.unusual_told(v) end;
		return q;
	elsif v.state <> 'labels' then
		return q;
	end if;
	select x.* into l from unnest(labels) x where x.state = 'old' and not clinic.label_takes_over(v, x, labels)
		or x.state = 'unknown' and not clinic.label_is_one_way(x)
	order by x.state = 'old', x.specimen_id, x.copy limit 1;
	if l.specimen_id is not null then
		q.code := case l.state when 'unknown' then 'did_it_come_out' else 'old_label' end;
		q.specimen_id := l.specimen_id;
		q.copy := l.copy;
		q.asked_at := l.job_at;
		q.data := jsonb_build_object('print_job_id', l.print_job_id);
		return q;
	end if;
	q.code := clinic.unusual_asked(v); -- the name was changed meanwhile
	if q.code is not null then
		l := clinic.label_outdated_first(v, labels);
		if l.specimen_id is not null then
			return clinic.outdated_question(q, l);
		end if;
		q.asked_at := v.identified_at;
		q.data := clinic.unusual_told(v);
		return q;
	end if;
	select s.specimen_id into q.specimen_id from clinic.specimen s where s.visit_id = v.visit_id
		and not exists (select 1 from unnest(labels) b where b.specimen_id = s.specimen_id
			and b.state in ('queued', 'printing', 'printed', 'unknown'))
		and clinic.tube_lacks_label(clinic.tube_kind(s.specimen_id, labels), s.specimen_id, labels)
		and (s.parent_id is null or not clinic.tube_waits_for_cup(s.specimen_id))
	order by s.number limit 1;
	if q.specimen_id is not null then
		spelled := clinic.spelling_asked(q.specimen_id);
		if spelled.print_job_id is not null then
			q.data := jsonb_build_object('print_job_id', spelled.print_job_id, 'spelling', clinic.spelling_words(
				spelled.spelling ->> 'family', spelled.spelling ->> 'given', spelled.spelling ->> 'middle'),
				-- isolated: it may run to the left
				'name', (select chr(8296) || clinic.patient_name(p) || chr(8297) from clinic.patient p where p.patient_id = v.patient_id));
		end if;
		q.code := case when clinic.jar_waits(q.specimen_id) then 'jar_site'
			when spelled.print_job_id is not null then 'spelling'
			when exists (select 1 from unnest(labels) b where b.specimen_id = q.specimen_id) then 'print_again'
			when exists (select 1 from clinic.specimen s where s.specimen_id = q.specimen_id and s.parent_id is not null)
				then 'fill_now'
			when clinic.policy_text('print_when') = 'after_draw'
				and not clinic.specimen_is_applied_before(q.specimen_id) then 'drawn' else 'no_printer' end;
		if q.code = 'jar_site' then
			q.data := clinic.jar_view(q.specimen_id);
		end if;
		q.asked_at := v.identified_at;
		return q;
	end if;
	l := clinic.label_outdated(v, labels);
	if l.specimen_id is not null then
		return clinic.outdated_question(q, l);
	end if;
	q.specimen_id := clinic.specimen_cancelled(v.visit_id);
	if q.specimen_id is not null then
		q.code := 'order_cancelled';
		q.asked_at := v.identified_at;
		return q;
	end if;
	q.specimen_id := clinic.cup_undecided(v.visit_id);
	if q.specimen_id is not null then
		q.code := 'cup_kept';
		q.asked_at := v.identified_at;
		return q;
	end if;
	q.code := clinic.stand_by_asked(v, clinic.open_labels(v.visit_id, labels));
	q.asked_at := v.identified_at;
	return q;
end $$;

-- A tube not yet collected all of whose tests the sender has cancelled, about which nobody decided (HL-07).
create or replace function clinic.specimen_cancelled(visit_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- next to never: spares asking of each tube
	if not exists (select 1 from clinic.specimen s join clinic.specimen_test w on w.specimen_id = s.specimen_id
			join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id where s.visit_id = $1 and t.state = 'cancelled') then
		return null;
	end if;
	return (
		select s.specimen_id from clinic.specimen s where s.visit_id = $1 and clinic.specimen_is_cancelled(s.specimen_id)
			and coalesce((custody.state(s.specimen_id)).kind, '') in ('prepared', 'label_printed', 'labelled', 'handed_out')
			and not exists (select 1 from clinic.visit_act a
				where a.visit_id = $1 and a.act = 'drawn_though_cancelled' and a.detail ->> 'specimen_id' = s.specimen_id)
		order by s.number limit 1);
end $$;

-- The question a person can answer now, whether it was asked here or follows from the visit.
create or replace function clinic.question_now(v clinic.visit, station_id bigint) returns clinic.question
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.visit_question(v, station_id,
		array(select l from clinic.visit_labels((v).visit_id) l));
end $$;

-- ---- replies and the gate -----------------------------------------------------------------------------

-- May this person see the visit on this screen?
create or replace function clinic.view_for(actor clinic.actor, visit_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.visit_view(case when $2 is not null and (actor).operator_id is not null and (actor).shaded is not true
		and clinic.may(actor, 'see_patient') then visit_id end, (actor).station_id);
end $$;

-- The reply to an act: what fills its words, the view, and the labels that may print now.
create or replace function clinic.visit_reply(actor clinic.actor, j clinic.judgement) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select r || jsonb_build_object('data', (j).words || jsonb_build_object(
			'visit', clinic.view_for(actor, (j).visit_id), 'also_at', clinic.also_at(actor), 'jobs', clinic.print_jobs_ready()))
		from clinic.reply((j).verdict, (j).code, (j).words) r);
end $$;

-- Every act of a person comes through here: exactly once, by somebody who may, not while the station is locked.
create or replace function clinic.call(request_id uuid, session text, args jsonb, act text, need text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
	j clinic.judgement;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	-- Stop asks for nothing but a station (contrib/DESIGN.md 2)
	if act <> 'mistake' or actor.operator_id is not null and not coalesce(actor.shaded, false) and not clinic.stops_bags_only(actor)
		or actor.station_id is null then
		r := clinic.require(actor, need);
	end if;
	if r is null and act not in ('mistake', 'alarm_answer') and clinic.alarm_open(actor.station_id) is not null then
		j := clinic.judged('stop', 'locked', '{}', (clinic.visit_of(actor.operator_id)).visit_id);
	elsif r is null and act in ('bag_new', 'bag_open', 'bag_count', 'bag_close', 'tube_leave_out', 'tube_pack')
		and not exists (select 1 from clinic.station s where s.station_id = actor.station_id and s.kind in ('collection', 'processing')) then
		-- a phone's pickup or a bench's bag is not lost by that
		j := clinic.judged('question', 'pack_not_here');
	elsif r is null then
		j := case act
			when 'visit_open' then clinic.visit_opened(actor, args)
			when 'visit_identify' then clinic.visit_identified(actor, args)
			when 'visit_close' then clinic.visit_closed(actor, args)
			when 'visit_park' then clinic.visit_parked(actor, args)
			when 'visit_resume' then clinic.visit_resumed(actor, args)
			when 'visit_answer' then clinic.visit_answered(actor, args)
			when 'mistake' then clinic.mistake_made(actor, args)
			when 'not_collected' then clinic.not_collected(actor, args)
			when 'reprint' then clinic.reprinted(actor, args)
			when 'jar_set' then clinic.jar_set(actor, args)
			when 'label_end' then clinic.label_ended(actor, args)
			when 'print_answer' then clinic.print_answered(actor, args)
			when 'print_rest' then clinic.print_rested(actor, args)
			when 'alarm_answer' then clinic.alarm_answered(actor, args)
			when 'delivery_begin' then clinic.delivery_begin_asked(actor, args)
			when 'delivery_sign' then clinic.delivery_signed(actor, args)
			when 'delivery_close' then clinic.delivery_closed_by(actor, args)
			when 'reject' then clinic.tube_rejected(actor, args)
			when 'accept_remark' then clinic.tube_remarked(actor, args)
			when 'duplicate' then clinic.tube_duplicated(actor, args)
			when 'question_settle' then clinic.question_settled(actor, args)
			when 'bag_new' then clinic.bag_made(actor, args)
			when 'bag_open' then clinic.bag_opened(actor, args)
			when 'bag_count' then clinic.bag_counted(actor, args)
			when 'bag_close' then clinic.bag_closed(actor, args)
			when 'bag_place' then clinic.bag_placed(actor, args)
			when 'bag_remark' then clinic.bag_remarked(actor, args)
			when 'bag_take_open' then clinic.bag_taken_open(actor, args)
			when 'tube_leave_out' then clinic.tube_left_out(actor, args)
			when 'tube_pack' then clinic.tube_packed(actor, args)
			when 'work_end' then clinic.work_ended(actor)
			when 'pickup_close' then clinic.pickup_closed(actor, args)
			when 'pickup_none' then clinic.pickup_none(actor, args)
			when 'analyzer_put' then clinic.analyzer_put(actor, args)
			when 'lab_analyzers' then clinic.lab_analyzers_told(actor, args)
			when 'pattern_print' then clinic.pattern_printed(actor, args)
			when 'pattern_answer' then clinic.pattern_answered(actor, args)
			when 'template_put' then clinic.template_saved(actor, args)
			when 'template_propose' then clinic.template_proposed(actor, args)
			when 'template_withdraw' then clinic.template_withdrawn(actor, args)
			when 'template_publish' then clinic.template_published(actor, args)
			when 'template_turn_down' then clinic.template_turned_down(actor, args)
			when 'paper_made' then clinic.paper_was_made(actor, args)
			when 'stock_print' then clinic.stock_printed(actor, args)
			when 'downtime_enter' then clinic.downtime_entered(actor, args)
			when 'enrol_open' then clinic.enrol_opened(actor, args)
			when 'enrol_cancel' then clinic.enrol_cancelled(actor)
			when 'pass_set' then clinic.pass_set(actor, args)
			when 'scan_rule_set' then clinic.scan_rule_set(actor, args)
			when 'policy_set' then clinic.policy_set(actor, args)
			when 'policy_second' then clinic.policy_second(actor, args)
			when 'page_code_open' then clinic.page_code_opened(actor, args)
			when 'page_code_cancel' then clinic.page_code_cancelled(actor)
			when 'page_take_away' then clinic.page_taken_away(actor, args)
			when 'page_keep' then clinic.page_kept(actor, args)
		end;
	end if;
	return custody.request_end(request_id, actor.station_id, coalesce(r, clinic.visit_reply(actor, j)));
end $$;

-- What only the core may say: gate and request as in clinic.call, by the name of the api function. The request is kept
-- under the station of the print job that it is about, if any.
create or replace function clinic.core_call(request_id uuid, session text, args jsonb, act text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	r := coalesce(clinic.require_kind(actor, 'core'), case act
		when 'devices_found' then clinic.reply('stored', 'ok', jsonb_build_object('devices', clinic.devices_seen(args -> 'devices')))
		when 'device_talks' then clinic.device_talks_told(args)
		when 'device_faults' then clinic.device_faults_told(args)
		when 'enrol_read' then clinic.enrol_told(args)
		when 'pass_told' then clinic.pass_told(args)
		when 'printer_told' then clinic.printer_told(args)
		when 'station_bind' then clinic.page_bound(args)
		when 'template_golden' then clinic.template_tried(args)
		when 'print_job_set' then clinic.print_job_told(actor, args)
		when 'print_job_settle' then clinic.print_job_settled(actor, args) end);
	return custody.request_end(request_id, (r #>> '{data,print_job,station_id}')::bigint, r);
end $$;

create or replace function clinic.alarm_open(station_id bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select a.alarm_id from clinic.alarm a where a.station_id = $1 and a.answered_at is null);
end $$;
