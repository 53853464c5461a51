-- Scanners on a line that wait for ACK after each code (scanners/ack.h).
alter table clinic.device
	drop constraint device_settings_check,
	add constraint device_settings_check check (jsonb_typeof(settings) = 'object'
		and settings - array['keyboard', 'terminator', 'maker', 'has_aim', 'has_ack'] = '{}'
		and coalesce(settings -> 'keyboard', '"us"') in ('"us"', '"uk"', '"de"', '"fr"', '"be"', '"es"', '"cz"', '"jp"')
		and coalesce(settings -> 'terminator', '"cr"') in ('"cr"', '"lf"', '"cr_lf"', '"tab"', '"etx"', '"none"')
		and coalesce(settings -> 'maker', '"other"') in ('"other"', '"datalogic"', '"honeywell"', '"opticon"')
		and coalesce(settings -> 'has_aim', 'false') in ('true', 'false')
		and coalesce(settings -> 'has_ack', 'false') in ('true', 'false'));
