-- Receiving: what is taken (LB-13, SC-15), makers' codes, bars and square that disagree (LB-11, ER-09).
\ir setup.sql
select plan(26);
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
select is(pg_temp.state_of(:'t3'), 'collected', 'the other is not received by it');
select is(pg_temp.body(:'t3', 'scanned') ->> 'code', 'two_codes_here', 'but its story tells it');
select is(pg_temp.questions(), 'unexpected held', 'the QUESTIONS list has it, after the stranger from before');
select is(pg_temp.told(:'t3'), 'stop locked', 'the bench is locked');
select is(pg_temp.told(pg_temp.label(:'t3', 1)), 'stop label_or_tube', 'until it is scanned again');
select pg_temp.later('2 seconds') \g /dev/null
select is(pg_temp.act('alarm_answer', '{"choice": "label_removed"}'), 'stop set_it_aside', 'in a laboratory nobody takes a label off');
select is(pg_temp.act('alarm_answer', '{"choice": "tube_set_aside"}'), 'stored tube_set_aside', 'it is set aside');
select is(pg_temp.told(:'t2'), 'stop on_hold', 'and red whoever scans it: its number is not to be believed');
select * from finish();
