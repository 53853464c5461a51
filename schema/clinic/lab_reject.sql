-- A tube is rejected: of what nobody scanned nothing is decided (promise 6). One that the laboratory has seen is rejected by
-- its number, now or later. One in the hand by its scan: the reason first, and the next tube scanned at this station by the
-- same person, within a minute and once, is rejected and never received. Kept in clinic.station_work.data -> 'reject':
-- {reason, note, by, at}.

-- api.reject.
create or replace function clinic.tube_rejected(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	is_named boolean := coalesce(args -> 'specimen_id', 'null') <> 'null';
	tube text := clinic.lab_tube_named(args);
	chosen jsonb := jsonb_build_object('reason', clinic.arg(args, 'reason'), 'note', coalesce(left(clinic.arg(args, 'note'), 200), ''),
		'by', actor.operator_id, 'at', clock_timestamp());
begin
	if coalesce(args -> 'undo' = 'true', false) then
		return case when clinic.reject_take(actor) is null then clinic.judged_custody('repeat', 'reject_idle')
			else clinic.judged_custody('stored', 'reject_undone') end;
	elsif is_named and tube is null
		or not is_named and not exists (select 1 from clinic.station s where s.station_id = actor.station_id and s.kind = 'receiving') then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}');
	elsif not coalesce(clinic.reason_known('reject', chosen ->> 'reason'), false) then
		return clinic.judged('question', 'reason_needed');
	elsif not is_named then
		return clinic.reject_begun(actor, chosen);
	end if;
	perform custody.lock_subject(tube);
	perform clinic.reject_end(actor.station_id);
	if not clinic.tube_was_seen(tube) then
		return clinic.judged('question', 'receive_first');
	end if;
	return clinic.tube_reject(actor, tube, chosen, '{}');
end $$;

-- Rejects a tube that was seen here before; more: what its scan adds to the event. Its subject is locked.
create or replace function clinic.tube_reject(actor clinic.actor, tube text, chosen jsonb, more jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text := (custody.state(tube)).kind;
	bag text := (clinic.specimen_bag(tube)).bag;
	delivery text := coalesce(clinic.tube_delivery(tube), clinic.delivery_for(actor, substring((clinic.tube_arrival(tube)).body, '"delivery": "(D[0-9]{12})"')));
	words jsonb := clinic.reject_words(tube, bag, chosen);
	e custody.event;
begin
	if kind = 'rejected' then
		select x.* into e from custody.event x where x.subject = tube and x.kind = 'rejected' order by x.recorded_at desc, x.event_id desc limit 1;
		return clinic.judged('repeat', 'rejected_already', words || clinic.when_where(e.recorded_at, e.station_id)
			|| jsonb_build_object('reason', clinic.reason_words('reject', clinic.body_of(e.body) ->> 'reason')));
	elsif kind = 'held' then
		return clinic.judged('question', 'held_first', words);
	elsif not custody.may_move(tube, 'rejected') then
		return clinic.judged('question', 'not_now', words);
	end if;
	e := custody.append(tube, 'rejected', jsonb_build_object('delivery', delivery, 'expected_bag', bag, 'flags', '[]'::jsonb) || more
		|| clinic.reject_body(chosen), actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	perform clinic.lab_found_again(actor, tube);
	perform clinic.lab_ask(e, 'rejected', delivery);
	return clinic.judged_custody('stored', 'rejected', words);
end $$;

-- What an event says of why.
create or replace function clinic.reject_body(chosen jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('reason', chosen -> 'reason', 'note', chosen -> 'note', 'hl7', coalesce((select r.hl7 from clinic.reason r
		where r.kind = 'reject' and r.code = chosen ->> 'reason'), ''));
end $$;

-- What the receiver is told: why, and how the clinic hears of it.
create or replace function clinic.reject_words(tube text, bag text, chosen jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('reason', clinic.reason_words('reject', chosen ->> 'reason'), 'tail', right(tube, 4),
		'tell', clinic.rejection_words(clinic.tube_is_stat(tube, bag)));
end $$;

-- ---- the reason first, then the scan -----------------------------------------------------------------------------------

create or replace function clinic.reject_begun(actor clinic.actor, chosen jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.station_work w set data = w.data || jsonb_build_object('reject', chosen) where w.station_id = actor.station_id;
	if not found then
		perform clinic.work_set(actor, 'bench', data => jsonb_build_object('reject', chosen));
	end if;
	return clinic.judged_custody('question', 'scan_to_reject', jsonb_build_object('reason', clinic.reason_words('reject', chosen ->> 'reason')));
end $$;

create or replace function clinic.reject_until(chosen jsonb) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (chosen ->> 'at')::timestamptz + interval '60 seconds';
end $$;

-- What waits at a station for its tube, while it counts: of the person who chose it, for a minute. Null: nothing does.
create or replace function clinic.reject_waiting(actor clinic.actor, w clinic.station_work) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	chosen jsonb := (w).data -> 'reject';
begin
	return case when clinic.arg_bigint(chosen, 'by') = (actor).operator_id
		and clinic.reject_until(chosen) > clock_timestamp() then chosen end;
end $$;

-- Takes what waits: from now on nothing does. Of two scans at one station one gets it.
create or replace function clinic.reject_take(actor clinic.actor) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work;
begin
	select x.* into w from clinic.station_work x where x.station_id = actor.station_id and x.data ? 'reject' for update;
	if w.station_id is null then
		return null;
	end if;
	perform clinic.reject_end(actor.station_id);
	return clinic.reject_waiting(actor, w);
end $$;

-- Somebody signs in or out here, Stop was pressed, another tube is named: nothing waits any more.
create or replace function clinic.reject_end(station_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.station_work w set data = w.data - 'reject' where w.station_id = reject_end.station_id and w.data ? 'reject';
end $$;

-- While a tube is waited for, any other thing is only seen, and what is asked is said once more. code null: it is not in the way
-- (a tube, a misread, the badge of who is here or signs in, what is not for here).
create or replace function clinic.reject_not_this(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work;
	chosen jsonb;
begin
	if kind in ('specimen', 'label') then
		return null;
	end if;
	w := clinic.work_of(actor.station_id);
	chosen := clinic.reject_waiting(actor, w);
	if chosen is null or actor.shaded or kind = 'bag' and not custody.id_is_for_here(code) or clinic.scan_is_misread(s)
		or kind = 'badge' and not exists (select 1 from clinic.operator o where o.badge = code and case when o.operator_id = actor.operator_id
			then w.kind = 'dock' else exists (select 1 from clinic.operator_role r where r.operator_id = o.operator_id and r.role = 'courier') end) then
		return null;
	elsif kind = 'bag' then
		perform custody.append(code, 'scanned', jsonb_build_object('scan', s.scan_id, 'code', 'reject_needs_tube'),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(code));
	end if;
	return clinic.judged('question', 'reject_needs_tube', jsonb_build_object('reason', clinic.reason_words('reject', chosen ->> 'reason')),
		null, about || jsonb_build_object('kind', coalesce(kind, 'other'), 'done', coalesce(kind = 'badge', false)));
end $$;

-- For the view receiving. seconds: how long it waits still.
create or replace function clinic.reject_view(actor clinic.actor, w clinic.station_work) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	chosen jsonb := clinic.reject_waiting(actor, w);
	words text := clinic.reason_words('reject', chosen ->> 'reason');
begin
	if chosen is null then
		return null;
	end if;
	return (select jsonb_build_object('reason', chosen -> 'reason', 'name', words, 'note', chosen -> 'note',
			'seconds', ceil(extract(epoch from clinic.reject_until(chosen) - clock_timestamp()))::int, 'title', m -> 'title', 'do', m -> 'do')
		from clinic.reply('question', 'scan_to_reject', jsonb_build_object('reason', words)) m);
end $$;
