-- Print jobs that are no visit's: slips, bags' labels, supplies. One that failed, or of which nobody knows whether it came
-- out, is asked of who asked for it, at that station, while that person is there and for ten minutes; supplies are asked on
-- their page for as long as it takes. A slip and a bag's label print again: two are the same. A supply never does: its
-- number is issued once, and one that did not come out is a gap.

drop function if exists clinic.slip_question(bigint);

-- The oldest that is to be asked there.
create or replace function clinic.print_apart_asked(station_id bigint) returns clinic.print_job
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	-- nearly always there is none, and to begin the other query costs eight times as much
	if not exists (select 1 from clinic.print_job x where x.kind in ('slip', 'bag') and x.station_id = print_apart_asked.station_id
		and x.told_at is null and x.state in ('failed', 'unknown')) then
		return j;
	end if;
	select x.* into j from clinic.print_job x
	where x.kind in ('slip', 'bag') and x.station_id = print_apart_asked.station_id and x.told_at is null
		and (x.state = 'failed' or x.state = 'unknown' and not clinic.print_job_is_one_way(x.print_job_id))
		and x.state_at > clock_timestamp() - interval '10 minutes'
		and not exists (select 1 from clinic.print_job o where o.kind = x.kind and coalesce(o.slip, o.bag) = coalesce(x.slip, x.bag)
			and o.print_job_id > x.print_job_id and o.created_at >= x.created_at)
		and exists (select 1 from clinic.session s where s.kind = 'operator' and s.operator_id = x.created_by and s.station_id = x.station_id
			and s.closed_at is null and s.expires_at > now() and s.shaded_at is null and not clinic.session_is_over(s))
	order by x.print_job_id limit 1;
	return j;
end $$;

-- It failed for want of a spelling, which is asked as for a label, or for anything else, which is said; or nobody knows.
create or replace function clinic.print_question(station_id bigint) returns clinic.question
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job := clinic.print_apart_asked(station_id);
	p clinic.patient;
	q clinic.question;
begin
	if j.print_job_id is null then
		return q;
	end if;
	q.station_id := station_id;
	q.asked_at := j.state_at;
	q.data := jsonb_build_object('print_job_id', j.print_job_id, 'why', j.message, 'hint', j.hint,
		'printer', (select d.name from clinic.device d where d.device_id = j.device_id));
	if j.kind = 'bag' then
		q.code := case j.state when 'unknown' then 'bag_label_came_out' else 'bag_label_failed' end;
		q.data := q.data || jsonb_build_object('name', j.bag);
		return q;
	end if;
	select x.* into p from clinic.patient x join clinic.slip s on s.patient_id = x.patient_id where s.slip = j.slip;
	-- isolated: it may run to the left
	q.data := q.data || jsonb_build_object('name', chr(8296) || clinic.patient_name(p) || chr(8297));
	if j.failed_check = 'spelling' and j.spelling is not null and j.state = 'failed'
		and (j.content ->> 'family', j.content ->> 'given', j.content ->> 'middle') = (p.family, p.given, p.middle) and clinic.name_spelled(p) = '{}' then
		q.code := 'slip_spelling';
		q.data := q.data || jsonb_build_object('spelling', clinic.spelling_words(j.spelling ->> 'family', j.spelling ->> 'given', j.spelling ->> 'middle'));
	else
		q.code := case j.state when 'unknown' then 'slip_came_out' else 'slip_failed' end;
	end if;
	return q;
end $$;

create or replace function clinic.bag_label_again(actor clinic.actor, j clinic.print_job) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.printer_of(actor.station_id) is null then
		return clinic.judged('question', 'bag_label_no_printer', jsonb_build_object('name', j.bag));
	end if;
	insert into clinic.print_job (kind, bag, station_id, device_id, template, content, created_by)
	values (j.kind, j.bag, actor.station_id, clinic.printer_of(actor.station_id), j.template, j.content, actor.operator_id);
	return clinic.judged('stored', 'bag_label_prints', jsonb_build_object('name', j.bag));
end $$;

-- spelled: the spelling that was offered is right.
create or replace function clinic.slip_again(actor clinic.actor, j clinic.print_job, spelled boolean) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	patient bigint := (select s.patient_id from clinic.slip s where s.slip = j.slip);
	printed jsonb;
begin
	if spelled then
		perform clinic.spelling_keep(actor, patient, j.spelling);
	end if;
	printed := clinic.slip_printed(actor, jsonb_build_object('patient_id', patient));
	if printed ->> 'verdict' <> 'stored' then
		return clinic.judged(printed ->> 'verdict', printed ->> 'code', (printed -> 'data') - 'jobs');
	elsif spelled then
		return clinic.spelling_told_of(patient, 'slip_spelled', '{}', null);
	end if;
	return clinic.judged('stored', 'slip_prints');
end $$;

-- Who is named on a slip, and the visits that hang on it, before the slip's job: it may print again, and the spelling be kept.
create or replace function clinic.slip_lock(print_job_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	patient bigint := (select s.patient_id from clinic.print_job j join clinic.slip s on s.slip = j.slip where j.print_job_id = $1);
begin
	perform 1 from clinic.patient p where p.patient_id = patient for no key update;
	perform clinic.patient_visits_lock(patient);
end $$;

-- What the station was asked. It failed: yes, it prints again (with the spelling, which is kept); no, it need not.
create or replace function clinic.print_apart_answered(actor clinic.actor, q clinic.question, choice text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	if q.code in ('slip_came_out', 'bag_label_came_out') then
		return clinic.print_apart_told(actor, jsonb_build_object('print_job_id', q.data -> 'print_job_id', 'came_out', choice));
	end if;
	perform clinic.slip_lock((q.data ->> 'print_job_id')::bigint);
	select x.* into j from clinic.print_job x where x.print_job_id = (q.data ->> 'print_job_id')::bigint for update;
	if choice = 'no' then
		update clinic.print_job x set told_at = clock_timestamp() where x.print_job_id = j.print_job_id;
		return clinic.judged('note', case j.kind when 'bag' then 'bag_label_not_printed' else 'slip_not_printed' end);
	end if;
	return case j.kind when 'bag' then clinic.bag_label_again(actor, j) else clinic.slip_again(actor, j, q.code = 'slip_spelling') end;
end $$;

-- ---- supplies ---------------------------------------------------------------------------------------------------------

-- What stands on it, for a person who looks for it.
create or replace function clinic.supply_words(j clinic.print_job) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((j).content ->> 'found', (j).content ->> 'specimen_id', (j).content ->> 'title', (j).content ->> 'name', '');
$$;

-- Those of a run of which nobody knows.
create or replace function clinic.stock_unsure(run bigint) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('print_job_id', j.print_job_id, 'name', clinic.supply_words(j)) order by j.print_job_id), '[]')
	from clinic.print_job j where j.stock_run_id = run and j.state = 'unknown' and not clinic.print_job_is_one_way(j.print_job_id);
$$;

-- ---- the one that is named --------------------------------------------------------------------------------------------

-- args: print_job_id, came_out (yes or no). An answer never falls on the question after it.
create or replace function clinic.print_apart_told(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	answer text := clinic.arg(args, 'came_out');
	j clinic.print_job;
begin
	perform clinic.slip_lock(clinic.arg_bigint(args, 'print_job_id'));
	j := clinic.print_job_lock(clinic.arg_bigint(args, 'print_job_id'));
	if answer is null or answer not in ('yes', 'no') then
		return clinic.judged('question', 'bad_request', '{"what": "print_job_id, came_out"}');
	elsif j.state <> 'unknown' then
		return clinic.judged('repeat', 'print_answered');
	end if;
	perform clinic.print_job_move_to(j.print_job_id, case answer when 'yes' then 'printed' else 'void' end, 'person', actor,
		jsonb_build_object('evidence', case answer when 'yes' then 'a person saw it' else 'a person did not find it' end));
	return case
		when answer = 'yes' then clinic.judged('stored', 'print_came_out')
		when j.kind = 'slip' then clinic.slip_again(actor, j, false)
		when j.kind = 'bag' then clinic.bag_label_again(actor, j)
		else clinic.judged('stored', 'supply_did_not_come_out', jsonb_build_object('name', clinic.supply_words(j))) end;
end $$;

-- Who may say whether one came out: who may ask for it. null: it is a visit's.
create or replace function clinic.print_apart_need(args jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select case j.kind when 'slip' then 'slip' when 'bag' then 'pack' else 'stock' end
		from clinic.print_job j where j.print_job_id = clinic.arg_bigint(args, 'print_job_id')
			and j.kind in ('slip', 'bag', 'found', 'downtime', 'badge', 'command'));
end $$;
