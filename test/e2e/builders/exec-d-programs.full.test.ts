// @needs busybox
import { createHash } from "node:crypto";
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, stat, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import type { FileMap } from "libcnb/testing";
import { writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds, root } from "../../support/cnb.ts";
import { tinyImage } from "../../support/tiny/images.ts";
import { busybox } from "../reference/utilities-world.ts";

const buildpack: FileMap = {
  "buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/helpers"\nversion = "1.0.0"\n`,
  "package.json": `{"name":"helpers","version":"1.0.0","private":true,"type":"module"}`,
  "src/buildpack.ts": `import { defineBuildpack, launchLayer, pass, s } from "libcnb";
import limits from "./exec.d/limits.ts";
import port from "./exec.d/port.ts";
const layer = launchLayer("helpers", { metadata: s.table({ format: s.integer }) });
const env = { command: ["/workspace/busybox", "env"] as const };
export default defineBuildpack({
  detect: () => pass(),
  async build({ layers }) {
    await layers.provide(layer, {
      metadata: { format: 1 },
      create() {},
      execD: () => ({ shared: { limits }, process: { web: { port } } }),
    });
    return { processes: { web: { ...env, default: true }, worker: env } };
  },
});
`,
  "src/exec.d/limits.ts": `import { defineExecD } from "libcnb";
export default defineExecD("limits", ({ env, limits, readText, writeText }) => {
  if (env.FAIL !== undefined) throw new RangeError(env.FAIL);
  writeText("/tmp/app.conf", (readText("app.conf.template") ?? "").replaceAll("$NAME", env.NAME ?? "nobody"));
  const memory = limits.memory === undefined ? undefined : String(limits.memory);
  return { MEMORY: memory, CONFIG: readText("/tmp/app.conf") };
});
`,
  "src/exec.d/port.ts": `import { defineExecD } from "libcnb";
export default defineExecD("port", ({ env, processType }) => ({
  PORT: env.PORT ?? "8080",
  KIND: processType,
  ODD: 'a "b" \\\\ \\u001b é€😀',
}));
`,
};

let dir: string;

/** Packages the buildpack, with a builder and an image for which nothing but the app has a program. */
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "exec-d-"));
  await chmod(dir, 0o755);
  await source("buildpack", buildpack);
  await writeFiles(join(dir, "app"), { ...busybox, "app.conf.template": "name=$NAME" });
  await oci.write(await tinyImage(dir), { kind: "oci", dir: join(dir, "empty") }, { name: "empty:1" });
  await cnbSucceeds([...packaging("buildpack"), "--runtime", "small", "--output", `oci:${dir}/package`]);
  const lines = [
    `[build]\nimage = "oci:${dir}/empty"\n[[run.images]]\nimage = "oci:${dir}/empty"`,
    `[[buildpacks]]\nuri = "oci:${dir}/package"\n[[order]]\ngroup = [{ id = "test/helpers" }]\n`,
  ];
  await writeFile(join(dir, "builder.toml"), lines.join("\n"));
  await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, "--config", join(dir, "builder.toml")]);
  await cnbSucceeds([
    "build",
    `oci:${dir}/image`,
    "--path",
    join(dir, "app"),
    "--builder",
    `oci:${dir}/builder`,
    "--run-image",
    `oci:${dir}/empty`,
  ]);
});
afterAll(() => rm(dir, { recursive: true, force: true }));

const packaging = (name: string) => ["buildpack", "package", join(dir, name)];

async function source(name: string, files: FileMap): Promise<void> {
  await writeFiles(join(dir, name), files);
  await mkdir(join(dir, name, "node_modules"), { recursive: true });
  await symlink(join(root, "framework"), join(dir, name, "node_modules/libcnb"));
}

const run = (...args: string[]) => cnb(["run", `oci:${dir}/image`, ...args]);

/** Extracts an image and returns a directory in it. */
async function extracted(name: string, path: string): Promise<string> {
  const rootfs = await mkdtemp(join(dir, "rootfs-"));
  const image = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/${name}`)));
  await oci.extract(image, rootfs, { ownership: "ignore" });
  return join(rootfs, path);
}

/** The variables that the programs set. */
const ownIn = (stdout: string) =>
  Object.fromEntries(
    stdout
      .split("\n")
      .map((line) => line.split("=") as [string, ...string[]])
      .filter(([name]) => ["CONFIG", "KIND", "MEMORY", "ODD", "PORT"].includes(name))
      .map(([name, ...value]) => [name, value.join("=")]),
  );

describe("exec.d programs in TypeScript", () => {
  test("set variables in an image without a shell and a C library", async () => {
    const { stdout } = await run("--env", "NAME=Ann", "--memory", "256m");
    expect(ownIn(stdout)).toEqual({
      CONFIG: "name=Ann",
      KIND: "web",
      MEMORY: "268435456",
      ODD: 'a "b" \\ \u001b é€😀',
      PORT: "8080",
    });
  });

  test("run only for the process type for which the layer declares them", async () => {
    const { stdout } = await run("--env", "PORT=80", "--process", "worker");
    expect(ownIn(stdout)).toEqual({ CONFIG: "name=nobody", PORT: "80" });
  });

  test("end the start of the process with an error that names the author's line if they throw", async () => {
    const { exitCode, stdout, stderr } = await run("--env", "FAIL=no memory");
    expect([exitCode === 0, ownIn(stdout)]).toEqual([false, {}]);
    expect(stderr).toContain(`ERROR: unexpected RangeError: no memory
    at src/exec.d/limits.ts:3:52
  in the exec.d program limits of test/helpers@1.0.0, a mistake of the buildpack`);
  });

  test("are ranges of one file in the package, and complete programs in the image", async () => {
    const packaged = await extracted("package", "cnb/buildpacks/test_helpers/1.0.0/exec.d");
    expect((await readdir(packaged)).toSorted()).toEqual(["LICENSES.txt", "_limits.json", "_port.json", "_shared"]);
    const { size: shared } = await stat(join(packaged, "_shared"));
    const programs = await extracted("image", "layers/test_helpers/helpers/exec.d");
    for (const [name, file] of [
      ["limits", "00-limits"],
      ["port", "web/00-port"],
    ] as const) {
      const { sha256 } = JSON.parse(await readFile(join(packaged, `_${name}.json`), "utf8"));
      const program = await readFile(join(programs, file));
      expect(createHash("sha256").update(program).digest("hex")).toBe(sha256);
      expect(shared / program.length).toBeLessThan(1.1);
    }
  });

  test("are packaged in one layer of less than 3 MB for two programs", async () => {
    const { layers } = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/image`)));
    const sizes = layers.map(({ size }) => size).filter((size) => size > 2_000_000 && size < 3_000_000);
    expect(sizes).toEqual([expect.any(Number)]);
  });
});

const compiled = (text: string): FileMap => ({ ...buildpack, "src/exec.d/port.ts": text });
const named = (name: string) =>
  `import { defineExecD } from "libcnb";\nexport default defineExecD("${name}", () => ({}));\n`;

test.for<[string, FileMap, string]>([
  [
    "a module that the engine lacks",
    compiled(`import { connect } from "node:tls";\n${named("port").replace("({})", "({ A: String(connect) })")}`),
    'src/exec.d/port.ts:1:25: The engine of exec.d programs has no module "node:tls"\nHINT: Use the modules in docs/how-to/exec-d.md',
  ],
  [
    "a name that differs from the file name",
    compiled(named("ports")),
    'src/exec.d/port.ts:2:28: the program is named "ports", but its file "port"',
  ],
  [
    "no default export",
    { ...buildpack, "src/exec.d/other.ts": "export const other = 1;\n" },
    "src/exec.d/other.ts: the file has no default export",
  ],
  [
    "a name that is not valid",
    { ...buildpack, "src/exec.d/1.ts": named("one") },
    "src/exec.d/1.ts: a name begins with a letter",
  ],
  [
    "the name of another file",
    { ...buildpack, "src/exec.d/port.js": named("port") },
    'there are two files for the program "port"',
  ],
])("packaging refuses an exec.d program with %s", async ([name, files, message]) => {
  const folder = name.replaceAll(" ", "-");
  await source(folder, files);
  const { exitCode, stderr } = await cnb([...packaging(folder), "--runtime", "small", "--output", join(dir, "x.cnb")], {
    cwd: dirname(join(dir, folder, "x")),
  });
  expect([exitCode === 0, stderr]).toEqual([false, expect.stringContaining(message)]);
});
