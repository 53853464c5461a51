-- Exactly once: a repeat of a request gets the stored reply and changes nothing.

-- Begins a request: null when it is new, else the stored reply. A repeat that comes while the first is under
-- way waits for it. The first thing of every writing api function, before any other lock.
create or replace function custody.request_begin(request_id uuid, session text) returns jsonb
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
	stored jsonb;
begin
	insert into custody.request (request_id, session_hash)
		values (request_begin.request_id, sha256(convert_to(request_begin.session, 'UTF8')))
		on conflict (request_id) do nothing;
	if found then
		return null;
	end if;
	select r.reply into stored from custody.request r where r.request_id = request_begin.request_id;
	if stored is null then
		raise 'request % was begun and never ended', request_begin.request_id;
	end if;
	return stored;
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
