// The drawing surface: layers, graticule, size, zoom and pan. Sites and links draw themselves into it.

import { button, html, set, svg } from "./dom.js";
import { movedApart, project, View } from "./projection.js";

const MARGIN = { top: 46, right: 84, bottom: 34, left: 56 };
const LAYERS = ["graticule", "halo", "links", "leaders", "sites", "labels", "marks"];
const DRAG_PX = 4;
const REST_MS = 150;
const LEAST_DISTANCE = 25; // of the map's width: sites are drawn no closer than this part of it

export class WeatherMap {
  /** `drawn(atRest)` is called when places on the screen have changed; atRest: the reader moves no more. */
  constructor(stage, drawn) {
    this.stage = stage;
    this.drawn = drawn;
    this.view = new View();
    this.places = new Map();
    this.layers = Object.fromEntries(LAYERS.map((name) => [name, svg("g", { class: `layer-${name}` })]));
    this.root = svg("svg", { id: "map", "aria-label": "Sites and circuits", role: "group" }, ...Object.values(this.layers));
    stage.append(this.root, this.controls());
    this.meridians = this.graticule();
    new ResizeObserver(() => this.refit()).observe(stage);
    this.listen();
  }

  controls() {
    const centre = () => ({ x: this.width / 2, y: this.height / 2 });
    const step = (factor) => () => { this.view.zoom(factor, centre()); this.move(); };
    return html("div", { id: "zoom", role: "group", "aria-label": "Zoom" },
      button("+", step(1.5), { "aria-label": "Zoom in", title: "Zoom in (also the mouse wheel)" }),
      button("−", step(1 / 1.5), { "aria-label": "Zoom out", title: "Zoom out" }),
      button("⤢", () => { this.view.reset(); this.move(); }, { "aria-label": "Whole map", title: "Whole map" }));
  }

  /** Tell the map where the sites are, in degrees. */
  setSites(sites) {
    this.points = new Map([...sites.values()].map((site) => [site.id, project(site.lat, site.lon)]));
    this.refit();
  }

  refit() {
    const box = this.stage.getBoundingClientRect();
    if (!this.points?.size || box.width === 0) return;
    [this.width, this.height] = [box.width, box.height];
    set(this.root, "viewBox", `0 0 ${box.width} ${box.height}`);
    this.view.fit([...this.points.values()], box.width, box.height, MARGIN);
    this.redraw(true);
  }

  /** While the reader zooms or pans: once a frame, and once more when it is over. */
  move() {
    this.frame ??= requestAnimationFrame(() => { this.frame = null; this.redraw(false); });
    clearTimeout(this.rest);
    this.rest = setTimeout(() => this.redraw(true), REST_MS);
  }

  redraw(atRest) {
    this.truePlaces = new Map([...this.points].map(([id, point]) => [id, this.view.screen(point)]));
    this.places = movedApart(this.truePlaces, Math.max(36, this.width / LEAST_DISTANCE));
    this.drawGraticule();
    this.drawn(atRest);
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
      const place = crossing(points, meridian ? "y" : "x", edge);
      set(line.text, "visibility", place ? null : "hidden");
      if (place) {
        set(line.text, "x", (meridian ? place.x + 4 : edge).toFixed(1));
        set(line.text, "text-anchor", meridian ? null : "end");
        set(line.text, "y", (meridian ? edge : place.y - 4).toFixed(1));
      }
    }
  }

  listen() {
    let drag = null;
    let dragged = false;
    this.stage.addEventListener("wheel", (event) => {
      event.preventDefault();
      const box = this.stage.getBoundingClientRect();
      this.view.zoom(Math.exp(-event.deltaY / 400), { x: event.clientX - box.left, y: event.clientY - box.top });
      this.move();
    }, { passive: false });
    this.root.addEventListener("pointerdown", (event) => {
      drag = { x: event.clientX, y: event.clientY, moved: false };
      dragged = false;
    });
    // the click that ends a drag chooses nothing
    this.root.addEventListener("click", (event) => { if (dragged) event.stopImmediatePropagation(); }, { capture: true });
    window.addEventListener("pointerup", () => { drag = null; });
    window.addEventListener("pointermove", (event) => {
      if (!drag) return;
      const [dx, dy] = [event.clientX - drag.x, event.clientY - drag.y];
      if (!drag.moved && Math.hypot(dx, dy) < DRAG_PX) return;
      drag = { x: event.clientX, y: event.clientY, moved: true };
      dragged = true;
      this.view.pan(dx, dy);
      this.move();
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
