// The address after the #: what a page shows, so that it can be shared, and alerts and boards can point to it.
//
//   #at=<RFC 3339>&select=<kind>:<id>&mode=<mode>&lang=<en|zh>&theme=<dark|light>&kiosk=1

const FIELDS = ["at", "select", "mode", "lang", "theme", "kiosk"];

/** The fields of a hash; what is unknown or cannot be decoded is left out. */
export function parse(hash) {
  const fields = {};
  for (const part of hash.replace(/^#/, "").split("&")) {
    const [name, ...rest] = part.split("=");
    if (!FIELDS.includes(name) || !rest.length) continue;
    try {
      fields[name] = decodeURIComponent(rest.join("="));
    } catch {
      continue; // half of an escape: somebody cut the address short
    }
  }
  return fields;
}

const encoded = (text) => encodeURIComponent(text).replaceAll("%3A", ":").replaceAll("%2C", ",");

/** The hash of fields, in a fixed order; empty where nothing is set. */
export function format(fields) {
  const parts = FIELDS.filter((name) => fields[name]).map((name) => `${name}=${encoded(fields[name])}`);
  return parts.length ? `#${parts.join("&")}` : "";
}

class Address {
  constructor() {
    this.fields = parse(location.hash);
    this.listeners = new Set();
    window.addEventListener("hashchange", () => this.read());
    window.addEventListener("popstate", () => this.read());
  }

  /** `listener(fields, before)` is called at each change, also by the browser's Back. */
  listen(listener) {
    this.listeners.add(listener);
  }

  /** Change fields (null takes one away); with `quietly` without a step for the browser's Back. */
  set(changes, { quietly = false } = {}) {
    const hash = format({ ...this.fields, ...changes });
    if (hash === format(this.fields)) return;
    history[quietly ? "replaceState" : "pushState"](null, "", hash || location.pathname + location.search);
    this.read();
  }

  read() {
    const before = this.fields;
    this.fields = parse(location.hash);
    if (format(before) === format(this.fields)) return;
    for (const listener of this.listeners) listener(this.fields, before);
  }
}

export const address = new Address();
