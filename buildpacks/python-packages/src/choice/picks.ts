import { pipFiles } from "./files.ts";
import type { FoundSources, Pick } from "./found-sources.ts";
import type { PyprojectSigns } from "./pyproject.ts";
import { alone, conflict } from "./refusals.ts";
import { requestedPick, requirementPick } from "./requested-pick.ts";

/** Returns all tools for which the app has evidence, such as a lockfile, in order of precedence. */
export function picksOf(found: FoundSources): readonly Pick[] {
  const asked = requestedPick(found) ?? requirementPick(found);
  const first = asked ?? lockfilePick(found);
  return [...(first === undefined ? [] : [first]), ...pipPicks(found), ...manifestPicks(found)];
}

function lockfilePick(found: FoundSources): Pick | undefined {
  const { complete, stray, files } = found;
  const [only, second] = complete;
  if (second !== undefined) return meant(found);
  if (only !== undefined) return { name: only.owner, source: only.name, lockfile: only.name };
  if (stray[0] !== undefined && !pipFiles.some((file) => files.includes(file))) throw alone(stray[0]);
  return undefined;
}

/** Selects one of several lockfiles: that of the only tool for which the project is configured. */
function meant({ complete, signs }: FoundSources): Pick {
  const [only, second] = complete.flatMap(({ owner, name }) => {
    const source = owner === "pipenv" ? "Pipfile" : signs.tools.get(owner);
    return source === undefined ? [] : [{ name: owner, source, lockfile: name }];
  });
  if (only === undefined || second !== undefined) throw conflict(complete);
  return only;
}

const pipPicks = ({ files, signs }: FoundSources): readonly Pick[] =>
  pipFiles
    .filter((file) => files.includes(file))
    .map((file) => ({ name: isOfPdm(file, signs) ? "pdm" : "pip", source: file, lockfile: file }));

// PDM writes it instead of its own lockfile for those who tell it to
const isOfPdm = (file: string, { tools }: PyprojectSigns): boolean => file === "pylock.toml" && tools.has("pdm");

/** Files that name the packages but not their versions. */
function manifestPicks({ files, signs }: FoundSources): readonly Pick[] {
  const tools = [...signs.tools].map(([name, source]) => ({ name, source, lockfile: undefined }));
  const isPlain = signs.isInstallable && tools.length === 0;
  return [
    ...(files.includes("Pipfile") ? [{ name: "pipenv" as const, source: "Pipfile", lockfile: undefined }] : []),
    ...tools,
    ...(isPlain ? [{ name: "pip" as const, source: "pyproject.toml", lockfile: undefined }] : []),
    ...(files.includes("setup.py") ? [{ name: "pip" as const, source: "setup.py", lockfile: undefined }] : []),
  ];
}
