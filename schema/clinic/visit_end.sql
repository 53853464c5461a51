-- A tube or a label of a visit comes to an end: not collected, torn up, printed anew.

-- ---- tests of a tube ------------------------------------------------------------------------------------

-- The tests of a tube that will not come, unless another tube of the same visit still carries them.
create or replace function clinic.tests_release(specimen_id text, next_state text, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.lab_order_test t set state = next_state, state_at = now(), reason = why
	from clinic.specimen_test w
	where w.specimen_id = $1 and w.lab_order_test_id = t.lab_order_test_id and t.state in ('in_visit', 'collected')
		and not exists (select 1 from clinic.specimen_test o
			where o.lab_order_test_id = t.lab_order_test_id and o.specimen_id <> $1
				and coalesce((custody.state(o.specimen_id)).kind, '') not in ('not_collected', 'held'));
end $$;

-- The tests of these tubes are collected. A cancelled one stays cancelled; a tube that carries no other is kept (HL-07).
create or replace function clinic.tests_collected(actor clinic.actor, specimen_ids text[]) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	update clinic.lab_order_test t set state = 'collected', state_at = now()
	from clinic.specimen_test w
	where w.specimen_id = any (specimen_ids) and w.lab_order_test_id = t.lab_order_test_id and t.state = 'in_visit';
	perform clinic.tubes_without_order(actor, specimen_ids, null);
end $$;

create or replace function clinic.reason_known(kind text, code text) returns boolean
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return exists (select 1 from clinic.reason r where r.kind = $1 and r.code = $2);
end $$;

-- The specimen named in args, when it is of the person's open visit.
create or replace function clinic.specimen_in_visit(v clinic.visit, args jsonb) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (
		select s.specimen_id from clinic.specimen s
		where s.specimen_id = clinic.arg(args, 'specimen_id') and s.visit_id = (v).visit_id);
end $$;

create or replace function clinic.not_collected(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	why text := clinic.arg(args, 'reason');
	kind text;
	again boolean;
begin
	if tube is null and exists (select 1 from clinic.hand_out h where h.specimen_id = clinic.arg(args, 'specimen_id')) then
		return clinic.cup_not_collected(actor, args);
	elsif v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif tube is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}', v.visit_id);
	elsif not coalesce(clinic.reason_known('not_collected', why), false) then
		return clinic.judged('question', 'reason_needed', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]);
	kind := (custody.state(tube)).kind;
	if kind = 'not_collected' then
		return clinic.judged('repeat', 'not_collected', '{}', v.visit_id);
	elsif kind not in ('prepared', 'label_printed', 'labelled', 'handed_out') then
		return clinic.judged('question', 'not_now', '{}', v.visit_id);
	end if;
	perform clinic.not_collected_do(v, actor, tube, why);
	return clinic.visit_progress(actor, v, 'not_collected', '{}', null);
end $$;

create or replace function clinic.not_collected_do(v clinic.visit, actor clinic.actor, tube text, why text) returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	perform clinic.print_jobs_drop(v.visit_id, tube, actor, 'not collected');
	perform custody.append(tube, 'not_collected', jsonb_build_object('reason', why, 'visit', v.visit_id),
		actor.operator_id, actor.station_id, lab => clinic.specimen_lab(tube));
	perform clinic.hand_out_end(tube);
	perform clinic.tests_release(tube,
		case when (select r.tests_due from clinic.reason r where r.kind = 'not_collected' and r.code = why)
			then 'due' else 'not_collected' end, why);
	perform clinic.children_end(v, actor, tube, why);
	perform clinic.visit_note(v.visit_id, actor, 'not_collected', detail =>
		jsonb_build_object('specimen_id', tube, 'reason', why));
end $$;

-- ---- a label comes to an end -----------------------------------------------------------------------------

create or replace function clinic.label_ended(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	how text := clinic.arg(args, 'end');
	l clinic.label_status;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif tube is null or how is null or how not in ('destroyed', 'voided') then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id, copy, end"}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]);
	select x.* into l from clinic.visit_labels(v.visit_id) x
	where x.specimen_id = tube and x.copy = clinic.arg_bigint(args, 'copy');
	if l.copy is null then
		return clinic.judged('question', 'bad_request', '{"what": "copy"}', v.visit_id);
	elsif l.state in ('destroyed', 'voided') then
		return clinic.judged('repeat', 'label_ended', '{}', v.visit_id);
	elsif l.state = 'on_tube' and l.tube_kind <> 'not_collected' then
		return clinic.judged('question', 'label_is_on_tube', '{}', v.visit_id);
	elsif how = 'destroyed' and not l.possible then
		return clinic.judged('question', 'label_not_out', '{}', v.visit_id);
	end if;
	perform clinic.label_drop(v, actor, l, how, coalesce(left(clinic.arg(args, 'reason'), 200), ''));
	return clinic.visit_progress(actor, v, 'label_ended', '{}', null);
end $$;

-- Ends a label and what its job still would do.
create or replace function clinic.label_drop(v clinic.visit, actor clinic.actor, l clinic.label_status, how text, why text)
returns void
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
begin
	if l.job_state in ('queued', 'proved') or l.job_state = 'unknown' and how = 'voided' then
		perform clinic.print_job_move_to(l.print_job_id, 'void', 'person', actor, jsonb_build_object('message', why));
	elsif l.job_state = 'unknown' then
		perform clinic.print_job_move_to(l.print_job_id, 'printed', 'person', actor, '{"evidence": "it was torn up"}');
	end if;
	perform clinic.label_set_end(l.specimen_id, l.copy, 'label_' || how, actor, jsonb_build_object('why', why));
	delete from clinic.question q where q.visit_id = v.visit_id and q.specimen_id = l.specimen_id and q.copy = l.copy;
	perform clinic.visit_note(v.visit_id, actor, 'label_' || how, detail =>
		jsonb_build_object('specimen_id', l.specimen_id, 'copy', l.copy, 'why', why));
end $$;

create or replace function clinic.reprinted(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit := clinic.visit_of(actor.operator_id);
	tube text := clinic.specimen_in_visit(v, args);
	printer bigint := coalesce(clinic.arg_bigint(args, 'device_id'), clinic.printer_of(actor.station_id));
	kind text;
begin
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	elsif tube is null then
		return clinic.judged('question', 'bad_request', '{"what": "specimen_id"}', v.visit_id);
	elsif not coalesce(clinic.reason_known('reprint', clinic.arg(args, 'reason')), false) then
		return clinic.judged('question', 'reason_needed', '{}', v.visit_id);
	elsif printer is null or not clinic.printer_is_near(printer, actor.station_id) then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[tube]);
	kind := (custody.state(tube)).kind;
	if kind not in ('prepared', 'label_printed', 'labelled', 'handed_out') or clinic.tube_waits_for_cup(tube) then
		return clinic.judged('question', 'not_now', '{}', v.visit_id);
	end if;
	return clinic.reprint_do(v, actor, tube, printer, clinic.arg(args, 'reason'));
end $$;

-- The next copy. What was not sent yet does not go any more; everything else stays to be accounted for.
create or replace function clinic.reprint_do(v clinic.visit, actor clinic.actor, tube text, printer bigint, why text)
returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	job bigint;
	-- a label that never went to a printer is not about
	is_out boolean := exists (select 1 from clinic.visit_labels(v.visit_id) l where l.specimen_id = tube and l.possible
		and l.state not in ('voided', 'destroyed'));
	waits jsonb := clinic.printer_waits(printer);
	words jsonb;
begin
	if printer is null then
		return clinic.judged('question', 'no_printer', '{}', v.visit_id);
	elsif clinic.label_template(tube, printer) is null then
		return clinic.judged('question', 'stock_wrong', clinic.label_stock_wrong(tube, printer), v.visit_id);
	end if;
	perform clinic.print_jobs_drop(v.visit_id, tube, actor, 'printed again');
	job := clinic.label_print(v, tube, printer, actor, why);
	if job is null then
		return clinic.judged('question', 'copies_used_up', '{}', v.visit_id);
	end if;
	perform clinic.visit_note(v.visit_id, actor, 'reprinted', detail => jsonb_build_object('specimen_id', tube, 'reason', why));
	words := jsonb_build_object('copy', (select p.copy from clinic.print_job p where p.print_job_id = job)) || coalesce(waits, '{}');
	return clinic.judged('stored', 'reprinted', words || jsonb_build_object(
		'label', clinic.reply('note', case when waits is null then 'reprint_prints' else 'reprint_waits' end, words) ->> 'title',
		'tear', case when is_out then clinic.reply('note', 'reprint_tear') ->> 'title' else '' end), v.visit_id);
end $$;

-- Did the label come out? A person answers what the printer could not say.
create or replace function clinic.print_answered(actor clinic.actor, args jsonb) returns clinic.judgement
language plpgsql volatile security definer set search_path = pg_catalog, pg_temp as $$
declare
	v clinic.visit;
	answer text := clinic.arg(args, 'came_out');
	l clinic.label_status;
begin
	if clinic.print_apart_need(args) is not null then
		return clinic.print_apart_told(actor, args);
	end if;
	v := clinic.visit_of(actor.operator_id);
	if v.visit_id is null then
		return clinic.judged('question', 'no_visit');
	end if;
	select x.* into l from clinic.visit_labels(v.visit_id) x where x.print_job_id = clinic.arg_bigint(args, 'print_job_id');
	if l.copy is null or answer is null or answer not in ('yes', 'no', 'not_sure') then
		return clinic.judged('question', 'bad_request', '{"what": "print_job_id, came_out"}', v.visit_id);
	elsif l.job_state <> 'unknown' then
		return clinic.judged('repeat', 'print_answered', '{}', v.visit_id);
	end if;
	perform custody.lock_subjects(array[l.specimen_id]);
	perform clinic.visit_note(v.visit_id, actor, 'came_out_' || answer, detail =>
		jsonb_build_object('specimen_id', l.specimen_id, 'copy', l.copy));
	if answer = 'yes' then
		perform clinic.print_job_move_to(l.print_job_id, 'printed', 'person', actor, '{"evidence": "a person saw it"}');
		return clinic.judged('stored', 'came_out', '{}', v.visit_id);
	end if;
	perform clinic.print_job_move_to(l.print_job_id, 'void', 'person', actor, jsonb_build_object('evidence', answer));
	if answer = 'no' then
		perform clinic.label_set_end(l.specimen_id, l.copy, 'label_voided', actor, '{"why": "did_not_come_out"}');
		return clinic.judged('stored', 'did_not_come_out', '{}', v.visit_id);
	elsif l.tube_kind = 'not_collected' then
		return clinic.judged('stored', 'tear_it_up', '{}', v.visit_id);
	end if;
	return clinic.reprint_do(v, actor, l.specimen_id, coalesce(clinic.printer_of(actor.station_id), l.device_id), 'not_sure');
end $$;
