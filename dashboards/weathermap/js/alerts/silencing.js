// Silences: no messages of one alert for a while, by a person who says why; and the list of those that are.

import * as api from "../server/api.js";
import { button, html, keyed, say } from "../base/dom.js";
import { clock } from "../base/format.js";
import { t } from "../words/words.js";
import { rememberName, rememberedName } from "./name.js";

const HOURS = [1, 4, 12, 24];
const EVERY_MS = 20_000;

/** The form under an alert; `subject` is {kind, id}, `done()` is called when it closes. */
export class Silencing {
  constructor(subject, done) {
    Object.assign(this, { subject, done });
    this.name = html("input", { type: "text", maxlength: 100, autocomplete: "name", placeholder: t("yourName"), "aria-label": t("yourName"), required: true });
    this.comment = html("input", { type: "text", maxlength: 500, placeholder: t("silence.comment"), "aria-label": t("silence.comment") });
    this.hours = html("select", { "aria-label": t("silence.for") }, ...HOURS.map((hours) => html("option", { value: hours }, t("silence.hours", { n: hours }))));
    this.problem = html("p", { class: "problem", role: "alert" });
    this.node = html("form", { class: "silencing" }, this.hours, this.name, this.comment,
      html("button", { type: "submit", class: "take" }, t("silence")), this.problem);
    this.node.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.node.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.done(); } });
  }

  open() {
    this.name.value = rememberedName();
    say(this.problem, "");
    (this.name.value ? this.comment : this.name).focus();
  }

  async send() {
    const name = this.name.value.trim();
    if (!name) return;
    rememberName(name);
    const now = Date.now();
    try {
      await api.silence({
        matchers: [{ name: this.subject.kind, value: this.subject.id, isRegex: false, isEqual: true }],
        startsAt: new Date(now).toISOString(), endsAt: new Date(now + this.hours.value * 3_600_000).toISOString(),
        createdBy: name, comment: this.comment.value.trim() || t("silence.byMap"),
      });
      this.done();
    } catch (problem) {
      say(this.problem, problem.message);
    }
  }
}

/** The silences that hold now, each with a button that ends it; `changed()` after one was ended. */
export class Silences {
  constructor(changed) {
    this.changed = changed;
    this.list = html("ul", { class: "silences" });
    this.summary = html("summary");
    this.node = html("details", {}, this.summary, this.list);
    this.node.hidden = true;
    setInterval(() => this.renew(), EVERY_MS);
  }

  async renew() {
    let rows;
    try {
      rows = (await api.silences()).filter(({ status }) => status.state !== "expired");
    } catch {
      return; // the banner speaks for a server that is away
    }
    this.node.hidden = rows.length === 0;
    say(this.summary, t("silence.count", { n: rows.length }));
    keyed(this.list, rows, (row) => row.id, (row) => this.make(row), () => {});
  }

  make(row) {
    const names = row.matchers.map(({ name, value, isEqual = true }) => `${name} ${isEqual ? "" : "≠ "}${value}`).join(", ");
    const end = button(t("silence.end"), async () => {
      end.disabled = true;
      await api.endSilence(row.id).catch(() => null); // the list, fetched next, says whether it has ended
      await this.renew();
      this.changed();
    }, { class: "take" });
    return html("li", {}, html("span", {}, names), html("small", {}, t("silence.row", { by: row.createdBy, until: clock(row.endsAt), comment: row.comment })), end);
  }
}
