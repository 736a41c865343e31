import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { defined } from "@libcnb/app-kit/defined";
import { type BuildContext, type InventoryFile, LibcnbError, UserError, versionRange } from "libcnb";
import { readInventory } from "libcnb/standalone";
import { architectures, newerFirst, renderEntry } from "../release-entry.ts";
import { addressOnMirror, entriesOf, official, type PublishedVersion, publishedVersions } from "./release-server.ts";
import { releaseKeys, verifyList } from "./signed-list.ts";

/**
 * The context, bindings and mirror with which releases are looked up that the inventory does not
 * contain.
 */
export interface Publisher extends Pick<BuildContext, "bindings" | "download" | "log" | "target"> {
  /** The value of `BP_NODE_MIRROR`. */
  readonly mirror: string | undefined;
}

/**
 * Finds the newest release in a range that the Node.js project publishes for the target. The
 * checksum comes from the project's signed list of checksums.
 *
 * @returns undefined if there is no such release, or if index.json is unavailable; the reason is
 * logged
 * @throws UserError NODE_RELEASE_UNVERIFIED, NODE_RELEASE_KEYS_INVALID, NODE_MIRROR_INVALID
 */
export async function publishedRelease(range: string, publisher: Publisher): Promise<InventoryFile | undefined> {
  const { log, target } = publisher;
  const admits = await versionRange(range);
  const versions = await readIndex(publisher);
  const build = `linux-${architectures[target.arch as keyof typeof architectures]}`;
  const [newest] = versions
    .filter(({ version, files }) => files.includes(build) && admits?.(version))
    .toSorted(newerFirst);
  if (newest !== undefined) return verifiedRelease(newest, publisher);
  if (versions.length > 0)
    log.info(`The Node.js project publishes no release that matches ${range} for ${build}, either`);
  return undefined;
}

async function readIndex(publisher: Publisher): Promise<readonly PublishedVersion[]> {
  const url = addressOnMirror(`${official}/index.json`, publisher.mirror);
  try {
    const versions = publishedVersions(JSON.parse(await textAt(url, largest.index, publisher)));
    if (typeof versions !== "string") return versions;
    publisher.log.warn(`${shown(url)} is not the index of Node.js releases: ${versions}`);
  } catch (error) {
    publisher.log.warn(`Only releases in buildpack.toml can be installed: cannot read ${shown(url)}: ${reason(error)}`);
  }
  return [];
}

async function verifiedRelease(published: PublishedVersion, publisher: Publisher): Promise<InventoryFile> {
  const { bindings, log, mirror, target } = publisher;
  const { version } = published;
  const url = addressOnMirror(`${official}/v${version}/SHASUMS256.txt.asc`, mirror);
  const keys = await releaseKeys(bindings);
  const verification = verifyList(await textAt(url, largest.list, publisher), keys, new Date());
  if (!("text" in verification))
    throw unverified(version, `${shown(url)}: ${verification.problem}`, verification.cause);
  const entry = entriesOf(published, verification.text).find(({ arch }) => arch === target.arch);
  if (entry === undefined)
    throw unverified(version, `${shown(url)} has no checksum of the archive for linux/${target.arch}`);
  log.info(
    `Node.js ${version} is not in buildpack.toml: its checksum comes from ${shown(url)}, signed by ${verification.fingerprint}`,
  );
  return readInventory(renderEntry(entry), shown(url));
}

/** Without what a mirror's address has of a login. */
function shown(url: string): string {
  const { protocol, host, pathname } = new URL(url);
  return `${protocol}//${host}${pathname}`;
}

function unverified(version: string, problem: string, cause?: unknown): UserError {
  return new UserError("NODE_RELEASE_UNVERIFIED", `Node.js ${version} cannot be verified: ${problem}`, {
    ...defined({ cause }),
    hint: "Request a release that the buildpack's buildpack.toml lists. To trust another release key, add the key with a binding of the type node-release-keys.",
  });
}

/** The maximum sizes in bytes. In 2026, index.json had 300 KB, and a list of checksums had 4 KB. */
const largest = { index: 16 * 1024 ** 2, list: 64 * 1024 };

async function textAt(url: string, maxBytes: number, { download }: Pick<Publisher, "download">): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "node-releases-"));
  try {
    const to = join(dir, "text");
    await download(url, { to, maxBytes, timeoutMs: 60_000, retry: { attempts: 3 } });
    return await readFile(to, "utf8");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

const reason = (error: unknown): string =>
  error instanceof LibcnbError ? `${error.message}${error.cause ? `: ${causeText(error.cause)}` : ""}` : String(error);

const causeText = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));
