// A site: its routers, the circuits inside it (not drawn as lines on the map), and its links outward.

import { html, keyed, say, set } from "../base/dom.js";
import { bandwidth, duration, percent, short } from "../base/format.js";
import { band, intraSite, use } from "../server/store.js";
import { language, t, word } from "../words/words.js";
import { Chart } from "./chart.js";
import { fill, row } from "./rows.js";

export class SitePanel {
  constructor(store, siteId, selection) {
    Object.assign(this, { store, siteId, selection });
    this.heading = html("h2");
    this.about = html("p", { class: "circuit" });
    this.routers = html("ul", { class: "rows" });
    this.inside = html("ul", { class: "rows" });
    this.outside = html("ul", { class: "rows" });
    this.charted = html("p", { class: "hint" });
    this.chart = new Chart(store);
    this.insideTitle = html("h3", {}, t("site.inside"));
    this.node = html("div", { class: "site-panel" }, this.heading, this.about,
      html("p", { class: "hint" }, t("site.hint")),
      html("h3", {}, t("site.routers")), this.routers, this.insideTitle, this.inside,
      html("h3", {}, t("site.outside")), this.outside, this.charted, this.chart.node);
    this.drawChart();
  }

  stop() {
    this.chart.stop();
  }

  // The past of what leaves the site on its busiest link.
  drawChart() {
    const [busiest] = this.store.linksOfSite(this.siteId).filter((link) => !intraSite(link) && link.from_site === this.siteId)
      .sort((a, b) => (use(b) ?? 0) - (use(a) ?? 0));
    this.chart.node.hidden = !busiest;
    if (!busiest) return;
    say(this.charted, t("router.charted", { circuit: busiest.circuit }));
    this.chart.show(busiest.id, this.store.reverse(busiest)?.id ?? null);
  }

  refresh() {
    const site = this.store.sites.get(this.siteId);
    if (!site) return;
    const names = [site.name_en, site.name_zh];
    say(this.heading, (language === "zh" ? names.reverse() : names).join(" "));
    const access = site.access_bps ? t("site.access", { bandwidth: bandwidth(site.access_bps) }) : "";
    say(this.about, `${word("kind", site.kind)}, ${word("role", site.role)}${access} · ${word("site", site.state)}`);
    const routers = site.routers.map((id) => this.store.routers.get(id)).filter(Boolean);
    keyed(this.routers, routers, (router) => router.id, (router) => row(() => this.selection.set("router", router.id)), (node, router) => {
      fill(node, router.id, word("phase", router.drained ? "drained" : router.state), t("site.heard", { platform: router.platform, ago: ago(this.store.ageNow(router.age_ms)) }));
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
      fill(node, title(link), link.state === "up" ? percent(use(link)) : word("state", link.state),
        `${link.circuit} · ${t("of", { a: bandwidth(link.used_bps?.value), b: bandwidth(link.capacity_bps?.value) })}`);
      set(node, "data-state", link.state);
      set(node, "data-band", band(use(link)));
    });
  }
}

const ago = (ageMs) => (ageMs === null ? t("never") : t("ago", { age: duration(ageMs) }));
