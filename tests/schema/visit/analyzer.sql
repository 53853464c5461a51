-- LB-05: a laboratory one of whose analyzers can not read twelve digits is no destination.
\ir setup.sql
select plan(59);
insert into person select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash')
from (values ('Lou Lead', 'LL', array['lab_lead'])) p (name, initials, roles);
select pg_temp.sign_in('Lou Lead', 'room2') is not null \g /dev/null
create function pg_temp.put(args jsonb) returns jsonb language sql volatile as $$
	select pg_temp.call('analyzer_put', 'lou', '{"vendor": "Own", "model": "M1", "source": "measured here"}'::jsonb || args) $$;
create function pg_temp.have(variadic models text[]) returns jsonb language sql volatile as $$
	select pg_temp.call('lab_analyzers', 'lou', jsonb_build_object('lab_id', (select lab_id from clinic.lab where name like 'Riverside%'),
		'analyzers', (select coalesce(jsonb_agg(analyzer_id), '[]') from clinic.analyzer where model = any (models)))) $$;
create function pg_temp.analyzers() returns jsonb language sql stable as $$ select api.analyzers('lou', '{}') -> 'data' $$;

-- ---- what ships: the facts of contrib/DOMAIN.md 2.1
select is(length(custody.id_next('specimen')), clinic.container_id_chars(), 'the length that is compared is that of our ids');
select is((select count(*) from clinic.analyzer where shipped), 9::bigint, 'nine models are known');
select is((select concat_ws(' ', a.min_chars, a.max_chars, a.even_only) from clinic.analyzer a where a.model = m and a.shipped and a.source <> ''), says, m)
	from (values ('Navios', '3 16 t'), ('Totalys', '1 22 f'), ('CAL-8000', '1 20 f'), ('cobas p 512', '1 24 f'), ('COBAS INTEGRA 400', '1 15 f'),
		('Urisys 2400', '4 12 f'), ('SF-3000', '1 13 f'), ('XF-1600', '1 22 f'), ('XP-300', '1 15 f')) x (m, says);
select is_empty($$ select model from clinic.analyzer a where clinic.analyzer_fault(a) is not null $$, 'twelve digits are read by all of them');
select is(pg_temp.says(pg_temp.have('Navios', 'Urisys 2400', 'SF-3000')), 'stored lab_analyzers_stored', 'a laboratory that has three of them');
select is(pg_temp.analyzers() #> '{labs,0,fault}', 'null', 'is a destination');
select is(jsonb_array_length(pg_temp.analyzers() #> '{labs,0,analyzers}'), 3, 'the view has its list');
select is(pg_temp.analyzers() -> 'chars', '12', 'and our length');

-- ---- limits to both sides of twelve
create function pg_temp.would(args jsonb) returns text language plpgsql as $$
declare
	told text;
begin
	begin
		told := coalesce(pg_temp.put(args) #>> '{data,fault}', 'reads ours');
		raise 'undone' using errcode = 'P1234';
	exception when sqlstate 'P1234' then
		return told;
	end;
end $$;
select is(pg_temp.would(args::jsonb), says, args) from (values
	('{"max_chars": 11}', 'Own M1 reads at most 11 characters'),
	('{"max_chars": 12}', 'reads ours'),
	('{"max_chars": 13}', 'reads ours'),
	('{"min_chars": 12}', 'reads ours'),
	('{"min_chars": 12, "max_chars": 12}', 'reads ours'),
	('{"min_chars": 13}', 'Own M1 reads at least 13 characters'),
	('{"min_chars": 13, "max_chars": 20}', 'Own M1 reads at least 13 characters'),
	('{"max_chars": 8, "min_chars": 4}', 'Own M1 reads at most 8 characters'),
	('{"even_only": true, "max_chars": 16}', 'reads ours'),
	('{"symbologies": ["CODE39", "CODABAR"]}', 'Own M1 does not read Code 128'),
	('{"symbologies": ["CODE39", "CODE128"]}', 'reads ours'),
	('{}', 'reads ours')) x (args, says);
select is(pg_temp.says(pg_temp.put(args::jsonb)), 'question bad_request', 'not a model: ' || args) from unnest(array['{"max_chars": 0}', '{"max_chars": 101}', '{"max_chars": "x"}',
	'{"min_chars": 0}', '{"min_chars": 9, "max_chars": 8}', '{"vendor": ""}', '{"model": null}', '{"source": " "}', '{"symbologies": ["PDF417"]}']) args;
select is((select count(*) from clinic.analyzer), 9::bigint, 'none of them was kept');
select is(pg_temp.says(pg_temp.call('analyzer_put', 'lou', '{"vendor": "Roche", "model": "Urisys 2400", "source": "x", "max_chars": 30}')), 'question analyzer_shipped',
	'what ships is not changed');
select is((select max_chars from clinic.analyzer where model = 'Urisys 2400'), 12, 'and is as it was');

-- ---- who may
select is(pg_temp.says(pg_temp.call('analyzer_put', 'ana', '{"vendor": "Own", "model": "M1", "source": "x"}')), 'question not_allowed', 'not everybody');
select is(pg_temp.says(pg_temp.call('lab_analyzers', 'ana', '{}')), 'question not_allowed', 'changes that');
select is(api.analyzers('ana', '{}') ->> 'code', 'not_allowed', 'or reads it');
select is(pg_temp.says(pg_temp.call('lab_analyzers', 'lou', args::jsonb)), 'question bad_request', args) from unnest(array['{}', '{"lab_id": 1, "analyzers": []}',
	(select jsonb_build_object('lab_id', lab_id, 'analyzers', '[99]'::jsonb)::text from clinic.lab)]) args;
select is((select count(*) from clinic.lab_analyzer), 3::bigint, 'and nothing changed by that');

-- ---- told when it is configured
select pg_temp.put('{"max_chars": 10}') \g /dev/null
select pg_temp.patient('EARLY', 'Ed', '1966-06-01', array['CBC'], 'E1') as early \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :early))) \g /dev/null
select pg_temp.have('Navios', 'M1') as told \gset
select is(pg_temp.says(:'told'), 'question lab_barred', 'who configures it is told');
select ok(:'told'::jsonb ->> 'title' ~ 'Riverside.*Own M1 reads at most 10 characters; ours have 12', 'why');
select ok(length(:'told'::jsonb ->> 'do') > 20, 'and what to do');
select ok(pg_temp.analyzers() #>> '{labs,0,fault}' ~ 'M1', 'the truth is stored');

-- ---- and again when labels are planned
select is(pg_temp.says(pg_temp.identify(:early)), 'question lab_barred', 'a visit that was open already gets no labels');
select is((select state || count(l.*) from clinic.visit v left join clinic.specimen l using (visit_id) where v.patient_id = :early group by state), 'identify0', 'and no tubes');
select pg_temp.call('visit_park', 'ana') \g /dev/null
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP'], 'M1') as maria \gset
select is(pg_temp.says(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :maria))), 'question lab_barred', 'no visit is opened for it');
select is((select count(*) from clinic.visit where patient_id = :maria), 0::bigint, 'none is there');
insert into clinic.lab (lab_id, node, name) values (5, 0, 'Other Laboratory');
update clinic.test set lab_id = 5 where code in ('CBC', 'CMP');
select is(pg_temp.says(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :maria))), 'stored visit_opened', 'to another laboratory they go');
select is(pg_temp.says(pg_temp.identify(:maria)), 'stored identified', 'with labels');
select is(pg_temp.says(pg_temp.have('Navios')), 'stored lab_analyzers_stored', 'without that analyzer');
select is(pg_temp.analyzers() #> '{labs,1,fault}', 'null', 'it is a destination again');
select * from finish();
