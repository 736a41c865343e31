import type { ManagerChoice, ManagerName } from "../package-manager.ts";
import { lockCommands, lockfileOf, lockfilesIn, pipFiles, titles } from "./files.ts";
import type { ChoiceSources, FoundSources, Pick } from "./found-sources.ts";
import { picksOf } from "./picks.ts";
import { signsOf } from "./pyproject.ts";
import { requirementsIn } from "./requested-pick.ts";

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
const losers = (pick: Pick, picks: readonly Pick[]): readonly string[] =>
  picks
    .filter(({ name, lockfile }) => name !== pick.name && name !== "pip" && lockfile === undefined)
    .map(({ name, source }) => `${titles[name]} from ${source} is ignored`);

function ignored({ source, lockfile }: Pick, { complete, stray, files, settings }: FoundSources): readonly string[] {
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

function withoutLockfile({ name, lockfile }: Pick): readonly string[] {
  if (lockfile !== undefined) return [];
  const missing = lockfileOf(name);
  return [
    `There is no ${missing}: ${titles[name]} installs the newest versions that the app accepts, and another build may install different ones. Run "${lockCommands[name]}" and commit ${missing}.`,
  ];
}
