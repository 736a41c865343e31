// @needs docker, dockerd, root
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { modulesOf } from "../../../builder-packager/src/config/module-labels.ts";
import { decompress } from "../../../builder-packager/src/tar/compression.ts";
import { readTar } from "../../../builder-packager/src/tar/read.ts";
import { root } from "../../support/cnb.ts";
import { idleLifecycle } from "../../support/lifecycle/idle-lifecycle.ts";
import { type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { startDocker } from "../../support/service.ts";

let world: PackWorld;
beforeAll(async () => {
  world = await packWorld();
}, 900_000);
afterAll(() => world?.remove());

const descriptor = (id: string, rest = "") => `api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n${rest}`;
const member = (id: string) => `[[order.group]]\nid = "${id}"\nversion = "1.0.0"\n`;
const typescript = (id: string) => ({
  "buildpack.toml": descriptor(id),
  "node_modules/libcnb": `-> ${join(root, "framework")}`,
  "src/buildpack.ts": `import { defineBuildpack, pass } from "libcnb";
export default defineBuildpack({ detect: () => pass(), build: () => ({}) });
`,
});

/** A composite of two that share a program and of one with a directory for each platform, in one file for two platforms. */
async function writeParts(): Promise<void> {
  await world.write("one", typescript("me/one"));
  await world.write("two", typescript("me/two"));
  const scripts = ["amd64", "arm64"].flatMap((arch) =>
    ["detect", "build"].map((phase) => [`linux/${arch}/bin/${phase}`, `#!/bin/sh\n# ${arch}\n`] as const),
  );
  await world.write("scripts", { "buildpack.toml": descriptor("me/scripts"), ...Object.fromEntries(scripts) });
  await world.write("all", {
    "buildpack.toml": descriptor("me/all", `[[order]]\n${["me/one", "me/two", "me/scripts"].map(member).join("")}`),
    "package.toml": [
      '[buildpack]\nuri = "."\n',
      ...["one", "two", "scripts"].map((name) => `[[dependencies]]\nuri = "../${name}"\n`),
    ].join(""),
  });
}

test("pack creates a builder from a multi-platform package whose members share an executable, and Docker runs its build", async () => {
  await writeParts();
  const targets = ["--target", "linux/amd64", "--target", "linux/arm64"];
  await world.cnb(["buildpack", "package", "all", "--output", "all.cnb", "--runtime", "script", ...targets]);
  await idleLifecycle(join(world.dir, "lifecycle.tgz"));
  const builder = `[[buildpacks]]\nuri = "all.cnb"\n[[order]]\n${member("me/all")}[lifecycle]\nuri = "lifecycle.tgz"\n`;
  const images = `[build]\nimage = "${world.host}/base/build:1"\n[run]\n[[run.images]]\nimage = "${world.host}/base/run:1"\n`;
  await world.write(".", { "builder.toml": `${builder}${images}` });
  const config = ["--config", join(world.dir, "builder.toml")];
  await world.pack.succeeds(["builder", "create", `${world.host}/of-package:1`, "--publish", ...config]);

  // pack splits what is in one layer
  const modules = modulesOf(await world.image("of-package:1"), "the builder");
  expect(modules.map(({ id }) => id)).toEqual(["me/all", "me/one", "me/scripts", "me/two"]);
  expect(new Set(modules.map(({ layer }) => layer.diffId)).size).toBe(4);
  const [, one] = modules;
  const entries = one ? await readTar(decompress(one.layer.uncompressed())) : [];
  expect(entries.flatMap((entry) => (entry.type === "symlink" ? [entry.target] : [])).sort()).toEqual(
    ["../bin/main.cjs", "../bin/main.cjs.map", "../bin/start.cjs", "LICENSES.txt"].map((path) =>
      path.replace(/^(\.\.\/)?/, "../../$1me_all/1.0.0/"),
    ),
  );

  const docker = await startDocker();
  try {
    const command =
      "head -c 20 /cnb/buildpacks/me_two/1.0.0/bin/start.cjs; cat /cnb/buildpacks/me_scripts/1.0.0/bin/build";
    const flags = ["--rm", "--network=none", "--entrypoint", "/bin/sh"];
    const { stdout, stderr } = await docker.docker("run", ...flags, `${world.host}/of-package:1`, "-c", command);
    expect({ stdout, failed: /error/i.test(stderr) }).toEqual({
      stdout: '"use strict";\nvar ha#!/bin/sh\n# amd64\n',
      failed: false,
    });
  } finally {
    await docker.stop();
  }
}, 300_000);
