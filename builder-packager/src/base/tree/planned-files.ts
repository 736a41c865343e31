import type { Stats } from "node:fs";
import { lstat, readFile, realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { CnbError } from "../../errors.ts";
import { linkTarget, namesIn, onDisk } from "../../files/file-name.ts";
import type { BaseToml } from "../base-toml.ts";

/** A file, directory or link added to an image in addition to its packages. */
export type PlannedFile = {
  /** An absolute path. */
  readonly path: string;
  /** @default the mode of the source: 0755 or 0644 */
  readonly mode?: number;
  /** A user name or `UID:GID`. @default root */
  readonly owner?: string;
  /** @default both */
  readonly image?: "build" | "run";
} & (
  | { readonly type: "file"; readonly content: Uint8Array }
  | { readonly type: "directory" }
  | { readonly type: "symlink"; readonly target: string }
);

/** One entry of `[[files]]`. */
export type FileRequest = BaseToml["files"][number];

/** The size limit of a file; large content should be in a package or its own layer. */
const maxFileBytes = 256 * 1024 * 1024;

/**
 * Reads the files named in `[[files]]`. Directories are read recursively.
 *
 * @param dir what relative sources are relative to
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
  ...(mode !== undefined && { mode }),
  ...(owner !== undefined && { owner }),
  ...(image !== undefined && { image }),
});

async function readTree(file: string, stats: Stats, planned: Attributes): Promise<PlannedFile[]> {
  if (stats.isSymbolicLink()) return [{ ...planned, type: "symlink", target: linkTarget(file) }];
  if (stats.isFile()) return [await readContent(file, stats, planned)];
  if (!stats.isDirectory()) throw invalid(`${file} is neither a file nor a folder nor a link`);
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
    hint: "Correct source under [[files]] in base.toml; it is relative to that file's folder.",
  });
