import { resolve } from "node:path";
import { defineBuildpack, pass } from "libcnb";
import { build, type FileMap } from "libcnb/testing";
import type { Settings } from "../contract.ts";
import type { Project, ProjectSource, Python } from "../package-manager.ts";

/** The default Python of tests. */
export const python: Python = {
  version: "3.12.4",
  pip: "25.1",
  path: "/layers/python/bin/python3",
  markers: {
    implementation_name: "cpython",
    os_name: "posix",
    platform_machine: "x86_64",
    platform_system: "Linux",
    python_full_version: "3.12.4",
    python_version: "3.12",
    sys_platform: "linux",
  },
  tags: async () => ["cp312-cp312-manylinux_2_36_x86_64", "py3-none-any"],
};

/** The options for reading an app's files in a test, all of which are optional. */
export interface ReadOptions extends Partial<Pick<ProjectSource, "dir" | "env" | "toolVersion">> {
  readonly lockfile?: string | undefined;
  readonly settings?: Partial<Settings>;
}

/** Reads an app's files with a package manager and returns the result. */
export async function readBy<Read extends Project>(
  read: (source: ProjectSource) => Promise<Read>,
  files: FileMap,
  { dir = "", env = {}, toolVersion = "1.0.0", lockfile, settings = {} }: ReadOptions = {},
): Promise<Read> {
  let project: Read | undefined;
  const choice = { name: "uv", source: "a test", lockfile, version: undefined, losers: [], warnings: [] } as const;
  const reader = defineBuildpack({
    detect: async () => pass(),
    async build({ app }) {
      project = await read({ app, dir, env, toolVersion, choice, python, settings: settings as Settings });
      return {};
    },
  });
  await build(reader, { buildpack: resolve(import.meta.dirname, "../.."), app: files });
  if (project === undefined) throw new Error("the test's project was not read");
  return project;
}
