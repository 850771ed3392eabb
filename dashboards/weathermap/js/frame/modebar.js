// The ways to look at the map, as a row of buttons over it.

import { button, html, set } from "../base/dom.js";
import { MODES } from "../modes/modes.js";
import { t } from "../words/words.js";

export class ModeBar {
  constructor(modes) {
    this.modes = modes;
    this.buttons = MODES.map((name, index) => button(t(`mode.${name}`), () => modes.choose(name), {
      "data-mode": name, title: t("mode.title", { what: t(`mode.${name}.what`), key: index + 1 }), "aria-keyshortcuts": index + 1,
    }));
    this.node = html("div", { id: "modes", role: "group", "aria-label": t("mode.label") }, ...this.buttons);
    this.draw();
  }

  draw() {
    for (const node of this.buttons) {
      const chosen = node.dataset.mode === this.modes.name;
      set(node, "aria-pressed", String(chosen));
      if (chosen) node.scrollIntoView({ block: "nearest", inline: "nearest" }); // where the row is wider than the screen
    }
  }
}
