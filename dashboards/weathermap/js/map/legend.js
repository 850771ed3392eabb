// What colours, widths and shapes mean, drawn by the same style rules as the map itself.

import { html, svg } from "../base/dom.js";
import { t, word } from "../words/words.js";
import { widthOf } from "./links.js";
import { shapeOf } from "./sites.js";

const ROOMY = "(min-width: 1240px) and (min-height: 640px)"; // else the legend would hide the map
const STATES = ["down", "drained", "unconfirmed", "stale"];
const KINDS = ["ai_centre", "supercomputing", "hub", "exchange"];
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
const up = { "data-state": "up" };

function siteSample(kind, state = "up") {
  return svg("svg", { width: 18, height: 16, viewBox: "-9 -8 18 16" },
    svg("g", { class: "site", "data-kind": kind, "data-state": state }, svg("path", { class: "shape", d: shapeOf(kind, 5.5) })));
}

/** The legend of a mode {name, current}; it can be folded away. */
export class Legend {
  constructor(modes) {
    this.modes = modes;
    this.scale = html("div", { class: "scale" });
    this.node = html("details", { id: "legend", open: matchMedia(ROOMY).matches },
      html("summary", {}, t("legend")), this.scale,
      html("ul", {}, row(sample({ ...up, "data-band": "none" }, 4.5), t("legend.noData")),
        ...STATES.map((state) => row(sample({ "data-state": state, "data-band": 0 }, 4.5, SIGNS[state]), word("state", state)))),
      html("ul", {}, ...[1e11, 4e11, 8e11, 1.6e12].map((bps) =>
        row(sample({ ...up, "data-band": 0 }, widthOf(bps)), bps < 1e12 ? `${bps / 1e9} G` : `${bps / 1e12} T`))),
      html("ul", {}, ...KINDS.map((kind) => row(siteSample(kind), word("kind", kind)))),
      html("ul", {}, ...["degraded", "drained", "cut_off"].map((state) => row(siteSample("ai_centre", state), word("site", state)))),
      html("p", {}, t("legend.apart")));
    this.draw();
  }

  /** Another mode is shown. */
  draw() {
    const { name, current } = this.modes;
    const parts = [html("p", {}, t(`legend.${name}`))];
    if (current.edges.length) {
      parts.push(html("ol", { class: "bands", "data-shaded": name === "now" || name === "forwarded" }, ...current.edges.map((edge, index) => html("li", { "data-band": index }, edge))));
    }
    if (current.isForwarded) {
      const line = (name, width) => svg("svg", { width: 42, height: 16, viewBox: "0 0 42 16" }, svg("path", { class: `halo ${name}`, d: "M2 8H40", "stroke-width": width }));
      parts.push(html("ul", {}, row(line("forwarded", 12), t("legend.share")), row(line("best dashed", 3.5), t("legend.best"))));
    }
    if (current.hasWindows) {
      parts.push(html("ul", {}, ...["active", "planned"].map((state) => row(sample({ ...up, "data-band": "none", "data-window": state }, 5), word("window", state)))));
    }
    this.scale.replaceChildren(...parts);
  }
}
