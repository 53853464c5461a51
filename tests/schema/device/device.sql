-- USB devices: found, listed with what would assign them, assigned, released; and what is refused.
\ir ../visit/setup.sql
select plan(173);
create function pg_temp.found(list jsonb) returns jsonb language sql volatile as $$
	select api.devices_found(gen_random_uuid(), 'core', jsonb_build_object('devices', list)) $$;
create function pg_temp.one(identity text, kind text, model text default '', more jsonb default '{}') returns jsonb language sql immutable as $$
	select jsonb_build_object('identity', identity, 'kind', kind, 'maker', 'Maker', 'model', model, 'serial', 's', 'path', '1-2', 'problem', '',
		'assigned', false, 'vendor', '0a5f', 'product', '0166',
		'language', case when kind = 'printer' and identity ~ ':0a5f:' then 'zpl' else '' end) || more $$;
create function pg_temp.assign(identity text, more jsonb default '{}', station text default 'Room 1') returns jsonb language sql volatile as $$
	select clinic.device_assign(jsonb_build_object('identity', identity, 'station',
		(select s.code from clinic.station s where s.name = $3)) || more) $$;
create function pg_temp.error(r jsonb) returns text language sql immutable as $$
	select coalesce(r #>> '{error,code}' || ' ' || (r #>> '{error,message}'), 'none') $$;
create function pg_temp.why(name text) returns text[] language sql stable as $$
	select array_agg(d ->> 'why' order by d ->> 'identity')
	from jsonb_array_elements(clinic.device_list() -> 'stations') s, jsonb_array_elements(s -> 'devices') d
	where s ->> 'name' = why.name and d ->> 'transport' <> 'virtual' $$;
create function pg_temp.listed(name text) returns text[] language sql stable as $$
	select array_agg(concat_ws(' ', d ->> 'identity', coalesce(nullif(d ->> 'language', ''), d ->> 'protocol'), d ->> 'dpi', case (d ->> 'is_here')::boolean when true then 'here' when false then 'away' end, nullif(d ->> 'problem', ''))
		order by d ->> 'identity')
	from jsonb_array_elements(clinic.device_list() -> 'stations') s, jsonb_array_elements(s -> 'devices') d
	where s ->> 'name' = listed.name and d ->> 'transport' <> 'virtual' $$;

-- ---- identities, as daemon/bench/usb/identity.h writes them
select ok(clinic.usb_identity_is_valid(x), 'a device: ' || x) from unnest(array['usb:0a5f:0166:D4J204300521', 'usb:0c2e:0967@1-2', 'usb:0c2e:0967@10-2.3.11',
	'usb:05e0:1200:a%20b%ff', 'usb:05e0:1200:''$(x)', 'usb:05e0:1200:' || repeat('x', 113)]) x;
select ok(not clinic.usb_identity_is_valid(x), 'no device: ' || coalesce(left(x, 40), 'null')) from unnest(array[null, '', 'usb:0a5f:0166', 'usb:0a5f:0166:',
	'usb:0A5F:0166:x', 'usb:a5f:0166:x', 'usb:0a5f:0166:a b', 'usb:0a5f:0166:a%2', 'usb:0a5f:0166:a%GG', 'usb:0a5f:0166:é', 'usb:0a5f:0166@1', 'usb:0a5f:0166@0-1',
	'usb:0a5f:0166@1-2.3.4.5.6.7.8', 'usb:0a5f:0166@1-2.', E'usb:0a5f:0166:x\n', 'virtual:printer:Room 1', 'usb:05e0:1200:' || repeat('x', 114)]) x;

-- ---- found
select is(clinic.device_list() -> 'looked_at', 'null', 'nobody has looked yet');
select is(clinic.device_list() -> 'found', '[]', 'and nothing was found');
select is(pg_temp.found('[]') ->> 'verdict', 'stored', 'nothing is plugged in');
select matches(clinic.device_list() ->> 'looked_at', '^20\d\d-\d\d-\d\dT\d\d:\d\d:\d\dZ$', 'but now somebody looks');
select is(pg_temp.found(jsonb_build_array(pg_temp.one('usb:0a5f:0166:A', 'printer', 'ZTC ZD421-203dpi ZPL'),
	pg_temp.one('usb:0c2e:0967@1-2', 'scanner', 'N5600', '{"problem": "no permission to open it"}'))) #> '{data,devices}', '2', 'two are plugged in');
select is(clinic.device_list() -> 'found', jsonb_build_array(
	jsonb_build_object('identity', 'usb:0a5f:0166:A', 'kind', 'printer', 'maker', 'Maker', 'model', 'ZTC ZD421-203dpi ZPL', 'place', '1-2', 'problem', '',
		'station', (select code from clinic.station where name = 'Room 1'), 'language', 'zpl', 'dpi', 203, 'protocols', '', 'protocol', null),
	jsonb_build_object('identity', 'usb:0c2e:0967@1-2', 'kind', 'scanner', 'maker', 'Maker', 'model', 'N5600', 'place', '1-2', 'problem', 'no permission to open it',
		'station', (select code from clinic.station where name = 'Room 1'), 'language', '', 'dpi', null, 'protocols', '', 'protocol', 'hid_pos')), 'each with where it may belong');
update clinic.device_found set seen_at = '2026-01-01';
select is(pg_temp.found(jsonb_build_array(pg_temp.one('usb:0c2e:0967@1-2', 'scanner', 'N5600'), '7', 'null', '[]', '{}', pg_temp.one('usb:0c2e:0967@1-2', 'printer'),
	pg_temp.one('usb:1:2:3', 'scanner'), pg_temp.one('usb:0a5f:0166:C', 'camera'), pg_temp.one('usb:0a5f:0166:D', 'printer', '', '{"maker": 7, "model": [], "serial": null, "path": {}, "problem": null}')))
	#> '{data,devices}', '2', 'what is no device, and one said twice, is left out');
select is((select array_agg(identity || ' ' || (seen_at = '2026-01-01') || ' ' || problem || maker order by identity) from clinic.device_found),
	array['usb:0a5f:0166:D false 7', 'usb:0c2e:0967@1-2 true Maker'], 'who stayed is seen since then; who left is gone; trouble that is over is');
select is(pg_temp.found((select jsonb_agg(pg_temp.one('usb:0a5f:0166:' || n, 'printer', repeat('m', 500))) from generate_series(1, 300) n)) #> '{data,devices}', '256', 'at most 256');
select is((select max(length(model)) from clinic.device_found), 80, 'of names what fits');
select is(api.devices_found(gen_random_uuid(), 'ana', '{"devices": []}') ->> 'code', 'not_allowed', 'only the core says what is plugged in');
select is((select count(*) from clinic.device_found), 256::bigint, 'and what others say changes nothing');
select is(pg_temp.found('null') #> '{data,devices}', '0', 'nobody looks any more');
select is(clinic.device_list() -> 'looked_at', 'null', 'and that is told');
select is((select count(*) from clinic.device_found), 0::bigint, 'with no device');
select pg_temp.found(jsonb_build_array(pg_temp.one('usb:0a5f:0166:A', 'printer', 'ZTC ZD421-203dpi ZPL'), pg_temp.one('usb:0a5f:0166:B', 'printer', 'GK420d'),
	pg_temp.one('usb:0c2e:0967@1-2', 'scanner', 'N5600'))) is not null \g /dev/null

-- ---- what is refused
update clinic.station set active = false where name = 'Lab bench 2';
select is(pg_temp.error(pg_temp.assign(x.identity, x.args::jsonb, x.station)), x.error, x.error) from (values
	('zebra', '{}', 'Room 1', 'ERR_INVALID ''zebra'' does not name a USB device'),
	('usb:0a5f:0166:A', '{"station": "T900000099955"}', 'Room 1', 'ERR_NOT_FOUND there is no station ''T900000099955'''),
	('usb:0a5f:0166:A', '{}', 'Lab bench 2', 'ERR_CONFLICT station ''' || (select code from clinic.station where name = 'Lab bench 2') || ''' (Lab bench 2) is not in use'),
	('usb:0a5f:0166:Z', '{}', 'Room 1', 'ERR_NOT_FOUND it is not plugged in and was never assigned, so nobody knows what it is'),
	('usb:0a5f:0166:Z', '{"kind": "camera"}', 'Room 1', 'ERR_CONFLICT it is no camera'),
	('usb:0a5f:0166:A', '{"kind": "scanner"}', 'Room 1', 'ERR_CONFLICT it is no scanner'),
	('usb:0a5f:0166:A', '{"language": "epl"}', 'Room 1', 'ERR_INVALID printer language ''epl'' is not known'),
	('usb:0a5f:0166:B', '{}', 'Room 1', 'ERR_INVALID how many dots per inch this printer has is not known'),
	('usb:0a5f:0166:B', '{"dpi": 204}', 'Room 1', 'ERR_INVALID no printer has 204 dots per inch'),
	('usb:0a5f:0166:B', '{"dpi": 203, "width_um": 9000, "height_um": 25400}', 'Room 1', 'ERR_INVALID a label of that size is not printed here'),
	('usb:0c2e:0967@1-2', '{"dpi": 203}', 'Room 1', 'ERR_INVALID a scanner has no language, dots, labels or room group'),
	('usb:0c2e:0967@1-2', '{"shared": true}', 'Room 1', 'ERR_INVALID a scanner has no language, dots, labels or room group')) x (identity, args, station, error);
select is((select count(*) from clinic.device where transport = 'usb'), 0::bigint, 'nothing was assigned');

-- ---- assigned
select pg_temp.assign('usb:0a5f:0166:A') as printer \gset
select is(:'printer'::jsonb - 'station', '{"identity": "usb:0a5f:0166:A", "kind": "printer", "name": "Room 1 printer", "transport": "usb", "shared": false, "language": "zpl", "talks": "unknown", "protocol": null, "settings": null,
	"dpi": 203, "width_um": 50800, "height_um": 25400, "is_here": false, "problem": "", "station_name": "Room 1"}', 'a printer, by what its name says and what is usual');
select is(pg_temp.error(pg_temp.assign('usb:0c2e:0967@1-2', '{"name": "The gun"}')), 'none', 'a scanner');
select is(pg_temp.listed('Room 1'), array['usb:0a5f:0166:A zpl 203 away', 'usb:0c2e:0967@1-2 hid_pos away'], 'both are listed at their station, and neither is used yet');
select is(pg_temp.why('Room 1'), array['plugged in, and not used yet', 'plugged in, and not used yet'], 'which is said');
select pg_temp.found(jsonb_build_array(pg_temp.one('usb:0a5f:0166:A', 'printer', 'ZTC ZD421-203dpi ZPL', '{"used": true}'), pg_temp.one('usb:0a5f:0166:B', 'printer'), pg_temp.one('usb:0c2e:0967@1-2', 'scanner', '', '{"used": true}'))) is not null \g /dev/null
select is(pg_temp.listed('Room 1'), array['usb:0a5f:0166:A zpl 203 here', 'usb:0c2e:0967@1-2 hid_pos here'], 'claimed and listened to they are here');
select is(pg_temp.why('Room 1'), array[null, null], 'and nothing is to be said of them');
select pg_temp.found(jsonb_build_array(pg_temp.one('usb:0a5f:0166:A', 'printer', 'ZTC ZD421-203dpi ZPL', '{"used": "true"}'), pg_temp.one('usb:0a5f:0166:B', 'printer'), pg_temp.one('usb:0c2e:0967@1-2', 'scanner', '', '{"used": 1}'))) is not null \g /dev/null
select is(pg_temp.listed('Room 1'), array['usb:0a5f:0166:A zpl 203 away', 'usb:0c2e:0967@1-2 hid_pos away'], 'only true is yes');
select is(jsonb_path_query_array(clinic.device_list(), '$.found[*].identity'), '["usb:0a5f:0166:B"]', 'and not among those without one');
select is(clinic.device_list() #>> '{found,0,station}', (select code from clinic.station where name = 'Room 2'), 'the next printer is rather for the other room');
select is((select jsonb_agg(d - 'device_id' - 'station_id' order by d -> 'kind') from jsonb_array_elements(api.devices('core', '{}') #> '{data,devices}') d where d ->> 'transport' = 'usb'),
	'[{"kind": "printer", "transport": "usb", "identity": "usb:0a5f:0166:A", "name": "Room 1 printer", "dpi": 203, "language": "zpl", "width_um": 50800, "height_um": 25400, "talks": "unknown", "protocol": null, "settings": null, "descriptors": null},
	{"kind": "scanner", "transport": "usb", "identity": "usb:0c2e:0967@1-2", "name": "The gun", "dpi": null, "language": "", "width_um": null, "height_um": null, "talks": null,
	"protocol": "hid_pos", "settings": {}, "descriptors": null}]', 'and the core gets them');
select is((select name from clinic.device where device_id = clinic.printer_of((select station_id from clinic.station where name = 'Room 1'))), 'Room 1 printer', 'its room has a printer');
select is((select transport from clinic.device where device_id = clinic.printer_of((select station_id from clinic.station where name = 'Room 1'))), 'usb', 'a real one goes before a virtual one');
select is(pg_temp.error(pg_temp.assign('usb:0a5f:0166:A', '{}', 'Room 2')), 'ERR_CONFLICT ''usb:0a5f:0166:A'' is at Room 1', 'it is not taken away from a station in silence');
select is(pg_temp.assign('usb:0a5f:0166:A', '{"dpi": 300, "width_um": 50000, "height_um": 25000, "shared": true, "name": "Corridor"}') - 'station' - 'problem',
	'{"identity": "usb:0a5f:0166:A", "kind": "printer", "name": "Corridor", "transport": "usb", "shared": true, "language": "zpl", "talks": "unknown", "protocol": null, "settings": null,
	"dpi": 300, "width_um": 50000, "height_um": 25000, "is_here": false, "station_name": "Room 1"}', 'assigned again at its station it changes');
select pg_temp.found(jsonb_build_array(pg_temp.one('usb:0c2e:0967@1-2', 'scanner', '', '{"problem": "no permission"}'))) is not null \g /dev/null
select is(pg_temp.listed('Room 1'), array['usb:0a5f:0166:A zpl 300 away', 'usb:0c2e:0967@1-2 hid_pos away no permission'], 'unplugged, and in trouble');
select is(pg_temp.why('Room 1'), array['not plugged in', 'The gun is plugged in, and not used'], 'each says why');
select is((select x ->> 'trouble' from jsonb_array_elements(api.me('ana', '{}') #> '{data,devices}') x where x ->> 'name' = 'The gun')::jsonb,
	'{"code": "device_deaf", "title": "The gun is plugged in, and not used", "do": "no permission"}', 'the station is told of a scanner that nobody listens to');
select is((select x -> 'trouble' from jsonb_array_elements(api.me('ana', '{}') #> '{data,devices}') x where x ->> 'name' = 'Corridor'), 'null', 'not of a printer that is not plugged in');

-- ---- released
select pg_temp.patient('ADAMS', 'Ada', '1980-02-03', array['CBC']) as ada \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('slip', pg_temp.slip(:ada)))) is not null \g /dev/null
select is((select distinct d.identity from clinic.print_job j join clinic.device d using (device_id)), 'usb:0a5f:0166:A', 'a slip waits for that printer');
select is(pg_temp.error(clinic.device_release('usb:0a5f:0166:A')), 'ERR_CONFLICT 1 of its labels are not printed yet', 'what prints is not released');
select is(pg_temp.error(pg_temp.assign('usb:0a5f:0166:A', '{"dpi": 203}')), 'ERR_CONFLICT 1 of its labels are not printed yet', 'nor changed');
select pg_temp.print() \g /dev/null
select is(clinic.device_release('usb:0a5f:0166:A') ->> 'station_name', 'Room 1', 'released');
select is(pg_temp.listed('Room 1'), array['usb:0c2e:0967@1-2 hid_pos away no permission'], 'it is gone from its station');
select is((select transport from clinic.device where device_id = clinic.printer_of((select station_id from clinic.station where name = 'Room 1'))), 'virtual', 'the other one prints');
select is(pg_temp.error(clinic.device_release('usb:0a5f:0166:A')), 'ERR_NOT_FOUND no device ''usb:0a5f:0166:A'' is at any station', 'only once');
select is(pg_temp.assign('usb:0a5f:0166:A', '{}', 'Room 2') - 'station' - 'problem' - 'is_here' - 'why',
	'{"identity": "usb:0a5f:0166:A", "kind": "printer", "name": "Corridor", "transport": "usb", "shared": false, "language": "zpl", "talks": "unknown", "protocol": null, "settings": null,
	"dpi": 300, "width_um": 50000, "height_um": 25000, "station_name": "Room 2"}', 'elsewhere it is the same device, plugged in or not');
select is((select count(*) from clinic.device where identity = 'usb:0a5f:0166:A'), 1::bigint, 'in one row');
select is(pg_temp.error(clinic.device_release('virtual:printer:Room 1')), 'none', 'a virtual device too');
select is(pg_temp.assign('virtual:printer:Room 1') ->> 'transport', 'virtual', 'and it comes back as it was');
select pg_temp.found(jsonb_build_array(pg_temp.one('usb:0c2e:0967@1-2', 'printer'))) is not null \g /dev/null
select is(pg_temp.error(pg_temp.assign('usb:0c2e:0967@1-2')), 'ERR_CONFLICT it was a scanner when it was assigned and is a printer now', 'one name for two things');

-- ---- printers with an address: one spelling, and nothing that is not one printer
select is(clinic.tcp_identity(x.said), x.is_, 'address ' || coalesce(x.said, 'null')) from (values
	('tcp:192.0.2.7', 'tcp:192.0.2.7:9100'), ('tcp:192.0.2.7:9101', 'tcp:192.0.2.7:9101'), ('tcp:127.0.0.1:1024', 'tcp:127.0.0.1:1024'), ('tcp:223.255.255.254:65535', 'tcp:223.255.255.254:65535'),
	('tcp:[2001:DB8:0::7]', 'tcp:[2001:db8::7]:9100'), ('tcp:[::1]:9100', 'tcp:[::1]:9100'), ('tcp:[fd00:0:0:0:0:0:0:1]:9100', 'tcp:[fd00::1]:9100'),
	('192.0.2.7', null), ('tcp:', null), ('tcp:printer.example', null), ('tcp:localhost:9100', null), ('tcp:192.0.2', null), ('tcp:192.0.2.256', null), ('tcp:192.0.2.07', null),
	('tcp:192.0.2.7:515', null), ('tcp:192.0.2.7:1023', null), ('tcp:192.0.2.7:65536', null), ('tcp:192.0.2.7:09100', null), ('tcp:192.0.2.7/24', null), ('tcp:192.0.2.7 ', null),
	('tcp:0.0.0.0', null), ('tcp:0.1.2.3', null), ('tcp:224.0.0.1', null), ('tcp:240.0.0.1', null), ('tcp:255.255.255.255', null), ('tcp:[192.0.2.7]', null), ('tcp:2001:db8::7', null),
	('tcp:[::]', null), ('tcp:[fe80::1]', null), ('tcp:[ff02::1]', null), ('tcp:[::ffff:c000:0207]', null), ('tcp:[::c000:0207]', null), ('tcp:[1:2:3]', null), ('tcp:[:::]', null),
	('', null), (null, null)) x (said, is_);
select is(pg_temp.error(pg_temp.assign('tcp:printer.example', '{"language": "zpl", "dpi": 203}')), 'ERR_INVALID ''tcp:printer.example'' is no printer''s address', 'a name is refused');
select is(pg_temp.error(pg_temp.assign('tcp:192.0.2.7')), 'ERR_INVALID which language this printer speaks is not known', 'its language is said, nothing is asked of it before');
select is(pg_temp.error(pg_temp.assign('tcp:192.0.2.7', '{"kind": "scanner"}')), 'ERR_CONFLICT it is no scanner', 'scanners have no address');
select is(pg_temp.assign('tcp:192.0.2.7', '{"language": "zpl", "dpi": 203}') - 'station' - 'problem' - 'why', '{"identity": "tcp:192.0.2.7:9100", "kind": "printer", "name": "Room 1 printer", "transport": "tcp",
	"shared": false, "language": "zpl", "talks": "unknown", "protocol": null, "settings": null, "dpi": 203, "width_um": 50800, "height_um": 25400, "is_here": null, "station_name": "Room 1"}', 'assigned by its address');
select is(pg_temp.error(pg_temp.assign('tcp:192.0.2.7:9100', '{}', 'Room 2')), 'ERR_CONFLICT ''tcp:192.0.2.7:9100'' is at Room 1', 'one printer, however it is spelt');
select is(pg_temp.assign('tcp:192.0.2.7:9100', '{"dpi": 300}') -> 'dpi', '300', 'assigned again it changes');
select is((select count(*) from clinic.device where transport = 'tcp'), 1::bigint, 'in one row');
select is((select array_agg(d ->> 'identity') from jsonb_array_elements(api.devices('core', '{}') #> '{data,devices}') d where d ->> 'transport' = 'tcp'), array['tcp:192.0.2.7:9100'], 'and the core gets it');
select is(clinic.device_release('tcp:192.0.2.7') ->> 'station_name', 'Room 1', 'released, as it was said');
select is(pg_temp.error(clinic.device_release('tcp:192.0.2.7')), 'ERR_NOT_FOUND no device ''tcp:192.0.2.7'' is at any station', 'only once');

-- ---- languages: all that are spoken here, and no other
select is((select array_agg(language || coalesce(' ' || dpi, '') order by language) from clinic.printer_languages()),
	array['brother 300', 'brother-wide 300', 'dymo 300', 'epl2', 'tspl', 'tspl2', 'zpl', 'zpl-ascii'], 'the languages');
select is(pg_temp.error(pg_temp.assign('usb:1203:0001:' || l.language, jsonb_build_object('kind', 'printer', 'language', l.language, 'dpi', coalesce(l.dpi, 203)))),
	'none', 'assigned with ' || l.language) from clinic.printer_languages() l order by l.language;
select is((select array_agg(language order by language) from clinic.device where identity like 'usb:1203:0001:%'),
	(select array_agg(language order by language) from clinic.printer_languages()), 'each as it was said');
select is(pg_temp.assign('usb:1203:0002:x', '{"kind": "printer", "language": "pcl", "dpi": 203}'),
	'{"error": {"code": "ERR_INVALID", "message": "printer language ''pcl'' is not known", "hint": "these are: zpl, zpl-ascii, epl2, tspl, tspl2, brother, brother-wide, dymo"}}',
	'what nobody speaks is refused with the list');
select is(pg_temp.error(pg_temp.assign('usb:1203:0002:x', '{"kind": "printer", "language": "null", "dpi": 203}')), 'ERR_INVALID printer language ''null'' is not known',
	'nor the one for tests');
select is(pg_temp.error(pg_temp.assign('usb:1203:0002:x', '{"kind": "printer", "dpi": 203}')), 'ERR_INVALID which language this printer speaks is not known', 'nothing is guessed');
select is(pg_temp.assign('usb:1203:0002:x', '{"kind": "printer", "dpi": 203}') #>> '{error,hint}',
	'say --language, as its manual does: zpl, zpl-ascii, epl2, tspl, tspl2, brother, brother-wide, dymo', 'and the choice is said');
select is(pg_temp.error(pg_temp.assign('usb:04f9:0001:x', '{"kind": "printer", "language": "brother", "dpi": 203}')),
	'ERR_INVALID a printer of language ''brother'' has 300 dots per inch', 'dots that no such printer has');
select is(pg_temp.assign('usb:04f9:0001:x', '{"kind": "printer", "language": "brother"}') -> 'dpi', '300', 'and they need not be said');
-- what the bench suggests
select pg_temp.found(jsonb_build_array(pg_temp.one('usb:1203:0003:a', 'printer', '', '{"language": "tspl"}'), pg_temp.one('usb:04f9:2042:b', 'printer', 'QL-700', '{"language": "brother"}'),
	pg_temp.one('usb:0922:0028:c', 'printer', 'LabelWriter 550', '{"language": "none", "problem": "a protocol of its own"}'), pg_temp.one('usb:04b8:0001:d', 'printer', '', '{"language": "escp"}'),
	pg_temp.one('usb:04b8:0001:e', 'printer', '', '{"language": 7}'))) is not null \g /dev/null
select is(jsonb_path_query_array(clinic.device_list(), '$.found[*].language'), '["", "", "brother", "none", "tspl"]', 'a language is suggested, or none is known');
select is(jsonb_path_query_array(clinic.device_list(), '$.found[*].dpi'), '[null, null, 300, null, null]', 'with the dots that it always has');
select is(pg_temp.assign('usb:1203:0003:a', '{"dpi": 203}') ->> 'language', 'tspl', 'what is suggested holds when nothing is said');
select is(pg_temp.assign('usb:1203:0003:a', '{"language": "tspl2"}') ->> 'language', 'tspl2', 'and a person knows better');
select is(pg_temp.assign('usb:0922:0028:c', '{"language": "dymo"}'), '{"error": {"code": "ERR_CONFLICT", "message": "this printer can not be used", "hint": "a protocol of its own"}}',
	'but not of a printer that speaks nothing known here');

-- ---- how a printer talks: every transition
create function pg_temp.told(to_ text, more jsonb default '{}', token text default 'core') returns text language sql volatile as $$
	select concat_ws(' ', r ->> 'verdict', r ->> 'code', (select d.talks from clinic.device d where d.identity = 'usb:1203:0003:a'))
	from api.device_talks(gen_random_uuid(), token, (select jsonb_build_object('device_id', d.device_id, 'identity', d.identity, 'language', d.language, 'talks', to_)
		from clinic.device d where d.identity = 'usb:1203:0003:a') || more) r $$;
create function pg_temp.would_talk(was text, to_ text) returns text language plpgsql as $$
declare
	r text;
begin
	begin
		update clinic.device set talks = was where identity = 'usb:1203:0003:a';
		r := pg_temp.told(to_);
		r := split_part(r, ' ', 1) || ' ' || split_part(r, ' ', 2) || ' ' || (select talks from clinic.device where identity = 'usb:1203:0003:a');
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return r;
	end;
end $$;
select is(pg_temp.would_talk(x.was, x.to_), x.said, x.was || ' told to be ' || x.to_) from (values
	('unknown', 'answers', 'stored ok answers'), ('unknown', 'one_way', 'stored ok one_way'), ('unknown', 'unknown', 'question bad_request unknown'),
	('one_way', 'answers', 'stored ok answers'), ('one_way', 'one_way', 'repeat ok one_way'), ('one_way', 'unknown', 'question bad_request one_way'),
	('answers', 'answers', 'repeat ok answers'), ('answers', 'one_way', 'question device_talks_move answers'), ('answers', 'unknown', 'question bad_request answers'))
	x (was, to_, said);
select is(pg_temp.told('one_way', '{}', 'ana'), 'question not_allowed unknown', 'only the core says it');
select is(pg_temp.told('one_way', x::jsonb), 'question bad_request unknown', 'of another device than it is now: ' || x)
	from unnest(array['{"language": "tspl"}', '{"identity": "usb:1203:0003:b"}', '{"device_id": 0}', '{"talks": "deaf"}', '{"talks": null}', '{"language": null}']) x;
select pg_temp.told('one_way') \g /dev/null
select is((select talks from clinic.device where identity = 'usb:1203:0003:a'), 'one_way', 'one-way');
select is(pg_temp.assign('usb:1203:0003:a', '{"width_um": 50000}') ->> 'talks', 'one_way', 'other labels do not change how it talks');
select is(pg_temp.assign('usb:1203:0003:a', '{"language": "zpl"}') ->> 'talks', 'unknown', 'another language begins anew');
select pg_temp.told('answers') \g /dev/null
select clinic.device_release('usb:1203:0003:a') is not null \g /dev/null
select is(pg_temp.told('answers'), 'question bad_request answers', 'what was released says nothing');
select is(pg_temp.assign('usb:1203:0003:a') ->> 'talks', 'unknown', 'brought back it begins anew, too');
select is((select talks from clinic.device where identity like 'usb:1203:0001:zpl'), 'unknown', 'no other printer was meant');
select is(api.device_talks(gen_random_uuid(), 'core', (select jsonb_build_object('device_id', device_id, 'identity', identity, 'language', language, 'talks', 'answers')
	from clinic.device where kind = 'scanner' and active limit 1)) ->> 'code', 'bad_request', 'a scanner is no printer');

-- ---- an older database: what was printed to has answered
alter table clinic.device drop column talks;
alter table clinic.device_found drop column language;
\ir ../../../schema/0024_device_talks.sql
select is((select array_agg(identity order by identity) from clinic.device where talks = 'answers'), (select array_agg(distinct d.identity order by d.identity)
	from clinic.print_job j join clinic.device d using (device_id) where j.state = 'printed'), 'a printer that got bytes had answered');
select is((select array_agg(distinct talks) from clinic.device where kind = 'scanner' or not exists (select from clinic.print_job j where j.device_id = device.device_id)),
	array['unknown'], 'of all others nobody knows');
select * from finish();
