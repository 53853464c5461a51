-- Pages: bound by a one-time code and by nothing else; who opens one; a page that is taken away, and who was signed in on it.
\ir setup.sql
select plan(86);
insert into person select n, clinic.operator_add(n, left(n, 2), array[r], '$argon2id$not-a-real-hash') from (values ('Dora Admin', 'admin'), ('Lea Lead', 'lab_lead')) x (n, r);
select pg_temp.sign_in('Dora Admin', 'room2') is not null \g /dev/null
create function pg_temp.call(act text, token text, args jsonb default '{}') returns jsonb language plpgsql as $$
declare
	r jsonb;
begin
	execute format('select api.%I($1, $2, $3)', act) into r using gen_random_uuid(), token, args;
	return r;
end $$;
create function pg_temp.bind(code text, token text, about text default 'a phone') returns jsonb language sql volatile as $$
	select pg_temp.call('station_bind', 'core', jsonb_build_object('code', code, 'token_hash', pg_temp.token_hash(token), 'about', about)) $$;
create function pg_temp.room(n int) returns jsonb language sql stable as $$
	select jsonb_build_object('station', code) from clinic.station where name = 'Room ' || n $$;
create function pg_temp.pages(token text default 'dora') returns jsonb language sql volatile as $$
	select api.pages(token, '{}') -> 'data' $$;
create function pg_temp.page(station text, about text) returns jsonb language sql volatile as $$
	select p from jsonb_array_elements(pg_temp.pages() -> 'pages') p where p ->> 'station' = $1 and p ->> 'about' = $2 $$;
create function pg_temp.take(page jsonb, token text default 'dora') returns text language sql volatile as $$
	select pg_temp.call('page_take_away', token, jsonb_build_object('page_id', page -> 'page_id')) ->> 'code' $$;

-- ---- who
select is(api.pages(t, '{}') ->> 'code', c, 'who may look: ' || coalesce(t, 'nobody')) from (values ('ana', 'not_allowed'), ('room1', 'sign_in_needed'), ('bench1', 'not_allowed'), ('core', 'sign_in_needed'),
	(null, 'sign_in_needed'), ('dora', 'ok')) x (t, c);
select is(pg_temp.call(a, t, pg_temp.room(1)) ->> 'code', c, a || ' by ' || t) from (values ('page_code_open', 'ana', 'not_allowed'), ('page_code_cancel', 'ana', 'not_allowed'), ('page_take_away', 'ana', 'not_allowed'),
	('page_code_open', 'room1', 'sign_in_needed'), ('page_take_away', 'core', 'sign_in_needed'), ('station_bind', 'dora', 'not_allowed'), ('station_bind', 'bench1', 'not_allowed')) x (a, t, c);
select is((select array_agg(role order by role) from clinic.role_act where act = 'page'), array['admin', 'lab_lead', 'site_lead'], 'administrators and leads let pages in');
select is((select count(*) from clinic.page_code where opened_by is not null), 0::bigint, 'and nobody else opened anything');

-- ---- a station's code alone is worth nothing now
select is(pg_temp.call('station_bind', 'core', pg_temp.room(1) || jsonb_build_object('token_hash', pg_temp.token_hash('thief'))) ->> 'code', 'page_code_wrong', 'the station''s own code lets nobody in');
select is(pg_temp.bind(c, 'thief') ->> 'code', 'page_code_wrong', 'nor does ' || coalesce(c, 'no code')) from (values (null), (''), ('1'), ('T900000000155'), ('12 345678'), ('12345678'), (repeat('9', 4000))) x (c);
select is(api.me('thief', '{}') ->> 'code', 'station_unknown', 'no page came of it');
select is((select count(*) from custody.request r where r.reply ->> 'code' = 'page_code_wrong'), 0::bigint, 'and nothing is kept of them: anybody may send as many as he likes');

-- ---- opened by a person, used once
select is(pg_temp.call('page_code_open', 'dora', a) ->> 'code', 'station_unknown', 'no station: ' || a::text) from (values ('{}'::jsonb), ('{"station": 7}'), ('{"station": "T000000000000"}')) x (a);
select is(pg_temp.call('page_code_open', 'dora', pg_temp.room(1)) ->> 'code', 'page_code_opened', 'an administrator at Room 2 opens one for Room 1');
select is(pg_temp.pages() #>> '{code,station}', 'Room 1', 'which is shown to her');
select ok((pg_temp.pages() #>> '{code,code}') ~ '^[0-9]{12}$', 'as twelve digits');
select ok((pg_temp.pages() #>> '{code,seconds}')::int between 290 and 300, 'for five minutes');
create temporary table first as select pg_temp.pages() #>> '{code,code}' as code;
select pg_temp.sign_in('Carol Lindqvist', 'room1') is not null \g /dev/null
select is(pg_temp.pages('carol') -> 'code', 'null', 'to nobody else, who may open one too');
select is((select pg_temp.call('station_bind', 'core', jsonb_build_object('code', code, 'token_hash', t)) ->> 'code' from first), 'bad_request', 'not without a token: ' || t) from (values (''), ('x')) x (t);
select is((select pg_temp.bind(code, 'phone', 'Chrome on Android') #>> '{data,station,name}' from first), 'Room 1', 'a new page is Room 1''s by it');
select is(api.me('phone', '{}') #>> '{data,station,name}', 'Room 1', 'and knows where it is');
select is(api.me('phone', '{}') #> '{data,operator}', 'null', 'and is nobody');
select is((select pg_temp.bind(code, 'phone2') ->> 'code' from first), 'page_code_wrong', 'a second page by the same code is not');
select is(pg_temp.pages() #>> '{code,ended}', 'bound', 'she sees that it was used');
select is(pg_temp.pages() #>> '{code,code}', null, 'and not the code any more');
select is(pg_temp.pages() #> '{code,page_id}', pg_temp.page('Room 1', 'Chrome on Android') -> 'page_id', 'and by which page');
select is(pg_temp.page('Room 1', 'Chrome on Android') -> 'seen_at', 'null', 'nobody signed in there yet');
select ok((p ->> 'seen_at')::timestamptz is not null, 'as she did on her own') from jsonb_array_elements(pg_temp.pages() -> 'pages') p where (p -> 'is_this')::boolean;
select is(pg_temp.page('Room 1', 'Chrome on Android') ->> 'bound_by', 'Dora Admin', 'who let it in is kept');
select is((select array_agg(p ->> 'station') from jsonb_array_elements(pg_temp.pages() -> 'pages') p where (p -> 'is_this')::boolean), array['Room 2'], 'her own page is told from the others');

-- ---- one at a time; cancelled; too late
select pg_temp.call('page_code_open', 'dora', pg_temp.room(1)) is not null \g /dev/null
create temporary table old as select pg_temp.pages() #>> '{code,code}' as code;
select pg_temp.call('page_code_open', 'dora', pg_temp.room(2)) is not null \g /dev/null
select is((select pg_temp.bind(code, 'late') ->> 'code' from old), 'page_code_wrong', 'a second code of the same person ends the first');
select is((select array_agg(ended order by page_code_id) from clinic.page_code where opened_by is not null), array['bound', 'replaced', null], 'as is kept');
create temporary table second as select pg_temp.pages() #>> '{code,code}' as code;
select is(pg_temp.call('page_code_cancel', 'dora') ->> 'code', 'page_code_cancelled', 'it is taken back');
select is(pg_temp.call('page_code_cancel', 'dora') ->> 'code', 'page_code_idle', 'once');
select is((select pg_temp.bind(code, 'late') ->> 'code' from second), 'page_code_wrong', 'and good for nothing');
select pg_temp.call('page_code_open', 'dora', pg_temp.room(1)) is not null \g /dev/null
create temporary table third as select pg_temp.pages() #>> '{code,code}' as code;
update clinic.page_code set expires_at = clock_timestamp() where ended_at is null and opened_by is not null;
select is(pg_temp.pages() #>> '{code,ended}', 'expired', 'after five minutes it is over');
select is((select pg_temp.bind(code, 'late') ->> 'code' from third), 'page_code_wrong', 'for the page too');
select is(api.me('late', '{}') ->> 'code', 'station_unknown', 'none of them let a page in');

-- ---- the first page: by the owner of the database
select throws_ok(format('select clinic.station_code(%L, %s)', s, m), 'P0001', null, 'no code for ' || coalesce(s, 'nothing') || ', ' || coalesce(m, 'null')) from (values ('Nowhere', '5'), (null, '5'), ('Room 1', '0'), ('Room 1', '1441'), ('Room 1', 'null')) x (s, m);
select is(pg_temp.bind(clinic.station_code('Room 2'), 'first', 'a desk') #>> '{data,station,name}', 'Room 2', 'by the station''s name');
select is(pg_temp.page('Room 2', 'a desk') -> 'bound_by', 'null', 'nobody of the clinic let it in');

select is((select array_agg(substr(l, 14)) from unnest(string_to_array(clinic.station_codes(null, 5), E'\n')) l), (select array_agg(name order by name) from clinic.station), 'one for each station');
select is((select pg_temp.bind(left(clinic.station_codes(s, 5), 12), s) #>> '{data,name}'), 'Room 2', 'or for ' || left(s, 1)) from (select unnest(array[name, code]) as s from clinic.station where name = 'Room 2') x;
select throws_ok('select clinic.station_codes(''Nowhere'', 5)', 'P0001', null, 'none for nowhere');

-- ---- lost
select pg_temp.sign_in('Ben Okafor', 'phone') is not null \g /dev/null
select is(pg_temp.page('Room 1', 'Chrome on Android') -> 'people', '["Ben Okafor"]', 'Ben works on the phone');
select is(pg_temp.take(pg_temp.page('Room 1', 'Chrome on Android'), 'carol'), 'shaded', 'Carol''s page rests since');
create temporary table lost as select pg_temp.page('Room 1', 'Chrome on Android') as page;
select is(pg_temp.call('page_take_away', 'dora', (select page from lost)) #>> '{data,station_touched}', (select station_id::text from clinic.station where name = 'Room 1'), 'it is taken away, and Room 1 hears of it');
select is(api.me(t, '{}') ->> 'code', 'station_unknown', t || ' is nobody''s any more') from unnest(array['phone', 'ben']) t;
select is(api.collections_due('ben', '{}') ->> 'code', 'sign_in_needed', 'who signed in there reads nothing more');
select is(api.me('room1', '{}') #>> '{data,station,name}', 'Room 1', 'the other page of Room 1 stays');
select is((select pg_temp.take(page) from lost), 'page_gone', 'once');
-- taken away while somebody signs in there: the page is looked at again, under its lock
create function pg_temp.signs_in(page bigint, token text) returns timestamptz language sql volatile as $$
	select clinic.operator_session((select operator_id from clinic.operator where name = 'Ben Okafor'), (select station_id from clinic.station where name = 'Room 1'),
		page, sha256(convert_to(token, 'UTF8')), true) $$;
select is((select pg_temp.signs_in((page ->> 'page_id')::bigint, 'ghost') from lost), null, 'nobody signs in on a page that is gone');
select is(api.me('ghost', '{}') ->> 'code', 'station_unknown', 'no session came of it');
insert into clinic.session (token_hash, kind, operator_id, station_id, page_id, expires_at)
select sha256(convert_to('ghost', 'UTF8')), 'operator', o.operator_id, s.station_id, (l.page ->> 'page_id')::bigint, now() + interval '1 hour'
from lost l, clinic.operator o, clinic.station s where o.name = 'Ben Okafor' and s.name = 'Room 1';
select is(api.me('ghost', '{}') ->> 'code', 'station_unknown', 'a session of such a page is over');
select is(api.collections_due('ghost', '{}') ->> 'code', 'sign_in_needed', 'and reads nothing');
select is((select s ->> 'name' from jsonb_path_query(api.me('bench1', '{}'), '$.data.operator') s), 'Carol Lindqvist', 'nor do the station''s scanners scan for it');
select is((select pg_temp.take(page) from lost), 'page_gone', 'whoever takes the page away again');
select is((select count(*) from clinic.session x, lost l where x.page_id = (l.page ->> 'page_id')::bigint and x.closed_at is null), 0::bigint, 'ends what was left of it');
select is(api.me('ben', '{}') #>> '{data,operator,name}', null, 'Ben is not signed in');
select ok(pg_temp.signs_in((pg_temp.page('Room 2', 'a desk') ->> 'page_id')::bigint, 'ghost2') > now(), 'on a page that is there he can');
select is(pg_temp.call('page_take_away', 'dora', a) ->> 'code', 'page_unknown', 'no page: ' || a::text) from (values ('{}'::jsonb), ('{"page_id": "x"}'), (jsonb_build_object('page_id', (select max(session_id) from clinic.session where kind = 'operator')))) x (a);
select is((select o.name from clinic.session s join clinic.operator o on o.operator_id = s.closed_by), 'Dora Admin', 'who did it is kept');
select * from finish();
