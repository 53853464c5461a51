-- Two tubes with one number (ER-09, ER-10): red and locked wherever it is seen; neither is tested before somebody has found
-- out, and the clinic has it on its list. A number is one thing of ours, so holding it holds both tubes. What counts as
-- evidence, and what cannot be known: contrib/FLOWS.md 1.5.

-- What says that the tube in the hand is another one than the tube that was taken in: the red that is shown; null: nothing.
-- bag: the one in hand here. Who ended a hold has looked: what was seen before that says nothing any more.
create or replace function clinic.two_tubes_seen(actor clinic.actor, tube text, copy int, bag text, taken custody.event) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	was jsonb := clinic.body_of((taken).body);
	looked_at timestamptz := coalesce((select max(e.recorded_at) from custody.event e where e.subject = tube and e.kind = 'released'), '-infinity');
begin
	if exists (select 1 from custody.event e where e.subject = tube and e.recorded_at > looked_at
			and (e.kind in ('accepted', 'rejected') or e.kind = 'scanned' and e.body like '%"at": "lab"%')
			and clinic.arg_bigint(clinic.body_of(e.body), 'copy') <> two_tubes_seen.copy) then
		return 'two_labels';
	-- out of two bags, in two persons' hands, while the first delivery is being unpacked
	elsif was ->> 'bag' <> bag and (taken).station_id <> (actor).station_id and (taken).operator_id <> (actor).operator_id
		and exists (select 1 from clinic.delivery_open o where o.delivery = was ->> 'delivery') then
		return 'two_tubes';
	-- one that is not held, because nobody tests it anyway, and of which somebody said it
	elsif (taken).kind = 'rejected' and clinic.two_tubes_said(tube) then
		return 'two_tubes';
	end if;
	return null;
end $$;

create or replace function clinic.two_tubes_said(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.lab_question q where q.subject = $1 and q.kind = 'duplicate' and q.settled_by is null);
end $$;

-- On hold because of its number, not of its blood: whoever has one of the tubes in hand is to stop.
create or replace function clinic.hold_is_of_number(why text) returns boolean
language sql immutable parallel safe
return coalesce(why in ('duplicate', 'two_codes', 'two_in_view', 'gone'), false);

-- Its story tells it, a hold stops it, and a laboratory has it on its list. seen: what says so. Its subject is locked.
create or replace function clinic.two_tubes_held(actor clinic.actor, tube text, seen text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	at_lab text := (select 'lab' from clinic.station s where s.station_id = actor.station_id and s.kind = 'receiving');
	body jsonb := jsonb_strip_nulls(jsonb_build_object('why', 'duplicate', 'seen', seen, 'at', at_lab))
		|| jsonb_build_object('delivery', clinic.tube_delivery(tube));
	kind text := (custody.state(tube)).kind;
	e custody.event;
begin
	if not clinic.two_tubes_said(tube) and (at_lab is not null or kind is distinct from 'held') then
		e := custody.append(tube, 'discrepancy_opened', body, actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
		perform clinic.lab_ask(e, case when at_lab is not null then 'duplicate' end, clinic.tube_delivery(tube));
	end if;
	if kind not in ('held', 'rejected', 'disposed') then
		perform custody.append(tube, 'held', body, actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	end if;
end $$;

-- At the bench: the station locks, and both are on hold.
create or replace function clinic.lab_two_tubes(actor clinic.actor, s clinic.scan, tube text, copy int, code text, seen text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.alarm_raise(actor, null, seen, code, tube, null);
	perform clinic.lab_seen(actor, s, tube, copy, seen, null, null);
	perform clinic.two_tubes_held(actor, tube, seen);
	return clinic.judged_custody('stop', seen);
end $$;

-- A person has both in hands.
create or replace function clinic.tube_duplicated(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text := clinic.lab_tube_named(args);
begin
	if tube is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}');
	end if;
	perform custody.lock_subject(tube);
	if not clinic.tube_was_seen(tube) then
		return clinic.judged('question', 'receive_first');
	elsif clinic.two_tubes_said(tube) then
		return clinic.judged('repeat', 'duplicate_already', clinic.event_when_where(tube, array['discrepancy_opened']));
	end if;
	perform clinic.alarm_raise(actor, null, 'two_tubes', tube, tube, null);
	perform clinic.two_tubes_held(actor, tube, 'said');
	return clinic.judged_custody('stop', 'two_tubes');
end $$;

-- ---- at the clinic ----------------------------------------------------------------------------------------------------------

-- The label that counts is in a hand here, and a laboratory has its tube. Only a square code says which label it is: bars may
-- be those of a paper, or of an old label.
create or replace function clinic.two_tubes_here(tube text, copy int, live_copy int) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(copy = live_copy, false) and clinic.tube_was_seen(tube);
end $$;

-- The red screen was answered: the one here is set aside, and both are on hold.
create or replace function clinic.two_tubes_settled(actor clinic.actor, a clinic.alarm) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.lock_subject((a).specimen_id);
	perform custody.append((a).specimen_id, 'tube_set_aside', jsonb_build_object('alarm', (a).code, 'copy', (a).copy),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience((a).specimen_id));
	perform clinic.two_tubes_held(actor, (a).specimen_id, (a).code);
end $$;
