import type { LayerEnv } from "../env/modification.ts";
import type { Sbom } from "../sbom/sbom.ts";
import type { LayerDefinition, Reuse } from "./definition.ts";
import type { LayerExecD } from "./exec-d.ts";
import type { CreateReason } from "./reason.ts";

/** The inputs of `create`. */
export interface CreateInput<Metadata, Rejection extends string> {
  /** The layer's empty directory. */
  readonly path: string;
  readonly reason: CreateReason<Rejection>;
  /**
   * The restored contents that could not be reused, moved aside until `create` ends: parts of them
   * can be reused.
   */
  readonly previous?: PreviousLayer<Metadata>;
}

/** An earlier build's record of a layer. */
export interface PreviousMetadata<Metadata> {
  /** Undefined if the restored metadata is unreadable. */
  readonly metadata: Metadata | undefined;
}

/** The restored contents of a layer that is recreated. */
export interface PreviousLayer<Metadata> extends PreviousMetadata<Metadata> {
  readonly path: string;
}

type MaybePromise<T> = T | Promise<T>;

/** Instructions for creating a layer. */
export type LayerRecipe<
  Metadata,
  K extends Reuse,
  Rejection extends string,
  Restriction extends readonly string[] = readonly string[],
> = {
  /**
   * Fills the layer's directory. Runs only if nothing can be reused; if it throws, no part of the
   * layer is kept.
   */
  readonly create: (input: CreateInput<Metadata, Rejection>) => MaybePromise<unknown>;
  /**
   * True if `create` logs itself why it runs: the log then omits the reason why a layer of the last
   * build cannot be reused. Default: false.
   */
  readonly quiet?: boolean;
  /**
   * The layer's environment. It is written on every build, so that a new version of the buildpack
   * can change it without recreating the layer.
   */
  readonly env?: (layer: { readonly path: string }) => LayerEnv;
  /** Programs that run when a container starts. They are written on every build, like the environment. */
  readonly execD?: (layer: { readonly path: string }) => LayerExecD;
  /** The SBOM of the layer. It is written on every build. */
  readonly sbom?: (layer: { readonly path: string }) => MaybePromise<readonly Sbom[]>;
  /**
   * The execution environments of the layer (`test`, `development`, …). In others the layer is
   * skipped, and removed if it was restored. Omitted, empty or `*`: all.
   */
  readonly execEnv?: Restriction;
  /**
   * Checks restored contents whose metadata matches; a returned string is the reason why they
   * cannot be reused.
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

/** A layer that does not apply to the current execution environment: its path does not exist. */
export interface SkippedLayer {
  readonly state: "skipped";
  readonly name: string;
  readonly path: string;
}

/** The layers of the buildpack. */
export interface Layers {
  /** The buildpack's layers directory. */
  readonly dir: string;
  /**
   * Provides a layer: reuses an earlier build's layer if its metadata equals the requested one, or
   * else creates it.
   *
   * @throws LibcnbError LAYER_INVALID, ENV_INVALID, EXEC_D_INVALID, SBOM_FORMAT_UNDECLARED
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
   * An earlier build's record of a layer, before it is provided; undefined if nothing was restored.
   *
   * @example `const installed = layers.previous(runtime)?.metadata?.version`
   */
  previous<Metadata>(definition: LayerDefinition<Metadata>): PreviousMetadata<Metadata> | undefined;
}
