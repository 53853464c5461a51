-- Adding a person: called by `specimend operator` as the owner, never by the service.

-- Ten random digits and their check: a badge can not be guessed from another.
create or replace function clinic.badge_new() returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	digits text;
	candidate text;
begin
	loop
		-- 16 random bytes, of which 6 bits each are fixed by UUIDv4; the rest is far more than ten digits
		digits := lpad((('x' || substr(encode(sha256(decode(replace(gen_random_uuid()::text || gen_random_uuid()::text,
			'-', ''), 'hex')), 'hex'), 1, 15))::bit(60)::bigint % 10000000000)::text, 10, '0');
		candidate := custody.id_make('badge', substr(digits, 1, 3)::int, substr(digits, 4)::bigint);
		exit when not exists (select 1 from clinic.operator o where o.badge = candidate)
			and not exists (select 1 from clinic.badge_ended e where e.badge = candidate);
	end loop;
	return candidate;
end $$;

create or replace function clinic.operator_add(name text, initials text, roles text[], pin_hash text) returns text
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	new_badge text := clinic.badge_new();
	new_id bigint := custody.row_id(nextval('clinic.operator_seq'));
begin
	if coalesce(btrim(name), '') = '' or coalesce(btrim(initials), '') = '' or coalesce(cardinality(roles), 0) = 0
		or pin_hash !~ '^\$argon2id\$' then
		raise exception 'an operator needs a name, initials, at least one role and a PIN';
	end if;
	insert into clinic.operator (operator_id, name, initials, badge, pin_hash)
	values (new_id, btrim(name), btrim(initials), new_badge, operator_add.pin_hash);
	insert into clinic.operator_role (operator_id, role) select distinct new_id, r from unnest(roles) r;
	return new_badge;
end $$;
