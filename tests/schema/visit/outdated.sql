-- A label that says who the patient was before keeps the visit open until somebody answered, whatever the closing check, and a
-- cup that is out with one is not taken back before; and nothing can stay open for ever by it.
\ir setup.sql
select plan(43);
create function pg_temp.mend(patient bigint, family text, born text) returns void language plpgsql as $$
begin
	update clinic.patient p set family = mend.family, birth_date = born::date where p.patient_id = patient;
	perform clinic.patient_visits_lock(patient);
	perform clinic.labels_anew(null, patient);
end $$;
create function pg_temp.close(token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_close', token, '{"check": "patient_read"}')) $$;
create function pg_temp.answer(code text, choice text, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', token, jsonb_build_object('code', code, 'choice', choice))) $$;
create function pg_temp.asked(token text default 'ana') returns text language sql stable as $$ select pg_temp.view(token) #>> '{ask,code}' $$;
create function pg_temp.state_of(specimen text) returns text language sql stable as $$ select (custody.state(specimen)).kind $$;
create function pg_temp.visit_state(patient bigint) returns text language sql stable as $$
	select state from clinic.visit where patient_id = patient order by visit_id desc limit 1 $$;
create function pg_temp.again(patient bigint, tests text[]) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('order_here', 'ana', jsonb_build_object('patient_id', patient, 'tests', to_jsonb(tests), 'provider', 'R. Dale', 'source', 'paper')));
	select pg_temp.printed(patient) $$;

-- ---- the closing
select pg_temp.patient('SMITH', 'Eve', '1970-01-02', array['CBC'], 'E1') as eve \gset
select pg_temp.printed(:eve) \g /dev/null
select pg_temp.tube(:eve, 1) as t \gset
select is(pg_temp.says(pg_temp.scan(:'t')), 'complete labels_done', 'the label is on its tube');
select pg_temp.mend(:eve, 'JONES', '1971-01-02') \g /dev/null
select is(pg_temp.asked(), 'label_outdated', 'another name: a person is asked');
select is(pg_temp.close(), 'question label_outdated', 'before that is answered it does not close');
select is(pg_temp.call('visit_close', 'ana', '{"check": "no_patient", "reason": "left"}') ->> 'title' ~ '^Name, birth date.* changed since label 1 came out$', true,
	'without the patient neither, and it says why');
select is(pg_temp.state_of(:'t'), 'labelled', 'nothing is collected');
select is(pg_temp.answer('label_outdated', 'no'), 'complete labels_done', 'the label stays: nothing else is to do');
select is(pg_temp.close(), 'complete visit_closed', 'and it closes');

-- ---- no closing check: the last step does not close either
select pg_temp.policy('closing_check', '"off"') \g /dev/null
select pg_temp.again(:eve, array['CBC', 'PT']) \g /dev/null
select pg_temp.tube(:eve, 1) as t1, pg_temp.tube(:eve, 2) as t2 \gset
select pg_temp.scan(:'t1') \g /dev/null
select pg_temp.mend(:eve, 'JONAS', '1971-01-02') \g /dev/null
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'t2', 'reason', 'refused'))), 'stored not_collected', 'tube 2 is not drawn');
select is(pg_temp.answer('old_label', 'torn_up'), 'stored label_ended', 'its label is torn up, the last that was to do');
select is(pg_temp.visit_state(:eve), 'labels', 'the visit is open');
select is(pg_temp.asked(), 'label_outdated', 'and asks');
select is(pg_temp.answer('label_outdated', 'no'), 'complete visit_closed', 'the answer closes it');
-- printed again
select pg_temp.again(:eve, array['CBC']) \g /dev/null
select pg_temp.tube(:eve, 1) as t \gset
select pg_temp.mend(:eve, 'JANSEN', '1971-01-02') \g /dev/null
select is(pg_temp.would(:'t'), 'question label_of_before', 'a label not on its tube yet is not taken');
select is(pg_temp.answer('label_outdated', 'yes'), 'stored reprinted', 'it prints again');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'t', 2))), 'stored on_tube', 'and is on its tube');
select is(pg_temp.answer('old_label', 'torn_up'), 'complete visit_closed', 'the old one torn up closes the visit');
-- no way to print it again is no dead end
select pg_temp.again(:eve, array['CBC']) \g /dev/null
select pg_temp.tube(:eve, 1) as t \gset
select pg_temp.policy('closing_check', '"patient_read"') \g /dev/null
select pg_temp.scan(:'t'), pg_temp.mend(:eve, 'JENSEN', '1971-01-02') \g /dev/null
update clinic.device set active = false where kind = 'printer';
select is(pg_temp.answer('label_outdated', 'yes'), 'question no_printer', 'no printer');
select is(pg_temp.asked(), 'label_outdated', 'it is asked still');
select is(pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', :'t', 'reason', 'refused'))), 'complete labels_done', 'a tube that is thrown away');
select is(pg_temp.asked(), null, 'is asked about no more');
select is(pg_temp.close(), 'complete visit_closed', 'and the visit closes');
update clinic.device set active = true where kind = 'printer';

-- ---- a cup that is out
select pg_temp.patient('POOL', 'Udo', '1970-02-02', array['MACR'], 'U1') as udo \gset
select pg_temp.printed(:udo) \g /dev/null
select pg_temp.tube(:udo, 1) as cup \gset
select is(pg_temp.says(pg_temp.scan(:'cup')), 'stored handed_out', 'a cup goes with the patient');
select pg_temp.mend(:udo, 'LAKE', '1990-02-02') \g /dev/null
select is(pg_temp.asked(), 'label_outdated', 'another name: it is asked while the cup is out');
select is(pg_temp.close(), 'question label_outdated', 'and the visit does not close without it');
select pg_temp.later('2 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup')), 'question label_of_before', 'nor is the cup taken back');
select is(pg_temp.state_of(:'cup'), 'handed_out', 'it is not collected');
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')), 'question take_over', 'at another station the visit is offered, for who has it answers');
select is(pg_temp.answer('take_over', 'no', 'ben'), 'note left_as_it_is', 'Ben leaves it');
select is(pg_temp.answer('label_outdated', 'no'), 'stored label_kept', 'the label is good');
select is(pg_temp.says(pg_temp.scan(:'cup')), 'complete visit_closed', 'and the cup is taken');

-- ---- printed again for a cup
select pg_temp.again(:udo, array['MACR']) \g /dev/null
select pg_temp.tube(:udo, 1) as cup \gset
select pg_temp.scan(:'cup'), pg_temp.mend(:udo, 'SEE', '1990-02-02'), pg_temp.later('2 minutes') \g /dev/null
select is(pg_temp.answer('label_outdated', 'yes'), 'stored reprinted', 'a new label for it');
select pg_temp.print(), pg_temp.later('2 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 1))), 'question label_of_before', 'the old one does not bring it back');
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 2))), 'stored handed_out', 'the new one is on the cup');
select is(pg_temp.answer('old_label', 'torn_up'), 'stored label_ended', 'the old one is torn up');
select pg_temp.later('2 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(:'cup', 2))), 'complete visit_closed', 'and the cup is taken');

-- ---- the time was asked, and then the name changes; the visit is over by then
select pg_temp.again(:udo, array['MACR']) \g /dev/null
select pg_temp.tube(:udo, 1) as cup \gset
select pg_temp.scan(:'cup') \g /dev/null
select is(pg_temp.close(), 'complete visit_closed_cup_out', 'closed without the cup');
select pg_temp.later('20 minutes') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')), 'question cup_time', 'when was it filled?');
select pg_temp.mend(:udo, 'MEER', '1990-02-02') \g /dev/null
select is(pg_temp.answer('cup_time', 'yes', 'ben'), 'question label_of_before', 'it is another name''s by now');
select is(pg_temp.asked('ben'), 'label_outdated', 'that is asked where the cup is');
select is(pg_temp.answer('label_outdated', 'yes', 'ben'), 'question visit_over', 'nothing prints for a visit that is over');
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')) || ', ' || pg_temp.answer('label_outdated', 'no', 'ben'), 'question label_of_before, stored label_kept', 'the label is good');
select is(pg_temp.says(pg_temp.scan(:'cup', 'ben')) || ', ' || pg_temp.answer('cup_time', 'yes', 'ben'), 'question cup_time, stored cup_back', 'and the cup is taken');
select is(pg_temp.state_of(:'cup'), 'collected', 'it is collected');
select * from finish();
