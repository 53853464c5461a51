-- Orders: a message is stored before anything is done with it; repeats, mending, cancels, orders entered here.
\ir setup.sql
select plan(61);

-- a message as the core hands it over
create function pg_temp.message(control_id text, orders jsonb, patient jsonb default '{}', bytes text default null,
	processing_id text default 'T') returns jsonb language sql as $$
	select jsonb_build_object('raw', encode(convert_to(coalesce(bytes, control_id || orders), 'UTF8'), 'base64'),
		'sha256', encode(sha256(convert_to(coalesce(bytes, control_id || orders), 'UTF8')), 'hex'), 'peer', '127.0.0.1',
		'parsed', jsonb_build_object('sender', '{"application": "EPIC", "facility": "HILL"}'::jsonb,
			'control_id', control_id, 'type', 'ORM^O01', 'processing_id', processing_id,
			'patient', '{"numbers": [{"id": "E7001", "authority": "EPI", "type": "MR"}], "family": "RUIZ", "given": "MARIA",
				"middle": "", "birth_date": "1980-02-03", "birth_text": "19800203", "sex": "F"}'::jsonb || patient,
			'orders', orders)) $$;
create function pg_temp.nw(placer text, code text, control text default 'NW') returns jsonb language sql as $$
	select jsonb_build_array(jsonb_build_object('control', control, 'control_raw', control, 'placer_number', placer,
		'priority', '', 'provider', '{"family": "DALE", "given": "ROBIN"}'::jsonb,
		'tests', jsonb_build_array(jsonb_build_object('code', code, 'name', 'as the sender names it', 'system', 'L')),
		'source_text', 'Blood', 'gaps', '["requester"]'::jsonb)) $$;
create function pg_temp.send(args jsonb) returns jsonb language sql volatile as $$
	select api.order_message(gen_random_uuid(), 'mllp', args) $$;
create function pg_temp.due() returns jsonb language sql stable as $$
	select api.collections_due('ana', '{}') -> 'data' $$;

-- ---- one order
create temporary table first as select pg_temp.send(pg_temp.message('1', pg_temp.nw('P1', 'CBC'))) as r;
select is((select r #>> '{data,ack_code}' from first), 'AA', 'a good order is AA');
select is((select r ->> 'verdict' from first), 'stored', 'a good order is stored');
select is((select convert_from(raw, 'UTF8') from clinic.hl7_message), '1' || pg_temp.nw('P1', 'CBC')::text, 'its bytes are kept (IO-05)');
select is(jsonb_array_length(pg_temp.due() -> 'due'), 1, 'the patient is due');
select is(pg_temp.due() #>> '{due,0,name}', 'RUIZ, MARIA', 'by name');
select is(pg_temp.due() #>> '{due,0,tests,0}', 'Complete blood count', 'with our name of the test');
select ok((pg_temp.due() #> '{due,0,printable}')::boolean, 'and is printable');
select ok(not (pg_temp.due() -> 'due' -> 0) ? 'birth_date', 'a list never shows a birth date');
select is((select gaps from clinic.lab_order), '{requester}'::text[], 'what the order lacks travels as a gap (RG-02)');
select is((select patient_snapshot ->> 'birth_date' from clinic.lab_order), '1980-02-03', 'the order keeps the patient as he was');

-- ---- STAT stands on the label and on the list; nothing else does (contrib/CONTRACTS.md 6)
begin;
select pg_temp.send(pg_temp.message('u' || n, jsonb_set(pg_temp.nw('U' || n, 'PT'), '{0,priority}', to_jsonb(priority))))
	is not null from (values (1, 'ROUTINE'), (2, 'STAT'), (3, 'TIMED')) x (n, priority) \g /dev/null
select is((select string_agg(placer_number || priority, ' ' order by placer_number) from clinic.lab_order where placer_number like 'U%'),
	'U1 U2STAT U3', 'of the sender''s priorities only STAT is one here');
rollback;

-- ---- a birth date that can not be anybody's waits for a person
begin;
select is(array(select pg_temp.send(pg_temp.message('b' || d, pg_temp.nw('B' || d, 'PT'), jsonb_build_object('birth_date', d, 'birth_text', d,
	'numbers', jsonb_build_array(jsonb_build_object('id', 'B' || d, 'authority', 'EPI'))))) #>> '{data,flags}'
	from unnest(array['2077-12-23', '1776-07-04', current_date::text]) d), array['["birth_date_unreadable"]', '["birth_date_unreadable"]', '[]'],
	'not born yet, or of another age: not believed');
rollback;

-- ---- the same again, and another with the same control id (HL-06)
create temporary table again as select pg_temp.send(pg_temp.message('1', pg_temp.nw('P1', 'CBC'))) as r;
select is((select r ->> 'verdict' from again), 'repeat', 'the same message again is a repeat');
select is((select (r -> 'data') - 'repeat' from again), (select (r -> 'data') - 'repeat' from first), 'and gets the first answer');
select is((select count(*) from clinic.lab_order_test), 1::bigint, 'and changes nothing');
select ok((pg_temp.send(pg_temp.message('1', pg_temp.nw('P2', 'PT'))) #> '{data,flagged}')::boolean,
	'the same control id with other bytes is flagged');
select is((select count(*) from clinic.lab_order), 2::bigint, 'and processed');

-- ---- what a person must mend
select is(pg_temp.send(pg_temp.message('3', pg_temp.nw('P3', 'WEIRD^1'))) #>> '{data,ack_code}', 'AA', 'an unknown test is AA');
select is(pg_temp.due() #>> '{due,0,printable}', 'false', 'and keeps the patient from being printed');
select is(pg_temp.due() #>> '{due,0,amber,0}', 'Test not known: WEIRD^1 as the sender names it', 'and says so in plain words (HL-15)');
select is((select x ->> 'kind' from jsonb_array_elements(pg_temp.due() -> 'amber') x where x ->> 'kind' = 'test_unknown'),
	'test_unknown', 'and is on the list of what a person mends');
create temporary table weird as select (x ->> 'lab_order_id')::bigint as id
	from jsonb_array_elements(pg_temp.due() -> 'amber') x where x ->> 'kind' = 'test_unknown';
select is(api.order_mend(gen_random_uuid(), 'ana', jsonb_build_object('lab_order_id', id, 'test_map', '{"WEIRD^1": "NOPE"}'::jsonb))
	->> 'code', 'order_test_unknown', 'it cannot be mended to a test that we do not have') from weird;
select is(api.order_mend(gen_random_uuid(), 'ana', jsonb_build_object('lab_order_id', id, 'test_map', '{"WEIRD^1": "TSH"}'::jsonb))
	->> 'verdict', 'stored', 'a person says which test it is') from weird;
select is(pg_temp.due() #>> '{due,0,printable}', 'true', 'and the patient is printable');
select is(pg_temp.send(pg_temp.message('4', pg_temp.nw('P4', 'WEIRD^1'))) #> '{data,flags}', '[]', 'the code is known from then on');
select is(pg_temp.send(pg_temp.message('5', pg_temp.nw('P5', 'CBC'), '{"numbers": [{"id": "E9", "authority": "EPI"}], "family": "LEE",
	"birth_date": null, "birth_text": "DOB"}')) #>> '{data,ack_code}', 'AA', 'an unreadable birth date is AA');
create temporary table lee as select o.lab_order_id as id, o.patient_id from clinic.lab_order o where o.placer_number = 'P5';
select is((select concat_ws(' ', x ->> 'amber', x ->> 'printable', x ->> 'unusual') from jsonb_array_elements(pg_temp.due() -> 'due') x where x ->> 'number' = 'E9'),
	'[] true ["no birth date (the order says: DOB)"]', 'and is asked about at the chair');
select is((select x ->> 'title' from jsonb_array_elements(pg_temp.due() -> 'amber') x where x ->> 'kind' = 'birth_date_missing'),
	'Birth date not readable: DOB', 'unless somebody knows it');
create function pg_temp.lee_born(control_id text, born text) returns text language plpgsql as $$
begin
	perform pg_temp.send(pg_temp.message(control_id, pg_temp.nw('P' || control_id, 'CBC'), jsonb_build_object('numbers', '[{"id": "E9", "authority": "EPI"}]'::jsonb,
		'family', 'LEE', 'birth_date', null, 'birth_text', born)));
	return (select x #>> '{unusual,0}' from jsonb_array_elements(pg_temp.due() -> 'due') x where x ->> 'number' = 'E9');
end $$;
select is(pg_temp.lee_born('5b', '1950'), 'birth date 1950 (year only)', 'a later message knows more of it');
select is(pg_temp.lee_born('5c', ''), 'birth date 1950 (year only)', 'one that says nothing takes nothing back');
select is(pg_temp.lee_born('5d', '195012'), 'birth date Dec 1950 (no day)', 'and another even more');
select is(api.order_mend(gen_random_uuid(), 'ana', jsonb_build_object('lab_order_id', id, 'birth_date', d)) ->> 'code', 'mend_birth_date',
	'not a birth date: ' || d) from lee, unnest(array['2999-01-01', '1980-02-30', 'soon', '1700-01-01']) d;
select is(api.order_mend(gen_random_uuid(), 'ana', jsonb_build_object('lab_order_id', id, 'birth_date', '1950-12-24')) ->> 'verdict',
	'stored', 'a person enters it') from lee;
select is((select array_agg(x ->> 'kind') from jsonb_array_elements(pg_temp.due() -> 'amber') x), '{other}',
	'what is mended leaves the list by itself');

-- ---- cancels (HL-07)
select is(pg_temp.send(pg_temp.message('6', pg_temp.nw('P77', 'CBC', 'CA'))) #>> '{data,ack_code}', 'AA', 'a cancel of an unknown order is AA');
select ok(exists (select 1 from jsonb_array_elements(pg_temp.due() -> 'amber') x where x ->> 'kind' = 'cancel_unknown'
	and x ->> 'title' like '%P77%'), 'and is listed by its number');
select is(pg_temp.send(pg_temp.message('7', pg_temp.nw('P2', 'PT', 'CA'))) #> '{data,flags}', '[]', 'a cancel before print');
select is((select t.state from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.placer_number = 'P2'),
	'cancelled', 'takes the test away');
update clinic.lab_order_test t set state = 'collected' from clinic.lab_order o
	where o.lab_order_id = t.lab_order_id and o.placer_number = 'P1';
select is(pg_temp.send(pg_temp.message('8', pg_temp.nw('P1', 'CBC', 'CA'))) #> '{data,flags}', '["cancel_after_draw"]', 'a cancel after the draw is told');
select is((select t.state from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.placer_number = 'P1'),
	'cancelled', 'the test is, the tube is not (tests/schema/visit/change.sql)');

-- ---- what was not understood
select is(pg_temp.send('{"raw": "Zm9v", "sha256": "2c26b46b68ffc68ff99b453c1d30413413422d706483bfa0f98a5e886266e7ae",
	"error": {"ack": "AR", "code": "200", "location": "MSH-9", "text": "only orders are taken"}}') #>> '{data,ack_code}', 'AR', 'an unsupported message is AR');
select is((select convert_from(raw, 'UTF8') from clinic.hl7_message where ack_code = 'AR'), 'foo', 'and kept');
select is(pg_temp.send(pg_temp.message('9', pg_temp.nw('P9', 'CBC', 'XX'))) #> '{data,flags}', '["control_unknown"]',
	'an unknown order control is flagged, never guessed (IO-01)');

-- ---- entered here
select is(api.order_here(gen_random_uuid(), 'ana', '{"patient": {"family": "Koh", "given": "Mei", "birth_date": "1990-01-02", "number": "W1"},
	"tests": ["CBC"], "provider": "Dr Dale", "source": "verbal"}') ->> 'code', 'order_needs_read_back', 'a verbal order is read back first');
select is(api.order_here(gen_random_uuid(), 'ana', '{"patient": {"family": "Koh", "given": "Mei", "birth_date": "1990-01-02", "number": "W1"},
	"tests": ["CBC"], "provider": "Dr Dale", "source": "verbal", "read_back": true}') ->> 'verdict', 'stored', 'a walk-in is entered here');
select is(api.patient_find('ana', '{"query": "koh"}') #>> '{data,patients,0,number}', 'W1', 'and found again');
create function pg_temp.walk_in(patient jsonb) returns text language sql volatile as $$
	select api.order_here(gen_random_uuid(), 'ana', jsonb_build_object('patient', patient, 'tests', '["CBC"]'::jsonb, 'provider', 'Dr Dale', 'source', 'paper')) ->> 'code' $$;
select is(pg_temp.walk_in(format('{"family": "%s", "given": "%s", "birth_date": %s, "birth_text": "%s", "number": "%s"}', f, g, d, t, n)::jsonb), code,
	format('a walk-in "%s" "%s", born %s "%s", number %s', f, g, d, t, n))
	from (values ('Sukarno', '', 'null', '1962', 'W2', 'order_stored'), ('Sukarno', '', 'null', 'unknown', 'W3', 'order_stored'), ('Sukarno', '', '"1962-03-04"', '1970', 'W4', 'order_stored'),
		('Sukarno', '', 'null', 'soon', 'W5', 'patient_needs'), ('Sukarno', '', 'null', '1776', 'W5', 'patient_needs'), ('Sukarno', '', '"2999-01-01"', '1962', 'W5', 'patient_needs'),
		('Unknown', '', '"1962-03-04"', '', 'W5', 'nobody_name'), ('Sukarno', '-', '"1962-03-04"', '', 'W5', 'nobody_name'), ('Sukarno', 'A', '"1962-03-04"', '', 'N/A', 'nobody_number')) x (f, g, d, t, n, code);
select is((select string_agg(concat_ws(' ', n.number, p.birth_date, p.birth_text, clinic.birth_known(p)), ', ' order by n.number) from clinic.patient p
	join clinic.patient_number n using (patient_id) where p.family = 'Sukarno'), 'W2 1962 1962, W3 unknown , W4 1962-03-04 1962-03-04 1962-03-04', 'what is known is kept');
select is(api.order_here(gen_random_uuid(), 'ana', '{"patient_id": 1, "tests": ["CBC"], "provider": "X", "source": "paper"}') ->> 'code',
	'patient_unknown', 'no order for nobody');
insert into clinic.policy_setting (policy, value) values ('order_entered_here', '"off"');
select is(api.order_here(gen_random_uuid(), 'ana', '{"patient_id": 1, "tests": ["CBC"], "provider": "X", "source": "paper"}') ->> 'code',
	'order_here_off', 'the policy order_entered_here is read');
select * from finish();
