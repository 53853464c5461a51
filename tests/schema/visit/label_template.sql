-- Which template a label gets, by container and by the labels that are in the printer; what else stands on it (LB-01).
\ir setup.sql
select plan(66);
\set shipped `printf '['; cat "$TEMPLATES"/*.json | sed 's/^}/},/'; printf 'null]'`
select clinic.template_ship(x ->> 'name', x::text) from jsonb_array_elements(:'shipped') x where x <> 'null' \g /dev/null
select device_id as printer from clinic.device where name = 'Room 1 printer' \gset
create function pg_temp.loaded(width int, height int) returns void language sql volatile as $$
	update clinic.device set width_um = width * 100, height_um = height * 100 where name = 'Room 1 printer' $$;
create function pg_temp.policy(value jsonb) returns void language sql volatile as $$
	insert into clinic.policy_setting (policy, value) values ('label_templates', clinic.policy_value('label_templates') || $1) $$;
create function pg_temp.job(specimen text) returns clinic.print_job language sql stable as $$
	select j from clinic.print_job j where j.specimen_id = $1 order by j.print_job_id desc limit 1 $$;
create function pg_temp.content(specimen text) returns jsonb language sql stable as $$ select clinic.label_content(specimen, 1, 1) $$;
create function pg_temp.begun(patient bigint) returns jsonb language sql volatile as $$
	select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('slip', pg_temp.slip(patient))));
	select pg_temp.identify(patient) $$;
create function pg_temp.parked() returns text language sql volatile as $$ select pg_temp.says(pg_temp.call('visit_park', 'ana')) $$;
create function pg_temp.tests_of(patient bigint) returns text[] language sql stable as $$
	select array_agg(j.template || ' ' || (j.content ->> 'tests') order by s.number, j.print_job_id)
	from clinic.print_job j join clinic.specimen s using (specimen_id) where s.patient_id = $1 and j.state <> 'void' $$;

-- ---- every list names templates that are shipped, and has one for the usual labels and for 50 x 25
select is((select array_agg(distinct n) from jsonb_each(clinic.policy_value('label_templates')) u, jsonb_array_elements_text(u.value) n
	where clinic.template_live(n) is null), null, 'all are shipped');
select is(clinic.template_for(u, :printer), want, format('%s on 50.8 x 25.4 mm: %s', u, want)) from (values ('tube', 'auto12'), ('small_tube', 'auto12'),
	('bottle', 'auto12'), ('kit', 'auto12'), ('signed', 'signed'), ('cup', 'urine_cup'), ('jar', 'biopsy_jar'), ('poured_off', 'aliquot'), ('pattern', 'pattern')) x (u, want);
select pg_temp.loaded(500, 250) \g /dev/null
select is(clinic.template_for(u, :printer), want, format('%s on 50 x 25 mm: %s', u, want)) from (values ('tube', 'clinic50x25'), ('small_tube', 'clinic50x25'),
	('bottle', 'clinic50x25'), ('kit', 'clinic50x25'), ('signed', 'signed'), ('cup', 'urine_cup'), ('jar', 'biopsy_jar'), ('poured_off', 'aliquot'), ('pattern', 'pattern50x25')) x (u, want);
select pg_temp.loaded(254, 508) \g /dev/null
select is(clinic.template_for(u, :printer), want, format('%s on 25.4 x 50.8 mm: %s (LB-06)', u, coalesce(want, 'none'))) from (values ('tube', 'auto12_ladder'),
	('small_tube', 'auto12_ladder'), ('cup', null), ('jar', null), ('poured_off', null)) x (u, want);
select pg_temp.loaded(305, 216) \g /dev/null
select is(clinic.template_for(u, :printer), want, format('%s on 30.5 x 21.6 mm: %s', u, coalesce(want, 'none'))) from (values ('tube', null), ('small_tube', 'tube30x21'), ('cup', null)) x (u, want);
select is(clinic.template_fits('auto12', w, h), want, format('auto12 on %s x %s um', w, h)) from (values (50300, 25400, true), (50299, 25400, false), (50800, 24899, false),
	(62000, 29000, true), (62800, 37400, true), (62801, 25400, false), (50800, 37401, false), (101600, 152400, false), (25400, 50800, false)) x (w, h, want);
select is(clinic.template_fits(n, w, h), true, 'what is not known is the press''s to refuse') from (values ('auto12', null, null), ('nobody', 1, 1)) x (n, w, h);
select pg_temp.loaded(508, 254) \g /dev/null

-- ---- a visit: tubes, a cup without tests of its own, a tube that is signed
update clinic.test set sign = true where code = 'ABO';
update clinic.test set time_point = '2 h' where code = 'GLU';
select pg_temp.patient('STONE', 'Stella', '1961-01-01', array['A1C', 'ABO', 'GLU', 'UCUL'], 'S1') as stella \gset
update clinic.lab_order set priority = 'STAT', source_text = 'midstream';
select pg_temp.ok_(pg_temp.begun(:stella)) \g /dev/null
select is(pg_temp.tests_of(:stella), array['signed A1C ABO', 'auto12 GLU', 'urine_cup UCUL'], 'each has its template; a cup says the tests of what is filled from it');
select is(pg_temp.content(pg_temp.tube(:stella, 3)) - 'specimen_id' @> '{"source": "midstream", "priority": "STAT", "time_point": ""}', true, 'and their source and priority');
select is(pg_temp.content(pg_temp.tube(:stella, 2)) ->> 'time_point', '2 h', 'a timed test says its time point');
select is(pg_temp.content(pg_temp.tube(:stella, 1)) ->> 'time_point', '', 'others say none');
select is(pg_temp.content(pg_temp.tube(:stella, 4)) @> jsonb_build_object('specimen_type', 'URINE CLEAN CATCH', 'parent', pg_temp.tube(:stella, 3), 'source', 'midstream'), true,
	'what is filled from the cup says its type, its cup, and the source');
select is((select template_version from clinic.print_job where template = 'urine_cup'), 1, 'and with which version it is drawn');
update clinic.test set time_point = '24 h' where code = 'UCUL';
select is(pg_temp.content(pg_temp.tube(:stella, 3)) ->> 'source', '24 h, midstream', 'where there is no place for a time point it stands before the source');
update clinic.test set time_point = '5 min' where code = 'ABO';
select is(pg_temp.content(pg_temp.tube(:stella, 1)) ->> 'tests', '5 min A1C ABO', 'or before the tests');
update clinic.lab_order set source_text = repeat('midstream ', 7) || 'end';
select is(pg_temp.content(pg_temp.tube(:stella, 3)) ->> 'source', '24 h, ' || repeat('midstream ', 7) || 'end', 'a long source goes to the press whole');
update clinic.lab_order set source_text = repeat('midstream ', 12);
select is(pg_temp.content(pg_temp.tube(:stella, 3)) ->> 'source', '24 h, ' || repeat('midstream ', 9) || 'm…', 'and one longer than it takes with a mark');
update clinic.lab_order set source_text = '';
select is(pg_temp.content(pg_temp.tube(:stella, 3)) ->> 'source', '24 h, URINE CLEAN CATCH', 'a cup whose source nobody said says what is in it');
update clinic.test set time_point = '' where code in ('UCUL', 'ABO');
insert into clinic.policy_setting (policy, value) values ('label_time', '"date_and_lines"');
select is(clinic.label_use(pg_temp.tube(:stella, 2)), 'signed', 'a site may want the lines on all tubes');
insert into clinic.policy_setting (policy, value) values ('label_time', '"date"');
select pg_temp.policy('{"NAF2": ["clinic50x25"]}') \g /dev/null
select is(clinic.label_template(pg_temp.tube(:stella, 2), :printer), 'clinic50x25', 'or its own list for one container');
select pg_temp.policy('{"NAF2": ["tube30x21"]}') \g /dev/null
select is(clinic.label_stock_wrong(pg_temp.tube(:stella, 2), :printer), '{"load": "30.5 x 21.6 mm", "loaded": "50.8 x 25.4 mm", "printer": "Room 1 printer", "container": "FLUORIDE 2 mL"}',
	'what fits nothing is told with what to load');
select is(pg_temp.says(r) || ': ' || (r ->> 'title'), 'question stock_wrong: Room 1 printer has labels of 50.8 x 25.4 mm: none for a FLUORIDE 2 mL', 'and is not printed again there')
	from pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:stella, 2), 'reason', 'lost')) r;
select is((pg_temp.job(pg_temp.tube(:stella, 2))).state || ' ' || (pg_temp.job(pg_temp.tube(:stella, 2))).copy, 'queued 1', 'nothing was made for that');
select pg_temp.policy('{"NAF2": ["auto12"]}') \g /dev/null

-- ---- timed tests do not share a tube
update clinic.test set time_point = '' where code = 'GLU';
update clinic.test set time_point = 'PEAK' where code = 'A1C';
select pg_temp.patient('TIMM', 'Tina', '1962-02-02', array['CBC', 'A1C'], 'T1') as tina \gset
select is((select count(*) from clinic.tubes_for(clinic.tests_due(:tina))), 2::bigint, 'another time point is another tube');
update clinic.test set time_point = '' where code = 'A1C';
select is((select count(*) from clinic.tubes_for(clinic.tests_due(:tina))), 1::bigint, 'the same is one');

-- ---- labels that fit the tubes and not the cup: the tubes print, the cup says what to load
select pg_temp.loaded(254, 508) \g /dev/null
select pg_temp.parked() \g /dev/null
select pg_temp.patient('VALE', 'Vera', '1963-03-03', array['CBC', 'UCUL'], 'V1') as vera \gset
select pg_temp.begun(:vera) as r \gset
select is(pg_temp.says(:'r'::jsonb), 'question stock_wrong', 'it is said at once');
select is(:'r'::jsonb ->> 'do', 'Load labels of 50 x 25 mm and have the printer set to them, or print at another printer.', 'with what to do');
select is((pg_temp.job(pg_temp.tube(:vera, 1))).template || ' ' || (pg_temp.job(pg_temp.tube(:vera, 1))).state, 'auto12_ladder queued', 'the tube prints');
select is((pg_temp.job(pg_temp.tube(:vera, 2))).state || ' ' || (pg_temp.job(pg_temp.tube(:vera, 2))).failed_check, 'failed stock', 'the cup does not');
select is((select concat_ws('|', l ->> 'state', l ->> 'message', l ->> 'hint') from jsonb_array_elements(pg_temp.view() -> 'tubes') t, jsonb_array_elements(t -> 'labels') l where t ->> 'number' = '2'),
	'failed|''Room 1 printer'' has labels of 25.4 x 50.8 mm: none for a URINE CUP 90 mL|load labels of 50 x 25 mm and have the printer set to them, or print at another printer', 'its tile says why');
select pg_temp.loaded(500, 250) \g /dev/null
select is(pg_temp.says(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', pg_temp.tube(:vera, 2), 'reason', 'lost'))), 'stored reprinted', 'once they are loaded it prints');
select is((pg_temp.job(pg_temp.tube(:vera, 2))).template, 'urine_cup', 'with its own template');

-- ---- the labels of a visit that went elsewhere get what that printer is loaded with
update clinic.device set width_um = 25400, height_um = 50800 where name = 'Room 2 printer';
select pg_temp.call('printer_told', 'core', jsonb_build_object('device_id', d.device_id, 'state', w.state))
	from (values (1, 'Room 1 printer', '["jam"]'::jsonb), (2, 'Room 1 printer', '["ok"]'), (3, 'Room 2 printer', '["ok"]')) w (n, name, state)
	join clinic.device d using (name) order by w.n \g /dev/null
select is(pg_temp.says(pg_temp.call('print_rest', 'ana', jsonb_build_object('printer', (select device_id from clinic.device where name = 'Room 2 printer')))),
	'question stock_wrong', 'after a jam the rest does not move to a printer without labels for it');
select clinic.print_job_anew(pg_temp.job(pg_temp.tube(:vera, n)), d.device_id, d.station_id, o.operator_id, custody.session('ana'), 'the visit went elsewhere')
	from clinic.device d, clinic.operator o, generate_series(1, 2) n where d.name = 'Room 2 printer' and o.name = 'Ana Ruiz' \g /dev/null
select is((pg_temp.job(pg_temp.tube(:vera, 1))).template || ' ' || (pg_temp.job(pg_temp.tube(:vera, 1))).state, 'auto12_ladder queued', 'the template is chosen anew');
select is((pg_temp.job(pg_temp.tube(:vera, 2))).failed_check || ' ' || (pg_temp.job(pg_temp.tube(:vera, 2))).message,
	'stock ''Room 2 printer'' has labels of 25.4 x 50.8 mm: none for a URINE CUP 90 mL', 'or it is said that there is none');
select * from finish();
