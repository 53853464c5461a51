-- Opening a visit, and who the patient is: name first, the birth date picked from four (ER-01, RG-04).

-- Four different dates, none in the future, the true one anywhere: first those of today's look-alikes, then what a
-- tired ear or finger makes of the true one (day and month, one digit, a neighbour), of the same decade.
create or replace function clinic.birth_choices(patient_id bigint, born date) returns date[]
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	others date[] := array(select a.birth_date from clinic.look_alikes(patient_id) a
		where a.birth_date <> born and a.birth_date <= current_date order by random() limit 1);
	decade int := extract(year from born)::int / 10 * 10;
	like_it date[];
	day date;
begin
	if born is null then
		return '{}';
	end if;
	like_it := array(
		select d from (
			select case when extract(day from born) <= 12 then make_date(extract(year from born)::int,
				extract(day from born)::int, extract(month from born)::int) end as d, 0 as kind
			union all
			select (born + make_interval(years => y - extract(year from born)::int))::date, 1
			from generate_series(decade, decade + 9) y
			union all
			select (born + make_interval(months => m))::date, 1 from unnest(array[-5, -2, -1, 1, 2, 5]) m
			union all
			select born + n, 1 from unnest(array[-20, -10, -9, -3, 3, 9, 10, 20]) n
		) x where d is not null order by kind, random());
	-- the last resort: a child born today has the days before it
	like_it := like_it || array(select born - n from generate_series(1, 4) n);
	foreach day in array like_it loop
		exit when cardinality(others) >= 3;
		continue when day = born or day > current_date or day = any (others);
		others := others || day;
	end loop;
	return array(select d from unnest(others || born) d order by random());
end $$;

create or replace function clinic.visit_opened(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'slip');
	patient bigint := clinic.arg_bigint(args, 'patient_id');
	how text := case when clinic.arg(args, 'found_by') = 'search' then 'search' else 'list' end;
begin
	if code is not null then
		select s.patient_id into patient from clinic.slip s where s.slip = code;
		if not found then
			return clinic.judged('question', 'slip_unknown', jsonb_build_object('text', left(code, 40)));
		end if;
		how := 'slip';
	elsif patient is null then
		return clinic.judged('question', 'bad_request', '{"what": "slip or patient_id"}');
	end if;
	return clinic.visit_begin(actor, patient, code, how);
end $$;

-- What stands against opening a visit of this patient; code null when nothing does. The rows are locked.
create or replace function clinic.visit_obstacle(actor clinic.actor, patient bigint, slip text, how text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own clinic.visit;
	other clinic.visit;
	last clinic.visit;
	words jsonb;
	other_words jsonb;
	nobody text;
	amber text[];
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	select jsonb_build_object('name', clinic.patient_name(p)) into words
	from clinic.patient p where p.patient_id = patient for no key update;
	if words is null then
		return clinic.judged('question', 'patient_unknown');
	end if;
	own := clinic.visit_of(actor.operator_id);
	if own.patient_id = patient then
		return clinic.judged('repeat', 'visit_is_open', words, own.visit_id);
	elsif own.visit_id is not null then
		words := words || jsonb_build_object('other', (select clinic.patient_name(p) from clinic.patient p
			where p.patient_id = own.patient_id));
		perform clinic.ask(actor, own.visit_id, 'open_another',
			data => words || jsonb_build_object('patient_id', patient, 'slip', slip, 'found_by', how));
		return clinic.judged('question', 'open_another', words, own.visit_id);
	end if;
	select v.* into other from clinic.visit v
	where v.patient_id = patient and v.state in ('identify', 'labels', 'parked') for update;
	if other.visit_id is not null then
		return clinic.visit_elsewhere(actor, other);
	end if;
	select clinic.nobody_code(p), clinic.nobody_told(p) into nobody, other_words from clinic.patient p where p.patient_id = patient;
	if nobody is not null then
		return clinic.judged('question', nobody, other_words);
	end if;
	amber := clinic.patient_printable(patient);
	if cardinality(amber) > 0 then
		return clinic.judged('question', 'not_printable', words || jsonb_build_object('why', array_to_string(amber, '; ')));
	end if;
	select v.* into last from clinic.visit v
	where v.patient_id = patient and v.closed_at is not null order by v.opened_at desc, v.visit_id desc limit 1;
	if not exists (select 1 from clinic.collections c where c.patient_id = patient and c.state = 'due') then
		if last.closed_at > now() - interval '12 hours' then
			-- the finished visit is shown: its tubes, and Stop about them wherever they are
			return clinic.judged('repeat', 'visit_done', words || clinic.when_where(last.closed_at, last.station_id), last.visit_id);
		end if;
		return clinic.judged('question', 'nothing_due', words);
	elsif last.close_check = 'wrong_birth_date' and how <> 'slip' and last.closed_at > now() - interval '12 hours' then
		return clinic.judged('question', 'open_from_slip', words);
	end if;
	return clinic.tests_barred(clinic.tests_due(patient), null);
end $$;

-- The patient is in an open visit already: of another person, here or elsewhere, or parked.
create or replace function clinic.visit_elsewhere(actor clinic.actor, v clinic.visit) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := case when v.held_by = actor.operator_id and v.state = 'parked' then 'visit_parked' else 'take_over' end;
	words jsonb := jsonb_build_object(
		'name', (select clinic.patient_name(p) from clinic.patient p where p.patient_id = v.patient_id),
		'holder', (select o.name from clinic.operator o where o.operator_id = v.held_by),
		'station', (select s.name from clinic.station s where s.station_id = v.station_id));
begin
	perform clinic.ask(actor, null, code, data => words || jsonb_build_object('visit_id', v.visit_id));
	return clinic.judged('question', code, words, null);
end $$;

create or replace function clinic.when_where(at timestamptz, station_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('at', to_char($1, 'HH24:MI'), 'station',
		coalesce((select s.name from clinic.station s where s.station_id = $2), '?'));
end $$;

create or replace function clinic.visit_begin(actor clinic.actor, patient bigint, slip text, how text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	against clinic.judgement := clinic.visit_obstacle(actor, patient, slip, how);
	born date;
	alike int;
	opened bigint;
begin
	if against.code is not null then
		return against;
	end if;
	select p.birth_date into born from clinic.patient p where p.patient_id = patient;
	insert into clinic.visit (patient_id, slip, found_by, held_by, station_id, opened_by, birth_choices)
	values (patient, visit_begin.slip, how, actor.operator_id, actor.station_id, actor.operator_id,
		clinic.birth_choices(patient, born))
	returning visit_id into opened;
	perform clinic.ask_end(actor.station_id);
	select count(*) into alike from clinic.look_alikes(patient);
	perform clinic.visit_note(opened, actor, 'opened', detail => jsonb_build_object('found_by', how, 'look_alikes', alike));
	if alike > 0 and how <> 'slip' then
		perform clinic.ask(actor, opened, 'third_identifier');
		return clinic.judged('question', 'third_identifier', '{}', opened);
	end if;
	return (select case when clinic.unusual_asked(v) is null then clinic.judged('stored', 'visit_opened', '{}', opened)
		else clinic.judged('question', clinic.unusual_asked(v), clinic.unusual_told(v), opened) end from clinic.visit v where v.visit_id = opened);
end $$;

-- ---- identity ------------------------------------------------------------------------------------------

-- Who said the birth date; null when it is not said properly. A name stays in the visit and goes into no event.
create or replace function clinic.stated_by(args jsonb) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case
		when args -> 'stated_by' is null or args -> 'stated_by' = 'null' then '{"who": "patient", "name": null, "relation": null}'::jsonb
		when clinic.arg(args -> 'stated_by', 'who') = 'patient'
			or clinic.arg(args -> 'stated_by', 'who') in ('guardian', 'interpreter')
				and clinic.arg(args -> 'stated_by', 'name') is not null
			then jsonb_build_object('who', clinic.arg(args -> 'stated_by', 'who'),
				'name', left(clinic.arg(args -> 'stated_by', 'name'), 200),
				'relation', left(clinic.arg(args -> 'stated_by', 'relation'), 200)) end;
end $$;

-- The person's open visit, its patient locked before it: identity takes the patient's due tests.
create or replace function clinic.visit_and_patient_of(operator_id bigint) returns clinic.visit
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform 1 from clinic.patient p where p.patient_id = (select v.patient_id from clinic.visit v
		where v.held_by = $1 and v.state in ('identify', 'labels')) for no key update;
	return clinic.visit_of($1);
end $$;

create or replace function clinic.visit_identified(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	choice int := case when clinic.arg(args, 'choice') ~ '^[1-4]$' then clinic.arg(args, 'choice')::int end;
	who jsonb := clinic.stated_by(args);
	v clinic.visit := clinic.visit_and_patient_of(actor.operator_id);
	born date;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif clinic.names_another_visit(args, v.visit_id) then
		return clinic.judged('question', 'no_question', '{}', v.visit_id);
	elsif v.state <> 'identify' then
		return clinic.judged('repeat', 'identified_already', '{}', v.visit_id);
	elsif choice is null then
		return clinic.judged('question', 'bad_request', '{"what": "choice 1 to 4"}', v.visit_id);
	elsif who is null then
		return clinic.judged('question', 'stated_by_whom', '{}', v.visit_id);
	elsif clinic.policy_text('identity_check') = 'attest' then
		return clinic.judged('question', 'attest', '{}', v.visit_id);
	elsif clinic.policy_text('identity_check') = 'scan_photo_id' and clinic.arg(args, 'no_photo_id') is distinct from 'true'
		and not exists (select 1 from clinic.visit_act a where a.visit_id = v.visit_id and a.act = 'photo_id_name') then
		return clinic.judged('question', 'scan_photo_id', '{}', v.visit_id);
	elsif clinic.third_identifier_missing(v) then
		perform clinic.ask(actor, v.visit_id, 'third_identifier');
		return clinic.judged('question', 'third_identifier', '{}', v.visit_id);
	end if;
	select p.birth_date into born from clinic.patient p where p.patient_id = v.patient_id;
	if clinic.unusual_asked(v) is not null then
		return clinic.judged('question', clinic.unusual_asked(v), clinic.unusual_told(v), v.visit_id);
	elsif born is null and v.birth_choices = '{}' then
		return clinic.judged('question', 'attest_name', clinic.unusual_told(v), v.visit_id);
	elsif born is null or born <> all (v.birth_choices) then
		-- mended while the four were on the screen
		update clinic.visit x set birth_choices = clinic.birth_choices(v.patient_id, born), asked_at = clock_timestamp()
		where x.visit_id = v.visit_id and born is not null;
		return clinic.judged('question', 'birth_date_changed', '{}', v.visit_id);
	end if;
	return clinic.visit_identity(actor, v, v.birth_choices[choice] = born, 'pick_birth_date', who);
end $$;

create or replace function clinic.third_identifier_missing(v clinic.visit) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (v).found_by <> 'slip' and (v).third_identifier is null
		and exists (select 1 from clinic.look_alikes((v).patient_id));
end $$;

-- Where the site does not pick dates (identity_check attest): a person says that the patient said name and birth date.
create or replace function clinic.visit_attested(actor clinic.actor, v clinic.visit, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	who jsonb := clinic.stated_by(args);
begin
	if who is null then
		return clinic.judged('question', 'stated_by_whom', '{}', v.visit_id);
	end if;
	return clinic.visit_identity(actor, v, true, 'attest', who);
end $$;

-- The outcome of an identity check: the labels print, or the visit stops and counts as a near miss.
create or replace function clinic.visit_identity(actor clinic.actor, v clinic.visit, is_right boolean, how text, who jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	barred clinic.judgement;
begin
	if clinic.co_sign_missing(v) then
		return clinic.judged('question', 'co_sign', '{}', v.visit_id);
	elsif clinic.unusual_asked(v) is not null then
		return clinic.judged('question', clinic.unusual_asked(v), clinic.unusual_told(v), v.visit_id);
	end if;
	barred := clinic.tests_barred(clinic.tests_due(v.patient_id), v.visit_id); -- since the visit was opened
	if is_right and barred.code is not null then
		return barred;
	end if;
	perform clinic.ask_end(v.station_id, v.visit_id);
	if not is_right then
		update clinic.visit x set state = 'closed', close_check = 'wrong_birth_date', closed_at = clock_timestamp(),
			closed_by = actor.operator_id, identified_how = how where x.visit_id = v.visit_id;
		perform clinic.visit_note(v.visit_id, actor, 'wrong_birth_date', true, jsonb_build_object('how', how));
		return clinic.judged('stop', 'wrong_birth_date', '{}', v.visit_id);
	end if;
	update clinic.visit x set state = 'labels', identified_at = clock_timestamp(), identified_by = actor.operator_id,
		identified_how = how, stated_by = who where x.visit_id = v.visit_id returning x.* into v;
	perform clinic.visit_note(v.visit_id, actor, 'identified', detail =>
		jsonb_build_object('how', how, 'who', who -> 'who'));
	perform clinic.visit_prepare(v, actor);
	if clinic.policy_text('print_when') = 'after_draw' then
		-- but a cup gets its label before it is filled; without a printer that is asked for next
		perform clinic.visit_print(v, actor, clinic.printer_of(actor.station_id), true);
		return clinic.judged('stored', 'identified_draw_first', '{}', v.visit_id);
	elsif not clinic.visit_print(v, actor, clinic.printer_of(actor.station_id)) then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	end if;
	return coalesce(clinic.stock_question(v.visit_id), clinic.judged('stored', 'identified', '{}', v.visit_id));
end $$;

-- ---- tests to containers (PA-01, ER-18) -------------------------------------------------------------------

-- Which containers the tests need, in order of draw: tests that share container, lab, temperature, specimen type and time
-- point go together as long as they fit, but never in a jar; a test larger than a container gets as many as it needs. Tubes that are filled from a
-- cup share one as long as it holds enough; parent is the number of that cup.
create or replace function clinic.tubes_for(lab_order_test_ids bigint[])
returns table (container_type_id bigint, lab_id bigint, specimen_type text, tests bigint[], number int, parent int)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	t record;
	keys text[] := '{}';                     -- one per tube so far
	room int[] := '{}';                      -- what still fits
	of_tube jsonb := '[]';
	place int;
	needed int;
	is_poured boolean := false;              -- a tube among them is filled from a cup
begin
	for t in select ot.lab_order_test_id as id, x.volume_ul, c.fill_ul, c.container_type_id as container, x.lab_id as lab, c.order_of_draw, c.filled_from,
			x.specimen_type as kind, c.kind = 'jar' as is_jar, concat_ws('|', c.container_type_id, x.lab_id, x.temperature, x.specimen_type, x.time_point,
			case when c.kind = 'jar' then ot.lab_order_test_id end) as key
		from clinic.lab_order_test ot
		join clinic.test x on x.test_id = ot.test_id
		join clinic.container_type c on c.container_type_id = x.container_type_id
		where ot.lab_order_test_id = any (lab_order_test_ids)
		order by c.order_of_draw, c.container_type_id, x.lab_id, x.temperature, x.specimen_type, x.time_point, x.volume_ul desc,
			ot.lab_order_test_id
	loop
		is_poured := is_poured or t.filled_from is not null;
		select min(n) into place from unnest(keys, room) with ordinality u (k, r, n) where k = t.key and r >= t.volume_ul;
		if place is not null then
			room[place] := room[place] - t.volume_ul;
			of_tube := jsonb_set(of_tube, array[(place - 1)::text, 'tests'],
				of_tube -> (place - 1) -> 'tests' || to_jsonb(t.id));
			continue;
		end if;
		needed := case when t.is_jar then clinic.jars_needed(t.id) else greatest(1, ceil(t.volume_ul::numeric / t.fill_ul)::int) end;
		for i in 1 .. needed loop
			keys := keys || t.key;
			room := room || (case when i < needed then 0 else needed * t.fill_ul - t.volume_ul end);
			of_tube := of_tube || jsonb_build_array(jsonb_build_object('container', t.container, 'lab', t.lab,
				'kind', t.kind, 'tests', jsonb_build_array(t.id), 'draws', t.order_of_draw));
		end loop;
	end loop;
	if not is_poured then
		return query select (u.tube ->> 'container')::bigint, (u.tube ->> 'lab')::bigint, u.tube ->> 'kind',
			array(select x::bigint from jsonb_array_elements_text(u.tube -> 'tests') x), u.n::int, null::int
			from jsonb_array_elements(of_tube) with ordinality u (tube, n) order by u.n;
		return;
	end if;
	for t in select u.n, u.tube, c.fill_ul, c.filled_from, cup.fill_ul as cup_ul, cup.order_of_draw
		from jsonb_array_elements(of_tube) with ordinality u (tube, n)
		join clinic.container_type c on c.container_type_id = (u.tube ->> 'container')::bigint
		join clinic.container_type cup on cup.container_type_id = c.filled_from order by u.n
	loop
		select min(u.n) into place from jsonb_array_elements(of_tube) with ordinality u (tube, n)
		where (u.tube ->> 'container')::bigint = t.filled_from and room[u.n] >= t.fill_ul;
		if place is null then
			of_tube := of_tube || jsonb_build_array(jsonb_build_object('container', t.filled_from, 'lab', t.tube -> 'lab',
				'kind', t.tube -> 'kind', 'tests', jsonb_build_array(), 'draws', t.order_of_draw));
			room := room || t.cup_ul;
			place := jsonb_array_length(of_tube);
		end if;
		room[place] := room[place] - t.fill_ul;
		of_tube := jsonb_set(of_tube, array[(t.n - 1)::text, 'cup'], to_jsonb(place));
	end loop;
	return query
	with numbered as (
		select u.tube, u.n, row_number() over (order by (u.tube ->> 'draws')::int, u.n)::int as no
		from jsonb_array_elements(of_tube) with ordinality u (tube, n))
	select (u.tube ->> 'container')::bigint, (u.tube ->> 'lab')::bigint, u.tube ->> 'kind',
		array(select x::bigint from jsonb_array_elements_text(u.tube -> 'tests') x), u.no, cup.no
	from numbered u left join numbered cup on cup.n = (u.tube ->> 'cup')::int order by u.no;
end $$;

-- The tests that a visit of this patient takes: the plan shown before identity and the specimens made after it are
-- both clinic.tubes_for of these.
create or replace function clinic.tests_due(patient_id bigint) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select t.lab_order_test_id from clinic.lab_order o
		join clinic.lab_order_test t on t.lab_order_id = o.lab_order_id
		where o.patient_id = $1 and t.state = 'due' and t.test_id is not null order by t.lab_order_test_id);
end $$;

-- The specimens of the patient's due tests, numbered in order of draw, each with its event.
create or replace function clinic.visit_prepare(v clinic.visit, actor clinic.actor) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	due bigint[] := clinic.tests_due(v.patient_id);
	many int;
	tube record;
	made text;
	ids text[] := '{}';
begin
	with taken as (
		update clinic.lab_order_test t set state = 'in_visit', state_at = now(), reason = ''
		where t.lab_order_test_id = any (due) and t.state = 'due'
		returning t.lab_order_test_id)
	select array_agg(lab_order_test_id) into due from taken;
	select count(*) into many from clinic.tubes_for(due);
	for tube in select * from clinic.tubes_for(due) loop
		made := custody.id_next('specimen');
		ids := ids || made;
		insert into clinic.specimen (specimen_id, visit_id, patient_id, container_type_id, lab_id, specimen_type,
			number, of, created_by, parent_id)
		values (made, v.visit_id, v.patient_id, tube.container_type_id, tube.lab_id, tube.specimen_type, tube.number, many,
			actor.operator_id, ids[tube.parent]); -- a cup comes before its tubes
		insert into clinic.specimen_test (specimen_id, lab_order_test_id) select made, x from unnest(tube.tests) x;
		perform custody.append(made, 'prepared', jsonb_build_object('visit', v.visit_id,
			'container_type', tube.container_type_id, 'tests', to_jsonb(tube.tests), 'number', tube.number, 'of', many)
			|| case when tube.parent is null then '{}' else jsonb_build_object('parent', ids[tube.parent]) end,
			actor.operator_id, actor.station_id, lab => clinic.specimen_lab(made));
	end loop;
	perform clinic.jars_make(v.visit_id);
end $$;

-- Labels for every tube that has none yet, in order of draw; cups_only: for what is labelled before it is filled.
-- cup: only for the tubes that are filled from it; none for a tube whose cup is not back, or a jar without its site. False when there is no printer.
create or replace function clinic.visit_print(v clinic.visit, actor clinic.actor, device_id bigint,
	cups_only boolean default false, cup text default null) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text;
	n int := 0;
begin
	if device_id is null then
		return false;
	end if;
	for tube in select s.specimen_id from clinic.specimen s where s.visit_id = v.visit_id
		and not exists (select 1 from clinic.label l where l.specimen_id = s.specimen_id)
		and coalesce((custody.state(s.specimen_id)).kind, '') = 'prepared'
		and (not cups_only or clinic.specimen_is_applied_before(s.specimen_id))
		and (cup is null or s.parent_id = cup) and not clinic.tube_waits_for_cup(s.specimen_id) and not clinic.jar_waits(s.specimen_id) order by s.number
	loop
		perform clinic.label_print(v, tube, device_id, actor, '');
		n := n + 1;
	end loop;
	if n > 0 then
		perform clinic.visit_note(v.visit_id, actor, 'printed', detail => jsonb_build_object('device', device_id));
	end if;
	return true;
end $$;
