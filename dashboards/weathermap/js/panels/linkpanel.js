// A link and its other direction: numbers with source and age, what it shares, its history.

import * as api from "../server/api.js";
import { Chart } from "./chart.js";
import { button, html, keyed, say, set } from "../base/dom.js";
import { bandwidth, clock, duration, latency, percent, plain, short } from "../base/format.js";
import { band, use, worst } from "../server/store.js";
import { t, word } from "../words/words.js";

const AGES_EVERY_MS = 2000;

const metric = (name, show) => (link, store) => {
  const { value = null, age_ms: age = null, source = null } = link[name] ?? {};
  const notes = value === null ? [] : [source, age === null ? null : duration(store.ageNow(age))];
  return { value: show(value), note: notes.filter(Boolean).join(", ") };
};

const ROWS = [
  ["state", (link) => ({ value: word("state", link.state), note: t("since", { time: clock(link.since) }), state: link.state })],
  ["use", (link, store) => ({ ...metric("used_bps", bandwidth)(link, store), lead: percent(use(link)), band: band(use(link)) })],
  ["capacity", metric("capacity_bps", bandwidth)],
  ["freeNow", metric("free_now_bps", bandwidth)],
  ["freeP05", metric("free_p05_bps", bandwidth)],
  ["oneFlow", metric("single_flow_max_bps", bandwidth)],
  ["latency", metric("latency_us", latency)],
  ["jitter", metric("jitter_us", latency)],
  ["loss", metric("loss_ppm", (ppm) => plain(ppm, "ppm"))],
  ["te", metric("te_metric", (value) => plain(value))],
  ["igp", metric("igp_metric", (value) => plain(value))],
  ["mtu", metric("mtu_bytes", (bytes) => plain(bytes, t("unit.bytes")))],
  ["sender", (link) => ({ value: link.from_router, note: link.from_interface })],
];

export class LinkPanel {
  constructor(store, linkId, selection) {
    Object.assign(this, { store, linkId, selection });
    this.heading = html("h2");
    this.circuit = html("p", { class: "circuit" });
    this.cause = html("p", { class: "cause" });
    this.heads = [html("th", { scope: "col" }), html("th", { scope: "col" })];
    this.body = html("tbody");
    this.shared = html("ul", { class: "tags", "aria-label": t("link.shared") });
    this.noRisk = html("p", { class: "hint" }, t("link.noRisk"));
    this.chart = new Chart(store);
    this.node = html("div", { class: "link-panel" }, this.heading, this.circuit, this.cause, this.chart.node,
      html("table", { class: "numbers" }, html("thead", {}, html("tr", {}, html("td"), ...this.heads)), this.body),
      html("h3", {}, t("link.shared")), this.shared, this.noRisk);
    this.chart.show(linkId, store.reverse(store.links.get(linkId))?.id ?? null);
    this.timer = setInterval(() => this.renewAges(), AGES_EVERY_MS);
    this.fresh = new Map();
  }

  stop() {
    clearInterval(this.timer);
    this.chart.stop();
  }

  // The store renews what changes; ages also grow where nothing does, so the open link is asked for.
  async renewAges() {
    if (this.store.at !== null) return;
    const link = this.store.links.get(this.linkId);
    const ids = [this.linkId, link && this.store.reverse(link)?.id].filter(Boolean);
    try {
      for (const { link: row, topology } of await Promise.all(ids.map(api.link))) {
        this.fresh.set(row.id, { row, version: topology.version });
      }
    } catch {
      return; // the banner speaks for a server that is away; the numbers stay as last heard
    }
    this.refresh();
  }

  latest(link) {
    const fresh = this.fresh.get(link.id);
    return fresh && fresh.version >= this.store.topology.version ? fresh.row : link;
  }

  refresh() {
    const stored = this.store.links.get(this.linkId);
    if (!stored) return;
    const reverse = this.store.reverse(stored);
    const links = [stored, reverse].filter(Boolean).map((link) => this.latest(link));
    const [link] = links;
    const [from, to] = [link.from_site, link.to_site].map((site) => short(this.store.siteName(site)));
    say(this.heading, `${from} → ${to}`);
    const length = this.store.circuits.get(link.circuit)?.length_km;
    say(this.circuit, `${link.circuit}${length ? t("link.fibre", { km: length }) : ""}`);
    say(this.cause, [...links].sort((a, b) => (a.state === "up") - (b.state === "up")).map((row) => row.cause).find(Boolean) ?? "");
    set(this.cause, "hidden", !this.cause.textContent);
    set(this.cause, "data-state", worst(links.map((row) => row.state)));
    this.heads.forEach((head, index) => say(head, index ? `← ${to}` : `${from} →`));
    keyed(this.body, ROWS, ([label]) => label, ([label]) => this.makeRow(label),
      (node, [, read]) => this.fillRow(node, links.map((row) => read(row, this.store))));
    const open = (srlg) => button(srlg, () => this.selection.set("srlg", srlg));
    keyed(this.shared, link.srlgs, (srlg) => srlg, (srlg) => html("li", {}, open(srlg)), () => {});
    this.noRisk.hidden = link.srlgs.length > 0;
  }

  makeRow(label) {
    const cell = () => html("td", {}, html("b", { class: "lead" }), html("span", { class: "value" }), html("small"));
    return html("tr", {}, html("th", { scope: "row" }, t(`link.row.${label}`)), cell(), cell());
  }

  fillRow(node, values) {
    values.forEach(({ value, note, lead, state, band: inBand }, index) => {
      const cell = node.children[index + 1];
      say(cell.children[0], lead ?? "");
      say(cell.children[1], value);
      say(cell.children[2], note);
      set(cell, "data-state", state);
      set(cell, "data-band", inBand);
    });
  }
}
