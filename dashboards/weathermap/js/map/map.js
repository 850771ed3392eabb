// The drawing surface: layers, graticule, size, zoom and pan. Sites and links draw themselves into it.

import { button, html, set, svg } from "../base/dom.js";
import { listenForDrags } from "./drag.js";
import { t } from "../words/words.js";
import { movedApart, project, View } from "./projection.js";

const MARGIN = { top: 76, right: 84, bottom: 34, left: 56 };
const NARROW_MARGIN = { top: 138, right: 50, bottom: 116, left: 50 }; // above: the views; below: the legend
const NARROW_PX = 640; // below this width names are in one language
const FULL_SIZE_PX = 800; // below this width everything but the names is drawn smaller
const SMALLEST = 0.6;
const LAYERS = ["graticule", "halo", "links", "leaders", "sites", "labels", "marks"];
const CORNER = { width: 70, height: 190 }; // what the zoom buttons cover
const REST_MS = 150;
const FRAME_MS = 12; // what a frame may take to draw
const MANY = 100; // sites: beyond, colours change without a fade
const LEAST_DISTANCE = 25; // of the map's width: sites are drawn no closer than this part of it

export class WeatherMap {
  /** `drawn(atRest)` is called when places on the screen have changed; atRest: the reader moves no more. */
  constructor(stage, drawn) {
    this.stage = stage;
    this.drawn = drawn;
    this.view = new View();
    this.places = new Map();
    this.layers = Object.fromEntries(LAYERS.map((name) => [name, svg("g", { class: `layer-${name}` })]));
    this.root = svg("svg", { id: "map", role: "group",
      "aria-label": t("map.label") }, ...Object.values(this.layers));
    this.grain = 1; // pixels of the screen in one unit of the drawing
    stage.append(this.root, this.controls());
    this.meridians = this.graticule();
    new ResizeObserver(() => this.refit()).observe(stage);
    this.listen();
  }

  controls() {
    const centre = () => ({ x: this.width / 2, y: this.height / 2 });
    const step = (factor) => () => { this.view.zoom(factor, centre()); this.move(); };
    return html("div", { id: "zoom", role: "group", "aria-label": t("map.zoom") },
      button("+", step(1.5), { "aria-label": t("map.zoomIn"), title: t("map.zoomIn") }),
      button("−", step(1 / 1.5), { "aria-label": t("map.zoomOut"), title: t("map.zoomOut") }),
      button("⤢", () => { this.view.reset(); this.move(); }, { "aria-label": t("map.whole"), title: t("map.whole") }));
  }

  /** Tell the map where the sites are, in degrees. */
  setSites(sites) {
    set(this.root, "data-many", sites.size > MANY);
    this.points = new Map([...sites.values()].map((site) => [site.id, project(site.lat, site.lon)]));
    this.refit();
  }

  refit() {
    const box = this.stage.getBoundingClientRect();
    if (!this.points?.size || box.width === 0) return;
    this.grain = Math.max(SMALLEST, Math.min(1, box.width / FULL_SIZE_PX));
    [this.width, this.height] = [box.width / this.grain, box.height / this.grain];
    const narrow = box.width < NARROW_PX;
    set(this.root, "viewBox", `0 0 ${this.width} ${this.height}`);
    set(this.root, "data-narrow", narrow);
    this.root.style.setProperty("--grain", this.grain);
    this.view.fit([...this.points.values()], this.width, this.height, narrow ? NARROW_MARGIN : MARGIN);
    this.redraw(true);
  }

  /** A pointer's place in the units of the drawing. */
  placeOf(event) {
    const box = this.stage.getBoundingClientRect();
    return { x: (event.clientX - box.left) / this.grain, y: (event.clientY - box.top) / this.grain };
  }

  /** While the reader zooms or pans: once a frame, and once more when it is over. */
  move() {
    this.frame ??= requestAnimationFrame(() => {
      this.frame = null;
      if (this.drawMs > FRAME_MS) this.carry();
      else this.redraw(false);
    });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.redraw(true), REST_MS);
  }

  // A large network is not drawn anew for each frame: what was drawn is carried along until the hand rests.
  carry() {
    const { magnification, shift } = this.view;
    const scale = magnification / this.drawnView.magnification;
    const along = (axis) => (shift[axis] - this.drawnView.shift[axis] * scale) * this.grain;
    this.root.style.transform = `translate(${along("x")}px, ${along("y")}px) scale(${scale})`;
  }

  redraw(atRest) {
    const begun = performance.now();
    this.drawnView = { magnification: this.view.magnification, shift: this.view.shift };
    this.root.style.transform = "";
    this.truePlaces = new Map([...this.points].map(([id, point]) => [id, this.view.screen(point)]));
    this.places = movedApart(this.truePlaces, Math.max(36, this.width / LEAST_DISTANCE));
    this.drawGraticule();
    this.drawn(atRest);
    this.drawMs = performance.now() - begun;
  }

  graticule() {
    const lines = [];
    for (let longitude = 70; longitude <= 140; longitude += 5) {
      lines.push({ label: `${longitude}°E`, fixed: longitude, ends: [10, 56], at: (t) => project(t, longitude) });
    }
    for (let latitude = 10; latitude <= 55; latitude += 5) {
      lines.push({ label: `${latitude}°N`, fixed: latitude, ends: [66, 144], at: (t) => project(latitude, t) });
    }
    for (const line of lines) {
      line.path = svg("path", { class: "graticule" });
      line.text = svg("text", { class: "graticule-label" }, line.label);
      this.layers.graticule.append(line.path, line.text);
    }
    return lines;
  }

  drawGraticule() {
    for (const line of this.meridians) {
      const points = [];
      for (let t = line.ends[0]; t <= line.ends[1]; t += 2) points.push(this.view.screen(line.at(t)));
      set(line.path, "d", `M${points.map((p) => `${p.x.toFixed(1)} ${p.y.toFixed(1)}`).join("L")}`);
      const meridian = line.label.endsWith("E");
      const edge = meridian ? this.height - 8 : this.width - 8;
      const found = crossing(points, meridian ? "y" : "x", edge);
      const place = found && this.isFree(meridian, found) ? found : null;
      set(line.text, "visibility", place ? null : "hidden");
      if (place) {
        set(line.text, "x", (meridian ? place.x + 4 : edge).toFixed(1));
        set(line.text, "text-anchor", meridian ? null : "end");
        set(line.text, "y", (meridian ? edge : place.y - 4).toFixed(1));
      }
    }
  }

  // Degrees stand where neither the edge nor the buttons of the map cut them.
  isFree(meridian, place) {
    return meridian ? place.x > 4 && place.x < this.width - CORNER.width : place.y > 16 && place.y < this.height - CORNER.height;
  }

  listen() {
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      this.view.zoom(Math.exp(-event.deltaY / 400), this.placeOf(event));
      this.move();
    }, { passive: false });
    listenForDrags(this.root, (event) => this.placeOf(event), {
      pan: (dx, dy) => { this.view.pan(dx, dy); this.move(); },
      pinch: (factor, about) => { this.view.zoom(factor, about); this.move(); },
    });
  }
}

// Where a line of points crosses a horizontal (axis y) or vertical (axis x) edge.
function crossing(points, axis, edge) {
  for (let i = 1; i < points.length; i += 1) {
    const [p, q] = [points[i - 1], points[i]];
    if ((p[axis] - edge) * (q[axis] - edge) > 0 || p[axis] === q[axis]) continue;
    const t = (edge - p[axis]) / (q[axis] - p[axis]);
    return { x: p.x + (q.x - p.x) * t, y: p.y + (q.y - p.y) * t };
  }
  return null;
}
