-- People: what a role may do, who an api call acts as, replies in plain words.

delete from clinic.role_act;
insert into clinic.role_act (role, act, note)
select role, act, note from (values
	('slip', array['front_desk', 'ma', 'trainee', 'site_lead'], ''),
	('identify', array['ma', 'site_lead'], ''),
	('identify', array['trainee'], 'co_sign'),
	('print', array['ma', 'site_lead'], ''),
	('print', array['trainee'], 'co_sign'),
	('reprint', array['ma', 'site_lead'], ''),
	('reprint', array['trainee'], 'co_sign'),
	('scan_back', array['ma', 'site_lead'], ''),
	('scan_back', array['trainee'], 'co_sign'),
	('alarm', array['ma', 'processing', 'site_lead', 'receiver', 'lab_lead'], ''),
	('alarm', array['trainee'], 'co_sign'),
	('not_collected', array['ma', 'site_lead'], ''),
	('not_collected', array['trainee'], 'co_sign'),
	('close', array['ma', 'site_lead'], ''),
	('close', array['trainee'], 'co_sign'),
	('order_here', array['ma', 'site_lead'], ''),
	('mend_order', array['ma', 'site_lead', 'admin'], ''),
	('mistake', array['front_desk', 'ma', 'trainee', 'processing', 'site_lead', 'receiver', 'lab_lead', 'quality', 'admin'], ''),
	('mistake', array['courier', 'dispatcher'], 'bag_only'),
	('collect_again', array['ma', 'site_lead'], ''),
	('release_hold', array['site_lead'], 'before_pickup'),
	('release_hold', array['lab_lead'], ''),
	('process', array['ma', 'processing', 'site_lead', 'receiver', 'lab_lead'], ''),
	('pack', array['ma', 'trainee', 'processing', 'site_lead', 'courier', 'dispatcher', 'receiver', 'lab_lead'], ''),
	('paper', array['ma', 'trainee', 'processing', 'site_lead', 'receiver', 'lab_lead'], ''),
	('carry', array['courier', 'dispatcher'], ''),
	('counter_sign', array['ma', 'trainee', 'processing', 'site_lead'], ''),
	('receive', array['receiver', 'lab_lead'], ''),
	('correct_identity', array['lab_lead'], 'second_person'),
	('close_delivery', array['receiver', 'lab_lead'], ''),
	('declare_lost', array['lab_lead'], ''),
	('badge', array['site_lead', 'dispatcher', 'lab_lead', 'admin'], ''),
	('policy', array['admin'], ''),
	('analyzer', array['lab_lead', 'quality', 'admin'], ''),
	('printer', array['admin'], ''),
	('enrol', array['admin'], ''),
	('pass', array['admin'], ''),
	('scan_rule', array['admin'], ''),
	('page', array['site_lead', 'lab_lead', 'admin'], ''),
	('page_keep', array['admin'], ''),
	('template', array['lab_lead', 'quality', 'admin'], ''),
	('template_propose', array['lab_lead', 'admin'], ''),
	('template_confirm', array['quality', 'admin'], ''),
	('downtime', array['ma', 'site_lead'], ''),
	('stock', array['admin', 'site_lead', 'lab_lead'], ''),
	('policy', array['lab_lead'], 'proposes'),
	('policy', array['quality'], 'confirms'),
	('see_patient', array['front_desk'], 'name'),
	('see_patient', array['ma', 'trainee', 'processing', 'site_lead', 'receiver', 'lab_lead'], ''),
	('see_patient', array['quality'], 'reason_asked'),
	('timeline', array['ma', 'trainee', 'processing', 'site_lead', 'receiver', 'lab_lead', 'quality'], ''),
	('ledger', array['site_lead', 'receiver', 'lab_lead', 'quality', 'admin'], ''),
	('export', array['quality'], '')
) as t (act, roles, note), unnest(t.roles) as role;

create or replace function clinic.may(actor clinic.actor, act text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.role_act r where r.act = $2 and r.role = any ((actor).roles)
		and r.note in ('', 'co_sign', 'name', 'reason_asked', 'before_pickup'));
end $$;

-- Fills {name} places from the data; a place without data stays readable as its name. {n|bag|bags} is the number and the
-- word that fits it.
create or replace function clinic.words(template text, data jsonb) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	words text := template;
	place text[];
begin
	if template is null or position('{' in template) = 0 then
		return template;
	end if;
	for place in select distinct regexp_matches(template, '\{([a-z_]+)(?:\|([^|{}]*)\|([^|{}]*))?\}', 'g') loop
		if place[2] is null then
			words := replace(words, '{' || place[1] || '}', coalesce(data ->> place[1], place[1]));
		else
			words := replace(words, format('{%s|%s|%s}', place[1], place[2], place[3]), concat_ws(' ',
				coalesce(data ->> place[1], place[1]), case data ->> place[1] when '1' then place[2] else place[3] end));
		end if;
	end loop;
	return words;
end $$;

create or replace function clinic.reply(verdict text, code text, data jsonb default '{}', lang text default 'en') returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	m clinic.message;
begin
	select x.* into m from clinic.message x where x.code = reply.code
	order by x.lang = reply.lang desc, x.lang = 'en' desc limit 1;
	if m.code is null then
		m.title := replace(reply.code, '_', ' ');
		m."do" := '';
	end if;
	return jsonb_build_object('verdict', verdict, 'code', code,
		'title', clinic.words(m.title, data), 'do', clinic.words(m."do", data), 'data', data);
end $$;

-- Who a call acts as. A station's own session, by which its scanners speak, acts as the person signed in there. A
-- page that was only bound to the station acts as nobody.
create or replace function custody.session(token text) returns clinic.actor
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	own clinic.session;
	person clinic.session;
	a clinic.actor;
	hash bytea := sha256(convert_to(coalesce(token, ''), 'UTF8'));
begin
	select s.* into own from clinic.session s
	where s.token_hash = hash and s.closed_at is null and s.expires_at > now();
	if own.session_id is null then
		return a;
	end if;
	if own.kind = 'station' then
		select s.* into person from clinic.session s
		where s.kind = 'operator' and s.station_id = own.station_id and s.closed_at is null
			and s.expires_at > now() and not clinic.session_is_over(s)
		order by s.shaded_at is null desc, s.seen_at desc limit 1;
	elsif own.kind = 'operator' and clinic.session_is_over(own) then
		return a;
	else
		person := own;
	end if;
	a.session_id := own.session_id;
	a.kind := case own.kind when 'page' then 'station' else own.kind end;
	a.operator_id := person.operator_id;
	a.station_id := own.station_id;
	a.roles := (select coalesce(array_agg(r.role order by r.role), '{}') from clinic.operator_role r
		where r.operator_id = person.operator_id);
	-- the shade comes after a minute at the soonest
	a.shaded := person.operator_id is not null and (person.shaded_at is not null or person.seen_at < now() - interval '1 minute'
		and person.seen_at < now() - make_interval(mins => clinic.policy_int('idle', 'shade_min')));
	return a;
end $$;

-- Labels that this person printed and that nobody accounted for yet keep a session open (contrib/POLICIES.md 1, idle).
create or replace function clinic.operator_has_labels_out(operator_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.visit v where v.held_by = $1 and v.state = 'labels');
end $$;

-- A person's: nothing was done for long, its page was taken away, or the person is blocked or works here no more.
create or replace function clinic.session_is_over(s clinic.session) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (s).kind = 'operator' and ((s).seen_at < now() - interval '1 minute'
			and (s).seen_at < now() - make_interval(mins => clinic.policy_int('idle', 'sign_out_min')) and not clinic.operator_has_labels_out((s).operator_id)
		or exists (select 1 from clinic.session p where p.session_id = (s).page_id and p.closed_at is not null)
		or exists (select 1 from clinic.operator o where o.operator_id = (s).operator_id and (not o.active or o.blocked_at is not null)));
end $$;

-- The other stations at which this person works now: a desk and the phone at the chair show the same visit.
create or replace function clinic.also_at(actor clinic.actor) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(distinct s.station_id order by s.station_id), '[]') from clinic.session s
		where s.kind = 'operator' and s.operator_id = actor.operator_id and s.station_id <> actor.station_id
			and s.closed_at is null and s.shaded_at is null and s.expires_at > now() and not clinic.session_is_over(s));
end $$;

-- The person's clock starts again with each act.
create or replace function clinic.seen(actor clinic.actor) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.session s set seen_at = now()
	where s.kind = 'operator' and s.closed_at is null and s.operator_id = (actor).operator_id
		and s.station_id is not distinct from (actor).station_id
		and s.seen_at < now() - interval '5 seconds';
end $$;

-- The first gate of every action of a person: null, or the reply that says what to do.
create or replace function clinic.require(actor clinic.actor, act text) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if (actor).operator_id is null then
		return clinic.reply('question', 'sign_in_needed');
	end if;
	if (actor).shaded then
		return clinic.reply('question', 'shaded');
	end if;
	if not clinic.may(actor, act) then
		return clinic.reply('question', 'not_allowed');
	end if;
	perform clinic.seen(actor);
	return null;
end $$;

create or replace function clinic.require_kind(actor clinic.actor, kind text) returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select case when (actor).kind is distinct from $2 then clinic.reply('question', 'not_allowed') end;
$$;

-- Text of an argument: trimmed, null when absent, empty or not a text or number.
create or replace function clinic.arg(args jsonb, name text) returns text
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when jsonb_typeof(args -> name) in ('string', 'number', 'boolean')
		then nullif(btrim(args ->> name), '') end;
end $$;

create or replace function clinic.arg_bigint(args jsonb, name text) returns bigint
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return case when clinic.arg(args, name) ~ '^[0-9]{1,16}$' then clinic.arg(args, name)::bigint end;
end $$;

-- A calendar date written YYYY-MM-DD, else null.
create or replace function clinic.arg_date(args jsonb, name text) returns date
language plpgsql immutable security definer set search_path = pg_catalog, pg_temp as $$
declare
	t text := clinic.arg(args, name);
begin
	if t !~ '^[0-9]{4}-[0-9]{2}-[0-9]{2}$' then
		return null;
	end if;
	return make_date(substr(t, 1, 4)::int, substr(t, 6, 2)::int, substr(t, 9, 2)::int);
exception when datetime_field_overflow then
	return null;
end $$;
