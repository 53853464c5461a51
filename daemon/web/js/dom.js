/*
 * Makes elements. Text goes in as text nodes only: nothing from outside is ever read as markup.
 */

function element_fill(element, props, children) {
	for (const [name, value] of Object.entries(props ?? {})) {
		if (value === null || value === undefined || value === false)
			continue;
		if (name === "on")
			for (const [event, fn] of Object.entries(value))
				element.addEventListener(event, fn);
		else if (name === "data")
			for (const [key, datum] of Object.entries(value).filter(([, datum]) => datum !== null && datum !== undefined))
				element.dataset[key] = datum;
		else
			element.setAttribute(name, value === true ? "" : value);
	}
	element.append(...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false));
	return element;
}

/* h("p", {class: "note", on: {click}}, "text", child): attributes that are null or false are left out. */
export function h(tag, props, ...children) {
	return element_fill(document.createElement(tag), props, children);
}

export function svg(tag, props, ...children) {
	return element_fill(document.createElementNS("http://www.w3.org/2000/svg", tag), props, children);
}

/*
 * Puts the nodes in place of what root held; the focus stays on the thing of the same data-focus. A field that is put
 * into new nodes again loses the focus as they are made: then give a function that makes them.
 */
export function fill(root, ...nodes) {
	const focus = root.contains(document.activeElement) ? document.activeElement.dataset.focus : null;
	const made = nodes.map((node) => typeof node === "function" ? node() : node);
	root.replaceChildren(...made.flat(Infinity).filter(Boolean));
	if (focus)
		root.querySelector(`[data-focus="${CSS.escape(focus)}"]`)?.focus({ preventScroll: true });
}

/*
 * A big button. key is the key that presses it, command the command card's word; both are read from the
 * page by press_key and press_command, so what is on the screen is exactly what can be done.
 */
export function choice({ key, command, label, sub, kind, act, disabled, focus }) {
	return h("button", {
		type: "button", class: `choice ${kind ?? ""}`, disabled,
		data: { ...(key && { key: String(key).toLowerCase() }), ...(command && { command }), focus: focus ?? `${command ?? ""}/${label}` },
		on: { click: act },
	}, key && h("span", { class: "keycap", "aria-hidden": "true" }, String(key)),
	h("span", { class: "words" }, h("span", { class: "label" }, label), sub && h("span", { class: "sub" }, sub)));
}

function press(roots, selector) {
	for (const root of roots) {
		const found = root.hidden ? null : root.querySelector(selector);
		if (found) {
			if (!found.disabled)
				found.click();
			return true;
		}
	}
	return false;
}

/* Presses the first enabled thing with that key, looking only in roots; false when there is none. */
export function press_key(roots, key) {
	return press(roots, `[data-key="${CSS.escape(key.toLowerCase())}"]`);
}

export function press_command(roots, command) {
	const number = /^choice_([0-9])$/.exec(command);
	return Boolean(number) && press_key(roots, number[1]) || press(roots, `[data-command="${CSS.escape(command)}"]`);
}
