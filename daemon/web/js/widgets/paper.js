/* Papers that go along with tubes: made by the press as PDF, shown by the browser in a tab of its own, printed from there. */
import { api_paper_url } from "../api.js";
import { choice } from "../dom.js";
import { say } from "../words.js";

/* Papers that the laboratory wants, for who may see the patients on them; else none. */
export function paper_wanted(ctx, paper) {
	return ctx.state.me?.sees_patients === true && (ctx.state.me.policies?.papers ?? []).includes(paper);
}

/* about: {bag} or {visit_id}. Null where it is not wanted. */
export function paper_choice(ctx, paper, about, { key = null, kind = "small quiet" } = {}) {
	return paper_wanted(ctx, paper) && choice({ key, label: say(`paper_${paper}`), kind: `${kind} paper`, focus: `paper/${paper}/${about.bag ?? about.visit_id}`,
		act: () => window.open(api_paper_url({ paper, ...about }), "_blank", "noopener") });
}

/* Of a bag that is closed and still here. */
export function bag_papers(ctx, bag) {
	if (!["closed", "placed"].includes(bag.state) || !bag.closed_at)
		return [];
	return ["packing_list", "requisition"].map((paper) => paper_choice(ctx, paper, { bag: bag.bag })).filter(Boolean);
}
