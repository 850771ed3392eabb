// What is chosen: a link, site, router, circuit or shared risk, or a pair of sites; kept in the address.

import { address } from "../base/address.js";

const KINDS = ["link", "site", "router", "circuit", "srlg", "pair"];
const NONE = { kind: "none", ids: [] };

/** `<kind>:<id>` as {kind, ids}; kind `none` where it says nothing. */
export function parse(text) {
  const [, kind, rest] = /^(\w+):(.+)$/.exec(text ?? "") ?? [];
  if (!KINDS.includes(kind)) return NONE;
  const ids = kind === "pair" ? rest.split(",") : [rest];
  return kind === "pair" && ids.length !== 2 ? NONE : { kind, ids };
}

export class Selection {
  /** `changed({kind, ids})` is called at each change, also by the browser's Back. */
  constructor(changed) {
    this.current = parse(address.fields.select);
    address.listen((fields, before) => {
      if (fields.select === before.select) return;
      this.current = parse(fields.select);
      changed(this.current);
    });
  }

  set(kind, ...ids) {
    address.set({ select: kind === "none" ? null : `${kind}:${ids.join(",")}` });
  }

  /** A site was clicked: the first opens it, the second makes a pair, the same again lets go. */
  site(id) {
    const { kind, ids } = this.current;
    if (kind === "site" && ids[0] === id) this.set("none");
    else if (kind === "site") this.set("pair", ids[0], id);
    else this.set("site", id);
  }
}
