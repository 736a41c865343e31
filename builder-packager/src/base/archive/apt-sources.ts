import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { defined } from "../../defined.ts";
import { parseDeb822, wordsOf } from "./deb822.ts";

/**
 * The keys that may sign the index of an apt source, as the source's option `signed-by` names them.
 */
export type SignedBy = {
  readonly files: readonly string[];
  readonly fingerprints: readonly string[];
  readonly armored?: string;
};

/** One suite of a package archive, as apt's configuration lists it. */
export interface AptSource {
  /** The archive's URL without a trailing slash. */
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  /**
   * The architectures of the source. If absent, the source is for the architectures of the host.
   */
  readonly architectures?: readonly string[];
  readonly signedBy?: SignedBy;
}

/**
 * Parses a one-line-style `sources.list`. The result only contains sources of binary packages over
 * http, https and file. Flat repositories, whose suite ends with a slash, are left out.
 *
 * @example `parseSourcesList("deb [signed-by=/k.gpg] http://mirror.example/debian bookworm main")`
 * @see https://manpages.debian.org/sources.list
 */
export function parseSourcesList(text: string): AptSource[] {
  return text.split(/\r?\n/).flatMap((line) => {
    const match = /^\s*deb\s+(?:\[([^\]]*)\]\s+)?(\S+)\s+(\S+)((?:\s+[^\s#]+)*)/.exec(line.replace(/#.*$/, ""));
    if (!match) return [];
    const [, options = "", uri = "", suite = "", components = ""] = match;
    const option = (name: string) => new RegExp(`(?:^|\\s)${name}=(\\S+)`, "i").exec(options)?.[1]?.split(",");
    return usable({
      uri,
      suite,
      components: wordsOf(components),
      architectures: option("arch"),
      signedBy: option("signed-by"),
    });
  });
}

/**
 * Parses a deb822-style `.sources` file. Disabled entries, and entries for source packages only,
 * are omitted.
 */
export function parseDeb822Sources(text: string, file: string): AptSource[] {
  return parseDeb822(text, file, `Correct ${file}, or pass a mirror with --mirror URL.`).flatMap((stanza) => {
    const enabled = !/^(no|false|without|off|disable)$/i.test(stanza.get("enabled") ?? "yes");
    if (!enabled || !wordsOf(stanza.get("types")).includes("deb")) return [];
    const signed = stanza.get("signed-by");
    const architectures = stanza.has("architectures") ? wordsOf(stanza.get("architectures")) : undefined;
    return wordsOf(stanza.get("uris")).flatMap((uri) =>
      wordsOf(stanza.get("suites")).flatMap((suite) =>
        usable({
          uri,
          suite,
          components: wordsOf(stanza.get("components")),
          architectures,
          signedBy: signed === undefined ? undefined : [signed],
        }),
      ),
    );
  });
}

interface RawSource {
  readonly uri: string;
  readonly suite: string;
  readonly components: readonly string[];
  readonly architectures: readonly string[] | undefined;
  readonly signedBy: readonly string[] | undefined;
}

function usable({ uri, suite, components, architectures, signedBy }: RawSource): AptSource[] {
  if (!/^(https?|file):\//.test(uri) || suite.endsWith("/")) return [];
  return [
    {
      uri: uri.replace(/\/+$/, ""),
      suite,
      components,
      ...defined({ architectures, signedBy: signedBy && parseSignedBy(signedBy) }),
    },
  ];
}

/** Parses Signed-By: files, fingerprints, or an armored key in which ` .` represents an empty line. */
function parseSignedBy(values: readonly string[]): SignedBy {
  const text = values.join("\n");
  if (text.includes("-----BEGIN PGP PUBLIC KEY BLOCK-----")) {
    const armored = text.split("\n").map((line) => (line.trim() === "." ? "" : line.trim()));
    return { files: [], fingerprints: [], armored: `${armored.join("\n").trim()}\n` };
  }
  const words = text.split(/[\s,]+/).filter(Boolean);
  return {
    files: words.filter((word) => word.startsWith("/")),
    fingerprints: words.filter((word) => !word.startsWith("/")).map((word) => word.replace(/!$/, "").toLowerCase()),
  };
}

/**
 * Reads all sources in an apt configuration directory (`/etc/apt` on a Debian host). Returns an
 * empty list if the directory does not exist.
 */
export async function readAptSources(aptDir: string): Promise<AptSource[]> {
  const dir = join(aptDir, "sources.list.d");
  const names = await readdir(dir).catch(() => []);
  const files = [join(aptDir, "sources.list"), ...names.sort().map((name) => join(dir, name))];
  const sources = await Promise.all(
    files.map(async (file) => {
      if (!/\.(list|sources)$/.test(file)) return [];
      const text = await readFile(file, "utf8").catch(() => "");
      return file.endsWith(".list") ? parseSourcesList(text) : parseDeb822Sources(text, file);
    }),
  );
  return sources.flat();
}
