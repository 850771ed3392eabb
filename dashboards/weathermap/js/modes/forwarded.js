// As forwarded: where the packets of a pair go now, as broad as their share, and what the IGP loses them.

import { latency, short } from "../base/format.js";
import { t } from "../words/words.js";
import { Now } from "./now.js";

export class Forwarded extends Now {
  constructor(store) {
    super(store);
    this.isForwarded = true;
  }

  ranking() {
    return { ...super.ranking(), hint: t("forwarded.hint") };
  }
}

/** What the IGP costs against the best path, in one line; null where there is nothing to compare. */
export function lossOf(store, ids, answer) {
  const { paths: [best] = [], forwarded } = answer?.any ?? {};
  if (!best || !forwarded?.latency_us) return null;
  const lost = (forwarded.latency_us.max ?? NaN) - (best.latency_us ?? NaN);
  if (!Number.isFinite(lost)) return null;
  const pair = ids.map((id) => short(store.siteName(id))).join(" → ");
  return { pair, lost, text: lost > 0 ? t("forwarded.lost", { latency: latency(lost) }) : t("forwarded.none") };
}
