// The panel below: the chosen link, site or pair; without a choice, what the network carries.

import { button, html, keyed, say, set } from "./dom.js";
import { bandwidth, percent, plural, short } from "./format.js";
import { LinkPanel } from "./linkpanel.js";
import { SitePanel } from "./sitepanel.js";
import { band, intraSite, use } from "./store.js";

const BUSIEST = 10;

export class Detail {
  /** `close()` is called by the button that closes what is open. */
  constructor(store, section, selection, pair, close) {
    Object.assign(this, { store, section, selection, pair });
    this.overview = new Overview(store, selection);
    this.panel = this.overview;
    this.close = button("×", close, { class: "close", "aria-label": "Close", title: "Close (Esc)" });
    section.append(this.overview.node);
  }

  show(kind, ids) {
    this.panel.stop?.();
    this.panel = this.open(kind, ids) ?? this.overview;
    this.section.replaceChildren(...(this.panel === this.overview ? [] : [this.close]), this.panel.node);
    this.section.scrollTop = 0;
    this.panel.refresh();
  }

  open(kind, ids) {
    if (kind === "pair" && ids.every((id) => this.store.sites.has(id))) return this.pair;
    if (kind === "site" && this.store.sites.has(ids[0])) return new SitePanel(this.store, ids[0], this.selection);
    if (kind === "link" && this.store.links.has(ids[0])) return new LinkPanel(this.store, ids[0], this.selection);
    return null;
  }

  /** Something in the store changed. */
  refresh() {
    if (this.store.topology !== null && this.panel !== this.pair) this.panel.refresh();
  }
}

class Overview {
  constructor(store, selection) {
    Object.assign(this, { store, selection });
    this.total = html("p", { class: "total" });
    this.list = html("ol", { class: "busiest" });
    this.node = html("div", {},
      html("p", { class: "hint" }, "Click a half-line for its numbers and history. Click one site, then another, for the best path between them and the one that packets take."),
      html("h2", {}, "Busiest directions"), this.total, this.list);
  }

  refresh() {
    const links = [...this.store.links.values()].filter((link) => !intraSite(link));
    const known = links.filter((link) => link.used_bps?.value !== null && link.state !== "down");
    const used = known.reduce((sum, link) => sum + link.used_bps.value, 0);
    const capacity = known.reduce((sum, link) => sum + (link.capacity_bps?.value ?? 0), 0);
    say(this.total, `${bandwidth(used)} on ${plural(known.length, "direction")} between sites, ${percent(capacity ? used / capacity : null)} of their capacity.`);
    const busiest = known.sort((a, b) => (use(b) ?? 0) - (use(a) ?? 0) || (a.id < b.id ? -1 : 1)).slice(0, BUSIEST);
    keyed(this.list, busiest, (link) => link.id, (link) => this.make(link), (node, link) => this.update(node, link));
  }

  make(link) {
    const parts = { name: html("span", { class: "name" }), circuit: html("span", { class: "circuit" }), bar: html("progress", { max: 1 }), share: html("b") };
    const node = html("li", {}, html("button", { type: "button" }, parts.name, parts.share, parts.bar, parts.circuit));
    node.firstChild.addEventListener("click", () => this.selection.set("link", link.id));
    node.parts = parts;
    return node;
  }

  update(node, link) {
    const { name, circuit, bar, share } = node.parts;
    say(name, `${short(this.store.siteName(link.from_site))} → ${short(this.store.siteName(link.to_site))}`);
    say(circuit, `${link.circuit} · ${bandwidth(link.used_bps.value)} of ${bandwidth(link.capacity_bps?.value)}`);
    say(share, percent(use(link)));
    bar.value = use(link) ?? 0;
    set(bar, "aria-label", "use");
    set(node, "data-band", band(use(link)));
  }
}
