-- The practice clinic with a laboratory: Rex receives at bench 1, Lea (lead) at bench 2, Rita at the dock; Cy brings bags.
\ir ../bag/setup.sql
insert into person select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash')
	from (values ('Rex Receiver', 'RR', array['receiver']), ('Lea Lead', 'LL', array['lab_lead']), ('Rita Dock', 'RD', array['receiver']),
		('Dee Driver', 'DD', array['courier'])) p (name, initials, roles);
select pg_temp.sign_in('Rex Receiver', 'labbench1'), pg_temp.sign_in('Lea Lead', 'labbench2'), pg_temp.sign_in('Rita Dock', 'labdock') is not null \g /dev/null

create function pg_temp.badge(who text) returns text language sql stable as $$ select badge from person where name = who $$;
create function pg_temp.told(code text, token text default 'rex') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.scan(code, token)) $$;
create function pg_temp.act(name text, args jsonb, token text default 'rex') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call(name, token, args)) $$;
create function pg_temp.receiving(token text default 'rex') returns jsonb language sql stable as $$ select api.receiving(token, '{}') -> 'data' $$;
create function pg_temp.body(of_subject text, of_kind text) returns jsonb language sql stable as $$
	select body::jsonb from custody.event where subject = of_subject and kind = of_kind order by event_id desc limit 1 $$;
create function pg_temp.state_of(subject text) returns text language sql stable as $$ select (custody.state(subject)).kind $$;
-- a bag from the clinic with these tubes, closed, and taken by the courier unless told not to
create function pg_temp.sent(tubes text[], more jsonb default '{}', courier text default 'Cy Courier') returns text language plpgsql as $$
declare
	bag text := custody.id_next('bag');
begin
	perform pg_temp.bag_opened(bag, more);
	perform pg_temp.event(bag, 'bag_closed', jsonb_build_object('lab_id', (select lab_id from clinic.lab), 'class', 'AMB', 'stat', false, 'how', 'count',
		'count', cardinality(tubes), 'tubes', (select coalesce(jsonb_agg(jsonb_build_array(t, pg_temp.last_hash(t)) order by t), '[]') from unnest(tubes) t),
		'left_out', jsonb_build_array()) || more);
	if courier is not null then
		perform pg_temp.event(bag, 'departed', jsonb_build_object('courier', pg_temp.operator(courier), 'pickup', null, 'unlisted', false, 'place', null), 'Courier phone');
	end if;
	return bag;
end $$;
-- a drawn tube, without all that a visit does: as fast as it goes. Returns its number.
create function pg_temp.drawn_fast(how_many int, family text default 'FAST') returns text[] language plpgsql as $$
declare
	patient bigint;
	tube text;
	tubes text[] := '{}';
	a bigint := pg_temp.operator('Ana Ruiz');
	st bigint := pg_temp.station('Room 1');
begin
	insert into clinic.patient (patient_id, family, given) values (custody.row_id(nextval('clinic.patient_seq')), family, 'P') returning patient_id into patient;
	for i in 1 .. how_many loop
		tube := custody.id_next('specimen');
		insert into clinic.specimen (specimen_id, visit_id, patient_id, container_type_id, lab_id, specimen_type, number, of, created_by)
		select tube, 0, patient, (select min(container_type_id) from clinic.container_type), (select min(lab_id) from clinic.lab), 'WB', i, how_many, a;
		perform custody.append(tube, k, jsonb_build_object('copy', 1), a, st) from unnest(array['prepared', 'label_printed', 'labelled', 'collected']) k;
		tubes := tubes || tube;
	end loop;
	return tubes;
end $$;
create function pg_temp.balances() returns text language sql stable as $$
	select coalesce(string_agg(b ->> 'line' || ' ' || (b ->> 'left') || ' <> ' || (b ->> 'right'), ', ') filter (where b -> 'ok' <> 'true'), 'balances')
	from jsonb_array_elements(clinic.ledger_view(null) -> 'balance') b $$;
