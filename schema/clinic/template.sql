-- Templates (LB-14): versions of a text by name. The live version is the newest published; a job keeps the one it began
-- with. Whether a text draws good labels only the press can say: the golden set's result, told by the core.

create or replace function clinic.template_live(name text) returns int
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select max(t.version) from clinic.template t where t.name = $1 and t.published_at is not null;
$$;

-- What a version is made with stays. Its proposal comes and goes until it is published: by another person than who proposed
-- and who wrote it. Only what the release brings is live by nobody.
create or replace function clinic.template_is_frozen() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	if tg_op = 'INSERT' then
		if new.proposed_at is null and (new.published_at is null or new.source = 'shipped' and new.published_by is null) then
			return new;
		end if;
		raise exception 'a version of a template is not made as a published one' using errcode = 'insufficient_privilege';
	elsif tg_op = 'UPDATE' then
		if (old.name, old.version, old.body, old.sha256, old.source, old.note, old.created_at, old.created_by)
				is not distinct from (new.name, new.version, new.body, new.sha256, new.source, new.note, new.created_at, new.created_by)
			and (case when old.published_at is null and new.published_at is null then true
				when old.published_at is null then old.proposed_by is not null and new.published_by is not null
					and new.published_by <> old.proposed_by and new.published_by is distinct from old.created_by
					and (old.proposed_at, old.proposed_by) is not distinct from (new.proposed_at, new.proposed_by)
				else (old.published_at, old.published_by, old.proposed_at, old.proposed_by)
					is not distinct from (new.published_at, new.published_by, new.proposed_at, new.proposed_by) end) then
			return new;
		end if;
	end if;
	raise exception 'a version of a template is never changed or deleted, and is published by a second person'
		using errcode = 'insufficient_privilege';
end $$;
create or replace trigger template_is_frozen before insert or update or delete on clinic.template
	for each row execute function clinic.template_is_frozen();
create or replace trigger template_is_kept before truncate on clinic.template
	for each statement execute function clinic.template_is_frozen();
create or replace trigger template_act_is_kept before update or delete on clinic.template_act
	for each row execute function custody.append_only();
create or replace trigger template_act_stays before truncate on clinic.template_act
	for each statement execute function custody.append_only();

-- Whoever makes a job, it is drawn with the version that is live now.
create or replace function clinic.print_job_template() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	new.template_version := coalesce(new.template_version, clinic.template_live(new.template));
	return new;
end $$;
create or replace trigger print_job_template before insert on clinic.print_job
	for each row execute function clinic.print_job_template();

-- The texts that these jobs are drawn with: {name: {version: body}}.
create or replace function clinic.template_bodies(job_ids bigint[]) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_object_agg(x.name, x.bodies), '{}') from (
		select t.name, jsonb_object_agg(t.version, t.body) as bodies from clinic.template t
		where (t.name, t.version) in (select j.template, j.template_version from clinic.print_job j where j.print_job_id = any ($1))
		group by t.name) x;
$$;

-- ---- views ----------------------------------------------------------------------------------------------------------

create or replace function clinic.template_view(t clinic.template) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('version', (t).version, 'sha256', (t).sha256, 'source', (t).source, 'note', (t).note,
		'created_at', (t).created_at, 'created_by', (select o.name from clinic.operator o where o.operator_id = (t).created_by),
		'proposed_at', (t).proposed_at, 'proposed_by', (select o.name from clinic.operator o where o.operator_id = (t).proposed_by),
		'published_at', (t).published_at, 'published_by', (select o.name from clinic.operator o where o.operator_id = (t).published_by),
		'golden', (t).golden - 'failures' - 'sha256' - 'site');
$$;

create or replace function clinic.templates_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('templates', coalesce(jsonb_agg(jsonb_build_object('template', x.name,
		'live', clinic.template_live(x.name), 'versions', x.versions) order by x.name), '[]'))
	from (select t.name, jsonb_agg(clinic.template_view(t) order by t.version desc) as versions from clinic.template t group by t.name) x;
$$;

create or replace function clinic.template_of(args jsonb) returns clinic.template
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select t from clinic.template t
	where t.name = clinic.arg(args, 'template') and t.version = clinic.arg_bigint(args, 'version');
$$;

create or replace function clinic.template_history(t clinic.template) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(jsonb_build_object('act', a.act, 'at', a.at, 'by', o.name, 'live', a.live, 'note', a.note)
		order by a.template_act_id), '[]')
	from clinic.template_act a join clinic.operator o using (operator_id) where a.name = (t).name and a.version = (t).version;
$$;

-- What this person may do with that version now: what the page offers.
create or replace function clinic.template_acts(actor clinic.actor, t clinic.template) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(jsonb_agg(a.act order by a.n), '[]')
	from (values (1, 'put', 'template_propose', true),
		(2, 'propose', 'template_propose', (t).proposed_at is null and clinic.template_hindrance(t) is null),
		(3, 'withdraw', 'template_propose', (t).published_at is null and (t).proposed_by = (actor).operator_id),
		(4, 'publish', 'template_confirm', clinic.template_is_others(actor, t) and clinic.template_hindrance(t) is null),
		(5, 'turn_down', 'template_confirm', clinic.template_is_others(actor, t))) a (n, act, need, can)
	where a.can and clinic.may(actor, a.need);
$$;

-- ---- acts: a draft is stored, proposed, and published by a second person --------------------------------------------

-- What speaks against a text as the next version of that name, as words for a reply; null: nothing that can be seen here.
create or replace function clinic.template_refusal(name text, body text, last clinic.template) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	read jsonb := clinic.body_of(body);
	subject text := clinic.body_of(last.body) ->> 'subject';
begin
	return case
		when name is null or name !~ '^[a-z0-9_]{1,32}$' then clinic.judged('question', 'template_name')
		when body is null or read is null or octet_length(body) > 65536 then clinic.judged('question', 'template_body')
		when read ->> 'name' is distinct from name then
			clinic.judged('question', 'template_name_differs', jsonb_build_object('template', name))
		when subject is distinct from read ->> 'subject' and last.version is not null then
			clinic.judged('question', 'template_subject', jsonb_build_object('template', name, 'subject', subject))
		when last.body = clinic.template_numbered(body, last.version) then
			clinic.judged('question', 'template_same', jsonb_build_object('template', name, 'version', last.version)) end;
end $$;

-- The text with the version that it is stored as in its own "version": whoever changes it by hand need not count.
create or replace function clinic.template_numbered(body text, version int) returns text
language sql immutable parallel safe
return regexp_replace(body, '("version"[[:space:]]*:[[:space:]]*)[0-9]+', '\1' || version);

create or replace function clinic.template_last(name text) returns clinic.template
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select t from clinic.template t where t.name = $1 order by t.version desc limit 1;
$$;

create or replace function clinic.template_saved(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	said_name text := clinic.arg(args, 'template');
	said_body text := case when jsonb_typeof(args -> 'body') = 'string' then args ->> 'body' end;
	last clinic.template;
	next int;
	j clinic.judgement;
begin
	lock table clinic.template in share row exclusive mode; -- one counts up at a time
	last := clinic.template_last(said_name);
	j := clinic.template_refusal(said_name, said_body, last);
	if j.code is not null then
		return j;
	end if;
	next := coalesce(last.version, 0) + 1;
	said_body := clinic.template_numbered(said_body, next);
	insert into clinic.template (name, version, body, sha256, note, created_by)
	values (said_name, next, said_body, encode(sha256(convert_to(said_body, 'UTF8')), 'hex'),
		coalesce(left(clinic.arg(args, 'note'), 500), ''), actor.operator_id);
	return clinic.judged('stored', 'template_stored', jsonb_build_object('template', said_name, 'version', next));
end $$;

create or replace function clinic.template_words(t clinic.template) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('template', (t).name, 'version', (t).version, 'live', clinic.template_live((t).name),
		'failed', (t).golden -> 'failed', 'name', (select o.name from clinic.operator o where o.operator_id = (t).proposed_by));
$$;

-- Why that version can be neither proposed nor published, whoever asks; null: it can.
create or replace function clinic.template_hindrance(t clinic.template) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when (t).version is null then 'template_unknown'
		when (t).published_at is not null then 'template_published_already'
		when clinic.template_live((t).name) > (t).version then 'template_newer_live'
		when (t).golden is null or (t).golden ->> 'sha256' is distinct from (t).sha256
			or (t).golden ->> 'site' is distinct from clinic.golden_site(t) then 'template_not_tried'
		when (t).golden ->> 'passed' is distinct from 'true' then 'template_failed_golden' end;
$$;

-- Is it proposed, and neither by this person nor of this person's making? Then this one may decide about it.
create or replace function clinic.template_is_others(actor clinic.actor, t clinic.template) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce((t).published_at is null and (t).proposed_by <> (actor).operator_id
		and (t).created_by is distinct from (actor).operator_id, false);
$$;

create or replace function clinic.template_noted(actor clinic.actor, t clinic.template, act text, note text default '') returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := clinic.template_words(t);
begin
	insert into clinic.template_act (name, version, act, operator_id, live, note)
	values (t.name, t.version, act, actor.operator_id, (words ->> 'live')::int, note);
	if act = 'published' then
		update clinic.template x set published_at = clock_timestamp(), published_by = actor.operator_id
		where x.name = t.name and x.version = t.version;
		words := words || jsonb_build_object('live', t.version);
	else
		update clinic.template x set proposed_at = case when act = 'proposed' then clock_timestamp() end,
			proposed_by = case when act = 'proposed' then actor.operator_id end
		where x.name = t.name and x.version = t.version;
	end if;
	return clinic.judged('stored', 'template_' || act, words);
end $$;

create or replace function clinic.template_proposed(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t clinic.template;
	hindrance text;
begin
	lock table clinic.template in share row exclusive mode;
	t := clinic.template_of(args);
	hindrance := clinic.template_hindrance(t);
	if hindrance is not null then
		return clinic.judged('question', hindrance, clinic.template_words(t));
	elsif t.proposed_at is not null then
		return clinic.judged('repeat', 'template_proposed_already', clinic.template_words(t));
	end if;
	return clinic.template_noted(actor, t, 'proposed');
end $$;

create or replace function clinic.template_withdrawn(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t clinic.template;
begin
	lock table clinic.template in share row exclusive mode;
	t := clinic.template_of(args);
	if t.version is null or t.published_at is not null then
		return clinic.judged('question', clinic.template_hindrance(t), clinic.template_words(t));
	elsif t.proposed_at is null then
		return clinic.judged('repeat', 'template_not_proposed', clinic.template_words(t));
	elsif t.proposed_by <> actor.operator_id then
		return clinic.judged('question', 'template_of_another', clinic.template_words(t));
	end if;
	return clinic.template_noted(actor, t, 'withdrawn');
end $$;

-- What speaks against this person's word about that version, yes or no; null: nothing.
create or replace function clinic.template_second_refused(actor clinic.actor, t clinic.template) returns clinic.judgement
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when (t).version is null then clinic.judged('question', 'template_unknown')
		when (t).published_at is not null then clinic.judged('repeat', 'template_published_already', clinic.template_words(t))
		when (t).proposed_at is null then clinic.judged('question', 'template_not_proposed', clinic.template_words(t))
		when not clinic.template_is_others(actor, t) then clinic.judged('question', 'template_own', clinic.template_words(t)) end;
$$;

-- live: the version that this person held it against.
create or replace function clinic.template_published(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t clinic.template;
	j clinic.judgement;
	hindrance text;
begin
	lock table clinic.template in share row exclusive mode;
	t := clinic.template_of(args);
	j := clinic.template_second_refused(actor, t);
	hindrance := clinic.template_hindrance(t);
	if j.code is not null then
		return j;
	elsif hindrance is not null then
		return clinic.judged('question', hindrance, clinic.template_words(t));
	elsif clinic.arg_bigint(args, 'live') is distinct from clinic.template_live(t.name) then
		return clinic.judged('question', 'template_live_moved', clinic.template_words(t));
	end if;
	return clinic.template_noted(actor, t, 'published');
end $$;

create or replace function clinic.template_turned_down(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t clinic.template;
	j clinic.judgement;
	note text := left(clinic.arg(args, 'note'), 500);
begin
	lock table clinic.template in share row exclusive mode;
	t := clinic.template_of(args);
	j := clinic.template_second_refused(actor, t);
	if j.code is not null then
		return j;
	elsif note is null then
		return clinic.judged('question', 'template_words_missing', clinic.template_words(t));
	end if;
	return clinic.template_noted(actor, t, 'turned_down', note);
end $$;

-- ---- what the press found, as the core says it ----------------------------------------------------------------------

create or replace function clinic.template_result(args jsonb) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('passed', args -> 'passed', 'at', clock_timestamp(), 'sha256', args -> 'sha256',
		'site', left(clinic.arg(args, 'site'), 64), 'cases', clinic.arg_bigint(args, 'cases'), 'failed', clinic.arg_bigint(args, 'failed'),
		'failures', coalesce((select jsonb_agg(jsonb_build_object('case', left(clinic.arg(f, 'case'), 80), 'dpi', clinic.arg_bigint(f, 'dpi'),
				'check', left(clinic.arg(f, 'check'), 40), 'message', left(clinic.arg(f, 'message'), 400)) order by n)
			from jsonb_array_elements(case jsonb_typeof(args -> 'failures') when 'array' then args -> 'failures' else '[]' end)
				with ordinality e (f, n) where n <= 100), '[]'));
$$;

create or replace function clinic.template_tried(args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	t clinic.template;
	passed boolean := case when jsonb_typeof(args -> 'passed') = 'boolean' then (args -> 'passed')::boolean end;
	cases bigint := clinic.arg_bigint(args, 'cases');
	failed bigint := clinic.arg_bigint(args, 'failed');
	result jsonb;
	words jsonb;
begin
	lock table clinic.template in share row exclusive mode;
	t := clinic.template_of(args);
	if passed is null or cases is null or failed is null or passed <> (failed = 0) or passed and cases = 0 then
		return clinic.reply('question', 'bad_request', '{"what": "passed, cases, failed"}');
	elsif t.version is null then
		return clinic.reply('question', 'template_unknown');
	elsif t.sha256 is distinct from clinic.arg(args, 'sha256') then
		return clinic.reply('question', 'template_other_text', jsonb_build_object('template', t.name, 'version', t.version));
	end if;
	result := clinic.template_result(args);
	words := jsonb_build_object('template', t.name, 'version', t.version, 'failed', failed, 'cases', cases, 'golden', result - 'sha256' - 'site');
	-- by what a version was published stays what it was
	if t.published_at is null or t.source = 'shipped' then
		update clinic.template x set golden = result where x.name = t.name and x.version = t.version;
	end if;
	return clinic.reply(case when not passed then 'question' when t.published_at is null or t.source = 'shipped' then 'stored' else 'note' end,
		case when passed then 'template_passed' else 'template_failed' end, words);
end $$;

-- ---- what the release brings (specimend init) -----------------------------------------------------------------------

-- A shipped text that is not the newest shipped one becomes a version. It is live at once unless the site has a version of
-- its own live: that one stays, and two persons publish the shipped one when it is wanted.
create or replace function clinic.template_ship(name text, body text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	sum text := encode(sha256(convert_to(body, 'UTF8')), 'hex');
	shipped clinic.template;
	live clinic.template;
	last clinic.template;
	goes_live boolean;
begin
	lock table clinic.template in share row exclusive mode;
	if clinic.body_of(body) ->> 'name' is distinct from template_ship.name then
		raise exception 'template ''%'': its file does not hold a template of that name', template_ship.name;
	end if;
	select t.* into shipped from clinic.template t where t.name = template_ship.name and t.source = 'shipped' order by t.version desc limit 1;
	select t.* into live from clinic.template t where t.name = template_ship.name and t.version = clinic.template_live(t.name);
	last := clinic.template_last(template_ship.name);
	goes_live := live.version is null or live.source = 'shipped';
	if shipped.sha256 = sum then
		return jsonb_build_object('state', 'kept', 'version', shipped.version, 'live', live.version);
	end if;
	insert into clinic.template (name, version, body, sha256, source, published_at)
	values (template_ship.name, coalesce(last.version, 0) + 1, template_ship.body, sum, 'shipped', case when goes_live then clock_timestamp() end);
	return jsonb_build_object('state', case when goes_live then 'live' else 'waits' end, 'version', coalesce(last.version, 0) + 1,
		'live', clinic.template_live(template_ship.name));
end $$;
