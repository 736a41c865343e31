import type { Logger } from "../logger/logger.ts";
import type { BuildpackToml } from "../spec/buildpack-toml.ts";
import type { Ports } from "./ports.ts";

/** The host of a phase. */
export interface PhaseHost extends Ports {
  readonly appDir: string;
  readonly buildpackDir: string;
  readonly descriptor: BuildpackToml;
  /** The descriptor's file name. Default: buildpack.toml. */
  readonly descriptorFile?: string;
  /** The operator's env directory. Default: that of builders. */
  readonly operatorEnvDir?: string;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly log: Logger;
}
