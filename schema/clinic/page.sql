-- Pages: one is bound to a station once, by a code that an administrator or the lead of the site or laboratory opened, who is
-- signed in at a station that is bound; the first by one that the database's owner opened. Whoever reads no such code gets no
-- page. A page that is lost is taken away, with whoever is signed in on it. A page that was bound before there were codes works
-- as before, but always asks for the PIN, until an administrator keeps it or takes it away.

create or replace function clinic.page_code_minutes() returns int language sql immutable as $$ select 5 $$;

-- Twelve digits of chance that no other open code has (daemon/core/session.h: what they are good for). by_: null: the database's owner.
create or replace function clinic.page_code_new(station_id bigint, by_ bigint, minutes int) returns clinic.page_code
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	digits text;
	made clinic.page_code;
begin
	lock table clinic.page_code in share row exclusive mode;
	update clinic.page_code c set ended_at = clock_timestamp(), ended = 'expired' where c.ended_at is null and c.expires_at <= clock_timestamp();
	loop
		-- of the bytes of a UUIDv4 the first six are all chance
		digits := lpad((('x' || encode(substr(uuid_send(gen_random_uuid()), 1, 6), 'hex'))::bit(48)::bigint % 1000000000000)::text, 12, '0');
		exit when not exists (select from clinic.page_code c where c.code = digits and c.ended_at is null);
	end loop;
	insert into clinic.page_code (code, station_id, opened_by, expires_at)
	values (digits, $1, by_, clock_timestamp() + make_interval(mins => minutes))
	returning * into made;
	return made;
end $$;

-- By the owner of the database, never by the service. station: code or name.
create or replace function clinic.station_code(station text, minutes int default 60) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	found_ bigint[] := array(select s.station_id from clinic.station s where s.active and station_code.station in (s.code, s.name));
begin
	if cardinality(found_) <> 1 then
		raise exception 'there is no station, or more than one, called %', coalesce(quote_literal(station), 'nothing');
	elsif minutes is null or minutes not between 1 and 1440 then
		raise exception 'a code is good for 1 to 1440 minutes';
	end if;
	return (clinic.page_code_new(found_[1], null, minutes)).code;
end $$;

-- For `specimend station-code`: lines of code and station; of all stations when none is named.
create or replace function clinic.station_codes(station text, minutes int) returns text
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select string_agg(clinic.station_code(s.code, minutes) || ' ' || s.name, E'\n' order by s.name)
	from (select x.code, x.name from clinic.station x where x.active and station is null
		union all select station, coalesce((select min(x.name) from clinic.station x where x.active and station in (x.code, x.name)), station) where station is not null) s;
$$;

-- ---- what a person does with them -----------------------------------------------------------------------------------

create or replace function clinic.page_code_opened(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	st clinic.station;
	made clinic.page_code;
begin
	select s.* into st from clinic.station s where s.active and s.code = clinic.arg(args, 'station');
	if st.station_id is null then
		return clinic.judged('question', 'station_unknown');
	end if;
	lock table clinic.page_code in share row exclusive mode;
	update clinic.page_code c set ended_at = clock_timestamp(), ended = 'replaced' where c.opened_by = actor.operator_id and c.ended_at is null;
	made := clinic.page_code_new(st.station_id, actor.operator_id, clinic.page_code_minutes());
	return clinic.judged('stored', 'page_code_opened', jsonb_build_object('station', st.name, 'page_code_id', made.page_code_id));
end $$;

create or replace function clinic.page_code_cancelled(actor clinic.actor) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.page_code c set ended_at = clock_timestamp(), ended = 'cancelled'
	where c.opened_by = actor.operator_id and c.ended_at is null and c.expires_at > clock_timestamp();
	return case when found then clinic.judged('stored', 'page_code_cancelled') else clinic.judged('repeat', 'page_code_idle') end;
end $$;

-- Whoever is signed in on that page goes with it. `station_touched`: where pages read anew who they are.
create or replace function clinic.page_taken_away(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	page clinic.session;
begin
	select s.* into page from clinic.session s where s.session_id = clinic.arg_bigint(args, 'page_id') and s.kind = 'page' for update;
	if page.session_id is null then
		return clinic.judged('question', 'page_unknown');
	end if;
	update clinic.session s set closed_at = clock_timestamp() where s.page_id = page.session_id and s.closed_at is null;
	if page.closed_at is not null then
		return clinic.judged('repeat', 'page_gone');
	end if;
	update clinic.session s set closed_at = clock_timestamp(), closed_by = actor.operator_id where s.session_id = page.session_id;
	return clinic.judged('stored', 'page_taken_away', jsonb_build_object('station_touched', page.station_id,
		'station', (select s.name from clinic.station s where s.station_id = page.station_id)));
end $$;

-- ---- pages from before there were codes --------------------------------------------------------------------------------

-- Nobody said yet whether it stays.
create or replace function clinic.page_waits(page clinic.session) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select (page).kind = 'page' and (page).closed_at is null and (page).kept_at is null
		and not exists (select from clinic.page_code c where c.page_id = (page).session_id);
$$;

create or replace function clinic.pages_waiting() returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select count(*)::int from clinic.session s where s.kind = 'page' and s.closed_at is null and clinic.page_waits(s);
$$;

-- Whether this person gave a PIN where he is signed in.
create or replace function clinic.pin_was_given(actor clinic.actor) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((select g.pin_needed from clinic.session s join clinic.sign_in g on g.session_id = s.page_id
		where s.session_id = (actor).session_id and g.operator_id = (actor).operator_id and g.opened
		order by g.ended_at desc limit 1), false);
$$;

create or replace function clinic.page_kept(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	page clinic.session;
	station jsonb;
begin
	select s.* into page from clinic.session s where s.session_id = clinic.arg_bigint(args, 'page_id') and s.kind = 'page' for update;
	station := jsonb_build_object('station', (select s.name from clinic.station s where s.station_id = page.station_id));
	if page.session_id is null then
		return clinic.judged('question', 'page_unknown');
	elsif page.closed_at is not null then
		return clinic.judged('question', 'page_gone');
	elsif not clinic.page_waits(page) then
		return clinic.judged('repeat', 'page_kept_already', station);
	elsif not clinic.pin_was_given(actor) then
		return clinic.judged('question', 'page_keep_pin');
	end if;
	update clinic.session s set kept_at = clock_timestamp(), kept_by = actor.operator_id where s.session_id = page.session_id;
	return clinic.judged('stored', 'page_kept', station);
end $$;

-- ---- the new page ---------------------------------------------------------------------------------------------------

create or replace function clinic.page_code_is_open(code text) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select exists (select from clinic.page_code c where c.code = $1 and c.ended_at is null and c.expires_at > clock_timestamp());
$$;

-- args: code, token_hash, about. The code is used up, whatever becomes of the answer.
create or replace function clinic.page_bound(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	c clinic.page_code;
	st clinic.station;
	page bigint;
begin
	if clinic.arg(args, 'token_hash') is null or clinic.arg(args, 'token_hash') !~ '^[0-9a-f]{64}$' then
		return clinic.reply('question', 'bad_request', '{"what": "token_hash"}');
	end if;
	select x.* into c from clinic.page_code x where x.code = clinic.arg(args, 'code') and x.ended_at is null for update;
	select s.* into st from clinic.station s where s.active and s.station_id = c.station_id and c.expires_at > clock_timestamp();
	if st.station_id is null then
		return clinic.reply('question', 'page_code_wrong');
	end if;
	insert into clinic.session (token_hash, kind, station_id, expires_at, about)
	values (decode(clinic.arg(args, 'token_hash'), 'hex'), 'page', st.station_id, 'infinity', coalesce(left(clinic.arg(args, 'about'), 80), ''))
	returning session_id into page;
	update clinic.page_code x set ended_at = clock_timestamp(), ended = 'bound', page_id = page where x.page_code_id = c.page_code_id;
	return clinic.reply('stored', 'page_bound', jsonb_build_object('station', clinic.station_view(st), 'name', st.name));
end $$;

-- ---- who is let in --------------------------------------------------------------------------------------------------

-- The last code that this person opened, for as long again as it is good.
create or replace function clinic.page_code_view(actor clinic.actor) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('page_code_id', c.page_code_id, 'code', case when c.ended_at is null then c.code end, 'station', s.name,
		'seconds', greatest(0, ceil(extract(epoch from c.expires_at - clock_timestamp()))::int),
		'ended', case when c.ended_at is null and c.expires_at <= clock_timestamp() then 'expired' else c.ended end, 'page_id', c.page_id)
	from clinic.page_code c join clinic.station s using (station_id)
	where c.opened_by = (actor).operator_id
		and coalesce(c.ended_at, c.expires_at) > clock_timestamp() - make_interval(mins => clinic.page_code_minutes())
	order by c.page_code_id desc limit 1;
$$;

create or replace function clinic.pages_view(actor clinic.actor) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('minutes', clinic.page_code_minutes(), 'code', clinic.page_code_view(actor), 'may_keep', clinic.may(actor, 'page_keep'),
		'stations', (select coalesce(jsonb_agg(clinic.station_view(s) order by s.name), '[]') from clinic.station s where s.active),
		'pages', (select coalesce(jsonb_agg(jsonb_build_object('page_id', p.session_id, 'station', s.name, 'kind', s.kind, 'about', p.about,
				'bound_at', p.opened_at, 'bound_by', o.name, 'seen_at', nullif(p.seen_at, p.opened_at), 'waits', clinic.page_waits(p), 'kept_at', p.kept_at, 'kept_by', k.name,
				'is_this', p.session_id = (select own.page_id from clinic.session own where own.session_id = (actor).session_id),
				'people', (select coalesce(jsonb_agg(distinct who.name), '[]') from clinic.session t join clinic.operator who using (operator_id)
					where t.page_id = p.session_id and t.closed_at is null and t.expires_at > now() and not clinic.session_is_over(t)))
			order by clinic.page_waits(p) desc, s.name, p.session_id), '[]')
		from clinic.session p join clinic.station s on s.station_id = p.station_id
		left join clinic.page_code c on c.page_id = p.session_id left join clinic.operator o on o.operator_id = c.opened_by
		left join clinic.operator k on k.operator_id = p.kept_by
		where p.kind = 'page' and p.closed_at is null and p.expires_at > now()));
$$;
