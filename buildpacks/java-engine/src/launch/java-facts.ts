import type { Settings } from "./settings.ts";
import type { UserOptions } from "./user-options.ts";

/**
 * A feature that a container can switch on. A Java installation with fewer modules lacks some of
 * these features.
 */
export type Ability = "debugs" | "manages" | "records";

/** The facts about a Java installation that the build passes to the launch helper. */
export interface JavaFacts {
  /** The release line: 8, 11, 17. */
  readonly feature: number;
  /** The number of classes. */
  readonly classes: number;
  readonly abilities: readonly Ability[];
}

/**
 * The name of the file in the launch helper's layer that contains the facts about the Java
 * installation.
 */
export const factsFile = "java.json";

/** The inputs that determine the JVM options of a container. */
export interface LaunchInputs extends Settings {
  readonly user: UserOptions;
  readonly java: JavaFacts;
}
