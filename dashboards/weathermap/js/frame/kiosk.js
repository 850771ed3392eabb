// A screen on a wall: no controls, a large clock, and while all is well one view after the other.

import { address } from "../base/address.js";
import { set } from "../base/dom.js";

const ROUND = [["now", 40_000], ["n-1", 15_000], ["optics", 15_000]];

export class Kiosk {
  /** `calm()` says whether nothing is wrong: only then the view changes by itself. */
  constructor(modes, calm) {
    Object.assign(this, { modes, calm, timer: null, step: 0 });
    address.listen((fields, before) => { if (fields.kiosk !== before.kiosk) this.apply(); });
    this.apply();
  }

  get on() {
    return address.fields.kiosk === "1";
  }

  toggle() {
    address.set({ kiosk: this.on ? null : "1" });
  }

  apply() {
    set(document.body, "data-kiosk", this.on);
    clearTimeout(this.timer);
    this.step = 0;
    if (this.on) this.wait();
  }

  wait() {
    this.timer = setTimeout(() => {
      this.step = this.calm() ? (this.step + 1) % ROUND.length : 0;
      const [mode] = ROUND[this.step];
      address.set({ mode: mode === "now" ? null : mode }, { quietly: true });
      this.wait();
    }, ROUND[this.step][1]);
  }
}
