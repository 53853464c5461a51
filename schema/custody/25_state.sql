-- State: a function of the set of events, through head, so that all nodes agree whatever came first.

-- The number of node's last event in an event's after; 0 when it is not there.
create or replace function custody.after_n(after text, node int) returns int
language sql immutable parallel safe
return coalesce(substring(',' || after from ',' || node || ':([0-9]+):')::int, 0);

do $$
begin
	if to_regtype('custody.subject_state') is null then
		create type custody.subject_state as (phase int, kind text, n int, node int, occurred_at timestamptz);
	end if;
end
$$;

-- Of the nodes' last moving events the one that no other's after covers; of several such the later phase, then
-- recorded_at, then node. All null when nothing has moved it yet.
create or replace function custody.state(subject text) returns custody.subject_state
language plpgsql stable security definer set search_path = pg_catalog, pg_temp
as $$
declare
	-- one author: no order is needed, and without one it costs half
	found custody.subject_state[] := array(select row(h.moving_phase, h.moving_kind, h.moving_n, h.node, h.moving_occurred_at)::custody.subject_state
		from custody.head h where h.subject = state.subject and h.moving_n is not null);
	found_state custody.subject_state;
begin
	if cardinality(found) < 2 then
		return found[1];
	end if;
	select h.moving_phase, h.moving_kind, h.moving_n, h.node, h.moving_occurred_at into found_state
	from custody.head h
	where h.subject = state.subject and h.moving_n is not null
	order by exists (select from custody.head o
			where o.subject = h.subject and o.node <> h.node and custody.after_n(o.moving_after, h.node) >= h.moving_n),
		h.moving_phase desc, h.moving_recorded_at desc, h.node desc
	limit 1;
	return found_state;
end
$$;

-- head as the events say it should be.
create or replace view custody.head_rebuilt as
	select e.subject, (e.event_id >> 40)::int as node, e.n, e.event_id, e.hash, m.n as moving_n,
		m.event_id as moving_event_id, m.kind as moving_kind, m.phase as moving_phase, m.after as moving_after,
		m.occurred_at as moving_occurred_at, m.recorded_at as moving_recorded_at
	from (select distinct on (subject, event_id >> 40) *
			from custody.event order by subject, event_id >> 40, n desc, event_id desc) e
		left join (select distinct on (subject, event_id >> 40) v.*, coalesce(k.phase, 0) as phase
			from custody.event v left join custody.event_kind k using (kind)
			where v.moves order by subject, event_id >> 40, n desc, event_id desc) m
		on m.subject = e.subject and m.event_id >> 40 = e.event_id >> 40;

-- Writes head, and what else is derived from events, anew; returns how many rows were not as they should be. Writers wait.
create or replace function custody.rebuild() returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
declare
	wrong bigint;
begin
	lock table custody.event, custody.head in share row exclusive mode;
	select count(*) into wrong from (
		(select * from custody.head except select * from custody.head_rebuilt)
		union all (select * from custody.head_rebuilt except select * from custody.head)) d;
	delete from custody.head;
	insert into custody.head select * from custody.head_rebuilt;
	return wrong + clinic.bag_rebuild();
end
$$;
