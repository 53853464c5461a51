-- What is taken of all that scanners read: symbology, length, beginning (LB-13, SC-15); what makers' codes say; bars and square of
-- one label that disagree (LB-11, ER-09). Nothing of it is ever lost.
\ir setup.sql
select plan(186);

-- a scan with all that a scanner's report may hold; began and ended: microseconds
create function pg_temp.read(code text, aim text, more jsonb default '{}', token text default 'ana') returns jsonb language sql volatile as $$
	select pg_temp.call('scan', token, jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', aim,
		'source', 'usb') || more) $$;
create function pg_temp.reads(code text, aim text, more jsonb default '{}', token text default 'ana') returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := pg_temp.says(pg_temp.read(code, aim, more, token));
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
create function pg_temp.by(device bigint, began bigint, ended bigint) returns jsonb language sql immutable as $$
	select jsonb_build_object('device_id', device, 'evidence', jsonb_build_object('first_us', began, 'last_us', ended)) $$;
create function pg_temp.last() returns clinic.scan language sql stable as $$
	select s from clinic.scan s order by scan_id desc limit 1 $$;
create function pg_temp.rule(of_code text, more jsonb) returns void language sql volatile as $$
	insert into clinic.scan_rule (code, station_kind, step, symbologies, min_chars, max_chars, prefix, ended, set_by, reason)
	select of_code, r.station_kind, r.step, r.symbologies, r.min_chars, r.max_chars, r.prefix, coalesce(r.ended, false),
		(select operator_id from clinic.operator where name = 'Carol Lindqvist'), 'a test'
	from jsonb_populate_record(null::clinic.scan_rule, more) r $$;

-- ---- names of symbologies: as in C
create temporary table v (aim text, name text);
\set names `grep -v '^#' :'data'/aim/names.tsv`
insert into v select split_part(line, E'\t', 1), nullif(split_part(line, E'\t', 2), '') from string_to_table(:'names', E'\n') line;
select is((select count(*) from v), 27::bigint, 'the names are read');
select is(clinic.symbology_name(aim), name, 'the name of ' || aim) from v order by aim;
select is((select count(distinct name) from v where name is not null), 17::bigint, 'of which a rule may name any');

-- ---- what the system prints is taken
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC', 'CMP'], 'B1') as bob \gset
select pg_temp.slip(:maria) as slip \gset
select pg_temp.printed(:bob, 'ben') \g /dev/null
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3, pg_temp.tube(:bob, 1) as b1 \gset
select is(pg_temp.reads(:'t1', aim), 'stored on_tube', 'its number in ' || coalesce(aim, 'no symbology')) from unnest(array[']C0', ']d1', '', null, ']!!', 'C0', ']C']) aim;
select is(pg_temp.reads(pg_temp.label(:'t1', 1), aim), 'stored on_tube', 'its square in ' || coalesce(aim, 'no symbology')) from unnest(array[']d1', ']C0', null]) aim;
-- ---- the same digits in what we never print are no id of ours
select is(pg_temp.reads(:'t1', aim), 'question code_not_accepted', 'not in ' || aim) from unnest(array[']C1', ']A0', ']E0', ']I0', ']F0', ']Q1', ']d2', ']X0', ']Z6', ']B1']) aim;
select pg_temp.read(:'t1', ']A0') as r \gset
select is(:'r'::jsonb ->> 'title', 'Not taken as a tube label: Code 39 ' || :'t1', 'the words say what was scanned');
select is(:'r'::jsonb ->> 'do', 'Expected here: Code 128 or Data Matrix. Scan that; this one is stored and does nothing.', 'and what is expected');
select is(:'r'::jsonb #>> '{data,scan,text}', :'t1', 'the raw value is on the screen');
select is(:'r'::jsonb #> '{data,about}', '{"kind": "other", "specimen_id": null, "command": null, "done": false}', 'it is about no tube');
select is((select row(convert_from(s.raw, 'UTF8'), s.aim, s.kind, s.verdict, s.code)::text from pg_temp.last() s),
	format('(%s,]A0,,question,code_not_accepted)', :'t1'), 'and it is stored, as no id of ours');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed', 'the tube''s story has nothing of it');
select is(pg_temp.reads(c, ']A0'), 'question code_not_accepted', 'so for ' || (custody.id_parse(c)).kind)
	from unnest(array[:'slip', custody.id_make('bag', 900, 1), (select badge from person where name = 'Ana Ruiz'), pg_temp.label(:'b1', 1)]) c;
select is(pg_temp.reads(:'b1', ']C0'), 'stop wrong_patient', 'what is taken is judged as ever');
-- a command card is never refused: Stop least of all
select is(pg_temp.reads(pg_temp.card('stop'), ']A0') like 'stop %' or pg_temp.reads(pg_temp.card('stop'), ']A0') like 'stored %', true, 'Stop works however it is read');
select is(pg_temp.reads(pg_temp.card('park'), ']Q1'), 'stored command', 'as any card');
select throws_like($$ insert into clinic.scan_rule (code, symbologies) values ('command card', '{Code 128}') $$, '%scan_rule_code_check%', 'no rule can say otherwise');
-- wrong check digits: a misread only of what we print (ER-13)
select is(pg_temp.reads('900000000151', aim), 'question misread', 'a misread in ' || coalesce(aim, 'no symbology')) from unnest(array[']C0', ']d1', null]) aim;
select is(pg_temp.reads('900000000151', aim), 'note not_ours', 'a stranger in ' || aim) from unnest(array[']A0', ']E0']) aim;

-- ---- makers' codes
\set gs1 '''{"said": {"standard": "gs1", "gtin": "09521234543213", "lot": "ABC", "expires": "2099-10-31"}}'''
select pg_temp.read(E'010952123454321317991031' || '10ABC', ']d2', :gs1) as r \gset
select is(pg_temp.says(:'r'), 'note makers_code', 'a tube maker''s code is a note');
select is(:'r'::jsonb ->> 'title', 'The maker''s code: GTIN 09521234543213, lot ABC, expires 2099-10-31', 'that says what is in it');
select is((pg_temp.last()).said, (:gs1::jsonb) -> 'said', 'which is stored');
select is((pg_temp.last()).kind, null, 'as no id of ours');
select is(pg_temp.read('+A99912345/$$52001510X33', ']C0', '{"said": {"standard": "hibc", "labeler": "A999", "product": "1234", "lot": "10X3", "expires": "2020-01-15"}}') ->> 'title',
	'The maker''s code: A999 1234, lot 10X3, expires 2020-01-15', 'so for HIBC');
-- a UPC whose digits pass for a specimen's
select custody.id_make('specimen', 900, n) as upc from generate_series(1, 9999) n
	where (select sum(substr(custody.id_make('specimen', 900, n), i, 1)::int * case i % 2 when 1 then 3 else 1 end) % 10 from generate_series(1, 12) i) = 0 limit 1 \gset
select is(pg_temp.reads(:'upc', ']E0', jsonb_build_object('said', jsonb_build_object('standard', 'gs1', 'gtin', '00' || :'upc'))), 'note makers_code',
	'a UPC is nobody''s id, though its digits would pass');
select is(pg_temp.reads(:'upc', ']E0', '{"said": {"standard": "gs1", "problem": "the check digit is wrong"}}'), 'question code_not_accepted', 'nor a misread one');
select is(pg_temp.reads(:'t1', ']C1', '{"said": {"standard": "gs1", "lot": "x"}}'), 'note makers_code', 'nor a tube''s very number in a GS1-128');
select is(pg_temp.reads('0109521234543214', ']d2', '{"said": {"standard": "gs1", "problem": "the data of identifier 01 is wrong"}}'), 'note not_ours', 'what breaks its own rules says nothing');
select is(pg_temp.reads('8018123456789012345675', ']d2', '{"said": {"standard": "gs1"}}'), 'note not_ours', 'nor what names no product');
-- whatever came is bounded
select is(clinic.said_of(jsonb_build_object('said', s)), null, 'nothing said: ' || left(s::text, 30))
	from unnest(array['null', '7', '"gs1"', '[]', '{}', '{"standard": "mine"}', '{"standard": ["gs1"]}', '{"lot": "A"}']::jsonb[]) s;
select is(clinic.said_of(jsonb_build_object('said', jsonb_build_object('standard', 'gs1', 'lot', repeat('A', 500), 'expires', '2026-02-31', 'other', 'x', 'serial', '{}'::jsonb))),
	jsonb_build_object('standard', 'gs1', 'lot', repeat('A', 90)), 'known words of a bounded length, and dates that are');
-- an old container (policy expired_container)
\set old '''{"said": {"standard": "gs1", "gtin": "09521234543213", "lot": "ABC", "expires": "2026-10-31"}}'''
select is(pg_temp.reads('x', ']d2', jsonb_set(:old, '{said,expires}', to_jsonb((current_date - 1)::text))), 'note makers_code', 'nobody asks unless the site wants it');
select pg_temp.policy('expired_container', '"ask"') \g /dev/null
select is(pg_temp.reads('x', ']d2', jsonb_set(:old, '{said,expires}', to_jsonb(current_date + d))), told, d || ' days')
	from (values (-1, 'question container_expired'), (0, 'note makers_code'), (1, 'note makers_code')) x (d, told);
select is(pg_temp.reads('x', ']d2', (:old)::jsonb #- '{said,expires}'), 'note makers_code', 'no date is no old one');
select is(pg_temp.read('x', ']d2', jsonb_set(:old, '{said,expires}', '"2020-01-31"')) ->> 'title', 'THIS CONTAINER IS TOO OLD: 2020-01-31', 'the words');
select is((select detail ->> 'lot' from clinic.visit_act where act = 'container_expired' and near_miss), 'ABC', 'the visit''s story has it');
select is(pg_temp.says(pg_temp.view() -> 'alarm'), '', 'and nothing is locked');

-- ---- rules of the site
select pg_temp.rule('label', '{"station_kind": "collection", "step": "labels", "symbologies": ["Data Matrix"]}') \g /dev/null
select is(pg_temp.reads(pg_temp.label(:'t1', 1), aim), told, 'square only, in this step: ' || coalesce(aim, 'unknown'))
	from (values (']d1', 'stored on_tube'), (']C0', 'question code_not_accepted'), (null, 'stored on_tube')) x (aim, told);
select is(pg_temp.reads(:'t1', ']C0'), 'stored on_tube', 'of another code nothing was said');
select pg_temp.rule('label', '{"station_kind": "collection", "step": "labels", "ended": true}') \g /dev/null
select is(pg_temp.reads(pg_temp.label(:'t1', 1), ']C0'), 'stored on_tube', 'the rule is ended: what ships counts');
select pg_temp.rule('specimen', '{"station_kind": "receiving", "symbologies": ["Data Matrix"]}'), pg_temp.rule('specimen', '{"step": "pack", "symbologies": ["Data Matrix"]}') \g /dev/null
select is(pg_temp.reads(:'t1', ']C0'), 'stored on_tube', 'rules of other stations and steps do not count here');
select pg_temp.rule('other', '{"min_chars": 4, "max_chars": 8, "prefix": "MRN"}') \g /dev/null
select is(pg_temp.reads(c, ']C0'), told, 'codes of others: ' || c) from (values ('MRN4711', 'note not_ours'), ('MRN', 'question code_not_accepted'), ('MRN471100', 'question code_not_accepted'),
	('XRN4711', 'question code_not_accepted'), ('900000000151', 'question misread')) x (c, told);
select is(pg_temp.read('XRN4711', ']C0') ->> 'do', 'Expected here: 4 to 8 characters, beginning with MRN. Scan that; this one is stored and does nothing.', 'in words');
select is(clinic.scan_rule_words(r), words, words) from (select jsonb_populate_record(null::clinic.scan_rule, j) as r, words from (values
	('{"symbologies": ["Aztec"], "min_chars": 5, "max_chars": 5}'::jsonb, 'Aztec, 5 characters'), ('{"min_chars": 5}', 'at least 5 characters'), ('{"max_chars": 7}', 'at most 7 characters')) x (j, words)) y;
select throws_like($$ update clinic.scan_rule set prefix = 'X' where not shipped $$, '%insert a newer one%', 'a rule is not changed');
select throws_like($$ delete from clinic.scan_rule $$, '%insert a newer one%', 'nor deleted');
select throws_like($$ insert into clinic.scan_rule (code, symbologies) values ('label', '{"Code 17"}') $$, '%scan_rule_symbologies_check%', 'nor made of unknown words');
select pg_temp.rule('other', '{"ended": true}') \g /dev/null

-- ---- bars and square of one label disagree: stop (LB-11, ER-09)
select is(pg_temp.reads(:'t2', ']C0', pg_temp.by(11, 1000000, 1000100)), 'stored on_tube', 'its bars alone');
select pg_temp.read(pg_temp.label(:'t2', 1), ']d1', pg_temp.by(11, 2000000, 2000100)) as r \gset
select is(pg_temp.says(:'r'), 'stored on_tube', 'the square of the second tube');
select is(pg_temp.reads(:'t2', ']C0', pg_temp.by(11, 2100000, 2100100)), 'repeat on_tube_already', 'its bars in the same gesture: they agree');
select is(pg_temp.reads(:'t3', ']C0', pg_temp.by(d, began, began + 100)), told, why) from (values
	(11, 2300101, 'stored on_tube', 'bars of the third, later than one gesture'), (12, 2100000, 'stored on_tube', 'by another scanner'),
	(11, 1700099, 'stored on_tube', 'of a clock that was set far back'), (11, 2000099, 'stop two_codes', 'of one that was set back a little: red'), (11, 2300100, 'stop two_codes', 'in the same gesture: red'), (11, 2000100, 'stop two_codes', 'at once: red')) x (d, began, told, why);
select is(pg_temp.reads(pg_temp.label(:'t3', 1), ']d1', pg_temp.by(11, began, began + 100)), told, why) from (values
	(2300101, 'stored on_tube', 'its square, later than one gesture'), (2300100, 'stop two_in_view', 'in the same gesture: two labels')) x (began, told, why);
select is(pg_temp.reads(:'t3', ']C0', '{"device_id": 11}'), 'stored on_tube', 'without times nothing is said');
select is(pg_temp.reads(:'t3', ']C0', pg_temp.by(11, 2100000, 2100100) || '{"late": true}'), 'note scan_late', 'a late one moves nothing');
select pg_temp.read(:'t3', ']C0', pg_temp.by(11, 2100000, 2100100)) as r \gset
select is(:'r'::jsonb ->> 'title', 'TWO NUMBERS ON ONE LABEL', 'the words');
select is(pg_temp.view() #>> '{alarm,code}', 'two_codes', 'the screen is red');
select is(pg_temp.view() #>> '{alarm,specimen_id}', :'t2', 'about the tube that was believed');
select is(pg_temp.kinds(:'t2') || ' / ' || pg_temp.kinds(:'t3'), 'prepared label_printed labelled scanned! / prepared label_printed scanned!', 'both tubes'' stories tell it');
select is((select count(*) from clinic.visit_act where act = 'two_codes' and near_miss), 1::bigint, 'and the visit''s, once');
select is(pg_temp.reads(:'t1', ']C0'), 'stop locked', 'the station is locked');
select is(pg_temp.says(pg_temp.read(:'t3', ']C0', pg_temp.by(11, 9000000, 9000100))), 'stop label_or_tube', 'the number that came second is scanned again');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'the tube is set aside');
select is((custody.state(t)).kind, 'held', 'and the number beside it may be on that very tube: both are on hold') from unnest(array[:'t2', :'t3']) t;
select is(pg_temp.reads(:'t3', ']C0'), 'stop tube_on_hold', 'what was set aside is not believed when it is scanned once more');
-- the other way round, about another patient's tube
select pg_temp.read(:'t1', ']C0', pg_temp.by(11, 20000000, 20000100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(pg_temp.label(:'b1', 1), ']d1', pg_temp.by(11, 20000200, 20000300))), 'stop two_patients', 'square after bars, of two patients');
select is((select count(distinct visit_id) from clinic.visit_act where act = 'two_patients'), 2::bigint, 'both visits tell it');
select is(pg_temp.says(pg_temp.read(:'t1', ']C0', pg_temp.by(11, 30000000, 30000100))), 'stop label_or_tube', 'the number that came first is scanned again');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stop set_it_aside', 'nobody says which of two patients'' labels is the right one');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'the tube is set aside');
select is((custody.state(t)).kind || ' ' || (select string_agg(x.state, ' ') from clinic.specimen s cross join lateral clinic.visit_labels(s.visit_id) x
	where s.specimen_id = t and x.specimen_id = t), 'held voided', 'neither label counts for anything any more') from unnest(array[:'t1', :'b1']) t;

-- ---- two labels in one view, read by the same kind of code: stop (ER-09)
select pg_temp.patient('NOVAK', 'Nora', '1977-07-07', array['CBC', 'CMP', 'PT'], 'N1') as nora \gset
select pg_temp.ok_(pg_temp.call('visit_park', 'ana', '{}')) \g /dev/null
select pg_temp.printed(:nora) \g /dev/null
select pg_temp.tube(:nora, 1) as n1, pg_temp.tube(:nora, 2) as n2, pg_temp.tube(:nora, 3) as n3 \gset
select pg_temp.read(:'n1', ']C0', pg_temp.by(11, 40000000, 40000100)) \g /dev/null
select is(pg_temp.reads(pg_temp.label(:'n1', 1), ']d1', pg_temp.by(11, 40000200, 40000300)), 'repeat on_tube_already', 'bars and square of one tube agree');
select is(pg_temp.reads(:'n1', ']C0', pg_temp.by(11, 40000200, 40000300)), 'repeat on_tube_already', 'nor is one label read twice two');
select is(pg_temp.reads(:'n2', ']C0', '{"device_id": 11, "source": "camera"}'), 'stored on_tube', 'a camera has its own rule');
select is(pg_temp.reads(:'n2', ']C0', pg_temp.by(12, 40000200, 40000300)), 'stored on_tube', 'another scanner is another hand');
select pg_temp.tube(:bob, 2) as b2 \gset
select is(pg_temp.reads(pg_temp.label(:'b2', 1), ']d1', pg_temp.by(11, 40900000, 40900100)), 'stop wrong_patient', 'later it is judged as ever');
select pg_temp.read(:'n2', ']C0', pg_temp.by(11, 40200000, 40200100)) as r \gset
select is(pg_temp.says(:'r'), 'stop two_in_view', 'bars after bars of another tube: red');
select is(:'r'::jsonb ->> 'title', 'TWO LABELS WERE IN VIEW', 'the words');
select is(pg_temp.view() #>> '{alarm,specimen_id}', :'n1', 'about the tube that was believed');
select is(pg_temp.kinds(:'n1') || ' / ' || pg_temp.kinds(:'n2'), 'prepared label_printed labelled scanned! / prepared label_printed scanned!', 'both stories tell it, and the second is believed by nobody');
select is((select count(*) from clinic.visit_act where act = 'two_in_view' and near_miss), 1::bigint, 'and the visit''s');
select is(pg_temp.reads(pg_temp.card('ok'), ']C0'), 'stop locked', 'OK does nothing');
select is(pg_temp.says(pg_temp.read(:'n1', ']C0', pg_temp.by(11, 40700000, 40700100))), 'stop label_or_tube', 'a scanner that reads on by itself reads the first again');
select is(pg_temp.says(pg_temp.read(:'n2', ']C0', pg_temp.by(11, 40900000, 40900100))), 'stop in_view_still', 'and the other beside it: nobody put it away');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stop scan_it_again', 'so nothing is chosen yet');
select is(pg_temp.says(pg_temp.read(:'n1', ']C0', pg_temp.by(11, 45000000, 45000100))), 'stop label_or_tube', 'alone');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stored label_removed', 'its label is taken off');
select is(pg_temp.label_state(:'n1', 1), 'voided', 'and counts for nothing any more');
select is(pg_temp.reads(:'n2', ']C0', pg_temp.by(11, 50000000, 50000100)), 'stored on_tube', 'the other goes on, alone');
-- the one that came second is in the hand when it is answered
begin;
select pg_temp.read(:'n2', ']C0', pg_temp.by(11, 50000000, 50000100)), pg_temp.read(:'n3', ']C0', pg_temp.by(11, 50050000, 50050100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n3', ']C0', pg_temp.by(11, 52000000, 52000100))), 'stop label_or_tube', 'the second is scanned alone');
select is(pg_temp.view() #>> '{alarm,specimen_id}', :'n3', 'so the answer is about the second');
savepoint in_hand;
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stored label_removed', 'its label is taken off');
select is(pg_temp.label_state(:'n2', 1) || ' ' || pg_temp.label_state(:'n3', 1), 'on_tube voided', 'that label is void, the good one is not');
rollback to in_hand;
select is(pg_temp.says(pg_temp.read(:'n2', ']C0', pg_temp.by(11, 54000000, 54000100))), 'stop label_or_tube', 'then the first alone: what was scanned last is meant');
select is(pg_temp.view() #>> '{alarm,specimen_id}', :'n2', 'the first');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'its tube is set aside');
select is((custody.state(t)).kind, 'held', 'with the other number, which may be on it') from unnest(array[:'n2', :'n3']) t;
rollback;
-- what a rule of the site does not take, what came late, and what lay between: it was in the view all the same
begin;
select pg_temp.rule('specimen', '{"symbologies": ["Data Matrix"]}') \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n2', ']C0', pg_temp.by(11, 70000000, 70000100))), 'question code_not_accepted', 'bars are not taken here');
select is(pg_temp.says(pg_temp.read(pg_temp.label(:'n3', 1), ']d1', pg_temp.by(11, 70050000, 70050100))), 'stop two_codes', 'and red beside another tube''s square');
rollback;
begin;
select pg_temp.rule('specimen', '{"symbologies": ["Data Matrix"]}') \g /dev/null
select pg_temp.read(pg_temp.label(:'n3', 1), ']d1', pg_temp.by(11, 70000000, 70000100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n2', ']C0', pg_temp.by(11, 70050000, 70050100))), 'stop two_codes', 'in this order too');
rollback;
begin;
select is(pg_temp.says(pg_temp.read(:'n2', ']C0', pg_temp.by(11, 70000000, 70000100) || '{"late": true}')), 'note scan_late', 'a late scan moves nothing');
select is(pg_temp.says(pg_temp.read(:'n3', ']C0', pg_temp.by(11, 70050000, 70050100))), 'stop two_in_view', 'but it was in the view');
rollback;
begin;
select pg_temp.read(:'n2', ']C0', pg_temp.by(11, 70000000, 70000100)) \g /dev/null
select pg_temp.read('LOT' || n, ']C0', pg_temp.by(11, 70000200 + n * 1000, 70000300 + n * 1000)) from generate_series(1, 9) n \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n3', ']C0', pg_temp.by(11, 70050000, 70050100))), 'stop two_in_view', 'whatever else lay between');
rollback;
begin;
select pg_temp.read(:'n2', ']E0', pg_temp.by(11, 70000000, 70000100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n3', ']C0', pg_temp.by(11, 70050000, 70050100))), 'stored on_tube', 'a product''s code of the same digits is none of ours');
rollback;
-- the first is no tube of ours: the alarm is about the one that came second, once
begin;
select pg_temp.read(custody.id_make('specimen', substr(:'n3', 1, 3)::int, 9999999), ']C0', pg_temp.by(11, 70000000, 70000100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n3', ']C0', pg_temp.by(11, 70050000, 70050100))), 'stop two_in_view', 'a number of ours that nobody knows lies beside it');
select pg_temp.read(:'n3', ']C0', pg_temp.by(11, 75000000, 75000100)), pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'the tube is set aside');
select is(pg_temp.kinds(:'n3'), 'prepared label_printed scanned! tube_set_aside! label_voided! held', 'which its story tells once');
rollback;
-- square after square, two patients' labels on one tube
select pg_temp.read(pg_temp.label(:'n3', 1), ']d1', pg_temp.by(11, 80000000, 80000100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(pg_temp.label(:'b2', 1), ']d1', pg_temp.by(11, 80000200, 80000300))), 'stop two_patients', 'square after square, of two patients');
select pg_temp.read(pg_temp.label(:'b2', 1), ']d1', pg_temp.by(11, 85000000, 85000100)), pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'the tube is set aside');
select is((custody.state(t)).kind, 'held', 'with both numbers: the other patient''s label is believed in no visit') from unnest(array[:'n3', :'b2']) t;
select is((select count(*) from clinic.scan s where s.code is null), 0::bigint, 'every scan was answered and kept');
select * from finish();
