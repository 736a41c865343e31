import { join } from "node:path";
import { readLicense } from "../sbom/license.ts";
import { type LockfileEntry, lockfileEntries } from "./lockfile-entries.ts";

/**
 * npm's record of an installation with licenses added from the installed packages, because
 * lockfiles of older npm versions lack them.
 */
export async function withLicenses(lockfile: unknown, dir: string): Promise<unknown> {
  const entries = Object.entries(lockfileEntries(lockfile)).map(
    async ([path, entry]) => [path, await withLicense(entry, join(dir, path))] as const,
  );
  return { packages: Object.fromEntries(await Promise.all(entries)) };
}

async function withLicense(entry: LockfileEntry, dir: string): Promise<LockfileEntry> {
  if (entry.license !== undefined || entry.link === true || entry.version === undefined) return entry;
  const license = await readLicense(dir);
  return license === undefined ? entry : { ...entry, license };
}
