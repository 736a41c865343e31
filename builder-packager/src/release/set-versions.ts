import { chmod, stat } from "node:fs/promises";
import { join, relative, resolve } from "node:path";
import { checkVersion } from "../buildpackage/package.ts";
import { workspaceBuildpacks } from "../buildpackage/sources/workspace.ts";
import { readConfigFile } from "../config/read-file.ts";
import { editedToml, positionIn } from "../config/toml-edit.ts";
import { CnbError } from "../errors.ts";
import { exists } from "../files/exists.ts";
import { writeOutputFile } from "../oci/files/output-file.ts";
import { familyOf } from "./family.ts";
import { manifestVersion } from "./manifest-version.ts";
import { type VersionChange, type VersionReference, versionReferences } from "./references.ts";

/** The version to set, and the buildpacks and files in which to set it. */
export interface VersionRequest {
  readonly version: string;
  /**
   * Directories of buildpacks. The members of a composite buildpack that are directories get the
   * version, too. A file is a builder.toml in which references are updated.
   */
  readonly paths: readonly string[];
  readonly cwd: string;
}

/** A changed value in a file. */
export interface ChangedVersion {
  /** The path of the file, relative to the working directory. */
  readonly file: string;
  readonly line: number;
  readonly key: string;
  readonly from: string;
  readonly to: string;
}

/** The changes to files that set the version of a group of buildpacks. */
export interface VersionPlan {
  readonly changes: readonly ChangedVersion[];
  /** References with a version that the buildpack did not have either. They are not changed. */
  readonly others: readonly Omit<ChangedVersion, "to">[];
  /** The changed files with their new texts. */
  readonly texts: ReadonlyMap<string, string>;
}

/**
 * Plans to set the version of a group of buildpacks. The new version is set in each buildpack.toml
 * and package.json, in the orders and package.toml of all buildpacks of the workspace, and in the
 * given files.
 *
 * @throws CnbError ARGUMENT_INVALID, BUILDPACK_NOT_FOUND, BUILDPACK_INVALID,
 * BUILDPACK_DEPENDENCY_UNKNOWN
 * @example
 * `await writeVersions(await planVersions({ version: "1.3.0", paths: ["buildpacks/web"], cwd }))`
 */
export async function planVersions({ version, paths, cwd }: VersionRequest): Promise<VersionPlan> {
  checkVersion(version);
  const { dirs, files } = await sorted(paths.map((path) => resolve(cwd, path)));
  const family = await familyOf(dirs);
  const changes = new Map([...family].map(([id, { from }]) => [id, { from, to: version }]));
  const workspace = await Promise.all(dirs.map((dir) => workspaceBuildpacks(dir)));
  const folders = new Set(
    [...family.values()].map(({ dir }) => dir).concat(workspace.flatMap((found) => [...found.values()])),
  );
  const descriptors = [...folders]
    .sort()
    .flatMap((dir) => ["buildpack.toml", "package.toml"].map((name) => join(dir, name)));
  const plans: FilePlan[] = [];
  for (const file of [...descriptors, ...files]) plans.push(...(await planFile(file, changes)));
  for (const { dir, from } of family.values()) plans.push(...(await planManifest(dir, { from, to: version })));
  const relatively = (file: string) => relative(cwd, file) || file;
  return {
    changes: plans.flatMap(({ file, references }) =>
      references.filter(({ from, to }) => from !== to).map((each) => ({ ...each, file: relatively(file) })),
    ),
    others: plans.flatMap(({ file, references }) =>
      references
        .filter(({ from, to }) => from === to && !from.endsWith(version))
        .map(({ to: _, ...each }) => ({ ...each, file: relatively(file) })),
    ),
    texts: new Map(plans.flatMap(({ file, text }) => (text === undefined ? [] : [[file, text]]))),
  };
}

/**
 * Writes the files of a version plan. Each file is either written completely or keeps its old text.
 */
export async function writeVersions({ texts }: VersionPlan): Promise<void> {
  for (const [file, text] of texts) {
    const { mode } = await stat(file);
    await writeOutputFile(file, chunksOf(text));
    await chmod(file, mode & 0o7777);
  }
}

async function* chunksOf(text: string): AsyncGenerator<Uint8Array> {
  yield Buffer.from(text);
}

async function sorted(paths: readonly string[]) {
  const kinds = await Promise.all(paths.map((path) => stat(path).catch(() => undefined)));
  const isFile = (_: string, index: number) => kinds[index]?.isFile() === true;
  return { files: paths.filter(isFile), dirs: paths.filter((path, index) => !isFile(path, index)) };
}

interface FilePlan {
  readonly file: string;
  readonly references: readonly Omit<ChangedVersion, "file">[];
  /** The new text; undefined if the file does not change. */
  readonly text: string | undefined;
}

async function planFile(file: string, changes: ReadonlyMap<string, VersionChange>): Promise<readonly FilePlan[]> {
  if (!(await exists(file))) return [];
  const text = await textOf(file);
  const found = versionReferences(text, file, changes);
  const edits = found.filter(({ from, to }) => from !== to).map(({ path, to }) => ({ path, value: to }));
  const references = found.map(({ path, from, to }: VersionReference) => ({
    line: positionIn(text, path)?.line ?? 1,
    key: path,
    from,
    to,
  }));
  references.sort((a, b) => a.line - b.line);
  return [{ file, references, text: edits.length > 0 ? editedToml(text, edits) : undefined }];
}

async function planManifest(dir: string, change: VersionChange): Promise<readonly FilePlan[]> {
  const file = join(dir, "package.json");
  if (!(await exists(file))) return [];
  const edited = manifestVersion(await textOf(file), change);
  if (edited === undefined) return [];
  return [{ file, text: edited.text, references: [{ ...change, line: edited.line, key: "version" }] }];
}

const textOf = async (file: string): Promise<string> =>
  new TextDecoder("utf-8", { ignoreBOM: true }).decode(
    await readConfigFile(file, {
      unreadable: (reason) => unusable(`cannot read ${file}: ${reason}`, file),
      tooLarge: (reason) => unusable(`${file} ${reason}`, file),
    }),
  );

const unusable = (message: string, file: string): CnbError =>
  new CnbError("BUILDPACK_INVALID", message, {
    hint: `Check that ${file} is a file that you have permission to read.`,
  });
