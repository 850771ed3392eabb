// Where circuits run on the screen: parallel ones apart, and none through a site that it does not serve.

const CLEARANCE = 15;
const BOWS = [0, 16, -16, 26, -26, 38, -38, 52, -52, 68, -68];

const mix = (p, q, t) => ({ x: p.x + (q.x - p.x) * t, y: p.y + (q.y - p.y) * t });
const text = (p) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`;

/** The point at t of a quadratic curve {from, control, to}. */
export function along(curve, t) {
  return mix(mix(curve.from, curve.control, t), mix(curve.control, curve.to, t), t);
}

function directionAt(curve, t) {
  const p = mix(curve.from, curve.control, t);
  const q = mix(curve.control, curve.to, t);
  const length = Math.hypot(q.x - p.x, q.y - p.y) || 1;
  return { x: (q.x - p.x) / length, y: (q.y - p.y) / length };
}

/** A curve from p to q whose middle lies `bow` pixels beside the straight line; ends spread a little. */
function bowed(p, q, bow, spread) {
  const length = Math.hypot(q.x - p.x, q.y - p.y) || 1;
  const normal = { x: -(q.y - p.y) / length, y: (q.x - p.x) / length };
  const beside = (point, by) => ({ x: point.x + normal.x * by, y: point.y + normal.y * by });
  const [from, to] = [beside(p, spread), beside(q, spread)];
  return { from, to, control: beside(mix(from, to, 0.5), 2 * (bow - spread)) };
}

/** The part of a curve that lies outside the sites at its ends, of radii `near` and `far`. */
function trimmed(curve, near, far) {
  const length = Math.hypot(curve.to.x - curve.from.x, curve.to.y - curve.from.y) || 1;
  const room = Math.max(0, Math.min(1, (length - 6) / (near + far || 1)));
  const [t, u] = [(near * room) / length, 1 - (far * room) / length];
  const control = mix(mix(curve.from, curve.control, t), mix(curve.control, curve.to, t), u);
  return { from: along(curve, t), control, to: along(curve, u) };
}

function clearance(curve, others) {
  let least = Infinity;
  for (let t = 0.08; t < 0.93; t += 0.04) {
    const point = along(curve, t);
    for (const other of others) least = Math.min(least, Math.hypot(other.x - point.x, other.y - point.y));
  }
  return least;
}

// The least bow that keeps clear of the other sites.
function clearBow(p, q, others) {
  const reach = Math.hypot(q.x - p.x, q.y - p.y) * 0.3;
  let best = { bow: 0, cost: Infinity };
  for (const bow of BOWS.filter((candidate) => candidate === 0 || Math.abs(candidate) <= Math.max(16, reach))) {
    const missing = Math.max(0, CLEARANCE - clearance(bowed(p, q, bow, 0), others));
    const cost = missing * 10 + Math.abs(bow) * 0.5;
    if (cost < best.cost) best = { bow, cost };
  }
  return best.bow;
}

// Whether any bow from p to q could come too close to a point: most of a large network is far away.
function isNear({ x, y }, p, q) {
  const room = Math.max(...BOWS) + CLEARANCE;
  return x > Math.min(p.x, q.x) - room && x < Math.max(p.x, q.x) + room && y > Math.min(p.y, q.y) - room && y < Math.max(p.y, q.y) + room;
}

/**
 * Curves of all circuits between sites: Map of circuit id to {from, control, to}, from its A-end to its
 * Z-end. `circuits` have `id`, `a`, `z` (site ids) and `width`; `places` is a Map of site id to point,
 * `radius(siteId)` what a site covers.
 */
export function lay(circuits, places, radius) {
  const bundles = Map.groupBy
    ? Map.groupBy(circuits, pairOf)
    : circuits.reduce((map, c) => map.set(pairOf(c), [...(map.get(pairOf(c)) ?? []), c]), new Map());
  const curves = new Map();
  for (const bundle of bundles.values()) {
    const [first, second] = [bundle[0].a, bundle[0].z].sort();
    const [p, q] = [places.get(first), places.get(second)];
    const others = [...places].filter(([id, point]) => id !== first && id !== second && isNear(point, p, q)).map(([, point]) => point);
    const bow = clearBow(p, q, others);
    const pitch = Math.max(...bundle.map((circuit) => circuit.width)) + 4.5;
    bundle.forEach((circuit, index) => {
      const lane = (index - (bundle.length - 1) / 2) * pitch;
      const spread = Math.max(-6, Math.min(6, lane * 0.6));
      const curve = trimmed(bowed(p, q, bow + lane, spread), radius(first), radius(second));
      curves.set(circuit.id, circuit.a === first ? curve : reversed(curve));
    });
  }
  return curves;
}

const pairOf = (circuit) => [circuit.a, circuit.z].sort().join(" ");

/** The same curve from its other end. */
export const reversed = (curve) => ({ from: curve.to, control: curve.control, to: curve.from });

export const wholePath = (curve) => `M${text(curve.from)}Q${text(curve.control)} ${text(curve.to)}`;

/** The sender's half of a curve: path of the body, triangle of the tip, its middle, and its length. */
export function halfLine(curve, width) {
  const length = Math.hypot(curve.to.x - curve.from.x, curve.to.y - curve.from.y);
  const tip = Math.min(width * 1.5 + 2, length / 7);
  const point = along(curve, 0.5);
  const heading = directionAt(curve, 0.5);
  const end = { x: point.x - heading.x * 0.6, y: point.y - heading.y * 0.6 };
  const neck = { x: end.x - heading.x * tip, y: end.y - heading.y * tip };
  const wing = width / 2 + 1.4;
  const left = { x: neck.x - heading.y * wing, y: neck.y + heading.x * wing };
  const right = { x: neck.x + heading.y * wing, y: neck.y - heading.x * wing };
  const control = mix(curve.from, curve.control, 0.5);
  const heart = along(curve, 0.29);
  return {
    body: `M${text(curve.from)}Q${text(control)} ${text(neck)}`,
    tip: `M${text(left)}L${text(end)}L${text(right)}Z`,
    heart, heading: directionAt(curve, 0.29), length: length / 2,
  };
}
