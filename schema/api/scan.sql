-- Every scan, of any device, phone or keyboard, comes through here. Rules are in clinic/scan*.sql.

create or replace function api.scan(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
	s clinic.scan;
	code text;
	kind text;
	licence jsonb;
	j clinic.judgement;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	s := clinic.scan_store(request_id, actor, args);
	if s.scan_id is null then
		return custody.request_end(request_id, actor.station_id, clinic.reply('question', 'bad_request', '{"what": "raw"}'));
	end if;
	code := clinic.scan_text(s.raw);
	kind := case when not clinic.is_makers_code(s.said) then (custody.id_parse(code)).kind end;
	licence := clinic.licence_read(decode(args ->> 'raw', 'base64'));
	if actor.station_id is null then
		j := clinic.judged('question', 'sign_in_needed');
	elsif args -> 'late' = 'true' then
		j := clinic.judged('note', 'scan_late', '{}', null, jsonb_build_object('kind', coalesce(kind, 'other'),
			'specimen_id', (custody.id_parse(code)).specimen_id, 'command', null, 'done', true));
	elsif licence is not null then
		j := clinic.scan_licence(actor, licence, '{"kind": "photo_id", "specimen_id": null, "command": null, "done": true}');
	else
		j := clinic.scan_stands(actor, s, code, kind);
		if j.code is null then
			j := clinic.scan_judge(actor, s, code, kind);
		elsif j.code like 'code_not_accepted%' then
			kind := null;
		end if;
	end if;
	update clinic.scan x set kind = api_scan.kind, verdict = j.verdict, code = j.code
	from (select kind) api_scan where x.scan_id = s.scan_id;
	r := clinic.reply(j.verdict, j.code, j.words);
	-- the view of the visit last and by itself: each step on the way would copy all of it
	return custody.request_end(request_id, actor.station_id, jsonb_set(r || jsonb_build_object('data', j.words || jsonb_build_object(
		'scan', jsonb_build_object('text', left(code, 400), 'kind', kind), 'about', j.about, 'pass', clinic.pass_of(s, j, kind),
		'also_at', clinic.also_at(actor), 'jobs', clinic.print_jobs_ready())),
		'{data,visit}', coalesce(clinic.view_for(actor, j.visit_id), 'null')));
end $$;

-- A number that a phone says of its clock; null when it says none, or nothing that a clock can be off.
create or replace function clinic.clock_ms(args jsonb, name text) returns bigint
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when jsonb_typeof(args -> name) = 'number' and (args ->> name)::numeric between -1e13 and 1e13
		then round((args ->> name)::numeric)::bigint end;
end $$;

-- A scan that a page could not hand over when it was made, and kept: a late one, of the person who made it and where it was made. Of
-- anybody else, or elsewhere, it is refused before it is a request: its id stays unused, and the page keeps it for that person.
create or replace function api.scan_kept(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	actor clinic.actor := custody.session(session);
	made_at clinic.station;
begin
	select x.* into made_at from clinic.station x where x.code = clinic.arg(args, 'station');
	if actor.kind is distinct from 'operator' or actor.shaded or actor.operator_id is distinct from clinic.arg_bigint(args, 'operator_id') then
		return clinic.reply('question', 'kept_of_another');
	elsif made_at.station_id is distinct from actor.station_id then
		return clinic.reply('question', 'kept_elsewhere', jsonb_build_object('station', coalesce(made_at.name, 'another station')));
	end if;
	return api.scan(request_id, session, jsonb_build_object('raw', args -> 'raw', 'aim', args -> 'aim', 'late', true,
		'source', case when clinic.arg(args, 'source') in ('hand', 'camera') then clinic.arg(args, 'source') else 'typed' end,
		'device_at_us', greatest(clinic.clock_ms(args, 'at_ms'), 0) * 1000, 'evidence', jsonb_build_object('kept', jsonb_build_object(
			'ahead_ms', clinic.clock_ms(args, 'ahead_ms'), 'ahead_now_ms', clinic.clock_ms(args, 'ahead_now_ms')))));
end $$;
