-- A desk and a phone at the chair: one person at two stations of a room group, one visit; where a scan-back is taken, and who hears.
\ir setup.sql
select plan(16);
insert into clinic.station (station_id, code, name, kind, room_group)
	select custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), n, 'collection', g
	from (select room_group from clinic.station where name = 'Room 1') r, lateral (values ('Phone 1', r.room_group), ('Far phone', 'far away')) x (n, g);
select pg_temp.ok_(api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code(n),
	'token_hash', pg_temp.token_hash(t)))) is not null from (values ('Phone 1', 'chair'), ('Far phone', 'far')) x (n, t) \g /dev/null
-- the same person on another page: pg_temp.sign_in names the token by the person, so the one before is set aside
create function pg_temp.also(token text, page text) returns void language plpgsql as $$
begin
	update clinic.session set token_hash = sha256('aside') where token_hash = sha256('ana');
	perform pg_temp.sign_in('Ana Ruiz', page);
	update clinic.session set token_hash = sha256(convert_to(token, 'UTF8')) where token_hash = sha256('ana');
	update clinic.session set token_hash = sha256('ana') where token_hash = sha256('aside');
end $$;
create function pg_temp.at(variadic names text[]) returns jsonb language sql stable as $$
	select coalesce(jsonb_agg(station_id order by station_id), '[]') from clinic.station where name = any(names) $$;
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3 \gset

select is(pg_temp.scan(pg_temp.label(:'t1', 1)) #> '{data,also_at}', '[]', 'Ana is at Room 1 and nowhere else');
select pg_temp.also('phone', 'chair') \g /dev/null
select is(api.visit('phone', '{}') #>> '{data,patient,number}', 'M1', 'signed in on the phone at the chair she has the same visit');
create temporary table said as select pg_temp.scan(pg_temp.label(:'t2', 1), 'phone') as r;
select is((select concat_ws(' ', r ->> 'verdict', r ->> 'code') from said), 'stored on_tube', 'a scan-back there is taken: it is of the room group, and she holds the visit');
select is((select r #> '{data,also_at}' from said), pg_temp.at('Room 1'), 'and the page at the desk is to show it');
select is((select s.name from clinic.scan x join clinic.station s using (station_id) order by x.scan_id desc limit 1), 'Phone 1', 'the scan is kept as the phone''s');
select is((select e.station_id from custody.event e where e.subject = :'t2' and e.kind = 'labelled'), (select station_id from clinic.station where name = 'Phone 1'), 'and so the event');
select is(pg_temp.scan(pg_temp.label(:'t2', 1)) ->> 'verdict', 'repeat', 'at the desk it is a repeat then');
select is(pg_temp.scan(pg_temp.label(:'t3', 1), 'ben') ->> 'code', 'take_over', 'Ben, who does not hold the visit, is asked whether he takes it over');
select pg_temp.also('distant', 'far') \g /dev/null
select is(pg_temp.scan(pg_temp.label(:'t3', 1), 'distant') ->> 'code', 'other_room', 'from another room group it is asked about');
select is((select x.verdict from clinic.scan x order by x.scan_id desc limit 1), 'question', 'and stored');
select is((select count(*) from custody.event e where e.subject = :'t3' and e.kind = 'scanned' and e.station_id = (select station_id from clinic.station where name = 'Far phone')), 1::bigint, 'in the tube''s story too');
select is(pg_temp.scan(pg_temp.label(:'t1', 1), 'phone') #> '{data,also_at}', pg_temp.at('Room 1', 'Far phone'), 'wherever she is signed in shows it');
-- a desk that nobody used for the shade's time: the word that the visit changed makes its page read, and it gets no patient
update clinic.session set seen_at = now() - interval '6 minutes' where token_hash = sha256('ana');
select is(pg_temp.scan(pg_temp.label(:'t1', 1), 'phone') #> '{data,also_at}', pg_temp.at('Room 1', 'Far phone'), 'a desk that nobody used is told too, also with labels out');
select is(api.visit('ana', '{}') #> '{data,patient}', null, 'but is shown no patient');
select api.shade(gen_random_uuid(), 'distant', '{}') ->> 'verdict' as shaded \gset
select api.sign_out(gen_random_uuid(), 'ana', '{}') ->> 'verdict' as out \gset
select is(pg_temp.scan(pg_temp.label(:'t1', 1), 'phone') #> '{data,also_at}', '[]', 'but not where the screen rests or she signed out');
select is(pg_temp.call('visit_park', 'phone') #> '{data,also_at}', '[]', 'acts say it as scans do');
select * from finish();
