import { loserSentence, type VersionRequest } from "@libcnb/app-kit";
import {
  type BuildpackIdentity,
  type Inventory,
  type Logger,
  list,
  metadataOf,
  type Release,
  string,
  table,
  versionRange,
} from "libcnb";
import { onMirror } from "./mirror.ts";
import { rangesOf } from "./ranges.ts";

/** What there is to choose from, and who is told. */
export interface Offered {
  readonly inventory: Inventory;
  readonly config: { readonly BP_CPYTHON_MIRROR: string | undefined };
  readonly buildpack: BuildpackIdentity;
  readonly log: Logger;
}

const scheme = "pep440";

/**
 * Chooses the release of CPython and says why: the first request wins, the others are told. None: the default of buildpack.toml.
 *
 * @throws UserError PYTHON_MIRROR_INVALID
 */
export async function choosePython(requests: readonly VersionRequest[], offered: Offered): Promise<Release> {
  const { inventory, config, log } = offered;
  const [winner, ...losers] = requests;
  const range = winner && (await rangeOf(winner, offered.buildpack));
  const python = await inventory.resolve("python", range, {
    scheme,
    ...(winner && { source: sourceOf(winner, range) }),
  });
  for (const loser of losers) log.info(await sentence(loser, python));
  if (winner?.source.endsWith("runtime.txt")) log.warn(moving(winner, python));
  return onMirror(python, config.BP_CPYTHON_MIRROR);
}

async function sentence(loser: VersionRequest, { version }: Release): Promise<string> {
  const ranges = rangesOf(loser.wanted);
  const fits = await Promise.all(ranges.map(async (range) => (await admits(range))(version)));
  const range = ranges[fits.indexOf(true)] ?? ranges[0];
  return loserSentence(loser, { version, title: "Python", scheme, rangeOf: () => range });
}

async function rangeOf({ wanted }: VersionRequest, buildpack: BuildpackIdentity): Promise<string> {
  const [only = wanted, ...others] = rangesOf(wanted);
  if (others.length === 0) return only;
  const versions = versionsOf(buildpack);
  const fitting = await Promise.all(
    [only, ...others].map(async (range) => ({ range, newest: versions.findIndex(await admits(range)) })),
  );
  const [best] = fitting.filter(({ newest }) => newest >= 0).sort((a, b) => a.newest - b.newest);
  return best?.range ?? others.at(-1) ?? only;
}

const admits = async (range: string) => (await versionRange(range, scheme)) ?? (() => false);

const inventorySchema = table({ dependencies: list(table({ version: string })) });

/** All versions that there are, the newest first: buildpack.toml has them in order. */
const versionsOf = (buildpack: BuildpackIdentity): readonly string[] =>
  metadataOf(buildpack, inventorySchema)
    .dependencies.map(({ version }) => version)
    .reverse();

/** What is written, where it is not the range itself: `dependencies.python of pyproject.toml (^3.11)`. */
const sourceOf = ({ source, wanted }: VersionRequest, range: string | undefined): string =>
  range === wanted ? source : `${source} (${wanted})`;

const moving = ({ source }: VersionRequest, { version }: Release): string =>
  `${source} is an older way to ask for a version. Write ${version.replace(/\.\d+$/, "")} into ${source.replace(/runtime\.txt$/, ".python-version")}, and remove ${source}.`;
