// What colours, widths and shapes mean, drawn by the same style rules as the map itself.

import { html, svg } from "./dom.js";
import { widthOf } from "./links.js";
import { shapeOf } from "./sites.js";

const ROOMY = "(min-width: 1100px) and (min-height: 640px)"; // else the legend would hide the map
const EDGES = [0, 50, 70, 80, 90];
const STATES = [
  ["down", "dead"], ["drained", "drained"], ["unconfirmed", "unconfirmed"], ["stale", "stale"],
];
const KINDS = [["ai_centre", "AI centre"], ["supercomputing", "supercomputing"], ["hub", "hub"], ["exchange", "exchange"]];
const SIGNS = { drained: "‖", unconfirmed: "?", stale: "?" };

function sample(attributes, width, sign) {
  const line = svg("g", { class: "link", ...attributes }, svg("path", { class: "body", d: "M2 8H40", "stroke-width": width }));
  const down = attributes["data-state"] === "down";
  const mark = sign || down
    ? svg("g", { class: "mark", "data-state": attributes["data-state"], transform: "translate(21 8)" },
        svg("circle", { class: "disc", r: 6 }),
        svg("path", { class: "cross", d: "M-3.4 -3.4L3.4 3.4M3.4 -3.4L-3.4 3.4" }),
        svg("text", { class: "sign", dy: "0.36em", "font-size": 10 }, sign ?? ""))
    : null;
  return svg("svg", { width: 42, height: 16, viewBox: "0 0 42 16" }, line, mark);
}

const row = (picture, text) => html("li", {}, picture, html("span", {}, text));

/** The legend as an element; it can be folded away. */
export function legend() {
  const up = { "data-state": "up" };
  const site = (kind, state = "up") => svg("svg", { width: 18, height: 16, viewBox: "-9 -8 18 16" },
    svg("g", { class: "site", "data-kind": kind, "data-state": state }, svg("path", { class: "shape", d: shapeOf(kind, 5.5) })));
  return html("details", { id: "legend", open: matchMedia(ROOMY).matches },
    html("summary", {}, "Legend"),
    html("p", {}, "Use of each direction, %, from its sender to the middle"),
    html("ol", { class: "bands" }, ...EDGES.map((edge, index) => html("li", { "data-band": index }, String(edge)))),
    html("ul", {},
      row(sample({ ...up, "data-band": "none" }, 4.5), "no data"),
      ...STATES.map(([state, text]) => row(sample({ "data-state": state, "data-band": 0 }, 4.5, SIGNS[state]), text))),
    html("ul", {}, ...[1e11, 4e11, 8e11, 1.6e12].map((bps) =>
      row(sample({ ...up, "data-band": 0 }, widthOf(bps)), bps < 1e12 ? `${bps / 1e9} G` : `${bps / 1e12} T`))),
    html("ul", {}, ...KINDS.map(([kind, text]) => row(site(kind), text))),
    html("ul", {}, row(site("ai_centre", "degraded"), "degraded"), row(site("ai_centre", "drained"), "drained"), row(site("ai_centre", "cut_off"), "cut off")),
    html("p", {}, "Crowded sites are drawn apart; + is the true place."));
}
