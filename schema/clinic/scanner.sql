-- How scanners talk: the protocols that are spoken here and what each can be set to, as somebody says it when a scanner is
-- assigned. tests/scanners/test_driver.c holds both lists together with scanners/driver.c.

-- settings: those that mean something with it.
create or replace function clinic.scanner_protocols() returns table (protocol text, settings text[])
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	values ('hid_pos', '{}'::text[]), ('keyboard', '{keyboard,terminator,has_aim}'), ('serial', '{terminator,maker,has_aim,has_ack,baud,format}'),
		('simple_com', '{terminator,has_aim}'), ('ssi', '{has_aim,baud,format}'), ('snapi', '{has_aim}'), ('dechdr', '{baud,format}'), ('opc', '{baud,format}');
$$;

create or replace function clinic.scanner_setting_words() returns table (setting text, words text[])
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	values ('keyboard', '{us,uk,de,fr,be,es,cz,jp}'::text[]), ('terminator', '{cr,lf,cr_lf,tab,etx,none}'),
		('maker', '{other,datalogic,honeywell,opticon,honeywell_host,newland,cipherlab}'),
		('baud', '{1200,2400,4800,9600,19200,38400,57600,115200}'), ('format', '{8n1,8e1,8o1,7e1,7o1}');
$$;

create or replace function clinic.scanner_protocols_words() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select string_agg(p.protocol, ', ' order by p.n) from clinic.scanner_protocols() with ordinality p (protocol, settings, n);
$$;

-- Those of a text with blanks between that are known here.
create or replace function clinic.scanner_protocols_of(said text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(string_agg(w, ' ' order by n), '') from unnest(string_to_array(said, ' ')) with ordinality s (w, n)
	where w in (select p.protocol from clinic.scanner_protocols() p);
$$;

-- What a person need not say: HID POS wherever it may be that, else what alone it can be; never a keyboard, which may be somebody's.
create or replace function clinic.scanner_protocol_usual(protocols text) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case when protocols = '' or 'hid_pos' = any(string_to_array(protocols, ' ')) then 'hid_pos'
		when strpos(protocols, ' ') = 0 and protocols <> 'keyboard' then protocols end;
$$;

-- The settings that args say, as they are kept: keyboard, terminator, maker, baud, format as they are; aim and ack are yes or no.
create or replace function clinic.scanner_settings_said(args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_strip_nulls(jsonb_build_object('keyboard', clinic.arg(args, 'keyboard'), 'terminator', clinic.arg(args, 'terminator'),
		'maker', clinic.arg(args, 'maker'), 'baud', clinic.arg(args, 'baud'), 'format', clinic.arg(args, 'format'), 'has_aim', case clinic.arg(args, 'aim') when 'yes' then true when 'no' then false end,
		'has_ack', case clinic.arg(args, 'ack') when 'yes' then true when 'no' then false end));
$$;

-- What is wrong with the settings that are said for this protocol; null: nothing.
create or replace function clinic.scanner_settings_refusal(protocol text, args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(
		(select clinic.device_refused('ERR_INVALID', format('a scanner that talks %s is not set to any %s', $1, s.setting),
			'leave --' || regexp_replace(s.setting, '^has_', '') || ' out')
			from jsonb_object_keys(clinic.scanner_settings_said(args)) s (setting), clinic.scanner_protocols() p
			where p.protocol = $1 and s.setting <> all(p.settings) order by s.setting limit 1),
		(select clinic.device_refused('ERR_INVALID', format('%s ''%s'' is not known', w.setting, left(clinic.arg(args, w.setting), 40)),
			'these are: ' || array_to_string(w.words, ', '))
			from clinic.scanner_setting_words() w where clinic.arg(args, w.setting) <> all(w.words) order by w.setting limit 1),
		case when clinic.arg(args, 'aim') not in ('yes', 'no') then
			clinic.device_refused('ERR_INVALID', 'a scanner sends AIM identifiers or it does not', '--aim yes or --aim no')
		when clinic.arg(args, 'ack') not in ('yes', 'no') then
			clinic.device_refused('ERR_INVALID', 'a scanner waits for ACK or it does not', '--ack yes or --ack no')
		when $1 = 'keyboard' and clinic.arg(args, 'terminator') = 'etx' then
			clinic.device_refused('ERR_INVALID', 'a keyboard has no key for ETX', 'these are: cr, lf, cr_lf, tab, none') end);
$$;

-- The protocol and the settings as they shall be, or what is wrong with them. What was said before holds where nothing is said now,
-- as far as it means something with the protocol.
create or replace function clinic.scanner_wanted(args jsonb, d clinic.device, seen clinic.device_found) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	possible text := coalesce(seen.protocols, '');
	spoken text := coalesce(clinic.arg(args, 'protocol'), d.protocol, clinic.scanner_protocol_usual(possible));
	kept text[] := (select p.settings from clinic.scanner_protocols() p where p.protocol = spoken);
begin
	return case
		when spoken is null and possible = 'keyboard' then
			clinic.device_refused('ERR_INVALID', 'it is a keyboard, perhaps a person''s',
				'if it is a scanner, set it to USB HID POS by the code in its manual and plug it in again; else say --protocol keyboard')
		when spoken is null then
			clinic.device_refused('ERR_INVALID', 'how this scanner talks is not known',
				'say --protocol, as it is set up: ' || replace(possible, ' ', ', '))
		when kept is null then
			clinic.device_refused('ERR_INVALID', format('scanner protocol ''%s'' is not known', left(spoken, 40)),
				'these are: ' || clinic.scanner_protocols_words())
		when possible <> '' and spoken <> all(string_to_array(possible, ' ')) then
			clinic.device_refused('ERR_CONFLICT', format('as it is set up now it can not talk %s', spoken),
				'it can: ' || replace(possible, ' ', ', ') || '; its manual has the code that sets it up otherwise')
		else coalesce(clinic.scanner_settings_refusal(spoken, args), jsonb_build_object('kind', 'scanner', 'protocol', spoken, 'settings',
			(select coalesce(jsonb_object_agg(e.key, e.value), '{}')
				from jsonb_each(coalesce(d.settings, '{}') || clinic.scanner_settings_said(args)) e
				where e.key = any(kept) and not (spoken = 'keyboard' and e.value = '"etx"')))) end;
end $$;
