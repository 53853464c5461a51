-- For the bench: stations, each with a person signed in and an open visit whose labels are all on their tubes; and benches of
-- a laboratory, each with a USB scanner, a receiver signed in and tubes that have come in closed bags. Run as the owner after
-- `specimend init --practice` and before the service. Variables: stations and labs, how many of each; tubes, how many of them
-- lab n gets, an expression of n (in bags of 20).
create schema bench;

create table bench.station (
	n int not null,                          -- 0, 1, 2 ...: pgbench's client_id
	token text not null,                     -- its person's session
	args jsonb[] not null,                   -- of api.scan, one for each tube
	constraint station_pkey primary key (n)
);

create function bench.token(name text) returns text language sql immutable as $$
	select encode(sha256(convert_to('bench ' || name, 'UTF8')), 'hex') $$;
create function bench.token_hash(name text) returns text language sql immutable as $$
	select encode(sha256(convert_to(bench.token(name), 'UTF8')), 'hex') $$;

-- A reply's data; anything but a good answer ends the set-up.
create function bench.good(r jsonb) returns jsonb language plpgsql as $$
begin
	if r ->> 'verdict' not in ('stored', 'complete', 'note') then
		raise 'the set-up was answered: %', r;
	end if;
	return r -> 'data';
end $$;

create function bench.scan_args(code text) returns jsonb language sql immutable as $$
	select jsonb_build_object('raw', encode(convert_to(code, 'UTF8'), 'base64'), 'aim', ']C0', 'source', 'typed') $$;

-- Somebody of that role signed in at the station; their token.
create function bench.sign_in(station_id bigint, who text, initials text, role text) returns text language plpgsql as $$
declare
	page text := 'page of ' || who;
	begun jsonb;
begin
	perform bench.good(api.station_bind(gen_random_uuid(), bench.token('core'), jsonb_build_object(
		'code', clinic.station_code((select s.code from clinic.station s where s.station_id = $1)), 'token_hash', bench.token_hash(page))));
	begun := bench.good(api.sign_in_begin(gen_random_uuid(), bench.token(page), jsonb_build_object('badge',
		clinic.operator_add(who, initials, array[role], '$argon2id$nobody-signs-in-with-it'))));
	perform bench.good(api.sign_in(gen_random_uuid(), bench.token(page), jsonb_build_object('nonce', begun -> 'nonce', 'ok', true,
		'token_hash', encode(sha256(convert_to(bench.token(who), 'UTF8')), 'hex'))));
	return bench.token(who);
end $$;

-- A collection station with a printer of its own and a person signed in there.
create function bench.station_make(n int) returns void language plpgsql as $$
declare
	station bigint := custody.row_id(nextval('clinic.station_seq'));
begin
	insert into clinic.station (station_id, code, name, kind, room_group)
	values (station, custody.id_next('station'), 'Bench room ' || n, 'collection', 'bench ' || n);
	insert into clinic.device (kind, transport, identity, name, station_id, language, resolution_dpi, width_um, height_um)
	values ('printer', 'virtual', 'virtual:printer:bench ' || n, 'Bench printer ' || n, station, 'zpl', 203, 50800, 25400);
	insert into bench.station (n, token, args) values (n, bench.sign_in(station, 'Bench person ' || n, 'B' || n, 'ma'), '{}');
end $$;

-- Prints what may print now, as the core reports it.
create function bench.print() returns void language plpgsql as $$
declare
	job bigint;
	drawn text;
	state text;
begin
	for job, drawn in select (x ->> 'print_job_id')::bigint, x ->> 'drawn_from'
		from jsonb_array_elements(api.print_jobs_open(bench.token('core'), '{}') #> '{data,jobs}') x loop
		foreach state in array array['proved', 'sending', 'sent', 'printed'] loop
			perform bench.good(api.print_job_set(gen_random_uuid(), bench.token('core'),
				jsonb_build_object('print_job_id', job, 'state', state, 'drawn_from', drawn)));
		end loop;
	end loop;
	-- long enough ago that nobody asks whether the label is on the tube
	update clinic.print_job set state_at = state_at - interval '6 seconds';
end $$;

-- An open visit with four tubes, each with its label on; more scans of them are repeats.
create function bench.visit_make(s bench.station) returns void language plpgsql as $$
declare
	patient bigint;
	tubes text[];
begin
	patient := (bench.good(api.order_here(gen_random_uuid(), s.token, jsonb_build_object('tests', '["CBC", "CMP", "PT", "GLU"]'::jsonb,
		'provider', 'R. Dale', 'source', 'paper', 'patient', jsonb_build_object('family', 'BENCH' || chr(65 + s.n / 26) || chr(65 + s.n % 26),
			'given', 'ANN', 'birth_date', date '1950-01-01' + s.n * 400, 'sex', 'F', 'number', 'BENCH' || s.n)))) ->> 'patient_id')::bigint;
	perform bench.good(api.visit_open(gen_random_uuid(), s.token, jsonb_build_object('patient_id', patient)));
	perform bench.good(api.visit_identify(gen_random_uuid(), s.token, jsonb_build_object('choice', (
		select c.n from clinic.visit v join clinic.patient p using (patient_id), unnest(v.birth_choices) with ordinality c (d, n)
		where v.patient_id = patient and c.d = p.birth_date))));
	perform bench.print();
	tubes := array(select x.specimen_id from clinic.specimen x where x.patient_id = patient order by x.number);
	perform bench.good(api.scan(gen_random_uuid(), s.token, bench.scan_args(t))) from unnest(tubes) t;
	update bench.station x set args = array(select bench.scan_args(t) from unnest(tubes) t) where x.n = s.n;
end $$;

-- ---- the laboratory --------------------------------------------------------------------------------------------

create table bench.lab (
	n int not null,                          -- 0, 1, 2 ...: pgbench's client_id, and in its scanner's serial number: BENCH0
	station_id bigint not null,
	token text not null,                     -- its receiver's session
	constraint lab_pkey primary key (n)
);

create table bench.tube (                    -- drawn, packed, taken by a courier; the bag has arrived
	n int not null,                          -- at that lab
	specimen_id text not null,
	constraint tube_pkey primary key (specimen_id)
);

create table bench.turn (                    -- the tubes of the round under way
	n int not null,
	k bigint not null,                       -- 1, 2, 3 ...: received at that lab as the k-th
	specimen_id text not null,
	constraint turn_pkey primary key (n, k)
);

create table bench.beep (                    -- what the fake bus saw of them
	name text not null,
	specimen_id text not null,
	fetched_us bigint not null,
	beep_us bigint not null,
	sound text not null,
	constraint beep_pkey primary key (specimen_id)
);

create table bench.bare (                    -- what a plain insert writes
	bare_id bigint generated always as identity,
	at timestamptz not null default clock_timestamp(),
	what text not null,
	constraint bare_pkey primary key (bare_id)
);

create function bench.lab_make(n int) returns void language plpgsql as $$
declare
	station bigint := custody.row_id(nextval('clinic.station_seq'));
begin
	insert into clinic.station (station_id, code, name, kind, room_group)
	values (station, custody.id_next('station'), 'Bench lab ' || n, 'receiving', 'lab');
	insert into clinic.device (kind, transport, identity, name, station_id)
	values ('scanner', 'usb', 'usb:0c2e:0967:BENCH' || n, 'Bench scanner ' || n, station);
	insert into bench.lab (n, station_id, token) values (n, station, bench.sign_in(station, 'Bench receiver ' || n, 'R' || n, 'receiver'));
end $$;

-- Twenty tubes of one patient in a closed bag that is at the laboratory; as events, without all that a visit does:
-- of five visits that are not there, so that a visit has as many tubes as visits have.
create function bench.bag_make(at bench.lab) returns void language plpgsql as $$
declare
	patient bigint := custody.row_id(nextval('clinic.patient_seq'));
	station bigint := (select s.station_id from clinic.station s where s.name = 'Room 1');
	person bigint := (select min(o.operator_id) from clinic.operator o);
	bag text := custody.id_next('bag');
	key jsonb := jsonb_build_object('lab_id', (select min(l.lab_id) from clinic.lab l), 'class', 'AMB', 'stat', false);
	pinned jsonb := '[]';
	tube text;
	e custody.event;
begin
	insert into clinic.patient (patient_id, family, given) values (patient, 'BAG' || bag, 'ANN');
	for i in 1 .. 20 loop
		tube := custody.id_next('specimen');
		insert into clinic.specimen (specimen_id, visit_id, patient_id, container_type_id, lab_id, specimen_type, number, of, created_by)
		select tube, -(patient * 8 + i % 5), patient, (select min(container_type_id) from clinic.container_type), (key ->> 'lab_id')::bigint, 'WB', i, 20, person;
		for e in select x.* from unnest(array['prepared', 'label_printed', 'labelled', 'collected']) k, custody.append(tube, k, '{"copy": 1}', person, station) x loop
			null;
		end loop;
		pinned := pinned || jsonb_build_array(jsonb_build_array(tube, encode(e.hash, 'hex')));
		insert into bench.tube (n, specimen_id) values (at.n, tube);
	end loop;
	insert into clinic.bag (bag, created_by) values (bag, person);
	perform custody.append(bag, 'bag_opened', key || '{"at": "clinic"}', person, station);
	perform custody.append(bag, 'bag_closed', key || jsonb_build_object('how', 'count', 'count', 20, 'counts', '[20]'::jsonb, 'seal', null,
		'tubes', pinned, 'left_out', '[]'::jsonb), person, station);
	perform custody.append(bag, 'departed', jsonb_build_object('courier', person, 'pickup', null, 'unlisted', false, 'place', null), person, station);
	-- at a bench, and the dock has not seen it: it arrives all the same, with a question
	perform api.scan(gen_random_uuid(), at.token, bench.scan_args(bag));
	-- no bag in hand: a tube of any of them is in its own
	perform clinic.work_end(at.station_id);
end $$;

-- The next round: so many tubes, not yet received, of each of the first labs.
create function bench.round(labs int, tubes int) returns void language sql as $$
	truncate bench.turn, bench.beep;
	with x as (select t.n, t.specimen_id, row_number() over (partition by t.n order by t.specimen_id) as k from bench.tube t where t.n < labs),
		taken as (delete from bench.tube t using x where x.specimen_id = t.specimen_id and x.k <= tubes returning x.n, x.k, x.specimen_id)
	insert into bench.turn (n, k, specimen_id) select * from taken;
$$;

-- How many of the round are received.
create function bench.accepted() returns bigint language sql stable as $$
	select count(*) from bench.turn t join custody.event e on e.subject = t.specimen_id and e.kind = 'accepted' $$;

select bench.good(api.service_open(gen_random_uuid(), null,
	jsonb_build_object('service', 'core', 'token_hash', bench.token_hash('core')))) is not null \g /dev/null
select bench.station_make(n) from generate_series(0, :stations - 1) n \g /dev/null
select bench.visit_make(s) from bench.station s order by s.n \g /dev/null

select bench.lab_make(n) from generate_series(0, :labs - 1) n \g /dev/null
-- each by itself, and the tables looked at when they are not empty any more: else the plans are those of empty tables
analyze;
select format('select bench.bag_make(l) from bench.lab l where l.n = %s', n) || case when row_number() over (order by b, n) in (1, 10, 100) then '; analyze' else '' end
from bench.lab l, generate_series(1, (:tubes) / 20) b order by b, n \gexec

grant usage on schema bench to specimend;
grant select on bench.station, bench.lab, bench.turn to specimend;
grant insert on bench.bare to specimend;
grant execute on function bench.scan_args to specimend;
analyze;
