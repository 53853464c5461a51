/* diff.js: what a second person is shown of a changed template. */
import assert from "node:assert/strict";
import test from "node:test";
import { lines_changed, template_lines } from "../../daemon/web/js/diff.js";

const shown = (before, after) => lines_changed([...before], [...after]).map(({ sign, line }) => sign + line).join(" ");

test("what goes and what comes, in order", () => {
	for (const [before, after, want] of [
		["abc", "abc", ""], ["", "", ""], ["", "ab", "+a +b"], ["ab", "", "-a -b"], ["abc", "axc", "-b +x"], ["abc", "abxc", "+x"], ["abc", "ac", "-b"],
		["abcd", "bcde", "-a +e"], ["aab", "ab", "-a"], ["abab", "baba", "-a +a"], ["abcdef", "axcdyf", "-b +x -e +y"]])
		assert.equal(shown(before, after), want, `${before} to ${after}`);
});

test("nothing of a large text is left out, and what is shown makes the one from the other", () => {
	const before = Array.from({ length: 3000 }, (none, n) => `line ${n}`);
	const after = before.map((line, n) => n % 1000 === 5 ? `${line} changed` : line);
	const changed = lines_changed(before, after);
	assert.deepEqual(changed.filter(({ sign }) => sign === "-" ).map(({ line }) => line).filter((line) => !after.includes(line)), ["line 5", "line 1005", "line 2005"]);
	assert.deepEqual(changed.filter(({ line }) => line.endsWith("changed")).map(({ sign, line }) => sign + line), ["+line 5 changed", "+line 1005 changed", "+line 2005 changed"]);
});

test("a template's lines do not depend on how it is written", () => {
	const template = { name: "slip", size: { width: 50.8 }, boxes: [{ kind: "rule", x: 1 }, { kind: "text", fields: ["a", "b"], of: null }] };
	const lines = ["\"name\": \"slip\"", "\"size\": {\"width\": 50.8}", "\"boxes\":", "    {\"kind\": \"rule\", \"x\": 1}", "    {\"kind\": \"text\", \"fields\": [\"a\", \"b\"], \"of\": null}"];
	assert.deepEqual(template_lines(JSON.stringify(template)), lines);
	assert.deepEqual(template_lines(JSON.stringify(template, null, "\t")), lines);
	assert.deepEqual(template_lines("no\nJSON"), ["no", "JSON"]);
});
