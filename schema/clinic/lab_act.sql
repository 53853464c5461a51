-- What a receiver decides: accepted with a remark, an item of the list dealt with, the delivery closed (rejected:
-- lab_reject.sql; two tubes with one number: two_tubes.sql). Each is an event; nothing that was stored before is changed by it.

-- The tube that is named in args, as what it stands for here.
create or replace function clinic.lab_tube_named(args jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text := (custody.id_parse(clinic.arg(args, 'specimen_id'))).specimen_id;
begin
	return case when custody.id_is_for_here(id) and (clinic.tube_is_known(id) or clinic.tube_is_early(id)) then id end;
end $$;

-- The delivery in which a tube was taken in; null: in none, or not at all.
create or replace function clinic.tube_delivery(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select substring(e.body, '"delivery": "(D[0-9]{12})"') from custody.event e
		where e.subject = $1 and e.kind in ('accepted', 'rejected', 'held')
			and substring(e.body, '"delivery": "(D[0-9]{12})"') is not null
		order by e.recorded_at, e.event_id limit 1);
end $$;

create or replace function clinic.tube_is_stat(specimen_id text, bag text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((clinic.bag_trip(bag)).stat, false) or exists (select 1 from clinic.specimen_test w
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		join clinic.lab_order o on o.lab_order_id = t.lab_order_id where w.specimen_id = $1 and o.priority = 'STAT');
end $$;

-- How the clinic is told, in words (policy rejection_tell, ER-28).
create or replace function clinic.rejection_words(stat boolean) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	rule jsonb := clinic.policy_value('rejection_tell') -> case when stat then 'stat' else 'default' end;
begin
	return clinic.reply('note', case when rule ->> 'how' = 'phone' then 'tell_by_phone' else 'tell_by_message' end,
		jsonb_build_object('minutes', rule ->> 'minutes', 'hours', rule ->> 'working_hours')) ->> 'title';
end $$;

-- Received with a remark: the third outcome beside accepted and rejected.
create or replace function clinic.tube_remarked(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text := clinic.lab_tube_named(args);
	what text := clinic.arg(args, 'remark');
begin
	if tube is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}');
	elsif not coalesce(clinic.reason_known('accept_remark', what), false) then
		return clinic.judged('question', 'reason_needed');
	end if;
	perform custody.lock_subject(tube);
	if not exists (select 1 from custody.event e where e.subject = tube and e.kind = 'accepted') then
		return clinic.judged('question', 'receive_first');
	end if;
	perform custody.append(tube, 'remark', jsonb_build_object('remark', what, 'celsius', null, 'note', coalesce(left(clinic.arg(args, 'note'), 200), ''),
		'at', 'lab'), actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	return clinic.judged_custody('stored', 'remarked', jsonb_build_object('remark', clinic.reason_words('accept_remark', what)));
end $$;

-- An item of the questions list is dealt with. Of a rejection: whom was told, how, and who took it (ER-28).
create or replace function clinic.question_settled(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id bigint := clinic.arg_bigint(args, 'event_id');
	note text := coalesce(left(clinic.arg(args, 'note'), 200), '');
	about text := (select e.subject from custody.event e where e.event_id = id);
	q clinic.lab_question;
begin
	-- the subject before its row, as a scan that finds a missing tube: what the other way round would be a deadlock
	if about is not null then
		perform custody.lock_subject(about);
	end if;
	select x.* into q from clinic.lab_question x where x.event_id = id for update;
	if q.event_id is null then
		return clinic.judged('question', 'question_unknown');
	elsif q.settled_by is not null then
		return clinic.judged('repeat', 'question_settled');
	elsif q.kind = 'rejected' and note = '' then
		return clinic.judged('question', 'note_needed');
	end if;
	perform clinic.lab_settle(actor, q, case when q.kind = 'unexpected' then q.delivery else q.subject end, note);
	return clinic.judged_custody('stored', 'question_settled');
end $$;

-- ---- the delivery is closed -----------------------------------------------------------------------------------------------

-- A delivery's tubes: those that its bags list, and those taken in in it. outcome: accepted rejected held, missing (listed
-- and seen by nobody), or elsewhere (listed here, taken in in another delivery). late: taken in here, though its bag came in
-- another delivery, which counts it. Each tube once.
create or replace function clinic.delivery_tubes(delivery text)
returns table (specimen_id text, bag text, outcome text, kind text, late boolean)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with arrived as materialized (
		select e.subject as bag, clinic.bag_closing(e.subject, e) as closing from custody.event e
		where substring(e.body, '"delivery": "(D[0-9]{12})"') = $1 and e.kind = 'arrived'
	), listed as (
		select distinct on (l.specimen_id) l.* from (
			select c.specimen_id, a.bag, a.closing, c.last_hash from arrived a join clinic.bag_content c on c.event_id = a.closing
			union all
			-- scanned into a bag that nobody closed
			select h.specimen_id, a.bag, null, null from arrived a join clinic.tube_here h on h.bag = a.bag where a.closing is null) l
		order by l.specimen_id, l.closing desc nulls last
	), here as (
		select distinct on (e.subject) e.subject as specimen_id, substring(e.body, '"expected_bag": "(B[0-9]{12})"') as bag
		from custody.event e
		where substring(e.body, '"delivery": "(D[0-9]{12})"') = $1 and e.kind in ('accepted', 'rejected', 'held', 'scanned') and e.subject !~ '^B'
		order by e.subject, e.recorded_at, e.event_id
	), known as (
		select coalesce(h.specimen_id, l.specimen_id) as specimen_id, coalesce(l.bag, h.bag) as bag,
			h.specimen_id is not null as here, l.specimen_id is not null as listed, l.closing, k.kind, coalesce(k.hash = l.last_hash, false) as untouched
		from here h full join listed l on l.specimen_id = h.specimen_id
		cross join lateral (select case when count(*) filter (where o.moving_n is not null) = 1 then max(o.moving_kind)
					else (custody.state(coalesce(h.specimen_id, l.specimen_id))).kind end as kind,
				case when count(*) = 1 then max(encode(o.hash, 'hex')) end as hash
			from custody.head o where o.subject = coalesce(h.specimen_id, l.specimen_id)) k
	), told as (
		-- nothing was written about an untouched one since its bag was closed: spares looking
		select x.*, x.here or not x.untouched and clinic.tube_was_seen(x.specimen_id) as seen from known x
	)
	select x.specimen_id, x.bag, case when not x.seen then 'missing' when not x.here then 'elsewhere'
		else clinic.tube_outcome(x.specimen_id, x.kind) end, x.kind,
		not x.listed and x.bag is not null and clinic.tube_came_with(x.specimen_id, x.bag) <> $1
	from told x
	-- a tube that a later closing lists has left this bag
	where case when x.seen or x.untouched then true else (clinic.tube_bag(x.specimen_id)).closing is not distinct from x.closing end;
end $$;

-- The delivery in which a bag came with the newest closing of it that lists this tube; null: in none that says so.
create or replace function clinic.tube_came_with(specimen_id text, bag text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	closing bigint := (select c.event_id from clinic.bag_content c where c.specimen_id = $1 and c.bag = $2 order by c.event_id desc limit 1);
begin
	return (select substring(e.body, '"delivery": "(D[0-9]{12})"') from custody.event e where e.subject = $2 and e.kind = 'arrived'
		and substring(e.body, '"closing": ([0-9]{1,16})[,}]')::bigint = closing order by e.recorded_at desc, e.event_id desc limit 1);
end $$;

-- What became of a tube that a laboratory has seen.
create or replace function clinic.tube_outcome(specimen_id text, kind text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if kind in ('accepted', 'rejected', 'held') then
		return kind;
	end if;
	-- released, stored away, thrown away ...: as it was taken in; one that was only held waits to be scanned again
	return coalesce((select e.kind from custody.event e where e.subject = $1 and e.kind in ('accepted', 'rejected')
		order by e.recorded_at desc, e.event_id desc limit 1), 'held');
end $$;

-- Closed by any receiver: what is missing is named, with its bag and who had it last, and each missing thing has an item.
create or replace function clinic.delivery_closed_by(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text;
	d clinic.delivery;
	tubes text[];
	bags text[];
	words jsonb;
begin
	select x.* into d from clinic.delivery x where x.delivery = clinic.arg(args, 'delivery');
	if d.delivery is null then
		return clinic.judged('question', 'delivery_unknown');
	elsif clinic.policy_text('delivery_close') = 'lead' and not 'lab_lead' = any (actor.roles) then
		return clinic.judged('question', 'lead_closes');
	end if;
	-- waits for whoever stores something in it now
	delete from clinic.delivery_open o where o.delivery = d.delivery returning o.delivery into id;
	if id is null then
		return clinic.judged('repeat', 'delivery_closed_already', clinic.event_when_where(d.delivery, array['delivery_closed']));
	end if;
	tubes := array(select t.specimen_id from clinic.delivery_tubes(id) t where t.outcome = 'missing');
	bags := clinic.bags_expected(d);
	perform custody.lock_subjects(tubes || bags || id);
	words := clinic.delivery_close_words(id, bags);
	perform clinic.lab_miss(actor, id, m ->> 0, m ->> 1) from jsonb_array_elements(words -> 'missing') m;
	perform clinic.lab_miss(actor, id, b, null) from unnest(bags) b
	where exists (select 1 from clinic.bag_under_way u where u.bag = b and u.operator_id = d.courier);
	perform custody.append(id, 'delivery_closed', clinic.delivery_close_body(words), actor.operator_id, actor.station_id);
	update clinic.station_work w set delivery = null where w.delivery = id and w.kind = 'dock';
	delete from clinic.station_work w where w.delivery = id;
	words := words || jsonb_build_object('delivery', id, 'missing', jsonb_array_length(words -> 'missing'), 'bags_missing', cardinality(bags));
	words := words || jsonb_build_object('parts', clinic.delivery_parts(words));
	if words -> 'missing' = '0' and words -> 'bags_missing' = '0' then
		return clinic.judged_custody('complete', 'delivery_closed', words);
	end if;
	return clinic.judged_custody('question', 'delivery_closed_short', words);
end $$;

-- "2 received, 1 on hold, 1 tube missing": what is none of is not said.
create or replace function clinic.delivery_parts(words jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(string_agg(clinic.reply('note', 'closed_' || p.name, jsonb_build_object('n', words -> p.name)) ->> 'title', ', ' order by p.no),
			clinic.reply('note', 'closed_nothing') ->> 'title')
		from unnest(array['accepted', 'rejected', 'held', 'late', 'missing', 'bags_missing']) with ordinality p (name, no)
		where (words ->> p.name)::int > 0);
end $$;

-- The body of delivery_closed: a thousand missing tubes and five hundred bags are listed, or it would be too long to be stored;
-- each has an event of its own, and the numbers are of all.
create or replace function clinic.delivery_close_body(words jsonb) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return words || jsonb_build_object(
		'missing_n', jsonb_array_length(words -> 'missing'), 'bags_missing_n', jsonb_array_length(words -> 'bags_missing'),
		'missing', (select coalesce(jsonb_agg(m order by n), '[]') from jsonb_array_elements(words -> 'missing') with ordinality x (m, n) where n <= 1000),
		'bags_missing', (select coalesce(jsonb_agg(m order by n), '[]') from jsonb_array_elements(words -> 'bags_missing') with ordinality x (m, n) where n <= 500));
end $$;

-- How a delivery ended: numbers of what came with its bags or with none, and of what came late; everything that is missing.
create or replace function clinic.delivery_close_words(delivery text, bags_missing text[]) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select jsonb_build_object('accepted', count(*) filter (where t.outcome = 'accepted' and t.late is not true),
			'rejected', count(*) filter (where t.outcome = 'rejected' and t.late is not true),
			'held', count(*) filter (where t.outcome = 'held' and t.late is not true), 'late', count(*) filter (where t.late),
			'missing', coalesce(jsonb_agg(jsonb_build_array(t.specimen_id, t.bag) order by t.specimen_id) filter (where t.outcome = 'missing'), '[]'),
			'unexpected', (select count(*) from clinic.lab_question q where q.delivery = $1 and q.kind = 'unexpected'),
			'bags', cardinality(clinic.bags_of_delivery($1)), 'bags_missing', to_jsonb($2))
		from clinic.delivery_tubes($1) t);
end $$;

-- Something is missing: its own story says so, so that its clinic sees it too.
create or replace function clinic.lab_miss(actor clinic.actor, delivery text, subject text, bag text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not exists (select 1 from clinic.lab_question q where q.subject = lab_miss.subject and q.kind = 'missing' and q.settled_by is null) then
		perform clinic.lab_ask(custody.append(subject, 'discrepancy_opened', jsonb_build_object('why', 'missing', 'delivery', delivery, 'bag', bag),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(subject)), 'missing', delivery);
	end if;
end $$;

-- ---- alarms of a receiving station ------------------------------------------------------------------------------------------

-- The tube on hold was set aside: nobody goes on with it, and it is held already.
create or replace function clinic.lab_set_aside(actor clinic.actor, a clinic.alarm) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.lock_subject(a.specimen_id);
	perform custody.append(a.specimen_id, 'tube_set_aside', jsonb_build_object('alarm', a.code, 'copy', a.copy, 'at', 'lab'),
		actor.operator_id, actor.station_id, lab => clinic.lab_audience(a.specimen_id));
end $$;
