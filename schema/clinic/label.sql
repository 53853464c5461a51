-- Labels: what became of each printed instance (ER-08, LB-09). Nothing is kept here: it is read from the
-- events (labelled, handed_out, label_voided, label_destroyed and released carry the copy) and the print jobs.

-- Bytes of this job went to a printer and no counter proved that nothing came out.
create or replace function clinic.print_job_left(print_job_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(max(l.print_job_log_id) filter (where l.to_state = 'sending')
			> coalesce(max(l.print_job_log_id) filter (where l.from_state = 'unknown' and l.to_state = 'queued'), 0), false)
		from clinic.print_job_log l where l.print_job_id = $1);
end $$;

-- The printer took it without ever having answered (clinic.device.talks): nobody is asked whether it came out, its scan says so.
create or replace function clinic.print_job_is_one_way(print_job_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce((select l.evidence -> 'one_way' = 'true' from clinic.print_job_log l
			where l.print_job_id = $1 and l.to_state = 'sending' order by l.print_job_log_id desc limit 1), false));
end $$;

-- Unknown for good, as far as the printer goes.
create or replace function clinic.label_is_one_way(l clinic.label_status) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((l).state = 'unknown', false) and clinic.print_job_is_one_way((l).print_job_id);
end $$;

-- The copy that counts is the one scanned back last; a copy that may be out and is not that one is old.
create or replace function clinic.visit_labels(visit_id bigint) returns setof clinic.label_status
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with tube as (
		-- the state of a tube that one node has moved: spares asking for each
		select s.specimen_id, case when h.n > 1 then (custody.state(s.specimen_id)).kind else h.kind end as kind
		from clinic.specimen s cross join lateral (select count(*) as n, max(x.moving_kind) as kind from custody.head x
			where x.subject = s.specimen_id and x.moving_n is not null) h
		where s.visit_id = $1
	), ending as (
		select distinct on (e.subject, (e.body::jsonb ->> 'copy')::int) e.subject as specimen_id,
			(e.body::jsonb ->> 'copy')::int as copy, e.kind, e.recorded_at, e.event_id
		from tube t join custody.event e on e.subject = t.specimen_id
		where e.kind in ('labelled', 'handed_out', 'label_voided', 'label_destroyed')
			or e.kind = 'released' and e.body::jsonb ? 'copy' -- the end of a hold makes its label good again
		order by e.subject, (e.body::jsonb ->> 'copy')::int, e.recorded_at desc, e.event_id desc
	), live as (
		select distinct on (x.specimen_id) x.specimen_id, x.copy from ending x where x.kind in ('labelled', 'handed_out', 'released')
		order by x.specimen_id, x.recorded_at desc, x.event_id desc
	), known as (
		select t.specimen_id, t.kind as tube, l.copy, x.kind as ending, v.copy as live_copy,
			j.print_job_id, j.state as job, j.state_at, j.device_id, j.message, j.hint,
			x.kind is not null or coalesce(j.state in ('sending', 'sent', 'printed', 'unknown'), false)
				or coalesce(j.state in ('failed', 'void') and clinic.print_job_left(j.print_job_id), false) as possible
		from tube t
		join clinic.label l on l.specimen_id = t.specimen_id
		left join ending x on x.specimen_id = l.specimen_id and x.copy = l.copy
		left join live v on v.specimen_id = l.specimen_id
		left join lateral (select p.* from clinic.print_job p
			where p.specimen_id = l.specimen_id and p.copy = l.copy
			order by p.print_job_id desc limit 1) j on true
	), told as (
		select k.*, case
			when k.ending = 'label_voided' then 'voided'
			when k.ending = 'label_destroyed' then 'destroyed'
			-- a cup that was handed out and will not be filled: its label is loose again
			when k.copy = k.live_copy and not (k.ending = 'handed_out' and k.tube = 'not_collected') then 'on_tube'
			when k.possible and (k.live_copy is not null or k.tube = 'not_collected') then 'old'
			when k.job in ('queued', 'proved') then 'queued'
			when k.job in ('sending', 'sent') then 'printing'
			when k.job = 'void' then case when k.possible then 'old' else 'voided' end
			else coalesce(k.job, 'failed') end as state
		from known k
	)
	select k.specimen_id, k.tube, k.copy, k.state,
		k.state in ('old', 'queued', 'printing', 'unknown', 'printed') or k.state = 'failed' and k.possible,
		k.possible, k.live_copy, k.print_job_id, k.job, k.state_at, k.device_id,
		coalesce(k.message, ''), coalesce(k.hint, '')
	from told k order by k.specimen_id, k.copy;
end $$;

-- Has the tube no label on it that counts, and no reason why not? labels: at least those of this tube. The label of a
-- labelled tube may have been taken off again (alarm_answer).
create or replace function clinic.tube_lacks_label(kind text, specimen_id text, labels clinic.label_status[]) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if coalesce($1, '') not in ('', 'prepared', 'label_printed', 'labelled', 'handed_out') then
		return false;
	end if;
	for i in 1 .. cardinality(labels) loop
		if labels[i].specimen_id = $2 and labels[i].copy = labels[i].live_copy then
			return false;
		end if;
	end loop;
	return true;
end $$;

-- The kind of a tube's state: as its labels have it already, else looked up.
create or replace function clinic.tube_kind(specimen_id text, labels clinic.label_status[]) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	for i in 1 .. cardinality(labels) loop
		if labels[i].specimen_id = $1 then
			return labels[i].tube_kind;
		end if;
	end loop;
	return (custody.state($1)).kind;
end $$;

-- Where a tube stands for the people of the visit.
create or replace function clinic.tube_state(kind text, specimen_id text, labels clinic.label_status[]) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.tube_lacks_label($1, $2, $3) then
		return case when exists (select 1 from unnest($3) l where l.specimen_id = $2 and (l.state = 'printed' or clinic.label_is_one_way(l)))
			then 'printed' else 'waiting' end;
	elsif $1 in ('labelled', 'handed_out', 'not_collected') then
		return $1;
	elsif $1 = 'held' then
		-- Stop voids its labels, but blood that was drawn is there: it is held, not void
		return case when exists (select 1 from custody.event e
			where e.subject = $2 and e.kind in ('labelled', 'handed_out', 'collected')) then 'held' else 'void' end;
	end if;
	return 'collected';
end $$;

-- What is still to be done before the visit can be closed: labels nobody accounted for, and tubes that
-- have neither a label on them nor a reason why not (a cup that is not back is one).
create or replace function clinic.open_labels(visit_id bigint, labels clinic.label_status[]) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select count(*) from unnest($2) l where l.is_open)
		+ (select count(*) from clinic.specimen s
			where s.visit_id = $1
				and not exists (select 1 from unnest($2) l where l.specimen_id = s.specimen_id and l.is_open)
				and (s.parent_id is null or not clinic.tube_waits_for_cup(s.specimen_id))
				and clinic.tube_lacks_label(clinic.tube_kind(s.specimen_id, $2), s.specimen_id, $2));
end $$;

create or replace function clinic.visit_open_labels(visit_id bigint) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.open_labels($1, array(select l from clinic.visit_labels($1) l));
end $$;

-- More than one copy may be out: a Code 128 can not tell them apart, only the square code can.
create or replace function clinic.square_code_only(specimen_id text, labels clinic.label_status[]) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	out_there int := 0;
begin
	for i in 1 .. coalesce(cardinality(labels), 0) loop
		if labels[i].specimen_id = $1 and labels[i].possible then
			out_there := out_there + 1;
		end if;
	end loop;
	return out_there > 1;
end $$;

-- Ends one label: the only writer of label_voided and label_destroyed.
create or replace function clinic.label_set_end(specimen_id text, copy int, kind text, actor clinic.actor, detail jsonb)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(specimen_id, kind, jsonb_build_object('copy', copy) || detail,
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(specimen_id));
end $$;

-- The node of the laboratory a specimen goes to; 0 when that is not on the system.
create or replace function clinic.specimen_lab(specimen_id text) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce((select b.node from clinic.specimen s join clinic.lab b on b.lab_id = s.lab_id
			where s.specimen_id = $1), 0));
end $$;
