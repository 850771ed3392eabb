// Two sites: the best possible path, the one that packets take, the other ways and the disjoint partner.

import { address } from "../base/address.js";
import * as api from "../server/api.js";
import { keyed, say, set, svg } from "../base/dom.js";
import { percent } from "../base/format.js";
import { along, wholePath } from "../map/geometry.js";
import { t } from "../words/words.js";
import { PairPanel } from "./pairpanel.js";

const AGAIN_MS = 2000; // numbers move ten times a second; the answer is asked for this often at most
const BEST_WIDTH = 19;
const SHOWN_WIDTH = 11;
const LABELLED = 60; // a shorter curve has no room for its share
const [BROADEST, THINNEST, DASHED] = [20, 3, 3.5]; // in the mode that shows forwarding

const lengthOf = ({ from, to }) => Math.hypot(to.x - from.x, to.y - from.y);

export class Pair {
  /** `told(ids, answer)` is called when there is an answer for a pair. */
  constructor(store, map, links, modes, told) {
    Object.assign(this, { store, map, links, modes, told });
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
    this.panel.tell(t("asking"));
    this.ask(ids);
  }

  /** The network changed: ask again, soon. */
  refresh() {
    if (this.ids === null || this.timer) return;
    this.timer = setTimeout(() => { this.timer = null; this.ask(this.ids); }, AGAIN_MS);
  }

  get isPast() {
    return Boolean(address.fields.at);
  }

  async ask(ids) {
    let answer;
    try {
      answer = this.isPast ? null : await api.pathsBetween(...ids);
    } catch (problem) {
      answer = { problem };
    }
    if (this.ids !== ids) return; // another pair was chosen meanwhile
    if (this.isPast) answer = { problem: { message: t("past.liveOnly") } };
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
    for (const [name, id, width, share] of halos) {
      const link = this.store.links.get(id);
      const curve = link && this.links.curve(link);
      if (!curve) continue;
      rows.push({ key: `${name} ${id}`, name, width, d: wholePath(curve) });
      if (share < 0.995 && lengthOf(curve) > LABELLED) rows.push({ key: `share ${id}`, text: percent(share), at: along(curve, 0.5) });
    }
    keyed(this.map.layers.halo, rows, (row) => row.key,
      (row) => (row.text ? svg("text", { class: "share", dy: "0.36em" }) : svg("path", { class: `halo ${row.name}` })),
      (node, row) => {
        if (row.text) {
          say(node, row.text);
          set(node, "x", row.at.x.toFixed(1));
          set(node, "y", row.at.y.toFixed(1));
        } else {
          set(node, "d", row.d);
          set(node, "stroke-width", row.width);
        }
      });
    set(this.map.root, "data-pair", halos.length > 0);
    if (this.ids) this.told(this.ids, this.answer);
    this.links.focus(this.answer?.any ? halos.map(([, id]) => id) : null);
  }

  halos() {
    if (!this.answer?.any) return [];
    const { any, igp } = this.answer;
    const forwarding = this.modes.current.isForwarded;
    const ahead = igp.links.map(({ link, fraction_ppm: share }) =>
      forwarding
      ? ["forwarded", link, THINNEST + ((BROADEST - THINNEST) * share) / 1e6, share / 1e6]
      : ["forwarded", link, 5 + (8 * share) / 1e6]);
    const best = any.paths[0].links.map((id) => [forwarding ? "best dashed" : "best", id, forwarding ? DASHED : BEST_WIDTH]);
    const others = (this.shown ?? []).map((id) => ["other", id, SHOWN_WIDTH]);
    return forwarding ? [...ahead, ...best, ...others] : [...best, ...ahead, ...others];
  }
}
