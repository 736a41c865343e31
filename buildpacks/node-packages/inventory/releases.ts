import { defined } from "@libcnb/app-kit/defined";
import { newerVersionFirst } from "@libcnb/app-kit/inventory/versions";
import {
  mainPackages,
  nativePackage,
  publishedReleases,
  type ToolPackage,
  type ToolRelease,
} from "../src/tool/releases.ts";

/** A function that returns an npm registry's JSON document about a package. */
type DocumentOf = (name: string) => Promise<unknown>;

/**
 * The lines of which buildpack.toml lists the newest release; others are looked for in the registry of the build. Yarn 4.13 is the last
 * that writes the lockfiles of most apps, and newer ones refuse these.
 */
const lines: readonly { readonly sources: readonly ToolPackage[]; readonly prefixes: readonly string[] }[] = [
  { sources: mainPackages("npm", { arch: "amd64", avx2: true }), prefixes: ["10.", "11.", "12."] },
  { sources: mainPackages("yarn", { arch: "amd64", avx2: true }), prefixes: ["1.", "3.", "4.13.", "4."] },
  { sources: mainPackages("pnpm", { arch: "amd64", avx2: true }), prefixes: ["8.", "9.", "10.", "11.", "12."] },
  {
    sources: [
      ...mainPackages("bun", { arch: "amd64", avx2: true }),
      ...mainPackages("bun", { arch: "amd64", avx2: false }),
      ...mainPackages("bun", { arch: "arm64", avx2: true }),
    ],
    prefixes: ["1."],
  },
];

/** Formats `[[metadata.dependencies]]` of buildpack.toml: the newest release of each line. */
export async function newestReleases(documentOf: DocumentOf): Promise<string> {
  const texts: string[] = [];
  for (const { sources, prefixes } of lines) {
    for (const source of sources) {
      const releases = publishedReleases(await documentOf(source.name), source);
      for (const prefix of prefixes) {
        const newest = newestOf(releases, prefix);
        if (newest !== undefined) texts.push(entryOf(newest), ...(await nativeEntries(newest, documentOf)));
      }
    }
  }
  return texts.join("\n");
}

/** Converts the output of `npm view` for several versions to a registry's document. */
export function documentOfView(content: unknown): unknown {
  const views = (Array.isArray(content) ? content : [content]) as readonly Readonly<Record<string, unknown>>[];
  const versions = views.map(({ version, license, ...view }) => [
    String(version),
    { license, dist: { integrity: view["dist.integrity"] }, engines: { node: view["engines.node"] } },
  ]);
  return { versions: Object.fromEntries(versions) };
}

async function nativeEntries(
  { package: name, version }: ToolRelease,
  documentOf: DocumentOf,
): Promise<readonly string[]> {
  const sources = ["amd64", "arm64"].flatMap((arch) =>
    name === "pnpm" ? (nativePackage("pnpm", version, { arch, avx2: true }) ?? []) : [],
  );
  const found = await Promise.all(sources.map(async (each) => publishedReleases(await documentOf(each.name), each)));
  return found.flat().map(entryOf);
}

/** The newest release of a line. */
function newestOf(releases: readonly ToolRelease[], prefix: string): ToolRelease | undefined {
  return releases
    .filter(({ version }) => /^\d+\.\d+\.\d+$/.test(version) && version.startsWith(prefix))
    .sort((a, b) => newerVersionFirst(a.version, b.version))[0];
}

function entryOf({ package: name, version, checksum, license, arch, node }: ToolRelease): string {
  const fields = {
    id: name
      .replace("@yarnpkg/cli-dist", "yarn")
      .replace(/^@pnpm\/exe\..*/, "pnpm-program")
      .replace(/^@oven\/bun-linux-\w+/, "bun"),
    version,
    ...defined({ os: arch === undefined ? undefined : "linux", arch }),
    uri: `npm:${name}@${version}`,
    checksum,
    licenses: [license ?? "MIT"],
    ...defined({ node }),
  };
  return `[[metadata.dependencies]]\n${Object.entries(fields)
    .map(([key, value]) => `${key} = ${JSON.stringify(value)}\n`)
    .join("")}`;
}
