// A link and its other direction: numbers with source and age, what it shares, its history.

import * as api from "./api.js";
import { Chart } from "./chart.js";
import { html, keyed, say, set } from "./dom.js";
import { bandwidth, clock, duration, latency, percent, plain, short } from "./format.js";
import { band, use, worst } from "./store.js";

const AGES_EVERY_MS = 2000;

const metric = (name, show) => (link, store) => {
  const { value = null, age_ms: age = null, source = null } = link[name] ?? {};
  const notes = value === null ? [] : [source, age === null ? null : duration(store.ageNow(age))];
  return { value: show(value), note: notes.filter(Boolean).join(", ") };
};

const ROWS = [
  ["State", (link) => ({ value: link.state, note: `since ${clock(link.since)}`, state: link.state })],
  ["Use", (link, store) => ({ ...metric("used_bps", bandwidth)(link, store), lead: percent(use(link)), band: band(use(link)) })],
  ["Capacity", metric("capacity_bps", bandwidth)],
  ["Free now", metric("free_now_bps", bandwidth)],
  ["Free, p05", metric("free_p05_bps", bandwidth)],
  ["One flow", metric("single_flow_max_bps", bandwidth)],
  ["Latency", metric("latency_us", latency)],
  ["Jitter", metric("jitter_us", latency)],
  ["Loss", metric("loss_ppm", (ppm) => plain(ppm, "ppm"))],
  ["TE metric", metric("te_metric", (value) => plain(value))],
  ["IGP metric", metric("igp_metric", (value) => plain(value))],
  ["MTU", metric("mtu_bytes", (bytes) => plain(bytes, "bytes"))],
  ["Sends from", (link) => ({ value: link.from_router, note: link.from_interface })],
];

export class LinkPanel {
  constructor(store, linkId, selection) {
    Object.assign(this, { store, linkId, selection });
    this.heading = html("h2");
    this.circuit = html("p", { class: "circuit" });
    this.cause = html("p", { class: "cause" });
    this.heads = [html("th", { scope: "col" }), html("th", { scope: "col" })];
    this.body = html("tbody");
    this.shared = html("ul", { class: "tags", "aria-label": "Shared-risk groups" });
    this.chart = new Chart(store);
    this.node = html("div", { class: "link-panel" }, this.heading, this.circuit, this.cause, this.chart.node,
      html("table", { class: "numbers" }, html("thead", {}, html("tr", {}, html("td"), ...this.heads)), this.body),
      html("h3", {}, "Shared risk"), this.shared);
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
    say(this.circuit, `${link.circuit}${length ? ` · ${length} km of fibre` : ""}`);
    say(this.cause, [...links].sort((a, b) => (a.state === "up") - (b.state === "up")).map((row) => row.cause).find(Boolean) ?? "");
    set(this.cause, "hidden", !this.cause.textContent);
    set(this.cause, "data-state", worst(links.map((row) => row.state)));
    this.heads.forEach((head, index) => say(head, index ? `← ${to}` : `${from} →`));
    keyed(this.body, ROWS, ([label]) => label, ([label]) => this.makeRow(label),
      (node, [, read]) => this.fillRow(node, links.map((row) => read(row, this.store))));
    const risks = link.srlgs.length ? link.srlgs : ["none recorded"];
    keyed(this.shared, risks, (srlg) => srlg, (srlg) => html("li", {}, srlg), () => {});
  }

  makeRow(label) {
    const cell = () => html("td", {}, html("b", { class: "lead" }), html("span", { class: "value" }), html("small"));
    return html("tr", {}, html("th", { scope: "row" }, label), cell(), cell());
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
