import type { Table } from "libcnb";
import type { Settings } from "../config.ts";
import type { ManagerName } from "../package-manager.ts";
import { type Lockfile, pipFiles } from "./files.ts";
import type { PyprojectSigns } from "./pyproject.ts";
import { alone, conflict } from "./refusals.ts";
import { requirementPick, wishPick } from "./wish.ts";

/** The sources that determine an app's tool. */
export interface ChoiceSources {
  /** BP_PYTHON_PACKAGE_MANAGER, BP_PIP_REQUIREMENT, BP_<TOOL>_VERSION. */
  readonly settings: Partial<Settings>;
  /** Names in the project's folder; folders end in `/`. */
  readonly files: readonly string[];
  readonly pyproject: Table | undefined;
  readonly uvToml?: Table | undefined;
}

/** The sources with their state. */
export interface Found extends ChoiceSources {
  readonly complete: readonly Lockfile[];
  readonly stray: readonly Lockfile[];
  readonly signs: PyprojectSigns;
}

/** A tool, the evidence for it, and its source of packages. */
export interface Pick {
  readonly name: ManagerName;
  readonly source: string;
  readonly lockfile: string | undefined;
}

/** All tools with evidence, in order of precedence. */
export function picksOf(found: Found): readonly Pick[] {
  const asked = wishPick(found) ?? requirementPick(found);
  const first = asked ?? lockfilePick(found);
  return [...(first === undefined ? [] : [first]), ...pipPicks(found), ...manifestPicks(found)];
}

function lockfilePick(found: Found): Pick | undefined {
  const { complete, stray, files } = found;
  const [only, second] = complete;
  if (second !== undefined) return meant(found);
  if (only !== undefined) return { name: only.owner, source: only.name, lockfile: only.name };
  if (stray[0] !== undefined && !pipFiles.some((file) => files.includes(file))) throw alone(stray[0]);
  return undefined;
}

/** Of several lockfiles that of the only tool that the project is written for. */
function meant({ complete, signs }: Found): Pick {
  const [only, second] = complete.flatMap(({ owner, name }) => {
    const source = owner === "pipenv" ? "Pipfile" : signs.tools.get(owner);
    return source === undefined ? [] : [{ name: owner, source, lockfile: name }];
  });
  if (only === undefined || second !== undefined) throw conflict(complete);
  return only;
}

const pipPicks = ({ files, signs }: Found): readonly Pick[] =>
  pipFiles
    .filter((file) => files.includes(file))
    .map((file) => ({ name: isOfPdm(file, signs) ? "pdm" : "pip", source: file, lockfile: file }));

// PDM writes it instead of its own lockfile for those who tell it to
const isOfPdm = (file: string, { tools }: PyprojectSigns): boolean => file === "pylock.toml" && tools.has("pdm");

/** What says which packages are wanted, but not their versions. */
function manifestPicks({ files, signs }: Found): readonly Pick[] {
  const tools = [...signs.tools].map(([name, source]) => ({ name, source, lockfile: undefined }));
  const isPlain = signs.isInstallable && tools.length === 0;
  return [
    ...(files.includes("Pipfile") ? [{ name: "pipenv" as const, source: "Pipfile", lockfile: undefined }] : []),
    ...tools,
    ...(isPlain ? [{ name: "pip" as const, source: "pyproject.toml", lockfile: undefined }] : []),
    ...(files.includes("setup.py") ? [{ name: "pip" as const, source: "setup.py", lockfile: undefined }] : []),
  ];
}
