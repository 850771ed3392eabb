// The last day as a line under the map: what happened as marks on it, and a slider to any moment of it.

import { address } from "../base/address.js";
import { button, html, keyed, say, set } from "../base/dom.js";
import { bothClocks, clock, duration } from "../base/format.js";
import * as api from "../server/api.js";
import { t, word } from "../words/words.js";

const SPAN_MS = 24 * 3_600_000;
const STEP_MS = 60_000;
const JUMP_MS = 5 * STEP_MS;
const EVENTS_EVERY_MS = 30_000;
const HOURS = [24, 18, 12, 6, 0];
const MARKED = { link_down: "bad", router_silent: "bad", alert_firing: "bad", link_drained: "work", maintenance_started: "work", link_up: "good", alert_resolved: "good", maintenance_ended: "good", router_back: "good" };
const RANK = ["bad", "work", "good"];
const COLUMNS = 240; // marks nearer than six minutes are one

export class TimeLine {
  /** `go(at | null)` is called when the reader wants another moment. */
  constructor(store, node, go) {
    Object.assign(this, { store, node, go });
    this.slider = html("input", { type: "range", id: "moment", min: -SPAN_MS / STEP_MS, max: 0, step: 1, value: 0, "aria-label": t("time.label") });
    this.marks = html("div", { class: "marks", "aria-hidden": "true" });
    this.hours = html("div", { class: "hours", "aria-hidden": "true" }, ...HOURS.map((hours) => html("span")));
    this.live = button(t("time.live"), () => this.go(null), { class: "live", title: t("time.liveTitle") });
    this.said = html("output", { for: "moment" });
    node.append(this.live, html("div", { class: "track" }, this.marks, this.slider, this.hours), this.said);
    this.slider.addEventListener("input", () => this.slide());
    address.listen(() => this.draw());
    this.events = [];
    setInterval(() => this.draw(), 5000);
    setInterval(() => this.fetch(), EVENTS_EVERY_MS);
    this.draw();
    this.fetch();
  }

  get at() {
    const at = Date.parse(address.fields.at ?? "");
    return Number.isNaN(at) ? null : at;
  }

  slide() {
    const minutes = Number(this.slider.value);
    this.go(minutes === 0 ? null : new Date(Date.now() + minutes * STEP_MS).toISOString().slice(0, 19) + "Z");
  }

  /** Five minutes back (-1) or forth (1). */
  step(direction) {
    const next = (this.at ?? Date.now()) + direction * JUMP_MS;
    this.go(next >= Date.now() - STEP_MS / 2 ? null : new Date(next).toISOString().slice(0, 19) + "Z");
  }

  async fetch() {
    const to = new Date();
    try {
      this.events = (await api.pastEvents(new Date(to.getTime() - SPAN_MS), to)).events;
    } catch {
      return; // without marks the slider is of use all the same; the banner speaks for the server
    }
    this.draw();
  }

  draw() {
    const [now, { at }] = [Date.now(), this];
    set(this.node, "data-past", at !== null);
    set(this.live, "aria-pressed", String(at === null));
    if (document.activeElement !== this.slider || at === null) this.slider.value = at === null ? 0 : Math.round((at - now) / STEP_MS);
    const text = at === null ? t("time.now") : t("time.at", { time: bothClocks(at), ago: duration(now - at) });
    say(this.said, at === null ? t("time.hint") : text);
    set(this.slider, "aria-valuetext", text);
    HOURS.forEach((hours, index) => say(this.hours.children[index], hours ? clock(now - hours * 3_600_000).slice(-8, -3) : t("time.nowShort")));
    this.drawMarks(now);
  }

  drawMarks(now) {
    const columns = new Map();
    for (const event of this.events) {
      const tone = MARKED[event.type];
      const column = Math.floor((1 - (now - Date.parse(event.at)) / SPAN_MS) * COLUMNS);
      if (!tone || column < 0 || column >= COLUMNS) continue;
      const known = columns.get(column) ?? { column, tone, count: 0, first: event };
      known.count += 1;
      if (RANK.indexOf(tone) < RANK.indexOf(known.tone)) known.tone = tone;
      columns.set(column, known);
    }
    keyed(this.marks, [...columns.values()], ({ column }) => column, () => html("i"), (mark, { column, tone, count, first }) => {
      mark.style.setProperty("left", `${((column + 0.5) / COLUMNS) * 100}%`);
      set(mark, "data-tone", tone);
      set(mark, "title", `${clock(first.at)} ${word("event", first.type)}: ${first.text}${count > 1 ? t("time.more", { n: count - 1 }) : ""}`);
    });
  }
}
