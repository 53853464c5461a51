/* Pass-through in the mock: what is set is kept; what became of a number a test says. */
const terminators = { keyboard: ["cr", "tab", "none"], serial: ["cr", "lf", "cr_lf", "tab", "none"], tcp: ["lf", "cr", "cr_lf", "tab"] };

export function pass_new({ reply, people, stations }) {
	const set = new Map();
	const view = ({ station, name, kind }) => ({ station, name, kind, way: "off", target: "", keyboard: null, terminator: "cr", set_at: null, set_by: null, last: null, ...set.get(station) });

	return {
		last: (name, last) => Object.assign(set.get(stations.find((one) => one.name === name).station), { last }),
		actions: {
			pass_set: ({ station, way, target, keyboard, terminator }, here) => {
				const { name } = stations.find((one) => one.station === station);
				if (way === "serial" && !target.startsWith("/dev/tty"))
					return reply("question", "pass_no_target", "That is no serial line and no address", "A line is like /dev/ttyUSB0, an address like tcp:192.0.2.7:9100.");
				const other = stations.find((one) => one.station !== station && way === "keyboard" && set.get(one.station)?.way === way);
				if (other)
					return reply("question", "pass_taken", `${other.name} hands its codes on by that way`, "Switch it off there first: numbers of two stations would run into each other.");
				set.set(station, { way, target: target ?? "", keyboard, terminator, set_at: new Date().toISOString(), set_by: people.find((one) => one.operator.operator_id === here.operator?.operator_id)?.operator.name, last: null });
				return way === "off" ? reply("stored", "pass_is_off", `${name} hands nothing on`, "")
					: reply("stored", "pass_is_on", `${name} hands its codes on`, "Scan a label to try it, and look whether the number comes out there.");
			},
		},
		views: { passes: () => ({ stations: stations.map(view), keyboards: ["us", "uk", "de", "fr", "be", "es", "cz", "jp"], terminators }) },
	};
}
