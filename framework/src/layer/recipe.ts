import type { LayerEnv } from "../env/modification.ts";
import type { Sbom } from "../sbom/sbom.ts";
import type { LayerDefinition, Reuse } from "./definition.ts";
import type { LayerExecD } from "./exec-d.ts";
import type { CreateReason } from "./reason.ts";

/** The inputs of a recipe's `create`. */
export interface CreateInput<Metadata, Rejection extends string> {
  /** The layer's empty directory. */
  readonly path: string;
  readonly reason: CreateReason<Rejection>;
  /**
   * The restored contents that could not be reused. They are in another directory until `create`
   * ends, so that parts of them can be copied.
   */
  readonly previous?: PreviousLayer<Metadata>;
}

/** The metadata that an earlier build recorded for a layer. */
export interface PreviousMetadata<Metadata> {
  /** The metadata; undefined if the restored metadata is unreadable. */
  readonly metadata: Metadata | undefined;
}

/** The restored contents of a layer that is recreated, and the metadata that was recorded for them. */
export interface PreviousLayer<Metadata> extends PreviousMetadata<Metadata> {
  readonly path: string;
}

export type MaybePromise<T> = T | Promise<T>;

/**
 * Instructions for one layer: the contents, the metadata that identifies them, and what the layer
 * adds to the environment.
 *
 * `layers.provide` compares `metadata` with the metadata that the previous build recorded. If they
 * are equal, it reuses the contents, and `create` does not run. Otherwise `create` fills an empty
 * directory, and the log names the field that changed. Metadata must therefore contain everything
 * that the contents depend on: a version, an architecture, the digest of a lockfile.
 *
 * `env`, `execD` and `sbom` are written in every build, even if the layer is reused. A new version
 * of the buildpack can change them without creating the contents again.
 *
 * @example
 * ```ts
 * const runtime = cachedLayer("runtime", { launch: true, metadata: s.table({ version: s.string }) });
 * const release = await inventory.resolve("runtime", config.BP_RUNTIME_VERSION);
 * const layer = await layers.provide(runtime, {
 *   metadata: { version: release.version },
 *   create: ({ path }) => inventory.install(release, path),
 *   env: ({ path }) => ({ launch: { RUNTIME_HOME: override(path) } }),
 *   sbom: () => sboms([{ name: "runtime", version: release.version }]),
 * });
 * if (layer.state === "created") log.info(`Installed ${release.version}`);
 * ```
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#providing-layers
 * @see https://github.com/buildpacks/spec/blob/b745fcfd90d7139d6a04cca2878b47ec402be943/buildpack.md#reusing-layers
 */
export type LayerRecipe<
  Metadata,
  K extends Reuse,
  Rejection extends string,
  Restriction extends readonly string[] = readonly string[],
> = {
  /**
   * Fills the layer's directory. It runs only if the layer cannot be reused. If it throws, no part
   * of the layer is kept.
   */
  readonly create: (input: CreateInput<Metadata, Rejection>) => MaybePromise<unknown>;
  /**
   * True if `create` itself logs why it runs. The log then omits the reason why the layer of the
   * last build cannot be reused. Default: false.
   */
  readonly quiet?: boolean;
  /**
   * The layer's environment. It is written in every build, so that a new version of the buildpack
   * can change the environment without recreating the layer.
   */
  readonly env?: (layer: { readonly path: string }) => LayerEnv;
  /**
   * Programs that run when a container starts. They are written in every build, like the
   * environment.
   */
  readonly execD?: (layer: { readonly path: string }) => LayerExecD;
  /** The SBOM of the layer. It is written in every build. */
  readonly sbom?: (layer: { readonly path: string }) => MaybePromise<readonly Sbom[]>;
  /**
   * The execution environments of the layer (`test`, `development`, …). In other environments, the
   * layer is skipped, and removed if it was restored. If omitted, empty or `*`, the layer is for
   * all environments.
   */
  readonly execEnv?: Restriction;
  /**
   * Checks restored contents whose metadata matches. A returned string is the reason why the
   * contents cannot be reused.
   */
  readonly reject?: (layer: {
    readonly path: string;
    readonly metadata: Metadata;
  }) => MaybePromise<Rejection | undefined>;
} & (K extends "nothing" ? { readonly metadata?: never } : { readonly metadata: NoInfer<Metadata> }) &
  (K extends "restored" ? unknown : { readonly reject?: never });

/** A layer that this build provides. */
export type ProvidedLayer<K extends Reuse, Rejection extends string, Metadata = unknown> =
  | {
      readonly state: "created";
      readonly name: string;
      readonly path: string;
      readonly reason: CreateReason<Rejection>;
      /** The restored layer that could not be reused. */
      readonly previous?: PreviousMetadata<Metadata>;
    }
  | (K extends "nothing"
      ? never
      : {
          readonly state: K;
          readonly name: string;
          readonly path: string;
          readonly previous: { readonly metadata: Metadata };
        });

/**
 * A layer that was not created, because it is not for the current execution environment. Its path
 * does not exist.
 */
export interface SkippedLayer {
  readonly state: "skipped";
  readonly name: string;
  readonly path: string;
}

/** The layers of the buildpack, which `provide` creates or reuses. */
export interface Layers {
  /** The buildpack's layers directory. */
  readonly dir: string;
  /**
   * Provides a layer: reuses an earlier build's layer if its metadata equals the requested one, or
   * else creates it.
   *
   * @throws LibcnbError LAYER_INVALID, ENV_INVALID, EXEC_D_INVALID, EXEC_D_NOT_COMPILED,
   *   SBOM_FORMAT_UNDECLARED
   * @example `await layers.provide(runtime, { metadata: { version }, create: ({ path }) => install(version, path) })`
   */
  provide<
    Metadata,
    K extends Reuse,
    const Rejection extends string = never,
    const Restriction extends readonly string[] = never,
  >(
    definition: LayerDefinition<Metadata, K>,
    recipe: LayerRecipe<Metadata, K, Rejection, Restriction>,
  ): Promise<ProvidedLayer<K, Rejection, Metadata> | ([Restriction] extends [never] ? never : SkippedLayer)>;
  /**
   * Returns the metadata that an earlier build recorded for a layer, before the layer is provided;
   * undefined if nothing was restored.
   *
   * @example `const installed = layers.previous(runtime)?.metadata?.version`
   */
  previous<Metadata>(definition: LayerDefinition<Metadata>): PreviousMetadata<Metadata> | undefined;
}
