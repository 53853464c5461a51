-- One blood, two orders (contrib/POLICIES.md 4.5): an order that was cancelled after the draw comes again under a new
-- number, or the sender's order comes for one that was entered here. Who may say that both mean the same tube is a
-- person, never the system; then the tests of the new order are collected with that tube, and nobody is drawn twice.

-- Which tube a due order may have been drawn with: the same patient, the same test, within the days that the policies
-- cancel_after_draw (kind cancelled) and order_match_days (kind here) give. One row each order, tube and old order.
create or replace function clinic.order_matches()
returns table (new_order_id bigint, specimen_id text, old_order_id bigint, kind text, tests bigint[])
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	hold int := coalesce(clinic.policy_int('cancel_after_draw', 'hold_days'), 0);
	report int := coalesce(clinic.policy_int('order_match_days', 'report'), 30);
begin
	return query
	select n.lab_order_id, s.specimen_id, o.lab_order_id, case o.sender when 'here' then 'here' else 'cancelled' end,
		array_agg(distinct d.lab_order_test_id order by d.lab_order_test_id)
	from clinic.lab_order_test d
	join clinic.lab_order n on n.lab_order_id = d.lab_order_id
	join clinic.specimen s on s.patient_id = n.patient_id
	join clinic.specimen_test w on w.specimen_id = s.specimen_id
	join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id and t.test_id = d.test_id
	join clinic.lab_order o on o.lab_order_id = t.lab_order_id
	where d.state = 'due' and d.reason = '' and n.sender <> 'here'
		and (t.state = 'cancelled' and s.created_at > now() - make_interval(days => hold)
			or t.state = 'collected' and o.sender = 'here' and s.created_at > now() - make_interval(days => report)
				and not exists (select 1 from clinic.order_match m where m.lab_order_id = o.lab_order_id))
		and clinic.specimen_was_collected(s.specimen_id)
		and (custody.state(s.specimen_id)).kind not in ('held', 'rejected', 'lost', 'disposed')
	group by n.lab_order_id, s.specimen_id, o.lab_order_id, o.sender;
end $$;

-- The tube has an order again: what was waiting goes on.
create or replace function clinic.tube_rejoin(actor clinic.actor, tube text, tests bigint[], new_order_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	body jsonb := jsonb_build_object('tests', to_jsonb(tests), 'order', new_order_id);
begin
	if (custody.state(tube)).kind = 'order_cancelled' then
		perform custody.append(tube, 'released', body || jsonb_build_object('reason', 'order_match', 'was',
			(select e.body::jsonb -> 'was' from custody.event e where e.subject = tube and e.kind = 'order_cancelled'
				order by e.event_id desc limit 1)), actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	else
		perform custody.append(tube, 'remark', body || '{"remark": "order_match"}', actor.operator_id, actor.station_id,
			lab => clinic.specimen_lab(tube));
	end if;
end $$;

create or replace function clinic.order_matched(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_order clinic.lab_order;
	tube text := left(clinic.arg(args, 'specimen_id'), 12);
	m record;
begin
	select o.* into found_order from clinic.lab_order o where o.lab_order_id = clinic.arg_bigint(args, 'lab_order_id');
	if found_order.lab_order_id is null then
		return clinic.reply('question', 'order_unknown');
	elsif tube is null then
		return clinic.order_settled_alone(actor, found_order, coalesce(left(clinic.arg(args, 'note'), 1000), ''));
	end if;
	perform 1 from clinic.patient p where p.patient_id = found_order.patient_id for no key update;
	perform custody.lock_subjects(array[x.specimen_id]) from clinic.specimen x where x.specimen_id = tube;
	select x.* into m from clinic.order_matches() x
	where x.new_order_id = found_order.lab_order_id and x.specimen_id = tube order by x.kind, x.old_order_id limit 1;
	if m.new_order_id is null and exists (select 1 from clinic.order_match x
		where x.new_order_id = found_order.lab_order_id and x.specimen_id = tube) then
		return clinic.reply('repeat', 'order_matched');
	elsif m.new_order_id is null then
		return clinic.reply('question', 'order_match_none');
	end if;
	insert into clinic.specimen_test (specimen_id, lab_order_test_id) select tube, x from unnest(m.tests) x;
	update clinic.lab_order_test t set state = 'collected', state_at = now(), reason = 'order_match'
	where t.lab_order_test_id = any (m.tests);
	insert into clinic.order_match (lab_order_id, new_order_id, specimen_id, operator_id, station_id)
	values (m.old_order_id, m.new_order_id, tube, actor.operator_id, actor.station_id);
	perform clinic.tube_rejoin(actor, tube, m.tests, m.new_order_id);
	return clinic.reply('stored', 'order_matched');
end $$;

-- No order of the sender's will come for one that was entered here.
create or replace function clinic.order_settled_alone(actor clinic.actor, ord clinic.lab_order, note text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform 1 from clinic.lab_order o where o.lab_order_id = ord.lab_order_id for update;
	if ord.sender <> 'here' then
		return clinic.reply('question', 'order_match_none');
	elsif exists (select 1 from clinic.order_match m where m.lab_order_id = ord.lab_order_id) then
		return clinic.reply('repeat', 'looked_at');
	elsif note = '' then
		return clinic.reply('question', 'reason_needed');
	end if;
	insert into clinic.order_match (lab_order_id, note, operator_id, station_id)
	values (ord.lab_order_id, order_settled_alone.note, actor.operator_id, actor.station_id);
	return clinic.reply('stored', 'looked_at');
end $$;

create or replace function clinic.tests_words(tests bigint[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(coalesce(x.name, t.name) order by coalesce(x.name, t.name)), '[]')
		from clinic.lab_order_test t left join clinic.test x on x.test_id = t.test_id where t.lab_order_test_id = any ($1));
end $$;

-- What a person may join: the order that waits, and the tube that was drawn.
create or replace function clinic.matches_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('lab_order_id', m.new_order_id, 'specimen_id', m.specimen_id, 'kind', m.kind,
			'patient', jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id)),
			'tests', clinic.tests_words(m.tests), 'placer_number', n.placer_number, 'old_placer_number', o.placer_number,
			'container', c.cap || ' ' || c.name, 'collected_at', (select e.occurred_at from custody.event e
				where e.subject = m.specimen_id and e.kind = 'collected' order by e.event_id desc limit 1),
			'title', w ->> 'title', 'do', w ->> 'do') order by n.lab_order_id, m.specimen_id, o.lab_order_id), '[]')
		from clinic.order_matches() m
		join clinic.lab_order n on n.lab_order_id = m.new_order_id
		join clinic.lab_order o on o.lab_order_id = m.old_order_id
		join clinic.patient p on p.patient_id = n.patient_id
		join clinic.specimen s on s.specimen_id = m.specimen_id
		join clinic.container_type c on c.container_type_id = s.container_type_id
		cross join lateral clinic.reply('question', 'order_match_' || m.kind, jsonb_build_object(
			'new', n.placer_number, 'old', o.placer_number)) w);
end $$;

-- Orders entered here, drawn, and without the sender's own after the days of order_match_days.
create or replace function clinic.unmatched_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	remind int := coalesce(clinic.policy_int('order_match_days', 'remind'), 1);
	report int := coalesce(clinic.policy_int('order_match_days', 'report'), 30);
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('lab_order_id', o.lab_order_id,
			'patient', jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id)),
			'tests', clinic.tests_words(array(select t.lab_order_test_id from clinic.lab_order_test t
				where t.lab_order_id = o.lab_order_id)),
			'provider', o.provider, 'source', o.source, 'at', o.received_at,
			'late', o.received_at < now() - make_interval(days => report)) order by o.received_at), '[]')
		from clinic.lab_order o
		join clinic.patient p on p.patient_id = o.patient_id
		where o.sender = 'here' and o.received_at < now() - make_interval(days => remind)
			-- a list that is longer than a person reads in a season is not read
			and o.received_at > now() - make_interval(days => 3 * report)
			and exists (select 1 from clinic.lab_order_test t where t.lab_order_id = o.lab_order_id and t.state = 'collected')
			and not exists (select 1 from clinic.order_match m where m.lab_order_id = o.lab_order_id));
end $$;
