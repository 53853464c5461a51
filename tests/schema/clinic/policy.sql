-- Policies: what code reads is offered and told as it is; a new value is judged, shown first, kept with who and why; what loosens a safety
-- default needs a second person.
\ir ../visit/setup.sql
select plan(208);
\set shipped `printf '['; cat "$TEMPLATES"/*.json | sed 's/^}/},/'; printf 'null]'`
select clinic.template_ship(x ->> 'name', x::text) from jsonb_array_elements(:'shipped') x where x <> 'null' \g /dev/null
insert into person select n, clinic.operator_add(n, left(n, 2), array[r], '$argon2id$not-a-real-hash')
	from (values ('Dora Admin', 'admin'), ('Ed Admin', 'admin'), ('Quinn Quality', 'quality'), ('Lea Lead', 'lab_lead')) x (n, r);
select pg_temp.sign_in(n, s) is not null from (values ('Dora Admin', 'labdock'), ('Ed Admin', 'labbench1'), ('Quinn Quality', 'labbench2')) x (n, s) \g /dev/null

create function pg_temp.page(policy text, token text default 'dora') returns jsonb language sql stable as $$
	select p from jsonb_array_elements(api.policies(token, '{}') #> '{data,policies}') p where p ->> 'policy' = $1 $$;
create function pg_temp.ask(args jsonb, token text default 'dora') returns jsonb language sql volatile as $$
	select pg_temp.call('policy_set', token, jsonb_build_object('reason', 'a test', 'node', custody.node()) || args) $$;
create function pg_temp.said(policy text, value jsonb) returns text language sql volatile as $$
	select (r ->> 'code') || ': ' || (r ->> 'title') from pg_temp.ask(jsonb_build_object('policy', policy, 'value', value)) r $$;
-- looks, and then does it
create function pg_temp.set(policy text, value jsonb, token text default 'dora') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.ask(jsonb_build_object('policy', policy, 'value', value, 'seen', pg_temp.page(policy, token) -> 'seen'), token)) $$;
create function pg_temp.back(policy text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.ask(jsonb_build_object('policy', policy, 'to_default', true, 'seen', pg_temp.page(policy) -> 'seen'))) $$;
create function pg_temp.begun(who text, token text default 'dora') returns jsonb language sql volatile as $$
	select pg_temp.call('policy_second_begin', token, jsonb_build_object('badge', (select badge from person where name = who))) -> 'data' $$;
create function pg_temp.second(who text, policy text, value jsonb, ok boolean default true, more jsonb default '{}') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('policy_second', 'dora', jsonb_build_object('nonce', pg_temp.begun(who) -> 'nonce', 'ok', ok, 'policy', policy, 'value', value,
		'reason', 'a test', 'node', custody.node(), 'seen', pg_temp.page(policy) -> 'seen') || more)) $$;
create function pg_temp.rows(policy text) returns int language sql stable as $$ select count(*)::int from clinic.policy_setting s where s.policy = $1 $$;

-- ---- what is offered is what code reads, and the paper says the same
create temporary table reads as
	select distinct m[1] as policy from pg_proc p, regexp_matches(p.prosrc, 'policy_(?:value|text|int)\(''([a-z_]+)''', 'g') m
	where p.pronamespace in ('api'::regnamespace, 'clinic'::regnamespace, 'custody'::regnamespace);
select cmp_ok((select count(*) from reads), '>=', 40::bigint, 'functions read policies');
select is((select array_agg(policy order by policy) from reads), (select array_agg(policy order by policy) from clinic.policy where form is not null),
	'what can be set is what functions read');
select is((select count(*) from pg_proc p, regexp_matches(p.prosrc, 'policy_(value|text|int)\(', 'g') m
	where p.pronamespace in ('api'::regnamespace, 'clinic'::regnamespace, 'custody'::regnamespace) and p.proname not like 'polic%'),
	(select count(*) from pg_proc p, regexp_matches(p.prosrc, 'policy_(?:value|text|int)\(''[a-z_]+''', 'g') m
	where p.pronamespace in ('api'::regnamespace, 'clinic'::regnamespace, 'custody'::regnamespace) and p.proname not like 'polic%'), 'each by its name');
-- the rows of the table: name, is it bold, is it starred, its default
\set paper `cat "$POLICIES"`
create temporary table told as
	select m[1] <> '' as is_bold, m[2] as policy, m[4] = ' *' as is_starred, m[5] as said
	from regexp_matches(:'paper', '^\| (\**)([a-z_]+)(\**)( \*)?[^|]*\|[^|]*\|([^|]*)\|[^|]*\|$', 'gn') m where m[2] <> 'policy' and m[2] in (select policy from clinic.policy);
update told set is_starred = coalesce(is_starred, false);
select is((select array_agg(policy order by policy) from told), (select array_agg(policy order by policy) from clinic.policy), 'every policy is in contrib/POLICIES.md, and no other');
select is((select array_agg(policy order by policy) from told where is_bold), (select array_agg(policy order by policy) from reads), 'bold is what code reads');
select is((select array_agg(policy order by policy) from told where is_starred), (select array_agg(policy order by policy) from clinic.policy where safety), 'starred is what is a safety default');
-- each value of the default that code reads stands there in code quotes
create temporary table parts as
	select p.policy, f.field, coalesce(e.value, v.value) #>> '{}' as value from clinic.policy p, clinic.policy_fields(p) f (field),
		lateral (select clinic.policy_part(f.field, p.value) as value) v
		left join lateral jsonb_array_elements(case jsonb_typeof(v.value) when 'array' then v.value else '[]' end) e (value) on true
	where p.form is not null and v.value is not null and f.field ->> 'kind' not in ('flag', 'templates');
select cmp_ok((select count(*) from parts), '>=', 55::bigint, 'the defaults have parts');
select is_empty($$ select p.policy, p.value from parts p join told t using (policy) where strpos(t.said, '`' || p.value || '`') = 0 $$, 'each default is the one that is written');
select is_empty($$ select t.policy, m[1] from told t, regexp_matches(t.said, '`([^`]+)`', 'g') m where t.is_bold and t.policy <> 'label_templates' and not exists (
	select from parts p where p.policy = t.policy and p.value = m[1]) $$, 'and nothing else is written as one');

-- ---- the description of each is sound
select is_empty($$ select p.policy from clinic.policy p where p.form is not null and (select fault from clinic.policy_said(p, p.value)) is not null $$, 'each default may be set');
select is_empty($$ select p.policy from clinic.policy p where p.form is not null and (select value from clinic.policy_said(p, p.value)) <> p.value $$, 'and is itself');
select is_empty($$ select p.policy from clinic.policy p, clinic.policy_fields(p) f where p.safety is distinct from null and p.form is not null
	group by p.policy, p.safety having p.safety <> bool_or(f ? 'strict') $$, 'what is a safety default knows which way is safe, and nothing else does');
select is_empty($$ select p.policy, f from clinic.policy p, clinic.policy_fields(p) f where f ->> 'kind' not in ('choice', 'number', 'flag', 'list', 'templates')
	or f ->> 'strict' not in ('first', 'more', 'less', 'any') or f ->> 'kind' = 'choice' and coalesce(jsonb_array_length(f -> 'values'), 0) < 2
	or f ->> 'kind' = 'number' and not ((f ->> 'min')::int < (f ->> 'max')::int and f ->> 'unit' <> '') $$, 'every field is of a kind');
select is_empty($$ select policy from clinic.policy p where form is not null and (does !~ '^[A-Z].*\.$' or title !~ '^[A-Z]') $$, 'in a sentence');
select is_empty($$ select p.policy, f.field, v from clinic.policy p, clinic.policy_fields(p) f (field), jsonb_array_elements(f.field -> 'values') v
	where strpos(p.allowed || p.value::text || coalesce((select string_agg(q.prosrc, '') from pg_proc q where q.pronamespace = 'clinic'::regnamespace and strpos(q.prosrc, '''' || p.policy || '''') > 0), ''),
		v ->> 0) = 0 $$, 'no value that neither its words nor code know');

-- ---- who
select is(api.policies(t, '{}') ->> 'code', c, 'who may look: ' || coalesce(t, 'nobody'))
	from (values ('ana', 'not_allowed'), ('quinn', 'not_allowed'), ('room1', 'sign_in_needed'), ('core', 'sign_in_needed'), (null, 'sign_in_needed'), ('dora', 'ok')) x (t, c);
select is(pg_temp.call(a, t, '{"policy": "seal", "value": "numbered", "reason": "x", "node": 8191, "seen": 0}') ->> 'code', c, a || ' by ' || t)
	from (values ('ana', 'not_allowed'), ('quinn', 'not_allowed'), ('room1', 'sign_in_needed'), ('bench1', 'not_allowed'), ('core', 'sign_in_needed')) x (t, c),
	unnest(array['policy_set', 'policy_second', 'policy_second_begin']) a;
select is((select count(*) from clinic.policy_setting), 0::bigint, 'nobody set anything');

-- ---- what is listed
select is(jsonb_array_length(api.policies('dora', '{}') #> '{data,policies}'), (select count(*)::int from clinic.policy where form is not null), 'all of them');
select is(pg_temp.page('closing_check') - 'fields' - 'does' - 'history', '{"policy": "closing_check", "title": "Closing check", "topic": "patient", "takes": "act", "why": "catches the wrong label in hand",
	"safety": true, "by_lab": false, "instead": null, "value": "patient_reads_tubes", "words": "the patient reads the tubes", "default": "patient_reads_tubes",
	"default_words": "the patient reads the tubes", "is_default": true, "seen": 0, "last": null}', 'as it came');
select is(pg_temp.page('park_limit') ->> 'words', 'parked by one person at most: 1 visit; reminded after: 15 minutes', 'parts in words');
select is(pg_temp.page('lockbox_max_hours') ->> 'words', 'any temperature: 4 hours', 'what is not set is not told');
select ok((api.policies('dora', '{}') #> '{data,tests}') @> '[{"code": "ABO"}]' and (api.policies('dora', '{}') #> '{data,templates}') ? 'auto12', 'with the tests and templates there are');
select ok(exists (select from jsonb_array_elements(pg_temp.page('label_templates') -> 'fields') f where f ->> 'label' = 'EDTA 4 mL' and f -> 'optional' = 'true'), 'a container may have a list of its own');

-- ---- what cannot be set
select is(pg_temp.said(p, v::jsonb), w, p || ' ' || v) from (values
	('nothing', '1', 'policy_unknown: There is no such policy to set'), ('retention', '{"audit_years": 1}', 'policy_unknown: There is no such policy to set'),
	('papers', '[]', 'policy_by_lab: Papers: the laboratory sets it'), ('bagging', '"bulk_by_class"', 'policy_by_lab: Inner bags: the laboratory sets it'),
	('closing_check', '"never"', 'policy_no_choice: Closing check: "never" cannot be chosen'), ('closing_check', 'true', 'policy_no_value: Closing check: choose a value'),
	('closing_check', '{"x": 1}', 'policy_no_value: Closing check: choose a value'), ('closing_check', 'null', 'policy_no_value: Closing check: choose a value'),
	('trainee_cosign', '201', 'policy_out_of_range: Trainees: a whole number from 0 to 200, patients'), ('trainee_cosign', '-1', 'policy_out_of_range: Trainees: a whole number from 0 to 200, patients'),
	('trainee_cosign', '1.5', 'policy_out_of_range: Trainees: a whole number from 0 to 200, patients'), ('trainee_cosign', '1e400', 'policy_out_of_range: Trainees: a whole number from 0 to 200, patients'),
	('trainee_cosign', '"3"', 'policy_out_of_range: Trainees: a whole number from 0 to 200, patients'),
	('park_limit', '{"per_person": 3, "remind_min": 15}', 'policy_out_of_range: parked by one person at most: a whole number from 0 to 2, visits'),
	('park_limit', '{"per_person": 1}', 'policy_out_of_range: reminded after: a whole number from 1 to 240, minutes'),
	('park_limit', '{"per_person": 1, "remind_min": 15, "who": "all"}', 'policy_part_unknown: Parked visits has nothing called who'), ('park_limit', '[]', 'policy_out_of_range: parked by one person at most: a whole number from 0 to 2, visits'),
	('park_limit', '"1"', 'policy_out_of_range: parked by one person at most: a whole number from 0 to 2, visits'),
	('second_person_tests', '["ABO", "ZZZ"]', 'policy_unknown_test: Tests for two persons: there is no test ZZZ'), ('second_person_tests', '["ABO", "ABO"]', 'policy_twice: Tests for two persons: ABO is there twice'),
	('second_person_tests', '["ABO", 7]', 'policy_no_value: Tests for two persons: choose a value'), ('second_person_tests', '"ABO"', 'policy_no_value: Tests for two persons: choose a value'),
	('unusual_identifiers', '[]', 'policy_list_long: Unusual names and birth dates: from 1 to 40 of them'), ('unusual_identifiers', '["face"]', 'policy_no_choice: Unusual names and birth dates: "face" cannot be chosen'),
	('idle', '{"shade_min": 30, "sign_out_min": 5}', 'policy_falls: to the sign-out: not less than 30, which comes before'),
	('order_match_days', '{"remind": 9, "report": 8}', 'policy_falls: late after: not less than 9, which comes before'),
	('cancel_after_draw', '"kept"', 'policy_out_of_range: kept for: a whole number from 1 to 60, days'),
	('risky', '{"minutes": 10, "search": "yes", "look_alike": true, "other_person": true, "reprint": true}', 'policy_no_value: found by search: choose a value')) x (p, v, w);
select is(pg_temp.said('label_templates', (select value from clinic.policy where policy = 'label_templates') || m::jsonb), w, m) from (values
	('{"tube": ["auto13"]}', 'policy_unknown_template: tube: there is no template auto13'), ('{"tube": []}', 'policy_list_long: tube: from 1 to 20 of them'),
	('{"cup": "urine_cup"}', 'policy_no_value: cup: choose a value'), ('{"EDTA4": ["nothing"]}', 'policy_unknown_template: EDTA 4 mL: there is no template nothing'),
	('{"EDTA9": ["auto12"]}', 'policy_part_unknown: Templates of labels has nothing called EDTA9')) x (m, w);
select is(pg_temp.ask('{"policy": "seal", "value": "numbered", "reason": " "}') ->> 'code', 'policy_no_reason', 'why is said');
select is(pg_temp.ask(jsonb_build_object('policy', 'seal', 'value', 'numbered', 'node', n)) ->> 'code', 'policy_other_site', 'a page of another site: ' || n::text)
	from unnest(array['1', '"x"', 'null', '{}']::jsonb[]) n;
select is(pg_temp.ask('{"policy": "seal", "value": "closed"}') ->> 'code', 'policy_same', 'what is so already');
select is(pg_temp.ask('{"policy": "second_person_tests", "value": ["GEN", "ABO", "XM"]}') ->> 'code', 'policy_same', 'in another order it is the same list');
select is((select count(*) from clinic.policy_setting), 0::bigint, 'nothing of that was kept');

-- ---- shown first, then kept with who and why
create temporary table looked as select pg_temp.ask('{"policy": "park_limit", "value": {"per_person": 2, "remind_min": 15}}') as r;
select is((select r ->> 'verdict' || ' ' || (r ->> 'code') from looked), 'question policy_look', 'it is shown first');
select is((select r #> '{data,look,changes}' from looked), '[{"label": "parked by one person at most", "from": "1 visit", "to": "2 visits", "loosens": false}]', 'only what changes');
select is(pg_temp.ask('{"policy": "park_limit", "value": {"per_person": 2, "remind_min": 15}, "seen": 7}') ->> 'code', 'policy_changed', 'after another setting than this is');
select is(pg_temp.ask(jsonb_build_object('policy', 'park_limit', 'value', '{"per_person": 2, "remind_min": 15}'::jsonb, 'seen', s)) ->> 'code', 'policy_changed', 'nor by ' || s::text)
	from unnest(array['"x"', '{}', '-1', '1e400']::jsonb[]) s;
select is(pg_temp.rows('park_limit'), 0, 'not yet');
select is(pg_temp.ask('{"policy": "park_limit", "value": {"per_person": 2, "remind_min": 15}, "seen": 0}') ->> 'title',
	'Parked visits is now: parked by one person at most: 2 visits; reminded after: 15 minutes', 'what was seen is set');
select is(clinic.policy_int('park_limit', 'per_person'), 2, 'and holds');
select is(pg_temp.page('park_limit') -> 'last' ->> k, v, 'with ' || k) from (values ('by', 'Dora Admin'), ('second', null), ('reason', 'a test'), ('to_default', 'false'),
	('words', 'parked by one person at most: 2 visits; reminded after: 15 minutes')) x (k, v);
select is((select station_id from clinic.policy_setting), (select station_id from clinic.station where name = 'Lab dock'), 'and where');
select ok((select set_at > now() - interval '1 minute' from clinic.policy_setting), 'and when');
select is(pg_temp.page('park_limit') -> 'is_default', 'false', 'not the default any more');
-- replay: the same request again, and the same act again
select gen_random_uuid() as request \gset
select is((select api.policy_set(:'request', 'dora', a) ->> 'code' from (select jsonb_build_object('policy', 'seal', 'value', 'numbered', 'seen', 0, 'reason', 'r', 'node', custody.node()) as a) x), 'policy_set', 'a request');
select is(api.policy_set(:'request', 'dora', '{"policy": "seal", "value": "closed"}') ->> 'code', 'policy_set', 'sent again is answered the same');
select is(api.policy_set(:'request', 'ed', '{"policy": "seal", "value": "closed"}') ->> 'code', 'request_of_another', 'to who sent it');
select is(pg_temp.rows('seal'), 1, 'and done once');
select is(pg_temp.ask('{"policy": "seal", "value": "numbered", "seen": 0}') ->> 'code', 'policy_same', 'as a new request it is so already');
-- two at once: the second sees that it changed
select is(pg_temp.ask('{"policy": "paper_size", "value": "letter", "seen": 0}', 'ed') ->> 'code', 'policy_set', 'Ed was quicker');
create temporary table late as select pg_temp.ask('{"policy": "paper_size", "value": "4x6", "seen": 0}') as r;
select is((select r ->> 'title' || '. ' || (r ->> 'do') from late), 'Paper was changed meanwhile, by Ed Admin. It is now: Letter. Look again.', 'Dora is told');
select is((select r #> '{data,look,changes,0,from}' from late), '"Letter"', 'and sees the new one');
select is(pg_temp.ask(jsonb_build_object('policy', 'paper_size', 'value', '4x6', 'seen', (select r #> '{data,look,seen}' from late))) ->> 'code', 'policy_set', 'and decides again');
select is(clinic.policy_text('paper_size'), '4x6', 'which holds');
-- other kinds of values
select is(pg_temp.set(p, v::jsonb), 'stored policy_set', p || ' ' || v) from (values ('cancel_after_draw', '"discard"'), ('lockbox_max_hours', '{"default": 4, "FRZ": 2}'),
	('rejection_tell', '{"stat": {"how": "phone", "minutes": 20}, "default": {"how": "message", "working_hours": 4}}'), ('overdue', '{"cup": 90}'), ('courier_count', '{"lockbox": "off", "counter": "off"}')) x (p, v);
select is(clinic.policy_value('overdue') - 'cup', (select value - 'cup' from clinic.policy where policy = 'overdue'), 'what nobody reads yet stays');
select is(clinic.policy_value('rejection_tell') -> 'stat', '{"how": "phone", "minutes": 20}', 'a part of a part');
select is(pg_temp.page('cancel_after_draw') ->> 'words', 'thrown away', 'one word instead');
select is(pg_temp.said('cancel_after_draw', '{"hold_days": 9}'), 'policy_look: Look first at what changes', 'and days again');
select is(pg_temp.set('cancel_after_draw', '{"hold_days": 9}'), 'stored policy_set', 'are kept');
select is(pg_temp.set('lockbox_max_hours', '{"default": 5}'), 'stored policy_set', 'what is optional');
select is(clinic.policy_value('lockbox_max_hours'), '{"default": 5}', 'is left out again');

-- ---- what loosens a safety default
create function pg_temp.loosens(p text, v jsonb) returns jsonb language sql volatile as $$
	select coalesce(pg_temp.ask(jsonb_build_object('policy', p, 'value', v)) #> '{data,look,loosens}', 'null') $$;
select is(pg_temp.loosens(p, v::jsonb)::text, w, p || ' ' || v || ' loosens: ' || w) from (values
	('closing_check', '"rescan_token"', 'true'), ('closing_check', '"off"', 'true'), ('identity_check', '"scan_photo_id"', 'false'), ('identity_check', '"attest"', 'true'),
	('trainee_cosign', '9', 'true'), ('trainee_cosign', '11', 'false'), ('second_person_tests', '["ABO", "XM"]', 'true'), ('second_person_tests', '["ABO", "XM", "GEN", "HIV"]', 'false'),
	('second_person_tests', '[]', 'true'), ('unusual_identifiers', '["address"]', 'false'), ('unusual_second_person', '"on"', 'false'), ('guardian_states', '"always"', 'false'),
	('scan_back_where', '"site"', 'true'), ('scan_back_where', '"station"', 'false'), ('pack_check', '"scan_each"', 'false'), ('pack_check', '"trust"', 'true'),
	('printer_release', '{"own": "set_taken", "shared": "set_taken"}', 'true'), ('printer_release', '{"own": "strict", "shared": "strict"}', 'false'),
	('apply_when', '{"tube": "before_in_presence", "cup": "before_in_presence"}', 'true'), ('apply_when', '{"tube": "after_fill", "cup": "after_fill"}', 'true'),
	('collected_time', '{"mode": "always_ask", "within_min": 10, "cup_min": 15}', 'false'), ('collected_time', '{"mode": "scan_back", "within_min": 11, "cup_min": 15}', 'true'),
	('collected_time', '{"mode": "always_ask", "within_min": 10, "cup_min": 16}', 'true'), ('sign_in', '{"then": "badge_pin", "hours": 12}', 'false'), ('sign_in', '{"then": "badge", "hours": 13}', 'true'),
	('risky', '{"minutes": 11, "search": true, "look_alike": true, "other_person": true, "reprint": true}', 'true'),
	('risky', '{"minutes": 9, "search": true, "look_alike": true, "other_person": true, "reprint": true}', 'false'),
	('risky', '{"minutes": 10, "search": false, "look_alike": true, "other_person": true, "reprint": true}', 'true'),
	('risky', '{"minutes": 10, "search": true, "look_alike": true, "other_person": true, "reprint": false}', 'true'),
	('idle', '{"shade_min": 60, "sign_out_min": 480}', 'true'), ('idle', '{"shade_min": 5, "sign_out_min": 31}', 'true'), ('idle', '{"shade_min": 1, "sign_out_min": 2}', 'false'),
	('expired_container', '"ask"', 'false'), ('order_entered_here', '"off"', 'false')) x (p, v, w);
select is(pg_temp.loosens('label_templates', (select value from clinic.policy where policy = 'label_templates') || '{"tube": ["clinic50x25", "auto12"]}'), 'true', 'of templates nobody knows which is safer');
select is(pg_temp.set('closing_check', '"off"'), 'question policy_second', 'one alone does not');
select is(pg_temp.rows('closing_check'), 0, 'nothing was kept');
select is(pg_temp.second('Dora Admin', 'closing_check', '"off"'), 'question policy_second_self', 'not the same person twice');
select is(pg_temp.second('Ed Admin', 'closing_check', '"off"', false), 'question policy_second_refused', 'not with a wrong PIN');
select is(pg_temp.second(w, 'closing_check', '"off"'), 'question policy_second_by_whom', 'not by ' || w) from unnest(array['Ana Ruiz', 'Lea Lead', 'Cy Courier', 'Carol Lindqvist']) w;
select is(pg_temp.second('Nobody', 'closing_check', '"off"'), 'question policy_second_refused', 'not by a badge that nobody has');
update clinic.operator set blocked_at = now() where name = 'Quinn Quality';
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"'), 'question policy_second_refused', 'nor by one that is blocked');
update clinic.operator set blocked_at = null where name = 'Quinn Quality';
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"', true, m::jsonb), 'question ' || c, 'nor with ' || m) from (values ('{"nonce": "x"}', 'policy_second_refused'),
	('{"nonce": null}', 'policy_second_refused'), ('{"ok": "true"}', 'policy_second_refused'), ('{"seen": 99}', 'policy_changed'), ('{"seen": null}', 'policy_look'), ('{"node": 3}', 'policy_other_site'),
	('{"reason": ""}', 'policy_no_reason'), ('{"value": "sometimes"}', 'policy_no_choice'), ('{"policy": "moon"}', 'policy_unknown')) x (m, c);
create temporary table other as select pg_temp.begun('Quinn Quality', 'ed') ->> 'nonce' as nonce;
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"', true, (select to_jsonb(o) from other o)), 'question policy_second_refused', 'a nonce belongs to who asked');
create temporary table old as select pg_temp.begun('Quinn Quality') ->> 'nonce' as nonce;
update clinic.sign_in set begun_at = begun_at - interval '3 minutes' where nonce = (select nonce::uuid from old);
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"', true, (select to_jsonb(o) from old o)), 'question policy_second_refused', 'and lives two minutes');
create temporary table signs as select api.sign_in_begin(gen_random_uuid(), 'labdock', jsonb_build_object('badge', badge)) #>> '{data,nonce}' as nonce from person where name = 'Quinn Quality';
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"', true, (select to_jsonb(o) from signs o)), 'question policy_second_refused', 'one to sign in says yes to nothing');
select is((select api.sign_in(gen_random_uuid(), 'labdock', jsonb_build_object('nonce', pg_temp.begun('Ed Admin') -> 'nonce', 'ok', true, 'token_hash', pg_temp.token_hash('thief'))) ->> 'code'),
	'sign_in_refused', 'and one that says yes signs nobody in');
select is(pg_temp.rows('closing_check'), 0, 'still nothing was kept');
create temporary table good as select pg_temp.begun('Quinn Quality') ->> 'nonce' as nonce;
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"', true, (select to_jsonb(o) from good o)), 'stored policy_set', 'by somebody else''s badge and PIN');
select is(pg_temp.second('Quinn Quality', 'closing_check', '"off"', true, (select to_jsonb(o) from good o)), 'question policy_second_refused', 'a nonce is used once');
select is((pg_temp.page('closing_check') #>> '{last,by}') || ', ' || (pg_temp.page('closing_check') #>> '{last,second}'), 'Dora Admin, Quinn Quality', 'both are kept');
select is((select count(*) from clinic.sign_in where act = 'policy' and opened), 12::bigint, 'and every PIN that was right');
select is(pg_temp.set('closing_check', '"when_risky"'), 'stored policy_set', 'what is safer needs no second');
select is(pg_temp.set('trainee_cosign', '20'), 'stored policy_set', 'more than the default');
select is(pg_temp.back('trainee_cosign'), 'question policy_second', 'back to it is less safe');
select is(pg_temp.second('Ed Admin', 'trainee_cosign', null, true, '{"to_default": true}'), 'stored policy_is_default', 'with a second');
select is(pg_temp.back('closing_check'), 'stored policy_is_default', 'back to what is safer, without');
select is(pg_temp.page('closing_check') -> 'is_default', 'true', 'it is the default again');
select is((select jsonb_agg(h ->> 'words') from jsonb_array_elements(pg_temp.page('closing_check') -> 'history') h),
	'["the patient reads the tubes", "the patient reads the tubes when the visit is risky", "nothing"]', 'and all that was is listed');
update clinic.policy set value = '"rescan_token"' where policy = 'closing_check';
select is(clinic.policy_text('closing_check'), 'rescan_token', 'who went back follows the default when it changes');
update clinic.policy set value = '"patient_reads_tubes"' where policy = 'closing_check';
select throws_ok(c, '42501', null, 'nothing of it is changed: ' || c) from unnest(array['update clinic.policy_setting set reason = ''x''', 'delete from clinic.policy_setting', 'truncate clinic.policy_setting']) c;
select throws_ok($$ insert into clinic.policy_setting (policy, value, set_by, second_by) select 'seal', '"closed"', operator_id, operator_id from clinic.operator limit 1 $$, '23514', null, 'nor is one person two');

-- ---- it takes effect at once, in a visit that is open too
select pg_temp.patient('MILLER', 'Maria', '1966-06-06', array['CBC'], 'M1') as maria \gset
select pg_temp.printed(:maria) \g /dev/null
select is(pg_temp.says(pg_temp.scan(pg_temp.tube(:maria, 1))), 'complete labels_done', 'her tube');
select is(pg_temp.view() #>> '{closing,check}', 'patient_read', 'the patient is to read it');
select is(pg_temp.second('Ed Admin', 'closing_check', '"rescan_token"'), 'stored policy_set', 'set while she sits there');
select is(pg_temp.view() #>> '{closing,check}', 'slip', 'the slip is to be scanned');
select is(pg_temp.says(pg_temp.call('visit_close', 'ana', '{"check": "patient_read"}')), 'question closing_slip', 'and nothing else closes the visit');
select is(pg_temp.set('park_limit', '{"per_person": 0, "remind_min": 15}'), 'stored policy_set', 'nothing may be parked');
select is(pg_temp.says(pg_temp.call('visit_park', 'ana')), 'question park_limit', 'from now on');
select is(pg_temp.back('park_limit'), 'stored policy_is_default', 'as it came');
select is(pg_temp.says(pg_temp.call('visit_park', 'ana')), 'stored parked', 'one may');
select * from finish();
