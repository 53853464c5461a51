-- A scan that a page could not hand over, and kept: a fact of the person who made it, once, which moves nothing.
\ir setup.sql
select plan(30);
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3 \gset
select (select operator_id from clinic.operator where name = 'Ana Ruiz') as ana, (select code from clinic.station where name = 'Room 1') as room1,
	(select code from clinic.station where name = 'Room 2') as room2 \gset
create temporary table sent (name text primary key, id uuid not null default gen_random_uuid());
insert into sent values ('one'), ('two'), ('three'), ('four'), ('five');

-- as a page sends it: made by Ana at Room 1 at 14:00 by the phone's clock, which was 90 s slow, and is 30 s fast now
create function pg_temp.kept(request text, code text, token text, more jsonb default '{}') returns jsonb language sql volatile as $$
	select api.scan_kept((select id from sent where name = request), token, jsonb_build_object('raw', encode(convert_to(code, 'UTF8'), 'base64'), 'aim', ']C0',
		'source', 'camera', 'operator_id', (select operator_id from clinic.operator where name = 'Ana Ruiz'), 'station', (select x.code from clinic.station x where name = 'Room 1'),
		'at_ms', 1795269600000, 'ahead_ms', 90000, 'ahead_now_ms', -30000.4) || more) $$;
create function pg_temp.live(request text, code text, token text default 'ana') returns jsonb language sql volatile as $$
	select api.scan((select id from sent where name = request), token, jsonb_build_object('raw', encode(convert_to(code, 'UTF8'), 'base64'), 'aim', ']C0', 'source', 'camera')) $$;
create function pg_temp.rows(request text) returns bigint language sql stable as $$
	select count(*) from clinic.scan s join sent on s.request_id = sent.id where sent.name = request $$;
create function pg_temp.state(request text) returns text language sql stable as $$
	select concat_ws(' ', s.kind, s.verdict, s.code, s.source, o.name) from clinic.scan s join sent on s.request_id = sent.id left join clinic.operator o using (operator_id)
	where sent.name = request $$;

-- ---- it is a fact
select pg_temp.kinds(:'t1') as before \gset
select is(pg_temp.says(pg_temp.kept('one', :'t1', 'ana')), 'note scan_late', 'kept, and sent by who made it: stored late');
select is(pg_temp.state('one'), 'specimen note scan_late camera Ana Ruiz', 'with who and how');
select is(pg_temp.kinds(:'t1'), :'before', 'it moves nothing');
select is(pg_temp.label_state(:'t1', 1), 'printed open', 'and the label is still to be scanned');
select is((select device_at from clinic.scan join sent on request_id = id where name = 'one'), timestamptz '2026-11-21 14:00:00Z', 'when, by the phone''s clock');
select is((select evidence -> 'kept' from clinic.scan join sent on request_id = id where name = 'one'), '{"ahead_ms": 90000, "ahead_now_ms": -30000}'::jsonb, 'and how far off that was, then and now');
select is(pg_temp.says(pg_temp.kept('one', :'t1', 'ana')), 'note scan_late', 'sent again it is answered again');
select is(pg_temp.rows('one'), 1::bigint, 'and stored once');
select is(pg_temp.says(pg_temp.live('one', :'t1')), 'note scan_late', 'nor does the first try, when it comes after all');
select is(pg_temp.rows('one'), 1::bigint, 'store it twice');
select is(pg_temp.label_state(:'t1', 1), 'printed open', 'or move anything');

-- ---- the first try was stored, and its answer was lost
select is(pg_temp.says(pg_temp.live('two', :'t2')), 'stored on_tube', 'stored, and nobody heard');
select is(pg_temp.says(pg_temp.kept('two', :'t2', 'ana')), 'stored on_tube', 'sent again it says what became of it');
select is(pg_temp.state('two'), 'specimen stored on_tube camera Ana Ruiz', 'and stays what it was');

-- ---- of nobody else, and nowhere else
select is(pg_temp.says(pg_temp.kept('three', :'t3', token)), 'question kept_of_another', token || ' does not get it booked on')
from unnest(array['ben', 'room1', 'bench1', 'stranger', 'core', null]) token;
select is(pg_temp.says(pg_temp.kept('three', :'t3', 'ana', '{"operator_id": null}')), 'question kept_of_another', 'nor is it anybody''s');
select is(pg_temp.says(pg_temp.kept('three', :'t3', 'ana', jsonb_build_object('station', :'room2'))), 'question kept_elsewhere', 'nor made where the page is now');
select is(pg_temp.says(pg_temp.kept('three', :'t3', 'ana', '{"station": "T9999999999999"}')), 'question kept_elsewhere', 'nor at a station that is none');
select pg_temp.call('shade', 'ana') \g /dev/null
select is(pg_temp.says(pg_temp.kept('three', :'t3', 'ana')), 'question kept_of_another', 'nor while nobody shows that she is there');
select is(pg_temp.says(pg_temp.scan((select badge from person where name = 'Ana Ruiz'), 'bench1')), 'stored shade_ended', 'her badge');
select pg_temp.call('sign_out', 'ana') \g /dev/null
select is(pg_temp.says(pg_temp.kept('three', :'t3', 'ana')), 'question kept_of_another', 'nor when she has signed out');
select is((select count(*) from custody.request r join sent on r.request_id = sent.id where sent.name = 'three') + pg_temp.rows('three'), 0::bigint,
	'its id is unused for all that: nothing is lost');
create function pg_temp.ana_again() returns text language sql volatile as $$
	select api.sign_in(gen_random_uuid(), 'room1', jsonb_build_object('nonce', api.sign_in_begin(gen_random_uuid(), 'room1',
		jsonb_build_object('badge', (select badge from person where name = 'Ana Ruiz'))) #> '{data,nonce}', 'ok', true, 'token_hash', pg_temp.token_hash('ana2'))) ->> 'verdict' $$;
select is(pg_temp.ana_again() || ' ' || pg_temp.says(pg_temp.kept('three', :'t3', 'ana2')), 'stored note scan_late', 'it goes when she signs in there again');

-- ---- what a phone may say that is none
select is(pg_temp.says(pg_temp.kept('four', :'t3', 'ana2', '{"at_ms": -5, "ahead_ms": "x", "ahead_now_ms": 1e300, "source": "usb", "said": {"standard": "gs1"}, "device_id": 7, "late": false}')),
	'note scan_late', 'a clock that is none');
select is((select array[source, device_at::text, device_id::text, said::text, evidence::text] from clinic.scan join sent on request_id = id where name = 'four'),
	array['typed', (timestamptz '1970-01-01 00:00:00Z')::text, null, null, '{"kept": {"ahead_ms": null, "ahead_now_ms": null}}'], 'and nothing that a page may not say');
select * from finish();
