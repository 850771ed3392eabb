// The panel of two sites: numbers of the best and the forwarded path, and every other way in a list.

import { button, html, keyed, say, set } from "../base/dom.js";
import { bandwidth, latency, percent, plain, short } from "../base/format.js";
import { t, word } from "../words/words.js";
import { lossOf } from "../modes/forwarded.js";
import { igpSum, whyDifferent } from "./reason.js";
import { branchesByRoute, otherRoutes, range, routeOf } from "./routes.js";

const ROUTES = 8;
const OTHERS = 4;
const NONE = /no-feasible-path$/; // the type of the problem of who asks for more than there is

export class PairPanel {
  /** `show(path)` is called when a person wants to see one of the other ways on the map. */
  constructor(store, show) {
    Object.assign(this, { store, show });
    this.heading = html("h2");
    this.state = html("p", { class: "cause" });
    this.lost = html("p", { class: "lost" });
    this.why = html("p", { class: "why" });
    this.table = html("tbody");
    this.best = html("ol", { class: "hops" });
    this.branches = html("ul", { class: "branches" });
    this.others = html("ul", { class: "rows ways", id: "other-ways" });
    this.othersNote = html("p", { class: "hint" });
    this.apart = html("ul", { class: "rows ways", id: "disjoint-ways" });
    this.apartNote = html("p", { class: "hint" });
    const column = (text, name) => html("th", { scope: "col", class: name }, text);
    this.numbers = html("div", {}, this.lost, this.why,
      html("table", { class: "numbers" },
        html("thead", {}, html("tr", {}, html("td"), column(t("pair.best"), "best"), column(t("pair.forwarded"), "forwarded"))), this.table),
      html("h3", { class: "other" }, t("pair.ifCut")), this.apartNote, this.apart,
      html("h3", { class: "other" }, t("pair.others")), this.othersNote, this.others,
      html("h3", { class: "best" }, t("pair.hops")), this.best,
      html("h3", { class: "forwarded" }, t("pair.branches")), this.branches);
    this.node = html("div", { class: "pair-panel" }, this.heading, this.state, this.numbers);
  }

  name(ids) {
    this.ids = ids;
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
    const loss = lossOf(this.store, this.ids, { any });
    say(this.lost, loss?.text ?? "");
    set(this.lost, "data-tone", loss === null ? null : loss.lost > 0 ? "bad" : "good");
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
      ["latency", latency(best.latency_us), spread],
      ["free", bandwidth(best.bandwidth_bps), bandwidth(ahead?.bandwidth_bps)],
      ["oneFlow", bandwidth(best.single_flow_max_bps), "–"],
      ["hops", plain(best.hop_count), range(igp.branches.map((branch) => branch.links.length))],
      ["igp", plain(best.igp_metric), range(igp.branches.map((branch) => igpSum(this.store, branch.links)))],
      ["te", plain(best.te_metric), "–"],
      ["status", word("status", any.status), ahead ? word("status", ahead.status) : igp.problem?.message ?? "–"],
      ["branches", "1", plain(ahead?.branches ?? igp.branches.length)],
    ];
    keyed(this.table, rows, ([label]) => label,
      ([label]) => html("tr", {}, html("th", { scope: "row", title: t(`pair.row.${label}.title`) }, t(`pair.row.${label}`)), html("td"), html("td")),
      (node, [, ...values]) => values.forEach((value, index) => say(node.children[index + 1], value)));
  }

  /** The two paths of least latency together that share no SRLG: what a cut anywhere leaves one of. */
  writeApart(best, { paths, problem, status }, shown) {
    const same = paths.length > 0 && paths[0].links.join(" ") === best.links.join(" ");
    const rows = same ? paths.slice(1) : paths;
    const proved = status === "feasible" ? t("pair.inTime") : "";
    say(this.apartNote, problem ? (NONE.test(problem.document.type) ? t("pair.none") : problem.message)
      : same ? t("pair.partner", { proved }) : t("pair.two", { proved }));
    this.writeWays(this.apart, best, rows.map((path) => ({ route: routeOf(this.store, path.routers), path })), shown);
  }

  writeOthers(best, { paths, problem }, shown) {
    const routes = otherRoutes(this.store, best, paths).slice(0, OTHERS);
    const none = t("pair.noOther", { n: paths.length });
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
      say(note, `${more}${t("pair.way", { bandwidth: bandwidth(path.bandwidth_bps), n: path.hop_count })}`);
      set(node.firstChild, "title", path.links.join(", "));
      set(node.firstChild, "aria-pressed", String(path.links.join(" ") === shown?.join(" ")));
    });
  }

  writeHops(best) {
    keyed(this.best, best.links, (id) => id, () => html("li", {}, html("span"), html("small")), (node, id) => {
      const link = this.store.links.get(id);
      say(node.firstChild, link ? `${link.from_router} → ${link.to_router}` : id);
      const bottleneck = id === best.bottleneck_link ? t("pair.bottleneck") : "";
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
        say(note, t("pair.over", { latency: least === most ? least : `${least} – ${most}`, n: branches.length, links: circuits.size }));
        set(note, "title", branches.map((branch) => `${percent(branch.weight_ppm / 1e6)}: ${branch.links.join(", ")}`).join("\n"));
      });
  }
}
