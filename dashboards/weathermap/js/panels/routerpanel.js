// A router: whether it is heard, and every circuit that ends at it, with the last hours of the busiest.

import { html, keyed, say, set } from "../base/dom.js";
import { bandwidth, bothClocks, duration, percent, short } from "../base/format.js";
import { band, use } from "../server/store.js";
import { t, word } from "../words/words.js";
import { Chart } from "./chart.js";
import { fill, row } from "./rows.js";

export class RouterPanel {
  constructor(store, id, selection) {
    Object.assign(this, { store, id, selection });
    this.heading = html("h2", {}, id);
    this.about = html("p", { class: "circuit" });
    this.state = html("p", { class: "cause" });
    this.charted = html("p", { class: "hint" });
    this.chart = new Chart(store);
    this.list = html("ul", { class: "rows" });
    this.node = html("div", { class: "router-panel" }, this.heading, this.about, this.state, this.charted, this.chart.node,
      html("h3", {}, t("router.links")), this.list);
    const busiest = this.leaving().sort((a, b) => (use(b) ?? 0) - (use(a) ?? 0))[0];
    if (busiest) {
      say(this.charted, t("router.charted", { circuit: busiest.circuit }));
      this.chart.show(busiest.id, store.reverse(busiest)?.id ?? null);
    }
    this.chart.node.hidden = !busiest;
  }

  stop() {
    this.chart.stop();
  }

  leaving() {
    return [...this.store.links.values()].filter((link) => link.from_router === this.id);
  }

  refresh() {
    const router = this.store.routers.get(this.id);
    if (!router) return;
    const age = this.store.ageNow(router.age_ms);
    say(this.about, [short(this.store.siteName(router.site)), router.platform, router.target].filter(Boolean).join(" · "));
    say(this.state, t("router.state", { state: word("phase", router.drained ? "drained" : router.state), since: bothClocks(router.since), age: age === null ? t("never") : duration(age) }));
    set(this.state, "data-state", router.state === "synced" ? (router.drained ? "drained" : "up") : "stale");
    keyed(this.list, this.leaving(), (link) => link.id, (link) => row(() => this.selection.set("link", link.id)), (node, link) => {
      fill(node, `${link.from_interface} → ${short(this.store.siteName(link.to_site))}`, link.state === "up" ? percent(use(link)) : word("state", link.state),
        `${link.circuit} · ${t("of", { a: bandwidth(link.used_bps?.value), b: bandwidth(link.capacity_bps?.value) })}`);
      set(node, "data-state", link.state);
      set(node, "data-band", band(use(link)));
    });
  }
}
