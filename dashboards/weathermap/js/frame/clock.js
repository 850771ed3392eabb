// Beijing time and UTC, side by side: people speak of the one, logs of the other.

import { html, say } from "../base/dom.js";
import { wallClock } from "../base/format.js";
import { t } from "../words/words.js";

export class Clock {
  constructor(node) {
    this.parts = { day: html("span", { class: "day" }), beijing: html("b"), utc: html("b") };
    node.append(html("span", { class: "zone", title: t("clock.beijingTitle") }, this.parts.beijing, html("small", {}, t("clock.beijing"))),
      html("span", { class: "zone" }, this.parts.utc, html("small", {}, "UTC")), this.parts.day);
    setInterval(() => this.draw(), 500);
    this.draw();
  }

  draw() {
    const now = wallClock(Date.now());
    for (const [name, part] of Object.entries(this.parts)) say(part, now[name]);
  }
}
