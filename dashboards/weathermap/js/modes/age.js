// Data age: how long ago the counters behind each direction were read.

import { duration } from "../base/format.js";
import { intraSite } from "../server/store.js";
import { t } from "../words/words.js";
import { bandOf, MOST } from "./bands.js";
import { ends } from "./now.js";

const EDGES_S = [5, 15, 30, 60];

export class Age {
  constructor(store) {
    this.store = store;
    this.edges = ["0", ...EDGES_S.map(String)];
  }

  // Of what is unknown there is an age all the same: that of the last value.
  age(link) {
    return this.store.ageNow(link.used_bps?.age_ms);
  }

  look(link) {
    const age = this.age(link);
    return { band: bandOf(age === null ? null : age / 1000, EDGES_S), level: null,
      text: age === null ? t("age.never") : t("age.read", { age: duration(age) }) };
  }

  ranking() {
    const links = [...this.store.links.values()].filter((link) => !intraSite(link));
    const ages = links.map((link) => [link, this.age(link) ?? Infinity]).sort((a, b) => b[1] - a[1] || (a[0].id < b[0].id ? -1 : 1));
    const oldest = ages.slice(0, MOST);
    return {
      hint: t("age.hint"), title: t("age.title"),
      note: t("age.note", { n: ages.filter(([, age]) => age === Infinity).length }),
      rows: oldest.map(([link, age]) => ({
        key: link.id, name: ends(this.store, link), value: age === Infinity ? t("never") : duration(age),
        band: bandOf(age / 1000, EDGES_S), note: `${link.circuit} · ${link.from_router}`, open: ["link", link.id],
      })),
    };
  }
}
