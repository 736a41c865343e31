// @needs docker-registry
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { cnb, cnbSucceeds, execute, pinnedNode, root } from "../../support/cnb.ts";
import { type Registry, startRegistry } from "../../support/service.ts";
import { saidIn, shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

let world: TinyWorld;
let registry: Registry;
let builder: string;
let digest: string;

beforeAll(async () => {
  world = await tinyWorld([shellScript("test/look", 'echo "greeting: $GREETING"')]);
  registry = await startRegistry();
  builder = `${registry.host}/builder:1`;
  await cnbSucceeds(["copy", `oci:${world.location("images/builder")}`, builder]);
  await cnbSucceeds(["copy", `oci:${world.location("images/run")}`, `${registry.host}/run:1`]);
  digest = (await cnbSucceeds(["image", "digest", builder])).stdout.trim();
  await world.write("app", {
    "app.txt": "app",
    "project.toml": `[_]\nschema-version = "0.2"\n[io.buildpacks]\nbuilder = "${builder}"\n[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = "hello"\n`,
  });
  // the npm package of cnb that the manifests start is this one
  await mkdir(world.location("bin"));
  const cnbPath = join(root, "builder-packager/bin/cnb.js");
  await writeFile(world.location("bin/npx"), `#!/bin/sh\nshift 3\nexec ${pinnedNode} ${cnbPath} "$@"\n`, {
    mode: 0o755,
  });
});
afterAll(async () => {
  await registry?.stop();
  await world?.remove();
});

const emit = async (kind: string, ...flags: readonly string[]): Promise<string> =>
  (
    await cnbSucceeds(
      ["emit", kind, "--image", `${registry.host}/shop:1`, "--run-image", `${registry.host}/run:1`, ...flags],
      { cwd: world.location("app") },
    )
  ).stdout;

/** Runs a script of a manifest as its CI system does. */
const runScript = (script: string, env: Readonly<Record<string, string>>) =>
  execute("sh", ["-e", "-c", script], {
    cwd: world.location("app"),
    env: {
      PATH: `${world.location("bin")}:${process.env["PATH"]}`,
      HOME: world.dir,
      LIBCNB_CACHE_DIR: world.location("cache"),
      ...env,
    },
  });

test("the GitHub workflow that cnb emit prints builds the app, publishes it under two names and sets the outputs", async () => {
  const { jobs } = parse(await emit("github"));
  const { run, env } = jobs.image.steps[2];
  expect(env.BUILDER).toBe(`${builder}@${digest}`);
  const { DOCKER_AUTH_CONFIG: _, ...variables } = env;
  const output = world.location("github-output");
  const outcome = await runScript(run, { ...variables, GITHUB_SHA: "0a1b2c", GITHUB_OUTPUT: output });
  expect({ exitCode: outcome.exitCode, stderr: outcome.exitCode === 0 ? "" : outcome.stderr }).toEqual({
    exitCode: 0,
    stderr: "",
  });
  expect(saidIn(outcome)).toEqual(["greeting: hello"]);
  const written = outcome.stdout.trim();
  expect(await readFile(output, "utf8")).toContain(`\n${registry.host}/shop@${written}\n`);
  for (const tag of ["1", "0a1b2c"])
    expect((await cnbSucceeds(["image", "digest", `${registry.host}/shop:${tag}`])).stdout.trim()).toBe(written);
});

test("the GitLab job that cnb emit prints builds the app and writes the dotenv report", async () => {
  const job = parse(await emit("gitlab", "--job-image", `${registry.host}/node:24`))["build-shop"];
  expect(job.image).toBe(`${registry.host}/node:24`);
  const outcome = await runScript(job.script[0], { ...job.variables, CI_COMMIT_SHA: "4d5e6f" });
  expect({ exitCode: outcome.exitCode, stderr: outcome.exitCode === 0 ? "" : outcome.stderr }).toEqual({
    exitCode: 0,
    stderr: "",
  });
  expect(await readFile(world.location("app/build.env"), "utf8")).toBe(
    `IMAGE_URL=${registry.host}/shop:1\nIMAGE_DIGEST=${outcome.stdout.trim()}\nIMAGE_REFERENCE=${registry.host}/shop@${outcome.stdout.trim()}\n`,
  );
});

test("the Tekton Task that cnb emit prints names the builder by digest and has the environment variables of project.toml", async () => {
  const { spec } = parse(await emit("tekton"));
  expect(spec.steps[0].image).toBe(`${builder}@${digest}`);
  expect(spec.params[2].default).toEqual(["GREETING=hello"]);
  expect(await emit("tekton")).toBe(await emit("tekton"));
});

test("the kpack resources that cnb emit prints name all images by digest", async () => {
  await world.write("app", {
    "builder.toml": `[[order]]\n[[order.group]]\nid = "test/look"\n[build]\nimage = "${builder}"\n[[run.images]]\nimage = "${registry.host}/run:1"\n`,
  });
  const flags = ["--lifecycle-image", builder, "--git", "https://example.com/shop.git"];
  const documents = parseAllDocuments(await emit("kpack", ...flags)).map((document) => document.toJS());
  expect(documents.map(({ kind }) => kind)).toEqual([
    "ServiceAccount",
    "ClusterLifecycle",
    "ClusterStore",
    "ClusterStack",
    "ClusterBuilder",
    "Image",
  ]);
  const runDigest = (await cnbSucceeds(["image", "digest", `${registry.host}/run:1`])).stdout.trim();
  expect(documents[3].spec.runImage).toEqual({ image: `${registry.host}/run:1@${runDigest}` });
  expect(documents[4].spec.order).toEqual([{ group: [{ id: "test/look" }] }]);
});

test.each([
  ["an image outside a registry", ["emit", "tekton", "--image", "oci:app"], "ARGUMENT_INVALID", 3],
  ["an app without a builder", ["emit", "tekton", "--image", "example.com/shop"], "ARGUMENT_INVALID", 3],
  [
    "a builder outside a registry",
    ["emit", "github", "--image", "example.com/shop", "-B", "oci:b"],
    "ARGUMENT_INVALID",
    3,
  ],
  [
    "a builder that does not exist",
    ["emit", "github", "--image", "example.com/shop", "-B", "HOST/none"],
    "BUILDER_NOT_FOUND",
    3,
  ],
  [
    "kpack without a repository",
    ["emit", "kpack", "--image", "example.com/shop", "-B", "HOST/builder:1"],
    "ARGUMENT_INVALID",
    3,
  ],
])("cnb emit refuses %s and prints no manifest", async (_, args, code, exitCode) => {
  const given = args.map((each) => each.replace("HOST", registry.host));
  const outcome = await cnb(given, { cwd: world.dir });
  expect({ ...outcome, stderr: /^CODE: (.*)$/m.exec(outcome.stderr)?.[1] }).toMatchObject({
    exitCode,
    stdout: "",
    stderr: code,
  });
});
