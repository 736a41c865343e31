import type { Env } from "libcnb";
import type { PackageIndex, Variables, Work } from "../package-manager.ts";

/**
 * The settings of pip from variables, bindings and files, for tools that do not read pip's settings
 * themselves.
 */
export interface PipSettings {
  /** The index; `undefined` for the public index. */
  readonly index: Index | undefined;
  /** The path of a file with CA certificates. */
  readonly cert: string | undefined;
}

/** A package index, with its credentials in separate fields. */
export interface Index {
  readonly url: string;
  readonly username: string | undefined;
  readonly password: string | undefined;
}

/** Reads pip's settings by running pip. */
export async function pipSettings({ run, project }: Pick<Work, "run" | "project">): Promise<PipSettings> {
  const { stdout } = await run(project.python.path, ["-I", "-m", "pip", "config", "list"], {
    cwd: "/",
    output: "capture",
  });
  return settingsIn(stdout);
}

/** Parses the output of `pip config list`. */
export function settingsIn(text: string): PipSettings {
  const lines = text.split("\n");
  const settingOf = (key: string) => {
    const found = sections.map((section) => lines.find((line) => line.startsWith(`${section}.${key}=`)));
    return /^[^=]*=(["'])(.*)\1\s*$/.exec(found.find((line) => line !== undefined) ?? "")?.[2] || undefined;
  };
  return { index: indexOf(settingOf("index-url")), cert: settingOf("cert") };
}

/**
 * The sections in which pip looks for a setting, in order of precedence: environment variables, the
 * section of the command, and the section for all commands.
 */
const sections = [":env:", "install", "global"];

function indexOf(address: string | undefined): Index | undefined {
  const url = address === undefined ? null : URL.parse(address);
  if (url === null) return undefined;
  const [username, password] = [url.username, url.password].map((text) => decoded(text) || undefined);
  [url.username, url.password] = ["", ""];
  return { url: url.href, username, password };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text; // a password with a percent sign as it is
  }
}

/**
 * Adds the index in PIP_INDEX_URL to the indexes of bindings, unless a binding has a default index.
 * For tools that do not read this variable.
 */
export function withIndexOfPip(indexes: readonly PackageIndex[], { PIP_INDEX_URL: url }: Env): readonly PackageIndex[] {
  if (!url || indexes.some(({ isDefault }) => isDefault)) return indexes;
  return [...indexes, { name: "pip", url, username: undefined, password: undefined, isDefault: true }];
}

/**
 * Returns the variable SSL_CERT_FILE with the path in PIP_CERT, for tools that do not read
 * PIP_CERT. Returns no variable if SSL_CERT_FILE is already set, because that is the user's setting
 * for all tools.
 */
export const certificatesOfPip = ({ PIP_CERT, SSL_CERT_FILE }: Env): Variables =>
  PIP_CERT !== undefined && SSL_CERT_FILE === undefined ? { SSL_CERT_FILE: PIP_CERT } : {};
