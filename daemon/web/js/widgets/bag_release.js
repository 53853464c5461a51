/* The hold of a bag ends, because ...: the bag goes on where it was. done: called when it was answered. */
import { h } from "../dom.js";
import { say } from "../words.js";
import { bag_code } from "./bag.js";
import { reasons_of, reasons_open } from "./reasons.js";

export function bag_release_open(ctx, bag, done = null) {
	reasons_open(ctx, say("release_title"), h("p", { class: "lead" }, bag_code(bag)), [{ title: null, command: null, rows: reasons_of(ctx, "release_bag").map((one) => ({
		name: one.name, act: async () => {
			await ctx.act("release", { bag, reason: one.reason, note: null });
			done?.();
		},
	})) }]);
}

/* What a tile of the bag offers, when this person may end its hold. */
export function bag_release_act(ctx, bag) {
	return bag.acts?.includes("release") ? { action: say("release"), act: () => bag_release_open(ctx, bag.bag) } : {};
}
