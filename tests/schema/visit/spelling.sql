-- LB-03: a name that no font can write is spelled on labels once a person has said that the spelling is right.
\ir setup.sql
select no_plan();
create function pg_temp.fails(specimen text, of_copy int, check_ text default 'spelling',
	spelling jsonb default '{"family": "XSHAXXG", "given": "FAXTTMXXG", "middle": ""}') returns jsonb language sql volatile as $$
	select pg_temp.job((select print_job_id from clinic.print_job where specimen_id = specimen and copy = of_copy), 'failed',
		jsonb_build_object('check', check_, 'message', 'm', 'hint', 'h', 'spelling', spelling)) $$;
create function pg_temp.content(specimen text) returns jsonb language sql stable as $$
	select content from clinic.print_job where specimen_id = specimen order by copy desc limit 1 $$;
create function pg_temp.open(patient bigint, token text default 'ana') returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', token, jsonb_build_object('slip', pg_temp.slip(patient))));
	select pg_temp.ok_(pg_temp.identify(patient, token)) $$;
create function pg_temp.yes(token text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', token, '{"code": "spelling", "choice": "yes"}')) $$;

select pg_temp.patient('شاہ', 'فاطمہ', '1966-06-06', array['CBC', 'CMP', 'PT'], 'U1') as urdu \gset
select pg_temp.open(:urdu) \g /dev/null
select pg_temp.tube(:urdu, 1) as t1, pg_temp.tube(:urdu, 2) as t2, pg_temp.tube(:urdu, 3) as t3 \gset
select is(pg_temp.content(:'t1') ? 'spelled_family', false, 'nobody confirmed anything: the label goes to the press with the name alone');
select is(pg_temp.says(pg_temp.fails(:'t1', 1)), 'stored ok', 'the press offers a spelling');
select is((select spelling ->> 'family' from clinic.print_job where specimen_id = :'t1'), 'XSHAXXG', 'which is kept with the job');
select is(pg_temp.view() #>> '{ask,code}', 'spelling', 'a person is asked');
select ok(pg_temp.view() #>> '{ask,title}' like '%شاہ, فاطمہ%≈XSHAXXG, FAXTTMXXG%', 'with the true name and what the label would say');
select is(pg_temp.view() #> '{ask,commands,0,command}', '"yes"', 'there is one answer');
select is(pg_temp.view() #> '{patient,label_name}', 'null', 'no label says it yet');
select pg_temp.fails(:'t2', 1), pg_temp.fails(:'t3', 1) \g /dev/null
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "spelling", "choice": "no"}')), 'question bad_request', 'no is not among them');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ben', '{"code": "spelling", "choice": "yes"}')), 'question no_question', 'another person is not asked');
select is((select count(*) from clinic.name_spelling), 0::bigint, 'and nothing is confirmed by that');
select is(pg_temp.yes(), 'stored name_spelled', 'yes');
select is((select array_agg(copy order by number) from clinic.specimen s join clinic.print_job j using (specimen_id) where s.patient_id = :urdu and j.state = 'queued'),
	'{2,2,2}', 'asked once: all three labels print');
select is((select array_agg(distinct concat_ws('/', content ->> 'family', content ->> 'spelled_family', content ->> 'spelled_given', content ->> 'spelled_middle'))
	from clinic.print_job where state = 'queued' and kind = 'label'), '{شاہ/XSHAXXG/FAXTTMXXG/}', 'with the true name, and what was confirmed');
select is((select row(n.patient_id, n.family, n.given, n.spelled_family, n.spelled_given, o.name, s.name)::text from clinic.name_spelling n
	join clinic.operator o using (operator_id) join clinic.station s using (station_id)), row(:urdu::bigint, 'شاہ', 'فاطمہ', 'XSHAXXG', 'FAXTTMXXG', 'Ana Ruiz', 'Room 1')::text,
	'who confirmed it, where, of which name');
select ok((select at > now() - interval '1 minute' from clinic.name_spelling), 'and when');
select is((select count(*) from clinic.visit_act where act = 'name_spelled'), 1::bigint, 'it is an act of the visit');
select is((select detail::text ~ 'شاہ|XSHAXXG' from clinic.visit_act where act = 'name_spelled'), false, 'which says no name');
select is(pg_temp.yes(), 'question no_question', 'it is not asked again');
select is((select family || given from clinic.patient where patient_id = :urdu), 'شاہفاطمہ', 'the true name stays');
select is(pg_temp.view() #>> '{patient,name}', 'شاہ, فاطمہ', 'and is on the screen');
select pg_temp.job(print_job_id, 'proved', '{"sha256": "cd34", "warnings": ["name_spelled"]}') from clinic.print_job where specimen_id = :'t1' and copy = 2 \g /dev/null
select is(pg_temp.view() #>> '{patient,label_name}', '≈XSHAXXG, FAXTTMXXG', 'beside what the label says');
select is(pg_temp.print(), 4, 'they print, and the slip from before');
select is((select count(*) from clinic.visit_labels((select visit_id from clinic.specimen where specimen_id = :'t1')) l where l.is_open), 3::bigint,
	'the copies that were never out need no answer');

-- ---- slip and separator
select pg_temp.ok_(pg_temp.call('slip_print', 'ana', jsonb_build_object('patient_id', :urdu))) ->> 'print_job_id' as slip \gset
select is((select content ->> 'spelled_family' from clinic.print_job where print_job_id = :slip), 'XSHAXXG', 'the slip has it as well');
select clinic.separator_print(j) from clinic.print_job j where specimen_id = :'t1' and copy = 2 \g /dev/null
select is((select content ->> 'spelled_given' from clinic.print_job where kind = 'separator'), 'FAXTTMXXG', 'and the separator');
delete from clinic.print_job where kind = 'separator';

-- ---- a reprint does not ask; another offer or another name does
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', 'damaged'))), 'stored reprinted', 'one is printed again');
select is(pg_temp.content(:'t1') ->> 'spelled_family', 'XSHAXXG', 'as it was confirmed');
select pg_temp.fails(:'t1', 3) \g /dev/null
select isnt(pg_temp.view() #>> '{ask,code}', 'spelling', 'confirmed: that it failed is no question of spelling');
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', 'damaged')) \g /dev/null
select pg_temp.fails(:'t1', 4, 'spelling', '{"family": "XSHAH", "given": "FATIMA", "middle": ""}') \g /dev/null
create function pg_temp.asks(specimen text) returns text language sql stable as $$ select (clinic.spelling_asked(specimen)).spelling ->> 'family' $$;
select is(pg_temp.asks(:'t1'), 'XSHAH', 'another spelling of the same name is asked about');
update clinic.patient set given = 'فاطمة' where patient_id = :urdu;
select is(pg_temp.asks(:'t1'), null, 'the name was mended since: it prints again with that one');
select is(clinic.label_content(:'t1', 9, 1) ? 'spelled_family', false, 'of which nobody confirmed anything');
update clinic.patient set given = 'فاطمہ' where patient_id = :urdu;
select is(clinic.label_content(:'t1', 9, 1) ->> 'spelled_family', 'XSHAXXG', 'the name that was confirmed is still');

-- ---- what is kept stays
select throws_ok($$ update clinic.name_spelling set spelled_family = 'X' $$, '42501', null, 'it is not changed');
select throws_ok($$ delete from clinic.name_spelling $$, '42501', null, 'nor deleted');

-- ---- what the press may not say
select is(clinic.spelling_told(x::jsonb), null, 'no spelling: ' || left(x, 40)) from unnest(array['null', '{}', '[]', '"x"', '{"family": "A", "given": "B"}',
	'{"family": "", "given": "", "middle": ""}', '{"family": 1, "given": "B", "middle": ""}', '{"family": null, "given": "B", "middle": ""}',
	'{"family": "' || repeat('A', 641) || '", "given": "", "middle": ""}']) x;
select pg_temp.patient('ทักษิณ', 'Grace', '1966-06-07', array['CBC'], 'U2') as thai \gset
select pg_temp.call('visit_park', 'ana') \g /dev/null
select pg_temp.open(:thai) \g /dev/null
select pg_temp.fails(pg_temp.tube(:thai, 1), 1, 'character', null) \g /dev/null
select is(pg_temp.view() #>> '{ask,code}', 'print_again', 'what no table has is not asked about');
select is(pg_temp.view() #>> '{tubes,0,labels,0,hint}', 'h', 'the label says what to do');

-- ---- names are compared in normal form C, and stored as they came
select pg_temp.patient(normalize('Nguyễn', NFD), 'Anh', '1990-05-05', array['CBC'], 'V1') as v1, pg_temp.patient(normalize('NGUYỄN', NFC), 'ANH', '1991-01-01', array['CBC'], 'V2') as v2 \gset
select is((select array_agg(patient_id) from clinic.look_alikes(:v1)), array[:v2]::bigint[], 'typed differently, they look alike');
select is((select octet_length(family) from clinic.patient where patient_id = :v1), octet_length(normalize('Nguyễn', NFD)), 'the bytes stay as they came');
select is(jsonb_array_length(api.patient_find('ana', jsonb_build_object('query', q)) #> '{data,patients}'), 2, 'both are found, typed as ' || octet_length(q) || ' bytes')
	from unnest(array[normalize('nguyễ', NFC), normalize('nguyễ', NFD)]) q;
-- ---- two names that labels show as the same are look-alikes (LB-03)
create function pg_temp.alike(a bigint, b bigint) returns boolean language sql stable as $$ select exists (select 1 from clinic.look_alikes(a) x where x.patient_id = b) $$;
create function pg_temp.pair(n int, family1 text, given1 text, family2 text, given2 text) returns boolean language plpgsql as $$
declare
	a bigint := pg_temp.patient(family1, given1, '1950-01-01', array['CBC'], 'P' || n || 'a');
	b bigint := pg_temp.patient(family2, given2, '1970-07-07', array['CBC'], 'P' || n || 'b');
begin
	return pg_temp.alike(a, b) and pg_temp.alike(b, a);
end $$;
select is(pg_temp.pair(n, a1, a2, b1, b2), yes, concat_ws(' ', a1, a2, case when yes then 'may read as' else 'never reads as' end, b1, b2)) from (values
	(1, 'WOLFESCHLEGEL', 'Hubertus', 'WOLFESBERGER', 'Hubertine', true), (2, 'LI', 'ALEXANDER PETERSON', 'LI', 'ALEXANDRA THEODORA', true),
	(3, 'WOLFESCHLEGEL', 'Hubertus', 'wolfesberger', 'hubertine', true), (4, 'WOLFESCHLEGEL', 'Hubertus', 'WOLFENSTEINER', 'Hubertine', false),
	(5, 'LIM', 'ALEXANDER PETERSON', 'LIN', 'ALEXANDRA THEODORA', false), (6, 'ANDERSON', 'Marie', 'ANDERSEN', 'Marielle', false),
	(7, 'WOLFESCHLEGEL', 'Hub', 'WOLFESBERGER', 'Hubertine', false), (8, 'WOLFES', 'Hubertus Maximilian', 'WOLFESBERGER', 'Hubertine', false)) x (n, a1, a2, b1, b2, yes);
select is(clinic.names_shorten_alike('WOLFESCHLEGEL', 'Hubertus', a, 'WOLFESBERGER', 'Hubertine', b), yes, format('middle names "%s" and "%s"', a, b))
	from (values ('', '', true), ('Ann', 'Alice', true), ('Ann', 'Bea', false), ('A', 'Ann', false), ('', 'Ann', false), ('A', 'A', true)) x (a, b, yes);
select is(clinic.names_shorten_alike('ABCDEFG', a, '', 'ABCDEFH', b, ''), yes, 'of ' || length('ABCDEFG, ' || a) || ' and ' || length('ABCDEFH, ' || b) || ' characters')
	from (values ('ABCDEFG', 'ABCDEFH', true), ('ABCDEF', 'ABCDEFH', false), ('ABCDEFG', 'ABCDEH', false)) x (a, b, yes);
select pg_temp.call('visit_park', 'ana') \g /dev/null
select p.patient_id as long_name from clinic.patient p join clinic.patient_number n using (patient_id) where n.number = 'P1a' \gset
update clinic.lab_order_test t set state = 'collected' from clinic.lab_order o join clinic.patient_number n using (patient_id) where o.lab_order_id = t.lab_order_id and n.number = 'P1b';
select is((select count(*) from clinic.look_alikes(:long_name) a join clinic.patient_number n using (patient_id) where n.number = 'P1b'), 0::bigint, 'who is not here today is nobody''s look-alike');
update clinic.lab_order_test t set state = 'due' from clinic.lab_order o join clinic.patient_number n using (patient_id) where o.lab_order_id = t.lab_order_id and n.number = 'P1b';
select is(pg_temp.says(pg_temp.call('visit_open', 'ben', jsonb_build_object('patient_id', :long_name, 'found_by', 'list'))), 'question third_identifier', 'a third identifier is asked');
select ok(pg_temp.view('ben') -> 'look_alikes' @> '[{"number": "P1b"}]', 'and the other is named');
select pg_temp.call('visit_park', 'ben') \g /dev/null

-- ---- a slip before the first label asks as a label does
create function pg_temp.ask(token text default 'cal') returns jsonb language sql stable as $$ select api.visit(token, '{}') #> '{data,ask}' $$;
create function pg_temp.answer(code text, choice text, token text default 'cal') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('visit_answer', token, jsonb_build_object('code', code, 'choice', choice))) $$;
create function pg_temp.slip_job(patient bigint) returns clinic.print_job language sql stable as $$
	select j.* from clinic.print_job j join clinic.slip s using (slip) where s.patient_id = patient order by print_job_id desc limit 1 $$;
create function pg_temp.slip_fails(patient bigint, token text, check_ text default 'spelling', spelling jsonb default '{"family": "XSHAXXG", "given": "FAXTTMXXG", "middle": ""}')
returns text language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('slip_print', token, jsonb_build_object('patient_id', patient)));
	select pg_temp.says(pg_temp.job((pg_temp.slip_job(patient)).print_job_id, 'failed', jsonb_build_object('check', check_, 'message', 'no font has it', 'hint', 'h', 'spelling', spelling))) $$;
insert into person select 'Cal Desk', clinic.operator_add('Cal Desk', 'CD', array['front_desk'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Cal Desk', 'room2') is not null \g /dev/null
select pg_temp.patient('شاح', 'فاطمع', '1971-01-07', array['CBC'], 'U3') as second \gset
select is(pg_temp.ask(), null, 'nothing is asked at first');
select is(pg_temp.slip_fails(:second, 'cal'), 'stored ok', 'the press offers a spelling for the slip');
select is(pg_temp.ask() ->> 'code', 'slip_spelling', 'the person who asked for it is asked');
select ok(pg_temp.ask() ->> 'title' like '%شاح, فاطمع%≈XSHAXXG, FAXTTMXXG%', 'with the true name and what the slip would say');
select is((select jsonb_agg(x -> 'command') from jsonb_array_elements(pg_temp.ask() -> 'commands') x), '["yes", "no"]', 'yes or no');
select is(api.visit('room1', '{}') #>> '{data,ask,code}', null, 'nobody at another station');
update clinic.session set shaded_at = now() where operator_id = (select operator_id from clinic.operator where name = 'Cal Desk');
select is((clinic.print_question((select station_id from clinic.station where name = 'Room 2'))).code, null, 'nor behind the shade');
update clinic.session set shaded_at = null where operator_id = (select operator_id from clinic.operator where name = 'Cal Desk');
select is(pg_temp.answer('slip_failed', 'yes'), 'question no_question', 'another answer is none');
select is(pg_temp.answer('slip_spelling', 'yes'), 'question slip_spelled_alike', 'yes: another of today reads the same, which is said');
select ok((select count(*) = 1 from clinic.name_spelling where patient_id = :second and operator_id = (select operator_id from clinic.operator where name = 'Cal Desk')), 'it is kept, with who');
select is((pg_temp.slip_job(:second)).state || ' ' || ((pg_temp.slip_job(:second)).content ->> 'spelled_family'), 'queued XSHAXXG', 'and the slip prints with it');
select ok((pg_temp.slip_job(:second)).slip = (select slip from clinic.print_job where kind = 'slip' and state = 'failed'), 'the same slip');
select is(pg_temp.ask(), null, 'nothing is asked any more');
select ok(pg_temp.alike(:urdu, :second) and pg_temp.alike(:second, :urdu), 'the two are look-alikes now');
select is(pg_temp.alike(:second, :thai), false, 'another spelling is none');
select is(pg_temp.slip_fails(:second, 'cal', 'identifiers', null), 'stored ok', 'a slip fails for another reason');
select is(pg_temp.ask() ->> 'code', 'slip_failed', 'that is said');
select ok(pg_temp.ask() ->> 'do' like '%no font has it%', 'with the reason');
select is(pg_temp.answer('slip_failed', 'yes'), 'stored slip_prints', 'yes: again');
select is((pg_temp.slip_job(:second)).state, 'queued', 'it is asked of the printer');
select pg_temp.job((pg_temp.slip_job(:second)).print_job_id, 'failed', '{"check": "identifiers", "message": "m", "hint": ""}') \g /dev/null
select is(pg_temp.answer('slip_failed', 'no'), 'note slip_not_printed', 'no: it need not');
select is(pg_temp.ask(), null, 'and is not asked again');
select is((pg_temp.slip_job(:second)).told_at is not null, true, 'which is kept');
select pg_temp.slip_fails(:second, 'cal', 'identifiers', null) \g /dev/null
update clinic.print_job set created_at = created_at - interval '11 minutes' where print_job_id = (pg_temp.slip_job(:second)).print_job_id;
select is(pg_temp.ask() ->> 'code', 'slip_failed', 'one that waited long before it failed is asked about');
update clinic.print_job set state_at = state_at - interval '11 minutes' where print_job_id = (pg_temp.slip_job(:second)).print_job_id;
select is(pg_temp.ask(), null, 'after ten minutes it asks nobody');

-- ---- a slip of which nobody knows whether it came out
create function pg_temp.slip_lost(patient bigint) returns text language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('slip_print', 'cal', jsonb_build_object('patient_id', patient)));
	select string_agg(pg_temp.says(pg_temp.job((pg_temp.slip_job(patient)).print_job_id, s, '{"counter": 7, "message": "m"}')), ', ')
		from unnest(array['proved', 'sending', 'sent', 'unknown']) s $$;
select is(pg_temp.slip_lost(:second), 'stored ok, stored ok, stored ok, stored ok', 'nobody knows what became of a slip');
select is(pg_temp.ask() ->> 'code', 'slip_came_out', 'who asked for it is asked');
select ok(pg_temp.ask() ->> 'do' like 'Look at Room 2 printer.%', 'and told where to look');
select is(pg_temp.answer('slip_came_out', 'yes'), 'stored print_came_out', 'yes');
select is((pg_temp.slip_job(:second)).state, 'printed', 'it is printed');
select is((select evidence ->> 'by' from clinic.print_job_log where print_job_id = (pg_temp.slip_job(:second)).print_job_id order by at desc limit 1), 'person', 'by a person''s word');
select is(pg_temp.ask(), null, 'nothing more is asked');
select pg_temp.slip_lost(:second) \g /dev/null
select (pg_temp.slip_job(:second)).print_job_id as lost \gset
select is(pg_temp.answer('slip_came_out', 'no'), 'stored slip_prints', 'no: it prints again');
select is((select state from clinic.print_job where print_job_id = :lost), 'void', 'the lost one is void');
select is((pg_temp.slip_job(:second)).state || ' ' || ((pg_temp.slip_job(:second)).print_job_id > :lost)::text, 'queued true', 'another is on its way');
select is(pg_temp.ask(), null, 'and nothing is asked');
select pg_temp.slip_lost(:second) \g /dev/null
create function pg_temp.came_out(answer text, token text default 'cal') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('print_answer', token, jsonb_build_object('print_job_id', (pg_temp.slip_job((select s.patient_id from clinic.slip s join clinic.print_job j using (slip) order by j.print_job_id desc limit 1))).print_job_id, 'came_out', answer))) $$;
select is(pg_temp.came_out('not_sure'), 'question bad_request', 'of a slip that is named: yes or no');
select is(pg_temp.came_out('yes', 'room1'), 'question sign_in_needed', 'by somebody who is signed in');
select is(pg_temp.came_out('yes'), 'stored print_came_out', 'whoever may print slips may say it');
select is(pg_temp.came_out('no'), 'repeat print_answered', 'once');
select pg_temp.slip_lost(:second) \g /dev/null
update clinic.device set talks = 'one_way' where name = 'Room 2 printer';
update clinic.print_job_log set evidence = evidence || '{"one_way": true}' where print_job_id = (pg_temp.slip_job(:second)).print_job_id and to_state = 'sending';
select is(pg_temp.ask(), null, 'of a printer that can not say it, nobody is asked each time');
select * from finish();
