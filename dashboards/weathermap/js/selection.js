// What is chosen, kept in the URL so that it can be shared: #link=<id>, #site=<id>, #pair=<a>,<b>.

/** Parse a hash into {kind, ids}; kind `none` where it says nothing. */
export function parse(hash) {
  const match = /^#(link|site|pair)=(.+)$/.exec(hash);
  if (!match) return { kind: "none", ids: [] };
  let ids;
  try {
    ids = (match[1] === "pair" ? match[2].split(",") : [match[2]]).map(decodeURIComponent);
  } catch {
    return { kind: "none", ids: [] };
  }
  return match[1] === "pair" && ids.length !== 2 ? { kind: "none", ids: [] } : { kind: match[1], ids };
}

export class Selection {
  /** `changed({kind, ids})` is called at each change, also by the browser's Back. */
  constructor(changed) {
    this.changed = changed;
    this.current = parse(location.hash);
    window.addEventListener("hashchange", () => {
      this.current = parse(location.hash);
      this.changed(this.current);
    });
  }

  set(kind, ...ids) {
    const hash = kind === "none" ? "" : `#${kind}=${ids.map((id) => encodeURIComponent(id).replaceAll("%3A", ":")).join(",")}`;
    if (hash === location.hash) return;
    history.pushState(null, "", hash || location.pathname + location.search);
    this.current = { kind, ids };
    this.changed(this.current);
  }

  /** A site was clicked: the first opens it, the second makes a pair, the same again lets go. */
  site(id) {
    const { kind, ids } = this.current;
    if (kind === "site" && ids[0] === id) this.set("none");
    else if (kind === "site") this.set("pair", ids[0], id);
    else this.set("site", id);
  }
}
