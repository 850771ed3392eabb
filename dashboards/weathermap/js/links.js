// Each direction of each circuit between sites: a half-line from its sender to the middle.

import { activate, say, set, svg } from "./dom.js";
import { bandwidth, percent, short } from "./format.js";
import { halfLine, lay, reversed } from "./geometry.js";
import { radiusOf } from "./sites.js";
import { band, intraSite, use } from "./store.js";

const WIDTHS = [[1.6e12, 6], [8e11, 4.5], [4e11, 3.2], [0, 2.2]];
const LOWEST_BAND = 0.5; // most links most of the time: shaded within, so that it still tells idle from half full
const MARKS = { down: "✕", unconfirmed: "?", stale: "?", drained: "‖" };

export const widthOf = (capacityBps) => WIDTHS.find(([floor]) => (capacityBps ?? 0) >= floor)[1];

/** One sentence for the tooltip and for screen readers. */
export function describe(store, link) {
  const [from, to] = [link.from_site, link.to_site].map((site) => short(store.siteName(site)));
  const share = use(link);
  const load = share === null ? "use unknown" : `use ${percent(share)}, ${bandwidth(link.used_bps.value)}`;
  return `${from} to ${to}, ${link.circuit}: ${link.state}, ${load} of ${bandwidth(link.capacity_bps?.value)}`;
}

export class Links {
  /** `choose(linkId)` is called on click, Enter or Space. */
  constructor(store, map, choose) {
    Object.assign(this, { store, map, choose });
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
    const share = use(link);
    set(parts.group, "data-band", band(share));
    if (share < LOWEST_BAND) parts.group.style.setProperty("--level", (share / LOWEST_BAND).toFixed(1));
    say(parts.sign, link.state === "down" ? "" : MARKS[link.state] ?? "");
    const sentence = describe(this.store, link);
    say(parts.title, sentence);
    set(parts.group, "aria-label", sentence);
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
