/* Enrolment of scanners in the mock: two that are plugged in, one that is at a station; what the scanner sends a test says. */
import { id_make } from "../../daemon/web/js/id.js";

const found = { reading: "found", says: "it reads the code as it is", hint: "", seen: "E900000000123042317Qz\"=<GS>M" };

export function enrol_new({ reply, people }) {
	const scanner = (identity, maker, model, more = {}) => ({ identity, maker, model, place: "1-2", protocols: "hid_pos", problem: "", is_plugged: true, is_here: false, silence: null, device: null, ...more });
	const scanners = [scanner("usb:0c2e:0967:19214B0217", "Honeywell", "N5600"),
		scanner("usb:05e0:1200@1-4", "Symbol", "LS2208", { place: "1-4", protocols: "keyboard" }),
		scanner("usb:1234:0001@1-5", "", "", { place: "1-5", protocols: "" })];
	let sequence = 0;
	let open = null;

	const who = (here) => people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name;
	const view = () => open && { ...open, seconds: Math.max(0, Math.ceil((open.until_ms - Date.now()) / 1000)), ended: open.ended ?? (open.until_ms <= Date.now() ? "expired" : null) };

	return {
		/* What the scanner sent, as the bench tells it: read({reading, says, hint, seen}), and found when it is the code. */
		read: (sent = found, settings = {}, advice = []) => {
			const one = scanners.find((x) => x.identity === open.identity);
			open.read = { at: new Date().toISOString(), protocol: one.protocols, settings, advice, ...sent };
			if (sent.reading !== "found")
				return;
			open.ended = "enrolled";
			one.device = { device_id: 90 + scanners.indexOf(one), name: `${one.maker} ${one.model}`, station: open.station, is_ours: true, protocol: one.protocols, settings, drift: null,
				enrolled_at: new Date().toISOString(), enrolled_by: open.by, advice };
			one.is_here = true;
		},
		drift: (identity, drift) => {
			const one = scanners.find((x) => x.identity === identity);
			Object.assign(one, { is_here: drift === null, silence: drift });
			one.device.drift = drift;
		},
		/* Plugged in, and nobody listens to it: silence is null, or why. */
		silence: (identity, silence, problem = "") => Object.assign(scanners.find((x) => x.identity === identity), { is_here: silence === null, silence, problem }),
		/* As me has them. */
		mine: (station) => scanners.filter((one) => one.device?.station === station.name).map(({ device, silence }) => ({ device_id: device.device_id, kind: "scanner", name: device.name, transport: "usb", state: [], one_way: false, labels_left: null, trouble: device.drift ?? (silence?.code === "device_deaf" ? silence : null) })),
		expire: () => {
			open.until_ms = Date.now();
		},
		code: () => open?.code,
		actions: {
			enrol_open: ({ identity }, here) => {
				const code = id_make("enrolment code", 900, ++sequence, 0);
				open = { enrolment_id: sequence, identity, code: `${code}042317Qz"=\u001dM`, until_ms: Date.now() + 180000, ended: null, read: null, station: here.station.name, by: who(here) };
				return reply("stored", "enrol_opened", "Scan the code on this screen with the new scanner", "Only that scanner, and within three minutes.", { enrolment_id: sequence });
			},
			enrol_cancel: () => {
				open.ended = "cancelled";
				return reply("stored", "enrol_cancelled", "No scanner is enrolled", "");
			},
		},
		picture: (png) => ({ ok: true, enrolment_id: open.enrolment_id, code128: png.toString("base64"), datamatrix: png.toString("base64") }),
		views: { enrolment: () => ({ minutes: 3, looked_at: new Date().toISOString(), scanners, enrolment: view() }) },
	};
}
