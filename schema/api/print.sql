-- Labels and printers (contrib/CONTRACTS.md 3). Rules are in clinic/print.sql and clinic/visit_end.sql.

create or replace function api.reprint(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'reprint', 'reprint');
$$;

create or replace function api.jar_set(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'jar_set', 'print');
$$;

create or replace function api.label_end(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'label_end', 'scan_back');
$$;

create or replace function api.print_answer(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'print_answer', coalesce(clinic.print_apart_need($3), 'print'));
$$;

create or replace function api.print_rest(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.call($1, $2, $3, 'print_rest', 'slip');
$$;

-- A slip for the patient's way through the house: no birth date on it. The newest slip is printed again.
create or replace function api.slip_print(request_id uuid, session text, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r jsonb := custody.request_begin(request_id, session);
	actor clinic.actor;
begin
	if r is not null then
		return r;
	end if;
	actor := custody.session(session);
	r := coalesce(clinic.require(actor, 'slip'), clinic.slip_printed(actor, args));
	return custody.request_end(request_id, actor.station_id, r);
end $$;

-- What stands on a slip: no birth date.
create or replace function clinic.slip_content(slip text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select jsonb_build_object('slip', s.slip, 'family', p.family, 'given', p.given, 'middle', p.middle,
			'patient_number', coalesce(clinic.patient_number(p.patient_id), ''), 'practice', custody.is_practice()) || clinic.name_spelled(p)
			|| clinic.unusual_named(p)
		from clinic.slip s join clinic.patient p on p.patient_id = s.patient_id where s.slip = $1);
end $$;

create or replace function clinic.slip_printed(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.patient;
	device bigint := clinic.printer_of(actor.station_id);
	code text;
	job bigint;
	waits jsonb;
begin
	select x.* into p from clinic.patient x where x.patient_id = clinic.arg_bigint(args, 'patient_id') for no key update;
	if p.patient_id is null then
		return clinic.reply('question', 'patient_unknown');
	end if;
	select s.slip into code from clinic.slip s
	where s.patient_id = p.patient_id and s.created_at > now() - interval '12 hours' order by s.created_at desc, s.slip desc limit 1;
	if code is null then
		code := custody.id_next('visit slip');
		insert into clinic.slip (slip, patient_id, created_by) values (code, p.patient_id, actor.operator_id);
	end if;
	if device is null then
		return clinic.reply('question', 'no_printer', jsonb_build_object('slip', code, 'print_job_id', null));
	end if;
	insert into clinic.print_job (kind, slip, station_id, device_id, template, content, created_by)
	values ('slip', code, actor.station_id, device, 'slip', clinic.slip_content(code), actor.operator_id)
	returning print_job_id into job;
	waits := clinic.printer_waits(device);
	return clinic.reply(case when waits is null then 'stored' else 'question' end, case when waits is null then 'slip_prints' else 'slip_waits' end,
		coalesce(waits, '{}') || jsonb_build_object('slip', code, 'print_job_id', job, 'jobs', clinic.print_jobs_ready()));
end $$;

-- What the core hears of a printer; rules are in clinic/printer_hold.sql.
create or replace function api.printer_told(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'printer_told');
$$;

create or replace function api.print_job_set(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'print_job_set');
$$;

create or replace function api.print_job_settle(request_id uuid, session text, args jsonb) returns jsonb
language sql volatile security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.core_call($1, $2, $3, 'print_job_settle');
$$;

-- Jobs that have not ended, in the order in which they go; none of which nothing was sent and that may not go now: its
-- printer may not start it yet (promise 4), or is held. With the texts of the templates of those that are still to be drawn.
create or replace function api.print_jobs_open(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.require_kind(custody.session(session), 'core'), (
		select clinic.reply('note', 'ok', jsonb_build_object(
			'jobs', coalesce(jsonb_agg(clinic.print_job_view(j) order by clinic.print_job_order(j)), '[]'),
			'templates', clinic.template_bodies(array_agg(j.print_job_id) filter (where j.state in ('queued', 'proved')))))
		from clinic.print_job j
		where j.state in ('queued', 'proved', 'sending', 'sent') -- what is unknown is a person's turn
			and (j.state not in ('queued', 'proved') or j.print_job_id in (select f.print_job_id from clinic.print_jobs_free() f))));
end $$;

create or replace function api.devices(session text, args jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.require_kind(custody.session(session), 'core'), clinic.reply('note', 'ok', jsonb_build_object(
		'devices', coalesce((select jsonb_agg(jsonb_build_object('device_id', d.device_id, 'kind', d.kind,
				'transport', d.transport, 'identity', l.identity, 'name', d.name, 'station_id', d.station_id,
				'dpi', d.resolution_dpi, 'language', d.language, 'width_um', d.width_um, 'height_um', d.height_um,
				'talks', case d.kind when 'printer' then d.talks end, 'protocol', case d.kind when 'scanner' then d.protocol end,
				'settings', case d.kind when 'scanner' then d.settings end,
				'descriptors', case d.kind when 'scanner' then nullif(d.fingerprint ->> 'descriptors', '') end) order by d.device_id)
			from clinic.devices_listed() l, lateral (select (l.d).*) d), '[]'),
		'enrol', clinic.enrolment_task(), 'pass', clinic.passes_task(),
		'stations', coalesce((select jsonb_agg(clinic.station_view(s) order by s.name) from clinic.station s where s.active), '[]'),
		'practice', custody.is_practice())));
end $$;
