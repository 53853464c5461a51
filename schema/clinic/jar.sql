-- Jars: each has a letter of its own in the visit, and its label says site and side (LB-01). The order may say them, else
-- the person does, before the label prints.

-- Can this stand on a jar's label as its site, whole? (printers/page/content.h: 100 bytes.)
create or replace function clinic.site_fits(site text) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return char_length(site) between 1 and 48 and octet_length(site) <= 100 and site !~ '[[:cntrl:]]';
end $$;

-- What the sender said of the jars of one test: the SPMs with a source site whose type is that of the test, in their order;
-- one without a type where the order has no other test. HL7 table 0495 for the side. Nothing where it is not plain whose an
-- SPM with a site is: another test of the order takes the same type or an unknown one, the SPM has none, or it has another
-- type where no other test is ordered. site '': what was said does not fit on a label, or with a side that labels do not have.
create or replace function clinic.jars_said(lab_order_test_id bigint) returns table (n int, site text, side text)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	ord bigint := (select t.lab_order_id from clinic.lab_order_test t where t.lab_order_test_id = $1);
	wants text := (select x.specimen_type from clinic.lab_order_test t join clinic.test x on x.test_id = t.test_id
		where t.lab_order_test_id = $1);
	others text[] := array(select x.specimen_type from clinic.lab_order_test t left join clinic.test x on x.test_id = t.test_id
		where t.lab_order_id = ord and t.lab_order_test_id <> $1); -- cancelled ones too: their SPMs may be there still
begin
	if wants = any (others) or array_position(others, null) is not null then
		return;
	end if;
	return query
	with said as (
		select x.n, upper(btrim(x.spm ->> 'site')) as place, coalesce(x.spm ->> 'site_side', '') as hand,
			coalesce(nullif(btrim(x.spm ->> 'type_code'), ''), case when others = '{}' then wants end) as kind
		from clinic.lab_order o, jsonb_array_elements(o.specimens) with ordinality x (spm, n)
		where o.lab_order_id = ord and btrim(coalesce(x.spm ->> 'site', '')) not in ('', coalesce(x.spm ->> 'type_text', ''))) -- 'Blood' of blood is no site
	select row_number() over (order by s.n)::int, case when f.fits then s.place else '' end,
		case when f.fits then case s.hand when 'L' then 'LEFT' when 'R' then 'RIGHT' when 'BIL' then 'BOTH' else '' end else '' end
	from said s cross join lateral (select clinic.site_fits(s.place) and s.hand in ('', 'L', 'R', 'BIL')) f (fits)
	where s.kind = wants and not exists (select 1 from said x where x.kind is null or others = '{}' and x.kind <> wants);
end $$;

-- How many jars a test takes: as many as its order names sites for it; else one.
create or replace function clinic.jars_needed(lab_order_test_id bigint) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return greatest(1, (select count(*) from clinic.jars_said($1)))::int;
end $$;

-- The visit's jars, just made: their letters, and the site where the order names exactly as many as are filled for the test.
create or replace function clinic.jars_make(visit_id bigint) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	with made as (
		select s.specimen_id, row_number() over (order by s.number) as n, t.lab_order_test_id as test,
			row_number() over (partition by t.lab_order_test_id order by s.number) as of_test, count(*) over (partition by t.lab_order_test_id) as many
		from clinic.specimen s
		join clinic.container_type c on c.container_type_id = s.container_type_id and c.kind = 'jar'
		join clinic.specimen_test w on w.specimen_id = s.specimen_id
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		where s.visit_id = $1)
	insert into clinic.jar (specimen_id, letter, site, side, said_at)
	select m.specimen_id, case when m.n <= 26 then chr(64 + m.n::int) else m.n::text end, coalesce(j.site, ''), coalesce(j.side, ''),
		case when j.site <> '' then clock_timestamp() end
	from made m
	left join lateral (select x.site, x.side from clinic.jars_said(m.test) x where x.n = m.of_test
		and m.many = (select count(*) from clinic.jars_said(m.test))) j on true
	on conflict do nothing;
end $$;

-- Has nobody said yet where it is from? Then its label does not print.
create or replace function clinic.jar_waits(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.jar j where j.specimen_id = $1 and j.site = '');
end $$;

create or replace function clinic.jar_view(specimen_id text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select jsonb_build_object('letter', j.letter, 'site', j.site, 'side', j.side) from clinic.jar j where j.specimen_id = $1);
end $$;

-- What tells its labels from those of another jar, or of another place; null: it is no jar.
create or replace function clinic.jar_identity(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select jsonb_build_array(j.letter, j.site, j.side)::text from clinic.jar j where j.specimen_id = $1);
end $$;

-- Does a label with this content say another letter, site or side than the jar has now?
create or replace function clinic.jar_is_other(specimen_id text, content jsonb) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(clinic.jar_identity($1) <> jsonb_build_array(content ->> 'jar', content ->> 'site', content ->> 'side')::text, false);
end $$;

-- A person says it: the label prints, or once more when it was printed with something else.
create or replace function clinic.jar_set(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	said_site text := upper(btrim(coalesce(clinic.arg(args, 'site'), '')));
	said_side text := coalesce(clinic.arg(args, 'side'), '');
	has clinic.jar;
	words jsonb;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif v.state <> 'labels' then
		return clinic.judged('question', 'not_now', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]) where tube is not null;
	select j.* into has from clinic.jar j where j.specimen_id = tube;
	if has.specimen_id is null then
		return clinic.judged('question', 'jar_not_one', '{}', v.visit_id);
	elsif not clinic.site_fits(said_site) or said_side not in ('', 'LEFT', 'RIGHT', 'BOTH') then
		return clinic.judged('question', 'jar_needs_site', jsonb_build_object('letter', has.letter), v.visit_id);
	elsif (custody.state(tube)).kind not in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		return clinic.judged('question', 'not_now', '{}', v.visit_id);
	end if;
	words := jsonb_build_object('letter', has.letter, 'where', concat_ws(' ', nullif(said_side, ''), said_site));
	if (has.site, has.side) = (said_site, said_side) then
		return clinic.judged('repeat', 'jar_said', words, v.visit_id);
	end if;
	update clinic.jar j set site = said_site, side = said_side, said_at = clock_timestamp(), said_by = actor.operator_id where j.specimen_id = tube;
	perform clinic.visit_note(v.visit_id, actor, 'jar_said', detail => jsonb_build_object('specimen_id', tube, 'site', said_site, 'side', said_side));
	return clinic.jar_label(actor, v, tube, words);
end $$;

create or replace function clinic.jar_label(actor clinic.actor, v clinic.visit, tube text, words jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	printer bigint := clinic.printer_of(actor.station_id);
	again clinic.judgement;
begin
	if exists (select 1 from clinic.label l where l.specimen_id = tube) then
		again := clinic.reprint_do(v, actor, tube, printer, 'other_site');
		return case when again.code = 'reprinted' then clinic.judged('stored', 'jar_said_again', words || again.words, v.visit_id) else again end;
	elsif clinic.policy_text('print_when') = 'after_draw' and not exists (select 1 from clinic.specimen s
			join clinic.label l on l.specimen_id = s.specimen_id where s.visit_id = v.visit_id) then
		return clinic.judged('stored', 'jar_said', words, v.visit_id); -- it prints with the others
	elsif not clinic.visit_print(v, actor, printer) then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	end if;
	return coalesce(clinic.stock_question(v.visit_id), clinic.judged('stored', 'jar_prints', words, v.visit_id));
end $$;
