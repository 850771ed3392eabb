// Lambert's conformal conic projection with the parallels customary for this part of the world, and the
// view that fits it to the screen. A point is {x, y}; y grows downwards, as on the screen.

const RADIANS = Math.PI / 180;
const CENTRAL_MERIDIAN = 105;
const [SOUTH, NORTH] = [25, 47];

const half = (latitude) => Math.tan(Math.PI / 4 + (latitude * RADIANS) / 2);
const CONE = Math.log(Math.cos(SOUTH * RADIANS) / Math.cos(NORTH * RADIANS)) / Math.log(half(NORTH) / half(SOUTH));
const SCALE = (Math.cos(SOUTH * RADIANS) * half(SOUTH) ** CONE) / CONE;

/** Degrees to the plane, in radii of the earth. */
export function project(latitude, longitude) {
  const radius = SCALE / half(latitude) ** CONE;
  const angle = CONE * (longitude - CENTRAL_MERIDIAN) * RADIANS;
  return { x: radius * Math.sin(angle), y: -(SCALE / half(35) ** CONE - radius * Math.cos(angle)) };
}

/**
 * Screen places moved apart where sites lie closer than `least` pixels, each no further than need be, so
 * that the circuits between them can be seen. Magnified, all stand where they are. Returns a new Map.
 */
export function movedApart(places, least) {
  const moved = [...places].map(([id, { x, y }]) => ({ id, x, y }));
  for (let round = 0; round < 80; round += 1) {
    let crowded = false;
    for (let i = 0; i < moved.length; i += 1) {
      for (let j = i + 1; j < moved.length; j += 1) {
        const [p, q] = [moved[i], moved[j]];
        const distance = Math.hypot(q.x - p.x, q.y - p.y) || 0.01;
        if (distance >= least - 0.1) continue;
        const push = (least - distance) / (2 * distance) * 0.8;
        const [dx, dy] = [(q.x - p.x || 0.01) * push, (q.y - p.y) * push];
        p.x -= dx; p.y -= dy; q.x += dx; q.y += dy;
        crowded = true;
      }
    }
    if (!crowded) break;
  }
  return new Map(moved.map(({ id, x, y }) => [id, { x, y }]));
}

/** Plane to screen: fitted to the sites, then magnified about a point by the reader. */
export class View {
  constructor() {
    this.fitted = { scale: 1, x: 0, y: 0 };
    this.magnification = 1;
    this.shift = { x: 0, y: 0 };
  }

  /** Fit plane points into the box, `margin` = {top, right, bottom, left} in pixels. */
  fit(points, width, height, margin) {
    const xs = points.map((point) => point.x);
    const ys = points.map((point) => point.y);
    const [left, right, top, bottom] = [Math.min(...xs), Math.max(...xs), Math.min(...ys), Math.max(...ys)];
    const room = { x: width - margin.left - margin.right, y: height - margin.top - margin.bottom };
    const scale = Math.min(room.x / (right - left || 1), room.y / (bottom - top || 1));
    this.fitted = {
      scale,
      x: margin.left + (room.x - scale * (right - left)) / 2 - scale * left,
      y: margin.top + (room.y - scale * (bottom - top)) / 2 - scale * top,
    };
  }

  screen(point) {
    const { scale, x, y } = this.fitted;
    return {
      x: (point.x * scale + x) * this.magnification + this.shift.x,
      y: (point.y * scale + y) * this.magnification + this.shift.y,
    };
  }

  /** Magnify by a factor about a screen point that stays where it is; 1 is the smallest. */
  zoom(factor, about) {
    const next = Math.min(8, Math.max(1, this.magnification * factor));
    const real = next / this.magnification;
    this.shift = { x: about.x - (about.x - this.shift.x) * real, y: about.y - (about.y - this.shift.y) * real };
    this.magnification = next;
    if (next === 1) this.shift = { x: 0, y: 0 };
  }

  pan(dx, dy) {
    if (this.magnification > 1) this.shift = { x: this.shift.x + dx, y: this.shift.y + dy };
  }

  reset() {
    this.magnification = 1;
    this.shift = { x: 0, y: 0 };
  }
}
