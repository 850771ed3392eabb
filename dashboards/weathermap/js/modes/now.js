// Now: how full each direction is.

import { bandwidth, percent, short } from "../base/format.js";
import { band, intraSite, use } from "../server/store.js";
import { t } from "../words/words.js";
import { MOST } from "./bands.js";

const LOWEST_BAND = 0.5; // most links most of the time: shaded within, so that it still tells idle from half full

export class Now {
  constructor(store) {
    this.store = store;
    this.edges = ["0", "50", "70", "80", "90"];
    this.hasStates = true;
  }

  look(link) {
    const share = use(link);
    const load = share === null ? t("link.useUnknown") : t("link.use", { percent: percent(share), bandwidth: bandwidth(link.used_bps.value) });
    return { band: band(share), level: share !== null && share < LOWEST_BAND ? (share / LOWEST_BAND).toFixed(1) : null,
      text: t("link.loadOf", { load, capacity: bandwidth(link.capacity_bps?.value) }) };
  }

  ranking() {
    const links = [...this.store.links.values()].filter((link) => !intraSite(link));
    const known = links.filter((link) => use(link) !== null && link.state !== "down");
    const used = known.reduce((sum, link) => sum + link.used_bps.value, 0);
    const capacity = known.reduce((sum, link) => sum + link.capacity_bps.value, 0);
    const busiest = known.sort((a, b) => use(b) - use(a) || (a.id < b.id ? -1 : 1)).slice(0, MOST);
    return {
      hint: t("now.hint"), title: t("now.title"),
      note: t("now.total", { bandwidth: bandwidth(used), n: known.length, percent: percent(capacity ? used / capacity : null) }),
      rows: busiest.map((link) => ({
        key: link.id, name: ends(this.store, link), value: percent(use(link)), share: use(link), band: band(use(link)),
        note: `${link.circuit} · ${t("of", { a: bandwidth(link.used_bps.value), b: bandwidth(link.capacity_bps.value) })}`,
        open: ["link", link.id],
      })),
    };
  }
}

/** "Beijing → Shanghai". */
export const ends = (store, link) => [link.from_site, link.to_site].map((site) => short(store.siteName(site))).join(" → ");
