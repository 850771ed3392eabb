// The panel of two sites: numbers of the best and the forwarded path, and every other way in a list.

import { button, html, keyed, say, set } from "./dom.js";
import { bandwidth, latency, percent, plain, plural, short } from "./format.js";
import { igpSum, whyDifferent } from "./reason.js";
import { branchesByRoute, otherRoutes, range, routeOf } from "./routes.js";

const ROUTES = 8;
const OTHERS = 4;
const TITLES = {
  Free: "Free bandwidth: the 5th percentile of the last 5 minutes", "One flow": "The most that a single flow can get",
  IGP: "Sum of the IGP metric", TE: "Sum of the TE metric",
};

export class PairPanel {
  /** `show(path)` is called when a person wants to see one of the other ways on the map. */
  constructor(store, show) {
    Object.assign(this, { store, show });
    this.heading = html("h2");
    this.state = html("p", { class: "cause" });
    this.why = html("p", { class: "why" });
    this.table = html("tbody");
    this.best = html("ol", { class: "hops" });
    this.branches = html("ul", { class: "branches" });
    this.others = html("ul", { class: "rows ways", id: "other-ways" });
    this.othersNote = html("p", { class: "hint" });
    this.apart = html("ul", { class: "rows ways", id: "disjoint-ways" });
    this.apartNote = html("p", { class: "hint" });
    const column = (text, name) => html("th", { scope: "col", class: name }, text);
    this.numbers = html("div", {}, this.why,
      html("table", { class: "numbers" },
        html("thead", {}, html("tr", {}, html("td"), column("Best possible", "best"), column("Forwarded now", "forwarded"))), this.table),
      html("h3", { class: "other" }, "If a duct is cut"), this.apartNote, this.apart,
      html("h3", { class: "other" }, "Other ways"), this.othersNote, this.others,
      html("h3", { class: "best" }, "Best path, hop by hop"), this.best,
      html("h3", { class: "forwarded" }, "Where packets go now"), this.branches);
    this.node = html("div", { class: "pair-panel" }, this.heading, this.state, this.numbers);
  }

  name(ids) {
    say(this.heading, ids.map((id) => short(this.store.siteName(id))).join(" → "));
  }

  /** One sentence instead of numbers. */
  tell(text) {
    say(this.state, text);
    this.state.hidden = false;
    this.numbers.hidden = true;
  }

  /** Fill in the answers; `shown` are the links of the other way that the map shows. */
  write({ any, igp, ways, apart }, shown) {
    this.state.hidden = true;
    this.numbers.hidden = false;
    const [best] = any.paths;
    say(this.why, whyDifferent(this.store, best, any.forwarded, igp));
    this.writeTable(any, igp);
    this.writeApart(best, apart, shown);
    this.writeOthers(best, ways, shown);
    this.writeHops(best);
    this.writeBranches(igp);
  }

  writeTable(any, igp) {
    const { paths: [best], forwarded: ahead } = any;
    const spread = [...new Set([latency(ahead?.latency_us?.min), latency(ahead?.latency_us?.max)])].join(" – ");
    const rows = [
      ["Latency", latency(best.latency_us), spread],
      ["Free", bandwidth(best.bandwidth_bps), bandwidth(ahead?.bandwidth_bps)],
      ["One flow", bandwidth(best.single_flow_max_bps), "–"],
      ["Hops", plain(best.hop_count), range(igp.branches.map((branch) => branch.links.length))],
      ["IGP", plain(best.igp_metric), range(igp.branches.map((branch) => igpSum(this.store, branch.links)))],
      ["TE", plain(best.te_metric), "–"],
      ["Status", any.status, ahead?.status ?? igp.problem?.message ?? "–"],
      ["Branches", "1", plain(ahead?.branches ?? igp.branches.length)],
    ];
    keyed(this.table, rows, ([label]) => label,
      ([label]) => html("tr", {}, html("th", { scope: "row", title: TITLES[label] }, label), html("td"), html("td")),
      (node, [, ...values]) => values.forEach((value, index) => say(node.children[index + 1], value)));
  }

  /** The two paths of least latency together that share no SRLG: what a cut anywhere leaves one of. */
  writeApart(best, { paths, problem, status }, shown) {
    const same = paths.length > 0 && paths[0].links.join(" ") === best.links.join(" ");
    const rows = same ? paths.slice(1) : paths;
    const proved = status === "feasible" ? " (the best that was found in time)" : "";
    say(this.apartNote, problem ? problem.message
      : same ? `This path shares no duct with the best one${proved}.`
        : `These two share no duct; the best path has no partner as good${proved}.`);
    this.writeWays(this.apart, best, rows.map((path) => ({ route: routeOf(this.store, path.routers), path })), shown);
  }

  writeOthers(best, { paths, problem }, shown) {
    const routes = otherRoutes(this.store, best, paths).slice(0, OTHERS);
    const none = `No other route among the ${plural(paths.length, "best path")}.`;
    say(this.othersNote, problem ? problem.message : routes.length ? "" : none);
    this.othersNote.hidden = !this.othersNote.textContent;
    this.writeWays(this.others, best, routes, shown);
  }

  writeWays(list, best, rows, shown) {
    const row = () => {
      const control = button("", () => this.show(node.path), {});
      control.append(html("span"), html("b"), html("small"));
      const node = html("li", {}, control);
      return node;
    };
    keyed(list, rows, ({ path }) => path.links.join(" "), row, (node, { route, path }) => {
      node.path = path;
      const [first, second, note] = node.firstChild.children;
      say(first, route);
      say(second, latency(path.latency_us));
      const added = path.latency_us - best.latency_us;
      const more = Number.isFinite(added) && added > 0 ? `+${latency(added)} · ` : "";
      say(note, `${more}${bandwidth(path.bandwidth_bps)} free · ${plural(path.hop_count, "hop")}`);
      set(node.firstChild, "title", path.links.join(", "));
      set(node.firstChild, "aria-pressed", String(path.links.join(" ") === shown?.join(" ")));
    });
  }

  writeHops(best) {
    keyed(this.best, best.links, (id) => id, () => html("li", {}, html("span"), html("small")), (node, id) => {
      const link = this.store.links.get(id);
      say(node.firstChild, link ? `${link.from_router} → ${link.to_router}` : id);
      const bottleneck = id === best.bottleneck_link ? " · bottleneck" : "";
      say(node.lastChild, link ? `${link.circuit} · ${latency(link.latency_us?.value)}${bottleneck}` : "");
    });
  }

  writeBranches(igp) {
    keyed(this.branches, branchesByRoute(this.store, igp.branches).slice(0, ROUTES), (row) => row.route,
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
}
