-- Policies: what a site may set, each with its safe default (contrib/POLICIES.md 1). The table of
-- defaults is re-applied on each init; what a site set itself stands in policy_setting.

insert into clinic.policy (policy, value, allowed, safety, set_by_lab, why) values
	('identity_check', '"either"', 'pick_birth_date, scan_photo_id, either, attest', true, false,
		'not leading, one action'),
	('guardian_states', '"under_18"', 'under_18, always', true, false, 'children, interpreters'),
	('closing_check', '"patient_reads_tubes"', 'patient_reads_tubes, rescan_token, when_risky, off', true, false,
		'catches the wrong label in hand'),
	('risky', '{"minutes": 10, "search": true, "look_alike": true, "other_person": true, "reprint": true}',
		'minutes since identity; found by search; look-alike; other person or station; reprint', false, false,
		'keeps five actions on the smooth path'),
	('second_person_tests', '["ABO", "XM", "GEN"]', 'list of test codes', true, false, 'harm is greatest'),
	('unusual_identifiers', '["patient_number", "address", "phone", "mother", "document"]', 'any of patient_number, address, phone, mother, document', true, false,
		'one more identifier of who has one name, is named Doe or has no whole birth date'),
	('unusual_second_person', '"off"', 'off, on', true, false, 'a second badge for unusual identities'),
	('print_when', '"after_identity"', 'after_identity, after_draw', false, false, 'labels guide tubes'),
	('apply_when', '{"tube": "after_fill", "cup": "before_in_presence"}', 'after_fill, before_in_presence', true, false,
		'labelled in the presence of the patient'),
	('absent_patient_print', '"off"', 'off, permission', true, false, 'batching is the main cause of wrong blood in tube'),
	('take_home_kits', '{"on": true, "due_days": 14}', 'off, on with due days', false, false,
		'common, otherwise done on paper'),
	('printer_release', '{"own": "strict", "shared": "set_taken"}', 'strict, set_taken', true, false,
		'no deadlock in the hallway'),
	('park_limit', '{"per_person": 1, "remind_min": 15}', '0-2 per person, reminder in minutes', false, false,
		'patients faint and wait'),
	('scan_back_where', '"room_group"', 'station, room_group, site', true, false, 'chair-side scanning'),
	('scan_order', '"free"', 'free, strict', false, false, 'scan order is not draw order'),
	('expired_container', '"off"', 'off, ask', false, false, 'an old additive spoils a sample; few assistants scan tubes before they draw'),
	('tube_type_check', '"off"', 'off, cap_colour, makers_code', false, false, 'twelve extra taps an hour buy little'),
	('collected_time', '{"mode": "scan_back", "within_min": 10, "cup_min": 15}', 'scan_back within n min (a cup: of its hand-out), always_ask', true, false,
		'else it is a guess'),
	('label_time', '"date"', 'date, date_and_lines, time (only after_draw)', false, false,
		'never print a time that has not happened'),
	('label_templates', '{"tube": ["auto12", "clinic50x25", "auto12_ladder"], "small_tube": ["tube30x21", "auto12", "clinic50x25", "auto12_ladder"],
		"bottle": ["auto12", "clinic50x25", "auto12_ladder"], "kit": ["auto12", "clinic50x25", "auto12_ladder"], "signed": ["signed"],
		"cup": ["urine_cup"], "jar": ["biopsy_jar"], "poured_off": ["aliquot"], "pattern": ["pattern", "pattern50x25"]}',
		'by what it is, or by the code of a container type: names of templates, the best first', true, false,
		'a label that fits the container and the roll'),
	('test_pattern', '{"days": 7}', 'days between two test patterns of a printer', false, false, 'a worn head is seen before its codes fail'),
	('tests_on_label', '"codes"', 'codes, names, none', false, false, 'privacy'),
	('order_entered_here', '"ma"', 'off, ma, lead', false, false, 'walk-ins exist'),
	('order_match_days', '{"remind": 1, "report": 30}', '1-30', false, false, 'oral orders need paper in 30 days'),
	('missing_order_data', '"send_with_gap"', 'list, send_with_gap, hold_bag', false, false,
		'a bag must not wait for a diagnosis code'),
	('cancel_after_draw', '{"hold_days": 7}', 'hold n days, discard', false, false, 'orders are cancelled and re-sent'),
	('bagging', '"per_patient_in_class"', 'per_patient_in_class, bulk_by_class', false, true, 'reference labs demand it'),
	('pack_check', '"count_blind"', 'count_blind, scan_each, trust', true, false, 'cheap and real'),
	('seal', '"closed"', 'closed, numbered', false, false, 'numbers on every bag will be invented'),
	('wrong_class_in_bag', '{"default": "leave_out_or_reason", "frozen": "block"}', 'leave_out_or_reason, block', false, false,
		'the bag must leave'),
	('papers', '["requisition", "packing_list"]', 'requisition, packing_list, none', false, true,
		'links fail; outside labs need it'),
	('paper_size', '"a4"', 'a4, letter, 4x6', false, false, 'the paper that is in the printer'),
	('names_on_packing_list', '"inside"', 'inside sealed bag, none', false, false, 'the courier sees none'),
	('counter_sign', '"when_staffed"', 'required, when_staffed, never', false, false, 'the assistant is with a patient'),
	('courier_count', '{"lockbox": "before", "counter": "off"}', 'before, after, off', false, false,
		'finds the short bag early'),
	('temperature_reading', '"at_dock_cold"', 'none, at_dock, at_dock_cold, each_handover', false, false,
		'couriers have no probe'),
	('lockbox_max_hours', '{"default": 4}', 'hours by class and season', false, false, 'heat damage within 4 h'),
	('overdue', '{"cup": 120, "pickup": 30, "leg": 60, "dock": 120, "stat": {"pickup": 15, "leg": 60, "dock": 15}}',
		'minutes per leg; STAT separately', false, false, 'someone is told while it can be found'),
	('stability_warning', '"warn"', 'warn, ask, hold', false, false, 'the lab decides, not the bag'),
	('unknown_at_lab', '"park"', 'park, lock', false, false, '600 tubes'),
	('foreign_clinics', '"count"', 'count, ask, alarm', false, false, 'mixed work for years'),
	('replace_barcode', '"one_person"', 'one_person, two_persons', true, false, '1-2 % of tubes'),
	('correct_identity', '"irreplaceable"', 'never, irreplaceable', true, false, 'relabelling hides wrong blood'),
	('sealed_bag_trust', '"off"', 'off, sample %, on', true, false, 'arrived is not received'),
	('delivery_close', '"any_receiver"', 'any_receiver, lead', false, false, 'nights'),
	('missing_declared', '{"minutes": 120, "stat_minutes": 30}', 'minutes after arrival', false, false,
		'the clinic can still look'),
	('rejection_tell', '{"stat": {"how": "phone", "minutes": 15}, "default": {"how": "message", "working_hours": 4}}',
		'phone, message; minutes to acknowledge', false, false, 'rejected and never told'),
	('suspect_wbit', '"hold_report"', 'notify, hold_report, quarantine', false, false, 'delta checks are often false'),
	('sign_in', '{"first": "badge_pin", "then": "badge", "hours": 12}', 'badge and PIN first, then badge; hours', true, false,
		'badges can be copied'),
	('idle', '{"shade_min": 5, "sign_out_min": 30}', 'minutes to the shade, to sign-out (never with labels out)', false, false,
		'gloves, needles'),
	('shared_station', '"by_use"', 'off, on, by_use (two people in a day)', false, false, 'the right name on the draw'),
	('trainee_cosign', '10', 'patients', true, false, 'first day'),
	('screen_privacy', '"short_when_idle"', 'full, short_when_idle', false, false, 'readable at 2 m by everyone'),
	('alarm_sound', '{"volume": 70, "repeats": 3}', 'volume, repeats', false, false, 'a patient is in the room'),
	('downtime_pack', '{"mode": "daily", "labels": 40}', 'off, daily with n labels', false, false, 'day one'),
	('practice', '"separate_station"', 'separate_station, any', true, false, 'no practice label on real blood'),
	('retention', '{"audit_years": 6, "request_years": 2}', 'years per kind, upward only; legal hold', false, false,
		'RG-13')
on conflict (policy) do update set value = excluded.value, allowed = excluded.allowed,
	safety = excluded.safety, set_by_lab = excluded.set_by_lab, why = excluded.why;

-- In PL/pgSQL, here and wherever a scan passes: its plans are kept, a SQL function's are made on every call.
create or replace function clinic.policy_value(policy text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(
		(select s.value from clinic.policy_setting s where s.policy = $1
		order by s.policy_setting_id desc limit 1),
		(select p.value from clinic.policy p where p.policy = $1));
end $$;

create or replace function clinic.policy_text(policy text) returns text
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return clinic.policy_value($1) #>> '{}';
end $$;

create or replace function clinic.policy_int(policy text, part text default null) returns int
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return (case when $2 is null then clinic.policy_value($1) #>> '{}'
		else clinic.policy_value($1) ->> $2 end)::int;
end $$;

create or replace function clinic.policies() returns jsonb
language sql stable security definer set search_path = pg_catalog, pg_temp as $$
	select jsonb_object_agg(p.policy, clinic.policy_value(p.policy)) from clinic.policy p;
$$;
