// @needs docker, dockerd, root
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { pushDockerBase } from "../../support/images/docker-bases.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";
import { shellBuildpack } from "../../support/pack/pack-modules.ts";
import { type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import { templateWorkspace } from "../../support/template-workspace.ts";

/**
 * What one of the two makes, the other uses: buildpackages in builders, builders as bases, builders to build with. The applications
 * are built by the real lifecycle in containers of a real Docker daemon, and started.
 */
let world: PackWorld;
let docker: Engine;
const file = (name: string) => join(world.dir, name);
const image = (name: string) => `${world.host}/${name}`;
// what cnb compiled before need not be compiled again
const compiled = { LIBCNB_CACHE_DIR: cacheDir(process.env) };

/** Writes what the operator and the platform said into the environment of the application. */
const says = (word: string) => `#!/bin/sh
set -e
mkdir -p "$CNB_LAYERS_DIR/said/env.launch"
printf "${word} on $CNB_TARGET_ARCH with $OPERATED" > "$CNB_LAYERS_DIR/said/env.launch/SAID"
printf '[types]\\nlaunch = true\\n' > "$CNB_LAYERS_DIR/said.toml"
printf '[[processes]]\\ntype = "say"\\ncommand = ["sh", "-c", "echo $SAID; cat app.txt"]\\ndefault = true\\n' > "$CNB_LAYERS_DIR/launch.toml"
`;

beforeAll(async () => {
  [world, docker] = await Promise.all([packWorld(), startDocker()]);
  await pushDockerBase(world);
  await world.write("shell", shellBuildpack("test/shell", "1.0.0", targets, { "bin/build": says("built") }));
  await world.write("other", shellBuildpack("test/other", "1.0.0", targets, { "bin/detect": "#!/bin/sh\nexit 100\n" }));
  await world.write("extra", shellBuildpack("test/extra", "1.0.0", "", { "bin/build": says("extra") }));
  await world.write("app", { "app.txt": "my app\n", "test-template-0.txt": "zero", "test-template-1.txt": "one" });
  const templates = await templateWorkspace(file("workspace"), 2);
  const args = ["buildpack", "package", templates, "--output", file("templates.cnb"), "--target", "linux/amd64"];
  await world.cnb(args, compiled);
}, 900_000);
afterAll(async () => {
  await docker?.stop();
  await world?.remove();
});

const targets = `[[targets]]\nos = "linux"\narch = "amd64"\n[[targets]]\nos = "linux"\narch = "arm64"\n`;

interface Builder {
  readonly by: "pack" | "cnb";
  readonly buildpacks: readonly string[];
  readonly order: string;
  readonly base?: string;
}

async function createBuilder(
  name: string,
  { by, buildpacks, order, base = "base/docker:1" }: Builder,
): Promise<string> {
  const toml = `
${buildpacks.map((uri) => `[[buildpacks]]\nuri = "${uri}"\n`).join("")}
[[order]]
group = [${order}]
[build]
image = "${image(base)}"
[[build.env]]
name = "OPERATED"
value = "care"
[[run.images]]
image = "${image("base/docker:1")}"
[lifecycle]
uri = "${await lifecycleArchive()}"
`;
  await world.write(".", { [`${name}.toml`]: toml });
  const args = ["builder", "create", image(`${name}:1`), "--config", file(`${name}.toml`), "--publish"];
  if (by === "pack") await world.pack.succeeds(args);
  else await world.cnb(args);
  return image(`${name}:1`);
}

/** Builds the application by the real pack, and says what it printed. */
async function packBuild(name: string, builder: string, ...flags: readonly string[]): Promise<string> {
  const args = ["build", name, "--path", file("app"), "--builder", builder, ...flags];
  return (await world.pack.succeeds(args, { DOCKER_HOST: docker.host })).stdout;
}

async function started(name: string, ...args: readonly string[]): Promise<string> {
  const { stdout, stderr } = await docker.docker("run", "--rm", "--network", "none", ...args, name);
  return stdout + stderr;
}

const layersOf = async (name: string) =>
  JSON.parse((await docker.docker("image", "inspect", "--format", "{{json .RootFS.Layers}}", name)).stdout);

test("pack builds with a builder created by cnb from packages of pack and cnb", async () => {
  const packaged = ["--path", file("shell"), "--publish", "--target", "linux/amd64"];
  await world.pack.succeeds(["buildpack", "package", image("shell:pack"), ...packaged]);
  const order = `{ id = "test/templates" }, { id = "test/shell", version = "1.0.0" }`;
  const builder = await createBuilder("ours", { by: "cnb", buildpacks: ["templates.cnb", image("shell:pack")], order });

  const trusted = await packBuild("app:trusted", builder, "--trust-builder", "--docker-host", "inherit");
  expect(trusted).toContain("test/template-0 1.0.0\ntest/template-1 1.0.0\ntest/shell      1.0.0\n");
  expect(await started("app:trusted")).toBe("built on amd64 with care\nmy app\n");
  expect(await started("app:trusted", "--entrypoint", "hello")).toBe("one\n");

  // not trusted: each phase in a container of its own, those that see credentials from the lifecycle image
  const lifecycle = image("lifecycle:1");
  const variable = ["--env", "DOCKER_API_VERSION=1.41"]; // for Debian 12's engine
  await world.cnb(["lifecycle", "create", lifecycle, "--lifecycle", await lifecycleArchive(), ...variable]);
  const untrusted = ["--docker-host", "inherit", "--lifecycle-image", lifecycle];
  expect(await packBuild("app:untrusted", builder, ...untrusted)).toContain("[detector] test/template-0 1.0.0\n");
  expect(await started("app:untrusted")).toBe("built on amd64 with care\nmy app\n");

  await packBuild(image("app:published"), builder, "--trust-builder", "--publish", "--network", "host");
  const published = oci
    .imageFor(await oci.read(parseImageReference(image("app:published"))))
    .layers.map(({ diffId }) => diffId);
  expect([await layersOf("app:trusted"), await layersOf("app:untrusted")]).toEqual([published, published]);
});

test("pack creates a builder from cnb packages, and cnb builds an app with this builder", async () => {
  const both = ["--target", "linux/amd64", "--target", "linux/arm64"];
  await world.cnb(["buildpack", "package", file("shell"), "--output", image("shell:cnb"), ...both]);
  await world.cnb(["buildpack", "package", file("other"), "--output", file("other.cnb"), ...both]);
  const buildpacks = ["templates.cnb", image("shell:cnb"), "other.cnb"];
  const members = ["templates", "other", "shell"].map((name) => `{ id = "test/${name}", optional = true }`);
  const theirs = await createBuilder("theirs", { by: "pack", buildpacks, order: members.join(", ") });
  await packBuild("app:theirs", theirs, "--trust-builder", "--docker-host", "inherit");
  expect(await started("app:theirs")).toBe("built on amd64 with care\nmy app\n");

  const order = `{ id = "test/templates" }, { id = "test/extra" }`;
  const mixed = await createBuilder("mixed", { by: "cnb", buildpacks: ["extra"], order, base: "theirs:1" });
  await world.cnb(["build", image("app:mixed"), "--path", file("app"), "--builder", mixed]);
  expect(await started(image("app:mixed"))).toContain("extra on amd64 with care\nmy app\n");
});
