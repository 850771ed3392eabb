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

/** `best` is a path, `ahead` the forwarded prediction beside it, `igp` the answer of routing `igp`. */
export function whyDifferent(store, best, ahead, igp) {
  if (igp.problem) return `Where packets go now is unknown: ${igp.problem.message}`;
  const { branches } = igp;
  if (!branches.length) return "Packets are not forwarded between these sites now; the best path would have to be pinned.";
  if (ahead?.same_as_best) return "Packets already take the best path: it is also the only one of least IGP metric.";
  const extra = (ahead?.latency_us?.max ?? NaN) - best.latency_us;
  const cost = extra > 0 ? `, up to ${latency(extra)} slower` : ", at no cost in latency";
  const [ours, theirs] = [best.igp_metric ?? igpSum(store, best.links), igpSum(store, branches[0].links)];
  const way = detour(store, best, branches);
  if (theirs < ours) {
    return `Routers follow the IGP metric, not latency: ${theirs}${way} beats the best path's ${ours}, so packets go there${cost}.`;
  }
  if (branches.length > 1) {
    return `The best path's IGP metric ${ours} is shared by ${plural(branches.length, "equal-cost branch", "equal-cost branches")}${way}; routers spread packets over all of them${cost}.`;
  }
  return `Packets enter or leave the sites by other routers than the best path does${way}${cost}.`;
}
