import { defined } from "@libcnb/app-kit/defined";
import { packageUrl } from "@libcnb/app-kit/sbom/packages-sbom";
import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { s } from "libcnb";
import type { ManagerName } from "../src/package-manager.ts";
import { requirementOf, type ToolWheel, wheelsIn } from "../src/tool/wheels.ts";
import type { Architecture, LockTarget } from "./lock.ts";
import type { UpdateResult } from "./run-updater.ts";
import { withWrittenPart } from "./written-part.ts";

/**
 * The tools that are not part of the Python runtime, and are therefore locked in buildpack.toml.
 */
export const lockedNames = ["uv", "poetry", "pipenv", "pdm"] as const satisfies readonly ManagerName[];

const architectures: readonly Architecture[] = ["amd64", "arm64"];

/** A function that returns a `pylock.toml` for a requirement, as JSON. */
export type Locks = (requirement: string, target: LockTarget) => Promise<string>;

/**
 * Locks all tools for the Python release lines in a buildpack.toml. A tool that cannot be locked is
 * left unchanged.
 */
export async function refreshed(before: string, lines: readonly string[], lock: Locks): Promise<UpdateResult> {
  const old = written(before);
  const wheels: ToolWheel[] = [];
  const failures: string[] = [];
  for (const tool of lockedNames)
    wheels.push(
      ...(await lockedFor(tool, lines, lock).catch((error: Error) => {
        failures.push(`the wheels of ${tool} stay unchanged: ${error.message.trim()}`);
        return old.filter((each) => each.tool === tool);
      })),
    );
  return { text: render(before, wheels), failures, changes: changedLines(old.map(shown), wheels.map(shown)) };
}

/** Describes the differences between two lists of wheels, one line each. */
const changedLines = (before: readonly string[], after: readonly string[]): readonly string[] => [
  ...minus(after, before).map((each) => `added ${each}`),
  ...minus(before, after).map((each) => `dropped ${each}`),
];

function minus(some: readonly string[], others: readonly string[]): readonly string[] {
  const known = new Set(others);
  return some.filter((each) => !known.has(each));
}

const shown = ({ tool, file, python }: ToolWheel): string => `${tool}: ${file} for Python ${python.join(", ")}`;

/** Each wheel once, with the lines of Python that install it. */
async function lockedFor(tool: ManagerName, lines: readonly string[], lock: Locks): Promise<readonly ToolWheel[]> {
  const found = new Map<string, ToolWheel>();
  for (const python of lines)
    for (const arch of architectures)
      for (const { name, version, file, checksum } of wheelsOfPylock(
        await lock(requirementOf(tool), { python, arch }),
      )) {
        const known = found.get(file)?.python ?? [];
        const of = isPure(file) ? undefined : arch;
        found.set(file, { tool, name, version, file, checksum, arch: of, python: [...new Set([...known, python])] });
      }
  return [...found.values()].toSorted((a, b) => (a.file.toLowerCase() < b.file.toLowerCase() ? -1 : 1));
}

type PackageWheel = Pick<ToolWheel, "name" | "version" | "file" | "checksum">;
/**
 * Returns the wheel of each package in a `pylock.toml` (as JSON) that was created for one release
 * line of Python and one processor architecture.
 */
export const wheelsOfPylock = (text: string): readonly PackageWheel[] =>
  tablesIn(tableOf(JSON.parse(text)).packages).map((each) => {
    const [name, version] = [normalizedName(stringOf(each.name) ?? ""), stringOf(each.version) ?? ""];
    const [best] = tablesIn(each.wheels).map(wheelOf).toSorted(mostCompatibleFirst);
    if (best === undefined) throw new Error(`the package index has no wheel of ${name} ${version}`);
    return { name, version, ...best };
  });
const tablesIn = (value: unknown) => (Array.isArray(value) ? value : []).map(tableOf);
function wheelOf(wheel: s.Table): Pick<ToolWheel, "file" | "checksum"> {
  const file = decodeURIComponent((stringOf(wheel.name) ?? stringOf(wheel.url) ?? "").replace(/^.*\//, ""));
  return { file, checksum: `sha256:${stringOf(tableOf(wheel.hashes).sha256)}` };
}

/** Compiled code before pure Python, as pip does; then the one for the oldest glibc. */
const mostCompatibleFirst = (a: { readonly file: string }, b: { readonly file: string }): number =>
  Number(isPure(a.file)) - Number(isPure(b.file)) || glibcOf(a.file) - glibcOf(b.file) || (a.file < b.file ? -1 : 1);
const isPure = (file: string): boolean => file.endsWith("-any.whl");
/** The second number of the oldest glibc 2 that will do. */
function glibcOf(file: string): number {
  const numbers = [...file.matchAll(/manylinux_2_(\d+)_/g)].map(([, minor]) => Number(minor));
  const legacy = file.includes("manylinux2014") || file.includes("manylinux1_") || file.includes("manylinux2010");
  return Math.min(...numbers, ...(legacy ? [17] : []));
}

export const command = "npm run inventory:python-tools";

/** Replaces the generated entries of wheels in the text of a buildpack.toml. */
const render = (text: string, wheels: readonly ToolWheel[]): string =>
  withWrittenPart(text, command, wheels.map(renderWheel).join("\n"));

function renderWheel({ tool, name, version, file, checksum, arch, python }: ToolWheel): string {
  const fields = {
    id: name,
    version,
    ...defined({ os: arch === undefined ? undefined : "linux", arch }),
    uri: `pypi:${file}`,
    checksum,
    purl: packageUrl("pypi", [name], version, ""),
    tool,
    python,
  };
  // JSON texts and lists of texts are TOML, too
  const lines = Object.entries(fields).map(
    ([key, value]) => `${key} = ${JSON.stringify(value).replaceAll('","', '", "')}`,
  );
  return ["[[metadata.dependencies]]", ...lines, ""].join("\n");
}

/** Parses the wheels that `render` has written into a buildpack.toml. */
export function written(text: string): readonly ToolWheel[] {
  const entries = text.split("[[metadata.dependencies]]\n").slice(1);
  const dependencies = entries.map((entry) =>
    Object.fromEntries(
      Array.from(entry.matchAll(/^(\w+) = (.+)$/gm), ([, key, value = ""]) => [key, JSON.parse(value)]),
    ),
  );
  return wheelsIn({ dependencies });
}
