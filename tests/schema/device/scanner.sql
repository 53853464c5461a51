-- How scanners talk: assigned with a protocol and settings that go with it; what is possible, what is usual, and what is refused.
\ir ../clinic/setup.sql
select plan(63);
create function pg_temp.found(identity text, protocols text, kind text default 'scanner') returns text language plpgsql volatile as $$
declare
	code text := api.devices_found(gen_random_uuid(), 'core', jsonb_build_object('devices', jsonb_build_array(jsonb_build_object('identity', identity, 'kind', kind,
		'maker', 'Maker', 'model', 'M', 'serial', 's', 'path', '1-2', 'problem', '', 'protocols', protocols)))) ->> 'code';
begin
	return code || coalesce(' ' || nullif((select f.protocols from clinic.device_found f), ''), '');
end $$;
create function pg_temp.assign(identity text, more jsonb default '{}') returns jsonb language sql volatile as $$
	select clinic.device_assign(jsonb_build_object('identity', identity, 'station', (select s.code from clinic.station s where s.name = 'Room 1')) || more) $$;
create function pg_temp.said(r jsonb) returns text language sql immutable as $$
	select coalesce(r #>> '{error,code}' || ' ' || (r #>> '{error,message}') || ' / ' || (r #>> '{error,hint}'),
		(r ->> 'protocol') || ' ' || (r -> 'settings')) $$;

-- ---- what is plugged in, and what need not be said
select is(pg_temp.found('usb:05e0:1701:A', x.said), x.kept, 'kept of: ' || coalesce(x.said, 'null')) from (values
	('hid_pos keyboard', 'ok hid_pos keyboard'), ('serial telepathy ssi', 'ok serial ssi'), ('', 'ok'), (null, 'ok'), ('telepathy', 'ok')) x (said, kept);
select is(pg_temp.found('usb:05e0:1701:A', 'serial', 'printer'), 'ok', 'a printer talks otherwise');
select is(clinic.scanner_protocol_usual(x.possible), x.usual, 'usual of: ' || x.possible) from (values
	('hid_pos keyboard', 'hid_pos'), ('snapi hid_pos', 'hid_pos'), ('', 'hid_pos'), ('keyboard', null), ('simple_com', 'simple_com'), ('serial ssi', null)) x (possible, usual);
select is(pg_temp.found('usb:05e0:1701:A', 'serial ssi dechdr opc'), 'ok serial ssi dechdr opc', 'a scanner on a line');
select is(clinic.device_list() -> 'found' -> 0 ->> 'protocols', 'serial ssi dechdr opc', 'what it may talk is listed');
select is(clinic.device_list() -> 'found' -> 0 -> 'protocol', 'null', 'and nothing is guessed');

-- ---- refused, with what to do
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', x.args::jsonb)), x.said, x.args) from (values
	('{}', 'ERR_INVALID how this scanner talks is not known / say --protocol, as it is set up: serial, ssi, dechdr, opc'),
	('{"protocol": "telepathy"}', 'ERR_INVALID scanner protocol ''telepathy'' is not known / these are: hid_pos, keyboard, serial, simple_com, ssi, snapi, dechdr, opc'),
	('{"protocol": "hid_pos"}', 'ERR_CONFLICT as it is set up now it can not talk hid_pos / it can: serial, ssi, dechdr, opc; its manual has the code that sets it up otherwise'),
	('{"protocol": "serial", "keyboard": "de"}', 'ERR_INVALID a scanner that talks serial is not set to any keyboard / leave --keyboard out'),
	('{"protocol": "ssi", "terminator": "cr"}', 'ERR_INVALID a scanner that talks ssi is not set to any terminator / leave --terminator out'),
	('{"protocol": "dechdr", "aim": "yes"}', 'ERR_INVALID a scanner that talks dechdr is not set to any has_aim / leave --aim out'),
	('{"protocol": "opc", "maker": "opticon"}', 'ERR_INVALID a scanner that talks opc is not set to any maker / leave --maker out'),
	('{"protocol": "serial", "terminator": "crlf"}', 'ERR_INVALID terminator ''crlf'' is not known / these are: cr, lf, cr_lf, tab, etx, none'),
	('{"protocol": "serial", "maker": "acme"}', 'ERR_INVALID maker ''acme'' is not known / these are: other, datalogic, honeywell, opticon, honeywell_host, newland, cipherlab'),
	('{"protocol": "serial", "aim": "perhaps"}', 'ERR_INVALID a scanner sends AIM identifiers or it does not / --aim yes or --aim no'),
	('{"protocol": "serial", "ack": "06"}', 'ERR_INVALID a scanner waits for ACK or it does not / --ack yes or --ack no'),
	('{"protocol": "serial", "baud": "300"}', 'ERR_INVALID baud ''300'' is not known / these are: 1200, 2400, 4800, 9600, 19200, 38400, 57600, 115200'),
	('{"protocol": "dechdr", "format": "9x2"}', 'ERR_INVALID format ''9x2'' is not known / these are: 8n1, 8e1, 8o1, 7e1, 7o1'),
	('{"protocol": "ssi", "ack": "yes"}', 'ERR_INVALID a scanner that talks ssi is not set to any has_ack / leave --ack out')) x (args, said);
select is((select count(*) from clinic.device where transport = 'usb'), 0::bigint, 'nothing was assigned');
select is(pg_temp.said(pg_temp.assign('usb:0a5f:0166:P', '{"kind": "printer", "language": "zpl", "dpi": 203, "protocol": "serial"}')),
	'ERR_INVALID a printer has no protocol of a scanner / --protocol, --keyboard, --terminator, --maker, --aim, --ack, --baud and --format are for scanners', 'printers talk otherwise');

-- ---- assigned
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', '{"protocol": "serial", "terminator": "cr_lf", "maker": "datalogic", "aim": "yes"}')),
	'serial {"maker": "datalogic", "has_aim": true, "terminator": "cr_lf"}', 'as it was said');
select is((select jsonb_agg(jsonb_build_object('p', d -> 'protocol', 's', d -> 'settings', 'l', d -> 'language')) from jsonb_array_elements(api.devices('core', '{}') #> '{data,devices}') d
	where d ->> 'transport' = 'usb'), '[{"p": "serial", "s": {"maker": "datalogic", "has_aim": true, "terminator": "cr_lf"}, "l": ""}]', 'and the core gets it');
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', '{"terminator": "tab", "aim": "no"}')), 'serial {"maker": "datalogic", "has_aim": false, "terminator": "tab"}',
	'what was said before holds');
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', '{"ack": "yes"}')), 'serial {"maker": "datalogic", "has_ack": true, "has_aim": false, "terminator": "tab"}',
	'it waits for ACK');
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', '{"baud": "19200", "format": "7e1"}')) like 'serial {"baud": "19200", %"format": "7e1"%', true, 'as fast as its line');
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', '{"baud": "9600", "format": "8n1"}')) like 'serial {"baud": "9600", %"format": "8n1"%', true, 'and otherwise again');
update clinic.device set settings = settings - 'baud' - 'format' where identity = 'usb:05e0:1701:A';
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A', '{"protocol": "ssi"}')), 'ssi {"has_aim": false}', 'but not what means nothing with another protocol');
select is(pg_temp.said(clinic.device_release('usb:05e0:1701:A')), 'ssi {"has_aim": false}', 'released');
select is(pg_temp.said(pg_temp.assign('usb:05e0:1701:A')), 'ssi {"has_aim": false}', 'and brought back as it was');

-- ---- a keyboard, which may be a person's
select is(pg_temp.found('usb:0581:020c@1-3', 'keyboard'), 'ok keyboard', 'a keyboard is plugged in');
select is(pg_temp.said(pg_temp.assign('usb:0581:020c@1-3')), 'ERR_INVALID it is a keyboard, perhaps a person''s / if it is a scanner, set it to USB HID POS by the code in its manual '
	'and plug it in again; else say --protocol keyboard', 'it is never assigned by itself');
select is(pg_temp.said(pg_temp.assign('usb:0581:020c@1-3', '{"protocol": "keyboard", "terminator": "etx"}')), 'ERR_INVALID a keyboard has no key for ETX / these are: cr, lf, cr_lf, tab, none', 'what no key is');
select is(pg_temp.said(pg_temp.assign('usb:0581:020c@1-3', '{"protocol": "keyboard", "keyboard": "xx"}')), 'ERR_INVALID keyboard ''xx'' is not known / these are: us, uk, de, fr, be, es, cz, jp', 'a country without a layout');
select is(pg_temp.said(pg_temp.assign('usb:0581:020c@1-3', '{"protocol": "keyboard", "keyboard": "de"}')), 'keyboard {"keyboard": "de"}', 'a scanner that plays a German one');
select is(pg_temp.found('usb:0581:020c@1-3', 'hid_pos'), 'ok hid_pos', 'set up otherwise it comes again');
select is(pg_temp.said(pg_temp.assign('usb:0581:020c@1-3')), 'ERR_CONFLICT as it is set up now it can not talk keyboard / it can: hid_pos; its manual has the code that sets it up otherwise', 'what it was does not fit');
select is(pg_temp.said(pg_temp.assign('usb:0581:020c@1-3', '{"protocol": "hid_pos"}')), 'hid_pos {}', 'what it is does');

-- ---- what is not plugged in
select is(pg_temp.said(pg_temp.assign('usb:0c2e:0b6a:B', '{"kind": "scanner", "protocol": "dechdr"}')), 'dechdr {}', 'a person knows');
select is(pg_temp.said(pg_temp.assign('usb:0c2e:0967:C', '{"kind": "scanner"}')), 'hid_pos {}', 'or it is the usual one');

-- ---- what no row may say, whoever writes it
create function pg_temp.would(protocol text, settings jsonb) returns text language plpgsql as $$
begin
	update clinic.device d set protocol = would.protocol, settings = would.settings where d.identity = 'usb:0c2e:0967:C';
	return 'yes';
exception when check_violation then
	return 'no';
end $$;
select is(pg_temp.would(x.protocol, x.settings::jsonb), x.may, x.protocol || ' ' || x.settings) from (values
	('wedge', '{}', 'no'), ('serial', '[]', 'no'), ('serial', '{"volume": 3}', 'no'), ('serial', '{"terminator": null}', 'no'),
	('serial', '{"terminator": "CR"}', 'no'), ('serial', '{"has_aim": "yes"}', 'no'), ('serial', '{"has_ack": "yes"}', 'no'), ('serial', '{"maker": 1}', 'no'), ('keyboard', '{"keyboard": "xx"}', 'no'),
	('keyboard', '{"terminator": "etx"}', 'no'), ('serial', '{"terminator": "etx", "has_aim": true, "maker": "other", "has_ack": true}', 'yes')) x (protocol, settings, may);
select is((select array_agg(w order by w) from clinic.scanner_setting_words() s, unnest(s.words) w
	where pg_temp.would('serial', jsonb_build_object(s.setting, w)) = 'no'), null, 'every word that is known may be written');
select is((select array_agg(p.protocol) from clinic.scanner_protocols() p where pg_temp.would(p.protocol, '{}') = 'no'), null, 'and every protocol');
