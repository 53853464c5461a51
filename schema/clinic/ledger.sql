-- The ledger: what was printed, drawn, packed, carried and received, each label and each tube counted once by its final
-- state, by query over events alone. Its two sides are found by different ways, so that what does not add up shows:
--
--   labels     printed = applied + handed_out + voided + destroyed + open
--              printed: copies that may be out in the world (the printer said so, bytes went out, or somebody tore one up).
--              applied: scanned back and the copy that counts; a cup's label whose cup is back. handed_out: the cup is out.
--              open: nobody has accounted for it. From its scans, whatever the printer said.
--   drawn      collected + without_collection = packed + still_here + alone + unlisted + gone
--              collected: the visit's closing, or the cup back, said so. without_collection: packed or received without, and
--              somebody was told. packed: put in a bag, by the time of its last closing or scan. still_here: in no bag, here by its
--              state. alone: travels without a bag. unlisted: received, and in no bag before. gone: thrown away or lost before.
--   packed     packed = departed + without_pickup + in_bags_here + ahead
--              left: as the laboratory judged it when it saw the tube, or as clinic.specimen_bag says of an unseen one. Right: by
--              times. departed: its bag was scanned at a pickup since; without_pickup: it only arrived; in_bags_here: neither;
--              ahead: the tube was received though its bag never left.
--   received   departed + without_pickup + ahead + alone + unlisted = accepted + rejected + held + missing + under_way
--              right: by state. accepted, rejected, held: seen at the laboratory. missing: unseen, and a closing named it or its
--              bag. under_way: unseen, and its bag left or arrived.
-- What nobody knew (unexpected) stands apart until its number is received.

-- A subject before ':' begins with a digit: it is a tube (a regular expression costs ten times as much).
-- Where each tube was put before a laboratory saw it, by the times of its own moves and of the bags that list it.
-- since: tubes first heard of then or later, of which prepared is the first; it reads the events since then, so a day costs
-- what a day brought. What is asked of a bag is asked once for all the tubes in it.
create or replace function clinic.ledger_tubes(since timestamptz)
returns table (specimen_id text, collected boolean, told boolean, seen boolean, judged_packed boolean, way text, outcome text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with heard as materialized (
		select e.subject, e.kind, e.recorded_at, e.event_id,
			e.kind in ('accepted', 'rejected') or e.kind in ('held', 'scanned') and e.body like '%"at": "lab"%' as at_lab,
			case when e.kind = 'packed' then substring(e.body, '"bag": "(B[0-9]{12})"')
				when e.kind in ('accepted', 'rejected', 'held', 'scanned') then substring(e.body, '"expected_bag": "(B[0-9]{12})"') end as bag,
			case when e.kind = 'packed' then e.body like '%"why": %' when e.kind in ('accepted', 'rejected', 'held', 'scanned')
				then (e.body like '%"early"%' or e.body like '%"not_collected"%') and e.body ~ '"flags": \[[^]]*"(early|not_collected)"' end as told,
			e.kind in ('accepted', 'rejected', 'held', 'scanned') and e.body like '%"early"%' and e.body ~ '"flags": \[[^]]*"early"' as early,
			e.kind = 'discrepancy_opened' and e.body like '%"why": "missing"%' as missed
		from custody.event e where e.recorded_at >= coalesce(since, '-infinity') and e.subject collate "C" < ':'
	), tube as materialized (
		select h.subject, bool_or(h.kind = 'collected') as collected, bool_or(h.missed) as missed,
			bool_or(h.told and (h.at_lab or h.kind = 'packed') or h.at_lab and h.kind = 'scanned') as told,
			bool_or(h.at_lab and h.early) as early, min(h.recorded_at) filter (where h.at_lab) as seen_at,
			coalesce(bool_or(h.at_lab), false) as seen, coalesce(bool_or(clinic.is_move_of_tube(h.kind)), false) as was_moved
		from heard h group by h.subject having since is null or bool_or(h.kind = 'prepared')
			or not exists (select 1 from custody.event f where f.subject = h.subject and f.recorded_at < since)
	), judged as (
		select distinct on (h.subject) h.subject, h.bag from heard h where h.at_lab order by h.subject, h.recorded_at, h.event_id
	), own as (
		select distinct on (h.subject) h.subject, h.kind, h.recorded_at, h.bag
		from heard h join tube t on t.subject = h.subject
		where clinic.is_move_of_tube(h.kind) and h.recorded_at < coalesce(t.seen_at, 'infinity')
		order by h.subject, h.recorded_at desc, h.event_id desc
	), content as materialized (
		select c.specimen_id, c.bag, c.event_id, t.seen_at from tube t join clinic.bag_content c on c.specimen_id = t.subject
	), closing as materialized (
		select c.event_id, e.recorded_at from (select distinct x.event_id from content x) c
		cross join lateral (select y.recorded_at from custody.event y where y.event_id = c.event_id limit 1) e
	), listed as (
		select distinct on (c.specimen_id) c.specimen_id, c.bag, c.event_id, e.recorded_at
		from content c join closing e on e.event_id = c.event_id
		where e.recorded_at < coalesce(c.seen_at, 'infinity')
		order by c.specimen_id, e.recorded_at desc, e.event_id desc
	), placed as materialized (
		select t.*, case when l.recorded_at > coalesce(o.recorded_at, '-infinity') then l.bag when o.kind = 'packed' then o.bag end as bag,
			greatest(l.recorded_at, o.recorded_at) as placed_at, o.kind as moved
		from tube t left join own o on o.subject = t.subject left join listed l on l.specimen_id = t.subject
	), bag_left as materialized (
		select x.bag, x.placed_at, clinic.ledger_way(x.bag, x.placed_at) as way
		from (select distinct p.bag, p.placed_at from placed p where p.bag is not null) x
	), moved as (
		-- the state of a tube that one node has moved: spares asking for each
		select h.subject, count(*) as n, max(h.moving_kind) as kind
		from tube t join custody.head h on h.subject = t.subject where h.moving_n is not null group by h.subject
	), unseen as materialized (
		-- as clinic.tube_bag, which is only asked about those that have a move of their own
		select t.subject, l.bag, l.event_id as closing from tube t left join listed l on l.specimen_id = t.subject where not t.seen and not t.was_moved
		union all
		select t.subject, b.bag, b.closing from tube t cross join lateral clinic.tube_bag(t.subject) b where not t.seen and t.was_moved
	), bag_now as materialized (
		select b.bag, x.closed, clinic.bag_is_missed(b.bag, x.opened_at) as missed,
			-- a hold of a bag takes it nowhere
			case x.phase_kind when 'held' then clinic.bag_stage(b.bag) else x.phase_kind end as stage
		from (select distinct u.bag from unseen u where u.bag is not null) b cross join lateral clinic.bag_trip(b.bag) x
	)
	select p.subject, p.collected, coalesce(p.told, false), p.seen_at is not null,
		case when p.seen_at is null then u.bag is not null when p.early then p.bag is not null else j.bag is not null end,
		case when p.bag is not null then w.way when p.moved in ('departed', 'arrived') then 'alone' end,
		case when p.seen_at is null then clinic.ledger_outcome(k.kind, p.collected, p.missed, u.bag, u.closing, b.closed, b.stage, b.missed)
			when k.kind in ('accepted', 'rejected', 'held') then k.kind else clinic.tube_outcome(p.subject, k.kind) end
	from placed p left join judged j on j.subject = p.subject left join bag_left w on w.bag = p.bag and w.placed_at = p.placed_at
	left join unseen u on u.subject = p.subject left join bag_now b on b.bag = u.bag left join moved m on m.subject = p.subject
	cross join lateral (select case when m.n > 1 then (custody.state(p.subject)).kind else m.kind end as kind) k;
end $$;

-- How a bag left in which something was put at a time: before the bag's next trip.
create or replace function clinic.ledger_way(bag text, placed_at timestamptz) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	-- from that time on, one by one: a tote has years of trips
	until timestamptz := (select e.recorded_at from custody.event e where e.subject = bag and e.kind = 'bag_opened'
		and e.recorded_at > placed_at and e.body not like '%"at": "lab"%' and e.body not like '%"again": true%' order by e.recorded_at limit 1);
	kinds text[] := array(select e.kind from custody.event e where e.subject = bag and e.kind in ('departed', 'arrived')
		and e.recorded_at > placed_at and e.recorded_at < coalesce(until, 'infinity'));
begin
	return case when 'departed' = any (kinds) then 'departed' when 'arrived' = any (kinds) then 'without_pickup' else 'in_bags_here' end;
end $$;

-- What became of a tube that no laboratory has seen: by its state, the bag it is in by the closing that lists it, and that
-- bag's last closing, how far it came, and whether it is missed on its present trip.
create or replace function clinic.ledger_outcome(kind text, collected boolean, missed boolean, bag text, closing bigint, closed bigint,
	stage text, bag_missed boolean) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if bag is null then
		return case when kind in ('departed', 'arrived') then 'under_way' when kind in ('disposed', 'lost') then 'gone'
			when collected then 'still_here' else 'never_drawn' end;
	elsif missed or (closed = closing or closing is null) and bag_missed then
		return 'missing';
	elsif closed <> closing or stage in ('departed', 'arrived') or stage = 'bag_opened' and closed is not null then
		return 'under_way';
	end if;
	return 'in_bag';
end $$;

-- A closing of a delivery named this bag as missing on its present trip, and it has not come since.
create or replace function clinic.bag_is_missed(bag text, opened_at timestamptz) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.event e where e.subject = $1
			and e.kind = 'discrepancy_opened' and e.body like '%"why": "missing"%' and e.recorded_at > coalesce($2, '-infinity'))
		and (clinic.bag_arrival(bag)).event_id is null; -- few are missed: asked last
end $$;

-- Each copy of each label, once: was it printed, and how it ended (null: it never was, and counts for nothing).
create or replace function clinic.ledger_labels(since timestamptz)
returns table (specimen_id text, copy int, printed boolean, ending text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with heard as materialized (
		select e.subject, e.kind, substring(e.body, '"copy": ([0-9]{1,2})[,}]')::int as copy, e.recorded_at, e.event_id
		from custody.event e where e.subject collate "C" < ':' and e.recorded_at >= coalesce(since, '-infinity')
			-- released: the label that a hold had made void counts again
			and e.kind in ('prepared', 'label_printed', 'labelled', 'handed_out', 'released', 'label_voided', 'label_destroyed')
	), fresh as materialized (
		select h.subject from heard h group by h.subject having since is null or bool_or(h.kind = 'prepared')
			or not exists (select 1 from custody.event f where f.subject = h.subject and f.recorded_at < since)
	), known as (
		select h.subject, h.copy, bool_or(h.kind in ('label_printed', 'label_destroyed')) as said,
			(array_agg(h.kind order by h.recorded_at desc, h.event_id desc) filter (where h.kind <> 'label_printed'))[1] as last
		from heard h join fresh f on f.subject = h.subject where h.copy is not null group by h.subject, h.copy
		union
		select j.specimen_id, j.copy, false, null from fresh f join clinic.print_job j on j.specimen_id = f.subject
		where not exists (select 1 from heard h where h.subject = j.specimen_id and h.copy = j.copy)
	), live as (
		select distinct on (h.subject) h.subject, h.copy from heard h
		where h.copy is not null and h.kind in ('labelled', 'handed_out', 'released')
		order by h.subject, h.recorded_at desc, h.event_id desc
	), told as (
		select k.subject, k.copy, k.last, v.copy = k.copy as is_live,
			k.said or exists (select 1 from clinic.print_job j where j.specimen_id = k.subject and j.copy = k.copy
				and clinic.print_job_left(j.print_job_id)) as printed
		from known k left join live v on v.subject = k.subject
	)
	select t.subject, t.copy, t.printed, case
		when t.last in ('label_voided', 'label_destroyed') then case when t.printed then substr(t.last, 7) end
		when t.last in ('labelled', 'handed_out', 'released') and not t.is_live then 'open'
		when t.last in ('labelled', 'released') then 'applied'
		when t.last = 'handed_out' then clinic.ledger_cup(t.subject)
		when t.printed then 'open' end
	from told t;
end $$;

-- The label of a cup that was handed out: with the patient, back, or loose when there will be nothing in it.
create or replace function clinic.ledger_cup(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when exists (select 1 from custody.event e where e.subject = $1 and e.kind = 'collected') or clinic.tube_was_seen($1) then 'applied'
		when (custody.state($1)).kind = 'not_collected' then 'open' else 'handed_out' end;
end $$;

create or replace function clinic.ledger_line(line text, of_left bigint, of_right bigint) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('line', $1, 'left', $2, 'right', $3, 'ok', $2 = $3);
end $$;

-- A month: what is older is asked for.
create or replace function clinic.ledger_default_since() returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return now() - interval '31 days';
end $$;

-- since: null, everything that this node knows.
create or replace function clinic.ledger_view(since timestamptz) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	l record;
	t record;
begin
	select count(*) filter (where x.printed) as printed, count(*) filter (where x.ending = 'applied') as applied,
		count(*) filter (where x.ending = 'handed_out') as handed_out, count(*) filter (where x.ending = 'voided') as voided,
		count(*) filter (where x.ending = 'destroyed') as destroyed, count(*) filter (where x.ending = 'open') as open
	into l from clinic.ledger_labels(since) x;
	select count(*) filter (where x.collected) as collected,
		count(*) filter (where not x.collected and x.told and (x.way is not null or x.seen)) as without_collection,
		count(*) filter (where x.judged_packed) as judged_packed, count(*) filter (where x.way <> 'alone') as packed,
		count(*) filter (where x.outcome = 'still_here') as still_here, count(*) filter (where x.way = 'alone') as alone,
		count(*) filter (where x.way is null and x.seen) as unlisted,
		count(*) filter (where x.outcome = 'gone' and x.collected) as gone, count(*) filter (where x.way = 'departed') as departed,
		count(*) filter (where x.way = 'without_pickup') as without_pickup,
		count(*) filter (where x.way = 'in_bags_here' and not x.seen) as in_bags_here,
		count(*) filter (where x.way = 'in_bags_here' and x.seen) as ahead,
		count(*) filter (where x.outcome = 'accepted') as accepted, count(*) filter (where x.outcome = 'rejected') as rejected,
		count(*) filter (where x.outcome = 'held') as held, count(*) filter (where x.outcome = 'missing') as missing,
		count(*) filter (where x.outcome = 'under_way') as under_way
	into t from clinic.ledger_tubes(since) x;
	return jsonb_build_object('from', since, 'labels', to_jsonb(l),
		'tubes', to_jsonb(t) - 'judged_packed' - 'without_pickup' || jsonb_build_object('in_bags_without_pickup', t.without_pickup),
		'unexpected', clinic.ledger_unexpected(since), 'balance', jsonb_build_array(
			clinic.ledger_line('labels', l.printed, l.applied + l.handed_out + l.voided + l.destroyed + l.open),
			clinic.ledger_line('drawn', t.collected + t.without_collection, t.packed + t.still_here + t.alone + t.unlisted + t.gone),
			clinic.ledger_line('packed', t.judged_packed, t.departed + t.without_pickup + t.in_bags_here + t.ahead),
			clinic.ledger_line('received', t.departed + t.without_pickup + t.ahead + t.alone + t.unlisted,
				t.accepted + t.rejected + t.held + t.missing + t.under_way)));
end $$;

-- Codes and stickers that nobody knew, but those whose number was received since.
create or replace function clinic.ledger_unexpected(since timestamptz) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select count(*) from custody.event e where e.kind = 'unexpected' and e.subject ~ '^D' and e.recorded_at >= coalesce(since, '-infinity')
		and not clinic.tube_was_seen(coalesce(substring(e.body, '"specimen_id": "([0-9]{12})"'), '')));
end $$;
