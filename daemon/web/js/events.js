/*
 * The only EventSource. Opens again by itself, also when the server refused it, and says when it is up.
 */
const AGAIN_MS = 1000;
const kinds = ["scan", "seen", "visit", "due", "printer", "virtual_label", "health", "custody", "devices", "sign_in", "resync"];

/*
 * on_event(kind, data)   data: the parsed JSON, or null
 * on_state(up)           true: connected (read every view again); false: lost
 *
 * Gives {open(), close()}; open() again after a sign-in starts with the new cookies.
 */
export function events_new({ on_event, on_state }) {
	let source = null;
	let timer = null;

	function close() {
		clearTimeout(timer);
		timer = null;
		source?.close();
		source = null;
	}

	function open() {
		close();
		const mine = new EventSource("/api/events");
		source = mine;
		mine.addEventListener("open", () => mine === source && on_state(true));
		mine.addEventListener("error", () => {
			if (mine !== source)
				return;
			on_state(false);
			close();
			timer = setTimeout(open, AGAIN_MS);
		});
		for (const kind of kinds) {
			mine.addEventListener(kind, (event) => {
				if (mine === source)
					on_event(kind, event.data ? JSON.parse(event.data) : null);
			});
		}
	}

	return { open, close };
}
