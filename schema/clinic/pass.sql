-- Pass-through: after our OK a tube's number is handed on to the system that the laboratory works in, so that one scan serves
-- both (contrib/FLOWS.md 1.4). Off until an administrator switches it on for a station. It is decided here, once, with the verdict;
-- the core tells the bench after the COMMIT, and only while the scan is news (daemon/bench/pass.h).

-- How a station hands on now; all null: it never did.
create or replace function clinic.pass_now(station_id bigint) returns clinic.station_pass
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	now_is clinic.station_pass;
begin
	select p.* into now_is from clinic.station_pass p where p.station_id = $1 order by p.station_pass_id desc limit 1;
	return now_is;
end $$;

-- Those that do.
create or replace function clinic.passes_now() returns setof clinic.station_pass
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select p.* from (select distinct on (x.station_id) x.* from clinic.station_pass x order by x.station_id, x.station_pass_id desc) p
	join clinic.station s on s.station_id = p.station_id and s.active
	where p.way <> 'off';
$$;

-- For the bench (contrib/CONTRACTS.md 2, devices).
create or replace function clinic.passes_task() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('station_id', p.station_id, 'way', p.way, 'target', p.target, 'keyboard', p.keyboard,
		'terminator', p.terminator) order by p.station_id), '[]') from clinic.passes_now() p;
$$;

-- What a scan of a tube can be answered with where it is stored or complete, and whether its number is handed on then. The other system
-- takes a number for a tube that is here and good: not one that is rejected or on hold, a cup that is empty yet, or one that nobody
-- ordered any more. A code that is in no row hands on nothing; tests/schema/device/pass.sql finds it.
create or replace function clinic.pass_codes() returns table (code text, hands_on boolean)
language sql immutable parallel safe
begin atomic
	select x.code, x.hands_on from (values
		-- in a visit
		('on_tube', true), ('cup_is_out', true), ('labels_done', true), ('visit_closed', true), ('visit_closed_cup_out', true),
		('cup_back', true), ('cup_back_fill', true), ('cup_back_fill_later', true), ('filled', true), ('filled_late', true),
		('handed_out', false), ('mistake', false),
		-- while packing
		('packed', true), ('count_agrees', true), ('bag_all_scanned', true), ('tube_placed', true), ('packed_cancelled', false),
		-- at the laboratory
		('accepted', true), ('accepted_early', true), ('bag_complete', true), ('delivery_complete', true),
		('rejected', false), ('on_hold_aside', false)) x (code, hands_on);
end;

-- Whatever the answer was: a tube in such a state is never handed on.
create or replace function clinic.pass_is_barred(specimen_id text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((custody.state($1)).kind, '') in ('held', 'rejected', 'not_collected', 'order_cancelled', 'handed_out', 'disposed', 'lost')
		or clinic.tube_is_cancelled($1);
$$;

-- What is handed on of this scan; null: nothing. A tube that was found good, read by a scanner of ours: never a page's scan, which
-- another system may have typed, nor a badge, a card, a slip or what answers a question. The number is the tube's, as its bars say it,
-- also where the square with its copy was read: that one no other system knows.
create or replace function clinic.pass_of(s clinic.scan, j clinic.judgement, kind text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text;
begin
	if j.verdict not in ('stored', 'complete') or kind is null or kind not in ('specimen', 'label') or s.device_id is null
		or j.about -> 'done' = 'true' or coalesce((clinic.pass_now(s.station_id)).way, 'off') = 'off' then
		return null;
	elsif not exists (select from clinic.pass_codes() c where c.code = j.code and c.hands_on) then
		return null;
	end if;
	tube := (custody.id_parse(clinic.scan_text(s.raw))).specimen_id;
	return case when not clinic.pass_is_barred(tube) then tube end;
end $$;

-- What our keyboard typed into a page of the station that handed it on, because the other system was not in front: no scan of a
-- person. Only that: the number and nothing else, of a tube that was handed on so within five seconds (or is: the bench has not said
-- yet), and once each. A square, another station, the same number again is a tube in somebody's hand, and is judged.
create or replace function clinic.pass_came_back(s clinic.scan, code text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	passed bigint;
begin
	if s.source not in ('typed', 'hand') or s.device_id is not null or code !~ '^[0-9]{12}$'
		or (clinic.pass_now(s.station_id)).way is distinct from 'keyboard' then
		return false;
	end if;
	-- of two that are typed at once the second waits, and sees the first
	select x.scan_id into passed from clinic.scan x
	where x.scan_id between s.scan_id - 256 and s.scan_id - 1 and x.station_id = s.station_id and x.device_id is not null
		and x.verdict in ('stored', 'complete') and x.kind in ('specimen', 'label') and x.at > s.at - interval '5 seconds'
		and x.code in (select c.code from clinic.pass_codes() c where c.hands_on) and left(clinic.scan_text(x.raw), 12) = $2
		and not exists (select from clinic.code_passed p where p.scan_id = x.scan_id and not p.ok)
	order by x.scan_id desc limit 1 for no key update of x;
	return passed is not null and not exists (select from clinic.scan y where y.scan_id > passed and y.station_id = s.station_id
		and y.code = 'pass_came_back' and clinic.scan_text(y.raw) = $2);
end $$;

-- What became of one (core): request_id of the scan, ok, why, hint. Each scan once.
create or replace function clinic.pass_told(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	s clinic.scan;
	named text := clinic.arg(args, 'scan');
	ok boolean := args -> 'ok' = 'true';
	why text := case when args -> 'ok' = 'true' then '' else coalesce(left(clinic.arg(args, 'why'), 300), '') end;
begin
	select x.* into s from clinic.scan x where x.request_id = case when named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then named::uuid end;
	if s.scan_id is null or args -> 'ok' is null then
		return clinic.reply('question', 'bad_request', '{"what": "scan, ok"}');
	end if;
	insert into clinic.code_passed (scan_id, ok, why) values (s.scan_id, ok, why) on conflict (scan_id) do nothing;
	if not found then
		return clinic.reply('repeat', 'passed_on_already');
	elsif ok then
		return clinic.reply('stored', 'passed_on');
	end if;
	return clinic.reply('question', 'not_passed_on', jsonb_build_object('specimen_id',
		coalesce((custody.id_parse(clinic.scan_text(s.raw))).specimen_id, '?'), 'why', why, 'hint', coalesce(left(clinic.arg(args, 'hint'), 300), '')));
end $$;

-- ---- setting it up ---------------------------------------------------------------------------------------------------

-- The target in its one spelling; null: it makes no sense. Lines as daemon/bench/pass_serial.c takes them.
create or replace function clinic.pass_target(way text, said text) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case way when 'tcp' then clinic.tcp_identity(said)
		when 'serial' then case when length(said) <= 127 and said !~ '/[./]'
			and said ~ '^/dev/(ttyS|ttyUSB|ttyACM|serial/by-id/|serial/by-path/|pts/|specimend-)[!-~]+$' then said end
		else '' end;
$$;

-- Words that go with each way.
create or replace function clinic.pass_terminators(way text) returns text[]
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case way when 'keyboard' then '{cr,tab,none}'::text[] when 'serial' then '{cr,lf,cr_lf,tab,none}'
		when 'tcp' then '{lf,cr,cr_lf,tab}' when 'off' then '{cr}' end;
$$;

-- Whose way it is already: a window or a line that two stations type into gets numbers that run into each other. '' when nobody's.
create or replace function clinic.pass_taken(mine bigint, way text, target text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((select s.name from clinic.passes_now() p join clinic.station s using (station_id)
		where p.station_id <> $1 and p.way = $2 and p.way <> 'tcp' and p.target = $3 order by s.name limit 1), '');
$$;

-- args: station (its code), way, target, keyboard, terminator
create or replace function clinic.pass_set(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	at clinic.station;
	was clinic.station_pass;
	way text := clinic.arg(args, 'way');
	target text := clinic.pass_target(way, clinic.arg(args, 'target'));
	keyboard text := case when way = 'keyboard' then coalesce(clinic.arg(args, 'keyboard'), 'us') end;
	terminator text := coalesce(clinic.arg(args, 'terminator'), (clinic.pass_terminators(way))[1]);
begin
	lock table clinic.station_pass in share row exclusive mode; -- one is set up at a time
	select s.* into at from clinic.station s where s.code = clinic.arg(args, 'station') and s.active;
	if at.station_id is null then
		return clinic.judged('question', 'pass_no_station');
	elsif clinic.pass_terminators(way) is null or terminator <> all (clinic.pass_terminators(way)) or keyboard is not null
		and keyboard <> all ((select w.words from clinic.scanner_setting_words() w where w.setting = 'keyboard')::text[]) then
		return clinic.judged('question', 'pass_no_way');
	elsif target is null then
		return clinic.judged('question', 'pass_no_target');
	elsif way <> 'off' and clinic.pass_taken(at.station_id, way, target) <> '' then
		return clinic.judged('question', 'pass_taken', jsonb_build_object('station', clinic.pass_taken(at.station_id, way, target)));
	end if;
	was := clinic.pass_now(at.station_id);
	if (coalesce(was.way, 'off'), coalesce(was.target, ''), was.keyboard, coalesce(was.terminator, 'cr'))
		is not distinct from (way, target, keyboard, terminator) then
		return clinic.judged('repeat', 'pass_same', jsonb_build_object('station', at.name));
	end if;
	insert into clinic.station_pass (station_id, way, target, keyboard, terminator, set_by)
	values (at.station_id, way, target, keyboard, terminator, actor.operator_id);
	return clinic.judged('stored', case way when 'off' then 'pass_is_off' else 'pass_is_on' end, jsonb_build_object('station', at.name));
end $$;

-- A station as the page shows it; `last`: what became of the last code that was to be handed on since it was set up so.
create or replace function clinic.pass_view(s clinic.station) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('station', (s).code, 'name', (s).name, 'kind', (s).kind, 'way', coalesce((p).way, 'off'), 'target', coalesce((p).target, ''),
		'keyboard', (p).keyboard, 'terminator', coalesce((p).terminator, 'cr'), 'set_at', (p).at,
		'set_by', (select o.name from clinic.operator o where o.operator_id = (p).set_by),
		'last', case when (p).way <> 'off' then (select jsonb_build_object('at', c.at, 'ok', c.ok, 'why', c.why)
			from clinic.scan x join clinic.code_passed c using (scan_id)
			where x.station_id = (s).station_id and x.at >= greatest((p).at, now() - interval '7 days') and x.device_id is not null
			order by x.scan_id desc limit 1) end)
	from (select clinic.pass_now((s).station_id) as p) y;
$$;

create or replace function clinic.passes_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('stations', coalesce((select jsonb_agg(clinic.pass_view(s) order by s.name, s.code) from clinic.station s where s.active), '[]'),
		'keyboards', (select to_jsonb(w.words) from clinic.scanner_setting_words() w where w.setting = 'keyboard'),
		'terminators', (select jsonb_object_agg(w, clinic.pass_terminators(w)) from unnest(array['keyboard', 'serial', 'tcp']) w));
$$;
