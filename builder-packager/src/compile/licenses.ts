import { readdir, readFile } from "node:fs/promises";
import { dirname, join, sep } from "node:path";

/** A package that went into an executable, with the text of its licence files. */
export interface PackageLicense {
  readonly name: string;
  readonly version: string;
  readonly license: string;
  readonly text: string;
}

/** The installed packages that the files belong to, sorted by name and version. Sources outside of node_modules are the author's. */
export async function packageLicenses(files: readonly string[]): Promise<PackageLicense[]> {
  const dirs = new Set(files.map(packageDir).filter((dir) => dir !== undefined));
  const licenses = await Promise.all([...dirs].map(readLicense));
  return licenses.toSorted((a, b) => (sortKey(a) < sortKey(b) ? -1 : 1));
}

const sortKey = ({ name, version }: PackageLicense): string => `${name}@${version}`;

/** `/x/node_modules/@a/b` for `/x/node_modules/@a/b/dist/c.js`. */
function packageDir(file: string): string | undefined {
  const parts = file.split(sep);
  const start = parts.lastIndexOf("node_modules") + 1;
  if (start === 0) return undefined;
  return parts.slice(0, start + (parts[start]?.startsWith("@") ? 2 : 1)).join(sep);
}

async function readLicense(dir: string): Promise<PackageLicense> {
  const manifest = JSON.parse(await readFile(join(dir, "package.json"), "utf8")) as Partial<Record<string, unknown>>;
  const names = (await readdir(dir)).filter((name) => /^(licen[cs]e|notice)(\.(md|txt))?$/i.test(name)).sort();
  const texts = await Promise.all(names.map((name) => readFile(join(dir, name), "utf8")));
  const { name = dirname(dir), version = "", license = "not stated" } = manifest;
  return { name: String(name), version: String(version), license: String(license), text: texts.join("\n").trim() };
}

/** One file for all: what is in the script, then Node.js. */
export function licenseText(packages: readonly PackageLicense[], node: string): string {
  const parts = packages.map(({ name, version, license, text }) => `${name} ${version} (${license})\n\n${text}`.trim());
  const line = `\n\n${"-".repeat(80)}\n\n`;
  return `This executable contains Node.js and the packages below.\n\n${[...parts, node.trim()].join(line)}\n`;
}
