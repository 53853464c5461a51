/*
 * A server without a database that speaks contrib/CONTRACTS.md 7, for building and testing the page alone:
 *   node tests/web/mock.js [port]
 * Its own controls (the real one has none) are members of what mock_start gives: not_stored, drop_answers, health_set.
 */
import { randomUUID } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { fileURLToPath } from "node:url";
import { deflateSync } from "node:zlib";
import { clinic_new, reply } from "./mock_clinic.js";
import { paper_pdf } from "./mock_stock.js";

const web = new URL("../../daemon/web/", import.meta.url);
const types = { html: "text/html; charset=utf-8", css: "text/css", js: "text/javascript", svg: "image/svg+xml", wasm: "application/wasm" };
const csp = "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; base-uri 'none'; frame-ancestors 'none'";

function crc32(bytes) {
	let crc = -1;
	for (const byte of bytes) {
		crc ^= byte;
		for (let bit = 0; bit < 8; bit++)
			crc = crc >>> 1 ^ (crc & 1 ? 0xedb88320 : 0);
	}
	return (crc ^ -1) >>> 0;
}

function png_chunk(type, data) {
	const out = Buffer.alloc(12 + data.length);
	out.writeUInt32BE(data.length, 0);
	out.write(type, 4, "latin1");
	data.copy(out, 8);
	out.writeUInt32BE(crc32(out.subarray(4, 8 + data.length)), 8 + data.length);
	return out;
}

/* Something that looks like a label: 406 x 203 dots with bars that differ by number. */
function label_png(number) {
	const [width, height] = [406, 203];
	const rows = Buffer.alloc((width + 1) * height, 255);
	const is_text = (x, y) => x < 250 && y < 85 && y % 24 > 8 && y % 24 < 14;
	const is_bar = (x, y) => y > 90 && y < 170 && x * (number + 7) % 13 < 5;
	for (let y = 0; y < height; y++) {
		rows[y * (width + 1)] = 0;
		for (let x = 20; x < width - 20; x++)
			if (is_text(x, y) || is_bar(x, y))
				rows[y * (width + 1) + 1 + x] = 0;
	}
	const head = Buffer.alloc(13);
	head.writeUInt32BE(width, 0);
	head.writeUInt32BE(height, 4);
	head.set([8, 0, 0, 0, 0], 8);
	const signature = Buffer.from([137, 80, 78, 71, 13, 10, 26, 10]);
	return Buffer.concat([signature, png_chunk("IHDR", head), png_chunk("IDAT", deflateSync(rows)), png_chunk("IEND", Buffer.alloc(0))]);
}

function json(response, status, body, headers = {}) {
	response.writeHead(status, { "Content-Type": "application/json", "Cache-Control": "no-store", ...headers });
	response.end(JSON.stringify(body));
}

function refuse(response, status, code, message) {
	json(response, status, { error: { code, message, hint: "" } });
}

async function file(response, path) {
	const name = path === "/" ? "index.html" : path.slice(1);
	try {
		const body = await readFile(new URL(name, web));
		response.writeHead(200, { "Content-Type": types[name.split(".").pop()], "Content-Security-Policy": csp, "X-Content-Type-Options": "nosniff" });
		response.end(body);
	} catch {
		refuse(response, 404, "ERR_NOT_FOUND", "no such file");
	}
}

/* Starts on the port (0: any). Gives {url, clinic, requests, not_stored, drop_answers, health_set(), stop(), again()}. */
export async function mock_start(port = 0) {
	const since = new Date().toISOString();
	const health = Object.fromEntries(["core", "bench", "press", "database"].map((part) => [part, { ok: true, since }]));
	const readers = new Set();
	const replies = new Map();
	let n = 0;

	/* Without a station: to all. */
	function feed(kind, data, station_id = null) {
		for (const { response } of [...readers].filter((reader) => station_id === null || reader.station_id === station_id))
			response.write(`id: mock:${++n}\nevent: ${kind}\ndata: ${JSON.stringify(data ?? null)}\n\n`);
	}
	const clinic = clinic_new(feed);
	const mock = { clinic, feed, requests: [], not_stored: 0, drop_answers: 0 };

	const page_of = (request) => clinic.pages.of_token(/specimend_station=(\w+)/.exec(request.headers.cookie ?? "")?.[1]);
	const station_of = (request) => page_of(request)?.station ?? null;

	/* The page that asks: its station and who is signed in on it. */
	function here_of(request) {
		return clinic.here(station_of(request), /specimend_session=([\w-]+)/.exec(request.headers.cookie ?? "")?.[1] ?? null);
	}

	/* Behind the shade nobody is there. */
	const shown_of = (here) => clinic.signed_in(here) ? here : { ...here, operator: null };

	function not_stored() {
		mock.not_stored--;
		return reply("not_stored", "not_stored", "Not stored", "The database does not answer.", null);
	}

	function station_bind(body, response) {
		const { answer, token } = clinic.pages.bind(body);
		json(response, 200, answer, token ? { "Set-Cookie": `specimend_station=${token}; HttpOnly; SameSite=Strict; Path=/` } : {});
	}

	/* The way of a real scanner: the answer comes by the feed. */
	function virtual_scan(body, response) {
		const raw = Buffer.from(body.text).toString("base64");
		const station = clinic.stations.find((one) => one.station_id === Math.floor(body.device_id / 10));
		const answer = mock.not_stored > 0 ? not_stored() : clinic.actions.scan({ raw }, clinic.here(station));
		feed("scan", { request_id: randomUUID(), reply: answer }, station.station_id);
		json(response, 200, {});
	}

	const posts = {
		station_bind, virtual_scan,
		sign_in: (body, response, request) => {
			const answer = clinic.sign_in(body.badge, body.pin, page_of(request), here_of(request).token);
			json(response, 200, answer, answer.data?.token ? { "Set-Cookie": `specimend_session=${answer.data.token}; HttpOnly; SameSite=Strict; Path=/` } : {});
		},
		policy_second: (body, response, request) => json(response, 200, clinic.policy_second(body, here_of(request))),
		template_preview: (body, response) => json(response, 200, clinic.templates.preview(body, label_png(1))),
		page_picture: (body, response) => json(response, 200, clinic.pages.picture(label_png(2))),
		enrol_picture: (body, response) => json(response, 200, clinic.enrol.picture(label_png(1))),
		virtual_printer: (body, response) => {
			clinic.printer_set(body);
			json(response, 200, {});
		},
	};

	function act(name, { request_id, args }, response, here) {
		if (mock.not_stored > 0)
			return json(response, 503, not_stored());
		const refused = name === "scan_kept" && clinic.kept.refused(args, shown_of(here));
		if (refused)
			return json(response, 200, refused);
		if (!replies.has(request_id))
			replies.set(request_id, clinic.actions[name](args, here));
		if (mock.drop_answers > 0) {
			mock.drop_answers--;
			return response.destroy();
		}
		json(response, 200, replies.get(request_id));
	}

	async function post(request, response, name) {
		if (request.headers["x-specimend"] !== "1" || request.headers["content-type"] !== "application/json")
			return refuse(response, 400, "ERR_INVALID", "header X-Specimend is missing");
		const chunks = [];
		for await (const chunk of request)
			chunks.push(chunk);
		const body = JSON.parse(Buffer.concat(chunks).toString("utf8"));
		mock.requests.push({ name, body: { ...body } });
		if (name in posts)
			return posts[name](body, response, request);
		if (!(name in clinic.actions))
			return refuse(response, 404, "ERR_NOT_FOUND", "no such action");
		if (!clinic.signed_in(here_of(request)) && !name.startsWith("scan"))
			return refuse(response, 401, "ERR_UNAUTHORIZED", "nobody is signed in");
		act(name, body, response, here_of(request));
	}

	function events(request, response) {
		response.writeHead(200, { "Content-Type": "text/event-stream", "Cache-Control": "no-store" });
		response.write(`id: mock:${n}\nevent: health\ndata: ${JSON.stringify(health)}\n\n`);
		const reader = { response, station_id: station_of(request).station_id };
		readers.add(reader);
		response.on("close", () => readers.delete(reader));
	}

	function virtual_label(request, response, query) {
		response.writeHead(200, { "Content-Type": "image/png" });
		response.end(label_png(Number(query.number)));
	}

	function paper(request, response) {
		response.writeHead(200, { "Content-Type": "application/pdf", "Content-Disposition": "inline; filename=\"paper.pdf\"" });
		response.end(paper_pdf);
	}

	const view = (data) => reply("note", "ok", "", "", data);
	const gets = { /* for everybody */
		health: (request, response) => json(response, 200, health),
		stations: (request, response) => json(response, 200, view({ stations: clinic.stations })),
	};
	const station_gets = {
		events, virtual_label, paper,
		me: (request, response) => json(response, 200, view(clinic.me(here_of(request)))),
		virtual_labels: (request, response) => json(response, 200, { labels: clinic.printer.labels }),
	};

	function get(request, response, name, query) {
		if (name in gets)
			return gets[name](request, response);
		if (!station_of(request))
			return refuse(response, 401, "ERR_UNAUTHORIZED", "this page is not bound to a station");
		if (name in station_gets)
			return station_gets[name](request, response, query);
		if (!clinic.signed_in(here_of(request)))
			return refuse(response, 401, "ERR_UNAUTHORIZED", "nobody is signed in");
		if (name in clinic.views)
			return json(response, 200, view(clinic.views[name](query, here_of(request))));
		refuse(response, 404, "ERR_NOT_FOUND", "no such view");
	}

	const server = createServer((request, response) => {
		const url = new URL(request.url, "http://mock");
		if (!url.pathname.startsWith("/api/"))
			return file(response, url.pathname);
		const name = url.pathname.slice("/api/".length);
		if (request.method === "POST")
			return post(request, response, name);
		return get(request, response, name, Object.fromEntries(url.searchParams));
	});
	const listen = (at) => new Promise((resolve) => {
		server.listen(at, "127.0.0.1", resolve);
	});
	await listen(port);
	const bound = server.address().port;
	return Object.assign(mock, {
		url: `http://127.0.0.1:${bound}`,
		health_set: (part, ok, why = {}) => {
			health[part] = { ok, since: new Date().toISOString(), ...why };
			feed("health", health);
		},
		stop: () => new Promise((resolve) => {
			server.close(resolve);
			server.closeAllConnections();
		}),
		again: () => listen(bound),
	});
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
	const mock = await mock_start(Number(process.argv[2] ?? 8480));
	console.log(`mock page on ${mock.url}, badge ${mock.clinic.badge}, PIN ${mock.clinic.pin}`);
}
