import { join } from "node:path";
import { type BuiltImage, buildImage, container } from "@libcnb/packager/testing";
import type { FileMap } from "libcnb/testing";
import { beforeAll, expect, test } from "vitest";
import { type App, appFolder } from "../../support/apps/app.ts";
import { type AppWorld, movedFrom } from "../../support/apps/app-cases.ts";
import { root } from "../../support/cnb.ts";
import { jars, plugin, server, smallMaven } from "../../support/java/apps.ts";
import { useJavaWorld } from "../../support/java/world.ts";
import { nodeWorld } from "../../support/node/world.ts";
import { usePythonWorld } from "../../support/python/world.ts";

/** Apps in Python and Java whose front ends Node.js builds: the answers hold what was built, the image no Node.js. */
const python = usePythonWorld();
const java = useJavaWorld();
let node: AppWorld;
beforeAll(async () => {
  node = await nodeWorld();
}, 900_000);

const withNode = (world: AppWorld): AppWorld => ({ ...world, env: { ...node.env, ...world.env } });
const asset = "the front end was built";
const source = `document.title = ${JSON.stringify(asset)};\n`;

/** The image's response to a path, and its files that belong to Node.js. */
async function answered(image: BuiltImage, path: string) {
  await using app = await container(image);
  await app.ready({ http: path, timeoutMs: 120_000 });
  const response = await app.fetch(path);
  const { stdout } = await app.exec([
    "find",
    "/",
    "-path",
    "/proc",
    "-prune",
    "-o",
    "(",
    "-name",
    "node",
    "-o",
    "-name",
    "npm",
    "-o",
    "-name",
    "node_modules",
    ")",
    "-print",
  ]);
  return { status: response.status, isBuilt: (await response.text()).includes(asset), ofNode: stdout.trim() };
}

const expected = { status: 200, isBuilt: true, ofNode: "" };
const vite = "7.2.2";
const django: App = {
  folder: join(root, "test/fixtures/apps/django-service"),
  files: {
    "frontend/package.json": JSON.stringify({
      name: "front-end",
      private: true,
      scripts: { build: "vite build" },
      devDependencies: { vite },
    }),
    "frontend/index.html": '<script type="module" src="/main.js"></script>\n',
    "frontend/main.js": source,
    "frontend/vite.config.js": `export default {
  base: "/static/built/",
  build: { outDir: "../pages/static/built", rollupOptions: { output: { entryFileNames: "shop.js" } } },
};
`,
  },
};

test("a Django app has the assets that Vite built in a subdirectory before collectstatic", async () => {
  const app = await appFolder(django);
  await using image = await buildImage({ ...withNode(python()), app });
  expect(await answered(image, "/static/built/shop.js")).toEqual(expected);
  await using again = await image.rebuild();
  expect(movedFrom(image, again)).toEqual([]);
  expect(again.log.filter((line) => /Running the script|Downloading|Installing/.test(line))).toEqual([]);
});

const bundle = ["ui/main.js", "--bundle", "--outfile=src/main/resources/static/shop.js", "--log-level=error"];
const main = server('new String(Main.class.getResourceAsStream("/static/shop.js").readAllBytes())');
const maven = (plugins: readonly string[], files: FileMap): FileMap => ({
  ...smallMaven([...jars.shaded, ...plugins]),
  "src/main/java/com/example/Main.java": main,
  "ui/main.js": source,
  ...files,
});

test("a Maven app has the assets that its build script wrote into the resources", async () => {
  const scripts = { build: `esbuild ${bundle.join(" ")}` };
  const files = { "package.json": JSON.stringify({ scripts, devDependencies: { esbuild: "0.28.1" } }) };
  const app = await appFolder({ files: maven([], files) });
  await using image = await buildImage({ ...withNode(java()), app });
  expect(await answered(image, "/")).toEqual(expected);
});

test("a Maven app that runs npm itself finds npm in PATH", async () => {
  const args = ["exec", "--yes", "esbuild@0.28.1", "--", ...bundle].map((each) => `<argument>${each}</argument>`);
  const configuration = `<executable>npm</executable><arguments>${args.join("")}</arguments>`;
  const exec = plugin("org.codehaus.mojo:exec-maven-plugin:3.6.2", {
    configuration,
    goals: ["exec"],
    phase: "generate-resources",
  });
  const app = await appFolder({ files: maven([exec], {}) });
  await using image = await buildImage({ ...withNode(java()), app });
  expect(await answered(image, "/")).toEqual(expected);
});
