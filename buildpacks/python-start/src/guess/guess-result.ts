import type { Start } from "../start.ts";

/** A possible start of an app, or the reason against it. */
export type Guess = { readonly start: Start } | Obstacle;

/** An object that cannot be started. */
export interface Obstacle {
  /** The reason as a sentence. */
  readonly obstacle: string;
  readonly hint: string;
}
