// Numbers and times as people read them. Unknown is a dash, never a zero.

import { t } from "../words/words.js";

export const UNKNOWN = "–";
const SCALE = [[1e12, "Tbit/s"], [1e9, "Gbit/s"], [1e6, "Mbit/s"], [1e3, "kbit/s"]];

/** Three significant digits without an exponent. */
export function digits(value) {
  if (value === 0) return "0";
  if (Math.abs(value) >= 100) return String(Math.round(value));
  return value.toPrecision(3).replace(/\.?0+$/, "");
}

export function bandwidth(bps) {
  if (bps === null || bps === undefined) return UNKNOWN;
  for (const [size, unit] of SCALE) if (bps >= size) return `${digits(bps / size)} ${unit}`;
  return `${digits(bps)} bit/s`;
}

export function latency(us) {
  if (us === null || us === undefined) return UNKNOWN;
  return us < 1000 ? `${digits(us)} µs` : `${(us / 1000).toFixed(us < 10_000 ? 2 : 1)} ms`;
}

export function percent(share) {
  if (share === null || share === undefined) return UNKNOWN;
  if (share > 0 && share < 0.01) return "< 1 %";
  return `${Math.round(share * 100)} %`;
}

export function plain(value, unit = "") {
  return value === null || value === undefined ? UNKNOWN : `${value}${unit && ` ${unit}`}`;
}

/** A length of time: "0.8 s", "42 s", "3 min", "5 h", "2 d". */
export function duration(ms) {
  if (ms === null || ms === undefined || Number.isNaN(ms)) return UNKNOWN;
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} ${t("unit.s")}`;
  if (seconds < 120) return `${Math.round(seconds)} ${t("unit.s")}`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} ${t("unit.min")}`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} ${t("unit.h")}`;
  return `${Math.round(seconds / 86_400)} ${t("unit.d")}`;
}

const BEIJING_MS = 8 * 3_600_000; // ahead of UTC, without summer time

const stamp = (ms) => new Date(ms).toISOString();

/** Time of day in Beijing, with the date when it is not today's there. */
export function clock(at) {
  const ms = new Date(at).getTime();
  if (Number.isNaN(ms)) return UNKNOWN;
  const [day, time] = [stamp(ms + BEIJING_MS).slice(0, 10), stamp(ms + BEIJING_MS).slice(11, 19)];
  return day === stamp(Date.now() + BEIJING_MS).slice(0, 10) ? time : `${day} ${time}`;
}

/** The same moment in Beijing and in UTC, for where it is written once. */
export function bothClocks(at) {
  const ms = new Date(at).getTime();
  return Number.isNaN(ms) ? UNKNOWN : t("clock.both", { beijing: clock(at), utc: stamp(ms).slice(11, 19) });
}

/** Date and times of day for a clock on a wall: {day, beijing, utc}. */
export function wallClock(ms) {
  const there = stamp(ms + BEIJING_MS);
  return { day: there.slice(0, 10), beijing: there.slice(11, 19), utc: stamp(ms).slice(11, 19) };
}

/** The name without what stands in brackets: what fits on the map. */
export const short = (name) => String(name ?? "").replace(/\s*[(（].*$/, "");
