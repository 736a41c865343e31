import type { Config, ConfigFields, TextFields } from "../config/fields.ts";
import type { BuildpackIdentity, PhaseContext } from "../context.ts";
import type { Plan } from "../dependency.ts";
import type { DetectResult } from "../detect.ts";
import type { DownloadFile } from "../host/downloads/download.ts";
import type { RunTool } from "../host/tools/command.ts";
import type { OnError } from "../on-error.ts";
import type { DockerfileArguments } from "../spec/extend-config-toml.ts";
import type { Dockerfile } from "./dockerfile.ts";

/**
 * The inputs of an extension's detect. They are the same as for a buildpack's detect, but with
 * `extension` instead of `buildpack`. `Values` is the type of `config`.
 */
export interface ExtensionContext<Values = Config> extends Omit<PhaseContext<Values>, "buildpack"> {
  /** The extension's identity from its extension.toml. */
  readonly extension: BuildpackIdentity;
}

/** The inputs of generate. The app directory is read-only. */
export interface GenerateContext<Values = Config> extends ExtensionContext<Values> {
  /**
   * The requirements of buildpacks for the dependencies that detect provided. The lifecycle
   * considers all of them met.
   */
  readonly plan: Plan;
  /**
   * Downloads a file and logs the download. The file may come from the extension's package, or from
   * the user's caches and mirrors.
   */
  readonly download: DownloadFile;
  /** Runs a tool in the app directory with the environment `env`. The output is sent to the log. */
  readonly run: RunTool;
}

/**
 * Files that a Dockerfile can copy: contents by relative path, or the path of a directory. A string
 * that starts with `#!` becomes an executable file.
 */
export type ContextFiles = string | Readonly<Record<string, string | Uint8Array>>;

/**
 * The contexts of the Dockerfiles: a shared context, or one for each Dockerfile (Buildpack API
 * 0.11). Default: the app directory.
 */
export type DockerfileContexts =
  | { readonly shared: ContextFiles; readonly build?: never; readonly run?: never }
  | { readonly shared?: never; readonly build?: ContextFiles; readonly run?: ContextFiles };

/** The result of generate. An empty result extends neither image. */
export interface GenerateResult {
  /** The Dockerfile for the build image. A string is checked by `checkDockerfile`. */
  readonly build?: Dockerfile<"build"> | string;
  /** The Dockerfile that extends or replaces the run image. */
  readonly run?: Dockerfile<"run"> | string;
  /** Values for arguments that the Dockerfiles declare. */
  readonly args?: { readonly build?: DockerfileArguments; readonly run?: DockerfileArguments };
  readonly contexts?: DockerfileContexts;
}

/**
 * An image extension. It provides dependencies, and generates the Dockerfiles that install them.
 * `Fields` is the type of its configuration.
 */
export interface Extension<Fields extends ConfigFields = ConfigFields> {
  /**
   * The extension's environment variables with their schemas. Each must be declared in
   * `[[metadata.configurations]]` of extension.toml.
   */
  readonly config?: Fields;
  /**
   * Detects whether the extension applies. By default, it always passes and provides nothing. An
   * extension cannot require dependencies.
   */
  detect?(context: ExtensionContext<Config<Fields>>): DetectResult | Promise<DetectResult>;
  // biome-ignore lint/suspicious/noConfusingVoidType: an extension that changes nothing need not return anything
  generate(context: GenerateContext<Config<Fields>>): GenerateResult | void | Promise<GenerateResult | void>;
  /**
   * Receives an error of detect or generate before it is shown, and may return another error to
   * show instead.
   */
  readonly onError?: OnError;
}

/**
 * Defines an image extension. The function returns its argument, so importing an extension's module
 * runs nothing.
 *
 * @example
 * ```ts
 * const extension = defineExtension({
 *   detect: async ({ app }) => ((await app.exists("Aptfile")) ? pass({ provides: [dependency("apt")] }) : fail("no Aptfile")),
 *   generate: () => ({ build: dockerfile.build().user("root").run("apt-get update && apt-get install -y jq") }),
 * });
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/image_extension.md
 */
export function defineExtension<const Fields extends ConfigFields = TextFields>(
  extension: Extension<Fields>,
): Extension<Fields> {
  return extension;
}
