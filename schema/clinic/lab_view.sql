-- The laboratory's lists: read from events each time; no counter is kept. Patients stand only in what a receiver holds
-- (last) and in the reconciliation's tubes.

-- A tube as the lists name it; what this node has no row of is null.
create or replace function clinic.lab_tube_view(specimen_id text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('specimen_id', $1, 'number', null, 'of', null, 'patient', null, 'container', null,
		'class', (clinic.bag_trip((clinic.specimen_bag($1)).bag)).class, 'state', (custody.state($1)).kind, 'warnings', '[]'::jsonb)
		|| coalesce((select jsonb_build_object('number', s.number, 'of', s.of,
			'patient', jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id)),
			'container', jsonb_build_object('name', c.name, 'cap', c.cap, 'cap_colour', c.cap_colour))
		from clinic.specimen s join clinic.patient p on p.patient_id = s.patient_id
		join clinic.container_type c on c.container_type_id = s.container_type_id where s.specimen_id = $1), '{}');
end $$;

create or replace function clinic.operator_name(operator_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select o.name from clinic.operator o where o.operator_id = $1);
end $$;

-- ---- deliveries and their bags ------------------------------------------------------------------------------------------

create or replace function clinic.delivery_at(delivery text, kind text) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select max(e.recorded_at) from custody.event e where e.subject = $1 and e.kind = $2);
end $$;

-- Bags that the courier of a delivery should have handed over: he has them still, and had them when the receiver signed or,
-- when nobody did, when the last bag came (or he). What he took later is for another time.
create or replace function clinic.bags_expected(d clinic.delivery) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.bags_of_courier((d).courier, coalesce(clinic.delivery_at((d).delivery, 'handed_over'),
		(select max(e.recorded_at) from custody.event e
			where substring(e.body, '"delivery": "(D[0-9]{12})"') = (d).delivery and e.kind = 'arrived'), (d).opened_at));
end $$;

-- How many a delivery_closed found missing: its list may be cut short, and one of before has no number beside it.
create or replace function clinic.listed_count(closed jsonb, list text) returns int
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((closed ->> (list || '_n'))::int, jsonb_array_length(closed -> list));
end $$;

-- One line of the list of deliveries: what came with its bags or with none, as so many of so many; late: what was taken in in
-- it of another delivery's bags; found: what it was closed without, seen since. tubes: clinic.delivery_tubes of an open one, counted.
create or replace function clinic.delivery_view(d clinic.delivery, is_open boolean, counts jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	closed jsonb := case when not is_open then (select clinic.body_of(e.body) from custody.event e
		where e.subject = (d).delivery and e.kind = 'delivery_closed' order by e.event_id desc limit 1) end;
	bags int := cardinality(clinic.bags_of_delivery((d).delivery));
	missing int := case when is_open then (counts ->> 'missing')::int else (select count(*) from clinic.lab_question q
		where q.delivery = (d).delivery and q.kind = 'missing' and q.settled_by is null and q.subject !~ '^B') end;
begin
	counts := coalesce(closed, counts, '{}');
	return jsonb_build_object('delivery', (d).delivery, 'courier', clinic.operator_name((d).courier), 'opened_at', (d).opened_at,
		'signed_at', clinic.delivery_at((d).delivery, 'handed_over'), 'closed_at', clinic.delivery_at((d).delivery, 'delivery_closed'),
		'bags', bags, 'expected_bags', bags + case when is_open then cardinality(clinic.bags_expected(d)) else clinic.listed_count(closed, 'bags_missing') end,
		'accepted', coalesce((counts ->> 'accepted')::int, 0), 'rejected', coalesce((counts ->> 'rejected')::int, 0),
		'held', coalesce((counts ->> 'held')::int, 0), 'missing', coalesce(missing, 0), 'late', coalesce((counts ->> 'late')::int, 0),
		'found', case when is_open then 0 else (select count(*) from clinic.lab_question q
			where q.delivery = (d).delivery and q.kind = 'missing' and q.subject !~ '^B' and clinic.tube_was_seen(q.subject)) end,
		'tubes', coalesce((counts ->> 'accepted')::int + (counts ->> 'rejected')::int + (counts ->> 'held')::int
			+ case when is_open then (counts ->> 'missing')::int else clinic.listed_count(closed, 'missing') end, 0),
		'unexpected', (select count(*) from clinic.lab_question q where q.delivery = (d).delivery and q.kind = 'unexpected'));
end $$;

-- What is worth knowing about a bag at the lab: that it is on hold now, how it came, what was remarked since it was closed,
-- that its temperature is asked (asks: the policy temperature_reading).
create or replace function clinic.bag_flags_now(bag text, arrival custody.event, class text, since timestamptz, asks text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	flags text[] := array(select jsonb_array_elements_text(case jsonb_typeof(b -> 'flags') when 'array' then b -> 'flags' else '[]' end)
		from clinic.body_of(arrival.body) b);
	remarks jsonb[] := array(select clinic.body_of(e.body) from custody.event e
		where e.subject = bag and e.kind = 'remark' and e.recorded_at > since order by e.recorded_at, e.event_id);
	celsius numeric := (select (r ->> 'celsius')::numeric from unnest(remarks) with ordinality x (r, o)
		where r ->> 'remark' = 'temperature' and jsonb_typeof(r -> 'celsius') = 'number' order by o desc limit 1);
begin
	flags := case when (custody.state(bag)).kind = 'held' then array['on_hold'] else '{}' end || array_remove(flags, 'on_hold');
	flags := flags || array(select distinct r ->> 'remark' from unnest(remarks) r where r ->> 'remark' <> 'temperature');
	if celsius is not null then
		return flags || clinic.temperature_flag(class, celsius);
	elsif asks in ('at_dock', 'each_handover') or asks = 'at_dock_cold' and class in ('REF', 'FRZ') then
		return flags || 'temperature_asked'::text;
	end if;
	return flags;
end $$;

-- Outside of what the class allows. Source: USP General Chapter <659>, Packaging and Storage Requirements: freezer -25 to
-- -10 C (colder does no harm in transport), refrigerator 2 to 8 C, controlled room temperature with excursions 15 to 30 C.
create or replace function clinic.temperature_flag(class text, celsius numeric) returns text[]
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when celsius > case class when 'FRZ' then -10 when 'REF' then 8 else 30 end then array['too_warm']
		when celsius < case class when 'FRZ' then -273 when 'REF' then 2 else 15 end then array['too_cold'] else '{}' end;
end $$;

-- The bags of an open delivery: those that came, with how far they are scanned (tubes: clinic.delivery_tubes, counted by
-- bag), and those that its courier has still.
create or replace function clinic.delivery_bags(d clinic.delivery, counts jsonb)
returns table (bag text, class text, stat boolean, state text, tubes int, done int, flags text[], since timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with arrived as materialized (
		select distinct on (e.subject) e as arrival, e.subject as bag, clinic.bag_closing(e.subject, e) as closing from custody.event e
		where substring(e.body, '"delivery": "(D[0-9]{12})"') = (d).delivery and e.kind = 'arrived' order by e.subject, e.event_id desc
	), opened as materialized (
		select e.subject as bag, bool_or(e.body like '%"code": "opened"%') as opened, bool_or(e.body like '%"code": "emptied"%') as emptied from custody.event e
		where substring(e.body, '"delivery": "(D[0-9]{12})"') = (d).delivery and e.subject ~ '^B'
			and e.kind in ('bag_opened', 'scanned') and e.body ~ '"code": "(opened|emptied)"' group by e.subject
	), closing as materialized (
		select a.bag, clinic.body_of(e.body) as body, e.recorded_at from arrived a join custody.event e on e.event_id = a.closing
	), told as (
		select a.bag, a.arrival, coalesce(c.body ->> 'class', (select t.class from clinic.bag_trip(a.bag) t)) as class,
			coalesce(c.body -> 'stat' = 'true', (select t.stat from clinic.bag_trip(a.bag) t), false) as stat,
			coalesce(c.recorded_at, (a.arrival).recorded_at) as since, coalesce(o.opened, false) as opened, coalesce(o.emptied, false) as emptied,
			p.tubes, p.done, p.complete
		from arrived a left join closing c on c.bag = a.bag left join opened o on o.bag = a.bag
		cross join lateral (select * from clinic.bag_count(a.bag, a.arrival, c.body, counts -> a.bag)) p
	)
	select x.bag, x.class, x.stat, case when (x.complete or x.emptied) and 'on_hold' <> all (f.flags) then 'complete'
			when x.opened or x.done > 0 then 'opened' else 'arrived' end,
		x.tubes, x.done, f.flags, x.since
	from told x
	cross join lateral clinic.bag_flags_now(x.bag, x.arrival, x.class, x.since, (select clinic.policy_text('temperature_reading'))) f (flags)
	union all
	select b, t.class, t.stat, 'expected', (select count(*)::int from clinic.bag_content c where c.event_id = t.closed), 0, '{}', t.closed_at
	from unnest(clinic.bags_expected(d)) b cross join lateral clinic.bag_trip(b) t;
end $$;

-- As clinic.bag_progress, from what was counted already where the content is known.
create or replace function clinic.bag_count(bag text, arrival custody.event, closing jsonb, counts jsonb,
	out tubes int, out done int, out complete boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	p record;
begin
	if closing is null or closing ->> 'how' = 'courier' then
		select * into p from clinic.bag_progress(bag, arrival) x;
		tubes := p.tubes;
		done := p.done;
		complete := p.complete;
		return;
	end if;
	tubes := coalesce((counts ->> 'tubes')::int, 0);
	done := coalesce((counts ->> 'done')::int, 0);
	complete := tubes > 0 and done = tubes;
end $$;

-- ---- the questions list -----------------------------------------------------------------------------------------------------

-- What waits, and what was settled in the open deliveries. A hold that is over asks nothing any more.
create or replace function clinic.lab_questions() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		with item as (
			select q.event_id, q.subject, q.kind, q.delivery, q.settled_by from clinic.lab_question q
			where q.settled_by is null and (q.kind <> 'held' or q.event_id = (clinic.tube_hold(q.subject)).event_id)
			union all
			select q.event_id, q.subject, q.kind, q.delivery, q.settled_by from clinic.lab_question q
			join clinic.delivery_open o on o.delivery = q.delivery where q.settled_by is not null
		)
		select coalesce(jsonb_agg(clinic.lab_question_view(e, i.subject, i.kind, i.settled_by) order by e.recorded_at desc, e.event_id desc), '[]')
		from (select * from item order by settled_by is not null, event_id desc limit 300) i join custody.event e on e.event_id = i.event_id);
end $$;

create or replace function clinic.lab_question_view(e custody.event, subject text, kind text, settled_by bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	body jsonb := coalesce(clinic.body_of(e.body), '{}');
	tube text := case when subject ~ '^[0-9]' then subject end;
	bag text := coalesce(body ->> 'bag', body ->> 'expected_bag', case when subject ~ '^B' then subject end);
	words jsonb;
begin
	words := jsonb_build_object('tail', right(tube, 4), 'bag', coalesce(bag, '?'), 'reason', clinic.reason_words('reject', body ->> 'reason'),
		'expected_bag', coalesce(body ->> 'expected_bag', '?'), 'text', coalesce(body ->> 'found', tube, '?'),
		'tell', case when kind = 'rejected' then clinic.rejection_words(clinic.tube_is_stat(tube, bag)) end);
	return jsonb_build_object('event_id', e.event_id, 'kind', kind, 'specimen_id', tube, 'bag', bag, 'at', e.recorded_at,
		'by', clinic.operator_name(e.operator_id), 'delivery', substring(e.body, '"delivery": "(D[0-9]{12})"'),
		'text', case when kind = 'unexpected' then coalesce(body ->> 'found', (select clinic.scan_text(s.raw) from clinic.scan s
			where s.scan_id = clinic.arg_bigint(body, 'scan'))) end,
		'settled', coalesce((select jsonb_build_object('at', x.recorded_at, 'by', clinic.operator_name(x.operator_id),
				'note', clinic.body_of(x.body) ->> 'note') from custody.event x where x.event_id = settled_by),
			-- a number that nobody knew, and that was received since
			case when kind = 'unexpected' and tube is not null and clinic.tube_was_seen(tube) then clinic.found_view(tube) end))
		|| (select jsonb_build_object('title', m -> 'title', 'do', m -> 'do') from clinic.reply('question', 'item_' || kind
			|| case when kind = 'missing' and tube is null then '_bag'
				when kind = 'held' and e.body not like '%"at": "lab"%' and not clinic.tube_is_set_aside(tube) then '_loose' else '' end, words) m);
end $$;

create or replace function clinic.found_view(specimen_id text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select jsonb_build_object('at', e.recorded_at, 'by', clinic.operator_name(e.operator_id), 'note', 'received')
		from custody.event e where e.subject = $1 and e.kind in ('accepted', 'rejected', 'held') order by e.event_id desc limit 1);
end $$;

-- ---- receiving --------------------------------------------------------------------------------------------------------------------

-- The last tube that was scanned at a station, as it stands now.
create or replace function clinic.lab_last_view(w clinic.station_work) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	l jsonb := (w).data -> 'last';
	tube text := l ->> 'specimen_id';
begin
	if tube is null then
		return null;
	end if;
	return (clinic.lab_tube_view(tube) - 'warnings' - 'class') || jsonb_build_object(
		'printed', coalesce((select jsonb_agg(t.label_text order by t.label_text) from clinic.specimen_test x
			join clinic.lab_order_test o on o.lab_order_test_id = x.lab_order_test_id join clinic.test t on t.test_id = o.test_id
			where x.specimen_id = tube and t.label_text <> ''), '[]'),
		'flags', coalesce(l #> '{words,flags}', '[]'), 'verdict', l -> 'verdict', 'code', l -> 'code', 'bag', l #> '{words,bag_in_hand}',
		'expected_bag', l -> 'bag', 'at', l -> 'at', 'station', (select s.name from clinic.station s where s.station_id = (w).station_id),
		'place', case when l ->> 'verdict' in ('question', 'stop') then clinic.reply('note', 'questions_rack') ->> 'title' end,
		'can_reject', custody.may_move(tube, 'rejected') and (custody.state(tube)).kind is not null)
		|| (select jsonb_build_object('title', m -> 'title', 'do', m -> 'do') from clinic.reply(l ->> 'verdict', l ->> 'code', l -> 'words') m);
end $$;

create or replace function clinic.receiving_view(actor clinic.actor) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of((actor).station_id);
	d clinic.delivery;
	is_open boolean;
	totals jsonb;
	by_bag jsonb;
	deliveries jsonb := '[]';
	bags jsonb := '[]';
begin
	for d in select x.* from clinic.delivery x left join clinic.delivery_open o on o.delivery = x.delivery
		where o.delivery is not null or x.opened_at > clock_timestamp() - interval '1 day'
		order by o.delivery is null, x.opened_at desc limit 50
	loop
		totals := null;
		is_open := exists (select 1 from clinic.delivery_open o where o.delivery = d.delivery);
		if is_open then
			select c.totals, c.by_bag into totals, by_bag from clinic.delivery_counts(d.delivery) c;
			bags := bags || coalesce((select jsonb_agg(to_jsonb(b) || jsonb_build_object('delivery', d.delivery) order by b.bag)
				from clinic.delivery_bags(d, by_bag) b), '[]');
		end if;
		deliveries := deliveries || clinic.delivery_view(d, is_open, totals);
	end loop;
	return jsonb_build_object('deliveries', deliveries,
		'work', case when w.kind in ('dock', 'bench') then jsonb_build_object('kind', w.kind, 'delivery', w.delivery, 'bag', w.bag) end,
		'open_first', clinic.open_first(bags), 'bags', bags, 'last', clinic.lab_last_view(w), 'reject', clinic.reject_view(actor, w), 'questions', clinic.lab_questions());
end $$;

-- The tubes of a delivery counted: in all, and by bag.
create or replace function clinic.delivery_counts(delivery text, out totals jsonb, out by_bag jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	with tube as (
		select t.specimen_id, t.bag, t.outcome, coalesce(t.late, false) as late from clinic.delivery_tubes($1) t
	), bag as (
		select t.bag, jsonb_build_object('tubes', count(*), 'done', count(*) filter (where t.outcome <> 'missing')) as n
		from tube t where t.bag is not null and not t.late group by t.bag
	)
	select (select jsonb_build_object('accepted', count(*) filter (where t.outcome = 'accepted' and not t.late),
			'rejected', count(*) filter (where t.outcome = 'rejected' and not t.late), 'held', count(*) filter (where t.outcome = 'held' and not t.late),
			'missing', count(*) filter (where t.outcome = 'missing'), 'late', count(*) filter (where t.late)) from tube t),
		(select coalesce(jsonb_object_agg(b.bag, b.n), '{}') from bag b)
	into totals, by_bag;
end $$;

-- The three bags to open first: STAT, then what was closed longest ago.
create or replace function clinic.open_first(bags jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('bag', x.bag, 'why', clinic.reply('note', case when x.stat then 'open_first_stat' else 'open_first_old' end,
			jsonb_build_object('at', to_char(x.since, 'HH24:MI'))) ->> 'title') order by x.stat desc, x.since, x.bag), '[]')
		from (select b ->> 'bag' as bag, (b ->> 'stat')::boolean as stat, (b ->> 'since')::timestamptz as since
			from jsonb_array_elements(bags) b where b ->> 'state' = 'arrived'
			order by 2 desc, 3, 1 limit 3) x);
end $$;

-- ---- reconciliation ------------------------------------------------------------------------------------------------------------------

create or replace function clinic.reconciliation_view(d clinic.delivery) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	is_open boolean := exists (select 1 from clinic.delivery_open o where o.delivery = (d).delivery);
	closed jsonb := (select clinic.body_of(e.body) from custody.event e
		where e.subject = (d).delivery and e.kind = 'delivery_closed' order by e.event_id desc limit 1);
	bags_missing text[] := case when is_open then clinic.bags_expected(d)
		else array(select x from jsonb_array_elements_text(closed -> 'bags_missing') x where (clinic.bag_arrival(x)).event_id is null) end;
begin
	return (select jsonb_build_object('delivery', (d).delivery, 'state', case when is_open then 'open' else 'closed' end,
			'courier', clinic.operator_name((d).courier), 'opened_at', (d).opened_at,
			'signed_at', clinic.delivery_at((d).delivery, 'handed_over'), 'closed_at', clinic.delivery_at((d).delivery, 'delivery_closed'),
			'accepted', count(*) filter (where t.outcome = 'accepted' and t.late is not true),
			'late', coalesce(jsonb_agg(t.specimen_id order by t.specimen_id) filter (where t.late), '[]'),
			'rejected', coalesce(jsonb_agg(clinic.settled_view(t.specimen_id, t.bag, 'rejected') order by t.specimen_id) filter (where t.outcome = 'rejected'), '[]'),
			'held', coalesce(jsonb_agg(clinic.settled_view(t.specimen_id, t.bag, 'held') order by t.specimen_id) filter (where t.outcome = 'held'), '[]'),
			'missing', coalesce(jsonb_agg(clinic.missing_view(t.specimen_id, t.bag) order by t.bag, t.specimen_id) filter (where t.outcome = 'missing'), '[]'),
			'elsewhere', coalesce(jsonb_agg(t.specimen_id order by t.specimen_id) filter (where t.outcome = 'elsewhere'), '[]'),
			'unexpected', (select coalesce(jsonb_agg(v - 'title' - 'do' - 'kind' order by v ->> 'event_id'), '[]')
				from clinic.lab_question q join custody.event e on e.event_id = q.event_id
				cross join lateral clinic.lab_question_view(e, q.subject, q.kind, q.settled_by) v
				where q.delivery = (d).delivery and q.kind = 'unexpected'),
			'bags_missing', coalesce((select jsonb_agg(jsonb_build_object('bag', b, 'holder', clinic.holder(b)) order by b) from unnest(bags_missing) b), '[]'),
			'without_pickup', coalesce((select jsonb_agg(distinct e.subject) from custody.event e
				where substring(e.body, '"delivery": "(D[0-9]{12})"') = (d).delivery and e.kind = 'arrived'
					and clinic.body_of(e.body) -> 'without_pickup' = 'true'), '[]'))
		from clinic.delivery_tubes((d).delivery) t);
end $$;

-- A rejected or held tube: why, and who has it.
create or replace function clinic.settled_view(specimen_id text, bag text, kind text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	body jsonb := (select clinic.body_of(e.body) from custody.event e
		where e.subject = $1 and e.kind = $3 order by e.recorded_at desc, e.event_id desc limit 1);
begin
	return clinic.lab_tube_view($1) || jsonb_build_object('bag', bag, 'reason', case when kind = 'rejected'
			then clinic.reason_words('reject', body ->> 'reason') else clinic.reason_words('held', body ->> 'why') end,
		'note', body -> 'note', 'holder', clinic.holder($1));
end $$;

-- A missing tube: its bag, who had it last, who opened the bag and who brought it, and when its clinic is to be told (policy
-- missing_declared).
create or replace function clinic.missing_view(specimen_id text, bag text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	minutes int := clinic.policy_int('missing_declared', case when clinic.tube_is_stat($1, bag) then 'stat_minutes' else 'minutes' end);
	arrival custody.event := clinic.tube_arrival($1);
	opened custody.event := clinic.bag_opened_here(bag, arrival);
	courier bigint := coalesce(clinic.arg_bigint(clinic.body_of(arrival.body), 'courier'),
		clinic.arg_bigint(clinic.body_of((clinic.bag_departure(bag)).body), 'courier'));
begin
	return clinic.lab_tube_view($1) || jsonb_build_object('bag', bag, 'holder', clinic.holder($1),
		'opened', case when opened.event_id is not null then jsonb_build_object('by', clinic.operator_name(opened.operator_id),
			'station', clinic.when_where(opened.recorded_at, opened.station_id) -> 'station', 'at', opened.recorded_at) end,
		'brought', case when arrival.event_id is not null then jsonb_build_object('by', clinic.operator_name(courier), 'at', arrival.recorded_at) end,
		'declare_at', arrival.recorded_at + make_interval(mins => minutes));
end $$;
