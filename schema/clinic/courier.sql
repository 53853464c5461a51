-- The courier (contrib/FLOWS.md 1.2): scan the stop, the bags, then the clinic's badge. Every bag that is scanned is taken:
-- what does not fit (not on the list, not closed, on hold) is said, and the laboratory looks. A courier sees no patient.
-- Locks: the bag; bags are never locked two at a time here.

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

-- ---- what waits at a stop -------------------------------------------------------------------------------------------

-- The closed bags of this clinic that wait at a stop, or that stay there on hold: not those that were put into another
-- stop's lockbox.
create or replace function clinic.stop_bags(stop text, held bool default false) returns table (bag text, place text, since timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select u.bag, u.place, u.since from clinic.bag_under_way u
	where u.here and case when $2 then u.kind = 'held' else u.kind in ('bag_closed', 'released') end and (clinic.bag_trip(u.bag)).closed is not null
		and not exists (select 1 from clinic.stop o where o.lockbox = u.place and o.stop <> $1);
end $$;

-- Longer in a lockbox than its class may be there (policy lockbox_max_hours).
create or replace function clinic.is_late_in_place(place text, since timestamptz, class text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	hours jsonb := clinic.policy_value('lockbox_max_hours');
begin
	return exists (select 1 from clinic.place p where p.place = is_late_in_place.place and p.kind = 'lockbox')
		and since < clock_timestamp() - make_interval(secs => coalesce(hours ->> class, hours ->> 'default', '4')::numeric::float8 * 3600);
end $$;

-- Is the list shown only after the courier counted? (policy courier_count: by lockbox or counter)
create or replace function clinic.stop_is_blind(stop text) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.policy_value('courier_count') ->> (select case when p.staffed then 'counter' else 'lockbox' end
		from clinic.stop p where p.stop = stop_is_blind.stop) = 'before', false);
end $$;

-- The bags taken in a pickup.
create or replace function clinic.pickup_taken(pickup_id bigint) returns setof text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup;
begin
	select x.* into p from clinic.pickup x where x.pickup_id = pickup_taken.pickup_id;
	return query
	select u.bag from clinic.bag_under_way u
	where u.operator_id = p.courier and u.since >= p.opened_at
		and exists (select 1 from custody.event e where e.subject = u.bag and e.kind = 'departed' and e.recorded_at >= p.opened_at
			and clinic.body_of(e.body) ->> 'pickup' = p.pickup_id::text)
	order by u.bag;
end $$;

-- The pickup that this station is at, null when at none.
create or replace function clinic.pickup_now(actor clinic.actor) returns clinic.pickup
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	p clinic.pickup;
begin
	select x.* into p from clinic.pickup x where x.pickup_id = w.pickup_id and w.kind = 'pickup' and x.courier = actor.operator_id
		and not clinic.pickup_is_over(x.pickup_id);
	return p;
end $$;

create or replace function clinic.pickup_is_over(pickup_id bigint) returns bool
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.event e where e.subject = 'pickup:' || $1 and e.kind in ('picked_up', 'nothing_here', 'no_access'));
end $$;

-- A station leaves the pickup that it is at for something else (another courier signed on, the phone was put to other use), and
-- nobody said how it ended: that is written, with what is known. Its bags stay its courier's, who goes on with it by
-- scanning the stop again. next: the pickup that comes after, when it is one.
create or replace function clinic.pickup_park(actor clinic.actor, next bigint default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	p clinic.pickup;
begin
	select x.* into p from clinic.pickup x where w.kind = 'pickup' and x.pickup_id = w.pickup_id and x.pickup_id is distinct from next;
	if p.pickup_id is null or clinic.pickup_is_over(p.pickup_id) then
		return;
	end if;
	perform clinic.pickup_event(actor, p.pickup_id, 'remark', jsonb_build_object('remark', 'unfinished', 'stop', p.stop, 'courier', p.courier,
		'bags', to_jsonb(array(select x from clinic.pickup_taken(p.pickup_id) x)), 'counts', coalesce(w.data -> 'counts', '[]'),
		'left', coalesce((select jsonb_agg(jsonb_build_array(l.key, l.value) order by l.key) from jsonb_each(w.data -> 'left') l), '[]')));
end $$;

-- The pickup of this courier at this stop that was left unfinished today, null when none was; data: what was told of it.
create or replace function clinic.pickup_unfinished(courier bigint, stop text, out pickup_id bigint, out data jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	body jsonb;
begin
	select x.pickup_id into pickup_unfinished.pickup_id from clinic.pickup x
	where x.courier = $1 and x.stop = $2 and x.opened_at > clock_timestamp() - interval '12 hours' and not clinic.pickup_is_over(x.pickup_id)
	order by x.opened_at desc limit 1;
	select clinic.body_of(e.body) into body from custody.event e where e.subject = 'pickup:' || pickup_unfinished.pickup_id and e.kind = 'remark'
	order by e.event_id desc limit 1;
	data := coalesce((select w.data from clinic.station_work w where w.pickup_id = pickup_unfinished.pickup_id limit 1),
		case when body -> 'counts' <> '[]' then jsonb_build_object('counts', body -> 'counts') else '{}' end
		|| case when body -> 'left' <> '[]' then jsonb_build_object('left', (select jsonb_object_agg(l ->> 0, l ->> 1) from jsonb_array_elements(body -> 'left') l))
			else '{}' end);
end $$;

-- The pickups of today that somebody began, nobody ended and no station is at: where, whose, how many bags he has from there.
-- Of one courier also those that another phone than this station is at.
create or replace function clinic.pickups_unfinished(courier bigint default null, station_id bigint default null) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('stop', p.stop, 'name', st.name, 'courier', o.name, 'at', p.opened_at,
			'bags', (select count(*) from clinic.pickup_taken(p.pickup_id))) order by p.opened_at), '[]')
		from clinic.pickup p join clinic.stop st on st.stop = p.stop left join clinic.operator o on o.operator_id = p.courier
		where p.opened_at > clock_timestamp() - interval '12 hours' and ($1 is null or p.courier = pickups_unfinished.courier)
			and not clinic.pickup_is_over(p.pickup_id)
			and not exists (select 1 from clinic.station_work w where w.pickup_id = p.pickup_id
				and (pickups_unfinished.station_id is null or w.station_id = pickups_unfinished.station_id)));
end $$;

create or replace function clinic.pickup_event(actor clinic.actor, pickup_id bigint, kind text, body jsonb) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append('pickup:' || pickup_id, kind, body, actor.operator_id, actor.station_id);
end $$;

-- ---- scans ----------------------------------------------------------------------------------------------------------

-- At a pickup or hub station.
create or replace function clinic.courier_scan(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused text;
	j clinic.judgement;
begin
	about := about || jsonb_build_object('kind', case kind when 'label' then 'specimen' else coalesce(kind, 'other') end,
		'specimen_id', (custody.id_parse(code)).specimen_id, 'bag', case kind when 'bag' then code end);
	if kind = 'badge' then
		return clinic.courier_badge(actor, code, about);
	elsif kind is null then
		return clinic.scan_other(actor, code, about);
	end if;
	refused := clinic.require(actor, 'carry') ->> 'code';
	if not custody.id_is_for_here(code) then
		j := clinic.judged('stop', 'practice_and_real_bag');
	elsif kind = 'bag' then
		j := clinic.courier_bag(actor, s, code, refused);
	elsif kind in ('specimen', 'label') then
		j := clinic.courier_tube(actor, s, (custody.id_parse(code)).specimen_id, refused);
	elsif refused is not null then
		j := clinic.judged('question', refused);
	elsif kind = 'stop' then
		j := clinic.pickup_begun(actor, s, code);
	elsif kind = 'place' then
		j := clinic.courier_place(actor, code);
	else
		j := clinic.judged('note', 'not_here', jsonb_build_object('kind', kind));
	end if;
	j.about := about;
	return j;
end $$;

-- The stop's code begins a pickup. One that is under way is ended first.
create or replace function clinic.pickup_begun(actor clinic.actor, s clinic.scan, code text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	w clinic.station_work := clinic.work_of(actor.station_id);
	other clinic.pickup;
	mine record;
	st clinic.stop;
	words jsonb;
	n bigint;
begin
	select x.* into st from clinic.stop x where x.stop = code and x.active;
	if st.stop is null then
		return clinic.judged('question', 'stop_unknown', jsonb_build_object('text', code));
	elsif p.stop = code then
		return clinic.judged_custody('repeat', 'pickup_open', jsonb_build_object('stop_name', st.name));
	elsif p.pickup_id is not null then
		return clinic.judged_custody('question', 'pickup_open_first', jsonb_build_object('stop_name',
			(select x.name from clinic.stop x where x.stop = p.stop)));
	end if;
	-- one that another courier left open on this phone is parked, and this one told
	select x.* into other from clinic.pickup x where w.kind = 'pickup' and x.pickup_id = w.pickup_id and not clinic.pickup_is_over(x.pickup_id);
	select * into mine from clinic.pickup_unfinished(actor.operator_id, code) u;
	if mine.pickup_id is not null then
		return clinic.pickup_resumed(actor, s, st, mine.pickup_id, mine.data);
	end if;
	insert into clinic.pickup (pickup_id, stop, courier, station_id)
	values (custody.row_id(nextval('clinic.pickup_seq')), code, actor.operator_id, actor.station_id) returning * into p;
	perform clinic.pickup_event(actor, p.pickup_id, 'scanned', jsonb_build_object('stop', code, 'courier', actor.operator_id, 'scan', s.scan_id));
	perform clinic.work_set(actor, 'pickup', pickup_id => p.pickup_id);
	words := jsonb_build_object('stop_name', st.name);
	if other.pickup_id is not null then
		return clinic.judged_custody('stored', 'pickup_begun_after', words || jsonb_build_object('n', (select count(*) from clinic.pickup_taken(other.pickup_id)),
			'name', (select o.name from clinic.operator o where o.operator_id = other.courier), 'other', (select x.name from clinic.stop x where x.stop = other.stop)));
	elsif clinic.stop_is_blind(code) then
		return clinic.judged_custody('stored', 'pickup_begun_blind', words);
	end if;
	select count(*) into n from clinic.stop_bags(code) b;
	return clinic.judged_custody('stored', case when n = 0 then 'pickup_begun_none' else 'pickup_begun' end,
		words || jsonb_build_object('n', n, 'classes', clinic.classes_words(code)));
end $$;

-- The courier is back at a stop that was not finished: on this phone or another, with what was told before.
create or replace function clinic.pickup_resumed(actor clinic.actor, s clinic.scan, st clinic.stop, pickup_id bigint, data jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.pickup_event(actor, pickup_id, 'scanned', jsonb_build_object('stop', st.stop, 'courier', actor.operator_id, 'scan', s.scan_id));
	-- at one phone at a time
	delete from clinic.station_work w where w.pickup_id = pickup_resumed.pickup_id and w.station_id <> actor.station_id;
	perform clinic.work_set(actor, 'pickup', pickup_id => pickup_id, data => data);
	return clinic.judged_custody('stored', 'pickup_resumed', jsonb_build_object('stop_name', st.name,
		'n', (select count(*) from clinic.pickup_taken(pickup_id))));
end $$;

-- "REFRIGERATED 2, FROZEN STAT 1": what waits at a stop, in words.
create or replace function clinic.classes_words(stop text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select string_agg(x.what || ' ' || x.n, ', ' order by x.what) from (
		select clinic.class_words(t.class, t.stat) as what, count(*) as n
		from clinic.stop_bags(stop) b cross join lateral clinic.bag_trip(b.bag) t group by 1) x);
end $$;

-- A bag in a courier's hands.
create or replace function clinic.courier_bag(actor clinic.actor, s clinic.scan, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	p clinic.pickup := clinic.pickup_now(actor);
	trip record;
	u clinic.bag_under_way;
	why text;
	words jsonb;
begin
	perform custody.lock_subjects(array[code]);
	select * into trip from clinic.bag_trip(code) t;
	select x.* into u from clinic.bag_under_way x where x.bag = code;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat);
	why := case
		when refused is not null then refused
		when trip.phase_kind = 'held' then 'bag_on_hold'
		when w.kind = 'hand_over' or w.kind = 'place' then null
		when p.pickup_id is null and u.operator_id = actor.operator_id then 'bag_you_hold'
		when p.pickup_id is null then 'scan_stop_first'
		when code in (select x from clinic.pickup_taken(p.pickup_id) x) then 'bag_taken_already'
		when trip.phase_kind is null or u.bag is null or trip.closed is null then 'bag_not_closed' end;
	if why is not null then
		perform clinic.bag_seen(actor, s, code, why);
		return clinic.judged_custody(case why when 'bag_on_hold' then 'stop' when 'bag_taken_already' then 'repeat' when 'bag_you_hold' then 'note'
			else 'question' end, why, words);
	elsif w.kind = 'hand_over' then
		return clinic.bag_given(actor, s, code, w, trip);
	elsif w.kind = 'place' then
		return clinic.bag_at_place(actor, s, code, w.place, u, trip);
	end if;
	return clinic.bag_taken(actor, s, code, p, trip);
end $$;

-- Taken in a pickup: the courier has it from now on.
create or replace function clinic.bag_taken(actor clinic.actor, s clinic.scan, code text, p clinic.pickup, trip record) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	listed bool := code in (select b.bag from clinic.stop_bags(p.stop) b);
	whence text := (select u.place from clinic.bag_under_way u where u.bag = code);
	taken bigint;
	left_ bigint;
	words jsonb;
begin
	perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', actor.operator_id, 'pickup', p.pickup_id,
		'unlisted', not listed, 'place', whence, 'scan', s.scan_id), trip.lab_id);
	select count(*) into taken from clinic.pickup_taken(p.pickup_id) x;
	select count(*) into left_ from clinic.stop_bags(p.stop) b;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat) || jsonb_build_object('n', taken, 'of', taken + left_);
	if not listed then
		return clinic.judged_custody('question', 'bag_unlisted', words);
	elsif clinic.stop_is_blind(p.stop) and not (clinic.work_of(actor.station_id)).data ? 'counts' then
		return clinic.judged_custody('stored', 'bag_taken_blind', words - 'of');
	end if;
	return clinic.judged_custody(case when left_ = 0 then 'complete' else 'stored' end,
		case when left_ = 0 then 'bags_all_taken' else 'bag_taken' end, words);
end $$;

-- A place under a courier's hand: the stop's lockbox ends its pickup; any other is put into or taken from.
create or replace function clinic.courier_place(actor clinic.actor, code text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	place_name text := (select x.name from clinic.place x where x.place = code and x.active);
begin
	if place_name is null then
		return clinic.judged('question', 'place_unknown', jsonb_build_object('text', code));
	elsif p.pickup_id is not null and exists (select 1 from clinic.stop x where x.stop = p.stop and x.lockbox = code) then
		return clinic.pickup_finish(actor, p, 'lockbox', null, null);
	elsif p.pickup_id is not null then
		return clinic.judged_custody('question', 'pickup_open_first', jsonb_build_object('stop_name',
			(select x.name from clinic.stop x where x.stop = p.stop)));
	end if;
	perform clinic.work_set(actor, 'place', place => code);
	return clinic.judged_custody('stored', 'place_begun', jsonb_build_object('name', place_name));
end $$;

-- The bag goes into the place, or out of it when it is there.
create or replace function clinic.bag_at_place(actor clinic.actor, s clinic.scan, code text, place text, u clinic.bag_under_way, trip record)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat)
		|| jsonb_build_object('name', (select p.name from clinic.place p where p.place = bag_at_place.place));
begin
	if trip.closed is null then
		perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from', actor.operator_id, 'to_place', place, 'scan', s.scan_id), trip.lab_id);
		return clinic.judged_custody('question', 'placed_open', words);
	end if;
	if u.here then
		perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', actor.operator_id, 'pickup', null,
			'unlisted', u.place is distinct from bag_at_place.place, 'place', u.place, 'scan', s.scan_id), trip.lab_id);
	end if;
	if u.here and u.place = place then
		return clinic.judged_custody('stored', 'taken_from_place', words);
	elsif u.place = place then
		perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from_place', place, 'to', actor.operator_id, 'scan', s.scan_id), trip.lab_id);
		return clinic.judged_custody('stored', 'taken_from_place', words);
	end if;
	perform clinic.bag_event(actor, code, 'handed_over', jsonb_build_object('from', actor.operator_id, 'to_place', place, 'scan', s.scan_id), trip.lab_id);
	return clinic.judged_custody('stored', case when clinic.is_handed_in(clinic.holding_event(code), trip.lab_id) then 'handed_in' else 'placed' end, words);
end $$;

-- ---- badges: counter-signature, courier to courier ------------------------------------------------------------------

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

-- ---- tubes ----------------------------------------------------------------------------------------------------------

-- A tube in a courier's hands: looked at in its bag, or it travels alone.
create or replace function clinic.courier_tube(actor clinic.actor, s clinic.scan, id text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	p clinic.pickup := clinic.pickup_now(actor);
	b record;
	why text;
begin
	if not exists (select 1 from custody.head h where h.subject = id) then
		return clinic.judged('question', 'specimen_unknown', jsonb_build_object('text', id));
	end if;
	perform custody.lock_subjects(array[id]);
	select * into b from clinic.specimen_bag(id) x;
	why := case
		when refused is not null then refused
		when (custody.state(id)).kind = 'held' then 'tube_on_hold_leave'
		when b.closing is not null then 'tube_in_closed_bag'
		when w.kind = 'hand_over' then null
		when p.pickup_id is null then 'scan_stop_first' end;
	if why is not null then
		perform clinic.scan_seen(actor, s, id, null, why);
		return clinic.judged(case why when 'tube_on_hold_leave' then 'stop' when 'tube_in_closed_bag' then 'note' else 'question' end, why,
			jsonb_build_object('bag', b.bag));
	end if;
	return clinic.tube_alone(actor, s, id, coalesce(w.to_operator, actor.operator_id), p.pickup_id);
end $$;

-- A tube goes with a courier and in no bag.
create or replace function clinic.tube_alone(actor clinic.actor, s clinic.scan, specimen_id text, courier bigint, pickup_id bigint)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(specimen_id, 'departed', jsonb_build_object('courier', courier, 'pickup', pickup_id, 'unlisted', true, 'place', null,
		'scan', s.scan_id), actor.operator_id, actor.station_id, lab => clinic.specimen_lab(specimen_id));
	return clinic.judged_custody('question', 'tube_alone');
end $$;

-- ---- a pickup ends --------------------------------------------------------------------------------------------------

-- Everything said: the bags are the courier's. Else the question that stands against it: own count (policy courier_count),
-- and a reason for each bag on the list that is not there.
create or replace function clinic.pickup_finish(actor clinic.actor, p clinic.pickup, how text, signed_by bigint, why text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	st clinic.stop;
	taken text[] := array(select x from clinic.pickup_taken(p.pickup_id) x);
	told int[] := array(select c::int from jsonb_array_elements_text(w.data -> 'counts') c);
	missing text[];
	words jsonb;
begin
	select x.* into st from clinic.stop x where x.stop = p.stop;
	missing := array(select b.bag from clinic.stop_bags(p.stop) b where not coalesce(w.data -> 'left' ? b.bag, false) order by 1);
	words := jsonb_build_object('n', cardinality(taken), 'told', told[1], 'missing', cardinality(missing), 'stop_name', st.name,
		'bags', array_to_string(missing, ', '));
	if cardinality(taken) = 0 and w.data -> 'left' is null then
		return clinic.judged_custody('question', 'pickup_is_empty', words);
	elsif told[1] is null and (clinic.policy_value('courier_count') ->> (case when how = 'lockbox' or not st.staffed then 'lockbox' else 'counter' end))
			in ('before', 'after') then
		return clinic.judged_custody('question', 'count_bags', words);
	elsif told[1] <> cardinality(taken) and told[1] is distinct from told[2] then
		return clinic.judged_custody('question', 'pickup_count_differs', words);
	elsif cardinality(missing) > 0 then
		return clinic.judged_custody('question', 'bags_missing', words);
	end if;
	perform clinic.pickup_event(actor, p.pickup_id, 'picked_up', jsonb_build_object('stop', p.stop, 'courier', p.courier, 'how', how, 'signed_by', signed_by,
		'reason', why, 'count', told[1], 'bags', to_jsonb(taken),
		'left', coalesce((select jsonb_agg(jsonb_build_array(l.key, l.value) order by l.key) from jsonb_each(w.data -> 'left') l
			where l.key <> all (taken)), '[]')));
	perform clinic.work_end(actor.station_id);
	return clinic.judged_custody('complete', 'picked_up', words || jsonb_build_object('receipt', p.pickup_id & ((1::bigint << 40) - 1)));
end $$;

-- {bag: reason} of the bags that stay, from args; null when something in it is not right.
create or replace function clinic.left_given(args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if jsonb_typeof(args -> 'left') is distinct from 'array' then
		return case when coalesce(jsonb_typeof(args -> 'left'), 'null') = 'null' then '{}'::jsonb end;
	elsif jsonb_array_length(args -> 'left') > 200 or exists (select 1 from jsonb_array_elements(args -> 'left') l
			where (custody.id_parse(clinic.arg(l, 'bag'))).kind is distinct from 'bag'
				or not coalesce(clinic.reason_known('bag_left', clinic.arg(l, 'reason')), false)) then
		return null;
	end if;
	return (select coalesce(jsonb_object_agg(clinic.arg(l, 'bag'), clinic.arg(l, 'reason')), '{}') from jsonb_array_elements(args -> 'left') l);
end $$;

-- Notes the courier's own count and what stays here; and, when how is said, ends the pickup without a signature.
create or replace function clinic.pickup_closed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	how text := clinic.arg(args, 'how');
	staying jsonb := clinic.left_given(args);
	why text := clinic.arg(args, 'reason');
	st clinic.stop;
begin
	select x.* into st from clinic.stop x where x.stop = p.stop;
	if p.pickup_id is null then
		return clinic.judged_custody('question', 'no_pickup');
	elsif staying is null or how not in ('taken_alone', 'lockbox') or how = 'lockbox' and st.lockbox is null
		or clinic.arg(args, 'count') is not null and clinic.arg_count(args) is null then
		return clinic.judged('question', 'bad_request', '{"what": "how, count, left"}');
	elsif how = 'taken_alone' and clinic.policy_text('counter_sign') <> 'never' and not coalesce(clinic.reason_known('taken_alone', why), false) then
		return clinic.judged('question', 'reason_needed');
	end if;
	update clinic.station_work x set data = x.data
		|| case when staying = '{}' then '{}' else jsonb_build_object('left', coalesce(x.data -> 'left', '{}') || staying) end
		|| case when clinic.arg_count(args) is null then '{}' else jsonb_build_object('counts',
			jsonb_build_array(clinic.arg_count(args), x.data -> 'counts' -> 0)) end
	where x.station_id = actor.station_id;
	if how is null then
		return clinic.judged_custody('stored', 'pickup_noted', jsonb_build_object('stop_name', st.name));
	end if;
	return clinic.pickup_finish(actor, p, how, null, left(why, 200));
end $$;

-- Nothing here, or could not get in: with the stop's code scanned or not. What was on the list stays, and the clinic is told.
create or replace function clinic.pickup_none(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	st clinic.stop;
	how text := clinic.arg(args, 'how');
	why text := clinic.arg(args, 'reason');
	staying text[];
begin
	select x.* into st from clinic.stop x where x.stop = coalesce(clinic.arg(args, 'stop'), p.stop) and x.active;
	if st.stop is null or how is null or how not in ('nothing_here', 'no_access') then
		return clinic.judged('question', 'bad_request', '{"what": "stop, how"}');
	elsif how = 'no_access' and not coalesce(clinic.reason_known('no_access', why), false) then
		return clinic.judged('question', 'reason_needed');
	elsif p.stop <> st.stop then
		return clinic.judged_custody('question', 'pickup_open_first', jsonb_build_object('stop_name', (select x.name from clinic.stop x where x.stop = p.stop)));
	elsif exists (select 1 from clinic.pickup_taken(p.pickup_id) x) then
		return clinic.judged_custody('question', 'pickup_has_bags');
	elsif p.pickup_id is null then
		insert into clinic.pickup (pickup_id, stop, courier, station_id)
		values (custody.row_id(nextval('clinic.pickup_seq')), st.stop, actor.operator_id, actor.station_id) returning * into p;
	end if;
	staying := array(select b.bag from clinic.stop_bags(st.stop) b order by 1);
	perform clinic.pickup_event(actor, p.pickup_id, how, jsonb_build_object('stop', st.stop, 'courier', actor.operator_id, 'reason', why, 'left', to_jsonb(staying)));
	perform clinic.pickup_park(actor);
	perform clinic.work_end(actor.station_id);
	return clinic.judged_custody('stored', case when how = 'nothing_here' and cardinality(staying) > 0 then 'nothing_here_listed' else how end,
		jsonb_build_object('stop_name', st.name, 'n', cardinality(staying)));
end $$;

-- ---- bags that are not as they should be ----------------------------------------------------------------------------

-- A bag that nobody closed: the courier counts, closes and takes it; the laboratory scans all of it.
create or replace function clinic.bag_taken_open(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.pickup := clinic.pickup_now(actor);
	code text := clinic.arg(args, 'bag');
	n int := clinic.arg_count(args);
	tubes text[];
	trip record;
	key record;
begin
	if p.pickup_id is null then
		return clinic.judged_custody('question', 'no_pickup');
	elsif (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true or n is null then
		return clinic.judged('question', 'bad_request', '{"what": "bag, count"}');
	end if;
	tubes := array(select h.specimen_id from clinic.tube_here h where h.bag = code order by 1);
	perform custody.lock_subjects(array_append(tubes, code));
	select * into trip from clinic.bag_trip(code) t;
	if trip.phase_kind = 'held' then
		return clinic.judged_custody('stop', 'bag_on_hold', jsonb_build_object('bag', code));
	elsif trip.closed is not null and exists (select 1 from clinic.bag_under_way u where u.bag = code) then
		return clinic.judged_custody('question', 'bag_is_closed', jsonb_build_object('bag', code));
	end if;
	if trip.closed is not null or trip.opened is null then
		trip.lab_id := coalesce(trip.lab_id, case when (select count(*) from clinic.lab) = 1 then (select l.lab_id from clinic.lab l) end);
		insert into clinic.bag (bag, created_by) values (code, actor.operator_id) on conflict do nothing;
		perform clinic.bag_event(actor, code, 'bag_opened', jsonb_build_object('lab_id', trip.lab_id, 'class', null, 'stat', false, 'at', 'pickup'), trip.lab_id);
		trip.class := null;
		trip.stat := false;
	end if;
	tubes := array(select h.specimen_id from clinic.tube_here h where h.bag = code and h.specimen_id = any (tubes) order by 1);
	perform clinic.bag_event(actor, code, 'bag_closed', jsonb_build_object('lab_id', trip.lab_id, 'class', trip.class, 'stat', trip.stat, 'how', 'courier',
		'count', n, 'counts', jsonb_build_array(n), 'seal', null, 'tubes', clinic.tubes_pinned(tubes), 'left_out', jsonb_build_array()), trip.lab_id);
	perform clinic.bag_event(actor, code, 'departed', jsonb_build_object('courier', actor.operator_id, 'pickup', p.pickup_id,
		'unlisted', true, 'place', null), trip.lab_id);
	return clinic.judged_custody('stored', 'bag_taken_open', jsonb_build_object('bag', code, 'n', n));
end $$;

create or replace function clinic.bag_remarked(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'bag');
	what text := clinic.arg(args, 'remark');
	celsius numeric := case when clinic.arg(args, 'celsius') ~ '^-?[0-9]{1,3}(\.[0-9]{1,2})?$' then clinic.arg(args, 'celsius')::numeric end;
begin
	if (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true
		or not coalesce(clinic.reason_known('remark', what), false)
		or (what = 'temperature' or clinic.arg(args, 'celsius') is not null) and (celsius is null or celsius not between -200 and 100) then
		return clinic.judged('question', 'bad_request', '{"what": "bag, remark, celsius"}');
	end if;
	perform clinic.bag_event(actor, code, 'remark', jsonb_build_object('remark', what, 'celsius', celsius, 'note', left(clinic.arg(args, 'note'), 200)),
		(clinic.bag_trip(code)).lab_id);
	return clinic.judged_custody('stored', 'remark_stored', jsonb_build_object('bag', code));
end $$;
