/* The top line: where, who, sound, Park and the Stop that is always there. */
import { choice, fill, h } from "../dom.js";
import { say } from "../words.js";
import { camera_may_be_here } from "./camera.js";
import { setup_may, setup_open } from "./setup.js";
import { sound_open } from "./sound.js";

const parkable = ["identify", "labels", "check"];

/* It is about the visit on the page, open or over, whatever is open by now; with none it is asked which tube or bag. */
export function stop_args(visit) {
	const is_about = visit?.visit_id && (parkable.includes(visit.state) || visit.state === "closed" && visit.tubes.some((tube) => tube.specimen_id));
	return is_about ? { note: null, visit_id: visit.visit_id } : { note: null };
}

export function head_update(root, ctx, signed_in) {
	const { me, visit } = ctx.state;
	const open = signed_in && visit?.visit_id;
	fill(root,
		h("div", { class: "where" },
			h("strong", {}, me?.station?.name ?? say("station_none")),
			me?.practice && h("span", { class: "practice-word" }, say("practice"))),
		h("div", { class: "who" }, signed_in && me.operator.name),
		h("div", { class: "head-acts" },
			me?.practice && choice({ label: say("devices_show"), kind: "quiet small", act: ctx.toggle_practice }),
			signed_in && setup_may(me) && choice({
				label: say("setup"), sub: me.pages_waiting > 0 && say("setup_waiting", { n: me.pages_waiting }), kind: "quiet small", act: () => setup_open(ctx),
			}),
			camera_may_be_here() && choice({ label: say("camera"), kind: "quiet small", act: ctx.camera_toggle }),
			me && choice({ label: say("sound"), kind: "quiet small", act: () => sound_open(ctx) }),
			signed_in && choice({
				command: "sign_out", label: say("sign_out"), kind: "quiet small",
				act: async () => {
					await ctx.act("sign_out", {});
					await ctx.refresh();
				},
			}),
			open && parkable.includes(visit.state) && choice({
				key: "P", command: "park", label: say("park"), kind: "park", act: () => ctx.act("visit_park", { visit_id: visit.visit_id }),
			}),
			signed_in && choice({
				key: "F9", command: "stop", label: say("stop"), sub: say("stop_sub"), kind: "stop",
				act: () => ctx.act("mistake", stop_args(visit)),
			})));
}
