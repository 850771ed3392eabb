// N-1: what the next failure would do. Each circuit has the colour of the harm that its loss does now.

import * as api from "../server/api.js";
import { latency, short } from "../base/format.js";
import { t, word } from "../words/words.js";
import { bandOf } from "./bands.js";
import { Fetched } from "./fetched.js";

const EVERY_MS = 30_000;
const EDGES_US = [500, 3000, 10_000];
const MOST_LISTED = 16;
const SAME_HARM = 60; // rows to look at for those that do the same

/** 0 … 4: whether pairs are cut off, else how much latency the worst of them gains. */
export const harmBand = (effect) => (effect.cut_off.length ? 4 : bandOf(effect.latency_added_us, EDGES_US));

// The only router of a site takes the site with it: known to everybody, and no reason to head a list.
const beyondOwnSite = (effect, site) => new Set(effect.cut_off.filter(({ from, to }) => site === null || (from !== site && to !== site))
  .map(({ from, to }) => [from, to].sort().join(" "))).size;

/** "3 pairs cut off · 50 slower, at most +4.4 ms"; both directions between two sites are one pair. */
export function harm(effect) {
  const parts = [];
  const { cut, slower, faster } = effect.pairs;
  if (cut) parts.push(t("failure.cut", { n: cut }));
  if (slower) parts.push(t("failure.slower", { n: slower, most: latency(effect.latency_added_us) }));
  if (faster) parts.push(t("failure.faster", { n: faster }));
  return parts.length ? parts.join(" · ") : t("failure.none");
}

export class Failure {
  constructor(store, changed) {
    this.store = store;
    this.edges = [t("failure.edge.none"), "0.5", "3", "10", t("failure.edge.cut")];
    this.fetched = new Fetched(() => api.nextFailures(), EVERY_MS, () => { this.order(); changed(); });
    [this.byId, this.rows, this.structure] = [new Map(), [], null];
  }

  enter() { this.fetched.start(); }
  leave() { this.fetched.stop(); }

  /** The network has another shape: what the next failure does is another, too. */
  refresh() {
    const { structure_version: structure, epoch } = this.store.topology;
    const now = `${epoch} ${structure}`;
    if (this.structure !== null && this.structure !== now) this.fetched.renew();
    this.structure = now;
  }

  order() {
    const effects = this.fetched.data ?? [];
    this.byId = new Map(effects.map((effect) => [`${effect.kind} ${effect.id}`, effect]));
    for (const effect of effects) effect.cut = beyondOwnSite(effect, this.siteOf(effect));
    this.rows = [...effects].sort((a, b) => b.cut - a.cut || b.latency_added_us - a.latency_added_us
      || b.pairs.slower - a.pairs.slower || (a.id < b.id ? -1 : 1));
  }

  siteOf({ kind, id }) {
    return kind === "router" ? this.store.routers.get(id)?.site ?? null : null;
  }

  /** What the failure of this would do; null while nobody has said. */
  effect(kind, id) {
    return this.byId.get(`${kind} ${id}`) ?? null;
  }

  look(link) {
    const effect = this.effect("circuit", link.circuit);
    return { band: effect ? harmBand(effect) : "none", level: null, text: effect ? t("failure.if", { name: link.circuit, harm: harm(effect) }) : t("asking") };
  }

  ranking() {
    return {
      hint: t("failure.hint"), title: t("failure.title"),
      note: this.fetched.problem?.message ?? (this.fetched.data === null ? t("asking") : t("failure.note", { n: this.rows.length })),
      rows: this.gathered().slice(0, MOST_LISTED).map(({ effect, also }) => ({
        key: `${effect.kind} ${effect.id}`, name: this.nameOf(effect), band: effect.cut ? 4 : bandOf(effect.latency_added_us, EDGES_US),
        value: effect.cut ? t("failure.cutShort", { n: effect.pairs.cut }) : `+${latency(effect.latency_added_us)}`,
        note: [also.length ? t("failure.also", { names: also.map(({ id }) => id).join(", ") }) : null,
          effect.cut ? harm(effect) : [effect.cut_off.length ? t("failure.ownSite") : null, harm({ ...effect, pairs: { ...effect.pairs, cut: 0 } })].filter(Boolean).join(" · ")].filter(Boolean).join(" · "),
        open: [effect.kind, effect.id],
      })),
    };
  }

  // A duct with one circuit in it fails as its circuit does: one row says both.
  gathered() {
    const rows = new Map();
    for (const effect of this.rows.slice(0, SAME_HARM)) {
      const key = JSON.stringify([effect.cut_off, effect.slower, effect.faster]);
      if (rows.has(key)) rows.get(key).also.push(effect);
      else rows.set(key, { effect, also: [] });
    }
    return [...rows.values()];
  }

  nameOf({ kind, id }) {
    const circuit = kind === "circuit" ? this.store.circuits.get(id) : null;
    const where = circuit ? [circuit.a.site, circuit.z.site].map((site) => short(this.store.siteName(site))).join(" ⇄ ") : id;
    return `${word("kind", kind)} ${where}`;
  }
}
