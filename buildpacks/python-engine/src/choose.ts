import { loserSentence, type VersionRequest } from "@libcnb/app-kit/requests";
import { unsetVersionWarning } from "@libcnb/app-kit/unset-version";
import {
  type BuildpackIdentity,
  type Inventory,
  type Logger,
  list,
  metadataOf,
  type Release,
  string,
  table,
  UserError,
} from "libcnb";
import { onMirror } from "./mirror.ts";
import { bestRange } from "./ranges.ts";

/** The available releases, and the log. */
export interface Offered {
  readonly inventory: Inventory;
  readonly config: { readonly BP_CPYTHON_MIRROR: string | undefined };
  readonly buildpack: BuildpackIdentity;
  readonly log: Logger;
}

const scheme = "pep440";

/**
 * Chooses the release of CPython and logs why: the first request wins, the others are reported.
 * Without requests, it uses the default in buildpack.toml.
 *
 * @throws UserError PYTHON_IMPLEMENTATION_UNKNOWN, PYTHON_MIRROR_INVALID
 */
export async function choosePython(requests: readonly VersionRequest[], offered: Offered): Promise<Release> {
  const { inventory, config, log } = offered;
  const [winner, ...losers] = requests;
  const range = winner && (await rangeOf(winner, offered.buildpack));
  const python = await inventory.resolve("python", range, {
    scheme,
    ...(winner && { source: sourceOf(winner, range) }),
  });
  if (winner === undefined) log.warn(unset(python));
  for (const loser of losers) log.info(await sentence(loser, python));
  if (winner?.source.endsWith("runtime.txt")) log.warn(moving(winner, python));
  return onMirror(python, config.BP_CPYTHON_MIRROR);
}

/** A new line of Python is released each October. */
function unset({ version }: Release): string {
  const [major, minor] = version.split(".").map(Number);
  const line = `${major}.${minor}`;
  const setting = `write ${line} into .python-version`;
  return unsetVersionWarning({ title: "Python", version, line, next: `${major}.${Number(minor) + 1}`, setting });
}

async function sentence(loser: VersionRequest, { version }: Release): Promise<string> {
  const range = await bestRange(loser.wanted, [version]);
  return loserSentence(loser, { version, title: "Python", scheme, rangeOf: () => range });
}

/** What pyenv and uv can install besides: `pypy3.10-7.3.15`, and `3.14t` without the global interpreter lock. */
const isOther = (wanted: string): boolean => /^[a-z]|^\d+(\.\d+)*\+?t$/i.test(wanted);

function rangeOf({ wanted, source }: VersionRequest, buildpack: BuildpackIdentity): Promise<string> {
  if (!isOther(wanted)) return bestRange(wanted, versionsOf(buildpack));
  const message = `${source} asks for ${wanted.slice(0, 100)}, and there is only CPython with its global interpreter lock`;
  throw new UserError("PYTHON_IMPLEMENTATION_UNKNOWN", message, {
    hint: `Write a version of CPython such as ${versionsOf(buildpack)[0]} into ${source}.`,
  });
}

const inventorySchema = table({ dependencies: list(table({ version: string })) });

/** All versions that there are, the newest first: buildpack.toml has them the other way. */
const versionsOf = (buildpack: BuildpackIdentity): readonly string[] =>
  metadataOf(buildpack, inventorySchema)
    .dependencies.map(({ version }) => version)
    .reverse();

/** What is written, where it is not the range itself: `dependencies.python of pyproject.toml (^3.11)`. */
const sourceOf = ({ source, wanted }: VersionRequest, range: string | undefined): string =>
  range === wanted ? source : `${source} (${wanted})`;

const moving = ({ source }: VersionRequest, { version }: Release): string =>
  `${source} is an older way to ask for a version. Write ${version.replace(/\.\d+$/, "")} into ${source.replace(/runtime\.txt$/, ".python-version")}, and remove ${source}.`;
