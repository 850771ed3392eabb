// Sites: a shape by kind, a second ring where two routers stand, a name in two languages.

import { activate, say, set, svg } from "../base/dom.js";
import { short } from "../base/format.js";
import { placeLabels } from "./labels.js";
import { intraSite, worst } from "../server/store.js";
import { language, t, word } from "../words/words.js";

const SIZE = { core: 7, edge: 5.5 };
const RING = 3.5;
const SHAPES = {
  ai_centre: (r) => `M${-r} 0A${r} ${r} 0 1 1 ${r} 0A${r} ${r} 0 1 1 ${-r} 0Z`,
  supercomputing: (r) => `M0 ${-r * 1.2}L${r * 1.2} 0L0 ${r * 1.2}L${-r * 1.2} 0Z`,
  hub: (r) => `M${-r * 0.9} ${-r * 0.9}H${r * 0.9}V${r * 0.9}H${-r * 0.9}Z`,
  exchange: (r) => `M0 ${-r * 1.15}L${r * 1.1} ${r * 0.8}H${-r * 1.1}Z`,
};

export const shapeOf = (kind, size) => (SHAPES[kind] ?? SHAPES.ai_centre)(size);

/** What a site covers on the map, in pixels from its centre. */
export function radiusOf(site) {
  return (SIZE[site.role] ?? SIZE.edge) + (site.routers.length > 1 ? RING : 0);
}

// From where a site is to where it is drawn, when crowding moved it.
function anchor(truth, place) {
  if (Math.hypot(truth.x - place.x, truth.y - place.y) < 4) return null;
  const text = ({ x, y }) => `${x.toFixed(1)} ${y.toFixed(1)}`;
  return `M${text(truth)}m-2 0h4m-2 -2v4m0 -2L${text(place)}`;
}

export class Sites {
  /** `choose(siteId)` is called on click, Enter or Space. */
  constructor(store, map, choose) {
    Object.assign(this, { store, map, choose });
    this.nodes = new Map();
  }

  make(site) {
    const parts = { title: svg("title"), ring: svg("path", { class: "ring" }), shape: svg("path", { class: "shape" }) };
    parts.hit = svg("circle", { class: "hit", r: 12 });
    parts.chosen = svg("circle", { class: "chosen-ring", r: 13 });
    parts.group = svg("g", { class: "site", "data-id": site.id }, parts.title, parts.chosen, parts.hit, parts.ring, parts.shape);
    parts.first = svg("tspan", { class: "first" });
    parts.second = svg("tspan", { class: "second", lang: language === "zh" ? "en" : "zh", dx: 4 });
    parts.label = svg("text", { class: "label", "data-id": site.id, "aria-hidden": "true" }, parts.first, parts.second);
    parts.leader = svg("path", { class: "leader" });
    parts.anchor = svg("path", { class: "anchor" });
    activate(parts.group, () => this.choose(site.id));
    const shown = (yes) => () => set(parts.label, "data-shown", yes);
    for (const [kind, yes] of [["focusin", true], ["focusout", false], ["pointerenter", true], ["pointerleave", false]]) {
      parts.group.addEventListener(kind, shown(yes));
    }
    parts.label.addEventListener("click", (event) => {
      event.stopPropagation(); // to the bare map, which would let go of it
      this.choose(site.id);
    });
    this.map.layers.sites.append(parts.group);
    this.map.layers.labels.append(parts.label);
    this.map.layers.leaders.append(parts.anchor, parts.leader);
    this.nodes.set(site.id, parts);
    return parts;
  }

  /** Put sites in their places, and their labels with them. */
  layout() {
    for (const id of [...this.nodes.keys()].filter((known) => !this.store.sites.has(known))) {
      for (const part of ["group", "label", "leader", "anchor"]) this.nodes.get(id)[part].remove();
      this.nodes.delete(id);
    }
    for (const site of this.store.sites.values()) {
      const parts = this.nodes.get(site.id) ?? this.make(site);
      const place = this.map.places.get(site.id);
      set(parts.group, "transform", `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`);
      set(parts.anchor, "d", anchor(this.map.truePlaces.get(site.id), place));
      const size = SIZE[site.role] ?? SIZE.edge;
      set(parts.shape, "d", shapeOf(site.kind, size));
      set(parts.ring, "d", site.routers.length > 1 ? shapeOf(site.kind, size + RING) : null);
      this.update(site);
      for (const part of [parts.label, parts.leader]) set(part, "transform", `translate(${place.x.toFixed(1)} ${place.y.toFixed(1)})`);
    }
  }

  /** Find the best places for the labels; `curves` are what they should keep off. */
  placeLabels(curves) {
    const fontSize = parseFloat(getComputedStyle(this.map.layers.labels).fontSize);
    const labels = [...this.store.sites.values()].map((site) => ({
      id: site.id, place: this.map.places.get(site.id), size: radiusOf(site) + 1, height: 1.17 * fontSize,
      width: this.nodes.get(site.id).label.getComputedTextLength() + 7,
    }));
    const box = { width: this.map.width, height: this.map.height };
    for (const [id, spot] of placeLabels(labels, [...curves.values()], box)) {
      const { label, leader } = this.nodes.get(id);
      set(label, "data-crowded", spot.crowded);
      set(label, "x", spot.x.toFixed(1));
      set(label, "y", spot.y.toFixed(1));
      set(leader, "d", spot.crowded ? null : spot.leader);
    }
  }

  update(site) {
    const parts = this.nodes.get(site.id);
    if (!parts) return;
    const inside = this.store.linksOfSite(site.id).filter(intraSite);
    set(parts.group, "data-state", site.state);
    set(parts.label, "data-state", site.state);
    set(parts.group, "data-kind", site.kind);
    set(parts.group, "data-inside", inside.length ? worst(inside.map((link) => link.state)) : null);
    const names = [site.name_en, site.name_zh];
    if (language === "zh") names.reverse();
    say(parts.first, short(names[0] || names[1]));
    say(parts.second, names[0] ? short(names[1]) : "");
    const sentence = t("site.describe", { name: names.join(" "), state: word("site", site.state), n: site.routers.length });
    say(parts.title, sentence);
    set(parts.group, "aria-label", sentence);
  }

  /** Mark sites by what a failure does to them: a Map of site id to `cut` or `slower`. */
  harm(harmed) {
    for (const [id, parts] of this.nodes) set(parts.group, "data-harm", harmed.get(id) ?? null);
  }

  /** Mark the chosen sites: none, one, or the two ends of a pair. */
  select(siteIds) {
    for (const [id, parts] of this.nodes) {
      set(parts.group, "data-chosen", siteIds.includes(id));
      set(parts.label, "data-chosen", siteIds.includes(id));
    }
  }
}
