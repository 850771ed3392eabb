// Routes: paths and branches by the sites they pass, which is how people tell them apart.

import { short } from "../base/format.js";

export function routeOf(store, routers) {
  const sites = routers.map((id) => store.routers.get(id)?.site ?? id).filter((site, i, all) => site !== all[i - 1]);
  return sites.map((site) => short(store.siteName(site))).join(" → ");
}

/** Branches that pass the same sites, together, those of most traffic first. */
export function branchesByRoute(store, branches) {
  const rows = new Map();
  for (const branch of branches) {
    const route = routeOf(store, branch.routers);
    const row = rows.get(route) ?? { route, share: 0, branches: [] };
    row.share += branch.weight_ppm;
    row.branches.push(branch);
    rows.set(route, row);
  }
  return [...rows.values()].sort((a, b) => b.share - a.share || (a.route < b.route ? -1 : 1));
}

/** The best path of each route in order, without the route of `best`. */
export function otherRoutes(store, best, paths) {
  const rows = new Map([[routeOf(store, best.routers), null]]);
  for (const path of paths) {
    const route = routeOf(store, path.routers);
    if (!rows.has(route)) rows.set(route, { route, path });
  }
  return [...rows.values()].filter(Boolean);
}

/** "3" or "3 – 5", a dash where none is known. */
export function range(values) {
  const known = values.filter((value) => Number.isFinite(value));
  if (!known.length) return "–";
  const [least, most] = [Math.min(...known), Math.max(...known)];
  return least === most ? String(least) : `${least} – ${most}`;
}
