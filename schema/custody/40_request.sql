-- Exactly once: a repeat of a request gets the stored reply and changes nothing.

-- May the second of two tokens have the reply to a request of the first? Only the same one, or its successor: the
-- core after a restart, the station's scanners, the same person at the same station.
create or replace function custody.session_succeeds(first_hash bytea, second_hash bytea) returns bool
language sql stable security definer set search_path = pg_catalog, pg_temp
as $$
	select $1 is not distinct from $2 or exists (
		select from clinic.session a
		join clinic.session b on b.kind = a.kind and b.station_id is not distinct from a.station_id
			and b.operator_id is not distinct from a.operator_id
		where a.token_hash = $1 and b.token_hash = $2 and b.closed_at is null and b.expires_at > now())
$$;

-- Begins a request: null when it is new, else the stored reply, which nobody gets but who asked. A repeat that comes
-- while the first is under way waits for it. The first thing of every writing api function, before any other lock.
create or replace function custody.request_begin(request_id uuid, session text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	asker bytea := sha256(convert_to(request_begin.session, 'UTF8'));
	first_asker bytea;
	stored jsonb;
begin
	insert into custody.request (request_id, session_hash) values (request_begin.request_id, asker)
		on conflict (request_id) do nothing;
	if found then
		return null;
	end if;
	select r.reply, r.session_hash into stored, first_asker from custody.request r where r.request_id = request_begin.request_id;
	if stored is null then
		raise 'request % was begun and never ended', request_begin.request_id;
	end if;
	return case when custody.session_succeeds(first_asker, asker) then stored
		else clinic.reply('question', 'request_of_another') end;
end
$$;

create or replace function custody.request_end(request_id uuid, station_id bigint, reply jsonb) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
	update custody.request r set station_id = request_end.station_id, reply = request_end.reply
		where r.request_id = request_end.request_id and r.reply is null;
	if not found or request_end.reply is null then
		raise 'request % was not begun, or ended twice, or has no reply', request_end.request_id;
	end if;
	return request_end.reply;
end
$$;

-- Forgets requests after 60 days, a thousand at a time; returns how many.
create or replace function custody.request_expire() returns bigint
language sql volatile security definer set search_path = pg_catalog, pg_temp
as $$
	with gone as (delete from custody.request where request_id in (select request_id from custody.request
		where at < clock_timestamp() - interval '60 days' order by at limit 1000) returning 1)
	select count(*) from gone
$$;
