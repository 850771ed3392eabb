// One pointer drags, two pinch; a click that ends either chooses nothing.

const DRAG_PX = 4;

/**
 * Tell of drags on `root`: `pan(dx, dy)` and `pinch(factor, about)`, in the units of `placeOf(event)`,
 * which gives {x, y}.
 */
export function listenForDrags(root, placeOf, { pan, pinch }) {
  const down = new Map();
  let moved = false;
  root.addEventListener("pointerdown", (event) => {
    if (down.size === 0) moved = false;
    down.set(event.pointerId, placeOf(event));
  });
  root.addEventListener("click", (event) => { if (moved) event.stopImmediatePropagation(); }, { capture: true });
  for (const end of ["pointerup", "pointercancel"]) {
    window.addEventListener(end, (event) => down.delete(event.pointerId));
  }
  window.addEventListener("pointermove", (event) => {
    const before = down.get(event.pointerId);
    if (!before) return;
    const now = placeOf(event);
    if (!moved && down.size === 1 && Math.hypot(now.x - before.x, now.y - before.y) < DRAG_PX) return;
    moved = true;
    down.set(event.pointerId, now);
    const other = [...down].find(([id]) => id !== event.pointerId)?.[1];
    if (!other) {
      pan(now.x - before.x, now.y - before.y);
      return;
    }
    const apart = (point) => Math.hypot(point.x - other.x, point.y - other.y) || 1;
    const about = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    pinch(apart(now) / apart(before), about);
  });
}
