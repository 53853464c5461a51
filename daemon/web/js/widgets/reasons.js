/*
 * Why? In a dialog, by number. With several groups the numbers go to the one whose title or card was chosen last.
 */
import { choice, fill, h } from "../dom.js";
import { nine_new } from "./nine.js";

export function reasons_of(ctx, kind) {
	return ctx.state.me.reasons?.[kind] ?? [];
}

/* The words of a reason; one that is not known here is at least readable. */
export function reason_words(ctx, kind, reason) {
	return reasons_of(ctx, kind).find((one) => one.reason === reason)?.name ?? reason?.replaceAll("_", " ") ?? null;
}

/* groups: [{title, command, rows: [{name, act}]}]; title null: the dialog's own title says it. */
export function reasons_open(ctx, title, lead, groups) {
	const shown = groups.filter((group) => group.rows.length);
	const root = h("div", { class: "groups" });
	let first = shown[0];

	ctx.dialog_open(title, (close) => {
		const nine = nine_new(draw);

		function row({ name, act }, key) {
			return choice({ key, label: name, focus: `reason/${name}`, act: () => {
				close();
				act();
			} });
		}

		function head(group) {
			return group.title && choice({ command: group.command, label: group.title, kind: `quiet group-title ${group === first && shown.length > 1 ? "chosen" : ""}`, act: () => {
				first = group;
				draw();
			} });
		}

		function draw() {
			const n = first?.rows.length ?? 0;
			fill(root, lead, shown.map((group) => h("section", { class: "group" }, head(group),
				h("div", { class: "choices wide" }, group.rows.map((one, index) => row(one, group === first ? nine.key_at(index, n) : null))))), nine.more(n));
		}

		draw();
		return root;
	});
}
