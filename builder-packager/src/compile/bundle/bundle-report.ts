import { extname } from "node:path";
import type { NodeArchitecture } from "../executable/node-release.ts";
import type { Runtime } from "../runtime.ts";
import { type BundledFile, type BundledPackage, inOrder, packageKey } from "./packages.ts";

/** The sizes of a compiled program and its parts. All sizes are in bytes. */
export interface BundleReport {
  readonly runtime: Runtime;
  /** The program's architecture; undefined if it runs on all architectures. */
  readonly architecture: NodeArchitecture | undefined;
  /** The total size of the program's files in bytes. */
  readonly size: number;
  readonly parts: ProgramParts;
  /** The bytes of the script that are code, JSON, text, and code added by the bundler. */
  readonly kinds: { readonly code: number; readonly json: number; readonly text: number; readonly bundler: number };
  /** The packages in the script, largest first. */
  readonly packages: readonly PackageReport[];
  /** Warnings for publishers of the buildpack. */
  readonly warnings: readonly string[];
}

/** The sizes of a program's parts in bytes. The license file and the SBOM are not included. */
export interface ProgramParts {
  /** The size of Node.js after stripping, or of the small engine. */
  readonly node: number;
  readonly script: number;
  /** The size of V8's code cache for the script, or of the small engine's bytecode. */
  readonly codeCache: number;
  /** The size of the script's source map. */
  readonly sourceMap: number;
}

export interface PackageReport {
  readonly name: string;
  readonly version: string | undefined;
  readonly license: string | undefined;
  readonly bytes: number;
  /** The package's files in the script, largest first. Paths are relative to the package. */
  readonly files: readonly BundledFile[];
}

export interface ReportFacts extends Pick<BundleReport, "runtime" | "architecture" | "size" | "parts" | "warnings"> {
  readonly packages: readonly BundledPackage[];
  /** The licenses of the packages, by `name@version`. */
  readonly licenses: ReadonlyMap<string, string | undefined>;
}

/** Creates the size report of a program. */
export function bundleReport({ packages, licenses, ...facts }: ReportFacts): BundleReport {
  const reports = packages.map((each): PackageReport => {
    const { name, version, files } = each;
    return { name, version, license: licenses.get(packageKey(each)), bytes: sum(files), files };
  });
  const files = packages.flatMap((each) => each.files);
  const of = (kind: string) => sum(files.filter(({ path }) => kindOf(path) === kind));
  const { script } = facts.parts;
  const kinds = { code: of("code"), json: of("json"), text: of("text"), bundler: Math.max(0, script - sum(files)) };
  return {
    ...facts,
    kinds,
    packages: reports.sort((a, b) => b.bytes - a.bytes || inOrder(packageKey(a), packageKey(b))),
  };
}

const sum = (files: readonly BundledFile[]): number => files.reduce((total, { bytes }) => total + bytes, 0);

function kindOf(path: string): "code" | "json" | "text" {
  if (extname(path) === ".json") return "json";
  return /\.[cm]?[jt]sx?$/.test(path) ? "code" : "text";
}

/**
 * Formats the report: a line for each part, package and larger file.
 *
 * @param files the number of files to name per package. @default 3
 * @example
 * ```ts
 * const { reports } = await packageBuildpack({ dir: "buildpacks/nodejs" }, host);
 * for (const line of reports.flatMap((report) => reportLines(report))) reporter.info(line);
 * ```
 */
export function reportLines(report: BundleReport, files = 3): readonly string[] {
  const { node, script, codeCache, sourceMap } = report.parts;
  const target = report.architecture === undefined ? "any architecture" : `linux/${report.architecture}`;
  return [
    `${report.runtime} for ${target}: ${kilobytes(report.size)}`,
    ...named({
      [report.runtime === "small" ? "engine" : "Node.js"]: node,
      script,
      [report.runtime === "small" ? "bytecode" : "code cache"]: codeCache,
      "source map": sourceMap,
    }),
    `script: ${kilobytes(script)}`,
    ...named({
      code: report.kinds.code,
      JSON: report.kinds.json,
      text: report.kinds.text,
      bundler: report.kinds.bundler,
    }),
    ...report.packages.flatMap((each) => packageLines(each, files)),
  ];
}

const named = (sizes: Readonly<Record<string, number>>): string[] =>
  Object.entries(sizes).flatMap(([name, size]) => (size > 0 ? [`  ${kilobytes(size)}  ${name}`] : []));

function packageLines(
  { files, license = "no licence stated", bytes, ...which }: PackageReport,
  count: number,
): string[] {
  const shown = files.slice(0, count).map(({ path, bytes: size }) => `    ${kilobytes(size)}  ${path}`);
  const rest = files.slice(count);
  const others = rest.length > 0 ? [`    ${kilobytes(sum(rest))}  ${rest.length} more`] : [];
  return [`${kilobytes(bytes)}  ${packageKey(which)} (${license})`, ...shown, ...others];
}

/** Formats decimal kilobytes, as registries and docker do, right-aligned up to 1 GB. */
const kilobytes = (bytes: number): string => `${(bytes / 1000).toFixed(1).padStart(10)} kB`;
