/*
 * The page's own words; an answer's words come with the answer. One plain word per thing (contrib/POLICIES.md 3).
 */
import { custody_words } from "./words_custody.js";
import { analyzer_words } from "./words_analyzer.js";
import { downtime_words } from "./words_downtime.js";
import { stock_words } from "./words_stock.js";
import { camera_words } from "./words_camera.js";
import { enrol_words } from "./words_enrol.js";
import { kept_words } from "./words_kept.js";
import { page_words } from "./words_page.js";
import { pass_words } from "./words_pass.js";
import { policy_words } from "./words_policy.js";
import { rules_words } from "./words_rules.js";
import { printer_words } from "./words_printer.js";
import { template_words } from "./words_template.js";

const words = {
	...custody_words,
	...camera_words,
	...enrol_words,
	...kept_words,
	...page_words,
	...pass_words,
	...policy_words,
	...rules_words,
	...printer_words,
	...template_words,
	...analyzer_words,
	...downtime_words,
	...stock_words,
	app: "Specimend",
	practice: "PRACTICE",
	stop: "STOP",
	stop_sub: "We made a mistake",
	park: "Park",
	park_sub: "Patient fainted, waiting, called away",
	back: "Back",
	close: "Close",
	sign_out: "Sign out",
	setup: "Set up",
	setup_waiting: "{n|page waits|pages wait}",
	sound: "Sound",
	sound_off: "Sound is off: touch here",
	station_none: "no station",

	sign_title: "Scan your badge",
	sign_do: "No badge reader? Type the badge's code (G...) and press Enter.",
	shade_title: "Welcome back, {name}",
	shade_do: "Scan your badge to go on. No PIN needed.",
	pin_title: "Type your PIN",
	pin_do: "Badge ... {badge}",
	pin_ok: "OK",
	pin_clear: "Clear",
	sign_other: "Other badge",
	sign_checking: "Looking ...",

	due_title: "Collections due",
	due_do: "Scan the patient's slip, or choose here.",
	due_none: "Nobody is waiting.",
	due_reading: "Reading the list ...",
	due_open: "Open",
	due_slip: "Print slip",
	due_tubes_1: "1 tube",
	due_tubes: "{n} tubes",
	due_stat: "STAT",
	due_look_alike: "similar name today",
	due_not_printable: "cannot print yet",
	due_since: "since {time}",
	due_more: "and {n} more: type a part of the name, or scan the slip",
	due_filter: "Part of a name or number",
	due_filter_none: "Nobody in the list has that in the name or number.",
	due_slip_do: "Press the number: the slip prints.",
	due_slip_mode: "Print a slip",
	cups_title: "Cups with patients",
	cups_due: "handed out {from}, due back {time}",
	cups_late: "LATE",
	cups_lost: "Will not come back",
	cups_lost_title: "The cup will not come back, because ...",
	fill_title: "Cups to be poured",
	fill_tubes_1: "1 tube to fill",
	fill_tubes: "{n} tubes to fill",
	fill_by: "by {time}",
	fill_do: "Scan the cup: its labels print.",
	kept_title: "Cups kept",
	kept_discard: "Thrown away",
	setbacks_title: "Can not be used",
	setback_act: "Decide",
	collect_again: "Collect again",
	setback_note: "Or: what was decided?",
	matches_title: "Drawn already?",
	match_drawn: "drawn {time}",
	match_join: "Same order: join",
	unmatched_title: "Entered here, no order from outside",
	unmatched_none: "None will come",
	unmatched_none_title: "No order from outside will come",
	new_order: "New order here",
	find: "Find",
	parked_title: "Parked",
	parked_none: "No parked patient.",
	parked_by: "by {name}, {minutes} min",
	parked_labels: "{n} labels out",
	parked_labels_1: "1 label out",
	parked_resume: "Go on",
	amber_title: "Needs a person",
	amber_none: "Nothing to mend.",
	mend: "Mend",
	mend_pick_test: "Which test is {code} {name}?",
	mend_filter: "part of the test's name",
	mend_birth_date: "Birth date, from the patient's card",
	mend_note: "What did you find out?",
	mend_save: "Save",
	mend_looked: "Looked at, done",

	visit_number: "Number",
	visit_birth_hidden: "Birth date: ask the patient",
	visit_born: "Born {date}",
	visit_stated_by: "said by {who}",
	identify_title: "Ask: \u201cYour full name and birth date, please?\u201d",
	identify_do: "Then choose the date that the patient SAID",
	identify_or_id: ", or scan the photo ID",
	identify_id_title: "Scan the photo ID",
	identify_id_do: "The bar code on the back of the licence. It is compared here; nothing of it is kept.",
	identify_no_id: "No photo ID",
	photo_id: "photo ID",
	co_signed: "{name} stands by",
	second_person: "second look: {name}",
	gaps: "Missing in the order:",
	spelled_name: "On the labels: {name}",
	birth_year_only: "{year} (year only)",
	birth_no_day: "{month} {year} (no day)",
	birth_unknown: "unknown",
	unusual_by: "{facts}. Looked at by {confirmed_by}: {identifier}",
	unusual_text: "What it says",
	unusual_kind_needed: "Choose first what the patient shows or says.",
	unusual_scan: "Or scan the patient number from the patient's card or band.",
	unusual_text_needed: "Write what it says.",
	ask_badge: "A colleague's badge here",
	ask_badge_co_sign: "A colleague's badge here: co-sign",
	identify_who: "Who said it?",
	who_patient: "Patient",
	who_guardian: "Guardian",
	who_interpreter: "Interpreter",
	who_name: "Name of the {who}",
	who_relation: "Relation to the patient",
	who_needed: "Write the name of the {who} first.",
	look_alike: "Similar name today: {name}, number {number}. Ask a third thing: address or phone.",
	look_alike_short: "Similar name today: {name}, {number}",
	labels_title: "Fill in this order. Stick each label, then scan it.",
	labels_left_1: "1 tube to scan",
	labels_left: "{n} tubes to scan",
	tube_of: "{number} of {of}",
	tube_volume: "fill {ml} mL",
	tile_waiting: "waits for its label",
	tile_planned: "will be drawn",
	tile_planned_fill: "filled from cup {number}",
	tile_waits_cup: "filled from cup {number} when it is back",
	tile_fill: "fill it from cup {number} by {time}, then scan",
	tile_printed: "stick and scan",
	tile_printed_cup: "label the cup, then scan it and hand it out",
	tile_handed_out_due: "handed out, due back {time}",
	tile_cup_back: "Cup is back: scan it",
	tile_labelled: "on the tube",
	tile_collected: "collected",
	tile_not_collected: "not collected",
	tile_held: "ON HOLD",
	tile_void: "not valid: do not use",
	tile_square: "scan the SQUARE code",
	place_by: "{name} by {time}",
	label_name_1: "label",
	label_name: "label (print {copy})",
	label_queued: "waits for the printer",
	label_printing: "printing",
	label_unknown: "did it come out?",
	label_one_way: "sent: scan it",
	label_failed: "not printed",
	label_printed: "printed",
	label_on_tube: "on the tube",
	label_old: "old label: tear it up",
	label_destroyed: "torn up",
	label_voided: "not valid: tear it up",
	trouble_out: "out",
	trouble_not_sure: "not sure",
	trouble_waiting: "waiting",
	trouble_here: "Print the rest here",
	trouble_other: "At another printer: scan the code of its station",
	trouble_at: "At {name}",
	tile_more: "Problem",
	tile_jar: "From where?",
	tile_jar_again: "From elsewhere ...",
	jar_title: "Jar {letter} (number {number}): from where?",
	jar_is: "Jar {letter}: {where}",
	jar_asked: "Jar {letter}: from where? Its label waits",
	jar_side: "Side",
	jar_side_left: "Left",
	jar_side_right: "Right",
	jar_side_both: "Both",
	jar_side_none: "No side",
	jar_site: "Site",
	jar_other: "Another site",
	jar_other_ok: "That is it",
	tile_title: "Tube {number} of {of}: {name}",
	tile_reprint: "Print again, because ...",
	tile_not_collected_because: "Not collected, because ...",
	tile_old: "Old labels",
	tore_up: "I tore up the {label}",
	check_title: "Show the tubes to the patient",
	check_do: "The patient reads the name and birth date on a tube.",
	check_ok: "Patient checked",
	check_slip: "or scan the slip again",
	check_left: "The patient has left ...",
	check_left_title: "Close without the patient's check, because ...",
	closed_title: "Done: {name}",
	closed_do: "Tubes to their places. Next patient.",
	mistake_title: "Stopped. Thank you for saying so.",
	mistake_do: "Use no tube and no label of this visit. Tear up the labels; tubes already sent are being held. Draw again: open the patient anew.",
	stopped_title: "Stopped: {name} was not identified",
	stopped_do: "The birth date that was said is not the one on record. Is this the right patient? Ask again and start from the slip.",
	to_list: "To the list",
	drawn_at_title: "When were the tubes drawn?",
	drawn_at_cup: "When was the cup filled?",
	drawn_at_who: "Who says so?",
	drawn_at_when: "When? Choosing a time stores it.",
	drawn_at_now: "Just now",
	drawn_at_ago: "{minutes} min ago",
	drawn_at_typed: "or type the time",
	drawn_at_ok: "OK",
	drawn_at_today: "Today {time}",
	drawn_at_yesterday: "Yesterday {time}",
	drawn_at_since: "The visit was opened at {time}: an earlier time only from paper.",
	drawn_at_source_typed: "I know it",
	drawn_at_source_patient_stated: "The patient says so",
	drawn_at_source_paper: "It is on paper",
	ask_number_ok: "OK",
	quick_wait: "read the question first",
	alarm_rescan: "Scan it again, then choose what you did:",
	alarm_choose: "Scanned again. What did you do?",
	alarm_rescan_held: "Scan this one again, alone. Then the other one.",
	alarm_choose_held: "Scanned again. Now scan the other one, alone. Or were both labels on one tube?",
	alarm_gone: "It is not here any more",
	alarm_gone_both: "Neither is here any more",
	alarm_gone_other: "The other one is not here",
	alarm_gone_held: "On hold, and void: {tubes}. A lead decides.",
	alarm_gone_sub: "Nothing counts by it.",
	alarm_label: "The label:",
	alarm_locked: "This screen is locked until then.",
	label_removed: "Label removed",
	tube_set_aside: "Tube set aside",
	gone: "It is not here",

	yes: "Yes",
	no: "No",
	not_sure: "Not sure",

	order_title: "New order here",
	order_patient: "1. Patient",
	order_find: "name or number",
	order_new_patient: "New patient",
	order_known: "Chosen: {name}, number {number}",
	order_change: "Another patient",
	family: "Family name",
	given: "Given names",
	birth_date: "Birth date",
	birth_part: "or what is known of it",
	birth_part_like: "1962, 1962-03, unknown",
	sex: "Sex",
	sex_female: "Female",
	sex_male: "Male",
	sex_other: "Other",
	sex_unknown: "Not stated",
	number: "Patient number",
	order_tests: "2. Tests",
	order_tests_none: "nothing chosen",
	order_from: "3. Who ordered it, and how",
	provider: "Provider",
	source_paper: "On paper",
	source_verbal: "By word",
	source_standing: "Standing order",
	read_back: "I read it back",
	order_save: "Save the order",
	order_missing: "Still missing: {what}",
	missing_patient: "patient",
	missing_tests: "tests",
	missing_provider: "provider",
	missing_source: "how it came",
	missing_read_back: "read-back",

	find_title: "Find",
	find_do: "Scan a tube, or type its number, a patient's name or number.",
	find_do_tube: "Scan a tube, or type its number.",
	find_go: "Find",
	find_over: "Finished {at}",
	find_over_closed: "{name}: tubes ({n}) and Stop",
	find_over_mistake: "{name}: tubes ({n}), stopped",
	find_none: "Nothing found for \u201c{query}\u201d.",

	timeline_title: "Tube {specimen_id}",
	timeline_none: "No tube has this number here.",
	release: "End the hold",
	release_bag: "End the hold of its bag",
	release_title: "End the hold, because ...",
	verified_intact: "Record verified: intact",
	verified_pending: "Record intact so far; the last entries wait for their seal",
	verified_broken: "RECORD BROKEN at entry {at}: call the quality officer",
	timeline_when: "When",
	timeline_what: "What",
	timeline_who: "Who",
	timeline_where: "Where",
	timeline_proof: "Proof",
	timeline_late: "written {time}",
	timeline_no_move: "noted only",
	timeline_bag: "with its bag {bag}",
	timeline_full: "Full record",
	sealed: "seal {no}",
	seal_pending: "seal pending",
	device_counter: "counter {counter}",

	devices_title: "Practice devices",
	devices_show: "Practice devices",
	devices_printer: "Printer {name}",
	devices_scanner: "Scanner {name}",
	devices_none: "This station has no virtual device.",
	devices_ok: "OK",
	devices_out: "Out of labels",
	devices_open: "Head open",
	devices_paused: "Paused",
	devices_jam: "Jam",
	devices_silent: "Stay silent",
	devices_left: "labels left",
	devices_set: "Set",
	devices_labels: "Printed labels, newest first",
	devices_no_labels: "No label yet.",
	devices_label: "Label {number}",
	devices_scan: "Scan",
	devices_bar: "bar code",
	devices_square: "square code",
	devices_tube: "Tube {number}",
	devices_print: "print {copy}",
	devices_slips: "Slips",
	devices_cards: "Command cards",
	devices_other: "Any other code",

	verdict_stored: "OK",
	verdict_complete: "ALL DONE",
	verdict_step: "ALL THERE",
	verdict_repeat: "ALREADY",
	verdict_question: "QUESTION",
	verdict_stop: "ALARM",
	verdict_note: "NOTE",
	verdict_not_stored: "NOT STORED",
	not_stored_title: "NOT STORED \u2013 scan again",
	not_stored_do: "The service or its disk has trouble. What you just did is not in the record.",
	refused: "Not done",
	raw: "Scanned:",
	typed: "Number:",
	typed_send: "send it",
	typed_drop: "drop it",
	scans_waiting: "{n} scans wait to be stored",
	no_command: "This card does nothing on this screen.",

	health_offline: "No connection to the service. Nothing can be stored now.",
	health_core: "The service has trouble.",
	health_database: "The database does not answer: nothing can be stored.",
	health_why: "Nothing can be stored: {message}. {hint}",
	health_bench: "Printers and scanners are not reachable. Starting them again.",
	health_press: "Labels cannot be drawn now. They wait and print by themselves.",
	health_since: "since {time}",
	printer_trouble: "{name}:",
	printer_one_way: "This printer cannot say whether a label came out: scan each one.",

	sound_title: "Sound of this station",
	sound_volume: "Loudness",
	sound_try: "Try",
	sound_on: "on",
	sound_muted: "off",
	tone_stored: "stored",
	tone_complete: "all done",
	tone_repeat: "already done",
	tone_question: "question",
	tone_stop: "alarm",
	tone_not_stored: "NOT STORED",
	tone_printer: "printer trouble",
	tone_offline: "no connection",
	tone_note: "note",
};

const printer_states = {
	media_out: "OUT OF LABELS: load a roll",
	wrong_stock: "WRONG LABELS: load {stock} labels",
	ribbon_out: "out of ribbon: load a ribbon",
	head_open: "HEAD OPEN: close it",
	paused: "paused: press its button",
	jam: "JAM: open it, clear the labels; each is asked about",
	over_temperature: "too hot: wait",
	media_low: "labels nearly used up",
	fault: "fault: switch it off and on",
	silent: "does not answer: is it plugged in? Switch it off and on",
};

/* The words of a key with its {places} filled; {n|bag|bags} is the number and the word that fits it. */
export function say(key, places = {}) {
	const text = words[key];
	if (text === undefined)
		throw new Error(`no words for '${key}'`);
	return text.replace(/\{(\w+)(?:\|([^|{}]*)\|([^|{}]*))?\}/g, (place, name, one, more) => {
		const value = String(places[name] ?? "");
		return one === undefined ? value : `${value} ${value === "1" ? one : more}`;
	});
}

/* The words of a key that a newer service may not have from here; then its own, readable. */
export function say_word(start, name) {
	return start + name in words ? say(start + name) : String(name).replaceAll("_", " ");
}

/* Words for a printer's worst state, or null when it is well. stock: the size of its labels, "50.8 x 25.4 mm"; it may be unknown. */
export function say_printer(states, stock) {
	const bad = (states ?? []).filter((state) => state !== "ok");
	return bad.length ? bad.map((state) => (printer_states[state] ?? state).replace("{stock}", stock ?? "its own")).join("; ") : null;
}

/* Whether label waits, and all the words there are: for the tests. */
export const words_all = words;

const months = ["Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"];

/* "1984-03-14" as a person says it: "14 Mar 1984", the same everywhere; anything else as it came. */
export function say_date(iso) {
	const [, year, month, day] = /^(\d{4})-(\d\d)-(\d\d)$/.exec(iso ?? "") ?? [];
	return months[month - 1] ? `${Number(day)} ${months[month - 1]} ${year}` : iso;
}

/* A birth date as far as it is known: "1962-03-14", "1962-03", "1962" or "". */
export function say_birth(known) {
	const [, year, month, day] = /^(\d{4})(?:-(\d\d))?(-\d\d)?$/.exec(known) ?? [];
	if (!year)
		return say("birth_unknown");
	return day ? say_date(known) : month ? say("birth_no_day", { month: months[month - 1], year }) : say("birth_year_only", { year });
}

const DAY_MS = 86400000;
const AHEAD_MS = 600000; /* assumed: so far may the clock on the wall be ahead of ours */

/*
 * Milliseconds of "10:15", "1015" or "9:05": the last time a clock showed that, which may be a little ahead of ours (the
 * service says then that it is not yet); null when it is no time of day.
 */
export function minute_of_typed(text, now_ms) {
	const [, hour, minute] = /^\s*([01]?\d|2[0-3])[:.]?([0-5]\d)\s*$/.exec(text) ?? [];
	if (hour === undefined)
		return null;
	const at_ms = new Date(now_ms).setHours(Number(hour), Number(minute), 0, 0);
	return at_ms > now_ms + AHEAD_MS ? new Date(at_ms - DAY_MS).setHours(Number(hour), Number(minute), 0, 0) : at_ms;
}

/* "10:15", in the station's own time. */
export function say_time(iso) {
	return new Date(iso).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", hour12: false });
}

/* "2026-07-02 10:15:09". */
export function say_moment(iso) {
	const at = new Date(iso);
	const two = (n) => String(n).padStart(2, "0");
	return `${at.getFullYear()}-${two(at.getMonth() + 1)}-${two(at.getDate())} ${two(at.getHours())}:${two(at.getMinutes())}:${two(at.getSeconds())}`;
}

/* Whole minutes since then. */
export function minutes_since(iso) {
	return Math.max(0, Math.floor((Date.now() - new Date(iso).getTime()) / 60000));
}
