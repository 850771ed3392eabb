// What people do with an alert: take it on with their name, or silence it for a while.

import * as api from "../server/api.js";
import { button, html, say } from "../base/dom.js";
import { bothClocks } from "../base/format.js";
import { t } from "../words/words.js";
import { rememberName, rememberedName } from "./name.js";
import { Silencing } from "./silencing.js";

export class Taking {
  constructor(alertId, subject) {
    this.alertId = alertId;
    this.said = html("span", { class: "taken" });
    this.silenced = html("span", { class: "held" });
    this.take = button(t("take"), () => this.ask(), { class: "take" });
    this.silence = button(t("silence"), () => { this.show(this.silencing.node); this.silencing.open(); }, { class: "take quiet" });
    this.offer = html("div", { class: "offer" }, this.said, this.take, this.silenced, this.silence);
    this.name = html("input", { type: "text", maxlength: 100, autocomplete: "name", placeholder: t("yourName"), "aria-label": t("yourName") });
    this.form = html("form", { class: "taking" }, this.name, html("button", { type: "submit", class: "take" }, t("take")));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.send(this.name.value.trim()); });
    this.form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.show(this.offer); } });
    this.silencing = new Silencing(subject, () => this.show(this.offer));
    this.node = html("div", { class: "take-row" }, this.offer, this.form, this.silencing.node);
    this.show(this.offer);
    this.update({});
  }

  update({ acknowledged, silenced_by: silencedBy = [], maintenance = null }) {
    if (acknowledged) {
      const note = [acknowledged.ticket, acknowledged.note].filter(Boolean).join(" · ");
      say(this.said, t("taken", { by: acknowledged.owner || acknowledged.by, time: bothClocks(acknowledged.at), note: note && ` · ${note}` }));
      if (!this.form.hidden) this.show(this.offer);
    }
    this.said.hidden = !acknowledged && !this.refused;
    this.take.hidden = Boolean(acknowledged);
    say(this.silenced, maintenance ? t("alert.inMaintenance") : silencedBy.length ? t("alert.silenced") : "");
    this.silenced.hidden = !this.silenced.textContent;
    this.silence.hidden = !this.silenced.hidden;
  }

  ask() {
    this.name.value = rememberedName();
    this.show(this.form);
    this.name.focus();
  }

  async send(name) {
    if (!name) return;
    rememberName(name);
    try {
      this.refused = false;
      this.update((await api.acknowledge(this.alertId, name)).alert);
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
