-- Places: bags and tubes are put away; and a station's work ends.

-- A place is scanned at the clinic: what is scanned next is put there.
create or replace function clinic.place_scanned(actor clinic.actor, code text, refused text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.place;
begin
	select x.* into p from clinic.place x where x.place = code and x.active;
	if refused is not null then
		return clinic.judged('question', refused);
	elsif p.place is null then
		return clinic.judged('question', 'place_unknown', jsonb_build_object('text', code));
	end if;
	perform clinic.work_set(actor, 'place', place => code);
	return clinic.judged_custody('stored', 'place_begun', jsonb_build_object('name', p.name));
end $$;

-- The bag is put into the place. An open one too, if somebody does so, but it is said.
create or replace function clinic.bag_put(actor clinic.actor, code text, place text, cold_packs bool, trip record) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.place;
	words jsonb;
begin
	select x.* into p from clinic.place x where x.place = bag_put.place;
	words := clinic.bag_words(code, trip.lab_id, trip.class, trip.stat) || jsonb_build_object('name', p.name);
	perform clinic.bag_event(actor, code, 'placed', jsonb_build_object('place', p.place, 'cold_packs', cold_packs), trip.lab_id);
	if trip.closed is null then
		return clinic.judged_custody('question', 'placed_open', words);
	elsif p.kind = 'lockbox' and trip.class <> 'AMB' and cold_packs is null then
		perform clinic.ask(actor, null, 'cold_packs', data => jsonb_build_object('bag', code, 'place', p.place, 'name', p.name));
		return clinic.judged_custody('question', 'cold_packs', words);
	end if;
	return clinic.judged_custody('stored', 'placed', words);
end $$;

create or replace function clinic.bag_placed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	code text := clinic.arg(args, 'bag');
	p clinic.place;
	trip record;
begin
	select x.* into p from clinic.place x where x.place = clinic.arg(args, 'place') and x.active;
	if p.place is null or (custody.id_parse(code)).kind is distinct from 'bag' or custody.id_is_for_here(code) is not true
		or clinic.arg(args, 'cold_packs') is not null and clinic.arg(args, 'cold_packs') not in ('true', 'false') then
		return clinic.judged('question', 'bad_request', '{"what": "bag, place, cold_packs"}');
	end if;
	perform custody.lock_subjects(array[code]);
	select * into trip from clinic.bag_trip(code) t;
	perform clinic.ask_end(actor.station_id);
	return clinic.bag_put(actor, code, p.place, clinic.arg(args, 'cold_packs')::bool, trip);
end $$;

create or replace function clinic.tube_put(actor clinic.actor, s clinic.scan, specimen_id text, place text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.append(specimen_id, 'placed', jsonb_build_object('place', place, 'scan', s.scan_id, 'cold_packs', null),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(specimen_id));
	return clinic.judged_custody('stored', 'tube_placed', jsonb_build_object('name', (select p.name from clinic.place p where p.place = tube_put.place)));
end $$;

create or replace function clinic.work_ended(actor clinic.actor) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if exists (select 1 from clinic.station s where s.station_id = actor.station_id and s.kind = 'receiving') then
		return clinic.lab_work_ended(actor);
	end if;
	perform clinic.pickup_park(actor);
	if not clinic.work_end(actor.station_id) then
		return clinic.judged('repeat', 'no_work');
	end if;
	return clinic.judged_custody('stored', 'work_ended');
end $$;
