-- Who the patient is: four dates, look-alikes, third identifiers, and what stands against opening a visit.
\ir setup.sql
select plan(108);
create function pg_temp.open(patient bigint, token text default 'ana', how text default 'list') returns jsonb language sql volatile as $$
	select pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient, 'found_by', how)) $$;
-- ends whatever Ana has open
create function pg_temp.free() returns void language sql volatile as $$
	update clinic.visit set state = 'closed', closed_at = now() - interval '1 day' where state <> 'closed';
	delete from clinic.question $$;

-- ---- the four dates, for birthdays of every kind
create temporary table born (d date);
insert into born values ('1962-03-14'), ('2000-02-29'), ('1999-12-31'), ('1930-01-01'), ('1904-02-29'), ('2010-10-10'), ('1988-06-06'),
	(current_date), (current_date - 1), (current_date - 2), (current_date - 40), ('1950-11-12');
select is((select count(*) from born, generate_series(1, 20) g, clinic.birth_choices(g * 0, d) c where cardinality(c) <> 4), 0::bigint, 'four, always');
select is((select count(*) from born, generate_series(1, 20) g, clinic.birth_choices(g * 0, d) c where (select count(distinct x) from unnest(c) x) <> 4),
	0::bigint, 'all different');
select is((select count(*) from born, generate_series(1, 20) g, clinic.birth_choices(g * 0, d) c where d <> all (c)), 0::bigint, 'with the true one');
select is((select count(*) from born, generate_series(1, 20) g, clinic.birth_choices(g * 0, d) c, unnest(c) x where x > current_date), 0::bigint, 'none in the future');
select is((select count(*) from generate_series(1, 40) g, clinic.birth_choices(g * 0, '1962-03-14') c, unnest(c) x
	where x not between '1959-01-01' and '1971-12-31'), 0::bigint, 'all plausible: of the same decade');
select is((select count(distinct array_position(c, date '1962-03-14')) from generate_series(1, 80) g, clinic.birth_choices(g * 0, '1962-03-14') c),
	4::bigint, 'the true one stands anywhere');
select is((select count(*) from generate_series(1, 20) g, clinic.birth_choices(g * 0, '1962-03-04') c where '1962-04-03' <> all (c)), 0::bigint,
	'day and month exchanged is among them');
select is(clinic.date_words('1962-03-04'), '4 Mar 1962', 'as a person says it');

-- ---- a wrong pick stops the visit (contrib/POLICIES.md 4.2: Wrong Maria)
select pg_temp.patient('LOPEZ', 'Maria', '1971-05-06', array['CBC'], 'M1') as a \gset
select pg_temp.slip(:a) as slip \gset
select is(pg_temp.says(pg_temp.open(:a)), 'stored visit_opened', 'Maria A is opened from the list');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', '{"choice": 5}')), 'question bad_request', 'there is no fifth date');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', jsonb_build_object('choice', pg_temp.choice(:a), 'stated_by', '{"who": "guardian"}'::jsonb))),
	'question stated_by_whom', 'a guardian has a name');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', jsonb_build_object('choice', pg_temp.choice(:a, false)))), 'stop wrong_birth_date',
	'Maria B says her own date: stopped');
select is((select state || ' ' || close_check from clinic.visit), 'closed wrong_birth_date', 'the visit is over');
select is((select count(*) from clinic.specimen), 0::bigint, 'no tube, no label');
select is((select count(*) from clinic.visit_act where near_miss and act = 'wrong_birth_date'), 1::bigint, 'it counts as a near miss');
select is((select array_agg(distinct state) from clinic.lab_order_test), '{due}', 'the tests stay due');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', '{"choice": 1}')), 'question no_visit', 'no second guess');
select is(pg_temp.says(pg_temp.open(:a)), 'question open_from_slip', 'only the slip opens it again');
select is(pg_temp.says(pg_temp.scan(:'slip')), 'stored visit_opened', 'the slip does');
select is(pg_temp.says(pg_temp.identify(:a)), 'stored identified', 'with the right date it goes on');
select is((select stated_by from clinic.visit where state = 'labels'), '{"who": "patient", "name": null, "relation": null}', 'the patient said it');
select pg_temp.free() \g /dev/null

-- ---- guardian and interpreter
select pg_temp.patient('KIM', 'Joon', '2019-01-02', array['CBC'], 'K1') as kim \gset
select is(pg_temp.says(pg_temp.open(:kim)), 'stored visit_opened', 'a child');
select is(pg_temp.call('visit_identify', 'ana', jsonb_build_object('choice', pg_temp.choice(:kim),
	'stated_by', '{"who": "guardian", "name": "Min Kim", "relation": "mother"}'::jsonb)) #> '{data,visit,stated_by}',
	'{"who": "guardian", "name": "Min Kim", "relation": "mother"}', 'who stated it is kept');
select is((select count(*) from custody.event where body like '%Min%'), 0::bigint, 'in no event');
select pg_temp.free() \g /dev/null

-- ---- look-alikes of today: same birth date and similar surname, or same name (ER-01)
select pg_temp.patient('SMITH', 'Jane', '1980-08-09', array['CBC'], 'S1') as jane \gset
select pg_temp.patient('SMITHE', 'Joan', '1980-08-09', array['CBC'], 'S2') as joan \gset
select pg_temp.patient('SMITH', 'Jane', '1955-01-30', array['CBC'], 'S3') as old_jane \gset
select pg_temp.patient('BAKER', 'Ann', '1980-08-09', array['CBC'], 'S4') as ann \gset
select is((select array_agg(patient_id order by patient_id) from clinic.look_alikes(:jane)), array[:joan, :old_jane]::bigint[], 'both kinds are found, others not');
select is((select count(*) from generate_series(1, 20) g, clinic.birth_choices(:jane + g * 0, '1980-08-09') c where '1955-01-30' <> all (c)), 0::bigint,
	'a look-alike''s birth date is among the four');
select pg_temp.slip(:jane) as jslip \gset
select pg_temp.slip(:joan) as oslip \gset
select is(pg_temp.says(pg_temp.open(:jane)), 'question third_identifier', 'from the list a third identifier is asked');
select is(jsonb_array_length(pg_temp.view() -> 'look_alikes'), 2, 'both are shown');
select is(pg_temp.view() #>> '{ask,code}', 'third_identifier', 'the question is on the screen');
select is(pg_temp.says(pg_temp.identify(:jane)), 'question third_identifier', 'the right date alone is not enough');
select is(pg_temp.says(pg_temp.scan('XYZ')), 'note not_ours', 'a strange code is no identifier');
select is(pg_temp.says(pg_temp.scan('S2')), 'question third_identifier_wrong', 'the other''s number is noticed');
select is((select count(*) from clinic.visit_act where near_miss and act = 'wrong_third_identifier'), 1::bigint, 'and counts');
select is(pg_temp.says(pg_temp.scan(:'oslip')), 'question open_another', 'the other''s slip is another visit');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "open_another", "choice": "back"}')), 'note left_as_it_is', 'back to this one');
select is(pg_temp.says(pg_temp.scan('S1')), 'stored third_identifier_right', 'her own number is');
select is(pg_temp.says(pg_temp.identify(:jane)), 'stored identified', 'and with the date identifies');
select pg_temp.free() \g /dev/null
update clinic.lab_order_test set state = 'due' where state = 'in_visit';
select pg_temp.open(:jane) \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'jslip')), 'stored third_identifier_right', 'so is her slip');
select pg_temp.free() \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'jslip')), 'stored visit_opened', 'opened by slip, the slip was the third');
select is(jsonb_array_length(pg_temp.view() -> 'look_alikes'), 2, 'the look-alikes are shown all the same');
select pg_temp.free() \g /dev/null

-- ---- one visit per person, one per patient (promise 4)
update clinic.lab_order_test set state = 'collected';
select is(pg_temp.says(pg_temp.open(:kim)), 'question nothing_due', 'nothing due, no visit');
update clinic.lab_order_test set state = 'due';
select is(pg_temp.says(pg_temp.open(:kim)), 'stored visit_opened', 'Ana opens Kim');
select is(pg_temp.says(pg_temp.open(:kim)), 'repeat visit_is_open', 'again is a repeat');
select is(pg_temp.says(pg_temp.open(:ann)), 'question open_another', 'another is a question');
select is(pg_temp.view() #> '{ask,commands}', '[{"name": "Park", "command": "park"}, {"name": "Back", "command": "back"}]', 'with two ways on');
select is(pg_temp.view() #>> '{ask,title}', 'Your visit with KIM, Joon is open', 'in plain words');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "open_another", "choice": "yes"}')), 'question bad_request', 'no other answer counts');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "take_over", "choice": "yes"}')), 'question no_question', 'nor to another question');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "open_another", "choice": "park"}')), 'stored visit_opened', 'Park: Kim waits, Ann is open');
select is(pg_temp.view() #>> '{patient,name}', 'BAKER, Ann', 'Ann');
select is(pg_temp.says(pg_temp.call('visit_park', 'ana')), 'question park_limit', 'one parked visit is enough');
select is(pg_temp.says(pg_temp.call('visit_resume', 'ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where state = 'parked')))),
	'question close_yours_first', 'first things first');
select is(pg_temp.says(pg_temp.open(:kim, 'ben')), 'question take_over', 'Ben wants Kim');
select is(pg_temp.view('ben') ->> 'visit_id', null, 'he sees a question, no visit');
select is(pg_temp.view('ben') #>> '{ask,code}', 'take_over', 'that says whose it is');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ben', '{"code": "take_over", "choice": "no"}')), 'note left_as_it_is', 'no: it stays');
select is((select held_by from clinic.visit where state = 'parked'), (select operator_id from clinic.operator where initials = 'AR'), 'with Ana');
select pg_temp.open(:kim, 'ben') \g /dev/null
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ben Okafor'), 'ben')), 'note command_not_now', 'his badge is no answer in the first second of the question');
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ben Okafor'), 'ben')), 'stored visit_resumed', 'then it takes the visit over');
select is(pg_temp.view('ben') #>> '{patient,name}', 'KIM, Joon', 'Kim is Ben''s');
select is((select count(*) from clinic.visit_act where act = 'taken_over'), 1::bigint, 'which is written down');
select is(pg_temp.says(pg_temp.open(:ann, 'ben')), 'question open_another', 'Ben has one open too');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ben', '{"code": "open_another", "choice": "park"}')), 'question take_over', 'parked his, but Ann is Ana''s');
select is(pg_temp.says(pg_temp.open(:kim, 'ben')), 'question visit_parked', 'his own parked visit asks to go on');
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ben Okafor'), 'ben')), 'note command_not_now', 'nor here');
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ben Okafor'), 'ben')), 'stored visit_resumed', 'his badge says yes');
select is(pg_temp.says(pg_temp.call('visit_park', 'ben')), 'stored parked', 'parked again');
select is(pg_temp.says(pg_temp.call('visit_resume', 'ben', jsonb_build_object('visit_id', (select visit_id from clinic.visit where state = 'parked')))),
	'stored visit_resumed', 'resumed from the list');
select isnt(pg_temp.choice(:kim), null, 'and the four dates are there');
select is(pg_temp.says(pg_temp.call('visit_resume', 'ben', '{"visit_id": 1}')), 'question close_yours_first', 'one at a time');
select pg_temp.free() \g /dev/null

-- ---- what keeps labels from printing (RG-02)
select pg_temp.patient('DOYLE', 'Jo', '1990-01-01', array['CBC'], 'D1') as doe \gset
insert into clinic.lab_order_test (lab_order_test_id, lab_order_id, code, name)
	select custody.row_id(nextval('clinic.lab_order_test_seq')), lab_order_id, 'WEIRD', 'Weird one' from clinic.lab_order where patient_id = :doe;
select is(pg_temp.says(pg_temp.open(:doe)), 'question not_printable', 'a test that nobody knows, no labels');
select matches(pg_temp.open(:doe) ->> 'title', 'Test not known: WEIRD Weird one', 'and says why');
delete from clinic.lab_order_test where code = 'WEIRD';
update clinic.patient set sex = '' where patient_id = :doe;
select is(pg_temp.says(pg_temp.open(:doe)), 'stored visit_opened', 'mended it opens; sex is not needed');
update clinic.patient set birth_date = '1991-02-03' where patient_id = :doe;
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', '{"choice": 1}')), 'question birth_date_changed', 'mended while it is asked: asked again');
select isnt(pg_temp.choice(:doe), null, 'from four new ones');
select pg_temp.free() \g /dev/null
select is(pg_temp.says(pg_temp.open(-1)), 'question bad_request', 'no such patient');
select is(pg_temp.says(pg_temp.open(1)), 'question patient_unknown', 'nor this');
select is(pg_temp.says(pg_temp.call('visit_open', 'ana', '{"slip": "V900999999965"}')), 'question slip_unknown', 'nor this slip');

-- ---- identity_check: the photo ID (POLICIES 6.1)
create function pg_temp.licence(family text, born text, header text default E'@\n\x1e\rANSI 636000090002DL00410278ZV03190008DLDAQ123\n') returns text
language sql as $$ select header || E'DCS' || family || E'\nDDEN\nDACJO\nDBB' || born || E'\nDBC2\nDCGUSA\r' $$;
select is(clinic.licence_read(convert_to(pg_temp.licence(f, b), 'UTF8')), format('{"family": "%s", "birth_date": "%s"}', f, d)::jsonb, 'a licence: ' || b)
	from (values ('DOYLE', '02031991', '1991-02-03'), ('TREMBLAY', '19910203', '1991-02-03'), ('O''NEIL', '12311950', '1950-12-31')) x (f, b, d);
select is(clinic.licence_read(convert_to(t, 'UTF8')), null, 'no licence: ' || t) from unnest(array['', '@', '900000000150', 'ANSI 636', '@home']) t;
select pg_temp.open(:doe) \g /dev/null
select is(pg_temp.would(pg_temp.licence('DOYLE', '99999999')), 'question photo_id_unreadable', 'no date can be read');
select is(pg_temp.would(pg_temp.licence('ROE', '02031991')), 'question photo_id_name', 'another name is asked about');
select is(pg_temp.would(pg_temp.licence('DOYLE', '02031992')), 'stop wrong_birth_date', 'another birth date stops the visit');
select is(pg_temp.says(pg_temp.scan(pg_temp.licence('Doyle', '02031991'))), 'stored identified', 'the licence of who sits here identifies');
select is((select identified_how from clinic.visit where state = 'labels'), 'scan_photo_id', 'and it is kept how');
select is((select array_agg(convert_from(raw, 'UTF8') || evidence::text) from clinic.scan where code = 'identified'), '{"photo ID{}"}', 'but nothing of the licence');
select is((select count(*) from custody.request where reply::text ~ '02031991|DCS'), 0::bigint, 'nor in any reply');
select pg_temp.free() \g /dev/null
update clinic.lab_order_test set state = 'due' where state = 'in_visit';
select pg_temp.policy('identity_check', '"scan_photo_id"') \g /dev/null
select pg_temp.open(:doe) \g /dev/null
select is(pg_temp.says(pg_temp.identify(:doe)), 'question scan_photo_id', 'where the photo ID is read, picking is not enough');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', jsonb_build_object('choice', pg_temp.choice(:doe), 'no_photo_id', true))), 'stored identified', 'but who has none picks');
select pg_temp.free() \g /dev/null
update clinic.lab_order_test set state = 'due' where state = 'in_visit';
select pg_temp.policy('identity_check', '"pick_birth_date"') \g /dev/null
select pg_temp.open(:doe) \g /dev/null
select is(pg_temp.would(pg_temp.licence('DOYLE', '02031991')), 'question photo_id_not_used', 'where it is not read it does nothing');
select pg_temp.free() \g /dev/null

-- ---- tests to containers (PA-01)
create function pg_temp.tubes(tests text[]) returns text language plpgsql volatile as $$
declare
	p bigint := pg_temp.patient('TUBE' || gen_random_uuid(), 'T', '1970-01-01', tests);
begin
	return (select string_agg(c.code || ':' || (select coalesce( string_agg(o.code, '+' order by o.code), '') from clinic.lab_order_test o
			where o.lab_order_test_id = any (t.tests)), ' ' order by t.number)
		from clinic.tubes_for(array(select lab_order_test_id from clinic.collections where patient_id = p)) t
		join clinic.container_type c using (container_type_id));
end $$;
select is(pg_temp.tubes(tests), tubes, tubes) from (values
	(array['CBC'], 'EDTA4:CBC'),
	(array['A1C', 'CBC'], 'EDTA4:A1C+CBC'),
	(array['CBC', 'ABO'], 'EDTA4:ABO EDTA4:CBC'),
	(array['CBC', 'ABO', 'A1C'], 'EDTA4:A1C+ABO EDTA4:CBC'),
	(array['GLU', 'CBC', 'NH3', 'CMP', 'PT'], 'CIT27:PT SST5:CMP HEP4:NH3 EDTA4:CBC NAF2:GLU'),
	(array['CBC', 'MACR'], 'EDTA4:CBC CUP:MACR'),
	(array['UA', 'CBC', 'MACR'], 'EDTA4:CBC CUP:MACR UA8:UA'),
	(array['UA', 'UCUL'], 'CUP: URC4:UCUL UA8:UA'),
	(array['TSH', 'LIPID', 'CMP', 'HIV'], 'SST5:CMP+HIV+LIPID+TSH')) x (tests, tubes);
update clinic.test set volume_ul = 9000 where code = 'ABO';
select is(pg_temp.tubes(array['ABO', 'A1C']), 'EDTA4:ABO EDTA4:ABO EDTA4:A1C+ABO', 'a test larger than a tube gets as many as it needs');
update clinic.test set temperature = 'FRZ' where code = 'A1C';
select is(pg_temp.tubes(array['CBC', 'A1C']), 'EDTA4:CBC EDTA4:A1C', 'another temperature is another tube');
update clinic.test set specimen_type = 'PLAS', temperature = 'AMB' where code = 'A1C';
select is(pg_temp.tubes(array['CBC', 'A1C']), 'EDTA4:A1C EDTA4:CBC', 'so is another kind of specimen');
select * from finish();
