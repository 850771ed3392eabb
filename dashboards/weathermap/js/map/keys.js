// The map is one stop of the Tab key. On it, arrows go from site to site, N and P (or Page Down and Page
// Up) round the half-lines that leave a site; Enter opens.

import { set } from "../base/dom.js";
import { intraSite } from "../server/store.js";

const ARROWS = { ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1] };
const NEXT = new Set(["n", "N", "PageDown"]);
const PREVIOUS = new Set(["p", "P", "PageUp"]);
const ASIDE = 2; // how much worse a place is for each pixel that it lies beside the arrow

export class MapKeys {
  constructor(store, map, sites, links) {
    Object.assign(this, { store, map, sites, links });
    this.stop = null; // {kind: "site" | "link", id}: what has the focus, or had it last
    map.root.addEventListener("keydown", (event) => this.press(event));
    map.stage.addEventListener("focusin", (event) => this.follow(event.target.closest(".site, .link")));
  }

  /** Sites or links were drawn: one of them, and one only, is a stop of the Tab key. */
  settle() {
    if (this.stop && this.nodeOf(this.stop)) return;
    const [first] = [...this.store.sites.keys()].sort();
    if (first) this.rest({ kind: "site", id: first });
  }

  /** Put the keyboard's focus on a site or a link; false where the map does not draw it. */
  go(kind, id) {
    const node = this.nodeOf({ kind, id });
    node?.focus({ preventScroll: true });
    return Boolean(node);
  }

  nodeOf({ kind, id }) {
    return (kind === "site" ? this.sites : this.links).nodes.get(id)?.group;
  }

  follow(node) {
    if (node) this.rest({ kind: node.classList.contains("site") ? "site" : "link", id: node.dataset.id });
  }

  rest(stop) {
    if (this.stop) set(this.nodeOf(this.stop) ?? this.map.root, "tabindex", this.nodeOf(this.stop) ? -1 : null);
    this.stop = stop;
    set(this.nodeOf(stop), "tabindex", 0);
  }

  press(event) {
    if (event.ctrlKey || event.metaKey || event.altKey || !this.stop) return;
    const next = this.target(event.key);
    if (next === undefined) return;
    event.preventDefault();
    if (next) this.go(next.kind, next.id);
  }

  // Where a key leads: undefined where the key is not ours, null where it leads nowhere.
  target(key) {
    if (key in ARROWS) return this.beside(ARROWS[key]);
    if (NEXT.has(key)) return this.round(1);
    if (PREVIOUS.has(key)) return this.round(-1);
    if (key !== "Home" && key !== "End") return undefined;
    const id = [...this.store.sites.keys()].sort().at(key === "Home" ? 0 : -1);
    return { kind: "site", id };
  }

  get site() {
    return this.stop.kind === "site" ? this.stop.id : this.store.links.get(this.stop.id).from_site;
  }

  beside([right, down]) {
    const here = this.map.places.get(this.site);
    let [best, least] = [null, Infinity];
    for (const [id, place] of this.map.places) {
      const [dx, dy] = [place.x - here.x, place.y - here.y];
      const ahead = dx * right + dy * down;
      const price = ahead + ASIDE * Math.abs(dx * down + dy * right);
      if (ahead > 1 && id !== this.site && price < least) [best, least] = [id, price];
    }
    return best && { kind: "site", id: best };
  }

  // The half-lines that leave the site, clockwise from the north.
  round(step) {
    const here = this.map.places.get(this.site);
    const bearing = (link) => {
      const { control } = this.links.curve(link);
      return (Math.atan2(control.x - here.x, here.y - control.y) + 2 * Math.PI) % (2 * Math.PI);
    };
    const leaving = this.store.linksOfSite(this.site)
      .filter((link) => link.from_site === this.site && !intraSite(link) && this.links.curve(link))
      .sort((a, b) => bearing(a) - bearing(b));
    if (!leaving.length) return null;
    const at = leaving.findIndex((link) => link.id === this.stop.id);
    const index = at < 0 ? (step > 0 ? 0 : leaving.length - 1) : (at + step + leaving.length) % leaving.length;
    return { kind: "link", id: leaving[index].id };
  }
}
