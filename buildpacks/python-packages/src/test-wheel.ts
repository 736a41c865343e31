import { execFile } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import type { FileMap } from "libcnb/testing";
import { testPython } from "./test-python.ts";

/** The contents of a wheel for tests. */
export interface TestPackage {
  readonly name: string;
  readonly version: string;
  readonly requires?: readonly string[];
}

const program = `
import sys, zipfile
file, name, version, *requires = sys.argv[1:]
info = f"{name}-{version}.dist-info"
metadata = "".join([f"Metadata-Version: 2.1\\nName: {name}\\nVersion: {version}\\n", *[f"Requires-Dist: {each}\\n" for each in requires]])
files = {
    f"{name}.py": f"version = '{version}'\\n",
    f"{info}/METADATA": metadata,
    f"{info}/WHEEL": "Wheel-Version: 1.0\\nGenerator: test\\nRoot-Is-Purelib: true\\nTag: py3-none-any\\n",
}
files[f"{info}/RECORD"] = "".join(f"{path},,\\n" for path in [*files, f"{info}/RECORD"])
with zipfile.ZipFile(file, "w") as archive:
    for path, text in files.items():
        archive.writestr(zipfile.ZipInfo(path, (1980, 1, 1, 0, 0, 0)), text)
`;

export const wheelName = ({ name, version }: TestPackage): string => `${name}-${version}-py3-none-any.whl`;

/** Creates a wheel with one module, for installations without an index. */
export async function wheel({ name, version, requires = [] }: TestPackage): Promise<Uint8Array> {
  const dir = await mkdtemp(join(tmpdir(), "wheel-"));
  try {
    const file = join(dir, "a.whl");
    await promisify(execFile)(`${await testPython()}/bin/python3`, ["-c", program, file, name, version, ...requires]);
    return await readFile(file);
  } finally {
    await rm(dir, { recursive: true });
  }
}

/** Creates wheels in a directory of an app. */
export async function wheelsIn(dir: string, packages: readonly TestPackage[]): Promise<FileMap> {
  const files = packages.map(async (each) => [`${dir}/${wheelName(each)}`, await wheel(each)] as const);
  return Object.fromEntries(await Promise.all(files));
}

export const sha256 = (bytes: Uint8Array): string => createHash("sha256").update(bytes).digest("hex");
