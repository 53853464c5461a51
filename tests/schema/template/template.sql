-- Templates: versions, who may, what may be proposed and published, by how many, what a job is drawn with.
\ir ../visit/setup.sql
select plan(173);
insert into person select name, clinic.operator_add(name, initials, roles, '$argon2id$not-a-real-hash')
	from (values ('Ada Admin', 'AA', array['admin']), ('Dora Admin', 'DO', array['admin']), ('Max Lead', 'ML', array['lab_lead']),
		('Quinn Quality', 'QQ', array['quality']), ('Both Hats', 'BH', array['lab_lead', 'quality'])) p (name, initials, roles);
select pg_temp.sign_in(w, at) is not null from (values ('Ada Admin', 'room2'), ('Max Lead', 'labdock'), ('Quinn Quality', 'labbench1'),
	('Dora Admin', 'labbench2'), ('Both Hats', 'courierphone')) x (w, at) \g /dev/null
create function pg_temp.text_of(name text, more text default '', subject text default 'specimen') returns text language sql immutable as $$
	select format('{"name": "%s", "subject": "%s"%s}', name, subject, more) $$;
create function pg_temp.sum(body text) returns text language sql immutable as $$ select encode(sha256(convert_to(body, 'UTF8')), 'hex') $$;
create function pg_temp.put(name text, body text, who text default 'ada', more jsonb default '{}') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_put', who, jsonb_build_object('template', name, 'body', body) || more)) $$;
create function pg_temp.get(name text, version int, who text default 'ada') returns jsonb language sql stable as $$
	select api.template_get(who, jsonb_build_object('template', name, 'version', version)) $$;
-- what the core says that the press found
create function pg_temp.tried(name text, version int, passed boolean, more jsonb default '{}', who text default 'core') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_golden', who, jsonb_build_object('template', name, 'version', version, 'passed', passed, 'cases', 102,
		'failed', case when passed then 0 else 2 end, 'site', (select clinic.golden_site(t) from clinic.template t where t.name = $1 and t.version = $2), 'sha256', (select sha256 from clinic.template t where t.name = $1 and t.version = $2),
		'failures', case when passed then '[]' else '[{"case": "accents", "dpi": 203, "check": "text_ink", "message": "the name does not fit"}]' end::jsonb) || more)) $$;
create function pg_temp.propose(name text, version int, who text default 'ada') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_propose', who, jsonb_build_object('template', name, 'version', version))) $$;
create function pg_temp.withdraw(name text, version int, who text default 'ada') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_withdraw', who, jsonb_build_object('template', name, 'version', version))) $$;
create function pg_temp.turn_down(name text, version int, who text, note text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_turn_down', who, jsonb_build_object('template', name, 'version', version, 'note', note))) $$;
-- confirmed by somebody who looked at what is live now
create function pg_temp.publish(name text, version int, who text default 'quinn', more jsonb default '{}') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('template_publish', who, jsonb_build_object('template', name, 'version', version,
		'live', clinic.template_live(name)) || more)) $$;
create function pg_temp.acts(name text, version int, who text) returns text language sql stable as $$
	select array_to_string(array(select jsonb_array_elements_text(pg_temp.get(name, version, who) #> '{data,acts}')), ' ') $$;

-- ---- what the release brings
select is(clinic.template_ship('auto12', pg_temp.text_of('auto12')), '{"live": 1, "state": "live", "version": 1}', 'the first one is live');
select is(clinic.template_ship('auto12', pg_temp.text_of('auto12')), '{"live": 1, "state": "kept", "version": 1}', 'the same is no version again');
select is(clinic.template_ship('slip', pg_temp.text_of('slip', subject => 'visit')) ->> 'state', 'live', 'another template');
select throws_like($$ select clinic.template_ship('badge', pg_temp.text_of('slip')) $$, '%does not hold a template of that name', 'a file with another name in it');
select throws_like($$ select clinic.template_ship('badge', '{') $$, '%does not hold a template of that name', 'or with no JSON');
select is((select jsonb_build_array(source, sha256, body, published_at is not null, created_by is null, golden is null) from clinic.template where name = 'auto12'),
	jsonb_build_array('shipped', pg_temp.sum(pg_temp.text_of('auto12')), pg_temp.text_of('auto12'), true, true, true), 'its text is the very text, by nobody');

-- ---- who may
select is(pg_temp.put('auto12', pg_temp.text_of('auto12', ', "x": 1'), w), v, 'put by ' || w)
	from (values ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('core', 'question sign_in_needed'), ('stranger', 'question sign_in_needed')) x (w, v);
select is(pg_temp.put('auto12', pg_temp.text_of('auto12', ', "x": 1'), 'quinn'), 'question not_allowed', 'who confirms writes none');
select is(pg_temp.says(pg_temp.call(act, w, '{"template": "auto12", "version": 1, "live": 1, "note": "x"}')), v, act || ' by ' || w)
	from (values ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('core', 'question sign_in_needed')) x (w, v),
		unnest(array['template_propose', 'template_withdraw', 'template_publish', 'template_turn_down']) act;
select is(pg_temp.says(pg_temp.call(act, w, '{"template": "auto12", "version": 1, "live": 1, "note": "x"}')), 'question not_allowed', act || ' by ' || w)
	from (values ('max', 'template_publish'), ('max', 'template_turn_down'), ('quinn', 'template_propose'), ('quinn', 'template_withdraw')) x (w, act);
select is(pg_temp.says(api.template_list(w, '{}')), v, 'list for ' || w)
	from (values ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('ada', 'note ok'), ('max', 'note ok'), ('quinn', 'note ok')) x (w, v);
select is(pg_temp.says(pg_temp.get('auto12', 1, w)), v, 'get for ' || w) from (values ('ana', 'question not_allowed'), ('ada', 'note ok')) x (w, v);
select is(pg_temp.acts('auto12', 1, w), v, 'what is live: offered to ' || w) from (values ('ada', 'put'), ('max', 'put'), ('quinn', '')) x (w, v);
select is(pg_temp.tried('auto12', 1, true, who => w), 'question not_allowed', 'a golden result is not for ' || w) from unnest(array['ada', 'ana', 'mllp', 'quinn']) w;
select is((select golden from clinic.template where name = 'auto12'), null, 'and nothing is stored');

-- ---- a draft
select is(pg_temp.put(n, b), 'question ' || v, what) from (values
	('auto12', null, 'template_body', 'no text'), ('auto12', '{', 'template_body', 'no JSON'), ('auto12', '[]', 'template_body', 'no object'),
	('auto12', '{"name": "auto12", "x": "\u0000"}', 'template_body', 'a NUL'), ('auto12', repeat('[', 30000), 'template_body', 'too deep'),
	('auto12', pg_temp.text_of('auto12', ', "x": "' || repeat('x', 65536) || '"'), 'template_body', 'too long'),
	('auto12', pg_temp.text_of('auto13'), 'template_name_differs', 'another name'), ('auto12', pg_temp.text_of('auto12', subject => 'bag'), 'template_subject', 'another subject'),
	('auto12', pg_temp.text_of('auto12'), 'template_same', 'nothing new'), (null, pg_temp.text_of('x'), 'template_name', 'no name'),
	('Auto 12', pg_temp.text_of('Auto 12'), 'template_name', 'a name with a blank'), (repeat('a', 33), pg_temp.text_of(repeat('a', 33)), 'template_name', 'a long name')) x (n, b, v, what);
select is((select count(*) from clinic.template), 2::bigint, 'none of them is a version');
select is(pg_temp.put('auto12', pg_temp.text_of('auto12', ', "x": 1') || E'\n', more => '{"note": "wider name"}'), 'stored template_stored', 'a draft');
select is((select jsonb_build_array(version, body, source, note, created_by = (select operator_id from clinic.operator where name = 'Ada Admin'), published_at is null)
	from clinic.template where name = 'auto12' order by version desc limit 1),
	jsonb_build_array(2, pg_temp.text_of('auto12', ', "x": 1') || E'\n', 'site', 'wider name', true, true), 'the next version: its very text, with who and why');
select is(clinic.template_live('auto12'), 1, 'it prints nothing');
select is(pg_temp.get('auto12', 2) #>> '{data,body}', pg_temp.text_of('auto12', ', "x": 1') || E'\n', 'it can be read back');
select is(pg_temp.says(pg_temp.get('auto12', 3)), 'question template_unknown', 'one that is not there can not');
select is(pg_temp.says(api.template_get('ada', '{"template": ["auto12"], "version": {}}')), 'question template_unknown', 'nor what names none');

-- ---- proposing
select is(pg_temp.propose('auto12', 2), 'question template_not_tried', 'not before it was tried');
select is(pg_temp.propose('auto12', 9), 'question template_unknown', 'nor what is not there');
select is(pg_temp.propose('auto12', 1), 'question template_published_already', 'nor what is live');
select is(pg_temp.tried('auto12', 2, false), 'question template_failed', 'the golden set finds something');
select is(pg_temp.get('auto12', 2) #>> '{data,golden,failures,0,check}', 'text_ink', 'and says what');
select is(pg_temp.propose('auto12', 2), 'question template_failed_golden', 'what fails can not be proposed');
select is(pg_temp.publish('auto12', 2), 'question template_not_proposed', 'let alone published');
select is(pg_temp.call('template_propose', 'ada', '{"template": "auto12", "version": 2}') ->> 'title', 'auto12, version 2 fails the golden set: 2 labels are not good', 'in words');
select is(clinic.template_live('auto12'), 1, 'and is not live');
select is(pg_temp.tried('auto12', 2, true, more), 'question ' || v, what) from (values
	('{"sha256": "00"}'::jsonb, 'template_other_text', 'a result of another text'), ('{"version": 7}', 'template_unknown', 'of no version'),
	('{"failed": 1}', 'bad_request', 'that passed and failed'), ('{"cases": 0}', 'bad_request', 'of nothing'),
	('{"passed": "yes"}', 'bad_request', 'that says neither'), ('{"cases": null}', 'bad_request', 'that does not say of how many')) x (more, v, what);
select is(pg_temp.propose('auto12', 2), 'question template_failed_golden', 'none of them counts');
select pg_temp.put('auto12', pg_temp.text_of('auto12', ', "x": 2')) \g /dev/null
select is(pg_temp.tried('auto12', 3, true), 'stored template_passed', 'mended: the next one passes');
select is(pg_temp.propose('auto12', 2), 'question template_failed_golden', 'which says nothing of the one before');
select is(pg_temp.acts('auto12', 3, w), v, 'what passed: offered to ' || w) from (values ('ada', 'put propose'), ('max', 'put propose'), ('quinn', '')) x (w, v);
select is(pg_temp.publish('auto12', 3, w), 'question template_not_proposed', 'nobody publishes what was not proposed: ' || w) from unnest(array['ada', 'dora', 'quinn']) w;
select is(pg_temp.propose('auto12', 3, 'max'), 'stored template_proposed', 'a lab lead proposes it');
select is(pg_temp.propose('auto12', 3, w), 'repeat template_proposed_already', 'once: ' || w) from unnest(array['max', 'ada']) w;
select is((select array_agg(distinct concat_ws(' ', v ->> 'version', v ->> 'proposed_by')) from jsonb_array_elements(api.template_list('quinn', '{}') #> '{data,templates,0,versions}') v
	where v ->> 'proposed_at' is not null), '{3 Max Lead}', 'the list says what waits, and whose it is');
select is(clinic.template_live('auto12'), 1, 'it prints nothing yet');

-- ---- the second person
select is(pg_temp.acts('auto12', 3, w), v, 'what is proposed: offered to ' || w) from (values ('max', 'put withdraw'), ('ada', 'put'), ('dora', 'put publish turn_down'),
	('quinn', 'publish turn_down')) x (w, v);
select is(pg_temp.publish('auto12', 3, 'max'), 'question not_allowed', 'who proposed can not publish');
select is(pg_temp.publish('auto12', 3, 'ada'), 'question template_own', 'nor who wrote it');
select is(pg_temp.turn_down('auto12', 3, 'ada', 'no'), 'question template_own', 'who also does not turn it down');
select is(pg_temp.withdraw('auto12', 3, 'ada'), 'question template_of_another', 'nor takes it back for another');
select is(pg_temp.withdraw('auto12', 3, 'max'), 'stored template_withdrawn', 'who proposed takes it back');
select is(pg_temp.withdraw('auto12', 3, 'max'), 'repeat template_not_proposed', 'once');
select is(pg_temp.publish('auto12', 3), 'question template_not_proposed', 'and it can not be published');
select is((select (proposed_at, proposed_by) is null from clinic.template where name = 'auto12' and version = 3), true, 'nobody proposes it now');
select is(pg_temp.propose('auto12', 3), 'stored template_proposed', 'an administrator may propose, too');
select is(pg_temp.publish('auto12', 3, 'ada'), 'question template_own', 'but not publish the same');
select is(pg_temp.turn_down('auto12', 3, 'quinn', n), 'question template_words_missing', 'nobody turns it down without a word') from unnest(array['', '  ', null]) n;
select is(pg_temp.turn_down('auto12', 3, 'quinn', 'The box is too wide.'), 'stored template_turned_down', 'it is turned down');
select is(pg_temp.turn_down('auto12', 3, 'quinn', 'again'), 'question template_not_proposed', 'once');
select is(pg_temp.publish('auto12', 3, 'dora'), 'question template_not_proposed', 'and can not be published by anybody');
select is((select string_agg(concat_ws(' ', h ->> 'act', h ->> 'by', h ->> 'note'), ', ') from jsonb_array_elements(pg_temp.get('auto12', 3) #> '{data,history}') h),
	'proposed Max Lead , withdrawn Max Lead , proposed Ada Admin , turned_down Quinn Quality The box is too wide.', 'who did what, and why, is kept');
-- the text is changed: a version of its own, which nobody proposed
select is(pg_temp.propose('auto12', 3, 'max'), 'stored template_proposed', 'it is proposed once more');
select pg_temp.put('auto12', pg_temp.text_of('auto12', ', "x": 3')) \g /dev/null
select is(pg_temp.publish('auto12', 4), 'question template_not_proposed', 'the changed text is not what was proposed');
select is(pg_temp.tried('auto12', 4, true) || ', ' || pg_temp.publish('auto12', 4), 'stored template_passed, question template_not_proposed', 'nor when it passed');
-- one person with both roles is one person
select is(pg_temp.propose('auto12', 4, 'both'), 'stored template_proposed', 'one who has both roles may propose');
select is(pg_temp.publish('auto12', 4, 'both'), 'question template_own', 'and is not the second person');
select is(pg_temp.withdraw('auto12', 4, 'both'), 'stored template_withdrawn', 'who takes it back');
-- it fails after it was proposed
select pg_temp.tried('auto12', 3, false) \g /dev/null
select is(pg_temp.publish('auto12', 3), 'question template_failed_golden', 'what fails by now is not published');
select is(pg_temp.acts('auto12', 3, 'quinn'), 'turn_down', 'it can be turned down');
select pg_temp.tried('auto12', 3, true) \g /dev/null
select throws_like(format('update clinic.template set %s where name = ''auto12'' and version = 3', what), '%published by a second person', 'not by the owner: ' || what)
	from unnest(array['published_at = now()', 'published_at = now(), published_by = proposed_by', 'published_at = now(), published_by = created_by',
		'published_at = now(), proposed_by = created_by, published_by = (select operator_id from clinic.operator where name = ''Quinn Quality'')']) what;
select throws_like($$ update clinic.template set published_at = now(), published_by = (select operator_id from clinic.operator where name = 'Quinn Quality')
	where name = 'auto12' and version = 2 $$, '%published by a second person', 'nor what nobody proposed');
select throws_like($$ insert into clinic.template (name, version, body, sha256, published_at, golden) values ('auto12', 9, '{}', pg_temp.sum('{}'), now(),
	jsonb_build_object('passed', true, 'sha256', pg_temp.sum('{}'))) $$, '%not made as a published one', 'nor made as published');

-- ---- what a job is drawn with
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC', 'CMP'], 'M1') as maria \gset
select pg_temp.ok_(pg_temp.call('visit_open', 'ana', jsonb_build_object('patient_id', :maria))) \g /dev/null
select pg_temp.ok_(pg_temp.identify(:maria)) \g /dev/null
select is((select array_agg(distinct template || ' ' || template_version) from clinic.print_job where kind = 'label'), '{auto12 1}', 'its jobs record the live version');
select is(pg_temp.publish('auto12', 3, more => more), 'question template_live_moved', 'not by one who looked at another live version')
	from unnest(array['{"live": 2}', '{"live": null}']::jsonb[]) more;
select is(pg_temp.publish('auto12', 3), 'stored template_published', 'the second person publishes it');
select is((select array[p.name, c.name] from clinic.template t join clinic.operator p on p.operator_id = t.proposed_by join clinic.operator c on c.operator_id = t.published_by
	where t.name = 'auto12' and t.version = 3 and t.published_at > t.proposed_at and t.proposed_at > t.created_at), '{Max Lead,Quinn Quality}', 'who proposed, who published, when');
select is((select format('%s %s %s', h ->> 'act', h ->> 'by', h ->> 'live') from jsonb_path_query(pg_temp.get('auto12', 3), '$.data.history[last]') h), 'published Quinn Quality 1',
	'held against which');
select is(clinic.template_live('auto12'), 3, 'it is live');
select is(pg_temp.publish('auto12', 3), 'repeat template_published_already', 'once');
select is(pg_temp.withdraw('auto12', 3, 'max') || ', ' || pg_temp.turn_down('auto12', 3, 'quinn', 'no'), 'question template_published_already, repeat template_published_already', 'for good');
select is((select array_agg(distinct x -> 'template_version') from jsonb_array_elements(api.print_jobs_open('core', '{}') #> '{data,jobs}') x), '{1}',
	'what was asked for before keeps its version');
select is(api.print_jobs_open('core', '{}') #> '{data,templates}', jsonb_build_object('auto12', jsonb_build_object('1', pg_temp.text_of('auto12'))),
	'and the press gets that one''s text, once');
select pg_temp.tube(:maria, 1) as t1 \gset
select pg_temp.print() \g /dev/null
select is(api.print_jobs_open('core', '{}') #> '{data,templates}', '{}', 'no text when nothing is to be drawn');
select pg_temp.later('6 seconds') \g /dev/null
select is(pg_temp.call('reprint', 'ana', jsonb_build_object('specimen_id', :'t1', 'reason', (select code from clinic.reason where kind = 'reprint' limit 1))) ->> 'verdict',
	'stored', 'a new copy is asked for');
select is((select template_version from clinic.print_job where specimen_id = :'t1' and copy = 2), 3, 'it is drawn with what is live now');
select is((select template_version from clinic.print_job where specimen_id = :'t1' and copy = 1), 1, 'the first copy says what it was');
select is(api.print_jobs_open('core', '{}') #> '{data,templates}', jsonb_build_object('auto12', jsonb_build_object('3', pg_temp.text_of('auto12', ', "x": 2'))),
	'with the new text');
select pg_temp.slip(:maria) is not null \g /dev/null
select is((select template_version from clinic.print_job where kind = 'slip' order by print_job_id desc limit 1), 1, 'each template has its own');
insert into clinic.print_job (kind, slip, station_id, device_id, template, content) select 'slip', 'x', station_id, device_id, 'badge', '{}' from clinic.print_job limit 1;
select is((select template_version from clinic.print_job where template = 'badge'), null, 'one without a version is the press''s own');
select throws_like($$ update clinic.print_job set template_version = 99 where copy = 2 $$, '%print_job_template_fkey%', 'no job is of a version that never was');

-- ---- afterwards
select is(pg_temp.propose('auto12', 2), 'question template_newer_live', 'an older one does not come back');
select is(pg_temp.put('auto12', pg_temp.text_of('auto12')), 'stored template_stored', 'its text does, as a version');
select is(pg_temp.tried('auto12', 3, false), 'question template_failed', 'a run of what is live is told');
select is((select golden ->> 'passed' from clinic.template where name = 'auto12' and version = 3), 'true', 'and changes nothing of what it was published by');
select is(pg_temp.tried('auto12', 1, true), 'stored template_passed', 'what is shipped can be tried too');
select is(clinic.template_ship('auto12', pg_temp.text_of('auto12')) ->> 'state', 'kept', 'the release''s is known, whatever the site has');
select is(clinic.template_ship('auto12', pg_temp.text_of('auto12', ', "x": 9')), '{"live": 3, "state": "waits", "version": 6}', 'a new one of the release does not push the site''s away');
select is(clinic.template_live('auto12'), 3, 'which stays live');
select is(concat_ws(', ', pg_temp.tried('auto12', 6, true), pg_temp.propose('auto12', 6), pg_temp.publish('auto12', 6, 'dora')),
	'stored template_passed, stored template_proposed, stored template_published', 'until two persons take it');
select is((select jsonb_agg(t -> 'live' order by t ->> 'template') from jsonb_array_elements(api.template_list('ada', '{}') #> '{data,templates}') t), '[6, 1]', 'the list says what is live');
select is((select string_agg(concat_ws(' ', v ->> 'version', v ->> 'source', v ->> 'created_by', v #>> '{golden,passed}', v ->> 'published_by'), ', ')
	from jsonb_array_elements(api.template_list('ada', '{}') #> '{data,templates,0,versions}') v),
	'6 shipped true Dora Admin, 5 site Ada Admin, 4 site Ada Admin true, 3 site Ada Admin true Quinn Quality, 2 site Ada Admin false, 1 shipped true', 'who made what, newest first');

-- ---- a version is for ever
select throws_like(format('update clinic.template set %s where name = ''auto12'' and version = 3', what), '%never changed or deleted%', 'by the owner: ' || what)
	from unnest(array['body = body || '' ''', 'note = ''x''', 'created_by = null', 'version = 8', 'source = ''shipped''', 'published_at = null', 'published_by = null', 'proposed_at = null, proposed_by = null']) what;
select throws_like('delete from clinic.template', '%never changed or deleted%', 'nor deleted');
select throws_like('truncate clinic.template cascade', '%never changed or deleted%', 'nor all of them');
select throws_like(what, '%template_act is append-only%', 'nor what was done with it: ' || what)
	from unnest(array['update clinic.template_act set note = ''x''', 'delete from clinic.template_act', 'truncate clinic.template_act']) what;

-- ---- the text says which version it is
select is(pg_temp.put('counted', pg_temp.text_of('counted', ', "version": 1')), 'stored template_stored', 'a new one');
select is(pg_temp.put('counted', pg_temp.text_of('counted', ', "version":  1, "x": "a"')), 'stored template_stored', 'changed by hand, its number was not');
select is((select body from clinic.template where name = 'counted' and version = 2), pg_temp.text_of('counted', ', "version":  2, "x": "a"'), 'it is in the text all the same');
select is((select sha256 = pg_temp.sum(body) from clinic.template where name = 'counted' and version = 2), true, 'and in its sum');
select is(pg_temp.put('counted', pg_temp.text_of('counted', ', "version":  7, "x": "a"')), 'question template_same', 'another number alone is no change');
select * from finish();
