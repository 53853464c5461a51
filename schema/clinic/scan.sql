-- A scan: stored first, whatever it is; then judged by its kind (contrib/FLOWS.md 1.4).

-- The bytes as text; what is not printable ASCII is shown as \ooo and belongs to no id of ours.
create or replace function clinic.scan_text(raw bytea) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return btrim(encode($1, 'escape'), E' \r\n\t');
end $$;

-- A driving licence's PDF417, or null: its header and the fields that name the holder and the birth date.
-- Source: AAMVA DL/ID Card Design Standard 2020, D.12.3 (header '@' LF RS CR 'ANSI ' or 'AAMVA'), D.12.5 (DCS family
-- name, DBB birth date: MMDDCCYY in the USA, CCYYMMDD in Canada, DCG country).
create or replace function clinic.licence_read(raw bytea) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	text text := encode(raw, 'escape');
	digits text;
begin
	if text !~ '^@[\s\x1c-\x1f]*(ANSI |AAMVA)' then
		return null;
	end if;
	digits := substring(text from '[\n\r\x1e]DBB([0-9]{8})');
	if digits is not null and left(digits, 4)::int between 1 and 1231 then
		digits := right(digits, 4) || left(digits, 4);
	end if;
	return jsonb_build_object('family', btrim(substring(text from '[\n\r\x1e]DCS([^\n\r]*)')),
		'birth_date', left(digits, 4) || '-' || substr(digits, 5, 2) || '-' || right(digits, 2));
end $$;

-- Stores the scan; null when the argument is no base64 of at most 4096 bytes. Of a licence only that it was one.
create or replace function clinic.scan_store(request_id uuid, actor clinic.actor, args jsonb) returns clinic.scan
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	s clinic.scan;
	coded text := args ->> 'raw';
	is_licence boolean;
begin
	if coded is null or jsonb_typeof(args -> 'raw') <> 'string' or length(coded) > 5464
		or coded !~ '^([A-Za-z0-9+/]{4})*([A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$' then
		return null;
	end if;
	is_licence := clinic.licence_read(decode(coded, 'base64')) is not null;
	insert into clinic.scan (request_id, station_id, operator_id, raw, aim, source, device_id, device_at, evidence, said)
	values (scan_store.request_id, actor.station_id, actor.operator_id,
		case when is_licence then convert_to('photo ID', 'UTF8') else decode(coded, 'base64') end, left(clinic.arg(args, 'aim'), 8),
		coalesce(left(clinic.arg(args, 'source'), 20), 'typed'), clinic.arg_bigint(args, 'device_id'),
		to_timestamp(clinic.arg_bigint(args, 'device_at_us') / 1e6), case when is_licence then '{}' else coalesce(args -> 'evidence', '{}') end,
		case when not is_licence then clinic.said_of(args) end)
	returning * into s;
	return s;
end $$;

create or replace function clinic.scan_judge(actor clinic.actor, s clinic.scan, code text, kind text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	refused jsonb;
	about jsonb := jsonb_build_object('kind', kind, 'specimen_id', null, 'command', null, 'done', false);
	works text := (select x.kind from clinic.station x where x.station_id = actor.station_id);
	asked text := (clinic.question_at(actor.station_id)).code;
	need text := case kind when 'visit slip' then 'identify' when 'specimen' then 'scan_back' when 'label' then 'scan_back' end;
begin
	if clinic.alarm_open(actor.station_id) is not null then
		return clinic.scan_locked(actor, s, code, kind, about);
	elsif clinic.enrol_code_of(code) is not null then
		return clinic.scan_enrol(actor, clinic.enrol_code_of(code), about);
	elsif kind = 'command card' then
		return clinic.scan_command(actor, code, about);
	elsif kind in ('specimen', 'label', 'bag') and (asked = 'which_tube' or asked = 'which_bag' and kind = 'bag') then
		return clinic.scan_stops(actor, code, about || jsonb_build_object('kind', case kind when 'bag' then kind else 'specimen' end));
	elsif works in ('pickup', 'hub') then
		return clinic.courier_scan(actor, s, code, kind, about);
	elsif works = 'receiving' then
		return clinic.lab_scan(actor, s, code, kind, about);
	elsif kind = 'badge' and clinic.badge_takes_bags(actor, code) then
		return clinic.hand_over_scanned(actor, code, about);
	elsif kind = 'badge' then
		return clinic.scan_badge(actor, code, about);
	elsif clinic.is_pack_scan(actor, code, kind) then
		return clinic.pack_scan(actor, s, code, kind, about);
	end if;
	if need is not null then
		refused := clinic.require(actor, need);
	end if;
	-- not even asked where there is no kind: what it locks comes after the patient
	if coalesce(kind = 'station', false) and (clinic.hold_met(clinic.visit_of(actor.operator_id), actor.station_id)).printer_hold_id is not null then
		return clinic.scan_printer(actor, code, about);
	elsif kind in ('specimen', 'label') then
		return clinic.scan_label(actor, s, code, about, refused ->> 'code');
	elsif refused is not null then
		return clinic.judged('question', refused ->> 'code', '{}', null, about);
	elsif kind = 'visit slip' and asked = 'downtime_whose' then
		return clinic.downtime_slip(actor, code, about);
	elsif kind = 'visit slip' then
		return clinic.scan_slip(actor, code, about || '{"kind": "patient"}');
	elsif kind is not null then
		return clinic.judged('note', 'not_here', jsonb_build_object('kind', kind), (clinic.visit_of(actor.operator_id)).visit_id, about);
	end if;
	return clinic.scan_other(actor, s, code, about || '{"kind": "other"}');
end $$;

-- The station is locked: the same code again opens the two choices; Stop goes on; nothing else does (OK least of all). Where two
-- labels were in view it must come alone: another one beside it closes the choices again.
create or replace function clinic.scan_locked(actor clinic.actor, s clinic.scan, code text, kind text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	a clinic.alarm;
	named record;
	command text := case when kind = 'command card' then (select c.name from clinic.command c where c.code = scan_locked.code) end;
	visit_id bigint := (clinic.visit_of(actor.operator_id)).visit_id;
begin
	select x.* into a from clinic.alarm x where x.station_id = actor.station_id and x.answered_at is null for update;
	select p.* into named from custody.id_parse(code) p;
	about := about || jsonb_build_object('command', command, 'specimen_id', a.specimen_id)
		|| case when kind = 'command card' then '{"kind": "command"}' else '{}'::jsonb end;
	if command = 'stop' then
		return clinic.scan_command(actor, code, about);
	elsif command = any (clinic.alarm_choices(a.code)) and a.rescanned_at < clock_timestamp() - interval '1 second' then
		return clinic.judged('stored', 'command', '{}', visit_id, about);
	elsif command = 'gone' and clinic.alarm_gone_since(a) < clock_timestamp() - interval '1 second' then
		return clinic.judged('stored', 'command', '{}', visit_id, about);
	elsif clinic.alarm_is_of_two(a.code) and kind in ('specimen', 'label') and (clinic.scan_beside(s, named.specimen_id)).scan_id is not null then
		update clinic.alarm x set rescanned_at = null where x.alarm_id = a.alarm_id;
		return clinic.judged('stop', 'in_view_still', '{}', visit_id, about);
	elsif clinic.alarm_is_of_two(a.code) and a.code not like '%\_here' and kind in ('specimen', 'label') and named.specimen_id = left(a.raw, 12) then
		-- the other one of the two is in the hand: it is what the answer is about
		update clinic.alarm x set rescanned_at = coalesce(x.rescanned_at, clock_timestamp()), specimen_id = named.specimen_id,
			copy = nullif(named.copy, 0), raw = coalesce(a.specimen_id, a.raw)
		where x.alarm_id = a.alarm_id;
		about := about || jsonb_build_object('specimen_id', named.specimen_id);
		return clinic.judged('stop', 'label_or_tube', '{}', visit_id, about);
	elsif code = a.raw or kind in ('specimen', 'label') and named.specimen_id = a.specimen_id
		and (named.copy in (0, a.copy) or a.copy is null) then
		update clinic.alarm x set rescanned_at = coalesce(x.rescanned_at, clock_timestamp()) where x.alarm_id = a.alarm_id;
		return clinic.judged('stop', 'label_or_tube', '{}', visit_id, about);
	end if;
	-- a card that answers nothing here presses nothing on the page either
	return clinic.judged('stop', 'locked', '{}', visit_id, about || case when kind = 'command card' then '{"done": true}' else '{}'::jsonb end);
end $$;

-- The patient's licence in place of the picked date: compared here, kept nowhere (contrib/POLICIES.md 1: identity_check).
create or replace function clinic.scan_licence(actor clinic.actor, licence jsonb, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_and_patient_of(actor.operator_id);
	refused jsonb;
	born date := clinic.arg_date(licence, 'birth_date');
	p clinic.patient;
	j clinic.judgement;
begin
	refused := clinic.require(actor, 'identify');
	select x.* into p from clinic.patient x where x.patient_id = v.patient_id;
	j := case
		when refused is not null then clinic.judged('question', refused ->> 'code', '{}', v.visit_id)
		when clinic.alarm_open(actor.station_id) is not null then clinic.judged('stop', 'locked', '{}', v.visit_id)
		when v.visit_id is null then clinic.judged('question', 'no_visit')
		when v.state <> 'identify' then clinic.judged('repeat', 'identified_already', '{}', v.visit_id)
		when clinic.co_sign_missing(v) then clinic.judged('question', 'co_sign', '{}', v.visit_id)
		when clinic.policy_text('identity_check') not in ('either', 'scan_photo_id') then
			clinic.judged('question', 'photo_id_not_used', '{}', v.visit_id)
		when born is null or licence ->> 'family' is null then clinic.judged('question', 'photo_id_unreadable', '{}', v.visit_id)
		when clinic.third_identifier_missing(v) then clinic.judged('question', 'third_identifier', '{}', v.visit_id)
		when clinic.unusual_asked(v) is not null then clinic.judged('question', clinic.unusual_asked(v), clinic.unusual_told(v), v.visit_id)
		when p.birth_date is null then clinic.judged('question', 'photo_id_no_birth', '{}', v.visit_id)
		when born = p.birth_date and upper(licence ->> 'family') <> upper(p.family) then
			clinic.judged('question', 'photo_id_name', '{}', v.visit_id)
		else clinic.visit_identity(actor, v, born = p.birth_date, 'scan_photo_id', clinic.stated_by('{}')) end;
	if j.code = 'photo_id_name' then
		perform clinic.visit_note(v.visit_id, actor, 'photo_id_name', true);
	end if;
	j.about := about;
	return j;
end $$;

-- ---- command cards -----------------------------------------------------------------------------------------

-- Nobody has read it yet: in its first second no card and no own badge answers it.
create or replace function clinic.question_is_fresh(q clinic.question) returns boolean
language sql stable parallel safe
return coalesce((q).asked_at >= clock_timestamp() - interval '1 second', true);

-- Answers count only while their question is on the screen and not in its first second.
create or replace function clinic.command_is_due(actor clinic.actor, command text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
	q clinic.question;
begin
	select x.* into v from clinic.visit x where x.held_by = actor.operator_id and x.state in ('identify', 'labels');
	if command ~ '^choice_' then
		return v.state is distinct from 'identify' or v.asked_at < clock_timestamp() - interval '1 second';
	elsif command in ('label_removed', 'tube_set_aside', 'gone') then
		return false;
	end if;
	if command not in ('yes', 'no', 'not_sure', 'torn_up') then
		return true;
	end if;
	q := clinic.question_now(v, actor.station_id);
	return coalesce(command = any (clinic.question_commands(q.code)) and not clinic.question_is_fresh(q), false);
end $$;

create or replace function clinic.scan_command(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	command text := (select c.name from clinic.command c where c.code = scan_command.code);
	visit_id bigint := (clinic.visit_of(actor.operator_id)).visit_id;
	j clinic.judgement;
begin
	about := about || jsonb_build_object('kind', 'command', 'command', command);
	if command is null then
		return clinic.judged('question', 'command_unknown', '{}', visit_id, about);
	elsif command = 'stop' then
		j := clinic.mistake_made(actor, '{}');
		j.about := about || '{"done": true}';
		return j;
	elsif not clinic.command_is_due(actor, command) then
		return clinic.judged('note', 'command_not_now', '{}', visit_id, about || '{"done": true}');
	end if;
	return clinic.judged('stored', 'command', '{}', visit_id, about);
end $$;

-- Stop was scanned with no visit open: this tube, or this bag, is the one it is about.
create or replace function clinic.scan_stops(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	id text := (custody.id_parse(code)).specimen_id;
	visit_id bigint := (select s.visit_id from clinic.specimen s where s.specimen_id = id);
	j clinic.judgement := clinic.judged('question', clinic.specimen_unknown_code(id), jsonb_build_object('text', code));
begin
	if about ->> 'kind' = 'bag' then
		j := clinic.bag_stopped(actor, code, '');
	elsif visit_id is not null then
		perform clinic.ask_end(actor.station_id);
		j := clinic.visit_stop(actor, visit_id, '');
	end if;
	j.about := about || jsonb_build_object('specimen_id', id, 'done', true);
	return j;
end $$;

-- ---- badges --------------------------------------------------------------------------------------------------

-- One's own badge ends the shade, where it is enough to sign in, or takes a visit over; another's stands by, says who drew, or is for signing in.
create or replace function clinic.scan_badge(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	person clinic.operator;
	v clinic.visit := clinic.visit_of(actor.operator_id);
	q clinic.question;
	j clinic.judgement;
begin
	select o.* into person from clinic.operator o where o.badge = code and o.active and o.blocked_at is null;
	q := clinic.question_at(actor.station_id);
	if q.code = 'downtime_second' and person.operator_id is not null and actor.shaded is not true then
		j := clinic.downtime_seconded(actor, q.data, person);
		j.about := about || '{"done": true}';
		return j;
	elsif person.operator_id = actor.operator_id and actor.shaded then
		update clinic.session s set shaded_at = null, seen_at = now()
		where s.kind = 'operator' and s.operator_id = actor.operator_id and s.station_id = actor.station_id
			and s.closed_at is null and s.expires_at > now() and not clinic.pin_needed(s.operator_id, s.station_id, s.page_id);
		if not found then
			return clinic.judged('note', 'badge_signs_in', '{}', null, about);
		end if;
		return clinic.judged('stored', 'shade_ended', jsonb_build_object('name', person.name), v.visit_id, about || '{"done": true}');
	elsif person.operator_id = actor.operator_id then
		select x.* into q from clinic.question x where x.station_id = actor.station_id
			and x.code in ('take_over', 'visit_parked', 'other_room');
		if q.code is null then
			return clinic.judged('note', 'signed_in_already', jsonb_build_object('name', person.name), v.visit_id, about || '{"done": true}');
		elsif clinic.question_is_fresh(q) then
			return clinic.judged('note', 'command_not_now', '{}', v.visit_id, about || '{"done": true}');
		elsif clinic.require(actor, 'identify') is not null then
			return clinic.judged('question', 'not_allowed', '{}', v.visit_id, about || '{"done": true}');
		end if;
		j := clinic.visit_answered(actor, jsonb_build_object('code', q.code, 'choice', 'yes'));
		j.about := about || '{"done": true}';
		return j;
	elsif person.operator_id is not null and v.state in ('identify', 'labels') and actor.shaded is not true then
		q := clinic.question_now(v, actor.station_id);
		if q.code in ('co_sign', 'second_person', 'unusual_second') then
			j := clinic.stood_by_scanned(actor, v, person, q.code);
			j.about := about || '{"done": true}';
			return j;
		end if;
	end if;
	if person.operator_id is not null and v.state = 'labels' and actor.shaded is not true
		and exists (select 1 from clinic.operator_role r join clinic.role_act a on a.role = r.role
			where r.operator_id = person.operator_id and a.act = 'scan_back') then
		perform clinic.ask(actor, v.visit_id, 'drawn_by',
			data => jsonb_build_object('operator_id', person.operator_id, 'name', person.name));
		return clinic.judged('question', 'drawn_by', jsonb_build_object('name', person.name), v.visit_id, about || '{"done": true}');
	end if;
	return clinic.judged('note', 'badge_signs_in', '{}', null, about);
end $$;

-- ---- slips -----------------------------------------------------------------------------------------------------

-- A slip opens a visit; of the open visit it is the third identifier, or the closing check.
create or replace function clinic.scan_slip(actor clinic.actor, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	own clinic.visit;
	of_patient bigint := (select s.patient_id from clinic.slip s where s.slip = code);
	j clinic.judgement;
begin
	perform 1 from clinic.operator o where o.operator_id = actor.operator_id for no key update;
	own := clinic.visit_of(actor.operator_id);
	if own.patient_id = of_patient and own.state = 'identify' and clinic.third_identifier_missing(own) then
		j := clinic.third_given(actor, own, code);
	elsif own.patient_id = of_patient and own.state = 'labels' then
		j := case when clinic.visit_open_labels(own.visit_id) = 0
			then clinic.visit_closed(actor, jsonb_build_object('check', 'slip', 'slip', code))
			else clinic.judged('repeat', 'labels_open', jsonb_build_object('n', clinic.visit_open_labels(own.visit_id)), own.visit_id) end;
	else
		j := clinic.visit_opened(actor, jsonb_build_object('slip', code));
	end if;
	j.about := about;
	return j;
end $$;

create or replace function clinic.third_given(actor clinic.actor, v clinic.visit, code text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.visit x set third_identifier = left(code, 80), asked_at = clock_timestamp() where x.visit_id = v.visit_id;
	perform clinic.ask_end(actor.station_id, v.visit_id);
	perform clinic.visit_note(v.visit_id, actor, 'third_identifier');
	return clinic.judged('stored', 'third_identifier_right', '{}', v.visit_id);
end $$;

-- ---- codes that are not ours ---------------------------------------------------------------------------------------

-- Whose specimen or container has this number at the sender (SPM-2, SAC-3 of an order)? It proves nothing here.
create or replace function clinic.patients_of_foreign_id(code text) returns bigint[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select distinct o.patient_id from clinic.lab_order o
		where o.specimens @> jsonb_build_array(jsonb_build_object('filler_id', code))
			or o.specimens @> jsonb_build_array(jsonb_build_object('placer_id', code))
			or o.specimens @> jsonb_build_array(jsonb_build_object('container_ids', jsonb_build_array(code))));
end $$;

-- While a third identifier is asked the patient's number may be scanned or typed; another patient's stops the visit.
create or replace function clinic.scan_other(actor clinic.actor, s clinic.scan, code text, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_and_patient_of(actor.operator_id);
	words jsonb := jsonb_build_object('text', left(code, 200));
	whose bigint[];
	j clinic.judgement;
begin
	if v.state = 'identify' and clinic.third_identifier_missing(v) and clinic.require(actor, 'identify') is null then
		whose := array(select n.patient_id from clinic.patient_number n where n.patient_id = v.patient_id and n.number = code
			union select a.patient_id from clinic.look_alikes(v.patient_id) a
			join clinic.patient_number n on n.patient_id = a.patient_id and n.number = code);
		if whose = array[v.patient_id] then
			j := clinic.third_given(actor, v, code);
		elsif cardinality(whose) > 0 then
			perform clinic.visit_note(v.visit_id, actor, 'wrong_third_identifier', true);
			j := clinic.judged('question', 'third_identifier_wrong', '{}', v.visit_id);
		end if;
		if j.code is not null then
			j.about := about;
			return j;
		end if;
	elsif clinic.unusual_scanned(actor, v, code) then
		j := case when s.source = 'hand' then clinic.judged('question', 'unusual_scan', '{}', v.visit_id)
			else clinic.unusual_given(actor, v, 'patient_number', code) end;
		j.about := about;
		return j;
	end if;
	whose := clinic.patients_of_foreign_id(code);
	if whose <> '{}' and v.patient_id <> all (whose) then
		perform clinic.visit_note(v.visit_id, actor, 'senders_label_other', true);
		return clinic.judged('question', 'senders_label_other', words, v.visit_id, about);
	elsif whose <> '{}' then
		return clinic.judged('note', 'senders_label', words, v.visit_id, about);
	elsif clinic.is_makers_code(s.said) then
		return clinic.makers_code(actor, s, v, about);
	elsif clinic.scan_is_misread(s) then
		return clinic.judged('question', 'misread', words, v.visit_id, about);
	end if;
	return clinic.judged('note', 'not_ours', words, v.visit_id, about);
end $$;
