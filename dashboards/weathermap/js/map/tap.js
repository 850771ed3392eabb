// A finger is broader than a line: a tap on the map chooses the nearest site, else the nearest half-line.

import { along } from "./geometry.js";

const REACH_PX = 22; // half of what a finger needs
const BESIDE_PX = 12;
const SAMPLES = [0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5];

const near = (points, at) => Math.min(...points.map((point) => Math.hypot(point.x - at.x, point.y - at.y)));

function nearest(entries, reach) {
  const [best] = entries.filter(([, distance]) => distance <= reach).sort((a, b) => a[1] - b[1]);
  return best?.[0] ?? null;
}

/** Take taps on the map for `chooseSite(id)` and `chooseLink(id)`; a mouse is exact and left alone. */
export function listenForTaps(store, map, links, { chooseSite, chooseLink }) {
  map.root.addEventListener("click", (event) => {
    if (event.pointerType !== "touch") return;
    const at = map.placeOf(event);
    const onName = event.target.closest(".label") !== null; // a name is its site's, but for one right beside the finger
    const reach = (onName ? BESIDE_PX : REACH_PX) / map.grain;
    const site = nearest([...map.places].map(([id, place]) => [id, near([place], at)]), reach);
    const drawn = [...store.links.values()].map((link) => [link.id, links.curve(link)]).filter(([, curve]) => curve);
    if (onName && site === null) return;
    const link = site ?? nearest(drawn.map(([id, curve]) => [id, near(SAMPLES.map((t) => along(curve, t)), at)]), reach);
    if (link === null) return;
    event.stopImmediatePropagation(); // the bare map, too, listens: it would let go of what is chosen
    if (site !== null) chooseSite(site);
    else chooseLink(link);
  }, { capture: true });
}
