// The panel below: what is chosen; without a choice, what the mode of the map finds worth a look.

import { button } from "../base/dom.js";
import { t } from "../words/words.js";
import { LinkPanel } from "./linkpanel.js";
import { Ranking } from "./ranking.js";
import { RiskPanel } from "./riskpanel.js";
import { RouterPanel } from "./routerpanel.js";
import { SitePanel } from "./sitepanel.js";

export class Detail {
  /** `close()` is called by the button that closes what is open, `harmed(effect | null)` when a failure is looked at. */
  constructor(store, section, { selection, pair, modes, extra, close, harmed }) {
    Object.assign(this, { store, section, selection, pair, modes, harmed });
    this.overview = new Ranking(store, modes, selection, extra);
    this.panel = this.overview;
    this.close = button("×", close, { class: "close", "aria-label": t("close"), title: t("close") });
    section.append(this.overview.node);
  }

  show(kind, ids) {
    this.panel.stop?.();
    this.panel = this.open(kind, ids[0], ids) ?? this.overview;
    this.section.replaceChildren(...(this.panel === this.overview ? [] : [this.close]), this.panel.node);
    this.section.scrollTop = 0;
    this.panel.refresh();
  }

  open(kind, id, ids) {
    const { sites, links, circuits, routers } = this.store;
    const failing = this.modes.name === "n-1";
    const risk = (what, name) => new RiskPanel(this.store, what, name, this.selection, this.harmed);
    if (kind === "pair" && ids.every((one) => sites.has(one))) return this.pair;
    if (kind === "site" && sites.has(id)) return new SitePanel(this.store, id, this.selection);
    if (kind === "router" && routers.has(id)) return failing ? risk("router", id) : new RouterPanel(this.store, id, this.selection);
    if (kind === "link" && links.has(id)) return failing ? risk("circuit", links.get(id).circuit) : new LinkPanel(this.store, id, this.selection);
    if (kind === "circuit" && circuits.has(id)) return failing ? risk("circuit", id) : new LinkPanel(this.store, circuits.get(id).links[0], this.selection);
    if (kind === "srlg") return risk("srlg", id);
    return null;
  }

  /** Something in the store changed. */
  refresh() {
    if (this.store.topology !== null && this.panel !== this.pair) this.panel.refresh();
  }
}
