-- Supplies, printed ahead from the administrator's page: FOUND stickers, downtime labels, badges, command cards. Each number
-- is issued and kept before its label is made, and never again: what did not come out is a gap, not a second one. Its jobs
-- are print jobs like any other, proved and journalled; patients' labels go before them (clinic.print_job_order).

create or replace function clinic.stock_limit() returns int
language sql immutable parallel safe
return 100;

-- What stands on each label of a run; its numbers are issued here.
create or replace function clinic.stock_contents(run clinic.stock_run) returns setof jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text;
begin
	if run.what = 'command' then
		return query select jsonb_build_object('command', c.code, 'title', c.words, 'practice', custody.is_practice())
			from clinic.command c, generate_series(1, run.count) order by c.code;
		return;
	end if;
	for i in 1 .. run.count loop
		case run.what
		when 'found' then
			id := custody.id_next('FOUND sticker');
			insert into clinic.found_sticker (found, stock_run_id) values (id, run.stock_run_id);
			return next jsonb_build_object('found', id, 'practice', custody.is_practice());
		when 'downtime' then
			id := custody.id_next('specimen');
			perform clinic.downtime_issued(id, run);
			return next jsonb_build_object('specimen_id', id, 'copy', 1, 'practice', custody.is_practice());
		when 'badge' then
			return next jsonb_build_object('badge', clinic.badge_renew(run.operator_id, run), 'name',
				(select o.name from clinic.operator o where o.operator_id = run.operator_id), 'practice', custody.is_practice());
		end case;
	end loop;
end $$;

-- A badge is never printed twice: the person has a new one, the old one opens nothing, and who is signed in with it is not
-- any more (whoever found it could else take the place by the badge alone).
create or replace function clinic.badge_renew(operator bigint, run clinic.stock_run) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	old text := (select o.badge from clinic.operator o where o.operator_id = operator for update);
	fresh text := clinic.badge_new();
begin
	insert into clinic.badge_ended (badge, operator_id, ended_by, stock_run_id) values (old, operator, run.made_by, run.stock_run_id);
	update clinic.operator o set badge = fresh where o.operator_id = operator;
	update clinic.session s set closed_at = now() where s.kind = 'operator' and s.operator_id = operator and s.closed_at is null;
	return fresh;
end $$;

create or replace function clinic.stock_refusal(actor clinic.actor, what text, n bigint, device clinic.device, whose clinic.operator) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	waiting bigint := (select count(*) from clinic.print_job j where j.device_id = device.device_id and j.stock_run_id is not null
		and j.state in ('queued', 'proved', 'sending', 'sent'));
begin
	return case
		when what is null or what not in ('found', 'downtime', 'badge', 'command') then clinic.judged('question', 'stock_what')
		when what = 'badge' and not clinic.may(actor, 'badge') then clinic.judged('question', 'not_allowed')
		when what = 'badge' and whose.operator_id is null then clinic.judged('question', 'stock_operator')
		when n is null or n not between 1 and case what when 'badge' then 1 when 'command' then 5 else clinic.stock_limit() end then
			clinic.judged('question', 'stock_count', jsonb_build_object('limit', case what when 'badge' then 1 when 'command' then 5 else clinic.stock_limit() end))
		when device.device_id is null then clinic.judged('question', 'stock_printer')
		when waiting >= clinic.stock_limit() then clinic.judged('question', 'stock_busy', jsonb_build_object('waiting', waiting)) end;
end $$;

create or replace function clinic.stock_printed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	what text := clinic.arg(args, 'what');
	n bigint := clinic.arg_bigint(args, 'count');
	device clinic.device;
	whose clinic.operator;
	run clinic.stock_run;
	made bigint;
	j clinic.judgement;
begin
	select d.* into device from clinic.device d where d.device_id = clinic.arg_bigint(args, 'device_id') and d.kind = 'printer' and d.active;
	if what = 'badge' then
		select o.* into whose from clinic.operator o where o.operator_id = clinic.arg_bigint(args, 'operator_id') and o.active and o.blocked_at is null;
	end if;
	j := clinic.stock_refusal(actor, what, n, device, whose);
	if j.code is not null then
		return j;
	end if;
	insert into clinic.stock_run (what, count, device_id, operator_id, made_by, station_id)
	values (what, n, device.device_id, whose.operator_id, actor.operator_id, actor.station_id) returning * into run;
	insert into clinic.print_job (kind, station_id, device_id, template, content, created_by, stock_run_id)
	select run.what, actor.station_id, device.device_id, run.what, c, actor.operator_id, run.stock_run_id from clinic.stock_contents(run) c;
	get diagnostics made = row_count;
	return clinic.judged('stored', case what when 'badge' then 'stock_badge_prints' else 'stock_prints' end,
		jsonb_build_object('n', made, 'printer', device.name, 'name', whose.name, 'stock_run_id', run.stock_run_id));
end $$;

-- ---- the page -------------------------------------------------------------------------------------------------------

create or replace function clinic.stock_run_view(run clinic.stock_run) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('stock_run_id', (run).stock_run_id, 'what', (run).what, 'at', (run).made_at,
		'by', (select o.name from clinic.operator o where o.operator_id = (run).made_by),
		'name', (select o.name from clinic.operator o where o.operator_id = (run).operator_id),
		'printer', (select d.name from clinic.device d where d.device_id = (run).device_id),
		'printed', count(*) filter (where j.state = 'printed'), 'waiting', count(*) filter (where j.state in ('queued', 'proved', 'sending', 'sent')),
		'unknown', count(*) filter (where j.state = 'unknown'), 'unsure', clinic.stock_unsure((run).stock_run_id), 'failed', count(*) filter (where j.state in ('failed', 'void')),
		'message', coalesce(max(j.message) filter (where j.state = 'failed'), ''))
	from clinic.print_job j where j.stock_run_id = (run).stock_run_id;
$$;

create or replace function clinic.stock_view(actor clinic.actor) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('limit', clinic.stock_limit(), 'cards', (select count(*) from clinic.command),
		'printers', (select coalesce(jsonb_agg(jsonb_build_object('device_id', d.device_id, 'name', d.name,
			'station', (select s.name from clinic.station s where s.station_id = d.station_id), 'held', clinic.printer_is_held(d.device_id))
			order by d.station_id = (actor).station_id desc, d.name), '[]') from clinic.device d where d.kind = 'printer' and d.active),
		'operators', case when clinic.may(actor, 'badge') then (select coalesce(jsonb_agg(jsonb_build_object('operator_id', o.operator_id, 'name', o.name)
			order by o.name, o.operator_id), '[]') from clinic.operator o where o.active and o.blocked_at is null) else '[]' end,
		'downtime', (select jsonb_build_object('issued', count(*), 'unassigned', count(*) filter (where not exists (
			select 1 from clinic.specimen s where s.specimen_id = l.specimen_id))) from clinic.downtime_label l),
		'runs', (select coalesce(jsonb_agg(clinic.stock_run_view(r) order by (r).stock_run_id desc), '[]')
			from (select x as r from clinic.stock_run x order by x.stock_run_id desc limit 20) y));
$$;

-- The question about a number of our form that no tube has: was it issued for a downtime?
create or replace function clinic.specimen_unknown_code(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when exists (select 1 from clinic.downtime_label d where d.specimen_id = $1) then 'downtime_unassigned' else 'specimen_unknown' end;
end $$;
