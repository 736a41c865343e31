import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { quotedLine } from "@libcnb/app-kit/failures/quoted-line";
import { runExplained } from "@libcnb/app-kit/failures/run-explained";
import { installFailure } from "../failures/failure.ts";
import { isShownOfPip } from "../failures/shown-output.ts";
import type { Work } from "../package-manager.ts";
import { withoutTraces } from "../project/traces.ts";
import { isPinned } from "./lines.ts";
import type { PipProject } from "./project.ts";
import { isAddress } from "./vendor.ts";

/** The path of pip's report about installed files. */
export const reportOf = ({ workDir }: Pick<Work, "workDir">): string => join(workDir, "report.json");

/** That an index refuses its packages, pip tells only here. */
const logOf = ({ workDir }: Pick<Work, "workDir">): string => join(workDir, "pip.log");

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Runs `pip install` for the environment. */
export async function install(work: Work): Promise<void> {
  const { app, choice, codeDirs, dir, sources, vendor } = work.project as PipProject;
  const command = [...work.tool, "--python", work.venv.python, "install", ...installArguments(work)] as const;
  warnOfOpenVersions(work);
  warnOfNames(work);
  const options = { cwd: dir, shownAs: quotedLine(["pip", "install", ...wantedArguments(work)]), shows: isShownOfPip };
  const act = () =>
    runExplained(work.run, { command: command as readonly [string, ...string[]], options }, (end) =>
      installFailure("pip", end, {
        lockfile: choice.lockfile,
        log: textOf(logOf(work)),
        isOffline: vendor.only !== undefined,
      }),
    );
  const copied = sources.local.filter(({ isEditable }) => !isEditable).map(({ path }) => path);
  await withoutTraces(app, codeDirs, act, copied);
}

const installArguments = (work: Work): readonly string[] => [
  "--report",
  reportOf(work),
  "--log",
  logOf(work),
  "--progress-bar",
  "off",
  "--no-warn-script-location",
  ...wantedArguments(work),
];

/** What is installed, from where. */
function wantedArguments(work: Work): readonly string[] {
  const { app, requirements, selection, vendor } = work.project as PipProject;
  const at = (path: string) => (isAddress(path) ? path : app.path(path));
  const suffix = selection.extras.length === 0 ? "" : `[${selection.extras.join(",")}]`;
  return [
    ...(vendor.only === undefined ? [] : ["--no-index", "--find-links", at(vendor.only)]),
    ...vendor.additional.flatMap((each) => ["--find-links", at(each)]),
    ...selection.groups.flatMap((group) => ["--group", group]),
    ...requirements.flatMap((file) => ["-r", `${file}${suffix}`]),
    ...(requirements.length === 0 ? ["-e", `.${suffix}`] : []),
  ];
}

/** Said only when something is installed: what is kept has its versions. */
function warnOfOpenVersions({ project, log }: Work): void {
  const { choice, sources } = project as PipProject;
  const lines = Object.values(sources.files).flat();
  const open = lines.flatMap((line) =>
    line.kind === "requirement" && !line.isEditable && !isPinned(line.text) ? [line.text] : [],
  );
  // constraints may say the versions of all of them
  if (open.length === 0 || lines.some((line) => line.kind === "include" && line.isConstraint)) return;
  log.warn(
    `${choice.lockfile ?? "The project"} leaves versions open (${shortened(open)}): another build may get others. Pin them, as "pip freeze" writes them.`,
  );
}

/** Files for pip have addresses of indexes, and no names for them. */
function warnOfNames({ indexes, log }: Work): void {
  for (const { name } of indexes.filter(({ url }) => url === undefined))
    log.warn(`The binding ${name} has no url, and pip knows indexes by their addresses only: it is of no use here`);
}

const shortened = (texts: readonly string[]): string =>
  [...texts.slice(0, 3), ...(texts.length > 3 ? [`and ${texts.length - 3} more`] : [])].join(", ");
