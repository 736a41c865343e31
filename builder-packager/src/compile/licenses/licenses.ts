import type { Manifest } from "../bundle/owner.ts";
import { type BundledPackage, packageKey } from "../bundle/packages.ts";
import { licenseTexts, workspaceLicense } from "./license-files.ts";

/** A package in a script, with its license and the texts of its license files. */
export interface PackageLicense {
  readonly name: string;
  readonly version: string | undefined;
  /** The license in package.json: an SPDX id or expression, or any other text. */
  readonly license: string | undefined;
  readonly texts: readonly string[];
}

/** Reads the licenses of packages. Each version of a package appears once. */
export async function packageLicenses(packages: readonly BundledPackage[]): Promise<PackageLicense[]> {
  const found = await Promise.all(packages.map(readLicense));
  return [...new Map(found.map((license) => [JSON.stringify(license), license])).values()];
}

async function readLicense({ name, version, dir, manifest }: BundledPackage): Promise<PackageLicense> {
  const own = await licenseTexts(dir);
  const texts = own.length > 0 || dir.includes("node_modules") ? own : await workspaceLicense(dir);
  return { name, version, license: statedLicense(manifest), texts };
}

/**
 * Returns the license in a package.json; undefined if there is none. A license may be a string,
 * `{ type, url }`, or a list of alternatives, which npm once allowed.
 */
export function statedLicense({ license, licenses }: Manifest): string | undefined {
  const names = [license, ...(Array.isArray(licenses) ? licenses : [])].map(licenseName);
  const stated = [...new Set(names.filter((each) => each !== undefined))];
  return stated.length > 1 ? `(${stated.join(" OR ")})` : stated[0];
}

function licenseName(value: unknown): string | undefined {
  if (typeof value === "object" && value !== null && "type" in value) return licenseName(value.type);
  return typeof value === "string" && value.trim() !== "" ? value.trim() : undefined;
}

/** Returns warnings about missing licenses, which a publisher of the buildpack needs. */
export function licenseWarnings(
  packages: readonly BundledPackage[],
  licenses: readonly PackageLicense[],
): readonly string[] {
  const authors = new Set(packages.filter(({ isAuthors }) => isAuthors).map(packageKey));
  return licenses.flatMap((each) => (authors.has(packageKey(each)) ? [] : warningsOf(each)));
}

function warningsOf(each: PackageLicense): readonly string[] {
  if (each.license === "UNLICENSED") return [`${packageKey(each)} is bundled, and its package.json says UNLICENSED`];
  if (each.license !== undefined || each.texts.length > 0) return [];
  return [`${packageKey(each)} is bundled without a licence: neither its package.json nor a file names one`];
}

export interface LicenseTextOptions {
  /** The license text of Node.js and its components, if the program contains Node.js. */
  readonly node?: string;
  /** Notices in the comments of bundled files. */
  readonly notices: readonly string[];
}

/**
 * Creates the text of LICENSES.txt: the list of the script's packages, each license text once with
 * the packages that have it, the notices in their sources, then the license of Node.js. Most crates of
 * the engine have the Apache License: printing it once shrinks the file from 569 to 169 kB (28 to 19 kB
 * compressed).
 */
export function licenseText(packages: readonly PackageLicense[], { node, notices }: LicenseTextOptions): string {
  const what = node === undefined ? "the packages below" : "Node.js and the packages below";
  const list = packages.map((each) => `  ${headline(each)}`).join("\n");
  const parts = sharedTexts(packages).map(({ names, text }) => `${names.join("\n")}\n\n${text}`);
  const comments = notices.length > 0 ? [["Notices in the source of these packages", ...notices].join("\n\n")] : [];
  const line = `\n\n${"-".repeat(80)}\n\n`;
  const sections = [`This program contains ${what}.\n\n${list}`, ...parts, ...comments, ...(node ? [node.trim()] : [])];
  return `${sections.join(line)}\n`;
}

interface SharedText {
  readonly text: string;
  /** The packages whose license files contain the text. */
  readonly names: readonly string[];
}

/** Returns each license text once. Texts that differ only in white space are the same text. */
function sharedTexts(packages: readonly PackageLicense[]): readonly SharedText[] {
  const shared = new Map<string, { text: string; names: Set<string> }>();
  for (const each of packages) {
    for (const text of each.texts) {
      const words = wordsOf(text);
      const known = shared.get(words) ?? { text, names: new Set() };
      known.names.add(headline(each));
      shared.set(words, known);
    }
  }
  return [...shared.values()].map(({ text, names }) => ({ text, names: [...names] }));
}

/** Returns a text with single spaces, which compares equal to the same text with other line breaks. */
const wordsOf = (text: string): string => text.trim().replaceAll(/\s+/g, " ");

const headline = ({ name, version, license = "no licence stated" }: PackageLicense): string =>
  [name, version, `(${license})`].filter((part) => part !== undefined).join(" ");
