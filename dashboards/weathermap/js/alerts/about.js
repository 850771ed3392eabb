// What is known of one alert: how sure, by what evidence, what it does to pairs of sites, what to do.

import { html, keyed, say, set } from "../base/dom.js";
import { latency, short } from "../base/format.js";
import { language, t, word } from "../words/words.js";

const CHILDREN = 12;

export class About {
  constructor(store) {
    this.store = store;
    this.sure = html("b", { class: "certainty" });
    this.effects = html("span", { class: "effects" });
    this.evidence = html("ul", { class: "evidence" });
    this.children = html("p", { class: "children" });
    this.runbook = html("a", { class: "runbook", target: "_blank", rel: "noopener" }, t("alert.runbook"));
    this.node = html("details", { class: "about" },
      html("summary", {}, this.sure, this.effects), this.evidence, this.children, this.runbook);
  }

  update(alert) {
    say(this.sure, alert.certainty ? word("certainty", alert.certainty) : "");
    set(this.sure, "data-certainty", alert.certainty ?? null);
    say(this.effects, this.sentence(alert));
    const evidence = (language === "zh" && alert.evidence_zh?.length ? alert.evidence_zh : alert.evidence) ?? [];
    keyed(this.evidence, evidence, (text) => text, (text) => html("li", {}, text), () => {});
    const children = (alert.children ?? []).map(({ kind, id }) => `${word("kind", kind)} ${id}`);
    const more = children.length - CHILDREN;
    say(this.children, children.length ? t("alert.children", { names: children.slice(0, CHILDREN).join(", ") + (more > 0 ? t("alert.more", { n: more }) : "") }) : "");
    this.children.hidden = children.length === 0;
    const runbook = safe(alert.runbook_url);
    set(this.runbook, "href", runbook);
    this.runbook.hidden = runbook === null;
    this.node.hidden = !alert.certainty && !evidence.length && !alert.effects && !children.length && runbook === null;
  }

  // "3 pairs cut · 17 slower, Beijing → Shanghai +8.2 ms"
  sentence({ effects }) {
    if (!effects) return t("alert.why");
    const parts = [];
    if (effects.pairs_cut) parts.push(t("failure.cut", { n: effects.pairs_cut }));
    if (effects.pairs_slower) parts.push(t("alert.slower", { n: effects.pairs_slower }));
    if (effects.pairs_faster) parts.push(t("failure.faster", { n: effects.pairs_faster }));
    const { worst } = effects;
    if (worst?.added_latency_us) {
      const pair = [worst.source, worst.target].map((site) => short(this.store.siteName(site))).join(" → ");
      parts.push(`${pair} +${latency(worst.added_latency_us)}`);
    }
    return parts.length ? parts.join(" · ") : t("alert.noEffect");
  }
}

// Only a link that a browser opens as a page.
function safe(url) {
  try {
    return ["http:", "https:"].includes(new URL(url, document.baseURI).protocol) ? url : null;
  } catch {
    return null;
  }
}
