-- A tube that was rejected, lost or put on hold: its tests are asked for again by one action of the clinic, once, and by
-- nobody else (ER-28); or its hold is ended by who may (contrib/POLICIES.md 2), and it goes on where it was.

-- Does another tube carry this test, that is or can be collected?
create or replace function clinic.test_is_elsewhere(lab_order_test_id bigint, specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.specimen_test o where o.lab_order_test_id = $1 and o.specimen_id <> $2
		and coalesce((custody.state(o.specimen_id)).kind, '') not in ('not_collected', 'held', 'rejected', 'lost', 'disposed'));
end $$;

-- What went wrong with a tube and nobody at the clinic has looked at: newest first. Two tubes with one number count while they
-- are on hold.
create or replace function clinic.setbacks(specimen_id text default null) returns setof custody.event
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select e.* from (
		select x.* from custody.event x where x.kind in ('rejected', 'lost')
		union all
		select x.* from custody.event x where x.kind = 'held' and x.body like '%"why": "duplicate"%'
			and (clinic.tube_hold(x.subject)).event_id = x.event_id) e
	where ($1 is null or e.subject = $1)
		and exists (select 1 from clinic.specimen s where s.specimen_id = e.subject)
		and not exists (select 1 from clinic.setback_look k where k.event_id = e.event_id)
	order by e.event_id desc;
end $$;

-- The tests that are to be drawn again: those of the tube, or those that the rejection names; not what another tube carries.
create or replace function clinic.tests_to_collect_again(specimen_id text) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	named jsonb := (select e.body::jsonb -> 'tests' from custody.event e where e.subject = $1 and e.kind = 'rejected'
		order by e.event_id desc limit 1);
begin
	return array(select t.lab_order_test_id from clinic.specimen_test w
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		where w.specimen_id = $1 and t.state = 'collected' and not clinic.test_is_elsewhere(t.lab_order_test_id, $1)
			and (jsonb_typeof(named) is distinct from 'array' or named @> to_jsonb(t.lab_order_test_id))
		order by t.lab_order_test_id);
end $$;

-- Can this tube be asked for again: is it lost, on hold, or was it (or a test of it) rejected?
create or replace function clinic.may_collect_again(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((custody.state($1)).kind, '') in ('rejected', 'lost', 'held')
		or exists (select 1 from custody.event e where e.subject = $1 and e.kind in ('rejected', 'lost'));
end $$;

create or replace function clinic.collected_again(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube clinic.specimen;
	tests bigint[];
	who jsonb;
begin
	select s.* into tube from clinic.specimen s where s.specimen_id = left(clinic.arg(args, 'specimen_id'), 12);
	if tube.specimen_id is null then
		return clinic.reply('question', 'specimen_unknown', jsonb_build_object('text', coalesce(left(clinic.arg(args, 'specimen_id'), 40), '')));
	end if;
	perform 1 from clinic.patient p where p.patient_id = tube.patient_id for no key update;
	perform custody.lock_subjects(array[tube.specimen_id]);
	select jsonb_build_object('name', clinic.patient_name(p), 'patient_id', p.patient_id) into who
	from clinic.patient p where p.patient_id = tube.patient_id;
	if not clinic.may_collect_again(tube.specimen_id) then
		return clinic.reply('question', 'collect_again_not', who);
	end if;
	tests := clinic.tests_to_collect_again(tube.specimen_id);
	insert into clinic.setback_look (event_id, specimen_id, how, operator_id, station_id)
	select e.event_id, tube.specimen_id, 'collect_again', actor.operator_id, actor.station_id
	from clinic.setbacks(tube.specimen_id) e on conflict do nothing;
	if tests = '{}' then
		return clinic.reply('repeat', 'collect_again', who);
	end if;
	update clinic.lab_order_test t set state = 'due', state_at = now(), reason = 'collect_again'
	where t.lab_order_test_id = any (tests);
	perform custody.append(tube.specimen_id, 'remark', jsonb_build_object('remark', 'collect_again', 'tests', to_jsonb(tests)),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube.specimen_id));
	return clinic.reply('stored', 'collect_again', who);
end $$;

-- A rejected or lost tube that needs nothing more from the clinic.
create or replace function clinic.setback_looked_at(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	e custody.event;
begin
	select x.* into e from custody.event x where x.event_id = clinic.arg_bigint(args, 'event_id')
		and (x.kind in ('rejected', 'lost') or x.kind = 'held' and x.body like '%"why": "duplicate"%')
		and exists (select 1 from clinic.specimen s where s.specimen_id = x.subject);
	if e.event_id is null then
		return clinic.reply('question', 'bad_request', '{"what": "event_id"}');
	elsif clinic.arg(args, 'note') is null then
		return clinic.reply('question', 'reason_needed');
	end if;
	insert into clinic.setback_look (event_id, specimen_id, how, note, operator_id, station_id)
	values (e.event_id, e.subject, 'looked_at', left(clinic.arg(args, 'note'), 1000), actor.operator_id, actor.station_id)
	on conflict do nothing;
	return clinic.reply(case when found then 'stored' else 'repeat' end, 'looked_at');
end $$;

create or replace function clinic.setbacks_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('event_id', e.event_id, 'specimen_id', e.subject, 'kind', e.kind,
			'title', w ->> 'title', 'do', w ->> 'do', 'number', s.number, 'of', s.of,
			'patient', jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id)),
			'container', clinic.container_view(c),
			'tests', clinic.tests_words(array(select x.lab_order_test_id from clinic.specimen_test x where x.specimen_id = s.specimen_id)),
			'at', e.occurred_at, 'again', clinic.tests_to_collect_again(e.subject) <> '{}') order by e.event_id), '[]')
		from clinic.setbacks() e
		join clinic.specimen s on s.specimen_id = e.subject
		join clinic.patient p on p.patient_id = s.patient_id
		join clinic.container_type c on c.container_type_id = s.container_type_id
		cross join lateral clinic.reply('question', 'setback_' || case e.kind when 'held' then 'duplicate' else e.kind end, jsonb_build_object('reason', coalesce(
			(select r.words from clinic.reason r where r.kind = 'reject' and r.code = e.body::jsonb ->> 'reason'),
			e.body::jsonb ->> 'reason', '?'))) w);
end $$;

-- ---- a hold ends -------------------------------------------------------------------------------------------

-- What the tube was before it was put on hold.
create or replace function clinic.kind_before_hold(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select e.kind from custody.event e where e.subject = $1 and e.moves and e.kind <> 'held'
		order by clinic.event_depth(e.after) desc, e.event_id desc limit 1);
end $$;

-- Has the tube, or the bag it is in, left the clinic?
create or replace function clinic.specimen_has_gone(specimen_id text, was text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return was in ('departed', 'arrived', 'accepted', 'rejected', 'archived', 'retrieved', 'lost') or clinic.tube_was_seen($1)
		or coalesce((custody.state((clinic.specimen_bag($1)).bag)).kind in ('departed', 'arrived'), false);
end $$;

-- The label that Stop or an alarm made void and that counts again with the tube; null: none.
create or replace function clinic.label_of_hold(specimen_id text) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	live int := (select (e.body::jsonb ->> 'copy')::int from custody.event e where e.subject = $1
		and e.kind in ('labelled', 'handed_out') order by e.event_id desc limit 1);
	last record;
begin
	select e.kind, e.body::jsonb ->> 'why' as why into last from custody.event e
	where e.subject = $1 and e.kind in ('labelled', 'handed_out', 'label_voided', 'label_destroyed')
		and (e.body::jsonb ->> 'copy')::int = live order by e.event_id desc limit 1;
	return case when last.kind = 'label_voided' and last.why in ('mistake', 'tube_set_aside', 'gone') then live end;
end $$;

-- Whether a tube's hold can end at all: one that was never drawn is drawn anew. What a laboratory has seen was, whatever was stored.
create or replace function clinic.hold_may_end(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.specimen_was_collected($1) or clinic.tube_was_seen($1);
end $$;

-- A tube of another node of ours may be on hold here before anything of it has come: it has no row, and a laboratory's lead ends it.
create or replace function clinic.hold_released(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text := left(clinic.arg(args, 'specimen_id'), 12);
	tube clinic.specimen;
	why text := clinic.arg(args, 'reason');
	was text;
	tests bigint[];
begin
	select s.* into tube from clinic.specimen s where s.specimen_id = id;
	if tube.specimen_id is null and not exists (select 1 from custody.head h where h.subject = id
		and (custody.subject_about(id)).kind = 'specimen' and (custody.subject_about(id)).home not in (0, custody.node())) then
		return clinic.reply('question', 'specimen_unknown', jsonb_build_object('text', coalesce(left(clinic.arg(args, 'specimen_id'), 40), '')));
	elsif not coalesce(clinic.reason_known('release', why), false) then
		return clinic.reply('question', 'reason_needed');
	end if;
	perform 1 from clinic.patient p where p.patient_id = tube.patient_id for no key update;
	perform custody.lock_subjects(array[id]);
	was := clinic.kind_before_hold(id);
	if (custody.state(id)).kind = 'released' then
		return clinic.reply('repeat', 'hold_released');
	elsif (custody.state(id)).kind is distinct from 'held' then
		return clinic.reply('question', 'not_held');
	elsif not clinic.hold_may_end(id) then
		return clinic.reply('question', 'release_not_drawn');
	elsif clinic.specimen_has_gone(id, was) and not 'lab_lead' = any (actor.roles) then
		return clinic.reply('question', 'release_lab_lead');
	end if;
	perform custody.append(id, 'released', jsonb_strip_nulls(jsonb_build_object('reason', why, 'was', was,
		'copy', clinic.label_of_hold(id))), actor.operator_id, actor.station_id,
		lab => case when tube.specimen_id is null then clinic.lab_audience(id) else clinic.specimen_lab(id) end);
	-- what was asked for again because of the hold and is not drawn yet is this tube's
	tests := array(select t.lab_order_test_id from clinic.specimen_test w
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		where w.specimen_id = tube.specimen_id and t.state = 'due' and t.reason in ('mistake', 'tube_set_aside', 'gone', 'collect_again')
			and not clinic.test_is_elsewhere(t.lab_order_test_id, tube.specimen_id));
	update clinic.lab_order_test t set state = 'collected', state_at = now(), reason = 'released'
	where t.lab_order_test_id = any (tests);
	return clinic.reply('stored', 'hold_released');
end $$;
