// Keeps the store true: everything at first, then what each event says has changed.
//
// One fetch at a time. What events ask for meanwhile is remembered and fetched next, so any number of
// events costs one fetch. Without word from the server the page says since when, and never pretends.

import * as api from "./api.js";
import { t } from "../words/words.js";
import { Stream } from "./stream.js";

const METRICS_PAUSE_MS = 800; // numbers wait this long to travel together; states do not wait
const RETRY_MS = 2000;
const SILENCE_MS = 40_000; // two rounds of fetching everything
const RECONCILE_MS = 20_000; // everything anew, which also renews the ages of what did not change

export class Live {
  /** `status({lostSince, why})`: lostSince is a Date while the page cannot vouch for what it shows. */
  constructor(store, status) {
    this.store = store;
    this.status = status;
    this.wanted = new Set(["all", "alerts"]);
    this.busy = false;
    this.paused = false;
    this.urgent = false;
    this.timer = null;
    this.streamLost = null;
    this.fetchLost = null;
    this.why = "";
    this.heardAt = Date.now();
    this.stream = new Stream(api.eventsUrl(), {
      heard: (event) => this.hear(event),
      opened: () => this.streamOpened(),
      lost: (at) => this.lose("streamLost", t("problem.stream"), at ?? this.heardAt),
    });
  }

  start() {
    this.stream.start();
    this.pump();
    setInterval(() => this.want(["all", "alerts"]), RECONCILE_MS);
  }

  /** The page shows the past: what comes is remembered, and fetched at `resume()`. */
  pause() {
    this.paused = true;
  }

  resume() {
    this.paused = false;
    this.want(["all", "alerts"]);
  }

  streamOpened() {
    const again = this.streamLost !== null;
    this.streamLost = null;
    if (again) this.want(["all", "alerts"]);
    this.report();
  }

  hear(event) {
    this.heardAt = Date.now();
    if (event.type === "reset") this.want(["all", "alerts"]);
    else if (event.type === "metric_changed") this.want(["links"], METRICS_PAUSE_MS);
    else if (event.type === "capacity_changed") this.want(["links"]);
    else if (event.type.startsWith("alert_")) this.want(["alerts"]);
    else if (event.type.startsWith("link_")) this.want(["links", "sites"]);
    else this.want(["all", "alerts"]);
  }

  want(kinds, pauseMs = 0) {
    for (const kind of kinds) this.wanted.add(kind);
    this.urgent ||= pauseMs === 0;
    if (this.timer !== null && pauseMs > 0) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => { this.timer = null; this.pump(); }, pauseMs);
  }

  async pump() {
    if (this.busy || this.paused) return;
    this.busy = true;
    this.urgent = false;
    const askedAt = Date.now();
    const kinds = this.wanted;
    this.wanted = new Set();
    try {
      await this.fetch(kinds);
      this.fetchLost = null;
      this.report();
    } catch (error) {
      this.lose("fetchLost", error.message, askedAt);
      for (const kind of kinds) this.wanted.add(kind);
    }
    this.busy = false;
    if (this.wanted.size) this.want([], this.fetchLost ? RETRY_MS : this.urgent ? 0 : METRICS_PAUSE_MS);
  }

  async fetch(kinds) {
    const known = this.store.topology;
    if (kinds.has("all") || (kinds.has("links") && known === null)) {
      this.replace(await api.topology());
      this.doubtStream(known);
    } else {
      if (kinds.has("links")) {
        const answer = await api.linksSince(known.version);
        if (this.paused) return;
        if (answer.topology.epoch === known.epoch) this.store.mergeLinks(answer);
        else this.replace(await api.topology());
      }
      if (kinds.has("sites")) {
        const answer = await api.sites();
        if (!this.paused) this.store.mergeSites(answer);
      }
    }
    if (kinds.has("alerts")) {
      const answer = await api.alerts();
      if (!this.paused) this.store.replaceAlerts(answer);
    }
  }

  // An answer may come when the reader has just gone to the past.
  replace(document) {
    if (!this.paused) this.store.replaceAll(document);
  }

  // Versions that no event told of: a connection that looks open but carries nothing.
  doubtStream(before) {
    const moved = !this.paused && before !== null && this.store.topology.version !== before.version;
    if (moved && this.streamLost === null && Date.now() - this.heardAt > SILENCE_MS) this.stream.restart();
  }

  // `at`, in ms: until then the server was there.
  lose(which, why, at) {
    this[which] ??= new Date(at);
    this.why = why;
    this.report();
  }

  report() {
    const lost = [this.streamLost, this.fetchLost].filter((at) => at !== null);
    this.status({ lostSince: lost.length ? new Date(Math.min(...lost)) : null, why: this.why });
  }
}
