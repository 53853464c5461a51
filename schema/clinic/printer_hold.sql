-- Trouble in mid-set (contrib/FLOWS.md 1.1): after a jam, an open head, an empty roll or a power cycle a printer is held.
-- While it is, nothing that was not sent goes to it. A person ends that at a station that may use the printer: the rest
-- prints here, or moves to another printer. What comes out next for another visit has a separator before it.

-- ---- what the printer says ------------------------------------------------------------------------------------------

-- Nothing it said last is in the way of a label; of one that can not answer (clinic.device.talks) silence is not.
create or replace function clinic.printer_is_ready(device_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.printer_truth t join clinic.device d on d.device_id = t.device_id
		where t.device_id = $1 and cardinality(t.state) > 0
			and (t.state <@ array['ok', 'media_low'] or d.talks = 'one_way' and t.state = array['silent']));
end $$;

-- The worst of these words after which nothing prints by itself; null: none. One that is paused or too hot is not opened.
-- Silence is trouble of a printer that has answered before.
create or replace function clinic.printer_trouble(device_id bigint, words text[]) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select w from unnest(array['jam', 'head_open', 'media_out', 'wrong_stock', 'ribbon_out', 'fault', 'silent']) with ordinality u (w, n)
		join clinic.device d on d.device_id = $1 and (w <> 'silent' or d.talks = 'answers')
		where w = any (words) order by n limit 1);
end $$;

-- The size of the labels that a printer is set up for: "50.8 x 25.4 mm".
create or replace function clinic.printer_stock(device_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select trim_scale(d.width_um / 1000.0) || ' x ' || trim_scale(d.height_um / 1000.0) || ' mm'
		from clinic.device d where d.device_id = $1);
end $$;

-- In words, worst first: "out of labels".
drop function if exists clinic.printer_words(text[]);
create or replace function clinic.printer_words(device_id bigint, words text[]) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((select string_agg(coalesce(replace(m.title, '{stock}', coalesce(clinic.printer_stock($1), '')), w), ', '
			order by m.code is null, w)
		from unnest(words) w left join clinic.message m on m.code = 'printer_' || w and m.lang = 'en'
		where w not in ('ok', 'media_low')), clinic.reply('note', 'printer_unheard') ->> 'title');
end $$;

create or replace function clinic.words_told(list jsonb) returns text[]
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select distinct left(w #>> '{}', 40)
		from jsonb_array_elements(case when jsonb_typeof(list) = 'array' then list else '[]' end) with ordinality e (w, n)
		where n <= 32 and jsonb_typeof(w) = 'string');
end $$;

-- What the core says of a printer: its words now, all that were seen since it said so last, its plug or null.
create or replace function clinic.printer_told(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	device bigint := (select d.device_id from clinic.device d
		where d.device_id = clinic.arg_bigint(args, 'device_id') and d.kind = 'printer');
	words text[] := clinic.words_told(args -> 'state');
	seen text[] := words || clinic.words_told(args -> 'seen');
	told_plug text := left(nullif(clinic.arg(args, 'plug'), ''), 255);
	was clinic.printer_truth;
	why text := clinic.printer_trouble(device, seen);
begin
	if device is null or words = '{}' then
		return clinic.reply('question', 'bad_request', '{"what": "device_id, state"}');
	end if;
	select t.* into was from clinic.printer_truth t where t.device_id = device for update;
	insert into clinic.printer_truth as t (device_id, state, plug) values (device, words, told_plug)
	on conflict (device_id) do update set state = excluded.state, told_at = clock_timestamp(),
		plug = coalesce(excluded.plug, case when 'silent' <> all (seen) then t.plug end);
	if why is not null then
		perform clinic.printer_hold_begin(device, why);
	elsif told_plug <> was.plug and clinic.set_is_under_way(device, told_plug) then
		perform clinic.printer_hold_begin(device, 'power_cycle');
	end if;
	return clinic.reply('stored', 'ok', jsonb_build_object('held', clinic.printer_is_held(device)));
end $$;

-- ---- the hold -------------------------------------------------------------------------------------------------------

create or replace function clinic.printer_is_held(device_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.printer_hold h where h.device_id = $1 and h.ended_at is null);
end $$;

-- What a label asked for now waits for, {printer, why}; null: nothing that is known of. A hold outlasts its trouble.
create or replace function clinic.printer_waits(device_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	truth clinic.printer_truth;
	held text := (select h.why from clinic.printer_hold h where h.device_id = $1 and h.ended_at is null);
begin
	select t.* into truth from clinic.printer_truth t where t.device_id = $1;
	if held is null and (truth.device_id is null or clinic.printer_is_ready($1)) then
		return null;
	end if;
	return jsonb_build_object('printer', (select d.name from clinic.device d where d.device_id = $1),
		'why', clinic.printer_words($1, case when truth.device_id is null or clinic.printer_is_ready($1) then array[held] else truth.state end));
end $$;

-- A label waits here whose visit had labels from this printer before it was plugged in as it is now.
create or replace function clinic.set_is_under_way(device_id bigint, plug text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.print_job w
		join clinic.print_job b on b.visit_id = w.visit_id and b.device_id = w.device_id and b.began_at is not null and b.plug <> $2
		where w.device_id = $1 and w.kind = 'label' and w.state in ('queued', 'proved'));
end $$;

-- The visit whose set came out of this printer last, while it is open.
create or replace function clinic.printer_set_of(device_id bigint) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select v.visit_id from (select j.visit_id from clinic.print_job j
				where j.device_id = $1 and j.began_at is not null and j.visit_id is not null order by j.began_at desc limit 1) l
		join clinic.visit v on v.visit_id = l.visit_id and v.state = 'labels');
end $$;

-- Trouble: the printer is held when a label is under way, uncertain or waiting. An idle one is not.
create or replace function clinic.printer_hold_begin(device bigint, why text) returns boolean
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
begin
	select p.* into j from clinic.print_job p
	join clinic.visit v on v.visit_id = p.visit_id and (v.state = 'labels' or v.state = 'parked' and p.state <> 'unknown')
		and not (p.state = 'unknown' and clinic.print_job_is_one_way(p.print_job_id)) -- unknown for good
	where p.device_id = $1 and p.kind in ('label', 'separator') and p.state in ('queued', 'proved', 'sending', 'sent', 'unknown')
	order by p.state in ('sending', 'sent') desc, p.state = 'unknown' desc, p.print_job_id limit 1;
	if j.print_job_id is null then
		return false;
	end if;
	insert into clinic.printer_hold (device_id, why, visit_id, print_job_id)
	select $1, $2, case when j.state in ('queued', 'proved') then coalesce(clinic.printer_set_of($1), j.visit_id) else j.visit_id end, j.print_job_id
	on conflict (device_id) where ended_at is null do nothing;
	return found;
end $$;

-- A label is asked of a printer that is in trouble now: it is held from the start.
create or replace function clinic.print_job_queued() returns trigger
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	why text;
begin
	select clinic.printer_trouble(t.device_id, t.state) into why from clinic.printer_truth t where t.device_id = new.device_id for share;
	if why is not null then
		perform clinic.printer_hold_begin(new.device_id, why);
	end if;
	return null;
end $$;
drop trigger if exists print_job_queued on clinic.print_job;
create trigger print_job_queued after insert on clinic.print_job for each row execute function clinic.print_job_queued();

-- ---- a person goes on -----------------------------------------------------------------------------------------------

-- What has not been sent, of this visit or (null) of nobody's.
create or replace function clinic.jobs_waiting(device_id bigint, visit_id bigint) returns setof clinic.print_job
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query select j.* from clinic.print_job j
	where j.device_id = $1 and j.visit_id is not distinct from $2 and j.state in ('queued', 'proved') and j.kind <> 'separator'
	order by j.turn, j.print_job_id;
end $$;

-- The hold that stands in the way of this visit's labels; else the one of a printer of this station, when something that
-- belongs to no visit waits for it (a slip, a bag's label, a supply).
create or replace function clinic.hold_met(v clinic.visit, station_id bigint) returns clinic.printer_hold
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	h clinic.printer_hold;
begin
	if not exists (select 1 from clinic.printer_hold x where x.ended_at is null) then
		return h;
	end if;
	if v.state = 'labels' then
		select x.* into h from clinic.printer_hold x
		where x.ended_at is null and exists (select 1 from clinic.jobs_waiting(x.device_id, v.visit_id))
		order by x.since limit 1;
	end if;
	if h.printer_hold_id is null then
		select x.* into h from clinic.printer_hold x join clinic.device d on d.device_id = x.device_id
		where x.ended_at is null and (x.device_id = clinic.printer_of($2) or d.station_id = $2)
			and exists (select 1 from clinic.jobs_waiting(x.device_id, null))
		order by x.since limit 1;
	end if;
	return h;
end $$;

-- Who holds the visit whose labels come out of this printer next, when it is another than this one: a name, or null.
create or replace function clinic.hold_of_another(device_id bigint, visit_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select o.name from clinic.visit v
		join clinic.operator o on o.operator_id = v.held_by
		where v.visit_id = clinic.printer_head($1) and v.visit_id is distinct from $2
			and exists (select 1 from clinic.jobs_waiting($1, v.visit_id) j where j.kind = 'label'));
end $$;

-- The printer that a person named: its device_id, or the code of the station where it stands.
create or replace function clinic.printer_named(said text) returns bigint
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select d.device_id from clinic.device d join clinic.station s on s.station_id = d.station_id
		where d.kind = 'printer' and d.active and (s.code = upper(said) or d.device_id::text = said)
		order by d.transport = 'virtual', d.shared, d.device_id limit 1);
end $$;

-- Why a label can not be printed by this printer now, as a judgement; null: it can.
create or replace function clinic.printer_refusal(device_id bigint, actor clinic.actor, visit_id bigint) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	state text[] := (select t.state from clinic.printer_truth t where t.device_id = $1);
	words jsonb := jsonb_build_object('printer', (select d.name from clinic.device d where d.device_id = $1), 'why', clinic.printer_words($1, state));
begin
	return case
		when not clinic.printer_is_near($1, (actor).station_id) then clinic.judged('question', 'printer_not_near', words, visit_id)
		when not clinic.printer_is_ready($1) then clinic.judged('question', 'printer_not_ready', words, visit_id) end;
end $$;

-- The hold that is meant: of the printer that the person named, when it is near; else the one that is met.
create or replace function clinic.hold_meant(actor clinic.actor, v clinic.visit, device_id bigint) returns clinic.printer_hold
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	h clinic.printer_hold := clinic.hold_met(v, actor.station_id);
begin
	if h.device_id is distinct from $3 and clinic.printer_is_near($3, actor.station_id) then
		select x.* into h from clinic.printer_hold x where x.device_id = $3 and x.ended_at is null;
	end if;
	return h;
end $$;

create or replace function clinic.hold_end(h clinic.printer_hold, actor clinic.actor) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.printer_hold x set ended_at = clock_timestamp(), ended_by = actor.operator_id, ended_station_id = actor.station_id
	where x.printer_hold_id = h.printer_hold_id and x.ended_at is null;
end $$;

create or replace function clinic.print_rested(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	h clinic.printer_hold := clinic.hold_meant(actor, v, clinic.arg_bigint(args, 'device_id'));
	said text := nullif(btrim(clinic.arg(args, 'printer')), '');
	printer bigint := case when said is null then h.device_id else clinic.printer_named(said) end;
	refused clinic.judgement;
begin
	select x.* into h from clinic.printer_hold x where x.printer_hold_id = h.printer_hold_id and x.ended_at is null for update;
	if h.printer_hold_id is null or clinic.arg_bigint(args, 'device_id') <> h.device_id then
		return clinic.judged('repeat', 'printer_goes', '{}', v.visit_id);
	elsif not clinic.may(actor, 'print') and (exists (select 1 from clinic.jobs_waiting(h.device_id, v.visit_id) j where j.kind = 'label')
		or not exists (select 1 from clinic.jobs_waiting(h.device_id, null))) then
		return clinic.judged('question', 'not_allowed', '{}', v.visit_id);
	elsif printer is null then
		return clinic.judged('question', 'printer_unknown', jsonb_build_object('text', left(said, 40)), v.visit_id);
	end if;
	refused := clinic.printer_refusal(printer, actor, v.visit_id);
	if refused.code is not null then
		return refused;
	elsif printer = h.device_id then
		return clinic.rest_here(actor, v, h);
	end if;
	return clinic.rest_moved(actor, v, h, printer);
end $$;

-- Here: the hold ends. A separator of which nobody knows whether it came out is made anew.
create or replace function clinic.rest_here(actor clinic.actor, v clinic.visit, h clinic.printer_hold) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	other text := clinic.hold_of_another(h.device_id, v.visit_id);
	words jsonb := jsonb_build_object('printer', (select d.name from clinic.device d where d.device_id = h.device_id), 'name', other);
	job bigint;
begin
	if other is not null then
		return clinic.judged('question', 'hold_of_another', words, v.visit_id);
	end if;
	for job in select j.print_job_id from clinic.print_job j
		where j.device_id = h.device_id and j.kind = 'separator' and j.state = 'unknown' and not clinic.print_job_is_one_way(j.print_job_id) order by j.print_job_id
	loop
		perform clinic.print_job_move_to(job, 'void', 'person', actor, '{"message": "made anew"}');
	end loop;
	perform clinic.hold_end(h, actor);
	if v.visit_id is not null then
		perform clinic.visit_note(v.visit_id, actor, 'rest_here', detail => jsonb_build_object('device', h.device_id, 'why', h.why));
	end if;
	return clinic.judged('stored', 'rest_prints', words, v.visit_id);
end $$;

-- At another printer that is free: the labels of this visit that were never sent, and only they (clinic.print_job_anew). The
-- printer that had trouble stays held.
create or replace function clinic.rest_moved(actor clinic.actor, v clinic.visit, h clinic.printer_hold, printer bigint) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('printer', (select d.name from clinic.device d where d.device_id = rest_moved.printer));
	jobs clinic.print_job[] := array(select w from clinic.jobs_waiting(h.device_id, v.visit_id) w where w.kind = 'label');
	other text := (select o.name from clinic.visit w join clinic.operator o on o.operator_id = w.held_by
		where w.visit_id = clinic.printer_head(rest_moved.printer) and w.visit_id <> v.visit_id);
	of_it clinic.printer_hold;
	wrong jsonb;
	j clinic.print_job;
begin
	if v.visit_id is null or jobs = '{}' then
		return clinic.judged('question', 'rest_is_not_labels', '{}', v.visit_id);
	end if;
	select x.* into of_it from clinic.printer_hold x where x.device_id = rest_moved.printer and x.ended_at is null for update;
	if of_it.printer_hold_id is not null and exists (select 1 from clinic.print_job w
		where w.device_id = rest_moved.printer and w.state in ('queued', 'proved', 'sending', 'sent')) then
		return clinic.judged('question', 'printer_held_too', words, v.visit_id);
	elsif other is not null then
		return clinic.judged('question', 'printer_not_free', words || jsonb_build_object('name', other), v.visit_id);
	end if;
	foreach j in array jobs loop
		wrong := clinic.label_stock_wrong(j.specimen_id, rest_moved.printer);
		if wrong is not null then
			return clinic.judged('question', 'stock_wrong', wrong, v.visit_id);
		end if;
	end loop;
	perform clinic.hold_end(of_it, actor); -- it had trouble, nothing is left of that, and the person means to use it
	foreach j in array jobs loop
		perform clinic.print_job_anew(j, rest_moved.printer, actor.station_id, actor.operator_id, actor, 'printed at another printer');
	end loop;
	perform clinic.separators_drop(v.visit_id, h.device_id, actor);
	perform clinic.visit_note(v.visit_id, actor, 'rest_moved', detail =>
		jsonb_build_object('from', h.device_id, 'to', rest_moved.printer, 'labels', cardinality(jobs), 'why', h.why));
	return clinic.judged('stored', 'rest_moves', words || jsonb_build_object('n', cardinality(jobs)), v.visit_id);
end $$;

-- The code of a station was scanned while this person's labels wait for a held printer: the printer there is meant.
create or replace function clinic.scan_printer(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb := clinic.require(actor, 'print');
	j clinic.judgement;
begin
	if refused is not null then
		return clinic.judged('question', refused ->> 'code', '{}', null, about);
	end if;
	j := clinic.print_rested(actor, jsonb_build_object('printer', code));
	j.about := about || '{"done": true}';
	return j;
end $$;

-- What the page shows of it (contrib/CONTRACTS.md 4); null: no hold is in the way here.
create or replace function clinic.trouble_view(v clinic.visit, station_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	h clinic.printer_hold := clinic.hold_met(v, station_id);
	of_visit bigint;
	state text[];
	is_ready boolean;
	other text;
	words jsonb;
begin
	if h.printer_hold_id is null then
		return null;
	end if;
	of_visit := case when exists (select 1 from clinic.jobs_waiting(h.device_id, v.visit_id)) then v.visit_id end;
	state := coalesce((select t.state from clinic.printer_truth t where t.device_id = h.device_id), '{}');
	is_ready := clinic.printer_is_ready(h.device_id);
	other := clinic.hold_of_another(h.device_id, v.visit_id);
	words := jsonb_build_object('printer', (select d.name from clinic.device d where d.device_id = h.device_id),
		'n', (select count(*) from clinic.jobs_waiting(h.device_id, of_visit)), 'name', other,
		'why', clinic.printer_words(h.device_id, case when is_ready then array[h.why] else state end));
	return (
		select words || jsonb_build_object('device_id', h.device_id, 'why', h.why, 'since', h.since, 'state', to_jsonb(state), 'stock', clinic.printer_stock(h.device_id),
			'is_ready', is_ready, 'is_labels', of_visit is not null, 'waits_for', other,
			'title', m -> 'title', 'do', m -> 'do')
		from clinic.reply('question', case when other is not null then 'hold_of_another'
			when is_ready then 'printer_held' else 'printer_not_ready' end, words) m);
end $$;

-- ---- separators -----------------------------------------------------------------------------------------------------

-- Does this label have to have a separator before it? After trouble, when it is another visit's than the one that had it;
-- on a shared printer at every change of visit. Only a separator that is known to be printed counts, or one that went to a
-- printer that can not say so.
create or replace function clinic.separator_is_due(j clinic.print_job) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	last clinic.print_job;
begin
	select p.* into last from clinic.print_job p
	where p.device_id = j.device_id and p.began_at is not null and p.visit_id is not null
		and (p.kind = 'label' or p.kind = 'separator' and (p.state = 'printed' or p.state = 'unknown' and clinic.print_job_is_one_way(p.print_job_id)))
	order by p.began_at desc limit 1;
	return case
		when last.visit_id = j.visit_id and last.kind = 'separator' then false
		when exists (select 1 from clinic.printer_hold h where h.device_id = j.device_id and h.separated_at is null
			and h.visit_id <> j.visit_id) then true
		else coalesce(last.visit_id <> j.visit_id and (select d.shared from clinic.device d where d.device_id = j.device_id), false) end;
end $$;

-- Names the patient of the labels that follow. It is a job as any other, and no label: nobody has to account for it.
create or replace function clinic.separator_print(j clinic.print_job) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	insert into clinic.print_job (kind, visit_id, station_id, device_id, template, content, created_by, goes_before, turn)
	select 'separator', j.visit_id, j.station_id, j.device_id, 'separator', jsonb_build_object('family', p.family, 'given', p.given,
		'middle', p.middle, 'patient_number', coalesce(clinic.patient_number(p.patient_id), ''),
		'of', (select count(*) from clinic.jobs_waiting(j.device_id, j.visit_id)), 'practice', custody.is_practice()) || clinic.name_spelled(p) || clinic.unusual_named(p),
		j.created_by, j.print_job_id, j.turn
	from clinic.visit v join clinic.patient p on p.patient_id = v.patient_id where v.visit_id = j.visit_id;
end $$;

create or replace function clinic.separators_drop(visit_id bigint, device_id bigint, actor clinic.actor) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	job bigint;
begin
	for job in select j.print_job_id from clinic.print_job j where j.visit_id = $1 and j.device_id = $2
		and j.kind = 'separator' and j.state in ('queued', 'proved') order by j.print_job_id
	loop
		perform clinic.print_job_move_to(job, 'void', 'printer', actor, '{"message": "no label follows"}');
	end loop;
end $$;

-- The last question before bytes go to a printer: what this job has to wait for, a code, or null. Makes the separator that
-- has to go first.
create or replace function clinic.print_job_stopped(j clinic.print_job, actor clinic.actor) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.print_job_unwanted_drop(j.print_job_id, actor) then
		return 'print_job_unwanted';
	elsif clinic.printer_is_held(j.device_id) then
		return 'printer_held';
	elsif exists (select 1 from clinic.visit v where v.visit_id = j.visit_id and v.state = 'parked') then
		return 'print_job_waits'; -- nobody is there to take it
	elsif clinic.print_job_waits_for(j) is not null then
		return 'print_job_waits'; -- it came between: a set is under way
	elsif j.kind = 'separator' and not exists (select 1 from clinic.jobs_waiting(j.device_id, j.visit_id)) then
		perform clinic.separators_drop(j.visit_id, j.device_id, actor);
		return 'separator_idle';
	elsif j.kind <> 'label' or j.visit_id is null then
		return null;
	elsif exists (select 1 from clinic.print_job s where s.device_id = j.device_id and s.visit_id = j.visit_id
		and s.kind = 'separator' and s.state in ('queued', 'proved', 'sending', 'sent')) then
		return 'separator_first';
	elsif clinic.separator_is_due(j) then
		perform clinic.separator_print(j);
		return 'separator_first';
	end if;
	update clinic.printer_hold h set separated_at = clock_timestamp()
	where h.device_id = j.device_id and h.separated_at is null and h.visit_id <> j.visit_id;
	return null;
end $$;
