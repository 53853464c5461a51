-- Second persons, attested identity, guardians, and what an order lacks.
\ir setup.sql
select plan(99);
insert into person select n, clinic.operator_add(n, i, r, '$argon2id$not-a-real-hash') from (values ('Tina Trainee', 'TT', array['trainee']),
	('Paul Proc', 'PP', array['processing'])) x (n, i, r);
select pg_temp.sign_in('Tina Trainee', 'room2') is not null \g /dev/null
create function pg_temp.badge(who text) returns text language sql stable as $$ select badge from person where name like who || ' %' $$;
create function pg_temp.open(patient bigint, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient))) $$;
create function pg_temp.close(token text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_close', token, '{"check": "patient_read"}')) $$;
create function pg_temp.stick(patient bigint, token text) returns text language plpgsql as $$
declare
	told text;
	tube text;
begin
	perform pg_temp.print();
	perform pg_temp.later('6 seconds');
	for tube in select s.specimen_id from clinic.specimen s where s.patient_id = patient
		and (custody.state(s.specimen_id)).kind = 'label_printed' order by s.number loop
		told := pg_temp.says(pg_temp.scan(tube, token));
	end loop;
	return told;
end $$;
create function pg_temp.collected(patient bigint, key text) returns text language sql stable as $$
	select string_agg(distinct o.initials, ' ') from clinic.specimen s join custody.event e on e.subject = s.specimen_id and e.kind = 'collected'
	left join clinic.operator o on o.operator_id = (e.body::jsonb ->> key)::bigint where s.patient_id = patient $$;

-- ---- a trainee's first patients (contrib/POLICIES.md 2, trainee_cosign)
select pg_temp.patient('FIRST', 'Fay', '1950-05-05', array['CBC'], 'F1') as fay \gset
select is(pg_temp.open(:fay, 'tina'), 'stored visit_opened', 'a trainee opens a visit');
select is(pg_temp.view('tina') #>> '{ask,code}', 'co_sign', 'and is told that somebody stands by');
select is(pg_temp.view('tina') #> '{ask,commands}', '[]', 'which no button and no card answers');
select is(pg_temp.says(pg_temp.identify(:fay, 'tina')), 'question co_sign', 'the right date alone identifies nobody');
select is(pg_temp.says(pg_temp.call('visit_identify', 'tina', jsonb_build_object('choice', pg_temp.choice(:fay, false)))), 'question co_sign', 'nor does a wrong one stop the visit');
select is(pg_temp.says(pg_temp.scan(E'@\n\x1e\rANSI 636000090002DL00410278ZV03190008DLDAQ123\nDCSFIRST\nDBB05051950\n', 'tina')), 'question co_sign', 'nor does a photo ID');
select is(pg_temp.says(pg_temp.call('visit_answer', 'tina', '{"code": "co_sign", "choice": "yes"}')), 'question bad_request', 'yes is no badge');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Tina'), 'tina')), 'note signed_in_already', 'her own badge is not another''s');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Cy'), 'tina')), 'question co_sign_by_whom', 'nor a courier''s');
select is(pg_temp.says(pg_temp.scan(custody.id_make('badge', 900, 7), 'tina')), 'note badge_signs_in', 'nor a stranger''s');
update clinic.operator set blocked_at = now() where initials = 'BO';
select is(pg_temp.would(pg_temp.badge('Ben'), 'tina'), 'note badge_signs_in', 'nor one that is blocked');
update clinic.operator set blocked_at = null;
select is(pg_temp.scan(pg_temp.badge('Ben'), 'tina') #>> '{data,about,done}', 'true', 'Ben''s badge');
select is(pg_temp.view('tina') ->> 'co_signed_by', 'Ben Okafor', 'stands by');
select is(pg_temp.view('tina') -> 'ask', 'null', 'and is asked for no more');
select is(pg_temp.says(pg_temp.identify(:fay, 'tina')), 'stored identified', 'now the date counts');
select is(pg_temp.stick(:fay, 'tina'), 'complete labels_done', 'her labels');
select is(pg_temp.close('tina'), 'complete visit_closed', 'one badge for the visit');
select is(pg_temp.collected(:fay, 'co_signed_by'), 'BO', 'who stood by is in the fact');
select is(pg_temp.collected(:fay, 'identified_by'), 'TT', 'beside who did it');
select is((select detail ->> 'by' from clinic.visit_act where act = 'co_sign'), (select operator_id::text from clinic.operator where initials = 'BO'), 'and in the visit''s story');

-- taken over from somebody who needs no help, it is asked at the end
select pg_temp.patient('SECOND', 'Sue', '1951-05-05', array['CBC'], 'S1') as sue \gset
select pg_temp.open(:sue, 'ana') \g /dev/null
select pg_temp.identify(:sue), pg_temp.call('visit_park', 'ana') \g /dev/null
select pg_temp.open(:sue, 'tina') \g /dev/null
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Tina'), 'tina')), 'stored visit_resumed_labels', 'Tina takes over Ana''s patient');
select is(pg_temp.view('tina') #>> '{ask,code}', null, 'nothing is asked while labels are open');
select is(pg_temp.stick(:sue, 'tina'), 'complete labels_done', 'labels');
select is(pg_temp.view('tina') #>> '{ask,code}', 'co_sign', 'before the closing somebody stands by');
select is(pg_temp.close('tina'), 'question co_sign', 'else it stays open');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Carol'), 'tina')), 'stored co_sign_stored', 'a lead');
select is(pg_temp.close('tina'), 'complete visit_closed', 'closes');
select is(pg_temp.collected(:sue, 'co_signed_by'), 'CL', 'with the lead''s name');

-- after N patients not any more
select pg_temp.patient('THIRD', 'Tom', '1952-05-05', array['CBC'], 'T1') as tom \gset
select pg_temp.policy('trainee_cosign', '1') \g /dev/null
select is(pg_temp.open(:tom, 'tina'), 'stored visit_opened', 'after as many patients as the site says');
select is(pg_temp.view('tina') -> 'ask', 'null', 'nobody needs to stand by');
select is(pg_temp.says(pg_temp.identify(:tom, 'tina')), 'stored identified', 'she identifies alone');
select is(pg_temp.stick(:tom, 'tina') || ' ' || pg_temp.close('tina'), 'complete labels_done complete visit_closed', 'and closes alone');
select is(pg_temp.collected(:tom, 'co_signed_by'), null, 'nobody stood by');
select is((select e.body::jsonb ? 'co_signed_by' from custody.event e, clinic.specimen s where s.patient_id = :tom and e.subject = s.specimen_id and e.kind = 'collected'), false, 'which the fact does not mention');
select pg_temp.policy('trainee_cosign', '2') \g /dev/null
select is(clinic.co_sign_missing(v), true, 'of two patients one was co-signed: one more is') from clinic.visit v where patient_id = :tom;
select is(clinic.is_trainee(operator_id), initials = 'TT', initials || ' is ' || case when initials = 'TT' then 'a' else 'no' end || ' trainee') from clinic.operator order by initials;

-- ---- tests that two people look at (second_person_tests)
select pg_temp.patient('GROUP', 'Gus', '1953-05-05', array['ABO', 'CMP'], 'G1') as gus \gset
select pg_temp.open(:gus), pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.identify(:gus)), 'stored identified', 'a blood group');
select is(pg_temp.view() -> 'ask', 'null', 'nobody else is needed at first');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'))), 'question drawn_by', 'another''s badge says who drew');
select pg_temp.call('visit_answer', 'ana', '{"code": "drawn_by", "choice": "no"}') \g /dev/null
select is(pg_temp.stick(:gus, 'ana'), 'complete labels_done', 'its labels');
select is(pg_temp.view() #>> '{ask,code}', 'second_person', 'before the closing a second person looks');
select is(pg_temp.close('ana'), 'question second_person', 'else it stays open');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Paul'))), 'question second_person_by_whom', 'not just anybody');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Tina'))), 'stored second_person_stored', 'somebody who labels tubes');
select is(pg_temp.view() ->> 'second_person', 'Tina Trainee', 'is shown');
select is(pg_temp.close('ana'), 'complete visit_closed', 'closes');
select is(pg_temp.collected(:gus, 'second_person'), 'TT', 'and is in the fact');
-- two people are two, also when the visit changed hands; and who looked, looked at the label that is on the tube
select pg_temp.patient('HANDS', 'Hana', '1953-06-06', array['ABO'], 'G2') as hana \gset
select pg_temp.open(:hana), pg_temp.later('2 seconds') \g /dev/null
select pg_temp.identify(:hana) \g /dev/null
select is(pg_temp.stick(:hana, 'ana'), 'complete labels_done', 'Ana labels');
select pg_temp.call('visit_park', 'ana'), pg_temp.scan(pg_temp.badge('Ben'), 'ben') \g /dev/null
select pg_temp.open(:hana, 'ben') \g /dev/null
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'), 'ben')), 'stored visit_resumed', 'Ben takes over');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ana'), 'ben')), 'question second_person_labelled', 'Ana does not look at her own labels');
select is(pg_temp.close('ben'), 'question second_person', 'and it stays open');
select is(pg_temp.would(pg_temp.badge('Carol'), 'ben'), 'stored second_person_stored', 'somebody else may look');
select pg_temp.call('visit_park', 'ben') \g /dev/null
select pg_temp.open(:hana, 'ana') \g /dev/null
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ana'), 'ana')) || ' ' || pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'), 'ana')), 'stored visit_resumed stored second_person_stored',
	'or Ana takes it back, and Ben does');
select pg_temp.tube(:hana, 1) as h1 \gset
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'h1', 'copy', 1, 'reason', 'damaged'))), 'stored reprinted', 'then the label is torn');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'h1', 2))), 'stored on_tube', 'a new one is on the tube');
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'h1', 'copy', 1, 'end', 'destroyed'))), 'complete labels_done', 'the old one is torn up');
select is(pg_temp.view() ->> 'second_person', null, 'nobody looked at the new one');
select is(pg_temp.close('ana'), 'question second_person', 'so it is asked again');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'))) || ' ' || pg_temp.close('ana'), 'stored second_person_stored complete visit_closed', 'Ben looks again, and it closes');
select is(pg_temp.collected(:hana, 'second_person') || ' ' || pg_temp.collected(:hana, 'labelled_by'), 'BO AR', 'two people');
select pg_temp.patient('NOGROUP', 'Ned', '1954-05-05', array['CMP'], 'N1') as ned \gset
select pg_temp.open(:ned) \g /dev/null
select pg_temp.identify(:ned) \g /dev/null
select is(pg_temp.stick(:ned, 'ana') || ' ' || pg_temp.close('ana'), 'complete labels_done complete visit_closed', 'other tests ask for nobody');
select pg_temp.policy('second_person_tests', '["CMP"]'), pg_temp.policy('closing_check', '"off"') \g /dev/null
select pg_temp.patient('OFF', 'Olaf', '1955-05-05', array['CMP'], 'O1') as olaf \gset
select pg_temp.open(:olaf) \g /dev/null
select pg_temp.identify(:olaf) \g /dev/null
select is(pg_temp.stick(:olaf, 'ana'), 'complete labels_done', 'where the last scan closes, it does not close without the second person');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'))), 'stored second_person_stored', 'whose badge');
select is(pg_temp.close('ana'), 'complete visit_closed', 'lets it close');
-- both labelled
begin;
select pg_temp.policy('second_person_tests', '["ABO", "CMP"]'), pg_temp.policy('closing_check', '"patient_read"') \g /dev/null
select pg_temp.patient('BOTH', 'Bea', '1956-05-05', array['ABO', 'CMP'], 'B9') as bea \gset
select is(pg_temp.open(:bea), 'stored visit_opened', 'two labels');
select is(pg_temp.says(pg_temp.identify(:bea)), 'stored identified', 'of one patient');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.tube(:bea, 1))), 'stored on_tube', 'Ana labels one');
select pg_temp.call('visit_park', 'ana'), pg_temp.open(:bea, 'ben') \g /dev/null
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'), 'ben')), 'stored visit_resumed', 'Ben takes over');
select is(pg_temp.says(pg_temp.scan(pg_temp.tube(:bea, 2), 'ben')), 'complete labels_done', 'and labels the other');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ana'), 'ben')), 'question second_person_both', 'neither looks at the other''s: both labelled');
select is(pg_temp.says(pg_temp.call('visit_park', 'ben')), 'stored parked', 'it waits for a third');
select pg_temp.open(:bea, 'ana') \g /dev/null
update clinic.question set asked_at = asked_at - interval '2 seconds';
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Ana'), 'ana')) || ' ' || pg_temp.says(pg_temp.scan(pg_temp.badge('Ben'), 'ana')), 'stored visit_resumed question second_person_both', 'taking it back is no way');
select is(pg_temp.says(pg_temp.scan(pg_temp.badge('Carol'), 'ana')), 'stored second_person_stored', 'a third person looks');
rollback;
select pg_temp.policy('second_person_tests', '[]'), pg_temp.policy('closing_check', '"patient_reads_tubes"') \g /dev/null

-- ---- identity_check attest: a plain question, and no dates
select pg_temp.policy('identity_check', '"attest"') \g /dev/null
select pg_temp.patient('ATTEST', 'Ada', '1956-05-05', array['CBC'], 'A1') as ada \gset
select pg_temp.open(:ada) \g /dev/null
select is(pg_temp.view() -> 'birth_choices', '[]', 'no dates to pick from');
select is(pg_temp.view() #>> '{patient,birth_date}', null, 'the birth date stays hidden (RG-04)');
select is(pg_temp.view() #>> '{ask,title}', 'Did the patient say full name and birth date?', 'a plain question');
select is(pg_temp.says(pg_temp.identify(:ada)), 'question attest', 'a picked date is no answer to it');
select is(pg_temp.says(pg_temp.scan(pg_temp.card('yes'))), 'note command_not_now', 'nor is Yes in its first second');
select is(pg_temp.says(pg_temp.scan(pg_temp.card('ok'))), 'stored command', 'nor OK');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "attest", "choice": "no"}')), 'question bad_request', 'nor No');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "attest", "choice": "yes", "stated_by": {"who": "guardian"}}')), 'question stated_by_whom', 'a guardian has a name');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "attest", "choice": "yes", "stated_by": {"who": "interpreter", "name": "I. Lee"}}')), 'stored identified', 'Yes is');
select is((select array[identified_how, stated_by ->> 'who'] from clinic.visit where patient_id = :ada), '{attest,interpreter}', 'kept as attested, with who said it');
select is((select detail ->> 'how' from clinic.visit_act a join clinic.visit using (visit_id) where patient_id = :ada and act = 'identified'), 'attest', 'and in the visit''s story');
select pg_temp.call('mistake', 'ana'), pg_temp.policy('identity_check', '"either"') \g /dev/null

-- ---- guardian_states
select is(clinic.guardian_offered((current_date - interval '18 years')::date), false, 'eighteen today: no guardian is offered');
select is(clinic.guardian_offered((current_date - interval '18 years')::date + 1), true, 'a day younger: it is');
select pg_temp.patient('CHILD', 'Cora', (current_date - 3000)::text, array['CBC'], 'C1') as cora \gset
select pg_temp.open(:cora) \g /dev/null
select is(pg_temp.view() -> 'guardian', 'true', 'the view of a child says so');
select pg_temp.policy('guardian_states', '"always"') \g /dev/null
select is(clinic.guardian_offered('1956-05-05'), true, 'always is for all');

-- ---- what an order lacks (missing_order_data)
select is(pg_temp.view() -> 'gaps', '[]', 'nothing is missing');
update clinic.lab_order set gaps = '{sex,provider}' where patient_id = :cora;
update clinic.patient set sex = '' where patient_id = :cora;
select pg_temp.policy('missing_order_data', '"list"') \g /dev/null
select is(pg_temp.view() -> 'gaps', '["No provider: on the list", "No sex: on the list"]', 'list: shown');
select pg_temp.policy('missing_order_data', '"hold_bag"') \g /dev/null
select is(api.collections_due('ana', '{}') #> '{data,due}' @> jsonb_build_array(jsonb_build_object('patient_id', :cora, 'gaps',
	jsonb_build_array('No provider: the bag will wait', 'No sex: the bag will wait'))), true, 'hold_bag: the list of who is due says that the bag will wait');
select is(pg_temp.says(pg_temp.identify(:cora)), 'stored identified', 'and no label is stopped by it (RG-02)');
update clinic.patient set sex = 'F' where patient_id = :cora;
select is(pg_temp.view() -> 'gaps', '["No provider: the bag will wait"]', 'what was mended is not missing');
select pg_temp.policy('missing_order_data', '"send_with_gap"') \g /dev/null
select is(pg_temp.view() -> 'gaps', '["No provider: goes on without it"]', 'send_with_gap: goes on');
select * from finish();
