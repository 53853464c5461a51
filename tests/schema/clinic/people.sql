-- Signing in: badge and PIN first, then the badge alone; the shade; who may do what.
\ir setup.sql
select plan(51);

create function pg_temp.begin_(who text, station_token text) returns jsonb language sql volatile as $$
	select api.sign_in_begin(gen_random_uuid(), station_token,
		jsonb_build_object('badge', (select badge from person where name = who))) $$;
create function pg_temp.end_(begun jsonb, said boolean, token text, station_token text) returns jsonb language sql volatile as $$
	select api.sign_in(gen_random_uuid(), station_token, jsonb_build_object('nonce', begun #> '{data,nonce}', 'ok', said,
		'token_hash', pg_temp.token_hash(token))) $$;
create function pg_temp.age(token text, by interval) returns void language sql volatile as $$
	update clinic.session set seen_at = seen_at - by where token_hash = decode(pg_temp.token_hash(token), 'hex') $$;

-- ---- who comes in
select is(clinic.words('{n|bag|bags} of {m|tube|tubes}, {who}, {gone}', '{"n": 1, "m": 20, "who": "Ann"}'), '1 bag of 20 tubes, Ann, gone', 'a number has the word that fits it');
select is(api.me('ana', '{}') #>> '{data,operator,name}', 'Ana Ruiz', 'after badge and PIN the page knows who is there');
select is(api.me('bench1', '{}') #>> '{data,operator,name}', 'Ana Ruiz', 'and so does the session of the station''s scanners');
-- A page of a station is nobody: it must get nothing from who is signed in there.
select is(api.me('room1', '{}') -> 'data' -> 'operator', 'null', 'a page that was only bound there is nobody');
select is(v, 'sign_in_needed', 'it reads no ' || name) from (values ('due', api.collections_due('room1', '{}') ->> 'code'),
	('patient', api.patient_find('room1', '{"query": "a"}') ->> 'code'), ('message', api.messages('room1', '{}') ->> 'code')) t (name, v);
select is(api.shade(gen_random_uuid(), 'room1', '{}') ->> 'code', 'sign_in_needed', 'shades nobody');
select is(api.order_here(gen_random_uuid(), 'room1', '{}') ->> 'code', 'sign_in_needed', 'and does nothing in Ana''s name');
select is(api.me('nobody', '{}') ->> 'code', 'station_unknown', 'an unknown token is nobody');
select is(api.collections_due(null, '{}') ->> 'code', 'sign_in_needed', 'no token is nobody');
create temporary table wrong as select pg_temp.begin_('Ben Okafor', 'room2') as r;
select is((select pg_temp.end_(r, false, 'ben', 'room2') ->> 'code' from wrong), 'sign_in_refused', 'a wrong PIN opens nothing');
select is((select pg_temp.end_(r, true, 'ben', 'room2') ->> 'code' from wrong), 'sign_in_refused', 'and its nonce is used up');
select is(api.me('ben', '{}') ->> 'code', 'station_unknown', 'and the token is not known');
create temporary table other as select pg_temp.begin_('Ben Okafor', 'room2') as r;
select is((select pg_temp.end_(r, true, 'ben', 'room1') ->> 'code' from other), 'sign_in_refused', 'a nonce belongs to its station');
create temporary table stale as select pg_temp.begin_('Ben Okafor', 'room2') as r;
update clinic.sign_in set begun_at = begun_at - interval '3 minutes';
select is((select pg_temp.end_(r, true, 'ben', 'room2') ->> 'code' from stale), 'sign_in_refused', 'a nonce lives two minutes');
create temporary table unknown_ as select api.sign_in_begin(gen_random_uuid(), 'room2', '{"badge": "G000000000098"}') as r;
select is((select r ->> 'code' from unknown_), 'pin_needed', 'an unknown badge looks like any other');
select is((select pg_temp.end_(r, true, 'ghost', 'room2') ->> 'code' from unknown_), 'sign_in_refused', 'and never opens');
update clinic.operator set blocked_at = now() where name = 'Ben Okafor';
select is((select pg_temp.end_(pg_temp.begin_('Ben Okafor', 'room2'), true, 'ben', 'room2') ->> 'code'), 'sign_in_refused',
	'a blocked badge does not open');
update clinic.operator set blocked_at = null where name = 'Ben Okafor';
update clinic.operator set blocked_at = now() where name = 'Ana Ruiz';
select is(api.collections_due('ana', '{}') ->> 'code', 'sign_in_needed', 'nor does who is blocked while signed in go on');
select is(api.me('bench1', '{}') -> 'data' -> 'operator', 'null', 'and the station''s scanners speak for that person no more');
update clinic.operator set blocked_at = null, active = false where name = 'Ana Ruiz';
select is(api.collections_due('ana', '{}') ->> 'code', 'sign_in_needed', 'nor who works here no more');
update clinic.operator set active = true where name = 'Ana Ruiz';
select is(api.collections_due('ana', '{}') ->> 'code', 'ok', 'Ana is back');
select is((select count(*) from clinic.session where position('ana' in encode(token_hash, 'escape')) > 0), 0::bigint, 'the table holds no token');

-- ---- badge alone, the shade, the end of a shift (contrib/POLICIES.md 1: sign_in, idle)
select is(pg_temp.begin_('Ana Ruiz', 'room1') #>> '{data,pin_needed}', 'false', 'signed in here, the badge alone is enough');
select is(pg_temp.begin_('Ana Ruiz', 'room2') #>> '{data,pin_needed}', 'true', 'not on a page where nobody gave a PIN yet, which may be anybody''s');
select pg_temp.sign_in('Ben Okafor', 'room2') is not null \g /dev/null
select is(pg_temp.begin_('Ana Ruiz', 'room2') #>> '{data,pin_needed}', 'false', 'but on others also at the next station of the room group');
select is(api.sign_out(gen_random_uuid(), 'ben', '{}') ->> 'code', 'signed_out', 'Ben signs out');
create temporary table stolen as select pg_temp.begin_('Ana Ruiz', 'room1') as r;
select pg_temp.ok_(api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code('Room 1'),
	'token_hash', pg_temp.token_hash('second')))) \g /dev/null
select is((select pg_temp.end_(r, true, 'thief', 'second') ->> 'code' from stolen), 'sign_in_refused', 'a nonce belongs to its page');
select is(pg_temp.begin_('Ben Okafor', 'room1') #>> '{data,pin_needed}', 'true', 'not for somebody else');
select pg_temp.age('ana', interval '6 minutes') \g /dev/null
select is(api.collections_due('ana', '{}') ->> 'code', 'shaded', 'after five idle minutes the screen rests');
select ok((api.me('ana', '{}') #>> '{data,shaded}')::boolean, 'and the page can see that');
select is(pg_temp.end_(pg_temp.begin_('Ana Ruiz', 'room1'), false, 'ana2', 'room1') ->> 'code', 'signed_in', 'the badge brings it back');
select is(api.collections_due('ana2', '{}') ->> 'code', 'ok', 'and work goes on');
select is(api.collections_due('ana', '{}') ->> 'code', 'sign_in_needed', 'the old token is gone');
select is(api.shade(gen_random_uuid(), 'ana2', '{}') ->> 'verdict', 'stored', 'the shade can be drawn by hand');
select is(api.collections_due('ana2', '{}') ->> 'code', 'shaded', 'and holds');
create function pg_temp.wakes() returns text language sql volatile as $$
	select api.scan(gen_random_uuid(), 'bench1', jsonb_build_object('raw', replace(encode(convert_to((select badge from person where name = 'Ana Ruiz'), 'UTF8'), 'base64'), E'\n', ''),
		'aim', ']C0', 'source', 'usb')) ->> 'code' $$;
begin;
insert into clinic.policy_setting (policy, value) values ('sign_in', '{"then": "badge_pin", "hours": 12}');
select is(pg_temp.begin_('Ana Ruiz', 'room1') #>> '{data,pin_needed}', 'true', 'where the site wants the PIN each time');
select is(pg_temp.wakes(), 'badge_signs_in', 'the badge alone ends no shade at the station''s scanner either: it is for signing in');
select is(api.collections_due('ana2', '{}') ->> 'code', 'shaded', 'and the screen rests');
rollback;
begin;
select is(pg_temp.wakes(), 'shade_ended', 'where the badge is enough it ends the shade');
rollback;
select pg_temp.age('ana2', interval '31 minutes') \g /dev/null
select is(api.collections_due('ana2', '{}') ->> 'code', 'sign_in_needed', 'after thirty idle minutes the person is signed out');
select is(pg_temp.begin_('Ana Ruiz', 'room1') #>> '{data,pin_needed}', 'true', 'and the PIN is needed again');
select pg_temp.sign_in('Carol Lindqvist', 'room1') is not null \g /dev/null
select is(pg_temp.end_(pg_temp.begin_('Ben Okafor', 'room1'), true, 'ben2', 'room1') ->> 'code', 'signed_in', 'Ben takes over the station');
select is(api.collections_due('carol', '{}') ->> 'code', 'shaded', 'Carol''s screen rests');
select is(api.me('bench1', '{}') #>> '{data,operator,name}', 'Ben Okafor', 'the station''s scanner now speaks for Ben');
select is(api.sign_out(gen_random_uuid(), 'ben2', '{}') ->> 'code', 'signed_out', 'Ben goes');
select is(api.collections_due('ben2', '{}') ->> 'code', 'sign_in_needed', 'and his token is worth nothing');

-- ---- who may (contrib/POLICIES.md 2)
select pg_temp.sign_in('Cy Courier', 'room2') is not null \g /dev/null
select is(api.collections_due('cy', '{}') ->> 'code', 'not_allowed', 'a courier never sees patients (RG-12)');
select is(api.order_here(gen_random_uuid(), 'cy', '{}') ->> 'code', 'not_allowed', 'and enters no order');
select is(api.station_bind(gen_random_uuid(), 'room1', jsonb_build_object('code', clinic.station_code('Room 1'), 'token_hash', pg_temp.token_hash('x')))
	->> 'code', 'not_allowed', 'only the core binds pages to stations');
select * from finish();
