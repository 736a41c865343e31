// @needs docker, docker-registry, dockerd, podman, root
import { chmod, copyFile, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { parseImageReference, type RegistryOptions } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { layerEntries } from "../../../builder-packager/src/oci/layers/layer-content.ts";
import { cnbSucceeds, execute, pinnedNode, root } from "../../support/cnb.ts";
import { rebaseImages } from "../../support/images/rebase-world.ts";
import { type SecureRegistry, startTlsRegistry } from "../../support/registry/secure.ts";
import { type Engine, type Registry, startDocker, startPodman, startRegistry } from "../../support/service.ts";

/** The registry of the image `cnb`, and one with TLS and a login, whose images `cnb` reads and writes. */
let published: Registry;
let secure: SecureRegistry;
let dir = "";
let image = "";
/** A name for this machine that no rule about loopback addresses knows. */
let host = "";
/** The content of DOCKER_AUTH_CONFIG. */
let login = "";
let registry: RegistryOptions;

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "program-image-"));
  await chmod(dir, 0o755);
  [published, secure] = await Promise.all([startRegistry(), startTlsRegistry()]);
  await writeConfigMap(join(dir, "ca"));
  host = `0.0.0.0:${secure.host.split(":")[1]}`;
  login = JSON.stringify({ auths: { [host]: { auth: Buffer.from("me:secret").toString("base64") } } });
  registry = { env: { ...process.env, DOCKER_AUTH_CONFIG: login }, caCertificates: [secure.certificates.ca] };
  await build("first");
  image = `${published.host}/libcnb/cnb:1`;
  await cnbSucceeds(["copy", layout("first"), image]);
});
afterAll(async () => {
  await Promise.all([published?.stop(), secure?.stop()]);
  await rm(dir, { recursive: true, force: true });
});

/** Writes the CA certificate as Kubernetes mounts a ConfigMap: as a link into a directory with the version. */
async function writeConfigMap(volume: string): Promise<void> {
  await mkdir(join(volume, "..version"), { recursive: true });
  await copyFile(secure.certificates.ca, join(volume, "..version/ca.crt"));
  await chmod(join(volume, "..version/ca.crt"), 0o644);
  await symlink("..version", join(volume, "..data"));
  await symlink("..data/ca.crt", join(volume, "ca.crt"));
}

const layout = (name: string): string => `oci:${join(dir, name, "image")}`;

/** Builds the static program, its documents and its image. */
async function build(name: string): Promise<void> {
  const script = join(root, "builder-packager/static/build.ts");
  const { exitCode, stderr } = await execute(pinnedNode, ["--conditions=@libcnb/source", script, join(dir, name)]);
  if (exitCode !== 0) throw new Error(stderr);
}

test("two builds of the static program write images with the same digest, of less than 4 MB for each platform", async () => {
  await build("second");
  const digests = ["first", "second"].map(
    async (name) => (await cnbSucceeds(["image", "digest", layout(name)])).stdout,
  );
  const [first, second] = await Promise.all(digests);
  expect(first).toBe(second);
  const { images } = await oci.read(parseImageReference(layout("first")));
  expect(images.map(({ config }) => config.architecture)).toEqual(["amd64", "arm64"]);
  for (const { layers } of images) {
    const size = layers.reduce((sum, layer) => sum + layer.size, 0);
    expect(size).toBeLessThan(4_000_000);
  }
});

test("the layer of the image contains the program, the licences and the SBOM of the static program", async () => {
  const { images } = await oci.read(parseImageReference(layout("first")));
  for (const { layers, config } of images) {
    const entries = (await Promise.all(layers.map((layer) => layerEntries(layer, { maxBytes: 20_000_000 })))).flat();
    for (const [path, name] of [
      ["/usr/local/bin/cnb", `cnb-linux-${config.architecture}`],
      ["/usr/share/doc/cnb/LICENSES.txt", "LICENSES.txt"],
      ["/usr/share/doc/cnb/sbom.cdx.json", "cnb.cdx.json"],
    ] as const) {
      const entry = entries.find((each) => each.path === path);
      if (entry?.type !== "file" || !(entry.content instanceof Uint8Array)) throw new Error(`there is no ${path}`);
      expect(Buffer.from(entry.content).equals(await readFile(join(dir, "first", name)))).toBe(true);
    }
  }
});

describe.for(["docker", "podman"] as const)("the image cnb in %s", (name) => {
  let engine: Engine;
  beforeAll(async () => {
    engine = await (name === "docker" ? startDocker() : startPodman(published.host));
    const { exitCode, stderr } = await engine.docker("pull", image);
    if (exitCode !== 0) throw new Error(stderr);
  });
  afterAll(() => engine?.stop());

  /** Runs a container of the image. */
  const run = (flags: readonly string[], ...command: readonly string[]) =>
    engine.docker("run", "--rm", "--network", "host", ...flags, image, ...command);
  const access = () => ["--env", `DOCKER_AUTH_CONFIG=${login}`, "--volume", `${join(dir, "ca")}:/ca:ro`];

  const mounted = (variable: string) => ["--env", `${variable}=${variable.endsWith("FILE") ? "/ca/ca.crt" : "/ca"}`];
  const cases: readonly (readonly [string, readonly string[], readonly string[], readonly string[]])[] = [
    ["the image's user", [], [], ["--ca-cert", "/ca/ca.crt"]],
    ["root", ["--user", "0"], mounted("SSL_CERT_FILE"), []],
    ["a user without an account", ["--user", "12345"], mounted("SSL_CERT_DIR"), []],
    [
      "a user with a read-only root and no capabilities",
      ["--user", "12345", "--read-only", "--cap-drop", "ALL"],
      mounted("SSL_CERT_DIR"),
      [],
    ],
  ];

  describe.for(cases)("as %s", ([, flags, trust, args]) => {
    test("prints its version", async () => {
      const { stdout, stderr } = await run(flags, "--version");
      expect({ stdout, stderr }).toEqual({ stdout: expect.stringMatching(/^\d+\.\d+\.\d+\n$/), stderr: "" });
    });

    test("reads and rebases an image in a registry with a login and its own CA", async () => {
      const app = await publishApp();
      const options = [...flags, ...access(), ...trust];
      const digest = await run(options, "image", "digest", app, ...args);
      expect(digest).toMatchObject({ stderr: "", stdout: expect.stringMatching(/sha256:[0-9a-f]{64}\n$/) });
      const inspected = await run(options, "inspect", app, "--output", "json", ...args);
      expect(inspected.stderr).toBe("");
      expect(JSON.parse(inspected.stdout)).toHaveProperty("image_name", app);
      const rebased = await run(options, "rebase", app, ...args);
      expect(rebased.stdout, rebased.stderr).toMatch(/^sha256:[0-9a-f]{64}\n$/);
      expect(digest.stdout).not.toContain(rebased.stdout.trim());
      const now = await run(options, "image", "digest", app, ...args);
      expect(now.stdout).toContain(rebased.stdout.trim());
    });
  });

  test("refuses a registry whose CA it does not trust", async () => {
    // podman's service does not always return the exit code of a container that is removed
    const { stdout, stderr } = await run(["--env", `DOCKER_AUTH_CONFIG=${login}`], "inspect", `${host}/app:1`);
    expect(stdout).toBe("");
    expect(stderr).toContain("CODE: REGISTRY_UNREACHABLE");
  });
});

test("the pod of the Job that cnb emit kubernetes-rebase prints for the image cnb rebases the images", async () => {
  const engine = await startDocker();
  try {
    const app = await publishApp();
    const before = await oci.read(parseImageReference(app), { registry });
    const container = await emittedContainer(`${host}/app-*:1`);
    expect(container.image).toMatch(/\/libcnb\/cnb:1@sha256:[0-9a-f]{64}$/);
    await mkdir(join(dir, "login"));
    await writeFile(join(dir, "login/config.json"), login);
    const mounts = ["ca", "login"].map((name) => `${join(dir, name)}:/${name}:ro`);
    const { runAsUser, runAsGroup } = container.securityContext;
    const outcome = await engine.docker(
      "run",
      "--rm",
      "--network=host",
      "--read-only",
      "--cap-drop=ALL",
      `--user=${runAsUser}:${runAsGroup}`,
      "--tmpfs=/tmp:mode=1777",
      ...mounts.flatMap((mount) => ["--volume", mount]),
      ...Object.entries(container.env).flatMap(([name, value]) => ["--env", `${name}=${value}`]),
      container.image,
      ...container.args,
    );
    expect(outcome, outcome.stderr).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toMatch(new RegExp(`^rebased ${app} sha256:[0-9a-f]{64}$`, "m"));
    const after = await oci.read(parseImageReference(app), { registry });
    expect(after.images[0]?.layers.length).toBe((before.images[0]?.layers.length ?? 0) + 1);
  } finally {
    await engine.stop();
  }
});

interface Container {
  readonly image: string;
  readonly env: Readonly<Record<string, string>>;
  readonly args: readonly string[];
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
}

/** The container of the Job for one pod, with the variables that Kubernetes replaces in the arguments. */
async function emittedContainer(filter: string): Promise<Container> {
  const args = ["emit", "kubernetes-rebase", "--filter", filter, "--shards", "1", "--job-image", image];
  const [container] = parse((await cnbSucceeds(args)).stdout).spec.template.spec.containers;
  const values = container.env.map(({ name, value }: { readonly name: string; readonly value: string }) => [
    name,
    value,
  ]);
  const env: Record<string, string> = Object.fromEntries([...values, ["JOB_COMPLETION_INDEX", "0"]]);
  const replaced = container.args.map((each: string) => each.replace(/\$\((\w+)\)/g, (_, name) => env[name] ?? ""));
  return { ...container, env, args: replaced };
}

let count = 0;

/** Writes a run image in a newer version, and an app on the older one, which a rebase has to change. */
async function publishApp(): Promise<string> {
  count += 1;
  const run = `${host}/run-${count}:1`;
  const { old, next, app } = await rebaseImages(dir, run);
  await oci.write(old, parseImageReference(run), { registry });
  const name = `${host}/app-${count}:1`;
  await oci.write(app, parseImageReference(name), { registry });
  await oci.write(next, parseImageReference(run), { registry });
  return name;
}
