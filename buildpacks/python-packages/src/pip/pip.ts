import { existsSync, readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { RunOptions } from "libcnb";
import { quotedLine, runExplained } from "libcnb/kit";
import { installFailure } from "../failures/failure.ts";
import type { PythonPackageManager, Work } from "../package-manager.ts";
import { withoutTraces } from "../project/traces.ts";
import { installedPackages } from "../sbom/installed-packages.ts";
import { lockedOfReport } from "../sbom/pip-report.ts";
import { isPinned } from "./lines.ts";
import { type PipProject, readProject } from "./project.ts";
import { isAddress } from "./vendor.ts";

/**
 * The {@link PythonPackageManager} for pip. It installs requirements files, a `pylock.toml`, or a
 * project without a lockfile.
 */
export const pip: PythonPackageManager = {
  name: "pip",
  title: "pip",
  read: readProject,
  environment: ({ cacheDir }) => ({ PIP_CACHE_DIR: cacheDir, PIP_NO_CACHE_DIR: undefined }),
  install,
  packages: async (work) => installedPackages(work, lockedOfReport(await readFile(reportOf(work), "utf8"))),
};

/** The path of pip's report about installed files. */
const reportOf = ({ workDir }: Pick<Work, "workDir">): string => join(workDir, "report.json");

/**
 * The log file of pip. It is the only place where pip reports that an index refuses access to its
 * packages.
 */
const logOf = ({ workDir }: Pick<Work, "workDir">): string => join(workDir, "pip.log");

const textOf = (file: string): string => (existsSync(file) ? readFileSync(file, "utf8") : "");

/** Runs `pip install` for the environment. */
async function install(work: Work): Promise<void> {
  const { app, choice, codeDirs, dir, sources, vendor } = work.project as PipProject;
  const command = [...work.tool, "--python", work.venv.python, "install", ...installArguments(work)] as const;
  warnOfOpenVersions(work);
  warnOfNames(work);
  const shownAs = quotedLine(["pip", "install", ...wantedArguments(work)]);
  const options: RunOptions = { cwd: dir, shownAs, filterLog: isShownOfPip };
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

/**
 * True if the log shows a line of pip's output. pip names each file twice, when it collects the
 * file and when it downloads it.
 */
const isShownOfPip = (line: string): boolean => !/^\s+(?:Downloading \S+ \(|Using cached \S+ \()|^\s*$/.test(line);

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

/** The requirements to install, with the options for their sources. */
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
  // constraints may contain the versions of all packages
  if (open.length === 0 || lines.some((line) => line.kind === "include" && line.isConstraint)) return;
  log.warn(
    `${choice.lockfile ?? "The project"} does not pin all versions (${shortened(open)}): another build may install different ones. Pin them as "pip freeze" does, for example flask==3.1.2.`,
  );
}

/** Files for pip have addresses of indexes, and no names for them. */
function warnOfNames({ indexes, log }: Work): void {
  for (const { name } of indexes.filter(({ url }) => url === undefined))
    log.warn(`The binding ${name} is ignored: it has no url, and pip identifies indexes by their URLs`);
}

const shortened = (texts: readonly string[]): string =>
  [...texts.slice(0, 3), ...(texts.length > 3 ? [`and ${texts.length - 3} more`] : [])].join(", ");
