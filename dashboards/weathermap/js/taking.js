// Who has taken an alert on: a name that everybody sees, or a button to give one's own.

import * as api from "./api.js";
import { button, html, say } from "./dom.js";
import { clock } from "./format.js";

const NAME = "suanlu.name"; // of the person at this browser, so that it is typed once

export class Taking {
  constructor(alertId) {
    this.alertId = alertId;
    this.said = html("span", { class: "taken" });
    this.offer = button("Take it on", () => this.ask(), { class: "take" });
    this.name = html("input", { type: "text", maxlength: 100, autocomplete: "name", placeholder: "Your name", "aria-label": "Your name" });
    this.form = html("form", { class: "taking" }, this.name, html("button", { type: "submit", class: "take" }, "Take it on"));
    this.form.addEventListener("submit", (event) => { event.preventDefault(); this.take(this.name.value.trim()); });
    this.form.addEventListener("keydown", (event) => { if (event.key === "Escape") { event.stopPropagation(); this.show(this.offer); } });
    this.node = html("div", { class: "take-row" }, this.said, this.offer, this.form);
    this.show(this.offer);
  }

  update(taken) {
    if (!taken) return;
    const note = [taken.ticket, taken.note].filter(Boolean).join(" · ");
    say(this.said, `${taken.by} has taken it on, ${clock(taken.at)}${note && ` · ${note}`}`);
    this.show(this.said);
  }

  ask() {
    this.name.value = localStorage.getItem(NAME) ?? "";
    this.show(this.form);
    this.name.focus();
  }

  async take(name) {
    if (!name) return;
    localStorage.setItem(NAME, name);
    try {
      this.update((await api.acknowledge(this.alertId, name)).alert.acknowledged);
    } catch (problem) {
      say(this.said, problem.message);
      this.show(this.said);
    }
  }

  show(part) {
    for (const one of [this.said, this.offer, this.form]) one.hidden = one !== part;
  }
}
