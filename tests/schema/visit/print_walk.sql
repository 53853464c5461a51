-- Two hundred walks through a small world, with a fixed seed: two own printers, three visits of two labels each, three people who
-- park, resume at the other printer, take over, print again and scan, in any order, while the core prints what it is told. Sets
-- never mix, and from wherever a walk ends all labels come out and are accounted for.
\ir setup.sql
select plan(7);
update clinic.device set talks = 'answers', shared = false where kind = 'printer';
insert into clinic.station (station_id, code, name, kind, room_group)
select custody.row_id(nextval('clinic.station_seq')), custody.id_next('station'), 'Room 3', 'collection', room_group from clinic.station where name = 'Room 2';
select pg_temp.ok_(api.station_bind(gen_random_uuid(), 'core', jsonb_build_object('code', clinic.station_code(code), 'token_hash', pg_temp.token_hash('room3'))))
	from clinic.station where name = 'Room 3' \g /dev/null
select pg_temp.sign_in('Carol Lindqvist', 'room3') is not null \g /dev/null
select pg_temp.patient('ADAMS', 'Ada', '1950-01-01', array['CBC', 'PT'], 'A1') as ada \gset
select pg_temp.patient('BOND', 'Bob', '1955-05-05', array['CBC', 'PT'], 'B1') as bob \gset
select pg_temp.patient('COLE', 'Cy', '1957-07-07', array['CBC', 'PT'], 'C1') as cy \gset
create function pg_temp.open(patient bigint, token text) returns void language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', token, jsonb_build_object('patient_id', patient)));
	select pg_temp.ok_(pg_temp.identify(patient, token)) $$;
-- Ana's and Carol's labels print in room 1, Ben's in room 2; then Carol's room has no printer
update clinic.device d set station_id = s.station_id from clinic.station s where d.name = 'Room 1 printer' and s.name = 'Room 3';
select pg_temp.open(:cy, 'carol') \g /dev/null
update clinic.device d set station_id = s.station_id from clinic.station s where d.name = 'Room 1 printer' and s.name = 'Room 1';
select pg_temp.open(:ada, 'ana'), pg_temp.open(:bob, 'ben') \g /dev/null
select is((select string_agg(n::text, ' ') from (select count(*) as n from clinic.print_job group by device_id order by device_id) x), '4 2',
	'two sets wait at one printer, one at the other');

create temporary table walk_count (what text primary key, n int not null);
create function pg_temp.count_(what text) returns void language sql volatile as $$
	insert into walk_count values (what, 1) on conflict on constraint walk_count_pkey do update set n = walk_count.n + 1 $$;
create function pg_temp.one_of(list bigint[]) returns bigint language sql volatile as $$
	select list[1 + floor(random() * cardinality(list))::int] $$;
create function pg_temp.person(id bigint, room bigint) returns clinic.actor language sql immutable as $$
	select row(null, 'operator', id, room, array['ma'], false)::clinic.actor $$;

-- Is another's set under way at this printer that is in the way? Not as print_order.sql has it: the one that came out last here.
create function pg_temp.mixes(j clinic.print_job) returns boolean language sql stable as $$
	select coalesce((select exists (select 1 from clinic.visit_labels(v.visit_id) l where l.device_id = j.device_id and l.is_open)
		from (select p.visit_id from clinic.print_job p where p.device_id = j.device_id and p.began_at is not null
			order by p.began_at desc limit 1) last
		join clinic.visit v on v.visit_id = last.visit_id and v.state = 'labels'
		where v.visit_id <> j.visit_id), false) $$;

-- The core's next step at a printer; null: it has nothing to do there; else what is wrong, or ''.
create function pg_temp.core_step(printer bigint) returns text language plpgsql as $$
declare
	j clinic.print_job;
	next text;
	r jsonb;
begin
	select p.* into j from clinic.print_job p where p.device_id = printer and p.state in ('sending', 'sent');
	if j.print_job_id is null then
		select p.* into j from clinic.print_jobs_free() p where p.device_id = printer order by clinic.print_job_order(p) limit 1;
	end if;
	if j.print_job_id is null then
		return null;
	end if;
	loop
		next := case j.state when 'queued' then 'proved' when 'proved' then 'sending' when 'sending' then 'sent'
			else case when random() < 0.1 then 'unknown' else 'printed' end end;
		if next = 'sending' and pg_temp.mixes(j) then
			return format('job %s goes into another set', j.print_job_id);
		end if;
		r := clinic.print_job_told(null, jsonb_build_object('print_job_id', j.print_job_id, 'state', next,
			'drawn_from', clinic.print_job_drawn_from(j), 'counter', 10, 'plug', 'usb 1.7 A'));
		perform pg_temp.count_(next || ' ' || (r ->> 'code'));
		if r ->> 'verdict' <> all (array['stored', 'question']) then
			return r::text;
		end if;
		-- people come between, sometimes
		exit when next in ('sending', 'printed', 'unknown') or r ->> 'verdict' = 'question' or random() < 0.3;
		select p.* into j from clinic.print_job p where p.print_job_id = j.print_job_id;
	end loop;
	return '';
end $$;

-- Somebody of the visit deals with one label that is out; false: there is none.
create function pg_temp.hand_step() returns boolean language plpgsql as $$
declare
	l clinic.label_status;
	v clinic.visit;
	who clinic.actor;
begin
	select x.* into v from clinic.visit x where x.state = 'labels' and exists (select 1 from clinic.visit_labels(x.visit_id) y
		where y.is_open and y.state in ('printed', 'unknown', 'old')) order by random() limit 1;
	if v.visit_id is null then
		return false;
	end if;
	select x.* into l from clinic.visit_labels(v.visit_id) x where x.is_open and x.state in ('printed', 'unknown', 'old') order by random() limit 1;
	who := pg_temp.person(v.held_by, v.station_id);
	if l.state = 'unknown' then
		perform clinic.print_job_move_to(l.print_job_id, 'printed', 'person', who, '{}');
	elsif l.state = 'old' then
		perform clinic.label_set_end(l.specimen_id, l.copy, 'label_destroyed', who, '{}');
	else
		perform custody.append(l.specimen_id, 'labelled', jsonb_build_object('copy', l.copy), v.held_by, v.station_id, lab => 0);
	end if;
	perform pg_temp.count_(l.state);
	return true;
end $$;

-- One of the things that people do.
create function pg_temp.people_step() returns void language plpgsql as $$
declare
	rooms bigint[] := array(select station_id from clinic.station where kind = 'collection' order by name);
	v clinic.visit;
	idle bigint[];
	j clinic.judgement;
	what int := floor(random() * 4)::int;
begin
	select x.* into v from clinic.visit x order by random() limit 1;
	idle := array(select o.operator_id from clinic.operator o where o.initials in ('AR', 'BO', 'CL') and not exists (select 1 from clinic.visit x
		where x.held_by = o.operator_id and x.state in ('identify', 'labels')) order by 1);
	case
		when v.state = 'parked' and idle <> '{}' then
			j := clinic.visit_take(pg_temp.person(pg_temp.one_of(idle), pg_temp.one_of(rooms)), v);
		when v.state = 'parked' then
			return;
		when what = 0 then
			j := clinic.visit_parked(pg_temp.person(v.held_by, v.station_id), '{}');
		when what = 1 then
			j := clinic.visit_take(pg_temp.person(pg_temp.one_of(idle || v.held_by), pg_temp.one_of(rooms)), v);
		else
			j := clinic.reprint_do(v, pg_temp.person(v.held_by, v.station_id), (select s.specimen_id from clinic.specimen s
				where s.visit_id = v.visit_id order by random() limit 1), clinic.printer_of(v.station_id), 'lost');
	end case;
	perform pg_temp.count_(j.code);
end $$;

-- From here on everybody does what there is to do, and nothing else.
create function pg_temp.end_well() returns text language plpgsql as $$
declare
	told text;
	went boolean := true;
	printer bigint;
begin
	for n in 1 .. 300 loop
		exit when not went;
		went := false;
		for printer in select device_id from clinic.device where kind = 'printer' order by 1 loop
			told := pg_temp.core_step(printer);
			if told <> '' then
				return told;
			end if;
			went := went or told is not null;
		end loop;
		went := pg_temp.hand_step() or went;
		if not went then
			perform clinic.visit_take(pg_temp.person(o.operator_id, v.station_id), v)
			from (select * from clinic.visit where state = 'parked' order by visit_id limit 1) v,
				lateral (select x.operator_id from clinic.operator x where x.initials in ('AR', 'BO', 'CL')
					and not exists (select 1 from clinic.visit y where y.held_by = x.operator_id and y.state = 'labels') order by 1 limit 1) o;
			went := found;
		end if;
	end loop;
	return (select format('%s of visit %s waits for ever', l.state, v.visit_id) from clinic.visit v, clinic.visit_labels(v.visit_id) l
		where l.is_open or went limit 1);
end $$;

create function pg_temp.walk() returns jsonb language plpgsql as $$
declare
	told text;
	counts jsonb;
	printers bigint[] := array(select device_id from clinic.device where kind = 'printer' order by 1);
begin
	begin
		for n in 1 .. 24 loop
			case floor(random() * 6)::int
				when 0 then perform pg_temp.people_step();
				when 1 then perform pg_temp.hand_step();
				else told := pg_temp.core_step(pg_temp.one_of(printers));
			end case;
			exit when told <> '';
		end loop;
		told := coalesce(nullif(told, ''), pg_temp.end_well());
		told := coalesce(told, (select format('%s jobs wait', count(*)) from clinic.print_job
			where state in ('queued', 'proved', 'sending', 'sent') having count(*) > 0), 'well');
		counts := (select jsonb_object_agg(what, n) from walk_count);
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return jsonb_build_object('told', told) || counts;
	end;
end $$;
select setseed(0.42) \g /dev/null
create temporary table walked as select n, pg_temp.walk() as walk from generate_series(1, 200) n;
select is((select string_agg(distinct walk ->> 'told', ', ') from walked), 'well', 'in no walk do sets mix, and each ends well');
select is((select count(*) from walked), 200::bigint, 'of two hundred');
select is((select sum(value::int) from walked, jsonb_each_text(walk - 'told') where key = what) >= least_, true, 'something happened in them: ' || what)
	from (values ('sending ok', 1000), ('reprinted', 100), ('parked', 100), ('visit_resumed_labels', 100)) x (what, least_);
select * from finish();
