-- What goes wrong on the cables of devices (SC-18): counted by the bench as it comes (daemon/bench/transport.h), kept by day, and told
-- to the station with what to do when it rises. ER-13's corrupted reports are `garbled`.

-- The kinds, and which trouble they are a sign of; tests/daemon/bench/test_transport.c holds the list together with transport.h.
create or replace function clinic.device_faults() returns table (fault text, sign text, many bigint)
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	-- A sound device on a sound cable has next to none, so three in two days are no chance, whatever the days before were: a cable that
	-- fails every day is not sound because it always did. What is unplugged to be cleaned or moved has left too: that counts from six on.
	values ('broken_off', 'loose', 3::bigint), ('left', 'loose', 6), ('stall', 'bus', 3), ('babble', 'bus', 3), ('mute', 'bus', 3), ('garbled', 'garbled', 3);
$$;

-- args: device_id, faults: {fault: how often since the last time}. What is no fault known here is left out. The bench tells every ten
-- seconds; what says more than a thousand says a thousand, so that no number that is none hides what comes.
create or replace function clinic.device_faults_told(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	d clinic.device;
begin
	select x.* into d from clinic.device x where x.device_id = clinic.arg_bigint(args, 'device_id');
	if d.device_id is null or jsonb_typeof(args -> 'faults') is distinct from 'object' then
		return clinic.reply('question', 'bad_request', '{"what": "device_id, faults"}');
	end if;
	insert into clinic.device_fault as x (device_id, day, fault, n)
	select d.device_id, current_date, k.fault, least(f.value::bigint, 1000)
	from jsonb_each_text(args -> 'faults') f join clinic.device_faults() k on k.fault = f.key
	where f.value ~ '^[1-9][0-9]{0,8}$'
	on conflict (device_id, day, fault) do update set n = x.n + excluded.n;
	return clinic.reply('stored', 'ok', jsonb_build_object('station_id', d.station_id));
end $$;

-- What today and yesterday are a sign of, the likeliest first (a bad contact breaks scans too), and how often; none: nothing.
create or replace function clinic.device_faults_sign(device_id bigint) returns table (sign text, n bigint)
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select x.sign, sum(x.n)::bigint from (
		select k.sign, sum(f.n) as n, sum(f.n) / min(k.many) as share from clinic.device_fault f join clinic.device_faults() k using (fault)
		where f.device_id = $1 and f.day >= current_date - 1 group by k.sign, k.many) x
	group by x.sign having max(x.share) >= 1
	order by array_position('{loose,bus,garbled}', x.sign) limit 1;
$$;

-- For the page: {code, title, do}; null: nothing is wrong.
create or replace function clinic.device_faults_alarm(d clinic.device) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('code', r ->> 'code', 'title', r ->> 'title', 'do', r ->> 'do')
	from (select clinic.reply('note', 'device_faults_' || s.sign, jsonb_build_object('device', (d).name, 'n', s.n)) as r
		from clinic.device_faults_sign((d).device_id) s) x;
$$;

-- How often each since that day; {}: never.
create or replace function clinic.device_faults_view(device_id bigint, since date) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_object_agg(x.fault, x.n), '{}')
	from (select f.fault, sum(f.n) as n from clinic.device_fault f where f.device_id = $1 and f.day >= $2 group by 1) x;
$$;

-- ---- whether it is used ---------------------------------------------------------------------------------------------------

-- Why nobody uses a device of a station now, {code, title, do}; null: it is used, or it is none that is plugged in here, or nobody looks.
create or replace function clinic.device_silence(d clinic.device) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('code', r ->> 'code', 'title', r ->> 'title', 'do', r ->> 'do') from (
		select clinic.reply('note', case
				when (d).identity = (clinic.enrolment_open()).identity then 'device_in_enrolment'
				when clinic.device_drift(d) is not distinct from 'changed' then 'scanner_changed'
				when f.identity is null then 'device_not_plugged'
				when f.problem <> '' then 'device_deaf'
				else 'device_opening' end,
			jsonb_build_object('device', (d).name, 'scanner', (d).name, 'problem', f.problem)) as r
		from clinic.device_look l left join clinic.device_found f on f.identity = (d).identity
		where (d).transport = 'usb' and l.looked_at is not null and f.used is distinct from true) x;
$$;

-- What the station is told of a device of its own, the worst first, {code, title, do}; null: nothing. A printer says itself what is wrong with it; one
-- that is only being opened, or that somebody took away, is no trouble.
create or replace function clinic.device_trouble_view(d clinic.device) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when drift ->> 'code' = 'scanner_changed' then drift else coalesce(
		(select s from clinic.device_silence(d) s where (d).kind = 'scanner' and s ->> 'code' = 'device_deaf'),
		clinic.device_faults_alarm(d), drift) end
	from clinic.device_drift_view(d) drift;
$$;
