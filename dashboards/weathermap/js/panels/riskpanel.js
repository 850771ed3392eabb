// A circuit, a shared risk or a router that fails: who is cut off, who gets slower, and by how much.

import * as api from "../server/api.js";
import { html, keyed, say, set } from "../base/dom.js";
import { latency, percent, short } from "../base/format.js";
import { harm, harmBand } from "../modes/failure.js";
import { band, use } from "../server/store.js";
import { t, word } from "../words/words.js";
import { fill, row } from "./rows.js";

const LONGEST = 20;
const AGAIN_MS = 10_000;

export class RiskPanel {
  /** `harmed(effect | null)` is told what the map should mark. */
  constructor(store, kind, id, selection, harmed) {
    Object.assign(this, { store, kind, id, selection, harmed });
    this.heading = html("h2");
    this.about = html("p", { class: "circuit" });
    this.verdict = html("p", { class: "verdict" });
    this.lists = ["cut_off", "slower", "faster"].map((name) => [name, html("h3"), html("ul", { class: "rows" })]);
    this.inside = html("ul", { class: "rows" });
    this.node = html("div", { class: "risk-panel" }, this.heading, this.about, this.verdict,
      ...this.lists.flatMap(([, title, list]) => [title, list]), html("h3", {}, t("risk.circuits")), this.inside);
    for (const [, title] of this.lists) title.hidden = true;
    say(this.verdict, t("asking"));
    this.timer = setInterval(() => this.ask(), AGAIN_MS);
    this.ask();
  }

  stop() {
    clearInterval(this.timer);
    this.stopped = true;
    this.harmed(null);
  }

  async ask() {
    if (this.store.at !== null) {
      say(this.verdict, t("past.liveOnly"));
      return;
    }
    let effect;
    try {
      effect = await api.failureOf(this.id);
    } catch (problem) {
      if (!this.stopped) say(this.verdict, problem.message);
      return;
    }
    if (this.stopped) return;
    this.write(effect);
    this.harmed({ ...effect, links: this.links().map((link) => link.id) });
  }

  links() {
    const { kind, id } = this;
    return [...this.store.links.values()].filter((link) => kind === "circuit" ? link.circuit === id
      : kind === "srlg" ? link.srlgs.includes(id) : link.from_router === id || link.to_router === id);
  }

  write(effect) {
    say(this.verdict, t(effect.already_down.length ? "risk.alreadyDown" : "risk.verdict", { harm: harm(effect) }));
    set(this.verdict, "data-band", harmBand(effect));
    for (const [name, title, list] of this.lists) {
      const pairs = effect[name].slice(0, LONGEST);
      title.hidden = pairs.length === 0;
      say(title, t(`risk.${name}`, { n: effect[name].length }));
      keyed(list, pairs, (pair) => `${pair.from} ${pair.to}`, (pair) => row(() => this.selection.set("pair", pair.from, pair.to)), (node, pair) => {
        const added = pair.after_us - pair.before_us;
        fill(node, [pair.from, pair.to].map((site) => short(this.store.siteName(site))).join(" → "),
          name === "cut_off" ? t("risk.noPath") : `${added < 0 ? "−" : "+"}${latency(Math.abs(added))}`,
          name === "cut_off" ? "" : t("risk.fromTo", { before: latency(pair.before_us), after: latency(pair.after_us) }));
      });
    }
  }

  refresh() {
    say(this.heading, t("risk.title", { kind: word("kind", this.kind), name: this.id }));
    const circuits = [...new Set(this.links().map((link) => link.circuit))].map((id) => this.store.circuits.get(id));
    say(this.about, t("risk.about", { n: circuits.length }));
    keyed(this.inside, circuits, (circuit) => circuit.id, (circuit) => row(() => this.selection.set("link", circuit.links[0])), (node, circuit) => {
      const [az, za] = this.store.directions(circuit.id);
      fill(node, circuit.id, [az, za].map((link) => percent(use(link))).join(" / "),
        [circuit.a.router, circuit.z.router].join(" ⇄ ") + (circuit.state === "up" ? "" : ` · ${word("state", circuit.state)}`));
      set(node, "data-state", circuit.state);
      set(node, "data-band", Math.max(...[az, za].map((link) => band(use(link))).filter(Number.isFinite), 0));
    });
  }
}
