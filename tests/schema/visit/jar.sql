-- Jars: letters, site and side from the order or from the person, before the label prints (LB-01).
\ir setup.sql
select plan(80);
create function pg_temp.begun(patient bigint) returns jsonb language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('slip', pg_temp.slip(patient))));
	select pg_temp.identify(patient) $$;
create function pg_temp.set(specimen text, site text, side text default '') returns text language sql volatile as $$
	select pg_temp.says(r) || ': ' || (r ->> 'title') from pg_temp.call('jar_set', 'ana', jsonb_build_object('specimen_id', specimen, 'site', site, 'side', side)) r $$;
create function pg_temp.jobs(specimen text) returns text language sql stable as $$
	select string_agg(concat_ws(' ', j.copy, j.state, j.template, j.content ->> 'jar', j.content ->> 'side', j.content ->> 'site'), ', ' order by j.print_job_id)
	from clinic.print_job j where j.specimen_id = $1 $$;
create function pg_temp.order_says(patient bigint, specimens jsonb) returns void language sql volatile as $$
	update clinic.lab_order set specimens = $2 where patient_id = $1 $$;
create function pg_temp.jars(patient bigint) returns text language sql stable as $$
	select string_agg(concat_ws(' ', j.letter, nullif(j.side, ''), nullif(j.site, '')), ', ' order by s.number)
	from clinic.jar j join clinic.specimen s using (specimen_id) where s.patient_id = $1 $$;

-- ---- nobody said it: the tube prints, the jar is asked for
select pg_temp.patient('GREEN', 'Gina', '1961-01-01', array['CBC', 'HISTO'], 'G1') as gina \gset
select is(pg_temp.says(pg_temp.begun(:gina)), 'stored identified', 'identified');
select pg_temp.tube(:gina, 1) as tube, pg_temp.tube(:gina, 2) as jar \gset
select is(pg_temp.jobs(:'tube'), '1 queued auto12', 'the tube prints');
select is(pg_temp.jobs(:'jar'), null, 'the jar does not');
select is((pg_temp.view() #>> '{ask,code}') || ': ' || (pg_temp.view() #>> '{ask,title}'), 'jar_site: Jar A: from where?', 'it is asked');
select is(pg_temp.view() #> '{ask,commands}', '[]', 'no card answers that');
select is((select t -> 'jar' from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'number' = '2'), '{"side": "", "site": "", "letter": "A"}', 'the tile has its letter');
select is((select t -> 'jar' from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'number' = '1'), 'null', 'a tube has none');
select is(pg_temp.view() ->> 'open_labels', '2', 'the visit does not close without it');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.set(:'jar', s, d), 'question jar_needs_site: Jar A: from where?', what) from (values ('', 'LEFT', 'no site'), ('  ', '', 'blanks'), (repeat('x', 49), '', 'too long'),
	('back', 'MIDDLE', 'no side that is known'), (E'ba\tck', '', 'a control character')) x (s, d, what);
select is(pg_temp.set(:'tube', 'back'), 'question jar_not_one: That is no jar', 'a tube is no jar');
select is(pg_temp.set('900000000151', 'back'), 'question jar_not_one: That is no jar', 'nor is what is not of this visit');
select is(pg_temp.jobs(:'jar'), null, 'nothing was printed for these');
select is(pg_temp.set(:'jar', 'upper back', 'LEFT'), 'stored jar_prints: Jar A: LEFT UPPER BACK. Its label prints', 'side and site are said');
select is(pg_temp.jobs(:'jar'), '1 queued biopsy_jar A LEFT UPPER BACK', 'and stand on the label');
select is(pg_temp.set(:'jar', 'Upper back', 'LEFT'), 'repeat jar_said: Jar A: LEFT UPPER BACK', 'said again');
select is(pg_temp.set(:'jar', 'Upper back', 'RIGHT'), 'stored jar_said_again: Jar A: RIGHT UPPER BACK. Label 2 prints', 'mended before it was out');
select is(pg_temp.jobs(:'jar'), '1 void biopsy_jar A LEFT UPPER BACK, 2 queued biopsy_jar A RIGHT UPPER BACK', 'the first does not come out');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.set(:'jar', 'neck'), 'stored jar_said_again: Jar A: NECK. Label 3 prints', 'mended after it was out');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'jar', 3))), 'stored on_tube', 'the right one is scanned');
select is((select array_agg(l ->> 'state' order by l ->> 'copy') from jsonb_array_elements(pg_temp.view() -> 'tubes') t, jsonb_array_elements(t -> 'labels') l where t ->> 'number' = '2'),
	'{voided,old,on_tube}', 'and the one before it is to be torn up');
select is((select count(*) from clinic.visit_act where act = 'jar_said'), 3::bigint, 'each saying is kept');
select is((select detail - 'specimen_id' from clinic.visit_act where act = 'jar_said' order by visit_act_id limit 1), '{"side": "LEFT", "site": "UPPER BACK"}', 'with what was said');
select pg_temp.says(pg_temp.call('visit_park', 'ana')) \g /dev/null
select is(pg_temp.set(:'jar', 'arm'), 'question no_visit: No visit is open', 'without a visit nothing is said');

-- ---- the order says it: one test, two jars
select pg_temp.patient('HUNT', 'Hugh', '1962-02-02', array['HISTO'], 'H1') as hugh \gset
select pg_temp.order_says(:hugh, '[{"site": "Upper back", "site_side": "L"}, {"site": ""}, {"site": "Tissue", "type_text": "Tissue"}, {"site": "Chest", "site_side": "BIL"}]');
select is(jsonb_array_length(clinic.tubes_planned(:hugh)), 2, 'as many jars as sites');
select pg_temp.ok_(pg_temp.begun(:hugh)) \g /dev/null
select is(pg_temp.jars(:hugh), 'A LEFT UPPER BACK, B BOTH CHEST', 'each has its letter and its site');
select is(pg_temp.jobs(pg_temp.tube(:hugh, 2)), '1 queued biopsy_jar B BOTH CHEST', 'and its label prints at once');
select is(pg_temp.view() #>> '{ask,code}', null, 'nothing is asked');
select is((select said_by from clinic.jar j where j.specimen_id = pg_temp.tube(:hugh, 1)), null, 'the order said it');
select is(pg_temp.set(pg_temp.tube(:hugh, 1), 'Upper back', 'RIGHT'), 'stored jar_said_again: Jar A: RIGHT UPPER BACK. Label 2 prints', 'a person may know better');
select is((select o.name from clinic.jar j join clinic.operator o on o.operator_id = j.said_by where j.specimen_id = pg_temp.tube(:hugh, 1)), 'Ana Ruiz', 'and is named');
update clinic.visit set state = 'closed', closed_at = now() where patient_id = :hugh;

-- ---- two orders in one visit: letters go on; what an order does not say exactly is asked
select pg_temp.patient('IVES', 'Ida', '1963-03-03', array['HISTO'], 'I1') as ida \gset
select pg_temp.ok_(pg_temp.call('order_here', 'ana', jsonb_build_object('patient_id', :ida, 'tests', '["HISTO"]'::jsonb, 'provider', 'R. Dale', 'source', 'paper'))) \g /dev/null
update clinic.lab_order set specimens = '[{"site": "Leg", "site_side": "R"}]' where lab_order_id = (select min(lab_order_id) from clinic.lab_order where patient_id = :ida);
select pg_temp.ok_(pg_temp.begun(:ida)) \g /dev/null
select is(pg_temp.jars(:ida), 'A RIGHT LEG, B', 'two jars, and one is asked about');
select is(pg_temp.view() #>> '{ask,title}', 'Jar B: from where?', 'by its letter');
select is(pg_temp.jobs(pg_temp.tube(:ida, 2)), null, 'and prints nothing');
select is(pg_temp.set(pg_temp.tube(:ida, 2), 'leg', 'RIGHT'), 'stored jar_prints: Jar B: RIGHT LEG. Its label prints', 'the same place is allowed: the letter tells them apart');
update clinic.visit set state = 'closed', closed_at = now() where patient_id = :ida;
select pg_temp.patient('JUDD', 'Jill', '1964-04-04', array['HISTO'], 'J1') as jill \gset
select pg_temp.order_says(:jill, '[{"site": "Leg"}]');
select is(clinic.jars_needed((select min(t.lab_order_test_id) from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.patient_id = :jill)), 1, 'one site is one jar');
select pg_temp.order_says(:jill, '[]');
select is(clinic.jars_needed((select min(t.lab_order_test_id) from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.patient_id = :jill)), 1, 'none too');
select is((select count(*) from clinic.tubes_for(array(select t.lab_order_test_id from clinic.lab_order_test t join clinic.test x using (test_id) where x.code = 'HISTO'))), 6::bigint, 'jars are never shared');
select is((select jsonb_array_length(api.me('ana', '{}') #> '{data,reasons,jar_site}')), 9, 'the page has the usual sites');
-- ---- a mixed order: the site of the blood draw is no jar's
create function pg_temp.told(family text, tests text[], specimens jsonb) returns text language plpgsql as $$
declare
	kim bigint := pg_temp.patient(family, 'Kim', '1965-05-05', tests, family);
	answer text;
begin
	perform pg_temp.order_says(kim, specimens);
	perform pg_temp.ok_(pg_temp.begun(kim));
	answer := pg_temp.jars(kim) || '; ' || coalesce(pg_temp.view() #>> '{ask,code}', 'nothing') || ' asked';
	update clinic.visit v set state = 'closed', closed_at = now() where v.patient_id = kim;
	return answer;
end $$;
create function pg_temp.spm(type_code text, site text, side text default '') returns jsonb language sql immutable as $$
	select jsonb_build_object('type_code', type_code, 'type_text', '', 'site', site, 'site_side', side) $$;
insert into clinic.test (test_id, code, name, label_text, container_type_id, volume_ul, specimen_type, lab_id, temperature)
select custody.row_id(nextval('clinic.catalogue_seq')), x.code, x.code, x.code, t.container_type_id, t.volume_ul, x.kind, t.lab_id, t.temperature
from clinic.test t, (values ('CYTO', 'CVX'), ('HISTO2', 'TISS')) x (code, kind) where t.code = 'HISTO';
select is(pg_temp.told('KA', '{CBC,HISTO}', jsonb_build_array(pg_temp.spm('WB', 'Antecubital fossa', 'L'), pg_temp.spm('TISS', ''))),
	'A; jar_site asked', 'the site of the blood is not the tissue''s');
select is(pg_temp.told('KB', '{CBC,HISTO}', jsonb_build_array(pg_temp.spm('WB', 'Antecubital fossa', 'L'), pg_temp.spm('TISS', 'Chest', 'R'))),
	'A RIGHT CHEST; nothing asked', 'with both there is one jar, with its own');
select is(pg_temp.told('KC', '{CBC,HISTO}', jsonb_build_array(pg_temp.spm('TISS', 'Neck'), pg_temp.spm('WB', 'Arm', 'L'), pg_temp.spm('TISS', 'Chest', 'R'))),
	'A NECK, B RIGHT CHEST; nothing asked', 'or two of the tissue');
select is(pg_temp.told('KD', '{CBC,HISTO}', jsonb_build_array(pg_temp.spm('', 'Antecubital fossa', 'L'))), 'A; jar_site asked', 'without a type nobody knows whose it is');
select is(pg_temp.told('KE', '{CBC,HISTO}', jsonb_build_array(pg_temp.spm('TISS', 'Neck'), pg_temp.spm('', 'Arm', 'L'))), 'A; jar_site asked', 'nor beside one with a type');
select is(pg_temp.told('KF', '{HISTO}', jsonb_build_array(pg_temp.spm('WB', 'Antecubital fossa', 'L'))), 'A; jar_site asked', 'blood in an order without blood');
select is(pg_temp.told('KG', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', 'Neck'), pg_temp.spm('SKN', 'Chest'))), 'A; jar_site asked', 'another kind of tissue than the test''s');
select is(pg_temp.told('KH', '{HISTO,CYTO}', jsonb_build_array(pg_temp.spm('CVX', 'Cervix'), pg_temp.spm('TISS', 'Neck'), pg_temp.spm('TISS', 'Chest', 'R'))),
	'A CERVIX, B NECK, C RIGHT CHEST; nothing asked', 'two tests in jars, each with its own sites');
select is(pg_temp.told('KI', '{HISTO,HISTO2}', jsonb_build_array(pg_temp.spm('TISS', 'Neck'), pg_temp.spm('TISS', 'Chest', 'R'))),
	'A, B; jar_site asked', 'two tests of one type: nobody knows which has which');
select pg_temp.patient('KJ', 'Kim', '1965-05-05', '{CBC,HISTO}', 'KJ') as kim \gset
select pg_temp.order_says(:kim, jsonb_build_array(pg_temp.spm('', 'Antecubital fossa', 'L')));
update clinic.lab_order_test t set state = 'cancelled' from clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id = :kim and t.code = 'CBC';
select pg_temp.ok_(pg_temp.begun(:kim)) \g /dev/null
select is(pg_temp.jars(:kim), 'A', 'the blood that is cancelled left its site behind');
update clinic.visit set state = 'closed', closed_at = now() where patient_id = :kim;

-- ---- what does not fit is not cut but asked
select is(pg_temp.told('LA', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', 'Skin of posterior aspect of lower leg, lateral third, EXCLUDING scar', 'L'))),
	'A; jar_site asked', 'a site longer than a label takes');
select is(pg_temp.told('LB', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', repeat('x', 48)))), 'A ' || repeat('X', 48) || '; nothing asked', 'the longest that it takes');
select is(pg_temp.told('LC', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', repeat('x', 49)), pg_temp.spm('TISS', 'Neck'))), 'A, B NECK; jar_site asked',
	'its jar is counted, and asked about');
select is(pg_temp.told('LD', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', repeat('皮', 34)))), 'A; jar_site asked', 'more bytes than the press takes');
select is(pg_temp.told('LE', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', E'Neck\nor chest'))), 'A; jar_site asked', 'two lines');
select is(pg_temp.told('LF', '{HISTO}', jsonb_build_array(pg_temp.spm('TISS', 'Abdomen', 'LLQ'))), 'A; jar_site asked', 'a side that no label has');
select is((select max(said_at) from clinic.jar j join clinic.specimen s using (specimen_id) join clinic.patient p using (patient_id) where p.family in ('KA', 'LA', 'LF')),
	null, 'of these nobody said anything');
select is(clinic.words_within('Cyst of the left ovary, with a long name', 40), 'Cyst of the left ovary, with a long name', 'words that fit stay');
select is(clinic.words_within('Cyst of the left ovary, with a long names', 40), 'Cyst of the left ovary, with a long n…', 'a cut is marked');
select is(octet_length(clinic.words_within(repeat('皮', 34), 100)), 99, 'letters stay whole');
select is(clinic.words_within('', 100), '', 'nothing is nothing');

-- ---- the side was mended, and both labels are out: only the one that is true goes on the jar
create function pg_temp.set_out(specimen text, site text, side text) returns text language sql volatile as $$
	select pg_temp.set(specimen, site, side); select pg_temp.print(); select pg_temp.later('6 seconds');
	select pg_temp.jobs(specimen) $$;
create function pg_temp.asks() returns text language sql stable as $$
	select coalesce(nullif(concat_ws(' ', v #>> '{ask,code}', v #>> '{ask,copy}'), ''), 'nothing') from pg_temp.view() v $$;
create function pg_temp.states() returns text language sql stable as $$
	select string_agg(l ->> 'state', ' ' order by l ->> 'copy') from jsonb_array_elements(pg_temp.view() -> 'tubes') t, jsonb_array_elements(t -> 'labels') l $$;
create function pg_temp.answer(choice text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', 'ana', jsonb_build_object('code', pg_temp.view() #>> '{ask,code}', 'choice', choice))) $$;
select pg_temp.patient('MOSS', 'Mia', '1966-06-06', '{HISTO}', 'MO1') as mia \gset
select pg_temp.ok_(pg_temp.begun(:mia)) \g /dev/null
select pg_temp.tube(:mia, 1) as jar \gset
select pg_temp.set_out(:'jar', 'Back', 'LEFT') \g /dev/null
select is(pg_temp.set_out(:'jar', 'Back', 'RIGHT'), '1 printed biopsy_jar A LEFT BACK, 2 printed biopsy_jar A RIGHT BACK', 'both are out');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'jar', 1))), 'question label_of_before', 'the left one is not taken');
select is(pg_temp.kinds(:'jar') ~ 'labelled', false, 'and nothing is stored');
select is(pg_temp.asks(), 'nothing', 'nobody is asked to tear up the right one');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'jar', 2))), 'stored on_tube', 'the right one is');
select is(pg_temp.asks(), 'old_label 1', 'the left one is to be torn up');

-- ---- the side is mended when the label is on the jar already
select pg_temp.answer('torn_up') \g /dev/null
select pg_temp.set_out(:'jar', 'Back', 'BOTH') \g /dev/null
select is(pg_temp.states(), 'destroyed on_tube printed', 'the new one is out, and not an old one');
select is(pg_temp.asks(), 'nothing', 'nor asked to be torn up');
select is(pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')), 'question labels_open', 'the visit does not close before it is on');
select pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'jar', 'copy', 3, 'end', 'destroyed', 'reason', '')) \g /dev/null
select is(pg_temp.asks(), 'label_outdated 2', 'where it is torn up all the same the one on the jar is asked about');
select pg_temp.answer('no') \g /dev/null
select is((select count(*) from clinic.visit_act where act = 'label_kept'), 1::bigint, 'a person says that it stays');
select is(pg_temp.asks(), 'nothing', 'for this site and side');
select pg_temp.set(:'jar', 'Neck', 'BOTH'), pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'jar', 'copy', 4, 'end', 'voided', 'reason', 'not_found')) \g /dev/null
select is(pg_temp.asks(), 'label_outdated 2', 'and not for the next');
select is(pg_temp.answer('yes'), 'stored reprinted', 'it is printed again');
update clinic.visit set state = 'closed', closed_at = now() where patient_id = :mia;

-- ---- labels after the draw
insert into clinic.policy_setting (policy, value) values ('print_when', '"after_draw"');
select pg_temp.ok_(pg_temp.begun(:jill)) \g /dev/null
select is(pg_temp.set(pg_temp.tube(:jill, 1), 'leg'), 'stored jar_said: Jar A: LEG', 'where labels print after the draw it waits for that');
select is(pg_temp.jobs(pg_temp.tube(:jill, 1)), null, 'with the others');
select is(pg_temp.view() #>> '{ask,code}', 'drawn', 'which is asked next');
select * from finish();
