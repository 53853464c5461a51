/* What is different between two texts, line by line; and a template's text in lines, however its author wrote it. */

const CELLS_MAX = 4000000; /* of the table below: 2000 lines against 2000 */

function inline(value) {
	if (Array.isArray(value))
		return `[${value.map(inline).join(", ")}]`;
	if (value !== null && typeof value === "object")
		return `{${Object.entries(value).map(([key, one]) => `${JSON.stringify(key)}: ${inline(one)}`).join(", ")}}`;
	return JSON.stringify(value);
}

/* One line for each member, and for each one of a list (a box); what is no JSON in its own lines. */
export function template_lines(body) {
	try {
		return Object.entries(JSON.parse(body)).flatMap(([key, value]) => Array.isArray(value)
			? [`${JSON.stringify(key)}:`, ...value.map((one) => `    ${inline(one)}`)] : [`${JSON.stringify(key)}: ${inline(value)}`]);
	} catch {
		return body.split("\n");
	}
}

/* lengths[i][j]: of the longest common part of a from i and b from j. */
function common_lengths(a, b) {
	const lengths = Array.from({ length: a.length + 1 }, () => new Uint32Array(b.length + 1));
	for (let i = a.length - 1; i >= 0; i--)
		for (let j = b.length - 1; j >= 0; j--)
			lengths[i][j] = a[i] === b[j] ? lengths[i + 1][j + 1] + 1 : Math.max(lengths[i + 1][j], lengths[i][j + 1]);
	return lengths;
}

/* [{sign: "-" or "+", line}]: what goes and what comes, in order; nothing of what stays. */
export function lines_changed(before, after) {
	let head = 0;
	let tail = 0;
	while (head < before.length && head < after.length && before[head] === after[head])
		head++;
	while (tail < before.length - head && tail < after.length - head && before.at(-1 - tail) === after.at(-1 - tail))
		tail++;
	const a = before.slice(head, before.length - tail);
	const b = after.slice(head, after.length - tail);
	const gone = (line) => ({ sign: "-", line });
	const come = (line) => ({ sign: "+", line });
	if (a.length * b.length > CELLS_MAX)
		return [...a.map(gone), ...b.map(come)];
	const lengths = common_lengths(a, b);
	const changed = [];
	let i = 0;
	let j = 0;
	while (i < a.length || j < b.length) {
		if (i < a.length && j < b.length && a[i] === b[j]) {
			i++;
			j++;
		} else if (j === b.length || i < a.length && lengths[i + 1][j] >= lengths[i][j + 1]) {
			changed.push(gone(a[i++]));
		} else {
			changed.push(come(b[j++]));
		}
	}
	return changed;
}
