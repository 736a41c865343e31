import type { FoundReleases, Policy } from "@libcnb/app-kit/inventory/release-list";
import type { ReadText } from "@libcnb/app-kit/inventory/run-updater";
import { s } from "libcnb";
import { type Architecture, type Distribution, type Entry, lineOf } from "../src/release-entry.ts";

/** The sources of releases. */
export interface Sources {
  /** The interface of GitHub: `https://api.github.com`. */
  readonly github: string;
  /** The interface of Azul: `https://api.azul.com`. */
  readonly azul: string;
}

/** The releases of a distribution: the URLs of its archives with their checksums. */
type ReadReleases = (sources: Sources, line: string, read: ReadText) => Promise<readonly Entry[]>;

const releases = s.list(
  s.table({
    assets: s.list(s.table({ name: s.string, browser_download_url: s.string, digest: s.optional(s.string) })),
  }),
);
const packages = s.list(s.table({ name: s.string, download_url: s.string, sha256_hash: s.optional(s.string) }));

/** GitHub computes the checksums itself, and says `null` of files that were there before it did. */
async function onGitHub(repository: string, { github }: Sources, read: ReadText): Promise<readonly Entry[]> {
  const url = `${github}/repos/${repository}/releases?per_page=40`;
  const found = s.decode(releases, withoutNull(JSON.parse(await read(url))));
  if (found.issues) throw new Error(`${url} does not list releases: ${found.issues[0]?.message}`);
  return found.value.flatMap(({ assets }) =>
    assets.flatMap(({ name, browser_download_url: uri, digest }) => entryOf(name, uri, digest)),
  );
}

async function atAzul({ azul }: Sources, line: string, read: ReadText): Promise<readonly Entry[]> {
  const wanted =
    "os=linux-glibc&archive_type=tar.gz&javafx_bundled=false&crac_supported=false&release_status=ga&availability_types=CA";
  const fields = "include_fields=sha256_hash&page_size=200";
  const url = `${azul}/metadata/v1/zulu/packages/?java_version=${line}&${wanted}&latest=true&${fields}`;
  const found = s.decode(packages, withoutNull(JSON.parse(await read(url))));
  if (found.issues) throw new Error(`${url} does not list packages: ${found.issues[0]?.message}`);
  return found.value.flatMap(({ name, download_url: uri, sha256_hash: hash }) =>
    entryOf(name, uri, hash === undefined ? undefined : `sha256:${hash}`),
  );
}

const distributions: Readonly<Record<Distribution, ReadReleases>> = {
  liberica: (sources, _, read) => onGitHub("bell-sw/Liberica", sources, read),
  temurin: (sources, line, read) => onGitHub(`adoptium/temurin${line}-binaries`, sources, read),
  zulu: atAzul,
};

/** Finds the published releases of all distributions in the policy's release lines. */
export async function upstream(sources: Sources, { lines }: Policy, read: ReadText): Promise<FoundReleases<Entry>> {
  const known = new Map<string, Promise<string>>();
  const once: ReadText = (url) => known.get(url) ?? remember(known, url, read(url));
  const failures: string[] = [];
  const entries: Entry[] = [];
  for (const [name, releasesOf] of Object.entries(distributions)) {
    for (const line of lines) {
      const found = await releasesOf(sources, line, once).catch((error: unknown) => {
        failures.push(
          `the releases of ${name} ${line} stay unchanged: ${error instanceof Error ? error.message : error}`,
        );
        return [];
      });
      entries.push(...found.filter((entry) => lineOf(entry) === line));
    }
  }
  return { entries, failures };
}

function remember(known: Map<string, Promise<string>>, url: string, text: Promise<string>): Promise<string> {
  known.set(url, text);
  return text;
}

function entryOf(name: string, uri: string, checksum: string | undefined): readonly Entry[] {
  const found = foundIn(name);
  const isComplete = found && /^sha256:[0-9a-f]{64}$/.test(checksum ?? "") && uri.startsWith("https://");
  return isComplete ? [{ ...found, uri, checksum: checksum ?? "" }] : [];
}

/** Schemas know what is absent. */
const withoutNull = (value: unknown): unknown =>
  JSON.parse(JSON.stringify(value), (_, each: unknown) => (each === null ? undefined : each));

type ParsedFileName = Omit<Entry, "uri" | "checksum">;
const architectures: Readonly<Record<string, Architecture>> = { amd64: "amd64", x64: "amd64", aarch64: "arm64" };
/** How distributions call the archives for Linux with glibc, without JavaFX and other additions. */
const forms: readonly (readonly [Entry["distribution"], RegExp])[] = [
  ["liberica", /^bellsoft-(?<kind>jdk|jre)(?<version>[\d.u]+\+\d+)-linux-(?<arch>amd64|aarch64)\.tar\.gz$/],
  ["temurin", /^OpenJDK\d+U-(?<kind>jdk|jre)_(?<arch>x64|aarch64)_linux_hotspot_(?<version>[\d.u]+[_b]\d+)\.tar\.gz$/],
  ["zulu", /^zulu[\d.]+-ca-(?<kind>jdk|jre)(?<version>[\d.]+)-linux_(?<arch>x64|aarch64)\.tar\.gz$/],
];

/**
 * Derives the release, kind and target of an archive from its file name; `undefined` for other
 * files.
 */
export function foundIn(fileName: string): ParsedFileName | undefined {
  for (const [distribution, form] of forms) {
    const { kind, version = "", arch = "" } = form.exec(fileName)?.groups ?? {};
    const processor = architectures[arch];
    if (kind === undefined || processor === undefined) continue;
    return { distribution, kind: kind === "jdk" ? "jdk" : "jre", version: modern(version), arch: processor };
  }
  return undefined;
}

/** `8u492+9`, `8u502b07` and `21.0.12_8` in one form. */
const modern = (version: string): string =>
  version.replace(/^8u(\d+)/, "8.0.$1").replace(/[_b+](\d+)$/, (_, build: string) => `+${Number(build)}`);
