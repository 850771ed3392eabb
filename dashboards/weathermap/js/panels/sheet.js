// On a small upright screen the panels are a sheet under the map; its handle folds it away.

import { say, set } from "../base/dom.js";
import { t } from "../words/words.js";

export class Sheet {
  constructor(store, side, handle, wrong) {
    Object.assign(this, { store, side, handle, wrong });
    handle.addEventListener("click", () => this.fold(!this.folded));
    this.fold(false);
  }

  fold(folded) {
    this.folded = folded;
    set(this.side, "data-folded", folded);
    set(this.handle, "aria-expanded", String(!folded));
  }

  /** Something was chosen: show it, from its beginning. */
  show(kind) {
    set(this.side, "data-chosen", kind !== "none");
    if (kind !== "none") this.fold(false);
    this.side.scrollTop = 0;
  }

  /** The handle says how things are, so that a folded sheet hides no alarm. */
  draw() {
    const { count, tone } = this.wrong;
    if (tone === null) return;
    say(this.handle.firstChild, tone === "good" ? t("wrong.handleNothing") : t("wrong.titleCount", { n: count }));
    set(this.handle, "data-tone", tone);
  }
}
