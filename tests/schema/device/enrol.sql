-- Enrolment of scanners: opened by an administrator for one device at one station, ended by its code; drift of what was enrolled.
\ir ../visit/setup.sql
select plan(112);
insert into person select n, clinic.operator_add(n, left(n, 2), array['admin'], '$argon2id$not-a-real-hash') from unnest(array['Dora Admin', 'Eli Admin']) n;
select pg_temp.sign_in('Dora Admin', 'room2') is not null \g /dev/null
create function pg_temp.one(identity text, more jsonb default '{}') returns jsonb language sql immutable as $$
	select jsonb_build_object('identity', identity, 'kind', 'scanner', 'maker', 'Maker', 'model', 'M1', 'serial', 'A', 'path', '1-2', 'problem', '',
		'protocols', 'hid_pos keyboard', 'descriptors', repeat('a1', 32)) || more $$;
create function pg_temp.found(variadic list jsonb[] default '{}') returns text language sql volatile as $$
	select api.devices_found(gen_random_uuid(), 'core', jsonb_build_object('devices', to_jsonb(list))) ->> 'code' $$;
create function pg_temp.told(more jsonb default '{}', enrolment bigint default null) returns jsonb language sql volatile as $$
	select pg_temp.call('enrol_read', 'core', jsonb_build_object('enrolment_id', coalesce(enrolment, (select max(enrolment_id) from clinic.enrolment)),
		'reading', 'found', 'says', 'it reads the code as it is', 'hint', '', 'seen', 'E...', 'protocol', 'keyboard',
		'settings', '{"keyboard": "fr", "terminator": "cr", "has_aim": false, "maker": "opticon"}'::jsonb,
		'advice', '[{"word": "keyboard", "says": "it plays a keyboard", "hint": "set it otherwise"}]'::jsonb, 'evidence', '{"reports": "00"}'::jsonb) || more) $$;
create function pg_temp.enrolment(token text default 'dora') returns jsonb language sql volatile as $$
	select api.enrolment(token, '{}') -> 'data' $$;
create function pg_temp.used() returns text[] language sql volatile as $$
	select coalesce(array_agg(concat_ws(' ', d ->> 'identity', d ->> 'protocol', d ->> 'settings') order by d ->> 'identity'), '{}')
	from jsonb_array_elements(api.devices('core', '{}') #> '{data,devices}') d where d ->> 'transport' = 'usb' $$;
-- with the hash of what was enrolled
create function pg_temp.held() returns text[] language sql volatile as $$
	select coalesce(array_agg(concat_ws(' ', d ->> 'identity', d ->> 'descriptors') order by d ->> 'identity'), '{}')
	from jsonb_array_elements(api.devices('core', '{}') #> '{data,devices}') d where d ->> 'transport' = 'usb' $$;
-- here, or why it is not
create function pg_temp.here(identity text) returns text language sql volatile as $$
	select case when (s ->> 'is_here')::boolean then 'here' || coalesce(' ' || (s ->> 'silence'), '') else coalesce(s #>> '{silence,code}', 'no device') end
	from jsonb_array_elements(pg_temp.enrolment() -> 'scanners') s where s ->> 'identity' = $1 $$;
create function pg_temp.drift(identity text) returns text language sql volatile as $$
	select s #>> '{device,drift,code}' from jsonb_array_elements(pg_temp.enrolment() -> 'scanners') s where s ->> 'identity' = $1 $$;
create function pg_temp.text_() returns text language sql volatile as $$
	select api.devices('core', '{}') #>> '{data,enrol,code}' $$;

-- ---- who, and what
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A'), pg_temp.one('usb:0a5f:0166:P', '{"kind": "printer"}'), pg_temp.one('usb:1111:0001:X', '{"protocols": ""}')), 'ok', 'three are plugged in');
select is(api.enrolment(t, '{}') ->> 'code', c, 'who may look: ' || t) from (values ('ana', 'not_allowed'), ('room1', 'sign_in_needed'), ('core', 'sign_in_needed'), ('dora', 'ok')) x (t, c);
select is(pg_temp.call(a, t) ->> 'code', c, a || ' by ' || t) from (values ('enrol_open', 'ana', 'not_allowed'), ('enrol_cancel', 'ana', 'not_allowed'),
	('enrol_open', 'room1', 'sign_in_needed'), ('enrol_read', 'dora', 'not_allowed'), ('enrol_read', 'bench1', 'not_allowed')) x (a, t, c);
select is((select array_agg(s ->> 'identity' || coalesce(' ' || (s -> 'device' ->> 'name'), '')) from jsonb_array_elements(pg_temp.enrolment() -> 'scanners') s),
	array['usb:0c2e:0a10:A', 'usb:1111:0001:X'], 'the scanners that are plugged in, none of them ours');
select is(pg_temp.enrolment() -> 'enrolment', 'null', 'nothing is being enrolled');
select is(api.devices('core', '{}') #> '{data,enrol}', 'null', 'nor does the bench hear of any');
select is(pg_temp.call('enrol_open', 'dora', x.args::jsonb) ->> 'code', x.code, 'refused: ' || x.args) from (values ('{}', 'enrol_not_here'), ('{"identity": 7}', 'enrol_not_here'),
	('{"identity": "usb:0a5f:0166:P"}', 'enrol_not_here'), ('{"identity": "usb:0c2e:0a10:B"}', 'enrol_not_here'), ('{"identity": "usb:1111:0001:X"}', 'enrol_no_kind')) x (args, code);
select is((select count(*) from clinic.enrolment), 0::bigint, 'and nothing was opened');

-- ---- open, and not the code yet
select is(pg_temp.call('enrol_open', 'dora', '{"identity": "usb:0c2e:0a10:A"}') ->> 'code', 'enrol_opened', 'an administrator opens it');
select is(api.devices('core', '{}') #>> '{data,enrol,identity}', 'usb:0c2e:0a10:A', 'the bench hears which device');
select matches(pg_temp.text_(), '^E[0-9]{12}[0-9]{6}Qz"=' || chr(29) || 'M$', 'and the text');
select is(pg_temp.enrolment() #>> '{enrolment,code}', pg_temp.text_(), 'which is the one that is shown');
select ok((pg_temp.enrolment() #>> '{enrolment,seconds}')::int between 170 and 180, 'for three minutes');
select is(pg_temp.used(), '{}', 'it is in use nowhere');
select is((select pg_temp.told('{"reading": "case", "says": "it changes letters", "hint": "mend it", "protocol": "telepathy", "settings": 7, "advice": 7, "evidence": 7}') ->> 'title'),
	'Not yet: it changes letters', 'what it sent was not the code');
select is(pg_temp.enrolment() #>> '{enrolment,read,says}' || ', ' || (pg_temp.enrolment() #>> '{enrolment,read,hint}'), 'it changes letters, mend it', 'and the page says so');
select is((select protocol || settings from clinic.enrolment_read), null, 'what makes no sense is not kept');
select is(pg_temp.used(), '{}', 'still nothing is in use');
select is(pg_temp.told('{"protocol": "serial"}') ->> 'code', 'enrol_not_here', 'it can not be what its descriptors do not say');
select is(pg_temp.told('{"protocol": null}') ->> 'code', 'enrol_not_here', 'nor nothing');
select is(pg_temp.told('{"reading": null}') ->> 'code', 'bad_request', 'a reading has a name');
select is(pg_temp.told('{}', 99) ->> 'code', 'bad_request', 'of an enrolment that is none nothing is kept');

-- ---- its code, scanned by another
create temporary table shown as select pg_temp.text_() as text;
select is(pg_temp.scan((select text from shown), 'bench1') ->> 'code', 'enrol_by_another', 'a scanner that is in use enrols nothing');
select is(pg_temp.scan(replace((select text from shown), chr(29), ''), 'bench1') ->> 'code', 'enrol_by_another', 'also one that loses GS');
select is(pg_temp.scan(left((select text from shown), 13), 'ana') ->> 'code', 'enrol_by_another', 'nor does its number typed');

-- ---- enrolled
select is(pg_temp.told() ->> 'code', 'enrolled', 'the code');
select is(pg_temp.used(), array['usb:0c2e:0a10:A keyboard {"has_aim": false, "keyboard": "fr", "terminator": "cr"}'], 'in use, as it was found, with what means something for it');
select is((select s.name from clinic.device d join clinic.station s using (station_id) where d.identity = 'usb:0c2e:0a10:A'), 'Room 2', 'at the station of the page');
select is((select fingerprint from clinic.device where identity = 'usb:0c2e:0a10:A'),
	jsonb_build_object('vendor', '0c2e', 'product', '0a10', 'serial', 'A', 'place', '1-2', 'descriptors', repeat('a1', 32)), 'with what it was then');
select is((select ended || ' ' || o.name || ' ' || d.identity from clinic.enrolment e join clinic.operator o on o.operator_id = e.opened_by join clinic.device d using (device_id)),
	'enrolled Dora Admin usb:0c2e:0a10:A', 'and who did it is kept');
select is(api.devices('core', '{}') #> '{data,enrol}', 'null', 'the bench lets go');
select is(pg_temp.enrolment() #>> '{enrolment,ended}', 'enrolled', 'the page says that it is done');
select is(pg_temp.enrolment() #>> '{scanners,1,device,enrolled_by}' || ' ' || (pg_temp.enrolment() #>> '{scanners,1,device,advice,0,says}'), 'Dora Admin it plays a keyboard', 'by whom, and what could be better');
select is(pg_temp.told() ->> 'code', 'enrol_over', 'a code is good once');
select is((select count(*) from clinic.enrolment_read where reading = 'found'), 4::bigint, 'all that was sent is kept');
select is(pg_temp.scan((select text from shown), t) ->> 'code', 'enrol_code_used', 'used: ' || t) from unnest(array['bench1', 'ana']) t;
select is((select count(*) from clinic.scan where code = 'enrol_code_used'), 2::bigint, 'and stored, as every scan');
select is(pg_temp.scan('E' || substr((select text from shown), 2, 12) || '12345Qz"=M', 'ana') ->> 'code', 'not_ours', 'what only begins like one is none');
select is(pg_temp.call('enrol_cancel', 'dora') ->> 'code', 'enrol_idle', 'there is nothing to cancel');

-- ---- one at a time, and not for ever
select pg_temp.sign_in('Eli Admin', 'room1') is not null \g /dev/null
select is(pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10:A"}') ->> 'code', 'enrol_opened', 'it may be enrolled anew');
select is(pg_temp.used(), '{}', 'and is not in use meanwhile');
select is(pg_temp.call('enrol_cancel', 'eli') ->> 'code', 'enrol_cancelled', 'not after all');
select is(cardinality(pg_temp.used()), 1, 'then it is as before');
select pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10:A"}') is not null \g /dev/null
select pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10:A"}') is not null \g /dev/null
select is((select array_agg(ended order by enrolment_id) from clinic.enrolment), array['enrolled', 'cancelled', 'replaced', null], 'the newest counts');
select isnt((select max(code) from clinic.enrolment), (select text from shown), 'each has a code of its own');
update clinic.enrolment set station_id = (select station_id from clinic.station where name = 'Room 2') where ended_at is null;
select is(pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10:A"}') ->> 'title', 'A scanner is being enrolled at Room 2', 'at one station at a time');
select is(pg_temp.call('enrol_cancel', 'eli') ->> 'code', 'enrol_idle', 'another station''s is not cancelled here');
update clinic.enrolment set expires_at = clock_timestamp() where ended_at is null;
select is(api.devices('core', '{}') #> '{data,enrol}', 'null', 'its time is over');
select is(cardinality(pg_temp.used()), 1, 'and the scanner is what it was');
select is(pg_temp.told() ->> 'code', 'enrol_over', 'what is read then is too late');
select is(pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10:A"}') ->> 'code', 'enrol_opened', 'another may begin');
select is((select array_agg(ended order by enrolment_id) from clinic.enrolment), array['enrolled', 'cancelled', 'replaced', 'expired', null], 'the one before has expired');
select is(pg_temp.found(), 'ok', 'it is pulled out');
select is(pg_temp.told() ->> 'code', 'enrol_not_here', 'what is not there is not enrolled');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A')), 'ok', 'and put back');
select is(pg_temp.told('{"protocol": "hid_pos", "advice": []}') ->> 'title', 'Maker M1 belongs to Room 1 now', 'it goes to the other station');
select is(pg_temp.used(), array['usb:0c2e:0a10:A hid_pos {}'], 'as it is set up now');

-- ---- here: listened to
select is(pg_temp.here('usb:0c2e:0a10:A'), 'device_opening', 'enrolled and plugged in, but nobody listens to it yet');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A', '{"used": true}')), 'ok', 'claimed');
select is(pg_temp.here('usb:0c2e:0a10:A'), 'here', 'it is here');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A', '{"problem": "is held by another program"}')), 'ok', 'the claim is refused');
select is(pg_temp.here('usb:0c2e:0a10:A'), 'device_deaf', 'it is plugged in, and not here');
select is((select d -> 'trouble' from jsonb_array_elements(api.me('room1', '{}') #> '{data,devices}') d where d ->> 'transport' = 'usb'),
	'{"code": "device_deaf", "title": "Maker M1 is plugged in, and not used", "do": "is held by another program"}', 'its station is told why');
select is(pg_temp.found(), 'ok', 'pulled out');
select is(pg_temp.here('usb:0c2e:0a10:A'), 'device_not_plugged', 'not plugged in');
select is((select d -> 'trouble' from jsonb_array_elements(api.me('room1', '{}') #> '{data,devices}') d where d ->> 'transport' = 'usb'), 'null', 'is no trouble to tell the station');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A'), pg_temp.one('usb:0c2e:0a10:B')), 'ok', 'back, with one of nobody');
select is(pg_temp.here('usb:0c2e:0a10:B'), 'no device', 'which is not listened to, and need not be');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A')), 'ok', 'as before');

-- ---- drift
select is(pg_temp.drift('usb:0c2e:0a10:A'), null, 'it is what it was');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A', '{"path": "1-3"}')), 'ok', 'in another socket');
select is(pg_temp.drift('usb:0c2e:0a10:A') || cardinality(pg_temp.used()), 'scanner_moved1', 'is told, and used');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A', jsonb_build_object('descriptors', repeat('b2', 32)))), 'ok', 'with other interfaces');
select is(pg_temp.drift('usb:0c2e:0a10:A'), 'scanner_changed', 'is told');
select is(pg_temp.held(), array['usb:0c2e:0a10:A ' || repeat('a1', 32)], 'and the bench has it still, with what was enrolled, to hold it');
select is(pg_temp.here('usb:0c2e:0a10:A'), 'scanner_changed', 'and not here, though it is plugged in');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10:A', '{"descriptors": ""}')), 'ok', 'whose descriptors could not be read');
select is(pg_temp.drift('usb:0c2e:0a10:A') || ' ' || cardinality(pg_temp.used()), null, 'nobody knows');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a03:A', '{"path": "1-4", "protocols": "keyboard"}')), 'ok', 'as a keyboard, by a configuration code');
select is(pg_temp.drift('usb:0c2e:0a10:A'), 'scanner_changed', 'is told');
select is(pg_temp.held(), array['usb:0c2e:0a03:A ' || repeat('a1', 32)], 'and the bench has it under the name that it has now, to hold it');
select is((select jsonb_agg(d #> '{trouble,title}') from jsonb_array_elements(api.me('room1', '{}') #> '{data,devices}') d where d ->> 'transport' = 'usb'),
	'["Maker M1 was changed by a configuration code, and is not used"]', 'the station''s page says so');
select is(pg_temp.here('usb:0c2e:0a10:A'), 'scanner_changed', 'nor is it only unplugged');
select is(pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a03:A"}') ->> 'code', 'enrol_opened', 'it is enrolled again');
select is(pg_temp.held(), '{}', 'and held no more meanwhile');
select is(pg_temp.told() ->> 'code', 'enrolled', 'as what it is now');
select is((select array_agg(identity || active order by identity) from clinic.device where transport = 'usb'), array['usb:0c2e:0a03:Atrue', 'usb:0c2e:0a10:Afalse'], 'what it was called before is used no more');
select is(cardinality(pg_temp.used()), 1, 'in use again');
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10@1-4', '{"serial": "", "path": "1-4"}')), 'ok', 'another one, without a serial number, in its place');
select is(pg_temp.drift('usb:0c2e:0a03:A'), null, 'is not the same one');
select is((select count(*) from clinic.enrolment where ended = 'enrolled'), 3::bigint, 'three were enrolled in all');

-- ---- what nobody sees without saying something to it: that it waits for ACK
select is(pg_temp.found(pg_temp.one('usb:0c2e:0a10@1-4', '{"serial": "", "path": "1-4", "protocols": "serial ssi"}')), 'ok', 'it is on a line now');
select is(clinic.device_assign(jsonb_build_object('identity', 'usb:0c2e:0a10@1-4', 'protocol', 'serial', 'ack', 'yes',
	'station', (select s.code from clinic.station s where s.name = 'Room 1'))) -> 'settings', '{"has_ack": true}', 'and waits for ACK, a person says');
select pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10@1-4"}') is not null \g /dev/null
select is(pg_temp.told('{"protocol": "serial"}') ->> 'code', 'enrolled', 'then it is enrolled');
select is((select settings from clinic.device where identity = 'usb:0c2e:0a10@1-4'),
	'{"has_ack": true, "has_aim": false, "terminator": "cr", "maker": "opticon"}', 'and does so still');
select is(clinic.device_assign(jsonb_build_object('identity', 'usb:0c2e:0a10@1-4', 'protocol', 'serial', 'maker', 'honeywell_host',
	'station', (select s.code from clinic.station s where s.name = 'Room 1'))) -> 'settings' ->> 'maker', 'honeywell_host', 'its host answers each scan, a person says');
select pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10@1-4"}') is not null \g /dev/null
select is(pg_temp.told('{"protocol": "serial"}') ->> 'code', 'enrolled', 'once more');
select is((select settings ->> 'maker' from clinic.device where identity = 'usb:0c2e:0a10@1-4'), 'honeywell_host', 'and the commands that a person said it takes');
select pg_temp.call('enrol_open', 'eli', '{"identity": "usb:0c2e:0a10@1-4"}') is not null \g /dev/null
select is(pg_temp.told('{"protocol": "ssi"}') ->> 'code', 'enrolled', 'as packets');
select is((select settings from clinic.device where identity = 'usb:0c2e:0a10@1-4'), '{"has_aim": false}', 'it means nothing');
select * from finish();
