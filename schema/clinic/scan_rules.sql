-- The page of rules of codes (LB-13, SC-15; clinic/scan_accept.sql judges by them): what holds now, who made it so, and what a rule would
-- have refused of the last week, which an administrator must have seen before it is made. Rules are never changed: a newer one counts.

-- What a rule may name, as the constraints of clinic.scan_rule have it.
create or replace function clinic.scan_rule_terms() returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object(
		'codes', '["specimen", "label", "bag", "delivery", "enrolment code", "FOUND sticker", "badge", "place", "stop", "station", "visit slip", "makers_code", "other"]'::jsonb,
		'station_kinds', '["collection", "processing", "pickup", "hub", "receiving", "admin"]'::jsonb,
		'steps', '["idle", "identify", "labels", "pack", "place", "pickup", "hand_over", "dock", "bench"]'::jsonb,
		'symbologies', '["Code 39", "GS1-128", "Code 128", "GS1 Data Matrix", "Data Matrix", "EAN/UPC", "GS1 DataBar", "Codabar", "Code 93", "Interleaved 2 of 5", "GS1 DotCode",
			"DotCode", "PDF417", "GS1 QR Code", "QR Code", "other bar code", "Aztec"]'::jsonb);
$$;

-- Whether every argument that is said makes sense.
create or replace function clinic.scan_rule_is_said(args jsonb) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	terms jsonb := clinic.scan_rule_terms();
	wanted text[] := clinic.words_told(args -> 'symbologies');
begin
	return coalesce(terms -> 'codes' ? clinic.arg(args, 'code')
		and (clinic.arg(args, 'station_kind') is null or terms -> 'station_kinds' ? clinic.arg(args, 'station_kind'))
		and (clinic.arg(args, 'step') is null or terms -> 'steps' ? clinic.arg(args, 'step'))
		and terms -> 'symbologies' ?& wanted
		and (clinic.arg(args, 'min_chars') is null or clinic.arg_chars(args, 'min_chars') is not null)
		and (clinic.arg(args, 'max_chars') is null or clinic.arg_chars(args, 'max_chars') is not null)
		and coalesce(clinic.arg_chars(args, 'min_chars'), 1) <= coalesce(clinic.arg_chars(args, 'max_chars'), 100)
		and octet_length(coalesce(clinic.arg(args, 'prefix'), '')) <= 40, false);
end $$;

-- The rule that args say, not stored; code null: they make no sense. `ended`: from then on as if there were none there.
create or replace function clinic.scan_rule_said(args jsonb) returns clinic.scan_rule
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	r clinic.scan_rule;
begin
	if not clinic.scan_rule_is_said(args) then
		return r;
	end if;
	r.code := clinic.arg(args, 'code');
	r.station_kind := clinic.arg(args, 'station_kind');
	r.step := clinic.arg(args, 'step');
	r.ended := coalesce(clinic.arg(args, 'ended') = 'true', false);
	if not r.ended then
		r.symbologies := nullif(clinic.words_told(args -> 'symbologies'), '{}');
		r.min_chars := clinic.arg_chars(args, 'min_chars');
		r.max_chars := clinic.arg_chars(args, 'max_chars');
		r.prefix := clinic.arg(args, 'prefix');
	end if;
	r.reason := left(coalesce(clinic.arg(args, 'reason'), ''), 200);
	return r;
end $$;

-- What this rule would have refused of the last seven days, the last 20,000 scans at most. In which step each was is not kept, so a
-- rule for one step is held against all. Of codes that are not ours only how long they are is shown: they may name a person.
create or replace function clinic.scan_rule_look(r clinic.scan_rule) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with week as (
		select s.*, clinic.scan_text(s.raw) as text from clinic.scan s where s.at >= now() - interval '7 days' and s.code is distinct from 'scan_late'
		order by s.scan_id desc limit 20000
	), named as (
		select w.*, case when clinic.is_makers_code(w.said) then 'makers_code' else coalesce((custody.id_parse(w.text)).kind, 'other') end as what, t.name, t.kind as works
		from week w join clinic.station t using (station_id)
	), met as (
		select n.*, (r).ended or clinic.scan_rule_takes(r, n.aim, n.text) as takes from named n
		where n.what = (r).code and ((r).station_kind is null or n.works = (r).station_kind)
	)
	select jsonb_build_object('scans', count(*), 'refused', count(*) filter (where not takes),
		'good', count(*) filter (where not takes and verdict in ('stored', 'complete', 'repeat')),
		'examples', coalesce((select jsonb_agg(jsonb_build_object('at', x.at, 'station', x.name, 'symbology', coalesce(clinic.symbology_said(x.aim), ''), 'verdict', x.verdict,
				'text', case when x.what in ('other', 'makers_code') then '' else left(x.text, 40) end, 'chars', length(x.text)) order by x.scan_id desc)
			from (select m.* from met m where not m.takes order by m.scan_id desc limit 8) x), '[]'))
	from met;
$$;

create or replace function clinic.scan_rule_view(r clinic.scan_rule) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('scan_rule_id', (r).scan_rule_id, 'code', (r).code, 'station_kind', (r).station_kind, 'step', (r).step, 'symbologies', coalesce((r).symbologies, '{}'),
		'min_chars', (r).min_chars, 'max_chars', (r).max_chars, 'prefix', (r).prefix, 'ended', (r).ended, 'shipped', (r).shipped, 'expected', clinic.scan_rule_words(r),
		'at', (r).at, 'by', (select o.name from clinic.operator o where o.operator_id = (r).set_by), 'reason', (r).reason);
$$;

-- rules: what holds now; history: the last fifty that somebody made, also those that are no more.
create or replace function clinic.scan_rules_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select clinic.scan_rule_terms() || jsonb_build_object(
		'rules', coalesce((select jsonb_agg(clinic.scan_rule_view(x) order by x.code, x.station_kind nulls first, x.step nulls first) from (
				select distinct on (y.code, y.station_kind, y.step) y.* from clinic.scan_rule y order by y.code, y.station_kind, y.step, y.shipped, y.scan_rule_id desc) x
			where not x.ended), '[]'),
		'history', coalesce((select jsonb_agg(clinic.scan_rule_view(x) order by x.scan_rule_id desc) from (
			select y.* from clinic.scan_rule y where not y.shipped order by y.scan_rule_id desc limit 50) x), '[]'));
$$;

-- args: those of a rule, reason, and seen: how many scans of the week it refuses, as the person was shown. Anything else is asked first.
create or replace function clinic.scan_rule_set(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	r clinic.scan_rule := clinic.scan_rule_said(args);
	look jsonb;
begin
	if r.code is null then
		return clinic.judged('question', 'scan_rule_no_sense');
	elsif r.reason = '' then
		return clinic.judged('question', 'scan_rule_no_reason');
	end if;
	look := clinic.scan_rule_look(r);
	-- a tenth more or less has come meanwhile where many scan
	if coalesce(abs(clinic.arg_bigint(args, 'seen') - (look ->> 'refused')::bigint) > (look ->> 'refused')::bigint / 10, true) then
		return clinic.judged('question', 'scan_rule_look', jsonb_build_object('look', look, 'n', look -> 'refused', 'good', look -> 'good'));
	end if;
	lock table clinic.scan_rule in share row exclusive mode;
	insert into clinic.scan_rule (code, station_kind, step, symbologies, min_chars, max_chars, prefix, ended, set_by, reason)
	values (r.code, r.station_kind, r.step, r.symbologies, r.min_chars, r.max_chars, r.prefix, r.ended, actor.operator_id, r.reason);
	return clinic.judged('stored', case when r.ended then 'scan_rule_ended' else 'scan_rule_set' end);
end $$;
