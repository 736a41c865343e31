// @needs docker-registry, dockerd
import { chmod, mkdir, symlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse } from "yaml";
import { cnbSucceeds, pinnedNode, root } from "../../support/cnb.ts";
import { allStarted, type Engine, type Registry, startDocker, startRegistry } from "../../support/service.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

let world: TinyWorld;
let registry: Registry;
let docker: Engine;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/look", 'id -u; echo "greeting: $GREETING"')]);
  [registry, docker] = await allStarted([startRegistry(), startDocker()]);
  await cnbSucceeds(["copy", `oci:${world.location("images/builder")}`, `${registry.host}/builder:1`]);
  await cnbSucceeds(["copy", `oci:${world.location("images/run")}`, `${registry.host}/run:1`]);
  expect(await docker.docker("pull", "--quiet", `${registry.host}/builder:1`)).toMatchObject({ exitCode: 0 });
  const env = '[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = "hello"\n';
  await world.write("source", { revision: "0a1b2c\n" });
  await world.write("source/app", { "app.txt": "app", "project.toml": `[_]\nschema-version = "0.2"\n${env}` });
  // Like the volume that the container with npm fills.
  await mkdir(world.location("tools/node_modules/@libcnb"), { recursive: true });
  await symlink(pinnedNode, world.location("tools/node"));
  await symlink(join(root, "builder-packager"), world.location("tools/node_modules/@libcnb/packager"));
}, 120_000);
afterAll(async () => {
  await docker?.stop();
  await registry?.stop();
  await world?.remove();
});

test("the Job that cnb emit kubernetes prints builds and publishes the app as an ordinary user without capabilities", async () => {
  const { host } = registry;
  const flags = ["--image", `${host}/shop:1`, "-B", `${host}/builder:1`, "--run-image", `${host}/run:1`];
  const source = ["--git", "https://example.com/shop.git", "--job-image", `${host}/run:1`];
  const { stdout } = await cnbSucceeds(["emit", "kubernetes", ...flags, ...source]);
  const { containers, securityContext } = parse(stdout).spec.template.spec;
  const [{ command, env, securityContext: own, workingDir }] = containers;
  expect([securityContext, own.capabilities]).toEqual([{ fsGroup: own.runAsGroup }, { drop: ["ALL"] }]);
  const volumes = await Promise.all(["workspace", "layers"].map(emptyDir));
  const libraries = ["/usr/lib:/lib:ro", "/usr/lib64:/lib64:ro"];
  const programs = [root, dirname(pinnedNode)].map((path) => `${path}:${path}:ro`);
  const inputs = ["source", "tools"].map((name) => `${world.location(name)}:/${name}:ro`);
  const mounts = [volumes, libraries, programs, inputs].flat().flatMap((mount) => ["--volume", mount]);
  const variables = env.flatMap(({ name, value }: Variable) => ["--env", `${name}=${value}`]);
  const user = ["--user", `${own.runAsUser}:${own.runAsGroup}`, "--cap-drop=ALL", "--security-opt=no-new-privileges"];
  const started = ["--workdir", workingDir, "--entrypoint", command[0], `${host}/builder:1`, command.slice(1)].flat();
  const built = await docker.docker("run", "--rm", "--network=host", ...user, ...mounts, ...variables, ...started);
  expect(built).toMatchObject({ exitCode: 0 });
  expect(built.stderr).toContain("greeting: hello");
  expect(built.stderr).toContain(`${own.runAsUser}\n`);
  for (const tag of ["1", "0a1b2c"])
    expect((await cnbSucceeds(["image", "digest", `${host}/shop:${tag}`])).stdout).toBe(built.stdout);
});

interface Variable {
  readonly name: string;
  readonly value: string;
}

/** A volume to which everyone can write, as Kubernetes creates an emptyDir. */
async function emptyDir(name: string): Promise<string> {
  await mkdir(world.location(name));
  await chmod(world.location(name), 0o777);
  return `${world.location(name)}:/${name}`;
}
