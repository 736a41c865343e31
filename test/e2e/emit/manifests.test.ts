// @needs docker-registry, git
import { readFile } from "node:fs/promises";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { cnb, cnbSucceeds, execute } from "../../support/cnb.ts";
import { type EmitWorld, emitWorld } from "../../support/emit/emit-world.ts";
import { saidIn } from "../../support/tiny/world.ts";

let world: EmitWorld;
let registry: EmitWorld["registry"];
let builder: string;
let digest: string;

beforeAll(async () => {
  world = await emitWorld();
  ({ registry, builder } = world);
  digest = (await cnbSucceeds(["image", "digest", builder])).stdout.trim();
});
afterAll(() => world?.remove());

const emit = (kind: string, ...flags: readonly string[]): Promise<string> => world.emit(kind, ...flags);

/** The script and the variables of a container of a Job. */
function containerIn(manifest: string, name: string): { script: string; env: Record<string, string> } {
  const { initContainers = [], containers } = parse(manifest).spec.template.spec;
  const { command, env } = [...initContainers, ...containers].find((container) => container.name === name);
  return {
    script: command[2],
    env: Object.fromEntries(env.map((each: { name: string; value: string }) => [each.name, each.value])),
  };
}

/** Runs a script of a manifest as its CI system does. */
const runScript = (script: string, env: Readonly<Record<string, string>>) =>
  execute("sh", ["-e", "-c", script], {
    cwd: world.location("app"),
    env: { ...world.env, ...env },
  });

/** The digest of the run image, which is also the image of the jobs. */
const runDigest = async (): Promise<string> =>
  (await cnbSucceeds(["image", "digest", `${registry.host}/run:1`])).stdout.trim();

/** The errors of a script, empty if it succeeded. */
const failureOf = ({ exitCode, stderr }: Awaited<ReturnType<typeof runScript>>): string =>
  exitCode === 0 ? "" : `exit code ${exitCode}: ${stderr}`;

test("the GitHub workflow that cnb emit prints builds the app, publishes it under two names and sets the outputs", async () => {
  const { jobs } = parse(await emit("github"));
  const { run, env } = jobs.image.steps[2];
  expect(env.BUILDER).toBe(`${builder}@${digest}`);
  const { DOCKER_AUTH_CONFIG: _, ...variables } = env;
  const output = world.location("github-output");
  const outcome = await runScript(run, { ...variables, GITHUB_SHA: "0a1b2c", GITHUB_OUTPUT: output });
  expect(failureOf(outcome)).toBe("");
  expect(saidIn(outcome)).toEqual(["greeting: hello"]);
  const written = outcome.stdout.trim();
  expect(await readFile(output, "utf8")).toContain(`\n${registry.host}/shop@${written}\n`);
  for (const tag of ["1", "0a1b2c"])
    expect((await cnbSucceeds(["image", "digest", `${registry.host}/shop:${tag}`])).stdout.trim()).toBe(written);
});

test("the GitLab job that cnb emit prints builds the app and writes the dotenv report", async () => {
  const job = parse(await emit("gitlab", "--job-image", `${registry.host}/node:24`))["build-shop"];
  expect(job.image).toBe(`${registry.host}/node:24@${await runDigest()}`);
  const outcome = await runScript(job.script[0], { ...job.variables, CI_COMMIT_SHA: "4d5e6f" });
  expect(failureOf(outcome)).toBe("");
  expect(await readFile(world.location("app/build.env"), "utf8")).toBe(
    `IMAGE_URL=${registry.host}/shop:1\nIMAGE_DIGEST=${outcome.stdout.trim()}\nIMAGE_REFERENCE=${registry.host}/shop@${outcome.stdout.trim()}\n`,
  );
});

test("the CircleCI job that cnb emit prints builds the app and writes build.env for later jobs", async () => {
  const { jobs } = parse(await emit("circleci"));
  const { environment, steps } = jobs["build-shop"];
  const outcome = await runScript(steps[2].run.command, { ...environment, CIRCLE_SHA1: "7a8b9c" });
  expect(failureOf(outcome)).toBe("");
  expect(await readFile(world.location("app/build.env"), "utf8")).toContain(
    `IMAGE_REFERENCE=${registry.host}/shop@${outcome.stdout.trim()}\n`,
  );
  expect((await cnbSucceeds(["image", "digest", `${registry.host}/shop:7a8b9c`])).stdout).toBe(outcome.stdout);
});

test("the Azure pipeline that cnb emit prints builds the app and sets the outputs of its step", async () => {
  const { env, bash } = parse(await emit("azure")).jobs[0].steps[2];
  const { DOCKER_AUTH_CONFIG: _, ...variables } = env;
  const outcome = await runScript(bash, { ...variables, BUILD_SOURCEVERSION: "1d2e3f" });
  expect(failureOf(outcome)).toBe("");
  const digest = (await cnbSucceeds(["image", "digest", `${registry.host}/shop:1d2e3f`])).stdout.trim();
  expect(outcome.stdout.split("\n")).toEqual([
    digest,
    `##vso[task.setvariable variable=IMAGE_URL;isOutput=true]${registry.host}/shop:1`,
    `##vso[task.setvariable variable=IMAGE_DIGEST;isOutput=true]${digest}`,
    `##vso[task.setvariable variable=IMAGE_REFERENCE;isOutput=true]${registry.host}/shop@${digest}`,
    "",
  ]);
});

test("the script of the Azure pipeline fails if the build fails", async () => {
  const { env, bash } = parse(await emit("azure")).jobs[0].steps[2];
  const { DOCKER_AUTH_CONFIG: _, ...variables } = env;
  const outcome = await runScript(`set +e\n${bash}`, { ...variables, BUILD_SOURCEVERSION: "1", BUILDER: "oci:none" });
  expect(outcome).toMatchObject({ exitCode: 3, stdout: "" });
});

test("the Job that cnb emit kubernetes prints fetches a branch and names its commit", async () => {
  const git = (...args: readonly string[]) => execute("git", ["-C", world.location("repository"), ...args]);
  await world.write("repository", { "app.txt": "first" });
  await git("init", "--quiet", "--initial-branch", "release");
  await git("add", ".");
  const author = ["-c", "user.name=test", "-c", "user.email=test@example.com"];
  await git(...author, "commit", "--quiet", "--message", "first");
  const flags = ["--git", "https://example.com/shop.git", "--revision", "release"];
  const source = containerIn(await emit("kubernetes", ...flags), "source");
  const script = source.script.replaceAll("/source", world.location("source"));
  const outcome = await runScript(script, { ...source.env, GIT_URL: world.location("repository") });
  expect(failureOf(outcome)).toBe("");
  expect(await readFile(world.location("source/app/app.txt"), "utf8")).toBe("first");
  const head = await git("rev-parse", "release");
  expect(await readFile(world.location("source/revision"), "utf8")).toBe(head.stdout);
});

test("the pods of the Job that cnb emit kubernetes-rebase prints rebase each image once", async () => {
  const names = ["one", "two", "three", "four"].map((name) => `${registry.host}/fleet/${name}:latest`);
  const built = await world.build(`oci:${world.location("out")}`, ["--run-image", `${registry.host}/run:1`]);
  expect(built.exitCode).toBe(0);
  for (const name of names) await cnbSucceeds(["copy", `oci:${world.location("out")}`, name]);
  const flags = ["--filter", `${registry.host}/fleet/*:latest`, "--shards", "2"];
  const rebase = containerIn(await emit("kubernetes-rebase", ...flags), "rebase");
  expect(rebase.env).toMatchObject({ SHARDS: "2" });
  // The builder of this world records localhost/run:1 as the app's run image.
  const script = rebase.script.replace("set -- rebase", "set -- rebase --force name");
  const lines = [];
  for (const index of ["0", "1"]) {
    const outcome = await runScript(script, { ...rebase.env, JOB_COMPLETION_INDEX: index });
    expect(failureOf(outcome)).toBe("");
    lines.push(...outcome.stdout.trim().split("\n").filter(Boolean));
  }
  expect(lines.map((line) => line.split(" ")[1]).toSorted()).toEqual(names.toSorted());
});

/** The image of the job in a manifest with the Job, and the command lines that print such a manifest. */
const jobs: Readonly<Record<string, readonly string[]>> = {
  kubernetes: ["kubernetes", "--git", "https://example.com/shop.git"],
  "kubernetes-rebase": ["kubernetes-rebase", "--filter", "example.com/fleet/*:latest"],
};

test.each(Object.entries(jobs))(
  "cnb emit %s pins the default image of the job by digest",
  async (_, [kind = "", ...flags]) =>
    expect(await emit(kind, ...flags)).toContain(`image: docker.io/library/node:24@${await runDigest()}\n`),
);

test.each(Object.entries(jobs))(
  "cnb emit %s accepts an image of the job with a digest that it cannot read",
  async (kind, args) => {
    const image = `${registry.host}/absent:1@${digest}`;
    const required = kind === "kubernetes" ? ["--image", `${registry.host}/shop:1`, "--builder", builder] : [];
    const { exitCode, stdout, stderr } = await cnb(["emit", ...args, ...required, "--job-image", image], {
      env: world.env,
    });
    expect([exitCode, stderr]).toEqual([
      0,
      kind === "kubernetes" ? "" : expect.stringContaining("installs cnb with npm"),
    ]);
    expect(stdout).toContain(`image: ${image}\n`);
  },
);

test("cnb emit warns about an image of the job that it cannot read, and does not pin it", async () => {
  const image = `${registry.host}/absent:1`;
  const { stdout, stderr } = await cnb(
    ["emit", "gitlab", "--image", `${registry.host}/shop:1`, "--builder", builder, "--job-image", image],
    { env: world.env },
  );
  expect(stderr).toMatch(
    /^WARNING: the image of the job, .*\/absent:1, cannot be read, so the manifest does not pin it by digest: .*\n$/,
  );
  expect(stdout).toContain(`# cnb image digest ${image}\n`);
});

test("cnb emit kubernetes-rebase warns about a job image that it cannot read, and uses npx in it", async () => {
  const flags = ["--filter", `${registry.host}/fleet/*:latest`, "--job-image", `${registry.host}/absent:1`];
  const { exitCode, stdout, stderr } = await cnb(["emit", "kubernetes-rebase", ...flags], { env: world.env });
  expect(exitCode).toBe(0);
  expect(stderr).toMatch(
    /^WARNING: the image of the job, .*\/absent:1, cannot be read, so .*, and each pod installs cnb with npm: .*\n$/,
  );
  expect(containerIn(stdout, "rebase").script).toContain("npx");
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
  expect(documents[3].spec.runImage).toEqual({ image: `${registry.host}/run:1@${await runDigest()}` });
  expect(documents[4].spec.order).toEqual([{ group: [{ id: "test/look" }] }]);
});

test("the run image of the kpack resources is that of --run-image if the option is set", async () => {
  const builderToml = `[[order]]\n[[order.group]]\nid = "test/look"\n[build]\nimage = "${builder}"\n`;
  await world.write("app", {
    "builder.toml": `${builderToml}[[run.images]]\nimage = "${registry.host}/absent:1"\n`,
  });
  const flags = ["--lifecycle-image", builder, "--git", "https://example.com/shop.git"];
  const output = await emit("kpack", ...flags, "--run-image", `${registry.host}/run:1`);
  const stack = parseAllDocuments(output).map((document) => document.toJS())[3];
  expect(stack.spec.runImage).toEqual({ image: `${registry.host}/run:1@${await runDigest()}` });
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
    "a Job without an image to build",
    ["emit", "kubernetes", "-B", "HOST/builder:1", "--git", "https://example.com/shop.git"],
    "ARGUMENT_INVALID",
    3,
  ],
  [
    "a Job with a repository that needs an SSH key",
    ["emit", "kubernetes", "--image", "example.com/shop", "-B", "HOST/builder:1", "--git", "git@example.com:shop.git"],
    "ARGUMENT_INVALID",
    3,
  ],
  ["a Job that rebases without a pattern", ["emit", "kubernetes-rebase"], "ARGUMENT_INVALID", 3],
  [
    "a Build of Shipwright without a repository",
    ["emit", "shipwright", "--image", "example.com/shop", "-B", "HOST/builder:1"],
    "ARGUMENT_INVALID",
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
