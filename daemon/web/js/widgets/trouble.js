/*
 * A printer that had trouble while labels were waiting: it prints nothing more by itself. What is the matter, and the two
 * ways on: the rest prints here, once the printer is well, or at another one, named by its station's code or chosen here.
 */
import { choice, h } from "../dom.js";
import { say, say_printer } from "../words.js";

const ended = { printed: "trouble_out", unknown: "trouble_not_sure", queued: "trouble_waiting" };

/* What became of a label, while a printer of its visit is in trouble; null: the usual words say it. */
export function trouble_label_words(label, trouble) {
	const key = trouble?.is_labels && !label.one_way ? ended[label.state] : undefined;
	if (!key)
		return null;
	const why = label.device_id === trouble.device_id ? say_printer(trouble.state, trouble.stock) : null;
	return why ? `${say(key)} (${label.printer}: ${why})` : `${say(key)} (${label.printer})`;
}

function others(ctx, trouble) {
	return (ctx.state.me?.devices ?? []).filter((device) => device.kind === "printer" && device.device_id !== trouble.device_id);
}

/* trouble: of a visit view; null: nothing is drawn. */
export function trouble_nodes(ctx, trouble) {
	if (!trouble)
		return null;
	const rest = (printer) => ctx.act("print_rest", { device_id: trouble.device_id, printer });
	return h("section", { class: "trouble", data: { printer: trouble.device_id, ready: trouble.is_ready } },
		h("div", { class: "trouble-words" }, h("h2", {}, trouble.title), h("p", {}, trouble.do)),
		h("div", { class: "trouble-acts" },
			choice({
				key: "Enter", command: "print_rest", label: say("trouble_here"), sub: trouble.is_ready ? null : say_printer(trouble.state, trouble.stock), kind: "go big",
				disabled: !trouble.is_ready || trouble.waits_for !== null, act: () => rest(null),
			}),
			trouble.is_labels && others(ctx, trouble).length > 0 && h("p", { class: "trouble-other" }, say("trouble_other")),
			trouble.is_labels && others(ctx, trouble).map((device) => choice({
				label: say("trouble_at", { name: device.name }), kind: "quiet", focus: `trouble/${device.device_id}`, act: () => rest(device.device_id),
			}))));
}
