-- Second persons (contrib/POLICIES.md 1, 2): who stands by a trainee, who looks at tests that ask for two. Their badge,
-- scanned at the station of the visit, is the answer; nothing else is.

-- A trainee has the act only with somebody standing by.
create or replace function clinic.is_trainee(operator_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((select bool_and(a.note = 'co_sign') from clinic.operator_role r
		join clinic.role_act a on a.role = r.role and a.act = 'identify' where r.operator_id = $1), false);
end $$;

-- Does this visit still need a co-sign? The first patients of a trainee do (policy trainee_cosign).
create or replace function clinic.co_sign_missing(v clinic.visit) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return v.co_signed_by is null and clinic.is_trainee(v.held_by)
		and (select count(*) from clinic.visit x where x.identified_by = v.held_by and x.co_signed_by is not null
			and x.visit_id <> v.visit_id) < coalesce(clinic.policy_int('trainee_cosign'), 10);
end $$;

-- The tubes of a visit at which two people look (policy second_person_tests).
create or replace function clinic.second_person_tubes(v clinic.visit) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	flagged jsonb := clinic.policy_value('second_person_tests');
	tubes text[];
begin
	if flagged = '[]' then
		return '{}';
	end if;
	-- by itself, or the state of every tube is asked for before its tests are looked at
	tubes := array(
		select s.specimen_id from clinic.specimen s
		join clinic.specimen_test w on w.specimen_id = s.specimen_id
		join clinic.lab_order_test t on t.lab_order_test_id = w.lab_order_test_id
		join clinic.test x on x.test_id = t.test_id
		where s.visit_id = v.visit_id and flagged ? x.code);
	return array(select x from unnest(tubes) x where coalesce((custody.state(x)).kind, '') not in ('not_collected', 'held'));
end $$;

-- Has it one, and did nobody look yet?
create or replace function clinic.second_person_missing(v clinic.visit) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return v.second_person_by is null and clinic.second_person_tubes(v) <> '{}';
end $$;

-- Who labelled one of them looks at his own work: two people are two, also when the visit changed hands in between.
create or replace function clinic.labelled_by_second(v clinic.visit, operator_id bigint) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from custody.event e where e.subject = any (clinic.second_person_tubes(v)) and e.kind = 'labelled'
		and e.operator_id = labelled_by_second.operator_id);
end $$;

-- What the visit needs before its next step; null: nobody. left_over: labels still open, null while identity is asked.
create or replace function clinic.stand_by_asked(v clinic.visit, left_over int) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if left_over > 0 then
		return null;
	elsif clinic.co_sign_missing(v) then
		return 'co_sign';
	elsif v.state <> 'identify' and clinic.second_person_missing(v) then
		return 'second_person';
	end if;
	return null;
end $$;

-- May this person stand by: one who may collect without help; for the second look, one who may scan tubes.
create or replace function clinic.may_stand_by(operator_id bigint, asked text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.operator_role r join clinic.role_act a on a.role = r.role
		where r.operator_id = $1 and (asked in ('co_sign', 'unusual_second') and a.act = 'identify' and a.note = ''
			or asked = 'second_person' and a.act = 'scan_back'));
end $$;

-- Another's badge where somebody is asked to stand by.
create or replace function clinic.stood_by_scanned(actor clinic.actor, v clinic.visit, person clinic.operator, asked text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('name', person.name);
begin
	if not clinic.may_stand_by(person.operator_id, asked) then
		return clinic.judged('question', asked || '_by_whom', words, v.visit_id);
	elsif asked = 'second_person' and clinic.labelled_by_second(v, person.operator_id) then
		return clinic.judged('question', case when clinic.labelled_by_second(v, v.held_by) then 'second_person_both' else 'second_person_labelled' end, words, v.visit_id);
	elsif asked = 'co_sign' then
		update clinic.visit x set co_signed_by = person.operator_id where x.visit_id = v.visit_id;
	elsif asked = 'unusual_second' then
		if not clinic.unusual_seconded(actor, v, person) then
			return clinic.judged('question', 'unusual_second_by_whom', words, v.visit_id);
		end if;
	else
		update clinic.visit x set second_person_by = person.operator_id where x.visit_id = v.visit_id;
	end if;
	perform clinic.visit_note(v.visit_id, actor, asked, detail => jsonb_build_object('by', person.operator_id));
	if asked = 'unusual_second' then
		return clinic.unusual_settled(actor, v, 'unusual_second_stored', words);
	end if;
	return clinic.judged('stored', asked || '_stored', words, v.visit_id);
end $$;

-- Who stood by, for the body of a collected event; {} when nobody did.
create or replace function clinic.stood_by(v clinic.visit) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return jsonb_strip_nulls(jsonb_build_object('co_signed_by', v.co_signed_by, 'second_person', v.second_person_by));
end $$;
