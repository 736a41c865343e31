import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { inDir } from "@libcnb/app-kit/folders";
import { installFailure } from "../failures/failure.ts";
import type { Variables, Work } from "../package-manager.ts";
import { type Index, pipSettings } from "../project/pip-settings.ts";
import { withoutTraces } from "../project/traces.ts";
import { groupsOf } from "./dependencies.ts";
import { credentials } from "./environment.ts";
import { variable, writeIndexPlugin } from "./index-plugin.ts";
import { copiedPaths } from "./inputs.ts";
import type { PoetryProject } from "./project.ts";

/** Runs `poetry install`: the environment is empty, so that nothing has to be removed. */
export async function install(work: Work): Promise<void> {
  const project = work.project as PoetryProject;
  const { app, choice, codeDirs, dir, packages } = project;
  const env = await accessVariables(work);
  const act = () =>
    runExplained(work.run, { command: ["poetry", ...installArguments(project)], options: { cwd: dir, env } }, (end) =>
      installFailure("poetry", end, choice),
    );
  await withoutTraces(app, codeDirs, act, copiedPaths(packages, dir));
  // where Poetry installs the plugins that the project demands
  await rm(app.path(inDir(dir, ".poetry")), { recursive: true, force: true });
  // nobody has seen what Poetry locked just now: the next build must not take it for the app's
  if (choice.lockfile === undefined) await rm(app.path(inDir(dir, "poetry.lock")), { force: true });
}

export const installArguments = (project: Pick<PoetryProject, "selection" | "pyproject">): string[] => [
  "install",
  "--no-interaction",
  "--no-ansi",
  ...groupArguments(project),
  ...project.selection.extras.flatMap((extra) => ["--extras", extra]),
];

/** Poetry does not know groups that name no packages, not even `main` of a project that needs none. */
function groupArguments({ selection, pyproject }: Pick<PoetryProject, "selection" | "pyproject">): readonly string[] {
  const known = Object.entries(groupsOf(pyproject)).flatMap(([name, list]) => (list.length > 0 ? [name] : []));
  const wanted = selection.groups.filter((name) => known.includes(name));
  const others = known.filter((name) => !wanted.includes(name));
  if (wanted.includes("main") || !selection.groups.includes("main")) return ["--only", wanted.join()];
  return [
    ...(wanted.length > 0 ? ["--with", wanted.join()] : []),
    ...(others.length > 0 ? ["--without", others.join()] : []),
  ];
}

/** Poetry does not know the settings of pip, nor, as it brings certificates of its own, those of OpenSSL, which platforms set. */
async function accessVariables(work: Work): Promise<Variables> {
  const { cert, index } = await pipSettings(work);
  const { SSL_CERT_FILE, REQUESTS_CA_BUNDLE = cert ?? SSL_CERT_FILE } = work.project.env;
  return { ...(REQUESTS_CA_BUNDLE !== undefined && { REQUESTS_CA_BUNDLE }), ...(await indexVariables(work, index)) };
}

async function indexVariables({ workDir }: Work, index: Index | undefined): Promise<Variables> {
  if (index === undefined) return {};
  const dir = join(workDir, "poetry");
  await writeIndexPlugin(dir);
  return { PYTHONPATH: dir, [variable]: index.url, ...Object.fromEntries(credentials({ ...index, name: "PyPI" })) };
}
