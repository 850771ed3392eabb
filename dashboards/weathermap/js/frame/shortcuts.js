// Keys that work wherever one does not type.

import { MODES } from "../modes/modes.js";

/** 1 … 6 choose a mode; the others are in `actions`, by key. */
export function listenForShortcuts(modes, actions) {
  window.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.target.closest("input:not([type=range]), select, textarea")) return;
    const mode = MODES[Number(event.key) - 1];
    const action = mode ? () => modes.choose(mode) : actions[event.key.toLowerCase()];
    if (!action) return;
    event.preventDefault();
    action();
  });
}
