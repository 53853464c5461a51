-- Receiving: what is taken (LB-13, SC-15), makers' codes, bars and square that disagree (LB-11, ER-09).
\ir setup.sql
select plan(70);
create function pg_temp.read(code text, aim text, more jsonb default '{}', token text default 'rex') returns jsonb language sql volatile as $$
	select pg_temp.call('scan', token, jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', aim,
		'source', 'usb') || more) $$;
create function pg_temp.by(device bigint, began bigint) returns jsonb language sql immutable as $$
	select jsonb_build_object('device_id', device, 'evidence', jsonb_build_object('first_us', began, 'last_us', began + 100)) $$;
create function pg_temp.questions() returns text language sql stable as $$
	select string_agg(q ->> 'kind', ' ' order by (q ->> 'event_id')::bigint) from jsonb_array_elements(pg_temp.receiving() -> 'questions') q where q -> 'settled' = 'null' $$;

select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'GLU']) as ada \gset
select pg_temp.tube(:ada, 1) as t1, pg_temp.tube(:ada, 2) as t2, pg_temp.tube(:ada, 3) as t3 \gset
select pg_temp.sent(array[:'t1', :'t2', :'t3']) as b1 \gset
select pg_temp.scan(c, 'rita') from unnest(array[pg_temp.badge('Cy Courier'), :'b1', pg_temp.badge('Rita Dock')]) c \g /dev/null
select pg_temp.scan(:'b1', 'rex') \g /dev/null

-- ---- what is taken
select pg_temp.read(:'t1', ']A0') as r \gset
select is(pg_temp.says(:'r'), 'question code_not_accepted_here', 'a tube''s digits in a symbology of others');
select is(:'r'::jsonb ->> 'do', 'Expected here: Code 128 or Data Matrix. No such label on it? Scan a FOUND sticker and stick it on.', 'with the way on');
select is(pg_temp.state_of(:'t1'), 'collected', 'is not received by it');
select is((select count(*) from custody.event where subject = :'t1' and kind = 'scanned' and body like '%lab%'), 0::bigint, 'nor seen');
select is(pg_temp.questions(), null, 'and nothing waits on the list');
select is(pg_temp.says(pg_temp.read('900000000151', ']C0')), 'question misread_here', 'a misread of ours');
select is(pg_temp.says(pg_temp.read('900000000151', ']I0')), 'note not_ours', 'in a symbology of others it is a stranger');
select pg_temp.policy('foreign_clinics', '"ask"') \g /dev/null
select is(pg_temp.says(pg_temp.read('x', ']d2', '{"said": {"standard": "gs1", "gtin": "09521234543213", "expires": "2020-01-01"}}')), 'note makers_code',
	'a maker''s code is no foreign tube, and no question here however old');
select is(pg_temp.says(pg_temp.read('900000000151', ']I0')), 'question foreign_tube', 'a stranger is, where the site asks');
select pg_temp.policy('foreign_clinics', '"count"') \g /dev/null
-- while a tube to reject is waited for it is still waited for
select pg_temp.act('reject', '{"reason": "haemolysed"}') \g /dev/null
select is(pg_temp.says(pg_temp.read(:'t1', ']A0')), 'question code_not_accepted_here', 'asked for a tube to reject: this is none');
select is(pg_temp.receiving() #>> '{reject,reason}', 'haemolysed', 'it is waited for still');
select pg_temp.act('reject', '{"undo": true}') \g /dev/null
insert into clinic.scan_rule (code, station_kind, step, symbologies, set_by, reason)
select 'specimen', 'receiving', 'bench', array['Data Matrix'], operator_id, 'a test' from clinic.operator where name = 'Lea Lead';
select is(pg_temp.says(pg_temp.read(:'t1', ']C0')), 'question code_not_accepted_here', 'a rule of this step');
select is(pg_temp.says(pg_temp.read(pg_temp.label(:'t1', 1), ']d1', pg_temp.by(31, 1000000))), 'stored accepted', 'its square is taken');
insert into clinic.scan_rule (code, station_kind, step, ended, set_by, reason)
select 'specimen', 'receiving', 'bench', true, operator_id, 'a test' from clinic.operator where name = 'Lea Lead';

-- ---- one label, two numbers
select is(pg_temp.says(pg_temp.read(:'t1', ']C0', pg_temp.by(31, 1100000))), 'repeat accepted_already', 'bars and square agree');
select is(pg_temp.says(pg_temp.read(:'t2', ']C0', pg_temp.by(32, 1100000))), 'stored accepted', 'another scanner''s is another tube');
select pg_temp.read(pg_temp.label(:'t3', 1), ']d1', pg_temp.by(32, 1100200)) as r \gset
select is(pg_temp.says(:'r'), 'stop two_codes_here', 'bars of one, square of another: red');
select is(:'r'::jsonb ->> 'title', 'TWO NUMBERS ON ONE LABEL', 'the words');
select is(pg_temp.body(:'t2', 'held') ->> 'why', 'two_codes', 'the one that was received is on hold');
select is(pg_temp.body(:'t3', 'held') ->> 'why', 'two_codes', 'and the other with it: nobody knows which number is the tube''s');
select is(pg_temp.body(:'t3', 'scanned') ->> 'code', 'two_codes_here', 'but its story tells it');
select is(pg_temp.questions(), 'unexpected held held', 'the QUESTIONS list has both, after the stranger from before');
select is(pg_temp.told(:'t3'), 'stop locked', 'the bench is locked');
select is(pg_temp.told(pg_temp.label(:'t3', 1)), 'stop label_or_tube', 'until it is scanned again');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}'), 'stop set_it_aside', 'in a laboratory nobody takes a label off');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'it is set aside');
select is(pg_temp.told(:'t2'), 'stop on_hold', 'and red whoever scans it: its number is not to be believed');

-- ---- two labels in one view: an old label beside a new one, or two patients' labels on one tube
select pg_temp.drawn('BROWN', 'Bea', array['CBC', 'PT', 'GLU']) as bea \gset
select pg_temp.tube(:bea, 1) as e1, pg_temp.tube(:bea, 2) as e2, pg_temp.tube(:bea, 3) as e3 \gset
select pg_temp.sent(array[:'e1', :'e2', :'e3']) as b2 \gset
select pg_temp.scan(pg_temp.badge(c), 'rita') from unnest(array['Cy Courier']) c \g /dev/null
select pg_temp.scan(c, 'rita') from unnest(array[:'b2', pg_temp.badge('Rita Dock')]) c \g /dev/null
select pg_temp.read(:'t2', ']C0', pg_temp.by(33, 900000)) \g /dev/null
select pg_temp.later('2 seconds') \g /dev/null
select pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}') \g /dev/null
select pg_temp.scan(:'b2', 'rex') \g /dev/null
select is(pg_temp.says(pg_temp.read(:'e1', ']C0', pg_temp.by(33, 2000000))), 'stored accepted', 'the first in view is received');
select is(pg_temp.says(pg_temp.read(:'e2', ']C0', pg_temp.by(33, 2200000))), 'stop two_in_view_here', 'bars after bars: red');
select is(pg_temp.body(:'e1', 'held') ->> 'why', 'two_in_view', 'the one that was received is on hold');
select is(clinic.hold_is_of_number('two_in_view'), true, 'because of its number');
select is(pg_temp.body(:'e2', 'held') ->> 'why', 'two_in_view', 'and the other with it');
select is(pg_temp.body(:'e2', 'scanned') ->> 'code', 'two_in_view_here', 'but its story tells it');
select is(pg_temp.questions(), 'unexpected held held held held', 'the QUESTIONS list has both');
select is(pg_temp.says(pg_temp.read(:'e1', ']C0', pg_temp.by(33, 2400000))), 'stop in_view_still', 'the scanner that reads on sees both still');
select is(pg_temp.says(pg_temp.read(:'e2', ']C0', pg_temp.by(33, 5000000))), 'stop label_or_tube', 'alone');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}'), 'stop set_it_aside', 'nobody takes a label off here');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'it is set aside');
select is(pg_temp.says(pg_temp.read(:'e3', ']C0', pg_temp.by(33, 5300101))), 'complete delivery_complete', 'a tube that a hand could take is received');

-- ---- the bench stood still: one view or two? Nothing is on hold before that is known
create function pg_temp.late(began bigint, late bigint default 0) returns jsonb language sql immutable as $$
	select jsonb_build_object('device_id', 33, 'evidence', jsonb_build_object('first_us', began * 1000, 'last_us', began * 1000, 'first_late_ms', late, 'last_late_ms', late)) $$;
select pg_temp.drawn('CLARK', 'Cleo', array['CBC', 'PT', 'GLU']) as cleo \gset
select pg_temp.tube(:cleo, 1) as c1, pg_temp.tube(:cleo, 2) as c2, pg_temp.tube(:cleo, 3) as c3 \gset
select pg_temp.sent(array[:'c1', :'c2', :'c3']) as b3 \gset
select pg_temp.scan(pg_temp.badge('Cy Courier'), 'rita') \g /dev/null
select pg_temp.scan(c, 'rita') from unnest(array[:'b3', pg_temp.badge('Rita Dock')]) c \g /dev/null
select pg_temp.scan(:'b3', 'rex') \g /dev/null
select is(pg_temp.says(pg_temp.read(:'c1', ']C0', pg_temp.late(900000, 700))), 'stored accepted', 'the first is received');
select pg_temp.read(:'c2', ']C0', pg_temp.late(900006, 706)) as r \gset
select is(pg_temp.says(:'r'), 'stop held_up_here', 'the second stops');
select is(:'r'::jsonb ->> 'title', 'SCAN BOTH AGAIN, ONE AT A TIME', 'the words');
select is(pg_temp.state_of(t), was, 'nothing is on hold') from (values (:'c1', 'accepted'), (:'c2', 'collected')) x (t, was);
select is(pg_temp.body(:'c2', 'scanned') ->> 'code', 'held_up_here', 'but its story tells it');
select is(pg_temp.questions(), 'unexpected held held held held', 'nor is there a question about it');
select is(pg_temp.told(:'b3'), 'stop locked', 'the bench is locked');
select is(pg_temp.says(pg_temp.read(:'c2', ']C0', pg_temp.late(910000))), 'stop held_up_first', 'the first one first');
select is(pg_temp.says(pg_temp.read(:'c1', ']C0', pg_temp.late(920000))), 'stop held_up_next', 'it comes alone');
select is(pg_temp.says(pg_temp.read(:'c2', ']C0', pg_temp.late(930000))), 'stored accepted', 'then the second, which is received');
select is(pg_temp.says(pg_temp.read(:'c3', ']C0', pg_temp.late(930900, 600))), 'stop held_up_here', 'held up once more');
begin;
select is(pg_temp.says(pg_temp.read(:'c3', ']C0', pg_temp.late(935000))), 'stop held_up_first', 'the first fell down: the second comes alone');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('alarm_answer', '{"choice": "gone"}'), 'stored gone_held', 'the first is gone');
select is(pg_temp.state_of(t), was, 'and on hold, the second as it was') from (values (:'c2', 'held'), (:'c3', 'collected')) x (t, was);
select is(pg_temp.body(:'c2', 'held') - 'delivery', '{"why": "gone", "at": "lab"}', 'with the reason');
select is(pg_temp.questions(), 'unexpected held held held held held', 'on the list');
select is(pg_temp.told(:'c3'), 'complete delivery_complete', 'the second, alone, is received');
select is(pg_temp.told(:'c2'), 'stop on_hold', 'the first, found again, is red');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('alarm_answer', '{"choice": "gone"}'), 'stored gone', 'and may be gone again');
select is(clinic.tube_is_set_aside(:'c2'), false, 'which nobody calls set aside');
rollback;
select is(pg_temp.says(pg_temp.read(:'c2', ']C0', pg_temp.late(940000))), 'stop held_up_next', 'the first alone');
begin;
select is(pg_temp.says(pg_temp.read(:'c3', ']C0', pg_temp.late(940200))), 'stop two_in_view_here', 'both in one view: red');
select is(pg_temp.body(t, 'held') ->> 'why', 'two_in_view', 'and both on hold') from unnest(array[:'c2', :'c3']) t;
rollback;
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}'), 'stop set_it_aside', 'nobody takes a label off here');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'or a person sees two labels on one tube, and sets it aside');
select is(pg_temp.body(t, 'held') ->> 'why', 'two_in_view', 'both are on hold then') from unnest(array[:'c2', :'c3']) t;
select is(pg_temp.questions(), 'unexpected held held held held held held', 'and on the list');
select is(pg_temp.told(:'c1'), 'repeat accepted_already', 'the bench goes on');
select * from finish();
