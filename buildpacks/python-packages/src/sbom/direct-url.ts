import { publicAddress } from "@libcnb/app-kit/addresses";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";

/** The source of an installed package that is not from an index, without credentials. */
export interface DirectUrl {
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
export function parseDirectUrl(text: string | undefined): DirectUrl | undefined {
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
    return {}; // a package's broken file is no reason to end a build that works
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
