-- Tubes that are filled from a cup (contrib/FLOWS.md 1.1b): the cup is labelled and handed out; when it is back, which is
-- its collection, the labels of its tubes print in filling order; each filled tube that is scanned is collected when the
-- cup was, and says which cup it is of (aliquoted: the cup and the hash of the cup's last event). One cup at a time.

-- Is the cup back and good to be poured from?
create or replace function clinic.cup_is_ready(cup text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce((custody.state(cup)).kind, '') in ('collected', 'processed', 'released', 'order_cancelled', 'unpacked');
end $$;

-- A tube whose cup is not back: nothing prints for it and nobody waits for its label.
create or replace function clinic.tube_waits_for_cup(specimen_id text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
declare
	cup text := (select s.parent_id from clinic.specimen s where s.specimen_id = $1);
begin
	return cup is not null and not clinic.cup_is_ready(cup);
end $$;

-- The tubes of this cup that are still to be filled.
create or replace function clinic.tubes_to_fill(cup text) returns text[]
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return array(select s.specimen_id from clinic.specimen s where s.parent_id = cup
		and (custody.state(s.specimen_id)).kind in ('prepared', 'label_printed') order by s.number);
end $$;

-- Another cup whose tubes are being filled in this visit: their labels are out. Null: none.
create or replace function clinic.cup_being_poured(visit_id bigint, other_than text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (select min(s.parent_id) from clinic.specimen s where s.visit_id = $1 and s.parent_id <> $2
		and (custody.state(s.specimen_id)).kind in ('prepared', 'label_printed')
		and exists (select 1 from clinic.label l where l.specimen_id = s.specimen_id));
end $$;

-- The cup is back and its tubes are to be filled: their labels print where it was scanned, when its visit is (or can be)
-- open for this person. Collected it is in any case.
create or replace function clinic.fill_begin(actor clinic.actor, cup clinic.specimen, v clinic.visit, own clinic.visit,
	words jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	again clinic.visit := own;
begin
	words := words || jsonb_build_object('n', cardinality(clinic.tubes_to_fill(cup.specimen_id)));
	if own.visit_id is null and v.state in ('labels', 'parked') then
		perform clinic.visit_elsewhere(actor, v);
		return clinic.judged('stored', 'cup_back_fill_later', words);
	elsif own.visit_id is null and v.state = 'closed' then
		again := clinic.visit_reopened(actor, v);
	end if;
	if again.visit_id is distinct from v.visit_id then
		return clinic.judged('stored', 'cup_back_fill_later', words, own.visit_id);
	elsif exists (select 1 from clinic.label l where l.specimen_id = any (clinic.tubes_to_fill(cup.specimen_id))) then
		return clinic.judged('repeat', 'fill_open', words, v.visit_id);
	elsif not clinic.visit_print(again, actor, clinic.printer_of(actor.station_id), false, cup.specimen_id) then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	end if;
	return clinic.judged('stored', 'cup_back_fill', words, v.visit_id);
end $$;

-- The cup that is back is scanned once more: its tubes are filled now.
create or replace function clinic.cup_again(actor clinic.actor, cup clinic.specimen, v clinic.visit, own clinic.visit)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	words jsonb := jsonb_build_object('name', (select clinic.patient_name(p) from clinic.patient p where p.patient_id = cup.patient_id));
begin
	if clinic.cup_being_poured(own.visit_id, cup.specimen_id) is not null then
		perform clinic.visit_note(own.visit_id, actor, 'other_cup', true, jsonb_build_object('specimen_id', cup.specimen_id));
		return clinic.judged('question', 'fill_first', words, own.visit_id);
	elsif own.visit_id is null and v.state in ('labels', 'parked') then
		return clinic.visit_elsewhere(actor, v);
	end if;
	return clinic.fill_begin(actor, cup, v, own, words);
end $$;

-- A closed visit goes on for the tubes of its cup. Nothing when the patient, or the person, is in another one.
create or replace function clinic.visit_reopened(actor clinic.actor, v clinic.visit) returns clinic.visit
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	again clinic.visit;
begin
	update clinic.visit x set state = 'labels', held_by = actor.operator_id, station_id = actor.station_id, parked_at = null,
		closed_at = null, closed_by = null
	where x.visit_id = v.visit_id and not exists (select 1 from clinic.visit o where o.visit_id <> v.visit_id
		and o.patient_id = v.patient_id and o.state in ('identify', 'labels', 'parked'))
	returning x.* into again;
	if again.visit_id is not null then
		perform clinic.ask_end(actor.station_id);
		perform clinic.visit_note(v.visit_id, actor, 'reopened_to_fill');
	end if;
	return again;
exception when unique_violation then
	return null; -- opened by somebody at this moment
end $$;

-- What stands against believing a label on a tube filled from a cup; null: nothing does.
create or replace function clinic.fill_judge(actor clinic.actor, tube clinic.specimen, v clinic.visit, words jsonb)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if not clinic.tube_waits_for_cup(tube.specimen_id) then
		return null;
	end if;
	perform clinic.visit_note(v.visit_id, actor, 'filled_without_cup', true, jsonb_build_object('specimen_id', tube.specimen_id));
	return clinic.judged('question', 'cup_not_here', words, v.visit_id);
end $$;

-- The filled tube was scanned: labelled, collected when its cup was, and of that cup.
create or replace function clinic.tube_filled(actor clinic.actor, s clinic.scan, tube clinic.specimen, v clinic.visit,
	l clinic.label_status) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	lab int := clinic.specimen_lab(tube.specimen_id);
	collected custody.event;
	last custody.head;
	due timestamptz;
	words jsonb;
begin
	select e.* into collected from custody.event e where e.subject = tube.parent_id and e.kind = 'collected'
	order by e.event_id desc limit 1;
	select h.* into last from custody.head h where h.subject = tube.parent_id order by h.event_id desc limit 1;
	due := clinic.fill_by(tube);
	perform custody.append(tube.specimen_id, 'labelled', jsonb_build_object('copy', l.copy, 'scan', s.scan_id,
		'job', l.print_job_id), actor.operator_id, actor.station_id, lab => lab);
	perform custody.append(tube.specimen_id, 'collected', jsonb_build_object('source', 'cup', 'parent', tube.parent_id,
		'identified_by', v.identified_by, 'labelled_by', actor.operator_id, 'stated_by', v.stated_by ->> 'who', 'check', 'poured',
		'visit', v.visit_id) || clinic.stood_by(v), actor.operator_id, actor.station_id, occurred_at => collected.occurred_at,
		lab => lab);
	perform custody.append(tube.specimen_id, 'aliquoted', jsonb_build_object('parent', tube.parent_id,
		'parent_event', last.event_id, 'parent_hash', encode(last.hash, 'hex'), 'scan', s.scan_id, 'by', due),
		actor.operator_id, actor.station_id, lab => lab);
	perform clinic.tests_collected(actor, array[tube.specimen_id]);
	words := jsonb_build_object('number', tube.number, 'of', tube.of, 'by', to_char(due, 'HH24:MI'));
	if clock_timestamp() > due then
		perform clinic.visit_note(v.visit_id, actor, 'filled_late', detail => jsonb_build_object('specimen_id', tube.specimen_id));
		return clinic.visit_progress(actor, v, 'filled_late', words, null);
	end if;
	return clinic.visit_progress(actor, v, 'filled', words, null);
end $$;

-- By when a tube is to be filled: the container's time after the cup was collected; null: no clock, or not collected yet.
create or replace function clinic.fill_by(tube clinic.specimen) returns timestamptz
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select e.occurred_at + make_interval(mins => c.transfer_within_min)
		from custody.event e, clinic.container_type c
		where e.subject = tube.parent_id and e.kind = 'collected' and c.container_type_id = tube.container_type_id
		order by e.event_id desc limit 1);
end $$;

-- Without the cup there are no tubes.
create or replace function clinic.children_end(v clinic.visit, actor clinic.actor, cup text, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	tube text;
begin
	for tube in select x from unnest(clinic.tubes_to_fill(cup)) x order by x loop
		perform clinic.not_collected_do(v, actor, tube, why);
	end loop;
end $$;

-- ---- the cup afterwards --------------------------------------------------------------------------------------

-- A cup of this visit that was only there to be poured from, is poured, and of which nobody has said what becomes of it.
create or replace function clinic.cup_undecided(visit_id bigint) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	-- most visits pour nothing: spares asking of each tube whether it is a cup
	if not exists (select 1 from clinic.specimen s where s.visit_id = $1 and s.parent_id is not null) then
		return null;
	end if;
	return (
		select c.specimen_id from clinic.specimen c where c.visit_id = $1
			and exists (select 1 from clinic.specimen s where s.parent_id = c.specimen_id)
			and not exists (select 1 from clinic.specimen_test w where w.specimen_id = c.specimen_id)
			and clinic.cup_is_ready(c.specimen_id)
			and clinic.tubes_to_fill(c.specimen_id) = '{}'
			and not exists (select 1 from clinic.visit_act a where a.visit_id = $1 and a.act = 'cup_kept'
				and a.detail ->> 'specimen_id' = c.specimen_id)
		order by c.number limit 1);
end $$;

create or replace function clinic.cup_kept_answered(actor clinic.actor, v clinic.visit, cup text, kept boolean)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform custody.lock_subjects(array[cup]);
	if kept then
		perform clinic.visit_note(v.visit_id, actor, 'cup_kept', detail => jsonb_build_object('specimen_id', cup));
		return clinic.visit_progress(actor, v, 'cup_kept', '{}', null);
	end if;
	perform custody.append(cup, 'disposed', '{"why": "poured_off"}', actor.operator_id, actor.station_id,
		lab => clinic.specimen_lab(cup));
	perform clinic.visit_note(v.visit_id, actor, 'cup_discarded', detail => jsonb_build_object('specimen_id', cup));
	return clinic.visit_progress(actor, v, 'cup_discarded', '{}', null);
end $$;

-- A cup that was kept is thrown away later.
create or replace function clinic.cup_discard(actor clinic.actor, args jsonb) returns jsonb
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	cup text := (select c.specimen_id from clinic.specimen c where c.specimen_id = left(clinic.arg(args, 'specimen_id'), 12)
		and exists (select 1 from clinic.specimen s where s.parent_id = c.specimen_id)
		and not exists (select 1 from clinic.specimen_test w where w.specimen_id = c.specimen_id));
begin
	if cup is null then
		return clinic.reply('question', 'cup_not_poured');
	end if;
	perform custody.lock_subjects(array[cup]);
	if (custody.state(cup)).kind = 'disposed' then
		return clinic.reply('repeat', 'cup_discarded');
	elsif not clinic.cup_is_ready(cup) or clinic.tubes_to_fill(cup) <> '{}' then
		return clinic.reply('question', 'cup_not_poured');
	end if;
	perform custody.append(cup, 'disposed', '{"why": "kept_long_enough"}', actor.operator_id, actor.station_id,
		lab => clinic.specimen_lab(cup));
	return clinic.reply('stored', 'cup_discarded');
end $$;

-- Poured-off cups that were kept and are here.
create or replace function clinic.cups_kept_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('specimen_id', c.specimen_id, 'name', clinic.patient_name(p),
			'number', clinic.patient_number(p.patient_id), 'container', clinic.container_view(k), 'since', c.created_at)
			order by c.created_at, c.specimen_id), '[]')
		from clinic.tube_here h
		join clinic.specimen c on c.specimen_id = h.specimen_id
		join clinic.container_type k on k.container_type_id = c.container_type_id
		join clinic.patient p on p.patient_id = c.patient_id
		where exists (select 1 from clinic.specimen s where s.parent_id = c.specimen_id)
			and not exists (select 1 from clinic.specimen_test w where w.specimen_id = c.specimen_id)
			and clinic.cup_is_ready(c.specimen_id) and clinic.tubes_to_fill(c.specimen_id) = '{}'
			and clinic.cup_undecided(c.visit_id) is distinct from c.specimen_id);
end $$;

-- Cups that are back and not poured yet, what is due first at the top.
create or replace function clinic.fill_view() returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select coalesce(jsonb_agg(jsonb_build_object('specimen_id', c.specimen_id, 'visit_id', c.visit_id,
			'patient_id', p.patient_id, 'name', clinic.patient_name(p), 'number', clinic.patient_number(p.patient_id),
			'container', clinic.container_view(k), 'tubes', f.n, 'fill_by', f.due, 'late', coalesce(f.due < now(), false))
			order by f.due, c.specimen_id), '[]')
		from (select s.parent_id, count(*) as n, min(clinic.fill_by(s)) as due
			from clinic.specimen s
			where s.parent_id is not null and s.created_at > now() - interval '30 days'
				and (custody.state(s.specimen_id)).kind in ('prepared', 'label_printed') and clinic.cup_is_ready(s.parent_id)
			group by s.parent_id) f
		join clinic.specimen c on c.specimen_id = f.parent_id
		join clinic.container_type k on k.container_type_id = c.container_type_id
		join clinic.patient p on p.patient_id = c.patient_id);
end $$;
