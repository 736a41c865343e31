import { decode, list, string, table, text } from "libcnb";
import { architectures, type Entry, type Inventory, type LtsLine, lineOf, newerFirst } from "./entry.ts";
import type { Policy } from "./merge.ts";

/** Gets a text from an address. */
export type ReadText = (url: string) => Promise<string>;

/** Where the archives officially are, whatever mirror the index was read from. */
const official = "https://nodejs.org/download/release";

const schema = list(table({ version: text(/^v\d+\.\d+\.\d+$/, "a version such as v24.1.0"), files: list(string) }));
const codeName = table({ lts: text(/^[A-Z][a-z]+$/, "a name") });

interface Version {
  readonly version: string;
  readonly files: readonly string[];
}

/**
 * What the Node.js project has released, by its index and the checksums beside it.
 *
 * @param index the address of an index.json in the form of https://nodejs.org/download/release/index.json
 * @param tell gets a sentence for each version that cannot be used
 * @throws Error when the index cannot be read
 */
export async function upstream(
  index: string,
  policy: Policy,
  read: ReadText,
  tell: (text: string) => void,
): Promise<Inventory> {
  const content: unknown = JSON.parse(await read(index));
  const decoding = decode(schema, content);
  if (decoding.issues !== undefined)
    throw new Error(`${index} is not an index of Node.js: ${decoding.issues[0]?.message}`);
  const versions = decoding.value.map(({ version, files }) => ({ version: version.slice(1), files }));
  const entries: Entry[] = [];
  for (const version of wanted(versions, policy)) {
    const url = new URL(`v${version.version}/SHASUMS256.txt`, index).href;
    const found = await read(url).then((sums) => entriesOf(version, sums), sentence(url));
    if (typeof found === "string") tell(`Node.js ${version.version} is left out: ${found}`);
    else entries.push(...found);
  }
  return { entries, ltsLines: ltsLines(content as readonly unknown[], decoding.value) };
}

const sentence = (url: string) => (error: unknown) => `${url}: ${error instanceof Error ? error.message : error}`;

const wanted = (versions: readonly Version[], { lines, newest }: Policy): readonly Version[] =>
  lines.flatMap((line) =>
    versions
      .filter(
        (each) =>
          lineOf(each) === line && Object.values(architectures).some((arch) => each.files.includes(`linux-${arch}`)),
      )
      .toSorted(newerFirst)
      .slice(0, newest),
  );

function entriesOf({ version }: Version, sums: string): readonly Entry[] {
  return Object.entries(architectures).flatMap(([arch, name]) => {
    const file = `node-v${version}-linux-${name}.tar.gz`;
    const line = sums.split("\n").find((each) => each.trim().endsWith(`  ${file}`));
    const [checksum] = /^[0-9a-f]{64}(?= )/.exec(line ?? "") ?? [];
    return checksum === undefined
      ? []
      : [{ id: "node", version, arch, uri: `${official}/v${version}/${file}`, checksum: `sha256:${checksum}` }];
  });
}

function ltsLines(content: readonly unknown[], versions: readonly { readonly version: string }[]): readonly LtsLine[] {
  const lines = content.flatMap((each, index) => {
    const decoding = decode(codeName, each);
    const version = versions[index]?.version.slice(1) ?? "";
    return decoding.issues === undefined ? [{ line: lineOf({ version }), name: decoding.value.lts }] : [];
  });
  return [...new Map(lines.map((each) => [each.line, each])).values()];
}
