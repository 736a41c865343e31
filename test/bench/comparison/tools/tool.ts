import type { AppWorld } from "../../../support/apps/app-cases.ts";
import type { Settings } from "../../../support/apps/dockerfile-app.ts";

/** A tool with empty caches of its own. */
export interface Tool {
  /** Builds the app and pushes the image. */
  build(image: string): Promise<unknown>;
  /** Gives the image a new base image. */
  repair(image: string): Promise<unknown>;
  /** Removes its caches. */
  close(): Promise<unknown>;
}

/** The same for all tools. */
export interface Input {
  /** The registry, with the builder, the run image and the Dockerfile's base images. */
  readonly host: string;
  /** The directory of the app's sources. */
  readonly app: string;
  readonly world: AppWorld;
  readonly dockerfile: string;
  readonly settings: Settings;
}
