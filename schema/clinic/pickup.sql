-- A pickup, from the stop's code to the receipt: what waits at a stop, which pickup a station is at, how one begins, is left
-- and resumed, and how it ends. What is taken in it: courier.sql.

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

-- ---- a pickup begins ------------------------------------------------------------------------------------------------

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
