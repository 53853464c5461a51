-- Orders: a message from the sender's system, an order entered here, what a person mends, what is due.

create or replace function clinic.message_reply(m clinic.hl7_message, repeat boolean) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.reply(case when repeat then 'repeat' else 'stored' end, 'order_stored', jsonb_build_object(
		'message_id', (m).message_id, 'ack_code', (m).ack_code, 'ack_at', (m).received_at,
		'errors', (m).errors, 'repeat', repeat, 'flagged', (m).state = 'amber', 'flags', to_jsonb((m).flags)));
$$;

-- What the sender is told: {ack, errors: [{code, location, text}]}.
create or replace function clinic.message_verdict(args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when jsonb_typeof(args -> 'error') = 'object' then jsonb_build_object(
			'ack', case when args #>> '{error,ack}' = 'AE' then 'AE' else 'AR' end,
			'errors', jsonb_build_array((args -> 'error') - 'ack'))
		when not custody.is_practice() and coalesce(args #>> '{parsed,processing_id}', 'P') <> 'P' then jsonb_build_object(
			'ack', 'AR', 'errors', jsonb_build_array(jsonb_build_object('code', '202', 'location', 'MSH-11',
				'text', 'this is a real site: only processing id P is taken')))
		else jsonb_build_object('ack', 'AA', 'errors', jsonb_build_array()) end;
$$;

-- Stores the message with its raw bytes and does what it says. The same message again (sender, control
-- id and SHA-256) changes nothing and gets the first answer (HL-06).
create or replace function api.order_message(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	told jsonb := clinic.message_verdict(args);
	parsed jsonb := coalesce(args -> 'parsed', args #> '{error,parsed}', '{}');
	m clinic.hl7_message;
	found_flags text[] := '{}';
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require_kind(custody.session(session), 'mllp');
	if r is not null then
		return custody.request_end(request_id, null, r);
	end if;
	m.sender := concat_ws('|', parsed #>> '{sender,application}', parsed #>> '{sender,facility}');
	m.control_id := coalesce(parsed ->> 'control_id', '');
	m.sha256 := decode(args ->> 'sha256', 'hex');
	-- two of the same at once: the second waits and finds the first
	perform pg_advisory_xact_lock(hashtextextended(m.sender || chr(1) || m.control_id, 7));
	if exists (select 1 from clinic.hl7_message x where x.sender = m.sender and x.control_id = m.control_id
		and x.control_id <> '' and x.sha256 <> m.sha256) then
		found_flags := found_flags || 'control_id_reused'::text;
	end if;
	insert into clinic.hl7_message (peer, sender, control_id, sha256, raw, type, ack_code, errors, state, flags,
		about)
	values (coalesce(args ->> 'peer', ''), m.sender, m.control_id, m.sha256, decode(args ->> 'raw', 'base64'),
		coalesce(parsed ->> 'type', ''), told ->> 'ack', told -> 'errors',
		case when told ->> 'ack' = 'AA' then 'done' else 'refused' end, found_flags,
		coalesce((select string_agg(x ->> 'placer_number', ', ') from jsonb_array_elements(parsed -> 'orders') x), ''))
	on conflict (sender, control_id, sha256) do nothing
	returning * into m;
	if m.message_id is null then
		select x.* into m from clinic.hl7_message x
		where x.sender = concat_ws('|', parsed #>> '{sender,application}', parsed #>> '{sender,facility}')
			and x.control_id = coalesce(parsed ->> 'control_id', '') and x.sha256 = decode(args ->> 'sha256', 'hex');
		return custody.request_end(request_id, null, clinic.message_reply(m, true));
	end if;
	if m.ack_code = 'AA' then
		found_flags := found_flags || clinic.message_orders(m.sender, m.message_id, parsed);
		update clinic.hl7_message x
		set flags = found_flags, state = case when clinic.message_is_amber(found_flags) then 'amber' else 'done' end
		where x.message_id = m.message_id returning * into m;
	end if;
	return custody.request_end(request_id, null, clinic.message_reply(m, false));
end $$;

-- ---- entered here (contrib/FLOWS.md 1.1: walk-in, verbal, interface down) --------------------------------------

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
		case when clinic.arg_date(p, 'birth_date') is null or clinic.arg_date(p, 'birth_date') > current_date
			then 'birth date' end,
		case when clinic.arg(p, 'number') is null then 'patient number' end);
	if missing <> '' then
		refusal := clinic.reply('question', 'patient_needs', jsonb_build_object('what', missing));
		return;
	end if;
	if exists (select 1 from clinic.patient_number n where n.authority = 'here' and n.number = clinic.arg(p, 'number')) then
		refusal := clinic.reply('question', 'patient_number_taken');
		return;
	end if;
	patient_id := custody.row_id(nextval('clinic.patient_seq'));
	insert into clinic.patient (patient_id, family, given, birth_date, birth_text, sex)
	values (patient_id, clinic.arg(p, 'family'), coalesce(clinic.arg(p, 'given'), ''), clinic.arg_date(p, 'birth_date'),
		clinic.arg(p, 'birth_date'), coalesce(clinic.arg(p, 'sex'), ''));
	insert into clinic.patient_number (authority, number, patient_id) values ('here', clinic.arg(p, 'number'), patient_id);
end $$;

create or replace function api.order_here(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
	who record;
	order_id bigint;
begin
	if r is not null then
		return r;
	end if;
	r := coalesce(clinic.require(actor, 'order_here'), clinic.order_here_refusal(actor, args));
	if r is null then
		select p.patient_id, p.refusal into who from clinic.patient_here(args) p;
		r := who.refusal;
	end if;
	if r is not null then
		return custody.request_end(request_id, actor.station_id, r);
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
	return custody.request_end(request_id, actor.station_id, clinic.reply('stored', 'order_stored',
		jsonb_build_object('lab_order_id', order_id, 'patient_id', who.patient_id)));
end $$;

-- ---- mending ------------------------------------------------------------------------------------------

create or replace function clinic.order_mend_birth_date(ord clinic.lab_order, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.arg_date(args, 'birth_date') is null or clinic.arg_date(args, 'birth_date') > current_date
		or clinic.arg_date(args, 'birth_date') < current_date - interval '130 years' then
		return clinic.reply('question', 'mend_birth_date');
	end if;
	update clinic.patient p set birth_date = clinic.arg_date(args, 'birth_date'), changed_at = now()
	where p.patient_id = (ord).patient_id;
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

create or replace function api.order_mend(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
	ord clinic.lab_order;
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require(actor, 'mend_order');
	select o.* into ord from clinic.lab_order o where o.lab_order_id = clinic.arg_bigint(args, 'lab_order_id');
	if r is null and ord.lab_order_id is null then
		r := clinic.reply('question', 'order_unknown');
	elsif r is null and jsonb_typeof(args -> 'test_map') = 'object' then
		r := clinic.order_mend_tests(actor, ord, args -> 'test_map');
	elsif r is null then
		r := clinic.order_mend_birth_date(ord, args);
	end if;
	if r is null then
		perform clinic.messages_settle(actor);
		r := clinic.reply('stored', 'order_mended');
	end if;
	return custody.request_end(request_id, actor.station_id, r);
end $$;

create or replace function api.message_done(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor := custody.session(session);
begin
	if r is not null then
		return r;
	end if;
	r := clinic.require(actor, 'mend_order');
	if r is null then
		update clinic.hl7_message m set state = 'looked_at', done_at = now(), done_by = actor.operator_id,
			note = coalesce(clinic.arg(args, 'note'), '')
		where m.message_id = clinic.arg_bigint(args, 'message_id') and m.state in ('amber', 'refused');
		r := case when found then clinic.reply('stored', 'looked_at') else clinic.reply('question', 'message_unknown') end;
	end if;
	return custody.request_end(request_id, actor.station_id, r);
end $$;

-- ---- lists ----------------------------------------------------------------------------------------------

create or replace function clinic.due_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(x.row order by x.stat desc, x.since), '[]') from (
		select bool_or(c.priority = 'STAT') as stat, min(c.received_at) as since, jsonb_build_object(
			'patient_id', p.patient_id, 'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id),
			'birth_year_hidden', true,
			'tests', jsonb_agg(coalesce(t.name, c.name) order by coalesce(t.name, c.name)),
			'containers', (select count(*) from clinic.tubes_for(clinic.tests_due(p.patient_id))),
			'stat', bool_or(c.priority = 'STAT'), 'since', min(c.received_at),
			'slip', (select s.slip from clinic.slip s where s.patient_id = p.patient_id order by s.created_at desc limit 1),
			'amber', to_jsonb(clinic.patient_printable(p.patient_id)),
			'printable', clinic.patient_printable(p.patient_id) = '{}',
			'look_alike', exists (select 1 from clinic.look_alikes(p.patient_id))) as row
		from clinic.collections c
		join clinic.patient p on p.patient_id = c.patient_id
		left join clinic.test t on t.test_id = c.test_id
		where c.state = 'due' and not exists (select 1 from clinic.visit v
			where v.patient_id = c.patient_id and v.state = 'parked')
		group by p.patient_id) x;
$$;

create or replace function clinic.parked_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('visit_id', v.visit_id, 'patient_id', v.patient_id,
		'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id), 'parked_at', v.parked_at,
		'held_by', jsonb_build_object('operator_id', o.operator_id, 'name', o.name),
		'open_labels', clinic.visit_open_labels(v.visit_id),
		'remind', v.parked_at < now() - make_interval(mins => clinic.policy_int('park_limit', 'remind_min')))
		order by v.parked_at), '[]')
	from clinic.visit v
	join clinic.patient p on p.patient_id = v.patient_id
	join clinic.operator o on o.operator_id = v.held_by
	where v.state = 'parked';
$$;

-- One row for each thing in the messages that needs a person.
create or replace function clinic.amber_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with open_message as (
		select m.*, o.lab_order_id, o.placer_number, p.patient_id, p.birth_text,
			case when p.patient_id is not null then jsonb_build_object('name', clinic.patient_name(p),
				'number', clinic.patient_number(p.patient_id)) end as who
		from clinic.hl7_message m
		left join lateral (select l.* from clinic.lab_order l where l.message_id = m.message_id
			order by l.lab_order_id limit 1) o on true
		left join clinic.patient p on p.patient_id = o.patient_id
		where m.state in ('amber', 'refused')
	), kinds as (
		select m.message_id, f.flag, case f.flag
				when 'test_unknown' then 'test_unknown'
				when 'birth_date_unreadable' then 'birth_date_missing'
				when 'cancel_unknown' then 'cancel_unknown'
				when 'cancel_after_draw' then 'cancel_after_draw'
				when 'refused' then 'refused' else 'other' end as kind,
			case f.flag
				when 'test_unknown' then 'amber_test_unknown'
				when 'birth_date_unreadable' then 'amber_birth_date'
				when 'cancel_unknown' then 'amber_cancel_unknown'
				when 'cancel_after_draw' then 'amber_cancel_after_draw'
				when 'cancel_in_visit' then 'amber_cancel_in_visit'
				when 'refused' then 'amber_refused' else 'amber_other' end as code
		from open_message m
		cross join lateral unnest(m.flags || case when m.state = 'refused' then array['refused'] else '{}'::text[] end) f(flag)
	)
	select coalesce(jsonb_agg(jsonb_build_object('message_id', m.message_id, 'lab_order_id', m.lab_order_id, 'kind', k.kind,
		'title', w.reply ->> 'title', 'do', w.reply ->> 'do', 'patient', m.who, 'codes', c.codes, 'at', m.received_at)
		order by m.message_id), '[]')
	from open_message m
	join kinds k on k.message_id = m.message_id
	cross join lateral (select coalesce(jsonb_agg(distinct jsonb_build_object('code', t.code, 'name', t.name)), '[]') as codes
		from clinic.lab_order_test t join clinic.lab_order o on o.lab_order_id = t.lab_order_id
		where o.message_id = m.message_id and t.test_id is null and t.state in ('due', 'in_visit')) c
	cross join lateral (select clinic.reply('question', k.code, jsonb_build_object(
		'codes', (select string_agg(concat_ws(' ', x ->> 'code', x ->> 'name'), ', ') from jsonb_array_elements(c.codes) x),
		'birth_text', coalesce(nullif(m.birth_text, ''), 'empty'), 'placer_number', coalesce(nullif(m.about, ''), m.control_id),
		'text', coalesce(m.errors #>> '{0,text}', replace(k.flag, '_', ' ')))) as reply) w
	where not (k.kind = 'test_unknown' and c.codes = '[]')
		and not (k.kind = 'birth_date_missing' and not exists (select 1 from clinic.patient p
			where p.patient_id = m.patient_id and p.birth_date is null));
$$;

-- Reads need a person who may see patients; null when so.
create or replace function clinic.require_reader(actor clinic.actor, act text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when (actor).operator_id is null then clinic.reply('question', 'sign_in_needed')
		when (actor).shaded then clinic.reply('question', 'shaded')
		when not clinic.may(actor, act) then clinic.reply('question', 'not_allowed') end;
$$;

create or replace function api.collections_due(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'see_patient');
begin
	return coalesce(refused, clinic.reply('note', 'ok', jsonb_build_object(
		'due', clinic.due_view(), 'parked', clinic.parked_view(), 'amber', clinic.amber_view())));
end $$;

create or replace function api.patient_find(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'see_patient');
	query text := lower(coalesce(clinic.arg(args, 'query'), ''));
	found_rows jsonb;
begin
	if refused is not null then
		return refused;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object('patient_id', x.patient_id, 'name', clinic.patient_name(x),
		'number', clinic.patient_number(x.patient_id), 'sex', x.sex)), '[]') into found_rows
	from (select p.* from clinic.patient p
		where length(query) >= 2 and (starts_with(lower(p.family), query) or starts_with(lower(p.given), query)
			or position(query in lower(concat_ws(' ', p.given, p.family))) > 0
			or exists (select 1 from clinic.patient_number n
				where n.patient_id = p.patient_id and starts_with(lower(n.number), query)))
		order by lower(p.family), lower(p.given), p.patient_id limit 20) x;
	return clinic.reply('note', 'ok', jsonb_build_object('patients', found_rows));
end $$;

create or replace function api.catalogue(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'see_patient');
begin
	return coalesce(refused, clinic.reply('note', 'ok', jsonb_build_object(
		'tests', coalesce((select jsonb_agg(jsonb_build_object('code', t.code, 'name', t.name,
			'container_type_id', t.container_type_id) order by t.name) from clinic.test t where t.active), '[]'),
		'container_types', coalesce((select jsonb_agg(jsonb_build_object('container_type_id', c.container_type_id,
			'name', c.name, 'cap', c.cap, 'cap_colour', c.cap_colour, 'volume_ul', c.fill_ul) order by c.order_of_draw)
			from clinic.container_type c), '[]'),
		'favourites', coalesce((select jsonb_agg(jsonb_build_object('name', t.name, 'tests', jsonb_build_array(t.code))
			order by t.name) from clinic.test t where t.favourite and t.active), '[]'),
		'providers', coalesce((select jsonb_agg(distinct o.provider) from clinic.lab_order o where o.provider <> ''), '[]'))));
end $$;

create or replace function api.messages(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'see_patient');
begin
	return coalesce(refused, clinic.reply('note', 'ok', jsonb_build_object('messages', coalesce((
		select jsonb_agg(jsonb_build_object('message_id', m.message_id, 'state', m.state, 'at', m.received_at,
			'sender', m.sender, 'control_id', m.control_id, 'ack_code', m.ack_code,
			'text', coalesce(m.errors #>> '{0,text}', array_to_string(m.flags, ', ')),
			'patient', (select jsonb_build_object('name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id))
				from clinic.lab_order o join clinic.patient p on p.patient_id = o.patient_id
				where o.message_id = m.message_id limit 1)) order by m.message_id desc)
		from (select x.* from clinic.hl7_message x
			where clinic.arg(args, 'state') is null or x.state = clinic.arg(args, 'state')
			order by x.message_id desc limit 200) m), '[]'))));
end $$;
