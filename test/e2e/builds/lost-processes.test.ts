// @needs busybox
import { chmod, mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { BuildImageOptions } from "../../../builder-packager/src/platform/build-options.ts";
import { buildImage } from "../../../builder-packager/src/project/build-image.ts";
import { recordingReporter } from "../../../builder-packager/src/reporter.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** One buildpack starts every app, the other one what a Procfile names, if there is one. */
const buildpack = (name: string, detect: string, build: string) => ({
  id: `test/${name}`,
  version: "1.0.0",
  files: {
    "buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/${name}"\nversion = "1.0.0"\n`,
    "bin/detect": `#!/bin/sh\n${detect}\n`,
    "bin/build": `#!/bin/sh\nset -e\n${build}\n`,
  },
});
const started = (...types: readonly string[]) =>
  types.map((type, index) => `[[processes]]\ntype = "${type}"\ncommand = ["run"]\ndefault = ${index === 0}\n`).join("");
const order = `[[order]]
[[order.group]]
id = "test/start"
version = "1.0.0"
[[order.group]]
id = "test/procfile"
version = "1.0.0"
optional = true
`;

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "lost-processes-"));
  await chmod(dir, 0o755);
  const launcher = { type: "file", path: "lifecycle/launcher", mode: 0o755, uid: 0, gid: 0 } as const;
  const builder = await shellBuilder({
    dir,
    buildpacks: [
      buildpack("start", "exit 0", `cat > "$CNB_LAYERS_DIR/launch.toml" <<END\n${started("job")}END`),
      buildpack("procfile", "[ -f Procfile ] || exit 100", `cat Procfile > "$CNB_LAYERS_DIR/launch.toml"`),
    ],
    order,
    runImage: "run:1",
    platformApis: ["0.15"],
    lifecycle: { version: "0.21.0", entries: [{ ...launcher, content: Buffer.from("#!/bin/sh\n") }] },
  });
  await oci.write(builder, { kind: "oci", dir: join(dir, "builder") }, { name: "builder:1" });
  await oci.write(await shellImage(dir), { kind: "oci", dir: join(dir, "run") }, { name: "run:1" });
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The warnings of a build of an app with these processes in its Procfile, over the image of the build before. */
async function warnings(
  name: string,
  procfile: readonly string[],
  options: Partial<BuildImageOptions> = {},
): Promise<readonly string[]> {
  const app = join(dir, `${name}-app`);
  await rm(app, { recursive: true, force: true });
  await mkdir(app);
  await writeFile(join(app, procfile.length > 0 ? "Procfile" : "app.txt"), started(...procfile));
  const reporter = recordingReporter();
  await buildImage({
    app,
    output: { kind: "oci", dir: join(dir, name) },
    builder: { kind: "oci", dir: join(dir, "builder") },
    reporter,
    signal: new AbortController().signal,
    env: { ...process.env, LIBCNB_CACHE_DIR: join(dir, "cache"), SOURCE_DATE_EPOCH: undefined },
    ...options,
  });
  return reporter.lines.filter((line) => line.startsWith("warn: ")).map((line) => line.slice(6));
}

test("cnb build warns about processes of the previous image that a removed Procfile defined", async () => {
  expect(await warnings("gone", ["web", "worker"])).toEqual([]);
  expect(await warnings("gone", ["web", "worker"])).toEqual([]);
  expect(await warnings("gone", [])).toEqual([
    "The previous image had the processes web, worker. The new one has the process job.",
    "The default process was web. It is now job.",
  ]);
  expect(await warnings("gone", [])).toEqual([]);
});

test("cnb build does not warn about processes that the previous image lacks", async () => {
  expect(await warnings("more", ["web"])).toEqual([]);
  expect(await warnings("more", ["web", "worker"])).toEqual([]);
});

test("cnb build warns about a renamed process, but not about a default process that the user selects", async () => {
  expect(await warnings("renamed", ["web", "worker"])).toEqual([]);
  expect(await warnings("renamed", ["web", "queue"], { defaultProcess: "job" })).toEqual([
    "The previous image had the process worker. The new one has the processes job, queue, web.",
  ]);
  expect(await warnings("renamed", ["web", "queue"])).toEqual(["The default process was job. It is now web."]);
});
