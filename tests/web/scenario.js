/*
 * What the scenarios against a running practice clinic share. Where it is says the environment (tests/web/run sets it):
 *   SPECIMEND_URL, SPECIMEND_STATION (T...), SPECIMEND_BADGE (G...), SPECIMEND_PIN
 *   SPECIMEND_PSQL   a shell command that reads SQL: to age what would take hours, and to set a policy
 *   SPECIMEND_MLLP   port of the order interface
 *   SPECIMEND_SHOTS  folder for pictures
 */
import { execFileSync } from "node:child_process";
import { connect } from "node:net";
import { join } from "node:path";
import { wedge } from "./browser.js";

const { SPECIMEND_URL, SPECIMEND_STATION, SPECIMEND_BADGE, SPECIMEND_PIN, SPECIMEND_SHOTS, SPECIMEND_PSQL, SPECIMEND_MLLP } = process.env;
const MLLP_MS = 5000;

/* Where the service is; null: only the mock is here. */
export const real = SPECIMEND_URL ? { url: SPECIMEND_URL, station: SPECIMEND_STATION, badge: SPECIMEND_BADGE, pin: SPECIMEND_PIN } : null;

export async function shot(page, name) {
	if (SPECIMEND_SHOTS)
		await page.screenshot({ path: join(SPECIMEND_SHOTS, `${name}.png`) });
}

/* A one-time code for a page of that station, as specimend station-code opens it. */
export function page_code(mock, station) {
	return mock ? mock.clinic.pages.code(station) : sql(`select clinic.station_code('${station}')`);
}

/* A page that no station has yet gets one; ends where a badge is asked for. */
export async function page_bind(page, code) {
	await page.waitForSelector(".bind-page .pad");
	await wedge(page, code);
	await page.waitForSelector(".badge-picture");
}

/* Binds to the station, scans the badge and the PIN; ends on the list of collections due. */
export async function sign_in(page, { url, station, badge, pin }) {
	await page.goto(url);
	await page_bind(page, page_code(null, station));
	await wedge(page, badge);
	await page.waitForSelector(".pad");
	await page.keyboard.type(pin, { delay: 150 });
	await page.keyboard.press("Enter");
	await page.waitForSelector(".due-page");
}

/* A POST as the page sends it; its answer. */
export function post(page, name, body) {
	return page.evaluate(([path, text]) => fetch(path, { method: "POST", body: text,
		headers: { "Content-Type": "application/json", "X-Specimend": "1" } }).then((answer) => answer.json()), [`/api/${name}`, JSON.stringify(body)]);
}

export const act = (page, name, args) => post(page, name, { request_id: crypto.randomUUID(), args });
export const view = (page, name, args = {}) => page.evaluate((path) => fetch(path).then((answer) => answer.json()), `/api/${name}?${new URLSearchParams(args)}`).then((answer) => answer.data);

/* Runs SQL as the database's owner; what it prints. */
export function sql(text) {
	return execFileSync("sh", ["-c", SPECIMEND_PSQL], { input: text, encoding: "utf8" }).trim();
}

/* Sends one HL7 message, its segments in lines; the answer's segments. */
export function order_send(text) {
	return new Promise((resolve, reject) => {
		const socket = connect(Number(SPECIMEND_MLLP), "127.0.0.1");
		let answer = "";
		socket.setTimeout(MLLP_MS, () => socket.destroy(new Error("no answer")));
		socket.on("error", reject);
		socket.on("data", (bytes) => {
			answer += bytes.toString("utf8");
			if (answer.endsWith("\x1c\r")) {
				socket.end();
				resolve(answer.slice(1, -2).split("\r"));
			}
		});
		socket.write(`\x0b${text.split("\n").join("\r")}\r\x1c\r`);
	});
}
