// What people do with an alert: take it on with their name, or silence it for a while. Not in the past.

import * as api from "../server/api.js";
import { button, html, say } from "../base/dom.js";
import { bothClocks } from "../base/format.js";
import { t } from "../words/words.js";
import { rememberName, rememberedName } from "./name.js";
import { Silencing } from "./silencing.js";

function field(label, maxlength, more = {}) {
  return html("input", { type: "text", maxlength, placeholder: label, "aria-label": label, ...more });
}

export class Taking {
  constructor(alertId, subject) {
    this.alertId = alertId;
    this.said = html("span", { class: "taken" });
    this.silenced = html("span", { class: "held" });
    this.take = button(t("take"), () => this.ask(), { class: "take" });
    this.silence = button(t("silence"), () => { this.show(this.silencing.node); this.silencing.open(); }, { class: "take quiet" });
    this.offer = html("div", { class: "offer" }, this.said, this.take, this.silenced, this.silence);
    this.name = field(t("yourName"), 100, { autocomplete: "name", required: true });
    this.owner = field(t("take.owner"), 100);
    this.ticket = field(t("take.ticket"), 200);
    this.note = field(t("take.note"), 1000);
    this.form = html("form", { class: "taking" }, this.name, this.owner, this.ticket, this.note, html("button", { type: "submit", class: "take" }, t("take")));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(); });
    this.form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.show(this.offer); } });
    this.silencing = new Silencing(subject, () => this.show(this.offer));
    this.node = html("div", { class: "take-row" }, this.offer, this.form, this.silencing.node);
    this.show(this.offer);
    this.update({});
  }

  /** `past`: the map shows a moment that is over, in which nothing can be done any more. */
  update({ acknowledged = null, silenced_by: silencedBy = [], maintenance = null }, past = false) {
    this.acknowledged = acknowledged;
    if (past) this.show(this.offer);
    if (acknowledged) {
      const note = [acknowledged.ticket, acknowledged.note].filter(Boolean).join(" · ");
      say(this.said, t("taken", { by: acknowledged.owner || acknowledged.by, time: bothClocks(acknowledged.at), note: note && ` · ${note}` }));
    }
    this.said.hidden = !acknowledged && !this.refused;
    say(this.take, acknowledged ? t("take.change") : t("take"));
    this.take.hidden = past;
    say(this.silenced, maintenance ? t("alert.inMaintenance") : silencedBy.length ? t("alert.silenced") : "");
    this.silenced.hidden = !this.silenced.textContent;
    this.silence.hidden = past || !this.silenced.hidden;
  }

  ask() {
    const { owner = "", ticket = "", note = "" } = this.acknowledged ?? {};
    [this.name.value, this.owner.value, this.ticket.value, this.note.value] = [rememberedName(), owner, ticket, note];
    this.show(this.form);
    (this.name.value ? this.ticket : this.name).focus();
  }

  async send() {
    const [by, owner, ticket, note] = [this.name, this.owner, this.ticket, this.note].map((input) => input.value.trim());
    if (!by) return;
    rememberName(by);
    try {
      this.refused = false;
      this.update((await api.acknowledge(this.alertId, { by, owner, ticket, note })).alert);
      this.show(this.offer);
    } catch (problem) {
      this.refused = true;
      say(this.said, problem.message);
      this.said.hidden = false;
      this.show(this.offer);
    }
  }

  show(part) {
    for (const one of [this.offer, this.form, this.silencing.node]) one.hidden = one !== part;
  }
}
