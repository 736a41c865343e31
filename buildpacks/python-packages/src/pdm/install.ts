import { mkdir, rm, writeFile } from "node:fs/promises";
import { dirname } from "node:path";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { inDir } from "@libcnb/app-kit/folders";
import { installFailure } from "../failures/failure.ts";
import type { Work } from "../package-manager.ts";
import { withIndexOfPip } from "../project/of-pip.ts";
import { withoutTraces } from "../project/traces.ts";
import { configFile } from "./environment.ts";
import { copiedPaths } from "./inputs.ts";
import type { PdmProject } from "./project.ts";
import { settingsText } from "./settings.ts";

/** Runs `pdm install`. Unlike `pdm sync`, it checks that the lockfile is up to date. */
export async function install({ project: read, run, secretDir, ...location }: Work): Promise<void> {
  const project = read as PdmProject;
  const { app, choice, codeDirs, dir, env, lock } = project;
  const indexes = withIndexOfPip(location.indexes, env);
  if (indexes.length > 0) await writeSettings(configFile(secretDir), settingsText(indexes, project.sources));
  const act = () =>
    runExplained(run, { command: ["pdm", ...installArguments(project)], options: { cwd: dir } }, (end) =>
      installFailure("pdm", end, choice),
    );
  await withoutTraces(app, codeDirs, act, copiedPaths(lock, dir));
  // nobody has seen what PDM locked just now: the next build must not take it for the app's
  if (choice.lockfile === undefined) await rm(app.path(inDir(dir, "pdm.lock")), { force: true });
}

export const installArguments = ({
  choice: { lockfile },
  developmentGroups,
  selection: { groups, extras },
}: Pick<PdmProject, "choice" | "developmentGroups" | "selection">): readonly string[] => [
  "install",
  ...(lockfile === undefined ? [] : ["--check", "--frozen-lockfile"]),
  ...(lockfile === "pylock.toml" ? ["--lockfile", lockfile] : []),
  // PDM refuses --prod with groups for development; of these only those that are named are installed then
  groups.some((each) => developmentGroups.includes(each)) ? "--dev" : "--prod",
  ...[...groups, ...extras].flatMap((name) => ["--group", name]),
];

async function writeSettings(file: string, text: string): Promise<void> {
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text, { mode: 0o600 });
}
