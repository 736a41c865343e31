import { UserError } from "libcnb";
import type { Settings } from "../contract.ts";
import type { ManagerChoice, ManagerName } from "../package-manager.ts";
import {
  type ChoiceSources,
  type FoundSources,
  isManager,
  type Lockfile,
  lockCommands,
  lockfileOf,
  lockfilesIn,
  pipFiles,
  type ToolPick,
  titles,
} from "./files.ts";
import { type PyprojectSigns, signsOf } from "./pyproject.ts";

/**
 * Chooses the tool from these sources, in order of precedence: BP_PYTHON_PACKAGE_MANAGER,
 * BP_PIP_REQUIREMENT, a lockfile, pylock.toml or requirements.txt, Pipfile, pyproject.toml,
 * setup.py. Returns `undefined` if there is nothing to install.
 *
 * @throws UserError PYTHON_PACKAGE_MANAGER_INVALID, PYTHON_LOCKFILES_CONFLICT, PYTHON_LOCKFILE_OF_ANOTHER, PYTHON_LOCKFILE_ALONE
 */
export function chooseManager(sources: ChoiceSources): ManagerChoice | undefined {
  const found: FoundSources = {
    ...sources,
    ...lockfilesIn(sources.files),
    signs: signsOf(sources.pyproject, sources.uvToml),
  };
  const picks = picksOf(found);
  const [pick] = picks;
  if (pick === undefined) return undefined;
  return {
    ...pick,
    version: versionOf(pick.name, found),
    losers: losers(pick, picks),
    warnings: [...ignored(pick, found), ...withoutLockfile(pick)],
  };
}

function versionOf(name: ManagerName, { settings, signs }: FoundSources): ManagerChoice["version"] {
  const source = versionVariables[name];
  const range = settings[source]?.trim() ?? "";
  return range === "" ? signs.versions.get(name) : { range, source };
}

const versionVariables = {
  pip: "BP_PIP_VERSION",
  uv: "BP_UV_VERSION",
  poetry: "BP_POETRY_VERSION",
  pipenv: "BP_PIPENV_VERSION",
  pdm: "BP_PDM_VERSION",
} as const satisfies Readonly<Record<ManagerName, string>>;

/** Tools that the project is written for, and that do not install it. Their lockfiles have warnings of their own. */
const losers = (pick: ToolPick, picks: readonly ToolPick[]): readonly string[] =>
  picks
    .filter(({ name, lockfile }) => name !== pick.name && name !== "pip" && lockfile === undefined)
    .map(({ name, source }) => `${titles[name]} from ${source} is ignored`);

function ignored(
  { source, lockfile }: ToolPick,
  { complete, stray, files, settings }: FoundSources,
): readonly string[] {
  const used: ReadonlySet<string | undefined> = new Set([lockfile, ...requirementsIn(settings)]);
  const ofPip = pipFiles.filter((file) => files.includes(file)).map((name) => ({ name, owner: "pip" as const }));
  return [...complete, ...stray, ...ofPip]
    .filter(({ name }) => !used.has(name))
    .map(
      ({ name, owner }) => `${name} is ignored: ${source} takes precedence. Delete ${name}${orAskFor(owner, source)}.`,
    );
}

const orAskFor = (owner: ManagerName, source: string): string =>
  source.startsWith("BP_") ? "" : `, or set BP_PYTHON_PACKAGE_MANAGER=${owner} to install from it`;

function withoutLockfile({ name, lockfile }: ToolPick): readonly string[] {
  if (lockfile !== undefined) return [];
  const missing = lockfileOf(name);
  return [
    `There is no ${missing}: ${titles[name]} installs the newest versions that the app accepts, and another build may install different ones. Run "${lockCommands[name]}" and commit ${missing}.`,
  ];
}

/** Returns all tools for which the app has evidence, such as a lockfile, in order of precedence. */
function picksOf(found: FoundSources): readonly ToolPick[] {
  const asked = requestedPick(found) ?? requirementPick(found);
  const first = asked ?? lockfilePick(found);
  return [...(first === undefined ? [] : [first]), ...pipPicks(found), ...manifestPicks(found)];
}

function lockfilePick(found: FoundSources): ToolPick | undefined {
  const { complete, stray, files } = found;
  const [only, second] = complete;
  if (second !== undefined) return meant(found);
  if (only !== undefined) return { name: only.owner, source: only.name, lockfile: only.name };
  if (stray[0] !== undefined && !pipFiles.some((file) => files.includes(file))) throw alone(stray[0]);
  return undefined;
}

/** Selects one of several lockfiles: that of the only tool for which the project is configured. */
function meant({ complete, signs }: FoundSources): ToolPick {
  const [only, second] = complete.flatMap(({ owner, name }) => {
    const source = owner === "pipenv" ? "Pipfile" : signs.tools.get(owner);
    return source === undefined ? [] : [{ name: owner, source, lockfile: name }];
  });
  if (only === undefined || second !== undefined) throw conflict(complete);
  return only;
}

const pipPicks = ({ files, signs }: FoundSources): readonly ToolPick[] =>
  pipFiles
    .filter((file) => files.includes(file))
    .map((file) => ({ name: isOfPdm(file, signs) ? "pdm" : "pip", source: file, lockfile: file }));

// PDM can be configured to write it instead of its own lockfile
const isOfPdm = (file: string, { tools }: PyprojectSigns): boolean => file === "pylock.toml" && tools.has("pdm");

/** Files that name the packages but not their versions. */
function manifestPicks({ files, signs }: FoundSources): readonly ToolPick[] {
  const tools = [...signs.tools].map(([name, source]) => ({ name, source, lockfile: undefined }));
  const isPlain = signs.isInstallable && tools.length === 0;
  return [
    ...(files.includes("Pipfile") ? [{ name: "pipenv" as const, source: "Pipfile", lockfile: undefined }] : []),
    ...tools,
    ...(isPlain ? [{ name: "pip" as const, source: "pyproject.toml", lockfile: undefined }] : []),
    ...(files.includes("setup.py") ? [{ name: "pip" as const, source: "setup.py", lockfile: undefined }] : []),
  ];
}

/** Selects the tool in BP_PYTHON_PACKAGE_MANAGER. */
function requestedPick(found: FoundSources): ToolPick | undefined {
  const name = found.settings.BP_PYTHON_PACKAGE_MANAGER?.trim() ?? "";
  if (name === "") return undefined;
  if (!isManager(name)) throw unknownManager(name);
  const lockfile = found.complete.find(({ owner }) => owner === name)?.name ?? sharedFile(name, found);
  if (lockfile === undefined && !isUsable(name, found)) throw ofAnother(name, found);
  return { name, source: "BP_PYTHON_PACKAGE_MANAGER", lockfile };
}

/**
 * Returns the file that a tool shares with other tools: requirements files for pip, and the
 * standard lockfile for PDM.
 */
function sharedFile(name: ManagerName, { files, settings }: FoundSources): string | undefined {
  if (name === "pdm") return files.includes("pylock.toml") ? "pylock.toml" : undefined;
  if (name !== "pip") return undefined;
  return requirementsIn(settings)[0] ?? pipFiles.find((file) => files.includes(file));
}

/**
 * True if a tool can do without a lockfile: what else it needs is there, and no other tool has
 * locked the versions.
 */
function isUsable(name: ManagerName, { complete, files, signs }: FoundSources): boolean {
  if (name === "pipenv") return files.includes("Pipfile");
  if (name === "pip") return files.includes("setup.py") || signs.isInstallable;
  return signs.isInstallable && complete.length === 0;
}

/** Selects pip if BP_PIP_REQUIREMENT names requirements files. */
function requirementPick({ settings }: FoundSources): ToolPick | undefined {
  const [lockfile] = requirementsIn(settings);
  return lockfile === undefined ? undefined : { name: "pip", source: "BP_PIP_REQUIREMENT", lockfile };
}

/** Returns the files that BP_PIP_REQUIREMENT names. */
export const requirementsIn = ({ BP_PIP_REQUIREMENT = "" }: Partial<Settings>): readonly string[] =>
  BP_PIP_REQUIREMENT.split(/[\s,]+/).filter((file) => file !== "");

const unknownManager = (name: string): UserError =>
  new UserError(
    "PYTHON_PACKAGE_MANAGER_INVALID",
    `BP_PYTHON_PACKAGE_MANAGER is "${shortened(name)}", which is not a supported package manager`,
    {
      hint: 'Set BP_PYTHON_PACKAGE_MANAGER to "pip", "uv", "poetry", "pipenv" or "pdm". To choose a version, set a variable such as BP_UV_VERSION.',
    },
  );

const shortened = (text: string): string => (text.length > 100 ? `${text.slice(0, 100)}…` : text);

/** The error for several lockfiles if no setting selects one. */
function conflict(lockfiles: readonly Lockfile[]): UserError {
  const names = listed(lockfiles.map(({ name }) => name));
  const owners = lockfiles.map(({ owner }) => owner);
  return new UserError("PYTHON_LOCKFILES_CONFLICT", `the app has lockfiles of several tools: ${names}`, {
    hint: `Delete the lockfiles of the tools that you do not use; or set BP_PYTHON_PACKAGE_MANAGER to ${listed(owners, "or")}.`,
  });
}

/** The error for a BP_PYTHON_PACKAGE_MANAGER that names a tool for which the app has no files. */
function ofAnother(name: ManagerName, { complete, files }: Pick<FoundSources, "complete" | "files">): UserError {
  const others = [...complete.map((each) => each.name), ...pipFiles.filter((file) => files.includes(file))];
  const has = others.length === 0 ? `no ${ways[name].file}` : `only ${listed(others)}`;
  const said = `BP_PYTHON_PACKAGE_MANAGER requests ${titles[name]}, but the app has ${has}`;
  return new UserError("PYTHON_LOCKFILE_OF_ANOTHER", said, {
    hint: `${ways[name].way}; or unset BP_PYTHON_PACKAGE_MANAGER.`,
  });
}

const ways: Readonly<Record<ManagerName, { readonly file: string; readonly way: string }>> = {
  pip: { file: "requirements.txt", way: 'Run "pip freeze > requirements.txt" and commit it' },
  uv: {
    file: "pyproject.toml with dependencies",
    way: 'Run "uv lock" and commit uv.lock (without a pyproject.toml, first run "uv init --bare" and "uv add -r requirements.txt")',
  },
  poetry: {
    file: "pyproject.toml with dependencies",
    way: 'Run "poetry lock" and commit poetry.lock (without a pyproject.toml, first run "poetry init")',
  },
  pipenv: { file: "Pipfile", way: 'Run "pipenv install" and commit Pipfile and Pipfile.lock' },
  pdm: {
    file: "pyproject.toml with dependencies",
    way: 'Run "pdm lock" and commit pdm.lock (without a pyproject.toml, first run "pdm init")',
  },
};

/** The error for a lockfile without the manifest that the tool also needs. */
const alone = ({ name, owner, manifest }: Lockfile): UserError =>
  new UserError("PYTHON_LOCKFILE_ALONE", `the app has ${name}, but no ${manifest}`, {
    cause: `${titles[owner]} cannot install from ${name} without ${manifest}`,
    hint: `Commit ${manifest} as well, and check that .gitignore does not exclude it. If the project is in a subdirectory, set BP_PYTHON_PROJECT_PATH to the path of that directory, such as backend.`,
  });

const listed = (names: readonly string[], word = "and"): string =>
  names.length < 2 ? names.join("") : `${names.slice(0, -1).join(", ")} ${word} ${names.at(-1)}`;
