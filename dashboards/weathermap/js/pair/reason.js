// One sentence: why the path that packets take is not the best one, or that it is.

import { latency, short } from "../base/format.js";
import { t } from "../words/words.js";

/** Sum of the IGP metric along links, NaN where one is unknown. */
export const igpSum = (store, links) =>
  links.reduce((sum, id) => sum + (store.links.get(id)?.igp_metric?.value ?? NaN), 0);

// The sites of a branch that the best path does not pass, to name the way it takes.
function detour(store, best, branches) {
  const passed = new Set(best.sites ?? []);
  const other = branches.flatMap((branch) => branch.routers.map((id) => store.routers.get(id)?.site))
    .filter((site) => site && !passed.has(site));
  const names = [...new Set(other)].slice(0, 3).map((site) => short(store.siteName(site)));
  return names.length ? t("why.by", { names: names.join(", ") }) : "";
}

function costOf(best, ahead) {
  const extra = (ahead?.latency_us?.max ?? NaN) - (best.latency_us ?? NaN);
  if (!Number.isFinite(extra)) return "";
  return extra > 0 ? t("why.slower", { latency: latency(extra) }) : t("why.noCost");
}

/** `best` is a path, `ahead` the forwarded prediction beside it, `igp` the answer of routing `igp`. */
export function whyDifferent(store, best, ahead, igp) {
  if (igp.problem) return t("why.unknown", { reason: igp.problem.message });
  const { branches } = igp;
  if (!branches.length) return t("why.none");
  if (ahead?.same_as_best) return t("why.same");
  const [cost, way] = [costOf(best, ahead), detour(store, best, branches)];
  const [start] = best.routers;
  const beside = branches.filter((branch) => branch.routers[0] === start);
  const ours = best.igp_metric ?? igpSum(store, best.links);
  const theirs = Math.min(...(beside.length ? beside : branches).map((branch) => igpSum(store, branch.links)));
  if (theirs < ours) {
    return t("why.metric", { theirs, way, ours, cost });
  }
  if (!beside.length) return t("why.elsewhere", { start, cost });
  if (beside.length > 1) {
    return t("why.shared", { ours, n: beside.length, way, cost });
  }
  const entries = new Set(branches.map((branch) => branch.routers[0])).size;
  return t("why.entries", { n: entries, start, way, cost });
}
