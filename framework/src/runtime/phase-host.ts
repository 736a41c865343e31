import type { Logger } from "../logger/logger.ts";
import type { BuildpackToml } from "../spec/buildpack-toml.ts";
import type { Ports } from "./ports.ts";

/** The environment of a phase: its files, log, clock and ports. */
export interface PhaseHost extends Ports {
  readonly appDir: string;
  readonly buildpackDir: string;
  readonly descriptor: BuildpackToml;
  /** The file name of the descriptor. Default: buildpack.toml. */
  readonly descriptorFile?: string;
  /** The operator's env directory. Default: the one in builders. */
  readonly operatorEnvDir?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}
