-- LB-02: who has one name, is named Doe or Test, or has no whole birth date gets labels once somebody asked for one more
-- identifier; what is nobody's name gets none, and that is said before anything is drawn.
\ir setup.sql
select plan(230);
create function pg_temp.open(patient bigint, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient))) $$;
create function pg_temp.form(kind text, said text, token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', token, jsonb_build_object('code', 'unusual', 'choice', 'ok',
		'identifier', jsonb_build_object('kind', kind, 'text', said)))) $$;
create function pg_temp.attest(token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', token, '{"code": "attest_name", "choice": "yes"}')) $$;
create function pg_temp.content(patient bigint, no int default 1) returns jsonb language sql stable as $$
	select content from clinic.print_job where specimen_id = pg_temp.tube(patient, no) order by print_job_id desc limit 1 $$;
create function pg_temp.fails(patient bigint, copy_no int) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.job(print_job_id, 'failed', '{"check": "identifiers", "message": "m", "hint": "h"}'))
	from clinic.print_job where specimen_id = pg_temp.tube(patient, 1) and copy = copy_no $$;
create function pg_temp.set(id bigint, f text, g text, born date default null, said text default '') returns void language sql volatile as $$
	update clinic.patient set family = f, given = g, birth_date = born, birth_text = said where patient_id = id $$;
-- ends whatever is open; what was taken is due again
create function pg_temp.free() returns void language sql volatile as $$
	update clinic.visit set state = 'closed', closed_at = now() - interval '1 day' where state not in ('closed', 'mistake');
	update clinic.lab_order_test set state = 'due' where state = 'in_visit';
	delete from clinic.question $$;
create function pg_temp.would_open(patient bigint) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := pg_temp.open(patient);
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;

-- ---- names: the same table as the press's (printers/page/content.c)
create temporary table said (no int generated always as identity, line text);
\set lines `grep -v '^#' :'data'/page/names.txt`
insert into said (line) select x from regexp_split_to_table(:'lines', '\n') x where x <> '';
select is((select count(*) > 40 from said), true, 'the table of names is read');
create temporary view named as select no, split_part(line, '|', 1) as family, split_part(line, '|', 2) as given, split_part(line, '|', 3) as verdict from said;
select is(case when clinic.name_is_nobodys(family, given, '') then 'nobody'
	when clinic.unusual_facts(row(1, family, given, '', date '1980-01-01', '', '', now(), now())::clinic.patient) <> '{}' then 'unusual' else 'usual' end,
	verdict, format('name "%s" "%s"', family, given)) from named order by no;
select is(clinic.name_is_nobodys('Okafor', 'Grace', m), yes, format('middle name "%s"', m)) from (values ('', false), ('A', false), ('""', false), (' A', true)) x (m, yes);

-- ---- birth dates as senders write what is known of them
select is(clinic.birth_part(t), part, format('"%s" is %s', t, coalesce(nullif(part, ''), 'nothing'))) from (values ('1962', '1962'), ('196203', '1962-03'),
	('19620300', '1962-03'), ('19620000', '1962'), ('1962-03', '1962-03'), ('1962-00-00', '1962'), ('196213', ''), ('19621399', ''), ('62', ''), ('', ''), ('UNK', ''),
	('1776', ''), (to_char(current_date + interval '1 year', 'YYYY'), ''), ('1962-', ''), ('about 1962', ''), ('00000000', '')) x (t, part);

-- ---- one name and a year: the list says so, the visit asks, the label says what is known
select pg_temp.patient('SUHARTO', 'X', '1962-01-01', array['CBC', 'PT'], 'S100') as one \gset
select pg_temp.set(:one, 'SUHARTO', '', null, '1962') \g /dev/null
create function pg_temp.due(patient bigint) returns jsonb language sql stable as $$
	select x from jsonb_array_elements(api.collections_due('ana', '{}') #> '{data,due}') x where (x ->> 'patient_id')::bigint = patient $$;
select is(pg_temp.due(:one) -> 'unusual', jsonb_build_array('only one name, ' || chr(8296) || 'SUHARTO' || chr(8297), 'birth date 1962 (year only)'), 'the list says what is unusual');
select is(pg_temp.due(:one) ->> 'printable', 'true', 'it is no reason not to print');
select is(pg_temp.due(:one) -> 'gaps', '[]', 'nothing "goes on without it"');
select is(pg_temp.open(:one), 'question unusual', 'the visit opens with a question');
select is(pg_temp.view() #>> '{ask,code}', 'unusual', 'and asks for one more identifier');
select ok(pg_temp.view() #>> '{ask,title}' like '%only one name%1962 (year only)%', 'saying why');
select is(pg_temp.view() #> '{ask,identifiers}', '[{"kind": "address", "name": "Address, one line"},
	{"kind": "phone", "name": "Phone number"}, {"kind": "mother", "name": "Mother''s given name"}, {"kind": "document", "name": "ID card or passport"}]', 'of these: the number stands on the screen');
select is(pg_temp.view() #>> '{ask,number_by_scan}', 'true', 'it may be scanned');
select is(pg_temp.view() -> 'birth_choices', '[]', 'no four dates are made up around one that nobody knows');
select is(pg_temp.view() #> '{unusual,confirmed_by}', 'null', 'nobody confirmed it');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', '{"choice": 1}')), 'question unusual', 'nothing goes past it: not a picked date');
select is(pg_temp.attest(), 'question no_question', 'nor a yes');
select is(pg_temp.form(k, t), said, format('"%s" %s', k, to_json(left(t, 20)))) from (values ('address', '', 'question unusual_needs'), ('address', ' x ', 'question unusual_needs'),
	('phone', repeat('1', 81), 'question unusual_needs'), ('phone', 'unknown', 'question unusual_needs'), ('phone', '""', 'question unusual_needs'), ('phone', E'1\n23', 'question unusual_needs'),
	('shoe', '44', 'question bad_request'), (null, '44', 'question bad_request'), ('mother', null, 'question unusual_needs'),
	('mother', 'Suharto', 'question unusual_same'), ('document', 'S100', 'question unusual_same'), ('patient_number', 'S101', 'question unusual_scan'), ('patient_number', 'S100', 'question unusual_scan')) x (k, t, said);
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "unusual", "choice": "ok", "identifier": 7}')), 'question bad_request', 'malformed');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "unusual", "choice": "yes"}')), 'question bad_request', 'a yes is no identifier');
select is((select count(*) from clinic.unusual_confirmed), 0::bigint, 'nothing of that is kept as confirmed');
select is(pg_temp.form('address', '12 Elm Street', 'ben'), 'question no_question', 'another person is not asked');
select is(pg_temp.form('address', '  12 Elm Street '), 'stored unusual_confirmed', 'the address');
select is((select concat_ws(' ', u.family, u.given, u.birth, u.facts::text, identifier_kind, identifier, o.name, s.name) from clinic.unusual_confirmed u
	join clinic.operator o using (operator_id) join clinic.station s using (station_id)), 'SUHARTO  1962 {one_name,birth_part} address 12 Elm Street Ana Ruiz Room 1', 'is kept, of which data, with who and where');
select ok((select at > now() - interval '1 minute' from clinic.unusual_confirmed), 'and when');
select is((select detail from clinic.visit_act where act = 'unusual_confirmed'), '{"kind": "address", "facts": ["one_name", "birth_part"]}', 'it is an act of the visit, which does not say the address');
select is(pg_temp.form('address', '12 Elm Street'), 'question no_question', 'it is not asked again');
select is((pg_temp.view() -> 'unusual') - 'facts', '{"confirmed_by": "Ana Ruiz", "identifier": "Address, one line", "second_person": null}', 'the page says who');
select is(pg_temp.view() #>> '{ask,code}', 'attest_name', 'then the patient says the name');
select ok(pg_temp.view() #>> '{ask,do}' like '%1962 (year only)%', 'and what is known of the date');
select is(pg_temp.says(pg_temp.call('visit_identify', 'ana', '{"choice": 1}')), 'question attest_name', 'there is nothing to pick');
select is(pg_temp.attest(), 'stored identified', 'yes');
select is((select count(*) from clinic.print_job where state = 'queued' and kind = 'label'), 2::bigint, 'the labels print');
select pg_temp.ok_(pg_temp.job(j.print_job_id, m.s, m.more)) from clinic.print_job j, (values (1, 'proved', '{"sha256": "cd34"}'::jsonb), (2, 'sending', '{"counter": 10}'),
	(3, 'sent', '{}'), (4, 'printed', '{"counter": 11}')) m (n, s, more) where j.specimen_id = pg_temp.tube(:one, 2) order by m.n \g /dev/null
select is(pg_temp.label_state(pg_temp.tube(:one, 2), 1), 'printed open', 'one of them is out');
select is(pg_temp.view() -> 'ask', 'null', 'nothing is asked about them: they say what is known');
select ok(pg_temp.content(:one) @> '{"family": "SUHARTO", "given": "", "birth_date": "1962", "confirmed_unusual": true}', 'and tells the press what is known, and that somebody confirmed it');
select is(pg_temp.view() #>> '{patient,birth_date}', '1962', 'the page has the year');
select is((select count(*) from custody.event where body ~ 'Elm|SUHARTO'), 0::bigint, 'no event says the name or the address');
select pg_temp.ok_(pg_temp.call('slip_print', 'ana', jsonb_build_object('patient_id', :one))) ->> 'print_job_id' as slip \gset
select is((select content -> 'confirmed_unusual' from clinic.print_job where print_job_id = :slip), 'true', 'a slip names the patient as the order has it');
select clinic.separator_print(j) from clinic.print_job j where specimen_id = pg_temp.tube(:one, 1) \g /dev/null
select is((select content -> 'confirmed_unusual' from clinic.print_job where kind = 'separator'), 'true', 'and a separator: no printer is held for a name');
delete from clinic.print_job where kind = 'separator';

-- ---- another name is asked about anew, in the middle of the visit too
select pg_temp.set(:one, 'SUKARNO', '', null, '1962') \g /dev/null
select is(clinic.label_content(pg_temp.tube(:one, 1), 9, 1) ? 'confirmed_unusual', false, 'of another name nobody said anything');
select is(pg_temp.fails(:one, 1), 'stored ok', 'the press refuses it');
select is(pg_temp.view() #>> '{ask,code}', 'unusual', 'which is asked, and not whether to print again');
select is(pg_temp.form('phone', '555 0199'), 'stored unusual_confirmed', 'confirmed');
select is((select array_agg(copy order by print_job_id) from clinic.print_job where specimen_id = pg_temp.tube(:one, 1)), '{1,2}', 'the label that failed prints again by itself');
select ok(pg_temp.content(:one) @> '{"family": "SUKARNO", "confirmed_unusual": true}', 'with the name that was confirmed');
select pg_temp.set(:one, 'SUHARTO', '', null, '1962') \g /dev/null
select is(clinic.label_content(pg_temp.tube(:one, 1), 9, 1) -> 'confirmed_unusual', 'true', 'the first name was confirmed too');
select pg_temp.set(:one, 'SUHARTO', '', null, '1963') \g /dev/null
select is(clinic.label_content(pg_temp.tube(:one, 1), 9, 1) ? 'confirmed_unusual', false, 'but not with another year');
select pg_temp.set(:one, 'SUHARTO', 'Ali', '1962-05-05') \g /dev/null
select is(clinic.label_content(pg_temp.tube(:one, 1), 9, 1) ? 'confirmed_unusual', false, 'and of a whole identity nothing needs to be said');
select is(pg_temp.view() -> 'unusual', 'null', 'nor on the page');
select pg_temp.free() \g /dev/null

-- ---- a desk page that shows the visit before: its answer is not this patient's (the phone parked the one and opened the other)
select pg_temp.set(:one, 'SUHARTO', '', null, '1962') \g /dev/null
select pg_temp.patient('SUKARNO', 'X', '1962-01-01', array['CBC'], 'S300') as two \gset
select pg_temp.set(:two, 'SUKARNO', '', null, '1962') \g /dev/null
create function pg_temp.stale(act text, visit_id text, args jsonb) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call(act, 'ana', args || jsonb_build_object('visit_id', visit_id))) $$;
select pg_temp.open(:one) \g /dev/null
select pg_temp.view() #>> '{ask,visit_id}' as before \gset
select is(:'before', pg_temp.view() ->> 'visit_id', 'a question says of which visit it is');
select pg_temp.call('visit_park', 'ana') \g /dev/null
select pg_temp.open(:two) \g /dev/null
select pg_temp.view() #>> '{ask,visit_id}' as now \gset
select is(pg_temp.stale('visit_answer', x, '{"code": "unusual", "choice": "ok", "identifier": {"kind": "address", "text": "12 Elm Street"}}'), said, format('an identifier for visit %s', x))
	from (values (:'before', 'question no_question'), ('', 'question no_question'), ('x', 'question no_question'), (:'now', 'stored unusual_confirmed')) y (x, said);
select is((select array_agg(visit_id::text) from clinic.unusual_confirmed where identifier = '12 Elm Street' and patient_id = :two), array[:'now'], 'kept once, where it was asked');
select is(pg_temp.stale('visit_answer', :'before', '{"code": "attest_name", "choice": "yes"}'), 'question no_question', 'nor is a yes for the visit before');
select is(pg_temp.stale('visit_answer', :'now', '{"code": "attest_name", "choice": "yes"}'), 'stored identified', 'the one for this visit is');
select is(pg_temp.stale('visit_close', :'before', '{"check": "patient_read"}'), 'question no_question', 'nor does the check of that one close this one');
select pg_temp.free() \g /dev/null
select pg_temp.patient('ROWE', 'Jo', '1991-02-03', array['CBC'], 'S301') as three \gset
select pg_temp.open(:three) \g /dev/null
select is(pg_temp.stale('visit_identify', :'now', jsonb_build_object('choice', pg_temp.choice(:three, right_))), 'question no_question', format('nor a picked date (right: %s)', right_))
	from unnest(array[true, false]) right_;
select is(pg_temp.stale('visit_identify', pg_temp.view() ->> 'visit_id', jsonb_build_object('choice', pg_temp.choice(:three))), 'stored identified', 'one of its own is');
select pg_temp.free() \g /dev/null

-- ---- a next visit asks again; the patient's own number may be scanned
select pg_temp.patient('DOE', 'Jane', '1991-02-03', array['CBC'], 'D200') as doe \gset
select is(pg_temp.due(:doe) #>> '{unusual,0}', chr(8296) || 'DOE, Jane' || chr(8297) || ' is often written where no name is known', 'a name that may be a placeholder');
select pg_temp.open(:doe) \g /dev/null
select is(jsonb_array_length(pg_temp.view() -> 'birth_choices'), 4, 'a whole date is picked');
select is(pg_temp.says(pg_temp.identify(:doe)), 'question unusual', 'after the form');
select is(pg_temp.would('S999'), 'note not_ours', 'nobody''s number is no answer');
select is(pg_temp.says(pg_temp.scan('S100')), 'question unusual_wrong', 'nor is another patient''s');
select is((select count(*) from clinic.visit_act where act = 'wrong_third_identifier' and near_miss), 1::bigint, 'which is a near miss');
select is(pg_temp.says(pg_temp.call('scan', 'ana', jsonb_build_object('raw', encode('D200', 'base64'), 'source', 'hand'))), 'question unusual_scan', 'typed from the screen it is no answer');
select is((select count(*) from clinic.unusual_confirmed where patient_id = :doe), 0::bigint, 'nothing of that is kept');
select is(pg_temp.says(pg_temp.scan('D200')), 'stored unusual_confirmed', 'the number is scanned');
select is((select identifier_kind || ' ' || identifier from clinic.unusual_confirmed where patient_id = :doe), 'patient_number D200', 'and kept');
select is(pg_temp.says(pg_temp.identify(:doe)), 'stored identified', 'then the date is picked');
select is(pg_temp.content(:doe) -> 'confirmed_unusual', 'true', 'and the label prints');
select pg_temp.free() \g /dev/null
select pg_temp.open(:doe) \g /dev/null
select is(pg_temp.view() #>> '{ask,code}', 'unusual', 'the next visit asks again');
select pg_temp.free() \g /dev/null

-- ---- the licence does not go past it, and proves no date that is not known
select pg_temp.set(:doe, 'DOE', 'Jane', null, '1991') \g /dev/null
select pg_temp.open(:doe) \g /dev/null
create function pg_temp.licence(family text, born text) returns text
language sql as $$ select E'@\n\x1e\rANSI 636000090002DL00410278ZV03190008DLDAQ123\nDCS' || family || E'\nDDEN\nDACJO\nDBB' || born || E'\nDBC2\nDCGUSA\r' $$;
select is(pg_temp.would(pg_temp.licence('DOE', '02031991')), 'question unusual', 'a licence before the form');
select pg_temp.form('document', 'X 123') \g /dev/null
select is(pg_temp.would(pg_temp.licence('DOE', '02031991')), 'question photo_id_no_birth', 'a licence has no date to be compared with');
select is((select state from clinic.visit where patient_id = :doe and closed_at is null), 'identify', 'nobody is identified by that');

-- ---- the birth date is known after all
select clinic.order_mend_birth_date(o, '{"birth_date": "1991-02-03"}') from clinic.lab_order o where patient_id = :doe \g /dev/null
select is(jsonb_array_length(pg_temp.view() -> 'birth_choices'), 4, 'the open visit gets its four dates');
select is(pg_temp.view() #>> '{ask,code}', 'unusual', 'and the form anew: the data are others');
select pg_temp.form('document', 'X 123') \g /dev/null
select is(pg_temp.says(pg_temp.identify(:doe)), 'stored identified', 'picked');
select is(pg_temp.content(:doe) ->> 'birth_date', '1991-02-03', 'and printed whole');
select pg_temp.free() \g /dev/null

-- ---- a second person, where the site asks for one
select pg_temp.policy('unusual_second_person', '"on"') \g /dev/null
select pg_temp.open(:doe) \g /dev/null
select is(pg_temp.form('mother', 'Ruth'), 'question unusual_second', 'a second person is asked');
select is(pg_temp.view() #>> '{ask,code}', 'unusual_second', 'on the page too');
select is(pg_temp.says(pg_temp.identify(:doe)), 'question unusual_second', 'nothing goes past it');
select is(pg_temp.form('mother', 'Ruth'), 'question no_question', 'not the first person again');
select is(pg_temp.would((select badge from person where name = 'Cy Courier')), 'question unusual_second_by_whom', 'no courier');
select is(pg_temp.would((select badge from person where name = 'Ana Ruiz')), 'note signed_in_already', 'nor oneself');
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ben Okafor'))), 'stored unusual_second_stored', 'a colleague');
select is((select o.name from clinic.unusual_second join clinic.operator o using (operator_id)), 'Ben Okafor', 'is kept');
select is(pg_temp.view() #>> '{unusual,second_person}', 'Ben Okafor', 'and shown');
select is(pg_temp.says(pg_temp.identify(:doe)), 'stored identified', 'then it goes on');
select is(pg_temp.content(:doe) -> 'confirmed_unusual', 'true', 'and prints');
select pg_temp.free() \g /dev/null
select pg_temp.policy('unusual_second_person', '"off"') \g /dev/null

-- ---- what a site asks for
select pg_temp.policy('unusual_identifiers', '["phone", "horoscope"]') \g /dev/null
select pg_temp.open(:doe) \g /dev/null
select is(pg_temp.view() #> '{ask,identifiers}', '[{"kind": "phone", "name": "Phone number"}]', 'only what it asks for, of what we know');
select is(pg_temp.form('address', '12 Elm Street'), 'question bad_request', 'no other');
select isnt(pg_temp.would('D200'), 'stored unusual_confirmed', 'nor the number');
select is(pg_temp.view() #>> '{ask,number_by_scan}', 'false', 'which the page does not offer');
select pg_temp.free() \g /dev/null
select pg_temp.policy('unusual_identifiers', '["patient_number", "address", "phone", "mother", "document"]') \g /dev/null

-- ---- look-alikes are settled first
select pg_temp.patient('DOE', 'Jane', '1950-01-01', array['CBC'], 'D201') as other \gset
select is(pg_temp.open(:doe), 'question third_identifier', 'somebody much alike is here');
select is(pg_temp.view() #>> '{ask,code}', 'third_identifier', 'that is asked first');
select is(pg_temp.says(pg_temp.scan('D200')), 'stored third_identifier_right', 'the number settles it');
select is(pg_temp.view() #>> '{ask,code}', 'unusual', 'and then the form: one number is not two identifiers');
select pg_temp.free() \g /dev/null
delete from clinic.lab_order_test t using clinic.lab_order o where o.lab_order_id = t.lab_order_id and o.patient_id = :other;

-- ---- nobody's name: said before anything is drawn, whoever would confirm it
create function pg_temp.opens_as(patient bigint, f text, g text) returns text language plpgsql as $$
begin
	perform pg_temp.set(patient, f, g, '1991-02-03');
	return pg_temp.would_open(patient);
end $$;
select is(pg_temp.opens_as(:doe, family, given), 'question nobody_name', format('no visit for "%s" "%s"', family, given)) from named where verdict = 'nobody';
select pg_temp.set(:doe, 'UNKNOWN', '', '1991-02-03') \g /dev/null
select is(pg_temp.due(:doe) #>> '{amber,0}', 'No label may say this name: ' || chr(8296) || 'UNKNOWN' || chr(8297), 'the list says so');
select is(pg_temp.due(:doe) ->> 'printable', 'false', 'and that it prints nothing');
select ok(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :doe)) ->> 'do' like '%registration correct it%', 'with what to do');
select pg_temp.set(:doe, repeat('W', 161), 'Jane', '1991-02-03') \g /dev/null
select is(pg_temp.would_open(:doe), 'question nobody_long', 'a name that no label takes');
select pg_temp.set(:doe, 'ROE', 'Jane', '1991-02-03') \g /dev/null
update clinic.patient_number set number = '0000000' where patient_id = :doe;
select is(pg_temp.would_open(:doe), 'question nobody_number', 'a number that is none');
update clinic.patient_number set number = 'D200' where patient_id = :doe;
select is(pg_temp.would_open(:doe), 'stored visit_opened', 'mended, it opens');

-- ---- the name becomes unusual while labels wait: filled in, the form makes all of them say so
select pg_temp.free() \g /dev/null
select pg_temp.patient('WAITS', 'Ida', '1980-05-05', array['CBC', 'PT', 'CMP'], 'W300') as ida \gset
select is(pg_temp.open(:ida), 'stored visit_opened', 'the usual');
select pg_temp.ok_(pg_temp.identify(:ida)) \g /dev/null
select pg_temp.ok_(pg_temp.job(print_job_id, 'proved', '{"sha256": "cd34"}')), pg_temp.ok_(pg_temp.job(print_job_id, 'sending', '{"counter": 10, "plug": "usb 1.7 A"}')),
	print_job_id as job from clinic.print_job where specimen_id = pg_temp.tube(:ida, 1) \gset
select pg_temp.ok_(pg_temp.job(print_job_id, 'proved', '{"sha256": "cd34"}')) from clinic.print_job where specimen_id = pg_temp.tube(:ida, 2) \g /dev/null
select pg_temp.set(:ida, 'WAITS', '', '1980-05-05') \g /dev/null
select clinic.labels_anew(null, :ida) \g /dev/null
select is((select array_agg(pg_temp.content(:ida, no) ->> 'given') || array_agg(pg_temp.content(:ida, no) ->> 'confirmed_unusual') from generate_series(2, 3) no),
	array['', '', null, null], 'what waits has one name, which nobody confirmed');
select is(pg_temp.view() #>> '{ask,code}', 'unusual', 'the form is asked');
select is(pg_temp.form('phone', '555 0300'), 'stored unusual_confirmed', 'filled in');
select is(pg_temp.content(:ida, no) -> 'confirmed_unusual', 'true', format('label %s, which waited, says so', no)) from generate_series(2, 3) no;
select is((select count(*) from clinic.label where specimen_id in (pg_temp.tube(:ida, 2), pg_temp.tube(:ida, 3))), 2::bigint, 'as the same copies');
select pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', :job, 'counter', 10, 'plug', 'usb 1.7 A')) \g /dev/null
select is(pg_temp.content(:ida, 1) -> 'confirmed_unusual', 'true', 'and so does the one that was being sent, when it goes once more');
select is((select state from clinic.print_job where specimen_id = pg_temp.tube(:ida, 1) order by print_job_id desc limit 1), 'queued', 'and it goes');

-- ---- a label with the name of before is on its tube, and the name of now is unusual: both are asked, whether to print again first
select pg_temp.free() \g /dev/null
update clinic.print_job set state = 'void' where state in ('queued', 'proved', 'sending', 'sent');
create function pg_temp.outdated(choice text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', 'ana', jsonb_build_object('code', 'label_outdated', 'choice', choice))) $$;
create function pg_temp.asked() returns text language sql stable as $$ select pg_temp.view() #>> '{ask,code}' $$;
create function pg_temp.renamed(family text, number text) returns bigint language plpgsql as $$
declare
	id bigint := pg_temp.patient(family, 'Rita', '1981-05-05', array['CBC'], number);
begin
	perform pg_temp.printed(id);
	perform pg_temp.scan(pg_temp.tube(id, 1));
	perform pg_temp.set(id, family, '', '1981-05-05');
	return id;
end $$;
select pg_temp.renamed('RENAMED', 'R1') as rita \gset
select is(pg_temp.asked(), 'label_outdated', 'the form does not hide it');
select is(pg_temp.outdated('no'), 'complete labels_done', 'the label stays');
select is(pg_temp.asked(), 'unusual', 'then the form');
select is(pg_temp.form('phone', '555 0400'), 'stored unusual_confirmed', 'filled in');
select is(pg_temp.asked(), null, 'and nothing more');
select pg_temp.free() \g /dev/null
select pg_temp.renamed('RENOWNED', 'R2') as rita \gset
select is(pg_temp.outdated('yes'), 'stored reprinted', 'a new one');
select is(pg_temp.asked(), 'unusual', 'needs the form, while it waits');
select is(pg_temp.fails(:rita, 2), 'stored ok', 'the press refuses it');
select is(pg_temp.asked(), 'unusual', 'and the form is asked still, not the same as before');
select is(pg_temp.form('phone', '555 0401'), 'stored unusual_confirmed', 'filled in');
select is((select state || ' ' || (content ->> 'confirmed_unusual') from clinic.print_job where specimen_id = pg_temp.tube(:rita, 1) order by print_job_id desc limit 1), 'queued true', 'it prints by itself');
select pg_temp.print(), pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.label(pg_temp.tube(:rita, 1), 3))), 'stored on_tube', 'and goes over the one of before');
select is(pg_temp.asked(), 'old_label', 'which is the last question');
select pg_temp.free() \g /dev/null

-- ---- what is kept stays
select throws_ok($$ update clinic.unusual_confirmed set identifier = 'X1' $$, '42501', null, 'it is not changed');
select throws_ok($$ delete from clinic.unusual_confirmed $$, '42501', null, 'nor deleted');
select throws_ok($$ delete from clinic.unusual_second $$, '42501', null, 'nor who seconded');
select * from finish();
