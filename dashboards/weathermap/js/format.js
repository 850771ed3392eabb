// Numbers and times as people read them. Unknown is a dash, never a zero.

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
  if (ms === null || ms === undefined) return UNKNOWN;
  const seconds = Math.max(0, ms) / 1000;
  if (seconds < 9.95) return `${seconds.toFixed(1)} s`;
  if (seconds < 120) return `${Math.round(seconds)} s`;
  if (seconds < 7200) return `${Math.round(seconds / 60)} min`;
  if (seconds < 172_800) return `${Math.round(seconds / 3600)} h`;
  return `${Math.round(seconds / 86_400)} d`;
}

/** Time of day, with the date when it is not today. */
export function clock(at) {
  const date = new Date(at);
  if (Number.isNaN(date.getTime())) return UNKNOWN;
  const time = date.toLocaleTimeString("en-GB");
  return date.toDateString() === new Date().toDateString() ? time : `${date.toLocaleDateString("en-CA")} ${time}`;
}

/** The name without what stands in brackets: what fits on the map. */
export const short = (name) => String(name ?? "").replace(/\s*[(（].*$/, "");

export const plural = (count, one, many = `${one}s`) => `${count} ${count === 1 ? one : many}`;
