// Without a choice: what the mode of the map finds worth a look, the gravest first.

import { button, html, keyed, say, set } from "../base/dom.js";

export class Ranking {
  /** `extra(name)` gives an element that a mode puts under its list, or null. */
  constructor(store, modes, selection, extra) {
    Object.assign(this, { store, modes, selection, extra });
    this.hint = html("p", { class: "hint" });
    this.title = html("h2");
    this.note = html("p", { class: "total" });
    this.list = html("ol", { class: "busiest" });
    this.below = html("div");
    this.node = html("div", { class: "ranking" }, this.hint, this.title, this.note, this.list, this.below);
  }

  refresh() {
    const { hint, title, note, rows } = this.modes.current.ranking();
    say(this.hint, hint);
    say(this.title, title);
    say(this.note, note);
    this.note.hidden = !note;
    keyed(this.list, rows, (row) => row.key, (row) => this.make(row), (node, row) => this.update(node, row));
    const extra = this.extra(this.modes.name);
    if (this.below.firstChild !== extra) this.below.replaceChildren(...(extra ? [extra] : []));
  }

  make(row) {
    const parts = { name: html("span", { class: "name" }), share: html("b"), bar: html("progress", { max: 1, "aria-hidden": "true" }), note: html("span", { class: "circuit" }) };
    parts.act = button("", () => node.act.run(), { class: "take" });
    const node = html("li", {}, html("button", { type: "button" }, parts.name, parts.share, parts.bar, parts.note), parts.act);
    node.firstChild.addEventListener("click", () => this.selection.set(...node.open));
    node.parts = parts;
    return node;
  }

  update(node, row) {
    const { name, share, bar, note, act } = node.parts;
    [node.open, node.act] = [row.open, row.act];
    say(act, row.act?.text ?? "");
    act.hidden = !row.act;
    say(name, row.name);
    say(share, row.value);
    say(note, row.note);
    set(note, "title", row.note);
    bar.hidden = row.share === undefined;
    bar.value = row.share ?? 0;
    set(node, "data-band", row.band);
  }
}
