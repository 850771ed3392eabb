// What a mode of the present shows on a moment of the past: that it is asked of the present, and nothing else.

import { t } from "../words/words.js";

export class LiveOnly {
  constructor(mode) {
    this.mode = mode;
    this.edges = mode.edges;
  }

  look() {
    return { band: "none", level: null, text: t("past.liveOnly") };
  }

  effect() {
    return null;
  }

  ranking() {
    return { ...this.mode.ranking(), note: t("past.liveOnly"), rows: [] };
  }
}
