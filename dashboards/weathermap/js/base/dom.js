// Elements. Text from the network only ever enters the page through textContent or attributes made here.

const SVG = "http://www.w3.org/2000/svg";

function furnish(node, attributes, children) {
  for (const [name, value] of Object.entries(attributes)) set(node, name, value);
  node.append(...children.filter((child) => child !== null && child !== undefined));
  return node;
}

/** Set an attribute, or remove it when the value is null or false; touches the node only on a change. */
export function set(node, name, value) {
  if (value === null || value === undefined || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, value === true ? "" : String(value));
  }
}

/** Set the text of a node; touches it only on a change. */
export function say(node, text) {
  const wanted = text === null || text === undefined ? "" : String(text);
  if (node.textContent !== wanted) node.textContent = wanted;
}

export const html = (tag, attributes = {}, ...children) =>
  furnish(document.createElement(tag), attributes, children);

export const svg = (tag, attributes = {}, ...children) =>
  furnish(document.createElementNS(SVG, tag), attributes, children);

/** A button that runs `action`. */
export function button(label, action, attributes = {}) {
  const node = html("button", { type: "button", ...attributes }, label);
  node.addEventListener("click", action);
  return node;
}

/** Make an SVG group act as a button for the mouse and for Enter and Space; the map's keys bring the focus. */
export function activate(node, action) {
  set(node, "tabindex", -1);
  set(node, "role", "button");
  node.addEventListener("click", (event) => { event.stopPropagation(); action(event); });
  node.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" && event.key !== " ") return;
    event.preventDefault();
    action(event);
  });
}

/**
 * Bring the children of `parent` in line with `rows`: one child a key, made once, updated in place, in the
 * order of the rows. `make(row)` returns the node, `update(node, row)` fills it.
 */
export function keyed(parent, rows, key, make, update) {
  const known = parent.keyedNodes ??= new Map();
  const wanted = new Set(rows.map(key));
  for (const [id, node] of known) {
    if (!wanted.has(id)) { node.remove(); known.delete(id); }
  }
  let previous = null;
  for (const row of rows) {
    const id = key(row);
    if (!known.has(id)) known.set(id, make(row));
    const node = known.get(id);
    update(node, row);
    const place = previous ? previous.nextSibling : parent.firstChild;
    if (node !== place) parent.insertBefore(node, place);
    previous = node;
  }
}
