// The list of what is wrong: alerts by cause, then links not up that no alert speaks of, then what the
// two ends of a circuit or the inventory contradict. What was planned or silenced is listed last, and not counted.

import { html, keyed, say, set } from "../base/dom.js";
import { bothClocks, duration, short } from "../base/format.js";
import { intraSite, worst } from "../server/store.js";
import { language, t, word } from "../words/words.js";
import { About } from "./about.js";
import { Silences } from "./silencing.js";
import { Taking } from "./taking.js";

const RANK = { critical: 0, warning: 1, info: 2 };
const MOST_ALIKE = 6;
const SEVERITY = { down: "critical", stale: "warning", unconfirmed: "warning", drained: "info" };

// Many circuits in the same state are one row: at a start, or when a region is lost, the list stays short.
function gathered(rows) {
  const states = new Set(rows.map((row) => row.state));
  return [...states].flatMap((state) => {
    const alike = rows.filter((row) => row.state === state);
    if (alike.length <= MOST_ALIKE) return alike;
    const since = alike.map((row) => row.since).sort().at(-1);
    const names = alike.slice(0, 3).map((row) => row.where).join(", ");
    return [{ ...alike[0], key: `state ${state}`, what: t("wrong.alike", { n: alike.length, state: word("state", state) }), why: t("wrong.andMore", { names, n: alike.length - 3 }), since }];
  });
}

export class Wrong {
  /** `open(kind, id)` is called with `link` or `site` when a row is chosen. */
  constructor(store, section, open) {
    Object.assign(this, { store, section, open });
    this.list = html("ul", { class: "wrong-list" });
    this.calm = html("p", { class: "calm" }, t("waiting"));
    this.title = section.querySelector("h2");
    [this.count, this.tone] = [0, null];
    this.silences = new Silences(() => this.draw());
    section.append(this.calm, this.list, this.silences.node);
    setInterval(() => this.draw(), 5000);
  }

  draw() {
    if (this.store.topology === null) return;
    const rows = this.rows();
    const causes = rows.filter((row) => !row.known).length;
    say(this.title, causes ? t("wrong.titleCount", { n: causes }) : t("wrong.title"));
    say(this.calm, t("wrong.nothing"));
    this.calm.hidden = rows.length > 0;
    [this.count, this.tone] = [causes, causes ? "bad" : rows.length ? "mild" : "good"];
    set(this.section, "data-tone", this.tone);
    keyed(this.list, rows, (row) => row.key, (row) => this.make(row), (node, row) => this.update(node, row));
  }

  // How long something has lasted, at the moment that the map shows.
  now() {
    return this.store.at === null ? Date.now() : Date.parse(this.store.at);
  }

  make(row) {
    const parts = Object.fromEntries(["what", "why", "when"].map((name) => [name, html("span", { class: name })]));
    const control = html("button", { type: "button" }, parts.what, parts.when, parts.why);
    control.addEventListener("click", () => { if (control.target) this.open(...control.target); });
    const taking = row.alert ? new Taking(row.alert.id, row.alert.subject) : null;
    const about = row.alert ? new About(this.store) : null;
    const node = html("li", { "data-key": row.key }, control, about?.node, taking?.node);
    node.parts = { ...parts, control, taking, about };
    return node;
  }

  update(node, row) {
    set(node, "data-severity", row.severity);
    node.parts.control.target = row.target;
    set(node.parts.control, "disabled", row.target === null);
    node.parts.taking?.update(row.alert, this.store.at !== null);
    node.parts.about?.update(row.alert);
    say(node.parts.what, row.what);
    say(node.parts.why, row.why);
    set(node.parts.why, "title", row.why);
    say(node.parts.when, duration(this.now() - Date.parse(row.since)));
    set(node.parts.when, "title", t("since", { time: bothClocks(row.since) }));
  }

  rows() {
    const firing = this.store.alerts.filter((alert) => alert.state === "firing");
    const spoken = new Set(firing.flatMap((alert) => [
      alert.subject.id, ...alert.links ?? [], ...(alert.children ?? []).map((child) => child.id)]));
    const rows = firing.map((alert) => this.alertRow(alert));
    const loose = [];
    for (const circuit of this.store.circuits.values()) {
      const broken = this.store.directions(circuit.id).filter((link) =>
        link.state !== "up" && ![link.id, circuit.id, link.from_router, link.to_router].some((id) => spoken.has(id)));
      if (broken.length) loose.push(this.circuitRow(circuit, broken));
    }
    rows.push(...gathered(loose));
    for (const odd of this.store.inconsistencies) {
      if (![odd.circuit, ...this.store.directions(odd.circuit).map((link) => link.id)].some((id) => spoken.has(id))) rows.push(this.oddRow(odd));
    }
    return rows.sort((a, b) => a.known - b.known || RANK[a.severity] - RANK[b.severity] || (a.since < b.since ? 1 : -1));
  }

  alertRow(alert) {
    const children = alert.children?.length ?? 0;
    const why = [(language === "zh" && alert.cause_zh) || alert.cause, children ? t("alert.childCount", { n: children }) : null].filter(Boolean).join(" · ");
    const what = (language === "zh" && alert.summary_zh) || alert.summary;
    return { key: `alert ${alert.id}`, severity: alert.severity in RANK ? alert.severity : "warning",
      known: Boolean(alert.maintenance || alert.silenced_by?.length), alert, what, why, since: alert.since, target: this.targetOf(alert.subject, alert.links ?? []) };
  }

  circuitRow(circuit, broken) {
    const state = worst(broken.map((link) => link.state));
    const [first] = broken;
    const ends = [first.from_site, first.to_site].map((site) => short(this.store.siteName(site)));
    const arrow = broken.length > 1 ? "⇄" : "→";
    const where = intraSite(first) ? t("wrong.inside", { site: ends[0] }) : ends.join(` ${arrow} `);
    return { key: `circuit ${circuit.id}`, severity: SEVERITY[state] ?? "warning", known: state === "drained", state, where, what: t("wrong.row", { where, what: word("state", state) }),
      why: [circuit.id, first.maintenance ? t("wrong.inWindow", { id: first.maintenance }) : first.cause].filter(Boolean).join(" · "),
      since: first.since, target: ["link", first.id] };
  }

  oddRow(odd) {
    const link = this.store.directions(odd.circuit)[0];
    const ends = link ? [link.from_site, link.to_site].map((site) => short(this.store.siteName(site))) : [odd.circuit];
    const where = link && intraSite(link) ? t("wrong.inside", { site: ends[0] }) : ends.join(" ⇄ ");
    return { key: `odd ${odd.id}`, severity: "info", known: false, what: t("wrong.row", { where, what: word("odd", odd.kind) }),
      why: `${odd.circuit} · ${odd.detail}`, since: odd.since, target: this.targetOf({ id: odd.circuit }, []) };
  }

  // What to open for a subject: itself where it is a link or site, else the nearest thing on the map.
  targetOf(subject, linkIds) {
    if (this.store.links.has(subject.id)) return ["link", subject.id];
    if (this.store.sites.has(subject.id)) return ["site", subject.id];
    if (this.store.circuits.has(subject.id)) return ["link", this.store.circuits.get(subject.id).links[0]];
    if (this.store.routers.has(subject.id)) return ["router", subject.id];
    if (subject.kind === "srlg") return ["srlg", subject.id];
    const known = linkIds.find((id) => this.store.links.has(id));
    return known ? ["link", known] : null;
  }
}
