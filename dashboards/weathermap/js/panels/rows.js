// Rows of lists in the side panel: a name, a value, a note; a button where it opens something.

import { button, html, say } from "../base/dom.js";

/** A list item; with `action` it is a button. */
export function row(action = null) {
  const parts = [html("span", { class: "name" }), html("b"), html("small")];
  const node = html("li");
  if (action) {
    const control = button("", action);
    control.append(...parts);
    node.append(control);
  } else {
    node.append(html("div", {}, ...parts));
  }
  return node;
}

/** Fill a row. */
export function fill(node, name, value, note) {
  const [first, second, third] = node.firstChild.children;
  say(first, name);
  say(second, value);
  say(third, note);
}
