// Optics: the light that the receiver at each end of a circuit gets, and whether it fades.

import * as api from "../server/api.js";
import { UNKNOWN } from "../base/format.js";
import { intraSite } from "../server/store.js";
import { t } from "../words/words.js";
import { bandOf, MOST } from "./bands.js";
import { Fetched } from "./fetched.js";
import { ends } from "./now.js";

const EVERY_MS = 30_000;
const EDGES_DB = [5, 8, 11, 14]; // below 0 dBm
const FADED_DB = 2; // less than before by this much is worth a look, however strong it still is

const dbm = (value) => (Number.isFinite(value) ? `${value.toFixed(1).replace("-", "−")} dBm` : UNKNOWN);

export class Optics {
  constructor(store, changed) {
    this.store = store;
    this.edges = ["0", ...EDGES_DB.map((edge) => `−${edge}`)];
    this.fetched = new Fetched(async () => new Map((await api.optics()).links.map((row) => [row.link, row])), EVERY_MS, changed);
  }

  enter() { this.fetched.start(); }
  leave() { this.fetched.stop(); }

  row(link) {
    return this.fetched.data?.get(link.id) ?? null;
  }

  bandOf(row) {
    if (row === null) return "none";
    const band = bandOf(-row.rx_power_dbm, EDGES_DB);
    return faded(row) >= FADED_DB ? Math.max(3, band) : band;
  }

  look(link) {
    const row = this.row(link);
    return { band: this.bandOf(row), level: null, text: row === null ? t("optics.unknown") : [t("optics.receives", { router: link.from_router, power: dbm(row.rx_power_dbm) }), ...members(row)].join(" · ") };
  }

  ranking() {
    const links = [...this.store.links.values()].filter((link) => !intraSite(link) && this.row(link));
    const weakest = links.sort((a, b) => grave(this.row(b)) - grave(this.row(a)) || (a.id < b.id ? -1 : 1)).slice(0, MOST);
    return {
      hint: t("optics.hint"), title: t("optics.title"),
      note: this.fetched.problem?.message ?? (this.fetched.data === null ? t("asking") : t("optics.note", { n: links.length })),
      rows: weakest.map((link) => {
        const row = this.row(link);
        const change = faded(row);
        return { key: link.id, name: t("optics.at", { router: link.from_router }), value: dbm(row.rx_power_dbm), band: this.bandOf(row),
          note: [link.circuit, ends(this.store, link), change >= 0.1 ? t("optics.faded", { db: change.toFixed(1) }) : null, ...members(row)].filter(Boolean).join(" · "),
          open: ["link", link.id] };
      }),
    };
  }
}

// Of a bundle the member that has faded most: it need not be the weakest.
const faded = (row) => Math.max(0, ...row.ports.filter(known).map((port) => port.rx_power_dbm_before - port.rx_power_dbm));
const known = (port) => port.rx_power_dbm !== null && port.rx_power_dbm_before !== null;
const members = (row) => (row.ports.length > 1 ? row.ports.map((port) => `${port.interface} ${dbm(port.rx_power_dbm)}`) : []);
const grave = (row) => -row.rx_power_dbm + 5 * faded(row);
