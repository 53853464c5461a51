-- The blind count, and the closing that lists what is in the bag.

-- The bag that this station packs, when it is the one named (or none is) and open; else null.
create or replace function clinic.pack_work(actor clinic.actor, args jsonb) returns clinic.station_work
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.work_of(actor.station_id);
	trip record;
begin
	select * into trip from clinic.bag_trip(w.bag) t;
	if w.kind is distinct from 'pack' or coalesce(clinic.arg(args, 'bag'), w.bag) <> w.bag
		or trip.phase_kind is null or trip.phase_kind not in ('bag_opened', 'released') or trip.closed is not null then
		return null;
	end if;
	return w;
end $$;

create or replace function clinic.arg_count(args jsonb) returns int
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when clinic.arg(args, 'count') ~ '^[0-9]{1,4}$' then clinic.arg(args, 'count')::int end;
end $$;

create or replace function clinic.bag_counted(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.pack_work(actor, args);
	told int := clinic.arg_count(args);
	t record;
begin
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	elsif told is null then
		return clinic.judged('question', 'bad_request', '{"what": "count"}');
	end if;
	-- the last ten tell the story
	update clinic.station_work x set data = x.data || jsonb_build_object('counts',
		(select jsonb_agg(c order by n) from (select c, n from jsonb_array_elements(coalesce(x.data -> 'counts', '[]') || to_jsonb(told))
			with ordinality a (c, n) order by n desc limit 10) y))
	where x.station_id = actor.station_id returning * into w;
	select * into t from clinic.pack_tally(w) x;
	if t.agrees then
		return clinic.judged_custody('complete', 'count_agrees', jsonb_build_object('n', told));
	end if;
	return clinic.judged_custody('question', 'count_differs', jsonb_build_object('n', told, 'expected', t.expected));
end $$;

-- Tubes that were in the bag when it was opened again and were neither scanned nor left out since: nobody has said whether
-- they are in it still.
create or replace function clinic.tubes_unsaid(bag text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select h.specimen_id from clinic.tube_here h where h.bag = tubes_unsaid.bag and not h.scanned order by 1);
end $$;

-- What goes into the bag as it is closed: (how, tubes), or how null and the code of the question that stands against it.
create or replace function clinic.bag_content_now(w clinic.station_work, trip record, out how text, out tubes text[], out code text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	t record;
	check_ text := clinic.policy_text('pack_check');
begin
	select * into t from clinic.pack_tally(w) x;
	how := case
		when check_ = 'trust' then 'trust'
		when check_ = 'scan_each' or t.scanned = t.expected then 'scan_each'
		when t.told = t.expected then 'count'
		when t.told = t.scanned then 'scan_each' end;
	if how is null then
		code := case when t.told is null then 'count_first' else 'count_differs' end;
		return;
	end if;
	tubes := array(select b.specimen_id from clinic.bag_tubes(w.bag, trip.lab_id, trip.class, trip.stat) b
		where b.scanned or how <> 'scan_each' and (b.inside or not coalesce(w.data -> 'left_out' ? b.specimen_id, false))
		order by b.specimen_id);
	if check_ = 'scan_each' and clinic.tubes_unsaid(w.bag) <> '{}' then
		how := null;
		code := 'not_scanned_again';
	elsif cardinality(tubes) = 0 then
		how := null;
		code := 'bag_is_empty';
	elsif cardinality(tubes) > 600 then
		how := null;
		code := 'bag_too_full';
	end if;
end $$;

create or replace function clinic.seal_given(args jsonb) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when length(clinic.arg(args, 'seal')) <= 40 and (custody.id_parse(clinic.arg(args, 'seal'))).kind is null then clinic.arg(args, 'seal') end;
end $$;

create or replace function clinic.bag_closed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	w clinic.station_work := clinic.pack_work(actor, args);
	trip record;
	meant record;
	now_ record;
	held text[];
	more bigint;
begin
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	elsif clinic.policy_text('seal') = 'numbered' and clinic.seal_given(args) is null then
		return clinic.judged('question', 'seal_number');
	end if;
	select * into trip from clinic.bag_trip(w.bag) t;
	select * into meant from clinic.bag_content_now(w, trip) c;
	-- those that are inside and are not meant too: they will be said to be out
	perform custody.lock_subjects(meant.tubes || array(select h.specimen_id from clinic.tube_here h where h.bag = w.bag) || w.bag);
	-- somebody else may have packed one of them meanwhile, or closed this very bag
	w := clinic.pack_work(actor, args);
	if w.station_id is null then
		return clinic.judged_custody('question', 'no_bag_open');
	end if;
	select * into trip from clinic.bag_trip(w.bag) t;
	select * into now_ from clinic.bag_content_now(w, trip) c;
	if now_.how is null or now_.tubes is distinct from meant.tubes then
		return clinic.judged_custody('question', coalesce(now_.code, 'count_differs'), clinic.bag_words(w.bag, trip.lab_id, trip.class, trip.stat)
			|| (select jsonb_build_object('n', coalesce(t.told::text, '?'), 'expected', t.expected) from clinic.pack_tally(w) t)
			|| (select jsonb_build_object('unsaid', cardinality(u), 'tubes', clinic.tails_words(u)) from clinic.tubes_unsaid(w.bag) u));
	end if;
	held := array(select right(t, 4) from unnest(now_.tubes) t where (custody.state(t)).kind = 'held');
	if held <> '{}' then
		return clinic.judged_custody('question', 'tube_held_inside', jsonb_build_object('tubes', array_to_string(held, ', ')));
	end if;
	perform clinic.bag_close_do(actor, w, trip, now_.how, now_.tubes, clinic.seal_given(args));
	perform clinic.work_end(actor.station_id);
	select count(*) into more from clinic.tubes_waiting() k where k.lab_id = trip.lab_id and k.class = trip.class and k.stat = trip.stat;
	return clinic.judged_custody('complete', case when more > 0 then 'bag_closed_more' else 'bag_closed' end,
		clinic.bag_words(w.bag, trip.lab_id, trip.class, trip.stat) || jsonb_build_object('n', cardinality(now_.tubes), 'more', more));
end $$;

-- The last four digits of tubes, of twenty at most.
create or replace function clinic.tails_words(tubes text[]) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select string_agg('... ' || right(t, 4), ', ' order by t) from unnest(tubes[1:20]) t) || case when cardinality(tubes) > 20 then ', ...' else '' end;
end $$;

-- The closing itself; its tubes and the bag are locked. What was closed in before and was not counted now was taken out.
create or replace function clinic.bag_close_do(actor clinic.actor, w clinic.station_work, trip record, how text, tubes text[], seal text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	gone text;
begin
	for gone in select h.specimen_id from clinic.tube_here h where h.bag = w.bag and h.specimen_id <> all (tubes) order by h.specimen_id loop
		perform custody.append(gone, 'unpacked', jsonb_build_object('bag', w.bag, 'why', 'not_counted'),
			actor.operator_id, actor.station_id, lab => clinic.specimen_lab(gone));
	end loop;
	perform clinic.bag_event(actor, w.bag, 'bag_closed', jsonb_build_object('lab_id', trip.lab_id, 'class', trip.class, 'stat', trip.stat, 'how', how,
		'count', cardinality(tubes), 'counts', coalesce(w.data -> 'counts', '[]'), 'seal', seal,
		'tubes', clinic.tubes_pinned(tubes),
		'left_out', coalesce((select jsonb_agg(jsonb_build_array(l.key, l.value) order by l.key) from jsonb_each(w.data -> 'left_out') l), '[]')), trip.lab_id);
end $$;

-- [[specimen, hash of this node's last event of it] ...] by id: what a closing lists.
create or replace function clinic.tubes_pinned(tubes text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_array(u.id, encode(h.hash, 'hex')) order by u.id), '[]')
		from unnest(tubes) u (id) join custody.head h on h.subject = u.id and h.node = custody.node());
end $$;
