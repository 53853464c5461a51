-- Papers that go along with tubes (contrib/FLOWS.md 1.1c): the packing list of a closed bag, the requisition of a visit or
-- of every patient in a bag. What stands on them, in words; the press lays it out and proves its codes. A paper is about
-- facts that are here already and moves nothing. Who had it made is kept (clinic.paper_made): it shows patients.

-- Which size: what is asked for, else the site's.
create or replace function clinic.paper_format(said text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when said in ('a4', 'letter', '4x6') then said
		when clinic.policy_text('paper_size') in ('a4', 'letter', '4x6') then clinic.policy_text('paper_size') else 'a4' end;
$$;

-- Words of others without what a paper may not hold (printers/page/content.h), of bounded length. Names are never touched.
create or replace function clinic.paper_words(said text) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select left(regexp_replace(coalesce(said, ''),
		'[\u0001-\u001f\u007f-\u009f\u00ad\u200b\u200e\u200f\u2028-\u202e\u2060-\u206f\ufeff\ufff9-\ufffd]+', ' ', 'g'), 1000);
$$;

-- Pairs of a name and its text, without those that have none.
create or replace function clinic.paper_facts(variadic said text[]) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_array(said[i], clinic.paper_words(said[i + 1])) order by i), '[]')
	from generate_series(1, cardinality(said), 2) i where said[i + 1] <> '';
$$;

create or replace function clinic.paper_moment(at timestamptz) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select to_char(at, 'FMDD Mon YYYY HH24:MI');
$$;

-- The tubes that a paper is about, or the code of the question that stands against it. At most as many as a bag closes with.
create or replace function clinic.paper_tubes(paper text, bag text, visit_id bigint, out code text, out tubes text[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	closed bigint;
	visit_state text;
begin
	if paper is null or paper not in ('packing_list', 'requisition') or (bag is null) = (visit_id is null)
		or paper = 'packing_list' and bag is null then
		code := 'paper_unknown';
	elsif not clinic.policy_value('papers') ? paper then
		code := 'paper_off';
	elsif bag is not null and ((custody.id_parse(bag)).kind is distinct from 'bag' or custody.id_is_for_here(bag) is not true) then
		code := 'paper_unknown';
	elsif bag is not null then
		closed := (clinic.bag_trip(bag)).closed;
		tubes := array(select c.specimen_id from clinic.bag_content c where c.event_id = closed order by 1 limit 601);
		code := case when closed is null then 'paper_bag_open' when tubes = '{}'
				or not exists (select 1 from clinic.specimen s where s.specimen_id = any (tubes)) then 'paper_bag_unknown'
			when cardinality(tubes) > 600 then 'paper_too_long' end;
	else
		select v.state into visit_state from clinic.visit v where v.visit_id = paper_tubes.visit_id;
		tubes := array(select s.specimen_id from clinic.specimen s where s.visit_id = paper_tubes.visit_id
			and exists (select 1 from custody.event e where e.subject = s.specimen_id and e.kind = 'collected') order by s.number limit 600);
		code := case when visit_state is distinct from 'closed' then 'paper_visit_open' when tubes = '{}' then 'paper_nothing_drawn' end;
	end if;
end $$;

-- One tube. whose: with name and number (a requisition says them above all rows). sensitive: with tests that no label names.
create or replace function clinic.paper_row(specimen_id text, whose bool, sensitive bool, symbol bool) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	s clinic.specimen;
	p clinic.patient;
	drawn timestamptz;
begin
	select x.* into s from clinic.specimen x where x.specimen_id = paper_row.specimen_id;
	select x.* into p from clinic.patient x where x.patient_id = s.patient_id;
	select e.occurred_at into drawn from custody.event e where e.subject = paper_row.specimen_id and e.kind = 'collected' order by e.event_id desc limit 1;
	return jsonb_build_object('id', paper_row.specimen_id, 'symbol', symbol, 'name', case when whose and p.patient_id is not null then clinic.patient_name(p) else '' end,
		'lines', (select coalesce(jsonb_agg(clinic.paper_words(l) order by n), '[]') from unnest(array[
			case when whose then 'Number ' || clinic.patient_number(p.patient_id) end,
			(select s.number || ' of ' || s.of || '   ' || c.cap || ' ' || c.name || case when s.parent_id is null then ''
				else ', ' || clinic.specimen_type_words(s.specimen_type) || ' of ' || s.parent_id end
				from clinic.container_type c where c.container_type_id = s.container_type_id),
			(select string_agg(distinct concat_ws(' ', nullif(t.code, ''), coalesce(x.name, t.name)), '; ')
				|| case when bool_or(o.priority = 'STAT') then '   STAT' else '' end
				from clinic.specimen_test st join clinic.lab_order_test t on t.lab_order_test_id = st.lab_order_test_id
				join clinic.lab_order o on o.lab_order_id = t.lab_order_id left join clinic.test x on x.test_id = t.test_id
				where st.specimen_id = s.specimen_id and t.state <> 'cancelled' and (paper_row.sensitive or coalesce(x.sensitive, true) = false)),
			coalesce('Drawn ' || clinic.paper_moment(drawn), 'No collection time')]) with ordinality u (l, n) where l <> ''));
end $$;

-- A bag's packing list, for who opens it: it lies inside, where a courier does not read it (RG-12).
create or replace function clinic.packing_list(bag text, tubes text[], names bool) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	trip record;
	e custody.event;
begin
	select * into trip from clinic.bag_trip(bag) t;
	select x.* into e from custody.event x where x.event_id = trip.closed;
	return jsonb_build_array(jsonb_build_object('id', bag, 'heading', clinic.class_words(trip.class, trip.stat),
		'sub', clinic.paper_words((select l.name from clinic.lab l where l.lab_id = trip.lab_id)),
		'facts', clinic.paper_facts('Account', (select l.account from clinic.lab l where l.lab_id = trip.lab_id),
			'From', (select st.name from clinic.station st where st.station_id = e.station_id),
			'Closed', concat_ws(', ', clinic.paper_moment(e.recorded_at), (select o.name from clinic.operator o where o.operator_id = e.operator_id)),
			'Seal', clinic.arg(clinic.body_of(e.body), 'seal'), 'Tubes', cardinality(tubes)::text),
		'rows', (select jsonb_agg(clinic.paper_row(s.specimen_id, names, names, false) order by p.family, p.given, s.patient_id, s.number, u.id) from unnest(tubes) u (id)
			cross join lateral (select u.id as specimen_id, x.patient_id, x.number from (select) one left join clinic.specimen x on x.specimen_id = u.id) s
			left join clinic.patient p on p.patient_id = s.patient_id)));
end $$;

-- One part of a requisition: a patient's tubes of a visit for one laboratory. A laboratory that is on no node has nothing
-- but the paper to read numbers from, so their bar codes stand on it; where ours is at work only a tube's own label is scanned.
create or replace function clinic.requisition_part(patient bigint, of_visit bigint, lab bigint, tubes text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.patient;
	l clinic.lab;
	o record;
begin
	select x.* into p from clinic.patient x where x.patient_id = patient;
	select x.* into l from clinic.lab x where x.lab_id = lab;
	select string_agg(distinct nullif(r.provider, ''), '; ') as provider, string_agg(distinct nullif(r.placer_number, ''), ', ') as numbers,
		min(coalesce(r.ordered_at, r.received_at)) as ordered_at, max(r.priority) as priority, string_agg(distinct nullif(r.source_text, ''), '; ') as source into o
	from clinic.specimen_test st join clinic.lab_order_test t on t.lab_order_test_id = st.lab_order_test_id
	join clinic.lab_order r on r.lab_order_id = t.lab_order_id
	where st.specimen_id = any (tubes) and t.state <> 'cancelled';
	return jsonb_build_object('id', '', 'heading', clinic.patient_name(p), 'sub', clinic.paper_words(concat_ws('     ',
			'Number ' || clinic.patient_number(p.patient_id), 'Born ' || clinic.birth_words(p),
			case p.sex when 'F' then 'Female' when 'M' then 'Male' end)),
		'facts', clinic.paper_facts('Laboratory', l.name, 'Account', l.account, 'Ordered by', o.provider, 'Order numbers', o.numbers,
			'Ordered', clinic.paper_moment(o.ordered_at), 'Priority', o.priority, 'Source', o.source,
			'Drawn by', (select w.name from clinic.visit v join clinic.operator w on w.operator_id = coalesce(v.drawn_by, v.held_by) where v.visit_id = of_visit),
			'Tubes', cardinality(tubes)::text),
		'rows', (select jsonb_agg(clinic.paper_row(u.id, false, true, l.node = 0) order by s.number, u.id)
			from unnest(tubes) u (id) join clinic.specimen s on s.specimen_id = u.id));
end $$;

create or replace function clinic.requisition(tubes text[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_agg(clinic.requisition_part(g.patient_id, g.visit_id, g.lab_id, g.tubes) order by p.family, p.given, g.patient_id, g.visit_id, g.lab_id)
	from (select s.patient_id, s.visit_id, s.lab_id, array_agg(s.specimen_id order by s.specimen_id) as tubes
		from clinic.specimen s where s.specimen_id = any (requisition.tubes) group by 1, 2, 3) g
	join clinic.patient p on p.patient_id = g.patient_id;
$$;

-- What the press draws (printers/page/paper.h); the core's own, never a page's.
create or replace function clinic.paper_view(actor clinic.actor, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	paper text := clinic.arg(args, 'paper');
	bag text := clinic.arg(args, 'bag');
	t record;
	names bool := clinic.policy_text('names_on_packing_list') = 'inside' and clinic.may(actor, 'see_patient');
begin
	select * into t from clinic.paper_tubes(paper, bag, clinic.arg_bigint(args, 'visit_id')) x;
	if t.code is not null then
		return clinic.reply('question', t.code, jsonb_build_object('bag', bag));
	end if;
	return clinic.reply('note', 'ok', jsonb_build_object('paper', jsonb_build_object('format', clinic.paper_format(clinic.arg(args, 'format')),
		'made_at', to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"'), 'practice', custody.is_practice(),
		'title', case paper when 'requisition' then 'Requisition' else 'Packing list' end, 'tick', paper = 'packing_list',
		'foot', clinic.paper_words(concat_ws(', ', 'Printed ' || clinic.paper_moment(clock_timestamp()), (select o.name from clinic.operator o where o.operator_id = actor.operator_id),
			(select s.name from clinic.station s where s.station_id = actor.station_id)) || '. Scan each tube itself: a paper is no tube.'),
		'parts', case paper when 'requisition' then clinic.requisition(t.tubes) else clinic.packing_list(bag, t.tubes, names) end)));
end $$;

-- The press made it, and it goes to this person: once this is stored.
create or replace function clinic.paper_was_made(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	paper text := clinic.arg(args, 'paper');
	bag text := clinic.arg(args, 'bag');
	visit_id bigint := clinic.arg_bigint(args, 'visit_id');
	pages bigint := clinic.arg_bigint(args, 'pages');
	t record;
begin
	select * into t from clinic.paper_tubes(paper, bag, visit_id) x;
	if t.code is not null then
		return clinic.judged('question', t.code, jsonb_build_object('bag', bag));
	elsif pages is null or pages not between 1 and 1000 or clinic.arg(args, 'sha256') is null or clinic.arg(args, 'sha256') !~ '^[0-9a-f]{64}$' then
		return clinic.judged('question', 'bad_request', '{"what": "pages, sha256"}');
	end if;
	insert into clinic.paper_made (paper, bag, visit_id, format, pages, sha256, made_by, station_id)
	values (paper, bag, visit_id, clinic.paper_format(clinic.arg(args, 'format')), pages, clinic.arg(args, 'sha256'), actor.operator_id, actor.station_id);
	return clinic.judged('stored', 'paper_made');
end $$;
