-- Print jobs: one label to one printer once. State moves through clinic.print_job_move_to only. Whose goes next is
-- clinic/print_order.sql.

delete from clinic.print_job_move;
insert into clinic.print_job_move (from_state, to_state, by) values
	('queued', 'proved', ''), ('queued', 'failed', ''), ('queued', 'void', ''),
	('proved', 'sending', ''), ('proved', 'failed', ''), ('proved', 'void', ''),
	('sending', 'sent', ''), ('sending', 'failed', ''), ('sending', 'unknown', ''),
	('sent', 'printed', ''), ('sent', 'failed', ''), ('sent', 'unknown', ''),
	('unknown', 'printed', ''), ('unknown', 'void', 'person'), ('unknown', 'queued', 'counter');

-- Moves a job if the table allows it. by: printer, person, counter, scan_back. evidence goes to the log and,
-- its known fields, to the row. A label that is now printed gets its event, with the kind of evidence.
create or replace function clinic.print_job_move_to(print_job_id bigint, to_state text, by text, actor clinic.actor,
	evidence jsonb default '{}') returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
	counter bigint := clinic.arg_bigint(print_job_move_to.evidence, 'counter');
	told_plug text := nullif(clinic.arg(print_job_move_to.evidence, 'plug'), '');
begin
	select p.* into j from clinic.print_job p where p.print_job_id = print_job_move_to.print_job_id for update;
	if not exists (select 1 from clinic.print_job_move m where m.from_state = j.state
		and m.to_state = print_job_move_to.to_state and m.by in ('', print_job_move_to.by)) then
		return false;
	end if;
	update clinic.print_job p set state = print_job_move_to.to_state, state_at = clock_timestamp(),
		sha256 = coalesce(clinic.arg(print_job_move_to.evidence, 'sha256'), p.sha256),
		failed_check = coalesce(clinic.arg(print_job_move_to.evidence, 'check'), p.failed_check),
		spelling = coalesce(clinic.spelling_told(print_job_move_to.evidence -> 'spelling'), p.spelling),
		spelled = p.spelled or coalesce(print_job_move_to.evidence -> 'warnings' ? 'name_spelled', false),
		message = coalesce(clinic.arg(print_job_move_to.evidence, 'message'), ''), hint = coalesce(clinic.arg(print_job_move_to.evidence, 'hint'), ''),
		counter_before = case when print_job_move_to.to_state = 'sending' then counter else p.counter_before end,
		began_at = case when print_job_move_to.to_state = 'sending' then clock_timestamp() else p.began_at end,
		plug = case when print_job_move_to.to_state = 'sending' then told_plug
			when print_job_move_to.to_state = 'sent' and told_plug <> p.plug then null -- another one took it than was asked
			else p.plug end,
		host = case when print_job_move_to.to_state = 'sending' then clinic.arg(print_job_move_to.evidence, 'host') else p.host end,
		counter_after = case when print_job_move_to.to_state in ('sent', 'printed', 'unknown')
			then coalesce(counter, p.counter_after) when print_job_move_to.to_state = 'queued' then null
			else p.counter_after end,
		evidence = coalesce(clinic.arg(print_job_move_to.evidence, 'evidence'), p.evidence)
	where p.print_job_id = j.print_job_id;
	insert into clinic.print_job_log (print_job_id, from_state, to_state, operator_id, evidence)
	values (j.print_job_id, j.state, print_job_move_to.to_state, actor.operator_id,
		print_job_move_to.evidence || jsonb_build_object('by', print_job_move_to.by));
	if print_job_move_to.to_state = 'printed' and j.specimen_id is not null then
		perform custody.append(j.specimen_id, 'label_printed', jsonb_build_object('copy', j.copy, 'job', j.print_job_id,
			'counter', counter, 'evidence', by), actor.operator_id, coalesce(actor.station_id, j.station_id),
			lab => clinic.specimen_lab(j.specimen_id));
	end if;
	return true;
end $$;

-- The printer of this station: its own, else one that serves the room group, a real one first; null when there is none.
create or replace function clinic.printer_of(station_id bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select d.device_id from clinic.station here
		join clinic.device d on d.kind = 'printer' and d.active
		join clinic.station there on there.station_id = d.station_id
		where here.station_id = $1 and (d.station_id = $1 or d.shared and there.room_group = here.room_group)
		order by d.station_id = $1 desc, d.transport = 'virtual', d.shared, d.device_id limit 1);
end $$;

create or replace function clinic.printer_is_near(device_id bigint, station_id bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select exists (select 1 from clinic.device d
		join clinic.station there on there.station_id = d.station_id
		join clinic.station here on here.station_id = $2
		where d.device_id = $1 and d.kind = 'printer' and d.active
			and (d.station_id = $2 or there.room_group = here.room_group));
$$;

-- Does anybody still want what this job prints? Not when its visit is over, nor when the label was voided, torn up or
-- replaced meanwhile: of a tube's copies only the newest comes out. A label nobody waits for would come out into the next
-- patient's set.
create or replace function clinic.print_job_is_wanted(j clinic.print_job) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return j.visit_id is null or j.kind = 'separator' or (
		exists (select 1 from clinic.visit v where v.visit_id = j.visit_id and v.state not in ('closed', 'mistake'))
		and (j.kind <> 'label' or exists (select 1 from clinic.visit_labels(j.visit_id) l
			where l.print_job_id = j.print_job_id and l.state = 'queued' and l.tube_kind <> 'not_collected'
				and not exists (select 1 from clinic.visit_labels(j.visit_id) newer
					where newer.specimen_id = l.specimen_id and newer.copy > l.copy and (newer.is_open or newer.state = 'on_tube')))));
end $$;

-- What a label is drawn from, as one hash: content, template and version, the printer and its stock. The press's work is good
-- for this and nothing else.
create or replace function clinic.print_job_drawn_from(j clinic.print_job) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select encode(sha256(convert_to(jsonb_build_array((j).content, (j).template, (j).template_version, d.device_id, d.language, d.resolution_dpi,
		d.width_um, d.height_um)::text, 'UTF8')), 'hex')
	from clinic.device d where d.device_id = (j).device_id;
$$;

-- Which attempt is under way, named by when it began; null: none is.
create or replace function clinic.print_job_began_us(j clinic.print_job) returns bigint
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case when (j).state in ('sending', 'sent') then (extract(epoch from (j).began_at) * 1000000)::bigint end;
$$;

create or replace function clinic.print_job_view(j clinic.print_job) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('print_job_id', (j).print_job_id, 'state', (j).state, 'station_id', (j).station_id,
		'device_id', (j).device_id, 'template', (j).template, 'template_version', (j).template_version, 'language', d.language, 'dpi', d.resolution_dpi,
		'width_um', d.width_um, 'height_um', d.height_um, 'counter', (j).counter_before, 'sha256', (j).sha256,
		'host', (j).host, 'began_us', clinic.print_job_began_us(j), 'drawn_from', clinic.print_job_drawn_from(j), 'content', (j).content)
	from clinic.device d where d.device_id = (j).device_id;
$$;

-- The row locks of a job in the one order: visit, specimen, job. Of a slip, which has no visit, its patient, who is named on it.
create or replace function clinic.print_job_lock(print_job_id bigint) returns clinic.print_job
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	select p.* into j from clinic.print_job p where p.print_job_id = print_job_lock.print_job_id;
	perform 1 from clinic.patient p where p.patient_id = (select s.patient_id from clinic.slip s where s.slip = j.slip) for share;
	perform 1 from clinic.visit v where v.visit_id = j.visit_id for update;
	if j.specimen_id is not null then
		perform custody.lock_subjects(array[j.specimen_id]);
	end if;
	select p.* into j from clinic.print_job p where p.print_job_id = print_job_lock.print_job_id for update;
	return j;
end $$;

-- The server's process by which a core is the lead (daemon/core/db.h) holds that lock still: one that was cut off, or stood still,
-- may not know yet that it is not.
create or replace function clinic.print_lead_is(pid bigint) returns boolean
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select exists (select 1 from pg_locks l where l.locktype = 'advisory' and l.granted and l.pid = $1
		and l.database = (select d.oid from pg_database d where d.datname = current_database())
		and (l.classid::bigint << 32) + l.objid::bigint = 5370658274 and l.objsubid = 1);
$$;

-- What the press and the bench say of a job. The same state again is a repeat; a state that can not follow is
-- answered, and changes nothing: a scan or a person may have settled the job meanwhile.
create or replace function clinic.print_job_told(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job := clinic.print_job_lock(clinic.arg_bigint(args, 'print_job_id'));
	next text := clinic.arg(args, 'state');
	verdict text := 'stored';
	code text := 'ok';
	stopped text;
begin
	if j.print_job_id is null or next is null or next not in
		('proved', 'sending', 'sent', 'printed', 'failed', 'unknown', 'void') then
		return clinic.reply('question', 'bad_request', '{"what": "print_job_id, state"}');
	end if;
	if j.state in ('queued', 'proved') and next in ('proved', 'sending', 'failed')
		and clinic.print_job_drawn_from(j) is distinct from clinic.arg(args, 'drawn_from') then
		stopped := 'print_job_changed'; -- it is about another label
	elsif j.state = 'proved' and next = 'sending' and args ? 'lead_pid'
		and not clinic.print_lead_is(clinic.arg_bigint(args, 'lead_pid')) then
		stopped := 'print_job_waits'; -- for who is the lead now
	elsif j.state = 'proved' and next = 'sending' then
		stopped := clinic.print_job_stopped(j, actor);
	end if;
	if stopped is not null then
		verdict := 'question';
		code := stopped;
	elsif j.state = next then
		verdict := 'repeat';
	elsif not clinic.print_job_move_to(j.print_job_id, next, 'printer', actor, args - 'print_job_id' - 'state') then
		verdict := 'question';
		code := 'print_job_move';
	elsif j.kind = 'separator' and (next = 'failed' or next = 'unknown' and not clinic.print_job_is_one_way(j.print_job_id)) then
		perform clinic.printer_hold_begin(j.device_id, 'separator'); -- its labels do not go without one
	end if;
	select p.* into j from clinic.print_job p where p.print_job_id = j.print_job_id;
	return clinic.reply(verdict, code, jsonb_build_object('print_job', clinic.print_job_view(j) - 'content',
		'from', j.state, 'to', next));
end $$;

-- Void when nobody wants it. True: it is.
create or replace function clinic.print_job_unwanted_drop(print_job_id bigint, actor clinic.actor) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	select p.* into j from clinic.print_job p where p.print_job_id = $1;
	return j.state in ('queued', 'proved') and not clinic.print_job_is_wanted(j)
		and clinic.print_job_move_to($1, 'void', 'person', actor, '{"message": "nobody waits for it any more"}');
end $$;

-- What goes once more after a loss says what is true now and comes out where its visit is: while its bytes may have been on
-- their way nobody could change it (clinic.labels_anew, clinic.labels_follow).
create or replace function clinic.print_job_again(print_job_id bigint, actor clinic.actor) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
	v clinic.visit;
	went boolean; -- the visit, to another person or station
	printer bigint;
	person bigint;
begin
	select p.* into j from clinic.print_job p where p.print_job_id = $1;
	if j.kind = 'slip' then
		perform clinic.slips_anew(actor, (select s.patient_id from clinic.slip s where s.slip = j.slip));
	elsif j.kind = 'separator' then
		perform clinic.separators_drop(j.visit_id, j.device_id, actor); -- a label that goes asks for a new one
	end if;
	if j.kind <> 'label' or j.visit_id is null then
		return;
	end if;
	select x.* into v from clinic.visit x where x.visit_id = j.visit_id;
	went := exists (select 1 from clinic.visit_act a where a.visit_id = v.visit_id and a.act in ('taken_over', 'resumed', 'moved_here')
		and a.at > j.created_at);
	person := case when went then v.held_by else j.created_by end;
	printer := coalesce(case when went and v.station_id is distinct from j.station_id then clinic.printer_of(v.station_id) end, j.device_id);
	if printer <> j.device_id or clinic.label_content(j.specimen_id, j.copy, person) <> j.content
		or clinic.label_template(j.specimen_id, printer) is distinct from j.template then
		perform clinic.print_job_anew(j, printer, case when went then v.station_id else j.station_id end, person, actor,
			'it goes once more, as it is now');
		perform clinic.separators_drop(j.visit_id, j.device_id, actor);
	end if;
end $$;

-- After a loss of bench or core: the printer's counter before and now say whether a label came out, as long as it is
-- that printer still, not unplugged since, and no other job went to it. Anything else is a person's to say; so is that
-- nothing came out of what another host's bench was given, which may have it still. And the core that began it knows, whatever a
-- counter says, that its bench was given nothing (`unsent`). Told of an attempt (`began_us`) that is not under way any more, nothing moves.
create or replace function clinic.print_job_settled(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job := clinic.print_job_lock(clinic.arg_bigint(args, 'print_job_id'));
	counter bigint := clinic.arg_bigint(args, 'counter');
	told_plug text := nullif(clinic.arg(args, 'plug'), '');
	same boolean := coalesce(told_plug = j.plug, false);
	same_host boolean := clinic.arg(args, 'host') is not distinct from j.host;
	unsent boolean := coalesce(args -> 'unsent' = 'true', false);
	alone boolean;
	evidence jsonb;
begin
	if j.print_job_id is null then
		return clinic.reply('question', 'bad_request', '{"what": "print_job_id"}');
	elsif args ? 'began_us' and clinic.arg_bigint(args, 'began_us') is distinct from clinic.print_job_began_us(j)
		or unsent and (j.state <> 'sending' or j.host is null or not same_host) then
		return clinic.reply('question', 'print_job_move', jsonb_build_object('print_job', clinic.print_job_view(j) - 'content',
			'from', j.state, 'to', 'queued'));
	end if;
	if j.state in ('sending', 'sent', 'unknown') then
		-- the newest that began there is this one: one row of print_job_began_idx, however much was printed
		alone := coalesce((select max(o.began_at) from clinic.print_job o where o.device_id = j.device_id and o.began_at is not null) <= j.began_at, true);
		-- another printer's counter is no counter of this label
		evidence := jsonb_build_object('counter', case when same then counter end, 'counter_before', j.counter_before, 'alone', alone,
			'plug', told_plug, 'plug_before', j.plug, 'same_plug', same, 'same_host', same_host, 'unsent', unsent);
		if j.state <> 'unknown' then
			perform clinic.print_job_move_to(j.print_job_id, 'unknown', 'counter', actor, evidence);
		end if;
		if unsent or same and same_host and alone and counter - j.counter_before = 0 then
			perform clinic.print_job_move_to(j.print_job_id, 'queued', 'counter', actor, evidence);
			if not clinic.print_job_unwanted_drop(j.print_job_id, actor) then
				perform clinic.print_job_again(j.print_job_id, actor);
			end if;
		elsif same and alone and counter - j.counter_before = 1 then
			perform clinic.print_job_move_to(j.print_job_id, 'printed', 'counter', actor, evidence);
		end if;
		select p.* into j from clinic.print_job p where p.print_job_id = j.print_job_id;
		if j.kind = 'separator' and j.state = 'unknown' and not clinic.print_job_is_one_way(j.print_job_id) then
			perform clinic.printer_hold_begin(j.device_id, 'separator');
		end if;
	end if;
	return clinic.reply('stored', 'ok', jsonb_build_object('print_job', clinic.print_job_view(j) - 'content'));
end $$;

-- Jobs that nobody has sent yet do not go any more; their labels were never out.
create or replace function clinic.print_jobs_drop(visit_id bigint, specimen_id text, actor clinic.actor, why text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	job bigint;
begin
	for job in select p.print_job_id from clinic.print_job p
		where p.visit_id = print_jobs_drop.visit_id and p.state in ('queued', 'proved')
			and (print_jobs_drop.specimen_id is null or p.specimen_id = print_jobs_drop.specimen_id)
		order by p.print_job_id
	loop
		perform clinic.print_job_move_to(job, 'void', 'person', actor, jsonb_build_object('message', why));
	end loop;
end $$;
