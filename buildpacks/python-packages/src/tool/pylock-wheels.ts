import { stringOf, tableOf } from "@libcnb/app-kit/tables";
import { normalizedName } from "@libcnb/python-app/distributions";
import type { ToolWheel } from "./wheels.ts";

type PackageWheel = Pick<ToolWheel, "name" | "version" | "file" | "checksum">;

/** The wheel of each package in a `pylock.toml`, as JSON, that was made for one Python and processor. */
export const wheelsOfPylock = (text: string): readonly PackageWheel[] =>
  tablesIn(tableOf(JSON.parse(text)).packages).map((each) => {
    const [name, version] = [normalizedName(stringOf(each.name) ?? ""), stringOf(each.version) ?? ""];
    const [best] = tablesIn(each.wheels).map(wheelOf).toSorted(mostCompatibleFirst);
    if (best === undefined) throw new Error(`${name} ${version} has no wheel`);
    return { name, version, ...best };
  });

const tablesIn = (value: unknown) => (Array.isArray(value) ? value : []).map(tableOf);

function wheelOf(wheel: ReturnType<typeof tableOf>): Pick<ToolWheel, "file" | "checksum"> {
  const file = decodeURIComponent((stringOf(wheel.name) ?? stringOf(wheel.url) ?? "").replace(/^.*\//, ""));
  return { file, checksum: `sha256:${stringOf(tableOf(wheel.hashes).sha256)}` };
}

/** Compiled code before pure Python, as pip does; then the one for the oldest glibc. */
const mostCompatibleFirst = (a: { readonly file: string }, b: { readonly file: string }): number =>
  Number(isPure(a.file)) - Number(isPure(b.file)) || glibcOf(a.file) - glibcOf(b.file) || (a.file < b.file ? -1 : 1);

export const isPure = (file: string): boolean => file.endsWith("-any.whl");

/** The second number of the oldest glibc 2 that will do. */
function glibcOf(file: string): number {
  const numbers = [...file.matchAll(/manylinux_2_(\d+)_/g)].map(([, minor]) => Number(minor));
  const legacy = file.includes("manylinux2014") || file.includes("manylinux1_") || file.includes("manylinux2010");
  return Math.min(...numbers, ...(legacy ? [17] : []));
}
