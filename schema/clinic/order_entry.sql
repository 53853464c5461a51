-- Orders that a person enters (FLOWS 1.1: walk-in, verbal, interface down), and mending what a message lacks.

-- null, or what keeps this order from being entered.
create or replace function clinic.order_here_refusal(actor clinic.actor, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	who text := clinic.policy_text('order_entered_here');
	unknown_test text;
begin
	if who = 'off' then
		return clinic.reply('question', 'order_here_off');
	elsif who = 'lead' and not (actor).roles && array['site_lead'] then
		return clinic.reply('question', 'order_here_lead');
	elsif clinic.arg(args, 'provider') is null then
		return clinic.reply('question', 'order_needs_provider');
	elsif coalesce(clinic.arg(args, 'source'), '') not in ('paper', 'verbal', 'standing') then
		return clinic.reply('question', 'bad_request', '{"what": "source"}');
	elsif clinic.arg(args, 'source') = 'verbal' and args -> 'read_back' is distinct from 'true'::jsonb then
		return clinic.reply('question', 'order_needs_read_back');
	elsif jsonb_typeof(args -> 'tests') is distinct from 'array' or jsonb_array_length(args -> 'tests') = 0 then
		return clinic.reply('question', 'order_needs_tests');
	end if;
	select x into unknown_test from jsonb_array_elements_text(args -> 'tests') x
	where not exists (select 1 from clinic.test t where t.code = x and t.active) limit 1;
	if unknown_test is not null then
		return clinic.reply('question', 'order_test_unknown', jsonb_build_object('test', unknown_test));
	end if;
	return null;
end $$;

-- The patient named by id, or a new one; null id with the reply that says what is missing.
create or replace function clinic.patient_here(args jsonb, out patient_id bigint, out refusal jsonb)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p jsonb := args -> 'patient';
	born date := clinic.arg_date(p, 'birth_date');
	-- of a birth date that is not wholly known: YYYY, YYYY-MM or unknown (clinic/unusual.sql)
	born_part text := case when clinic.birth_part(clinic.arg(p, 'birth_text')) <> '' or clinic.arg(p, 'birth_text') = 'unknown' then clinic.arg(p, 'birth_text') end;
	missing text;
begin
	if jsonb_typeof(p) is distinct from 'object' then
		select x.patient_id into patient_id from clinic.patient x where x.patient_id = clinic.arg_bigint(args, 'patient_id');
		if patient_id is null then
			refusal := clinic.reply('question', 'patient_unknown');
		end if;
		return;
	end if;
	missing := concat_ws(', ', case when clinic.arg(p, 'family') is null then 'family name' end,
		case when born is null and born_part is null or born > current_date then 'birth date' end,
		case when clinic.arg(p, 'number') is null then 'patient number' end,
		case when greatest(length(clinic.arg(p, 'family')), length(clinic.arg(p, 'given')), length(clinic.arg(p, 'number'))) > 250
			then 'names and a number of at most 250 letters' end);
	if missing <> '' then
		refusal := clinic.reply('question', 'patient_needs', jsonb_build_object('what', missing));
		return;
	end if;
	refusal := case
		when clinic.name_is_nobodys(clinic.arg(p, 'family'), coalesce(clinic.arg(p, 'given'), ''), '') then
			clinic.reply('question', 'nobody_name', jsonb_build_object('name', concat_ws(', ', clinic.arg(p, 'family'), clinic.arg(p, 'given'))))
		when clinic.name_kind(clinic.arg(p, 'number')) <> '' or clinic.is_blank_padded(clinic.arg(p, 'number')) then
			clinic.reply('question', 'nobody_number', jsonb_build_object('number', clinic.arg(p, 'number'))) end;
	if refusal is not null then
		return;
	end if;
	if exists (select 1 from clinic.patient_number n where n.authority = 'here' and n.number = clinic.arg(p, 'number')) then
		refusal := clinic.reply('question', 'patient_number_taken');
		return;
	end if;
	patient_id := custody.row_id(nextval('clinic.patient_seq'));
	insert into clinic.patient (patient_id, family, given, birth_date, birth_text, sex)
	values (patient_id, clinic.arg(p, 'family'), coalesce(clinic.arg(p, 'given'), ''), born,
		case when born is null then born_part else clinic.arg(p, 'birth_date') end, coalesce(clinic.arg(p, 'sex'), ''));
	insert into clinic.patient_number (authority, number, patient_id) values ('here', clinic.arg(p, 'number'), patient_id);
end $$;

create or replace function clinic.order_entered(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.order_here_refusal(actor, args);
	who record;
	order_id bigint;
begin
	if refused is null then
		select p.patient_id, p.refusal into who from clinic.patient_here(args) p;
		refused := who.refusal;
	end if;
	if refused is not null then
		return refused;
	end if;
	order_id := custody.row_id(nextval('clinic.lab_order_seq'));
	insert into clinic.lab_order (lab_order_id, patient_id, sender, placer_number, source, provider, read_back, ordered_at,
		entered_by, patient_snapshot, gaps)
	select order_id, p.patient_id, 'here', 'here-' || order_id, clinic.arg(args, 'source'), clinic.arg(args, 'provider'),
		coalesce(args -> 'read_back' = 'true'::jsonb, false), now(), actor.operator_id, clinic.patient_snapshot(p),
		array_remove(array[case when p.sex = '' then 'sex' end], null)
	from clinic.patient p where p.patient_id = who.patient_id;
	insert into clinic.lab_order_test (lab_order_test_id, lab_order_id, code, name, test_id)
	select custody.row_id(nextval('clinic.lab_order_test_seq')), order_id, t.code, t.name, t.test_id
	from (select distinct x from jsonb_array_elements_text(args -> 'tests') x) wanted
	join clinic.test t on t.code = wanted.x;
	return clinic.reply('stored', 'order_stored', jsonb_build_object('lab_order_id', order_id, 'patient_id', who.patient_id));
end $$;

create or replace function clinic.order_mend_birth_date(ord clinic.lab_order, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.arg_date(args, 'birth_date') is null or clinic.arg_date(args, 'birth_date') > current_date
		or clinic.arg_date(args, 'birth_date') < current_date - interval '130 years' then
		return clinic.reply('question', 'mend_birth_date');
	end if;
	update clinic.patient p set birth_date = clinic.arg_date(args, 'birth_date'), changed_at = now()
	where p.patient_id = (ord).patient_id;
	perform clinic.birth_date_found((ord).patient_id);
	return null;
end $$;

-- Teaches the sender's code, and mends every open test that waits for it.
create or replace function clinic.order_mend_tests(actor clinic.actor, ord clinic.lab_order, test_map jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	pair record;
	known bigint;
begin
	for pair in select key as code, value as test from jsonb_each_text(test_map) loop
		select t.test_id into known from clinic.test t where t.code = pair.test and t.active;
		if known is null then
			return clinic.reply('question', 'order_test_unknown', jsonb_build_object('test', pair.test));
		end if;
		insert into clinic.test_code (sender, code, test_id, set_by)
		values ((ord).sender, pair.code, known, (actor).operator_id)
		on conflict (sender, code) do update set test_id = excluded.test_id, set_at = now(), set_by = excluded.set_by;
		update clinic.lab_order_test t set test_id = known
		from clinic.lab_order o
		where o.lab_order_id = t.lab_order_id and o.sender = (ord).sender and t.code = pair.code
			and t.test_id is null and t.state in ('due', 'in_visit');
	end loop;
	return null;
end $$;

-- A message whose trouble is mended leaves the list by itself.
create or replace function clinic.messages_settle(actor clinic.actor) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	update clinic.hl7_message m set state = 'done', done_at = now(), done_by = (actor).operator_id
	where m.state = 'amber' and m.flags <@ array['test_unknown', 'birth_date_unreadable']
		and not exists (select 1 from clinic.lab_order o join clinic.patient p using (patient_id)
			where o.message_id = m.message_id and (p.birth_date is null
				or exists (select 1 from clinic.lab_order_test t where t.lab_order_id = o.lab_order_id
					and t.test_id is null and t.state in ('due', 'in_visit'))));
$$;

create or replace function clinic.order_mended(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	ord clinic.lab_order;
	refused jsonb;
begin
	select o.* into ord from clinic.lab_order o where o.lab_order_id = clinic.arg_bigint(args, 'lab_order_id');
	refused := case
		when ord.lab_order_id is null then clinic.reply('question', 'order_unknown')
		when jsonb_typeof(args -> 'test_map') = 'object' then clinic.order_mend_tests(actor, ord, args -> 'test_map')
		else clinic.order_mend_birth_date(ord, args) end;
	perform clinic.patient_visits_lock(ord.patient_id);
	perform clinic.labels_anew(actor, ord.patient_id);
	if refused is not null then
		return refused;
	end if;
	perform clinic.messages_settle(actor);
	return clinic.reply('stored', 'order_mended');
end $$;

create or replace function clinic.message_looked_at(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.hl7_message m set state = 'looked_at', done_at = now(), done_by = actor.operator_id,
		note = coalesce(clinic.arg(args, 'note'), '')
	where m.message_id = clinic.arg_bigint(args, 'message_id') and m.state in ('amber', 'refused');
	return case when found then clinic.reply('stored', 'looked_at') else clinic.reply('question', 'message_unknown') end;
end $$;

create or replace function clinic.order_call(request_id uuid, session text, args jsonb, act text, need text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	r := coalesce(clinic.require(actor, need), case act
		when 'order_here' then clinic.order_entered(actor, args)
		when 'order_mend' then clinic.order_mended(actor, args)
		when 'order_match' then clinic.order_matched(actor, args)
		when 'cup_discard' then clinic.cup_discard(actor, args)
		when 'collect_again' then clinic.collected_again(actor, args)
		when 'setback_done' then clinic.setback_looked_at(actor, args)
		when 'release' then case when clinic.arg(args, 'bag') is null then clinic.hold_released(actor, args)
			else clinic.bag_hold_released(actor, args) end
		when 'message_done' then clinic.message_looked_at(actor, args) end);
	return custody.request_end(request_id, actor.station_id, r);
end $$;
