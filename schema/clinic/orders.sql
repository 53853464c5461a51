-- Orders: what came, whose it is, what is due, what a person must mend first.

-- The first number of a patient, as shown.
create or replace function clinic.patient_number(patient_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select n.number from clinic.patient_number n where n.patient_id = $1 order by n.position, n.number limit 1);
end $$;

create or replace function clinic.patient_name(p clinic.patient) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return concat_ws(', ', nullif((p).family, ''), nullif(concat_ws(' ', nullif((p).given, ''), nullif((p).middle, '')), ''));
end $$;

-- Due tests: one row each, with what the tube needs.
create or replace view clinic.collections as
select o.patient_id, o.lab_order_id, o.priority, o.received_at, o.placer_number, o.sender,
	t.lab_order_test_id, t.code, t.name, t.state, t.test_id
from clinic.lab_order o
join clinic.lab_order_test t on t.lab_order_id = o.lab_order_id
where t.state in ('due', 'in_visit');

-- What keeps this patient's labels from being printed, in plain words; empty = printable.
create or replace function clinic.patient_printable(patient_id bigint) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(
		select clinic.reply('question', clinic.nobody_code(p), clinic.nobody_told(p)) ->> 'title'
		from clinic.patient p where p.patient_id = $1 and clinic.nobody_code(p) is not null
		union all
		select clinic.reply('question', 'amber_test_unknown',
			jsonb_build_object('codes', string_agg(distinct concat_ws(' ', c.code, c.name), ', '))) ->> 'title'
		from clinic.collections c where c.patient_id = $1 and c.test_id is null having count(*) > 0);
end $$;

-- Our test for a sender's code: that sender's own map first, then the map for every sender.
create or replace function clinic.test_of_code(sender text, code text) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select m.test_id from clinic.test_code m where m.sender in ($1, '*') and m.code = $2
	order by m.sender = '*' limit 1;
$$;

-- Two parts of names that may stand on labels as the same: equal, or both so long that no more than their first `keep`
-- letters need stay (printers/page/field.c).
create or replace function clinic.name_parts_agree(a text, b text, keep int) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	a := lower(normalize(a));
	b := lower(normalize(b));
	return a = b or length(a) > keep and length(b) > keep and left(a, keep) = left(b, keep);
end $$;

-- Can labels shorten both names to the same? A name of less than 16 characters is shortened on no shipped template: 15 of the
-- widest letter fit the narrowest at its smallest size (tube30x21: 28.9 mm, 1.75 mm, a W of DejaVu Sans Bold 1.103 em). How wide a name
-- is only the press knows, so this says yes to some that will be whole.
create or replace function clinic.names_shorten_alike(a_family text, a_given text, a_middle text, b_family text, b_given text, b_middle text)
returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.name_parts_agree(a_family, b_family, 6) and clinic.name_parts_agree(a_given, b_given, 3)
		and clinic.name_parts_agree(a_middle, b_middle, 1)
		and least(length(concat_ws(', ', a_family, nullif(concat_ws(' ', a_given, nullif(a_middle, '')), ''))),
			length(concat_ws(', ', b_family, nullif(concat_ws(' ', b_given, nullif(b_middle, '')), '')))) >= 16;
end $$;

-- Patients whose name stands on a label as this one's may (LB-03): both shortened, or both spelled alike.
create or replace function clinic.label_alikes(p clinic.patient) returns setof clinic.patient
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	mine jsonb := clinic.name_spelled(p);
begin
	return query
	select x.* from clinic.patient x
	where left(lower(normalize(x.family)), 6) = left(lower(normalize(p.family)), 6)
		and left(lower(normalize(x.given)), 3) = left(lower(normalize(p.given)), 3)
		and clinic.names_shorten_alike(x.family, x.given, x.middle, p.family, p.given, p.middle);
	if mine <> '{}' then
		return query
		select x.* from clinic.name_spelling s join clinic.patient x on x.patient_id = s.patient_id
			and (x.family, x.given, x.middle) = (s.family, s.given, s.middle)
		where left(lower(s.spelled_family), 6) = left(lower(mine ->> 'spelled_family'), 6)
			and left(lower(s.spelled_given), 3) = left(lower(mine ->> 'spelled_given'), 3)
			and (lower(concat_ws('|', s.spelled_family, s.spelled_given, s.spelled_middle))
					= lower(concat_ws('|', mine ->> 'spelled_family', mine ->> 'spelled_given', mine ->> 'spelled_middle'))
				or clinic.names_shorten_alike(s.spelled_family, s.spelled_given, s.spelled_middle,
					mine ->> 'spelled_family', mine ->> 'spelled_given', mine ->> 'spelled_middle'));
	end if;
end $$;

-- Today's other patients who could be taken for this one: same birth date and similar surname, same name, or a name that
-- labels may show as the same.
create or replace function clinic.look_alikes(patient_id bigint) returns setof clinic.patient
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.patient;
begin
	select x.* into p from clinic.patient x where x.patient_id = $1;
	return query
	select q.* from (
		select x.* from clinic.patient x where x.birth_date = p.birth_date
			and (left(lower(normalize(x.family)), 3) = left(lower(normalize(p.family)), 3) or lower(normalize(x.given)) = lower(normalize(p.given)))
		union
		select x.* from clinic.patient x where lower(normalize(x.family)) = lower(normalize(p.family))
			and lower(normalize(x.given)) = lower(normalize(p.given))
		union
		select x.* from clinic.label_alikes(p) x) q
	where q.patient_id <> p.patient_id
		and (exists (select 1 from clinic.lab_order o join clinic.lab_order_test t on t.lab_order_id = o.lab_order_id
				where o.patient_id = q.patient_id and t.state in ('due', 'in_visit'))
			or exists (select 1 from clinic.visit v where v.patient_id = q.patient_id
				and v.opened_at > now() - interval '12 hours'));
end $$;

create or replace function clinic.patient_snapshot(p clinic.patient) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('family', (p).family, 'given', (p).given, 'middle', (p).middle, 'sex', (p).sex,
		'birth_date', (p).birth_date, 'birth_text', (p).birth_text,
		'numbers', coalesce((select jsonb_agg(jsonb_build_object('id', n.number, 'authority', n.authority, 'type', n.type)
			order by n.position) from clinic.patient_number n where n.patient_id = (p).patient_id), '[]'));
$$;

-- ---- an order message (HL-02, HL-06, HL-07, HL-15) ------------------------------------------------

-- Finds the patient by any of the numbers, or makes one; changes what the sender says now.
-- Adds to flags what a person must look at.
create or replace function clinic.patient_of_message(patient jsonb, inout flags text[], out patient_id bigint)
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_ids bigint[];
	-- father and son may differ in nothing else
	family_name text := concat_ws(' ', nullif(patient ->> 'family', ''), nullif(patient ->> 'suffix', ''));
	born date := clinic.arg_date(patient, 'birth_date');
	old clinic.patient;
	item record;
begin
	-- a date that can not be anybody's is not read either (as order_mend has it)
	if born not between current_date - interval '130 years' and current_date then
		born := null;
	end if;
	select array_agg(distinct n.patient_id) into found_ids
	from jsonb_array_elements(patient -> 'numbers') x
	join clinic.patient_number n on n.number = x ->> 'id' and n.authority = coalesce(x ->> 'authority', '');
	if cardinality(found_ids) > 1 then
		flags := flags || 'patient_numbers_disagree'::text;
	end if;
	patient_id := found_ids[1];
	if patient_id is null then
		patient_id := custody.row_id(nextval('clinic.patient_seq'));
		insert into clinic.patient (patient_id, family, given, middle, birth_date, birth_text, sex)
		values (patient_id, family_name, coalesce(patient ->> 'given', ''),
			coalesce(patient ->> 'middle', ''), born, coalesce(patient ->> 'birth_text', ''),
			coalesce(patient ->> 'sex', ''));
	else
		select p.* into old from clinic.patient p where p.patient_id = patient_of_message.patient_id for update;
		if born is not null and old.birth_date is not null and born <> old.birth_date then
			flags := flags || 'birth_date_changed'::text;
		end if;
		if (lower(normalize(old.family)), lower(normalize(old.given)))
			is distinct from (lower(normalize(family_name)), lower(normalize(coalesce(patient ->> 'given', '')))) then
			flags := flags || 'name_changed'::text;
		end if;
		update clinic.patient p set family = family_name, given = coalesce(patient ->> 'given', ''),
			middle = coalesce(patient ->> 'middle', ''), birth_date = coalesce(born, p.birth_date),
			birth_text = case when born is not null then coalesce(patient ->> 'birth_text', '')
				when p.birth_date is null then coalesce(nullif(patient ->> 'birth_text', ''), p.birth_text) else p.birth_text end,
			sex = coalesce(nullif(patient ->> 'sex', ''), p.sex), changed_at = now()
		where p.patient_id = patient_of_message.patient_id;
		perform clinic.birth_date_found(patient_of_message.patient_id);
	end if;
	if born is null then
		flags := flags || 'birth_date_unreadable'::text;
	end if;
	for item in select x.value, x.ordinality from jsonb_array_elements(patient -> 'numbers') with ordinality x loop
		insert into clinic.patient_number (authority, number, type, patient_id, position)
		values (coalesce(item.value ->> 'authority', ''), item.value ->> 'id', coalesce(item.value ->> 'type', ''),
			patient_id, item.ordinality)
		on conflict (authority, number) do nothing;
	end loop;
end $$;

-- Adds the tests that this order does not hold; one that was cancelled and comes again is another.
create or replace function clinic.order_add_tests(order_id bigint, sender text, tests jsonb, inout flags text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	item jsonb;
	known bigint;
begin
	for item in select x from jsonb_array_elements(coalesce(tests, '[]')) x loop
		continue when exists (select 1 from clinic.lab_order_test t
			where t.lab_order_id = order_id and t.code = item ->> 'code' and t.state <> 'cancelled');
		known := clinic.test_of_code(sender, item ->> 'code');
		if known is null then
			flags := flags || 'test_unknown'::text;
		end if;
		insert into clinic.lab_order_test (lab_order_test_id, lab_order_id, code, name, test_id)
		values (custody.row_id(nextval('clinic.lab_order_test_seq')), order_id, item ->> 'code',
			coalesce(item ->> 'name', ''), known);
	end loop;
end $$;

create or replace function clinic.order_new(sender text, message_id bigint, patient_id bigint, item jsonb, inout flags text[])
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	order_id bigint;
	of_patient bigint;
begin
	select o.lab_order_id, o.patient_id into order_id, of_patient from clinic.lab_order o
	where o.sender = order_new.sender and o.placer_number = item ->> 'placer_number' for update;
	if order_id is not null and of_patient <> order_new.patient_id then
		flags := flags || 'placer_number_of_another_patient'::text;
		return;
	end if;
	if order_id is not null then
		flags := flags || 'placer_number_reused'::text;
	else
		order_id := custody.row_id(nextval('clinic.lab_order_seq'));
		insert into clinic.lab_order (lab_order_id, patient_id, sender, placer_number, filler_number, group_number,
			source, provider, priority, source_text, ordered_at, patient_snapshot, gaps, specimens, message_id)
		select order_id, p.patient_id, order_new.sender, item ->> 'placer_number', coalesce(item ->> 'filler_number', ''),
			coalesce(item ->> 'group_number', ''), 'hl7',
			clinic.provider_name(item),
			-- a label has a band for STAT and for nothing else
			case when item ->> 'priority' = 'STAT' then 'STAT' else '' end, coalesce(item ->> 'source_text', ''),
			clinic.arg_time(item, 'ordered_at'), clinic.patient_snapshot(p),
			array(select jsonb_array_elements_text(coalesce(item -> 'gaps', '[]'))), clinic.item_specimens(item), order_new.message_id
		from clinic.patient p where p.patient_id = order_new.patient_id;
	end if;
	flags := clinic.order_add_tests(order_id, order_new.sender, item -> 'tests', flags);
end $$;

-- A point in time in ISO 8601 with zone, else null.
create or replace function clinic.arg_time(args jsonb, name text) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.arg(args, name)::timestamptz;
exception when data_exception then
	return null;
end $$;

-- Flags that a person looks at (amber); the others are only kept.
create or replace function clinic.message_is_amber(flags text[]) returns boolean
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select $1 && array['test_unknown', 'birth_date_unreadable', 'birth_date_changed', 'name_changed', 'cancel_unknown',
		'cancel_in_visit', 'cancel_after_draw', 'change_unknown', 'added_in_visit', 'control_unknown', 'patient_numbers_disagree',
		'placer_number_of_another_patient', 'control_id_reused'];
$$;

-- Orders: a message from the sender's system, an order entered here, what a person mends, what is due.
create or replace function clinic.message_reply(m clinic.hl7_message, repeat boolean) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.reply(case when repeat then 'repeat' else 'stored' end, 'order_stored', jsonb_build_object(
		'message_id', (m).message_id, 'ack_code', (m).ack_code, 'ack_at', (m).received_at,
		'errors', (m).errors, 'repeat', repeat, 'flagged', (m).state = 'amber', 'flags', to_jsonb((m).flags)));
$$;

-- What the sender is told: {ack, errors: [{code, location, text}]}.
-- Would decode() take it? Not by a regular expression: a message has up to a mebibyte.
create or replace function clinic.is_base64(text text) returns boolean
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select length($1) % 4 = 0 and right($1, 3) <> '==='
		and ltrim(rtrim($1, '='), 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/') = '';
$$;

-- Is it a list of objects of which each has a text under each of the names?
create or replace function clinic.all_have(list jsonb, names text[]) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when jsonb_typeof(list) = 'array' then not exists (select from jsonb_array_elements(list) x, unnest(names) n
		where jsonb_typeof(x) <> 'object' or jsonb_typeof(x -> n) is distinct from 'string') else false end;
end $$;

-- Has a message all that is stored of it, in the shapes of contrib/CONTRACTS.md 5?
create or replace function clinic.message_is_whole(args jsonb) returns boolean
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(args ->> 'sha256' ~ '^[0-9a-f]{64}$'
		and jsonb_typeof(args -> 'raw') = 'string' and clinic.is_base64(replace(args ->> 'raw', chr(10), ''))
		and case when args ? 'error' then args #>> '{error,ack}' in ('AE', 'AR')
			and coalesce(jsonb_typeof(args #> '{error,parsed}'), 'object') = 'object'
		else jsonb_typeof(args -> 'parsed') = 'object'
			and jsonb_typeof(args #> '{parsed,patient}') = 'object'
			and clinic.all_have(args #> '{parsed,patient,numbers}', array['id'])
			and jsonb_typeof(args #> '{parsed,orders}') = 'array'
			and not exists (select from jsonb_array_elements(
				case jsonb_typeof(args #> '{parsed,orders}') when 'array' then args #> '{parsed,orders}' else '[]' end) o
				where jsonb_typeof(o) <> 'object' or coalesce(o ->> 'placer_number', o ->> 'filler_number') is null
					or o ->> 'control' in ('NW', 'RO') and o ->> 'placer_number' is null
					or not clinic.all_have(o -> 'tests', array['code'])
					or jsonb_typeof(o -> 'gaps') is distinct from 'array') end, false);
$$;

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
