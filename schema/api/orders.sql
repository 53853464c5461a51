-- Orders: a message from the sender's system, an order entered here, what a person mends, what is due (again).
-- Rules are in clinic/order*.sql and setback.sql.

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
	elsif not clinic.message_is_whole(args) then
		return custody.request_end(request_id, null,
			clinic.reply('question', 'bad_request', '{"what": "raw, sha256, parsed or error"}'));
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
		coalesce((select string_agg(coalesce(x ->> 'placer_number', x ->> 'filler_number'), ', ') from jsonb_array_elements(parsed -> 'orders') x), ''))
	on conflict (sender, control_id, sha256) do nothing
	returning * into m;
	if m.message_id is null then
		select x.* into m from clinic.hl7_message x
		where x.sender = concat_ws('|', parsed #>> '{sender,application}', parsed #>> '{sender,facility}')
			and x.control_id = coalesce(parsed ->> 'control_id', '') and x.sha256 = decode(args ->> 'sha256', 'hex');
		return custody.request_end(request_id, null, clinic.message_reply(m, true));
	end if;
	if m.ack_code = 'AA' then
		found_flags := found_flags || clinic.message_orders(custody.session(session), m.sender, m.message_id, parsed);
		update clinic.hl7_message x
		set flags = found_flags, state = case when clinic.message_is_amber(found_flags) then 'amber' else 'done' end
		where x.message_id = m.message_id returning * into m;
	end if;
	return custody.request_end(request_id, null, clinic.message_reply(m, false));
end $$;

create or replace function api.order_here(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'order_here', 'order_here');
$$;

create or replace function api.order_mend(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'order_mend', 'mend_order');
$$;

create or replace function api.order_match(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'order_match', 'mend_order');
$$;

create or replace function api.cup_discard(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'cup_discard', 'process');
$$;

create or replace function api.collect_again(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'collect_again', 'collect_again');
$$;

create or replace function api.setback_done(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'setback_done', 'collect_again');
$$;

create or replace function api.release(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'release', 'release_hold');
$$;

create or replace function api.message_done(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.order_call($1, $2, $3, 'message_done', 'mend_order');
$$;

create or replace function api.collections_due(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'see_patient');
begin
	return coalesce(refused, clinic.reply('note', 'ok', jsonb_build_object(
		'due', clinic.due_view(), 'parked', clinic.parked_view(), 'cups_out', clinic.cups_view(), 'to_fill', clinic.fill_view(), 'cups_kept', clinic.cups_kept_view(), 'amber', clinic.amber_view(),
		'matches', clinic.matches_view(), 'unmatched', clinic.unmatched_view(), 'rejected', clinic.setbacks_view())));
end $$;

-- A patient's finished visits of today and yesterday that made tubes: by them Stop finds tubes that have left (view visit).
create or replace function clinic.visits_over(patient_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select coalesce(jsonb_agg(jsonb_build_object('visit_id', v.visit_id, 'state', v.state, 'closed_at', v.closed_at, 'tubes', s.n)
			order by v.closed_at desc), '[]')
		from clinic.visit v cross join lateral (select count(*) as n from clinic.specimen x where x.visit_id = v.visit_id) s
		where v.patient_id = $1 and v.state in ('closed', 'mistake') and v.closed_at >= current_date - 1 and s.n > 0);
end $$;

create or replace function api.patient_find(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require_reader(custody.session(session), 'see_patient');
	query text := lower(normalize(coalesce(clinic.arg(args, 'query'), '')));
	found_rows jsonb;
begin
	if refused is not null then
		return refused;
	end if;
	select coalesce(jsonb_agg(jsonb_build_object('patient_id', x.patient_id, 'name', clinic.patient_name(x),
		'number', clinic.patient_number(x.patient_id), 'sex', x.sex, 'visits', clinic.visits_over(x.patient_id))), '[]') into found_rows
	from (select p.* from clinic.patient p
		where length(query) >= 2 and (starts_with(lower(normalize(p.family)), query) or starts_with(lower(normalize(p.given)), query)
			or position(query in lower(normalize(concat_ws(' ', p.given, p.family)))) > 0
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
