import { lstat, readdir, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { inOrder } from "../bundle/packages.ts";

const names = /^((un)?licen[cs]es?|copying|copyright|notices?|patents|third[-_ ]?party[a-z]*)([-_. ].*)?$/i;
const sources = /\.([cm]?[jt]sx?|json|map|html|css)$/i;
const folder = /^licen[cs]es$/i;
const maxSize = 2_000_000;

/**
 * Reads the license texts and notices of a package and of the components that it bundles. The texts
 * come from files, or else from a section of the README.
 */
export async function licenseTexts(dir: string): Promise<readonly string[]> {
  const texts = [...(await textsIn(dir, names)), ...(await textsInFolder(dir))];
  if (texts.length > 0) return [...new Set(texts)];
  const [readme] = await textsIn(dir, /^readme(\.(md|markdown|txt))?$/i);
  const part = readme === undefined ? undefined : licensePart(readme);
  return part === undefined ? [] : [part];
}

/**
 * Reads the license texts of the workspace or repository that contains a package, for a package
 * without license files. Directories above the workspace or repository are ignored.
 */
export async function workspaceLicense(dir: string, levels = 5): Promise<readonly string[]> {
  if (await isTop(dir)) return textsIn(dir, names);
  return levels === 0 || dirname(dir) === dir ? [] : workspaceLicense(dirname(dir), levels - 1);
}

async function isTop(dir: string): Promise<boolean> {
  const entries: readonly string[] = await readdir(dir).catch(() => []);
  if (entries.includes(".git") || entries.includes("pnpm-workspace.yaml")) return true;
  const manifest = await readFile(join(dir, "package.json"), "utf8").catch(() => "");
  return /"workspaces"\s*:/.test(manifest);
}

/** The texts in a directory such as `LICENSES/`, as the REUSE specification defines it. */
async function textsInFolder(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { withFileTypes: true });
  const folders = entries.flatMap((entry) => (folder.test(entry.name) && entry.isDirectory() ? [entry.name] : []));
  folders.sort(inOrder);
  return (await Promise.all(folders.map((name) => textsIn(join(dir, name), /./)))).flat();
}

async function textsIn(dir: string, pattern: RegExp): Promise<readonly string[]> {
  const entries = await readdir(dir).catch(() => []);
  const files = entries.filter((name) => pattern.test(name) && !sources.test(name)).sort(inOrder);
  const texts = await Promise.all(files.map((name) => textOf(join(dir, name))));
  return texts.filter((text) => text !== "");
}

/**
 * The text of a regular file. Links are ignored, because a package must not make cnb read other
 * files of this machine.
 */
async function textOf(file: string): Promise<string> {
  const stats = await lstat(file);
  if (!stats.isFile() || stats.size > maxSize) return "";
  const text = await readFile(file, "utf8");
  return text
    .replace(/^\ufeff/, "")
    .replaceAll("\r\n", "\n")
    .trim();
}

/** The section of a README below the heading "License". */
function licensePart(readme: string): string | undefined {
  const [, part] =
    /^#{1,6}[ \t]+licen[cs](?:e|es|ing)\b[^\n]*\n+([\s\S]*?)(?=^#{1,6}[ \t]|(?![\s\S]))/im.exec(readme) ?? [];
  return part?.trim() || undefined;
}
