import type { Start } from "../start.ts";

/** A possible start of an app, or the reason why it is not possible. */
export type Guess = { readonly start: Start } | Obstacle;

/** The reason why a candidate for the start of an app cannot be started, with a hint. */
export interface Obstacle {
  /** The reason as a sentence without a full stop. */
  readonly obstacle: string;
  readonly hint: string;
}
