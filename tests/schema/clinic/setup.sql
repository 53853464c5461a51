-- A practice clinic with Ana Ruiz (MA) signed in at Room 1. Tokens are words: core, mllp, room1 (a page bound to it), ana.
-- bench1: the session by which Room 1's own scanners speak.
create function pg_temp.token_hash(token text) returns text language sql immutable as $$
	select encode(sha256(convert_to(token, 'UTF8')), 'hex') $$;
select custody.node_init(8191, true, array(select generate_series(900, 999)));
\ir ../../../schema/practice/clinic.sql
create temporary table person as
	select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash') as badge
	from (values ('Ana Ruiz', 'AR', array['ma']), ('Ben Okafor', 'BO', array['ma']), ('Carol Lindqvist', 'CL', array['site_lead']),
		('Cy Courier', 'CC', array['courier'])) p (name, initials, roles);
create function pg_temp.ok_(r jsonb) returns jsonb language plpgsql as $$
begin
	if r ->> 'verdict' not in ('stored', 'note') then
		raise 'set-up: %', r;
	end if;
	return r -> 'data';
end $$;
-- signs in at the station whose token is given; the person's token is the first name
create function pg_temp.sign_in(who text, station_token text) returns jsonb language plpgsql as $$
declare
	begun jsonb := pg_temp.ok_(api.sign_in_begin(gen_random_uuid(), station_token,
		jsonb_build_object('badge', (select badge from person where name = who))));
begin
	return pg_temp.ok_(api.sign_in(gen_random_uuid(), station_token, jsonb_build_object('nonce', begun -> 'nonce', 'ok', true,
		'token_hash', pg_temp.token_hash(lower(split_part(who, ' ', 1))))));
end $$;
select pg_temp.ok_(api.service_open(gen_random_uuid(), null, jsonb_build_object('service', s, 'token_hash', pg_temp.token_hash(s))))
	is not null from unnest(array['core', 'mllp']) s \g /dev/null
select pg_temp.ok_(api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code(s.code),
	'token_hash', pg_temp.token_hash(replace(lower(s.name), ' ', ''))))) is not null from clinic.station s \g /dev/null
select pg_temp.ok_(api.station_open(gen_random_uuid(), 'core', jsonb_build_object('station_id', s.station_id,
	'token_hash', pg_temp.token_hash(replace(lower(s.name), 'room ', 'bench'))))) is not null from clinic.station s \g /dev/null
select pg_temp.sign_in('Ana Ruiz', 'room1') is not null \g /dev/null
