/* What the mock clinic starts with. */
import { id_check_digits, id_make } from "../../daemon/web/js/id.js";

const card_words = {
	choice_1: "1", choice_2: "2", choice_3: "3", choice_4: "4", choice_5: "5", choice_6: "6", choice_7: "7", choice_8: "8", choice_9: "9",
	yes: "Yes", no: "No", not_sure: "Not sure", patient_checked: "Patient checked", torn_up: "I tore it up", label_removed: "Label removed",
	tube_set_aside: "Tube set aside", not_collected: "Not collected", reprint: "Print again", park: "Park", stop: "Stop", new_order: "New order",
	find: "Find", back: "Back", sign_out: "Sign out", reject: "Reject", accept_remark: "Accept with a remark", duplicate: "DUPLICATE",
	close_bag: "Close the bag", done: "Done", nothing_here: "Nothing here", no_access: "Could not get in", taken_alone: "Taken alone", choice_0: "0",
	pack: "Pack", still_here: "What is still here", leave_out: "Leave out", remark: "Remark",
	print_rest: "Print the rest here", gone: "It is not here",
};
export const cards = Object.entries(card_words).map(([command, name], n) => ({ code: id_make("command card", 0, n + 1, 0), command, name }));

export const badge = `G1234567890${id_check_digits("G1234567890")}`;
export const pin = "2580";

const person = (digits, name, initials, role) => ({ badge: `G${digits}${id_check_digits(`G${digits}`)}`, operator: { operator_id: Number(digits.slice(-2)), name, initials, roles: [role] } });
export const people = [
	{ badge, operator: { operator_id: 1, name: "Ana Torres", initials: "AT", roles: ["ma"] } },
	person("1234567811", "Juan Cruz", "JC", "courier"), person("1234567812", "Kim Sato", "KS", "courier"), person("1234567821", "Lena Brandt", "LB", "receiver"),
	person("1234567831", "Dee Admin", "DA", "admin"), person("1234567841", "Max Osei", "MO", "lab_lead"), person("1234567851", "Quinn Vale", "QV", "quality"),
];

export const containers = {
	CIT: { name: "CITRATE 2.7 mL", kind: "tube", cap: "LIGHT BLUE", cap_colour: "#8ec9ea", volume_ul: 2700, handling: "Fill to the line. Turn 4 times.", order: 2, place: "RACK" },
	SST: { name: "SST 5 mL", kind: "tube", cap: "GOLD", cap_colour: "#d9a521", volume_ul: 4000, handling: "Turn 5 times. Let it clot 30 minutes, then spin.", order: 3, place: "SPIN", within_min: 60 },
	HEP: { name: "LI HEPARIN 4 mL", kind: "tube", cap: "GREEN", cap_colour: "#2e8b57", volume_ul: 3500, handling: "Turn 8 times.", order: 4, place: "RACK" },
	EDTA: { name: "EDTA 4 mL", kind: "tube", cap: "LAVENDER", cap_colour: "#a384c9", volume_ul: 3500, handling: "Turn 8 times.", order: 5, place: "RACK" },
	CUP: { name: "URINE CUP 90 mL", kind: "cup", cap: "YELLOW", cap_colour: "#f2d23c", volume_ul: 60000, handling: "Label the cup, not the lid.", order: 20, place: "FRIDGE", within_min: 120 },
	JAR: { name: "FORMALIN 20 mL", kind: "jar", cap: "WHITE", cap_colour: "#f4f4f0", volume_ul: 20000, handling: "Tissue in, close tight. Label the jar, not the lid.", order: 30, place: "RACK" },
};

export const tests = [
	["CBC", "Complete blood count", "EDTA"], ["A1C", "Haemoglobin A1c", "EDTA"], ["CMP", "Comprehensive metabolic panel", "SST"],
	["TSH", "Thyroid stimulating hormone", "SST"], ["LIPID", "Lipid panel", "SST"], ["PT", "Prothrombin time, INR", "CIT"], ["NH3", "Ammonia", "HEP"],
	["UA", "Urinalysis", "CUP"], ["HISTO", "Histology", "JAR"],
].map(([code, name, container]) => ({ code, name, container }));

const named = (rows) => rows.map(([reason, name]) => ({ reason, name }));
export const reasons = {
	not_collected: named([["refused", "Patient refused"], ["no_blood", "No blood"], ["fainted", "Patient fainted"], ["left", "Patient left"]]),
	release_bag: named([["other_bag", "The hold was meant for another bag"], ["cleared", "It is right"]]),
	release: named([["other_tube", "The hold was meant for another tube"], ["cleared", "It is right"]]),
	reprint: named([["smeared", "Smeared or torn"], ["did_not_come", "It did not come out"], ["lost", "Lost"]]),
	jar_site: named([["scalp", "Scalp"], ["upper_back", "Upper back"], ["lower_back", "Lower back"], ["arm", "Arm"]]),
	label_end: named([["torn", "Torn up"]]),
	no_patient: named([["patient_left", "Patient had to leave"], ["patient_unable", "Patient cannot read it"]]),
	left_out: named([["not_ready", "Not ready: clotting or to spin"], ["not_here", "Not found"], ["other_bag", "Goes into another bag"]]),
	pack: named([["last_courier", "Last courier today"], ["lab_agreed", "The lab agreed"]]),
	bag_left: named([["not_there", "It was not there"], ["not_ready", "Not ready"], ["refused", "Refused: leaking"]]),
	no_access: named([["locked", "Locked"], ["lockbox_jammed", "Lockbox jammed"], ["nobody_came", "Nobody came"], ["unsafe", "Unsafe"]]),
	taken_alone: named([["nobody_there", "Nobody there"], ["with_patient", "They are with a patient"]]),
	remark: named([["leaking", "Leaking"], ["double_bagged", "Leaking, put into a second bag"], ["broken_seal", "Seal broken"], ["wet", "Wet outside"], ["temperature", "Temperature measured"]]),
	reject: named([["haemolysed", "Haemolysed"], ["clotted", "Clotted"], ["qns", "Not enough blood"], ["no_label", "No label"], ["broken", "Broken or leaked"],
		["wrong_tube", "Wrong tube"], ["too_old", "Too old"], ["warm", "Came warm"], ["not_spun", "Not spun"], ["id_doubt", "Identity in doubt"]]),
	accept_remark: named([["haemolysed_slight", "Slightly haemolysed"], ["low_volume", "Little volume"], ["late", "Late"]]),
};

export const patients_first = [
	{ name: "GONZALEZ, Maria Elena", number: "100 234 567", birth_date: "1984-03-14", sex: "F", codes: ["PT", "CMP", "TSH", "CBC", "A1C"], look_alike: true },
	{ name: "GONZALES, Maria E.", number: "100 998 121", birth_date: "1984-05-14", sex: "F", codes: ["CBC"], look_alike: true },
	{ name: "OKAFOR, Chidi", number: "100 555 019", birth_date: "1971-11-02", sex: "M", codes: ["NH3"], stat: true },
	{ name: "VAN DER BERG-KOWALSKI, Wilhelmina Antoinette", number: "100 771 300", birth_date: "2015-07-09", sex: "F", codes: ["CBC", "LIPID", "PT", "NH3", "UA"] },
	{ name: "NGUYEN, Thi Hoa", number: "100 432 888", birth_date: "1990-01-20", sex: "F", codes: ["CBC"], amber: ["test not known: ABC \u2013 mend"] },
];
