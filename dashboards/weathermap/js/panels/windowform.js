// A maintenance window: what, when, and before it is planned what it would do.

import * as api from "../server/api.js";
import { rememberName, rememberedName } from "../alerts/name.js";
import { button, html, keyed, say, set } from "../base/dom.js";
import { latency, short } from "../base/format.js";
import { language, t } from "../words/words.js";

const HOURS = [1, 2, 4, 8];
const BEIJING_MS = 8 * 3_600_000;
const BANDS = { clear: 0, caution: 2, outage: 4 };
const SOON_MS = 30 * 60_000;

export class WindowForm {
  /** `planned()` is called after a window was made. */
  constructor(store, planned) {
    Object.assign(this, { store, planned });
    const field = (label, node) => html("label", {}, html("span", {}, label), node);
    this.subject = html("input", { type: "text", required: true, list: "find-names", placeholder: t("window.subjectHint") });
    this.starts = html("input", { type: "datetime-local", required: true });
    this.hours = html("select", {}, ...HOURS.map((hours) => html("option", { value: hours }, t("silence.hours", { n: hours }))));
    this.comment = html("input", { type: "text", maxlength: 500 });
    this.name = html("input", { type: "text", maxlength: 100, required: true, autocomplete: "name" });
    this.verdict = html("p", { class: "verdict", role: "status" });
    this.findings = html("ul", { class: "evidence" });
    this.plan = html("button", { type: "submit", class: "take" }, t("window.plan"));
    this.node = html("form", { class: "window-form" }, html("h3", {}, t("window.title")),
      field(t("window.subject"), this.subject), field(t("window.starts"), this.starts), field(t("window.lasts"), this.hours),
      field(t("window.comment"), this.comment), field(t("yourName"), this.name),
      html("div", { class: "offer" }, button(t("window.check"), () => this.check(), { class: "take" }), this.plan), this.verdict, this.findings);
    this.node.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.starts.value = new Date(Date.now() + SOON_MS + BEIJING_MS).toISOString().slice(0, 16);
    this.name.value = rememberedName();
  }

  /** What the server takes; null where a field is missing, which the browser then says. */
  body() {
    if (!this.node.reportValidity()) return null;
    const id = this.subject.value.trim();
    const starts = Date.parse(`${this.starts.value}:00Z`) - BEIJING_MS;
    rememberName(this.name.value.trim());
    return {
      starts_at: new Date(starts).toISOString(), ends_at: new Date(starts + this.hours.value * 3_600_000).toISOString(),
      subjects: [{ kind: this.kindOf(id), id }], comment: this.comment.value.trim(), created_by: this.name.value.trim(),
    };
  }

  kindOf(id) {
    const { circuits, links, routers, sites } = this.store;
    return circuits.has(id) ? "circuit" : links.has(id) ? "link" : routers.has(id) ? "router" : sites.has(id) ? "site" : "srlg";
  }

  async check() {
    const body = this.body();
    if (body === null) return;
    say(this.verdict, t("asking"));
    try {
      this.write(await api.checkMaintenance(body));
    } catch (problem) {
      this.write({ verdict: problem.message });
    }
  }

  write({ verdict, verdict_zh: chinese = "", severity = null, effects = null, redundancy_lost: lost = [], circuits_over_80_percent: full = [] }) {
    say(this.verdict, (language === "zh" && chinese) || verdict);
    set(this.verdict, "data-band", severity === null ? null : BANDS[severity] ?? 4);
    const worst = effects?.worst;
    const findings = [
      effects ? t("window.pairs", { cut: effects.pairs_cut, slower: effects.pairs_slower }) : null,
      worst?.added_latency_us ? t("window.worst", { pair: [worst.source, worst.target].map((id) => short(this.store.siteName(id))).join(" → "), latency: latency(worst.added_latency_us) }) : null,
      lost.length ? t("window.lost", { names: lost.map((failure) => `${failure.id} (${failure.sites.map((id) => short(this.store.siteName(id))).join(", ")})`).join("; ") }) : null,
      full.length ? t("window.full", { names: full.map(({ circuit, utilisation }) => `${circuit} ${Math.round(100 * utilisation)} %`).join(", ") }) : null,
    ].filter(Boolean);
    keyed(this.findings, findings, (text) => text, (text) => html("li", {}, text), () => {});
  }

  /** End an open window in the name that the form has; without one it is asked for. */
  async end(id) {
    const by = this.name.value.trim();
    if (!by) {
      this.name.focus();
      return;
    }
    rememberName(by);
    try {
      await api.endMaintenance(id, by);
      this.planned();
    } catch (problem) {
      this.write({ verdict: problem.message });
    }
  }

  async send() {
    const body = this.body();
    if (body === null) return;
    try {
      await api.planMaintenance(body);
      this.write({ verdict: t("window.done") });
      this.planned();
    } catch (problem) {
      this.write({ verdict: problem.message });
    }
  }
}
