import { realpath } from "node:fs/promises";
import { join, resolve } from "node:path";
import { localModules, type ModuleOptions } from "../../project/local-modules.ts";
import type { Source } from "../loop/concerns.ts";

/** The options that determine which directories are watched. */
export interface SourceOptions extends ModuleOptions {
  /** More directories whose changes cause a build. */
  readonly watched: readonly string[];
}

/**
 * Lists the directories to watch: the app, the directories of buildpacks, and directories that the
 * user added. The tests of a buildpack only run if the user named the buildpack. A buildpack that
 * only the app names is untrusted, so its code only runs in a sandbox.
 *
 * @throws CnbError PROJECT_INVALID
 */
export async function devSources(options: SourceOptions): Promise<readonly Source[]> {
  const modules = await localModules(options);
  const all: readonly Source[] = [
    { kind: "app", dir: options.app },
    ...modules.map(({ dir, isOfApp }): Source => ({ kind: isOfApp ? "other" : "buildpack", dir })),
    ...options.watched.map((dir): Source => ({ kind: "other", dir })),
  ];
  const resolved = await Promise.all(all.map(async ({ kind, dir }) => ({ kind, dir: await realpath(resolve(dir)) })));
  return [...new Map(resolved.toReversed().map((source) => [source.dir, source])).values()].toReversed();
}

/**
 * Returns the watched directories inside another watched directory. They are excluded from the tree
 * of the outer directory.
 */
export const nestedIn = ({ dir }: Source, sources: readonly Source[]): readonly string[] =>
  sources.filter((other) => other.dir.startsWith(join(dir, "/"))).map((other) => other.dir);
