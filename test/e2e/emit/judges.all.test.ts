// @needs go, mvn, python3
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { parse, parseAllDocuments } from "yaml";
import { execute, root } from "../../support/cnb.ts";
import { shipwrightErrors } from "../../support/emit/crd-schema.ts";
import { runGradleTask, runJenkinsfile } from "../../support/emit/groovy.ts";
import { mavenRepository, settingsFor } from "../../support/java/maven-repository.ts";
import { actionlint, checkJsonschema, envsubst, kubernetesValidate, zizmor } from "../../support/workflow-judges.ts";

/** The manifests that the unit tests of `cnb emit` compare with its output. */
const snapshot = (name: string): string => join(root, "builder-packager/src/emit/__snapshots__", name);

const workflows = ["github.yaml", "github-directory.yaml", "github-cnb.yaml"];
let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "emit-judges-"));
  await mkdir(join(dir, ".github/workflows"), { recursive: true });
  for (const name of workflows) await cp(snapshot(name), join(dir, ".github/workflows", name));
});
afterAll(() => rm(dir, { recursive: true, force: true }));

test.each(workflows)("actionlint accepts the workflow %s that cnb emit prints", async (name) => {
  const file = join(dir, ".github/workflows", name);
  const { exitCode, stdout } = await execute(await actionlint(), ["-no-color", "-shellcheck=", "-pyflakes=", file]);
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "" });
});

test.each(workflows)("zizmor finds no risk in the workflow %s that cnb emit prints", async (name) => {
  const file = join(dir, ".github/workflows", name);
  const args = ["--offline", "--no-progress", "--format", "json", "--persona", "pedantic", file];
  const { stdout } = await execute(await zizmor(), args);
  expect(JSON.parse(stdout)).toEqual([]);
});

test.each([
  ["github-workflows", "github.yaml"],
  ["github-workflows", "github-directory.yaml"],
  ["github-workflows", "github-cnb.yaml"],
  ["gitlab-ci", "gitlab.yaml"],
  ["gitlab-ci", "gitlab-directory.yaml"],
  ["gitlab-ci", "gitlab-cnb.yaml"],
  ["circle-ci", "circleci.yaml"],
  ["circle-ci", "circleci-directory.yaml"],
  ["azure-pipelines", "azure.yaml"],
  ["azure-pipelines", "azure-directory.yaml"],
  ["bitbucket-pipelines", "bitbucket.yaml"],
  ["bitbucket-pipelines", "bitbucket-directory.yaml"],
  ["bitbucket-pipelines", "bitbucket-cnb.yaml"],
  ["woodpecker-ci", "woodpecker.yaml"],
  ["woodpecker-ci", "woodpecker-directory.yaml"],
  ["woodpecker-ci", "woodpecker-cnb.yaml"],
])("the schema %s accepts the manifest %s that cnb emit prints", async (schema, name) => {
  const [program, modules] = await checkJsonschema();
  // The schema of Azure Pipelines has patterns that ECMAScript permits only without the flag "u".
  const args = ["--regex-variant", "nonunicode", "--builtin-schema", `vendor.${schema}`, snapshot(name)];
  const { exitCode, stdout } = await execute(program, args, { env: { ...process.env, PYTHONPATH: modules } });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: "ok -- validation done\n" });
});

/** Replaces variables in a text as Woodpecker does, which uses the same Go module. */
async function substituted(text: string): Promise<string> {
  const env = { ...process.env, HOME: "/root", IMAGE: "replaced" };
  const { exitCode, stdout, stderr } = await execute(await envsubst(), [], { env, input: text });
  expect({ exitCode, stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout;
}

test.each(["woodpecker.yaml", "woodpecker-directory.yaml"])(
  "Woodpecker's substitution only halves the dollar signs of the manifest %s that cnb emit prints",
  async (name) => {
    const text = await readFile(snapshot(name), "utf8");
    expect(await substituted(text)).toBe(text.replaceAll("$$", "$"));
  },
);

test("Woodpecker's substitution restores a text with doubled dollar signs, and replaces a variable without them", async () => {
  const text = `$ $$ $HOME $\{HOME} $\{HOME:-x} $(id) $\{ $\{#HOME} \\$\{HOME} $$\{HOME}\n`;
  expect(await substituted(text.replaceAll("$", "$$$$"))).toBe(text);
  expect(await substituted(`$\{HOME}\n`)).toBe("/root\n");
});

test.each([
  "kubernetes.yaml",
  "kubernetes-directory.yaml",
  "kubernetes-cron.yaml",
  "kubernetes-cnb.yaml",
  "kubernetes-rebase.yaml",
  "kubernetes-rebase-cnb.yaml",
  "kubernetes-rebase-cnb-image.yaml",
  "kubernetes-rebase-cron.yaml",
])("the schemas of Kubernetes 1.34 accept the manifest %s that cnb emit prints", async (name) => {
  const [program, modules] = await kubernetesValidate();
  const args = ["--strict", "--kubernetes-version", "1.34", snapshot(name)];
  const { exitCode, stdout } = await execute(program, args, { env: { ...process.env, PYTHONPATH: modules } });
  expect({ exitCode, stdout }).toEqual({ exitCode: 0, stdout: expect.stringContaining("against version 1.34") });
});

test.each(["shipwright.yaml", "shipwright-directory.yaml"])(
  "the CRDs of Shipwright accept the manifest %s that cnb emit prints",
  async (name) => {
    const errorsOf = await shipwrightErrors();
    const objects = parseAllDocuments(await readFile(snapshot(name), "utf8")).map((document) => document.toJS());
    expect(objects.map((object) => [object.kind, errorsOf(object)])).toEqual([
      ["ClusterBuildStrategy", []],
      ["Build", []],
    ]);
  },
);

test("the CRDs of Shipwright refuse an unknown key and a wrong type", async () => {
  const errorsOf = await shipwrightErrors();
  const [strategy, build] = parseAllDocuments(await readFile(snapshot("shipwright.yaml"), "utf8")).map((document) =>
    document.toJS(),
  );
  strategy.spec.steps[0].script = "exit 0";
  build.spec.timeout = 60;
  expect([errorsOf(strategy), errorsOf(build)]).toEqual([
    ["/spec/steps/0 must NOT have additional properties script"],
    ["/spec/timeout must be string"],
  ]);
});

test("Groovy reads the environment and the script of the Jenkinsfile that cnb emit prints", async () => {
  const calls = await runJenkinsfile(snapshot("jenkins-directory.Jenkinsfile"));
  const stage = "pipeline/stages/stage";
  expect(calls.filter((call) => !call.includes(`${stage}/environment`) && !call.includes("/sh "))).toEqual([
    "call pipeline",
    "call pipeline/agent",
    "call pipeline/agent/label linux",
    "call pipeline/options",
    "call pipeline/options/disableConcurrentBuilds",
    "call pipeline/options/timeout [time:1, unit:HOURS]",
    "call pipeline/stages",
    `call ${stage} build-shop`,
    `call ${stage}/when`,
    `call ${stage}/when/branch main`,
    `call ${stage}/steps`,
    `call ${stage}/steps/archiveArtifacts [artifacts:build.env]`,
  ]);
  const prefix = `set ${stage}/environment/`;
  const environment = calls.flatMap((call) => (call.startsWith(prefix) ? [call.slice(prefix.length)] : []));
  const { variables, script } = gitlabJob(await readFile(snapshot("gitlab-directory.yaml"), "utf8"));
  expect(environment).toEqual([...variables, "DOCKER_AUTH_CONFIG=the secret docker-auth-config"]);
  const encoded =
    calls
      .find((call) => call.includes("/sh "))
      ?.split(" ")
      .at(-1) ?? "";
  const lines = Buffer.from(encoded, "base64")
    .toString()
    .trim()
    .replaceAll(/^ {10}/gm, "");
  expect(lines.replace("$GIT_COMMIT", "$CI_COMMIT_SHA")).toBe(script.trim());
});

test.each(["spring-maven.xml", "spring-maven-directory.xml"])(
  "Maven accepts the configuration of Spring Boot's plugin %s that cnb emit prints, and refuses an unknown element",
  async (name) => {
    await using repository = await mavenRepository();
    const project = join(dir, name);
    await mkdir(project);
    await writeFile(join(project, "settings.xml"), settingsFor(repository.url));
    const plugin = await readFile(snapshot(name), "utf8");
    // With skip, the goal stops after Maven has read its configuration.
    const maven = async (text: string) => {
      await writeFile(join(project, "pom.xml"), pomWith(text));
      const goal = "org.springframework.boot:spring-boot-maven-plugin:build-image-no-fork";
      const local = `-Dmaven.repo.local=${join(dir, "maven")}`;
      const args = ["-B", "-s", "settings.xml", local, goal, "-Dspring-boot.build-image.skip=true"];
      return execute("mvn", args, { cwd: project });
    };
    expect(await maven(plugin)).toMatchObject({ exitCode: 0, stdout: expect.stringContaining("BUILD SUCCESS") });
    expect(await maven(plugin.replaceAll("buildCache>", "buildCash>"))).toMatchObject({
      exitCode: 1,
      stdout: expect.stringContaining("Cannot find 'buildCash' in class org.springframework.boot.maven.Image"),
    });
  },
);

/** A project with a plugin of Spring Boot 3.5.7. */
const pomWith = (plugin: string): string => `<project xmlns="http://maven.apache.org/POM/4.0.0">
<modelVersion>4.0.0</modelVersion><groupId>com.example</groupId><artifactId>shop</artifactId><version>1</version>
<build><plugins>${plugin.replace("</artifactId>", "</artifactId><version>3.5.7</version>")}</plugins></build>
</project>`;

test("Groovy reads the configuration of the task bootBuildImage that cnb emit prints", async () => {
  const digestOf = (letter: string): string => `sha256:${letter.repeat(64)}`;
  expect(await runGradleTask(snapshot("spring-gradle.gradle"))).toEqual([
    "bootBuildImage/imageName='registry.example.com/acme/shop:1'",
    `bootBuildImage/builder='registry.example.com/builder:1@${digestOf("b")}'`,
    "bootBuildImage/environment=['BP_NODE_VERSION':'24', 'GREETING':'it\\'s $(params.image)\\n- no']",
    "bootBuildImage/publish=true",
    "bootBuildImage/buildCache/volume/name='shop-build'",
    "bootBuildImage/launchCache/volume/name='shop-launch'",
  ]);
});

/** The variables and the script of the job for GitLab, which another test runs. */
function gitlabJob(text: string): { readonly variables: readonly string[]; readonly script: string } {
  const { variables, script } = parse(text)["build-shop"];
  return { variables: Object.entries(variables).map(([name, value]) => `${name}=${value}`), script: script[0] };
}
