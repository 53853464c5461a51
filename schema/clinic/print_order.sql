-- Whose labels a printer prints next (promise 4). One visit at a time has the printer: the one whose set is under way, until
-- that is accounted for; without one, the visit that asked first. It waits for nobody and all others wait for it, so two sets
-- never mix and no two visits wait for each other. What belongs to no visit waits for none.

-- ---- the turn -------------------------------------------------------------------------------------------------------

-- Turns of one printer are given out one transaction after the other: a lower one is never committed later. The lock is
-- kept until the commit, and it is the last one that a transaction takes (visit, specimen, job, printer).
create or replace function clinic.print_job_takes_turn() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.printer_lock(new.device_id);
	new.turn := coalesce(new.turn, nextval('clinic.print_job_turn_seq'));
	return new;
end $$;
create or replace trigger print_job_turn before insert on clinic.print_job
	for each row execute function clinic.print_job_takes_turn();

create or replace function clinic.printer_lock(device_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform pg_advisory_xact_lock(hashtextextended('printer ' || $1, 0));
end $$;

-- Before several jobs are drawn anew, or go to another printer (device_id, or null): they and all printers that are meant, in order of
-- id. In order of turn two sessions would wait for each other's printers.
create or replace function clinic.jobs_lock(jobs bigint[], device_id bigint default null) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform 1 from clinic.print_job j where j.print_job_id = any (jobs) order by j.print_job_id for update;
	perform clinic.printer_lock(d) from (select distinct unnest(array_append(array(select j.device_id from clinic.print_job j
		where j.print_job_id = any (jobs)), jobs_lock.device_id)) as d order by 1) x where d is not null and jobs <> '{}';
end $$;

-- Supplies (clinic/stock.sql) after all others; a separator, which has its label's turn, right before that.
create or replace function clinic.print_job_order(j clinic.print_job) returns bigint[]
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array[(j.stock_run_id is not null)::int, j.turn, (j.goes_before is null)::int, j.print_job_id];
end $$;

-- ---- the set under way ----------------------------------------------------------------------------------------------

-- Is a set that this visit began at this printer still in the way of another's? An own printer waits until its labels are
-- accounted for, a shared one until all came out and one was taken.
create or replace function clinic.set_is_in_the_way(visit_id bigint, device_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(bool_or(l.is_open), false) and not (how.release = 'set_taken'
			and not bool_or(l.state in ('queued', 'printing'))
			and bool_or(l.live_copy is not null or exists (select 1 from custody.event e
				where e.subject = l.specimen_id and e.kind = 'scanned')))
		from (select clinic.policy_value('printer_release') ->> case when d.shared then 'shared' else 'own' end as release
			from clinic.device d where d.device_id = $2) how
		left join clinic.visit_labels($1) l on l.device_id = $2
		group by how.release);
end $$;

-- The visit whose labels this printer prints now, or null: nobody's are in the way of another's.
create or replace function clinic.printer_head(device_id bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	visit bigint;
begin
	for visit in
		select v.visit_id from clinic.visit v
		cross join lateral (select max(b.began_at) as at from clinic.print_job b
			where b.visit_id = v.visit_id and b.device_id = $1 and b.began_at is not null) began
		where v.state = 'labels' and began.at is not null order by began.at desc
	loop
		if clinic.set_is_in_the_way(visit, $1) then
			return visit;
		end if;
	end loop;
	return (
		select j.visit_id from clinic.print_job j join clinic.visit v on v.visit_id = j.visit_id and v.state = 'labels'
		where j.device_id = $1 and j.kind = 'label' and j.state in ('queued', 'proved') order by j.turn limit 1);
end $$;

-- The visit whose set this job, of which nothing was sent, has to wait for, or null.
create or replace function clinic.print_job_waits_for(j clinic.print_job) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when (j).visit_id is not null then nullif(clinic.printer_head((j).device_id), (j).visit_id) end;
end $$;

-- The jobs of which nothing was sent and that may go to their printers: not while that is held (clinic/printer_hold.sql), nor
-- while their visit is parked, for nobody is there to take them, nor while they wait for another's.
create or replace function clinic.print_jobs_free() returns setof clinic.print_job
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	with printer as materialized (
		select d.device_id, clinic.printer_head(d.device_id) as head
		from (select distinct j.device_id from clinic.print_job j where j.state in ('queued', 'proved')) d
		where not clinic.printer_is_held(d.device_id))
	select j.* from clinic.print_job j
	join printer p on p.device_id = j.device_id
	left join clinic.visit v on v.visit_id = j.visit_id
	where j.state in ('queued', 'proved') and v.state is distinct from 'parked'
		and (j.visit_id is null or p.head is null or p.head = j.visit_id);
end $$;

-- Queued labels whose printer may start them now.
create or replace function clinic.print_jobs_ready() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- nearly every scan leaves none
	if not exists (select 1 from clinic.print_job j where j.state = 'queued') then
		return '[]';
	end if;
	return (
		select coalesce(jsonb_agg(j.print_job_id order by clinic.print_job_order(j)), '[]') from clinic.print_jobs_free() j
		where j.state = 'queued');
end $$;

-- ---- in another's place ---------------------------------------------------------------------------------------------

-- The same label and copy at this printer, drawn anew: of the old job nothing was sent, and it is void. At the same printer it
-- has its turn.
create or replace function clinic.print_job_anew(j clinic.print_job, device_id bigint, station_id bigint, operator_id bigint,
	actor clinic.actor, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	job bigint;
begin
	if not clinic.print_job_move_to(j.print_job_id, 'void', 'person', actor, jsonb_build_object('message', why)) then
		return; -- its bytes are on their way
	end if;
	insert into clinic.print_job (kind, specimen_id, copy, visit_id, station_id, device_id, template, content, created_by, turn)
	values (j.kind, j.specimen_id, j.copy, j.visit_id, print_job_anew.station_id, print_job_anew.device_id,
		coalesce(clinic.label_template(j.specimen_id, print_job_anew.device_id), 'none'),
		clinic.label_content(j.specimen_id, j.copy, print_job_anew.operator_id), print_job_anew.operator_id,
		case when j.device_id = print_job_anew.device_id then j.turn end)
	returning print_job_id into job;
	perform clinic.print_job_stock_check(job, actor);
end $$;

-- The visit came to this person and this station (v: as it was before): its labels of which nothing was sent come out at
-- this station's printer and name this person. Without a printer here they stay where they were. {printer, n} or null.
create or replace function clinic.labels_follow(v clinic.visit, actor clinic.actor) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	here bigint := clinic.printer_of(actor.station_id);
	there bigint;
	last bigint;
	n int := 0;
	j clinic.print_job;
begin
	if v.station_id is not distinct from actor.station_id and v.held_by is not distinct from actor.operator_id then
		return null;
	end if;
	perform clinic.jobs_lock(array(select x.print_job_id from clinic.print_job x where x.visit_id = v.visit_id and x.kind = 'label'
		and x.state in ('queued', 'proved')), here);
	for j in select x.* from clinic.print_job x where x.visit_id = v.visit_id and x.kind = 'label'
		and x.state in ('queued', 'proved') order by clinic.print_job_order(x) for update
	loop
		there := case when v.station_id is distinct from actor.station_id then coalesce(here, j.device_id) else j.device_id end;
		n := n + 1;
		last := there;
		if there <> j.device_id or v.held_by is distinct from actor.operator_id then
			perform clinic.print_job_anew(j, there, actor.station_id, actor.operator_id, actor, 'the visit went elsewhere');
		end if;
		if there <> j.device_id then
			perform clinic.separators_drop(v.visit_id, j.device_id, actor);
		end if;
	end loop;
	return case when n > 0 and v.station_id is distinct from actor.station_id then jsonb_build_object('n', n, 'printer',
		(select d.name from clinic.device d where d.device_id = last)) end;
end $$;
