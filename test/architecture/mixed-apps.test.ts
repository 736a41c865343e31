import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { chosen, detection } from "../support/apps/reference-order.ts";

// Which family of the reference builder takes an app that has files of several.

const node = "node-engine node-packages node-start";
const nodeAlone = "node-engine node-start";
const python = "python-engine python-packages python-start";
const pythonAlone = "python-engine python-start";
const pythonWithAssets = `front-end ${python}`;
const java = "java-engine java-build java-start";
const site = "node-engine static-web";
const javaWithAssets = `front-end ${java}`;
const javaAlone = "java-engine java-start";

const scripts = (each: Readonly<Record<string, string>>, more: object = {}) =>
  JSON.stringify({ name: "shop", scripts: each, ...more });
const server = scripts({ start: "node server.js" });
const vite = scripts({ build: "vite build", dev: "vite" }, { devDependencies: { vite: "8.0.0" } });
const next = scripts({ build: "next build", start: "next start" }, { dependencies: { next: "16.0.0" } });
const manage = "import os\nos.environ.setdefault('DJANGO_SETTINGS_MODULE', 'shop.settings')\n";

describe("Node.js detects apps with tools in Python", () => {
  test.for<[string, FileMap, string]>([
    ["scripts in a folder", { "package.json": server, "scripts/deploy.py": "" }, node],
    ["a script beside it", { "package.json": server, "deploy.py": "" }, node],
    ["tools to install", { "package.json": server, "requirements.txt": "pre-commit\nmkdocs\n" }, node],
    ["a usual name among the tools", { "package.json": server, "main.py": "", "requirements.txt": "boto3" }, node],
    ["a version for node-gyp", { "package.json": server, ".python-version": "3.12" }, node],
    ["settings of tools", { "package.json": server, "pyproject.toml": "[tool.ruff]\nline-length = 100\n" }, node],
    [
      "a locked project of tools",
      { "package.json": server, "pyproject.toml": '[project]\nname = "tools"\ndependencies = ["ruff"]', "uv.lock": "" },
      node,
    ],
    ["no script for the start", { "package.json": "{}", "server.js": "", "deploy.py": "" }, node],
    ["no package.json", { "server.js": "", "deploy.py": "", "requirements.txt": "boto3" }, nodeAlone],
    [
      "a site, and a script",
      { "package.json": vite, "index.html": "", "deploy.py": "", "requirements.txt": "boto3" },
      node,
    ],
    [
      "a site, and a script of a usual name",
      { "package.json": vite, "main.py": "", "requirements.txt": "boto3" },
      node,
    ],
    [
      "functions in Python beside pages",
      { "package.json": next, "api/index.py": "", "requirements.txt": "fastapi\nuvicorn\n" },
      node,
    ],
    ["a second server", { "package.json": server, "server.js": "", "app.py": "", "requirements.txt": "flask" }, node],
    [
      "a Procfile that starts Node.js",
      { "package.json": "{}", Procfile: "web: node dist/main.js", "app.py": "", "requirements.txt": "flask" },
      node,
    ],
    [
      "a Procfile with both",
      {
        "package.json": server,
        Procfile: "web: npm start\nworker: python work.py",
        "work.py": "",
        "requirements.txt": "rq",
      },
      node,
    ],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });

  test("a file that the user names", async () => {
    const app = { "package.json": "{}", "serve.js": "", "app.py": "", "requirements.txt": "" };
    expect(await chosen(app, { BP_LAUNCHPOINT: "serve.js" })).toBe(node);
  });
});

describe("Python detects apps with tools in Node.js", () => {
  test.for<[string, FileMap, string]>([
    [
      "Django with assets",
      { "package.json": vite, "manage.py": manage, "requirements.txt": "django" },
      pythonWithAssets,
    ],
    [
      "Django with a front end in a folder",
      { "frontend/package.json": vite, "manage.py": manage, "requirements.txt": "django" },
      pythonWithAssets,
    ],
    [
      "FastAPI with a front end in a folder, and tools in the root",
      {
        "client/package.json": vite,
        "package.json": scripts({ lint: "eslint ." }),
        "main.py": "",
        "requirements.txt": "fastapi",
      },
      pythonWithAssets,
    ],
    [
      "Django with a script that watches",
      {
        "package.json": scripts({ start: "webpack --watch" }),
        "manage.py": manage,
        "uv.lock": "",
        "pyproject.toml": "",
      },
      python,
    ],
    ["Django with a server for pages", { "package.json": server, "manage.py": manage, Pipfile: "" }, python],
    [
      "Flask with Tailwind",
      { "package.json": scripts({ start: "npx @tailwindcss/cli -w" }), "app.py": "", "requirements.txt": "Flask==3.1" },
      python,
    ],
    [
      "Flask behind React",
      {
        "package.json": scripts({ start: "react-scripts start", build: "react-scripts build" }),
        "requirements.txt": "-r requirements/web.txt",
        "requirements/web.txt": "flask[async]>=3",
      },
      pythonWithAssets,
    ],
    [
      "FastAPI in a package, and a script that calls a script",
      {
        "package.json": scripts({ start: "npm run dev", dev: "vite" }),
        "app/main.py": "",
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = [\n  "fastapi[standard]>=0.120",\n]\n',
      },
      python,
    ],
    [
      "Poetry's way of naming",
      { "package.json": vite, "pyproject.toml": '[tool.poetry.dependencies]\nstreamlit = "^1.50"' },
      pythonWithAssets,
    ],
    [
      "a bot with formatters",
      { "package.json": scripts({ format: "prettier ." }), "main.py": "", "requirements.txt": "discord.py" },
      python,
    ],
    ["a bot without packages", { "package.json": "{}", "bot.py": "" }, pythonAlone],
    ["a script that starts Python", { "package.json": scripts({ start: "python app.py" }), "app.py": "" }, pythonAlone],
    [
      "a Procfile that starts Python",
      {
        "package.json": server,
        Procfile: "web: npm run build && gunicorn shop:app",
        "shop.py": "",
        "requirements.txt": "gunicorn",
      },
      python,
    ],
    [
      "a Procfile without web",
      {
        "package.json": server,
        Procfile: "worker: poetry run work",
        "poetry.lock": "",
        "pyproject.toml": "[tool.poetry]",
      },
      python,
    ],
    [
      "a package in Rust",
      {
        "Cargo.toml": "",
        "pyproject.toml": '[build-system]\nbuild-backend = "maturin"\n[project.scripts]\nshop = "shop:main"',
      },
      python,
    ],
    [
      "assets that Node.js builds, and nothing that it could start",
      { "package.json": scripts({ build: "esbuild assets/*.ts" }), "main.py": "", "requirements.txt": "boto3" },
      pythonWithAssets,
    ],
    ["a page", { "index.html": "", "server.py": "" }, pythonAlone],
    ["an interface in Java", { "main.py": "", "requirements.txt": "flask", "java/pom.xml": "<project/>" }, python],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });

  test.for<[string, FileMap, Readonly<Record<string, string>>]>([
    [
      "the command",
      { "package.json": server, "deploy.py": "", "requirements.txt": "" },
      { BP_PYTHON_START: "python deploy.py" },
    ],
    ["the file", { "package.json": server, "deploy.py": "", "requirements.txt": "" }, { BP_LAUNCHPOINT: "deploy.py" }],
    ["the object", { "package.json": server, "shop.py": "", "requirements.txt": "" }, { BP_PYTHON_APP: "shop:app" }],
    [
      "the folder",
      { "package.json": server, "api/package.json": server, "api/requirements.txt": "" },
      { BP_PYTHON_PROJECT_PATH: "api" },
    ],
  ])("%s is the user's choice", async ([, app, env]) => {
    expect(await chosen(app, env)).toBe(python);
  });
});

describe("Java detects apps with tools and front ends in other languages", () => {
  test.for<[string, FileMap, string]>([
    ["a front end", { "pom.xml": "<project/>", "package.json": vite, "src/main/java/App.java": "" }, javaWithAssets],
    ["a front end in a folder", { "build.gradle": "", "frontend/package.json": vite }, javaWithAssets],
    [
      "a front end that Maven builds with a Node.js of its own",
      { "pom.xml": "<project>frontend-maven-plugin</project>", "package.json": vite },
      java,
    ],
    [
      "a front end that Maven builds with npm",
      { "pom.xml": "<project><executable>npm</executable></project>", "package.json": vite },
      javaWithAssets,
    ],
    ["a front end that is a server", { "build.gradle": "", "package.json": server }, java],
    ["documentation", { "pom.xml": "<project/>", "requirements.txt": "mkdocs", "conf.py": "" }, java],
    ["scripts", { "build.gradle.kts": "", "deploy.py": "", "requirements.txt": "boto3" }, java],
    ["a lockfile of tools", { "settings.gradle": "", "pyproject.toml": "[project]", "uv.lock": "" }, java],
    ["a wrapper alone", { gradlew: "", "settings.gradle.kts": "" }, java],
    ["a page", { "pom.xml": "<project/>", "index.html": "" }, java],
    ["a Procfile", { "pom.xml": "<project/>", Procfile: "web: java -jar app.jar" }, java],
    ["a manifest that says what starts", { "META-INF/MANIFEST.MF": "Main-Class: Main\n", "Main.class": "" }, javaAlone],
    ["a web app, unpacked", { "WEB-INF/web.xml": "<web-app/>", "index.html": "" }, javaAlone],
    [
      "a distribution",
      { "bin/app": "#!/bin/sh\nCLASSPATH=$APP_HOME/lib/app.jar\nexec java app.Main\n", "lib/app.jar": "" },
      javaAlone,
    ],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });
});

describe("Java leaves to others", () => {
  test.for<[string, FileMap, string]>([
    ["programs of Node.js", { "package.json": server, "bin/cli.js": "", "lib/index.js": "" }, node],
    ["a generator's jar", { "package.json": server, "tools/openapi-generator-cli.jar": "" }, node],
    ["folders of Android and iOS", { "package.json": server, "android/build.gradle": "" }, node],
    ["drivers of Spark", { "main.py": "", "requirements.txt": "pyspark", "jars/postgresql.jar": "" }, python],
    ["a driver beside", { "main.py": "", "requirements.txt": "jaydebeapi", "lib/h2.jar": "" }, python],
    ["a page in files", { "index.html": "", "META-INF/notes.txt": "" }, site],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });
});

describe("the utility buildpacks detect apps that no language family starts", () => {
  test.for<[string, FileMap, string]>([
    ["pages", { "index.html": "", "site.css": "" }, site],
    ["pages with a script", { "index.html": "", "publish.py": "" }, site],
    ["pages with a Procfile", { "index.html": "", Procfile: "worker: sh work.sh" }, `${site} procfile`],
    ["a Procfile and a program", { Procfile: "web: ./server", server: "" }, "procfile"],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });

  test("variables that platforms set add their buildpack to each group", async () => {
    const env = { BPE_GREETING: "hello", BP_OCI_TITLE: "shop" };
    expect(await chosen({ "package.json": server }, env)).toBe(`${node} environment-variables image-labels`);
    expect(await chosen({ "pom.xml": "<project/>" }, env)).toBe(`${java} environment-variables image-labels`);
  });
});

describe("no group passes for", () => {
  test.for<[string, FileMap]>([
    ["apps in Go with tools", { "go.mod": "", "main.go": "", "deploy.py": "", "requirements.txt": "boto3" }],
    ["apps in Ruby with a script", { Gemfile: "", "config.ru": "", "import.py": "", "requirements.txt": "boto3" }],
    ["packages of Node.js with a script", { "package.json": "{}", "release.py": "" }],
  ])("%s", async ([, app]) => {
    expect(await chosen(app)).toBe("none");
  });
});

test("the reason names the app's actual start and how to change it", async () => {
  const app = { "package.json": server, "requirements.txt": "flask" };
  expect((await detection(app)).detects["libcnb/python-start"]).toMatchObject({
    outcome: "fail",
    reason:
      'no Python app, as package.json starts "node server.js". If it is one, name its command behind web: in a Procfile, or in BP_PYTHON_START.',
  });
});
