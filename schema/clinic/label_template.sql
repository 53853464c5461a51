-- Which template a label is drawn with: by what the container is and by the labels that its printer is loaded with
-- (clinic.device.width_um, height_um). The lists are policy label_templates; the first of a list that fits is taken.

-- Does a label of this template come out well on labels of that size? It is not larger (printers/page/geometry.h asks the
-- same), and the labels are at most 12 mm longer or wider: else text would stand in the corner of a shipping label. Yes
-- where nothing is known: the press refuses what does not fit.
create or replace function clinic.template_fits(name text, width_um int, height_um int) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((
		select $2 - x.width between -500 and 12000 and $3 - x.height between -500 and 12000
		from clinic.template_size(name) x), true);
end $$;

-- In micrometres; no row when the database has no live version of it.
create or replace function clinic.template_size(name text, out width int, out height int) returns setof record
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return query
	select round((b.body ->> 'width')::numeric * 1000)::int, round((b.body ->> 'height')::numeric * 1000)::int
	from (select clinic.body_of(t.body) as body from clinic.template t
		where t.name = $1 and t.version = clinic.template_live($1)) b;
end $$;

-- The templates for a use (a key of the policy), the best first.
create or replace function clinic.label_templates(use text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select x.name from jsonb_array_elements_text(clinic.policy_value('label_templates') -> $1)
		with ordinality x (name, n) order by x.n);
end $$;

-- The key of the policy for this specimen: its very container's where the site has one, else what the container is. On
-- what is signed by hand there are lines for it.
create or replace function clinic.label_use(specimen_id text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select case when clinic.policy_value('label_templates') ? c.code then c.code
			when s.parent_id is not null then 'poured_off'
			when c.kind <> 'tube' then c.kind
			when clinic.policy_text('label_time') = 'date_and_lines' or clinic.specimen_is_signed(s.specimen_id) then 'signed'
			else c.kind end
		from clinic.specimen s join clinic.container_type c on c.container_type_id = s.container_type_id
		where s.specimen_id = $1);
end $$;

create or replace function clinic.specimen_is_signed(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.specimen_test st
		join clinic.lab_order_test ot on ot.lab_order_test_id = st.lab_order_test_id
		join clinic.test x on x.test_id = ot.test_id
		where st.specimen_id = $1 and x.sign and ot.state <> 'cancelled');
end $$;

-- The template for a use on what this printer is loaded with; null: none fits.
create or replace function clinic.template_for(use text, device_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select x.name from clinic.device d, unnest(clinic.label_templates($1)) with ordinality x (name, n)
		where d.device_id = $2 and clinic.template_fits(x.name, d.width_um, d.height_um) order by x.n limit 1);
end $$;

create or replace function clinic.label_template(specimen_id text, device_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.template_for(clinic.label_use($1), $2);
end $$;

-- 50800 x 25400 as it stands on the roll.
create or replace function clinic.size_words(width_um int, height_um int) returns text
language sql immutable security definer set search_path = pg_catalog, pg_temp as $$
	select trim_scale(round($1 / 1000.0, 1)) || ' x ' || trim_scale(round($2 / 1000.0, 1)) || ' mm';
$$;

-- Why no template fits, for words: {container, printer, loaded, load}; null: one does.
create or replace function clinic.label_stock_wrong(specimen_id text, device_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	if clinic.label_template($1, $2) is not null then
		return null;
	end if;
	return (
		select jsonb_build_object('container', c.name, 'printer', d.name, 'loaded', clinic.size_words(d.width_um, d.height_um),
			'load', coalesce((select string_agg(distinct clinic.size_words(z.width, z.height), ' or ')
				from unnest(clinic.label_templates(clinic.label_use($1))) n cross join lateral clinic.template_size(n) z), '?'))
		from clinic.specimen s join clinic.container_type c on c.container_type_id = s.container_type_id, clinic.device d
		where s.specimen_id = $1 and d.device_id = $2);
end $$;

-- The first of the visit's newest labels that its printer could not print for the labels in it; null: none.
create or replace function clinic.visit_stock_wrong(visit_id bigint) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select clinic.label_stock_wrong(j.specimen_id, j.device_id) from clinic.print_job j
		where j.visit_id = $1 and j.state = 'failed' and j.failed_check = 'stock'
			and not exists (select 1 from clinic.print_job o where o.specimen_id = j.specimen_id and o.print_job_id > j.print_job_id)
		order by j.print_job_id limit 1);
end $$;

-- What the person is told about that; null: nothing.
create or replace function clinic.stock_question(visit_id bigint) returns clinic.judgement
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := clinic.visit_stock_wrong($1);
begin
	return case when words is not null then clinic.judged('question', 'stock_wrong', words, $1) end;
end $$;

-- A job that was made without a template has failed: nothing is drawn, nothing sent.
create or replace function clinic.print_job_stock_check(print_job_id bigint, actor clinic.actor) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	j clinic.print_job;
	wrong jsonb;
begin
	select p.* into j from clinic.print_job p where p.print_job_id = $1 and p.template = 'none';
	if found then
		wrong := clinic.label_stock_wrong(j.specimen_id, j.device_id);
		perform clinic.print_job_move_to(j.print_job_id, 'failed', 'printer', actor, jsonb_build_object('check', 'stock',
			'message', format('''%s'' has labels of %s: none for a %s', wrong ->> 'printer', wrong ->> 'loaded', wrong ->> 'container'),
			'hint', format('load labels of %s and have the printer set to them, or print at another printer', wrong ->> 'load')));
	end if;
end $$;
