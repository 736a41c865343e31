import type { Architecture, Entry } from "./entry.ts";

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
