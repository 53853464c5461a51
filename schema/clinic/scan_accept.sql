-- What is believed of a code before anybody asks what it means: in which symbology, how long and beginning how it is taken
-- at this station and step (LB-13, SC-15); what a maker's code says; two numbers read in one gesture (LB-11, ER-09).
-- A scan that is not taken is stored like any other and answered amber; it is never taken for an id.

-- The name of an AIM identifier, the same as scanners/symbology.c: both pass tests/data/aim/names.tsv. Null: none that we
-- know, or no bar code at all.
create or replace function clinic.symbology_name(aim text) returns text
language sql immutable parallel safe
return case
	when aim !~ '^\][A-Za-z][0-9A-Za-z]$' then null
	when aim = ']C1' then 'GS1-128'
	when aim = ']d2' then 'GS1 Data Matrix'
	when aim = ']J1' then 'GS1 DotCode'
	when aim = ']Q3' then 'GS1 QR Code'
	else case substr(aim, 2, 1) when 'A' then 'Code 39' when 'C' then 'Code 128' when 'd' then 'Data Matrix' when 'E' then 'EAN/UPC'
		when 'e' then 'GS1 DataBar' when 'F' then 'Codabar' when 'G' then 'Code 93' when 'I' then 'Interleaved 2 of 5' when 'J' then 'DotCode'
		when 'L' then 'PDF417' when 'Q' then 'QR Code' when 'X' then 'other bar code' when 'z' then 'Aztec' end end;

-- What a scanner says of the symbology: its name, or an identifier that we do not know; null: it says none, or nothing like one.
create or replace function clinic.symbology_said(aim text) returns text
language sql immutable parallel safe
return case when aim ~ '^\][A-Za-z][0-9A-Za-z]$' then coalesce(clinic.symbology_name(aim), aim) end;

-- In what our own labels, cards and papers are printed (printers/templates, printers/page).
create or replace function clinic.symbologies_printed() returns text[]
language sql immutable parallel safe
return array['Code 128', 'Data Matrix'];

-- An enrolment code is shown to learn how a scanner reads; anything goes.
insert into clinic.scan_rule (code, symbologies, shipped)
select k, clinic.symbologies_printed(), true
from unnest(array['specimen', 'label', 'bag', 'delivery', 'FOUND sticker', 'badge', 'place', 'stop', 'station', 'visit slip']) k
on conflict (code) where shipped do update set symbologies = excluded.symbologies;

create or replace function clinic.scan_rule_is_kept() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'UPDATE' then
		if old.shipped and new.shipped then
			return new;
		end if;
	end if;
	raise exception 'a rule of scans is never changed or deleted: insert a newer one' using errcode = 'insufficient_privilege';
end $$;
create or replace trigger scan_rule_is_kept before update or delete on clinic.scan_rule
	for each row execute function clinic.scan_rule_is_kept();
create or replace trigger scan_rule_stays before truncate on clinic.scan_rule
	for each statement execute function clinic.scan_rule_is_kept();

-- ---- rules ----------------------------------------------------------------------------------------------------------

-- Where the person is in the work: the visit's state, or what the station is doing.
create or replace function clinic.scan_step(actor clinic.actor, works text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	in_visit text := case when works in ('collection', 'processing') then (clinic.visit_of(actor.operator_id)).state end;
begin
	return coalesce(case when in_visit in ('identify', 'labels') then in_visit end, (clinic.work_of(actor.station_id)).kind, 'idle');
end $$;

-- The rule for a code here: of this station's kind and step before one of the step, one of the kind, one for all. All null: none.
create or replace function clinic.scan_rule_for(actor clinic.actor, code text) returns clinic.scan_rule
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	works text := (select s.kind from clinic.station s where s.station_id = actor.station_id);
	r clinic.scan_rule;
	none clinic.scan_rule;
begin
	for r in
		select x.* from (
			select distinct on (y.station_kind, y.step) y.* from clinic.scan_rule y
			where y.code = scan_rule_for.code and coalesce(y.station_kind = works, true)
			order by y.station_kind, y.step, y.shipped, y.scan_rule_id desc) x
		order by x.step is null, x.station_kind is null
	loop
		if not r.ended and (r.step is null or r.step = clinic.scan_step(actor, works)) then
			return r;
		end if;
	end loop;
	return none;
end $$;

-- A scanner that does not say the symbology is judged by the rest.
create or replace function clinic.scan_rule_takes(r clinic.scan_rule, aim text, code text) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.symbology_said(aim) = any (r.symbologies), true)
		and length(code) >= coalesce(r.min_chars, 0) and length(code) <= coalesce(r.max_chars, length(code))
		and (r.prefix is null or starts_with(code, r.prefix));
end $$;

-- What is expected, in words.
create or replace function clinic.scan_rule_words(r clinic.scan_rule) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return concat_ws(', ', array_to_string(r.symbologies, ' or '),
		case when r.min_chars = r.max_chars then format('%s characters', r.min_chars)
			when r.min_chars is not null and r.max_chars is not null then format('%s to %s characters', r.min_chars, r.max_chars)
			when r.min_chars is not null then format('at least %s characters', r.min_chars)
			when r.max_chars is not null then format('at most %s characters', r.max_chars) end,
		'beginning with ' || r.prefix);
end $$;

-- A code of our length and make whose check digits are wrong: a misread, not a stranger (ER-13). In a symbology in which we
-- print nothing it is a stranger all the same.
create or replace function clinic.scan_is_misread(s clinic.scan) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	text text := clinic.scan_text(s.raw);
begin
	return text ~ '^([0-9]{12}|[0-9]{16}|[BDEFGKLPTV][0-9]{12})$' and (custody.id_parse(text)).kind is null and s.said is null
		and coalesce(clinic.symbology_said(s.aim) = any (clinic.symbologies_printed()), true);
end $$;

-- ---- makers' codes --------------------------------------------------------------------------------------------------

-- What the core read in a maker's code: known words of a bounded length, whatever came. Null: nothing.
create or replace function clinic.said_of(args jsonb) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	said jsonb := args -> 'said';
begin
	if clinic.arg(said, 'standard') is null or clinic.arg(said, 'standard') not in ('gs1', 'hibc') then
		return null;
	end if;
	return (select jsonb_object_agg(k, left(clinic.arg(said, k), 90))
		from unnest(array['standard', 'gtin', 'sscc', 'labeler', 'product', 'lot', 'serial', 'expires', 'made', 'problem']) k
		where case when k in ('expires', 'made') then clinic.arg_date(said, k) is not null else clinic.arg(said, k) is not null end);
end $$;

-- It names a product, and its own checks are right: nobody's id, whatever its digits.
create or replace function clinic.is_makers_code(said jsonb) returns boolean
language sql immutable parallel safe
return coalesce(not said ? 'problem' and said ?| array['gtin', 'sscc', 'labeler', 'product', 'lot'], false);

-- A collection container's own code: noted; amber when the container is too old and the site wants that asked (policy
-- expired_container).
create or replace function clinic.makers_code(actor clinic.actor, s clinic.scan, v clinic.visit, about jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	expires date := clinic.arg_date(s.said, 'expires');
	words jsonb := s.said || jsonb_build_object('text', concat_ws(', ', 'GTIN ' || (s.said ->> 'gtin'), 'SSCC ' || (s.said ->> 'sscc'),
		nullif(concat_ws(' ', s.said ->> 'labeler', s.said ->> 'product'), ''), 'lot ' || (s.said ->> 'lot'), 'expires ' || (s.said ->> 'expires')));
begin
	if expires < current_date and clinic.policy_text('expired_container') = 'ask'
		and (select x.kind from clinic.station x where x.station_id = actor.station_id) in ('collection', 'processing') then
		if v.visit_id is not null then
			perform clinic.visit_note(v.visit_id, actor, 'container_expired', true, s.said);
		end if;
		return clinic.judged('question', 'container_expired', words, v.visit_id, about);
	end if;
	return clinic.judged('note', 'makers_code', words, v.visit_id, about);
end $$;

-- ---- two numbers in one gesture -----------------------------------------------------------------------------------------

-- How long apart the end of a read and the beginning of the next may be that were one gesture: two codes that lay in one view, not
-- two tubes. From below: a scanner that reads on by itself lets 0 to 200 ms pass before another code, and takes up to 100 ms to
-- find it. From above: nobody shows another tube before the first has beeped (150 ms to hear that) and the hand or the aim has
-- moved to it, 5 cm (180 ms); half a second is fast, 1.5 s usual (contrib/SCANNERS.md 4).
create or replace function clinic.gesture_us() returns int
language sql immutable parallel safe
return 300000;

-- A label of ours by its symbology and its number, whether a rule of the site takes it or not.
create or replace function clinic.label_read(raw bytea, aim text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	kind text;
begin
	if coalesce(clinic.symbology_said(aim) = any (clinic.symbologies_printed()), true) then
		kind := (custody.id_parse(clinic.scan_text(raw))).kind;
	end if;
	return case when kind in ('specimen', 'label') then kind end;
end $$;

-- How long after the end of the first scan the second began, at least and at most; null: it has no times. Each may have lain unread for
-- as long as the bench had not looked before it found it: the first sooner means further apart, the second sooner means closer together.
create or replace function clinic.scans_apart(first clinic.scan, second clinic.scan, out us bigint, out least_us bigint, out most_us bigint)
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	longest_ms constant bigint := 86400000; -- no number of a bench that went mad is too great
begin
	us := clinic.arg_bigint(second.evidence, 'first_us') - clinic.arg_bigint(first.evidence, 'last_us');
	least_us := us - least(coalesce(clinic.arg_bigint(second.evidence, 'first_late_ms'), 0), longest_ms) * 1000;
	most_us := us + least(coalesce(clinic.arg_bigint(first.evidence, 'last_late_ms'), 0), longest_ms) * 1000;
end $$;

-- The other code of our labels that the same scanner read, or may have read, in the same gesture and that says another tube, whatever
-- became of it: one that no rule takes, or that came late, lay in the view all the same. One that was read in it for sure comes before
-- one that may have been. A bench that was started in between has another clock.
create or replace function clinic.scan_beside(s clinic.scan, specimen_id text) returns clinic.scan
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	gesture constant bigint := clinic.gesture_us();
	apart record;
	x clinic.scan;
	maybe clinic.scan;
begin
	if s.device_id is null then
		return maybe;
	end if;
	for x in select y.* from clinic.scan y where y.device_id = s.device_id and y.scan_id < s.scan_id order by y.scan_id desc limit 50 loop
		apart := clinic.scans_apart(x, s);
		exit when apart.least_us > gesture and x.code is distinct from 'scan_late';
		if apart.us >= -gesture and apart.least_us <= gesture and clinic.label_read(x.raw, x.aim) is not null
			and left(clinic.scan_text(x.raw), 12) <> scan_beside.specimen_id then
			if apart.most_us <= gesture then
				return x;
			elsif maybe.scan_id is null then
				maybe := x;
			end if;
		end if;
	end loop;
	return maybe;
end $$;

create or replace function clinic.scan_is_beside(s clinic.scan, other clinic.scan) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (clinic.scans_apart(other, s)).most_us <= clinic.gesture_us();
end $$;

-- Two numbers in one gesture: red, and the first is not believed either. A label's bars hold 12 digits, its square 16: one of each
-- may be one label that disagrees with itself (two_codes); two of the same form are two labels (two_in_view), of one tube or of
-- two; of two patients (two_patients) neither may be believed, whoever looked. At a clinic the alarm's answer settles what is in the
-- hand, the number that was scanned alone, and a tube that is set aside takes the other number with it: it may be on that very
-- tube. In a laboratory both are on hold at once. Where the bench stood still, so that they may have been one gesture or two, it is
-- red as well (held_up), but nothing is on hold before both were scanned again (scan_held_up).
create or replace function clinic.scan_disagrees(actor clinic.actor, s clinic.scan, code text, kind text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	works text;
	mine text;
	other clinic.scan;
	seen text;
	first record;
	tubes text[];
	visit_id bigint;
	j clinic.judgement;
begin
	if s.device_id is null or clinic.label_read(s.raw, s.aim) is null then
		return null;
	end if;
	mine := (custody.id_parse(code)).specimen_id;
	other := clinic.scan_beside(s, mine);
	if other.scan_id is null or not custody.id_is_for_here(code) then
		return null;
	end if;
	works := (select x.kind from clinic.station x where x.station_id = actor.station_id);
	if works in ('pickup', 'hub') then
		return null;
	end if;
	select p.kind, p.specimen_id, nullif(p.copy, 0) as copy into first from custody.id_parse(clinic.scan_text(other.raw)) p;
	seen := case when not clinic.scan_is_beside(s, other) then 'held_up'
		when (select count(distinct v.patient_id) from clinic.specimen t join clinic.visit v on v.visit_id = t.visit_id
			where t.specimen_id in (mine, first.specimen_id)) > 1 and works is distinct from 'receiving' then 'two_patients'
		when first.kind = kind then 'two_in_view' else 'two_codes' end;
	visit_id := (select t.visit_id from clinic.specimen t where t.specimen_id = first.specimen_id);
	perform clinic.visits_lock(actor, clinic.specimen_visits(array[first.specimen_id, mine]));
	tubes := array(select t from unnest(array[first.specimen_id, mine]) t where (custody.state(t)).kind is not null order by t);
	perform custody.lock_subjects(tubes);
	if works = 'receiving' then
		j := clinic.lab_disagrees(actor, s, code, first.specimen_id, tubes, seen);
	else
		perform clinic.scan_seen(actor, s, t, null, seen) from unnest(tubes) t;
		perform clinic.visit_note(x, actor, seen, seen <> 'held_up', jsonb_build_object('specimen_id', first.specimen_id, 'other', mine))
		from (select distinct t.visit_id from clinic.specimen t where t.specimen_id = any (tubes)) y (x);
		perform clinic.alarm_raise(actor, visit_id, seen, code,
			case when seen = 'held_up' or first.specimen_id = any (tubes) then first.specimen_id end, first.copy);
		j := clinic.judged('stop', seen, '{}', (clinic.visit_of(actor.operator_id)).visit_id);
	end if;
	j.about := jsonb_build_object('kind', 'specimen', 'specimen_id', first.specimen_id, 'command', null, 'done', false);
	return j;
end $$;

create or replace function clinic.lab_disagrees(actor clinic.actor, s clinic.scan, code text, first text, tubes text[], seen text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text;
begin
	foreach tube in array tubes loop
		perform custody.append(tube, 'scanned', jsonb_build_object('copy', null, 'scan', s.scan_id, 'code', seen || '_here', 'at', 'lab'),
			actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube));
	end loop;
	if seen <> 'held_up' then
		perform clinic.lab_hold_both(actor, tubes, seen, clinic.tube_delivery(first));
	end if;
	perform clinic.alarm_raise(actor, null, seen || '_here', code, case when seen = 'held_up' then first end, null);
	return clinic.judged_custody('stop', seen || '_here', '{}');
end $$;

-- Two numbers, of which one is not the tube's. Their subjects are locked.
create or replace function clinic.lab_hold_both(actor clinic.actor, tubes text[], why text, delivery text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text;
begin
	foreach tube in array tubes loop
		if clinic.require(actor, 'receive') is null and custody.may_move(tube, 'held') then
			perform clinic.lab_ask(custody.append(tube, 'held', jsonb_build_object('why', why, 'delivery', delivery, 'at', 'lab'),
				actor.operator_id, actor.station_id, lab => clinic.lab_audience(tube)), 'held', delivery);
		end if;
	end loop;
end $$;

-- The station is locked because the bench stood still between two labels: both are scanned again, one at a time, the first one first,
-- for the second was never taken. Code null: the scan goes on as any other; found together they are red as ever.
create or replace function clinic.scan_held_up(actor clinic.actor, s clinic.scan, specimen_id text, copy int) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	a clinic.alarm;
	other clinic.scan;
	beside text; -- the other's number
	told text;
begin
	select x.* into a from clinic.alarm x where x.station_id = actor.station_id and x.answered_at is null;
	if not clinic.alarm_is_held_up(a.code) then
		return null;
	elsif clinic.label_read(s.raw, s.aim) is null then -- no label of ours: nothing is settled by it
		return clinic.judged('stop', 'locked', '{}', (clinic.visit_of(actor.operator_id)).visit_id);
	end if;
	other := clinic.scan_beside(s, specimen_id);
	beside := left(clinic.scan_text(other.raw), 12);
	perform clinic.visits_lock(actor, clinic.specimen_visits(clinic.alarm_tubes(a) || array[specimen_id, beside]));
	select x.* into a from clinic.alarm x where x.alarm_id = a.alarm_id and x.answered_at is null for update;
	if a.alarm_id is null then
		return null;
	end if;
	told := case
		when beside is not null and array[specimen_id, beside] <@ array[a.specimen_id, left(a.raw, 12)] and clinic.scan_is_beside(s, other) then 'read_together'
		when beside is not null then 'held_up_still'
		when specimen_id = a.specimen_id and coalesce(copy in (0, a.copy), true) then 'held_up_next'
		when a.rescanned_at is null then 'held_up_first'
		when specimen_id = left(a.raw, 12) then 'scanned_alone'
		else 'held_up_next' end;
	if told in ('read_together', 'scanned_alone') then
		update clinic.alarm x set choice = told, answered_at = clock_timestamp(), answered_by = actor.operator_id where x.alarm_id = a.alarm_id;
		return null;
	end if;
	update clinic.alarm x set rescanned_at = case told when 'held_up_next' then coalesce(x.rescanned_at, clock_timestamp()) end,
		other_at = case when told = 'held_up_first' then coalesce(x.other_at, case when scan_held_up.specimen_id = left(a.raw, 12) then clock_timestamp() end) end
	where x.alarm_id = a.alarm_id;
	return clinic.judged('stop', told, '{}', (clinic.visit_of(actor.operator_id)).visit_id,
		jsonb_build_object('kind', 'specimen', 'specimen_id', a.specimen_id, 'command', null, 'done', false));
end $$;

-- ---- a scan ---------------------------------------------------------------------------------------------------------

-- What stands against asking what a scan means; code null: nothing. A locked station answers for itself.
create or replace function clinic.scan_stands(actor clinic.actor, s clinic.scan, code text, kind text) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	named text := case when kind is not null then kind when clinic.is_makers_code(s.said) then 'makers_code' else 'other' end;
	what text := case when named in ('specimen', 'label') then 'tube label' when named = 'makers_code' then 'maker''s code'
		when named = 'other' then 'code of others' else named end;
	rule clinic.scan_rule;
	locked boolean := kind is distinct from 'command card' and clinic.alarm_open(actor.station_id) is not null;
	j clinic.judgement;
begin
	if kind in ('specimen', 'label') and locked then
		j := clinic.scan_held_up(actor, s, (custody.id_parse(code)).specimen_id, (custody.id_parse(code)).copy);
		if j.code is not null then
			return j;
		end if;
		locked := clinic.alarm_open(actor.station_id) is not null;
	end if;
	if kind = 'command card' or locked or kind is null and clinic.scan_is_misread(s) then
		return null;
	end if;
	if kind in ('specimen', 'label') and clinic.pass_came_back(s, code) then
		return clinic.judged('note', 'pass_came_back', jsonb_build_object('specimen_id', code), (clinic.visit_of(actor.operator_id)).visit_id,
			jsonb_build_object('kind', 'other', 'specimen_id', null, 'command', null, 'done', true));
	end if;
	-- before the rules: what lay in the view beside a label is seen, whatever is taken
	j := clinic.scan_disagrees(actor, s, code, kind);
	rule := clinic.scan_rule_for(actor, named);
	if j.code is not null or rule.scan_rule_id is null or clinic.scan_rule_takes(rule, s.aim, code) then
		return j;
	end if;
	return clinic.judged('question', case when (select x.kind from clinic.station x where x.station_id = actor.station_id) = 'receiving'
			then 'code_not_accepted_here' else 'code_not_accepted' end,
		jsonb_build_object('read', concat_ws(' ', clinic.symbology_name(s.aim), left(code, 60)), 'expected', clinic.scan_rule_words(rule), 'what', what),
		(clinic.visit_of(actor.operator_id)).visit_id, '{"kind": "other", "specimen_id": null, "command": null, "done": false}');
end $$;
