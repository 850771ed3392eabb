// Find a site, a router or a circuit by its name or id; "/" goes to the field from anywhere.

import { html, keyed } from "../base/dom.js";
import { short } from "../base/format.js";
import { t } from "../words/words.js";

export class Find {
  /** `open(kind, id)` is called with `site` or `link`. */
  constructor(store, form, open) {
    Object.assign(this, { store, open });
    [this.field, this.names] = [form.querySelector("input"), form.querySelector("datalist")];
    form.addEventListener("submit", (event) => { event.preventDefault(); this.search(true); });
    this.field.addEventListener("input", (event) => {
      this.field.setCustomValidity("");
      if (event.inputType === "insertReplacementText" || event.inputType === undefined) this.search(false);
    });
    this.field.addEventListener("keydown", (event) => {
      if (event.key !== "Escape") return;
      event.stopPropagation();
      this.field.value = "";
      this.field.blur();
    });
    window.addEventListener("keydown", (event) => {
      if (event.key !== "/" || event.target.closest("input") || event.ctrlKey || event.metaKey) return;
      event.preventDefault();
      this.field.focus();
      this.field.select();
    });
  }

  /** The names that the browser offers while one types. */
  draw() {
    const rows = this.rows().map(({ text }) => text);
    keyed(this.names, rows, (text) => text, (text) => html("option", { value: text }), () => {});
  }

  rows() {
    const { sites, routers, circuits } = this.store;
    return [
      ...[...sites.values()].map((site) => ({ text: `${short(site.name_en)} ${short(site.name_zh)}`, id: site.id, target: ["site", site.id] })),
      ...[...routers.values()].map((router) => ({ text: router.id, id: router.id, target: ["router", router.id] })),
      ...[...circuits.values()].map((circuit) => ({ text: circuit.id, id: circuit.id, target: ["link", circuit.links[0]] })),
    ];
  }

  // `loosely`: a part of a name will do; else it has to be one of the names in full.
  search(loosely) {
    const wanted = this.field.value.trim().toLowerCase();
    if (!wanted) return;
    const rank = ({ text, id }) => [text, id].reduce((best, name) => {
      const place = name.toLowerCase().indexOf(wanted);
      return Math.min(best, name.toLowerCase() === wanted ? -1 : place < 0 ? Infinity : place);
    }, Infinity);
    const [best] = this.rows().map((row) => [rank(row), row]).sort((a, b) => a[0] - b[0]);
    if (best && best[0] < (loosely ? Infinity : 0)) {
      this.field.value = "";
      this.field.blur();
      this.open(...best[1].target);
    } else if (loosely) {
      this.field.setCustomValidity(t("find.none", { name: this.field.value.trim() }));
      this.field.reportValidity();
    }
  }
}
