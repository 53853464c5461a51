/* A tube's number that leads to its story, where that may be seen. */
import { h } from "../dom.js";

export function tube_link(ctx, specimen_id) {
	return h("a", { class: "tube-link", href: `#timeline/${specimen_id}`, data: { focus: `story/${specimen_id}` }, on: { click: (event) => {
		event.preventDefault();
		ctx.go(`#timeline/${specimen_id}`);
	} } }, h("code", {}, specimen_id));
}
