import { open } from "node:fs/promises";
import { UserError } from "libcnb";
import { digestsOf, type JarDigests } from "./digests.ts";
import { isPomProperties, type PomProperties, parsePomProperties } from "./jars/pom-properties.ts";
import { type Manifest, parseManifest } from "./manifest.ts";
import { type Bytes, bytesOfFile } from "./zip/bytes.ts";
import { bytesOfEntry, contentsOf, openZip, readEntry, type Zip, type ZipEntry } from "./zip/zip.ts";

/**
 * Reads a jar, war or other zip file: its names, the manifest, requested texts, and nested jars.
 * The archive may be hostile. Therefore its declared sizes are not trusted, and the number and
 * length of entries in memory are limited.
 *
 * @param path an absolute path
 * @throws UserError JAR_INVALID
 */
export async function readJar(path: string, options: JarOptions = {}): Promise<Jar> {
  try {
    return await withBytes(path, (bytes) => contentsOfJar(bytes, options));
  } catch (cause) {
    throw new UserError("JAR_INVALID", `${options.name ?? path} is not a readable jar`, {
      cause,
      hint: "Build the jar again. If git LFS stores the jar, first run git lfs pull.",
    });
  }
}

async function withBytes<Result>(path: string, work: (bytes: Bytes) => Promise<Result>): Promise<Result> {
  const file = await open(path);
  try {
    return await work(bytesOfFile(file, (await file.stat()).size));
  } finally {
    await file.close();
  }
}

/**
 * An entry of a jar. The name of a directory ends with a slash. A name never leads out of the
 * archive's root.
 */
interface JarEntry {
  readonly name: string;
  /** The unpacked size in bytes. */
  readonly size: number;
}

/** The contents that were read from a jar. */
export interface Jar {
  /** The entries in the order of the archive. */
  readonly entries: readonly JarEntry[];
  readonly manifest: Manifest | undefined;
  /** Maven's metadata. A shaded jar has the metadata of each included library. */
  readonly pomProperties: readonly PomProperties[];
  /** The requested texts, by entry name. */
  readonly texts: ReadonlyMap<string, string>;
  /** The nested jars, if requested. */
  readonly nested: readonly NestedJar[];
}

/** A jar that is an entry of another jar. */
interface NestedJar extends JarDigests {
  /** The name of the entry: `BOOT-INF/lib/a-1.0.jar`. */
  readonly name: string;
  /** The contents; `undefined` if the jar is damaged or too large. */
  readonly jar: Omit<Jar, "nested"> | undefined;
}

export interface JarOptions {
  /** The name in errors. Default: the path. */
  readonly name?: string;
  /** Selects the entries whose texts are read, also in nested jars. */
  readonly texts?: (name: string) => boolean;
  /** Selects nested jars to read. Default: none. */
  readonly nested?: (name: string) => boolean;
}

const manifestName = "META-INF/MANIFEST.MF";

// manifests of signed jars have a section for each file
const maxTextBytes = 16 * 1024 ** 2;
const maxTextsBytes = 128 * 1024 ** 2;
const maxPackedBytes = 256 * 1024 ** 2;
const maxNestedBytes = 4 * 1024 ** 3;
const maxNestedEntries = 1_000_000;

/** Reads the contents of a jar from bytes. */
async function contentsOfJar(bytes: Bytes, options: JarOptions): Promise<Jar> {
  const zip = await openZip(bytes);
  return { ...(await plainContents(zip, options)), nested: await nestedIn(zip, options) };
}

async function plainContents(zip: Zip, { texts: isWanted = () => false }: JarOptions): Promise<Omit<Jar, "nested">> {
  const all = await textsIn(zip, (name) => name === manifestName || isPomProperties(name) || isWanted(name));
  const manifest = all.get(manifestName);
  return {
    entries: zip.entries.map(({ name, size }) => ({ name, size })),
    manifest: manifest === undefined ? undefined : parseManifest(manifest),
    pomProperties: [...all].flatMap(([name, text]) => (isPomProperties(name) ? (parsePomProperties(text) ?? []) : [])),
    texts: new Map([...all].filter(([name]) => isWanted(name))),
  };
}

async function textsIn(zip: Zip, isWanted: (name: string) => boolean): Promise<ReadonlyMap<string, string>> {
  const texts = new Map<string, string>();
  let left = maxTextsBytes;
  for (const entry of zip.entries) {
    if (entry.name.endsWith("/") || !isWanted(entry.name)) continue;
    const text = await readEntry(zip, entry, Math.min(maxTextBytes, left));
    left -= text.length;
    texts.set(entry.name, text.toString("utf8"));
  }
  return texts;
}

async function nestedIn(zip: Zip, options: JarOptions): Promise<readonly NestedJar[]> {
  const nested: NestedJar[] = [];
  let [bytesLeft, entriesLeft] = [maxNestedBytes, maxNestedEntries];
  for (const entry of zip.entries) {
    if (entry.name.endsWith("/") || options.nested?.(entry.name) !== true) continue;
    const digests = await digestsOf(contentsOf(zip, entry, bytesLeft));
    const jar = await nestedJar(zip, entry, { ...options, maxEntries: entriesLeft });
    bytesLeft -= entry.size;
    entriesLeft -= jar?.entries.length ?? 0;
    nested.push({ name: entry.name, ...digests, jar });
  }
  return nested;
}

const nestedJar = (zip: Zip, entry: ZipEntry, options: JarOptions & { readonly maxEntries: number }) =>
  bytesOfEntry(zip, entry, maxPackedBytes)
    .then((bytes) => openZip(bytes, options.maxEntries))
    .then((inner) => plainContents(inner, options))
    .catch(() => undefined);
