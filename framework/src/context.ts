import type { App } from "./app.ts";
import type { Bindings } from "./binding/binding.ts";
import type { Config } from "./config/fields.ts";
import type { Env } from "./env/apply.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { Logger } from "./logger/logger.ts";
import type { Table } from "./spec/schemas/schema.ts";
import type { Target } from "./spec/target.ts";

/** The platform directory, and the user's variables in it. */
export interface Platform {
  readonly dir: string;
  /**
   * The user's variables for the build (`BP_*` and others). Even variables that `clear-env` removes
   * from the environment are included.
   */
  readonly env: Env;
}

/** The buildpack's identity from its buildpack.toml. */
export interface BuildpackIdentity {
  readonly id: string;
  readonly version: string;
  /** The buildpack's directory. */
  readonly dir: string;
  /** The table `[metadata]` of buildpack.toml. */
  readonly metadata: Table;
}

/** The common inputs of detect and build. `Values` is the type of `config`. */
export interface PhaseContext<Values = Config> {
  readonly app: App;
  /**
   * The composed environment: inherited variables, and those of earlier buildpacks and of the user.
   * In build, it also contains the variables of this buildpack's own build layers so far.
   */
  readonly env: Env;
  readonly platform: Platform;
  readonly target: Target;
  /** The execution environment: `production` (default), `test`, `development` or a custom one. */
  readonly execEnv: string;
  readonly log: Logger;
  /**
   * The buildpack's variables: those in the definition's `config`, or else all variables in
   * buildpack.toml, as strings. They are decoded on first use. Decoding throws LibcnbError
   * CONFIG_INVALID for an invalid value, and CONFIG_UNDECLARED for a variable that buildpack.toml
   * does not declare.
   */
  readonly config: Values;
  /** The services bound to the build: certificates, credentials. They are read on first use. */
  readonly bindings: Bindings;
  /**
   * The releases in `[[metadata.dependencies]]` of buildpack.toml, with methods that resolve a
   * version and install the release. The releases are loaded on first use.
   */
  readonly inventory: Inventory;
  readonly buildpack: BuildpackIdentity;
}
