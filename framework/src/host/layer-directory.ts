import { existsSync, promises as fs } from "node:fs";
import { join } from "node:path";
import { type EnvFiles, envDirectories } from "../env/files.ts";
import { LibcnbError } from "../errors.ts";
import { formatLayerToml, type LayerToml, parseLayerToml, type RestoredLayer } from "../spec/layer-toml.ts";
import { namesIn, textOf } from "./files/file-name.ts";
import { holdsExactly, type OwnedFile, removeTree, replaceTree, withWritable, writeWhole } from "./files/files.ts";
import { bytesAt, entriesOf, entryAt } from "./files/read.ts";

// The .toml files in a layers directory that are not those of layers. The last three would make the
// directory itself or its parent a layer.
const notLayers: readonly string[] = ["build.toml", "launch.toml", "store.toml", ".toml", "..toml", "...toml"];

/** Returns the layers that the lifecycle restored from an earlier build, by name. */
export async function restoredLayers(layersDir: string): Promise<ReadonlyMap<string, RestoredLayer>> {
  const files = (await entriesOf(layersDir)).filter(({ name }) => name.endsWith(".toml") && !notLayers.includes(name));
  const names = files.map(({ name }) => name.slice(0, -".toml".length));
  return new Map(await Promise.all(names.map(async (name) => [name, await restoredLayer(layersDir, name)] as const)));
}

/** The files that the framework writes into a layer, by path below the layer's directory. */
export interface LayerContents {
  readonly env: EnvFiles;
  readonly execD: ReadonlyMap<string, Uint8Array>;
}

/** A layer on disk: its directory, its metadata file and its SBOM files. */
export class LayerDirectory {
  readonly path: string;
  readonly #layersDir: string;
  readonly #name: string;

  constructor(layersDir: string, name: string) {
    this.path = join(layersDir, name);
    this.#layersDir = layersDir;
    this.#name = name;
  }

  /** Empties the layer. Returns the path of the previous contents, if any: see `dropPrevious`. */
  async begin(): Promise<string | undefined> {
    await this.#dropFiles(); // first, so that an incomplete layer is never treated as complete after an error
    await this.dropPrevious();
    const moved = (await entryAt(this.path))?.isDirectory === true;
    if (moved) await fs.rename(this.path, this.#previous);
    else await removeTree(this.path); // a link would lead what create writes to somewhere else
    await fs.mkdir(this.path, { recursive: true });
    return moved ? this.#previous : undefined;
  }

  async dropPrevious(): Promise<void> {
    await removeTree(this.#previous);
  }

  /** Removes the layer completely. */
  async drop(): Promise<void> {
    await this.#dropFiles();
    await removeTree(this.path);
  }

  /**
   * Replaces the layer's environment and exec.d programs, because a restored layer contains those
   * of an earlier build. Unchanged directories are not rewritten, because platforms detect changes
   * of a layer by its change times.
   */
  async write({ env, execD }: LayerContents): Promise<void> {
    const files = new Map<string, OwnedFile>([
      ...Object.entries(env).map(([path, text]) => [path, { contents: Buffer.from(text), mode: 0o666 }] as const),
      ...[...execD].map(([path, contents]) => [path, { contents, mode: 0o777 }] as const),
    ]);
    for (const directory of [...envDirectories, "exec.d"]) {
      const wanted = within(directory, files);
      if (!holdsExactly(join(this.path, directory), wanted))
        await withWritable(this.path, () => replaceTree(join(this.path, directory), wanted));
    }
  }

  /**
   * Checks that a cached layer has contents, because the lifecycle fails the build if the directory
   * is missing.
   *
   * @throws LibcnbError LAYER_INVALID if the buildpack removed the directory or replaced it by
   * something else
   */
  async checkContents(): Promise<void> {
    if ((await entryAt(this.path))?.isDirectory === true) return;
    throw new LibcnbError(
      "LAYER_INVALID",
      `the directory of the layer ${JSON.stringify(this.#name)} no longer exists`,
      {
        hint: "Let create() fill the directory that it receives. To start over, empty the directory instead of removing it.",
      },
    );
  }

  /** Replaces the layer's SBOM files, given by extension. */
  async writeSboms(sboms: Readonly<Record<string, string>>): Promise<void> {
    await this.#dropSboms();
    for (const [extension, text] of Object.entries(sboms)) {
      await writeWhole(join(this.#layersDir, `${this.#name}.sbom.${extension}`), text);
    }
  }

  async writeToml(toml: LayerToml): Promise<void> {
    await writeWhole(this.#toml, formatLayerToml(toml));
  }

  /**
   * Lists the direct entries of these directories of the layer: `bin/node`, or `bin/` for an empty
   * directory. As in the lifecycle, any existing path counts as a directory, even a file, and a
   * link unless it is dangling.
   */
  async namesIn(directories: readonly string[]): Promise<readonly string[]> {
    const existing = directories.filter((directory) => existsSync(join(this.path, directory)));
    const names = await Promise.all(existing.map((directory) => namesOf(join(this.path, directory))));
    return existing.flatMap((directory, index) => (names[index] ?? []).map((name) => `${directory}/${name}`));
  }

  async #dropFiles(): Promise<void> {
    await removeTree(this.#toml);
    await this.#dropSboms();
  }

  async #dropSboms(): Promise<void> {
    const sboms = (await entriesOf(this.#layersDir)).filter(({ name }) => name.startsWith(`${this.#name}.sbom.`));
    for (const { name } of sboms) await removeTree(join(this.#layersDir, name));
  }

  get #toml(): string {
    return join(this.#layersDir, `${this.#name}.toml`);
  }

  // a directory without metadata file is nothing to the lifecycle, should it ever be left behind
  get #previous(): string {
    return join(this.#layersDir, `.${this.#name}.previous`);
  }
}

const within = (directory: string, files: ReadonlyMap<string, OwnedFile>): ReadonlyMap<string, OwnedFile> =>
  new Map(
    [...files]
      .filter(([path]) => path.startsWith(`${directory}/`))
      .map(([path, file]) => [path.slice(directory.length + 1), file]),
  );

async function restoredLayer(layersDir: string, name: string): Promise<RestoredLayer> {
  const file = join(layersDir, `${name}.toml`);
  const hasContents = (await entryAt(join(layersDir, name)))?.isDirectory === true;
  // a pipe would block its reader
  if (!(await entryAt(file))?.isFile)
    return { metadata: { issues: [{ path: "", message: `${name}.toml is not a file` }] }, hasContents };
  const source = (await bytesAt(file)) ?? "";
  try {
    return { metadata: { value: parseLayerToml(source, `${name}.toml`).metadata }, hasContents };
  } catch (error) {
    if (!(error instanceof LibcnbError)) throw error;
    const message = error.cause === undefined ? error.message : `${error.message}: ${error.cause}`;
    return { metadata: { issues: [{ path: "", message }] }, hasContents };
  }
}

async function namesOf(path: string): Promise<readonly string[]> {
  const names = (await fs.stat(path)).isDirectory() ? namesIn(path) : [];
  return names.length === 0 ? [""] : names.map(textOf);
}
