-- Policies: what a site may set, each with its safe default (contrib/POLICIES.md 1). The table of
-- defaults is re-applied on each init; what a site set itself stands in policy_setting, by the page Policies (clinic/policy_set.sql).

insert into clinic.policy (policy, value, allowed, safety, set_by_lab, why) values
	('identity_check', '"either"', 'pick_birth_date, scan_photo_id, either, attest', true, false,
		'not leading, one action'),
	('guardian_states', '"under_18"', 'under_18, always', true, false, 'children, interpreters'),
	('closing_check', '"patient_reads_tubes"', 'patient_reads_tubes, rescan_token, when_risky, off', true, false,
		'catches the wrong label in hand'),
	('risky', '{"minutes": 10, "search": true, "look_alike": true, "other_person": true, "reprint": true}',
		'minutes since identity; found by search; look-alike; other person or station; reprint', true, false,
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
	('idle', '{"shade_min": 5, "sign_out_min": 30}', 'minutes to the shade, to sign-out (never with labels out)', true, false,
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

-- What the page Policies and the judging of a new value need (clinic/policy_set.sql), for each policy that code reads; tests/schema/clinic/policy.sql
-- compares with the functions. form: {fields, rising, more, instead}. A field is the place in the value (path; none: the whole value) and its kind:
-- choice (values: [value, words]), number (min, max, unit), flag (true, false), list (of values, or of: "test") and templates (names, the best first).
-- strict says which way is the safe one: first (of the values), more, less, any (every other value than the default is looser). optional: may be left
-- out. rising: these numbers never fall. more: the container types of the catalogue are fields too. instead: one word in place of all fields.
-- takes: act = from the next act on, in open visits too (nothing is kept of what was read before); label = what is drawn from then on; cup = what is
-- handed out from then on; sign_in = as act, but for how long a sign-in lasts, which the next one has.
update clinic.policy p set title = x.title, topic = x.topic, does = x.does, takes = x.takes, form = x.form::jsonb, position = x.position
from clinic.policy q left join (
	select v.*, row_number() over () as position from (values
		('sign_in', 'Signing in', 'people', 'Whether the badge alone brings a person back who is signed in nearby, and for how long a sign-in lasts at most.', 'sign_in',
			'{"fields": [
			{"path": ["then"], "label": "again, while signed in nearby", "kind": "choice", "values": [["badge_pin", "badge and PIN"], ["badge", "badge alone"]], "strict": "first"},
			{"path": ["hours"], "label": "signed in for at most", "kind": "number", "min": 1, "max": 24, "unit": "hours", "strict": "less"}]}'),
		('idle', 'Idle screens', 'people', 'After how many minutes without use a screen goes to the shade, and its person is signed out (never with labels out).', 'act',
			'{"fields": [
			{"path": ["shade_min"], "label": "to the shade", "kind": "number", "min": 1, "max": 60, "unit": "minutes", "strict": "less"},
			{"path": ["sign_out_min"], "label": "to the sign-out", "kind": "number", "min": 2, "max": 480, "unit": "minutes", "strict": "less"}], "rising": ["shade_min", "sign_out_min"]}'),
		('trainee_cosign', 'Trainees', 'people', 'How many first patients of a trainee need the badge of somebody who stands by.', 'act',
			'{"fields": [{"kind": "number", "min": 0, "max": 200, "unit": "patients", "strict": "more"}]}'),
		('identity_check', 'Identity check', 'patient', 'How a patient is identified before any label prints.', 'act',
			'{"fields": [{"kind": "choice", "values": [["scan_photo_id", "photo id scanned"], ["pick_birth_date", "birth date picked among four"], ["either", "either of these"], ["attest", "confirmed by the person who draws"]], "strict": "first"}]}'),
		('guardian_states', 'Guardians', 'patient', 'When the page offers that a guardian states the birth date.', 'act',
			'{"fields": [{"kind": "choice", "values": [["always", "always"], ["under_18", "for patients under 18"]], "strict": "first"}]}'),
		('closing_check', 'Closing check', 'patient', 'What is checked with the patient before a visit can close.', 'act',
			'{"fields": [{"kind": "choice", "values": [["patient_reads_tubes", "the patient reads the tubes"], ["rescan_token", "the slip is scanned again"], ["when_risky", "the patient reads the tubes when the visit is risky"], ["off", "nothing"]], "strict": "first"}]}'),
		('risky', 'Risky visits', 'patient', 'Which visits are risky, where the closing check is made only for these.', 'act',
			'{"fields": [
			{"path": ["minutes"], "label": "since the identification more than", "kind": "number", "min": 1, "max": 240, "unit": "minutes", "strict": "less"},
			{"path": ["search"], "label": "found by search", "kind": "flag", "strict": "more"},
			{"path": ["look_alike"], "label": "another patient looks alike", "kind": "flag", "strict": "more"},
			{"path": ["other_person"], "label": "another person or station took part", "kind": "flag", "strict": "more"},
			{"path": ["reprint"], "label": "a label was printed again", "kind": "flag", "strict": "more"}]}'),
		('second_person_tests', 'Tests for two persons', 'patient', 'Tubes for these tests are looked at by a second person, by badge.', 'act',
			'{"fields": [{"kind": "list", "min": 0, "max": 40, "of": "test", "strict": "more"}]}'),
		('unusual_identifiers', 'Unusual names and birth dates', 'patient', 'Which one more identifier is taken of a patient who has one name, is named like Doe or has no whole birth date.', 'act',
			'{"fields": [{"kind": "list", "min": 1, "max": 40, "values": [["patient_number", "patient number, scanned"], ["address", "address"], ["phone", "phone"], ["mother", "mother’s name"], ["document", "document"]], "strict": "less"}]}'),
		('unusual_second_person', 'Second person for these', 'patient', 'Whether a second person confirms such an unusual identity, by badge.', 'act',
			'{"fields": [{"kind": "choice", "values": [["on", "on"], ["off", "off"]], "strict": "first"}]}'),
		('collected_time', 'Time of collection', 'patient', 'Whether the time of a tube’s scan is the time at which it was collected, or it is asked.', 'act',
			'{"fields": [
			{"path": ["mode"], "label": "time", "kind": "choice", "values": [["always_ask", "always asked"], ["scan_back", "that of the scan, within the limits"]], "strict": "first"},
			{"path": ["within_min"], "label": "tube: since the identification at most", "kind": "number", "min": 1, "max": 120, "unit": "minutes", "strict": "less"},
			{"path": ["cup_min"], "label": "cup: since it was handed out at most", "kind": "number", "min": 1, "max": 240, "unit": "minutes", "strict": "less"}]}'),
		('apply_when', 'When labels are stuck on', 'patient', 'Whether the label is stuck on before the container is filled, with the patient there, or after.', 'act',
			'{"fields": [
			{"path": ["tube"], "label": "tubes", "kind": "choice", "values": [["after_fill", "after it is filled"], ["before_in_presence", "before, with the patient there"]], "strict": "first"},
			{"path": ["cup"], "label": "cups", "kind": "choice", "values": [["before_in_presence", "before, with the patient there"], ["after_fill", "after it is filled"]], "strict": "first"}]}'),
		('park_limit', 'Parked visits', 'patient', 'How many visits a person may park, and after how many minutes one is reminded of.', 'act',
			'{"fields": [
			{"path": ["per_person"], "label": "parked by one person at most", "kind": "number", "min": 0, "max": 2, "unit": "visits"},
			{"path": ["remind_min"], "label": "reminded after", "kind": "number", "min": 1, "max": 240, "unit": "minutes"}]}'),
		('scan_back_where', 'Where tubes are scanned back', 'patient', 'Where a printed tube may be scanned as labelled.', 'act',
			'{"fields": [{"kind": "choice", "values": [["station", "at the station of the visit"], ["room_group", "in its group of rooms"], ["site", "anywhere at the site"]], "strict": "first"}]}'),
		('expired_container', 'Expired containers', 'patient', 'Whether the page asks when the maker’s code of a container says that it is too old.', 'act',
			'{"fields": [{"kind": "choice", "values": [["ask", "asked"], ["off", "not asked"]]}]}'),
		('overdue', 'Cups that are late', 'patient', 'After how many minutes a cup that a patient took along is late.', 'cup',
			'{"fields": [{"path": ["cup"], "label": "late after", "kind": "number", "min": 15, "max": 1440, "unit": "minutes"}]}'),
		('print_when', 'When labels print', 'labels', 'Whether labels print once the patient is identified, or after the draw.', 'act',
			'{"fields": [{"kind": "choice", "values": [["after_identity", "after the identification"], ["after_draw", "after the draw"]]}]}'),
		('printer_release', 'Shared printers', 'labels', 'When the next patient’s labels may come out of a printer: after all labels before are on tubes, or once the set was taken.', 'act',
			'{"fields": [
			{"path": ["own"], "label": "printer of one room", "kind": "choice", "values": [["strict", "when all are on tubes"], ["set_taken", "once the set was taken"]], "strict": "first"},
			{"path": ["shared"], "label": "shared printer", "kind": "choice", "values": [["strict", "when all are on tubes"], ["set_taken", "once the set was taken"]], "strict": "first"}]}'),
		('label_templates', 'Templates of labels', 'labels', 'Which template a label is drawn with: the first of the list that fits the labels in the printer.', 'label',
			'{"fields": [
			{"path": ["tube"], "label": "tube", "kind": "templates", "strict": "any"},
			{"path": ["small_tube"], "label": "small tube", "kind": "templates", "strict": "any"},
			{"path": ["bottle"], "label": "bottle", "kind": "templates", "strict": "any"},
			{"path": ["kit"], "label": "kit", "kind": "templates", "strict": "any"},
			{"path": ["signed"], "label": "signed by hand", "kind": "templates", "strict": "any"},
			{"path": ["cup"], "label": "cup", "kind": "templates", "strict": "any"},
			{"path": ["jar"], "label": "jar", "kind": "templates", "strict": "any"},
			{"path": ["poured_off"], "label": "poured off", "kind": "templates", "strict": "any"},
			{"path": ["pattern"], "label": "test pattern", "kind": "templates", "strict": "any"}], "more": "container_type"}'),
		('label_time', 'Date and lines', 'labels', 'Whether every tube’s label has lines to sign on, or only those of tests that ask for it.', 'label',
			'{"fields": [{"kind": "choice", "values": [["date", "the date"], ["date_and_lines", "the date and lines to sign on"]]}]}'),
		('tests_on_label', 'Tests on labels', 'labels', 'How tests stand on a label; sensitive tests never do.', 'label',
			'{"fields": [{"kind": "choice", "values": [["codes", "codes"], ["names", "names"], ["none", "none"]]}]}'),
		('test_pattern', 'Test patterns', 'labels', 'After how many days the page asks for a printer’s next test pattern.', 'act',
			'{"fields": [{"path": ["days"], "label": "after", "kind": "number", "min": 1, "max": 90, "unit": "days"}]}'),
		('order_entered_here', 'Orders entered here', 'orders', 'Who may enter an order at a station.', 'act',
			'{"fields": [{"kind": "choice", "values": [["lead", "a lead"], ["ma", "who draws, and a lead"], ["off", "nobody"]]}]}'),
		('order_match_days', 'Orders that do not come', 'orders', 'After how many days an order entered here that was never followed by the sender’s is reminded of, and is late.', 'act',
			'{"fields": [
			{"path": ["remind"], "label": "reminded of after", "kind": "number", "min": 1, "max": 30, "unit": "days"},
			{"path": ["report"], "label": "late after", "kind": "number", "min": 1, "max": 30, "unit": "days"}], "rising": ["remind", "report"]}'),
		('missing_order_data', 'Gaps in orders', 'orders', 'What the page says comes of an order with a gap; it never stops a label.', 'act',
			'{"fields": [{"kind": "choice", "values": [["send_with_gap", "goes on without it"], ["list", "is on the list"]]}]}'),
		('cancel_after_draw', 'Cancelled after the draw', 'orders', 'For how many days a tube is kept whose order was cancelled, or that the laboratory throws it away.', 'act',
			'{"fields": [{"path": ["hold_days"], "label": "kept for", "kind": "number", "min": 1, "max": 60, "unit": "days"}], "instead": ["discard", "thrown away"]}'),
		('pack_check', 'Check of a bag', 'bags', 'How what is in a bag is checked before it is closed.', 'act',
			'{"fields": [{"kind": "choice", "values": [["scan_each", "every tube scanned"], ["count_blind", "counted, before the number is shown"], ["trust", "not checked"]], "strict": "first"}]}'),
		('seal', 'Seals', 'bags', 'Whether a bag is closed with a numbered seal.', 'act',
			'{"fields": [{"kind": "choice", "values": [["closed", "closed"], ["numbered", "closed, with the number of its seal"]]}]}'),
		('bagging', 'Inner bags', 'bags', 'Whether each patient’s tubes go into an inner bag of their own.', 'act',
			'{"fields": [{"kind": "choice", "values": [["per_patient_in_class", "one for each patient"], ["bulk_by_class", "all together"]]}]}'),
		('wrong_class_in_bag', 'Wrong temperature', 'bags', 'Whether a tube may go into a bag of another temperature, with a reason.', 'act',
			'{"fields": [
			{"path": ["default"], "label": "ambient and refrigerated", "kind": "choice", "values": [["leave_out_or_reason", "left out, or with a reason"], ["block", "never"]]},
			{"path": ["frozen"], "label": "frozen", "kind": "choice", "values": [["leave_out_or_reason", "left out, or with a reason"], ["block", "never"]]}]}'),
		('papers', 'Papers', 'bags', 'Which papers are offered for a bag or a visit.', 'act',
			'{"fields": [{"kind": "list", "min": 0, "max": 40, "values": [["requisition", "requisition"], ["packing_list", "packing list"]]}]}'),
		('paper_size', 'Paper', 'bags', 'The size of the paper in the office printer.', 'act',
			'{"fields": [{"kind": "choice", "values": [["a4", "A4"], ["letter", "Letter"], ["4x6", "4 x 6 in"]]}]}'),
		('names_on_packing_list', 'Names on the packing list', 'bags', 'Whether patients’ names stand on the packing list inside the sealed bag.', 'act',
			'{"fields": [{"kind": "choice", "values": [["inside", "inside the sealed bag"], ["none", "never"]]}]}'),
		('counter_sign', 'Signature at the counter', 'courier', 'Whether a courier who takes bags alone has to say why nobody signed.', 'act',
			'{"fields": [{"kind": "choice", "values": [["when_staffed", "where somebody is there"], ["never", "never"]]}]}'),
		('courier_count', 'Courier counts', 'courier', 'When a courier counts the bags.', 'act',
			'{"fields": [
			{"path": ["lockbox"], "label": "at a lockbox", "kind": "choice", "values": [["before", "before the list is shown"], ["after", "after it was shown"], ["off", "not counted"]]},
			{"path": ["counter"], "label": "at a counter", "kind": "choice", "values": [["before", "before the list is shown"], ["after", "after it was shown"], ["off", "not counted"]]}]}'),
		('lockbox_max_hours', 'Hours in a lockbox', 'courier', 'After how many hours a bag in a lockbox is late, by its temperature.', 'act',
			'{"fields": [
			{"path": ["default"], "label": "any temperature", "kind": "number", "min": 1, "max": 48, "unit": "hours"},
			{"path": ["AMB"], "label": "ambient", "kind": "number", "min": 1, "max": 48, "unit": "hours", "optional": true},
			{"path": ["REF"], "label": "refrigerated", "kind": "number", "min": 1, "max": 48, "unit": "hours", "optional": true},
			{"path": ["FRZ"], "label": "frozen", "kind": "number", "min": 1, "max": 48, "unit": "hours", "optional": true}]}'),
		('temperature_reading', 'Temperature at the dock', 'lab', 'For which bags the dock asks for a temperature.', 'act',
			'{"fields": [{"kind": "choice", "values": [["none", "none"], ["at_dock_cold", "refrigerated and frozen bags"], ["at_dock", "all bags"]]}]}'),
		('unknown_at_lab', 'Unknown tubes', 'lab', 'What a bench does with one of our codes that nobody knows.', 'act',
			'{"fields": [{"kind": "choice", "values": [["park", "set aside, work goes on"], ["lock", "the screen locks"]]}]}'),
		('foreign_clinics', 'Tubes of other clinics', 'lab', 'What a bench does with codes that are not ours.', 'act',
			'{"fields": [{"kind": "choice", "values": [["count", "noted"], ["ask", "asked"], ["alarm", "the screen locks"]]}]}'),
		('delivery_close', 'Closing a delivery', 'lab', 'Who may close a delivery with open items.', 'act',
			'{"fields": [{"kind": "choice", "values": [["any_receiver", "any receiver"], ["lead", "a lead of the laboratory"]]}]}'),
		('missing_declared', 'Missing tubes', 'lab', 'How many minutes after the arrival a clinic is told that a tube is missing.', 'act',
			'{"fields": [
			{"path": ["minutes"], "label": "routine", "kind": "number", "min": 5, "max": 1440, "unit": "minutes"},
			{"path": ["stat_minutes"], "label": "STAT", "kind": "number", "min": 5, "max": 1440, "unit": "minutes"}]}'),
		('rejection_tell', 'Telling of a rejection', 'lab', 'Within what time the clinic is to hear of a rejected tube.', 'act',
			'{"fields": [
			{"path": ["stat", "minutes"], "label": "STAT, by phone", "kind": "number", "min": 1, "max": 240, "unit": "minutes"},
			{"path": ["default", "working_hours"], "label": "routine, by message", "kind": "number", "min": 1, "max": 48, "unit": "working hours"}]}')
	) v (policy, title, topic, does, takes, form)
) x using (policy)
where p.policy = q.policy;

-- In PL/pgSQL, here and wherever a scan passes: its plans are kept, a SQL function's are made on every call.
create or replace function clinic.policy_value(policy text) returns jsonb
language plpgsql stable security definer set search_path = pg_catalog, pg_temp as $$
begin
	return coalesce(
		(select case when not s.to_default then s.value end from clinic.policy_setting s where s.policy = $1
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
