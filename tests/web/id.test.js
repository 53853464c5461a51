import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { id_label_text, id_make, id_of_typed, id_parse } from "../../daemon/web/js/id.js";

const lines = readFileSync(new URL("../data/id/vectors.tsv", import.meta.url), "utf8").split("\n");
const vectors = lines.filter((line) => line && !line.startsWith("#")).map((line) => line.split("\t"));

test("the vectors are there", () => {
	assert.ok(vectors.length >= 70, `${vectors.length} vectors`);
	assert.equal(new Set(vectors.map(([kind]) => kind)).size, 12);
});

for (const [kind, block, sequence, copy, text] of vectors) {
	test(`${text} is made and read`, () => {
		assert.equal(id_make(kind, Number(block), Number(sequence), Number(copy)), text);
		const { specimen_id, ...id } = id_parse(text);
		assert.deepEqual(id, { kind, block: Number(block), sequence: Number(sequence), copy: Number(copy), text });
		assert.equal(specimen_id, kind === "label" || kind === "specimen" ? text.slice(0, 12) : null);
	});
}

test("every single wrong digit of a specimen id is refused", () => {
	const text = "101000000156";
	for (let at = 0; at < text.length; at++)
		for (let digit = 0; digit < 10; digit++)
			if (String(digit) !== text[at])
				assert.equal(id_parse(text.slice(0, at) + digit + text.slice(at + 1)), null);
});

const refused = [
	["empty", ""], ["short", "10100000015"], ["13 digits", "1010000001560"], ["a foreign EAN", "4006381333931"], ["unknown letter", "X101000000188"],
	["small letter", "b101000000188"], ["a blank inside", "101000 00156"], ["other digits", "１０１０００００0156"],
	["copy 00", "1010000001560089"], ["check 00 for 97", "000000000000"], ["label whose specimen is wrong", "1010000001570186"],
];
for (const [name, text] of refused)
	test(`refused: ${name}`, () => assert.equal(id_parse(text), null));

test("the design's example of a label instance", () => assert.equal(id_label_text("101000000156", 1), "1010000001560186"));

test("typed blanks and a small first letter do not matter", () => {
	assert.equal(id_of_typed(" b101000000188 ").text, "B101000000188");
	assert.equal(id_of_typed("101000000156").kind, "specimen");
	assert.equal(id_of_typed("hello"), null);
});
