import process from "node:process";
import { cacheDir as cacheRoot } from "../cache-dirs.ts";
import type { RegistrySettings } from "../config/registry-configuration.ts";
import { registrySettings } from "../config/registry-settings.ts";
import { defined } from "../defined.ts";
import type { RegistryOptions } from "../oci/registry-options.ts";
import { type Reporter, silentReporter } from "../reporter.ts";
import { waitingLine } from "../waiting.ts";

/** The options of {@link openHost}. */
export interface HostOptions {
  /** Environment variables. @default process.env */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Receives steps, warnings and the output of buildpacks. @default silentReporter */
  readonly reporter?: Reporter;
  /** Ends every operation early when aborted. */
  readonly signal?: AbortSignal;
  /** The root of the cache. @default $LIBCNB_CACHE_DIR, or else the cache of the command `cnb` */
  readonly cacheDir?: string;
  /** Registry settings, in addition to those of the environment and the configuration files. */
  readonly registry?: Partial<RegistrySettings>;
}

/**
 * The second argument of every operation of this package: environment variables, reporter, signal,
 * cache and registries. {@link openHost} creates it.
 */
export interface Host {
  readonly env: NodeJS.ProcessEnv;
  readonly reporter: Reporter;
  readonly signal: AbortSignal;
  readonly cacheDir: string;
  readonly registry: RegistryOptions;
}

/**
 * Creates the {@link Host} for a program, as the command `cnb` does: from environment variables and
 * the configuration files of registries. One host can serve many calls.
 *
 * @throws CnbError CONFIG_INVALID, OUTPUT_UNWRITABLE
 * @example
 * ```ts
 * const host = await openHost({ reporter, signal: AbortSignal.timeout(600_000) });
 * const input = { app: ".", builder: parseImageReference("oci:builder"), output: parseImageReference("oci:app") };
 * const { manifestDigest } = await buildImage(input, host);
 * ```
 */
export async function openHost(options: HostOptions = {}): Promise<Host> {
  const { env: given = process.env, reporter = silentReporter, cacheDir } = options;
  const env = { ...given, ...defined({ LIBCNB_CACHE_DIR: cacheDir }) };
  const signal = options.signal ?? new AbortController().signal;
  const warn = (text: string) => reporter.warn(text);
  const flags = { insecure: [], caCertificates: [], mirrors: {}, ...options.registry };
  const registry = { ...(await registrySettings(flags, env, warn)), env, signal, warn, waiting: waitingLine(reporter) };
  return { env, reporter, signal, cacheDir: cacheRoot(env), registry };
}
