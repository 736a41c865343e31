import type { Config, ConfigFields, TextFields } from "../config/fields.ts";
import type { BuildpackIdentity, PhaseContext } from "../context.ts";
import type { Plan } from "../dependency.ts";
import type { DetectResult } from "../detect.ts";
import type { RunTool } from "../host/command.ts";
import type { DownloadFile } from "../host/download.ts";
import type { OnError } from "../on-error.ts";
import type { DockerfileArguments } from "../spec/extend-config-toml.ts";
import type { Dockerfile } from "./dockerfile.ts";

/** What detect of an image extension gets: what a buildpack gets, with `extension` for `buildpack`. `Values`: the type of `config`. */
export interface ExtensionContext<Values = Config> extends Omit<PhaseContext<Values>, "buildpack"> {
  /** The extension itself, as its extension.toml says. */
  readonly extension: BuildpackIdentity;
}

/** What generate gets. The application's directory is for reading only. */
export interface GenerateContext<Values = Config> extends ExtensionContext<Values> {
  /** What buildpacks require of the dependencies that detect provided. The lifecycle takes all of it as met. */
  readonly plan: Plan;
  /** Downloads a file as the user of the build wants it: from caches, mirrors and the extension's own package, told in the log. */
  readonly download: DownloadFile;
  /** Runs a tool in the application's directory with `env`, its output going to the log. */
  readonly run: RunTool;
}

/** Files that a Dockerfile can copy: contents by relative path, or the path of a directory. A text that begins with `#!` becomes executable. */
export type ContextFiles = string | Readonly<Record<string, string | Uint8Array>>;

/** The contexts of the Dockerfiles: one for both, or one each (Buildpack API 0.11). Default: the application's directory. */
export type DockerfileContexts =
  | { readonly shared: ContextFiles; readonly build?: never; readonly run?: never }
  | { readonly shared?: never; readonly build?: ContextFiles; readonly run?: ContextFiles };

/** What generate answers. Nothing: neither image is extended. */
export interface GenerateResult {
  /** Extends the image that buildpacks run in. A text is checked by `checkDockerfile`. */
  readonly build?: Dockerfile<"build"> | string;
  /** Extends the image that the application runs in, or puts another one in its place. */
  readonly run?: Dockerfile<"run"> | string;
  /** Values of arguments that the Dockerfiles declare. */
  readonly args?: { readonly build?: DockerfileArguments; readonly run?: DockerfileArguments };
  readonly contexts?: DockerfileContexts;
}

/** An image extension: what it provides, and the Dockerfiles that make it so. `Fields`: the variables that it names. */
export interface Extension<Fields extends ConfigFields = ConfigFields> {
  /** The variables that the extension reads, each with the form of its value. Each is declared in extension.toml, `[[metadata.configurations]]`. */
  readonly config?: Fields;
  /** Default: the extension takes part always and provides nothing. It cannot require anything. */
  detect?(context: ExtensionContext<Config<Fields>>): DetectResult | Promise<DetectResult>;
  // biome-ignore lint/suspicious/noConfusingVoidType: an extension that changes nothing need not return anything
  generate(context: GenerateContext<Config<Fields>>): GenerateResult | void | Promise<GenerateResult | void>;
  /** Gets what went wrong in detect or generate before it is shown; may give another error that is shown instead. */
  readonly onError?: OnError;
}

/**
 * Defines an image extension. It is the identity: importing the module of an extension runs nothing.
 *
 * @example
 * ```ts
 * const extension = defineExtension({
 *   detect: async ({ app }) => ((await app.exists("Aptfile")) ? pass({ provides: [dependency("apt")] }) : fail("no Aptfile")),
 *   generate: () => ({ build: dockerfile.build().user("root").run("apt-get update && apt-get install -y jq") }),
 * });
 * ```
 * @see https://github.com/buildpacks/spec/blob/main/image_extension.md
 */
export function defineExtension<const Fields extends ConfigFields = TextFields>(
  extension: Extension<Fields>,
): Extension<Fields> {
  return extension;
}
