/*
 * Which screens there are, at which kind of station, and what each reads. The station's kind chooses the first one.
 */
import { analyzers_view } from "./views/analyzers-set.js";
import { bag_pack_view } from "./views/bag-pack.js";
import { clinic_still_view } from "./views/clinic-still.js";
import { due_view } from "./views/collections-due.js";
import { delivery_close_view } from "./views/delivery-close.js";
import { delivery_receive_view } from "./views/delivery-receive.js";
import { downtime_view } from "./views/downtime-enter.js";
import { find_view } from "./views/specimen-find.js";
import { ledger_view } from "./views/ledger-read.js";
import { order_new_view } from "./views/order-new.js";
import { pages_view } from "./views/page-allow.js";
import { pass_view } from "./views/pass-set.js";
import { policies_view } from "./views/policies.js";
import { pickup_view } from "./views/pickup-make.js";
import { question_settle_view } from "./views/question-settle.js";
import { sign_in_view } from "./views/operator-sign-in.js";
import { station_bind_view } from "./views/station-bind.js";
import { stock_view } from "./views/stock-print.js";
import { printers_view } from "./views/printer-health.js";
import { rules_view } from "./views/rules-set.js";
import { scanners_view } from "./views/scanner-enrol.js";
import { templates_view } from "./views/template-edit.js";
import { timeline_view } from "./views/specimen-timeline.js";
import { visit_view } from "./views/visit-collect.js";
import { signed_in } from "./reading.js";
import { setup_keeps_out } from "./widgets/setup.js";

const first_screens = { collection: "#due", processing: "#due", pickup: "#courier", hub: "#courier", receiving: "#lab" };

const clinic = ["#due"];
const lab = ["#lab"];

/* at: the first screens of the stations that have it; aside: one comes back from it to the screen before. */
const screens = {
	"#due": { at: clinic, make: due_view },
	"#visit": { at: clinic, make: visit_view },
	"#new-order": { at: clinic, make: order_new_view },
	"#downtime": { at: clinic, make: downtime_view },
	"#pack": { at: clinic, make: bag_pack_view, reads: ["packing"] },
	"#still-here": { at: clinic, make: clinic_still_view, reads: ["still_here"] },
	"#courier": { at: ["#courier"], make: pickup_view, reads: ["courier"] },
	"#lab": { at: lab, make: delivery_receive_view, reads: ["receiving"] },
	"#questions": { at: lab, make: question_settle_view, reads: ["receiving"] },
	"#delivery": { at: lab, make: delivery_close_view, reads: ["receiving"], of: { name: "reconciliation", key: "delivery" } },
	"#ledger": { at: [...clinic, ...lab], make: ledger_view, reads: ["ledger"] },
	"#printers": { at: [...clinic, ...lab, "#courier"], make: printers_view, aside: true },
	"#scanners": { at: [...clinic, ...lab, "#courier"], make: scanners_view, aside: true },
	"#pages": { at: [...clinic, ...lab, "#courier"], make: pages_view, aside: true },
	"#policies": { at: [...clinic, ...lab, "#courier"], make: policies_view, reads: ["policies"], aside: true },
	"#rules": { at: [...clinic, ...lab, "#courier"], make: rules_view, reads: ["scan_rules"], aside: true },
	"#pass": { at: [...clinic, ...lab, "#courier"], make: pass_view, reads: ["passes"], aside: true },
	"#templates": { at: [...clinic, ...lab, "#courier"], make: templates_view, reads: ["template_list"], aside: true },
	"#analyzers": { at: [...clinic, ...lab, "#courier"], make: analyzers_view, reads: ["analyzers"], aside: true },
	"#stock": { at: [...clinic, ...lab, "#courier"], make: stock_view, reads: ["stock"], aside: true },
	"#find": { at: [...clinic, ...lab], make: find_view, aside: true },
	"#timeline": { at: [...clinic, ...lab], make: timeline_view, aside: true },
};

/* Where a scan of that kind is at home: a station's page goes there by itself. */
const scan_screens = {
	"#due": { bag: "#pack", place: "#pack", downtime: "#downtime" },
	"#lab": { bag: "#lab", specimen: "#lab", label: "#lab", badge: "#lab" },
};

/* What every screen of a station reads: a rejection that waits there for its tube, the questions. */
const station_reads = { "#lab": ["receiving"] };

export function first_screen(state) {
	return first_screens[state.me?.station?.kind] ?? "#due";
}

export function screen_of_scan(state, kind) {
	return scan_screens[first_screen(state)]?.[kind] ?? null;
}

/* {make, arg, aside, reads: [{name, args}]} of what is to be shown now. */
export function screen_wanted(state, hash) {
	if (!state.me)
		return { make: station_bind_view, arg: null, reads: [] };
	if (!signed_in(state))
		return { make: sign_in_view, arg: state.me.operator?.operator_id ?? null, reads: [] };
	const first = first_screen(state);
	const [name, coded] = hash.split("/");
	const arg = coded ? decodeURIComponent(coded) : null;
	/* an alarm or a question may wait without a visit */
	const is_there = screens[name]?.at.includes(first) && !setup_keeps_out(state.me, name) && (name !== "#visit" || state.visit?.visit_id);
	const wanted = is_there ? screens[name] : screens[first];
	const reads = [...new Set([...wanted.reads ?? [], ...station_reads[first] ?? []])].map((list) => ({ name: list, args: null }));
	if (wanted.of && arg)
		reads.push({ name: wanted.of.name, args: { [wanted.of.key]: arg } });
	return { make: wanted.make, aside: wanted.aside ?? false, arg: wanted === screens[name] ? arg : null, reads };
}
