// The line at the top: what is shown, of when it is, and whether it can be trusted.

import { html, keyed, say, set } from "../base/dom.js";
import { bothClocks, duration } from "../base/format.js";
import { t, word } from "../words/words.js";
import { intraSite } from "../server/store.js";

export class Header {
  constructor(store, nodes) {
    Object.assign(this, { store, ...nodes });
    this.lost = { lostSince: null, why: "" };
    setInterval(() => this.draw(), 500);
  }

  /** `lostSince` is a Date while the page does not hear from the server. */
  setStatus(lost) {
    this.lost = lost;
    this.draw();
  }

  draw() {
    this.drawBanner();
    const { topology } = this.store;
    if (topology === null) return;
    say(this.name, this.store.name);
    keyed(this.facts, this.rows(topology), (row) => row.label,
      (row) => html("li", { title: row.title }, html("span", {}, row.label), html("b")),
      (node, row) => { say(node.lastChild, row.value); set(node, "data-tone", row.tone); set(node, "data-minor", row.minor); });
  }

  rows(topology) {
    const links = [...this.store.links.values()];
    const ages = links.map((link) => link.used_bps?.age_ms).filter((age) => Number.isFinite(age)).sort((a, b) => a - b);
    const waited = performance.now() - this.store.receivedAt;
    const up = links.filter((link) => link.state === "up").length;
    const between = new Set(links.filter((link) => !intraSite(link)).map((link) => link.circuit)).size;
    return [
      { label: t("fact.up"), value: t("of", { a: up, b: links.length }), tone: up === links.length ? "good" : "bad",
        title: t("fact.upTitle", { n: this.store.circuits.size, between }) },
      { label: t("fact.age"), value: duration(this.store.ageNow(ages.length ? ages[Math.floor(ages.length / 2)] : null)), tone: null,
        title: t("fact.ageTitle") },
      { label: t("fact.heard"), minor: "phone", value: t("ago", { age: duration(waited) }), tone: this.store.at === null && waited > 30_000 ? "bad" : null,
        title: t("fact.heardTitle", { time: bothClocks(topology.published_at) }) },
      { label: t("fact.version"), value: topology.version, tone: null, minor: "narrow", title: t("fact.versionTitle", { epoch: topology.epoch, structure: topology.structure_version }) },
      { label: t("fact.health"), value: word("health", topology.health), tone: topology.health === "ok" ? "good" : "bad", title: t("fact.healthTitle") },
    ];
  }

  drawBanner() {
    const { lostSince, why } = this.lost;
    this.banner.hidden = lostSince === null;
    set(document.body, "data-lost", lostSince !== null);
    if (lostSince === null) return;
    const nothing = this.store.topology === null;
    const [sentence, since, more] = this.banner.querySelectorAll("span");
    say(sentence, nothing
      ? t("banner.nothing", { why })
      : t("banner.lost", { time: bothClocks(lostSince), why }));
    say(since, nothing ? "" : `(${duration(Date.now() - lostSince)})`); // apart: readers of the screen hear no ticking
    say(more, nothing ? "" : t("banner.last"));
  }
}
