-- What was rejected, lost or put on hold: asked for again by one action, or the hold is ended by who may.
\ir setup.sql
select plan(61);
create function pg_temp.state_of(specimen text) returns text language sql stable as $$ select (custody.state(specimen)).kind $$;
create function pg_temp.drawn(patient bigint) returns void language plpgsql as $$
declare
	tube text;
begin
	perform pg_temp.printed(patient);
	for tube in select specimen_id from clinic.specimen s join clinic.visit v using (visit_id) where s.patient_id = patient and v.state = 'labels' loop
		perform pg_temp.scan(tube);
	end loop;
	if pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')) <> 'complete visit_closed' then
		raise 'set-up: not closed';
	end if;
end $$;
create function pg_temp.tests(specimen text) returns text language sql stable as $$
	select string_agg(t.code || ' ' || t.state, ', ' order by t.code) from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = specimen $$;
create function pg_temp.rejected() returns jsonb language sql stable as $$ select api.collections_due('ana', '{}') #> '{data,rejected}' $$;
create function pg_temp.due(who text) returns bigint language sql stable as $$
	select count(*) from jsonb_array_elements(api.collections_due('ana', '{}') #> '{data,due}') x where x ->> 'number' = who $$;
create function pg_temp.again(specimen text, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('collect_again', token, jsonb_build_object('specimen_id', specimen))) $$;
create function pg_temp.release(specimen text, token text default 'ana', reason text default 'cleared') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('release', token, jsonb_build_object('specimen_id', specimen, 'reason', reason))) $$;
create function pg_temp.acts(specimen text, token text default 'ana') returns jsonb language sql stable as $$
	select api.timeline(token, jsonb_build_object('specimen_id', specimen)) #> '{data,acts}' $$;

-- ---- rejected by the laboratory
select pg_temp.patient('QUINN', 'Quentin', '1961-01-01', array['CBC', 'A1C', 'CMP'], 'Q1') as quinn \gset
select pg_temp.drawn(:quinn) \g /dev/null
select pg_temp.tube(:quinn, 1) as sst, pg_temp.tube(:quinn, 2) as edta \gset
select is(pg_temp.again(:'sst'), 'question collect_again_not', 'a good tube is not drawn again');
select is(pg_temp.again(custody.id_make('specimen', 900, 9999999)), 'question specimen_unknown', 'nor one that is not there');
select is(pg_temp.acts(:'sst'), '[]', 'its story offers nothing');
select is(pg_temp.rejected(), '[]', 'nothing is rejected');
insert into clinic.reason (kind, code, words, position) values ('reject', 'RH', 'Haemolysed', 1) on conflict do nothing;
select custody.append(:'sst', 'departed', '{}', null, null), custody.append(:'sst', 'arrived', '{}', null, null), custody.append(:'sst', 'rejected', '{"reason": "RH"}', null, null) \g /dev/null
select is((pg_temp.rejected() #> '{0}') - 'event_id' - 'at' - 'container', jsonb_build_object('specimen_id', :'sst', 'kind', 'rejected', 'title', 'The laboratory can not use it: Haemolysed', 'do', 'Collect again, or say what was decided.',
	'number', 1, 'of', 2, 'patient', '{"name": "QUINN, Quentin", "number": "Q1"}'::jsonb, 'tests', '["Comprehensive metabolic panel"]'::jsonb, 'again', true), 'the clinic is told, in words');
select is(pg_temp.tests(:'sst'), 'CMP collected', 'by itself nothing is asked for again');
select is(pg_temp.due('Q1'), 0::bigint, 'nobody is due');
select is(pg_temp.acts(:'sst'), '["collect_again"]', 'the story offers it');
select is(pg_temp.again(:'sst', 'cy'), 'question sign_in_needed', 'nobody does it for us');
select is(pg_temp.call('collect_again', 'ana', jsonb_build_object('specimen_id', :'sst')) ->> 'title', 'Asked for again: QUINN, Quentin', 'one action');
select is(pg_temp.tests(:'sst'), 'CMP due', 'the test is due');
select is(pg_temp.tests(:'edta'), 'A1C collected, CBC collected', 'the others are not');
select is(pg_temp.due('Q1'), 1::bigint, 'the patient is due');
select is(pg_temp.rejected(), '[]', 'it is off the list');
select is((select how || ' ' || (operator_id is not null) from clinic.setback_look), 'collect_again true', 'by whom');
select is((select body::jsonb ->> 'remark' from custody.event where subject = :'sst' order by event_id desc limit 1), 'collect_again', 'the tube''s story tells it');
select is(pg_temp.state_of(:'sst'), 'rejected', 'it stays rejected');
select is(pg_temp.again(:'sst'), 'repeat collect_again', 'once');
select is((select count(*) from custody.event where subject = :'sst' and body::jsonb ->> 'remark' = 'collect_again'), 1::bigint, 'told once');
select pg_temp.drawn(:quinn) \g /dev/null
select is(pg_temp.tests(:'sst'), 'CMP collected', 'it was drawn again');
select is(pg_temp.again(:'sst'), 'repeat collect_again', 'the first tube asks for nothing more');
select is(pg_temp.tests(:'sst'), 'CMP collected', 'as the second carries it');
-- the second is rejected too
select pg_temp.tube(:quinn, 1) as second \gset
select custody.append(:'second', 'rejected', '{"reason": "QS"}', null, null) \g /dev/null
select is(pg_temp.rejected() #>> '{0,title}', 'The laboratory can not use it: QS', 'a reason without words stands as its code');
select is(pg_temp.again(:'second'), 'stored collect_again', 'that is again');

-- ---- rejected for one test
select custody.append(:'edta', 'accepted', '{}', null, null), custody.append(:'edta', 'rejected', jsonb_build_object('reason', 'QS', 'tests', jsonb_build_array(
	(select lab_order_test_id from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = :'edta' and t.code = 'A1C'))), null, null) \g /dev/null
select is(pg_temp.again(:'edta'), 'stored collect_again', 'rejected for one test');
select is(pg_temp.tests(:'edta'), 'A1C due, CBC collected', 'that one is drawn again');

-- ---- looked at, lost
select pg_temp.patient('QUICK', 'Quaid', '1962-01-01', array['CBC', 'PT'], 'Q2') as quick \gset
select pg_temp.drawn(:quick) \g /dev/null
select pg_temp.tube(:quick, 1) as cit, pg_temp.tube(:quick, 2) as edta \gset
select custody.append(:'cit', 'rejected', '{"reason": "RH"}', null, null), custody.append(:'cit', 'disposed', '{}', null, null), custody.append(:'edta', 'lost', '{}', null, null) \g /dev/null
select is((select array_agg(x ->> 'kind' order by x ->> 'kind') from jsonb_array_elements(pg_temp.rejected()) x), '{lost,rejected}', 'both are on the list, also the one that is thrown away');
create function pg_temp.seen(specimen text, note text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('setback_done', 'ana', jsonb_build_object('note', note, 'event_id', (select event_id from custody.event where subject = specimen and kind in ('rejected', 'lost'))))) $$;
select is(pg_temp.seen(:'cit', null), 'question reason_needed', 'what was decided?');
select is(pg_temp.seen(:'cit', 'Dr Dale does not need it'), 'stored looked_at', 'looked at');
select is(pg_temp.seen(:'cit', 'again'), 'repeat looked_at', 'once');
select is(pg_temp.says(pg_temp.call('setback_done', 'ana', '{"event_id": 7, "note": "x"}')), 'question bad_request', 'only what is there');
select is(pg_temp.tests(:'cit'), 'PT collected', 'nothing is drawn again');
select is((select array_agg(x ->> 'kind') from jsonb_array_elements(pg_temp.rejected()) x), '{lost}', 'one is left');
select is(pg_temp.again(:'edta'), 'stored collect_again', 'a lost tube');
select is(pg_temp.tests(:'edta'), 'CBC due', 'is drawn again');
select is(pg_temp.again(:'cit'), 'stored collect_again', 'a decision can be another: still once');

-- ---- the end of a hold
select pg_temp.patient('QUILL', 'Quirin', '1963-01-01', array['CBC', 'PT'], 'Q3') as quill \gset
select pg_temp.drawn(:quill) \g /dev/null
select pg_temp.tube(:quill, 1) as cit, pg_temp.tube(:quill, 2) as edta \gset
insert into clinic.operator_role (operator_id, role) select operator_id, 'site_lead' from clinic.operator where name = 'Ben Okafor';
delete from clinic.operator_role where role = 'ma' and operator_id = (select operator_id from clinic.operator where name = 'Ben Okafor');
select is(pg_temp.release(:'cit', 'ben'), 'question not_held', 'it is not on hold');
select custody.append(:'cit', 'packed', '{}', null, null) \g /dev/null
select pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'cit')) \g /dev/null
select is(pg_temp.would(:'cit'), 'stop tube_on_hold', 'Stop holds it');
select is(pg_temp.tests(:'cit'), 'PT due', 'its test is asked for again');
select is(pg_temp.release(:'cit'), 'question not_allowed', 'an assistant does not end a hold');
select is(pg_temp.acts(:'cit'), '[]', 'nor is it offered to one');
select is(pg_temp.acts(:'cit', 'ben'), '["release"]', 'a lead can');
select is(pg_temp.release(:'cit', 'ben', 'because'), 'question reason_needed', 'with a reason');
select is(pg_temp.release(:'cit', 'ben', 'other_tube'), 'stored hold_released', 'before the pickup');
select is((select body::jsonb from custody.event where subject = :'cit' and kind = 'released'), '{"reason": "other_tube", "was": "packed", "copy": 1}', 'it says what it was');
select is(pg_temp.state_of(:'cit'), 'released', 'the hold is over');
select is(pg_temp.label_state(:'cit', 1), 'on_tube', 'its label counts again');
select is(pg_temp.says(pg_temp.scan(:'cit')), 'repeat collected_already', 'and is no alarm');
select is(pg_temp.tests(:'cit'), 'PT collected', 'its test is not drawn twice');
select ok(custody.may_move(:'cit', 'departed') and custody.may_move(:'cit', 'accepted') and custody.may_move(:'cit', 'packed'), 'it goes on');
select is(pg_temp.release(:'cit', 'ben'), 'repeat hold_released', 'once');
select is(pg_temp.would(:'edta'), 'stop tube_on_hold', 'the other stays on hold');
select is(pg_temp.state_of(:'edta') || ' ' || pg_temp.tests(:'edta'), 'held CBC due', 'with its test due');
-- drawn again meanwhile: both stay
select pg_temp.drawn(:quill) \g /dev/null
select is(pg_temp.release(:'edta', 'ben'), 'stored hold_released', 'a hold that ends after the new draw');
select is((select count(*) from clinic.specimen_test w join clinic.specimen s using (specimen_id) where s.patient_id = :quill), 3::bigint, 'changes nothing about the new tube');
-- gone, and never drawn
select custody.append(:'cit', 'departed', '{}', null, null), custody.append(:'cit', 'held', '{}', null, null) \g /dev/null
select is(pg_temp.release(:'cit', 'ben'), 'question release_lab_lead', 'after the pickup the clinic''s lead does not');
insert into clinic.operator_role (operator_id, role) select operator_id, 'lab_lead' from clinic.operator where name = 'Ben Okafor';
select is(pg_temp.release(:'cit', 'ben'), 'stored hold_released', 'the laboratory''s does');
select is(pg_temp.release(custody.id_make('specimen', 900, 9999999), 'ben'), 'question specimen_unknown', 'a tube that is not there');
select pg_temp.patient('QUOIN', 'Quella', '1964-01-01', array['CBC'], 'Q4') as quoin \gset
select pg_temp.printed(:quoin) \g /dev/null
select pg_temp.tube(:quoin, 1) as edta \gset
select pg_temp.call('mistake', 'ana') \g /dev/null
select is(pg_temp.release(:'edta', 'ben'), 'question release_not_drawn', 'a tube that was never collected is drawn anew');
select is(pg_temp.again(:'edta'), 'repeat collect_again', 'which it is asked for already');
select is(pg_temp.due('Q4'), 1::bigint, 'the patient is due');
select * from finish();
