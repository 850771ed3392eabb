// The ways to look at the map. One is shown; it gives each link its colour and the side panel its list.

import { address } from "../base/address.js";
import { Age } from "./age.js";
import { Failure } from "./failure.js";
import { Forwarded } from "./forwarded.js";
import { LiveOnly } from "./liveonly.js";
import { Maintenance } from "./maintenance.js";
import { Now } from "./now.js";
import { Optics } from "./optics.js";

export const MODES = ["now", "forwarded", "n-1", "optics", "maintenance", "age"];

export class Modes {
  /** `changed()` is called when another mode is shown, or the one that is has new data. */
  constructor(store, changed) {
    const told = (name) => () => { if (this.name === name) changed(); };
    this.all = {
      now: new Now(store), forwarded: new Forwarded(store), "n-1": new Failure(store, told("n-1")),
      optics: new Optics(store, told("optics")), maintenance: new Maintenance(store, told("maintenance")), age: new Age(store),
    };
    this.name = known(address.fields.mode);
    address.listen((fields) => {
      if (known(fields.mode) === this.name) return;
      this.all[this.name].leave?.();
      this.name = known(fields.mode);
      this.enter();
      changed();
    });
  }

  /** On a moment of the past, what a mode fetches would be of now: it says so instead. */
  get current() {
    const mode = this.all[this.name];
    return address.fields.at && mode.fetched ? new LiveOnly(mode) : mode;
  }

  enter() {
    this.all[this.name].enter?.();
  }

  choose(name) {
    address.set({ mode: name === "now" ? null : name });
  }

  /** The store changed. */
  refresh() {
    this.all[this.name].refresh?.();
  }
}

const known = (name) => (MODES.includes(name) ? name : "now");
