import type { Policy } from "@libcnb/app-kit/inventory/release-list";
import type { ReadText } from "@libcnb/app-kit/inventory/run-updater";
import { s } from "libcnb";
import { type Architecture, type Entry, fileName, lineOf, processors } from "./releases.ts";

/** The locations of python-build-standalone's releases. */
export interface Source {
  /** The address of a latest-release.json, which names the newest release; not read if `build` does. */
  readonly latest: string;
  /** The directory that holds `20260814/` with its SHA256SUMS. */
  readonly releases: string;
  readonly build: string | undefined;
}

const schema = s.table({ tag: s.matching(/^\d{8}$/, "the date of a release such as 20260814") });

/**
 * The latest release of python-build-standalone, from its list of checksums.
 *
 * @throws Error if a list cannot be read, or has none of the requested release lines
 */
export async function upstream(source: Source, { lines }: Policy, read: ReadText): Promise<readonly Entry[]> {
  const build = source.build ?? (await latestBuild(source.latest, read));
  const url = `${source.releases.replace(/(?<!\/)\/+$/, "")}/${build}/SHA256SUMS`;
  const sums = await read(url);
  const entries = sums.split("\n").flatMap((line) => entryOf(line, build));
  const wanted = entries.filter((entry) => lines.includes(lineOf(entry)));
  if (wanted.length === 0) throw new Error(`${url} lists no archive of Python ${lines.join(", ")}`);
  return wanted;
}

async function latestBuild(url: string, read: ReadText): Promise<string> {
  const decoding = s.decode(schema, JSON.parse(await read(url)));
  if (decoding.issues === undefined) return decoding.value.tag;
  throw new Error(`${url} does not name a release: ${decoding.issues[0]?.message}`);
}

/** The entry of a line such as `<sha256>  cpython-3.14.7+20260814-x86_64-unknown-linux-gnu-install_only_stripped.tar.gz`. */
function entryOf(line: string, build: string): readonly Entry[] {
  const [, checksum, name, version = ""] = /^([0-9a-f]{64}) [ *](cpython-(3\.\d+\.\d+)\+\S+)\s*$/.exec(line) ?? [];
  const arch = architectures.find((each) => fileName({ version, build, arch: each }) === name);
  return arch === undefined ? [] : [{ version, build, arch, checksum: `sha256:${checksum}` }];
}

const architectures = Object.keys(processors) as readonly Architecture[];
