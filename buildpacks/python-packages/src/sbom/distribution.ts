import { lstat, readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { publicAddress } from "@libcnb/app-kit/addresses";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { Component } from "libcnb";
import { parseRequirement, type Requirement } from "../requirement/requirement.ts";
import { bundledIn } from "./bundled.ts";
import { fieldOf, licensesOf, parseMetadata } from "./core-metadata.ts";
import { parseWheel, type WheelFile } from "./installed-file.ts";

/** The metadata of an installed package, from its `.dist-info`. */
export interface Distribution {
  /** The normalized name. */
  readonly name: string;
  readonly version: string;
  readonly licenses: readonly string[];
  readonly requires: readonly Requirement[];
  /** The source of a package that is not from an index. */
  readonly origin: DirectUrl | undefined;
  readonly wheel: WheelFile;
  /** True if the package was requested directly. Not all tools record that. */
  readonly isRequested: boolean;
  /** The bundled libraries. */
  readonly bundled: readonly Component[];
}

/** Reads the packages installed in a directory, sorted by name. */
export async function readDistributions(sitePackages: string): Promise<readonly Distribution[]> {
  const names = (await readdir(sitePackages)).filter((name) => name.endsWith(".dist-info")).toSorted();
  const all = await Promise.all(names.map((name) => readDistribution(join(sitePackages, name))));
  return all.flatMap((each) => each ?? []);
}

async function readDistribution(dir: string): Promise<Distribution | undefined> {
  const text = (name: string) => readFile(join(dir, name), "utf8").catch(() => undefined);
  const metadata = parseMetadata((await text("METADATA")) ?? "");
  const name = fieldOf(metadata, "name");
  const version = fieldOf(metadata, "version");
  if (name === undefined || version === undefined) return undefined; // what a removal left behind is not a package, for pip neither
  return {
    name: normalizedName(name),
    version,
    licenses: licensesOf(metadata),
    requires: (metadata.get("requires-dist") ?? []).flatMap((each) => parseRequirement(each) ?? []),
    origin: parseDirectUrl(await text("direct_url.json")),
    wheel: parseWheel((await text("WHEEL")) ?? ""),
    isRequested: (await text("REQUESTED")) !== undefined,
    bundled: await readBundled(dir, normalizedName(name)),
  };
}

const maxBytes = 16 * 1024 ** 2; // the largest that wheels have is far below one; others are not for reading

/** Reads the bundled libraries from the SBOMs in an installed package's `.dist-info/sboms`. */
async function readBundled(distInfo: string, owner: string): Promise<readonly Component[]> {
  const dir = join(distInfo, "sboms");
  const names = await readdir(dir).catch(() => []);
  const files = names.filter((name) => name.endsWith(".json")).toSorted();
  const texts = await Promise.all(files.map((name) => textOf(join(dir, name))));
  return texts.flatMap((text) => bundledIn(text, owner));
}

async function textOf(path: string): Promise<string> {
  const { size } = await lstat(path).then((found) => (found.isFile() ? found : { size: Number.POSITIVE_INFINITY }));
  return size <= maxBytes ? readFile(path, "utf8") : "";
}

/** The source of an installed package that is not from an index, without credentials. */
interface DirectUrl {
  /**
   * A git or http URL as pip writes it, or the URL of a file or directory:
   * `git+https://git.test/a.git@1f2e#subdirectory=b`.
   */
  readonly address: string;
  /** True for a directory, which contains code of the app. */
  readonly isFolder: boolean;
  /** The digests of the archive: `sha256:…`. */
  readonly hashes: readonly string[];
}

/**
 * Parses the text of a direct_url.json; `undefined` if the text is missing or contains no URL.
 *
 * @see https://packaging.python.org/en/latest/specifications/direct-url/
 */
function parseDirectUrl(text: string | undefined): DirectUrl | undefined {
  const given = tableIn(text);
  const url = stringOf(given["url"]);
  if (url === undefined) return undefined;
  const subdirectory = stringOf(given["subdirectory"]);
  const address = `${repositoryOf(tableOf(given["vcs_info"]), url)}${subdirectory === undefined ? "" : `#subdirectory=${subdirectory}`}`;
  return {
    address: publicAddress(address),
    isFolder: isTable(given["dir_info"]),
    hashes: hashesOf(tableOf(given["archive_info"])),
  };
}

function tableIn(text: string | undefined): Readonly<Record<string, unknown>> {
  try {
    return tableOf(JSON.parse(text ?? "{}"));
  } catch {
    return {}; // a broken file of a package does not make the build fail
  }
}

function repositoryOf(vcs: Readonly<Record<string, unknown>>, url: string): string {
  const kind = stringOf(vcs["vcs"]);
  if (kind === undefined) return url;
  return `${kind}+${url.replace(/^git\+/, "")}@${stringOf(vcs["commit_id"]) ?? stringOf(vcs["requested_revision"]) ?? ""}`.replace(
    /@$/,
    "",
  );
}

function hashesOf(archive: Readonly<Record<string, unknown>>): readonly string[] {
  const hashes = Object.entries(tableOf(archive["hashes"])).map(([name, digest]) => `${name}:${String(digest)}`);
  const old = stringOf(archive["hash"])?.replace("=", ":"); // before there could be several
  return hashes.length === 0 && old !== undefined ? [old] : hashes;
}
