import { s } from "libcnb";
import { entriesOf, type PublishedVersion, publishedVersions } from "../src/published/release-server.ts";
import { architectures, type Entry, type Inventory, type LtsLine, lineOf, newerFirst } from "../src/release-entry.ts";
import type { Policy } from "./merge.ts";

/** Gets a text from an address. */
export type ReadText = (url: string) => Promise<string>;

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
