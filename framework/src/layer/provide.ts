import { defined } from "../defined.ts";
import { type LayerFiles, pathDirectories } from "../env/compose.ts";
import type { LayerEnv } from "../env/modification.ts";
import { LibcnbError } from "../errors.ts";
import { LayerDirectory } from "../host/layer-directory.ts";
import type { Sbom } from "../sbom/sbom.ts";
import type { RestoredLayer } from "../spec/layer-toml.ts";
import type { Table } from "../spec/schemas/schema.ts";
import {
  type Decision,
  decide,
  decodeRestored,
  type RequestedLayer,
  recordedMetadata,
  wantedMetadata,
} from "./decide.ts";
import type { LayerDefinition, Reuse } from "./definition.ts";
import type { LayerExecD } from "./exec-d.ts";
import { composeWritten, type LayerWritten, type ProgramSources } from "./layer-files.ts";
import type { CreateReason } from "./reason.ts";
import type { CreateInput, LayerRecipe, Layers, PreviousMetadata, ProvidedLayer, SkippedLayer } from "./recipe.ts";

/** The decision whether a layer is reused or created. */
export interface LayerDecision {
  readonly name: string;
  /** The reason for creating the layer; undefined if it is reused. */
  readonly reason: CreateReason | undefined;
  readonly quiet: boolean;
}

/** The inputs of `layers`, and its callbacks. */
export interface LayersHost extends ProgramSources {
  readonly layersDir: string;
  /** The current execution environment. */
  readonly execEnv: string;
  readonly restored: ReadonlyMap<string, RestoredLayer>;
  /** Creates the texts of a layer's SBOM files, by file extension. */
  readonly emit: (sboms: readonly Sbom[]) => Promise<Readonly<Record<string, string>>>;
  /** Called before a layer is created, or after it was found to be up to date. */
  readonly onDecided: (layer: LayerDecision) => void;
  /** Called when a layer is complete. */
  readonly onProvided: (layer: LayerFiles & Pick<LayerDefinition<unknown>, "types" | "order">) => void;
}

/** The recipe without its types, which are only needed to compile the author's code. */
interface AnyRecipe {
  readonly metadata?: Table;
  readonly create: (input: CreateInput<unknown, string>) => unknown;
  readonly quiet?: boolean;
  readonly env?: (layer: { readonly path: string }) => LayerEnv;
  readonly execD?: (layer: { readonly path: string }) => LayerExecD;
  readonly execEnv?: readonly string[];
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
  readonly written: LayerWritten;
}

/**
 * Creates the `layers` of a build. `dropUntouched` removes restored layers that the build did not
 * provide. The lifecycle would not keep these layers either.
 */
export function provideLayers(host: LayersHost): Layers & { dropUntouched(): Promise<void> } {
  const provided = new Set<string>();
  return {
    dir: host.layersDir,
    async provide<
      Metadata,
      K extends Reuse,
      const Rejection extends string,
      const Restriction extends readonly string[],
    >(definition: LayerDefinition<Metadata, K>, recipe: LayerRecipe<Metadata, K, Rejection, Restriction>) {
      claim(provided, definition.name);
      type Result = ProvidedLayer<K, Rejection, Metadata> | ([Restriction] extends [never] ? never : SkippedLayer);
      return (await provideOrSkip(host, definition, recipe as unknown as AnyRecipe)) as Result;
    },
    previous: (definition) => previousOf(definition, host.restored.get(definition.name)),
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
    hint: "Remove one of the two calls, or give one of the layers another name.",
  });
}

function previousOf<Metadata>(
  definition: LayerDefinition<Metadata>,
  restored: RestoredLayer | undefined,
): PreviousMetadata<Metadata> | undefined {
  if (restored === undefined) return undefined;
  const decoding = decodeRestored(definition, restored);
  return { metadata: decoding.issues === undefined ? decoding.value : undefined };
}

async function provideOrSkip(
  host: LayersHost,
  definition: LayerDefinition<unknown>,
  recipe: AnyRecipe,
): Promise<ProvidedLayer<Reuse, string> | SkippedLayer> {
  const directory = new LayerDirectory(host.layersDir, definition.name);
  const { execEnv = [] } = recipe;
  if (isForExecEnv(execEnv, host.execEnv)) return provide(host, await layerWork(host, definition, recipe, directory));
  await directory.drop();
  return { state: "skipped", name: definition.name, path: directory.path };
}

const isForExecEnv = (listed: readonly string[], current: string) =>
  listed.length === 0 || listed.includes("*") || listed.includes(current);

async function layerWork(
  host: LayersHost,
  definition: LayerDefinition<unknown>,
  recipe: AnyRecipe,
  directory: LayerDirectory,
): Promise<LayerWork> {
  const { path } = directory;
  const metadata = wantedMetadata(definition, recipe.metadata ?? {});
  const written = await composeWritten(recipe.env?.({ path }) ?? {}, recipe.execD?.({ path }) ?? {}, host);
  return { definition, recipe, directory, metadata, written };
}

async function provide(host: LayersHost, work: LayerWork): Promise<ProvidedLayer<Reuse, string>> {
  const { definition, directory } = work;
  const { name, kept } = definition;
  const restored = host.restored.get(name);
  const decision = decide(wantedOf(work), restored);
  const reason = await rejection(decision, work);
  host.onDecided({ name, reason, quiet: work.recipe.quiet ?? false });
  if (reason !== undefined) await create(work, reason, decision.metadata);
  // a reused layer has no directory, and must not get one: it would be exported instead of the previous image's
  if (reason !== undefined || kept === "restored") await writeInto(work);
  await describe(host, work);
  const provided = { name, path: directory.path };
  const previous = restored && { previous: { metadata: decision.metadata } };
  return reason === undefined
    ? { ...provided, state: kept as "restored" | "reused", previous: { metadata: decision.metadata } }
    : { ...provided, state: "created", reason, ...previous };
}

async function writeInto({ directory, written }: LayerWork): Promise<void> {
  await directory.checkContents();
  await directory.write(written);
}

const wantedOf = ({ definition, metadata, written }: LayerWork): RequestedLayer<unknown> => ({
  definition,
  metadata,
  written: written.key,
});

/** Writes the files next to the layer's directory, and logs the layer. */
async function describe(host: LayersHost, work: LayerWork): Promise<void> {
  const { definition, recipe, directory, written } = work;
  const { name, order, types } = definition;
  const { path } = directory;
  await directory.writeSboms(await host.emit((await recipe.sbom?.({ path })) ?? []));
  await directory.writeToml({ types, metadata: recordedMetadata(wantedOf(work), recipe.execEnv) });
  const names = await directory.namesIn(pathDirectories);
  const files = { ...written.env, ...Object.fromEntries(names.map((each) => [each, ""])) };
  host.onProvided({ name, order, types, path, files });
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
    await recipe.create({
      path,
      reason,
      ...defined({ previous: previous === undefined ? undefined : { path: previous, metadata } }),
    });
    await directory.checkContents();
  } catch (error) {
    await directory.drop();
    throw error;
  } finally {
    await directory.dropPrevious();
  }
}
