/* Pages in the mock: one is let in by a code that was opened here, or by code(station), as specimend station-code does; old(station)
 * is one from before there were codes. */

const MINUTES = 5;

export function pages_new({ reply, people, stations, sessions }) {
	const pages = []; /* {page_id, token, station, about, bound_at, bound_by, waits, kept_at, kept_by, gone} */
	const nobody = { waits: false, kept_at: null, kept_by: null, gone: false };
	const codes = []; /* {page_code_id, code, station, until_ms, by, ended, page_id} */

	const who = (here) => people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name ?? null;
	const is_good = (one) => one.ended === null && one.until_ms > Date.now();

	function code_new(station, by) {
		const page_code_id = codes.length + 1;
		const one = { page_code_id, code: String(412700000000 + page_code_id * 37), station, until_ms: Date.now() + MINUTES * 60000, by, ended: null, page_id: null };
		codes.push(one);
		return one;
	}

	function code_view(by) {
		const one = codes.findLast((each) => each.by === by);
		if (!one)
			return null;
		const { page_code_id, code, station, until_ms, page_id } = one;
		const ended = one.ended ?? (until_ms <= Date.now() ? "expired" : null);
		return { page_code_id, code: ended ? null : code, station: station.name, seconds: Math.max(0, Math.ceil((until_ms - Date.now()) / 1000)), ended, page_id };
	}

	/* The names of those who are signed in there, and whether it is the page that asks. */
	function page_view(page, here) {
		const { page_id, station, about, bound_at, bound_by, waits, kept_at, kept_by } = page;
		const there = [...sessions.values()].filter((one) => one.page === page);
		return { page_id, station: station.name, kind: station.kind, about, bound_at, bound_by, seen_at: there.length > 0 ? bound_at : null, waits, kept_at, kept_by, is_this: sessions.get(here.token)?.page === page, people: there.map((one) => one.who.name) };
	}

	return {
		/* Of that name. */
		old: (station) => {
			pages.push({ page_id: pages.length + 1, token: `page${pages.length + 1}`, station: stations.find((one) => one.name === station), about: "", bound_at: "2026-01-05T08:00:00Z", bound_by: null, ...nobody, waits: true });
		},
		waiting: () => pages.filter((one) => one.waits && !one.gone).length,
		of_token: (token) => pages.find((one) => one.token === token && !one.gone) ?? null,
		/* For a station by its code (T...). */
		code: (station) => code_new(stations.find((one) => one.station === station), null).code,
		expire: () => {
			codes.at(-1).until_ms = Date.now();
		},
		bind: ({ code, about }) => {
			const one = codes.find((each) => each.code === code && is_good(each));
			if (!one)
				return { answer: reply("question", "page_code_wrong", "That code is not good, or not any more", "Ask for a new one: Set up, Pages."), token: null };
			const page = { page_id: pages.length + 1, token: `page${pages.length + 1}`, station: one.station, about: about ?? "", bound_at: new Date().toISOString(), bound_by: one.by, ...nobody };
			pages.push(page);
			Object.assign(one, { ended: "bound", page_id: page.page_id });
			return { answer: reply("stored", "page_bound", `This page belongs to ${one.station.name} now`, "Scan your badge.", { station: one.station }), token: page.token };
		},
		picture: (png) => ({ ok: true, page_code_id: codes.at(-1).page_code_id, code128: png.toString("base64"), datamatrix: png.toString("base64") }),
		actions: {
			page_code_open: ({ station }, here) => {
				const one = code_new(stations.find((each) => each.station === station), who(here));
				return reply("stored", "page_code_opened", `A code for a new page of ${one.station.name}`, "Type or scan it on the new page within five minutes.", { page_code_id: one.page_code_id });
			},
			page_code_cancel: (args, here) => {
				codes.findLast((each) => each.by === who(here)).ended = "cancelled";
				return reply("stored", "page_code_cancelled", "No new page was let in", "");
			},
			page_keep: ({ page_id }, here) => {
				const page = pages.find((one) => one.page_id === page_id);
				Object.assign(page, { waits: false, kept_at: new Date().toISOString(), kept_by: who(here) });
				return reply("stored", "page_kept", `That page of ${page.station.name} stays`, "", { station: page.station.name });
			},
			page_take_away: ({ page_id }) => {
				const page = pages.find((one) => one.page_id === page_id);
				page.gone = true;
				for (const [token, one] of sessions)
					if (one.page === page)
						sessions.delete(token);
				return reply("stored", "page_taken_away", `That page does not belong to ${page.station.name} any more`, "Whoever was signed in on it is signed out.", { station_touched: page.station.station_id });
			},
		},
		views: {
			pages: (query, here) => ({ minutes: MINUTES, code: code_view(who(here)), stations, may_keep: true, pages: pages.filter((one) => !one.gone).sort((a, b) => b.waits - a.waits).map((one) => page_view(one, here)) }),
		},
	};
}
