import type { Bindings } from "./binding/binding.ts";
import type { Config } from "./config/fields.ts";
import type { Env } from "./env/apply.ts";
import type { Inventory } from "./inventory/inventory.ts";
import type { Logger } from "./logger/logger.ts";
import type { Table } from "./spec/schema.ts";
import type { Target } from "./spec/target.ts";

/** The application directory. Paths are relative to it; one that leads out of it is an error (APP_PATH_OUTSIDE), also through a symbolic link. */
export interface App {
  readonly dir: string;
  /** The absolute path. */
  path(...names: readonly string[]): string;
  exists(path: string): Promise<boolean>;
  /** The text of a file. @throws LibcnbError APP_FILE_INVALID */
  readText(path: string): Promise<string>;
  /** The parsed JSON of a file, which nobody has checked. @throws LibcnbError APP_FILE_INVALID, with line and column where known */
  readJson(path: string): Promise<unknown>;
  /** The parsed TOML of a file. @throws LibcnbError APP_FILE_INVALID, TOML_INVALID */
  readToml(path: string): Promise<Table>;
  /** Names in a directory, sorted; directories end in `/`. Empty if there is no such directory. */
  list(path?: string): Promise<readonly string[]>;
  /**
   * A digest of files, and of directories with all that is below, as `sha256:<hex>`: for the key of a layer. It changes with names, contents, where
   * links lead and what is executable; a path that is not there counts as absent. Default: the whole application.
   *
   * @throws LibcnbError APP_FILE_INVALID
   */
  digest(...paths: readonly string[]): Promise<string>;
}

/** What the platform provides. */
export interface Platform {
  readonly dir: string;
  /** Variables that the user set for the build (`BP_*` and others), also where `clear-env` keeps them out of the environment. */
  readonly env: Env;
}

/** The buildpack itself, as its buildpack.toml says. */
export interface BuildpackIdentity {
  readonly id: string;
  readonly version: string;
  /** The buildpack's directory. */
  readonly dir: string;
  /** `[metadata]` of buildpack.toml. */
  readonly metadata: Table;
}

/** What detect and build have in common. `Values`: the type of `config`. */
export interface PhaseContext<Values = Config> {
  readonly app: App;
  /** The composed environment: inherited, of earlier buildpacks, of the user; in build also of this buildpack's own build layers so far. */
  readonly env: Env;
  readonly platform: Platform;
  readonly target: Target;
  /** `production` (the default), `test`, `development` or another one. */
  readonly execEnv: string;
  readonly log: Logger;
  /**
   * The buildpack's variables: those that its definition names in `config`, else all that buildpack.toml declares, as text. Decoded when the first
   * one is read, which throws LibcnbError CONFIG_INVALID for what the user set, CONFIG_UNDECLARED for what buildpack.toml does not declare.
   */
  readonly config: Values;
  /** The services that are bound to the build: certificates, credentials. Nothing is read before it is asked for. */
  readonly bindings: Bindings;
  /** The releases of `[[metadata.dependencies]]` of buildpack.toml: finds the one for a version, and installs it. Nothing is loaded before it is asked for. */
  readonly inventory: Inventory;
  readonly buildpack: BuildpackIdentity;
}
