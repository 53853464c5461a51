-- Rules of codes, as an administrator makes them: seen against the last week first, kept with who and why, the newest counts.
\ir setup.sql
select plan(41);
insert into person select 'Dora Admin', clinic.operator_add('Dora Admin', 'DA', array['admin'], '$argon2id$not-a-real-hash');
select pg_temp.sign_in('Dora Admin', 'labdock') is not null \g /dev/null
create function pg_temp.set(args jsonb, token text default 'dora') returns jsonb language sql volatile as $$
	select pg_temp.call('scan_rule_set', token, '{"reason": "a test"}' || args) $$;
create function pg_temp.rules() returns jsonb language sql volatile as $$ select api.scan_rules('dora', '{}') -> 'data' $$;
create function pg_temp.read(code text, aim text default ']C0') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('scan', 'ana', jsonb_build_object('raw', replace(encode(convert_to(code, 'UTF8'), 'base64'), E'\n', ''), 'aim', aim, 'source', 'virtual'))) $$;

-- ---- who, and what
select is(api.scan_rules(t, '{}') ->> 'code', c, 'who may look: ' || t) from (values ('ana', 'not_allowed'), ('room1', 'sign_in_needed'), ('dora', 'ok')) x (t, c);
select is(pg_temp.set('{"code": "other"}', t) ->> 'code', c, 'who may set: ' || t) from (values ('ana', 'not_allowed'), ('room1', 'sign_in_needed')) x (t, c);
select is(jsonb_array_length(pg_temp.rules() -> 'rules'), 10, 'those that ship');
select is(pg_temp.rules() -> 'history', '[]', 'nobody made one yet');
select is(pg_temp.rules() #>> '{rules,0,expected}', 'Code 128 or Data Matrix', 'in words');
select is(pg_temp.set(a::jsonb) ->> 'code', 'scan_rule_no_sense', a) from unnest(array['{}', '{"code": "command card"}', '{"code": 7}', '{"code": "bag", "station_kind": "moon"}',
	'{"code": "bag", "step": "moon"}', '{"code": "bag", "symbologies": ["Code 17"]}', '{"code": "bag", "min_chars": 0}', '{"code": "bag", "max_chars": "x"}',
	'{"code": "bag", "min_chars": 9, "max_chars": 8}', '{"code": "bag", "prefix": "12345678901234567890123456789012345678901"}']) a;
select is(pg_temp.set('{"code": "bag", "reason": " "}') ->> 'code', 'scan_rule_no_reason', 'why is said');
-- every term is one that the table takes
select is((select count(*) from jsonb_each(clinic.scan_rule_terms()) t, jsonb_array_elements_text(t.value) w
	where not exists (select from pg_constraint c where c.conrelid = 'clinic.scan_rule'::regclass and strpos(pg_get_constraintdef(c.oid), quote_literal(w)) > 0)), 0::bigint,
	'every word is one that the table knows');

-- ---- the second look
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP', 'PT'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select pg_temp.tube(:maria, 1) as t1, pg_temp.tube(:maria, 2) as t2, pg_temp.tube(:maria, 3) as t3 \gset
select is(pg_temp.read(:'t1'), 'stored on_tube', 'bars of a tube');
select is(pg_temp.read('MAYER ANNA 1950', ']C0'), 'note not_ours', 'a stranger''s code');
create temporary table looked as select pg_temp.set('{"code": "specimen", "station_kind": "collection", "symbologies": ["Data Matrix"]}') as r;
select is((select r ->> 'code' from looked), 'scan_rule_look', 'it is shown first');
select is((select r ->> 'title' from looked), 'Look first: of the last seven days it refuses 1 scan, 1 of them good', 'in words');
select is((select r #>> '{data,look,examples,0,text}' || ' ' || (r #>> '{data,look,examples,0,symbology}') || ' ' || (r #>> '{data,look,examples,0,station}') from looked), :'t1' || ' Code 128 Room 1', 'which');
select is((select jsonb_array_length(pg_temp.rules() -> 'history')), 0, 'and nothing was made');
select is(pg_temp.set('{"code": "specimen", "station_kind": "collection", "symbologies": ["Data Matrix"], "seen": 7}') ->> 'code', 'scan_rule_look', 'what was seen is not what it is');
select is(pg_temp.read(:'t2'), 'stored on_tube', 'another is scanned meanwhile');
select is(pg_temp.set('{"code": "specimen", "station_kind": "collection", "symbologies": ["Data Matrix"], "seen": 1}') ->> 'code', 'scan_rule_look', 'it is shown again');
select is(pg_temp.set('{"code": "specimen", "station_kind": "collection", "symbologies": ["Data Matrix"], "seen": 2}') ->> 'code', 'scan_rule_set', 'what was seen is made');
select is(pg_temp.read(:'t3'), 'question code_not_accepted', 'and holds');
select is(pg_temp.rules() #>> '{history,0,by}' || ' ' || (pg_temp.rules() #>> '{history,0,reason}'), 'Dora Admin a test', 'with who and why');
select is((select count(*) from jsonb_array_elements(pg_temp.rules() -> 'rules') r where r ->> 'code' = 'specimen'), 2::bigint, 'beside the one that ships');
select is(pg_temp.set('{"code": "specimen", "station_kind": "receiving", "symbologies": ["Data Matrix"]}') #> '{data,look,refused}', '0', 'nothing of it was scanned at the dock');
-- what is no code of ours is not shown: it may be a name
select is(pg_temp.set('{"code": "other", "max_chars": 5}') #> '{data,look,examples,0,text}', '""', 'a stranger''s text is not shown');
select is(pg_temp.set('{"code": "other", "max_chars": 5}') #> '{data,look,examples,0,chars}', '15', 'only its length');

-- ---- ended
select is(pg_temp.set('{"code": "specimen", "station_kind": "collection", "ended": true}') ->> 'code', 'scan_rule_look', 'also the end is looked at');
select is(pg_temp.set('{"code": "specimen", "station_kind": "collection", "ended": true, "seen": 0}') ->> 'code', 'scan_rule_ended', 'it is ended');
select is(pg_temp.read(:'t3'), 'complete labels_done', 'and the one that ships holds again');
select is((select count(*) from jsonb_array_elements(pg_temp.rules() -> 'rules') r where r ->> 'code' = 'specimen'), 1::bigint, 'alone');
select is((select count(*) from jsonb_array_elements(pg_temp.rules() -> 'history')), 2::bigint, 'both are kept');
select * from finish();
