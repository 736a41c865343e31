import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { ReadText } from "@libcnb/app-kit/inventory/run-updater";
import { s } from "libcnb";
import { entriesOf, type PublishedVersion, publishedVersions } from "../src/published/release-server.ts";
import { architectures, type Entry, lineOf, newerFirst } from "../src/release-entry.ts";
import type { Inventory, LtsLine, Policy } from "./releases.ts";

const codeName = s.table({ lts: s.matching(/^[A-Z][a-z]+$/, "a name") });

/**
 * The releases of the Node.js project, from its index and checksums.
 *
 * @param index the address of an index.json in the form of
 * https://nodejs.org/download/release/index.json
 * @param report gets a sentence for each version that cannot be used
 * @throws Error if the index cannot be read
 */
export async function upstream(
  index: string,
  policy: Policy,
  read: ReadText,
  report: (text: string) => void,
): Promise<Inventory> {
  const content: unknown = JSON.parse(await read(index));
  const versions = publishedVersions(content);
  if (typeof versions === "string") throw new Error(`${index} is not the index of Node.js releases: ${versions}`);
  const entries: Entry[] = [];
  for (const version of wanted(versions, policy)) {
    const url = new URL(`v${version.version}/SHASUMS256.txt`, index).href;
    const found = await read(url).then((sums) => entriesOf(version, sums), sentence(url));
    if (typeof found === "string") report(`Node.js ${version.version} is left out: ${found}`);
    else entries.push(...found);
  }
  return { entries, ltsLines: ltsLines(content as readonly unknown[], versions) };
}

const sentence = (url: string) => (error: unknown) => `${url}: ${error instanceof Error ? error.message : error}`;

const wanted = (versions: readonly PublishedVersion[], { lines, newest }: Policy): readonly PublishedVersion[] =>
  lines.flatMap((line) =>
    versions
      .filter(
        (each) =>
          lineOf(each) === line && Object.values(architectures).some((arch) => each.files.includes(`linux-${arch}`)),
      )
      .toSorted(newerFirst)
      .slice(0, newest),
  );

function ltsLines(content: readonly unknown[], versions: readonly PublishedVersion[]): readonly LtsLine[] {
  const lines = content.flatMap((each, index) => {
    const decoding = s.decode(codeName, each);
    const version = versions[index]?.version ?? "";
    return decoding.issues === undefined ? [{ line: lineOf({ version }), name: decoding.value.lts }] : [];
  });
  return [...new Map(lines.map((each) => [each.line, each])).values()];
}

const exec = promisify(execFile);

/** npm's lines that the Node.js project bundles with its own. */
const npmLines = [10, 11];

const viewSchema = s.list(
  s.table({
    version: s.matching(/^\d+\.\d+\.\d+$/, "a version"),
    "dist.integrity": s.matching(/^sha512-[A-Za-z0-9+/]+=*$/, "a SHA-512 as in lockfiles"),
  }),
);

/**
 * The releases in the user's npm registry, read by the user's npm with its registry, credentials
 * and certificates.
 *
 * @param flags further arguments of npm, such as `--registry=…`
 * @throws Error if npm fails to list them
 */
export async function registry({ lines }: Policy, flags: readonly string[] = []): Promise<readonly Entry[]> {
  const packages = Object.entries(architectures).map(([arch, name]) => ({ arch, name: `node-linux-${name}` }));
  const node = await Promise.all(
    packages.map(async ({ arch, name }) => registryEntries("node-npm", arch, name, await view(name, lines, flags))),
  );
  return [...node.flat(), ...registryEntries("npm", undefined, "npm", await view("npm", npmLines, flags))];
}

/** The output of `npm view` for all versions of some release lines. */
async function view(name: string, lines: readonly number[], flags: readonly string[]): Promise<unknown> {
  const wanted = `${name}@${lines.join(" || ")}`;
  const { stdout } = await exec("npm", ["view", wanted, "version", "dist.integrity", "--json", ...flags], {
    maxBuffer: 64 * 1024 ** 2,
  });
  const content: unknown = JSON.parse(stdout);
  return Array.isArray(content) ? content : [content]; // npm writes no list around a single version
}

/** The releases in the output of `npm view`. */
export function registryEntries(
  id: string,
  arch: string | undefined,
  name: string,
  content: unknown,
): readonly Entry[] {
  const decoding = s.decode(viewSchema, content);
  if (decoding.issues !== undefined) {
    const [{ path, message } = { path: "", message: "" }] = decoding.issues;
    throw new Error(
      `the registry's metadata of ${name} does not have the expected form: ${path === "" ? message : `${path}: ${message}`}`,
    );
  }
  return decoding.value.map(({ version, "dist.integrity": checksum }) => ({
    id,
    version,
    arch,
    uri: `npm:${name}@${version}`,
    checksum,
  }));
}
