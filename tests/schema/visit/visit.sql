-- One patient from the slip to the closed visit: six actions for three tubes (contrib/FLOWS.md 1.1).
\ir setup.sql
select plan(79);
create temporary table reply (no int generated always as identity, r jsonb);

select pg_temp.patient('ALVAREZ', 'Maria', '1962-03-14', array['CBC', 'A1C', 'CMP', 'HIV', 'PT'], 'E1001') as maria \gset
select pg_temp.slip(:maria) as slip \gset
select is(api.print_jobs_open('core', '{}') #> '{data,jobs,0,content}' ?| array['birth_date', 'birth_text'], false, 'a slip shows no birth date');
select is(api.print_jobs_open('core', '{}') #>> '{data,jobs,0,content,slip}', :'slip', 'and carries its code');
select is(pg_temp.slip(:maria), :'slip', 'the same day it is the same slip');
select pg_temp.print() \g /dev/null

-- ---- action 1: the slip
insert into reply (r) select pg_temp.scan(:'slip');
select is(pg_temp.says(r), 'stored visit_opened', '1: the slip opens the visit') from reply where no = 1;
select is(r #>> '{data,visit,patient,name}', 'ALVAREZ, Maria', 'the name is shown') from reply where no = 1;
select is(r #> '{data,visit,patient,birth_date}', 'null', 'the birth date is not (RG-04)') from reply where no = 1;
select is(jsonb_array_length(r #> '{data,visit,birth_choices}'), 4, 'but four to pick from') from reply where no = 1;
select is(position('1962-03-14' in r::text), 0, 'nor does the reply betray it') from reply where no = 1;
select is(r #>> '{data,about,kind}', 'patient', 'the scan was about a patient') from reply where no = 1;
select is((select count(*) from clinic.specimen), 0::bigint, 'nothing is prepared before identity (ER-02)');

-- ---- action 2: the birth date
select is(pg_temp.says(pg_temp.scan(pg_temp.card('choice_1'))), 'note command_not_now', 'a choice card in the first second is nothing');
select is(pg_temp.says(pg_temp.scan(pg_temp.card('ok'))), 'stored command', 'the OK card is only a card');
select is(pg_temp.view() ->> 'state', 'identify', 'OK never answers identity (RG-04)');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.scan(pg_temp.card('choice_1')) #> '{data,about}',
	'{"kind": "command", "specimen_id": null, "command": "choice_1", "done": false}', 'later it is the page''s to act on');
select r #> '{data,visit,tubes}' as planned from reply where no = 1 \gset
select is((select jsonb_agg(jsonb_build_array(t -> 'number', t -> 'of', t #>> '{container,cap}', t #>> '{container,volume_ul}', t ->> 'state', t -> 'labels', t -> 'specimen_id')
	order by o) from jsonb_array_elements(:'planned'::jsonb) with ordinality x (t, o)), '[[1, 3, "LIGHT BLUE", "2700", "waiting", [], null],
	[2, 3, "GOLD", "4000", "waiting", [], null], [3, 3, "LAVENDER", "3500", "waiting", [], null]]', 'the tubes that will be drawn are shown before identity (FLOWS 1.1)');
insert into reply (r) select pg_temp.identify(:maria);
select pg_temp.tube(:maria, 1) as first_tube \gset
create function pg_temp.shown(is_now text, specimen text) returns text[] language plpgsql as $$
begin
	update clinic.lab_order set priority = is_now;
	return array[(select t ->> 'priority' from jsonb_array_elements(pg_temp.view() -> 'tubes') t where t ->> 'specimen_id' = specimen),
		clinic.label_content(specimen, 1, 1) ->> 'priority'];
end $$;
select is(pg_temp.says(r), 'stored identified', '2: the right date identifies') from reply where no = 2;
select is(r #>> '{data,visit,patient,birth_date}', '1962-03-14', 'and now it is shown') from reply where no = 2;
select is((select jsonb_agg(jsonb_build_array(t -> 'number', t -> 'of', t #>> '{container,cap}', t -> 'tests' -> 0 ->> 'code', jsonb_array_length(t -> 'tests'))
	order by o) from jsonb_array_elements(r #> '{data,visit,tubes}') with ordinality x (t, o)),
	'[[1, 3, "LIGHT BLUE", "PT", 1], [2, 3, "GOLD", "CMP", 2], [3, 3, "LAVENDER", "A1C", 2]]',
	'tests share containers, tubes come in order of draw (PA-01, ER-18)') from reply where no = 2;
select is((select jsonb_agg(t - 'specimen_id' - 'labels' order by o) from jsonb_array_elements(r #> '{data,visit,tubes}') with ordinality x (t, o)),
	(select jsonb_agg(t - 'specimen_id' - 'labels' order by o) from jsonb_array_elements(:'planned'::jsonb) with ordinality x (t, o)),
	'they are what was planned, field by field') from reply where no = 2;
select is(pg_temp.shown(has, :'first_tube'), array[want, want], 'priority ' || has || ' is shown as ' || coalesce(nullif(want, ''), 'none'))
	from (values ('', ''), ('ROUTINE', ''), ('TIMED', ''), ('STAT', 'STAT')) x (has, want);
update clinic.lab_order set priority = '';
select is(jsonb_array_length(r #> '{data,jobs}'), 3, 'three labels may print') from reply where no = 2;
select is(pg_temp.kinds(pg_temp.tube(:maria, 1)), 'prepared', 'a tube''s story begins');
select is((select e.body::jsonb - 'tests' - 'container_type' from custody.event e where subject = pg_temp.tube(:maria, 2)),
	(select jsonb_build_object('visit', visit_id, 'number', 2, 'of', 3) from clinic.visit), 'with visit and number');
select is((select content - 'specimen_id' from clinic.print_job where copy = 1 and specimen_id = pg_temp.tube(:maria, 2)),
	jsonb_build_object('copy', 1, 'family', 'ALVAREZ', 'given', 'Maria', 'middle', '', 'birth_date', '1962-03-14', 'patient_number', 'E1001',
	'sex', 'F', 'collected_date', current_date, 'collector', 'AR', 'container', 'GOLD SST 5 mL', 'number', 2, 'of', 3, 'tests', 'CMP',
	'account', 'ACC 4410', 'priority', '', 'source', '', 'time_point', '', 'practice', true), 'a label says all that belongs on it; a sensitive test is not named (LB-01)');
select is((select array_agg(distinct state) from clinic.lab_order_test), '{in_visit}', 'the tests are in the visit');
select is(pg_temp.print(), 3, 'the printer prints three');
select is(pg_temp.kinds(pg_temp.tube(:maria, 1)), 'prepared label_printed', 'printed is an event of its own (promise 5)');
select is((select body::jsonb from custody.event where kind = 'label_printed' and subject = pg_temp.tube(:maria, 1)),
	(select jsonb_build_object('copy', 1, 'job', print_job_id, 'counter', 11, 'evidence', 'printer') from clinic.print_job
	where specimen_id = pg_temp.tube(:maria, 1)), 'with its job, its copy and the printer''s counter');
select is((select string_agg(from_state || '>' || to_state, ' ' order by print_job_log_id) from clinic.print_job_log l
	join clinic.print_job j using (print_job_id) where j.specimen_id = pg_temp.tube(:maria, 1)),
	'queued>proved proved>sending sending>sent sent>printed', 'each move of a job has its line');
select is(pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')), 'question labels_open', 'a visit with labels out does not close (ER-08)');
select is(pg_temp.view() ->> 'open_labels', '3', 'three are open');
select pg_temp.later('6 seconds') \g /dev/null

-- ---- actions 3 to 5: each label, any order
insert into reply (r) select pg_temp.scan(pg_temp.label(pg_temp.tube(:maria, 3), 1));
select is(pg_temp.says(r), 'stored on_tube', '3: the last tube first: order is free') from reply where no = 3;
select is(r ->> 'title', 'On the tube: 3 of 3', 'in plain words') from reply where no = 3;
select is(r #>> '{data,about,next_place,name}', 'RACK', 'with the next place') from reply where no = 3;
select is(pg_temp.kinds(pg_temp.tube(:maria, 3)), 'prepared label_printed labelled', 'labelled, not collected (promise 3)');
select is((select body::jsonb - 'job' from custody.event where kind = 'labelled'),
	(select jsonb_build_object('copy', 1, 'scan', scan_id) from clinic.scan order by scan_id desc limit 1), 'the event names its scan');
select is(pg_temp.says(pg_temp.scan(:'slip')), 'repeat labels_open', 'the slip closes nothing yet');
insert into reply (r) select pg_temp.scan(pg_temp.tube(:maria, 2));
select is(pg_temp.says(r), 'stored on_tube', '4: the Code 128 is as good while there is one copy') from reply where no = 4;
select isnt(r #>> '{data,about,next_place,by}', null, 'spin by a time') from reply where no = 4;
insert into reply (r) select pg_temp.scan(pg_temp.label(pg_temp.tube(:maria, 1), 1));
select is(pg_temp.says(r), 'complete labels_done', '5: the last one completes the set') from reply where no = 5;
select is(r #>> '{data,visit,state}', 'check', 'the closing check is next') from reply where no = 5;
select is(r #>> '{data,visit,closing,check}', 'patient_read', 'the patient reads a tube') from reply where no = 5;
select is((select count(*) from custody.event where kind = 'collected'), 0::bigint, 'nothing is collected yet');

-- ---- action 6: the closing check
insert into reply (r) select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}');
select is(pg_temp.says(r), 'complete visit_closed', '6: the visit is closed') from reply where no = 6;
select is((select count(*) from reply), 6::bigint, 'six actions');
select is(r #>> '{data,visit,state}', 'closed', 'the closed visit is shown once more') from reply where no = 6;
select is(pg_temp.kinds(pg_temp.tube(:maria, 1)), 'prepared label_printed labelled collected', 'collected');
select is((select body::jsonb from custody.event where kind = 'collected' and subject = pg_temp.tube(:maria, 1)),
	(select jsonb_build_object('source', 'scan_back', 'identified_by', operator_id, 'drawn_by', operator_id, 'labelled_by', operator_id,
	'stated_by', 'patient', 'check', 'patient_read', 'visit', visit_id) from clinic.operator, clinic.visit where initials = 'AR'),
	'who identified, drew, labelled are three fields; the time has its source (ER-16)');
select is((select c.occurred_at from custody.event c where c.kind = 'collected' and c.subject = pg_temp.tube(:maria, 1)),
	(select l.occurred_at from custody.event l where l.kind = 'labelled' and l.subject = pg_temp.tube(:maria, 1)),
	'the time is the scan-back''s, not the printing''s nor the closing''s (HL-11)');
select cmp_ok((select c.recorded_at from custody.event c where c.kind = 'collected' and c.subject = pg_temp.tube(:maria, 1)), '>',
	(select c.occurred_at from custody.event c where c.kind = 'collected' and c.subject = pg_temp.tube(:maria, 1)), 'which is not when it was recorded');
select is((select array_agg(distinct state) from clinic.lab_order_test), '{collected}', 'the tests are collected');
select is((select collected_at from clinic.visit), (select max(occurred_at) from custody.event where kind = 'collected'), 'the visit keeps the last');
select is(pg_temp.view(), 'null', 'no visit is open');
select is((select count(*) from custody.event e where e.body ~* 'alvarez|1962|E1001'), 0::bigint, 'no event names the patient (DESIGN 5)');
select is((select bool_and(custody.event_hash(e) = e.hash) from custody.event e), true, 'every hash fits');

-- ---- afterwards
select is(pg_temp.says(pg_temp.scan(pg_temp.label(pg_temp.tube(:maria, 1), 1))), 'repeat collected_already', 'a tube scanned again is a soft note');
select is(pg_temp.says(r) || ' ' || (r #>> '{data,visit,state}') || ' ' || jsonb_array_length(r #> '{data,visit,tubes}'), 'repeat visit_done closed 3', 'so is the slip, which shows the finished visit') from pg_temp.scan(:'slip') r;
select is((select count(*) from clinic.scan), 10::bigint, 'every scan is stored');
select is((select count(*) from clinic.scan where verdict is null or code is null), 0::bigint, 'with its verdict');
select is((select array_agg(act order by visit_act_id) from clinic.visit_act where not near_miss), '{opened,identified,printed,closed}', 'and the visit has its story');

-- ---- the timeline
create function pg_temp.verified(specimen text) returns text language sql stable as $$
	select concat_ws(' ', d ->> 'verified', d ->> 'broken_at') from (select api.timeline('ana', jsonb_build_object('specimen_id', specimen)) -> 'data' as d) x $$;
select pg_temp.tube(:maria, 1) as t1 \gset
select is(pg_temp.verified(pg_temp.label(:'t1', 1)), 'pending', 'unsealed it is pending');
select is((select count(*) from (select custody.seal_put(seal_id, '\x01', '\x02') as put from custody.seal_next()) x where put), 1::bigint, 'one seal is made');
select is(pg_temp.verified(:'t1'), 'intact', 'sealed it is intact');
select custody.append(:'t1', 'remark', '{}', null, null) \g /dev/null
select is(pg_temp.verified(:'t1'), 'pending', 'one more event is pending again');
select is((select string_agg(e ->> 'words', ', ' order by n) from jsonb_array_elements(api.timeline('ana', jsonb_build_object('specimen_id',
	pg_temp.tube(:maria, 1))) #> '{data,events}') with ordinality x (e, n)), 'Ordered for this visit, Label printed, On the tube, Collected, Remark', 'in plain words, in order');
select is(api.timeline('ana', jsonb_build_object('specimen_id', pg_temp.tube(:maria, 1))) #>> '{data,events,1,device,name}', 'Room 1 printer', 'with the printer');
select is(api.timeline('ana', jsonb_build_object('specimen_id', pg_temp.tube(:maria, 1))) #>> '{data,events,2,device,transport}', 'virtual', 'and the scanner');
select is(api.timeline('ana', '{"specimen_id": "900999999944"}') ->> 'code', 'specimen_unknown', 'a strange number has no story');
select is(api.timeline('ben', jsonb_build_object('specimen_id', pg_temp.tube(:maria, 1))) #>> '{data,state}', 'collected', 'it can be read at any station');
alter table custody.event disable trigger event_no_change;
-- what is done to one event, and what the timeline then says; undone
create function pg_temp.spoilt(how text) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		execute how;
		select pg_temp.verified(subject) into told from spoilt;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
create temporary table spoilt as select subject, event_id from custody.event where subject = :'t1' and kind = 'labelled';
select is(pg_temp.spoilt(how), 'broken' || case when names then ' ' || (select event_id from spoilt) else
	' ' || (select min(event_id) from custody.event where subject = :'t1' and kind = 'collected') end, why) from (values
	($$ update custody.event e set body = replace(body, '"copy": 1', '"copy": 2') from spoilt s where e.event_id = s.event_id $$, true, 'a changed body is found'),
	($$ update custody.event e set occurred_at = e.occurred_at - interval '1 hour' from spoilt s where e.event_id = s.event_id $$, true, 'so is a changed time'),
	($$ update custody.event e set operator_id = -1 from spoilt s where e.event_id = s.event_id $$, true, 'and a changed person'),
	($$ update custody.event e set body = '{}' from spoilt s where e.event_id = s.event_id;
		update custody.event e set hash = custody.event_hash(e) from spoilt s where e.event_id = s.event_id $$, false, 'with its hash made anew the next one''s link tells'),
	($$ delete from custody.event e using spoilt s where e.event_id = s.event_id $$, false, 'an event of ours that is gone is missed')) x (how, names, why);
select is(pg_temp.spoilt($$ update custody.event e set after = '1:1:' || repeat('0', 64) from spoilt s where e.event_id = s.event_id;
	update custody.event e set hash = custody.event_hash(e) from spoilt s where e.event_id = s.event_id;
	delete from custody.event e using spoilt s where e.subject = s.subject and e.event_id > s.event_id $$), 'pending', 'another node''s event that has not come yet is pending');
select is(pg_temp.verified(:'t1'), 'pending', 'and all was undone');
select * from finish();
