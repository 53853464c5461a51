/* Starts Chromium for the scenarios: the system's own, or what CHROMIUM names. */
import { existsSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { chromium } from "playwright-core";
import { RUN_MS } from "../../daemon/web/js/numbers.js";

const candidates = [process.env.CHROMIUM, "/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"];
const flags = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
	"--disable-component-update", "--disable-sync"];

export const browser_path = candidates.find((path) => path && existsSync(path)) ?? null;

/* touch: it has no keys but a finger; more: flags besides. {page, context, errors: [what the console and the page complained of], close()}. */
export async function browser_open(size = { width: 1280, height: 800 }, { touch = false, more = [] } = {}) {
	const profile = await mkdtemp(join(tmpdir(), "specimend-page-"));
	const context = await chromium.launchPersistentContext(profile, { executablePath: browser_path, headless: true, args: [...flags, ...more], viewport: size, hasTouch: touch });
	const page = context.pages()[0] ?? await context.newPage();
	const errors = [];
	page.on("pageerror", (error) => errors.push(String(error)));
	page.on("console", (message) => message.type() === "error" && errors.push(`${message.text()} ${message.location().url}`));
	return {
		page, context, errors,
		close: async () => {
			await context.close();
			await rm(profile, { recursive: true, force: true });
		},
	};
}

/* Presses a digit that chooses, and lets the time go by in which one more would make it a number. */
export async function digit(page, key) {
	await page.keyboard.press(key);
	await page.waitForTimeout(RUN_MS + 100);
}

const WEDGE_MS = 5; /* between characters, as the browser is told: a loaded machine does not make the wedge slow */

const enter_key = { key: "Enter", code: "Enter", windowsVirtualKeyCode: 13, text: "\r" };

/* Types as a keyboard wedge does: fast, wherever the focus is, with Enter for "\n", and at the end unless told not. */
export async function wedge(page, text, enter = true) {
	const devtools = await page.context().newCDPSession(page);
	const start_ms = Date.now();
	const keys = [...text].map((key) => key === "\n" ? enter_key : { key, text: key });
	if (enter)
		keys.push(enter_key);
	await Promise.all(keys.flatMap((key, n) => ["keyDown", "keyUp"].map((type) => devtools.send("Input.dispatchKeyEvent",
		{ ...key, text: type === "keyDown" ? key.text : undefined, type, timestamp: (start_ms + n * WEDGE_MS) / 1000 }))));
	await devtools.detach();
}
