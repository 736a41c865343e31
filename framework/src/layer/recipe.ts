import type { LayerEnv } from "../env/modification.ts";
import type { Sbom } from "../sbom/sbom.ts";
import type { Kept, LayerDefinition } from "./definition.ts";
import type { LayerExecD } from "./exec-d.ts";
import type { CreateReason } from "./reason.ts";

/** What `create` gets. */
export interface CreateInput<Metadata, Rejection extends string> {
  /** The layer's empty directory. */
  readonly path: string;
  readonly reason: CreateReason<Rejection>;
  /** The restored contents that are not good enough, moved aside until `create` is done: something may be taken from them. */
  readonly previous?: PreviousLayer<Metadata>;
}

/** What an earlier build says of a layer. */
export interface PreviousMetadata<Metadata> {
  /** Undefined if the restored metadata is unreadable. */
  readonly metadata: Metadata | undefined;
}

/** Restored contents of a layer that is created anew. */
export interface PreviousLayer<Metadata> extends PreviousMetadata<Metadata> {
  readonly path: string;
}

type MaybePromise<T> = T | Promise<T>;

/** How a layer is made. */
export type LayerRecipe<
  Metadata,
  K extends Kept,
  Rejection extends string,
  Restriction extends readonly string[] = readonly string[],
> = {
  /** Fills the layer's directory. Runs only if nothing can be kept; if it throws, nothing of the layer is left. */
  readonly create: (input: CreateInput<Metadata, Rejection>) => MaybePromise<unknown>;
  /** Whether `create` itself tells why it runs: the log then says nothing of a layer of the last build that cannot be kept. Default: false. */
  readonly quiet?: boolean;
  /** The layer's environment. Written on every build, so that a new version of the buildpack can change it without creating the layer. */
  readonly env?: (layer: { readonly path: string }) => LayerEnv;
  /** Programs that run when a container starts. Written on every build, as the environment. */
  readonly execD?: (layer: { readonly path: string }) => LayerExecD;
  /** What the layer holds. Written on every build. */
  readonly sbom?: (layer: { readonly path: string }) => MaybePromise<readonly Sbom[]>;
  /**
   * The execution environments that the layer is for (`test`, `development`, …). In others the layer is skipped, and dropped if it was restored.
   * Left out, empty or with `*`: all.
   */
  readonly execEnv?: Restriction;
  /** Looks at restored contents that the metadata would keep; a word says why they cannot be kept. */
  readonly reject?: (layer: {
    readonly path: string;
    readonly metadata: Metadata;
  }) => MaybePromise<Rejection | undefined>;
} & (K extends "nothing" ? { readonly metadata?: never } : { readonly metadata: NoInfer<Metadata> }) &
  (K extends "restored" ? unknown : { readonly reject?: never });

/** A layer that this build provides. */
export type ProvidedLayer<K extends Kept, Rejection extends string, Metadata = unknown> =
  | {
      readonly state: "created";
      readonly name: string;
      readonly path: string;
      readonly reason: CreateReason<Rejection>;
      /** What was restored and could not be kept. */
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

/** A layer that is not for the current execution environment: there is nothing at its path. */
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
   * Provides a layer: keeps what an earlier build left if its metadata is what is wanted, else creates it.
   *
   * @throws LibcnbError LAYER_INVALID, ENV_INVALID, EXEC_D_INVALID, SBOM_FORMAT_UNDECLARED
   * @example `await layers.provide(runtime, { metadata: { version }, create: ({ path }) => install(version, path) })`
   */
  provide<
    Metadata,
    K extends Kept,
    const Rejection extends string = never,
    const Restriction extends readonly string[] = never,
  >(
    definition: LayerDefinition<Metadata, K>,
    recipe: LayerRecipe<Metadata, K, Rejection, Restriction>,
  ): Promise<ProvidedLayer<K, Rejection, Metadata> | ([Restriction] extends [never] ? never : SkippedLayer)>;
  /**
   * What an earlier build left of a layer, before it is provided: undefined if nothing was restored.
   *
   * @example `const installed = layers.previous(runtime)?.metadata?.version`
   */
  previous<Metadata>(definition: LayerDefinition<Metadata>): PreviousMetadata<Metadata> | undefined;
}
