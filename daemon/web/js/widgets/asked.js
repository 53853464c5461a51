/*
 * What the station waits for, above every screen: its question, the tube that is to be rejected, a printer that had trouble.
 * A screen that shows one of them itself says so: asks(), rejects.
 */
import { fill } from "../dom.js";
import { ask_new } from "./ask.js";
import { reject_wait_new } from "./lab_reject.js";
import { trouble_nodes } from "./trouble.js";

/* Gives {update(view), waits()}; waits(): the next scan is the station's, whatever the screen wants with it. */
export function asked_new(ctx, root) {
	const ask = ask_new(ctx);
	const reject = reject_wait_new(ctx);
	const reject_root = document.createElement("div");
	const trouble_root = document.createElement("div");
	root.replaceChildren(reject_root, trouble_root);

	const ask_now = () => ctx.state.visit?.ask ?? null;
	const reject_now = () => ctx.state.lists.receiving?.reject ?? null;

	function update(view) {
		ask.update(view.asks?.() ? null : ask_now());
		if (ask.root.hidden)
			ask.root.remove();
		else if (!ask.root.isConnected)
			root.prepend(ask.root);
		fill(trouble_root, view.asks?.() ? null : trouble_nodes(ctx, ctx.state.me?.operator ? ctx.state.visit?.trouble ?? null : null));
		reject_root.replaceChildren(...[reject.node(view.rejects ? null : reject_now(), null)].filter(Boolean));
	}

	return { update, waits: () => ask_now() !== null || reject_now() !== null };
}
