/* What a page says of the browser it is in, so that a person knows it again in the list of pages. Nothing is decided by it. */

const places = [["iPhone", /iPhone/], ["iPad", /iPad/], ["Android", /Android/], ["Windows", /Windows/], ["ChromeOS", /CrOS/], ["Mac", /Macintosh|Mac OS X/], ["Linux", /Linux/]];
const browsers = [["Edge", /Edg(e|A|iOS)?\//], ["Samsung Internet", /SamsungBrowser\//], ["Firefox", /(Firefox|FxiOS)\//], ["Chrome", /(Chrome|CriOS|Chromium)\//], ["Safari", /Safari\//]];

const first = (list, text) => list.find(([, pattern]) => pattern.test(text))?.[0] ?? "";

/* "Chrome, Android" of a User-Agent; "" when it says nothing that is known. */
export function about_of(user_agent) {
	return [first(browsers, user_agent), first(places, user_agent)].filter(Boolean).join(", ");
}
