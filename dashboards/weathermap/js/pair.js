// Two sites: the best possible path and the one that packets take, in numbers and on the map.

import * as api from "./api.js";
import { html, keyed, say, set, svg } from "./dom.js";
import { bandwidth, latency, percent, plain, plural, short } from "./format.js";
import { wholePath } from "./geometry.js";
import { igpSum, whyDifferent } from "./reason.js";

const AGAIN_MS = 2000; // numbers move ten times a second; the answer is asked for this often at most
const BEST_WIDTH = 19;
const ROUTES = 8;
const TITLES = {
  Free: "Free bandwidth: the 5th percentile of the last 5 minutes", "One flow": "The most that a single flow can get",
  IGP: "Sum of the IGP metric", TE: "Sum of the TE metric",
};

export class Pair {
  constructor(store, map, links) {
    Object.assign(this, { store, map, links });
    this.ids = null;
    this.answer = null;
    this.heading = html("h2");
    this.state = html("p", { class: "cause" });
    this.why = html("p", { class: "why" });
    this.table = html("tbody");
    this.best = html("ol", { class: "hops" });
    this.branches = html("ul", { class: "branches" });
    const column = (text, name) => html("th", { scope: "col", class: name }, text);
    this.numbers = html("div", {}, this.why,
      html("table", { class: "numbers" },
        html("thead", {}, html("tr", {}, html("td"), column("Best possible", "best"), column("Forwarded now", "forwarded"))), this.table),
      html("h3", { class: "best" }, "Best path, hop by hop"), this.best,
      html("h3", { class: "forwarded" }, "Where packets go now"), this.branches);
    this.node = html("div", { class: "pair-panel" }, this.heading, this.state, this.numbers);
  }

  /** Ask for the paths between two sites; null takes the halos off the map. */
  choose(ids) {
    clearTimeout(this.timer);
    this.timer = null;
    this.ids = ids;
    this.answer = null;
    this.draw();
    if (ids === null) return;
    say(this.heading, ids.map((id) => short(this.store.siteName(id))).join(" → "));
    this.tell("Asking …");
    this.ask(ids);
  }

  /** The network changed: ask again, soon. */
  refresh() {
    if (this.ids === null || this.timer) return;
    this.timer = setTimeout(() => { this.timer = null; this.ask(this.ids); }, AGAIN_MS);
  }

  async ask(ids) {
    let answer;
    try {
      answer = await api.pathsBetween(...ids);
    } catch (problem) {
      answer = { problem };
    }
    if (this.ids !== ids) return; // another pair was chosen meanwhile
    this.answer = answer;
    this.draw();
    if (answer.problem) this.tell(answer.problem.message);
    else this.write(answer);
  }

  tell(text) {
    say(this.state, text);
    this.state.hidden = false;
    this.numbers.hidden = true;
  }

  write({ any, igp }) {
    this.state.hidden = true;
    this.numbers.hidden = false;
    const [best] = any.paths;
    const ahead = any.forwarded;
    say(this.why, whyDifferent(this.store, best, ahead, igp));
    const spread = [...new Set([latency(ahead?.latency_us?.min), latency(ahead?.latency_us?.max)])].join(" – ");
    const rows = [
      ["Latency", latency(best.latency_us), spread],
      ["Free", bandwidth(best.bandwidth_bps), bandwidth(ahead?.bandwidth_bps)],
      ["One flow", bandwidth(best.single_flow_max_bps), "–"],
      ["Hops", plain(best.hop_count), hopsOf(igp.branches)],
      ["IGP", plain(best.igp_metric), igpOf(this.store, igp.branches)],
      ["TE", plain(best.te_metric), "–"],
      ["Status", any.status, ahead?.status ?? igp.problem?.message ?? "–"],
      ["Branches", "1", plain(ahead?.branches ?? igp.branches.length)],
    ];
    keyed(this.table, rows, ([label]) => label,
      ([label]) => html("tr", {}, html("th", { scope: "row", title: TITLES[label] }, label), html("td"), html("td")),
      (node, [, ...values]) => values.forEach((value, index) => say(node.children[index + 1], value)));
    keyed(this.best, best.links, (id) => id, () => html("li", {}, html("span"), html("small")), (node, id) => {
      const link = this.store.links.get(id);
      say(node.firstChild, link ? `${link.from_router} → ${link.to_router}` : id);
      const bottleneck = id === best.bottleneck_link ? " · bottleneck" : "";
      say(node.lastChild, link ? `${link.circuit} · ${latency(link.latency_us?.value)}${bottleneck}` : "");
    });
    keyed(this.branches, routesOf(this.store, igp.branches).slice(0, ROUTES), (row) => row.route,
      () => html("li", {}, html("b"), html("span"), html("small")), (node, { route, share, branches }) => {
        const [first, second, note] = node.children;
        say(first, percent(share / 1e6));
        say(second, route);
        const [least, most] = [0, -1].map((at) => latency(branches.map((branch) => branch.latency_us).sort((a, b) => a - b).at(at)));
        const circuits = new Set(branches.flatMap((branch) => branch.links));
        say(note, `${least === most ? least : `${least} – ${most}`} · ${plural(branches.length, "branch", "branches")} over ${plural(circuits.size, "link")}`);
        set(note, "title", branches.map((branch) => `${percent(branch.weight_ppm / 1e6)}: ${branch.links.join(", ")}`).join("\n"));
      });
  }

  /** Halos: the best path as a wide band, the forwarded branches as narrower ones by their share. */
  draw() {
    const rows = [];
    for (const [name, id, width] of this.halos()) {
      const link = this.store.links.get(id);
      const curve = link && this.links.curve(link);
      if (curve) rows.push({ key: `${name} ${id}`, name, width, d: wholePath(curve) });
    }
    keyed(this.map.layers.halo, rows, (row) => row.key, (row) => svg("path", { class: `halo ${row.name}` }),
      (node, row) => { set(node, "d", row.d); set(node, "stroke-width", row.width); });
    this.links.focus(this.answer?.any ? this.halos().map(([, id]) => id) : null);
  }

  halos() {
    if (!this.answer?.any) return [];
    const { any, igp } = this.answer;
    const best = any.paths[0].links.map((id) => ["best", id, BEST_WIDTH]);
    return [...best, ...igp.links.map(({ link, fraction_ppm: share }) => ["forwarded", link, 5 + (8 * share) / 1e6])];
  }
}

/** Branches that pass the same sites, together, those of most traffic first. */
function routesOf(store, branches) {
  const rows = new Map();
  for (const branch of branches) {
    const route = routeOf(store, branch.routers);
    const row = rows.get(route) ?? { route, share: 0, branches: [] };
    row.share += branch.weight_ppm;
    row.branches.push(branch);
    rows.set(route, row);
  }
  return [...rows.values()].sort((a, b) => b.share - a.share || (a.route < b.route ? -1 : 1));
}

function routeOf(store, routers) {
  const sites = routers.map((id) => store.routers.get(id)?.site ?? id).filter((site, i, all) => site !== all[i - 1]);
  return sites.map((site) => short(store.siteName(site))).join(" → ");
}

function range(values) {
  const known = values.filter((value) => Number.isFinite(value));
  if (!known.length) return "–";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? String(least) : `${least} – ${most}`;
}

const hopsOf = (branches) => range(branches.map((branch) => branch.links.length));

const igpOf = (store, branches) => range(branches.map((branch) => igpSum(store, branch.links)));
