-- Whose labels a printer prints next (clinic/print_order.sql): sets never mix, nobody waits for ever, and labels that were not
-- sent go where their visit goes.
\ir setup.sql
select plan(33);
create function pg_temp.job_of(specimen text) returns bigint language sql stable as $$
	select max(print_job_id) from clinic.print_job where specimen_id = specimen $$;
create function pg_temp.open(patient bigint, token text) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, token)) $$;
-- what the core is told to do at a printer, in its order: patient and number
create function pg_temp.list(printer text) returns text language sql stable as $$
	select coalesce(string_agg(coalesce(x #>> '{content,family}' || ' ' || (x #>> '{content,number}'), x ->> 'template'), ', ' order by n), '')
	from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') with ordinality e (x, n)
	join clinic.device d on d.device_id = (x ->> 'device_id')::bigint where d.name = printer $$;
create function pg_temp.goes(specimen text, variadic states text[]) returns text language sql volatile as $$
	select string_agg(pg_temp.says(pg_temp.job(pg_temp.job_of(specimen), s, '{"counter": 10, "plug": "usb 1.7 A", "sha256": "cd34"}')), ', ' order by n)
	from unnest(states) with ordinality u (s, n) $$;
create function pg_temp.comes_out(specimen text) returns text language sql volatile as $$
	select pg_temp.goes(specimen, 'proved', 'sending', 'sent', 'printed') $$;
create function pg_temp.visit_of(patient bigint) returns jsonb language sql stable as $$
	select jsonb_build_object('visit_id', visit_id) from clinic.visit where patient_id = patient and state in ('identify', 'labels', 'parked') $$;
update clinic.device set talks = 'answers', shared = false where kind = 'printer';
insert into person values ('Maya Novak', clinic.operator_add('Maya Novak', 'MN', array['ma'], '$argon2id$not-a-real-hash'));
-- Room 3 has no printer
insert into clinic.station (station_id, code, name, kind, room_group)
select custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), 'Room 3', 'collection', room_group from clinic.station where name = 'Room 2';
select pg_temp.ok_(api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code(code), 'token_hash', pg_temp.token_hash('room3'))))
	from clinic.station where name = 'Room 3' \g /dev/null
select pg_temp.sign_in('Carol Lindqvist', 'room3') is not null \g /dev/null
create function pg_temp.stands(printer text, room text) returns void language sql volatile as $$
	update clinic.device d set station_id = s.station_id from clinic.station s where d.kind = 'printer' and d.name = printer and s.name = room $$;
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CBC', 'PT'], 'A1') as ada \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC', 'PT'], 'B1') as bob \gset
select pg_temp.patient('COLE', 'Cy', '1957-07-07', array['CBC', 'PT'], 'C1') as cy \gset

-- ---- a reprint of the visit whose set is under way goes before what another waits for, and nobody waits for ever
select pg_temp.open(:ada, 'ana') \g /dev/null
select pg_temp.tube(:ada, 1) as a1, pg_temp.tube(:ada, 2) as a2 \gset
select is(pg_temp.comes_out(:'a1'), 'stored ok, stored ok, stored ok, stored ok', 'Ada''s first label came out');
select pg_temp.stands('Room 1 printer', 'Room 3'), pg_temp.open(:bob, 'carol'), pg_temp.stands('Room 1 printer', 'Room 1') \g /dev/null
select pg_temp.tube(:bob, 1) as b1, pg_temp.tube(:bob, 2) as b2 \gset
select is(pg_temp.list('Room 1 printer'), 'ADAMS 2', 'Bob''s wait');
select is(pg_temp.view('carol') ->> 'jobs_waiting_for', 'Room 1 printer waits for the labels of Ana Ruiz', 'which is said');
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'a1', 'reason', 'damaged'))), 'stored reprinted', 'the first one again');
select is(pg_temp.list('Room 1 printer'), 'ADAMS 2, ADAMS 1', 'goes before Bob''s, though it was asked for later');
select is(pg_temp.view('ana') ->> 'jobs_waiting_for', null, 'it waits for nobody');
select is(pg_temp.goes(:'b1', 'proved', 'sending'), 'stored ok, question print_job_waits', 'what is asked for out of turn does not go');
select is(pg_temp.comes_out(:'a2') || '; ' || pg_temp.comes_out(:'a1'), 'stored ok, stored ok, stored ok, stored ok; stored ok, stored ok, stored ok, stored ok',
	'both come out');
select is(pg_temp.list('Room 1 printer'), '', 'and are to be accounted for first');

-- ---- parked, and resumed in another room: what was not sent comes out there
select pg_temp.call('visit_park', 'ana') \g /dev/null
select is(pg_temp.list('Room 1 printer'), 'BOND 1, BOND 2', 'a parked visit is in nobody''s way');
select is(pg_temp.goes(:'b1', 'sending', 'sent', 'printed'), 'stored ok, stored ok, stored ok', 'Bob''s first comes out');
select pg_temp.call('visit_park', 'carol') \g /dev/null
select is(pg_temp.list('Room 1 printer'), '', 'Bob''s second stays in');
select is((pg_temp.call('visit_resume', 'ben', pg_temp.visit_of(:bob))) ->> 'title', 'Go on: 1 label prints at Room 2 printer', 'Ben goes on in room 2');
select is(pg_temp.list('Room 1 printer'), '', 'it does not come out in room 1');
select is(pg_temp.list('Room 2 printer'), 'BOND 2', 'but where Ben is');
select is((select array[content ->> 'collector', (copy)::text, station_id::text] from clinic.print_job where print_job_id = pg_temp.job_of(:'b2')),
	(select array['BO', '1', station_id::text] from clinic.station where name = 'Room 2'), 'the same label, of Ben');
select is((select string_agg(state || coalesce(': ' || nullif(message, ''), ''), ', ' order by print_job_id) from clinic.print_job where specimen_id = :'b2'),
	'void: the visit went elsewhere, queued', 'a job of its own');
select is((select count(*) from clinic.label where specimen_id = :'b2'), 1::bigint, 'no new copy: nothing came out');
select is(pg_temp.call('visit_resume', 'ana', pg_temp.visit_of(:ada)) ->> 'code', 'visit_resumed', 'Ana goes on where she was, with nothing to print');
select is(pg_temp.comes_out(:'b2'), 'stored ok, stored ok, stored ok, stored ok', 'Bob''s comes out in room 2');

-- ---- resumed where no printer is: it stays and is told; it does not fall into another's set
select pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', :'b2', 'reason', 'lost')) \g /dev/null
select pg_temp.call('visit_park', 'ben') \g /dev/null
select is((pg_temp.call('visit_resume', 'carol', pg_temp.visit_of(:bob))) ->> 'title', 'Go on: 1 label prints at Room 2 printer', 'said where it comes out');
select is(pg_temp.list('Room 2 printer'), 'BOND 2', 'it stays there');
select pg_temp.open(:cy, 'ben') \g /dev/null
select pg_temp.tube(:cy, 1) as c1, pg_temp.tube(:cy, 2) as c2 \gset
select is(pg_temp.list('Room 2 printer'), 'BOND 2', 'Cy''s wait for it: Bob''s set is under way there');
select is(pg_temp.view('ben') ->> 'jobs_waiting_for', 'Room 2 printer waits for the labels of Carol Lindqvist', 'which is said');

-- ---- taken over at the same station: the same place, the other's initials
select pg_temp.call('visit_park', 'carol') \g /dev/null
select is(pg_temp.goes(:'c1', 'proved', 'sending', 'sent', 'printed'), 'stored ok, stored ok, stored ok, stored ok', 'Cy''s first comes out');
select is(pg_temp.goes(:'c2', 'proved'), 'stored ok', 'the second is drawn');
select turn as was from clinic.print_job where print_job_id = pg_temp.job_of(:'c2') \gset
select pg_temp.call('visit_park', 'ben') \g /dev/null
select pg_temp.sign_in('Maya Novak', 'room2') is not null \g /dev/null
select is(pg_temp.call('visit_resume', 'maya', pg_temp.visit_of(:cy)) ->> 'code', 'visit_resumed', 'another person goes on at the same station');
select is((select array[state, content ->> 'collector', turn::text] from clinic.print_job where print_job_id = pg_temp.job_of(:'c2')),
	array['queued', 'MN', :'was'], 'the label names that person, in its old place');
select is(pg_temp.list('Room 2 printer'), 'COLE 2', 'and is drawn anew');

-- ---- a label under way stays where it is
select is(pg_temp.goes(:'c2', 'proved', 'sending'), 'stored ok, stored ok', 'it is being sent');
select pg_temp.call('visit_resume', 'maya', pg_temp.visit_of(:cy)) \g /dev/null
select is((select count(*) from clinic.print_job where specimen_id = :'c2'), 2::bigint, 'no other is made');

-- ---- turns are given in the order in which transactions end
select is((select bool_and(turn is not null) from clinic.print_job), true, 'every job has its turn');
begin;
select pg_temp.call('reprint', 'maya', jsonb_build_object('specimen_id', :'c1', 'reason', 'lost')) \g /dev/null
select count(*) as locks from pg_locks where locktype = 'advisory' and mode = 'ExclusiveLock' and pid = pg_backend_pid() \gset
rollback;
select is(:locks, 1, 'until the commit nobody else gets one of this printer');
select * from finish();
