// The past: the map as it was at a moment. Live news wait outside until the reader comes back.

import { address } from "../base/address.js";
import * as api from "../server/api.js";

const PAUSE_MS = 120; // a hand on the slider passes many moments that nobody wants to see

export class Past {
  /** `told(problem | null)` says whether the moment asked for can be shown. */
  constructor(store, live, told) {
    Object.assign(this, { store, live, told });
    this.timer = null;
    address.listen((fields, before) => { if (fields.at !== before.at) this.follow(fields.at ?? null); });
  }

  start() {
    const { at = null } = address.fields;
    if (at !== null) this.follow(at);
  }

  /** Go to a moment, RFC 3339; null is now. */
  go(at, options) {
    address.set({ at }, options);
  }

  follow(at) {
    clearTimeout(this.timer);
    this.wanted = at;
    if (at === null) {
      this.store.at = null;
      this.told(null);
      this.live.resume();
      return;
    }
    this.live.pause();
    this.timer = setTimeout(() => this.fetch(at), PAUSE_MS);
  }

  async fetch(at) {
    try {
      const [topology, { alerts }] = await Promise.all([api.topology(at), api.alerts(at)]);
      if (this.wanted !== at) return;
      this.store.at = at;
      this.store.alerts = alerts;
      this.store.replaceAll(topology);
      this.told(null);
    } catch (problem) {
      if (this.wanted === at) this.told(problem);
    }
  }
}
