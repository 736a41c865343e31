import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { installFailure } from "../failures/failure.ts";
import type { Variables, Work } from "../package-manager.ts";
import { pipSettings } from "../project/pip-settings.ts";
import { withoutTraces } from "../project/traces.ts";
import { withPassword } from "../registry/indexes.ts";
import { netrcLines } from "../registry/netrc.ts";
import { type PipenvProject, pathsIn } from "./project.ts";

/** Runs `pipenv install`. */
export async function install(work: Work): Promise<void> {
  const project = work.project as PipenvProject;
  const { app, choice, codeDirs, dir, lock } = project;
  const env = { ...(await mirrorVariables(work)), ...(await loginVariables(work)) };
  const act = () =>
    runExplained(work.run, { command: ["pipenv", ...installArguments(project)], options: { cwd: dir, env } }, (end) =>
      installFailure("pipenv", end, choice),
    );
  await withoutTraces(app, codeDirs, act, pathsIn(lock, dir, false));
}

/**
 * The arguments of `pipenv install`. `pipenv sync` is not used, because it accepts a lockfile that
 * does not match the Pipfile.
 */
export const installArguments = ({ categories, choice }: Pick<PipenvProject, "categories" | "choice">): string[] => [
  "install",
  choice.lockfile === undefined ? "--skip-lock" : "--deploy",
  ...(categories.length === 1 ? [] : ["--categories", categories.join(" ")]),
];

/** Pipenv takes the index of the Pipfile, and asks a mirror where that is the public one. */
async function mirrorVariables(work: Work): Promise<Variables> {
  const { cert, index } = await pipSettings(work);
  const url = index && withPassword({ ...index, name: "", isDefault: true });
  const { PIPENV_PYPI_MIRROR = url } = work.project.env;
  const { hasSources, pipConf } = work.project as PipenvProject;
  return {
    ...(PIPENV_PYPI_MIRROR !== undefined && { PIPENV_PYPI_MIRROR }),
    ...(hasSources ? {} : { ...withoutIndexes, PIP_CONFIG_FILE: await pipConfFile(work, pipConf), PIP_CERT: cert }),
  };
}

/** A Pipfile without indexes has those of pip, and its digest too: here they are others than where it was locked. */
const withoutIndexes: Variables = { PIP_INDEX_URL: undefined, PIP_EXTRA_INDEX_URL: undefined };

async function pipConfFile({ secretDir }: Work, text: string | undefined): Promise<string> {
  if (text === undefined) return "/dev/null";
  const file = join(secretDir, "pip.conf");
  await writeFile(file, text, { mode: 0o600 });
  return file;
}

/** Pipenv takes logins from the addresses in the Pipfile, which are the app's, or by host. */
async function loginVariables({ project, indexes, netrc, secretDir }: Work): Promise<Variables> {
  const lines = netrcLines(indexes, (project as PipenvProject).sources);
  if (lines.length === 0) return {};
  const file = join(secretDir, "netrc");
  const own = existsSync(netrc) ? await readFile(netrc, "utf8") : "";
  await writeFile(file, [...lines, own, ""].join("\n"), { mode: 0o600 });
  return { NETRC: file };
}
