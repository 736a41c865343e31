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
 * Returns the license in a package.json; undefined if there is none. In addition to strings, the
 * function accepts `{ type, url }` and lists of alternatives, which npm once allowed.
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

/** Returns warnings about missing licenses, for publishers of the buildpack. */
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
 * Creates the text of LICENSES.txt: the licenses of the script's packages, the notices in their
 * sources, then the license of Node.js.
 */
export function licenseText(packages: readonly PackageLicense[], { node, notices }: LicenseTextOptions): string {
  const what = node === undefined ? "the packages below" : "Node.js and the packages below";
  const list = packages.map((each) => `  ${headline(each)}`).join("\n");
  const parts = packages.map((each) => [headline(each), ...each.texts].join("\n\n"));
  const comments = notices.length > 0 ? [["Notices in the source of these packages", ...notices].join("\n\n")] : [];
  const line = `\n\n${"-".repeat(80)}\n\n`;
  const sections = [`This program contains ${what}.\n\n${list}`, ...parts, ...comments, ...(node ? [node.trim()] : [])];
  return `${sections.join(line)}\n`;
}

const headline = ({ name, version, license = "no licence stated" }: PackageLicense): string =>
  [name, version, `(${license})`].filter((part) => part !== undefined).join(" ");
