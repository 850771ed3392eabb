// Language, theme and the wall, at the end of the top line.

import { applyTheme, choose, theme } from "../base/choices.js";
import { button, html, svg } from "../base/dom.js";
import { language, t } from "../words/words.js";

// Drawn, for not every screen has a font with these signs.
function icon(d, action, attributes) {
  const node = button("", action, attributes);
  node.append(svg("svg", { width: 16, height: 16, viewBox: "0 0 16 16", "aria-hidden": "true" }, svg("path", { d })));
  return node;
}

/** The buttons; `kiosk()` goes to the view for a wall. */
export function settings({ kiosk }) {
  const other = language === "zh" ? "en" : "zh";
  return html("div", { id: "settings", role: "group", "aria-label": t("settings") },
    button(other === "zh" ? "中" : "EN", () => { choose("lang", other); location.reload(); }, { lang: other, title: t("settings.language"), "aria-label": t("settings.language") }),
    icon("M8 2A6 6 0 1 1 8 14A6 6 0 1 1 8 2ZM8 2V14M8 5L11.6 3.2M8 8L13.8 5.6M8 11L13.8 8.4", () => { choose("theme", theme() === "dark" ? "light" : "dark"); applyTheme(); }, { title: t("settings.theme"), "aria-label": t("settings.theme"), "data-minor": "phone" }),
    icon("M2 6V2H6M10 2H14V6M14 10V14H10M6 14H2V10", kiosk, { title: t("settings.kiosk"), "aria-label": t("settings.kiosk"), "aria-keyshortcuts": "k", "data-minor": "phone" }));
}
