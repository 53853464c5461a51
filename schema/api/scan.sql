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
	return custody.request_end(request_id, actor.station_id, r || jsonb_build_object('data', j.words || jsonb_build_object(
		'scan', jsonb_build_object('text', left(code, 400), 'kind', kind), 'about', j.about, 'pass', clinic.pass_of(s, j, kind),
		'visit', clinic.view_for(actor, j.visit_id), 'also_at', clinic.also_at(actor), 'jobs', clinic.print_jobs_ready())));
end $$;
