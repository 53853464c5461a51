-- Devices and their stations: what is plugged in (told by the core), and assigning (by `specimend device`, as the owner,
-- never by the service). A refusal is {"error": {code, message, hint}}, its code one of daemon/base/err.h.

-- As the bench writes identities (daemon/bench/usb/identity.h, contrib/CONTRACTS.md 2).
create or replace function clinic.usb_identity_is_valid(identity text) returns boolean
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(length(identity) <= 127 and identity ~ ('^usb:[0-9a-f]{4}:[0-9a-f]{4}'
		'(:([!-$&-~]|%[0-9a-f]{2})+|@[1-9][0-9]{0,2}-[1-9][0-9]{0,2}([.][1-9][0-9]{0,2}){0,5})$'), false);
$$;

-- The one spelling of a printer's address (daemon/bench/tcp_address.h), of what a person says: 'tcp:192.0.2.7', 'tcp:[2001:db8::7]:9100'; without a
-- port it is 9100. Null when it is no numeric address of one device.
create or replace function clinic.tcp_identity(said text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	part text[] := regexp_match(said, '^tcp:(?:((?:(?:0|[1-9][0-9]{0,2})[.]){3}(?:0|[1-9][0-9]{0,2}))|[[]([0-9A-Fa-f:]{2,39})[]])(?::([1-9][0-9]{3,4}))?$');
	port int := coalesce(part[3], '9100')::int;
	address inet;
begin
	if part is null or port not between 1024 and 65535 then
		return null;
	end if;
	address := coalesce(part[1], part[2])::inet;
	if (case family(address) when 4 then address << '0.0.0.0/8' or address >= '224.0.0.0'
		else address <> '::1' and (address <<= '::/96' or address <<= '::ffff:0:0/96' or address <<= 'fe80::/10' or address <<= 'ff00::/8') end) then
		return null;
	end if;
	return 'tcp:' || case family(address) when 4 then host(address) else '[' || host(address) || ']' end || ':' || port;
exception when invalid_text_representation then
	return null;
end $$;

-- The languages that printers can be assigned with: those of printers/lang/driver.c (tests/printers/lang/test_driver.c holds
-- the two together); dpi: of a language that has one resolution only.
create or replace function clinic.printer_languages() returns table (language text, dpi int)
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	values ('zpl', null::int), ('zpl-ascii', null), ('epl2', null), ('tspl', null), ('tspl2', null),
		('brother', 300), ('brother-wide', 300), ('dymo', 300);
$$;

create or replace function clinic.printer_languages_words() returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select string_agg(l.language, ', ' order by l.n)
	from clinic.printer_languages() with ordinality l (language, dpi, n);
$$;

-- ---- what is plugged in -------------------------------------------------------------------------------------------

-- The list as the bench says it; null: nobody looks any more. What is no device is left out.
create or replace function clinic.devices_seen(list jsonb) returns int
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	looks boolean := jsonb_typeof(list) is not distinct from 'array';
	seen clinic.device_found[];
begin
	update clinic.device_look set looked_at = case when looks then clock_timestamp() end;
	select coalesce(array_agg(row(x.identity, x.kind, x.maker, x.model, x.serial, x.place, x.problem, now(), x.language, x.protocols, x.descriptors, x.used)::clinic.device_found), '{}')
	into seen
	from (
		select distinct on (d ->> 'identity') d ->> 'identity' as identity, d ->> 'kind' as kind,
			coalesce(left(clinic.arg(d, 'maker'), 80), '') as maker, coalesce(left(clinic.arg(d, 'model'), 80), '') as model,
			coalesce(left(clinic.arg(d, 'serial'), 127), '') as serial, coalesce(left(clinic.arg(d, 'path'), 40), '') as place,
			coalesce(left(clinic.arg(d, 'problem'), 300), '') as problem,
			coalesce((select w.language from (select language from clinic.printer_languages() union all values ('none')) w
				where w.language = clinic.arg(d, 'language')), '') as language,
			case d ->> 'kind' when 'scanner' then clinic.scanner_protocols_of(clinic.arg(d, 'protocols')) else '' end as protocols,
			coalesce(substring(clinic.arg(d, 'descriptors') from '^[0-9a-f]{64}$'), '') as descriptors,
			d -> 'used' is not distinct from 'true' as used
		from jsonb_array_elements(case when looks then list else '[]' end) with ordinality e (d, n)
		where n <= 256 and jsonb_typeof(d) = 'object' and d ->> 'kind' in ('printer', 'scanner')
			and clinic.usb_identity_is_valid(d ->> 'identity')
		order by d ->> 'identity', n) x;
	delete from clinic.device_found f where not exists (select from unnest(seen) s where s.identity = f.identity);
	insert into clinic.device_found select s.* from unnest(seen) s
	on conflict (identity) do update set kind = excluded.kind, maker = excluded.maker, model = excluded.model,
		serial = excluded.serial, place = excluded.place, problem = excluded.problem, language = excluded.language, protocols = excluded.protocols,
		descriptors = excluded.descriptors, used = excluded.used;
	return cardinality(seen);
end $$;

-- Dots per inch, where the model's name says them: "ZTC ZD421-203dpi ZPL"; else null.
create or replace function clinic.model_dpi(model text) returns int
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select substring(model from '(?i)(?:^|[^0-9])(203|300|600) ?dpi')::int;
$$;

-- The same, or what its language always has.
create or replace function clinic.found_dpi(model text, language text) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((select l.dpi from clinic.printer_languages() l where l.language = $2), clinic.model_dpi($1));
$$;

-- The station that a device of this kind is most likely for: one that has none yet, where patients are seen first.
create or replace function clinic.device_station(kind text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select s.code from clinic.station s
	where s.active
	order by exists (select from clinic.device d where d.station_id = s.station_id and d.active
			and d.kind = $1 and d.transport <> 'virtual'), s.kind <> 'collection', s.name, s.code
	limit 1;
$$;

-- is_here: in use, for a scanner: listened to; null: not known, or no device that is plugged in here. why: it is not.
create or replace function clinic.device_view(d clinic.device) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('identity', (d).identity, 'kind', (d).kind, 'name', (d).name, 'transport', (d).transport,
		'shared', (d).shared, 'language', (d).language, 'talks', case (d).kind when 'printer' then (d).talks end,
		'protocol', case (d).kind when 'scanner' then (d).protocol end, 'settings', case (d).kind when 'scanner' then (d).settings end, 'dpi', (d).resolution_dpi, 'width_um', (d).width_um,
		'height_um', (d).height_um, 'is_here', case when (d).transport = 'usb' and l.looked_at is not null
			then coalesce(f.used, false) end, 'why', clinic.device_silence(d) ->> 'title', 'problem', coalesce(f.problem, ''))
	from clinic.device_look l left join clinic.device_found f on f.identity = (d).identity;
$$;

-- Everything for `specimend device list`.
create or replace function clinic.device_list() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object(
		'looked_at', (select to_char(looked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"') from clinic.device_look),
		'stations', coalesce((select jsonb_agg(jsonb_build_object('station', s.code, 'name', s.name,
				'devices', coalesce((select jsonb_agg(clinic.device_view(d) order by d.kind, d.device_id)
					from clinic.device d where d.station_id = s.station_id and d.active), '[]')) order by s.name, s.code)
			from clinic.station s where s.active), '[]'),
		'found', coalesce((select jsonb_agg(jsonb_build_object('identity', f.identity, 'kind', f.kind, 'maker', f.maker,
				'model', f.model, 'place', f.place, 'problem', f.problem, 'station', clinic.device_station(f.kind),
				'language', f.language, 'dpi', clinic.found_dpi(f.model, f.language), 'protocols', f.protocols,
				'protocol', case f.kind when 'scanner' then clinic.scanner_protocol_usual(f.protocols) end) order by f.kind, f.protocols = 'keyboard', f.identity)
			from clinic.device_found f
			where not exists (select from clinic.device d where d.identity = f.identity and d.active)), '[]'),
		'languages', clinic.printer_languages_words());
$$;

-- ---- assigning ----------------------------------------------------------------------------------------------------

create or replace function clinic.device_refused(code text, message text, hint text) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('error', jsonb_build_object('code', code, 'message', message, 'hint', hint));
$$;

-- Labels of this printer whose end is not known: how many.
create or replace function clinic.device_jobs_open(device_id bigint) returns bigint
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select count(*) from clinic.print_job j
	where j.device_id = $1 and j.state in ('queued', 'proved', 'sending', 'sent');
$$;

-- What speaks against assigning, besides what the device itself is; null: nothing.
create or replace function clinic.device_place_refusal(identity text, d clinic.device, st clinic.station, said_station text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	jobs bigint := clinic.device_jobs_open(d.device_id);
begin
	return case
		when identity like 'tcp:%' and clinic.tcp_identity(identity) is null then
			clinic.device_refused('ERR_INVALID', format('''%s'' is no printer''s address', left(identity, 127)),
				'tcp:ADDRESS or tcp:ADDRESS:PORT of one printer, in numbers: tcp:192.0.2.7, tcp:[2001:db8::7]:9100; ports from 1024 on')
		when d.device_id is null and identity not like 'tcp:%' and not clinic.usb_identity_is_valid(identity) then
			clinic.device_refused('ERR_INVALID', format('''%s'' does not name a USB device', left(identity, 127)),
				'as in specimend device list: usb:VVVV:PPPP:SERIAL or usb:VVVV:PPPP@PLACE; a printer with an address: tcp:192.0.2.7')
		when st.station_id is null then
			clinic.device_refused('ERR_NOT_FOUND', format('there is no station ''%s''', left(said_station, 40)),
				'specimend device list names the stations')
		when not st.active then
			clinic.device_refused('ERR_CONFLICT', format('station ''%s'' (%s) is not in use', st.code, st.name),
				'specimend device list names those that are')
		when d.active and d.station_id <> st.station_id then
			clinic.device_refused('ERR_CONFLICT', format('''%s'' is at %s', identity,
				(select s.name from clinic.station s where s.station_id = d.station_id)), 'release it there first: specimend device release')
		when jobs > 0 then
			clinic.device_refused('ERR_CONFLICT', format('%s of its labels are not printed yet', jobs),
				'let them come out, or take the printer''s trouble away, and try again') end;
end $$;

-- The fields of the device as they shall be in `wanted`, or what is wrong with them. What was said before
-- holds where nothing is said now.
create or replace function clinic.device_wanted(args jsonb, d clinic.device, found clinic.device_found) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text := coalesce(found.kind, d.kind, case when clinic.arg(args, 'identity') like 'tcp:%' then 'printer' end, clinic.arg(args, 'kind'));
	spoken text := coalesce(clinic.arg(args, 'language'), nullif(d.language, ''), nullif(found.language, ''));
	own_dpi int := (select l.dpi from clinic.printer_languages() l where l.language = spoken);
	dpi bigint := coalesce(clinic.arg_bigint(args, 'dpi'), own_dpi, d.resolution_dpi, clinic.model_dpi(found.model));
	width bigint := coalesce(clinic.arg_bigint(args, 'width_um'), d.width_um, 50800);
	height bigint := coalesce(clinic.arg_bigint(args, 'height_um'), d.height_um, 25400);
begin
	return case
		when kind is null then
			clinic.device_refused('ERR_NOT_FOUND', 'it is not plugged in and was never assigned, so nobody knows what it is',
				'plug it in, or say --kind printer or --kind scanner')
		when kind not in ('printer', 'scanner') or clinic.arg(args, 'kind') <> kind then
			clinic.device_refused('ERR_CONFLICT', format('it is no %s', left(clinic.arg(args, 'kind'), 40)),
				case when kind in ('printer', 'scanner') then 'it is a ' || kind else 'a device is a printer or a scanner' end)
		when d.kind <> kind then
			clinic.device_refused('ERR_CONFLICT', format('it was a %s when it was assigned and is a %s now', d.kind, kind),
				'two devices of one name: give one of them a serial number of its own')
		when kind = 'scanner' and (args ?| array['language', 'dpi', 'width_um', 'height_um'] or args -> 'shared' = 'true') then
			clinic.device_refused('ERR_INVALID', 'a scanner has no language, dots, labels or room group',
				'--language, --dpi, --label and --shared are for printers')
		when kind = 'scanner' then clinic.scanner_wanted(args, d, $3) -- found is a word of PL/pgSQL's
		when args ?| array['protocol', 'keyboard', 'terminator', 'maker', 'aim', 'ack', 'baud', 'format'] then
			clinic.device_refused('ERR_INVALID', 'a printer has no protocol of a scanner',
				'--protocol, --keyboard, --terminator, --maker, --aim, --ack, --baud and --format are for scanners')
		when found.language = 'none' then
			clinic.device_refused('ERR_CONFLICT', 'this printer can not be used', found.problem)
		when spoken is null then
			clinic.device_refused('ERR_INVALID', 'which language this printer speaks is not known',
				'say --language, as its manual does: ' || clinic.printer_languages_words())
		when not exists (select from clinic.printer_languages() l where l.language = spoken) then
			clinic.device_refused('ERR_INVALID', format('printer language ''%s'' is not known', left(spoken, 40)),
				'these are: ' || clinic.printer_languages_words())
		when dpi is null then
			clinic.device_refused('ERR_INVALID', 'how many dots per inch this printer has is not known',
				'say --dpi 203, 300 or 600: it stands on the plate under the printer')
		when dpi not in (203, 300, 600) then
			clinic.device_refused('ERR_INVALID', format('no printer has %s dots per inch', dpi), '--dpi 203, 300 or 600')
		when dpi <> own_dpi then
			clinic.device_refused('ERR_INVALID', format('a printer of language ''%s'' has %s dots per inch', spoken, own_dpi),
				'leave --dpi out')
		when width not between 20000 and 120000 or height not between 10000 and 200000 then
			clinic.device_refused('ERR_INVALID', 'a label of that size is not printed here',
				'--label WIDTHxHEIGHT in millimetres, 20 to 120 wide and 10 to 200 high')
		else jsonb_build_object('kind', kind, 'language', spoken, 'dpi', dpi, 'width_um', width, 'height_um', height) end;
end $$;

-- args: identity (an address as a person says it), station (code), and as said: name, kind, language, dpi, width_um, height_um, shared;
-- of a scanner protocol, keyboard, terminator, maker, aim, ack, baud, format (clinic/scanner.sql).
create or replace function clinic.device_assign(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	said text := coalesce(clinic.tcp_identity(clinic.arg(args, 'identity')), clinic.arg(args, 'identity'), '');
	d clinic.device;
	found_ clinic.device_found;
	st clinic.station;
	wanted jsonb;
begin
	lock table clinic.device in share row exclusive mode; -- one assigns at a time
	select x.* into d from clinic.device x where x.identity = said;
	select x.* into found_ from clinic.device_found x where x.identity = said;
	select x.* into st from clinic.station x where x.code = clinic.arg(args, 'station');
	wanted := coalesce(clinic.device_place_refusal(said, d, st, clinic.arg(args, 'station')),
		clinic.device_wanted(args, d, found_));
	if wanted ? 'error' then
		return wanted;
	end if;
	insert into clinic.device as x (kind, transport, identity, name, station_id, shared, language, resolution_dpi, width_um, height_um, protocol, settings, fingerprint)
	values (wanted ->> 'kind', case when said like 'tcp:%' then 'tcp' else 'usb' end, said,
		coalesce(left(clinic.arg(args, 'name'), 80), d.name, st.name || ' ' || (wanted ->> 'kind')), st.station_id,
		coalesce((args -> 'shared')::boolean, false), coalesce(wanted ->> 'language', ''),
		(wanted ->> 'dpi')::int, (wanted ->> 'width_um')::int, (wanted ->> 'height_um')::int,
		coalesce(wanted ->> 'protocol', 'hid_pos'), coalesce(wanted -> 'settings', '{}'),
		case when found_.kind = 'scanner' then clinic.device_fingerprint(found_) end)
	on conflict (identity) do update set name = excluded.name, station_id = excluded.station_id, shared = excluded.shared,
		language = case x.transport when 'virtual' then x.language else excluded.language end,
		protocol = excluded.protocol, settings = excluded.settings, fingerprint = excluded.fingerprint, resolution_dpi = excluded.resolution_dpi, width_um = excluded.width_um, height_um = excluded.height_um, active = true,
		-- of another language, or brought back, it may talk otherwise
		talks = case when x.active and (x.language = excluded.language or x.transport = 'virtual') then x.talks else 'unknown' end
	returning x.* into d;
	-- that what is plugged in is not used yet need not be said of one that was assigned this moment
	return clinic.device_view(d) - case when found_.identity is not null then 'why' else '' end
		|| jsonb_build_object('station', st.code, 'station_name', st.name);
end $$;

-- Kept, for what it printed and scanned names it; another may be assigned in its place.
create or replace function clinic.device_release(identity text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	d clinic.device;
	jobs bigint;
begin
	lock table clinic.device in share row exclusive mode;
	select x.* into d from clinic.device x
	where x.identity = coalesce(clinic.tcp_identity(device_release.identity), device_release.identity) and x.active;
	if d.device_id is null then
		return clinic.device_refused('ERR_NOT_FOUND', format('no device ''%s'' is at any station', left(identity, 127)),
			'specimend device list names those that are');
	end if;
	jobs := clinic.device_jobs_open(d.device_id);
	if jobs > 0 then
		return clinic.device_refused('ERR_CONFLICT', format('%s of its labels are not printed yet', jobs),
			'let them come out, or take the printer''s trouble away, and try again');
	end if;
	update clinic.device x set active = false where x.device_id = d.device_id;
	return clinic.device_view(d) - 'why' || (select jsonb_build_object('station', s.code, 'station_name', s.name)
		from clinic.station s where s.station_id = d.station_id);
end $$;

-- ---- how a printer talks -------------------------------------------------------------------------------------------

-- unknown: new, or assigned anew. answers: it has answered once; from then on its silence is trouble, for ever. one_way: plugged in and
-- silent to every question for as long as daemon/core/talks.h says: from then on it prints all the same.
create or replace function clinic.device_talks_may(was text, becomes text) returns boolean
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select (was, becomes) in (('unknown', 'answers'), ('unknown', 'one_way'), ('one_way', 'answers'));
$$;

-- What the core has seen of a printer. identity, language: as it was when that was seen; assigned otherwise since, it says nothing.
create or replace function clinic.device_talks_told(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	d clinic.device;
	told text := clinic.arg(args, 'talks');
begin
	select x.* into d from clinic.device x where x.device_id = clinic.arg_bigint(args, 'device_id') and x.kind = 'printer'
		and x.active and x.identity = clinic.arg(args, 'identity') and x.language = clinic.arg(args, 'language') for update;
	if d.device_id is null or told is null or told not in ('answers', 'one_way') then
		return clinic.reply('question', 'bad_request', '{"what": "device_id, identity, language, talks"}');
	elsif d.talks = told then
		return clinic.reply('repeat', 'ok', jsonb_build_object('talks', d.talks));
	elsif not clinic.device_talks_may(d.talks, told) then
		return clinic.reply('question', 'device_talks_move', jsonb_build_object('talks', d.talks));
	end if;
	update clinic.device x set talks = told where x.device_id = d.device_id;
	return clinic.reply('stored', 'ok', jsonb_build_object('talks', told));
end $$;
