-- The laboratory's bench: a tube scanned here is received, one action for a good one, in any order at any station. What
-- does not add up is received all the same and waits on the QUESTIONS rack; only a tube on hold and two tubes with one number
-- lock the station.

-- Does anybody know this tube: an event of it is here, or a row.
create or replace function clinic.tube_is_known(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.head h where h.subject = $1)
		or exists (select 1 from clinic.specimen s where s.specimen_id = $1);
end $$;

-- A tube of another node of ours whose events have not come yet: its clinic may be cut off for a while.
create or replace function clinic.tube_is_early(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return not clinic.tube_is_known($1) and (custody.subject_about($1)).home not in (0, custody.node());
end $$;

-- refused: the person may not receive; what is known of us was seen all the same.
create or replace function clinic.lab_tube(actor clinic.actor, s clinic.scan, code text, about jsonb, refused text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id record := custody.id_parse(code);
	w clinic.station_work := clinic.work_of(actor.station_id);
	place record;
	arrival custody.event;
	delivery text;
	reject jsonb;
	j clinic.judgement;
begin
	about := about || jsonb_build_object('kind', 'specimen', 'specimen_id', id.specimen_id);
	if not custody.id_is_for_here(code) then
		perform clinic.reject_end(actor.station_id);
		perform clinic.alarm_raise(actor, null, 'practice_and_real', code, null, null);
		return clinic.judged('stop', 'practice_and_real', '{}', null, about);
	elsif refused is null then
		arrival := clinic.tube_arrival(id.specimen_id);
		delivery := clinic.delivery_for(actor, clinic.delivery_of(arrival.body));
	end if;
	perform custody.lock_subject(id.specimen_id);
	-- one tube is it, whatever becomes of it
	reject := case when refused is null then clinic.reject_take(actor) end;
	place := clinic.tube_bag(id.specimen_id);
	j := clinic.lab_tube_stands(actor, s, id.specimen_id, nullif(id.copy, 0), code, refused, delivery, w.bag);
	if reject is not null and j.verdict in ('repeat', 'question') and j.code <> 'on_hold_too' then
		j := clinic.tube_reject(actor, id.specimen_id, reject, jsonb_build_object('copy', nullif(id.copy, 0), 'scan', s.scan_id));
	elsif j.code is null and (clinic.tube_is_known(id.specimen_id) or clinic.tube_is_early(id.specimen_id)
		or clinic.is_downtime_label(id.specimen_id)) then
		j := clinic.lab_tube_take(actor, s, id.specimen_id, nullif(id.copy, 0), w, place.bag, arrival, delivery, reject);
	elsif j.code is null then
		j := clinic.lab_unexpected(actor, s, case clinic.policy_text('unknown_at_lab') when 'lock' then 'unknown_tube' end,
			case when reject is null then 'unknown_code' else 'unknown_not_rejected' end, code, id.specimen_id, null);
	end if;
	if reject is not null then
		j.words := j.words || '{"touched": "custody"}';
	end if;
	if refused is null then
		perform clinic.lab_last(actor, j, id.specimen_id, place.bag, delivery);
	end if;
	j.about := about;
	return j;
end $$;

-- The arrival of the bag a tube is in, on the trip that the tube is in; all null when it has not arrived or it is in none.
create or replace function clinic.tube_arrival(specimen_id text) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	place record;
	since timestamptz;
	e custody.event;
begin
	place := clinic.tube_bag(specimen_id);
	-- from the newest backwards, not further than clocks may differ: a tote has years of arrivals
	since := case when place.closing is not null then place.placed_at - interval '1 day' end;
	e.recorded_at := 'infinity';
	e.event_id := 0;
	while since is not null loop
		select x.* into e from custody.event x where x.subject = place.bag and x.kind = 'arrived' and x.recorded_at >= since
			and (x.recorded_at, x.event_id) < (e.recorded_at, e.event_id)
		order by x.recorded_at desc, x.event_id desc limit 1;
		exit when e.event_id is null or clinic.closing_of(e.body) = place.closing;
	end loop;
	if since is null then
		e := null;
	end if;
	if e.event_id is null and place.bag is not null
		and coalesce((clinic.bag_trip(place.bag)).closed = place.closing, place.closing is null) then
		e := clinic.bag_arrival(place.bag);
	end if;
	return e;
end $$;

-- What stands against taking a tube in: on hold, done already, or nobody who may. code null: nothing does.
create or replace function clinic.lab_tube_stands(actor clinic.actor, s clinic.scan, tube text, copy int, code text,
	refused text, delivery text, bag text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text := (custody.state(tube)).kind;
	e custody.event;
	two text;
begin
	if kind = 'held' then
		select x.* into e from custody.event x where x.subject = tube and x.kind = 'held' order by x.recorded_at desc, x.event_id desc limit 1;
	end if;
	if kind = 'held' and refused is null and clinic.downtime_hold_ended(actor, tube, e) then
		return null;
	elsif kind = 'held' and clinic.body_of(e.body) ->> 'why' = 'duplicate' then
		return clinic.lab_two_tubes(actor, s, tube, copy, code, 'two_tubes');
	elsif kind = 'held' and e.body like '%"at": "lab"%' and not clinic.hold_is_of_number(clinic.body_of(e.body) ->> 'why') then
		return clinic.judged('question', clinic.hold_code(clinic.body_of(e.body) ->> 'why'),
			clinic.when_where(e.recorded_at, e.station_id) || jsonb_build_object('tail', right(tube, 4)));
	elsif kind = 'held' and refused is null and clinic.stop_was_met(actor, tube, e) then
		return clinic.lab_held_too(actor, s, tube, copy, delivery, bag);
	elsif kind = 'held' then
		perform clinic.alarm_raise(actor, null, 'on_hold', code, tube, copy);
		perform clinic.lab_seen(actor, s, tube, copy, 'on_hold', delivery, bag);
		return clinic.judged_custody('stop', 'on_hold', '{}');
	elsif refused is not null then
		if kind is not null then
			perform custody.append(tube, 'scanned', jsonb_build_object('copy', copy, 'scan', s.scan_id, 'code', refused),
				actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
		end if;
		return clinic.judged('question', refused);
	elsif kind in ('accepted', 'rejected', 'archived', 'retrieved', 'disposed') then
		select x.* into e from custody.event x where x.subject = tube and x.kind in ('accepted', 'rejected')
		order by x.recorded_at desc, x.event_id desc limit 1;
		two := clinic.two_tubes_seen(actor, tube, copy, bag, e);
		if two is not null then
			return clinic.lab_two_tubes(actor, s, tube, copy, code, two);
		elsif e.event_id is not null then
			perform clinic.lab_copy_seen(actor, s, tube, copy);
			return clinic.judged('repeat', e.kind || '_already', clinic.when_where(e.recorded_at, e.station_id)
				|| jsonb_build_object('reason', clinic.reason_words('reject', clinic.body_of(e.body) ->> 'reason')));
		end if;
	end if;
	return null;
end $$;

-- A square code scanned again is kept when it is the first that says which label the tube has: a second one will be told by it.
create or replace function clinic.lab_copy_seen(actor clinic.actor, s clinic.scan, tube text, copy int) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if copy is not null and not exists (select 1 from custody.event e where e.subject = tube
		and (e.kind in ('accepted', 'rejected') or e.kind = 'scanned' and e.body like '%"at": "lab"%')
		and clinic.arg_bigint(clinic.body_of(e.body), 'copy') = lab_copy_seen.copy) then
		perform clinic.lab_seen(actor, s, tube, copy, 'accepted_already', null, null);
	end if;
end $$;

-- Tubes of one Stop come one after the other: whoever set one aside here after the red screen knows what it is about, for
-- an hour. A tube that was set aside and is in a hand again locks as ever.
create or replace function clinic.stop_was_met(actor clinic.actor, tube text, hold custody.event) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	said jsonb := clinic.body_of((hold).body);
begin
	return coalesce(said ->> 'why' = 'mistake', false) and not clinic.tube_is_set_aside(tube)
		and exists (select 1 from clinic.alarm a join custody.event h on h.subject = a.specimen_id and h.kind = 'held'
			where a.station_id = (actor).station_id and a.answered_by = (actor).operator_id and a.code = 'on_hold' and a.choice = 'tube_set_aside'
				and a.answered_at > clock_timestamp() - interval '1 hour' and a.specimen_id <> stop_was_met.tube
				and clinic.body_of(h.body) ->> 'why' = 'mistake' and clinic.body_of(h.body) -> 'visit' = said -> 'visit');
end $$;

-- Somebody at a laboratory said that it is on the QUESTIONS rack.
create or replace function clinic.tube_is_set_aside(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.event e where e.subject = $1 and e.kind = 'tube_set_aside' and e.body like '%"at": "lab"%');
end $$;

-- Another tube of that Stop: seen, and set aside when it is scanned here once more, not in its first second.
create or replace function clinic.lab_held_too(actor clinic.actor, s clinic.scan, tube text, copy int, delivery text, bag text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	seen_at timestamptz := (select min(e.recorded_at) from custody.event e where e.subject = tube and e.station_id = actor.station_id
		and e.kind = 'scanned' and e.body like '%"code": "on_hold"%' and e.body like '%"at": "lab"%');
begin
	if seen_at < clock_timestamp() - interval '1 second' then
		perform custody.append(tube, 'tube_set_aside', jsonb_build_object('alarm', 'on_hold', 'copy', copy, 'scan', s.scan_id, 'at', 'lab'),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
		return clinic.judged_custody('stored', 'on_hold_aside');
	elsif seen_at is null then
		perform clinic.lab_seen(actor, s, tube, copy, 'on_hold', delivery, bag);
	end if;
	return clinic.judged_custody('question', 'on_hold_too');
end $$;

-- Seen at the laboratory, and nothing else.
create or replace function clinic.lab_seen(actor clinic.actor, s clinic.scan, tube text, copy int, code text, delivery text, bag text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(tube, 'scanned', jsonb_build_object('copy', copy, 'scan', (s).scan_id, 'code', $5, 'delivery', $6, 'bag', $7,
		'expected_bag', (clinic.tube_bag(tube)).bag, 'at', 'lab'),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
end $$;

create or replace function clinic.reason_words(kind text, code text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((select r.words from clinic.reason r where r.kind = $1 and r.code = $2), $2, '');
end $$;

-- What a receiver is told of a tube that was put on hold at receiving.
create or replace function clinic.hold_code(why text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case why when 'order_cancelled' then 'order_was_cancelled' when 'not_collected' then 'tube_not_drawn'
		when 'bag_on_hold' then 'tube_of_held_bag'
		when 'downtime' then 'downtime_unsaid' else 'held_already' end;
end $$;

-- Takes it in: accepted, or rejected when that was said before (reject), or held where nobody may test it, whatever was said.
-- A missing one is found by that.
create or replace function clinic.lab_tube_take(actor clinic.actor, s clinic.scan, tube text, copy int, w clinic.station_work,
	bag text, arrival custody.event, delivery text, reject jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text := (custody.state(tube)).kind;
	hold text := case when clinic.is_downtime_unsaid(tube) then 'downtime'
		when kind = 'not_collected' then 'not_collected'
		when kind = 'order_cancelled' or clinic.tube_is_cancelled(tube) then 'order_cancelled'
		-- somebody said Stop about the bag: whatever is in it is on hold
		when (custody.state(coalesce(bag, case when w.kind = 'bench' then w.bag end))).kind = 'held' then 'bag_on_hold' end;
	flags text[] := clinic.lab_flags(tube, copy, kind, w, bag, arrival);
	body jsonb := jsonb_build_object('delivery', delivery, 'bag', case when w.kind = 'bench' then w.bag end, 'expected_bag', bag,
		'copy', copy, 'scan', s.scan_id, 'flags', flags);
	e custody.event;
	asked text;
	j clinic.judgement;
begin
	if coalesce(hold = 'order_cancelled', false) and clinic.policy_text('cancel_after_draw') = 'discard' then
		e := custody.append(tube, 'rejected', body || '{"reason": "order_cancelled", "note": ""}',
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	elsif hold is not null then
		e := custody.append(tube, 'held', body || jsonb_build_object('why', hold, 'at', 'lab'),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	elsif reject is not null and custody.may_move(tube, 'rejected') then
		e := custody.append(tube, 'rejected', body || clinic.reject_body(reject), actor.operator_id, actor.station_id,
			lab => clinic.lab_audience(tube));
	else
		e := custody.append(tube, 'accepted', body || '{"remark": null}', actor.operator_id, actor.station_id,
			lab => clinic.lab_audience(tube));
	end if;
	perform clinic.lab_found_again(actor, tube);
	asked := case when e.kind = 'rejected' then 'rejected' when hold = 'order_cancelled' then 'cancelled'
		when hold = 'bag_on_hold' then 'held' when hold = 'downtime' then 'downtime' when hold is not null then 'not_collected' else clinic.flag_question(flags) end;
	if asked is not null then
		perform clinic.lab_ask(e, asked, delivery);
	end if;
	if hold is not null and e.kind = 'rejected' then
		return clinic.judged_custody('question', 'order_was_cancelled_discard');
	elsif hold is not null then
		return clinic.judged_custody('question', clinic.hold_code(hold), clinic.when_where(e.recorded_at, e.station_id)
			|| jsonb_build_object('tail', right(tube, 4)));
	end if;
	j := clinic.lab_tube_told(tube, w, bag, arrival, flags);
	if e.kind = 'rejected' then
		return clinic.judged_custody('stored', 'rejected', j.words || clinic.reject_words(tube, bag, reject));
	end if;
	return j;
end $$;

-- All tests of a tube were cancelled by their sender.
create or replace function clinic.tube_is_cancelled(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(bool_and(t.state = 'cancelled'), false) from clinic.specimen_test w
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id where w.specimen_id = $1);
end $$;

-- What is odd about a tube, worst first; each but 'early' is a question.
create or replace function clinic.lab_flags(tube text, copy int, kind text, w clinic.station_work, bag text, arrival custody.event)
returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	came_in text := clinic.delivery_of(arrival.body);
	flags text[] := '{}';
begin
	if kind is null and clinic.tube_is_early(tube) then
		return '{early}';
	elsif kind = 'disposed' then
		flags := flags || 'disposed'::text;
	end if;
	if not exists (select 1 from custody.event e where e.subject = tube and e.kind = 'collected') then
		flags := flags || 'not_collected'::text;
	end if;
	if clinic.is_of_other_lab((select x.lab_id from clinic.specimen x where x.specimen_id = tube)) then
		flags := flags || 'other_lab'::text;
	end if;
	flags := flags || clinic.copy_flag(tube, copy);
	if came_in is not null and not exists (select 1 from clinic.delivery_open d where d.delivery = came_in)
		or exists (select 1 from clinic.lab_question q where q.subject = tube and q.kind = 'missing') then
		flags := flags || 'late'::text;
	end if;
	if bag is not null and arrival.event_id is null then
		flags := flags || 'bag_not_arrived'::text;
	end if;
	if w.kind = 'bench' and bag <> w.bag and (arrival.event_id is null or (clinic.bag_opened_here(bag, arrival)).event_id is null) then
		flags := flags || 'wrong_bag'::text;
	elsif bag is null and not clinic.hand_is_unlisted(w) then
		flags := flags || 'not_packed'::text;
	end if;
	return flags;
end $$;

-- The bag in hand is one whose content nobody knows: whatever is in it belongs there.
create or replace function clinic.hand_is_unlisted(w clinic.station_work) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return w.kind = 'bench' and w.bag is not null
		and (select p.scan_all from clinic.bag_progress(w.bag, clinic.bag_arrival(w.bag)) p);
end $$;

-- A square code names its copy: another one is on a tube (old), or this one was given up (void). A Code 128 names none.
create or replace function clinic.copy_flag(tube text, copy int) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	ending text;
	live int;
begin
	if copy is null then
		return '{}';
	end if;
	select e.kind into ending from custody.event e
	where e.subject = tube and e.kind in ('labelled', 'handed_out', 'released', 'label_voided', 'label_destroyed')
		and clinic.arg_bigint(clinic.body_of(e.body), 'copy') = copy_flag.copy order by e.recorded_at desc, e.event_id desc limit 1;
	select clinic.arg_bigint(clinic.body_of(e.body), 'copy') into live from custody.event e
	where e.subject = tube and e.kind in ('labelled', 'handed_out', 'released') and e.body like '%"copy": %'
	order by e.recorded_at desc, e.event_id desc limit 1;
	return case when ending in ('label_voided', 'label_destroyed') then array['void_copy']
		when live <> copy then array['old_copy'] else '{}' end;
end $$;

-- The kind of question that the worst of the flags makes; null: none.
create or replace function clinic.flag_question(flags text[]) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case flags[1] when 'early' then null when 'void_copy' then 'old_copy' else flags[1] end;
end $$;

-- What the receiver hears: the worst flag, that a bag or the delivery is done, or how far the bag is.
create or replace function clinic.lab_tube_told(tube text, w clinic.station_work, bag text, arrival custody.event, flags text[])
returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	of_hand boolean := bag is null and w.kind = 'bench' and w.bag is not null;
	its_bag text := case when of_hand then w.bag else bag end;
	came_in text;
	p record;
	words jsonb := jsonb_build_object('tail', right(tube, 4), 'bag', coalesce(bag, '?'), 'bag_in_hand', coalesce(w.bag, '?'),
		'flags', flags);
begin
	if of_hand then
		arrival := clinic.bag_arrival(its_bag);
	end if;
	came_in := clinic.delivery_of(arrival.body);
	if came_in is not null then
		p := clinic.bag_progress(its_bag, arrival);
		words := words || jsonb_build_object('n', p.tubes, 'done', p.done, 'delivery', came_in, 'bag_done', p.complete);
	end if;
	if clinic.flag_question(flags) is not null then
		return clinic.judged_custody('question', clinic.flag_code(flags[1]), words);
	elsif came_in is null or not p.complete then
		return clinic.judged_custody('stored', case when flags = '{early}' then 'accepted_early' else 'accepted' end, words
			|| jsonb_build_object('of_bag', case when came_in is null then '' else clinic.reply('note', 'of_bag', words) ->> 'title' end));
	elsif clinic.delivery_is_done(came_in) then
		return clinic.judged_custody('complete', 'delivery_complete', words);
	end if;
	return clinic.judged_custody('complete', 'bag_complete', words);
end $$;

create or replace function clinic.flag_code(flag text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case flag when 'wrong_bag' then 'wrong_bag' when 'late' then 'late_tube' when 'old_copy' then 'old_copy'
		when 'void_copy' then 'old_copy' when 'bag_not_arrived' then 'bag_not_arrived' when 'not_collected' then 'tube_never_collected' else 'tube_' || flag end;
end $$;

-- Every bag that came in a delivery is scanned.
create or replace function clinic.delivery_is_done(delivery text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return not exists (select 1 from custody.event e
		where substring(e.body, '"delivery": "(D[0-9]{12})"') = $1 and e.kind = 'arrived'
			and not (select p.complete from clinic.bag_progress(e.subject, e) p));
end $$;

-- ---- codes that nobody knows ------------------------------------------------------------------------------------------

-- A real thing that should not be here: an event of the delivery, and on the list. lock: the alarm it raises, or null.
create or replace function clinic.lab_unexpected(actor clinic.actor, s clinic.scan, lock text, told text, code text,
	specimen_id text, found_sticker text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	delivery text;
	thing text := coalesce(found_sticker, specimen_id);
	words jsonb := jsonb_build_object('text', left(code, 200));
	e custody.event;
begin
	select x.* into e from clinic.lab_question q join custody.event x on x.event_id = q.event_id
	where q.subject = thing and q.kind = 'unexpected' and (found_sticker is not null or q.settled_by is null) limit 1;
	if e.event_id is not null then
		return clinic.judged('repeat', case when found_sticker is null then 'unknown_already' else 'found_already' end,
			words || clinic.when_where(e.recorded_at, e.station_id));
	end if;
	delivery := coalesce(clinic.delivery_for(actor), clinic.delivery_open_new(actor, null));
	e := custody.append(delivery, 'unexpected', jsonb_build_object('scan', s.scan_id, 'bag', case when w.kind = 'bench' then w.bag end,
		'found', found_sticker, 'specimen_id', specimen_id), actor.operator_id, actor.station_id);
	insert into clinic.lab_question (event_id, subject, kind, delivery)
	values (e.event_id, coalesce(thing, delivery), 'unexpected', delivery);
	if w.kind is null then
		perform clinic.work_set(actor, 'bench', delivery => delivery);
	end if;
	if lock is not null then
		perform clinic.alarm_raise(actor, null, lock, code, null, null);
		return clinic.judged_custody('stop', lock, words);
	end if;
	return clinic.judged_custody('question', told, words);
end $$;

-- A sticker of the FOUND roll, on a tube that has no code or an unreadable one.
create or replace function clinic.lab_found(actor clinic.actor, s clinic.scan, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.judgement;
begin
	if not custody.id_is_for_here(code) then
		return clinic.judged('question', 'practice_sticker', '{}', null, about);
	end if;
	j := clinic.lab_unexpected(actor, s, null, 'found', code, null, code);
	j.about := about;
	return j;
end $$;

-- Codes of others: tubes of clinics that are not on the system, makers' lots ... (policy foreign_clinics).
create or replace function clinic.lab_other(actor clinic.actor, s clinic.scan, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	asks text := clinic.policy_text('foreign_clinics');
	j clinic.judgement;
begin
	if clinic.is_makers_code(s.said) then
		return clinic.makers_code(actor, s, null, about);
	elsif clinic.scan_is_misread(s) then
		return clinic.judged('question', 'misread_here', jsonb_build_object('text', left(code, 200)), null, about);
	elsif code = '' or asks is null or asks not in ('ask', 'alarm') then
		return clinic.judged('note', 'not_ours', jsonb_build_object('text', left(code, 200)), null, about);
	end if;
	j := clinic.lab_unexpected(actor, s, case asks when 'alarm' then 'foreign_tube' end, 'foreign_tube', code, null, null);
	j.about := about;
	return j;
end $$;

-- ---- lists -------------------------------------------------------------------------------------------------------------

-- An event goes on the questions list; kind null: it does not.
create or replace function clinic.lab_ask(e custody.event, kind text, delivery text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.lab_question (event_id, subject, kind, delivery)
	select (e).event_id, (e).subject, $2, $3 where $2 is not null;
end $$;

-- The hold that a tube is on; all null when it is on none.
create or replace function clinic.tube_hold(specimen_id text) returns custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event;
begin
	if (custody.state(specimen_id)).kind = 'held' then
		select x.* into e from custody.event x where x.subject = tube_hold.specimen_id and x.kind = 'held'
		order by x.recorded_at desc, x.event_id desc limit 1;
	end if;
	return e;
end $$;

-- A hold that came from elsewhere (Stop) and a tube that was seen here, whichever comes first: it is on the questions list
-- until the hold ends or somebody settles it, also when its delivery is closed. After an event, of other nodes too: never raises.
create or replace function clinic.lab_hold_ask(specimen_id text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event;
begin
	if not exists (select 1 from custody.event x where x.subject = lab_hold_ask.specimen_id and x.event_id >> 40 = custody.node()
			and (x.kind in ('accepted', 'rejected') or x.kind in ('held', 'scanned') and x.body like '%"at": "lab"%')) then
		return;
	end if;
	e := clinic.tube_hold(specimen_id);
	insert into clinic.lab_question (event_id, subject, kind)
	select e.event_id, e.subject, 'held' where e.event_id is not null and e.body not like '%"at": "lab"%' on conflict do nothing;
end $$;

-- What was missing is here: its item is settled.
create or replace function clinic.lab_found_again(actor clinic.actor, subject text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	q clinic.lab_question;
begin
	for q in select x.* from clinic.lab_question x
		where x.subject = lab_found_again.subject and x.kind = 'missing' and x.settled_by is null order by x.event_id loop
		perform clinic.lab_settle(actor, q, subject, 'found');
	end loop;
end $$;

create or replace function clinic.lab_settle(actor clinic.actor, q clinic.lab_question, subject text, note text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event := custody.append(subject, 'discrepancy_resolved', jsonb_build_object('of', q.event_id, 'note', note),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience(subject));
begin
	update clinic.lab_question x set settled_by = e.event_id where x.event_id = q.event_id;
end $$;

-- What this station says of the last tube; and what it does now: a bag that is complete is in hand no more.
create or replace function clinic.lab_last(actor clinic.actor, j clinic.judgement, specimen_id text, bag text, delivery text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	last jsonb := jsonb_build_object('last', jsonb_build_object('specimen_id', specimen_id, 'bag', bag, 'verdict', j.verdict,
		'code', j.code, 'words', j.words - 'touched', 'at', clock_timestamp()));
begin
	if w.kind is null or w.kind = 'dock' and w.delivery is null then
		perform clinic.work_set(actor, 'bench', delivery => delivery, data => coalesce(w.data, '{}') || last);
		return;
	end if;
	update clinic.station_work x set data = x.data || last, delivery = case when x.kind = 'dock' then x.delivery else coalesce(lab_last.delivery, x.delivery) end,
		bag = case when x.kind = 'bench' and j.words -> 'bag_done' = 'true' and x.bag = coalesce(lab_last.bag, x.bag) then null else x.bag end
	where x.station_id = actor.station_id;
end $$;
