import { type EnvFiles, envFiles } from "../env/files.ts";
import type { LayerEnv } from "../env/modification.ts";
import { LibcnbError } from "../errors.ts";
import { LayerDirectory } from "../host/layer-directory.ts";
import type { Sbom } from "../sbom/sbom.ts";
import type { RestoredLayer } from "../spec/layer-toml.ts";
import type { Table } from "../spec/schema.ts";
import { asRestored, type Decision, decide, recordedMetadata, reservedMetadataKey } from "./decide.ts";
import type { Kept, LayerDefinition } from "./definition.ts";
import type { CreateReason } from "./reason.ts";
import type { CreateInput, LayerRecipe, Layers, ProvidedLayer } from "./recipe.ts";

/** What providing layers needs to know and whom to tell. */
export interface LayersHost {
  readonly layersDir: string;
  readonly restored: ReadonlyMap<string, RestoredLayer>;
  /** The SBOM files, by extension. */
  readonly emit: (sboms: readonly Sbom[]) => Promise<Readonly<Record<string, string>>>;
  /** Called when a layer is complete. */
  readonly onProvided: (layer: {
    readonly definition: LayerDefinition<unknown>;
    readonly directory: LayerDirectory;
    readonly env: LayerEnv;
  }) => Promise<void>;
}

/** The recipe seen without its types: they have done their work when the author's code compiled. */
interface AnyRecipe {
  readonly metadata?: Table;
  readonly create: (input: CreateInput<unknown, string>) => unknown;
  readonly env?: (layer: { readonly path: string }) => LayerEnv;
  readonly sbom?: (layer: { readonly path: string }) => readonly Sbom[] | Promise<readonly Sbom[]>;
  readonly reject?: (layer: {
    readonly path: string;
    readonly metadata: unknown;
  }) => string | undefined | Promise<string | undefined>;
}

interface LayerWork {
  readonly definition: LayerDefinition<unknown>;
  readonly recipe: AnyRecipe;
  readonly directory: LayerDirectory;
  readonly metadata: Table;
  readonly env: LayerEnv;
  readonly envFiles: EnvFiles;
}

/** The `layers` of a build. `dropUntouched` removes what was restored and not provided: the lifecycle would not keep it either. */
export function provideLayers(host: LayersHost): Layers & { dropUntouched(): Promise<void> } {
  const provided = new Set<string>();
  return {
    dir: host.layersDir,
    async provide<Metadata, K extends Kept, const Rejection extends string>(
      definition: LayerDefinition<Metadata, K>,
      recipe: LayerRecipe<Metadata, K, Rejection>,
    ) {
      claim(provided, definition.name);
      return (await provide(host, layerWork(host, definition, recipe as unknown as AnyRecipe))) as ProvidedLayer<
        K,
        Rejection
      >;
    },
    async dropUntouched() {
      for (const name of host.restored.keys()) {
        if (!provided.has(name)) await new LayerDirectory(host.layersDir, name).drop();
      }
    },
  };
}

function claim(provided: Set<string>, name: string): void {
  if (!provided.has(name)) return void provided.add(name);
  throw new LibcnbError("LAYER_INVALID", `layer ${JSON.stringify(name)} is provided twice in one build`, {
    hint: "Provide each layer once.",
  });
}

// The environment is composed first: a mistake in it shows before anything is downloaded.
function layerWork(host: LayersHost, definition: LayerDefinition<unknown>, recipe: AnyRecipe): LayerWork {
  const directory = new LayerDirectory(host.layersDir, definition.name);
  const env = recipe.env?.({ path: directory.path }) ?? {};
  const metadata = asRestored(recipe.metadata ?? {});
  if (reservedMetadataKey in metadata) {
    throw new LibcnbError(
      "LAYER_INVALID",
      `layer ${JSON.stringify(definition.name)} has metadata with the reserved key "${reservedMetadataKey}"`,
      {
        hint: "Choose another key.",
      },
    );
  }
  return { definition, recipe, directory, metadata, env, envFiles: envFiles(env) };
}

async function provide(host: LayersHost, work: LayerWork): Promise<ProvidedLayer<Kept, string>> {
  const { definition, recipe, directory, envFiles, env } = work;
  const { name, metadata: schema, kept } = definition;
  const { path } = directory;
  const decision = decide({ kept, schema, metadata: work.metadata, env: envFiles }, host.restored.get(name));
  const reason = await rejection(decision, work);
  if (reason !== undefined) await create(work, reason, decision.metadata);
  if (reason !== undefined || kept === "restored") await directory.writeEnv(envFiles);
  await directory.writeSboms(await host.emit((await recipe.sbom?.({ path })) ?? []));
  await directory.writeToml({
    types: definition.types,
    metadata: recordedMetadata({ kept, metadata: work.metadata, env: envFiles }),
  });
  await host.onProvided({ definition, directory, env });
  return reason === undefined
    ? { state: kept as "restored" | "reused", name, path }
    : { state: "created", name, path, reason };
}

async function rejection(
  decision: Decision<unknown>,
  { recipe, directory }: LayerWork,
): Promise<CreateReason | undefined> {
  if (!decision.keep) return decision.reason;
  const reason = await recipe.reject?.({ path: directory.path, metadata: decision.metadata });
  return reason === undefined ? undefined : { kind: "rejected", reason };
}

async function create({ recipe, directory }: LayerWork, reason: CreateReason, metadata: unknown): Promise<void> {
  const { path } = directory;
  try {
    const previous = await directory.begin();
    await recipe.create({ path, reason, ...(previous !== undefined && { previous: { path: previous, metadata } }) });
  } catch (error) {
    await directory.drop();
    throw error;
  } finally {
    await directory.dropPrevious();
  }
}
