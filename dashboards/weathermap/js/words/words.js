// Texts in the language of the reader. `say()` of the DOM writes them; none stands in the code.

import { chosen } from "../base/choices.js";
import { en } from "./en.js";
import { zh } from "./zh.js";

const CATALOGUES = { en, zh };

const preferred = () => (navigator.languages ?? []).map((name) => name.slice(0, 2)).find((name) => name in CATALOGUES);

/** `en` or `zh`. Another language is another load of the page: nothing has to be written twice. */
export const language = chosen("lang") ?? preferred() ?? "en";

document.documentElement.lang = language;

/** The text of a key: `{name}` is a value, `{n:one|many}` the form that goes with the number `n`. */
export function t(key, values = {}) {
  const text = CATALOGUES[language][key];
  if (text === undefined) return key;
  return text.replace(/\{(\w+)(?::([^|}]*)\|([^}]*))?\}/g, (_, name, one, many) =>
    (one === undefined ? values[name] ?? "" : values[name] === 1 ? one : many));
}

/** The text of a key that a server's word makes up (a state, a kind); the word itself where there is none. */
export function word(group, name) {
  return CATALOGUES[language][`${group}.${name}`] ?? String(name ?? "").replaceAll("_", " ");
}

const PLACES = [["data-t-title", "title"], ["data-t-label", "aria-label"], ["data-t-hint", "placeholder"]];

/** Put texts where the page names them: `data-t` for the text, `data-t-title`, `-label`, `-hint` for attributes. */
export function translate(root) {
  for (const node of root.querySelectorAll("[data-t]")) node.textContent = t(node.dataset.t);
  for (const [name, attribute] of PLACES) {
    for (const node of root.querySelectorAll(`[${name}]`)) node.setAttribute(attribute, t(node.getAttribute(name)));
  }
}
