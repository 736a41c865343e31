import { lstat, stat } from "node:fs/promises";
import { join, posix } from "node:path";
import type { s } from "libcnb/internal";
import type { ModuleKind } from "../../config/module-descriptor.ts";
import { invalidConfig } from "../../config/problems.ts";
import { linkTarget, namesIn, onDisk } from "../../files/file-name.ts";
import { checkConfined } from "../../platform/confined.ts";
import { type FilePattern, filePattern } from "./file-patterns.ts";

/** The directory of downloads in offline packages: `dependencies/<digest>/<file>`. */
const carried = "dependencies";

/** The descriptor with `include-files`. */
interface SourceDescriptor {
  readonly kind: ModuleKind;
  readonly metadata: s.Table;
  readonly text: Uint8Array;
  /** The directory that links may not lead out of. */
  readonly confinedTo?: string | undefined;
}

/**
 * Lists the files to package for a TypeScript buildpack or extension, except its program. These are
 * `dependencies/`, if it exists, and the files and directories that match `include-files` in
 * `[metadata]`, where later patterns take precedence. The result also lists directories. Paths are
 * relative to `dir`.
 *
 * @throws CnbError BUILDPACK_INVALID with all patterns that match nothing, or a path outside of the
 * directory
 */
export async function includedFiles(dir: string, described: SourceDescriptor): Promise<string[]> {
  const { "include-files": named = [] } = described.metadata;
  if (!Array.isArray(named)) throw invalid(dir, described, [{ path: key, message: "expected a list of paths" }]);
  const lines = named.map((line: unknown, index) => lineOf(line, index));
  const issues = lines.flatMap((line) => ("issue" in line ? [line.issue] : []));
  const patterns = lines.flatMap((line) => ("pattern" in line ? [line] : []));
  const followed = new Set(patterns.map(({ text }) => text).flatMap(folderBehind));
  const { kind, confinedTo } = described;
  for (const path of [carried, ...followed])
    await checkConfined(join(dir, path), { text: path, where: join(dir, `${kind}.toml`), confinedTo });
  const found = await filesBelow(dir, [carried, ...patterns.map(({ pattern }) => pattern.base)], followed);
  const chosen = found.filter(({ path }) => isChosen(path, patterns));
  const all = [
    ...issues,
    ...patterns
      .filter(({ text, pattern }) => !names(pattern, text, found))
      .map(({ text, location }) => nothing(text, location)),
    ...(await Promise.all(chosen.map((file) => linkIssue(dir, file)))).flat(),
  ];
  if (all.length > 0) throw invalid(dir, described, all);
  return chosen.map(({ path }) => path);
}

const key = "metadata.include-files";

function invalid(dir: string, { kind, text }: SourceDescriptor, issues: readonly s.Issue[]) {
  return invalidConfig("BUILDPACK_INVALID", {
    file: join(dir, `${kind}.toml`),
    source: text,
    issues,
    hint: `Use paths below ${dir}, or patterns such as data/**/*.json and !data/old. A directory includes its contents.`,
  });
}

type Line =
  | { readonly issue: s.Issue }
  | { readonly pattern: FilePattern; readonly text: string; readonly location: string };

function lineOf(text: unknown, index: number): Line {
  const location = `${key}[${index}]`;
  if (typeof text !== "string") return { issue: { path: location, message: "expected a path" } };
  const path = text.replace(/^!/, "");
  if (path.startsWith("/") || posix.join("/", path) === "/" || path.split("/").includes(".."))
    return { issue: { path: location, message: `${JSON.stringify(text)} is not a path below the directory` } };
  try {
    return { pattern: filePattern(text), text, location };
  } catch {
    return { issue: { path: location, message: `${JSON.stringify(text)} is not a pattern` } };
  }
}

/**
 * The target of a link if the pattern ends in `/`, as in a shell, for files that several buildpacks
 * of a repository share.
 */
const folderBehind = (text: string): readonly string[] =>
  /^[^!*?[]*\/$/.test(text) ? [posix.normalize(text).slice(0, -1)] : [];

const isChosen = (path: string, patterns: readonly { readonly pattern: FilePattern }[]): boolean =>
  !isMade(path) &&
  (patterns.findLast(({ pattern }) => pattern.matches(path))?.pattern.leavesOut === false ||
    (below(path, carried) && !patterns.some(({ pattern }) => pattern.leavesOut && pattern.matches(path))));

const below = (path: string, folder: string): boolean => path === folder || path.startsWith(`${folder}/`);

/** Files that packaging generates, which lists for Paketo's tools name, too. */
const isMade = (path: string): boolean =>
  /^((buildpack|extension)\.toml|bin\/(build|detect|generate|engine|main))$/.test(path);

const names = (pattern: FilePattern, text: string, found: readonly MatchedFile[]): boolean =>
  pattern.leavesOut || isMade(posix.normalize(text)) || found.some(({ path }) => pattern.matches(path));

const nothing = (text: string, path: string): s.Issue => ({
  path,
  message: /[*?[]/.test(text) ? `nothing matches ${JSON.stringify(text)}` : `there is no ${JSON.stringify(text)}`,
});

interface MatchedFile {
  readonly path: string;
  readonly isLink: boolean;
}

/**
 * All files below the directories, each once. Other links are not followed, so that no outside
 * files are included.
 */
async function filesBelow(
  dir: string,
  folders: readonly string[],
  followed: ReadonlySet<string>,
): Promise<MatchedFile[]> {
  const found = new Map<string, MatchedFile>();
  for (const folder of new Set(folders)) {
    for await (const file of walk(dir, folder, followed)) found.set(file.path, file);
  }
  return [...found.values()];
}

async function* walk(
  dir: string,
  path: string,
  followed: ReadonlySet<string>,
): AsyncGenerator<MatchedFile, void, undefined> {
  if ((await throughLink(dir, path, followed)) || isOutput(path)) return;
  const stats = await lstat(onDisk(join(dir, path))).catch(() => undefined);
  const isFolder = stats?.isDirectory() === true || (followed.has(path) && (await isDirectory(join(dir, path))));
  const entries = isFolder ? namesIn(join(dir, path)) : [];
  if (stats === undefined || (path !== "" && entries.includes("oci-layout"))) return;
  // a link that is followed is none in the package, where its files make its directory
  if (path !== "" && !(isFolder && stats.isSymbolicLink())) yield { path, isLink: stats.isSymbolicLink() };
  for (const name of entries) {
    // what is installed is taken along only by its name
    if (name === "node_modules") continue;
    yield* walk(dir, posix.join(path, name), followed);
  }
}

const isDirectory = async (path: string): Promise<boolean> =>
  (await stat(onDisk(path)).catch(() => undefined))?.isDirectory() === true;

/** True if a parent directory is a link, so that the file is at another location. */
async function throughLink(dir: string, path: string, followed: ReadonlySet<string>): Promise<boolean> {
  for (let above = posix.dirname(path); above !== "."; above = posix.dirname(above)) {
    const stats = await lstat(onDisk(join(dir, above))).catch(() => undefined);
    if (stats?.isSymbolicLink() && !followed.has(above)) return true;
  }
  return false;
}

/** True for outputs of packaging itself. */
const isOutput = (path: string): boolean => path.endsWith(".cnb") || below(path, ".git");

/** The error for a link to a file that is not in the package. */
async function linkIssue(dir: string, { path, isLink }: MatchedFile): Promise<s.Issue[]> {
  if (!isLink) return [];
  const target = linkTarget(join(dir, path));
  const inside = posix.join(posix.dirname(path), target);
  if (!posix.isAbsolute(target) && inside !== ".." && !inside.startsWith("../")) return [];
  return [{ path: key, message: `the link ${path} leads out of the directory, to ${target}` }];
}
