-- The site's own part of the golden set (LB-14): what stands on labels here, from its catalogue, as cases for the press
-- (printers/page/golden.h). They go with every run; a version is proposed and published only when it was tried with the
-- catalogue as it is then.

-- The keys of policy label_templates whose labels this container may get.
create or replace function clinic.container_uses(c clinic.container_type) returns text[]
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when clinic.policy_value('label_templates') ? (c).code then array[(c).code]
		when (c).filled_from is not null then array['poured_off']
		when (c).kind = 'tube' then array['tube', 'signed'] else array[(c).kind] end;
$$;

-- May a label of this container be drawn with that template? Of one that is in no list nobody can say: yes.
create or replace function clinic.template_is_for(name text, c clinic.container_type) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select not exists (select 1 from jsonb_each(clinic.policy_value('label_templates')) u where u.value ? name)
		or exists (select 1 from jsonb_each(clinic.policy_value('label_templates')) u
			where u.value ? name and u.key = any (clinic.container_uses(c)));
$$;

create or replace function clinic.golden_case(name text, whole boolean, content jsonb) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('name', 'here: ' || left(name, 70), 'subject', 'specimen', 'whole', whole, 'content',
		'{"specimen_id": "101000000156", "copy": 1, "family": "Okafor", "given": "Grace", "birth_date": "1961-04-09", "sex": "F",
		"patient_number": "00123456", "collected_date": "2026-03-14", "collector": "MK", "container": "LAVENDER EDTA 4 mL",
		"number": 88, "of": 88, "tests": "CBC", "priority": "STAT", "practice": false}'::jsonb || content);
$$;

-- Each container with the longest of what may stand beside it, and whole: a label on which the site's own words are cut
-- every time is a bad label. Names of tests are long, and are cut (policy tests_on_label).
create or replace function clinic.golden_cases(t clinic.template) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when clinic.body_of((t).body) ->> 'subject' = 'specimen' then coalesce((select jsonb_agg(x.one order by x.n, x.one ->> 'name') from (
		select 1 as n, clinic.golden_case(c.code || ' ' || c.name, true, jsonb_build_object('container', c.cap || ' ' || c.name,
			'account', coalesce(b.account, ''), 'source', case when c.kind = 'cup' then clinic.specimen_type_words(y.specimen_type) else '' end)
			|| case when c.filled_from is not null and y.specimen_type is not null
				then jsonb_build_object('specimen_type', clinic.specimen_type_words(y.specimen_type), 'parent', '101000000253') else '{}' end) as one
		from clinic.container_type c
		left join lateral (select l.account from clinic.lab l order by char_length(l.account) desc, l.lab_id limit 1) b on true
		left join lateral (select x.specimen_type from clinic.test x where x.active and x.container_type_id = c.container_type_id
			order by char_length(clinic.specimen_type_words(x.specimen_type)) desc, x.test_id limit 1) y on true
		where clinic.template_is_for((t).name, c)
		union all
		select 2, clinic.golden_case('test ' || x.code, clinic.policy_text('tests_on_label') = 'codes', jsonb_build_object('tests', x.words, 'time_point', x.time_point))
		from (select y.code, y.time_point, case when clinic.policy_text('tests_on_label') = 'names' then y.name else y.label_text end as words
			from clinic.test y join clinic.container_type c on c.container_type_id = y.container_type_id
			where y.active and y.label_text <> '' and clinic.template_is_for((t).name, c)
			order by (y.time_point <> '') desc, char_length(y.label_text) desc, char_length(y.name) desc, y.test_id limit 20) x
		limit 100) x), '[]') else '[]' end;
$$;

-- Which catalogue that was.
create or replace function clinic.golden_site(t clinic.template) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select encode(sha256(convert_to(clinic.golden_cases(t)::text, 'UTF8')), 'hex');
$$;
