import { defined } from "@libcnb/app-kit/defined";
import { onMirror as onMirrorOf } from "@libcnb/app-kit/release/mirror";
import {
  type BuildpackIdentity,
  type Inventory,
  type Logger,
  metadataOf,
  type Release,
  s,
  UserError,
  versionRange,
} from "libcnb";
import { overruledRequestText, unsetVersionWarning, type VersionRequest } from "libcnb/kit";

/**
 * The inputs for choosing a release of CPython: the available releases, the settings, and the log.
 */
export interface ReleaseOffer {
  readonly inventory: Inventory;
  readonly config: { readonly BP_CPYTHON_MIRROR: string | undefined };
  readonly buildpack: BuildpackIdentity;
  readonly log: Logger;
}

const scheme = "pep440";

/**
 * Chooses the release of CPython and logs the reason. The first request takes precedence. Requests
 * that are not followed are logged. Without requests, the default in buildpack.toml is used.
 *
 * @throws UserError PYTHON_IMPLEMENTATION_UNKNOWN, PYTHON_MIRROR_INVALID
 */
export async function choosePython(requests: readonly VersionRequest[], offered: ReleaseOffer): Promise<Release> {
  const { inventory, config, log } = offered;
  const [winner, ...losers] = requests;
  const range = winner && (await rangeOf(winner, offered.buildpack));
  const python = await inventory.resolve("python", range, {
    scheme,
    ...defined({ source: winner && sourceOf(winner, range) }),
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
  return overruledRequestText(loser, { version, title: "Python", scheme, rangeOf: () => range });
}

/**
 * True for a version that only pyenv and uv can install: `pypy3.10-7.3.15`, and `3.14t` without the
 * global interpreter lock. Other words, such as `latest`, are not versions.
 */
const isOther = (wanted: string): boolean => otherImplementation.test(wanted) || /^\d+(\.\d+)*\+?t$/i.test(wanted);

/** The distributions that pyenv and uv name. */
const otherImplementation =
  /^(pypy|pp\d|graalpy|gp\d|pyodide|jython|ironpython|micropython|stackless|pyston|cinder|nogil|rustpython|anaconda|miniconda|miniforge|mambaforge|activepython)/i;

/** The sources of requests that a user can edit: `requires-python of pyproject.toml`. */
const appFile = /\b(python-version|runtime\.txt|uv\.lock|pyproject\.toml|Pipfile(\.lock)?)$/;

function rangeOf({ wanted, source }: VersionRequest, buildpack: BuildpackIdentity): Promise<string> {
  if (!isOther(wanted)) return bestRange(wanted, versionsOf(buildpack));
  const message = `${source} requests ${wanted.slice(0, 100)}, but this buildpack provides only CPython with the global interpreter lock`;
  throw new UserError("PYTHON_IMPLEMENTATION_UNKNOWN", message, {
    hint: otherVersion(source, `a version of CPython such as ${versionsOf(buildpack)[0]}`),
  });
}

function otherVersion(source: string, version: string): string {
  if (appFile.test(source)) return `Write ${version} into ${source}.`;
  const setting = `Set BP_CPYTHON_VERSION to ${version}`;
  return source === "BP_CPYTHON_VERSION" ? `${setting}.` : `${setting}; it takes precedence.`;
}

const inventorySchema = s.table({ dependencies: s.list(s.table({ version: s.string })) });

/** All versions that there are, the newest first: buildpack.toml has them the other way. */
const versionsOf = (buildpack: BuildpackIdentity): readonly string[] =>
  metadataOf(buildpack, inventorySchema)
    .dependencies.map(({ version }) => version)
    .reverse();

/**
 * The source of a request, with its text if that is not the range itself: `dependencies.python of
 * pyproject.toml (^3.11)`.
 */
const sourceOf = ({ source, wanted }: VersionRequest, range: string | undefined): string =>
  range === wanted ? source : `${source} (${wanted})`;

const moving = ({ source }: VersionRequest, { version }: Release): string =>
  `${source} is deprecated. Write ${version.replace(/\.\d+$/, "")} into ${source.replace(/runtime\.txt$/, ".python-version")}, and remove ${source}.`;

/** Returns the release with its URL on the mirror in BP_CPYTHON_MIRROR, if that is set. */
export const onMirror = (release: Release, value: string | undefined): Release =>
  onMirrorOf(release, {
    name: "BP_CPYTHON_MIRROR",
    value,
    code: "PYTHON_MIRROR_INVALID",
    folder: "20260814/",
    path: /(?<![^/])[^/]+\/[^/]+$/,
    example: "file:///mirror/python",
  });

/** Longer than what people write: what else a file of the app has there. */
const longest = 1000;
/**
 * Returns the alternative of a request that allows the newest available version. If no alternative
 * allows an available version, returns the last alternative. Versions are given newest first.
 */
export async function bestRange(words: string, versions: readonly string[]): Promise<string> {
  const ranges = rangesOf(words);
  if (ranges.length === 1) return ranges[0] ?? words;
  const tests = await Promise.all(ranges.map((range) => versionRange(range, "pep440")));
  const newest = versions.find((version) => tests.some((admits) => admits?.(version)));
  const best = newest === undefined ? -1 : tests.findIndex((admits) => admits?.(newest));
  return ranges.at(best) ?? words;
}

/**
 * Converts a request to alternative PEP 440 specifiers, because Poetry also supports carets, tildes
 * and alternatives.
 *
 * https://packaging.python.org/specifications/version-specifiers, https://python-poetry.org/docs/dependency-specification
 */
export function rangesOf(words: string): readonly string[] {
  if (words.length > longest || !/[\^~|]/.test(words.replaceAll("~=", ""))) return [words];
  return words.split(/\|\|?/).map((alternative) =>
    alternative
      .trim()
      .split(/(?:(?<!\s)\s+)?,\s*|(?<!\s)\s+(?=[<>=!~^])/)
      .map(specifier)
      .join(","),
  );
}

function specifier(text: string): string {
  const [, sign, version = ""] = /^(\^|~(?!=))\s*v?(\d+(?:\.\d+)*)$/.exec(text) ?? [];
  if (sign === undefined) return /^\d+(\.\d+)?$/.test(text) ? `==${text}.*` : text;
  const [major = 0, minor] = version.split(".").map(Number);
  const end = sign === "~" && minor !== undefined ? `${major}.${minor + 1}` : `${major + 1}`;
  return `>=${version},<${end}`;
}
