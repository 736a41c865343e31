import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseToml, type Table } from "libcnb/spec";
import type { BuildGiven } from "libcnb/testing";

/** For tests: the real buildpack.toml, but the registry and the releases in it are the tests' own. No network. */
export async function fakeEsbuild(): Promise<Pick<BuildGiven, "buildpack" | "commands" | "downloads" | "env">> {
  const tarball = await fakePackage();
  const checksum = `sha512:${createHash("sha512").update(tarball).digest("hex")}`;
  const file = join(import.meta.dirname, "../buildpack.toml");
  const { metadata } = parseToml(await readFile(file, "utf8"), file) as { metadata: Table };
  const dependencies = (metadata.dependencies as Table[]).map((release) => ({ ...release, checksum }));
  const url = (arch: string) => `https://npm.test/@esbuild/linux-${arch}/-/linux-${arch}-0.28.2.tgz`;
  return {
    buildpack: { metadata: { ...metadata, dependencies } },
    env: { NPM_CONFIG_REGISTRY: "https://npm.test" },
    downloads: { [url("x64")]: tarball, [url("arm64")]: tarball },
    commands: { esbuild: () => ({ files: { "public/main.js": "console.log(1);\n" } }) },
  };
}

/** A package in the form of npm's: all in one folder. */
async function fakePackage(): Promise<Uint8Array> {
  const dir = await mkdtemp(join(tmpdir(), "package-"));
  try {
    await mkdir(join(dir, "package/bin"), { recursive: true });
    await writeFile(join(dir, "package/bin/esbuild"), "#!/bin/sh\n", { mode: 0o755 });
    return execFileSync("tar", ["-czf", "-", "-C", dir, "package"]);
  } finally {
    await rm(dir, { recursive: true });
  }
}
