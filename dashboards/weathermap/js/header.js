// The line at the top: what is shown, of when it is, and whether it can be trusted.

import { html, keyed, say, set } from "./dom.js";
import { clock, duration } from "./format.js";
import { intraSite } from "./store.js";

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
      { label: "links up", value: `${up} of ${links.length}`, tone: up === links.length ? "good" : "bad",
        title: `${this.store.circuits.size} circuits, ${between} of them between sites; each has two directions` },
      { label: "telemetry age", value: duration(this.store.ageNow(ages.length ? ages[Math.floor(ages.length / 2)] : null)), tone: null,
        title: "Median age of the counters behind the numbers, when the server last sent them" },
      { label: "heard", minor: "phone", value: `${duration(waited)} ago`, tone: waited > 30_000 ? "bad" : null,
        title: `Since the server last answered; version published at ${clock(topology.published_at)}` },
      { label: "version", value: topology.version, tone: null, minor: "narrow", title: `Epoch ${topology.epoch}, structure of version ${topology.structure_version}` },
      { label: "health", value: topology.health, tone: topology.health === "ok" ? "good" : "bad", title: "Of the topology, by the server" },
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
      ? `Nothing to show yet: ${why}. Trying again.`
      : `No connection since ${clock(lostSince)}: ${why}.`);
    say(since, nothing ? "" : `(${duration(Date.now() - lostSince)})`); // apart: readers of the screen hear no ticking
    say(more, nothing ? "" : "What you see is the last that was heard; reconnecting.");
  }
}
