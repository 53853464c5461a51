-- A scanner's health is counted from what is stored anyway (SC-18, ER-13).
\ir setup.sql
select plan(47);
insert into person select 'Ada Admin', clinic.operator_add('Ada Admin', 'AA', array['admin'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Ada Admin', 'labdock') is not null \g /dev/null
create function pg_temp.health(of text default 'Room 1 scanner') returns jsonb language sql stable as $$
	select p from jsonb_array_elements(api.printer_health('ada', '{}') #> '{data,scanners}') p where p ->> 'name' = of $$;
create function pg_temp.counts(of text default 'Room 1 scanner') returns text language sql stable as $$
	select string_agg(k || ' ' || (pg_temp.health(of) ->> k), ', ' order by n) from unnest(array['scans', 'repeats', 'questions', 'stops', 'misread',
		'broken', 'refused', 'near']) with ordinality x (k, n) $$;
select device_id as gun from clinic.device where name = 'Room 1 scanner' \gset
create function pg_temp.read(code text, gun bigint, more jsonb default '{}') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('scan', 'ana', jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', ']C0',
		'source', 'usb', 'device_id', gun, 'device_at_us', (extract(epoch from clock_timestamp()) * 1000000)::bigint - 40000) || more)) $$;

select is(pg_temp.counts(), 'scans 0, repeats 0, questions 0, stops 0, misread 0, broken 0, refused 0, near 0', 'nothing yet');
select is(pg_temp.health() ->> 'judged', 'open', 'of which nothing can be said');
select is(pg_temp.health() -> 'slow_ms', 'null', 'nor how long it takes');
select is(pg_temp.health() -> 'times', '[]', 'in no way');
select is(pg_temp.health() ->> 'station', 'Room 1', 'it stands in a room');
select is(jsonb_array_length(pg_temp.health() -> 'trend'), 14, 'fourteen days');
select is(pg_temp.health('Room 1 printer'), null, 'a printer is no scanner');
select is(pg_temp.says(api.printer_health(w, '{}')), 'question not_allowed', 'not for ' || w) from unnest(array['ana']) w;

select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2 \gset
select is(pg_temp.read(:'t1', :gun), 'stored on_tube', 'one is read');
select is(pg_temp.read(:'t1', :gun), 'repeat on_tube_already', 'and once more');
select is(pg_temp.counts(), 'scans 2, repeats 1, questions 0, stops 0, misread 0, broken 0, refused 0, near 0', 'two scans, one a repeat');
select cmp_ok((pg_temp.health() ->> 'slow_ms')::int, '>=', 40, 'how long they took');
select is((select sum((t ->> 'scans')::int) from jsonb_array_elements(pg_temp.health() -> 'times') t), 2::bigint, 'each is counted by that');
select is((select jsonb_agg(t -> 'upto_ms') from jsonb_array_elements(pg_temp.health() -> 'times') t), '[50, 100, 200, 500, 1000, null]', 'in six steps');
select is(pg_temp.health() ->> 'held_up', '0', 'none lay in the bench');
select is(pg_temp.read(:'t2', :gun, '{"aim": "]A0"}'), 'question code_not_accepted', 'one in a symbology of others');
select is(pg_temp.read('0109521234543214', :gun, '{"aim": "]d2", "said": {"standard": "gs1", "problem": "the data of identifier 01 is wrong"}}'), 'note not_ours', 'a maker''s that is broken');
-- a digit read wrong: its check tells
select overlay(:'t1' placing ((substr(:'t1', 9, 1)::int + 1) % 10)::text from 9 for 1) as wrong \gset
select is(pg_temp.read(:'wrong', :gun), 'question misread', 'a digit is read wrong');
begin;
select pg_temp.read(:'t1', :gun, jsonb_build_object('evidence', jsonb_build_object('last_late_ms', ms))) from unnest(array[0, 199, 200, 90000]) ms \g /dev/null
select is(pg_temp.health() ->> 'held_up', '2', 'those that may have lain there for long are counted');
rollback;
select is(pg_temp.counts(), 'scans 5, repeats 1, questions 2, stops 0, misread 1, broken 1, refused 1, near 0', 'each is counted');
select is(pg_temp.health() -> 'checks_failed', '[{"n": 1, "symbology": "Code 128"}, {"n": 1, "symbology": "GS1 Data Matrix"}]', 'failed checks by symbology');
select is(pg_temp.health() ->> 'judged', 'open', 'one misread says nothing');
select is(pg_temp.read(:'wrong', :gun, '{"aim": null}'), 'question misread', 'again, by a scanner that tells no symbology');
select is(pg_temp.health() ->> 'judged', 'worse', 'two of six are no chance');
select is(pg_temp.health() #>> '{checks_failed,0,symbology}', '', 'of no symbology');
-- two digits read wrong so that the check passes (ER-13): an id that nobody knows, close to one that was printed
select x as passes from generate_series(1, 9999) n, lateral (select custody.id_make('specimen', left(:'t1', 3)::int, n)) m (x)
	where x <> :'t1' and (select count(*) from generate_series(1, 12) i where substr(x, i, 1) <> substr(:'t1', i, 1)) <= 2
		and not exists (select 1 from clinic.specimen s where s.specimen_id = x) limit 1 \gset
select isnt(:'passes'::text, null, 'there is such an id');
select is(pg_temp.read(:'passes', :gun), 'question specimen_unknown', 'it passes its check and is nobody''s');
select is(pg_temp.health() ->> 'near', '1', 'a near miss');
select is(pg_temp.health('Room 2 scanner') ->> 'near', '0', 'of this scanner');
-- listed, so that somebody can look at the label
create function pg_temp.misses() returns jsonb language sql stable as $$ select api.printer_health('ada', '{}') #> '{data,near_misses}' $$;
select is((select jsonb_agg(m - 'at' - 'printed_at') from jsonb_array_elements(pg_temp.misses()) m), jsonb_build_array(jsonb_build_object('read', :'passes', 'near', :'t1', 'specimen_id', :'t1', 'copy', 1,
	'scanner', 'Room 1 scanner', 'station', 'Room 1', 'printer', 'Room 1 printer', 'printer_station', 'Room 1')), 'what was read, of which label it was nearly, by whom, printed where');
select is((select bool_and((m ->> 'printed_at')::timestamptz < (m ->> 'at')::timestamptz and (m ->> 'at')::timestamptz <= now()) from jsonb_array_elements(pg_temp.misses()) m), true, 'and when');
select is(pg_temp.says(api.printer_health(w, '{}')) like 'question %' and (api.printer_health(w, '{}') -> 'data' -> 'near_misses') is null, true, 'nothing of it for ' || w) from unnest(array['ana', 'room1', 'core']) w;
-- of a label's own long number
select x as long from generate_series(1, 9999) n, lateral (select custody.id_make('label', left(:'t1', 3)::int, n, 1)) m (x)
	where left(x, 12) <> :'t1' and (select count(*) from generate_series(1, 12) i where substr(x, i, 1) <> substr(:'t1', i, 1)) <= 2
		and not exists (select 1 from clinic.specimen s where s.specimen_id = left(x, 12)) limit 1 \gset
select is(pg_temp.read(:'long', :gun, '{"aim": "]d1"}') like 'question %unknown', true, 'a square of nobody''s');
select is(pg_temp.misses() #>> '{0,read}', :'long', 'the newest is first');
select is(pg_temp.misses() #>> '{0,near}', pg_temp.label(:'t1', 1), 'it is near a long number');
select is(jsonb_array_length(pg_temp.misses()), 2, 'what fails its check is not among them');
select is((select count(*) from clinic.labels_misread(now() - interval '1 day')), 2::bigint, 'a printer is held only to what fails its check');
select is(pg_temp.read(custody.id_make('specimen', 900, 9999999), :gun), 'question specimen_unknown', 'one that is like none');
select is(pg_temp.health() ->> 'near', '2', 'is none');
select is(jsonb_array_length(pg_temp.misses()), 2, 'and in no list');
select is(pg_temp.health() #> '{trend,13}', jsonb_build_object('day', current_date, 'scans', 9, 'misread', 2, 'faults', 0), 'all of it today');
select is(pg_temp.read('x', :gun, '{"late": true, "device_at_us": 1000000}'), 'note scan_late', 'a late one');
select cmp_ok((pg_temp.health() ->> 'slow_ms')::int, '<', 600000, 'is no slow one');
update clinic.scan set at = at - interval '14 days';
select is(pg_temp.counts(), 'scans 0, repeats 0, questions 0, stops 0, misread 0, broken 0, refused 0, near 0', 'after a fortnight it is forgotten');
select is(pg_temp.misses(), '[]', 'the list too');
select * from finish();
