// What a mode fetches for itself: at once when it is entered, again in its own rhythm while it is shown.

/** A question that is asked again every `everyMs`, and at once when `renew()` is called; `data` is its last answer. */
export class Fetched {
  /** `ask()` promises an answer; `changed()` is called when there is one, or a `problem` instead. */
  constructor(ask, everyMs, changed) {
    Object.assign(this, { ask, everyMs, changed });
    [this.data, this.problem, this.timer, this.busy] = [null, null, null, false];
  }

  start() {
    this.timer ??= setInterval(() => this.renew(), this.everyMs);
    this.renew();
  }

  stop() {
    clearInterval(this.timer);
    this.timer = null;
  }

  async renew() {
    if (this.busy) return;
    this.busy = true;
    try {
      [this.data, this.problem] = [await this.ask(), null];
    } catch (problem) {
      this.problem = problem;
    }
    this.busy = false;
    if (this.timer !== null) this.changed();
  }
}
