// @needs docker, dockerd, go, namespaces, root
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { type Image, parseImageReference } from "@libcnb/packager/oci";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { cacheDir } from "../../../builder-packager/src/cache-dirs.ts";
import { nodeRelease } from "../../../builder-packager/src/compile/executable/node-release.ts";
import { packageVersion } from "../../../builder-packager/src/version.ts";
import { cnbSucceeds, type Outcome } from "../../support/cnb.ts";
import { pushDockerBase } from "../../support/images/docker-bases.ts";
import { lifecycleArchive } from "../../support/lifecycle/lifecycle-archive.ts";
import { withoutClouds } from "../../support/lifecycle/released-lifecycle.ts";
import { shellBuildpack } from "../../support/pack/pack-modules.ts";
import { type PackWorld, packWorld } from "../../support/pack/pack-world.ts";
import { type Engine, startDocker } from "../../support/service.ts";
import { keyFiles } from "../../support/signing/keys.ts";

/** Two builders that differ only in `--with-cnb`, in a registry and in a Docker daemon. */
let world: PackWorld;
let docker: Engine;
const image = (name: string) => `${world.host}/${name}`;
const file = (name: string) => join(world.dir, name);
// Node.js for the builder is already there
const cached = { LIBCNB_CACHE_DIR: cacheDir(process.env) };

/** Prints what a buildpack sees of the builder. */
const look = `#!/bin/sh
set -e
mkdir -p "$CNB_LAYERS_DIR/seen"
env | cut -d= -f1 > "$CNB_LAYERS_DIR/seen/names"
echo "PATH: $PATH"
echo "node: $(command -v node || echo none)"
echo "user: $(id -u)"
printf '[types]\\nlaunch = true\\n' > "$CNB_LAYERS_DIR/seen.toml"
printf '[[processes]]\\ntype = "web"\\ncommand = ["cat", "app.txt"]\\ndefault = true\\n' > "$CNB_LAYERS_DIR/launch.toml"
`;

beforeAll(async () => {
  [world, docker] = await Promise.all([packWorld(), startDocker()]);
  await pushDockerBase(world);
  const targets = `[[targets]]\nos = "linux"\narch = "amd64"\n`;
  await world.write("look", shellBuildpack("test/look", "1.0.0", targets, { "bin/build": look }));
  await world.write("app", { "app.txt": "my app\n" });
  await chmod(world.dir, 0o755);
  const toml = `
[[buildpacks]]
uri = "look"
[[order]]
group = [{ id = "test/look", version = "1.0.0" }]
[build]
image = "${image("base/docker:1")}"
[[run.images]]
image = "${image("base/docker:1")}"
[lifecycle]
uri = "${await lifecycleArchive()}"
`;
  await world.write(".", { "builder.toml": toml });
  await world.cnb(["builder", "create", image("plain:1")], cached);
  await world.cnb(["builder", "create", image("carrying:1"), "--with-cnb"], cached);
  for (const name of ["plain:1", "carrying:1"])
    expect(await docker.docker("pull", "--quiet", image(name))).toMatchObject({ exitCode: 0 });
}, 900_000);
afterAll(async () => {
  await docker?.stop();
  await world?.remove();
});

const builder = async (name: string): Promise<Image> =>
  oci.imageFor(await oci.read(parseImageReference(image(`${name}:1`))));

/** Starts a command in a container of the builder, as a job of a CI system or a cluster does. */
const inBuilder = (flags: readonly string[], ...command: readonly string[]): Promise<Outcome> =>
  docker.docker("run", "--rm", "--network=host", ...flags, image("carrying:1"), ...command);

/** Each user whose container has no capabilities except those that root needs to become the builder's user. */
const users: Readonly<Record<string, readonly string[]>> = {
  root: ["SETUID", "SETGID", "CHOWN", "DAC_OVERRIDE", "FOWNER", "KILL"].map((name) => `--cap-add=${name}`),
  "the user 12345 with a read-only root and no home": [
    "--user=12345:12345",
    "--env=HOME=",
    "--read-only",
    ...["/tmp", "/workspace", "/layers"].map((path) => `--tmpfs=${path}:uid=12345,gid=12345`),
  ],
};

describe("in a builder created with --with-cnb,", () => {
  test.for(Object.keys(users))("cnb prints its version as %s", async (user) => {
    const flags = ["--cap-drop=ALL", ...(users[user] ?? [])];
    expect(await inBuilder(flags, "cnb", "--version")).toMatchObject({ stdout: `${packageVersion}\n`, exitCode: 0 });
  });

  test.for(Object.keys(users))("cnb builds as %s the same image as outside, without --builder", async (user) => {
    const outside = await world.cnb(
      ["build", image("outside:1"), "--path", file("app"), "--builder", image("carrying:1"), "--backend", "unshare"],
      cached,
    );
    const flags = ["--cap-drop=ALL", ...(users[user] ?? []), `--volume=${file("app")}:/source:ro`];
    const name = image(`inside-${Object.keys(users).indexOf(user)}:1`);
    const built = await inBuilder(flags, "cnb", "build", name, "--path", "/source");
    expect(built, built.stderr).toMatchObject({ exitCode: 0, stdout: outside });
    expect(built.stderr).toContain(`user: ${user === "root" ? 1000 : 12345}\n`);
    expect(built.stderr).toContain("node: none\n");
  });

  test("cnb inspects and rebases images in a registry as the user 12345", async () => {
    const flags = users["the user 12345 with a read-only root and no home"] ?? [];
    await world.cnb(["build", image("rebased:1"), "--path", file("app"), "--builder", image("carrying:1")], cached);
    const rebased = await inBuilder(flags, "cnb", "rebase", image("rebased:1"));
    expect(rebased, rebased.stderr).toMatchObject({ exitCode: 0 });
    const inspected = await inBuilder(flags, "cnb", "inspect", image("rebased:1"), "--output", "json");
    expect(inspected, inspected.stderr).toMatchObject({ exitCode: 0 });
    expect(JSON.parse(inspected.stdout)).toMatchObject({ image_name: image("rebased:1") });
  });

  test.for([
    ["create-buildpack", ["buildpack", "new", "/tmp/new", "--template", "nodejs"]],
    ["esbuild", ["buildpack", "package", "/source", "--output", "oci:/tmp/package"]],
  ] as const)("a command that needs the package %s fails with the name of the package", async ([name, command]) => {
    await world.write("typescript", {
      "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/typescript"\nversion = "1.0.0"\n`,
      "src/buildpack.ts": "export {};\n",
      "package.json": "{}",
    });
    const { stderr, exitCode } = await inBuilder([`--volume=${file("typescript")}:/source:ro`], "cnb", ...command);
    expect({ exitCode, stderr }).toMatchObject({
      exitCode: 3,
      stderr: expect.stringContaining(`ERROR: this command needs the npm package ${name}, which is not installed\n`),
    });
    expect(stderr).toContain("CODE: PACKAGE_MISSING\n");
  });
});

/** The official lifecycle's creator in a container of a builder, as Tekton starts it. */
async function creatorIn(name: string): Promise<readonly string[]> {
  await mkdir(file(`source-${name}`));
  await world.write(`source-${name}`, { "app.txt": "my app\n" });
  await chmod(file(`source-${name}`), 0o777);
  const env = { CNB_PLATFORM_API: "0.15", ...withoutClouds };
  const variables = Object.entries(env).map(([key, value]) => `--env=${key}=${value}`);
  const flags = [
    "--rm",
    "--network=host",
    "--user=1000:1000",
    ...variables,
    `--volume=${file(`source-${name}`)}:/workspace`,
  ];
  const creator = ["/cnb/lifecycle/creator", "-run-image", image("base/docker:1"), image(`created-${name}:1`)];
  const { stdout, stderr, exitCode } = await docker.docker("run", ...flags, image(`${name}:1`), ...creator);
  expect(exitCode, stdout + stderr).toBe(0);
  return stdout.split("\n").filter((line) => /^(PATH|node|user): /.test(line));
}

describe("a builder created with --with-cnb", () => {
  test("gives buildpacks of the official lifecycle the same environment as a builder without cnb", async () => {
    const seen = await creatorIn("carrying");
    expect(seen).toEqual(await creatorIn("plain"));
    expect(seen).toContain("node: none");
    const digests = ["carrying", "plain"].map((name) => world.cnb(["image", "digest", image(`created-${name}:1`)]));
    const [carrying, plain] = await Promise.all(digests);
    expect(carrying).toBe(plain);
  });

  test("builds an app with the official pack", async () => {
    const flags = ["--path", file("app"), "--trust-builder", "--docker-host", "inherit"];
    await world.pack.succeeds(["build", "app:pack", "--builder", image("carrying:1"), ...flags], {
      DOCKER_HOST: docker.host,
    });
    expect((await docker.docker("run", "--rm", "app:pack")).stdout).toBe("my app\n");
  });

  test("has the same digest when it is created again", async () => {
    const again = await world.cnb(["builder", "create", "oci:again", "--with-cnb"], cached);
    const first = await world.cnb(["image", "digest", image("carrying:1")]);
    expect(again.trim().split("@")[1]).toBe(first.trim().split("@").at(-1));
  });

  test("has the configuration of a builder without cnb, and two more layers of less than 41 MB", async () => {
    const [carrying, plain] = await Promise.all(["carrying", "plain"].map(builder));
    const { Labels, ...config } = carrying?.config.config ?? {};
    const { Labels: labels, ...before } = plain?.config.config ?? {};
    expect(config).toEqual(before);
    const known = plain?.layers.map(({ diffId }) => diffId) ?? [];
    const added = carrying?.layers.filter(({ diffId }) => !known.includes(diffId)) ?? [];
    const { "io.libcnb.cnb": label = "", ...others } = Labels ?? {};
    expect(others).toEqual(labels);
    expect(JSON.parse(label)).toEqual({
      version: packageVersion,
      node: nodeRelease.version,
      layers: added.map(({ diffId }) => diffId),
    });
    expect(added).toHaveLength(2);
    expect(added.reduce((sum, { size }) => sum + size, 0)).toBeLessThan(41_000_000);
  });

  test("shows the versions of cnb and Node.js in cnb builder inspect", async () => {
    const text = await world.cnb(["builder", "inspect", image("carrying:1")]);
    expect(text).toContain(`\ncnb:\n  Version: ${packageVersion}\n  Node.js: ${nodeRelease.version}\n\n`);
    const { remote_info: shown } = JSON.parse(
      await world.cnb(["builder", "inspect", image("carrying:1"), "--output", "json"]),
    );
    expect(shown.cnb).toEqual({ version: packageVersion, node: nodeRelease.version });
    expect(await world.cnb(["builder", "inspect", image("plain:1")])).not.toContain("\ncnb:");
  });

  test("has a signature, a provenance with the option and a signed SBOM with cnb, if it is created with --sign-key", async () => {
    const key = await keyFiles(world.dir, "ecdsa", "builder");
    const create = ["builder", "create", image("signed:1"), "--with-cnb", "--sign-key", key.secret];
    const created = await world.cnb(create, cached);
    const carrying = await world.cnb(["image", "digest", image("carrying:1")]);
    expect(created.trim().split("@").at(-1)).toBe(carrying.trim().split("@").at(-1));
    const predicateOf = async (type: string) => {
      const args = ["verify", image("signed:1"), "--key", key.open, "--json", "--type", type];
      return JSON.parse(await world.cnb(args)).claims[0].predicate;
    };
    const { buildDefinition } = await predicateOf("https://slsa.dev/provenance/v1");
    expect(buildDefinition.externalParameters.options).toMatchObject({ withCnb: true });
    const { components } = await predicateOf("https://cyclonedx.org/bom");
    const names = components.map(({ name, version }: Component) => `${name}@${version}`);
    expect(names).toEqual(expect.arrayContaining([`packager@${packageVersion}`, `node@${nodeRelease.version}`]));
  });

  test("has an SBOM with cnb, Node.js and their packages", async () => {
    await world.cnb(["sbom", "download", image("carrying:1"), "--output-dir", file("sbom"), "--merge"]);
    const { components } = JSON.parse(await readFile(file("sbom/sbom.cdx.json"), "utf8"));
    const licenceOf = ({ licenses = [] }: Component) => licenses.map(({ license }) => license.id);
    const listed = components.map((each: Component) => [`${each.name}@${each.version}`, ...licenceOf(each)].join(" "));
    expect(listed).toEqual(
      expect.arrayContaining([
        `node@${nodeRelease.version} MIT`,
        `packager@${packageVersion} MIT`,
        `libcnb@${packageVersion} MIT`,
        "commander@15.1.0 MIT",
        "xz-decompress@0.2.3 MIT",
        `openssl@${nodeRelease.contains.openssl}`,
      ]),
    );
  });
});

/** A container as a system starts it for a manifest: its script, variables, user and arguments. */
interface Started {
  readonly script: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly user: string;
  readonly args?: readonly string[];
}

const commit = "0a1b2c";
const variablesOf = (list: readonly { readonly name: string; readonly value: string }[]) =>
  Object.fromEntries(list.map(({ name, value }) => [name, value]));

/** The container of each manifest. The clone of the app is the working directory and `/source/app`. */
const containers: Readonly<Record<string, (text: string) => Started>> = {
  bitbucket: (text) => {
    const { script, image: step } = parse(text).pipelines.branches.main[0].step;
    return { script: script[0], env: { BITBUCKET_COMMIT: commit }, user: String(step["run-as-user"]) };
  },
  github: (text) => {
    const { container, steps } = parse(text).jobs.image;
    const { DOCKER_AUTH_CONFIG: _, ...env } = steps[1].env;
    const given = { ...env, GITHUB_SHA: commit, GITHUB_OUTPUT: "/tmp/output" };
    return { script: steps[1].run, env: given, user: container.options.replace("--user ", "") };
  },
  gitlab: (text) => {
    const { script, variables, image: job } = parse(text)["build-app"];
    return { script: script[0], env: { ...variables, CI_COMMIT_SHA: commit }, user: job.docker.user };
  },
  kubernetes: (text) => {
    const [{ command, env, securityContext }] = parse(text).spec.template.spec.containers;
    return { script: command[2], env: variablesOf(env), user: String(securityContext.runAsUser) };
  },
  tekton: (text) => {
    // the Task that fetches the source is the first document
    const [, task] = parseAllDocuments(text).map((document) => document.toJS());
    const [{ script, env, securityContext }] = task.spec.steps;
    const given: Readonly<Record<string, string>> = {
      "$(workspaces.source.path)": "/source",
      "$(params.subpath)": "app",
      "$(params.image)": image("tekton:1"),
      "$(params.run-image)": "",
      "$(params.cache-image)": "",
      "$(workspaces.bindings.bound)": "false",
      "$(workspaces.dockerconfig.bound)": "false",
      "$(results.IMAGE_URL.path)": "/tmp/results/IMAGE_URL",
    };
    const values = Object.entries(variablesOf(env)).map(([name, value]) => [name, given[value] ?? value]);
    const user = String(securityContext.runAsUser);
    return { script: `mkdir /tmp/results\n${script}`, env: Object.fromEntries(values), user, args: ["A=it's $(id)"] };
  },
  woodpecker: (text) => {
    const { commands, environment, backend_options: options } = parse(text.replaceAll("$$", "$")).steps[0];
    const { DOCKER_AUTH_CONFIG: _, ...env } = environment;
    return { script: commands[0], env: { ...env, CI_COMMIT_SHA: commit }, user: options.docker.user };
  },
};

test.for(Object.entries(containers))(
  "the script that cnb emit %s prints builds the app in a container of the builder as the manifest's user",
  async ([kind, startedBy]) => {
    await world.write("clone/app", { "app.txt": "my app\n", "project.toml": `[_]\nschema-version = "0.2"\n` });
    await world.write("clone", { revision: commit });
    for (const path of ["clone", "clone/app"]) await chmod(file(path), 0o777);
    const flags = ["--image", image(`${kind}:1`), "--name", "app", "--builder", image("carrying:1")];
    const source = ["--git", "https://example.com/app.git", "--job-image", image("base/docker:1")];
    const text = await world.cnb(["emit", kind, ...flags, ...source], cached);
    const { script, env = {}, user, args = [] } = startedBy(text);
    const variables = Object.entries(env).map(([name, value]) => `--env=${name}=${value}`);
    const volumes = [`--volume=${file("clone")}:/source`, "--workdir=/source/app", "--entrypoint=/bin/sh"];
    const options = ["--rm", "--network=host", `--user=${user}`, ...variables, ...volumes];
    const built = await docker.docker("run", ...options, image("carrying:1"), "-c", script, "sh", ...args);
    expect(built.exitCode, built.stderr).toBe(0);
    expect(built.stderr).toContain("user: 1000\n");
    await rm(file("clone/app/build.env"), { force: true });
    const digest = await world.cnb(["image", "digest", image(`${kind}:1`)]);
    if (kind !== "tekton") expect(await world.cnb(["image", "digest", image(`${kind}:${commit}`)])).toBe(digest);
  },
);

test.for(["github", "gitlab"])(
  "cnb emit %s warns that the programs of a builder with cnb get the login of the registry",
  async (kind) => {
    const flags = ["--image", image("app:1"), "--builder", image("carrying:1")];
    const { stderr } = await cnbSucceeds(["emit", kind, ...flags], { env: { ...process.env, ...cached } });
    expect(stderr).toContain(
      `the job runs the cnb in ${image("carrying:1")}, which therefore gets the login of the registry: use only a builder that you trust\n`,
    );
  },
);

interface Component {
  readonly name: string;
  readonly version: string;
  readonly licenses?: readonly { readonly license: { readonly id: string } }[];
}
