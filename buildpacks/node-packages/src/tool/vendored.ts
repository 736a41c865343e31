import { mkdir, symlink, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { ManagerChoice } from "@libcnb/node-app";
import type { BuildContext } from "libcnb";
import { toolEnvironment } from "./environment.ts";
import type { toolLayers } from "./provided.ts";
import type { Tool } from "./provided-tool.ts";

/** Adds the app's own Yarn to PATH. */
export async function provideVendored(
  { app, layers, run, target }: BuildContext<unknown>,
  layer: (typeof toolLayers)["build" | "launch"],
  { name, version }: ManagerChoice,
  program: string,
): Promise<Tool> {
  const file = app.path(program);
  const exact =
    version ??
    (await run("node", [file, "--version"], { output: "capture", env: { YARN_IGNORE_PATH: "1" } })).stdout.trim();
  await layers.provide(layer, {
    metadata: { request: file, arch: target.arch, vendored: await app.digest(program) },
    create: ({ path }) => linkProgram(file, join(path, "bin")),
    env: () => toolEnvironment(name),
  });
  return { version: exact, components: [], isReported: false };
}

/** The file in the app need not be executable. */
async function linkProgram(file: string, bin: string): Promise<void> {
  await mkdir(bin, { recursive: true });
  await writeFile(join(bin, "yarn"), `#!/usr/bin/env node\nrequire(${JSON.stringify(file)});\n`, { mode: 0o755 });
  await symlink("yarn", join(bin, "yarnpkg"));
}
