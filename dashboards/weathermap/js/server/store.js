// What the page knows, keyed by id; views read it and are told which ids moved.

import { language } from "../words/words.js";

const WORST_FIRST = ["down", "stale", "unconfirmed", "drained", "up"];

export class Store {
  constructor() {
    this.sites = new Map();
    this.routers = new Map();
    this.circuits = new Map();
    this.links = new Map();
    this.bySite = new Map();
    this.at = null; // the moment shown, RFC 3339; null while it is now
    this.alerts = [];
    this.inconsistencies = [];
    this.topology = null;
    this.name = "";
    this.receivedAt = null; // performance.now() of the last answer
    this.lost = false; // the server is not heard
    this.listeners = new Set();
  }

  /** `listener({kind, links})`: kind is `all`, `links`, `sites` or `alerts`; links the ids that came. */
  listen(listener) {
    this.listeners.add(listener);
  }

  tell(change) {
    for (const listener of this.listeners) listener(change);
  }

  /** Everything anew; nodes of what stays the same are kept by the views, for they go by id. */
  replaceAll(document) {
    this.name = document.name ?? "";
    for (const kind of ["sites", "routers", "circuits", "links"]) {
      this[kind] = new Map(document[kind].map((row) => [row.id, row]));
    }
    this.inconsistencies = document.inconsistencies ?? [];
    this.indexBySite();
    this.receive(document.topology);
    this.tell({ kind: "all", links: [...this.links.keys()] });
  }

  mergeLinks(document) {
    for (const row of document.links) this.links.set(row.id, row);
    this.receive(document.topology);
    this.tell({ kind: "links", links: document.links.map((row) => row.id) });
  }

  mergeSites(document) {
    for (const row of document.sites) this.sites.set(row.id, row);
    this.tell({ kind: "sites", links: [] });
  }

  replaceAlerts(document) {
    this.alerts = document.alerts;
    this.tell({ kind: "alerts", links: [] });
  }

  receive(topology) {
    this.topology = topology;
    this.receivedAt = performance.now();
  }

  /** An age as it is now: while the server is not heard, what it last said grows older. */
  ageNow(ageMs) {
    if (ageMs === null || ageMs === undefined) return null;
    return this.lost ? ageMs + performance.now() - this.receivedAt : ageMs;
  }

  /** Both directions of a circuit, az first. */
  directions(circuitId) {
    return (this.circuits.get(circuitId)?.links ?? []).map((id) => this.links.get(id)).filter(Boolean);
  }

  reverse(link) {
    return this.directions(link.circuit).find((other) => other.id !== link.id) ?? null;
  }

  // Sites ask for their links at each change; a thousand links times five hundred sites would be felt.
  indexBySite() {
    this.bySite = new Map([...this.sites.keys()].map((id) => [id, []]));
    for (const link of this.links.values()) {
      for (const site of new Set([link.from_site, link.to_site])) this.bySite.get(site)?.push(link.id);
    }
  }

  linksOfSite(siteId) {
    return (this.bySite.get(siteId) ?? []).map((id) => this.links.get(id));
  }

  /** A site's name in the language of the reader. */
  siteName(siteId) {
    const site = this.sites.get(siteId);
    return site?.[`name_${language}`] || (site?.name_en ?? siteId);
  }
}

/** Use of a link as a share of its capacity; null where either is unknown. */
export function use(link) {
  const used = link.used_bps?.value;
  const capacity = link.capacity_bps?.value;
  return used === null || used === undefined || !capacity ? null : used / capacity;
}

/** The band of a use: 0 … 4 for 0-50-70-80-90-100 %, `none` where it is unknown. */
export function band(share) {
  if (share === null) return "none";
  return [0.5, 0.7, 0.8, 0.9].filter((edge) => share >= edge).length;
}

export const worst = (states) => WORST_FIRST.find((state) => states.includes(state)) ?? "up";
export const intraSite = (link) => link.from_site === link.to_site;
