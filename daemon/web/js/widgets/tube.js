/* A tube or cup drawn in lines: cap in its colour, label when it has one, a tick when it is proved. */
import { svg } from "../dom.js";

const ticked = ["labelled", "collected"];
const bare = ["waiting", "not_collected"];
const crossed = ["not_collected", "void"];

function is_dark(colour) {
	const value = parseInt(colour.slice(1), 16);
	return (value >> 16) * 0.3 + (value >> 8 & 255) * 0.6 + (value & 255) * 0.1 < 110;
}

function label_lines() {
	return [
		svg("rect", { x: 16, y: 84, width: 48, height: 84, rx: 2, fill: "#fff", stroke: "#444", "stroke-width": 1.5 }),
		[22, 26, 28, 33, 36, 41, 43, 48, 53, 56].map((x, i) => svg("rect", { x, y: 92, width: i % 3 ? 2 : 3, height: 30, fill: "#222" })),
		svg("path", { d: "M22 134h36M22 144h28M22 154h32", stroke: "#444", "stroke-width": 3 }),
	];
}

function tick() {
	return [
		svg("circle", { cx: 58, cy: 178, r: 20, fill: "#1b7a3d", stroke: "#fff", "stroke-width": 3 }),
		svg("path", { d: "M48 178l8 8 13-15", fill: "none", stroke: "#fff", "stroke-width": 5, "stroke-linecap": "round" }),
	];
}

/* Glass and cap of a tube; a cup is wide, with a flat bottom and a lid. */
function vessel(kind, colour) {
	const ridge = is_dark(colour) ? "#ffffff55" : "#00000033";
	const edge = is_dark(colour) ? "#000" : "#333";
	if (kind === "cup")
		return [
			svg("path", { d: "M6 74h68l-7 118a8 8 0 0 1-8 8H21a8 8 0 0 1-8-8z", fill: "#eef4f8", stroke: "#4a5a66", "stroke-width": 2.5 }),
			svg("rect", { x: 2, y: 48, width: 76, height: 28, rx: 5, fill: colour, stroke: edge, "stroke-width": 2.5 }),
			svg("path", { d: "M14 54v16M27 54v16M40 54v16M53 54v16M66 54v16", stroke: ridge, "stroke-width": 2 }),
		];
	return [
		svg("path", { d: "M18 52h44v128a22 22 0 0 1-44 0z", fill: "#eef4f8", stroke: "#4a5a66", "stroke-width": 2.5 }),
		svg("rect", { x: 10, y: 6, width: 60, height: 50, rx: 7, fill: colour, stroke: edge, "stroke-width": 2.5 }),
		svg("path", { d: "M20 14v34M30 14v34M40 14v34M50 14v34M60 14v34", stroke: ridge, "stroke-width": 2 }),
	];
}

/* container: name, kind, cap, cap_colour; state: a tube's state. */
export function tube_picture(container, state) {
	const colour = /^#[0-9a-fA-F]{6}$/.test(container.cap_colour ?? "") ? container.cap_colour : "#888888";
	return svg("svg", { class: "tube-picture", viewBox: "0 0 80 210", role: "img", "aria-label": `${container.cap} ${container.name}` },
		vessel(container.kind, colour),
		!bare.includes(state) && label_lines(),
		ticked.includes(state) && tick(),
		crossed.includes(state) && svg("path", { d: "M8 60l64 130M72 60L8 190", stroke: "#8a1c1c", "stroke-width": 6 }));
}
