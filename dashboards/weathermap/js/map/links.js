// Each direction of each circuit between sites: a half-line from its sender to the middle.

import { activate, say, set, svg } from "../base/dom.js";
import { short } from "../base/format.js";
import { halfLine, lay, reversed } from "./geometry.js";
import { radiusOf } from "./sites.js";
import { intraSite } from "../server/store.js";
import { t, word } from "../words/words.js";

const WIDTHS = [[1.6e12, 6], [8e11, 4.5], [4e11, 3.2], [0, 2.2]];
const MARKS = { down: "✕", unconfirmed: "?", stale: "?", drained: "‖" };

export const widthOf = (capacityBps) => WIDTHS.find(([floor]) => (capacityBps ?? 0) >= floor)[1];

/** One sentence for the tooltip and for screen readers; `text` is what the mode says of the link. */
function describe(store, link, text) {
  const [from, to] = [link.from_site, link.to_site].map((site) => short(store.siteName(site)));
  return t("link.describe", { from, to, circuit: link.circuit, state: word("state", link.state), text });
}

export class Links {
  /** `choose(linkId)` is called on click, Enter or Space, `hover(linkId | null)` with the pointer or the focus. */
  constructor(store, map, modes, { choose, hover }) {
    Object.assign(this, { store, map, modes, choose, hover });
    this.nodes = new Map();
    this.curves = new Map();
  }

  /** Lay all circuits again: sizes, places or the set of circuits changed. */
  layout() {
    const circuits = [];
    for (const circuit of this.store.circuits.values()) {
      const [first] = this.store.directions(circuit.id);
      if (!first || intraSite(first)) continue;
      const width = widthOf(first.capacity_bps?.value);
      circuits.push({ id: circuit.id, a: circuit.a.site, z: circuit.z.site, width });
    }
    this.curves = lay(circuits, this.map.places, (site) => radiusOf(this.store.sites.get(site)));
    for (const id of [...this.nodes.keys()].filter((known) => !this.store.links.has(known))) {
      this.nodes.get(id).group.remove();
      this.nodes.get(id).mark.remove();
      this.nodes.delete(id);
    }
    for (const link of this.store.links.values()) if (!intraSite(link)) this.place(link);
  }

  /** The curve of a link from its sender to its receiver; undefined for circuits inside a site. */
  curve(link) {
    const curve = this.curves.get(link.circuit);
    return curve && (link.direction === "az" ? curve : reversed(curve));
  }

  make(link) {
    const part = (name) => svg("path", { class: name });
    const parts = { hit: part("hit"), casing: part("casing"), body: part("body"), tip: part("tip"), title: svg("title") };
    parts.group = svg("g", { class: "link", "data-id": link.id }, ...["title", "hit", "casing", "body", "tip"].map((name) => parts[name]));
    parts.sign = svg("text", { class: "sign", dy: "0.36em" });
    parts.cross = svg("path", { class: "cross" });
    parts.mark = svg("g", { class: "mark", "data-id": link.id, "aria-hidden": "true" }, svg("circle", { class: "disc" }), parts.cross, parts.sign);
    activate(parts.group, () => this.choose(link.id));
    for (const [kind, id] of [["pointerenter", link.id], ["focus", link.id], ["pointerleave", null], ["blur", null]]) {
      parts.group.addEventListener(kind, () => this.hover(id));
    }
    this.map.layers.links.append(parts.group);
    this.map.layers.marks.append(parts.mark);
    this.nodes.set(link.id, parts);
    return parts;
  }

  place(link) {
    const curve = this.curve(link);
    if (!curve) return;
    const parts = this.nodes.get(link.id) ?? this.make(link);
    const width = widthOf(link.capacity_bps?.value);
    const shape = halfLine(curve, width);
    parts.width = width;
    for (const name of ["hit", "casing", "body"]) set(parts[name], "d", shape.body);
    set(parts.tip, "d", shape.tip);
    set(parts.body, "stroke-width", width);
    set(parts.casing, "stroke-width", width + 2.6);
    const size = Math.max(5, Math.min(7.5, shape.length / 4));
    set(parts.mark, "transform", `translate(${shape.heart.x.toFixed(1)} ${shape.heart.y.toFixed(1)})`);
    set(parts.mark.firstChild, "r", size);
    const arm = (size * 0.56).toFixed(1);
    set(parts.cross, "d", `M-${arm} -${arm}L${arm} ${arm}M${arm} -${arm}L-${arm} ${arm}`);
    set(parts.sign, "font-size", (size * 1.7).toFixed(1));
    this.update(link);
  }

  /** Colour and marks of one link, on the nodes that are there. */
  update(link) {
    const parts = this.nodes.get(link.id);
    if (!parts) return;
    if (parts.width !== widthOf(link.capacity_bps?.value)) {
      this.place(link);
      return;
    }
    for (const node of [parts.group, parts.mark]) set(node, "data-state", link.state);
    const { band, level, text, window } = this.modes.current.look(link);
    set(parts.group, "data-band", band);
    set(parts.group, "data-window", window ?? (link.maintenance ? "active" : null));
    if (parts.level !== level) parts.group.style.setProperty("--level", level ?? "1");
    parts.level = level;
    say(parts.sign, link.state === "down" ? "" : MARKS[link.state] ?? "");
    const sentence = describe(this.store, link, text);
    say(parts.title, sentence);
    set(parts.group, "aria-label", sentence);
  }

  /** Another mode, or new data of the one shown: all links anew, on the nodes that are there. */
  repaint() {
    for (const id of this.nodes.keys()) if (this.store.links.has(id)) this.update(this.store.links.get(id));
  }

  /** Mark what fails in a question of what would happen; none takes the marks off. */
  fail(linkIds) {
    for (const [id, parts] of this.nodes) set(parts.group, "data-failing", linkIds.includes(id));
  }

  /** Mark the chosen link; null for none. */
  select(linkId) {
    for (const [id, parts] of this.nodes) set(parts.group, "data-chosen", id === linkId);
  }

  /** Put all but the circuits of these links in the background; null brings all back. */
  focus(linkIds) {
    const circuits = linkIds && new Set(linkIds.map((id) => this.store.links.get(id)?.circuit));
    for (const [id, parts] of this.nodes) {
      set(parts.group, "data-faint", circuits !== null && !circuits.has(this.store.links.get(id)?.circuit));
    }
  }
}
