-- Enrolment of scanners: an administrator opens it at a station for one device that is plugged in. The station's screen shows a
-- one-time code; the bench claims that device alone, for that time, and says what it sent (scanners/enrol.h). When it was the code,
-- the device is the station's scanner, set up as it was found, with its fingerprint; anything else is told and changes nothing.

create or replace function clinic.enrol_minutes() returns int
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$ select 3; $$;

-- Behind the number and the digits of chance (ENROL_PROBE of scanners/enrol.h; tests/scanners/test_enrol.c holds the two together).
create or replace function clinic.enrol_probe() returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$ select 'Qz"=' || chr(29) || 'M'; $$;

-- The text that is shown and scanned.
create or replace function clinic.enrol_text(e clinic.enrolment) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select (e).code || (e).secret || clinic.enrol_probe();
$$;

-- The number of a scanned text (clinic.scan_text) that is a code of enrolment, also without its GS; else null.
create or replace function clinic.enrol_code_of(text text) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case when (custody.id_parse(left($1, 13))).kind = 'enrolment code'
		and (length($1) = 13 or $1 ~ '^.{13}[0-9]{6}Qz"=\x1d?M$') then left($1, 13) end;
$$;

-- The one that is open; all null: none.
create or replace function clinic.enrolment_open() returns clinic.enrolment
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select x.* from clinic.enrolment x where x.ended_at is null and x.expires_at > clock_timestamp();
$$;

create or replace function clinic.enrolment_end(ended text) returns void
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	update clinic.enrolment x set ended_at = clock_timestamp(),
		ended = case when x.expires_at <= clock_timestamp() then 'expired' else $1 end
	where x.ended_at is null;
$$;

-- A code of enrolment scanned by a scanner that is in use: stored as any scan, and enrols nothing.
create or replace function clinic.scan_enrol(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	e clinic.enrolment := clinic.enrolment_open();
begin
	about := about || '{"kind": "other"}';
	return case
		when e.code = code then clinic.judged('question', 'enrol_by_another', '{}', (clinic.visit_of(actor.operator_id)).visit_id, about)
		else clinic.judged('note', 'enrol_code_used', '{}', (clinic.visit_of(actor.operator_id)).visit_id, about) end;
end $$;

-- ---- what it was, and what it is now -------------------------------------------------------------------------------

create or replace function clinic.device_fingerprint(f clinic.device_found) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('vendor', split_part((f).identity, ':', 2), 'product', left(split_part((f).identity, ':', 3), 4),
		'serial', (f).serial, 'place', (f).place, 'descriptors', (f).descriptors);
$$;

-- The device that this scanner has become under another name: of the same maker, and with its serial number, or without one at its place.
create or replace function clinic.device_became(d clinic.device) returns clinic.device_found
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select f.* from clinic.device_found f
	where (d).fingerprint is not null and f.kind = 'scanner'
		and not exists (select from clinic.device_found same where same.identity = (d).identity)
		and not exists (select from clinic.device other where other.identity = f.identity and other.active)
		and split_part(f.identity, ':', 2) = (d).fingerprint ->> 'vendor'
		and case (d).fingerprint ->> 'serial' when '' then f.place = (d).fingerprint ->> 'place' and f.serial = ''
			else f.serial = (d).fingerprint ->> 'serial' end
	order by f.identity limit 1;
$$;

-- changed: its interfaces are others than those that were enrolled, so it is not used; moved: in another socket, told only; null: neither.
create or replace function clinic.device_drift(d clinic.device) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when (d).kind <> 'scanner' or (d).fingerprint is null then null
		when f.identity is null then case when (clinic.device_became(d)).identity is not null then 'changed' end
		when f.descriptors <> '' and (d).fingerprint ->> 'descriptors' <> '' and f.descriptors <> (d).fingerprint ->> 'descriptors' then 'changed'
		when f.place <> (d).fingerprint ->> 'place' then 'moved' end
	from (select) one left join clinic.device_found f on f.identity = (d).identity;
$$;

-- For the page: {code, title, do}; null: nothing is wrong.
create or replace function clinic.device_drift_view(d clinic.device) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('code', r ->> 'code', 'title', r ->> 'title', 'do', r ->> 'do')
	from (select clinic.reply('note', 'scanner_' || drift, jsonb_build_object('scanner', (d).name)) as r
		from (select clinic.device_drift(d) as drift) x where drift is not null) y;
$$;

-- What the bench looks for: also under the name that it has become, when what was enrolled is known, for then the bench holds it.
create or replace function clinic.device_identity_now(d clinic.device) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(case when (d).fingerprint ->> 'descriptors' <> '' then (clinic.device_became(d)).identity end, (d).identity);
$$;

-- The devices that the bench gets, each under one name: those in use, but for the one that is enrolled anew. One that is another than was
-- enrolled is among them: only what the bench has can not type into the desktop. By the hash it knows not to hear it.
create or replace function clinic.devices_listed() returns table (d clinic.device, identity text)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select distinct on (x.identity_now) x.d, x.identity_now
	from (select d, clinic.device_identity_now(d) as identity_now from clinic.device d where d.active) x, clinic.enrolment_open() e
	where (x.d).identity is distinct from e.identity and x.identity_now is distinct from e.identity
	order by x.identity_now, (x.d).identity = x.identity_now desc, (x.d).device_id;
$$;

-- For the bench; null: nothing is enrolled now.
create or replace function clinic.enrolment_task() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('enrolment_id', (e).enrolment_id, 'identity', (e).identity, 'code', clinic.enrol_text(e))
	from (select clinic.enrolment_open() as e) x where (e).enrolment_id is not null;
$$;

-- ---- opening it, and ending it ---------------------------------------------------------------------------------------

create or replace function clinic.enrol_opened(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_ clinic.device_found;
	e clinic.enrolment;
begin
	lock table clinic.enrolment in share row exclusive mode;
	select x.* into found_ from clinic.device_found x where x.identity = clinic.arg(args, 'identity') and x.kind = 'scanner';
	e := clinic.enrolment_open();
	if found_.identity is null then
		return clinic.judged('question', 'enrol_not_here');
	elsif found_.protocols = '' then
		return clinic.judged('question', 'enrol_no_kind');
	elsif e.station_id <> actor.station_id then
		return clinic.judged('question', 'enrol_busy', jsonb_build_object('station',
			(select s.name from clinic.station s where s.station_id = e.station_id)));
	end if;
	perform clinic.enrolment_end('replaced');
	insert into clinic.enrolment (code, secret, station_id, identity, opened_by, expires_at)
	values (custody.id_next('enrolment code'),
		lpad((('x' || encode(substr(uuid_send(gen_random_uuid()), 1, 4), 'hex'))::bit(32)::bigint % 1000000)::text, 6, '0'),
		actor.station_id, found_.identity, actor.operator_id, clock_timestamp() + make_interval(mins => clinic.enrol_minutes()))
	returning * into e;
	return clinic.judged('stored', 'enrol_opened', jsonb_build_object('enrolment_id', e.enrolment_id));
end $$;

create or replace function clinic.enrol_cancelled(actor clinic.actor) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	lock table clinic.enrolment in share row exclusive mode;
	if (clinic.enrolment_open()).station_id is distinct from actor.station_id then
		return clinic.judged('repeat', 'enrol_idle');
	end if;
	perform clinic.enrolment_end('cancelled');
	return clinic.judged('stored', 'enrol_cancelled');
end $$;

-- ---- what the device sent ---------------------------------------------------------------------------------------------

-- Of what was found what means something with that protocol, and no more.
create or replace function clinic.enrol_settings(protocol text, settings jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_object_agg(s.key, s.value), '{}')
	from jsonb_each(case when jsonb_typeof($2) = 'object' then $2 else '{}' end) s
	where s.key in (select unnest(p.settings) from clinic.scanner_protocols() p where p.protocol = $1)
		and (s.key = 'has_aim' and jsonb_typeof(s.value) = 'boolean'
			or exists (select from clinic.scanner_setting_words() w where w.setting = s.key and to_jsonb(s.value #>> '{}') = s.value
				and s.value #>> '{}' = any(w.words)));
$$;

create or replace function clinic.enrol_advice(said jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('word', coalesce(left(clinic.arg(a, 'word'), 40), ''), 'says', coalesce(left(clinic.arg(a, 'says'), 300), ''),
		'hint', coalesce(left(clinic.arg(a, 'hint'), 300), '')) order by n), '[]')
	from jsonb_array_elements(case when jsonb_typeof(said) = 'array' then said else '[]' end) with ordinality x (a, n)
	where n <= 8 and jsonb_typeof(a) = 'object';
$$;

-- The device is this station's scanner from now on. What it was called before it was set up otherwise is used no more. Whether it waits
-- for ACK, and whose commands it takes where its vendor's number does not say it all, can not be seen without saying something to it: as it
-- was said before.
create or replace function clinic.scanner_enrol(e clinic.enrolment, f clinic.device_found, protocol text, settings jsonb) returns clinic.device
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	d clinic.device;
	was clinic.device;
	said jsonb;
begin
	lock table clinic.device in share row exclusive mode; -- one assigns at a time
	select x.* into was from clinic.device x where x.active and x.identity <> f.identity and (clinic.device_became(x)).identity = f.identity
	order by x.device_id limit 1;
	update clinic.device x set active = false where x.device_id = was.device_id;
	said := (select jsonb_strip_nulls(jsonb_build_object('has_ack', x.settings -> 'has_ack', 'maker', nullif(x.settings ->> 'maker', 'other')))
		from clinic.device x, clinic.scanner_protocols() p
		where x.identity in (f.identity, was.identity) and x.settings ?| array['has_ack', 'maker'] and p.protocol = $3
			and p.settings @> array['has_ack', 'maker']
		order by x.identity = f.identity desc limit 1);
	insert into clinic.device as x (kind, transport, identity, name, station_id, protocol, settings, fingerprint)
	values ('scanner', 'usb', f.identity, coalesce(was.name, left(nullif(btrim(concat_ws(' ', f.maker, f.model)), ''), 80),
		(select s.name || ' scanner' from clinic.station s where s.station_id = e.station_id)), e.station_id, $3, $4 || coalesce(said, '{}'), clinic.device_fingerprint(f))
	on conflict (identity) do update set station_id = excluded.station_id, protocol = excluded.protocol, settings = excluded.settings,
		fingerprint = excluded.fingerprint, active = true
	returning x.* into d;
	update clinic.enrolment x set ended_at = clock_timestamp(), ended = 'enrolled', device_id = d.device_id
	where x.enrolment_id = e.enrolment_id;
	return d;
end $$;

-- args: enrolment_id, reading, says, hint, seen, protocol, settings, advice, evidence (contrib/CONTRACTS.md 2, report enrol_read).
create or replace function clinic.enrol_told(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	e clinic.enrolment;
	f clinic.device_found;
	d clinic.device;
	spoken text := (select p.protocol from clinic.scanner_protocols() p where p.protocol = clinic.arg(args, 'protocol'));
	settings jsonb := clinic.enrol_settings(spoken, args -> 'settings');
	words jsonb;
begin
	lock table clinic.enrolment in share row exclusive mode;
	select x.* into e from clinic.enrolment x where x.enrolment_id = clinic.arg_bigint(args, 'enrolment_id');
	if e.enrolment_id is null or clinic.arg(args, 'reading') is null then
		return clinic.reply('question', 'bad_request', '{"what": "enrolment_id, reading"}');
	end if;
	select x.* into f from clinic.device_found x where x.identity = e.identity and x.kind = 'scanner';
	words := jsonb_build_object('station_id', e.station_id, 'says', coalesce(left(clinic.arg(args, 'says'), 300), ''),
		'hint', coalesce(left(clinic.arg(args, 'hint'), 300), ''));
	insert into clinic.enrolment_read (enrolment_id, reading, says, hint, seen, protocol, settings, advice, fingerprint, evidence)
	values (e.enrolment_id, left(clinic.arg(args, 'reading'), 40), words ->> 'says', words ->> 'hint', coalesce(left(clinic.arg(args, 'seen'), 200), ''),
		spoken, settings, clinic.enrol_advice(args -> 'advice'), case when f.identity is not null then clinic.device_fingerprint(f) end,
		case when jsonb_typeof(args -> 'evidence') = 'object' then args -> 'evidence' else '{}' end);
	if e.ended_at is not null or e.expires_at <= clock_timestamp() then
		return clinic.reply('note', 'enrol_over', words);
	elsif clinic.arg(args, 'reading') <> 'found' then
		return clinic.reply('question', 'enrol_reads_otherwise', words);
	elsif f.identity is null or spoken is null or spoken <> all(string_to_array(f.protocols, ' ')) then
		return clinic.reply('question', 'enrol_not_here', words);
	end if;
	d := clinic.scanner_enrol(e, f, spoken, settings);
	return clinic.reply('stored', 'enrolled', words || jsonb_build_object('scanner', d.name, 'device_id', d.device_id,
		'station', (select s.name from clinic.station s where s.station_id = d.station_id)));
end $$;

-- ---- the page -----------------------------------------------------------------------------------------------------------

create or replace function clinic.enrolment_view(e clinic.enrolment) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('enrolment_id', (e).enrolment_id, 'identity', (e).identity, 'code', clinic.enrol_text(e),
		'seconds', greatest(0, ceil(extract(epoch from (e).expires_at - clock_timestamp()))::int),
		'ended', case when (e).ended_at is null and (e).expires_at <= clock_timestamp() then 'expired' else (e).ended end,
		'read', (select jsonb_build_object('reading', r.reading, 'says', r.says, 'hint', r.hint, 'seen', r.seen, 'at', r.at, 'protocol', r.protocol,
				'settings', r.settings, 'advice', r.advice)
			from clinic.enrolment_read r where r.enrolment_id = (e).enrolment_id order by r.enrolment_read_id desc limit 1))
	where (e).enrolment_id is not null;
$$;

-- A scanner of a station, as the page shows it; null: it is of none.
create or replace function clinic.enrolled_view(d clinic.device, actor clinic.actor) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('device_id', (d).device_id, 'name', (d).name, 'station', s.name, 'is_ours', (d).station_id = (actor).station_id,
		'protocol', (d).protocol, 'settings', (d).settings, 'drift', clinic.device_drift_view(d), 'enrolled_at', e.ended_at,
		'enrolled_by', (select o.name from clinic.operator o where o.operator_id = e.opened_by),
		'advice', coalesce((select r.advice from clinic.enrolment_read r where r.enrolment_id = e.enrolment_id and r.reading = 'found'
			order by r.enrolment_read_id limit 1), '[]'))
	from clinic.station s left join lateral (select x.* from clinic.enrolment x where x.device_id = (d).device_id
		order by x.enrolment_id desc limit 1) e on true
	where s.station_id = (d).station_id;
$$;

create or replace function clinic.enrol_scanners(actor clinic.actor) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('identity', coalesce(f.identity, d.identity), 'maker', coalesce(f.maker, ''), 'model', coalesce(f.model, ''),
			'place', coalesce(f.place, ''), 'protocols', coalesce(f.protocols, ''), 'problem', coalesce(f.problem, ''), 'is_plugged', f.identity is not null,
			'is_here', coalesce(f.used, false), 'silence', case when d.device_id is not null then clinic.device_silence(d) end,
			'device', case when d.device_id is not null then clinic.enrolled_view(d, actor) end)
		order by d.device_id is not null, f.identity is null, coalesce(f.identity, d.identity)), '[]')
	from (select * from clinic.device_found where kind = 'scanner') f
	full join (select * from clinic.device where kind = 'scanner' and transport = 'usb' and active) d on d.identity = f.identity;
$$;

-- `enrolment`: the one that is open at this station, else the one that was last here, for five minutes.
create or replace function clinic.enrol_view(actor clinic.actor) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('minutes', clinic.enrol_minutes(), 'looked_at', (select looked_at from clinic.device_look),
		'scanners', clinic.enrol_scanners(actor),
		'enrolment', (select clinic.enrolment_view(e) from clinic.enrolment e where e.station_id = (actor).station_id
			and coalesce(e.ended_at, e.expires_at) > clock_timestamp() - interval '5 minutes' order by e.enrolment_id desc limit 1));
$$;
