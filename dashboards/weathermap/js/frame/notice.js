// A line over the map that says what a mode or the pointer means just now.

import { html, say, set } from "../base/dom.js";

export class Notice {
  constructor() {
    this.first = html("b");
    this.second = html("span");
    this.node = html("p", { id: "notice", "aria-live": "off" }, this.first, this.second);
    this.node.hidden = true;
  }

  /** `tone` is `bad`, `good` or null; without a text the line goes. */
  show(first, second = "", tone = null) {
    say(this.first, first);
    say(this.second, second);
    set(this.node, "data-tone", tone);
    this.node.hidden = !first;
  }
}
