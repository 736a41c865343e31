// @needs namespaces, gradle, go, debian-archive-keyring
import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type FileMap, writeFiles } from "libcnb/testing";
import { afterAll, beforeAll, expect, test } from "vitest";
import { wheel, wheelName } from "../../../buildpacks/python-packages/src/test-wheel.ts";
import { offlineBuildpacks } from "../../support/apps/offline-buildpacks.ts";
import { execute, npmSetting, pinnedNode, root } from "../../support/cnb.ts";
import { server as javaServer } from "../../support/java/apps.ts";
import { server as pythonServer } from "../../support/python/apps.ts";
import { packageIndex } from "../../support/python/index.ts";

const page = await readFile(join(root, "docs/guide/air-gap.md"), "utf8");

/** The lines of the page's blocks in a language. */
const blocks = (language: string): readonly string[] =>
  Array.from(page.matchAll(new RegExp(`^\`\`\`${language}\\n([^]*?)^\`\`\`$`, "gm")), ([, text = ""]) => text);

const [outside = "", ...inside] = blocks("sh");
const linesOf = (block: string): readonly string[] => block.split("\n").filter((line) => line !== "");
const outsideLines = linesOf(outside);
const insideLines = inside.flatMap(linesOf);

const greeting = { name: "greeting", version: "1.0.0" };

/** Which of the few releases in the inventories an app takes. */
const settings = (name: string, value: string): string =>
  `[_]\nschema-version = "0.2"\n[[io.buildpacks.build.env]]\nname = "${name}"\nvalue = "${value}"\n`;

/** One app per family, with its packages in the app; of Python one for each tool that the builder carries. */
async function apps(): Promise<FileMap> {
  const vendored = { [`vendor/${wheelName(greeting)}`]: await wheel(greeting) };
  const main = pythonServer("greeting.version", "greeting");
  const project = '[project]\nname = "app"\nversion = "1.0.0"\nrequires-python = ">=3.14"\n';
  return {
    node: {
      "package.json": JSON.stringify({ name: "app", version: "1.0.0", dependencies: { greeting: "1.0.0" } }),
      "project.toml": settings("BP_NODE_DISTRIBUTION", "npm"),
      "server.js": 'console.log(require("greeting"));\n',
      "node_modules/greeting/package.json": JSON.stringify({ ...greeting, main: "index.js" }),
      "node_modules/greeting/index.js": 'module.exports = "hello";\n',
    },
    uv: {
      ...vendored,
      "pyproject.toml": `${project}dependencies = ["greeting==1.0.0"]\n[tool.uv]\nno-index = true\nfind-links = ["vendor"]\n`,
      "main.py": main,
    },
    poetry: {
      ...vendored,
      "pyproject.toml": `${project}[tool.poetry]\npackage-mode = false\n[tool.poetry.dependencies]\ngreeting = { path = "vendor/${wheelName(greeting)}" }\n`,
      "main.py": main,
    },
    java: {
      "project.toml": settings("BP_JVM_VERSION", "17"),
      "settings.gradle": 'rootProject.name = "app"\n',
      "build.gradle": 'plugins { id "application" }\nsourceCompatibility = 17\nmainClassName = "com.example.Main"\n',
      "src/main/java/com/example/Main.java": javaServer('"1"'),
    },
  } as unknown as FileMap;
}

let dir: string;
beforeAll(async () => {
  // in the repository, where the packages that buildpacks import are found
  await mkdir(join(root, "dist"), { recursive: true });
  dir = await mkdtemp(join(root, "dist/air-gap-"));
  await offlineBuildpacks(join(dir, "buildpacks"), join(dir, "mirror"));
  await cp(join(root, "buildpacks/base.toml"), join(dir, "base.toml"));
  await writeFile(join(dir, "builder.toml"), blocks("toml")[0] ?? "");
  for (const [name, files] of Object.entries(await apps())) await writeFiles(join(dir, "apps", name), files as never);
  await mkdir(join(dir, "bin"));
  await writeFile(
    join(dir, "bin/cnb"),
    `#!/bin/sh\nexec "${pinnedNode}" "${join(root, "builder-packager/bin/cnb.js")}" "$@"\n`,
    { mode: 0o755 },
  );
}, 600_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

/** Runs a line of the page as a shell does; the error is all that it printed. */
async function runLine(line: string, more: NodeJS.ProcessEnv, prefix: readonly string[] = []): Promise<string> {
  const env = { ...process.env, ...more, PATH: `${join(dir, "bin")}:${process.env["PATH"]}` };
  const [command = "", ...args] = [...prefix, "sh", "-c", line];
  const { exitCode, stdout, stderr } = await execute(command, args, { cwd: dir, env });
  if (exitCode !== 0) throw new Error(`${line} exited ${exitCode}\n${stdout}${stderr}`);
  return `${stdout}${stderr}`;
}

test("the commands of the air-gap guide build a Node.js, Python and Java app without any network", {
  timeout: 900_000,
}, async () => {
  const mirrors = {
    BP_DEPENDENCY_MIRROR: `file://${dir}/mirror/{originalHost}`,
    NPM_CONFIG_REGISTRY: await npmSetting("registry"),
    PIP_INDEX_URL: await packageIndex(),
  };
  for (const line of outsideLines) await runLine(line, mirrors);
  for (const name of ["carry", "mirror", "buildpacks"]) await rm(join(dir, name), { recursive: true });

  const isolated = ["unshare", ...(process.getuid?.() === 0 ? [] : ["--user", "--map-root-user"]), "--net"];
  const nowhere = { PIP_INDEX_URL: undefined, NPM_CONFIG_REGISTRY: undefined, LIBCNB_CACHE_DIR: join(dir, "cache") };
  const printed: Record<string, string> = {};
  for (const line of insideLines)
    printed[line.split(" ").slice(0, 3).join(" ")] = await runLine(line, nowhere, isolated);

  const used = (name: string) => printed[`cnb build oci:images/${name}`] ?? "";
  expect(used("node")).toMatch(/Using node-linux-\w+@24\S+ from the buildpack's package/);
  expect(used("uv")).toContain("Installing uv from the wheels of this buildpack, without a package index");
  expect(used("poetry")).toContain("Installing Poetry from the wheels of this buildpack, without a package index");
  expect(used("java")).toContain("Using gradle-4.4.1-bin.zip from the buildpack's package");
  expect(printed["cnb run oci:images/node"]).toMatch(/^hello\n/);
});

test("the commands in the air-gap guide are exactly those that the test runs", () => {
  expect([outsideLines.length, insideLines.length]).toEqual([6, 6]);
});
