-- How a visit ends: checks, times, tubes not collected, cancelled orders; and Stop.
\ir setup.sql
select plan(93);
-- a visit of Ana with all labels on their tubes
create function pg_temp.ready_visit(patient bigint, token text default 'ana') returns void language sql volatile as $$
	select pg_temp.printed(patient, token);
	select pg_temp.scan(s.specimen_id, token) from clinic.specimen s where s.patient_id = patient order by s.number $$;
create function pg_temp.close(args jsonb) returns text language sql volatile as $$ select pg_temp.says(pg_temp.call('visit_close', 'ana', args)) $$;
-- what closing would be answered, undone
create function pg_temp.would_close(args jsonb) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := pg_temp.close(args);
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
create function pg_temp.state_of(specimen text) returns text language sql stable as $$ select (custody.state(specimen)).kind $$;

-- ---- the closing check (contrib/POLICIES.md 1: closing_check)
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'PT'], 'M1') as maria \gset
select pg_temp.patient('OTHER', 'Olga', '1967-06-06', array['CBC'], 'O1') as olga \gset
select pg_temp.slip(:maria) as slip, pg_temp.slip(:olga) as oslip \gset
select pg_temp.ready_visit(:maria) \g /dev/null
select is(pg_temp.would_close('{"check": "patient_read"}'), 'complete visit_closed', 'the patient read a tube');
select is(pg_temp.would(:'slip'), 'complete visit_closed', 'or the slip is scanned again');
select is(pg_temp.would(:'oslip'), 'question open_another', 'another''s slip closes nothing');
select is(pg_temp.would_close('{"check": "slip"}'), 'question closing_slip', 'a slip that was not scanned is none');
select is(pg_temp.would_close(jsonb_build_object('check', 'slip', 'slip', :'oslip')), 'question closing_slip', 'nor another''s');
select is(pg_temp.would_close('{"check": "no_patient"}'), 'question reason_needed', 'without the patient there is a reason');
select is(pg_temp.would_close('{"check": "no_patient", "reason": "left"}'), 'complete visit_closed', 'then it closes');
select is(pg_temp.would_close('{"check": "off"}'), 'question bad_request', 'no other check');
select pg_temp.policy('closing_check', '"rescan_token"') \g /dev/null
select is(pg_temp.view() #>> '{closing,check}', 'slip', 'rescan_token: the slip');
select is(pg_temp.would_close('{"check": "patient_read"}'), 'question closing_slip', 'and nothing less');
select is(pg_temp.would(:'slip'), 'complete visit_closed', 'the slip');
select pg_temp.policy('closing_check', '"when_risky"') \g /dev/null
select is(clinic.closing_check(v), null, 'when_risky: the smooth path asks nothing') from clinic.visit v where patient_id = :maria;
create function pg_temp.risky(change text) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		execute change;
		select clinic.closing_check(v) into told from clinic.visit v where state = 'labels';
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
select is(pg_temp.risky(change), 'patient_read', 'risky: ' || why) from (values
	($$ update clinic.visit set identified_at = identified_at - interval '11 minutes' $$, 'long since identity'),
	($$ update clinic.visit set found_by = 'search' $$, 'found by search'),
	($$ update clinic.visit_act set detail = '{"look_alikes": 1}' where act = 'opened' $$, 'look-alikes'),
	($$ insert into clinic.visit_act (visit_id, operator_id, act) select visit_id, -1, 'taken_over' from clinic.visit $$, 'another person'),
	($$ insert into clinic.label (specimen_id, copy, created_by) select specimen_id, 2, 1 from clinic.specimen limit 1 $$, 'a reprint')) x (change, why);
select pg_temp.policy('closing_check', '"off"') \g /dev/null
select is(pg_temp.close('{"check": "no_patient", "reason": "left"}'), 'complete visit_closed', 'closed without the patient');
select is((select count(*) from clinic.visit_act where act = 'closed_without_patient'), 1::bigint, 'counted');
select is((select array[close_check, close_reason] from clinic.visit where patient_id = :maria), '{no_patient,left}', 'and kept');
select pg_temp.patient('OFF', 'Otto', '1968-06-06', array['CBC', 'PT'], 'F1') as otto \gset
select pg_temp.printed(:otto) \g /dev/null
select pg_temp.scan(pg_temp.tube(:otto, 1)) \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.tube(:otto, 2))), 'complete visit_closed', 'off: the last scan-back closes: five actions');
select is(pg_temp.state_of(pg_temp.tube(:otto, 1)), 'collected', 'collected');
select pg_temp.policy('closing_check', '"patient_reads_tubes"') \g /dev/null

-- ---- collected_time (HL-11, ER-16)
select pg_temp.patient('TIMM', 'Tom', '1969-06-06', array['CBC'], 'T1') as tom \gset
select pg_temp.ready_visit(:tom) \g /dev/null
update clinic.visit set identified_at = identified_at - interval '20 minutes' where patient_id = :tom;
create function pg_temp.at(by interval, source text, args jsonb default '{"check": "patient_read"}') returns jsonb language sql as $$
	select args || jsonb_build_object('collected_at', clock_timestamp() + by, 'collected_source', source) $$;
select is(pg_temp.would_close('{"check": "patient_read"}'), 'question collected_time', 'a late scan-back is no collection time: asked');
select is(pg_temp.would_close(pg_temp.at('1 minute', 'typed')), 'question collected_time_wrong', 'not in the future');
select is(pg_temp.would_close(pg_temp.at('-1 hour', 'typed')), 'question collected_time_wrong', 'not before the identification');
select is(pg_temp.would_close(pg_temp.at('-1 hour', 'paper')), 'complete visit_closed', 'unless from paper');
select is(pg_temp.would_close(pg_temp.at('-1 year', 'paper')), 'question collected_time_wrong', 'but not from another life');
select is(pg_temp.would_close(pg_temp.at('-15 minutes', 'guess')), 'question collected_time_wrong', 'a source has a name');
select is(pg_temp.would_close('{"check": "patient_read", "collected_at": "noon", "collected_source": "typed"}'), 'question collected_time_wrong', 'a time is a time');
select is(pg_temp.would_close('{"check": "patient_read", "collected_at": "infinity", "collected_source": "paper"}'), 'question collected_time_wrong', 'with an end');
select is(pg_temp.close(pg_temp.at('-15 minutes', 'patient_stated')), 'complete visit_closed', 'as the patient says');
select is((select body::jsonb ->> 'source' from custody.event where kind = 'collected' and subject = pg_temp.tube(:tom, 1)), 'patient_stated', 'its source is kept');
select ok((select occurred_at < recorded_at - interval '14 minutes' from custody.event where kind = 'collected' and subject = pg_temp.tube(:tom, 1)), 'and its time');
select pg_temp.policy('collected_time', '{"mode": "always_ask"}') \g /dev/null
select pg_temp.patient('ASK', 'Al', '1969-06-06', array['CBC'], 'K1') as al \gset
select pg_temp.ready_visit(:al) \g /dev/null
select is(pg_temp.close('{"check": "patient_read"}'), 'question collected_time', 'always_ask asks');
select is(pg_temp.close(pg_temp.at('0 seconds', 'typed')), 'complete visit_closed', 'now is a time');
select pg_temp.policy('collected_time', '{"mode": "scan_back", "within_min": 10}') \g /dev/null

-- ---- who drew (ER-16)
select pg_temp.patient('DRAW', 'Di', '1970-06-06', array['CBC'], 'W1') as di \gset
select pg_temp.ready_visit(:di) \g /dev/null
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ben Okafor'))), 'question drawn_by', 'Ben''s badge in Ana''s visit');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "drawn_by", "choice": "yes"}')), 'stored drawn_by_stored', 'he drew');
select pg_temp.close('{"check": "patient_read"}') \g /dev/null
select is((select o.initials from custody.event e, clinic.operator o where kind = 'collected' and subject = pg_temp.tube(:di, 1)
	and o.operator_id = (body::jsonb ->> 'drawn_by')::bigint), 'BO', 'drawn by Ben');
select is((select o.initials from custody.event e, clinic.operator o where kind = 'collected' and subject = pg_temp.tube(:di, 1)
	and o.operator_id = (body::jsonb ->> 'labelled_by')::bigint), 'AR', 'labelled by Ana');

-- ---- not collected (S40); where cups are labelled after they are filled, a cup is a tube (policy apply_when)
select pg_temp.policy('apply_when', '{"tube": "after_fill", "cup": "after_fill"}') \g /dev/null
select pg_temp.patient('NORRIS', 'Nat', '1971-06-06', array['CBC', 'PT', 'MACR', 'CMP'], 'N1') as nat \gset
select pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :nat)) \g /dev/null
select pg_temp.identify(:nat) \g /dev/null
select pg_temp.tube(:nat, 1) as n1, pg_temp.tube(:nat, 2) as n2, pg_temp.tube(:nat, 3) as n3, pg_temp.tube(:nat, 4) as n4 \gset
create function pg_temp.not_collected(specimen text, why text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', specimen, 'reason', why))) $$;
create function pg_temp.test_of(specimen text) returns text language sql stable as $$
	select t.state || ' ' || t.reason from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = specimen $$;
select is(pg_temp.not_collected(:'n1', 'too lazy'), 'question reason_needed', 'a reason of the list');
select is(pg_temp.not_collected(:'n1', 'not_fasting'), 'stored not_collected', 'before its label printed');
select is(pg_temp.label_state(:'n1', 1), 'voided', 'its label will not');
select is(pg_temp.test_of(:'n1'), 'due not_fasting', 'its test is asked for again');
select is(pg_temp.kinds(:'n1'), 'prepared not_collected', 'S40 is an event');
select is(pg_temp.print(), 3, 'the others print');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.not_collected(:'n2', 'refused'), 'stored not_collected', 'the patient refuses one');
select is(pg_temp.test_of(:'n2'), 'not_collected refused', 'its test is not asked for again');
select is(pg_temp.label_state(:'n2', 1), 'old open', 'its label is to be torn up (ER-08)');
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'n2', 'copy', 1, 'end', 'destroyed'))), 'stored label_ended', 'I tore it up');
select is(pg_temp.not_collected(:'n2', 'refused'), 'repeat not_collected', 'once');
select is((select string_agg(t ->> 'state', ' ' order by o) from jsonb_array_elements(pg_temp.view() -> 'tubes') with ordinality x (t, o)),
	'not_collected not_collected printed printed', 'the tiles say so');
select is((pg_temp.view() #>> '{tubes,1,reason}'), 'Patient refused', 'with the reason in words');

-- ---- the sender cancels while the patient sits here (HL-07)
update clinic.lab_order_test t set state = 'cancelled' from clinic.specimen_test w where w.lab_order_test_id = t.lab_order_test_id and w.specimen_id in (:'n3', :'n4');
select is(pg_temp.view() #>> '{ask,code}', 'order_cancelled', 'a person decides');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "order_cancelled", "choice": "no"}')), 'stored not_collected', 'not drawn');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "old_label", "choice": "torn_up"}')), 'stored label_ended', 'its label torn up');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "order_cancelled", "choice": "yes"}')), 'stored drawn_though_cancelled', 'the other is drawn');
select is(pg_temp.view() -> 'ask', 'null', 'asked once');
select is(pg_temp.says(pg_temp.scan(:'n4')), 'complete labels_done', 'all is accounted for');
select is(pg_temp.close('{"check": "patient_read"}'), 'complete visit_closed', 'and closes');
select is(array[pg_temp.state_of(:'n3'), pg_temp.state_of(:'n4')], '{not_collected,order_cancelled}', 'as it was: what nobody has ordered is kept');

-- ---- Stop (contrib/POLICIES.md 4.2): A's labels on B's tubes, the visit closed, noticed later
select pg_temp.patient('LOPEZ', 'Maria', '1972-06-06', array['CBC', 'PT'], 'L1') as lopez \gset
select pg_temp.ready_visit(:lopez) \g /dev/null
select pg_temp.close('{"check": "patient_read"}') \g /dev/null
select pg_temp.tube(:lopez, 1) as l1, pg_temp.tube(:lopez, 2) as l2 \gset
select custody.append(:'l1', 'packed', '{}', null, null), custody.append(:'l1', 'departed', '{}', null, null), custody.append(:'l1', 'accepted', '{}', null, null) \g /dev/null
select is(pg_temp.scan(pg_temp.card('stop')) #> '{data,about}', '{"kind": "command", "specimen_id": null, "command": "stop", "done": true}', 'the Stop card is done at once');
select is(pg_temp.view() #>> '{ask,code}', 'which_tube', 'no visit is open: which tube?');
select is(pg_temp.says(pg_temp.scan(:'l1')), 'stored mistake', 'the tube scanned next');
select is(array[pg_temp.state_of(:'l1'), pg_temp.state_of(:'l2')], '{held,held}', 'both tubes are held, wherever they are');
select is(pg_temp.would(:'l2', 'ben'), 'stop tube_on_hold', 'whoever scans one sees red');
select is((select array_agg(distinct t.state || ' ' || t.reason) from clinic.lab_order o join clinic.lab_order_test t using (lab_order_id) where o.patient_id = :lopez),
	'{"due mistake"}', 'the tests are asked for again: redrawn, never relabelled');
select is(pg_temp.label_state(:'l1', 1), 'voided', 'the labels are void');
select is((select array_agg(distinct x ->> 'state') from jsonb_array_elements(api.visit('ana', jsonb_build_object('visit_id',
	(select s.visit_id from clinic.specimen s where s.specimen_id = :'l1'))) #> '{data,tubes}') x), '{held}', 'and the page says held of the tubes');
select is((select detail - 'note' from clinic.visit_act where act = 'mistake'), '{"good_catch": true, "was": "closed", "tubes": 2}', 'a good catch');
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'l1', 'reason', 'lost'))), 'question no_visit', 'no relabelling');
-- by the patient: the tubes have left, and none can be scanned
create function pg_temp.finished() returns jsonb language sql stable as $$
	select api.patient_find('ana', '{"query": "quispe"}') #> '{data,patients,0,visits}' $$;
select pg_temp.patient('QUISPE', 'Andres', '1981-01-09', array['CBC', 'PT'], 'Q1') as quispe \gset
select is(pg_temp.finished(), '[]', 'who had no visit has none to stop');
select pg_temp.ready_visit(:quispe) \g /dev/null
select pg_temp.close('{"check": "patient_read"}') \g /dev/null
select pg_temp.tube(:quispe, 1) as q1, pg_temp.tube(:quispe, 2) as q2 \gset
select custody.append(:'q1', 'departed', '{}', null, null) \g /dev/null
select is((pg_temp.finished() -> 0) - '{visit_id,closed_at}'::text[], '{"state": "closed", "tubes": 2}', 'the finished visit is found by the name');
select is((select array_agg(x ->> 'specimen_id' order by 1) from jsonb_array_elements(api.visit('ana', jsonb_build_object('visit_id', pg_temp.finished() #> '{0,visit_id}')) #> '{data,tubes}') x),
	array[:'q1', :'q2'], 'its view has its tubes');
select is(pg_temp.says(r) || ' ' || (r #>> '{data,visit,visit_id}'), 'repeat visit_done ' || (pg_temp.finished() #>> '{0,visit_id}'), 'as has the answer that all is done') from pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :quispe)) r;
select is(pg_temp.says(pg_temp.call('mistake', 'ana', jsonb_build_object('visit_id', pg_temp.finished() #> '{0,visit_id}'))), 'stored mistake', 'Stop is about that visit');
select is(array[pg_temp.state_of(:'q1'), pg_temp.state_of(:'q2')], '{held,held}', 'its tubes are on hold, here and gone');
select is(pg_temp.finished() #>> '{0,state}', 'mistake', 'and it is found as stopped');
select is(pg_temp.says(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :lopez))), 'stored visit_opened', 'she is due again');
select is(pg_temp.says(pg_temp.identify(:lopez)), 'stored identified', 'identified again');
select isnt(pg_temp.tube(:lopez, 1), :'l1', 'with new tubes');
select is(pg_temp.says(pg_temp.call('mistake', 'ana', '{"note": "wrong arm"}')), 'stored mistake', 'Stop in an open visit needs nothing');
select is((select string_agg(distinct j.state, ' ') from clinic.print_job j join clinic.visit v using (visit_id) where v.patient_id = :lopez and v.close_reason = 'wrong arm'), 'void', 'nothing prints');
select is(pg_temp.says(pg_temp.call('mistake', 'ana', jsonb_build_object('specimen_id', :'l2'))), 'repeat mistake', 'again is a repeat');
select is(pg_temp.says(pg_temp.call('mistake', 'cy', '{}')), 'question sign_in_needed', 'an unknown session stops nothing');
-- a page that shows an older visit
select pg_temp.patient('OLDER', 'Ola', '1961-01-09', array['CBC'], 'OLD1') as ola \gset
select pg_temp.patient('NEWER', 'Nea', '1962-01-09', array['CBC'], 'NEW1') as nea \gset
select pg_temp.printed(:ola) \g /dev/null
select pg_temp.view() ->> 'visit_id' as older \gset
select pg_temp.call('visit_park', 'ana', jsonb_build_object('visit_id', :older)) as r \gset
select is(pg_temp.says(:'r'), 'stored parked', 'Park of the visit that is shown');
select pg_temp.printed(:nea) \g /dev/null
select pg_temp.view() ->> 'visit_id' as newer \gset
select pg_temp.call('visit_park', 'ana', jsonb_build_object('visit_id', :older)) as r \gset
select is(pg_temp.says(:'r'), 'question another_visit', 'not of one that is not open any more');
select is(:'r'::jsonb #>> '{data,visit,visit_id}', :'newer', 'it shows the one that is, and leaves it');
select is(pg_temp.says(pg_temp.call('visit_park', 'ana', x)), 'question another_visit', 'nor of no visit: ' || x::text) from unnest(array['{"visit_id": null}', '{"visit_id": "x"}']::jsonb[]) x;
select pg_temp.call('mistake', 'ana', jsonb_build_object('note', null, 'visit_id', :older)) as r \gset
select is(pg_temp.says(:'r') || ' ' || (:'r'::jsonb #>> '{data,visit,visit_id}'), 'stored mistake ' || :'older', 'Stop is about the visit that is shown');
select is(pg_temp.view() ->> 'visit_id', :'newer', 'and the other goes on');
select is(pg_temp.says(pg_temp.call('visit_park', 'ana', '{}')), 'stored parked', 'a card names none');
select pg_temp.call('sign_out', 'ana') \g /dev/null
select pg_temp.call('visit_open', 'ben', jsonb_build_object('patient_id', :olga)) \g /dev/null
select pg_temp.identify(:olga, 'ben') \g /dev/null
select pg_temp.call('sign_out', 'ben') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.card('stop'), 'room2')), 'stored mistake', 'anybody, with nobody signed in, stops the visit at this station');
select * from finish();
