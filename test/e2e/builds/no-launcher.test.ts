// @needs busybox, namespaces
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { cnb, cnbSucceeds } from "../../support/cnb.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** A builder that `--launcher none` made: no release, no Go, and a launch layer that the app's environment comes from. */
const build = `#!/bin/sh
set -e
cd "$CNB_LAYERS_DIR"
mkdir -p tool/bin tool/env.launch/web tool/exec.d
printf '[types]\\nlaunch = true\\n' >tool.toml
printf '#!/bin/sh\\necho "$GREETING, $1, from $(/bin/busybox pwd) with $MODE"\\n' >tool/bin/greet
/bin/busybox chmod +x tool/bin/greet
printf hello >tool/env.launch/GREETING.default
printf fast >tool/env.launch/web/MODE
printf '#!/bin/sh\\n' >tool/exec.d/helper
cat >launch.toml <<END
[[processes]]
type = "web"
command = ["greet"]
args = ["world"]
default = true
[[processes]]
type = "worker"
command = ["greet"]
END
`;
const files = {
  "buildpack/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/shell"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": build,
  "app/file.txt": "my app",
  "builder.toml": `[build]
image = "oci:base"
[[run.images]]
image = "oci:base"
[[buildpacks]]
uri = "buildpack"
[[order]]
group = [{ id = "test/shell" }]
`,
};

let dir: string;
const run = (...args: string[]) => cnb(["run", `oci:${dir}/image`, ...args]);
const buildApp = (name: string, ...flags: string[]) =>
  cnbSucceeds(["build", `oci:${dir}/${name}`, "--path", join(dir, "app"), "--builder", `oci:${dir}/builder`, ...flags]);

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "no-launcher-"));
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  await oci.write(await shellImage(dir), { kind: "oci", dir: join(dir, "base") }, { name: "base:1" });
  const flags = ["--config", join(dir, "builder.toml"), "--launcher", "none"];
  // no go, and no release host
  const env = {
    ...process.env,
    PATH: "/nowhere",
    LIBCNB_LIFECYCLE_RELEASES: "http://127.0.0.1:9/",
    LIBCNB_CACHE_DIR: join(dir, "cache"),
  };
  await cnbSucceeds(["builder", "create", `oci:${dir}/builder`, ...flags], { env });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

describe("a builder without a launcher", () => {
  test("has a label that states that it has no launcher, and supports no Platform API", async () => {
    const { config } = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/builder`)));
    const { "io.libcnb.launcher": mark, "io.buildpacks.lifecycle.apis": apis = "" } = config.config?.Labels ?? {};
    expect([mark, JSON.parse(apis).platform.supported]).toEqual(["none", []]);
  });

  test.for(["creator", "detector", "exporter"])(
    "has a /cnb/lifecycle/%s that fails with the message that the builder was created with --launcher none",
    async (phase) => {
      const outcome = await cnb(["run", `oci:${dir}/builder`, "--entrypoint", `/cnb/lifecycle/${phase}`]);
      expect(outcome).toMatchObject({
        exitCode: 11,
        stderr: expect.stringContaining("cnb builder create --launcher none"),
      });
    },
  );

  test("cannot be created together with a lifecycle", async () => {
    const flags = ["--launcher", "none", "--lifecycle", "x.tgz", "--config", join(dir, "builder.toml")];
    const { exitCode, stderr } = await cnb(["builder", "create", `oci:${dir}/both`, ...flags]);
    expect([exitCode, stderr]).toEqual([3, expect.stringMatching(/--launcher.* cannot be used with .*--lifecycle/)]);
  });
});

describe("an image built without a launcher", () => {
  let log: string;
  beforeAll(async () => {
    log = (await buildApp("image")).stderr;
  });

  test("has the command and the launch environment of its default process in its configuration", async () => {
    const image = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/image`)));
    const { Entrypoint, Cmd, Env, WorkingDir, Labels } = image.config.config ?? {};
    expect({ Entrypoint, Cmd, Env, WorkingDir, mark: Labels?.["io.libcnb.launcher"] }).toEqual({
      Entrypoint: ["greet"],
      Cmd: ["world"],
      Env: [
        "PATH=/layers/test_shell/tool/bin:/bin",
        "CNB_USER_ID=1000",
        "CNB_GROUP_ID=1000",
        "GREETING=hello",
        "MODE=fast",
      ],
      WorkingDir: "/workspace",
      mark: "none",
    });
    expect(await oci.validate(image)).toEqual([]);
    expect(image.config.history?.map(({ created_by }) => created_by).slice(1)).toEqual([
      "Layer: 'tool', Created by buildpack: test/shell@1.0.0",
      "Software Bill-of-Materials",
      "Application Layer",
    ]);
  });

  test("starts its default process, and the user's arguments replace the default arguments", async () => {
    const outcomes = [await run(), await run("--", "you"), await run("--env", "GREETING=bye")];
    expect(outcomes.map(({ stdout }) => stdout)).toEqual([
      "hello, world, from /workspace with fast\n",
      "hello, you, from /workspace with fast\n",
      "bye, world, from /workspace with fast\n",
    ]);
  });

  test("causes a build warning for each feature that needs a launcher", () => {
    expect(log).toContain("Without a launcher the image cannot start its other processes: worker.");
    expect(log).toContain(
      "Without a launcher the programs in /layers/test_shell/tool/exec.d of test/shell@1.0.0 do not run",
    );
  });

  test("has only its default process", async () => {
    const { exitCode, stderr } = await run("--process", "worker");
    expect([exitCode, stderr]).toEqual([3, expect.stringContaining("has no launcher")]);
  });

  test("is shown by cnb inspect with its default process", async () => {
    const { stdout } = await cnbSucceeds(["inspect", `oci:${dir}/image`, "--output", "json"]);
    const { processes } = JSON.parse(stdout).local_info ?? JSON.parse(stdout).remote_info ?? JSON.parse(stdout);
    expect(processes.filter((process: { default: boolean }) => process.default)).toMatchObject([{ type: "web" }]);
  });

  test("is identical after a rebuild, with or without a previous image", async () => {
    const digests = [await buildApp("image"), await buildApp("image"), await buildApp("again", "--clear-cache")];
    expect(new Set(digests.map(({ stdout }) => stdout.split("@")[1])).size).toBe(1);
  });

  test("starts the process selected by --default-process", async () => {
    await buildApp("worker", "--default-process", "worker");
    const { config } = oci.imageFor(await oci.read(parseImageReference(`oci:${dir}/worker`)));
    expect([config.config?.Entrypoint, config.config?.Cmd]).toEqual([["greet"], undefined]);
  });

  test("cannot be built if its default process needs a shell", async () => {
    await writeFile(join(dir, "buildpack/buildpack.toml"), files["buildpack/buildpack.toml"].replace("0.12", "0.8"));
    const launch = `[[processes]]\ntype = "web"\ncommand = "greet"\ndefault = true\n`;
    await writeFile(join(dir, "buildpack/bin/build"), `#!/bin/sh\nprintf '${launch}' >"$1/launch.toml"\n`);
    const flags = [
      "--path",
      join(dir, "app"),
      "--builder",
      `oci:${dir}/builder`,
      "--buildpack",
      join(dir, "buildpack"),
    ];
    const { exitCode, stderr } = await cnb(["build", `oci:${dir}/shell`, ...flags]);
    expect([exitCode, stderr]).toEqual([62, expect.stringContaining("process web of test/shell is a shell command")]);
  });
});
