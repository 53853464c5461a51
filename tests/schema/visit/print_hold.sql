-- A printer that had trouble with labels waiting is held until a person goes on; what is next for another visit has a separator.
\ir setup.sql
select plan(149);
create function pg_temp.printer(room text) returns bigint language sql stable as $$
	select d.device_id from clinic.device d where d.name = room || ' printer' $$;
create function pg_temp.told(room text, state text[], seen text[] default '{}', plug text default null) returns jsonb language sql volatile as $$
	select pg_temp.call('printer_told', 'core', jsonb_build_object('device_id', pg_temp.printer(room), 'state', to_jsonb(state),
		'seen', to_jsonb(seen), 'plug', plug)) $$;
create function pg_temp.ready() returns bigint[] language sql stable as $$
	select array(select (x ->> 'print_job_id')::bigint from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') with ordinality e (x, n)
		where x ->> 'state' in ('queued', 'proved') order by n) $$;
create function pg_temp.held(room text) returns boolean language sql stable as $$ select clinic.printer_is_held(pg_temp.printer(room)) $$;
create function pg_temp.job_of(specimen text, of_copy int default 1) returns bigint language sql stable as $$
	select max(print_job_id) from clinic.print_job where specimen_id = specimen and copy = of_copy $$;
create function pg_temp.open(patient bigint, token text default 'ana') returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, token)) $$;
create function pg_temp.rest(token text default 'ana', args jsonb default '{}') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('print_rest', token, args)) $$;
-- one label out, from queued; what stopped it, or ''
create function pg_temp.out(job bigint, ends text default 'printed', plug text default 'usb 1.7 A') returns text language plpgsql as $$
declare
	r jsonb;
begin
	if (select state from clinic.print_job where print_job_id = job) = 'queued' then
		perform pg_temp.ok_(pg_temp.job(job, 'proved', '{"sha256": "ab12"}'));
	end if;
	r := pg_temp.job(job, 'sending', jsonb_build_object('counter', 10, 'plug', plug));
	if r ->> 'verdict' <> 'stored' then
		return r ->> 'code';
	end if;
	perform pg_temp.ok_(pg_temp.job(job, 'sent', jsonb_build_object('counter', 10, 'plug', plug)));
	perform pg_temp.job(job, ends, jsonb_build_object('counter', 11));
	return '';
end $$;
-- as the core does it: the first that may go, until none may or something stands in the way; what went, by kind and patient
create function pg_temp.pump(most int default 99) returns text language plpgsql as $$
declare
	told text := '';
	job bigint;
	stopped text;
begin
	for i in 1 .. most loop
		job := (pg_temp.ready())[1];
		exit when job is null;
		stopped := pg_temp.out(job);
		told := told || case when stopped = '' then (select left(j.kind, 1) || ':' || lower(left(j.content ->> 'family', 1)) from clinic.print_job j where j.print_job_id = job)
			else '(' || stopped || ')' end || ' ';
	end loop;
	return btrim(told);
end $$;
create function pg_temp.trouble(token text default 'ana') returns jsonb language sql stable as $$ select pg_temp.view(token) -> 'trouble' $$;

select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT', 'GLU'], 'M1') as maria \gset
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CBC', 'PT'], 'A1') as ada \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC', 'PT'], 'B1') as bob \gset
select pg_temp.patient('COLE', 'Cy', '1957-07-07', array['CBC'], 'C1') as cy \gset
select pg_temp.patient('DREW', 'Di', '1958-08-08', array['CBC'], 'D1') as di \gset

update clinic.device set talks = 'answers' where kind = 'printer';
-- ---- an idle printer is not held
select is(pg_temp.says(pg_temp.told('Room 1', '{ok}', '{}', 'usb 1.7 A')), 'stored ok', 'the core tells what the printer says');
select is(pg_temp.told('Room 1', '{media_out}') #> '{data,held}', 'false', 'out of labels with nothing to print');
select is(pg_temp.told('Room 1', '{ok}', '{head_open,media_out}') #> '{data,held}', 'false', 'a new roll');
select is(pg_temp.told('Room 1', '{silent}') #> '{data,held}', 'false', 'switched off');
select is(pg_temp.told('Room 1', '{ok}', '{}', 'usb 1.7 B') #> '{data,held}', 'false', 'and on, at another place');
select is((select array[state::text, plug] from clinic.printer_truth where device_id = pg_temp.printer('Room 1')), '{"{ok}","usb 1.7 B"}', 'what it said last is kept');
select is(pg_temp.says(pg_temp.call('printer_told', 'ana', '{}')), 'question not_allowed', 'only the core tells it');
select is(pg_temp.says(pg_temp.call('printer_told', 'core', jsonb_build_object('device_id', 999999, 'state', '["jam"]'::jsonb))), 'question bad_request', 'of a printer that is here');
select is(pg_temp.says(pg_temp.told('Room 1', '{}')), 'question bad_request', 'and something');
select is(pg_temp.rest(), 'repeat printer_goes', 'there is nothing to go on with');

-- ---- a jam after 2 of 4
select pg_temp.open(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3, pg_temp.tube(:maria, 4) as t4 \gset
select is(pg_temp.pump(2), 'l:m l:m', 'two of four are out');
select is(pg_temp.out(pg_temp.job_of(:'t3'), 'unknown'), '', 'the third is not sure');
select pg_temp.job(pg_temp.job_of(:'t4'), 'proved') \g /dev/null
select is(pg_temp.told('Room 1', '{jam}') #> '{data,held}', 'true', 'the jam holds the printer');
select is((select array[why, (visit_id = (select visit_id from clinic.visit where patient_id = :maria))::text, (print_job_id = pg_temp.job_of(:'t3'))::text]
	from clinic.printer_hold where ended_at is null), '{jam,true,true}', 'why, whose, by which label');
select is(pg_temp.ready(), '{}', 'no label that was not sent is given to the core, also if it was proved');
select is(clinic.print_jobs_ready(), '[]', 'nor named as ready');
select is(pg_temp.job(pg_temp.job_of(:'t4'), 'sending', '{"counter": 12}') ->> 'code', 'printer_held', 'nor does one go that the core had in hand');
select is((select state from clinic.print_job where print_job_id = pg_temp.job_of(:'t4')), 'proved', 'it waits');
select is(array[pg_temp.trouble() ->> 'printer', pg_temp.trouble() ->> 'why', pg_temp.trouble() ->> 'n', pg_temp.trouble() ->> 'is_ready'], '{Room 1 printer,jam,1,false}', 'the page is told');
select is(pg_temp.trouble() ->> 'title', 'Room 1 printer: jam', 'in words');
select is((select string_agg(l ->> 'state', ' ' order by t ->> 'number') from jsonb_array_elements(pg_temp.view() -> 'tubes') t, jsonb_array_elements(t -> 'labels') l),
	'printed printed unknown queued', 'out, out, not sure, waiting');
select is(pg_temp.trouble('ben'), null, 'another person''s page says nothing of it');
select is(pg_temp.rest(), 'question printer_not_ready', 'while it is jammed nobody goes on');
select pg_temp.told('Room 1', '{paused}') \g /dev/null
select is(pg_temp.rest(), 'question printer_not_ready', 'nor while it is paused');
select is(pg_temp.told('Room 1', '{ok,media_low}') #> '{data,held}', 'true', 'it is well again');
select is(pg_temp.ready(), '{}', 'nothing prints by itself');
select is(pg_temp.trouble() ->> 'title', 'Room 1 printer: jam. 1 label waits', 'the page asks');
-- what an act would be told; everything it did is undone
create function pg_temp.would_do(act text, args jsonb) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := (select concat_ws(' | ', pg_temp.says(r), r ->> 'title', r ->> 'do') from pg_temp.call(act, 'ana', args) r);
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
select is(pg_temp.would_do('slip_print', jsonb_build_object('patient_id', :maria)), 'question slip_waits | The slip waits. Room 1 printer: jam | See to the printer; then print the rest here.', 'a slip waits, and for what');
select is(pg_temp.would_do('reprint', jsonb_build_object('specimen_id', :'t4', 'reason', 'lost')), 'stored reprinted | Label 2 of this tube waits. Room 1 printer: jam | ', 'a label that never went to the printer: nothing to tear up');
select is(pg_temp.would_do('reprint', jsonb_build_object('specimen_id', :'t1', 'reason', 'lost')), 'stored reprinted | Label 2 of this tube waits. Room 1 printer: jam | Tear up the one before.', 'one that came out is torn up');
select is(pg_temp.would_do('print_answer', jsonb_build_object('print_job_id', pg_temp.job_of(:'t3'), 'came_out', 'not_sure')), 'stored reprinted | Label 2 of this tube waits. Room 1 printer: jam | Tear up the one before.', 'so one that may have');
select pg_temp.told('Room 1', '{media_out}') \g /dev/null
select is(pg_temp.would_do('slip_print', jsonb_build_object('patient_id', :maria)), 'question slip_waits | The slip waits. Room 1 printer: out of labels | See to the printer; then print the rest here.', 'what is the matter now is said, not what was');
select pg_temp.told('Room 1', '{ok,media_low}') \g /dev/null
select is(pg_temp.says(pg_temp.call('print_answer', 'ana', jsonb_build_object('print_job_id', pg_temp.job_of(:'t3'), 'came_out', 'not_sure'))), 'stored reprinted', 'not sure: the next copy');
select is(pg_temp.ready(), '{}', 'which waits too');
select is(pg_temp.rest('ana', jsonb_build_object('device_id', pg_temp.printer('Room 2'))), 'repeat printer_goes', 'another printer was meant');
select is(pg_temp.rest('ben'), 'repeat printer_goes', 'Ben has nothing there');
select is(pg_temp.says(pg_temp.call('print_rest', 'core', '{}')), 'question sign_in_needed', 'only a person goes on');
select is(pg_temp.rest('ana', jsonb_build_object('device_id', pg_temp.printer('Room 1'))), 'stored rest_prints', 'here');
select is(pg_temp.rest(), 'repeat printer_goes', 'once');
select is((select array[(ended_at is not null)::text, (ended_by = (select operator_id from clinic.operator where name = 'Ana Ruiz'))::text] from clinic.printer_hold), '{true,true}', 'who ended it is kept');
select is(pg_temp.trouble(), 'null', 'the page has nothing to ask');
select is(pg_temp.would_do('slip_print', jsonb_build_object('patient_id', :maria)), 'stored slip_prints | The slip prints | ', 'a slip prints again');
select is(pg_temp.would_do('reprint', jsonb_build_object('specimen_id', :'t1', 'reason', 'lost')), 'stored reprinted | Printing label 2 of this tube | Tear up the one before.', 'and a label');
select is(pg_temp.pump(), 'l:m l:m', 'the fourth and the copy print, without a separator: it is the same visit');
select is(pg_temp.kinds(:'t4'), 'prepared label_printed', 'each event once');
select is(pg_temp.kinds(:'t3'), 'prepared label_printed', 'of the doubtful one the copy''s');
select is((select count(*) from clinic.print_job where began_at is not null and state = 'printed' and specimen_id = :'t4'), 1::bigint, 'sent once');

-- ---- the next visit at that printer has a separator first, which is no label
select pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.label(:'t3', 2)) \g /dev/null
select pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'t3', 'copy', 1, 'end', 'destroyed')) \g /dev/null
select pg_temp.scan(:'t1'), pg_temp.scan(:'t2'), pg_temp.scan(:'t4') \g /dev/null
select is(pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')), 'complete visit_closed', 'Maria''s visit closes');
select pg_temp.open(:ada) \g /dev/null
select is(pg_temp.pump(1), '(separator_first)', 'Ada''s first label has to wait for a separator');
select is((select array[kind, template, state, content ->> 'family', content ->> 'of', (goes_before = pg_temp.job_of(pg_temp.tube(:ada, 1)))::text, coalesce(specimen_id, 'no tube')]
	from clinic.print_job where kind = 'separator'), '{separator,separator,queued,ADAMS,2,true,"no tube"}', 'which names her and counts her labels');
select is((pg_temp.ready())[1], (select print_job_id from clinic.print_job where kind = 'separator'), 'it goes first, though it was made last');
select is(pg_temp.out(pg_temp.job_of(pg_temp.tube(:ada, 1))), 'separator_first', 'its label does not pass it');
select is((select count(*) from clinic.print_job where kind = 'separator'), 1::bigint, 'and there is one');
select is(pg_temp.pump(), 's:a l:a l:a', 'then her labels');
select is((pg_temp.view() ->> 'open_labels')::int, 2, 'a separator is not to be accounted for');
select is((select count(*) from clinic.label l join clinic.specimen s using (specimen_id) where s.patient_id = :ada), 2::bigint, 'nor a label');
select is((select count(*) from clinic.printer_hold where separated_at is null), 0::bigint, 'the trouble is behind');

-- ---- a separator that fails, or of which nobody knows, lets no label pass; it is made anew when a person says so
update clinic.printer_hold set separated_at = null;
select pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.tube(:ada, 1)), pg_temp.scan(pg_temp.tube(:ada, 2)) \g /dev/null
select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
select pg_temp.open(:di) \g /dev/null
select is(pg_temp.pump(1), '(separator_first)', 'Di''s label waits for its separator');
select pg_temp.job((pg_temp.ready())[1], 'failed', '{"check": "character", "message": "no glyph"}') \g /dev/null
select is(pg_temp.ready(), '{}', 'it could not be drawn: her label does not go');
select is(pg_temp.trouble() ->> 'why', 'separator', 'a person is told');
select is(pg_temp.rest(), 'stored rest_prints', 'and goes on');
select is(pg_temp.pump(1), '(separator_first)', 'a new one is made');
select is(pg_temp.out((pg_temp.ready())[1], 'unknown'), '', 'it goes, and the printer does not say whether it came out');
select is(pg_temp.ready(), '{}', 'her label waits');
select is(pg_temp.rest(), 'stored rest_prints', 'a person goes on');
select is((select string_agg(state, ' ' order by print_job_id) from clinic.print_job where kind = 'separator'), 'printed failed void', 'the doubtful one is done with');
select is(pg_temp.pump(), '(separator_first) s:d l:d', 'a third one, then the label');

-- ---- what stops while a separator waits takes it along
update clinic.printer_hold set separated_at = null;
select pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.tube(:di, 1)), pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
select pg_temp.open(:cy) \g /dev/null
select is(pg_temp.pump(1), '(separator_first)', 'Cy''s separator waits');
select pg_temp.call('not_collected', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:cy, 1), 'reason', 'could_not_draw')) \g /dev/null
select is(pg_temp.pump(1), '(separator_idle)', 'no label follows it: it does not go');
select is((select state from clinic.print_job where kind = 'separator' order by print_job_id desc limit 1), 'void', 'and is void');
select is(pg_temp.ready(), '{}', 'nothing waits');

-- ---- at another printer
select pg_temp.patient('EVANS', 'Eve', '1959-09-09', array['CBC', 'CMP', 'PT'], 'E1') as eve \gset
select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
update clinic.printer_hold set separated_at = clock_timestamp();
select pg_temp.told('Room 2', '{ok}') \g /dev/null
select pg_temp.open(:eve) \g /dev/null
select is(pg_temp.pump(1), 'l:e', 'one of Eve''s three is out');
select pg_temp.told('Room 1', '{head_open}') \g /dev/null
select is(pg_temp.rest('ana', '{"printer": "T000000000000"}'), 'question printer_unknown', 'no printer has that code');
select is(pg_temp.rest('ana', jsonb_build_object('printer', (select code from clinic.station where name = 'Lab dock'))), 'question printer_unknown', 'nor that station');
update clinic.station set room_group = 'elsewhere' where name = 'Room 2';
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 2'))), 'question printer_not_near', 'a printer in other rooms');
update clinic.station set room_group = 'rooms' where name = 'Room 2';
select pg_temp.told('Room 2', '{paused}') \g /dev/null
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 2'))), 'question printer_not_ready', 'one that is not ready');
select pg_temp.told('Room 2', '{ok}') \g /dev/null
select pg_temp.open(:bob, 'ben') \g /dev/null
select is(pg_temp.pump(1), 'l:b', 'Bob''s set comes out in Room 2');
select is(pg_temp.call('print_rest', 'ana', jsonb_build_object('printer', pg_temp.printer('Room 2'))) ->> 'title', 'Room 2 printer waits for the labels of Ben Okafor', 'one that is not free: whose set, no patient');
select pg_temp.told('Room 2', '{jam}') \g /dev/null
select pg_temp.told('Room 2', '{ok}') \g /dev/null
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 2'))), 'question printer_held_too', 'one that is held');
select is(pg_temp.rest('ben'), 'stored rest_prints', 'Ben goes on with his own');
select pg_temp.pump(), pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.tube(:bob, 1), 'ben'), pg_temp.scan(pg_temp.tube(:bob, 2), 'ben') \g /dev/null
select (select code from clinic.station where name = 'Room 2') as room2 \gset
select is(pg_temp.says(pg_temp.scan(:'room2')), 'stored rest_moves', 'the code of its station, scanned: the rest moves there');
select is(pg_temp.held('Room 1'), true, 'the printer that had trouble stays held');
select is((select string_agg(j.copy || ':' || j.state || ':' || d.name, ', ' order by s.number, j.print_job_id) from clinic.print_job j join clinic.specimen s using (specimen_id)
	join clinic.device d using (device_id) where s.patient_id = :eve),
	'1:printed:Room 1 printer, 1:void:Room 1 printer, 1:queued:Room 2 printer, 1:void:Room 1 printer, 1:queued:Room 2 printer', 'the same labels in new jobs; the old ones are void');
select is((select count(*) from clinic.label l join clinic.specimen s using (specimen_id) where s.patient_id = :eve), 3::bigint, 'no new copy');
select is((select string_agg(l ->> 'state' || ' ' || (l ->> 'printer'), ', ' order by t ->> 'number') from jsonb_array_elements(pg_temp.view() -> 'tubes') t, jsonb_array_elements(t -> 'labels') l),
	'printed Room 1 printer, queued Room 2 printer, queued Room 2 printer', 'the page shows where');
select is(pg_temp.pump(), '(separator_first) s:e l:e l:e', 'there they come out after a separator: Bob''s set had trouble in that printer');
select is((select count(*) from clinic.print_job j join clinic.specimen s using (specimen_id) where s.patient_id = :eve and j.began_at is not null), 3::bigint, 'each once');
select is((select count(*) from custody.event e join clinic.specimen s on s.specimen_id = e.subject where s.patient_id = :eve and e.kind = 'label_printed'), 3::bigint, 'each event once');
select is(pg_temp.says(pg_temp.scan(:'room2')), 'note not_here', 'with nothing waiting a station''s code says nothing here');

-- ---- trouble before the first label; whose turn it is when two wait
select pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.tube(:eve, 1)), pg_temp.scan(pg_temp.tube(:eve, 2)), pg_temp.scan(pg_temp.tube(:eve, 3)) \g /dev/null
select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}'), pg_temp.call('visit_close', 'ben', '{"check": "patient_read"}') \g /dev/null
select is(pg_temp.held('Room 1'), true, 'Room 1''s printer waits for a person still');
select pg_temp.told('Room 1', '{ok}') \g /dev/null
select pg_temp.patient('FOX', 'Fay', '1961-01-01', array['CBC', 'PT'], 'F1') as fay \gset
select pg_temp.patient('GREY', 'Gus', '1962-02-02', array['CBC', 'PT'], 'G1') as gus \gset
select pg_temp.open(:fay) \g /dev/null
select is(array[pg_temp.trouble() ->> 'why', pg_temp.trouble() ->> 'n'], '{head_open,2}', 'the next visit there meets the hold');
select is(pg_temp.rest(), 'stored rest_prints', 'and ends it');
select is(pg_temp.pump(), '(separator_first) s:f l:f l:f', 'its separator is the first thing out');
update clinic.device set active = false where name = 'Room 2 printer';
update clinic.device set shared = true where name = 'Room 1 printer';
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:fay, 1), 'reason', 'damaged')) \g /dev/null
select pg_temp.open(:gus, 'ben') \g /dev/null
select is(pg_temp.told('Room 1', '{media_out}') #> '{data,held}', 'true', 'out of labels again, with a reprint and another set waiting');
select pg_temp.told('Room 1', '{ok}') \g /dev/null
select is(pg_temp.call('print_rest', 'ben') ->> 'title', 'Room 1 printer holds labels of Ana Ruiz', 'Ben does not let Ana''s labels out');
select is(pg_temp.trouble('ben') ->> 'waits_for', 'Ana Ruiz', 'his page says whose come first');
select is(pg_temp.rest(), 'stored rest_prints', 'Ana does');
select is(pg_temp.pump(), 'l:f', 'hers comes out; his set waits for hers');
select pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.label(pg_temp.tube(:fay, 2), 1)) \g /dev/null
select is(pg_temp.pump(), '(separator_first) s:g l:g l:g', 'taken, and at a shared printer his set has a separator');

-- ---- every change of visit at a shared printer, also back again; none within a visit
select pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', pg_temp.tube(:gus, 1), 'reason', 'damaged')) \g /dev/null
select is(pg_temp.pump(), 'l:g', 'his own reprint follows his set');
select pg_temp.scan(pg_temp.tube(:gus, 2), 'ben') \g /dev/null
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:fay, 1), 'reason', 'damaged')) \g /dev/null
select is(pg_temp.pump(), '(separator_first) s:f l:f', 'back to Fay''s visit: a separator');

-- ---- a parked visit's labels do not print while nobody is there
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:fay, 1), 'reason', 'damaged')) \g /dev/null
select pg_temp.told('Room 1', '{ribbon_out}'), pg_temp.told('Room 1', '{ok}') \g /dev/null
select pg_temp.call('visit_park', 'ana') \g /dev/null
select is(pg_temp.ready(), '{}', 'parked');
select pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', pg_temp.tube(:gus, 1), 'reason', 'damaged')) \g /dev/null
select is(pg_temp.rest('ben'), 'stored rest_prints', 'Ben may go on: Ana''s visit is parked');
select is(pg_temp.pump(), '(separator_first) s:g l:g', 'his label comes, after a separator; hers does not');
select pg_temp.call('visit_resume', 'ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where patient_id = :fay))) \g /dev/null
select is(pg_temp.pump(), '(separator_first) s:f l:f', 'hers comes when she is back');

-- ---- other labels are in it than it is set up for
update clinic.device set width_um = 50800, height_um = 25400 where name = 'Room 1 printer';
select pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', pg_temp.tube(:gus, 1), 'reason', 'damaged')) \g /dev/null
select is(pg_temp.told('Room 1', '{wrong_stock}') #> '{data,held}', 'true', 'wrong labels with one waiting: held');
select is(pg_temp.trouble('ben') ->> 'why', 'wrong_stock', 'his page is told why');
select is(pg_temp.trouble('ben') ->> 'title', 'Room 1 printer: wrong labels in it, load 50.8 x 25.4 mm', 'and which ones to load');
select is(pg_temp.trouble('ben') ->> 'stock', '50.8 x 25.4 mm', 'their size is told by itself, too');
select is(pg_temp.rest('ben'), 'question printer_not_ready', 'nothing goes before that');
select is(pg_temp.told('Room 1', '{ok}') #> '{data,held}', 'true', 'with the right ones it waits for a person');
select is(pg_temp.rest('ben') || ', ' || pg_temp.pump(), 'stored rest_prints, (separator_first) s:g l:g', 'who goes on');

-- ---- a power cycle that nobody saw: another plug in mid-set
select pg_temp.told('Room 1', '{ok}', '{}', 'usb 1.7 A') \g /dev/null
select pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', pg_temp.tube(:gus, 1), 'reason', 'damaged')) \g /dev/null
select is(pg_temp.told('Room 1', '{ok}', '{}', 'usb 1.7 A') #> '{data,held}', 'false', 'the same plug');
select is(pg_temp.told('Room 1', '{ok}', '{}', 'usb 1.9 A') #> '{data,held}', 'true', 'another: it was off and on again');
select is((select why from clinic.printer_hold where ended_at is null), 'power_cycle', 'which is said');
select is(pg_temp.trouble('ben') ->> 'title', 'Room 1 printer: it was switched off. 1 label waits', 'in words');
select is(pg_temp.told('Room 1', '{ok}', '{jam,silent}') #> '{data,held}', 'true', 'more trouble');
select is((select count(*) from clinic.printer_hold where ended_at is null), 1::bigint, 'is one hold');
select is(pg_temp.rest('ben'), 'stored rest_prints', 'ended by a person');

-- ---- what was seen and is over holds it as well; one that is in trouble holds a label from the start; a slip waits too
select is(pg_temp.told('Room 1', '{ok}', '{head_open}') #> '{data,held}', 'true', 'opened and closed before the database heard of it');
select pg_temp.rest('ben'), pg_temp.pump() \g /dev/null
select is(pg_temp.told('Room 1', '{fault}') #> '{data,held}', 'false', 'a fault with nothing to print');
select pg_temp.call('reprint', 'ben', jsonb_build_object('specimen_id', pg_temp.tube(:gus, 1), 'reason', 'damaged')) \g /dev/null
select is(pg_temp.held('Room 1'), true, 'a label is asked for meanwhile');
select pg_temp.told('Room 1', '{ok}') \g /dev/null
select is(pg_temp.ready(), '{}', 'and does not print by itself');
select pg_temp.call('mistake', 'ben') \g /dev/null
select pg_temp.call('visit_park', 'ana') \g /dev/null
select is(pg_temp.says(pg_temp.call('slip_print', 'ana', jsonb_build_object('patient_id', :gus))), 'question slip_waits', 'a slip is asked for');
select is(pg_temp.ready(), '{}', 'a slip at a held printer waits');
select is(array[pg_temp.trouble() ->> 'n', pg_temp.trouble() ->> 'is_labels', pg_temp.view() ->> 'visit_id'], '{1,false,NULL}', 'and the station''s page asks, without a visit');
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 1'))), 'stored rest_prints', 'a person goes on');
select is(pg_temp.pump(), 's:g', 'the slip prints');
select is(clinic.printer_words(pg_temp.printer('Room 1'), array['jam', 'what'] || 'ok'::text), 'jam, what', 'a word that nobody knows is said as it came');

-- ---- what is left of the trouble of a printer from which the rest was moved
update clinic.device set active = true where name = 'Room 2 printer';
select pg_temp.told('Room 2', '{ok}'), pg_temp.call('visit_resume', 'ana', jsonb_build_object('visit_id', (select visit_id from clinic.visit where patient_id = :fay))),
	pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:fay, 1), 'reason', 'damaged')), pg_temp.told('Room 1', '{jam}') \g /dev/null
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 2'))), 'stored rest_moves', 'a jam: the rest moves');
select pg_temp.told('Room 2', '{jam}'), pg_temp.told('Room 2', '{ok}') \g /dev/null
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 1'))), 'question printer_not_ready', 'there is a jam, too; the first has its own still');
select pg_temp.told('Room 1', '{ok}') \g /dev/null
select is(pg_temp.held('Room 1'), true, 'it is held, of nothing that is left');
select is(pg_temp.rest('ana', jsonb_build_object('printer', pg_temp.printer('Room 1'))), 'stored rest_moves', 'ready again: who takes the rest back there ends that');
select is(array[pg_temp.held('Room 1'), pg_temp.held('Room 2')], '{f,t}', 'the other is held, with nothing that waits');
update clinic.station set room_group = 'elsewhere' where name = 'Room 2';
select is(pg_temp.rest('ana', jsonb_build_object('device_id', pg_temp.printer('Room 2'))), 'repeat printer_goes', 'of no business to other rooms');
update clinic.station set room_group = 'rooms' where name = 'Room 2';
select is(pg_temp.rest('ana', jsonb_build_object('device_id', pg_temp.printer('Room 2'))), 'stored rest_prints', 'who names it ends that');
select is(pg_temp.held('Room 2'), false, 'it is not held for ever');
select is(pg_temp.rest('ana', jsonb_build_object('device_id', pg_temp.printer('Room 2'))), 'repeat printer_goes', 'once');
select pg_temp.pump(), pg_temp.call('visit_park', 'ana') \g /dev/null
update clinic.device set active = false where name = 'Room 2 printer';

-- ---- a printer that can not answer (clinic.device.talks): silence is neither trouble nor in the way; its separator is not waited for
create function pg_temp.out_one_way(job bigint) returns text language plpgsql as $$
declare
	r jsonb;
begin
	perform pg_temp.ok_(pg_temp.job(job, 'proved', '{"sha256": "ab12"}'));
	r := pg_temp.job(job, 'sending', '{"one_way": true, "plug": "usb 1.9 A"}');
	if r ->> 'verdict' <> 'stored' then
		return r ->> 'code';
	end if;
	perform pg_temp.ok_(pg_temp.job(job, s, '{"plug": "usb 1.9 A"}')) from unnest(array['sent', 'unknown']) s;
	return '';
end $$;
select pg_temp.patient('HALE', 'Hal', '1963-03-03', array['CBC', 'PT'], 'H1') as hal \gset
update clinic.device set talks = 'unknown' where name = 'Room 1 printer';
select pg_temp.told('Room 1', '{ok}') \g /dev/null
select pg_temp.open(:hal) \g /dev/null
select is(pg_temp.told('Room 1', '{silent}') #> '{data,held}', 'false', 'silent, and nobody knows yet whether it can answer');
update clinic.device set talks = 'one_way' where name = 'Room 1 printer';
select pg_temp.told('Room 1', '{silent}', '{silent}') \g /dev/null
select is(pg_temp.held('Room 1'), false, 'nor is it held when that is known');
select is(pg_temp.out_one_way(pg_temp.job_of(pg_temp.tube(:hal, 1))), 'separator_first', 'at a shared printer a separator goes first');
select is(pg_temp.out_one_way((pg_temp.ready())[1]), '', 'it goes');
select is(pg_temp.held('Room 1'), false, 'that nobody knows whether it came out holds nothing');
update clinic.print_job set state = 'queued' where print_job_id = pg_temp.job_of(pg_temp.tube(:hal, 1));
select is(pg_temp.out_one_way(pg_temp.job_of(pg_temp.tube(:hal, 1))), '', 'and the label follows');
select is(pg_temp.told('Room 1', '{silent}', '{}', 'usb 2.2 A') #> '{data,held}', 'false', 'of its plug nothing was known');
select is(pg_temp.told('Room 1', '{silent}', '{ok}', 'usb 2.3 A') #> '{data,held}', 'true', 'unplugged and plugged in again in mid-set it is held');
select is(pg_temp.trouble() ->> 'is_ready', 'true', 'its silence is not in the way');
select is(pg_temp.rest(), 'stored rest_prints', 'a person goes on');
select is(pg_temp.out_one_way(pg_temp.job_of(pg_temp.tube(:hal, 2))), '', 'the rest goes, without another separator');
select * from finish();
