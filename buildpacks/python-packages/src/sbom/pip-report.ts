import { isTable, stringOf, tableOf, textsOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { LockedPackage } from "../package-manager.ts";

/**
 * Converts the report of `pip install --report`. The result contains each installed package with
 * its file and the digest of that file, which a requirements file may not list, or list among
 * several. The last entry is the app, which depends on the requested packages with their extras.
 *
 * @see https://pip.pypa.io/en/stable/reference/installation-report/
 */
export function lockedOfReport(text: string): readonly LockedPackage[] {
  const { install } = tableOf(JSON.parse(text));
  const entries = Array.isArray(install) ? install.filter(isTable) : [];
  const dependencies = entries.flatMap((entry) => (entry["requested"] === true ? requirementOf(entry) : []));
  return [
    ...entries.flatMap(lockedPackage),
    { name: "app", version: undefined, files: [], scope: "runtime", role: "app", dependencies },
  ];
}

/**
 * Replaces the digests of each locked package by the digest of the file that pip installed, because
 * a lockfile may list several files per package. Packages that the report does not list keep their
 * digests. Pipenv runs pip several times, and only the last report is available.
 */
export function withReport(locked: readonly LockedPackage[], text: string | undefined): readonly LockedPackage[] {
  const reported = text === undefined ? [] : lockedOfReport(text);
  const files = new Map(reported.map((each) => [normalizedName(each.name), each]));
  return locked.map((each) => {
    const known = files.get(normalizedName(each.name));
    return known === undefined || known.files.length === 0 ? each : { ...each, files: known.files };
  });
}

type Entry = Readonly<Record<string, unknown>>;

function lockedPackage(entry: Entry): readonly LockedPackage[] {
  const metadata = tableOf(entry["metadata"]);
  const name = stringOf(metadata["name"]);
  const version = stringOf(metadata["version"]);
  return name === undefined
    ? []
    : [{ name, version, files: filesOf(tableOf(entry["download_info"])), scope: "runtime" }];
}

function filesOf(download: Entry): LockedPackage["files"] {
  const name = (stringOf(download["url"]) ?? "")
    .replace(/[?#].*$/s, "")
    .split("/")
    .at(-1);
  const hashes = Object.entries(tableOf(tableOf(download["archive_info"])["hashes"]));
  return hashes.map(([algorithm, digest]) => ({ name: decoded(name), hash: `${algorithm}:${String(digest)}` }));
}

// local versions have a plus: `torch-2.0%2Bcpu-py3-none-any.whl`
const decoded = (name: string | undefined): string | undefined => name?.replaceAll("%2B", "+");

function requirementOf(entry: Entry): readonly string[] {
  const name = stringOf(tableOf(entry["metadata"])["name"]);
  const extras = textsOf(entry["requested_extras"]);
  return name === undefined ? [] : [extras.length === 0 ? name : `${name}[${extras.join(",")}]`];
}
