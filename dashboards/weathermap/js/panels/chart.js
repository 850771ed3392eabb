// History of a link as a chart: mean as a line in its band from least to most, the other direction thin.

import * as api from "../server/api.js";
import { button, html, keyed, say, set, svg } from "../base/dom.js";
import { bandwidth, bothClocks, clock, latency, UNKNOWN } from "../base/format.js";
import { t } from "../words/words.js";

const [WIDTH, HEIGHT] = [340, 132];
const INSET = { left: 46, right: 8, top: 8, bottom: 18 };
const POINTS = 240;
const RANGES = [["15m", 15], ["1h", 60], ["6h", 360], ["24h", 1440]];
const dbm = (value) => (Number.isFinite(value) ? `${value.toFixed(1)} dBm` : UNKNOWN);
const METRICS = [["use", "used_bps", bandwidth], ["latency", "latency_us", latency], ["light", "rx_power_dbm", dbm]];
const AGAIN_MS = 5000;
const GAP_MS = 35_000;

const inset = { x: WIDTH - INSET.left - INSET.right, y: HEIGHT - INSET.top - INSET.bottom };

export class Chart {
  constructor(store) {
    this.store = store;
    this.metric = METRICS[0];
    this.minutes = 15;
    this.buttons = [];
    const choice = (label, group, options, pick) => html("div", { role: "group", "aria-label": label }, ...options.map((option) => {
      const node = button(t(`chart.${group}.${option[0]}`), () => { pick(option); this.load(); });
      this.buttons.push([node, option]);
      return node;
    }));
    const bar = html("div", { class: "chart-bar" },
      choice(t("chart.metric"), "metric", METRICS, (option) => { this.metric = option; }),
      choice(t("chart.range"), "range", RANGES, (option) => { [, this.minutes] = option; }));
    this.grid = svg("g", { class: "grid" });
    this.series = ["reverse-line", "band-area", "line"].map((name) => svg("path", { class: name }));
    this.cursor = svg("path", { class: "cursor" });
    this.root = svg("svg", { class: "chart", viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img" }, this.grid, ...this.series, this.cursor);
    this.note = html("p", { class: "chart-note" });
    this.node = html("figure", {}, bar, this.root, this.note);
    this.root.addEventListener("pointermove", (event) => this.point(event));
    this.root.addEventListener("pointerleave", () => { set(this.cursor, "d", null); this.summarise(); });
  }

  /** Show a link, and its reverse beside it where there is one. */
  show(linkId, reverseId) {
    this.ids = [linkId, reverseId].filter(Boolean);
    this.load();
    this.timer = setInterval(() => this.load(), AGAIN_MS);
  }

  stop() {
    clearInterval(this.timer);
  }

  async load() {
    for (const [node, option] of this.buttons) {
      set(node, "aria-pressed", String(option === this.metric || option[1] === this.minutes));
    }
    const [, metric] = this.metric;
    const [to, span] = [this.store.at === null ? new Date() : new Date(this.store.at), this.minutes * 60_000];
    const from = new Date(to.getTime() - span);
    const asked = `${metric} ${this.minutes}`;
    this.asked = asked;
    try {
      const answers = await Promise.all(this.ids.map((id) => api.history(id, metric, from, to, Math.max(1000, span / POINTS))));
      if (this.asked !== asked) return;
      const [start, end] = [from.getTime(), to.getTime()];
      this.draw(answers.map((answer) => columns(answer, start, end)), start, end);
    } catch (problem) {
      if (this.asked !== asked) return;
      this.data = null;
      for (const path of this.series) set(path, "d", null);
      say(this.note, t("chart.none", { reason: problem.message }));
    }
  }

  draw(data, from, to) {
    const values = data.flatMap(({ least, most }) => [...least, ...most]).filter((value) => value !== null);
    const [bottom, top] = scaleOf(values);
    const x = (t) => INSET.left + (inset.x * (t - from)) / (to - from);
    const y = (value) => INSET.top + inset.y * (1 - (value - bottom) / (top - bottom));
    this.data = { ...data[0], from, to, x, y };
    this.drawGrid([bottom, top], from, to, x, y);
    const [reverse, area, line] = this.series;
    set(reverse, "d", data[1] ? linePath(data[1], x, y) : null);
    set(area, "d", areaPath(data[0], x, y));
    set(line, "d", linePath(data[0], x, y));
    this.summarise();
  }

  drawGrid([bottom, top], from, to, x, y) {
    const rows = [0, 0.5, 1].map((share) => [share, bottom + (top - bottom) * share]).map(([share, value]) => ({
      key: `y${share}`, d: `M${INSET.left} ${y(value)}H${WIDTH - INSET.right}`, text: this.metric[2](value).replace("bit/s", "b/s"),
      at: { x: INSET.left - 5, y: y(value) + 3, anchor: "end" } }));
    const times = [0, 1 / 3, 2 / 3, 1].map((share) => ({
      key: `x${share}`, d: `M${x(from + (to - from) * share)} ${INSET.top}v${inset.y}`, text: clock(from + (to - from) * share).slice(-8, -3),
      at: { x: x(from + (to - from) * share), y: HEIGHT - 5, anchor: share === 1 ? "end" : share === 0 ? "start" : "middle" } }));
    keyed(this.grid, [...rows, ...times], (row) => row.key, () => svg("g", {}, svg("path"), svg("text")), (node, row) => {
      set(node.firstChild, "d", row.d);
      say(node.lastChild, row.text);
      set(node.lastChild, "x", row.at.x);
      set(node.lastChild, "y", row.at.y);
      set(node.lastChild, "text-anchor", row.at.anchor);
    });
  }

  summarise() {
    const { mean = [], most = [] } = this.data ?? {};
    const known = mean.filter((value) => value !== null);
    const show = this.metric[2];
    const text = known.length
      ? t("chart.summary", { last: show(known.at(-1)), most: show(Math.max(...most.filter((value) => value !== null))) })
      : t("chart.nothing");
    say(this.note, text);
    set(this.root, "aria-label", t("chart.label", { metric: t(`chart.metric.${this.metric[0]}`), n: this.minutes, text }));
  }

  point(event) {
    if (!this.data?.times.length) return;
    const box = this.root.getBoundingClientRect();
    const at = ((event.clientX - box.left) / box.width) * WIDTH;
    const { times, x, mean, least, most } = this.data;
    const index = times.reduce((best, t, i) => (Math.abs(x(t) - at) < Math.abs(x(times[best]) - at) ? i : best), 0);
    const show = this.metric[2];
    set(this.cursor, "d", `M${x(times[index])} ${INSET.top}v${inset.y}`);
    say(this.note, `${bothClocks(times[index])}: ${show(mean[index])} (${show(least[index])} – ${show(most[index])})`);
  }
}

// The points of an answer that lie in the time shown.
function columns(answer, from, to) {
  const all = answer.t.map((at) => Date.parse(at));
  const inside = all.map((_, i) => i).filter((i) => all[i] >= from && all[i] <= to);
  const pick = (values) => inside.map((i) => values[i]);
  return { times: pick(all), least: pick(answer.min), mean: pick(answer.mean), most: pick(answer.max), step: answer.step_ms };
}

// From zero to a round number; what is negative (a power in dBm) between round numbers around it.
function scaleOf(values) {
  const [least, most] = [Math.min(0, ...values), Math.max(...values, -Infinity)];
  if (least >= 0) return [0, ceiling(Math.max(0, most))];
  return [Math.floor(Math.min(...values)) - 1, Math.ceil(Math.max(...values)) + 1];
}

// A round number at or above the largest value, so that the scale is easy to read.
function ceiling(value) {
  if (value <= 0) return 1;
  const size = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 2.5, 4, 5, 6, 8, 10].map((step) => step * size).find((step) => step >= value);
}

// Runs of points without a gap: a null breaks the line, and a time in which three samples should have come.
function runs({ times, mean, step }) {
  const found = [];
  let run = [];
  times.forEach((t, i) => {
    const gap = run.length && t - times[run.at(-1)] > Math.max(2.5 * step, GAP_MS);
    if ((mean[i] === null || gap) && run.length) { found.push(run); run = []; }
    if (mean[i] !== null) run.push(i);
  });
  return run.length ? [...found, run] : found;
}

const vertex = (x, y) => `${x.toFixed(1)} ${y.toFixed(1)}`;

function linePath(data, x, y) {
  return runs(data).map((run) => {
    const points = run.map((i) => vertex(x(data.times[i]), y(data.mean[i])));
    return `M${points.join("L")}${run.length === 1 ? "h2" : ""}`;
  }).join("");
}

function areaPath(data, x, y) {
  return runs(data).filter((run) => run.length > 1).map((run) => {
    const upper = run.map((i) => vertex(x(data.times[i]), y(data.most[i])));
    const lower = run.map((i) => vertex(x(data.times[i]), y(data.least[i]))).reverse();
    return `M${[...upper, ...lower].join("L")}Z`;
  }).join("");
}
