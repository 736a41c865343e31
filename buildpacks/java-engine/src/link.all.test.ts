import { execFile } from "node:child_process";
import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { unpacking } from "@libcnb/app-kit/release/unpacking";
import { defineBuildpack, pass } from "libcnb";
import { readInventory } from "libcnb/standalone";
import { build, buildFailure } from "libcnb/testing";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { javaArchives } from "../../../test/support/java/archives.ts";
import { javaTestBuildpacks } from "../../../test/support/java/archives-buildpacks.ts";
import { onMirror } from "./choose.ts";
import { linkRuntime } from "./install.ts";

const exec = promisify(execFile);
let dir: string;
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "libcnb-java-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

const inherited = { PATH: process.env["PATH"] ?? "" };

/** A build that links a runtime of a JDK of tests into the directory. */
async function linker(line: string, args: readonly string[], to: string) {
  const file = join(await javaTestBuildpacks(), "java-engine/buildpack.toml");
  const { releases } = readInventory(await readFile(file), file);
  const found = releases.find(({ id, version }) => id === "liberica-jdk" && version.startsWith(`${line}.`));
  if (found === undefined) throw new Error(`tests have no JDK ${line}`);
  const java = onMirror(found, `file://${await javaArchives()}`);
  return defineBuildpack({
    detect: () => pass(),
    build: ({ download, run }) => unpacking(download, (unpack) => linkRuntime({ unpack, run, java, args }, to)),
  });
}

const printed = async (...args: readonly string[]) =>
  (await exec(join(dir, "jre/bin/java"), args, { env: {} })).stdout.trim().split("\n");
const digest = async (name: string, except: readonly string[]) => {
  const options = except.map((path) => `--exclude=./${path}`).join(" ");
  return (await exec("sh", ["-c", `tar --sort=name --mtime=@0 ${options} -c . | sha256sum`], { cwd: join(dir, name) }))
    .stdout;
};

describe("a runtime linked by jlink", { timeout: 900_000 }, () => {
  test.for<[string, string, readonly string[]]>([
    ["17", "is the same every time", []],
    // jlink wrote classes in another order each time until Java 15: https://bugs.openjdk.org/browse/JDK-8241602
    ["11", "is the same every time except for the order of its classes", ["lib/modules"]],
  ])("for Java %s has the modules of a JRE, and %s", async ([line, , except]) => {
    for (const name of ["jre", "again"]) {
      await exec("mkdir", [join(dir, name)]);
      await build(await linker(line, [], join(dir, name)), { downloads: "real", inherited });
    }
    const modules = (await printed("--list-modules")).map((text) => text.replace(/@.*/, ""));
    expect(modules).toEqual(
      expect.arrayContaining(["java.se", "jdk.crypto.ec", "jdk.localedata", "jdk.unsupported", "jdk.zipfs"]),
    );
    expect(modules.filter((name) => /^jdk\.(compiler|jlink|jshell|incubator)/.test(name))).toEqual([]);
    expect(await digest("again", except)).toBe(await digest("jre", except));
  });

  test("has only the modules that BP_JVM_JLINK_ARGS names", async () => {
    await exec("mkdir", [join(dir, "jre")]);
    const args = ["--add-modules", "java.base,java.logging", "--strip-debug"];
    await build(await linker("17", args, join(dir, "jre")), { downloads: "real", inherited });
    expect((await printed("--list-modules")).map((text) => text.replace(/@.*/, ""))).toEqual([
      "java.base",
      "java.logging",
    ]);
  });

  test("cannot be created with an unknown module, and the error has jlink's message", async () => {
    const buildpack = await linker("17", ["--add-modules", "java.nothing"], dir);
    const { error } = await buildFailure(buildpack, { downloads: "real", inherited });
    expect(error).toMatchObject({ code: "JAVA_LINK_FAILED", cause: expect.stringContaining("java.nothing") });
  });
});
