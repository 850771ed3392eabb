// Where names stand: off the sites, off each other, and where they hide least of the lines.

import { along } from "./geometry.js";

const ANGLES = Array.from({ length: 16 }, (_, i) => (i * Math.PI) / 8);
const DISTANCES = [3, 8, 18];
const MARKS_AT = [0.29, 0.71]; // where a link that is not up carries its mark
const MARK = 7;
const ROUNDS = 3;
const COST = { label: 60, site: 60, line: 1.6, outside: 1000, distance: 0.7, left: 0.6, ambiguous: 12, mark: 6 };
const NEAR = 7; // closer than this to another site, a name might be taken for its own

// A box of the label whose nearest edge lies `gap` from the site in this direction.
function boxAt(label, angle, gap) {
  const [dx, dy] = [Math.cos(angle), Math.sin(angle)];
  const reach = label.size + gap;
  const x = label.place.x + dx * reach + ((dx - 1) * label.width) / 2;
  const y = label.place.y + dy * reach + ((dy - 1) * label.height) / 2;
  return { x, y, width: label.width, height: label.height };
}

const overlap = (a, b, pad = 0) =>
  Math.max(0, Math.min(a.x + a.width, b.x + b.width) - Math.max(a.x, b.x) + pad) *
  Math.max(0, Math.min(a.y + a.height, b.y + b.height) - Math.max(a.y, b.y) + pad);

const grown = ({ x, y, width, height }) => ({ x: x - NEAR, y: y - NEAR, width: width + 2 * NEAR, height: height + 2 * NEAR });

function fixedCost(box, label, angle, gap, scene) {
  let cost = gap * COST.distance + (1 - Math.cos(angle)) * COST.left;
  if (box.x < 2 || box.y < 2 || box.x + box.width > scene.width - 2 || box.y + box.height > scene.height - 2) {
    cost += COST.outside;
  }
  for (const site of scene.sites) {
    if (overlap(box, site) > 0) cost += COST.site;
    else if (site.id !== label.id && overlap(box, grown(site)) > 0) cost += COST.ambiguous;
  }
  for (const mark of scene.marks) if (overlap(box, mark) > 0) cost += COST.mark;
  for (const point of scene.points) {
    if (point.x > box.x && point.x < box.x + box.width && point.y > box.y && point.y < box.y + box.height) cost += COST.line;
  }
  return cost;
}

// The part of the scene that a label can reach; the rest would only be passed over, again and again.
function around({ place, size, width, height }, scene) {
  const [right, down] = [width, height].map((own) => own + size + Math.max(...DISTANCES) + NEAR);
  const reaches = ({ x, y, width: w = 0, height: h = 0 }) =>
    x + w > place.x - right && x < place.x + right && y + h > place.y - down && y < place.y + down;
  return { ...scene, sites: scene.sites.filter(reaches), points: scene.points.filter(reaches), marks: scene.marks.filter(reaches) };
}

function leaderOf(label, box, gap) {
  if (gap < 12) return null;
  const x = Math.max(box.x, Math.min(label.place.x, box.x + box.width));
  const y = Math.max(box.y, Math.min(label.place.y, box.y + box.height));
  return `M0 0L${(x - label.place.x).toFixed(1)} ${(y - label.place.y).toFixed(1)}`;
}

/**
 * Place labels {id, place, size, width, height} beside their sites. Returns a Map of id to {x, y, leader,
 * crowded}: start of the text's base line from the site, a path to the site where the label stands away
 * from it, and whether there was no room for it that no other site or larger site's label has. The same input gives the same places.
 */
export function placeLabels(labels, curves, { width, height }) {
  const points = curves.flatMap((curve) => {
    const steps = Math.max(4, Math.ceil(Math.hypot(curve.to.x - curve.from.x, curve.to.y - curve.from.y) / 6));
    return Array.from({ length: steps }, (_, i) => along(curve, (i + 0.5) / steps));
  });
  const marks = curves.flatMap((curve) => MARKS_AT.map((t) => along(curve, t)))
    .map(({ x, y }) => ({ x: x - MARK, y: y - MARK, width: 2 * MARK, height: 2 * MARK }));
  const sites = labels.map(({ id, place, size }) => ({ id, x: place.x - size, y: place.y - size, width: 2 * size, height: 2 * size }));
  const whole = { width, height, sites, points, marks };
  const options = new Map();
  for (const label of labels) {
    const scene = around(label, whole);
    options.set(label.id, ANGLES.flatMap((angle) => DISTANCES.map((gap) => {
      const box = boxAt(label, angle, gap);
      return { box, gap, cost: fixedCost(box, label, angle, gap, scene) };
    })));
  }
  const chosen = new Map();
  for (let round = 0; round < ROUNDS; round += 1) {
    for (const label of labels) {
      const others = [...chosen].filter(([id]) => id !== label.id).map(([, option]) => option.box);
      const price = (option) => option.cost + COST.label * others.filter((box) => overlap(option.box, box, 2) > 0).length;
      chosen.set(label.id, options.get(label.id).reduce((best, option) => (price(option) < price(best) ? option : best)));
    }
  }
  const kept = [];
  for (const { id } of [...labels].sort((a, b) => b.size - a.size)) {
    const { box } = chosen.get(id);
    const outside = box.x < 0 || box.y < 0 || box.x + box.width > width || box.y + box.height > height;
    const covers = sites.some((site) => site.id !== id && overlap(box, site) > 0);
    if (!outside && !covers && !kept.some((other) => overlap(box, chosen.get(other).box) > 0)) kept.push(id);
  }
  return new Map(labels.map((label) => {
    const { box, gap } = chosen.get(label.id);
    const [x, y] = [box.x - label.place.x, box.y - label.place.y + label.height * 0.8];
    return [label.id, { x, y, leader: leaderOf(label, box, gap), crowded: !kept.includes(label.id) }];
  }));
}
