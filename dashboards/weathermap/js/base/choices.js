// What a person chooses for this browser: language and theme. The address wins over what was chosen before.

import { address } from "./address.js";

const STORED = "suanlu.choices";
const ALLOWED = { lang: ["en", "zh"], theme: ["dark", "light"] };

function stored() {
  try {
    return JSON.parse(localStorage.getItem(STORED)) ?? {};
  } catch {
    return {}; // no storage in this browser, or not ours
  }
}

const known = (name, value) => (ALLOWED[name].includes(value) ? value : null);

/** The choice of `lang` or `theme`; null where the browser's own is to be followed. */
export function chosen(name) {
  return known(name, address.fields[name]) ?? known(name, stored()[name]);
}

/** Choose, for now and for the next time. */
export function choose(name, value) {
  try {
    localStorage.setItem(STORED, JSON.stringify({ ...stored(), [name]: value }));
  } catch {
    address.set({ [name]: value }, { quietly: true }); // nothing can be kept: the address keeps it
  }
  if (address.fields[name]) address.set({ [name]: value }, { quietly: true });
}

/** Put the chosen theme on the page; without one it follows the system. */
export function applyTheme() {
  const theme = chosen("theme");
  if (theme) document.documentElement.dataset.theme = theme;
  else delete document.documentElement.dataset.theme;
}

/** `dark` or `light`, as it looks now. */
export function theme() {
  return chosen("theme") ?? (matchMedia("(prefers-color-scheme: light)").matches ? "light" : "dark");
}
