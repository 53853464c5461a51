-- RG-17: tubes drawn on labels that were printed ahead. Afterwards one person enters whose they are, another looks and scans
-- their badge; till then the laboratory sets them aside.
\ir setup.sql
select no_plan();
insert into person select name, clinic.operator_add(name, 'XX', array[role], '$argon2id$not-a-real-hash') from (values ('Ada Admin', 'admin'), ('Pia Process', 'processing')) x (name, role);
select pg_temp.sign_in('Ada Admin', 'room2') is not null \g /dev/null
select pg_temp.ok_(pg_temp.call('stock_print', 'ada', jsonb_build_object('what', 'downtime', 'count', 12, 'device_id',
	(select min(device_id) from clinic.device where kind = 'printer')))) is not null \g /dev/null
select pg_temp.print() \g /dev/null
-- they lay on the shelf for a day
update clinic.stock_run set made_at = made_at - interval '1 day';
update clinic.print_job set state_at = state_at - interval '1 day' where kind = 'downtime';
select array_agg(specimen_id order by specimen_id) as d from clinic.downtime_label \gset
select (:'d'::text[])[1] as d1, (:'d'::text[])[2] as d2, (:'d'::text[])[3] as d3, (:'d'::text[])[4] as d4, (:'d'::text[])[5] as d5, (:'d'::text[])[6] as d6, (:'d'::text[])[7] as d7 \gset

create function pg_temp.plan(patient bigint) returns jsonb language sql stable as $$ select api.downtime('ana', jsonb_build_object('patient_id', patient)) -> 'data' $$;
create function pg_temp.tubes(patient bigint, labels text[]) returns jsonb language sql stable as $$
	select jsonb_agg(jsonb_build_object('specimen_id', l, 'tests', pg_temp.plan(patient) -> 'tubes' -> (n::int - 1) -> 'ids') order by n) from unnest(labels) with ordinality x (l, n) where l <> '' $$;
create function pg_temp.args(patient bigint, labels text[], more jsonb default '{}') returns jsonb language sql stable as $$
	select jsonb_build_object('patient_id', patient, 'birth_date', '1970-02-03', 'drawn_by', pg_temp.operator('Carol Lindqvist'),
		'collected_at', date_trunc('minute', now()) - interval '90 minutes', 'tubes', pg_temp.tubes(patient, labels)) || more $$;
create function pg_temp.enter(patient bigint, labels text[], more jsonb default '{}', who text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('downtime_enter', who, pg_temp.args(patient, labels, more))) $$;
create function pg_temp.ask(token text default 'ana') returns jsonb language sql stable as $$ select api.visit(token, '{}') #> '{data,ask}' $$;
create function pg_temp.bind(patient bigint, labels text[]) returns text language sql volatile as $$
	select pg_temp.enter(patient, labels);
	select pg_temp.told(pg_temp.badge('Ben Okafor'), 'ana') $$;
create function pg_temp.due(patient bigint) returns bigint language sql stable as $$ select count(*) from clinic.collections where patient_id = patient and state = 'due' $$;

-- ---- the scan asks whose it is; a slip is the answer and opens no visit
select pg_temp.patient('ADAMS', 'Ada', '1970-02-03', array['CBC', 'PT', 'GLU'], 'A1') as ada, pg_temp.patient('BELL', 'Bea', '1971-03-04', array['CBC']) as bea \gset
select pg_temp.slip(:ada) as slip \gset
select is(pg_temp.told(:'d1', 'ana'), 'question downtime_whose', 'a label that nobody entered asks whose it is');
select is(pg_temp.scan(pg_temp.label(:'d1', 1), 'ana') #>> '{data,about,kind}', 'downtime', 'by its square code too');
select is(pg_temp.ask() ->> 'specimen_id', :'d1', 'on the screen');
select is(pg_temp.told(:'slip', 'ana'), 'note downtime_patient', 'a slip answers');
select is(pg_temp.scan(:'slip', 'ana') #> '{data,about,patient_id}', to_jsonb(:ada::bigint), 'with the patient');
select is((select count(*) from clinic.visit), 0::bigint, 'and opens no visit');
select is(pg_temp.told(replace(:'slip', right(:'slip', 2), '00'), 'ana'), 'question misread', 'a misread slip is none');
select is(pg_temp.act('visit_answer', '{"code": "downtime_whose", "choice": "back"}', 'ana'), 'note left_as_it_is', 'back');
select is(pg_temp.would(:'slip', 'ana'), 'stored visit_opened', 'then a slip opens its visit');
select is(pg_temp.told(:'d1', 'pia'), 'question sign_in_needed', 'nobody who is not here');
update clinic.question set asked_at = asked_at - interval '3 minutes';
select pg_temp.told(:'d1', 'ana') \g /dev/null
update clinic.question set asked_at = asked_at - interval '121 seconds';
select is(pg_temp.would(:'slip', 'ana'), 'stored visit_opened', 'it does not catch a slip two minutes later');
select is(pg_temp.told(:'d1', 'ada'), 'question downtime_unassigned', 'who may not enter it hears what it is');

-- ---- the page's view
select is((pg_temp.plan(:ada) -> 'labels'), '{"issued": 12, "unassigned": 12}', 'twelve labels, nobody''s');
select is(jsonb_array_length(pg_temp.plan(:ada) -> 'tubes'), 3, 'what is due, by tube');
select is(pg_temp.plan(:ada) -> 'patient' ->> 'name', 'ADAMS, Ada', 'of that patient');
select ok(pg_temp.plan(:ada)::text !~ '1970', 'no birth date');
select is((select string_agg(o ->> 'name', ', ') from jsonb_array_elements(pg_temp.plan(:ada) -> 'operators') o), 'Ana Ruiz, Ben Okafor, Carol Lindqvist', 'who may have drawn');
select is(api.downtime('ana', '{}') #> '{data,patient}', 'null', 'nobody is chosen at first');
select is(pg_temp.says(api.downtime(w, '{}')), v, 'downtime for ' || w) from (values ('ada', 'question not_allowed'), ('cy', 'question not_allowed'), ('rex', 'question not_allowed'), ('room1', 'question sign_in_needed')) x (w, v);

-- ---- refusals; nothing is stored by any
select is(pg_temp.enter(:ada, array[:'d1'], more::jsonb), v, left(more, 70)) from (values
	('{"patient_id": 7}', 'question patient_unknown'), ('{"patient_id": null}', 'question patient_unknown'), ('{"tubes": []}', 'question bad_request'),
	('{"tubes": null}', 'question bad_request'), ('{"tubes": [{"specimen_id": "x", "tests": []}]}', 'question bad_request'), ('{"tubes": "x"}', 'question bad_request'),
	('{"birth_date": "1970-02-04"}', 'question downtime_birth_date'), ('{"birth_date": null}', 'question downtime_birth_date'), ('{"birth_date": "x"}', 'question downtime_birth_date'),
	('{"drawn_by": null}', 'question downtime_drawn_by'), ('{"drawn_by": 7}', 'question downtime_drawn_by'),
	('{"collected_at": null}', 'question downtime_time'), ('{"collected_at": "infinity"}', 'question downtime_time'), ('{"collected_at": "soon"}', 'question downtime_time'),
	('{"collected_at": "2099-01-01T00:00:00Z"}', 'question downtime_time'), ('{"collected_at": "2001-01-01T00:00:00Z"}', 'question downtime_time')) x (more, v);
select is(pg_temp.enter(:ada, array[:'d1'], jsonb_build_object('collected_at', now() - interval '25 hours')), 'question downtime_time', 'not before its label was printed');
select is(pg_temp.enter(:ada, array[:'d1'], jsonb_build_object('drawn_by', pg_temp.operator('Rex Receiver'))), 'question downtime_drawn_by', 'not by who draws no blood');
select is(pg_temp.enter(:ada, array[:'d1', :'d1']), 'question bad_request', 'no label on two tubes');
select is(pg_temp.enter(:ada, array[:'d1'], jsonb_build_object('tubes', jsonb_build_array(jsonb_build_object('specimen_id', :'d1', 'tests', t)))), 'question downtime_plan', 'not for tests ' || t::text)
	from (values ('[]'::jsonb), ('[1]'), ('[null]'), ('"x"'), ('null')) x (t);
select is(pg_temp.enter(:bea, array[:'d1'], jsonb_build_object('birth_date', '1971-03-04', 'tubes', pg_temp.tubes(:ada, array[:'d1']))), 'question downtime_plan', 'nor for another patient''s tests');
select is(pg_temp.enter(:ada, array[custody.id_next('specimen')]), 'question downtime_no_label', 'nor on a number that was not printed ahead');
select is(pg_temp.enter(:ada, array[:'d1'], '{}', w), v, 'entered by ' || w) from (values ('ada', 'question not_allowed'), ('cy', 'question not_allowed'), ('room1', 'question sign_in_needed')) x (w, v);
select is((select count(*) from clinic.visit) + (select count(*) from clinic.question where code = 'downtime_second')
	+ (select count(*) from custody.event e join clinic.downtime_label l on l.specimen_id = e.subject where e.kind <> 'remark'), 0::bigint, 'nothing came of any');

-- ---- one person enters two of three tubes, another confirms
select is(pg_temp.enter(:ada, array[:'d1', :'d2']), 'question downtime_second', 'entered: a second person is asked');
select ok(pg_temp.ask() ->> 'title' like '%2 tubes of ADAMS, Ada, born 3 Feb 1970, number A1', 'of whom');
select ok(pg_temp.ask() ->> 'do' like '%...' || right(:'d1', 4) || ', ...' || right(:'d2', 4) || '%by Carol Lindqvist%', 'which labels, who drew');
select is((select count(*) from clinic.specimen), 0::bigint, 'nothing is stored before');
select is(pg_temp.told(:'d1', 'ana'), 'note downtime_in_entry', 'a tube that is scanned to compare');
select is(pg_temp.told(:'d3', 'ana'), 'note downtime_not_in_entry', 'another one');
select is(pg_temp.told(pg_temp.badge('Ana Ruiz'), 'ana'), 'question downtime_self', 'not by oneself');
select is(pg_temp.told(pg_temp.badge('Pia Process'), 'ana'), 'question second_person_by_whom', 'not by who draws no blood');
select pg_temp.told(pg_temp.badge('Ben Okafor'), 'ben') \g /dev/null
select is((select count(*) from clinic.specimen), 0::bigint, 'not by a badge at another station');
select is(pg_temp.ask() ->> 'code', 'downtime_second', 'it waits still');
select is(pg_temp.told(pg_temp.badge('Ben Okafor'), 'ana'), 'complete downtime_entered', 'a colleague');
select is(pg_temp.ask(), null, 'nothing is asked any more');
select is(pg_temp.kinds(:'d1'), 'remark! prepared label_printed labelled collected', 'the label''s own chain goes on');
select is((select array_agg(subject) from custody.event where body like '%downtime%' and kind = 'prepared'), array[:'d1', :'d2'], 'no other number is given');
select is((select jsonb_build_array(e.occurred_at = date_trunc('minute', now()) - interval '90 minutes', e.recorded_at > now() - interval '1 minute', e.operator_id)
	from custody.event e where subject = :'d1' and kind = 'collected'), jsonb_build_array(true, true, pg_temp.operator('Ana Ruiz')), 'both times are kept, and who entered it');
select is(pg_temp.body(:'d1', 'collected') - 'visit', jsonb_build_object('source', 'paper', 'check', 'downtime', 'drawn_by', pg_temp.operator('Carol Lindqvist'), 'labelled_by', pg_temp.operator('Carol Lindqvist'),
	'entered_by', pg_temp.operator('Ana Ruiz'), 'second_person', pg_temp.operator('Ben Okafor')), 'who drew, who entered, who looked');
select is(pg_temp.body(:'d1', 'labelled') ->> 'copy', '1', 'the label that is on it');
select is((pg_temp.body(:'d1', 'label_printed') ->> 'job')::bigint, (select print_job_id from clinic.print_job where content ->> 'specimen_id' = :'d1'), 'printed by that job');
select is((select array_agg(s.specimen_id || ' ' || s.number || '/' || s.of order by s.number) from clinic.specimen s where patient_id = :ada), array[:'d1' || ' 1/2', :'d2' || ' 2/2'], 'two tubes in order of draw');
select pg_temp.patient('ADAMS2', 'X', '1980-01-01', array['CBC', 'PT', 'GLU']) as other \gset
select is((select array_agg(c.cap order by s.number) from clinic.specimen s join clinic.container_type c using (container_type_id) where patient_id = :ada),
	(select array_agg(t #>> '{container,cap}' order by n) from jsonb_array_elements(pg_temp.plan(:other) -> 'tubes') with ordinality x (t, n) where n < 3), 'of the containers that were planned');
select is(pg_temp.due(:ada), 1::bigint, 'what was not drawn is due still');
select is((select count(*) from clinic.lab_order_test t join clinic.lab_order o using (lab_order_id) where o.patient_id = :ada and t.state = 'collected'), 2::bigint, 'the others are collected');
select is((select array_agg(concat_ws(' ', state, found_by, close_check, closed_at is not null, second_person_by = pg_temp.operator('Ben Okafor'))) from clinic.visit where patient_id = :ada), array['closed downtime downtime t t'], 'a visit on paper, closed');
select is(pg_temp.label_state(:'d1', 1), 'on_tube', 'its label is accounted for');
select is(pg_temp.plan(:bea) -> 'labels' -> 'unassigned', '10', 'ten are left');
select is((pg_temp.plan(:bea) #> '{entered,0}') - 'visit_id' - 'at' - 'collected_at', jsonb_build_object('name', 'ADAMS, Ada', 'number', 'A1', 'by', 'Ana Ruiz', 'second', 'Ben Okafor', 'tubes', array[:'d1', :'d2']), 'the page lists it');
select is(api.timeline('ana', jsonb_build_object('specimen_id', :'d1')) #>> '{data,verified}', v, 'its record is whole') from (values ('pending')) x (v);
select isnt(custody.id_next('specimen'), all_ids.id, 'and no other tube gets that number') from unnest(:'d'::text[]) all_ids (id) limit 1;
select is(pg_temp.told(:'d1', 'ana'), 'repeat collected_already', 'scanned again it is collected');
select is(pg_temp.told(pg_temp.label(:'d1', 1), 'ana'), 'repeat collected_already', 'by either code');

-- ---- bound twice: the same patient is a repeat, another one locks the station
select is(pg_temp.enter(:ada, array[:'d1']), 'repeat downtime_entered_already', 'entered again for the same patient');
select is(pg_temp.enter(:bea, array[:'d1'], '{"birth_date": "1971-03-04"}'), 'stop downtime_twice', 'for another patient: red');
select is(api.visit('ana', '{}') #> '{data,alarm}' ->> 'code', 'downtime_twice', 'the station is locked');
select is((select jsonb_agg(c -> 'choice') from jsonb_array_elements(api.visit('ana', '{}') #> '{data,alarm,choices}') c), '["tube_set_aside"]', 'with one way on');
select is(pg_temp.enter(:bea, array[:'d3'], '{"birth_date": "1971-03-04"}'), 'stop locked', 'nothing else goes');
select is(pg_temp.told(:'d1', 'ana'), 'stop label_or_tube', 'the label once more');
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}', 'ana'), 'stop set_it_aside', 'its label is not taken off');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}', 'ana'), 'stored tube_set_aside', 'set aside');
select is(pg_temp.state_of(:'d1'), 'held', 'the number is on hold');
select is((select count(*) from clinic.visit_act where act = 'downtime_twice' and near_miss), 1::bigint, 'and counts as a near miss');
select is((select patient_id from clinic.specimen where specimen_id = :'d1'), :ada::bigint, 'it stays whose it was');

-- ---- what changed between the two persons stops it
select is(pg_temp.enter(:bea, array[:'d3'], '{"birth_date": "1971-03-04"}'), 'question downtime_second', 'entered for Bea');
update clinic.lab_order_test t set state = 'cancelled' from clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id = :bea;
select is(pg_temp.told(pg_temp.badge('Ben Okafor'), 'ana'), 'question nothing_due', 'her order was cancelled meanwhile');
select is(pg_temp.ask(), null, 'it is to be entered anew');
select is((select count(*) from clinic.specimen where specimen_id = :'d3'), 0::bigint, 'nothing is stored');
update clinic.lab_order_test t set state = 'due' from clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id = :bea;
select pg_temp.enter(:bea, array[:'d3'], '{"birth_date": "1971-03-04"}') \g /dev/null
update clinic.question set asked_at = asked_at - interval '301 seconds';
select is(pg_temp.told(pg_temp.badge('Ben Okafor'), 'ana'), 'note badge_signs_in', 'nor after five minutes');
select pg_temp.enter(:bea, array[:'d3'], '{"birth_date": "1971-03-04"}') \g /dev/null
select pg_temp.call('sign_out', 'ana') \g /dev/null
select is((select count(*) from clinic.question where code = 'downtime_second'), 0::bigint, 'nor when who entered it has gone');
update clinic.session set token_hash = sha256(session_id::text::bytea) where closed_at is not null;
select pg_temp.sign_in('Ana Ruiz', 'room1') is not null \g /dev/null

-- ---- a test that needs several tubes: all of them
update clinic.test set volume_ul = 2 * (select fill_ul from clinic.container_type c where c.container_type_id = test.container_type_id) where code = 'CBC';
select pg_temp.patient('COLE', 'Cora', '1970-02-03', array['CBC'], 'C1') as cora \gset
select is(jsonb_array_length(pg_temp.plan(:cora) -> 'tubes'), 2, 'one test, two tubes');
select is(pg_temp.enter(:cora, array[:'d3']), 'question downtime_plan', 'one is not enough');
select is(pg_temp.bind(:cora, array[:'d3', :'d4']), 'complete downtime_entered', 'both are');
select is((select count(*) from clinic.specimen_test w join clinic.specimen s using (specimen_id) where s.patient_id = :cora), 2::bigint, 'each carries the test');
update clinic.test set volume_ul = 1000 where code = 'CBC';

-- ---- entered, it is packed, carried and received as any other tube
select pg_temp.sent(array[:'d2']) as b1 \gset
select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita'), pg_temp.scan(:'b1', 'rita'), pg_temp.scan(pg_temp.badge('Rita Dock'), 'rita'), pg_temp.scan(:'b1', 'rex') \g /dev/null
select is(pg_temp.told(pg_temp.label(:'d2', 1)), 'complete delivery_complete', 'received by the label that was printed ahead');
select is(pg_temp.body(:'d2', 'accepted') -> 'flags', '[]', 'nothing is odd about it');

-- ---- nobody entered it, and it comes to the laboratory: set aside, until somebody does
create function pg_temp.open_questions() returns text language sql stable as $$
	select string_agg(q ->> 'kind', ' ' order by (q ->> 'event_id')::bigint) from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q -> 'settled' = 'null' $$;
select pg_temp.patient('DORN', 'Dora', '1970-02-03', array['CBC'], 'D1') as dora \gset
select is(pg_temp.told(pg_temp.label(:'d5', 1)), 'question downtime_unsaid', 'amber at the bench');
select is(pg_temp.scan(:'d5', 'rex') ->> 'title', 'Downtime label ...' || right(:'d5', 4) || ', nobody said whose: set aside', 'in plain words, also the second time');
select is(pg_temp.state_of(:'d5'), 'held', 'it is stored, on hold');
select is(pg_temp.kinds(:'d5'), 'remark! held', 'once');
select is(pg_temp.body(:'d5', 'held') ->> 'why', 'downtime', 'with the reason');
select is(pg_temp.open_questions(), 'downtime', 'it waits on the QUESTIONS rack');
select ok((select q ->> 'title' from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q ->> 'kind' = 'downtime') like '%a downtime label, nobody said whose it is', 'the list says so');
select is(pg_temp.balances(), 'balances', 'the ledger balances with it');
select is(pg_temp.bind(:dora, array[:'d5']), 'complete downtime_entered', 'its clinic enters it');
select is(pg_temp.kinds(:'d5'), 'remark! held prepared! label_printed! labelled! collected!', 'as facts; its hold moves by nobody''s entry');
select is(pg_temp.state_of(:'d5'), 'held', 'it is on hold until somebody has it in hand');
select is(pg_temp.told(:'d5', 'rita'), 'question tube_not_packed', 'scanned again it is received, in no bag');
select is(pg_temp.state_of(:'d5'), 'accepted', 'accepted');
select is(pg_temp.body(:'d5', 'released') ->> 'reason', 'downtime_entered', 'its hold has ended by that');
select is(pg_temp.open_questions(), 'not_packed', 'its question is settled');
select is(pg_temp.balances(), 'balances', 'and the ledger balances');

-- ---- a label from before their issue was told, and one that a lead let go
delete from clinic.question;
insert into clinic.downtime_label (specimen_id, stock_run_id) select custody.id_next('specimen'), min(stock_run_id) from clinic.stock_run returning specimen_id as old \gset
select is(pg_temp.told(:'old'), 'question downtime_unsaid', 'one of an earlier release is known by its row');
select is(pg_temp.act('release', jsonb_build_object('specimen_id', :'old', 'reason', 'found'), 'lea'), 'question specimen_unknown', 'no lead lets go what is nobody''s');
select is(pg_temp.state_of(:'old'), 'held', 'it stays on hold');
select * from finish();
