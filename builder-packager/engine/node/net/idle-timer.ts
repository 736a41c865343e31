import { clearTimer, refTimer, setTimer } from "engine:loop";
import { now } from "engine:process";

/**
 * Calls back after a time without activity. Recording activity only reads the clock and creates no
 * new timer.
 */
export class IdleTimer {
  readonly #idle: () => void;
  #limit = 0;
  #last = 0;
  #timer: number | undefined;

  constructor(idle: () => void) {
    this.#idle = idle;
  }

  get limit(): number {
    return this.#limit;
  }

  /** Starts the timer with a limit in milliseconds; 0 stops it. */
  start(limit: number): void {
    this.stop();
    this.#limit = limit;
    this.#last = now();
    if (limit > 0) {
      this.#wait(limit);
    }
  }

  touch(): void {
    if (this.#limit > 0) {
      this.#last = now();
      if (this.#timer === undefined) {
        this.#wait(this.#limit);
      }
    }
  }

  stop(): void {
    this.#limit = 0;
    if (this.#timer !== undefined) {
      clearTimer(this.#timer);
      this.#timer = undefined;
    }
  }

  #wait(ms: number): void {
    this.#timer = setTimer(() => {
      this.#timer = undefined;
      const left = this.#limit - (now() - this.#last);
      if (left > 0) {
        this.#wait(left);
      } else if (this.#limit > 0) {
        this.#idle();
      }
    }, Math.ceil(ms));
    // As in Node.js, the timer of a socket does not keep a program alive; the socket itself does.
    refTimer(this.#timer, false);
  }
}
