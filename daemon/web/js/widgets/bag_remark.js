/* What is wrong with a bag at the laboratory: a reason by number; a temperature with its degrees. */
import { choice, h } from "../dom.js";
import { say } from "../words.js";
import { bag_code } from "./bag.js";
import { reasons_of, reasons_open } from "./reasons.js";

/* Degrees, typed; minus by its own key for who has no keyboard. */
function temperature_open(ctx, bag) {
	const celsius = h("input", { type: "text", inputmode: "decimal", autocomplete: "off", "aria-label": say("lab_celsius"), data: { focus: "celsius" } });
	ctx.dialog_open(say("lab_celsius_title"), (close) => h("form", { class: "line", on: { submit: (event) => {
		event.preventDefault();
		const text = celsius.value.trim().replace(",", ".");
		if (!/^-?\d{1,3}(\.\d{1,2})?$/.test(text))
			return;
		close();
		ctx.act("bag_remark", { bag, remark: "temperature", celsius: Number(text), note: null });
	} } }, bag_code(bag), h("label", {}, say("lab_celsius"), " ", celsius),
	choice({ label: "\u2212", focus: "minus", act: () => {
		celsius.value = celsius.value.startsWith("-") ? celsius.value.slice(1) : `-${celsius.value}`;
		celsius.focus();
	} }), h("button", { type: "submit", class: "choice go" }, say("pin_ok"))));
	celsius.focus();
}

export function bag_remark_open(ctx, bag) {
	reasons_open(ctx, say("courier_remark_title"), h("p", { class: "lead" }, bag_code(bag)), [{ title: null, command: null, rows: reasons_of(ctx, "remark").map((one) => ({
		name: one.name, act: () => one.reason === "temperature" ? temperature_open(ctx, bag) : ctx.act("bag_remark", { bag, remark: one.reason, celsius: null, note: null }),
	})) }]);
}
