-- The page Policies (contrib/POLICIES.md 1): what each policy is now, who made it so and why, and a new setting, judged by the policy's own
-- description (clinic.policy.form, policy.sql). It is shown first what would change. What loosens a safety default needs a second person's
-- badge and PIN. Settings are never changed: a newer one counts, also to go back to the default.

create or replace function clinic.policy_setting_frozen() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp as $$
begin
	raise exception 'what was set is not changed: a newer setting counts' using errcode = 'insufficient_privilege';
end $$;
drop trigger if exists policy_setting_frozen on clinic.policy_setting;
create trigger policy_setting_frozen before update or delete on clinic.policy_setting
	for each row execute function clinic.policy_setting_frozen();
drop trigger if exists policy_setting_kept on clinic.policy_setting;
create trigger policy_setting_kept before truncate on clinic.policy_setting
	for each statement execute function clinic.policy_setting_frozen();

create or replace function clinic.policy_of(policy text) returns clinic.policy
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select p.* from clinic.policy p where p.policy = $1;
$$;

-- The newest; all null: nobody set it yet.
create or replace function clinic.policy_last(policy text) returns clinic.policy_setting
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select s.* from clinic.policy_setting s where s.policy = $1 order by s.policy_setting_id desc limit 1;
$$;

-- ---- the fields of a policy's form ---------------------------------------------------------------------------------------

-- In their order, each with its path; with those of the catalogue's containers where the form asks for them.
create or replace function clinic.policy_fields(p clinic.policy) returns setof jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select '{"path": [], "label": ""}' || f.field from jsonb_array_elements((p).form -> 'fields') with ordinality f (field, no) order by f.no;
	if (p).form ->> 'more' = 'container_type' then
		return query
		select jsonb_build_object('path', jsonb_build_array(c.code), 'label', c.name, 'kind', 'templates', 'strict', 'any', 'optional', true)
		from clinic.container_type c
		where not exists (select 1 from jsonb_array_elements((p).form -> 'fields') f where f #>> '{path,0}' = c.code)
		order by c.order_of_draw, c.name, c.code;
	end if;
end $$;

create or replace function clinic.policy_path(field jsonb) returns text[]
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select array(select x from jsonb_array_elements_text(field -> 'path') with ordinality p (x, no) order by no);
$$;

create or replace function clinic.policy_part(field jsonb, value jsonb) returns jsonb
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select nullif(value #> clinic.policy_path(field), 'null');
$$;

-- What is wrong with one text of a list: a code of words, or null.
create or replace function clinic.policy_item_fault(field jsonb, item text) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when field ->> 'kind' = 'templates' then case when clinic.template_live(item) is null then 'policy_unknown_template' end
		when field ->> 'of' = 'test' then case when not exists (select 1 from clinic.test t where t.code = item) then 'policy_unknown_test' end
		when not exists (select 1 from jsonb_array_elements(field -> 'values') v where v ->> 0 = item) then 'policy_no_choice' end;
$$;

-- {code, and what fills its words}; null: nothing is wrong. was: what the list has now, which may name what the catalogue lost since.
create or replace function clinic.policy_list_fault(field jsonb, said jsonb, was jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	least int := coalesce((field ->> 'min')::int, 1);
	most int := coalesce((field ->> 'max')::int, 20);
	n int;
	item record;
begin
	if jsonb_typeof(said) is distinct from 'array' then
		return '{"code": "policy_no_value"}';
	end if;
	n := jsonb_array_length(said);
	if n not between least and most then
		return jsonb_build_object('code', 'policy_list_long', 'min', least, 'max', most);
	end if;
	for item in
		select x.value, left(x.value #>> '{}', 40) as text, jsonb_typeof(x.value) = 'string' as is_text, count(*) over (partition by x.value) as times
		from jsonb_array_elements(said) with ordinality x (value, no) order by x.no
	loop
		if not item.is_text then
			return '{"code": "policy_no_value"}';
		elsif item.times > 1 then
			return jsonb_build_object('code', 'policy_twice', 'text', item.text);
		elsif clinic.policy_item_fault(field, item.value #>> '{}') is not null and not coalesce(was @> jsonb_build_array(item.value), false) then
			return jsonb_build_object('code', clinic.policy_item_fault(field, item.value #>> '{}'), 'text', item.text);
		end if;
	end loop;
	return null;
end $$;

create or replace function clinic.policy_number_fault(field jsonb, said jsonb) returns jsonb
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	n numeric;
begin
	if jsonb_typeof(said) = 'number' then
		n := said::numeric;
	end if;
	if n is null or n <> trunc(n) or n not between (field ->> 'min')::numeric and (field ->> 'max')::numeric then
		return jsonb_build_object('code', 'policy_out_of_range') || jsonb_build_object('unit', field -> 'unit', 'min', field -> 'min', 'max', field -> 'max');
	end if;
	return null;
end $$;

create or replace function clinic.policy_field_fault(field jsonb, said jsonb, was jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if said is null then
		return case when field -> 'optional' = 'true' then null when field ->> 'kind' = 'number' then clinic.policy_number_fault(field, said)
			else '{"code": "policy_no_value"}'::jsonb end;
	end if;
	return case field ->> 'kind'
		when 'number' then clinic.policy_number_fault(field, said)
		when 'flag' then case when jsonb_typeof(said) <> 'boolean' then '{"code": "policy_no_value"}'::jsonb end
		when 'choice' then case
			when jsonb_typeof(said) <> 'string' then '{"code": "policy_no_value"}'::jsonb
			when clinic.policy_item_fault(field, said #>> '{}') is not null then jsonb_build_object('code', 'policy_no_choice', 'text', left(said #>> '{}', 40)) end
		else clinic.policy_list_fault(field, said, was) end;
end $$;

-- In words, as a person reads it.
create or replace function clinic.policy_field_words(field jsonb, value jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case
		when value is null then 'not set'
		when field ->> 'kind' = 'number' then concat_ws(' ', value #>> '{}', case when value = '1' then regexp_replace(field ->> 'unit', 's$', '') else field ->> 'unit' end)
		when field ->> 'kind' = 'flag' then case when value = 'true' then 'yes' else 'no' end
		when jsonb_typeof(value) = 'array' then coalesce(nullif((select string_agg(coalesce(v.words, x.item), ', ' order by x.no)
			from jsonb_array_elements_text(value) with ordinality x (item, no)
			left join lateral (select y ->> 1 as words from jsonb_array_elements(field -> 'values') y where y ->> 0 = x.item) v on true), ''), 'none')
		else coalesce((select y.pair ->> 1 from jsonb_array_elements(field -> 'values') y (pair) where y.pair -> 0 = value), value #>> '{}') end;
$$;

-- The one word that stands instead of all fields, in words; null: the value is of fields.
create or replace function clinic.policy_instead(p clinic.policy, value jsonb) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select case when value = (p).form #> '{instead,0}' then (p).form #>> '{instead,1}' end;
$$;

create or replace function clinic.policy_words(p clinic.policy, value jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select coalesce(clinic.policy_instead(p, value), (
		select string_agg(concat_ws(': ', nullif(f.field ->> 'label', ''), clinic.policy_field_words(f.field, clinic.policy_part(f.field, value))), '; ' order by f.no)
		from clinic.policy_fields(p) with ordinality f (field, no)
		where clinic.policy_part(f.field, value) is not null or f.field -> 'optional' is distinct from 'true'));
$$;

-- ---- a new value ------------------------------------------------------------------------------------------------------------

-- Is one value of a field looser than another? default_: its own, for fields of which no order is known.
create or replace function clinic.policy_field_loosens(field jsonb, was jsonb, wanted jsonb, default_ jsonb) returns boolean
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	way text := field ->> 'strict';
	places int[] := array(select (select v.no from jsonb_array_elements(field -> 'values') with ordinality v (value, no) where v.value -> 0 = x.value)
		from (values (1, was), (2, wanted)) x (no, value) order by x.no);
begin
	return was is distinct from wanted and coalesce(case
		when way is null then false
		when way = 'any' then wanted is distinct from default_
		when way = 'first' then places[2] > places[1]
		when jsonb_typeof(was) is distinct from jsonb_typeof(wanted) then true
		when way = 'more' and field ->> 'kind' = 'list' then not wanted @> was
		when way = 'less' and field ->> 'kind' = 'list' then not was @> wanted
		when way = 'more' then wanted < was
		else wanted > was end, true); -- of what nobody knows: looser
end $$;

-- Keys that are no field's. Those that the value has already are kept, whatever they are.
create or replace function clinic.policy_stranger(p clinic.policy, said jsonb) returns text
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	with recursive down (path, value) as (
		select '{}'::text[], said
		union all
		select d.path || k.key, k.value from down d, jsonb_each(case jsonb_typeof(d.value) when 'object' then d.value else '{}' end) k
		where cardinality(d.path) < 3
	)
	select left(array_to_string(d.path, '.'), 40) from down d
	where d.path <> '{}' and jsonb_typeof(d.value) <> 'object' and d.value <> 'null'
		and not exists (select 1 from clinic.policy_fields(p) f where clinic.policy_path(f) = d.path)
		and d.value is distinct from clinic.policy_value((p).policy) #> d.path
		and d.value is distinct from (p).value #> d.path
	order by d.path limit 1;
$$;

-- The value that args.value says, whole; or the fault in it: {code, and what fills its words}.
create or replace function clinic.policy_said(p clinic.policy, said jsonb, out value jsonb, out fault jsonb)
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	now_ jsonb := clinic.policy_value((p).policy);
	field jsonb;
	part jsonb;
	low jsonb;
begin
	if said is null or said = 'null' then
		fault := jsonb_build_object('code', 'policy_no_value', 'field', (p).title);
		return;
	elsif clinic.policy_instead(p, said) is not null then
		value := said;
		return;
	end if;
	-- what the form does not offer stays; the default's, where a word stood instead
	value := case when jsonb_typeof(now_) is distinct from jsonb_typeof((p).value) then (p).value
		when jsonb_typeof(now_) = 'object' then (p).value || now_ else now_ end;
	for field in select f from clinic.policy_fields(p) f loop
		part := clinic.policy_part(field, said);
		fault := clinic.policy_field_fault(field, part, clinic.policy_part(field, value));
		if fault is not null then
			fault := fault || jsonb_build_object('field', coalesce(nullif(field ->> 'label', ''), (p).title));
			return;
		end if;
		part := case when field ->> 'kind' = 'number' then to_jsonb(part::numeric::bigint)
			-- the same ones in another order are the same
			when field ->> 'kind' = 'list' and part @> clinic.policy_part(field, value) and part <@ clinic.policy_part(field, value) then clinic.policy_part(field, value)
			else part end;
		value := case when field -> 'path' = '[]' then part
			when part is null then value #- clinic.policy_path(field)
			else jsonb_set(value, clinic.policy_path(field), part) end;
		if (p).form -> 'rising' ? (field #>> '{path,0}') then
			if part < low then
				fault := jsonb_build_object('code', 'policy_falls', 'field', field ->> 'label', 'min', low);
				return;
			end if;
			low := part;
		end if;
	end loop;
	if clinic.policy_stranger(p, said) is not null then
		fault := jsonb_build_object('code', 'policy_part_unknown', 'text', clinic.policy_stranger(p, said), 'field', (p).title);
	end if;
end $$;

-- What another value would change, in words, before it is stored. seen: the setting that it would follow.
create or replace function clinic.policy_look(p clinic.policy, wanted jsonb) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	now_ jsonb := clinic.policy_value((p).policy);
	last clinic.policy_setting := clinic.policy_last((p).policy);
	changes jsonb;
begin
	if clinic.policy_instead(p, now_) is distinct from clinic.policy_instead(p, wanted) then
		changes := jsonb_build_array(jsonb_build_object('label', '', 'from', clinic.policy_words(p, now_), 'to', clinic.policy_words(p, wanted), 'loosens', (p).safety));
	else
		select coalesce(jsonb_agg(jsonb_build_object('label', x.field ->> 'label', 'from', clinic.policy_field_words(x.field, x.was),
			'to', clinic.policy_field_words(x.field, x.wanted), 'loosens', (p).safety
				and clinic.policy_field_loosens(x.field, x.was, x.wanted, clinic.policy_part(x.field, (p).value))) order by x.no), '[]')
		into changes
		from (select f.field, f.no, clinic.policy_part(f.field, now_) as was, clinic.policy_part(f.field, policy_look.wanted) as wanted
			from clinic.policy_fields(p) with ordinality f (field, no)) x
		where x.was is distinct from x.wanted;
	end if;
	return jsonb_build_object('seen', coalesce(last.policy_setting_id, 0), 'changes', changes, 'loosens', changes @> '[{"loosens": true}]',
		'words', clinic.policy_words(p, now_), 'by', clinic.operator_name(last.set_by), 'at', last.set_at);
end $$;

-- What stands against this setting whoever says yes to it; code null: nothing.
create or replace function clinic.policy_obstacle(p clinic.policy, args jsonb, value jsonb, fault jsonb) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('title', (p).title, 'policy', (p).policy);
	look jsonb;
begin
	if fault is not null then
		return clinic.judged('question', fault ->> 'code', words || (fault - 'code'));
	elsif coalesce(clinic.arg(args, 'reason'), '') = '' then
		return clinic.judged('question', 'policy_no_reason', words);
	elsif value = clinic.policy_value((p).policy) then
		return clinic.judged('repeat', 'policy_same', words || jsonb_build_object('value', clinic.policy_words(p, value)));
	end if;
	look := clinic.policy_look(p, value);
	if args -> 'seen' is null or args -> 'seen' = 'null' then
		return clinic.judged('question', 'policy_look', words || jsonb_build_object('look', look));
	elsif clinic.arg_bigint(args, 'seen') is distinct from (look ->> 'seen')::bigint then
		return clinic.judged('question', 'policy_changed', words || jsonb_build_object('look', look, 'value', look -> 'words',
			'name', coalesce(look ->> 'by', 'nobody')));
	end if;
	return null;
end $$;

-- second: who said yes as well, by badge and PIN; null: nobody.
create or replace function clinic.policy_store(actor clinic.actor, args jsonb, second bigint) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	p clinic.policy := clinic.policy_of(clinic.arg(args, 'policy'));
	back boolean := coalesce(args -> 'to_default' = 'true', false);
	said record;
	j clinic.judgement;
begin
	if p.policy is null or p.form is null then
		return clinic.judged('question', 'policy_unknown', jsonb_build_object('policy', left(coalesce(clinic.arg(args, 'policy'), ''), 40)));
	elsif p.set_by_lab then
		return clinic.judged('question', 'policy_by_lab', jsonb_build_object('title', p.title));
	elsif clinic.arg_bigint(args, 'node') is distinct from custody.node() then
		return clinic.judged('question', 'policy_other_site', jsonb_build_object('title', p.title));
	end if;
	lock table clinic.policy_setting in share row exclusive mode; -- of two at once the second sees the first
	if back then
		select p.value, null::jsonb as fault into said;
	else
		select x.value, x.fault into said from clinic.policy_said(p, args -> 'value') x;
	end if;
	j := clinic.policy_obstacle(p, args, said.value, said.fault);
	if j.code is not null then
		return j;
	elsif second is null and clinic.policy_look(p, said.value) -> 'loosens' = 'true' then
		return clinic.judged('question', 'policy_second', jsonb_build_object('title', p.title, 'look', clinic.policy_look(p, said.value)));
	end if;
	insert into clinic.policy_setting (policy, value, to_default, set_at, set_by, second_by, station_id, reason)
	values (p.policy, said.value, back, clock_timestamp(), actor.operator_id, second, actor.station_id, left(clinic.arg(args, 'reason'), 200));
	return clinic.judged('stored', case when back then 'policy_is_default' else 'policy_set' end,
		jsonb_build_object('title', p.title, 'value', clinic.policy_words(p, said.value)));
end $$;

-- args: node (of the page), policy, value (as the policy has it) or to_default, reason, seen (the look's).
create or replace function clinic.policy_set(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.policy_store(actor, args, null);
end $$;

-- ---- the second person --------------------------------------------------------------------------------------------------------

create or replace function clinic.policy_may_confirm(operator_id bigint) returns boolean
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select exists (select 1 from clinic.operator_role r join clinic.role_act a on a.role = r.role and a.act = 'policy' and a.note in ('', 'confirms')
		where r.operator_id = $1);
$$;

-- args: those of policy_set, nonce (of policy_second_begin), ok (the PIN is right, says the core). A nonce is used once.
create or replace function clinic.policy_second(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	attempt clinic.sign_in;
	person clinic.operator;
	named text := clinic.arg(args, 'nonce');
	is_right boolean;
begin
	select s.* into attempt from clinic.sign_in s
	where s.nonce = case when named ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then named::uuid end and s.act = 'policy'
		and s.session_id = actor.session_id and s.ended_at is null and s.begun_at > now() - interval '2 minutes'
	for update;
	select o.* into person from clinic.operator o where o.operator_id = attempt.operator_id and o.active and o.blocked_at is null;
	is_right := person.operator_id is not null and args -> 'ok' = 'true';
	update clinic.sign_in s set ended_at = now(), opened = coalesce(is_right, false) where s.nonce = attempt.nonce;
	if is_right is not true then
		return clinic.judged('question', 'policy_second_refused');
	elsif person.operator_id = actor.operator_id then
		return clinic.judged('question', 'policy_second_self', jsonb_build_object('name', person.name));
	elsif not clinic.policy_may_confirm(person.operator_id) then
		return clinic.judged('question', 'policy_second_by_whom', jsonb_build_object('name', person.name));
	end if;
	return clinic.policy_store(actor, args, person.operator_id);
end $$;

-- ---- the page -----------------------------------------------------------------------------------------------------------------

create or replace function clinic.policy_setting_view(p clinic.policy, s clinic.policy_setting) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('policy_setting_id', (s).policy_setting_id, 'at', (s).set_at, 'by', clinic.operator_name((s).set_by),
		'second', clinic.operator_name((s).second_by), 'reason', (s).reason, 'to_default', (s).to_default, 'words', clinic.policy_words(p, (s).value));
$$;

create or replace function clinic.policy_view(p clinic.policy) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('policy', (p).policy, 'title', (p).title, 'topic', (p).topic, 'does', (p).does, 'takes', (p).takes, 'why', (p).why,
		'safety', (p).safety, 'by_lab', (p).set_by_lab, 'fields', (select jsonb_agg(f.field order by f.no) from clinic.policy_fields(p) with ordinality f (field, no)),
		'instead', (p).form -> 'instead', 'value', v.now, 'words', clinic.policy_words(p, v.now), 'default', (p).value,
		'default_words', clinic.policy_words(p, (p).value), 'is_default', v.now = (p).value, 'seen', coalesce((v.last).policy_setting_id, 0),
		'last', case when (v.last).policy_setting_id is not null then clinic.policy_setting_view(p, v.last) end,
		'history', coalesce((select jsonb_agg(clinic.policy_setting_view(p, s) order by s.policy_setting_id desc) from (
			select x.* from clinic.policy_setting x where x.policy = (p).policy order by x.policy_setting_id desc limit 20) s), '[]'))
	from (select clinic.policy_value((p).policy) as now, clinic.policy_last((p).policy) as last) v;
$$;

create or replace function clinic.policies_view() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_build_object('node', custody.node(),
		'policies', (select jsonb_agg(clinic.policy_view(p) order by p.position) from clinic.policy p where p.form is not null),
		'tests', coalesce((select jsonb_agg(jsonb_build_object('code', t.code, 'name', t.name) order by t.code) from clinic.test t where t.active), '[]'),
		'templates', coalesce((select jsonb_agg(x.name order by x.name) from (select distinct t.name from clinic.template t) x
			where clinic.template_live(x.name) is not null), '[]'));
$$;
