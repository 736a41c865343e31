import { CnbError } from "../../errors.ts";
import { parseDeb822, wordsOf } from "./deb822.ts";

/** The content of a suite's Release file: its signed metadata and list of files. */
export interface Release {
  readonly origin: string | undefined;
  readonly suite: string | undefined;
  readonly codename: string | undefined;
  /** The distribution's version, for example `12.11`. */
  readonly version: string | undefined;
  readonly validUntil: string | undefined;
  readonly components: readonly string[];
  readonly architectures: readonly string[];
  readonly acquireByHash: boolean;
  /** The files below the suite's directory with their sizes and checksums, by path. */
  readonly files: ReadonlyMap<string, ReleaseFile>;
}

export interface ReleaseFile {
  readonly sha256: string;
  /** The size of the file in bytes. */
  readonly size: number;
}

/** The metadata of a directory of packages, which has no Release file. */
export const unknownRelease: Release = {
  origin: undefined,
  suite: undefined,
  codename: undefined,
  version: undefined,
  validUntil: undefined,
  components: [],
  architectures: [],
  acquireByHash: false,
  files: new Map(),
};

/**
 * Parses the text of a Release file. Only SHA256 is read: MD5 and SHA1 are not secure.
 *
 * @example `parseRelease("Codename: bookworm\nSHA256:\n …", "InRelease").codename // "bookworm"`
 */
export function parseRelease(text: string, source: string): Release {
  const fields = parseDeb822(text, source)[0] ?? new Map<string, string>();
  const files = parseFiles(fields.get("sha256"));
  if (files.size === 0) {
    throw new CnbError("BASE_INDEX_INVALID", `${source} lists no file with a SHA256 checksum`, {
      hint: "The archive is too old or damaged. Pass another mirror with --mirror URL.",
    });
  }
  return {
    origin: fields.get("origin"),
    suite: fields.get("suite"),
    codename: fields.get("codename"),
    version: fields.get("version"),
    validUntil: fields.get("valid-until"),
    components: wordsOf(fields.get("components")),
    architectures: wordsOf(fields.get("architectures")),
    acquireByHash: fields.get("acquire-by-hash") === "yes",
    files,
  };
}

function parseFiles(value: string | undefined): Map<string, ReleaseFile> {
  const lines = (value ?? "").split("\n").map((line) => line.trim().split(/\s+/));
  return new Map(
    lines.flatMap(([sha256 = "", size = "", path = ""]) =>
      /^[0-9a-f]{64}$/.test(sha256) && /^[0-9]+$/.test(size) && path ? [[path, { sha256, size: Number(size) }]] : [],
    ),
  );
}

export interface ReleaseExpectation {
  readonly suite: string;
  readonly architecture: string;
  /** The current time in milliseconds since 1970. */
  readonly now: number;
  readonly allowExpired: boolean;
}

/**
 * Refuses a correctly signed Release file that is expired or belongs to another suite. Without this
 * check, a mirror could serve an old Release file to withhold security fixes.
 *
 * @throws CnbError BASE_RELEASE_MISMATCH or BASE_RELEASE_EXPIRED
 */
export function checkRelease(release: Release, expected: ReleaseExpectation, source: string): void {
  const names = [release.suite, release.codename].filter((name) => name !== undefined);
  if (names.length === 0) {
    throw new CnbError(
      "BASE_RELEASE_MISMATCH",
      `cannot verify that ${source} belongs to the suite ${expected.suite}: it has neither the field Suite nor the field Codename`,
      { hint: "Pass another mirror with --mirror URL." },
    );
  }
  if (!names.includes(expected.suite)) {
    throw new CnbError(
      "BASE_RELEASE_MISMATCH",
      `${source} belongs to the suite ${names.join(" alias ")}, not to ${expected.suite}`,
      {
        hint: "Correct --suite, for example --suite bookworm, or pass another mirror with --mirror URL.",
      },
    );
  }
  if (!release.architectures.includes(expected.architecture)) {
    throw new CnbError(
      "BASE_RELEASE_MISMATCH",
      `${source} has no packages for ${expected.architecture} (its architectures: ${release.architectures.join(", ") || "none"})`,
      {
        hint: `Pass another --arch, or a mirror with packages for ${expected.architecture}.`,
      },
    );
  }
  checkValidity(release, expected, source);
}

function checkValidity({ validUntil }: Release, { now, allowExpired }: ReleaseExpectation, source: string): void {
  if (validUntil === undefined || allowExpired) return;
  const end = Date.parse(validUntil);
  if (end >= now) return; // a date that cannot be read is NaN, and counts as over
  const problem = Number.isNaN(end)
    ? `has an invalid date in the field Valid-Until: ${JSON.stringify(validUntil)}`
    : `has expired: it was valid until ${validUntil}`;
  throw new CnbError("BASE_RELEASE_EXPIRED", `${source} ${problem}`, {
    hint: "Check this machine's clock, or pass another mirror with --mirror URL. To accept the expired file, add --allow-expired.",
  });
}
