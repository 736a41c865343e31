import { chmodSync, existsSync, lstatSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { withoutPasswords } from "@libcnb/app-kit/addresses";
import type { Venv } from "../package-manager.ts";

/**
 * Makes an installation reproducible. Bytecode is removed, because it is compiled again later.
 * Traces of the time and the user of the installation are removed. Modes become 0755 or 0644,
 * regardless of the umask.
 */
export function normalizeVenv({ dir, sitePackages }: Venv): void {
  removeRepositories(join(dir, "src"));
  normalizeTree(dir);
  const records = readdirSync(sitePackages).filter((name) => name.endsWith(".dist-info"));
  for (const name of records) normalizeMetadata(join(sitePackages, name));
}

/**
 * Editable packages from Git are checked out into a directory of the environment. Their history is no part of them, is another one each time, and
 * its settings have the address that it was taken from, with the login.
 */
function removeRepositories(src: string): void {
  for (const folder of existsSync(src) ? readdirSync(src) : [])
    for (const name of [".git", ".hg", ".svn", ".bzr"])
      rmSync(join(src, folder, name), { recursive: true, force: true });
}

function normalizeTree(dir: string): void {
  if (!existsSync(dir)) return; // its name is not UTF-8, as may be in what is checked out from Git
  setMode(dir, 0o755);
  for (const entry of readdirSync(dir, { withFileTypes: true })) {
    const path = join(dir, entry.name);
    if (isLeftover(entry.name)) rmSync(path, { recursive: true });
    else if (entry.isDirectory()) normalizeTree(path);
    else if (entry.isFile()) setMode(path);
  }
}

/** Locks of tools, and code that tools or packages' hooks compiled while others were installed. */
const isLeftover = (name: string): boolean => name === "__pycache__" || name === ".lock";

/** Without a requested mode: executable by all users or by none. */
function setMode(path: string, wanted?: number): void {
  const mode = lstatSync(path, { throwIfNoEntry: false })?.mode;
  if (mode === undefined) return;
  const target = wanted ?? ((mode & 0o111) === 0 ? 0o644 : 0o755);
  if ((mode & 0o7777) !== target) chmodSync(path, target);
}

function normalizeMetadata(dir: string): void {
  rewrite(join(dir, "direct_url.json"), (text) => withoutPasswords(text));
  const isPublic = !rewrite(join(dir, "METADATA"), withoutPasswordsInRequirements);
  rewrite(join(dir, "RECORD"), (text) => normalRecord(text, ["direct_url.json", ...(isPublic ? [] : ["METADATA"])]));
}

/** A project may name its dependencies by address: pip leaves variables in addresses as they are, and other tools leave more. */
const withoutPasswordsInRequirements = (text: string): string =>
  text.replace(/^Requires-Dist:.*$/gm, (line) => withoutPasswords(line));

/** True if the file is another one now. */
function rewrite(file: string, change: (text: string) => string): boolean {
  const before = existsSync(file) ? readFileSync(file, "utf8") : "";
  const after = change(before);
  if (after !== before) writeFileSync(file, after);
  return after !== before;
}

/**
 * Normalizes the list of a package's files in a RECORD: the list is sorted, and bytecode is
 * omitted. Only some tools list bytecode, and this buildpack compiles the bytecode later.
 *
 * @param text the text of RECORD in a `.dist-info`: lines of a path, a digest and a size
 * @param rewritten names of files of the `.dist-info` that were rewritten: their digests are
 * removed
 */
export function normalRecord(text: string, rewritten: readonly string[] = ["direct_url.json"]): string {
  const lines = text.split(/\r?\n/).filter((line) => line !== "" && !/^"?[^,]*__pycache__\//.test(line));
  return lines.length === 0
    ? ""
    : `${lines
        .map((line) => withoutDigest(line, rewritten))
        .toSorted()
        .join("\n")}\n`;
}

function withoutDigest(line: string, rewritten: readonly string[]): string {
  const [, path, name = ""] = /^("?[^,]*\.dist-info\/([^/,"]*)"?),.*$/.exec(line) ?? [];
  return rewritten.includes(name) ? `${path},,` : line;
}
