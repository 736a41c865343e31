import { cp } from "node:fs/promises";
import { join } from "node:path";
import { inDir } from "@libcnb/app-kit/folders";
import type { ManagerName } from "@libcnb/node-app";
import { append, type BuildContext, defaultTo, type LayerEnv, launchLayer, override, s } from "libcnb";
import { digestOfFiles, digestOfText, withSignalsScript, writeWithSignals } from "libcnb/kit";
import { type OwnFiles, processEnvs } from "../processes.ts";
import type { Project } from "../project.ts";
import type { Starts } from "../starts.ts";

const metadata = s.table({ digest: s.string });
const startLayer = launchLayer("start", { metadata });
const staticServerLayer = launchLayer("static-server", { metadata });

/**
 * Adds a layer with the launch variables, and if a process needs it, a layer with the static file
 * server of this buildpack.
 */
export async function provideOwnFiles(
  context: BuildContext<Project["settings"]>,
  starts: Starts,
  project: Project,
  manager: ManagerName,
): Promise<OwnFiles> {
  const { layers, buildpack } = context;
  const server = join(buildpack.dir, "static-server");
  await layers.provide(startLayer, {
    metadata: { digest: digestOfText(withSignalsScript) },
    create: ({ path }) => writeWithSignals(path),
    env: () => launchEnv(starts, project, manager),
  });
  const own = { staticServer: join(layers.dir, "static-server/main.mjs") };
  if (!Object.values(starts).some(({ kind }) => kind === "static")) return own;
  await layers.provide(staticServerLayer, {
    metadata: { digest: await digestOfFiles(server) },
    create: ({ path }) => cp(server, path, { recursive: true }),
    env: () => ({ launch: { PORT: defaultTo("8080") } }),
  });
  return own;
}

/** Programs of packages are found, but never instead of those of the image: a package `node` has one, too. */
function launchEnv(starts: Starts, { app, dirs }: Project, manager: ManagerName): LayerEnv {
  const folders = [...new Set([dirs.dir, dirs.root])].map((dir) => app.path(inDir(dir, "node_modules/.bin")));
  const process = Object.entries(processEnvs(starts, manager)).map(([type, env]) => [
    type,
    Object.fromEntries(Object.entries(env).map(([name, value]) => [name, override(value)])),
  ]);
  return { launch: { PATH: append(folders.join(":")) }, process: Object.fromEntries(process) };
}
