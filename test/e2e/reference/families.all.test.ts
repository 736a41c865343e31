import { join } from "node:path";
import { type BuiltImage, buildImage } from "@libcnb/packager/testing";
import type { FileMap } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type App, appFolder } from "../../support/apps/app.ts";
import { wholeWorld } from "../../support/apps/whole-world.ts";
import { root } from "../../support/cnb.ts";
import { server as javaServer, plainJar, smallMaven } from "../../support/java/apps.ts";
import { spring, webApp } from "../../support/java/frameworks.ts";
import { locks, small as node, packageJson } from "../../support/node/apps.ts";
import { tools as python, server as pythonServer, requirements } from "../../support/python/apps.ts";

/** One builder for apps of all languages: which of its buildpacks build an app, by the app's files alone. */
let world: Awaited<ReturnType<typeof wholeWorld>>;
beforeAll(async () => {
  world = await wholeWorld();
}, 900_000);
afterAll(() => world?.[Symbol.asyncDispose]());

const fixture = (name: string): App => ({ folder: join(root, "test/fixtures/apps", name) });
const page = { "index.html": "<!doctype html><title>Hello</title>\n" };
const vite = { scripts: { build: "vite build" }, devDependencies: { vite: "7.2.2" } };
const jar = plainJar(javaServer('"1"'), "Build-Jdk-Spec: 17\n");
const gradle: FileMap = {
  "settings.gradle": 'rootProject.name = "app"\n',
  "build.gradle": 'plugins { id "application" }\nsourceCompatibility = 17\nmainClassName = "com.example.Main"\n',
  "src/main/java/com/example/Main.java": javaServer('"1"'),
};

const javaBuilt = "java-engine java-build java-start";
const javaAsIs = "java-engine java-start";
const pythonWhole = "python-engine python-packages python-start";
const nodeWhole = "node-engine node-packages node-start";

test.for<[string, App, string]>([
  ["a Maven app", { files: smallMaven() }, javaBuilt],
  ["a Maven app with a front end and documentation", javaWithOthers(), `front-end ${javaBuilt}`],
  ["a Spring Boot app", { files: spring("3.5.7", ["web"]) }, javaBuilt],
  ["a WAR", { files: webApp() }, javaBuilt],
  ["a Gradle app", { files: gradle }, javaBuilt],
  ["a jar", jar, javaAsIs],
  ["a jar with a Procfile", { ...jar, files: { ...jar.files, Procfile: "web: java -jar app.jar\n" } }, javaAsIs],
  ["a pip app", { files: python.pip.files() }, pythonWhole],
  ["a uv app", { files: python.uv.files(), commands: python.uv.lock }, pythonWhole],
  ["a FastAPI app", fixture("fastapi-service"), pythonWhole],
  ["a Django app", fixture("django-service"), pythonWhole],
  ["a Python app without packages", { files: { "main.py": pythonServer('"1"') } }, "python-engine python-start"],
  ["a Python app with assets", pythonWithAssets(), pythonWhole],
  ["an npm app", { files: node.files(), commands: [locks.npm] }, nodeWhole],
  ["a pnpm app", { files: node.files(), commands: [locks.pnpm] }, nodeWhole],
  ["a TypeScript app", fixture("express-service"), nodeWhole],
  ["a Node.js app with a Python script", nodeWithPython(), nodeWhole],
  ["a Node.js app without packages", { files: { "server.js": "" } }, "node-engine node-start"],
  // without a lockfile: npm refuses its own where a registry lacks packages of a bundler for other systems
  ["a Vite app", { files: { ...page, "package.json": packageJson(vite) } }, nodeWhole],
  ["static pages", { files: page }, "node-engine static-web"],
  [
    "static pages with a Procfile",
    { files: { ...page, Procfile: "worker: sleep 60\n" } },
    "node-engine static-web procfile",
  ],
  ["a Procfile", { files: { Procfile: "web: sh serve.sh\n", "serve.sh": "sleep 60\n" } }, "procfile"],
])("the reference builder selects the expected buildpacks for %s", async ([, app, group]) => {
  await using image = await buildImage({ ...world, app: await appFolder(app) });
  expect(await groupOf(image)).toBe(group);
});

/** Without what is there because a proxy of this machine signs for others. */
async function groupOf(image: BuiltImage): Promise<string> {
  const { buildpacks } = await image.inspect();
  const names = buildpacks.map(({ id }) => id.replace("libcnb/", ""));
  return names.filter((name) => name !== "ca-certificates").join(" ");
}

function javaWithOthers(): App {
  const others = {
    ...page,
    "package.json": packageJson(vite),
    "requirements.txt": "mkdocs\n",
    Procfile: "web: java -jar *.jar\n",
  };
  return { files: { ...smallMaven(), ...others } };
}

function pythonWithAssets(): App {
  const files = { "app.py": pythonServer('"1"'), "requirements.txt": requirements("flask==3.1.2") };
  return { files: { ...files, "package.json": packageJson({ scripts: { start: "webpack --watch" } }) } };
}

function nodeWithPython(): App {
  const files = { "deploy.py": "", "requirements.txt": requirements("boto3") };
  return { files: { ...node.files(), ...files }, commands: [locks.npm] };
}

test("environment variables that select an optional buildpack add this buildpack to the group of any app", async () => {
  const app = await appFolder({ files: page });
  const env = { ...world.env, BPE_GREETING: "hello", BP_OCI_TITLE: "pages" };
  await using image = await buildImage({ ...world, app, env });
  expect(await groupOf(image)).toBe("node-engine static-web environment-variables image-labels");
});
