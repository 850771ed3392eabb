// The event stream: connects, says when it is lost, comes back with growing pauses.

const TYPES = [
  "link_down", "link_up", "link_unconfirmed", "link_stale", "link_drained", "capacity_changed",
  "metric_changed", "router_silent", "router_back", "inconsistency", "alert_firing", "alert_acknowledged", "alert_resolved",
  "maintenance_started", "maintenance_ended", "reset",
];
const PAUSE_MS = { first: 1000, most: 15_000 };

export class Stream {
  /** `heard(event)` for each event, `opened()` at each connection, `lost(at)` when it breaks, or without a time when it is given up. */
  constructor(url, { heard, opened, lost }) {
    Object.assign(this, { url, heard, opened, lost });
    this.pauseMs = PAUSE_MS.first;
    this.source = null;
  }

  start() {
    this.source = new EventSource(this.url);
    this.source.addEventListener("open", () => {
      this.pauseMs = PAUSE_MS.first;
      this.opened();
    });
    this.source.addEventListener("error", () => this.broken());
    for (const type of TYPES) this.source.addEventListener(type, (message) => this.receive(type, message));
  }

  /** Give this connection up and make another. */
  restart() {
    this.source.close();
    this.lost();
    this.start();
  }

  receive(type, message) {
    let body = {};
    try {
      body = JSON.parse(message.data);
    } catch {
      this.heard({ type: "reset" }); // unreadable: what was missed is unknown, so ask for everything
      return;
    }
    this.heard({ ...body, type });
  }

  // A dropped connection is tried again by the browser itself; a refused one has to be by us.
  broken() {
    this.lost(Date.now());
    if (this.source.readyState !== EventSource.CLOSED) return;
    this.source.close();
    setTimeout(() => this.start(), this.pauseMs * (0.5 + Math.random() / 2));
    this.pauseMs = Math.min(PAUSE_MS.most, this.pauseMs * 2);
  }
}
