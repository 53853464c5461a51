-- A label that changes while it waits: what was drawn is good for what it was drawn from, and nothing else is printed.
\ir setup.sql
select plan(61);
create function pg_temp.job_of(specimen text) returns bigint language sql stable as $$
	select max(print_job_id) from clinic.print_job where specimen_id = specimen $$;
create function pg_temp.job_state(specimen text) returns text language sql stable as $$
	select state from clinic.print_job where print_job_id = pg_temp.job_of(specimen) $$;
create function pg_temp.open(patient bigint) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, 'ana')) $$;
-- the row as the core reads it
create function pg_temp.row_(specimen text) returns jsonb language sql stable as $$
	select x from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x where x ->> 'print_job_id' = pg_temp.job_of(specimen)::text $$;
-- the core says so of the label it drew from that row
create function pg_temp.told(specimen text, state text, drawn jsonb) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.job(pg_temp.job_of(specimen), state, jsonb_build_object('counter', 10, 'plug', 'usb 1.7 A', 'drawn_from', drawn -> 'drawn_from'))) $$;
update clinic.device set talks = 'answers', shared = false where kind = 'printer';
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'A1C', 'PT'], 'M1') as maria \gset
select pg_temp.open(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2 \gset

-- ---- the press drew what is not asked for any more (a test of the tube is cancelled meanwhile)
select is((select s.specimen_id from clinic.specimen_test s join clinic.lab_order_test t using (lab_order_test_id) where t.code = 'A1C'), :'t2', 'tube 2 carries two tests');
select pg_temp.row_(:'t2') as old \gset
select is(:'old'::jsonb ->> 'drawn_from' ~ '^[0-9a-f]{64}$', true, 'the core is told what a label is drawn from');
select flags from clinic.tests_cancel(null, null, (select array[lab_order_test_id] from clinic.lab_order_test where code = 'A1C'), 'x', '{}') \g /dev/null
select is(pg_temp.told(:'t2', 'proved', :'old'), 'question print_job_changed', 'the old drawing is not taken');
select is(pg_temp.told(:'t2', 'failed', :'old'), 'question print_job_changed', 'nor that it can not be drawn');
select is(pg_temp.told(:'t2', 'proved', '{}'), 'question print_job_changed', 'nor one of nobody knows what');
select is(pg_temp.job_state(:'t2'), 'queued', 'it waits to be drawn');
select is((pg_temp.row_(:'t2')) #>> '{content,tests}' = :'old'::jsonb #>> '{content,tests}', false, 'with what is left on it');
select is(pg_temp.told(:'t2', 'proved', pg_temp.row_(:'t2')), 'stored ok', 'and is taken then');

-- ---- another roll is in the printer by now
select is(pg_temp.told(:'t1', 'proved', pg_temp.row_(:'t1')), 'stored ok', 'drawn for this roll');
select pg_temp.row_(:'t1') as old \gset
update clinic.device set width_um = width_um - 1000 where device_id = (:'old'::jsonb ->> 'device_id')::bigint;
select is(pg_temp.told(:'t1', 'sending', :'old'), 'question print_job_changed', 'the old drawing does not go');
select is(pg_temp.job_state(:'t1'), 'proved', 'nothing is sent');
select is(pg_temp.told(:'t1', 'sending', pg_temp.row_(:'t1')), 'stored ok', 'a new one goes');

-- ---- only who stored it may send
select is(pg_temp.told(:'t1', 'sending', pg_temp.row_(:'t1')), 'repeat ok', 'another core hears that it is stored, which is no permission');
select is(pg_temp.told(:'t1', 'sent', '{}'), 'stored ok', 'what is under way needs no such word');
select is(pg_temp.told(:'t1', 'printed', '{}'), 'stored ok', 'nor its end');
select is((select content from clinic.print_job where print_job_id = pg_temp.job_of(:'t1')), :'old'::jsonb -> 'content', 'what was printed is what the journal holds');
select is(pg_temp.row_(:'t1'), null, 'and is done');

-- ---- the patient's name changes while labels wait: nothing with the old one is printed
create sequence pg_temp.control_id;
-- a message about the patient of this number; order A9 is new with the first
create function pg_temp.adt(patient jsonb, items jsonb default '[]', number text default 'E77') returns text language plpgsql as $$
declare
	id text := nextval('pg_temp.control_id');
	bytes bytea := convert_to(id, 'UTF8');
	r jsonb;
begin
	r := api.order_message(gen_random_uuid(), 'mllp', jsonb_build_object('raw', encode(bytes, 'base64'), 'sha256', encode(sha256(bytes), 'hex'),
		'peer', '127.0.0.1', 'parsed', jsonb_build_object('sender', '{"application": "EPIC", "facility": "HILL"}'::jsonb, 'control_id', id,
			'type', 'OML^O21', 'processing_id', 'T', 'orders', items, 'patient', jsonb_build_object('numbers',
				jsonb_build_array(jsonb_build_object('id', number, 'authority', 'EPI', 'type', 'MR')), 'birth_text', '', 'sex', 'F') || patient)));
	return r #>> '{data,ack_code}' || coalesce((select ' ' || string_agg(f, ' ') from jsonb_array_elements_text(r #> '{data,flags}') f), '');
end $$;
create function pg_temp.order_(control text, placer text, codes text[], more jsonb default '{}') returns jsonb language sql immutable as $$
	select jsonb_build_array(jsonb_build_object('control', control, 'control_raw', control, 'placer_number', placer, 'filler_number', null,
		'priority', null, 'provider', '{"family": "DALE", "given": "ROBIN"}'::jsonb, 'source_text', null, 'gaps', '[]'::jsonb,
		'tests', (select jsonb_agg(jsonb_build_object('code', c, 'name', c, 'system', 'L')) from unnest(codes) c)) || more) $$;
create function pg_temp.answer(code text, choice text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', 'ana', jsonb_build_object('code', code, 'choice', choice))) $$;
create function pg_temp.whole(specimen text) returns text language sql volatile as $$
	select pg_temp.told(specimen, 'proved', pg_temp.row_(specimen)) || ', ' || pg_temp.told(specimen, 'sending', pg_temp.row_(specimen)) || ', '
		|| pg_temp.told(specimen, 'sent', '{}') || ', ' || pg_temp.told(specimen, 'printed', '{}') $$;
create function pg_temp.on_label(specimen text, of_copy int) returns text language sql stable as $$
	select (j.content ->> 'family') || ' ' || (j.content ->> 'birth_date') from clinic.print_job j where j.specimen_id = specimen and j.copy = of_copy
	order by j.print_job_id desc limit 1 $$;
select pg_temp.call('visit_park', 'ana') \g /dev/null
select is(pg_temp.adt('{"family": "SMITH", "given": "EVE", "middle": "", "birth_date": "1970-01-02"}', pg_temp.order_('NW', 'A9', '{CBC,PT,CMP,GLU}')), 'AA', 'an order comes');
select patient_id as eve from clinic.patient where family = 'SMITH' \gset
select pg_temp.open(:eve) \g /dev/null
select pg_temp.tube(:eve, 1) as e1, pg_temp.tube(:eve, 2) as e2, pg_temp.tube(:eve, 3) as e3, pg_temp.tube(:eve, 4) as e4 \gset
select is(pg_temp.whole(:'e1'), 'stored ok, stored ok, stored ok, stored ok', 'her first label is out');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'e1')), 'stored on_tube', 'and on its tube');
select is(pg_temp.whole(:'e2'), 'stored ok, stored ok, stored ok, stored ok', 'her second is out');
select is(pg_temp.told(:'e3', 'proved', pg_temp.row_(:'e3')), 'stored ok', 'her third is drawn');
select pg_temp.row_(:'e3') as old3, pg_temp.job_of(:'e3') as job3, pg_temp.row_(:'e4') as old4 \gset
select is(pg_temp.adt('{"family": "SMITH-JONES", "given": "EVE", "middle": "", "birth_date": "1970-01-02"}'), 'AA name_changed', 'she has another name');
select is(pg_temp.told(:'e4', 'proved', :'old4'), 'question print_job_changed', 'the old drawing of the fourth is not taken');
select is(pg_temp.on_label(:'e4', 1), 'SMITH-JONES 1970-01-02', 'it has the new name');
select is((select array[state, message] from clinic.print_job where print_job_id = :job3), '{void,"what stands on it changed"}', 'the third, drawn, is void');
select is((select array[content ->> 'family', state, (copy)::text] from clinic.print_job where print_job_id = pg_temp.job_of(:'e3')), '{SMITH-JONES,queued,1}',
	'and is the same copy in a new job');
select is(pg_temp.says(pg_temp.job(:job3, 'sending', jsonb_build_object('drawn_from', :'old3'::jsonb -> 'drawn_from'))), 'question print_job_move', 'the void one is not sent');
select is((select array_agg(x -> 'content' ->> 'number') from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x), '{3,4}', 'in the old order');
select is(pg_temp.on_label(:'e1', 1) || ', ' || pg_temp.on_label(:'e2', 1), 'SMITH 1970-01-02, SMITH 1970-01-02', 'of what is out the journal holds what was printed');
select turn as before from clinic.print_job where print_job_id = pg_temp.job_of(:'e3') \gset
select is(pg_temp.adt('{"family": "Smith-Jones", "given": "Eve", "middle": "", "birth_date": "1970-01-02"}', pg_temp.order_('XO', 'A9', '{CBC,PT,CMP,GLU}', '{"priority": "STAT"}')),
	'AA', 'STAT, and the name in other letters');
select is((pg_temp.row_(:'e3')) #>> '{content,priority}', 'STAT', 'what waits says so');

-- ---- labels that are out with the old name
select is(pg_temp.whole(:'e3') || ', ' || pg_temp.whole(:'e4'), 'stored ok, stored ok, stored ok, stored ok, stored ok, stored ok, stored ok, stored ok', 'the others come out');
select is(pg_temp.view() #>> '{ask,code}', 'label_outdated', 'a person is asked');
select is(pg_temp.view() #>> '{ask,title}', 'Name, birth date, number or site changed since label 1 came out', 'about the tube that has its label on');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.would(:'e2'), 'question label_of_before', 'the second, not on its tube yet, is told as such');
select is(pg_temp.would(:'e3'), 'stored on_tube', 'the third is good');
select is(pg_temp.answer('label_outdated', 'yes'), 'stored reprinted', 'print it again');
select is((select reason from clinic.label where specimen_id = :'e1' and copy = 2), 'identity_changed', 'with the reason');
select is(pg_temp.view() #> '{ask,specimen_id}', to_jsonb(:'e2'::text), 'the next is asked about');
select is(pg_temp.answer('label_outdated', 'no'), 'stored label_kept', 'that one stays');
select is((select count(*) from clinic.visit_act where act = 'label_kept' and detail ->> 'specimen_id' = :'e2'), 1::bigint, 'which the visit''s story tells');
select is(pg_temp.view() #>> '{ask,code}', null, 'nothing is asked');
select is(pg_temp.would(:'e2'), 'stored on_tube', 'it is taken now');
select is(pg_temp.whole(:'e1'), 'stored ok, stored ok, stored ok, stored ok', 'copy 2 of the first comes out');
select is(pg_temp.on_label(:'e1', 2), 'Smith-Jones 1970-01-02', 'with the new name');
select pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.label(:'e1', 2)) \g /dev/null
select is(pg_temp.label_state(:'e1', 1), 'old open', 'the one before is to be torn up');
select is(pg_temp.view() #>> '{ask,code}', 'old_label', 'which is asked');
select is(pg_temp.answer('old_label', 'torn_up'), 'stored label_ended', 'it is');

-- ---- another change, and the answer from before is none any more
select is(pg_temp.adt('{"family": "SMITH-JONES", "given": "EVE", "middle": "", "birth_date": "1971-01-02"}'), 'AA birth_date_changed', 'another birth date');
select is(pg_temp.view() #>> '{ask,code}', 'label_outdated', 'all are asked about anew');
select is(pg_temp.adt('{"family": "SMITH-JONES", "given": "EVE", "middle": "", "birth_date": "1970-01-02"}'), 'AA birth_date_changed', 'it was a mistake');
select is(pg_temp.view() #>> '{ask,code}', null, 'nothing is asked');

-- ---- a label in the printer when the name changes
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'e4', 'reason', 'lost'))), 'stored reprinted', 'one more');
select pg_temp.told(:'e4', 'proved', pg_temp.row_(:'e4')), pg_temp.told(:'e4', 'sending', pg_temp.row_(:'e4')) \g /dev/null
select pg_temp.adt('{"family": "JONES", "given": "EVE", "middle": "", "birth_date": "1970-01-02"}') \g /dev/null
select is((select array[state, content ->> 'family'] from clinic.print_job where print_job_id = pg_temp.job_of(:'e4')), '{sending,SMITH-JONES}',
	'it is not touched: the journal says what is printed');

-- ---- a slip has the name too
select api.slip_print(gen_random_uuid(), 'ben', jsonb_build_object('patient_id', :eve)) #>> '{data,print_job_id}' as slip \gset
select pg_temp.job(:slip, 'proved', '{"sha256": "cd34"}') \g /dev/null
select pg_temp.adt('{"family": "JONAS", "given": "EVE", "middle": "", "birth_date": "1970-01-02"}') \g /dev/null
select is((select state from clinic.print_job where print_job_id = :slip), 'void', 'the one that was drawn does not print');
select is((select array[content ->> 'family', state] from clinic.print_job where kind = 'slip' order by print_job_id desc limit 1), '{JONAS,queued}', 'but one with the new name');
select is((select count(distinct slip) || ' ' || count(distinct turn) from clinic.print_job where kind = 'slip'), '1 1', 'the same slip, in its place');

-- ---- a birth date that a person mends
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CBC'], 'A1') as ada \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ben', jsonb_build_object('patient_id', :ada))) \g /dev/null
select pg_temp.ok_(pg_temp.identify(:ada, 'ben')) \g /dev/null
select is(pg_temp.on_label(pg_temp.tube(:ada, 1), 1), 'ADAMS 1950-01-01', 'a label waits');
select is(pg_temp.says(pg_temp.call('order_mend', 'ana', jsonb_build_object('lab_order_id', (select lab_order_id from clinic.lab_order where patient_id = :ada),
	'birth_date', '1950-10-01'))), 'stored order_mended', 'its birth date is mended');
select is(pg_temp.on_label(pg_temp.tube(:ada, 1), 1), 'ADAMS 1950-10-01', 'and it says so');
select * from finish();
