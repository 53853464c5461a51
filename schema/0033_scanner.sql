-- How a scanner talks and how it is set up (scanners/driver.h); what a device that is plugged in could be set to.
alter table clinic.device
	add column protocol text not null default 'hid_pos', -- a scanner's; nothing is meant by it of a printer
	add column settings jsonb not null default '{}',     -- a scanner's: keyboard, terminator, maker, has_aim; missing: as usual
	add constraint device_protocol_check check (protocol in ('hid_pos', 'keyboard', 'serial', 'simple_com', 'ssi', 'snapi', 'dechdr', 'opc')),
	add constraint device_settings_check check (jsonb_typeof(settings) = 'object'
		and settings - array['keyboard', 'terminator', 'maker', 'has_aim'] = '{}'
		and coalesce(settings -> 'keyboard', '"us"') in ('"us"', '"uk"', '"de"', '"fr"', '"be"', '"es"', '"cz"', '"jp"')
		and coalesce(settings -> 'terminator', '"cr"') in ('"cr"', '"lf"', '"cr_lf"', '"tab"', '"etx"', '"none"')
		and coalesce(settings -> 'maker', '"other"') in ('"other"', '"datalogic"', '"honeywell"', '"opticon"')
		and coalesce(settings -> 'has_aim', 'false') in ('true', 'false')),
	add constraint device_keyboard_check check (protocol <> 'keyboard' or settings -> 'terminator' is distinct from '"etx"');
update clinic.device set language = '' where kind = 'scanner';
alter table clinic.device_found add column protocols text not null default ''; -- of what may be a scanner: with blanks between
