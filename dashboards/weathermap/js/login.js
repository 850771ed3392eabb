// The way in: a token is posted once, and the browser gets a cookie that scripts cannot read.
//
// Behind the # may stand where the reader wanted to go, or `token=…` of a screen on a wall. What stands there
// is sent to no server; a token is taken off at once, so that it stays in no history.

import { applyTheme } from "./base/choices.js";
import { t, translate } from "./words/words.js";

const at = (id) => document.getElementById(id);

applyTheme();
translate(document);
document.title = t("login.title");

function wanted() {
  try {
    return decodeURIComponent(location.hash.slice(1));
  } catch {
    return "";
  }
}

async function logIn(token, then) {
  at("said").textContent = t("login.busy");
  try {
    const response = await fetch(new URL("login", document.baseURI), {
      method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify({ token }),
    });
    const answer = await response.json().catch(() => ({}));
    if (!response.ok) throw new Error(answer.detail ?? String(response.status));
    location.replace(new URL(`./${answer.kiosk ? "#kiosk=1" : then}`, document.baseURI));
  } catch (error) {
    at("said").textContent = t("login.failed", { reason: error.message });
  }
}

const hash = wanted();
const shown = /^token=(.+)$/.exec(hash);
if (shown) {
  history.replaceState(null, "", location.pathname);
  logIn(shown[1], "");
}
at("login").addEventListener("submit", (event) => {
  event.preventDefault();
  const token = at("token").value.trim();
  if (token) logIn(token, hash.startsWith("#") ? hash : "");
});
