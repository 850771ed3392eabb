// One sentence: why the path that packets take is not the best one, or that it is.

import { latency, plural, short } from "./format.js";

/** Sum of the IGP metric along links, NaN where one is unknown. */
export const igpSum = (store, links) =>
  links.reduce((sum, id) => sum + (store.links.get(id)?.igp_metric?.value ?? NaN), 0);

// The sites of a branch that the best path does not pass, to name the way it takes.
function detour(store, best, branches) {
  const passed = new Set(best.sites ?? []);
  const other = branches.flatMap((branch) => branch.routers.map((id) => store.routers.get(id)?.site))
    .filter((site) => site && !passed.has(site));
  const names = [...new Set(other)].slice(0, 3).map((site) => short(store.siteName(site)));
  return names.length ? ` by ${names.join(", ")}` : "";
}

function costOf(best, ahead) {
  const extra = (ahead?.latency_us?.max ?? NaN) - (best.latency_us ?? NaN);
  if (!Number.isFinite(extra)) return "";
  return extra > 0 ? `, up to ${latency(extra)} slower` : ", at no cost in latency";
}

/** `best` is a path, `ahead` the forwarded prediction beside it, `igp` the answer of routing `igp`. */
export function whyDifferent(store, best, ahead, igp) {
  if (igp.problem) return `Where packets go now is unknown: ${igp.problem.message}`;
  const { branches } = igp;
  if (!branches.length) return "Packets are not forwarded between these sites now; the best path would have to be pinned.";
  if (ahead?.same_as_best) return "Packets already take the best path: it is also the only one of least IGP metric.";
  const [cost, way] = [costOf(best, ahead), detour(store, best, branches)];
  const [start] = best.routers;
  const beside = branches.filter((branch) => branch.routers[0] === start);
  const ours = best.igp_metric ?? igpSum(store, best.links);
  const theirs = Math.min(...(beside.length ? beside : branches).map((branch) => igpSum(store, branch.links)));
  if (theirs < ours) {
    return `Routers follow the IGP metric, not latency: ${theirs}${way} beats the best path's ${ours}, so packets go there${cost}.`;
  }
  if (!beside.length) return `Packets enter at other routers of the site than ${start}, where the best path starts${cost}.`;
  if (beside.length > 1) {
    return `The best path shares its IGP metric of ${ours} with other branches (${beside.length} in all${way && `,${way}`}); routers spread packets over all of them${cost}.`;
  }
  const entries = new Set(branches.map((branch) => branch.routers[0])).size;
  return `Packets enter at ${plural(entries, "router")} of the site; those at ${start} take the best path, the others go their own way${way}${cost}.`;
}
