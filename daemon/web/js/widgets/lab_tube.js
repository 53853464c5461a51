/*
 * What was scanned last, to be read at two metres: OK, a question or rejected, whose, and where to put it. The answer to
 * the scan draws it at once; what the view knows of the tube comes a moment later.
 */
import { choice, fill, h } from "../dom.js";
import { say, say_time, say_word } from "../words.js";
import { bag_code, class_words } from "./bag.js";
import { judge_open, reject_next } from "./lab_reject.js";
import { tube_link } from "./tube_link.js";
import { tube_picture } from "./tube.js";

/* The word, the sign and the colour of an answer or of a tube's state. */
const looks = {
	received: { sign: "\u2713", word: "lab_received" },
	question: { sign: "?", word: "lab_question" },
	rejected: { sign: "\u2715", word: "lab_rejected" },
	held: { sign: "\u2715", word: "lab_held" },
	already: { sign: "=", word: "lab_already" },
};

function look_of_state(last) {
	if (last.state === "rejected")
		return "rejected";
	if (last.state === "held" || last.flags?.includes("held"))
		return "held";
	if (last.verdict)
		return last.verdict === "question" ? "question" : "received";
	return last.flags?.length ? "question" : "received";
}

const red_looks = ["held", "rejected", "lost"];

const stopped = ["mistake", "bag_stopped"];

function look_of_answer(reply, last) {
	if (stopped.includes(reply.code))
		return "held";
	if (reply.code === "rejected")
		return "rejected";
	if (reply.verdict === "repeat")
		return last && look_of_state(last) === "rejected" ? "rejected" : "already";
	if (reply.verdict === "stop")
		return "held";
	if (reply.verdict === "question")
		return "question";
	return last ? look_of_state(last) : "received";
}

/* Questions after which the tube stays in the hand. */
const not_racked = ["misread_here", "receive_first", "reject_needs_tube", "scan_to_reject", "note_needed", "reason_needed", "bad_request"];

/* took(about, reply): what was decided about this tube was answered. may: it can still be rejected, or get a remark. */
function acts(ctx, last, may, took) {
	const { specimen_id } = last;
	const send = async (action, args) => {
		const reply = await ctx.act(action, { specimen_id, ...args });
		if (reply)
			took({ specimen_id }, reply);
	};
	const head = [`${last.patient?.name ?? ""} ${last.patient?.number ?? ""}`, " ", h("code", {}, specimen_id)];
	return h("div", { class: "last-acts" },
		may && choice({ key: "R", command: "reject", label: say("lab_reject"), sub: say("lab_reject_sub"), kind: "warn", act: () => judge_open(ctx, say("lab_reject_title"), "reject", head,
			(reason, note) => send("reject", { reason, note }), reject_next(ctx, { key: "N", command: "reject", label: say("lab_reject_not_this") })) }),
		reject_next(ctx, may ? { key: "N" } : { key: "R", command: "reject" }),
		may && choice({ key: "M", command: "accept_remark", label: say("lab_remark"), act: () => judge_open(ctx, say("lab_remark_title"), "accept_remark", head, (remark, note) => send("accept_remark", { remark, note })) }),
		choice({ key: "U", command: "duplicate", label: say("lab_duplicate"), sub: say("lab_duplicate_sub"), act: () => send("duplicate", {}) }));
}

const good_looks = ["received", "already"];

function tube_nodes(ctx, last, look) {
	return [
		h("div", { class: "last-tube" }, last.container && tube_picture(last.container, good_looks.includes(look) ? "labelled" : "printed"),
			h("div", {}, h("p", { class: "last-who" }, h("span", { class: "last-name" }, last.patient?.name ?? say("tube_no_patient")), h("span", { class: "last-number" }, last.patient?.number ?? "")),
				h("p", { class: "facts" }, last.container && h("b", {}, last.container.cap), last.container && h("span", {}, last.container.name), last.class && class_words(last.class), tube_link(ctx, last.specimen_id)),
				last.printed?.length > 0 && h("p", { class: "tests" }, last.printed.map((test) => test.name ?? test).join(", ")),
				h("p", { class: "facts" }, last.bag && h("span", {}, say("lab_from_bag", { bag: "" }), bag_code(last.bag)),
					last.expected_bag && last.expected_bag !== last.bag && h("span", { class: "row-warning" }, say("lab_expected_bag", { bag: "" }), bag_code(last.expected_bag)),
					last.at && h("span", {}, say("lab_last_at", { time: say_time(last.at), station: last.station?.name ?? last.station ?? "" }))))),
		last.flags?.length > 0 && h("p", { class: "last-flags" }, last.flags.map((flag) => h("span", { class: "pill warn" }, say_word("flag_", flag)))),
	];
}

/* Gives {root, update(last, answer, is_lost), is_red()}; answer: {about, reply} of the newest scan of this page, or null. took: as in acts. */
export function lab_tube_new(ctx, took) {
	const root = h("section", { class: "last" });
	let look = null;

	/* What was said of the tube before is not of this one. */
	function lost_draw() {
		look = "lost";
		root.className = "last lost";
		fill(root, h("div", { class: "last-head" }, h("p", { class: "last-word" }, h("span", { class: "last-sign", "aria-hidden": "true" }, "!"), say("verdict_not_stored"))),
			h("p", { class: "last-do" }, say("not_stored_do")));
	}

	/* is_lost: the newest answer is that nothing was stored. */
	function update(last, answer, is_lost) {
		if (is_lost)
			return lost_draw();
		if (!last && !answer) {
			look = null;
			root.className = "last nothing";
			return fill(root, h("h1", {}, say("lab_start")), h("div", { class: "last-acts" }, reject_next(ctx, { key: "R", command: "reject" })));
		}
		const of_last = last && (!answer || answer.about?.specimen_id === last.specimen_id);
		const tube = of_last ? last : null;
		look = answer ? look_of_answer(answer.reply, tube) : look_of_state(last);
		const { sign, word } = looks[look];
		const may = look !== "rejected" && last?.can_reject !== false; /* the answer is there before the list is read again */
		const title = answer?.reply.title ?? last?.title;
		const big = answer && !answer.about?.specimen_id && look === "received" ? title : say(word);
		const todo = answer?.reply.do ?? (last?.code === "on_hold" ? say("lab_held_do") : last?.do); /* red no more: it was set aside */
		const raw = tube ? null : answer?.reply.data?.scan?.text;
		const place = tube?.place ?? (look === "rejected" || look === "question" && !not_racked.includes(answer?.reply.code) && answer?.about?.kind !== "bag" ? say("lab_questions_rack") : null);
		root.className = `last ${look}`;
		fill(root,
			h("div", { class: "last-head" }, h("p", { class: "last-word" }, h("span", { class: "last-sign", "aria-hidden": "true" }, sign), big),
				place && h("p", { class: "last-place" }, "\u2192 ", place)),
			title?.toUpperCase() !== big?.toUpperCase() && h("p", { class: "last-title" }, title),
			todo && !(place && todo.includes(place)) && h("p", { class: "last-do" }, todo),
			raw && look === "question" && h("p", { class: "last-raw" }, h("code", {}, raw)),
			tube && tube_nodes(ctx, tube, look), tube ? acts(ctx, tube, may, took) : h("div", { class: "last-acts" }, reject_next(ctx, { key: "R", command: "reject" })));
	}

	return { root, update, is_red: () => red_looks.includes(look) };
}
