-- A laboratory one of whose analyzers can not read our container ids is no destination (LB-05): that is said when its
-- analyzers are told, and again before labels are planned for it.

-- The characters of a container id, as the bars have them: custody/15_id.sql.
create or replace function clinic.container_id_chars() returns int
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$ select 12 $$;

-- Why this model can not read our ids, in words; null: it can.
create or replace function clinic.analyzer_fault(a clinic.analyzer) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	ours int := clinic.container_id_chars();
	name text := (a).vendor || ' ' || (a).model;
begin
	return case
		when 'CODE128' <> all ((a).symbologies) then name || ' does not read Code 128'
		when (a).max_chars < ours then name || ' reads at most ' || (a).max_chars || ' characters'
		when (a).min_chars > ours then name || ' reads at least ' || (a).min_chars || ' characters'
		when (a).even_only and ours % 2 = 1 then name || ' reads only an even number of digits' end;
end $$;

-- What stands against sending tubes to this laboratory; null: nothing.
create or replace function clinic.lab_fault(lab_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select string_agg(f.fault, '; ' order by f.fault) from clinic.lab_analyzer l
		join clinic.analyzer a on a.analyzer_id = l.analyzer_id
		cross join lateral (select clinic.analyzer_fault(a)) f (fault)
		where l.lab_id = $1 and f.fault is not null);
end $$;

-- The first of the laboratories that these tests go to that is none; code null: all can read our labels.
create or replace function clinic.tests_barred(lab_order_test_ids bigint[], visit_id bigint) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select clinic.judged('question', 'lab_barred', jsonb_build_object('lab', b.name, 'why', clinic.lab_fault(b.lab_id),
			'chars', clinic.container_id_chars()), tests_barred.visit_id)
		from clinic.lab b
		where clinic.lab_fault(b.lab_id) is not null and b.lab_id in (select x.lab_id from clinic.lab_order_test t
			join clinic.test x on x.test_id = t.test_id where t.lab_order_test_id = any (lab_order_test_ids))
		order by b.lab_id limit 1);
end $$;

create or replace function clinic.analyzer_view(a clinic.analyzer) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('analyzer', (a).analyzer_id, 'vendor', (a).vendor, 'model', (a).model, 'min_chars', (a).min_chars,
		'max_chars', (a).max_chars, 'even_only', (a).even_only, 'symbologies', to_jsonb((a).symbologies), 'source', (a).source,
		'shipped', (a).shipped, 'fault', clinic.analyzer_fault(a));
end $$;

create or replace function clinic.analyzers_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_build_object('chars', clinic.container_id_chars(),
		'models', (select coalesce(jsonb_agg(clinic.analyzer_view(a) order by a.vendor, a.model), '[]') from clinic.analyzer a),
		'labs', (select coalesce(jsonb_agg(jsonb_build_object('lab_id', b.lab_id, 'lab', b.name, 'fault', clinic.lab_fault(b.lab_id),
			'analyzers', (select coalesce(jsonb_agg(l.analyzer_id order by l.analyzer_id), '[]') from clinic.lab_analyzer l
				where l.lab_id = b.lab_id)) order by b.name), '[]') from clinic.lab b));
end $$;

-- A whole number from 1 to 100; null: it is none.
create or replace function clinic.arg_chars(args jsonb, name text) returns int
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when clinic.arg(args, name) ~ '^([1-9][0-9]?|100)$' then clinic.arg(args, name)::int end;
end $$;

-- A model of the site's own, or other limits for one that it entered; what ships stays as it is.
create or replace function clinic.analyzer_put(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	a clinic.analyzer;
	codes text[] := clinic.words_told(args -> 'symbologies');
begin
	a.vendor := left(clinic.arg(args, 'vendor'), 50);
	a.model := left(clinic.arg(args, 'model'), 50);
	a.source := left(clinic.arg(args, 'source'), 200);
	a.min_chars := coalesce(clinic.arg_chars(args, 'min_chars'), 1);
	a.max_chars := clinic.arg_chars(args, 'max_chars');
	a.symbologies := case when codes = '{}' then array['CODE128'] else codes end;
	if a.vendor is null or a.model is null or a.source is null or a.max_chars < a.min_chars
		or clinic.arg(args, 'max_chars') is not null and a.max_chars is null or clinic.arg(args, 'min_chars') is not null and clinic.arg_chars(args, 'min_chars') is null
		or not a.symbologies <@ array['CODE128', 'CODE39', 'CODABAR', 'ITF', 'DATAMATRIX', 'QR'] then
		return clinic.judged('question', 'bad_request', '{"what": "vendor, model, min_chars, max_chars, symbologies, source"}');
	end if;
	insert into clinic.analyzer as x (vendor, model, min_chars, max_chars, even_only, symbologies, source, operator_id)
	values (a.vendor, a.model, a.min_chars, a.max_chars, coalesce(clinic.arg(args, 'even_only') = 'true', false), a.symbologies, a.source, actor.operator_id)
	on conflict on constraint analyzer_model_key do update set min_chars = excluded.min_chars, max_chars = excluded.max_chars,
		even_only = excluded.even_only, symbologies = excluded.symbologies, source = excluded.source, operator_id = excluded.operator_id,
		at = clock_timestamp() where not x.shipped
	returning x.* into a;
	if a.analyzer_id is null then
		return clinic.judged('question', 'analyzer_shipped');
	end if;
	return clinic.judged('stored', 'analyzer_stored', jsonb_build_object('analyzer', a.analyzer_id, 'fault', clinic.analyzer_fault(a)));
end $$;

-- The whole list of a laboratory's analyzers. What is true is stored, also when it bars the laboratory.
create or replace function clinic.lab_analyzers_told(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	b clinic.lab;
	told bigint[] := array(select distinct clinic.arg_bigint(jsonb_build_object('id', x), 'id')
		from jsonb_array_elements(case when jsonb_typeof(args -> 'analyzers') = 'array' then args -> 'analyzers' else '[null]' end) x limit 1000);
	fault text;
begin
	select x.* into b from clinic.lab x where x.lab_id = clinic.arg_bigint(args, 'lab_id') for update;
	if b.lab_id is null or exists (select 1 from unnest(told) t where t is null or not exists (select 1 from clinic.analyzer a where a.analyzer_id = t)) then
		return clinic.judged('question', 'bad_request', '{"what": "lab_id, analyzers"}');
	end if;
	delete from clinic.lab_analyzer l where l.lab_id = b.lab_id and l.analyzer_id <> all (told);
	insert into clinic.lab_analyzer (lab_id, analyzer_id, operator_id) select b.lab_id, t, actor.operator_id from unnest(told) t
	on conflict on constraint lab_analyzer_pkey do nothing;
	fault := clinic.lab_fault(b.lab_id);
	return clinic.judged(case when fault is null then 'stored' else 'question' end, case when fault is null then 'lab_analyzers_stored' else 'lab_barred' end,
		jsonb_build_object('lab', b.name, 'why', fault, 'n', cardinality(told), 'chars', clinic.container_id_chars()));
end $$;

insert into clinic.message (code, lang, title, "do") values
	('lab_barred', 'en', '{lab} can not read our labels: {why}; ours have {chars}', 'Send its tests to another laboratory. Or have it take that analyzer away from our tubes, and off its list here.'),
	('lab_analyzers_stored', 'en', '{lab}: {n|analyzer|analyzers}, all read our labels', ''),
	('analyzer_stored', 'en', 'The model is on the list', ''),
	('analyzer_shipped', 'en', 'That model came with its maker''s own limits', 'Enter what you measured under a name of its own.')
on conflict (code, lang) do update set title = excluded.title, "do" = excluded."do";
