-- How late the bench may have been with a scan: what may have been one gesture or two stops, and both are scanned again (ER-09).
\ir setup.sql
select plan(84);

create function pg_temp.read(code text, more jsonb default '{}', token text default 'ana') returns jsonb language sql volatile as $$
	select pg_temp.call('scan', token, jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', ']C0', 'source', 'usb') || more) $$;
-- begun and ended at that millisecond of the bench's clock, and late by so many
create function pg_temp.by(ms bigint, late bigint default 0) returns jsonb language sql immutable as $$
	select jsonb_build_object('device_id', 11, 'evidence', jsonb_build_object('first_us', ms * 1000, 'last_us', ms * 1000, 'first_late_ms', late, 'last_late_ms', late)) $$;
-- the second of two numbers, and nothing of either stays
create function pg_temp.after(first text, first_by jsonb, second text, second_by jsonb) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		perform pg_temp.read(first, first_by);
		told := pg_temp.says(pg_temp.read(second, second_by));
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
create function pg_temp.alarm() returns text language sql stable as $$
	select concat_ws(' ', a.code, case when a.specimen_id is not null then 'about ' || right(a.specimen_id, 3) end, case when a.rescanned_at is not null then 'again' end)
	from clinic.alarm a where a.answered_at is null $$;

select pg_temp.patient('NOVAK', 'Nora', '1977-07-07', array['CBC', 'CMP', 'PT'], 'N1') as nora \gset
select pg_temp.printed(:nora) \g /dev/null
select pg_temp.tube(:nora, 1) as n1, pg_temp.tube(:nora, 2) as n2, pg_temp.tube(:nora, 3) as n3 \gset

-- ---- how late: held up is what may have been either
select is(pg_temp.after(:'n1', pg_temp.by(1000) #- '{evidence,last_us}', :'n2', pg_temp.by(1000)), 'stored on_tube', 'without times nothing is said');
select is(pg_temp.after(:'n1', pg_temp.by(70000, 700) || '{"evidence": {"first_us": {}, "last_us": "9", "first_late_ms": -4, "last_late_ms": null}}', :'n2', pg_temp.by(70100)),
	'stored on_tube', 'evidence that makes no sense says nothing');
select is(pg_temp.after(:'n1', pg_temp.by(10000, late1), :'n2', pg_temp.by(10000 + apart, late2)), told, why) from (values
	(20, 280, 20, 'stop two_in_view', 'in one gesture, whatever the beat'), (0, 10, 700, 'stop two_in_view', 'the second lay, right behind the first: closer still'),
	(21, 280, 0, 'stop held_up', 'the first may have come a little sooner'), (700, 5, 700, 'stop held_up', 'both lay while the bench stood still'),
	(0, 900, 600, 'stop held_up', 'the second lay: it may have been in view'), (0, 900, 599, 'stored on_tube', 'it was not'),
	(5000, 301, 0, 'stored on_tube', 'the first lay, however long: further apart still')) x (late1, apart, late2, told, why);
select is(pg_temp.after(:'n1', pg_temp.by(70000, late1), :'n2', pg_temp.by(190000, late2)), told, 'as late as a number can be') from (values
	(9999999999999999, 0, 'stored on_tube'), (0, 9999999999999999, 'stop held_up')) x (late1, late2, told);
select is(pg_temp.after(:'n1', pg_temp.by(10000, 700), :'n1', pg_temp.by(10005, 700)), 'repeat on_tube_already', 'one number is one number');
begin;
select pg_temp.read(:'n1', pg_temp.by(10000)), pg_temp.read(:'n2', pg_temp.by(11000, 900)) \g /dev/null
select is(pg_temp.alarm(), 'held_up about ' || right(:'n1', 3), 'which may have been together');
rollback;
begin;
select pg_temp.read(:'n1', pg_temp.by(10000, 100)), pg_temp.read('LOT7', pg_temp.by(10100)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n2', pg_temp.by(10250))), 'stop held_up', 'whatever lay between');
rollback;
begin;
select pg_temp.read(:'n1', pg_temp.by(10000)), pg_temp.read(:'n2', pg_temp.by(10400)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n3', pg_temp.by(10650, 400))), 'stop two_in_view', 'one that was in view for sure comes before one that may have been');
rollback;

-- ---- one of the two is gone: on hold, and nothing passes that was not scanned alone
create function pg_temp.body(t text, kind text) returns jsonb language sql stable as $$
	select e.body::jsonb || jsonb_build_object('by', o.initials) from custody.event e left join clinic.operator o using (operator_id) where e.subject = t and e.kind = body.kind order by e.event_id desc limit 1 $$;
begin;
select pg_temp.read(:'n1', pg_temp.by(40000, 800)), pg_temp.read(:'n2', pg_temp.by(40004, 804)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n2', pg_temp.by(42000))), 'stop held_up_first', 'the first one fell down: only the second comes');
select is(pg_temp.view() #> '{alarm,gone}', jsonb_build_object('tubes', jsonb_build_array(:'n1'), 'held', jsonb_build_array(:'n1')), 'the screen offers to say so, and what it does');
select is(pg_temp.says(pg_temp.read(pg_temp.card('gone'))), 'stop locked', 'a card in the first second is nothing');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stop scan_it_again', 'nor is a finger');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', t, '{"choice": "gone"}')), told, 'not by ' || t) from (values ('room1', 'question sign_in_needed'), ('ben', 'repeat no_alarm')) x (t, told);
select is(pg_temp.says(pg_temp.read(pg_temp.card('gone'))), 'stored command', 'then the card does');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone_held', 'it is gone');
select is(pg_temp.alarm(), null, 'nothing is locked');
select is((select choice || ' ' || (answered_by is not null) from clinic.alarm order by alarm_id desc limit 1), 'gone true', 'why is kept');
select is((custody.state(:'n1')).kind, 'held', 'the one that is gone is on hold');
select is(pg_temp.body(:'n1', 'held') - 'visit', '{"why": "gone", "by": "AR"}', 'its story says why and who');
select is(pg_temp.body(:'n1', 'remark'), '{"remark": "gone", "alarm": "held_up", "by": "AR"}', 'and of what');
select is(pg_temp.label_state(:'n1', 1), 'voided', 'its label counts for nothing');
select is((select bool_and(t.state = 'due') from clinic.specimen_test w join clinic.lab_order_test t using (lab_order_test_id) where w.specimen_id = :'n1'), true, 'it is drawn again');
select is((custody.state(:'n2')).kind, 'label_printed', 'the second was not taken by that');
select is(pg_temp.says(pg_temp.read(pg_temp.card('gone'))), 'note command_not_now', 'the card does nothing any more');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'repeat no_alarm', 'nor does the page');
select is(pg_temp.says(pg_temp.read(:'n1', pg_temp.by(50000))), 'stop tube_on_hold', 'found again it is red');
select is(pg_temp.view() #> '{alarm,gone,held}', '[]', 'which holds nothing twice');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone', 'nor when it is gone again');
select is(pg_temp.says(pg_temp.read(:'n2', pg_temp.by(60000))), 'stored on_tube', 'the second is scanned alone, and taken');
rollback;
begin;
select pg_temp.read(:'n1', pg_temp.by(40000, 800)), pg_temp.read(:'n2', pg_temp.by(40004, 804)), pg_temp.read(:'n2', pg_temp.by(42000)), pg_temp.read(:'n1', pg_temp.by(44000)) \g /dev/null
select is(pg_temp.view() #> '{alarm,gone,tubes}', jsonb_build_array(:'n2'), 'the first came after all, and the second is gone');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone_held', 'it is');
select is((custody.state(:'n1')).kind || ' ' || (custody.state(:'n2')).kind, 'labelled held', 'the first came alone, and stays');
rollback;
begin;
select pg_temp.read(:'n1', pg_temp.by(40000, 800)), pg_temp.read(:'n2', pg_temp.by(40004, 804)), pg_temp.read(:'n2', pg_temp.by(42000)), pg_temp.read(:'n2', pg_temp.by(52000, 12000)) \g /dev/null
select is(pg_temp.view() #> '{alarm,gone,tubes}', (select jsonb_agg(t order by t) from unnest(array[:'n1', :'n2']) t), 'held up again it did not come alone: neither is here');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "gone"}')), 'stored gone_held', 'so both');
select is((custody.state(t)).kind, 'held', 'are on hold') from unnest(array[:'n1', :'n2']) t;
rollback;

-- ---- both again, one at a time
select is(pg_temp.says(pg_temp.read(:'n1', pg_temp.by(20000, 800))), 'stored on_tube', 'the first is believed');
select pg_temp.read(:'n2', pg_temp.by(20004, 804)) as r \gset
select is(pg_temp.says(:'r'), 'stop held_up', 'the second is not');
select is(:'r'::jsonb ->> 'title', 'SCAN BOTH AGAIN, ONE AT A TIME', 'the words');
select is(pg_temp.view() #>> '{alarm,code}', 'held_up', 'the screen is locked');
select is(pg_temp.view() #>> '{alarm,specimen_id}', :'n1', 'and names the one that came first');
select is(pg_temp.view() #> '{alarm,choices}' #>> '{0,choice}', 'tube_set_aside', 'what may be said');
select is(jsonb_array_length(pg_temp.view() #> '{alarm,choices}'), 1, 'and nothing else');
select is(pg_temp.kinds(:'n1') || ' / ' || pg_temp.kinds(:'n2'), 'prepared label_printed labelled scanned! / prepared label_printed scanned!', 'both stories tell it');
select is((select count(*) from clinic.visit_act where act = 'held_up' and not near_miss), 1::bigint, 'and the visit''s: nobody did anything wrong');
select is(pg_temp.says(pg_temp.read(pg_temp.card('ok'))), 'stop locked', 'OK does nothing');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stop scan_it_again', 'nothing is chosen before one is scanned again');
select is(pg_temp.says(pg_temp.read(:'n3', pg_temp.by(22000))), 'stop held_up_first', 'another tube waits');
select is(pg_temp.says(pg_temp.read(:'n2', pg_temp.by(23000))), 'stop held_up_first', 'so does the second: it must be taken last');
select is(pg_temp.says(pg_temp.read(:'n1', pg_temp.by(25000, 2000))), 'stop held_up_still', 'the first, held up again');
select is(pg_temp.alarm(), 'held_up about ' || right(:'n1', 3), 'is not believed');
select is(pg_temp.says(pg_temp.read(:'n1', pg_temp.by(30000))), 'stop held_up_next', 'alone');
select is(pg_temp.alarm(), 'held_up about ' || right(:'n1', 3) || ' again', 'it is');
select is(pg_temp.says(pg_temp.read(:'n3', pg_temp.by(31000))), 'stop held_up_next', 'another tube waits');
select is(pg_temp.says(pg_temp.read(pg_temp.card('ok'))), 'stop locked', 'OK does nothing still');
select pg_temp.read(:'n2', pg_temp.by(31500) || '{"aim": "]Q1"}') \g /dev/null
select is(pg_temp.alarm(), 'held_up about ' || right(:'n1', 3) || ' again', 'a symbology in which nothing of ours is printed settles nothing');
select is(pg_temp.says(pg_temp.read(:'n2', pg_temp.by(32000))), 'stored on_tube', 'and the second, alone, is taken like any other');
select is(pg_temp.alarm(), null, 'nothing is locked any more');
select is((select choice from clinic.alarm order by alarm_id desc limit 1), 'scanned_alone', 'and why is kept');
select is(pg_temp.says(pg_temp.read(:'n3', pg_temp.by(33000))), 'complete labels_done', 'the work goes on');

-- ---- together after all
begin;
select pg_temp.read(:'n1', pg_temp.by(40000, 800)), pg_temp.read(:'n2', pg_temp.by(40004, 804)), pg_temp.read(:'n1', pg_temp.by(42000)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n2', pg_temp.by(42100))), 'stop two_in_view', 'both in one view: red');
select is((select string_agg(choice, ' ' order by alarm_id) from clinic.alarm), 'scanned_alone read_together', 'as was found out');
select is(pg_temp.alarm(), 'two_in_view about ' || right(:'n1', 3), 'and it is answered as ever');
rollback;
begin;
select pg_temp.read(:'n1', pg_temp.by(40000, 800)), pg_temp.read(:'n2', pg_temp.by(40004, 804)), pg_temp.read(:'n1', pg_temp.by(42000)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n3', pg_temp.by(42100))), 'stop held_up_still', 'a third beside the first: nothing is settled by it');
select is(pg_temp.alarm(), 'held_up about ' || right(:'n1', 3), 'and the first must come alone again');
rollback;
begin;
select pg_temp.read(:'n1', pg_temp.by(40000, 800)), pg_temp.read(:'n2', pg_temp.by(40004, 804)), pg_temp.read(:'n1', pg_temp.by(42000)) \g /dev/null
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "label_removed"}')), 'stop set_it_aside', 'nobody knows which label is right');
select is(pg_temp.says(pg_temp.read(pg_temp.card('tube_set_aside'))), 'stored command', 'a person saw two labels on one tube: by the card') where exists (select 1 from clinic.command where name = 'tube_set_aside');
select is(pg_temp.says(pg_temp.call('alarm_answer', 'ana', '{"choice": "tube_set_aside"}')), 'stored tube_set_aside', 'it is set aside');
select is((custody.state(t)).kind, 'held', 'with both numbers') from unnest(array[:'n1', :'n2']) t;
rollback;

-- ---- two patients: nothing is lost for a bench that stood still
begin;
select pg_temp.patient('OSEI', 'Ola', '1988-08-08', array['CBC'], 'N2') as ola \gset
select pg_temp.ok_(pg_temp.call('visit_park', 'ana', '{}')), pg_temp.printed(:ola) \g /dev/null
select pg_temp.tube(:ola, 1) as o1 \gset
select pg_temp.read(:'o1', pg_temp.by(60000, 800)) \g /dev/null
select is(pg_temp.says(pg_temp.read(:'n1', pg_temp.by(60004, 804))), 'stop held_up', 'held up');
select is((custody.state(t)).kind, was, 'and believed as before') from (values (:'o1', 'labelled'), (:'n1', 'labelled')) x (t, was);
select is(pg_temp.says(pg_temp.read(:'o1', pg_temp.by(62000))), 'stop held_up_next', 'the first alone');
select is(pg_temp.says(pg_temp.read(:'n1', pg_temp.by(64000))), 'stop wrong_patient', 'the second is judged as ever');
rollback;

select is((select count(*) from clinic.scan s where s.code is null), 0::bigint, 'every scan was answered and kept');
select * from finish();
