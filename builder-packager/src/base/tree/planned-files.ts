import type { Stats } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { defined } from "../../defined.ts";
import { CnbError } from "../../errors.ts";
import { linkTarget, namesIn, onDisk } from "../../files/file-name.ts";
import type { BaseToml } from "../base-toml.ts";

/** A file, directory or link added to an image in addition to its packages. */
export type PlannedFile = {
  /** The absolute path in the image. */
  readonly path: string;
  /** The file mode. @default 0755 or 0644, depending on the mode of the source */
  readonly mode?: number;
  /** The owner: a user name or `UID:GID`. @default root */
  readonly owner?: string;
  /** The image to which the file is added. @default both */
  readonly image?: "build" | "run";
} & (
  | { readonly type: "file"; readonly content: Uint8Array }
  | { readonly type: "directory" }
  | { readonly type: "symlink"; readonly target: string }
);

/** One entry of `[[files]]` in base.toml. */
export type FileRequest = BaseToml["files"][number];

/** The size limit of a file; large content should be in a package or its own layer. */
const maxFileBytes = 256 * 1024 * 1024;

/**
 * Reads the files that `[[files]]` of base.toml names. Directories are read recursively.
 *
 * @param dir the directory to which relative sources refer
 * @throws CnbError BASE_CONFIG_INVALID when a source cannot be read
 * @example `const files = await readPlannedFiles(parseBaseToml(text, "base.toml").files, dir)`
 */
export async function readPlannedFiles(requests: readonly FileRequest[], dir: string): Promise<PlannedFile[]> {
  return (await Promise.all(requests.map((request) => plannedFiles(request, dir)))).flat();
}

async function plannedFiles(request: FileRequest, dir: string): Promise<PlannedFile[]> {
  const { source, content, link, directory } = request;
  const planned = attributesOf(request);
  if (content !== undefined) return [{ ...planned, type: "file", content: new TextEncoder().encode(content) }];
  if (link !== undefined) return [{ ...planned, type: "symlink", target: link }];
  if (directory) return [{ ...planned, type: "directory" }];
  try {
    const file = await realpath(resolve(dir, source ?? ""));
    return await readTree(file, await lstat(file), planned);
  } catch (cause) {
    if (cause instanceof CnbError) throw cause;
    throw invalid(`cannot read ${resolve(dir, source ?? "")} for ${request.path}`, cause);
  }
}

type Attributes = Pick<PlannedFile, "path" | "mode" | "owner" | "image">;

const attributesOf = ({ path, mode, owner, image }: FileRequest): Attributes => ({
  path: path.replace(/\/+$/, ""),
  ...defined({ mode, owner, image }),
});

async function readTree(file: string, stats: Stats, planned: Attributes): Promise<PlannedFile[]> {
  if (stats.isSymbolicLink()) return [{ ...planned, type: "symlink", target: linkTarget(file) }];
  if (stats.isFile()) return [await readContent(file, stats, planned)];
  if (!stats.isDirectory()) throw invalid(`${file} is not a file, directory or symbolic link`);
  const { mode: _mode, ...inherited } = planned;
  const children = namesIn(file)
    .sort()
    .map(async (name) => {
      const child = join(file, name);
      return readTree(child, await lstat(onDisk(child)), { ...inherited, path: `${planned.path}/${name}` });
    });
  return [{ mode: modeOf(stats), ...planned, type: "directory" }, ...(await Promise.all(children)).flat()];
}

async function readContent(file: string, stats: Stats, planned: Attributes): Promise<PlannedFile> {
  if (stats.size > maxFileBytes) throw invalid(`${file} is larger than ${maxFileBytes} bytes`);
  return { mode: modeOf(stats), ...planned, type: "file", content: new Uint8Array(await readFile(onDisk(file))) };
}

/** The part of a mode that Git stores, so that checkouts with another umask give the same image. */
const modeOf = (stats: Stats): number => (stats.isDirectory() || stats.mode & 0o100 ? 0o755 : 0o644);

const invalid = (message: string, cause?: unknown): CnbError =>
  new CnbError("BASE_CONFIG_INVALID", message, {
    cause,
    hint: 'Correct "source" in [[files]] of base.toml (a path relative to the directory of base.toml), or SOURCE in --file (a path relative to the current directory).',
  });
