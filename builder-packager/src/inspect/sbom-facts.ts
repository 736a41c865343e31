import { layerEntries } from "../oci/layers/layer-content.ts";
import type { Image, Layer } from "../oci/model/image.ts";

/** The SBOMs of an image. Their contents are only present if the SBOMs were read. */
export interface SbomFacts {
  /** The size of the stored (compressed) SBOM layer in bytes. */
  readonly sizeBytes: number;
  /** True if the documents were read. */
  readonly read: boolean;
  readonly documents: number;
  readonly components: number;
  /**
   * The number of components by package type, most frequent first: `npm`, `deb`, or CycloneDX's
   * type (`library`).
   */
  readonly types: Readonly<Record<string, number>>;
  /** The components, without duplicates. */
  readonly list: readonly SbomComponent[];
}

export interface SbomComponent {
  /** The Package URL without the version, or the type and name. */
  readonly name: string;
  readonly version: string;
}

const nothing: SbomFacts = { sizeBytes: 0, read: true, documents: 0, components: 0, types: {}, list: [] };
/**
 * The limit of read bytes. The SBOMs of an app with ten thousand packages take 60 MB in three
 * formats.
 */
const maxBytes = 1 << 30;

/**
 * Reads the SBOMs in the layers with the given diff IDs. Components are only read from CycloneDX
 * documents, because documents of other formats list the same components.
 */
export async function sbomFacts(
  image: Image,
  diffIds: readonly (string | undefined)[],
  read = true,
): Promise<SbomFacts> {
  const wanted = new Set(diffIds.filter((diffId) => diffId));
  const layers = image.layers.filter(({ diffId }) => wanted.has(diffId));
  const sizeBytes = layers.reduce((sum, { size }) => sum + size, 0);
  if (layers.length === 0) return nothing;
  if (!read) return { ...nothing, sizeBytes, read };
  const all: Component[] = [];
  let documents = 0;
  for (const layer of layers) {
    const found = await documentsIn(layer);
    documents += found.length;
    all.push(...found.flatMap(componentsIn));
  }
  return { sizeBytes, read, documents, components: all.length, types: typesOf(all), list: listOf(all) };
}

interface Document {
  readonly path: string;
  readonly content: Uint8Array;
}

async function documentsIn(layer: Layer): Promise<readonly Document[]> {
  return (await layerEntries(layer, { maxBytes })).flatMap((entry) =>
    entry.type === "file" && entry.path.endsWith(".json") && entry.content instanceof Uint8Array
      ? [{ path: entry.path, content: entry.content }]
      : [],
  );
}

type Component = Readonly<Record<string, unknown>>;

function componentsIn({ path, content }: Document): readonly Component[] {
  if (!path.endsWith("bom.cdx.json")) return []; // sbom.cdx.json of apps, bom.cdx.json of base images
  try {
    const { components } = JSON.parse(Buffer.from(content).toString("utf8"));
    return Array.isArray(components) ? components.filter((each) => typeof each === "object" && each !== null) : [];
  } catch {
    return []; // a broken SBOM of a third party does not make an inspection fail
  }
}

const textIn = (value: unknown): string => (typeof value === "string" ? value : "");

function typesOf(components: readonly Component[]): Readonly<Record<string, number>> {
  const counts = new Map<string, number>();
  for (const { purl, type } of components) {
    const kind = /^pkg:([\w.+-]+)\//.exec(textIn(purl))?.[1] ?? /^[\w.+-]+$/.exec(textIn(type))?.[0] ?? "other";
    counts.set(kind, (counts.get(kind) ?? 0) + 1);
  }
  return Object.fromEntries([...counts].sort(([a, m], [b, n]) => n - m || (a < b ? -1 : 1)));
}

function listOf(components: readonly Component[]): readonly SbomComponent[] {
  const found = new Map<string, SbomComponent>();
  for (const { purl, type, name, version } of components) {
    const called =
      textIn(purl)
        .replace(/[?#].*$/s, "")
        .replace(/(.)@[^@/]*$/s, "$1") || `${textIn(type)} ${textIn(name)}`;
    const component = { name: called, version: textIn(version) };
    found.set(JSON.stringify(component), component);
  }
  return [...found.values()].sort((a, b) => compare(a.name, b.name) || compare(a.version, b.version));
}

function compare(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
