-- A small api schema for the core's tests: every function keeps what it was called with, and answers
-- by a few rules that a test can bend (fake.control). Applied as the owner of an empty database.
drop schema if exists api cascade;
drop schema if exists fake cascade;
create schema api;
create schema fake;
create table fake.call (no bigserial, fn text, request_id uuid, session text, args jsonb);
create table fake.request (request_id uuid primary key, reply jsonb);
create table fake.scan (no bigserial, request_id uuid, raw text, late boolean, station bigint);
create table fake.token (token_hash text primary key, kind text, station_id bigint, operator text);
create table fake.control (key text primary key, value text);
create table fake.job (print_job_id bigint primary key, state text, station_id bigint, device_id bigint, counter bigint, plug text, sha256 text, host text);
create table fake.job_log (no bigserial, print_job_id bigint, state text, args jsonb);
create table fake.seal (seal_id bigint primary key, bytes text, signature text, public_key text);
create sequence fake.tries;

create function fake.control(k text) returns text language sql as $$ select value from fake.control where key = k $$;

create function fake.drawn_from() returns text language sql as $$ select coalesce(fake.control('drawn_from'), repeat('d', 64)) $$;

create function fake.began(id bigint) returns bigint language sql as $$
	select count(*) from fake.job_log where print_job_id = id and state = 'sending' $$;

create function fake.reply(verdict text, code text, data jsonb) returns jsonb language sql as $$
	select jsonb_build_object('verdict', verdict, 'code', code, 'title', code, 'do', '', 'data', data) $$;

create function fake.who(token text) returns fake.token language sql as $$
	select t from fake.token t where t.token_hash = encode(sha256(convert_to(token, 'UTF8')), 'hex') $$;

create function fake.station_view(id bigint) returns jsonb language sql as $$
	select jsonb_build_object('station_id', id, 'station', 'T' || id, 'name', 'Room ' || id, 'kind', 'collection') $$;

-- What a scan's text asks for: sleep, an error, a conflict that ends after n tries.
create function fake.act(raw text) returns void language plpgsql as $$
declare
	word text := convert_from(decode(raw, 'base64'), 'UTF8');
begin
	if word like 'sleep %' then
		perform pg_sleep(split_part(word, ' ', 2)::float8);
	elsif word like 'conflict %' and nextval('fake.tries') <= split_part(word, ' ', 2)::int then
		raise exception 'conflict' using errcode = '40001';
	elsif word like 'raise %' then
		raise exception 'raised' using errcode = split_part(word, ' ', 2);
	end if;
end $$;

create function fake.answer(fn text, session text, args jsonb) returns jsonb language plpgsql as $$
declare
	w fake.token := fake.who(session);
	j fake.job;
	r jsonb;
begin
	case fn
	when 'service_open' then
		if args ->> 'service' not in ('core', 'mllp') then
			return fake.reply('question', 'bad_request', '{}');
		end if;
		insert into fake.token values (args ->> 'token_hash', args ->> 'service', null, null);
		return fake.reply('stored', 'ok', '{"session_id": 1}');
	when 'station_open', 'station_bind' then -- the codes are those of stations 1 and 2
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		elsif fn = 'station_bind' and args ->> 'code' not in ('100000000001', '100000000002') then
			return fake.reply('question', 'page_code_wrong', '{}');
		end if;
		insert into fake.token values (args ->> 'token_hash', 'station',
			coalesce((args ->> 'station_id')::bigint, right(args ->> 'code', 1)::bigint), null);
		return fake.reply('stored', 'ok', jsonb_build_object('station',
			fake.station_view(coalesce((args ->> 'station_id')::bigint, right(args ->> 'code', 1)::bigint))));
	when 'page_take_away' then
		return fake.reply('stored', 'page_taken_away', jsonb_build_object('station_touched', args -> 'station_id'));
	when 'pages' then
		if w.operator is null then
			return fake.reply('question', 'sign_in_needed', '{}');
		end if;
		return fake.reply('note', 'ok', jsonb_build_object('code', fake.control('page_code')::jsonb));
	when 'sign_in_begin', 'policy_second_begin' then
		if fn = 'policy_second_begin' and w.operator is null then
			return fake.reply('question', 'sign_in_needed', '{}');
		end if;
		return fake.reply('note', 'pin_needed', jsonb_build_object('nonce', gen_random_uuid(),
			'pin_hash', case when args ->> 'badge' = 'G1' then 'hash-of-the-pin' end, 'pin_needed', args ->> 'badge' <> 'G2'));
	when 'sign_in' then
		if (args ->> 'ok')::boolean is not true then
			return fake.reply('question', 'sign_in_refused', '{}');
		end if;
		insert into fake.token values (args ->> 'token_hash', 'operator', w.station_id, 'Ada');
		return fake.reply('stored', 'signed_in', '{"operator": {"operator_id": 1, "name": "Ada", "roles": ["ma"]}}');
	when 'policy_second' then
		return case when (args ->> 'ok')::boolean is not true then fake.reply('question', 'policy_second_refused', '{}')
			when args ->> 'seen' = '0' then fake.reply('stored', 'policy_set', '{}') else fake.reply('question', 'policy_changed', '{}') end;
	when 'scan' then
		if w.station_id is null then
			return fake.reply('question', 'sign_in_needed', '{}');
		end if;
		perform fake.act(args ->> 'raw');
		insert into fake.scan (request_id, raw, late, station)
		values (current_setting('fake.request_id')::uuid, convert_from(decode(args ->> 'raw', 'base64'), 'UTF8'),
			coalesce((args ->> 'late')::boolean, false), w.station_id);
		if (args ->> 'late')::boolean then
			return fake.reply('note', 'scan_late', '{}');
		end if;
		return fake.reply('stored', coalesce(fake.control('code'), 'ok'), jsonb_build_object('scan', jsonb_build_object('text',
			convert_from(decode(args ->> 'raw', 'base64'), 'UTF8')), 'about', jsonb_build_object('kind', coalesce(fake.control('about'), 'specimen')),
			'visit', case when fake.control('visit') = 'no' then null else '{"patient": {"name": "Ada"}}'::jsonb end,
			'touched', fake.control('touched'), 'also_at', fake.control('also_at')::jsonb, 'pass', fake.control('hands_on'),
			'jobs', fake.control('jobs')::jsonb));
	when 'pass_told' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		return case when args -> 'ok' = 'true' then fake.reply('stored', 'passed_on', '{}') else fake.reply('question', 'not_passed_on', args) end;
	when 'print_job_set' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		select * into j from fake.job where print_job_id = (args ->> 'print_job_id')::bigint for update;
		if (j.state, args ->> 'state') not in (('queued', 'proved'), ('queued', 'failed'), ('proved', 'sending'), ('proved', 'failed'), ('sending', 'sent'),
			('sending', 'failed'), ('sending', 'unknown'), ('sent', 'printed'), ('sent', 'failed'), ('sent', 'unknown'), ('unknown', 'printed')) then
			return fake.reply('note', 'move_refused', '{}');
		end if;
		if fake.control('changes') = args ->> 'state' then -- another label by now
			delete from fake.control where key in ('changes', 'drawn_from');
			insert into fake.control values ('drawn_from', repeat('e', 64));
		end if;
		if j.state in ('queued', 'proved') and fake.drawn_from() is distinct from args ->> 'drawn_from' then
			return fake.reply('question', 'print_job_changed', '{}');
		end if;
		if args ->> 'state' = 'sending' and fake.control('taken') = 'yes' then -- by another core, just now
			update fake.job set state = 'sending' where print_job_id = j.print_job_id;
			return fake.reply('repeat', 'ok', '{}');
		end if;
		if args ->> 'state' = 'sending' and not exists (select from pg_locks where locktype = 'advisory' and granted
			and (classid::bigint << 32) + objid::bigint = 5370658274 and pid = (args ->> 'lead_pid')::int) then
			return fake.reply('question', 'print_job_waits', '{}');
		end if;
		if args ->> 'state' = 'sending' and fake.control('stops') is not null then
			return fake.reply('question', fake.control('stops'), '{}');
		end if;
		update fake.job set state = args ->> 'state', sha256 = coalesce(args ->> 'sha256', sha256),
			counter = case when args ->> 'state' = 'sending' then (args ->> 'counter')::bigint else counter end,
			plug = case when args ->> 'state' = 'sending' then args ->> 'plug' else plug end,
			host = case when args ->> 'state' = 'sending' then args ->> 'host' else host end
		where print_job_id = j.print_job_id;
		insert into fake.job_log (print_job_id, state, args) values (j.print_job_id, args ->> 'state', args);
		return fake.reply('stored', 'ok', '{}');
	when 'printer_told' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		return fake.reply('stored', 'ok', jsonb_build_object('held', fake.control('held') = 'yes'));
	when 'print_job_settle' then
		select * into j from fake.job where print_job_id = (args ->> 'print_job_id')::bigint for update;
		if args -> 'unsent' = 'true' and ((args ->> 'began_us')::bigint is distinct from fake.began(j.print_job_id) or j.state <> 'sending'
			or args ->> 'host' is distinct from j.host) then
			return fake.reply('question', 'print_job_move', '{}');
		end if;
		update fake.job set state = case when args -> 'unsent' = 'true' then 'queued' when args ->> 'counter' is null or j.counter is null or (args ->> 'plug' = j.plug) is not true then 'unknown'
			when (args ->> 'counter')::bigint > j.counter then 'printed' when args ->> 'host' is distinct from j.host then 'unknown' else 'queued' end
		where print_job_id = j.print_job_id returning * into j;
		insert into fake.job_log (print_job_id, state, args) values (j.print_job_id, 'settle ' || j.state, args);
		return fake.reply('stored', 'ok', '{}');
	when 'seal_next' then
		return fake.reply('stored', 'ok', jsonb_build_object('seals', coalesce((select jsonb_agg(jsonb_build_object(
			'seal_id', seal_id, 'bytes', bytes)) from fake.seal where signature is null), '[]')));
	when 'seal_put' then
		update fake.seal set signature = args ->> 'signature', public_key = args ->> 'public_key'
		where seal_id = (args ->> 'seal_id')::bigint;
		return fake.reply('stored', 'ok', '{}');
	when 'order_message' then
		if w.kind is distinct from 'mllp' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		return fake.reply('stored', 'ok', '{"message_id": 1, "ack_code": "AA", "ack_at": "2026-01-02T03:04:05Z", "errors": [],
			"repeat": false, "flagged": false}');
	when 'reprint' then
		return fake.reply('stored', 'ok', jsonb_build_object('jobs', '[]'::jsonb, 'touched', fake.control('touched')));
	when 'devices' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		r := fake.reply('note', 'ok', jsonb_build_object('practice', fake.control('practice') is distinct from 'no',
			'devices', '[{"device_id": 11, "kind": "scanner", "transport": "virtual", "identity": "virtual:s1", "station_id": 1}]'::jsonb
				|| jsonb_build_object('device_id', 12, 'kind', 'printer', 'transport', 'virtual', 'identity', 'virtual:p1',
				'station_id', 1, 'dpi', 203, 'language', coalesce(fake.control('language'), 'zpl'), 'width_um', 50800, 'height_um', 25400,
				'talks', coalesce(fake.control('talks'), 'unknown')) || '[{"device_id": 21, "kind": "scanner", "transport": "virtual", "identity": "virtual:s2", "station_id": 2}]'::jsonb
				|| case when fake.control('usb') = 'yes' then '[{"device_id": 31, "kind": "scanner", "transport": "usb",
					"identity": "usb:0c2e:0967@1-2", "station_id": 1, "language": "hid_pos"}]' else '[]' end::jsonb,
			'enrol', fake.control('enrol')::jsonb, 'pass', fake.control('pass')::jsonb,
			'stations', jsonb_build_array(fake.station_view(1), fake.station_view(2))));
		perform pg_sleep(fake.control('devices_nap')::float); -- after it was read; null: none
		return r;
	when 'enrol_read' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		return fake.reply('stored', 'enrolled', '{"station_id": 1}');
	when 'enrolment' then
		if w.operator is null then
			return fake.reply('question', 'sign_in_needed', '{}');
		end if;
		return fake.reply('note', 'ok', jsonb_build_object('enrolment', fake.control('enrolment')::jsonb));
	when 'device_talks' then
		if fake.control('talks_refused') = 'yes' then
			return fake.reply('question', 'bad_request', '{}');
		end if;
		insert into fake.control values ('talks', args ->> 'talks') on conflict (key) do update set value = excluded.value;
		return fake.reply('stored', 'ok', '{}');
	when 'me' then
		if w.station_id is null then
			return fake.reply('question', 'station_unknown', '{}');
		end if;
		return fake.reply('note', 'ok', jsonb_build_object('station', fake.station_view(w.station_id),
			'operator', case when w.operator is not null then jsonb_build_object('name', w.operator) end, 'practice', true,
			'sees_patients', w.operator is not null and fake.control('sees') is distinct from 'no', 'shaded', fake.control('shaded') = 'yes',
			'devices', '[{"device_id": 11, "kind": "scanner"}, {"device_id": 12, "kind": "printer"}]'::jsonb));
	when 'stations' then
		return fake.reply('note', 'ok', jsonb_build_object('stations', jsonb_build_array(fake.station_view(1))));
	when 'print_jobs_open' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		return fake.reply('note', 'ok', jsonb_build_object('jobs', coalesce((select jsonb_agg(jsonb_build_object(
			'print_job_id', print_job_id, 'state', state, 'station_id', station_id, 'device_id', device_id, 'template', 'auto12',
			'language', 'zpl', 'dpi', 203, 'width_um', 50800, 'height_um', 25400, 'counter', counter, 'sha256', sha256, 'host', host,
			'began_us', case when state in ('sending', 'sent') then fake.began(print_job_id) end, 'template_version', fake.control('template_version')::int, 'drawn_from', fake.drawn_from(),
			'content', jsonb_build_object('specimen_id', '101000000156', 'copy', 1)) order by print_job_id)
			from fake.job where state in ('sending', 'sent', 'unknown') or state in ('queued', 'proved') and fake.control('held') is distinct from 'yes'), '[]'),
			'templates', '{"auto12": {"6": "the text of 6", "7": "the text of 7"}, "slip": {"7": "of a slip"}}'::jsonb));
	when 'template_list', 'template_get' then
		if w.operator is null then
			return fake.reply('question', 'sign_in_needed', '{}');
		end if;
		return fake.reply('note', 'ok', jsonb_build_object('template', args -> 'template', 'version', args -> 'version', 'body', 'the text',
			'cases', '[{"name": "here"}]'::jsonb, 'site', 'of the catalogue'));
	when 'paper' then
		if w.operator is null then
			return fake.reply('question', 'sign_in_needed', '{}');
		end if;
		return fake.reply('note', 'ok', jsonb_build_object('paper', jsonb_build_object('title', args -> 'paper', 'parts', repeat('x', 40000))));
	when 'paper_made' then
		return fake.reply('stored', coalesce(fake.control('paper'), 'paper_made'), '{}');
	when 'template_golden' then
		if w.kind is distinct from 'core' then
			return fake.reply('question', 'not_allowed', '{}');
		end if;
		return fake.reply('stored', 'template_passed', args);
	when 'collections_due', 'patient_find', 'timeline' then
		perform pg_sleep(coalesce(fake.control('read_sleep'), '0')::float8);
		return fake.reply('note', 'ok', jsonb_build_object('args', args));
	else
		return fake.reply(case when w.token_hash is null then 'question' else 'stored' end,
			case when w.token_hash is null then 'sign_in_needed' else 'ok' end, jsonb_build_object('args', args));
	end case;
end $$;

create function fake.write(fn text, id uuid, session text, args jsonb) returns jsonb language plpgsql as $$
declare
	r jsonb;
begin
	select reply into r from fake.request where request_id = id;
	if r is not null then
		return r;
	end if;
	insert into fake.call (fn, request_id, session, args) values (fn, id, session, args);
	perform set_config('fake.request_id', id::text, true);
	r := fake.answer(fn, session, args);
	insert into fake.request values (id, r);
	return r;
end $$;

create function fake.read(fn text, session text, args jsonb) returns jsonb language plpgsql as $$
begin
	insert into fake.call (fn, session, args) values (fn, session, args);
	return fake.answer(fn, session, args);
end $$;

do $$
declare
	fn text;
begin
	foreach fn in array string_to_array('service_open station_open station_bind sign_in_begin sign_in sign_out shade slip_print'
		' visit_open visit_identify scan visit_close visit_park visit_resume mistake not_collected reprint label_end visit_answer'
		' print_answer print_rest printer_told alarm_answer order_here order_mend message_done order_message print_job_set print_job_settle'
		' seal_next seal_put devices_found device_talks pattern_print pattern_answer template_put template_propose'
		' template_withdraw template_publish template_turn_down template_golden paper_made stock_print enrol_open enrol_cancel enrol_read device_faults page_take_away page_keep pass_set pass_told scan_rule_set policy_set policy_second_begin policy_second', ' ') loop
		execute format('create function api.%I(uuid, text, jsonb) returns jsonb language sql as %L', fn,
			format('select fake.write(%L, $1, $2, $3)', fn));
	end loop;
	foreach fn in array string_to_array('stations me collections_due visit patient_find catalogue messages timeline'
		' print_jobs_open devices printer_health template_list template_get paper stock enrolment pages passes policies', ' ') loop
		execute format('create function api.%I(text, jsonb) returns jsonb language sql as %L', fn,
			format('select fake.read(%L, $1, $2)', fn));
	end loop;
end $$;

-- Tokens of the tests: 64 times a (station 1), b (station 2), c (an operator at station 1).
insert into fake.token
select encode(sha256(convert_to(repeat(letter, 64), 'UTF8')), 'hex'), kind, station_id, operator
from (values ('a', 'station', 1::bigint, null), ('b', 'station', 2, null), ('c', 'operator', 1, 'Ada')) x (letter, kind, station_id, operator);
