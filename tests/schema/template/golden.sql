-- The site's own part of the golden set: its containers and tests, and that a version was tried with them (LB-14).
\ir ../visit/setup.sql
select plan(22);
insert into person select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash')
	from (values ('Ada Admin', 'AA', array['admin']), ('Quinn Quality', 'QQ', array['quality'])) p (name, initials, roles);
select pg_temp.sign_in(w, at) is not null from (values ('Ada Admin', 'room2'), ('Quinn Quality', 'labbench1')) x (w, at) \g /dev/null
\set shipped `printf '['; cat "$TEMPLATES"/*.json | sed 's/^}/},/'; printf 'null]'`
select clinic.template_ship(x ->> 'name', x::text) from jsonb_array_elements(:'shipped') x where x <> 'null' \g /dev/null
create function pg_temp.cases(name text) returns jsonb language sql stable as $$
	select clinic.golden_cases(t) from clinic.template t where t.name = $1 order by t.version desc limit 1 $$;
create function pg_temp.names(name text) returns text[] language sql stable as $$
	select coalesce(array_agg(c ->> 'name' order by n), '{}') from jsonb_array_elements(pg_temp.cases($1)) with ordinality x (c, n) $$;
create function pg_temp.said(name text, like_ text, key text) returns text language sql stable as $$
	select c #>> array['content', key] from jsonb_array_elements(pg_temp.cases($1)) c where c ->> 'name' like like_ limit 1 $$;
create function pg_temp.last(name text) returns int language sql stable as $$ select max(version) from clinic.template t where t.name = $1 $$;
create function pg_temp.tried(name text, site text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_golden', 'core', jsonb_build_object('template', name, 'version', t.version, 'passed', true, 'cases', 3, 'failed', 0,
		'failures', '[]'::jsonb, 'sha256', t.sha256, 'site', site))) from clinic.template t where t.name = $1 and t.version = pg_temp.last($1) $$;
create function pg_temp.act(act text, who text, name text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_' || act, who, jsonb_build_object('template', name, 'version', pg_temp.last(name), 'live', clinic.template_live(name)))) $$;
create function pg_temp.get(name text) returns jsonb language sql stable as $$
	select api.template_get('ada', jsonb_build_object('template', name, 'version', pg_temp.last(name))) -> 'data' $$;

select is(pg_temp.names('urine_cup'), array['here: CUP URINE CUP 90 mL', 'here: test MACR'], 'a template for cups is tried with the cups and what is collected in them');
select is(pg_temp.names('aliquot'), array['here: UA8 URINALYSIS 8 mL', 'here: URC4 URINE CULTURE 4 mL', 'here: test UA', 'here: test UCUL'], 'one for what is poured off with that');
select is((select count(*) from unnest(pg_temp.names('auto12')) n where n like 'here: test%'), (select count(*) from clinic.test x join clinic.container_type c using (container_type_id)
	where x.label_text <> '' and c.kind in ('tube', 'small_tube') and c.filled_from is null), 'a sensitive test stands on no label');
select is(pg_temp.names('slip'), '{}', 'on a slip stands nothing of the catalogue');
select is(pg_temp.said('urine_cup', '%CUP%', k), want, 'the cup''s ' || k) from (values ('container', 'YELLOW URINE CUP 90 mL'), ('source', 'URINE'), ('account', 'ACC 4410')) x (k, want);
select is(pg_temp.said('aliquot', '%URC4%', 'specimen_type'), 'URINE CLEAN CATCH', 'the type of what is poured off');
insert into clinic.container_type (container_type_id, code, name, kind, cap, cap_colour, additive, order_of_draw, order_of_draw_capillary, fill_ul, handling, next_place)
	values (1, 'MINE', 'OUR OWN 3 mL', 'tube', 'PINK', '#fff', 'EDTK', 9, 9, 3000, '', 'RACK');
select is(pg_temp.said('auto12', '%MINE%', 'container'), 'PINK OUR OWN 3 mL', 'a new container of the site');
update clinic.test set time_point = '2 h' where code = 'GLU';
select is(pg_temp.said('auto12', '%test GLU', 'time_point'), '2 h', 'a time point');
insert into clinic.policy_setting (policy, value) values ('label_templates', clinic.policy_value('label_templates') || '{"MINE": ["tube30x21"]}'::jsonb);
select is(pg_temp.said('auto12', '%MINE%', 'container'), null, 'with a list of its own a container is tried where that has it');
select is(pg_temp.said('tube30x21', '%MINE%', 'container'), 'PINK OUR OWN 3 mL', 'there');
select is((select bool_and(c -> 'whole' = 'true') from jsonb_array_elements(pg_temp.cases('auto12')) c), true, 'nothing of it may be cut');
insert into clinic.policy_setting (policy, value) values ('tests_on_label', '"names"');
select is(pg_temp.said('auto12', '%test CMP', 'tests'), 'Comprehensive metabolic panel', 'where names are printed they are tried');
select is((select bool_or(c -> 'whole' = 'true') from jsonb_array_elements(pg_temp.cases('auto12')) c where c ->> 'name' like 'here: test%'), false, 'and may be cut');

-- ---- a version passes with a catalogue, and counts with that one only
select pg_temp.call('template_put', 'ada', jsonb_build_object('template', 'auto12', 'body', body || E'\n')) from clinic.template where name = 'auto12' \g /dev/null
select pg_temp.get('auto12') ->> 'site' as site \gset
select is(pg_temp.tried('auto12', 'of another catalogue') || ', ' || pg_temp.act('propose', 'ada', 'auto12'), 'stored template_passed, question template_not_tried', 'tried with another catalogue');
select is(pg_temp.tried('auto12', null) || ', ' || pg_temp.act('propose', 'ada', 'auto12'), 'stored template_passed, question template_not_tried', 'or with none');
select is(pg_temp.tried('auto12', :'site') || ', ' || pg_temp.act('propose', 'ada', 'auto12'), 'stored template_passed, stored template_proposed', 'with this one');
update clinic.container_type set name = 'OUR OWN, MUCH LONGER NAMED 3 mL' where code = 'EDTA4';
select is(pg_temp.act('publish', 'quinn', 'auto12'), 'question template_not_tried', 'a container that came since is not tried');
select is(pg_temp.tried('auto12', pg_temp.get('auto12') ->> 'site') || ', ' || pg_temp.act('publish', 'quinn', 'auto12'), 'stored template_passed, stored template_published', 'tried again it is published');
select is(pg_temp.get('auto12') -> 'golden' ? 'site', false, 'the page is not told the hash with the result');
select is(jsonb_array_length(pg_temp.get('auto12') -> 'cases') > 5, true, 'the core is given the cases with the text');
select * from finish();
