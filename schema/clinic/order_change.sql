-- An order changes after it came (HL-07). Before the label is printed a cancelled test leaves the plan; after that a
-- person at the station decides and the label is accounted for; after the draw the tube is never void: it is kept with
-- the event order_cancelled as long as the policy cancel_after_draw says, and a person may join it to the order that
-- comes under a new number (order_match.sql). A cancelled test never touches a tube that carries others.

-- The order a message means: by the placer's number, else by the filler's. Locked.
create or replace function clinic.order_of_item(sender text, item jsonb) returns clinic.lab_order
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	ord clinic.lab_order;
begin
	select o.* into ord from clinic.lab_order o
	where o.sender = order_of_item.sender and o.placer_number = item ->> 'placer_number' for update;
	if ord.lab_order_id is null then
		select o.* into ord from clinic.lab_order o
		where o.sender = order_of_item.sender and o.filler_number = nullif(item ->> 'filler_number', '')
		order by o.lab_order_id desc limit 1 for update;
	end if;
	return ord;
end $$;

-- The visits of this patient that are open or in which tests wait to be collected, locked in order of id, before any tube.
create or replace function clinic.patient_visits_lock(patient_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform 1 from clinic.visit v where v.patient_id = $1 and (v.state in ('identify', 'labels', 'parked')
		or exists (select 1 from clinic.specimen s
			join clinic.specimen_test w on w.specimen_id = s.specimen_id
			join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
			where s.visit_id = v.visit_id and t.state = 'in_visit'))
	order by v.visit_id for update;
end $$;

-- The tests that a specimen is for: its own and those of the tubes that are filled from it.
create or replace function clinic.specimen_tests(specimen_id text) returns setof clinic.lab_order_test
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select t.* from clinic.lab_order_test t where t.lab_order_test_id in (
		select w.lab_order_test_id from clinic.specimen_test w where w.specimen_id = $1
		union
		select w.lab_order_test_id from clinic.specimen c join clinic.specimen_test w on w.specimen_id = c.specimen_id
		where c.parent_id = $1);
end $$;

-- Has every test of this specimen been cancelled?
create or replace function clinic.specimen_is_cancelled(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((select bool_and(t.state = 'cancelled') from clinic.specimen_tests($1) t), false);
end $$;

-- Cancels these tests wherever they are. The patient and the patient's visits are locked.
create or replace function clinic.tests_cancel(actor clinic.actor, message_id bigint, tests bigint[], why text,
	inout flags text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tubes text[] := array(select distinct x from clinic.specimen s
		join clinic.specimen_test w on w.specimen_id = s.specimen_id, unnest(array[s.specimen_id, s.parent_id]) x
		where w.lab_order_test_id = any (tests) and x is not null order by x);
	was text[];
	tube text;
begin
	perform custody.lock_subjects(tubes);
	was := array(select distinct t.state from clinic.lab_order_test t where t.lab_order_test_id = any (tests));
	update clinic.lab_order_test t set state = 'cancelled', state_at = now(), reason = tests_cancel.why
	where t.lab_order_test_id = any (tests) and t.state in ('due', 'in_visit', 'collected');
	if 'collected' = any (was) then
		flags := flags || 'cancel_after_draw'::text;
	end if;
	foreach tube in array tubes loop
		if not clinic.specimen_is_cancelled(tube) then
			-- a label that has not gone to the printer yet says what is left
			perform clinic.labels_anew(actor, (select s.patient_id from clinic.specimen s where s.specimen_id = tube));
		elsif clinic.tube_drop(actor, tube) then
			flags := flags || 'cancel_in_visit'::text;
		end if;
	end loop;
	perform clinic.tubes_without_order(actor, tubes, message_id);
end $$;

-- A tube of an open visit that nobody needs any more: one whose label can not be out is dropped; about any other a person
-- decides, and true is the answer.
create or replace function clinic.tube_drop(actor clinic.actor, tube text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text := (custody.state(tube)).kind;
	v clinic.visit;
begin
	if coalesce(kind, '') not in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		return false;
	end if;
	select x.* into v from clinic.visit x join clinic.specimen s on s.visit_id = x.visit_id where s.specimen_id = tube;
	if kind <> 'prepared' or exists (select 1 from clinic.visit_labels(v.visit_id) l where l.specimen_id = tube and l.possible)
		-- drawn before the labels print: it may be in somebody's hand
		or clinic.policy_text('print_when') = 'after_draw' and not clinic.specimen_is_applied_before(tube) then
		return true;
	end if;
	perform clinic.not_collected_do(v, actor, tube, 'order_cancelled');
	return false;
end $$;

-- Of these tubes, those that were collected and have no order any more: they are kept, and it is told (once for the same
-- set of tests).
create or replace function clinic.tubes_without_order(actor clinic.actor, tubes text[], message_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	days int := clinic.policy_int('cancel_after_draw', 'hold_days');
	tube text;
	cancelled jsonb;
begin
	foreach tube in array tubes loop
		continue when not clinic.specimen_was_collected(tube) or not clinic.specimen_is_cancelled(tube);
		select jsonb_agg(t.lab_order_test_id order by t.lab_order_test_id) into cancelled from clinic.specimen_tests(tube) t;
		continue when exists (select 1 from custody.event e where e.subject = tube and e.kind = 'order_cancelled'
			and e.body::jsonb -> 'tests' = cancelled);
		perform custody.append(tube, 'order_cancelled', jsonb_build_object('tests', cancelled, 'message', message_id,
			'was', (custody.state(tube)).kind, 'hold_until', clock_timestamp() + make_interval(days => days)),
			actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	end loop;
end $$;

create or replace function clinic.specimen_was_collected(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.event e where e.subject = $1 and e.kind = 'collected');
end $$;

-- ---- what a message asks for -------------------------------------------------------------------------------

-- The item's order, when there is one and it is this patient's; else the flag that says what a person must look at.
create or replace function clinic.order_meant(sender text, patient_id bigint, item jsonb, unknown text, inout flags text[],
	out lab_order_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	ord clinic.lab_order := clinic.order_of_item(sender, item);
begin
	if ord.lab_order_id is null then
		flags := flags || unknown;
	elsif ord.patient_id <> order_meant.patient_id then
		flags := flags || 'placer_number_of_another_patient'::text;
	else
		lab_order_id := ord.lab_order_id;
	end if;
end $$;

-- CA, OC, DC: the tests that the item names, or all when it names none. One that names only tests which the order does
-- not hold is for a person.
create or replace function clinic.order_cancel(actor clinic.actor, sender text, message_id bigint, patient_id bigint,
	item jsonb, inout flags text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	meant record;
	named text[] := array(select x ->> 'code' from jsonb_array_elements(coalesce(item -> 'tests', '[]')) x);
	tests bigint[];
begin
	select * into meant from clinic.order_meant(sender, patient_id, item, 'cancel_unknown', flags);
	flags := meant.flags;
	if meant.lab_order_id is null then
		return;
	end if;
	tests := array(select t.lab_order_test_id from clinic.lab_order_test t where t.lab_order_id = meant.lab_order_id
		and (named = '{}' or t.code = any (named)));
	if tests = '{}' then
		flags := flags || 'cancel_unknown'::text;
		return;
	end if;
	flags := clinic.tests_cancel(actor, message_id, tests, coalesce(item ->> 'control_raw', ''), flags);
end $$;

-- XO, and RP without the order in its place: the order is as this message has it. Tests that it does not name any more
-- are cancelled; new ones go with a tube that can carry them, else they are due.
create or replace function clinic.order_changed(actor clinic.actor, sender text, message_id bigint, patient_id bigint,
	item jsonb, inout flags text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	meant record;
	order_id bigint;
	named text[] := array(select x ->> 'code' from jsonb_array_elements(coalesce(item -> 'tests', '[]')) x);
	gone bigint[];
	before bigint[];
	added bigint;
begin
	select * into meant from clinic.order_meant(sender, patient_id, item, 'change_unknown', flags);
	flags := meant.flags;
	order_id := meant.lab_order_id;
	if order_id is null then
		return;
	end if;
	update clinic.lab_order o set changed_at = clock_timestamp(),
		priority = case when item ->> 'priority' = 'STAT' then 'STAT' when item ->> 'priority' is null then o.priority else '' end,
		provider = coalesce(nullif(clinic.provider_name(item), ''), o.provider),
		source_text = coalesce(item ->> 'source_text', o.source_text),
		filler_number = coalesce(item ->> 'filler_number', o.filler_number),
		specimens = case when jsonb_array_length(clinic.item_specimens(item)) > 0 then clinic.item_specimens(item) else o.specimens end
	where o.lab_order_id = order_id;
	if named = '{}' then
		return;
	end if;
	gone := array(select t.lab_order_test_id from clinic.lab_order_test t where t.lab_order_id = order_id
		and t.code <> all (named) and t.state in ('due', 'in_visit', 'collected'));
	flags := clinic.tests_cancel(actor, message_id, gone, coalesce(item ->> 'control_raw', ''), flags);
	before := array(select t.lab_order_test_id from clinic.lab_order_test t where t.lab_order_id = order_id);
	flags := clinic.order_add_tests(order_id, sender, item -> 'tests', flags);
	for added in select t.lab_order_test_id from clinic.lab_order_test t where t.lab_order_id = order_id
		and t.test_id is not null and t.lab_order_test_id <> all (before) order by 1
	loop
		if not clinic.test_carry(actor, order_id, added, message_id) and exists (select 1 from clinic.visit v
			where v.patient_id = order_changed.patient_id and v.identified_at is not null and v.state in ('labels', 'parked')) then
			flags := flags || 'added_in_visit'::text;
		end if;
	end loop;
end $$;

create or replace function clinic.provider_name(item jsonb) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return concat_ws(' ', item #>> '{provider,given}', item #>> '{provider,family}');
end $$;

create or replace function clinic.item_specimens(item jsonb) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when jsonb_typeof(item -> 'specimens') = 'array' then item -> 'specimens' else '[]' end;
end $$;

-- A tube that can carry one more test of this order: drawn in the same visit as the order's others, of the same container,
-- lab, specimen type and temperature, with room left, not gone from here yet and not older than a day. Null: none.
create or replace function clinic.tube_for_test(lab_order_id bigint, lab_order_test_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select s.specimen_id
		from clinic.lab_order_test t
		join clinic.test x on x.test_id = t.test_id
		join clinic.specimen s on s.container_type_id = x.container_type_id and s.lab_id = x.lab_id
			and s.specimen_type = x.specimen_type
		join clinic.container_type c on c.container_type_id = s.container_type_id
		cross join lateral custody.state(s.specimen_id) st
		where t.lab_order_test_id = $2 and c.kind <> 'jar' and s.created_at > now() - interval '1 day'
			and s.visit_id in (select o.visit_id from clinic.specimen o join clinic.specimen_test w on w.specimen_id = o.specimen_id
				join clinic.lab_order_test y on y.lab_order_test_id = w.lab_order_test_id where y.lab_order_id = $1)
			and st.kind in ('prepared', 'label_printed', 'labelled', 'handed_out', 'collected', 'processed', 'aliquoted', 'packed',
				'unpacked', 'released')
			and exists (select 1 from clinic.specimen_test w where w.specimen_id = s.specimen_id)
			and not exists (select 1 from clinic.specimen_test w
				join clinic.lab_order_test y on y.lab_order_test_id = w.lab_order_test_id
				join clinic.test z on z.test_id = y.test_id
				where w.specimen_id = s.specimen_id and (z.temperature, z.time_point) <> (x.temperature, x.time_point))
			and (select sum(z.volume_ul) from clinic.specimen_test w
				join clinic.lab_order_test y on y.lab_order_test_id = w.lab_order_test_id
				join clinic.test z on z.test_id = y.test_id
				where w.specimen_id = s.specimen_id and y.state <> 'cancelled') + x.volume_ul <= c.fill_ul
		order by s.number limit 1);
end $$;

-- The test goes with a tube that is there: no new label (contrib/FLOWS.md 1.1). False: no tube can carry it.
create or replace function clinic.test_carry(actor clinic.actor, lab_order_id bigint, lab_order_test_id bigint,
	message_id bigint) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text := clinic.tube_for_test(lab_order_id, lab_order_test_id);
begin
	if tube is null then
		return false;
	end if;
	perform custody.lock_subjects(array[tube]);
	if clinic.tube_for_test(lab_order_id, lab_order_test_id) is distinct from tube then
		return false;
	end if;
	insert into clinic.specimen_test (specimen_id, lab_order_test_id) values (tube, test_carry.lab_order_test_id);
	update clinic.lab_order_test t set state = case when clinic.specimen_was_collected(tube) then 'collected' else 'in_visit' end,
		state_at = now(), reason = '' where t.lab_order_test_id = test_carry.lab_order_test_id;
	perform clinic.labels_anew(actor, (select s.patient_id from clinic.specimen s where s.specimen_id = tube));
	perform custody.append(tube, 'remark', jsonb_build_object('remark', 'test_added',
		'tests', jsonb_build_array(test_carry.lab_order_test_id), 'message', message_id),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	return true;
end $$;

-- Every order of a message. RP is a cancel when the message brings the order in its place (RO), else a change.
create or replace function clinic.message_orders(actor clinic.actor, sender text, message_id bigint, parsed jsonb)
returns text[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	flags text[] := '{}';
	patient_id bigint;
	item jsonb;
	control text;
	replaced boolean := exists (select 1 from jsonb_array_elements(parsed -> 'orders') x where x ->> 'control' = 'RO');
begin
	select m.flags, m.patient_id into flags, patient_id
	from clinic.patient_of_message(parsed -> 'patient', flags) m;
	perform clinic.patient_visits_lock(patient_id);
	for item in select x from jsonb_array_elements(parsed -> 'orders') x loop
		control := item ->> 'control';
		case
			when control in ('NW', 'RO') then
				flags := clinic.order_new(sender, message_id, patient_id, item, flags);
			when control in ('CA', 'OC', 'DC') or control = 'RP' and replaced then
				-- a replaced order ends with all its tests, whatever the item names
				flags := clinic.order_cancel(actor, sender, message_id, patient_id,
					case control when 'RP' then item - 'tests' else item end, flags);
			when control in ('XO', 'RP') then
				flags := clinic.order_changed(actor, sender, message_id, patient_id, item, flags);
			else
				flags := flags || 'control_unknown'::text;
		end case;
	end loop;
	perform clinic.labels_anew(actor, patient_id); -- another name or birth date, STAT, a source
	return array(select distinct f from unnest(flags) f order by f);
end $$;
