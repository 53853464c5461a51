/*
 * Printed identifiers, the same rules as daemon/base/id.c and the SQL; all three pass tests/data/id/vectors.tsv.
 * Pure. Here it only tells a code from other typing and names a label's square code; the database judges.
 */
const letters = {
	B: "bag", D: "delivery", E: "enrolment code", F: "FOUND sticker", G: "badge", K: "command card",
	L: "place", P: "stop", T: "station", V: "visit slip",
};

const SPECIMEN_LEN = 12;
const LETTERED_LEN = 13;
const LABEL_LEN = 16;

/* The number that the text spells (A=10 ... Z=35), modulo 97. */
function mod97(text) {
	let rest = 0;
	for (const c of text) {
		const value = parseInt(c, 36);
		rest = (value < 10 ? rest * 10 + value : rest * 100 + value) % 97;
	}
	return rest;
}

/* ISO/IEC 7064 MOD 97-10: two check digits, "02" to "98". */
export function id_check_digits(text) {
	return String(98 - mod97(text) * 100 % 97).padStart(2, "0");
}

function with_check(text) {
	return text + id_check_digits(text);
}

/* The 16 digits of a label's square code: the specimen id, the copy 1-99, two check digits. */
export function id_label_text(specimen_id, copy) {
	return with_check(specimen_id + String(copy).padStart(2, "0"));
}

/* Whole text of an id; kind is a name as in the vectors. */
export function id_make(kind, block, sequence, copy) {
	const number = String(block).padStart(3, "0") + String(sequence).padStart(7, "0");
	if (kind === "specimen")
		return with_check(number);
	if (kind === "label")
		return id_label_text(with_check(number), copy);
	const letter = Object.keys(letters).find((key) => letters[key] === kind);
	return with_check(letter + number);
}

function kind_of(text) {
	if (/^[0-9]+$/.test(text)) {
		if (text.length === SPECIMEN_LEN)
			return "specimen";
		return text.length === LABEL_LEN ? "label" : null;
	}
	if (text.length !== LETTERED_LEN || !/^[A-Z][0-9]+$/.test(text))
		return null;
	return letters[text[0]] ?? null;
}

/* {kind, block, sequence, copy, text, specimen_id} of exactly one id, or null. */
export function id_parse(text) {
	const kind = kind_of(text);
	if (!kind)
		return null;
	const digits = text.replace(/^[A-Z]/, "");
	const block = Number(digits.slice(0, 3));
	const sequence = Number(digits.slice(3, 10));
	const copy = kind === "label" ? Number(text.slice(12, 14)) : 0;
	if (kind === "label" && copy === 0)
		return null;
	if (id_make(kind, block, sequence, copy) !== text)
		return null;
	const specimen_id = kind === "label" || kind === "specimen" ? text.slice(0, SPECIMEN_LEN) : null;
	return { kind, block, sequence, copy, text, specimen_id };
}

/* What a person or a wedge typed: blanks around it and a small first letter do not matter. */
export function id_of_typed(text) {
	const plain = text.trim();
	return id_parse(plain) ?? id_parse(plain.toUpperCase());
}
