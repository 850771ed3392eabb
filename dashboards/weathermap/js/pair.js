// Two sites: the best possible path, the one that packets take, the other ways and the disjoint partner.

import * as api from "./api.js";
import { keyed, set, svg } from "./dom.js";
import { wholePath } from "./geometry.js";
import { PairPanel } from "./pairpanel.js";

const AGAIN_MS = 2000; // numbers move ten times a second; the answer is asked for this often at most
const BEST_WIDTH = 19;
const SHOWN_WIDTH = 11;

export class Pair {
  constructor(store, map, links) {
    Object.assign(this, { store, map, links });
    this.ids = null;
    this.answer = null;
    this.shown = null; // the links of the other way that is drawn beside the best path
    this.panel = new PairPanel(store, (path) => this.show(path));
    this.node = this.panel.node;
  }

  /** Ask for the paths between two sites; null takes the halos off the map. */
  choose(ids) {
    clearTimeout(this.timer);
    this.timer = null;
    this.ids = ids;
    this.answer = null;
    this.shown = null;
    this.draw();
    if (ids === null) return;
    this.panel.name(ids);
    this.panel.tell("Asking …");
    this.ask(ids);
  }

  /** The network changed: ask again, soon. */
  refresh() {
    if (this.ids === null || this.timer) return;
    this.timer = setTimeout(() => { this.timer = null; this.ask(this.ids); }, AGAIN_MS);
  }

  async ask(ids) {
    let answer;
    try {
      answer = await api.pathsBetween(...ids);
    } catch (problem) {
      answer = { problem };
    }
    if (this.ids !== ids) return; // another pair was chosen meanwhile
    this.answer = answer;
    if (answer.problem) this.panel.tell(answer.problem.message);
    else this.panel.write(answer, this.shown);
    this.draw();
  }

  /** Draw one of the other ways beside the best path; the same again takes it off. */
  show(path) {
    const links = path.links.join(" ");
    this.shown = this.shown?.join(" ") === links ? null : path.links;
    this.panel.write(this.answer, this.shown);
    this.draw();
  }

  /** Halos: the best path as a wide band, the forwarded branches as narrower ones by their share. */
  draw() {
    const halos = this.halos();
    const rows = [];
    for (const [name, id, width] of halos) {
      const link = this.store.links.get(id);
      const curve = link && this.links.curve(link);
      if (curve) rows.push({ key: `${name} ${id}`, name, width, d: wholePath(curve) });
    }
    keyed(this.map.layers.halo, rows, (row) => row.key, (row) => svg("path", { class: `halo ${row.name}` }),
      (node, row) => { set(node, "d", row.d); set(node, "stroke-width", row.width); });
    this.links.focus(this.answer?.any ? halos.map(([, id]) => id) : null);
  }

  halos() {
    if (!this.answer?.any) return [];
    const { any, igp } = this.answer;
    const best = any.paths[0].links.map((id) => ["best", id, BEST_WIDTH]);
    const ahead = igp.links.map(({ link, fraction_ppm: share }) => ["forwarded", link, 5 + (8 * share) / 1e6]);
    return [...best, ...ahead, ...(this.shown ?? []).map((id) => ["other", id, SHOWN_WIDTH])];
  }
}
