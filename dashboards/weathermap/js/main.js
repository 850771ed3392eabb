// All wiring of the page: store → views, choice → views, server → store.

import { Wrong } from "./alerts/wrong.js";
import { applyTheme } from "./base/choices.js";
import { html } from "./base/dom.js";
import { Clock } from "./frame/clock.js";
import { Find } from "./frame/find.js";
import { Header } from "./frame/header.js";
import { Kiosk } from "./frame/kiosk.js";
import { ModeBar } from "./frame/modebar.js";
import { Notice } from "./frame/notice.js";
import { Selection } from "./frame/selection.js";
import { settings } from "./frame/settings.js";
import { listenForShortcuts } from "./frame/shortcuts.js";
import { MapKeys } from "./map/keys.js";
import { Legend } from "./map/legend.js";
import { Links } from "./map/links.js";
import { WeatherMap } from "./map/map.js";
import { Sites } from "./map/sites.js";
import { listenForTaps } from "./map/tap.js";
import { harm, harmBand } from "./modes/failure.js";
import { lossOf } from "./modes/forwarded.js";
import { Modes } from "./modes/modes.js";
import { Pair } from "./pair/pair.js";
import { Detail } from "./panels/detail.js";
import { Sheet } from "./panels/sheet.js";
import { WindowForm } from "./panels/windowform.js";
import { Live } from "./server/live.js";
import { intraSite, Store } from "./server/store.js";
import { Past } from "./time/past.js";
import { TimeLine } from "./time/timeline.js";
import { t, translate } from "./words/words.js";

applyTheme();
translate(document);

const at = (id) => document.getElementById(id);

const store = new Store();
const selection = new Selection(show);
const modes = new Modes(store, modeChanged);
const map = new WeatherMap(at("stage"), drawn);
const links = new Links(store, map, modes, { choose: (id) => selection.set("link", id), hover });
const sites = new Sites(store, map, (id) => selection.site(id));
const header = new Header(store, { name: at("backbone-name"), facts: at("facts"), banner: at("banner") });
const wrong = new Wrong(store, at("wrong"), (kind, id) => selection.set(kind, id));
const notice = new Notice();
const pair = new Pair(store, map, links, modes, tellLoss);
const windowForm = new WindowForm(store, () => modes.all.maintenance.fetched.renew());
modes.all.maintenance.end = (id) => windowForm.end(id);
const detail = new Detail(store, at("detail"), {
  selection, pair, modes, close, harmed, extra: (name) => (name === "maintenance" && store.at === null ? windowForm.node : null),
});
const keys = new MapKeys(store, map, sites, links);
const sheet = new Sheet(store, at("side"), at("handle"), wrong);
const find = new Find(store, at("find"), (kind, id) => { selection.set(kind, id); keys.go(kind, id); });
const bar = new ModeBar(modes);
const legend = new Legend(modes);
const kiosk = new Kiosk(modes, () => wrong.tone === "good" && store.at === null);
const live = new Live(store, (status) => {
  store.lost = status.lostSince !== null && store.at === null;
  header.setStatus(status);
});
const past = new Past(store, live, (problem) => notice.show(problem ? t("past.cannot") : "", problem?.message ?? "", "bad"));
const timeLine = new TimeLine(store, at("time"), (moment) => past.go(moment, { quietly: true }));

new Clock(at("clock"));
at("header").append(settings({ kiosk: () => kiosk.toggle() }));
at("stage").append(bar.node, notice.node, legend.node, html("p", { id: "keys", "aria-hidden": "true" }, t("keys")));
listenForTaps(store, map, links, {
  chooseSite: (id) => selection.site(id), chooseLink: (id) => selection.set("link", id),
});
listenForShortcuts(modes, { l: () => past.go(null), ",": () => timeLine.step(-1), ".": () => timeLine.step(1), k: () => kiosk.toggle() });
window.addEventListener("keydown", (event) => { if (event.key === "Escape") (kiosk.on ? kiosk.toggle() : close()); });
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
  const link = kind === "link" ? ids[0] : null;
  links.select(link);
  const inside = store.links.has(link) && intraSite(store.links.get(link));
  const ringed = inside ? [store.links.get(link).from_site] : kind === "router" ? [store.routers.get(ids[0])?.site] : ["site", "pair"].includes(kind) ? ids : [];
  sites.select(ringed);
  pair.choose(kind === "pair" ? ids : null);
  detail.show(kind, ids);
  sheet.show(kind);
  if (kind !== "pair") tellLoss(null);
}

// Another mode, or new data of it.
function modeChanged() {
  bar.draw();
  legend.draw();
  map.root.dataset.mode = modes.name;
  links.repaint();
  pair.draw();
  if (modes.name === shownMode) detail.refresh();
  else show(selection.current);
  shownMode = modes.name;
}
let shownMode = modes.name;

// What a failure does, on the map: the links that fail and the sites that suffer.
function harmed(effect) {
  const harmedSites = new Map();
  for (const [kind, mark] of [["slower", "slower"], ["cut_off", "cut"]]) {
    for (const { from, to } of (effect?.[kind] ?? []).filter((change) => mark === "cut" || change.after_us - change.before_us >= 500)) {
      for (const site of [from, to]) harmedSites.set(site, mark);
    }
  }
  links.fail(effect?.links ?? []);
  sites.harm(harmedSites);
}

// In N-1, the pointer on a circuit asks what its loss would do.
function hover(linkId) {
  if (modes.name !== "n-1" || selection.current.kind !== "none") return;
  const circuit = store.links.get(linkId)?.circuit;
  const effect = circuit ? modes.current.effect("circuit", circuit) : null;
  harmed(effect && { ...effect, links: store.circuits.get(circuit).links });
  notice.show(effect ? t("failure.ifShort", { name: circuit }) : "", effect ? harm(effect) : "", effect && harmBand(effect) >= 3 ? "bad" : null);
}

// What the IGP costs the pair that is shown.
function tellLoss(ids, answer) {
  const loss = ids && modes.current.isForwarded ? lossOf(store, ids, answer) : null;
  if (loss) notice.show(loss.text, loss.pair, loss.lost > 0 ? "bad" : "good");
  else if (modes.current.isForwarded && !ids) notice.show(t("forwarded.pick"), "");
  else notice.show("");
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
  modes.refresh();
  wrong.draw();
  sheet.draw();
  detail.refresh(change);
  pair.refresh();
  header.draw();
  document.title = wrong.count ? t("title.wrong", { n: wrong.count, name: store.name }) : t("title");
});

modes.enter();
modeChanged();
live.start();
past.start();
setInterval(() => { if (store.lost) detail.refresh(); }, 1000); // ages grow, also of what nobody renews
setInterval(() => { if (modes.name === "age") { links.repaint(); detail.refresh(); } }, 5000);
