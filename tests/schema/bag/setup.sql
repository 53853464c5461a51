-- The practice clinic with tubes that were drawn; Cy signs in on the courier's phone.
\ir ../visit/setup.sql
select pg_temp.sign_in('Cy Courier', 'courierphone') is not null \g /dev/null

-- a patient whose tubes are drawn and whose visit is closed; returns the patient
create function pg_temp.drawn(family text, given text, tests text[], token text default 'ana') returns bigint language plpgsql as $$
declare
	patient bigint := pg_temp.patient(family, given, '1970-02-03', tests);
	tube text;
begin
	perform pg_temp.printed(patient, token);
	for tube in select specimen_id from clinic.specimen where patient_id = patient order by number loop
		perform pg_temp.scan(pg_temp.label(tube, 1), token);
	end loop;
	if pg_temp.call('visit_close', token, '{"check": "patient_read"}') ->> 'code' <> 'visit_closed' then
		raise 'set-up: the visit of % did not close', family;
	end if;
	return patient;
end $$;
create function pg_temp.station(of_name text) returns bigint language sql stable as $$
	select station_id from clinic.station where name = of_name $$;
create function pg_temp.operator(of_name text) returns bigint language sql stable as $$
	select operator_id from clinic.operator where name = of_name $$;
-- an event as another action or another node would write it
create function pg_temp.event(subject text, kind text, body jsonb default '{}', station text default 'Room 1') returns custody.event language sql volatile as $$
	select custody.append(subject, kind, body, pg_temp.operator('Ana Ruiz'), pg_temp.station(station)) $$;
create function pg_temp.last_hash(of_subject text) returns text language sql stable as $$
	select encode(hash, 'hex') from custody.head where subject = of_subject order by event_id desc limit 1 $$;
-- a closed bag with these tubes; returns the event
create function pg_temp.bag_closed(bag text, tubes text[]) returns bigint language sql volatile as $$
	select (pg_temp.event(bag, 'bag_closed', jsonb_build_object('lab_id', (select lab_id from clinic.lab), 'class', 'AMB', 'stat', false, 'how', 'count', 'count', cardinality(tubes),
		'tubes', (select jsonb_agg(jsonb_build_array(t, pg_temp.last_hash(t)) order by t) from unnest(tubes) t), 'left_out', jsonb_build_array()))).event_id $$;
create function pg_temp.bag_opened(bag text, more jsonb default '{}', station text default 'Room 1') returns bigint language sql volatile as $$
	select (pg_temp.event(bag, 'bag_opened', jsonb_build_object('lab_id', (select lab_id from clinic.lab), 'class', 'AMB', 'stat', false, 'at', 'clinic') || more, station)).event_id $$;
