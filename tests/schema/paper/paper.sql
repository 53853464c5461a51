-- Papers: what stands on a bag's packing list and on a requisition, who may have them, and that it is kept who had them.
\ir ../bag/setup.sql
select no_plan();
create function pg_temp.paper(args jsonb, who text default 'ana') returns jsonb language sql stable as $$ select api.paper(who, args) $$;
create function pg_temp.part(args jsonb, no int default 0, who text default 'ana') returns jsonb language sql stable as $$
	select api.paper(who, args) #> array['data', 'paper', 'parts', no::text] $$;
create function pg_temp.made(args jsonb, who text default 'ana') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('paper_made', who, jsonb_build_object('pages', 2, 'sha256', repeat('ab', 32)) || args)) $$;

select pg_temp.drawn('ADAMS', 'Ada', array['CBC', 'PT', 'HIV']) as ada \gset
select pg_temp.drawn('BOND', 'Bob', array['CBC']) as bob \gset
select pg_temp.tube(:ada, 1) as a1, pg_temp.tube(:ada, 2) as a2, pg_temp.tube(:ada, 3) as a3, pg_temp.tube(:bob, 1) as b1, custody.id_next('bag') as bag, custody.id_next('bag') as other \gset
select pg_temp.bag_opened(:'bag') is not null \g /dev/null
select jsonb_build_object('paper', 'packing_list', 'bag', :'bag') as list \gset
select is(pg_temp.says(pg_temp.paper(:'list')), 'question paper_bag_open', 'an open bag has no list yet');
select pg_temp.bag_closed(:'bag', array[:'a1', :'a2', :'a3', :'b1']) is not null \g /dev/null
select max(visit_id) filter (where patient_id = :ada) as visit, max(visit_id) filter (where patient_id = :bob) as bobs from clinic.visit \gset
select jsonb_build_object('paper', 'requisition', 'visit_id', :visit) as req \gset

-- ---- who may
select is(pg_temp.says(pg_temp.paper(:'list', w)), v, 'a list for ' || coalesce(w, 'nobody')) from (values ('ana', 'note ok'), ('cy', 'question not_allowed'), ('room1', 'question sign_in_needed'),
	('core', 'question sign_in_needed'), (null, 'question sign_in_needed')) x (w, v);
select is(pg_temp.made(:'list', w), v, 'made by ' || w) from (values ('cy', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('core', 'question sign_in_needed')) x (w, v);
select is((select count(*) from clinic.paper_made), 0::bigint, 'nothing is kept of that');

-- ---- what is none
select is(pg_temp.says(pg_temp.paper(a)), 'question ' || v, a::text) from (values
	('{}'::jsonb, 'paper_unknown'), ('{"paper": "label"}', 'paper_unknown'), ('{"paper": "packing_list"}', 'paper_unknown'), ('{"paper": "packing_list", "visit_id": 1}', 'paper_unknown'),
	('{"paper": "requisition"}', 'paper_unknown'), (jsonb_build_object('paper', 'requisition', 'visit_id', :visit, 'bag', :'bag'), 'paper_unknown'),
	('{"paper": "packing_list", "bag": "B101000000188"}', 'paper_unknown'), (jsonb_build_object('paper', 'packing_list', 'bag', :'a1'), 'paper_unknown'),
	(jsonb_build_object('paper', 'packing_list', 'bag', :'other'), 'paper_bag_open'), ('{"paper": "requisition", "visit_id": 99999999}', 'paper_visit_open')) x (a, v);

-- ---- the packing list
select is((pg_temp.paper(:'list') #> '{data,paper}') - 'parts'::text - 'made_at'::text - 'foot'::text, '{"format": "a4", "title": "Packing list", "practice": true, "tick": true}', 'a packing list on A4');
select alike(pg_temp.paper(:'list') #>> '{data,paper,foot}', 'Printed %, Ana Ruiz, Room 1. Scan each tube itself: a paper is no tube.', 'by whom, where, and what it is not');
select matches(pg_temp.paper(:'list') #>> '{data,paper,made_at}', '^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$', 'when, as the PDF keeps it');
select is(pg_temp.part(:'list') - 'rows'::text - 'facts'::text, jsonb_build_object('id', :'bag', 'heading', 'AMBIENT', 'sub', 'Riverside Reference Laboratory'), 'the bag, its class, where it goes');
select is((select jsonb_agg(f -> 0 order by n) from jsonb_array_elements(pg_temp.part(:'list') -> 'facts') with ordinality x (f, n)), '["Account", "From", "Closed", "Tubes"]', 'facts that have a text');
select is(pg_temp.part(:'list') #>> '{facts,3,1}', '4', 'how many tubes');
select is((select array_agg(r ->> 'id' order by n) from jsonb_array_elements(pg_temp.part(:'list') -> 'rows') with ordinality x (r, n)), array[:'a1', :'a2', :'a3', :'b1'], 'by patient, in order of draw');
select is(pg_temp.part(:'list') #> '{rows,0}' -> 'symbol', 'false', 'a list has no bar code of a tube: it could be scanned for the tube');
select is(pg_temp.part(:'list') #>> '{rows,3,name}', 'BOND, Bob', 'the true name');
select is(pg_temp.part(:'list') #> '{rows,3,lines}' #>> '{0}', 'Number BONDBob1970-02-03', 'and number');
select is(pg_temp.part(:'list') #> '{rows,3,lines}' #>> '{1}', '1 of 1   LAVENDER EDTA 4 mL', 'the container');
select is(pg_temp.part(:'list') #> '{rows,3,lines}' #>> '{2}', 'CBC Complete blood count', 'the tests');
select matches(pg_temp.part(:'list') #> '{rows,3,lines}' #>> '{3}', '^Drawn \d{1,2} [A-Z][a-z]{2} \d{4} \d\d:\d\d$', 'the collection time');
select is(pg_temp.part(:'list')::text ~ 'HIV', true, 'the laboratory is told of a sensitive test');
select pg_temp.policy('names_on_packing_list', '"none"') is null \g /dev/null
select is(pg_temp.part(:'list')::text ~ 'ADAMS|BOND|Number', false, 'no name and no number where the policy says none');
select is(pg_temp.part(:'list')::text ~ 'HIV', false, 'nor a sensitive test');
select pg_temp.policy('names_on_packing_list', '"inside"') is null \g /dev/null

-- ---- sizes
select is(pg_temp.paper(:'list'::jsonb || jsonb_build_object('format', f)) #>> '{data,paper,format}', v, 'format ' || f) from (values ('letter', 'letter'), ('4x6', '4x6'), ('a5', 'a4')) x (f, v);
select pg_temp.policy('paper_size', '"letter"') is null \g /dev/null
select is(pg_temp.paper(:'list') #>> '{data,paper,format}', 'letter', 'the site''s own size');
select pg_temp.policy('paper_size', '"a5"') is null \g /dev/null
select is(pg_temp.paper(:'list') #>> '{data,paper,format}', 'a4', 'one that is none is A4');

-- ---- the requisition
select is(pg_temp.paper(:'req') #>> '{data,paper,title}', 'Requisition', 'a requisition');
select is(pg_temp.part(:'req') ->> 'heading', 'ADAMS, Ada', 'of a patient');
select is(pg_temp.part(:'req') ->> 'sub', 'Number ADAMSAda1970-02-03     Born 3 Feb 1970     Female', 'with number, birth date, sex');
select is((select jsonb_object_agg(f ->> 0, f ->> 1) from jsonb_array_elements(pg_temp.part(:'req') -> 'facts') f) - 'Ordered'::text - 'Order numbers'::text,
	'{"Laboratory": "Riverside Reference Laboratory", "Account": "ACC 4410", "Ordered by": "R. Dale", "Drawn by": "Ana Ruiz", "Tubes": "3"}', 'who ordered, who drew, where it goes');
select is(pg_temp.part(:'req') #>> '{rows,0,name}', '', 'a row does not repeat the name');
select is(pg_temp.part(:'req') -> 'rows' #>> '{0,lines,0}', '1 of 3   LIGHT BLUE CITRATE 2.7 mL', 'nor the number');
select is(pg_temp.part(:'req')::text ~ 'HIV', true, 'a sensitive test was ordered, and is asked for');
select is(pg_temp.part(:'req') #>> '{rows,0,symbol}', 'true', 'a laboratory without our system has bar codes to read');
update clinic.lab set node = 1;
select is(pg_temp.part(:'req') #>> '{rows,0,symbol}', 'false', 'one with it scans the tubes');
update clinic.lab set node = 0;
select is((select array_agg(p ->> 'heading' order by n) from jsonb_array_elements(pg_temp.paper(jsonb_build_object('paper', 'requisition', 'bag', :'bag')) #> '{data,paper,parts}') with ordinality x (p, n)),
	array['ADAMS, Ada', 'BOND, Bob'], 'a bag''s requisitions: a part for each patient');
insert into clinic.lab (lab_id, node, name) values (7, 0, 'Other Laboratory');
update clinic.specimen set lab_id = 7 where specimen_id = :'a2';
select is(jsonb_array_length(pg_temp.paper(:'req') #> '{data,paper,parts}'), 2, 'two laboratories, two papers');
select is(pg_temp.part(:'req', 1)::text ~ 'PT', pg_temp.part(:'req', 0)::text !~ 'Prothrombin', 'neither reads the other''s tests');
update clinic.specimen set lab_id = (select min(lab_id) from clinic.lab where lab_id <> 7) where specimen_id = :'a2';
select pg_temp.policy('papers', '["packing_list"]') is null \g /dev/null
select is(pg_temp.says(pg_temp.paper(:'req')), 'question paper_off', 'a laboratory that wants none gets none');
select pg_temp.policy('papers', '["packing_list", "requisition"]') is null \g /dev/null

-- ---- words of others
update clinic.lab_order set provider = E'R.\u202eDale\t' where patient_id = :bob;
select is((select f ->> 1 from jsonb_array_elements(pg_temp.part(jsonb_build_object('paper', 'requisition', 'visit_id', :bobs)) -> 'facts') f where f ->> 0 = 'Ordered by'), 'R. Dale ', 'nothing in them turns a line round');
update clinic.lab_order set provider = repeat('x', 5000) where patient_id = :bob;
select is((select length(f ->> 1) from jsonb_array_elements(pg_temp.part(jsonb_build_object('paper', 'requisition', 'visit_id', :bobs)) -> 'facts') f where f ->> 0 = 'Ordered by'), 1000, 'nor fills a page');

-- ---- who had it
select is(pg_temp.made(:'list'::jsonb || a), 'question bad_request', 'made without ' || a::text) from (values ('{"pages": 0}'::jsonb), ('{"pages": null}'), ('{"sha256": "x"}'), ('{"sha256": null}')) x (a);
select is(pg_temp.made(:'list'), 'stored paper_made', 'made');
select is(pg_temp.made(:'req'::jsonb || '{"format": "letter"}'), 'stored paper_made', 'and a requisition');
select is((select jsonb_agg(jsonb_build_array(m.paper, m.bag, m.visit_id, m.format, m.pages, m.sha256, o.name, st.name) order by m.paper_made_id) from clinic.paper_made m
	join clinic.operator o on o.operator_id = m.made_by join clinic.station st using (station_id)), jsonb_build_array(
	jsonb_build_array('packing_list', :'bag', null, 'a4', 2, repeat('ab', 32), 'Ana Ruiz', 'Room 1'),
	jsonb_build_array('requisition', null, :visit, 'letter', 2, repeat('ab', 32), 'Ana Ruiz', 'Room 1')), 'is kept: which, of what, who, where');
select * from finish();
