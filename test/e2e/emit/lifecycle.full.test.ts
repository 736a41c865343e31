// @needs docker-registry, dockerd, go
import { chmod, mkdir, readFile, rm } from "node:fs/promises";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { cnbSucceeds } from "../../support/cnb.ts";
import { releasedLifecycle, withoutClouds } from "../../support/lifecycle/released-lifecycle.ts";
import { allStarted, type Engine, type Registry, startDocker, startRegistry } from "../../support/service.ts";
import { shellBuilder } from "../../support/tiny/shell-builder.ts";
import { shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** A value that YAML, a shell or a CI system could change. */
const value = `it's $(id) $\{HOME} $HOME $$ "quoted" \\ \`id\`\n  - second: line`;

const look = shellScript(
  "test/look",
  `echo "user: $(id -u)"
echo "value: $(printf %s "$GREETING" | base64 | tr -d '\\n')"
cat /tmp/*/config.json 2>/dev/null || echo "login: hidden"
ls -A /workspace`,
);

let world: TinyWorld;
let registry: Registry;
let docker: Engine;

beforeAll(async () => {
  world = await tinyWorld([look]);
  [registry, docker] = await allStarted([startRegistry(), startDocker()]);
  const builder = await shellBuilder({
    dir: world.dir,
    buildpacks: [look],
    order: `[[order]]\n[[order.group]]\nid = "test/look"\nversion = "1.0.0"\n`,
    runImage: `${registry.host}/run:1`,
    lifecycle: await releasedLifecycle(),
    platformApis: ["0.15"],
  });
  await oci.write(builder, { kind: "oci", dir: world.location("images/official") }, { name: "builder:1" });
  await cnbSucceeds(["copy", `oci:${world.location("images/official")}`, `${registry.host}/builder:1`]);
  await cnbSucceeds(["copy", `oci:${world.location("images/run")}`, `${registry.host}/run:1`]);
  expect(await docker.docker("pull", "--quiet", `${registry.host}/builder:1`)).toMatchObject({ exitCode: 0 });
  const env = `[[io.buildpacks.build.env]]\nname = "GREETING"\nvalue = ${JSON.stringify(value)}\n`;
  await world.write("project", { "project.toml": `[_]\nschema-version = "0.2"\n${env}` });
}, 600_000);
afterAll(async () => {
  await docker?.stop();
  await registry?.stop();
  await world?.remove();
});

const emit = async (kind: string): Promise<string> => {
  const { host } = registry;
  const flags = ["--image", `${host}/${kind}:1`, "-B", `${host}/builder:1`, "--run-image", `${host}/run:1`];
  const source = ["--path", "app", "--git", "https://example.com/shop.git", "--job-image", `${host}/run:1`];
  return (await cnbSucceeds(["emit", kind, ...flags, ...source], { cwd: world.location("project") })).stdout;
};

interface Step {
  readonly script: string;
  readonly env: Readonly<Record<string, string>>;
  readonly user: string;
}

/** Runs a step as CI systems do: a container of the builder without privileges, at a clone that root owns. */
async function runStep(name: string, { script, env, user }: Step) {
  const clone = await world.write(name, { "app/app.txt": "app" });
  const variables = Object.entries({ ...env, ...withoutClouds }).flatMap(([key, each]) => ["--env", `${key}=${each}`]);
  const options = ["--rm", "--network=host", "--security-opt=no-new-privileges", "--user", user];
  const mount = ["--volume", `${clone}:/clone`, "--workdir", "/clone", "--entrypoint", "/bin/sh"];
  const image = `${registry.host}/builder:1`;
  const outcome = await docker.docker("run", ...options, ...mount, ...variables, image, "-e", "-c", script);
  return { outcome, clone };
}

/** The step of a manifest, as its CI system starts it. */
const steps = {
  bitbucket: async (): Promise<Step> => {
    const { step } = parse(await emit("bitbucket")).pipelines.branches.main[0];
    return {
      script: step.script[0],
      env: { BITBUCKET_COMMIT: "0a1b2c" },
      user: String(step.image["run-as-user"]),
    };
  },
  woodpecker: async (): Promise<Step> => {
    const [step] = parse((await emit("woodpecker")).replaceAll("$$", "$")).steps;
    const { DOCKER_AUTH_CONFIG: _, ...environment } = step.environment;
    return {
      script: step.commands[0],
      env: { ...environment, CI_COMMIT_SHA: "0a1b2c" },
      user: step.backend_options.docker.user,
    };
  },
} as const;

const login = JSON.stringify({ auths: { "registry.example.com": { auth: "c2VjcmV0OnNlY3JldA==" } } });

test.each(Object.entries(steps))(
  "the step that cnb emit %s prints builds the app, and the buildpack reads the exact value but not the login",
  async (kind, stepOf) => {
    const step = await stepOf();
    const { outcome, clone } = await runStep(kind, { ...step, env: { ...step.env, DOCKER_AUTH_CONFIG: login } });
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toContain("user: 1000\n");
    expect(outcome.stdout).toContain(`value: ${Buffer.from(value).toString("base64")}\n`);
    expect(outcome.stdout).toContain("login: hidden\napp.txt\n");
    const image = `${registry.host}/${kind}`;
    const digest = (await cnbSucceeds(["image", "digest", `${image}:1`])).stdout.trim();
    expect(await readFile(`${clone}/build.env`, "utf8")).toBe(
      `IMAGE_URL=${image}:1\nIMAGE_DIGEST=${digest}\nIMAGE_REFERENCE=${image}@${digest}\n`,
    );
    for (const tag of ["0a1b2c", "cache"]) await cnbSucceeds(["image", "digest", `${image}:${tag}`]);
  },
);

test.each(Object.entries(steps))(
  "the step that cnb emit %s prints also works as the builder's user",
  async (kind, stepOf) => {
    const step = await stepOf();
    await mkdir(world.location(`${kind}-user`));
    await chmod(world.location(`${kind}-user`), 0o777);
    const { outcome, clone } = await runStep(`${kind}-user`, { ...step, user: "1000:1000" });
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(await readFile(`${clone}/build.env`, "utf8")).toContain(`IMAGE_URL=${registry.host}/${kind}:1\n`);
  },
);

test.each(Object.entries(steps))(
  "the step that cnb emit %s prints fails without build.env if the build fails",
  async (kind, stepOf) => {
    const step = await stepOf();
    const script = step.script.replaceAll(`${registry.host}/run:1`, `${registry.host}/none:1`);
    const env = { ...step.env, RUN_IMAGE: `${registry.host}/none:1` };
    const { outcome, clone } = await runStep(`${kind}-failed`, { ...step, script, env });
    expect(outcome.exitCode).toBeGreaterThan(0);
    await expect(readFile(`${clone}/build.env`)).rejects.toThrow("ENOENT");
  },
);

interface ContainerStep {
  readonly command: readonly string[];
  readonly args: readonly string[];
  readonly env: readonly { readonly name: string; readonly value: string }[];
  readonly securityContext: { readonly runAsUser: number; readonly runAsGroup: number };
}

/** A step of a pod, and the values that replace `$(NAME)` in the step. A list replaces an argument. */
interface PodStep {
  readonly step: ContainerStep;
  readonly values: Readonly<Record<string, string | readonly string[]>>;
}

const pods = {
  tekton: async (): Promise<PodStep> => {
    // the Task that fetches the source is the first document
    const [, task] = parseAllDocuments(await emit("tekton")).map((document) => document.toJS());
    const { steps: all, params } = task.spec;
    const [{ script, ...step }] = all;
    return {
      step: { ...step, command: ["/bin/sh", "-c", script, "script"] },
      values: {
        ...Object.fromEntries(params.map(valueOfParameter)),
        "workspaces.source.path": "/clone",
        "workspaces.dockerconfig.path": "",
        "workspaces.dockerconfig.bound": "false",
        "results.IMAGE_URL.path": "/results/url",
        "results.IMAGE_DIGEST.path": "/results/digest",
      },
    };
  },
  shipwright: async (): Promise<PodStep> => {
    const [strategy, build] = parseAllDocuments(await emit("shipwright")).map((document) => document.toJS());
    return {
      step: strategy.spec.steps[0],
      values: {
        ...Object.fromEntries([...strategy.spec.parameters, ...build.spec.paramValues].map(valueOfParameter)),
        "params.shp-source-context": `/clone/${build.spec.source.contextDir}`,
        "params.shp-output-image": build.spec.output.image,
        "params.shp-output-insecure": "true",
        "results.shp-image-digest.path": "/results/digest",
      },
    };
  },
} as const;

interface Parameter {
  readonly name: string;
  readonly type?: string;
  readonly default?: string | readonly string[];
  readonly defaults?: readonly string[];
  readonly value?: string;
  readonly values?: readonly { readonly value: string }[];
}

function valueOfParameter(parameter: Parameter): readonly [name: string, value: string | readonly string[]] {
  const { name, default: single, defaults, value: given, values } = parameter;
  const list = values?.map((each) => each.value) ?? defaults;
  return list === undefined && !Array.isArray(single)
    ? [`params.${name}`, given ?? (single as string)]
    : [`params.${name}[*]`, list ?? (single as readonly string[])];
}

/** Replaces `$(NAME)` as Tekton does. */
const replaced = (text: string, values: PodStep["values"]): readonly string[] => {
  const whole = values[/^\$\((.*)\)$/.exec(text)?.[1] ?? ""];
  if (whole !== undefined) return typeof whole === "string" ? [whole] : whole;
  return [text];
};

/** Replaces `$$` and `$(NAME)` in an argument as the kubelet does. */
const expanded = (text: string, env: Readonly<Record<string, string>>): string =>
  text.replaceAll(/\$(\$|\(([^)]*)\))/g, (all, operator, name) => (operator === "$" ? "$" : (env[name] ?? all)));

test.each(Object.entries(pods))(
  "the step of the pod that cnb emit %s prints builds the app with the exact value and writes the digest",
  async (kind, podOf) => {
    const { step, values } = await podOf();
    const [clone, results, layers, platform] = await Promise.all(
      ["clone", "results", "layers", "platform"].map((name) =>
        world.write(`${kind}-${name}`, { "app/app.txt": "app" }),
      ),
    );
    for (const volume of [results, layers, platform]) {
      await rm(`${volume}/app`, { recursive: true });
      await chmod(`${volume}`, 0o777);
    }
    const env = Object.fromEntries(step.env.map((each) => [each.name, replaced(each.value, values).join("")]));
    const [entrypoint = "", ...command] = [...step.command, ...step.args]
      .flatMap((each) => replaced(each, values))
      .map((each) => expanded(each, env));
    const volumes = { clone: `${clone}:/clone:ro`, results: `${results}:/results`, layers: `${layers}:/layers` };
    const mounts = [...Object.values(volumes), `${platform}:/platform`].flatMap((each) => ["--volume", each]);
    const { runAsUser, runAsGroup } = step.securityContext;
    const user = ["--user", `${runAsUser}:${runAsGroup}`, "--cap-drop=ALL", "--security-opt=no-new-privileges"];
    const variables = Object.entries({ ...env, ...withoutClouds }).flatMap(([key, each]) => [
      "--env",
      `${key}=${each}`,
    ]);
    const image = `${registry.host}/builder:1`;
    const options = ["--rm", "--network=host", ...user, ...mounts, ...variables, "--entrypoint", entrypoint];
    const outcome = await docker.docker("run", ...options, image, ...command);
    expect(outcome).toMatchObject({ exitCode: 0 });
    expect(outcome.stdout).toContain(`value: ${Buffer.from(value).toString("base64")}\n`);
    const digest = (await cnbSucceeds(["image", "digest", `${registry.host}/${kind}:1`])).stdout.trim();
    expect(await readFile(`${results}/digest`, "utf8")).toBe(digest);
    await cnbSucceeds(["image", "digest", `${registry.host}/${kind}:cache`]);
  },
);
