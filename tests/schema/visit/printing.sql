-- Printers: the legal moves of a job, what the counter proves, what a person says, whose labels come first.
\ir setup.sql
select plan(173);
create function pg_temp.job_of(specimen text, of_copy int default 1) returns bigint language sql stable as $$
	select print_job_id from clinic.print_job where specimen_id = specimen and copy = of_copy $$;
create function pg_temp.job_state(specimen text, of_copy int default 1) returns text language sql stable as $$
	select state from clinic.print_job where specimen_id = specimen and copy = of_copy $$;
create function pg_temp.sent(specimen text, counter bigint, of_copy int default 1) returns void language sql volatile as $$
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'proved', '{"sha256": "ab12"}');
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'sending', jsonb_build_object('counter', counter, 'plug', 'usb 1.7 A'));
	select pg_temp.job(pg_temp.job_of(specimen, of_copy), 'sent', jsonb_build_object('counter', counter, 'plug', 'usb 1.7 A')) $$;
create function pg_temp.settle(specimen text, counter bigint, of_copy int default 1, plug text default 'usb 1.7 A') returns text language sql volatile as $$
	select pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', pg_temp.job_of(specimen, of_copy), 'counter', counter,
		'plug', plug)) #>> '{data,print_job,state}' $$;
create function pg_temp.open(patient bigint, token text default 'ana') returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, token)) $$;
create function pg_temp.ready() returns bigint[] language sql stable as $$
	select array(select (x ->> 'print_job_id')::bigint from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x
		where x ->> 'state' = 'queued' order by 1) $$;

-- ---- the one list of moves (contrib/DESIGN.md 3)
select is((select string_agg(from_state || '>' || to_state || coalesce(nullif('(' || by || ')', '()'), ''), ' ' order by from_state, to_state) from clinic.print_job_move),
	'proved>failed proved>sending proved>void queued>failed queued>proved queued>void sending>failed sending>sent sending>unknown sent>failed sent>printed sent>unknown '
	|| 'unknown>printed unknown>queued(counter) unknown>void(person)', 'the moves');
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT', 'GLU'], 'M1') as maria \gset
select pg_temp.open(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3, pg_temp.tube(:maria, 4) as t4 \gset
create function pg_temp.would_move(job bigint, from_ text, to_ text) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		update clinic.print_job set state = from_ where print_job_id = job;
		told := pg_temp.job(job, to_) ->> 'verdict';
		told := told || ' ' || (select state from clinic.print_job where print_job_id = job);
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
select is(pg_temp.would_move(pg_temp.job_of(:'t1'), f, t), case
	when f = t then 'repeat ' || f
	when exists (select 1 from clinic.print_job_move m where m.from_state = f and m.to_state = t and m.by = '') then 'stored ' || t
	else 'question ' || f end, f || ' to ' || t || ', as the printer says')
	from unnest(array['queued', 'proved', 'sending', 'sent', 'printed', 'unknown', 'failed', 'void']) f,
		unnest(array['proved', 'sent', 'printed', 'unknown']) t order by f, t;
select is(pg_temp.says(pg_temp.job(pg_temp.job_of(:'t1'), 'queued')), 'question bad_request', 'nobody but a counter queues again');

-- ---- who is not the lead, and does not know, begins no label
create function pg_temp.would_send(lead_pid int) returns text language plpgsql as $$
declare
	says text;
begin
	perform pg_temp.job(pg_temp.job_of((select min(specimen_id) from clinic.print_job where state = 'queued')), 'proved');
	says := pg_temp.says(pg_temp.job((select print_job_id from clinic.print_job where state = 'proved'), 'sending',
		jsonb_build_object('lead_pid', lead_pid)));
	raise exception using errcode = 'ZZ001', message = says;
exception when sqlstate 'ZZ001' then
	return says;
end $$;
select is(pg_temp.would_send(pg_backend_pid()), 'question print_job_waits', 'no label is begun by a core that lost the lead');
select pg_advisory_lock(5370658274) \g /dev/null
select is(pg_temp.would_send(pg_backend_pid()), 'stored ok', 'the lead begins it');
select is(pg_temp.would_send(0), 'question print_job_waits', 'and nobody else');
select pg_advisory_unlock(5370658274) \g /dev/null

-- ---- the journal of a job
select pg_temp.sent(:'t1', 100) \g /dev/null
select is((select array[state, sha256, counter_before::text] from clinic.print_job where print_job_id = pg_temp.job_of(:'t1')), '{sent,ab12,100}',
	'the counter before is committed with sending');
select is(pg_temp.label_state(:'t1', 1), 'printing open', 'the label is on its way');
select is((pg_temp.job(pg_temp.job_of(:'t1'), 'printed', '{"counter": 101, "evidence": "counter"}')) #>> '{data,print_job,state}', 'printed', 'printed');
select is((select counter_after from clinic.print_job where print_job_id = pg_temp.job_of(:'t1')), 101::bigint, 'with the counter after');
select is(pg_temp.says(pg_temp.job(pg_temp.job_of(:'t1'), 'printed')), 'repeat ok', 'told twice is once');
select is(pg_temp.kinds(:'t1'), 'prepared label_printed', 'one event');
select is((pg_temp.job(pg_temp.job_of(:'t1'), 'printed')) #> '{data,print_job}' ? 'content', false, 'no content goes back');

-- ---- a label seen settles its job (LB-08)
select pg_temp.sent(:'t2', 101) \g /dev/null
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.says(pg_temp.scan(:'t2')), 'stored on_tube', 'the printer said nothing yet, the label is there');
select is(pg_temp.job_state(:'t2'), 'printed', 'so it was printed');
select is((select body::jsonb ->> 'evidence' from custody.event where subject = :'t2' and kind = 'label_printed'), 'scan_back', 'by the evidence of the scan');
select is(pg_temp.says(pg_temp.job(pg_temp.job_of(:'t2'), 'unknown')), 'question print_job_move', 'what the bench says later changes nothing');

-- ---- after a loss: the counter (contrib/DESIGN.md 3)
select pg_temp.sent(:'t3', 102) \g /dev/null
select is(pg_temp.settle(:'t3', null), 'unknown', 'no counter: unknown');
select is(pg_temp.view() #>> '{ask,code}', 'did_it_come_out', 'a person is asked');
select is(pg_temp.view() #> '{ask,print_job_id}', to_jsonb(pg_temp.job_of(:'t3')), 'about this job');
select is(pg_temp.settle(:'t3', 104), 'unknown', 'two labels more: unknown');
select is(pg_temp.settle(:'t3', 5), 'unknown', 'a counter that went back: unknown');
select is(pg_temp.settle(:'t3', 102), 'queued', 'no label more: nothing came out, it may go again');
select is(pg_temp.label_state(:'t3', 1), 'queued open', 'with the same copy');
select is((select count(*) from clinic.label where specimen_id = :'t3'), 1::bigint, 'which was never out');
select pg_temp.sent(:'t3', 102) \g /dev/null
select is(pg_temp.settle(:'t3', 103), 'printed', 'one label more: printed');
select is((select body::jsonb ->> 'evidence' from custody.event where subject = :'t3' and kind = 'label_printed'), 'counter', 'by the evidence of the counter');
select is(pg_temp.settle(:'t3', 102), 'printed', 'what is settled stays');
-- ---- a counter is one printer's, from when it is plugged in until it leaves
create function pg_temp.would_settle(job bigint, state_ text, sending text, sent text, now_ text, counter bigint) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		update clinic.print_job set state = 'proved' where print_job_id = job;
		perform pg_temp.job(job, 'sending', jsonb_build_object('counter', 500, 'plug', sending));
		if state_ <> 'sending' then
			perform pg_temp.job(job, 'sent', jsonb_build_object('counter', 500, 'plug', sent));
		end if;
		if state_ = 'unknown' then
			perform pg_temp.job(job, 'unknown', jsonb_build_object('counter', 500, 'plug', sent));
		end if;
		told := pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', job, 'counter', counter, 'plug', now_)) #>> '{data,print_job,state}';
		select told || case when counter > 500 and p.counter_after = counter then ' ' || counter else '' end into told from clinic.print_job p where p.print_job_id = job;
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
select is(pg_temp.would_settle(pg_temp.job_of(:'t4'), state_, sending, sent, now_, counter), ends, what || ', ' || state_ || ', ' || coalesce(counter::text, 'none'))
	from (values
		('the same printer', 'usb 1.7 A', 'usb 1.7 A', 'usb 1.7 A', 500, 'queued'),
		('the same printer', 'usb 1.7 A', 'usb 1.7 A', 'usb 1.7 A', 501, 'printed 501'),
		('the same, which the report did not say', 'usb 1.7 A', null, 'usb 1.7 A', 501, 'printed 501'),
		('another printer', 'usb 1.7 A', 'usb 1.7 A', 'usb 1.8 B', 500, 'unknown'),
		('another printer', 'usb 1.7 A', 'usb 1.7 A', 'usb 1.8 B', 501, 'unknown'),
		('the same, plugged in again', 'usb 1.7 A', 'usb 1.7 A', 'usb 1.8 A', 501, 'unknown'),
		('nobody knows which now', 'usb 1.7 A', 'usb 1.7 A', null, 501, 'unknown'),
		('nobody knows which now', 'usb 1.7 A', 'usb 1.7 A', '', 500, 'unknown'),
		('nobody knew which then', null, null, 'usb 1.7 A', 501, 'unknown'),
		('nobody knows it at all', null, null, null, 500, 'unknown'),
		('nobody knows it at all', '', '', '', 501, 'unknown')) x (what, sending, sent, now_, counter, ends),
		unnest(array['sending', 'sent', 'unknown']) state_;
select is(pg_temp.would_settle(pg_temp.job_of(:'t4'), 'sent', 'usb 1.7 A', 'usb 1.8 B', now_, 501), 'unknown', 'taken by another than was asked, now ' || now_)
	from unnest(array['usb 1.7 A', 'usb 1.8 B']) now_;
-- Whose bench it was given: what another host began may be under way there still, and does not go again by itself.
create function pg_temp.would_settle_at(job bigint, state_ text, sending text, settling text, counter bigint) returns text language plpgsql as $$
declare
	told jsonb;
begin
	begin
		update clinic.print_job set state = 'queued', plug = null where print_job_id = job;
		perform pg_temp.job(job, 'proved', '{"sha256": "ab12"}');
		perform pg_temp.job(job, 'sending', jsonb_build_object('counter', 500, 'plug', 'usb 1.7 A', 'host', sending));
		if state_ <> 'sending' then
			perform pg_temp.job(job, 'sent', '{"counter": 500, "plug": "usb 1.7 A"}');
		end if;
		told := pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', job, 'counter', counter, 'plug', 'usb 1.7 A', 'host', settling));
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return (told #>> '{data,print_job,state}') || coalesce(' ' || (told #>> '{data,print_job,host}'), '');
	end;
end $$;
select is(pg_temp.would_settle_at(pg_temp.job_of(:'t4'), state_, sending, settling, counter), ends, what || ', ' || state_ || ', ' || counter)
	from (values
		('the same host', 'h1', 'h1', 500, 'queued h1'),
		('the same host', 'h1', 'h1', 501, 'printed h1'),
		('another host', 'h1', 'h2', 500, 'unknown h1'),
		('another host', 'h1', 'h2', 501, 'printed h1'),
		('nobody knows which began', null, 'h2', 500, 'unknown'),
		('nobody knows which began', null, 'h2', 501, 'printed'),
		('nobody knows which asks', 'h1', null, 500, 'unknown h1')) x (what, sending, settling, counter, ends),
		unnest(array['sending', 'sent']) state_;
-- Who began it knows that nothing was sent, whatever a counter says; of another attempt, another host's or one that was sent it says nothing.
create function pg_temp.would_settle_unsent(job bigint, state_ text, settling text, attempt int) returns text language plpgsql as $$
declare
	told jsonb;
begin
	begin
		update clinic.print_job set state = 'queued', plug = null where print_job_id = job;
		perform pg_temp.job(job, 'proved', '{"sha256": "ab12"}');
		perform pg_temp.job(job, 'sending', '{"counter": null, "host": "h1", "one_way": true}');
		if state_ <> 'sending' then
			perform pg_temp.job(job, 'sent', '{}');
		end if;
		told := pg_temp.call('print_job_settle', 'core', jsonb_build_object('print_job_id', job, 'unsent', true, 'host', settling, 'began_us',
			(select (x ->> 'began_us')::bigint + attempt from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x
				where (x ->> 'print_job_id')::bigint = job)));
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return pg_temp.says(told) || ' ' || (told #>> '{data,print_job,state}');
	end;
end $$;
select is(pg_temp.would_settle_unsent(pg_temp.job_of(:'t4'), state_, settling, attempt), ends, what)
	from (values
		('nothing was sent: it may go again', 'sending', 'h1', 0, 'stored ok queued'),
		('an attempt before this one', 'sending', 'h1', -1, 'question print_job_move sending'),
		('another host began it', 'sending', 'h2', 0, 'question print_job_move sending'),
		('nobody knows who says so', 'sending', null, 0, 'question print_job_move sending'),
		('it was sent', 'sent', 'h1', 0, 'question print_job_move sent')) x (what, state_, settling, attempt, ends);
select pg_temp.sent(:'t4', 103) \g /dev/null
select is((select array[plug, counter_before::text] from clinic.print_job where print_job_id = pg_temp.job_of(:'t4')), '{usb 1.7 A,103}', 'which printer is kept with its counter');
select is((select array_agg(evidence ->> 'plug' order by print_job_log_id) from clinic.print_job_log where print_job_id = pg_temp.job_of(:'t4')), '{NULL,usb 1.7 A,usb 1.7 A}', 'and told in the journal');
insert into clinic.print_job (kind, slip, station_id, device_id, template, content) select 'slip', 'x', station_id, device_id, 'slip', '{}' from clinic.print_job limit 1;
select pg_temp.job(max(print_job_id), 'proved'), pg_temp.job(max(print_job_id), 'sending') from clinic.print_job \g /dev/null
select is(pg_temp.settle(:'t4', 103), 'unknown', 'another job went to the printer since: the counter proves nothing');

-- ---- nothing prints by itself again (FLOWS 1.1): whoever asks, only a counter brings an unknown job back to the queue
create function pg_temp.queued_again(job bigint, from_ text, by_ text) returns boolean language plpgsql as $$
declare
	done boolean;
begin
	begin
		update clinic.print_job set state = from_ where print_job_id = job;
		done := clinic.print_job_move_to(job, 'queued', by_, null, '{}');
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return done;
	end;
end $$;
select results_eq($$ select f || ' by ' || b from unnest(array['queued', 'proved', 'sending', 'sent', 'printed', 'unknown', 'failed', 'void']) f,
	unnest(array['printer', 'person', 'scan_back', 'counter', '']) b where pg_temp.queued_again((select min(print_job_id) from clinic.print_job), f, b) $$,
	array['unknown by counter'], 'of 40 ways back to queued there is one');
select is((select state from clinic.print_job where print_job_id = pg_temp.job_of(:'t4')), 'unknown', 'it is unknown still');
select is((select count(*) from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') j where (j ->> 'print_job_id')::bigint = pg_temp.job_of(:'t4')),
	0::bigint, 'an unknown job is a person''s turn: the core is not told of it');
select is(clinic.print_jobs_ready() @> to_jsonb(array[pg_temp.job_of(:'t4')]), false, 'and is not among those to print');

-- ---- what a person says
select is(pg_temp.says(pg_temp.call('print_answer', 'ana', jsonb_build_object('print_job_id', pg_temp.job_of(:'t4'), 'came_out', 'no'))),
	'stored did_not_come_out', 'it did not come out');
select is(pg_temp.label_state(:'t4', 1), 'voided', 'the label is void');
select is(pg_temp.view() #>> '{ask,code}', 'print_again', 'a new one is offered');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "print_again", "choice": "yes"}')), 'stored reprinted', 'yes');
select is(pg_temp.label_state(:'t4', 2), 'queued open', 'as copy 2');
select pg_temp.sent(:'t4', 110, 2), pg_temp.settle(:'t4', null, 2) \g /dev/null
select is(pg_temp.says(pg_temp.call('print_answer', 'ana', jsonb_build_object('print_job_id', pg_temp.job_of(:'t4', 2), 'came_out', 'not_sure'))),
	'stored reprinted', 'not sure: the next copy prints');
select is(array[pg_temp.label_state(:'t4', 2), pg_temp.label_state(:'t4', 3)], '{"old open","queued open"}', 'and the one before is to be torn up if it is found');
select pg_temp.sent(:'t4', 111, 3), pg_temp.settle(:'t4', null, 3) \g /dev/null
select is(pg_temp.says(pg_temp.call('print_answer', 'ana', jsonb_build_object('print_job_id', pg_temp.job_of(:'t4', 3), 'came_out', 'yes'))), 'stored came_out', 'yes');
select is(pg_temp.kinds(:'t4'), 'prepared label_voided! label_printed', 'printed, because a person saw it');
select is(pg_temp.says(pg_temp.call('print_answer', 'ana', jsonb_build_object('print_job_id', pg_temp.job_of(:'t4', 3), 'came_out', 'no'))), 'repeat print_answered', 'once');
select is(pg_temp.says(pg_temp.call('print_answer', 'ben', jsonb_build_object('print_job_id', pg_temp.job_of(:'t4', 3), 'came_out', 'no'))), 'question no_visit', 'by who holds the visit');
select is(pg_temp.would(pg_temp.label(:'t4', 1)), 'stop label_void', 'the void one found on a tube is red');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.would(pg_temp.label(:'t4', 2)), 'stored on_tube', 'the doubtful one, found and stuck, is as good as the next');
select pg_temp.scan(pg_temp.label(:'t4', 3)) \g /dev/null
select is(pg_temp.label_state(:'t4', 2), 'old open', 'but only one is live (LB-09)');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "old_label", "choice": "no"}')), 'stored label_ended', 'there is none: said by a person');
select is(pg_temp.label_state(:'t4', 2), 'voided', 'and then it is void');

-- ---- a job the press or the printer refuses
select pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', 'damaged')) \g /dev/null
select pg_temp.job(pg_temp.job_of(:'t1', 2), 'failed', '{"check": "quiet_zone", "message": "the name does not fit", "hint": "shorter"}') \g /dev/null
select is((select array[failed_check, message, hint] from clinic.print_job where print_job_id = pg_temp.job_of(:'t1', 2)), '{quiet_zone,"the name does not fit",shorter}', 'the check that failed is kept');
select is(pg_temp.label_state(:'t1', 2), 'failed', 'never out, nothing to account for');
select is(pg_temp.would(pg_temp.label(:'t1', 2)), 'question label_not_printed', 'seen all the same it is suspicious');
select is(pg_temp.would(:'t1'), 'stored on_tube', 'and the first still counts alone');
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', 'just so'))), 'question reason_needed', 'a reprint has a reason (ER-10)');
insert into clinic.label (specimen_id, copy, created_by) select :'t1', n, 1 from generate_series(3, 99) n;
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', 'lost'))), 'question copies_used_up', 'there are 99 copies');
delete from clinic.label where copy > 3;
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'t2', 'copy', 1, 'end', 'destroyed'))), 'question label_is_on_tube', 'the label on the tube is not torn up');
select is(pg_temp.says(pg_temp.call('label_end', 'ana', jsonb_build_object('specimen_id', :'t1', 'copy', 3, 'end', 'destroyed'))), 'question label_not_out', 'nor one that was never out');

-- ---- promise 4: an own printer waits until the set before is accounted for
select pg_temp.call('visit_park', 'ana') \g /dev/null
update clinic.print_job set state = 'void' where state in ('queued', 'sending');
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CBC', 'PT'], 'A1') as ada \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC'], 'B1') as bob \gset
select pg_temp.patient('COLE', 'Cy', '1957-07-07', array['CBC'], 'C1') as cy \gset
update clinic.device set active = false where kind = 'printer' and name = 'Room 2 printer';
update clinic.device set shared = true where name = 'Room 1 printer';
update clinic.device set shared = false where name = 'Room 1 printer';
select is(clinic.printer_of((select station_id from clinic.station where name = 'Room 2')), null, 'Room 2 has no printer');
select pg_temp.call('visit_open', 'ben', jsonb_build_object('patient_id', :bob)) \g /dev/null
select is(pg_temp.says(pg_temp.identify(:bob, 'ben')), 'question no_printer', 'without a printer');
select is(pg_temp.view('ben') ->> 'state', 'labels', 'the visit stands');
select is(pg_temp.view('ben') #>> '{ask,code}', 'no_printer', 'and asks');
select pg_temp.open(:ada) \g /dev/null
update clinic.device set station_id = (select station_id from clinic.station where name = 'Room 2') where name = 'Room 1 printer';
select is(cardinality(pg_temp.ready()), 2, 'Ada''s two labels may print');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ben', '{"code": "no_printer", "choice": "yes"}')), 'stored labels_print', 'Bob''s is asked for at the same printer');
select is(cardinality(pg_temp.ready()), 2, 'and waits');
select is(pg_temp.view('ben') ->> 'jobs_waiting_for', 'Room 1 printer waits for the labels of Ana Ruiz', 'which is said');
select is(pg_temp.print(), 2, 'Ada''s print');
select is(pg_temp.ready(), '{}', 'Bob''s waits on');
select pg_temp.later('6 seconds') \g /dev/null
select pg_temp.scan(pg_temp.tube(:ada, 1)) \g /dev/null
select is(pg_temp.ready(), '{}', 'until all are accounted for');
select is(pg_temp.scan(pg_temp.tube(:ada, 2)) #> '{data,jobs}', to_jsonb(array[pg_temp.job_of(pg_temp.tube(:bob, 1))]), 'the last scan frees the printer and says so');
select is(pg_temp.view('ben') -> 'jobs_waiting_for', 'null', 'nothing waits');

-- ---- a shared printer waits until the set before was taken
update clinic.device set shared = true where name = 'Room 1 printer';
select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
select pg_temp.open(:cy) \g /dev/null
select is((select d.name from clinic.print_job j join clinic.device d using (device_id) where j.specimen_id = pg_temp.tube(:cy, 1)), 'Room 1 printer', 'Ana''s room uses the shared printer');
select is(pg_temp.ready(), array[pg_temp.job_of(pg_temp.tube(:bob, 1))], 'Cy''s label waits for Bob''s set');
select is(pg_temp.print(), 1, 'Bob''s prints');
select is(pg_temp.ready(), '{}', 'not taken yet');
select pg_temp.later('6 seconds') \g /dev/null
select pg_temp.policy('closing_check', '"patient_reads_tubes"') \g /dev/null
select pg_temp.call('visit_park', 'ben') \g /dev/null
select is(pg_temp.ready(), array[pg_temp.job_of(pg_temp.tube(:cy, 1))], 'a parked visit frees the printer');
select pg_temp.call('visit_resume', 'ben', jsonb_build_object('visit_id', (select visit_id from clinic.visit where patient_id = :bob))) \g /dev/null
select is(pg_temp.ready(), '{}', 'resumed it holds it again');
select pg_temp.scan(pg_temp.tube(:bob, 1), 'ben') \g /dev/null
select is(pg_temp.ready(), array[pg_temp.job_of(pg_temp.tube(:cy, 1))], 'one label taken and the next may print');

-- ---- print_when after_draw, another printer
select pg_temp.print(), pg_temp.later('6 seconds'), pg_temp.scan(pg_temp.tube(:cy, 1)) \g /dev/null
select pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}') \g /dev/null
select pg_temp.policy('print_when', '"after_draw"') \g /dev/null
select pg_temp.patient('DREW', 'Di', '1958-08-08', array['CBC', 'PT'], 'D1') as di \gset
select pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :di)) \g /dev/null
select is(pg_temp.says(pg_temp.identify(:di)), 'stored identified_draw_first', 'after_draw: tubes first');
select is(pg_temp.ready(), '{}', 'no label');
select is(pg_temp.view() #>> '{ask,code}', 'drawn', 'drawn?');
select is(pg_temp.says(pg_temp.call('visit_answer', 'ana', '{"code": "drawn", "choice": "yes"}')), 'stored labels_print', 'yes: the labels print');
select is(cardinality(pg_temp.ready()), 2, 'both');
update clinic.device set active = true;
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:di, 2), 'reason', 'lost',
	'device_id', (select device_id from clinic.device where name = 'Room 2 printer')))), 'stored reprinted', 'the rest can print at another printer of the room group');
select is(pg_temp.job_state(pg_temp.tube(:di, 2), 1), 'void', 'what was not sent yet does not go any more');
select is(pg_temp.label_state(pg_temp.tube(:di, 2), 1), 'voided', 'nor is it to be accounted for');
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:di, 2), 'reason', 'lost', 'device_id', 9999))),
	'question no_printer', 'a printer that is not near is none');
select * from finish();
