-- More makers whose scanners on a line can be told something (scanners/maker.h).
alter table clinic.device
	drop constraint device_settings_check,
	add constraint device_settings_check check (jsonb_typeof(settings) = 'object'
		and settings - array['keyboard', 'terminator', 'maker', 'has_aim', 'has_ack', 'baud', 'format'] = '{}'
		and coalesce(settings -> 'keyboard', '"us"') in ('"us"', '"uk"', '"de"', '"fr"', '"be"', '"es"', '"cz"', '"jp"')
		and coalesce(settings -> 'terminator', '"cr"') in ('"cr"', '"lf"', '"cr_lf"', '"tab"', '"etx"', '"none"')
		and coalesce(settings -> 'maker', '"other"') in ('"other"', '"datalogic"', '"honeywell"', '"opticon"', '"honeywell_host"', '"newland"', '"cipherlab"')
		and coalesce(settings -> 'has_aim', 'false') in ('true', 'false')
		and coalesce(settings -> 'has_ack', 'false') in ('true', 'false')
		and coalesce(settings -> 'baud', '"9600"') in ('"1200"', '"2400"', '"4800"', '"9600"', '"19200"', '"38400"', '"57600"', '"115200"')
		and coalesce(settings -> 'format', '"8n1"') in ('"8n1"', '"8e1"', '"8o1"', '"7e1"', '"7o1"'));
