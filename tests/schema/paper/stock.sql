-- Supplies: every number issued and kept before it prints, once; a badge ends the one before; patients' labels go first.
\ir ../visit/setup.sql
select no_plan();
insert into person select x.name, clinic.operator_add(x.name, 'XX', array[x.role], '$argon2id$not-a-real-hash')
	from (values ('Ada Admin', 'admin'), ('Lea Lead', 'lab_lead')) x (name, role);
select pg_temp.sign_in('Ada Admin', 'room2') is not null \g /dev/null
create function pg_temp.printer() returns bigint language sql stable as $$ select device_id from clinic.device where kind = 'printer' order by device_id limit 1 $$;
create function pg_temp.stock(what text, n jsonb, more jsonb default '{}', who text default 'ada') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('stock_print', who, jsonb_build_object('what', what, 'count', n, 'device_id', pg_temp.printer()) || more)) $$;
create function pg_temp.stocks(who text default 'ada') returns jsonb language sql stable as $$ select api.stock(who, '{}') -> 'data' $$;

-- ---- who may, and what is refused: nothing is issued
select is(pg_temp.stock('found', '3', who => w), v, 'stock_print by ' || w)
	from (values ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('core', 'question sign_in_needed'), ('stranger', 'question sign_in_needed')) x (w, v);
select is(pg_temp.says(api.stock(w, '{}')), v, 'stock for ' || w) from (values ('ana', 'question not_allowed'), ('room1', 'question sign_in_needed'), ('ada', 'note ok')) x (w, v);
select is(pg_temp.stock(what, n, more), 'question ' || v, coalesce(what, 'nothing') || ' ' || n || ' ' || more) from (values
	(null, '1'::jsonb, '{}'::jsonb, 'stock_what'), ('label', '1', '{}', 'stock_what'), ('found', '0', '{}', 'stock_count'), ('found', '101', '{}', 'stock_count'),
	('found', '-1', '{}', 'stock_count'), ('found', 'null', '{}', 'stock_count'), ('command', '6', '{}', 'stock_count'), ('found', '1', '{"device_id": 0}', 'stock_printer'),
	('found', '1', '{"device_id": null}', 'stock_printer'), ('badge', '1', '{}', 'stock_operator'), ('badge', '1', '{"operator_id": 7}', 'stock_operator')) x (what, n, more, v);
select is(pg_temp.stock('found', '1', jsonb_build_object('device_id', (select min(device_id) from clinic.device where kind = 'scanner'))), 'question stock_printer', 'a scanner prints nothing');
select is((select count(*) from clinic.stock_run), 0::bigint, 'none of them is a run');

-- ---- FOUND stickers
select is(pg_temp.stock('found', '3'), 'stored stock_prints', 'three FOUND stickers');
select is((select array_agg((custody.id_parse(found)).kind) from clinic.found_sticker), array['FOUND sticker', 'FOUND sticker', 'FOUND sticker'], 'are issued');
select is((select jsonb_agg(content order by print_job_id) from clinic.print_job where kind = 'found'),
	(select jsonb_agg(jsonb_build_object('found', found, 'practice', true) order by found) from clinic.found_sticker), 'and asked of the printer with nothing but their numbers');
select is((select array_agg(distinct array[state, template, device_id::text]) from clinic.print_job where kind = 'found'), array[array['queued', 'found', pg_temp.printer()::text]], 'as print jobs');
select is(pg_temp.call('stock_print', 'ada', jsonb_build_object('what', 'found', 'count', 2, 'device_id', pg_temp.printer())) ->> 'title', '2 labels are on the way to Room 1 printer', 'in plain words');
select is((select count(distinct found) from clinic.found_sticker), 5::bigint, 'no number twice');

-- ---- downtime labels: ids that are known, and nobody's
select is(pg_temp.stock('downtime', '40'), 'stored stock_prints', 'forty downtime labels');
select is(pg_temp.stocks() -> 'downtime', '{"issued": 40, "unassigned": 40}', 'forty wait for a patient');
select is((select count(*) from clinic.downtime_label l join clinic.print_job j on j.content ->> 'specimen_id' = l.specimen_id and j.kind = 'downtime'), 40::bigint, 'each issued before it prints');
select is((select array_agg(distinct e.kind || ' ' || (e.body::jsonb ->> 'remark') || ' ' || e.n || ' ' || e.lab || ' ' || (e.operator_id = (select operator_id from clinic.operator where name = 'Ada Admin')))
	from custody.event e join clinic.downtime_label l on l.specimen_id = e.subject), array['remark downtime_label 1 0 true'], 'each chain begins with what the label is');
select is((select count(*) from custody.head h join clinic.downtime_label l on l.specimen_id = h.subject where h.moving_n is not null), 0::bigint, 'there is no tube yet');
select min(specimen_id) as d1 from clinic.downtime_label \gset
select is(pg_temp.says(pg_temp.scan(:'d1', 'ada')), 'question downtime_unassigned', 'scanned by who does not draw, it says what it is');
select is(pg_temp.says(pg_temp.scan(:'d1', 'ana')), 'question downtime_whose', 'scanned, it asks whose it is');
select isnt((select specimen_id from clinic.downtime_label order by 1 limit 1), custody.id_next('specimen'), 'no tube gets a number of these');
update clinic.lab set node = 7;
select is(pg_temp.stock('downtime', '100'), 'stored stock_prints', 'a hundred more');
select is((select count(*) from custody.event where kind = 'remark' and lab = 7), 100::bigint, 'the laboratory on a node is told of them');
update clinic.lab set node = 0;
select is(pg_temp.stock('downtime', '1'), 'question stock_busy', 'but not without end');

-- ---- patients' labels go before them
select pg_temp.slip(pg_temp.patient('BELL', 'Bea', '1970-02-03', array['CBC'])) is not null \g /dev/null
select is((select kind from clinic.print_job j where device_id = pg_temp.printer() order by clinic.print_job_order(j) limit 1), 'slip', 'a patient''s slip that was asked for later goes first');

-- ---- a printed job and its run
select print_job_id as job from clinic.print_job where kind = 'found' order by 1 limit 1 \gset
create function pg_temp.says_job(job bigint, state text) returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('print_job_set', 'core', jsonb_build_object('print_job_id', job, 'state', state, 'counter', 7, 'message', state,
		'drawn_from', (select clinic.print_job_drawn_from(j) from clinic.print_job j where j.print_job_id = job)))) $$;
select is(pg_temp.says_job(:job, s), 'stored ok', 'its job is ' || s) from unnest(array['proved', 'sending', 'sent', 'printed']) s;
select is(pg_temp.says_job(:job + 1, s), 'stored ok', 'the next is ' || s) from unnest(array['proved', 'sending', 'sent', 'unknown']) s;
select is(pg_temp.says_job(:job + 2, 'failed'), 'stored ok', 'the third is refused by a check');
select is((pg_temp.stocks() #> '{runs,-1}') - 'at' - 'stock_run_id', '{"what": "found", "by": "Ada Admin", "name": null, "printer": "Room 1 printer", "printed": 1, "unknown": 1, "failed": 1, "waiting": 0, "message": "failed"}'::jsonb
	|| jsonb_build_object('unsure', jsonb_build_array(jsonb_build_object('print_job_id', :job + 1, 'name', (select content ->> 'found' from clinic.print_job where print_job_id = :job + 1)))),
	'the run says what became of each');

-- ---- what nobody knows of is asked on the page, and never printed again
create function pg_temp.came_out(job bigint, answer text, who text default 'ada') returns text language sql volatile as $$
	select pg_temp.says(pg_temp.call('print_answer', who, jsonb_build_object('print_job_id', job, 'came_out', answer))) $$;
create function pg_temp.state(job bigint) returns text language sql stable as $$ select state from clinic.print_job where print_job_id = job $$;
select is(pg_temp.came_out(:job + 1, 'yes', 'ana'), 'question not_allowed', 'not by who may not print them');
select is(pg_temp.came_out(:job + 1, a), 'question bad_request', 'came_out ' || coalesce(a, 'null')) from unnest(array['not_sure', '', null]) a;
select is(pg_temp.came_out(:job, 'no'), 'repeat print_answered', 'what is printed is not asked');
select is(pg_temp.came_out(:job + 3, 'no'), 'repeat print_answered', 'nor what waits');
select is(pg_temp.state(:job + 1), 'unknown', 'none of them changed anything');
select count(*) as jobs from clinic.print_job \gset
select is(pg_temp.came_out(:job + 1, 'yes'), 'stored print_came_out', 'it came out');
select is(pg_temp.state(:job + 1), 'printed', 'and is printed');
select is(pg_temp.came_out(:job + 1, 'no'), 'repeat print_answered', 'once');
select pg_temp.says_job(:job + 3, s) from unnest(array['proved', 'sending', 'sent', 'unknown']) s \g /dev/null
select is(pg_temp.came_out(:job + 3, 'no'), 'stored supply_did_not_come_out', 'another did not');
select is(pg_temp.state(:job + 3), 'void', 'and is void');
select is((select jsonb_agg(r -> 'unsure') from jsonb_array_elements(pg_temp.stocks() -> 'runs') r where r ->> 'what' = 'found'), '[[], []]', 'nothing is asked any more');
select is((select count(*) from clinic.print_job), :jobs::bigint, 'nothing was printed again');

-- ---- badges: never the same twice
select operator_id as ana_id, badge as ana_badge from clinic.operator where name = 'Ana Ruiz' \gset
select is((custody.session('ana')).operator_id, :ana_id::bigint, 'Ana is signed in');
update clinic.print_job set state = 'void' where kind = 'downtime';
select is(pg_temp.stock('badge', '1', jsonb_build_object('operator_id', :ana_id), 'ana'), 'question not_allowed', 'not by herself');
select is(pg_temp.stock('badge', '2', jsonb_build_object('operator_id', :ana_id)), 'question stock_count', 'nor two');
select is(pg_temp.stock('badge', '1', jsonb_build_object('operator_id', :ana_id)), 'stored stock_badge_prints', 'a new badge for Ana');
select isnt((select badge from clinic.operator where operator_id = :ana_id), :'ana_badge', 'another number');
select is((select content from clinic.print_job where kind = 'badge'), jsonb_build_object('badge', (select badge from clinic.operator where operator_id = :ana_id), 'name', 'Ana Ruiz', 'practice', true), 'is on it');
select is((select jsonb_build_array(badge, operator_id, (select name from clinic.operator o where o.operator_id = ended_by)) from clinic.badge_ended),
	jsonb_build_array(:'ana_badge', :ana_id, 'Ada Admin'), 'the old one ended, by whom is kept');
select is((custody.session('ana')).operator_id, null, 'and who was signed in with it is not any more');
select is(pg_temp.call('sign_in_begin', 'room1', jsonb_build_object('badge', :'ana_badge')) -> 'data' ->> 'pin_hash', null, 'the old badge opens nothing');
select is(pg_temp.call('sign_in_begin', 'room1', jsonb_build_object('badge', (select badge from clinic.operator where operator_id = :ana_id))) -> 'data' ->> 'pin_needed', 'true', 'the new one asks for the PIN');
update clinic.operator set blocked_at = now() where operator_id = :ana_id;
select is(pg_temp.stock('badge', '1', jsonb_build_object('operator_id', :ana_id)), 'question stock_operator', 'who is blocked gets none');

-- ---- command cards
select is(pg_temp.stock('command', '1'), 'stored stock_prints', 'a set of command cards');
select is((select count(*) from clinic.print_job where kind = 'command'), (select count(*) from clinic.command), 'is one of each');
select is((select count(*) from clinic.command where octet_length(words) not between 1 and 60), 0::bigint, 'whose words fit the card');
select is(pg_temp.stocks() ->> 'cards', (select count(*)::text from clinic.command), 'the page says how many');

-- ---- exactly once
select is((select count(*) from (select pg_temp.says(api.stock_print('00000000-0000-4000-8000-00000000abcd', 'ada',
	jsonb_build_object('what', 'found', 'count', 1, 'device_id', pg_temp.printer()))) from generate_series(1, 2)) x), 2::bigint, 'asked twice with one request id');
select is((select count(*) from clinic.found_sticker), 6::bigint, 'one sticker');
select * from finish();
