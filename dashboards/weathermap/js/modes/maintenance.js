// Maintenance: what is worked on now and what is planned, and a form that says what a window would do.

import * as api from "../server/api.js";
import { clock } from "../base/format.js";
import { t, word } from "../words/words.js";
import { Fetched } from "./fetched.js";

const EVERY_MS = 15_000;
const ORDER = ["active", "planned", "ended"];
const ENDED_SHOWN = 3;

export class Maintenance {
  constructor(store, changed) {
    this.store = store;
    this.edges = [];
    this.hasWindows = true;
    this.end = null; // called with the id of an open window that the reader ends
    this.fetched = new Fetched(async () => (await api.maintenances()).maintenances, EVERY_MS, changed);
  }

  enter() { this.fetched.start(); }
  leave() { this.fetched.stop(); }

  /** The window that a link is or will be in, an active one first; null where there is none. */
  windowOf(link) {
    const touched = (this.fetched.data ?? []).filter((window) => window.state !== "ended"
      && window.links.includes(link.id));
    return touched.sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state))[0] ?? null;
  }

  look(link) {
    const window = this.windowOf(link);
    return { band: window ? "none" : "quiet", level: null, window: window?.state ?? null,
      text: window ? t("maintenance.in", { state: word("window", window.state), from: clock(window.starts_at), to: clock(window.ends_at), comment: window.comment ?? "" }) : t("maintenance.not") };
  }

  ranking() {
    const windows = this.fetched.data ?? []; // active ones first, then planned ones, then those that ended
    const ended = windows.filter(({ state }) => state === "ended").slice(0, ENDED_SHOWN);
    const shown = [...windows.filter(({ state }) => state !== "ended"), ...ended];
    const { problem, data } = this.fetched;
    return {
      hint: t("maintenance.hint"), title: t("maintenance.title"),
      note: problem?.message ?? (data === null ? t("asking") : shown.length ? "" : t("maintenance.nothing")),
      rows: shown.map((window) => ({
        key: window.id, name: window.subjects.map(({ id }) => id).join(", "), value: word("window", window.state), band: "quiet",
        note: [`${clock(window.starts_at)} – ${clock(window.ends_at)}`, window.comment, window.created_by].filter(Boolean).join(" · "),
        open: [window.subjects[0].kind, window.subjects[0].id],
        act: window.state === "ended" ? null : { text: t("silence.end"), run: () => this.end(window.id) },
      })),
    };
  }
}
