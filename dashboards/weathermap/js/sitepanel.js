// A site: its routers, the circuits inside it (not drawn as lines on the map), and its links outward.

import { button, html, keyed, say, set } from "./dom.js";
import { bandwidth, duration, percent, plural, short } from "./format.js";
import { band, intraSite, use } from "./store.js";

export class SitePanel {
  constructor(store, siteId, selection) {
    Object.assign(this, { store, siteId, selection });
    this.heading = html("h2");
    this.about = html("p", { class: "circuit" });
    this.routers = html("ul", { class: "rows" });
    this.inside = html("ul", { class: "rows" });
    this.outside = html("ul", { class: "rows" });
    this.insideTitle = html("h3", {}, "Circuits inside the site");
    this.node = html("div", { class: "site-panel" }, this.heading, this.about,
      html("p", { class: "hint" }, "Click another site for the paths between the two."),
      html("h3", {}, "Routers"), this.routers, this.insideTitle, this.inside,
      html("h3", {}, "Links outward"), this.outside);
  }

  refresh() {
    const site = this.store.sites.get(this.siteId);
    if (!site) return;
    say(this.heading, `${site.name_en} ${site.name_zh}`);
    const access = site.access_bps ? `, ${bandwidth(site.access_bps)} of access` : "";
    say(this.about, `${site.kind.replace("_", " ")}, ${site.role}${access} · ${site.state.replace("_", " ")}`);
    const routers = site.routers.map((id) => this.store.routers.get(id)).filter(Boolean);
    keyed(this.routers, routers, (router) => router.id, () => row(), (node, router) => {
      fill(node, router.id, router.drained ? "drained" : router.state, `${router.platform} · last heard ${ago(this.store.ageNow(router.age_ms))}`);
      set(node, "data-state", router.state === "synced" ? (router.drained ? "drained" : "up") : "stale");
    });
    const links = this.store.linksOfSite(this.siteId);
    const inside = links.filter(intraSite);
    this.insideTitle.hidden = inside.length === 0;
    this.drawLinks(this.inside, inside, (link) => `${link.from_router} → ${link.to_router}`);
    const outside = links.filter((link) => !intraSite(link) && link.from_site === this.siteId)
      .sort((a, b) => (a.to_site < b.to_site ? -1 : a.to_site > b.to_site ? 1 : a.id < b.id ? -1 : 1));
    this.drawLinks(this.outside, outside, (link) => `→ ${short(this.store.siteName(link.to_site))}`);
  }

  drawLinks(list, links, title) {
    keyed(list, links, (link) => link.id, (link) => row(() => this.selection.set("link", link.id)), (node, link) => {
      fill(node, title(link), link.state === "up" ? percent(use(link)) : link.state,
        `${link.circuit} · ${bandwidth(link.used_bps?.value)} of ${bandwidth(link.capacity_bps?.value)}`);
      set(node, "data-state", link.state);
      set(node, "data-band", band(use(link)));
    });
  }
}

const ago = (ageMs) => (ageMs === null ? "never" : `${duration(ageMs)} ago`);

function row(action = null) {
  const parts = [html("span", { class: "name" }), html("b"), html("small")];
  const node = html("li");
  if (action) {
    const control = button("", action);
    control.append(...parts);
    node.append(control);
  } else {
    node.append(html("div", {}, ...parts));
  }
  return node;
}

function fill(node, name, value, note) {
  const [first, second, third] = node.firstChild.children;
  say(first, name);
  say(second, value);
  say(third, note);
}
