// All wiring of the page: store → views, choice → views, server → store.

import { Detail } from "./detail.js";
import { html } from "./dom.js";
import { Find } from "./find.js";
import { Header } from "./header.js";
import { MapKeys } from "./keys.js";
import { legend } from "./legend.js";
import { Links } from "./links.js";
import { Live } from "./live.js";
import { WeatherMap } from "./map.js";
import { Pair } from "./pair.js";
import { Selection } from "./selection.js";
import { Sheet } from "./sheet.js";
import { Sites } from "./sites.js";
import { intraSite, Store } from "./store.js";
import { listenForTaps } from "./tap.js";
import { Wrong } from "./wrong.js";

const at = (id) => document.getElementById(id);

const store = new Store();
const selection = new Selection(show);
const map = new WeatherMap(at("stage"), drawn);
const links = new Links(store, map, (id) => selection.set("link", id));
const sites = new Sites(store, map, (id) => selection.site(id));
const header = new Header(store, { name: at("backbone-name"), facts: at("facts"), banner: at("banner") });
const wrong = new Wrong(store, at("wrong"), (kind, id) => selection.set(kind, id));
const pair = new Pair(store, map, links);
const detail = new Detail(store, at("detail"), selection, pair, close);
const keys = new MapKeys(store, map, sites, links);
const sheet = new Sheet(store, at("side"), at("handle"), wrong);
const find = new Find(store, at("find"), (kind, id) => { selection.set(kind, id); keys.go(kind, id); });

at("stage").append(legend(), hint());
listenForTaps(store, map, links, {
  chooseSite: (id) => selection.site(id), chooseLink: (id) => selection.set("link", id),
});
window.addEventListener("keydown", (event) => { if (event.key === "Escape") close(); });
document.querySelector(".skip").addEventListener("click", (event) => {
  event.preventDefault();
  at("wrong").focus();
});
map.root.addEventListener("click", () => selection.set("none"));

// What was open closes; the focus goes back to where it was opened from.
function close() {
  const { kind, ids } = selection.current;
  const inPanel = at("detail").contains(document.activeElement);
  selection.set("none");
  if (inPanel && kind !== "none") keys.go(kind === "pair" ? "site" : kind, ids.at(-1));
}

function hint() {
  return html("p", { id: "keys", "aria-hidden": "true" }, "Arrows: sites · N, P: links of the site · Enter: open · /: find · Esc: close");
}

// Places on the screen changed.
function drawn(atRest) {
  links.layout();
  sites.layout();
  if (atRest) sites.placeLabels(links.curves);
  keys.settle();
  pair.draw();
}

// The choice changed.
function show({ kind, ids }) {
  if (store.topology === null) return;
  links.select(kind === "link" ? ids[0] : null);
  const inside = kind === "link" && store.links.has(ids[0]) && intraSite(store.links.get(ids[0]));
  sites.select(inside ? [store.links.get(ids[0]).from_site] : kind === "link" ? [] : ids);
  pair.choose(kind === "pair" ? ids : null);
  detail.show(kind, ids);
  sheet.show(kind);
}

let drawnOf = "";
store.listen((change) => {
  const shape = [...store.sites.keys(), ...store.circuits.keys()].join(" ");
  if (shape !== drawnOf) {
    drawnOf = shape;
    map.setSites(store.sites);
    find.draw();
    show(selection.current);
  }
  for (const id of change.links) links.update(store.links.get(id));
  for (const site of store.sites.values()) sites.update(site);
  wrong.draw();
  sheet.draw();
  detail.refresh(change);
  pair.refresh();
  header.draw();
});

new Live(store, (status) => {
  store.lost = status.lostSince !== null;
  header.setStatus(status);
}).start();
setInterval(() => { if (store.lost) detail.refresh(); }, 1000); // ages grow, also of what nobody renews
