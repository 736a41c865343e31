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

describe("the Node.js buildpacks detect", () => {
  test.for<[string, FileMap, string]>([
    ["a Node.js app with Python scripts in a directory", { "package.json": server, "scripts/deploy.py": "" }, node],
    ["a Node.js app with one Python script", { "package.json": server, "deploy.py": "" }, node],
    [
      "a Node.js app with Python tools in requirements.txt",
      { "package.json": server, "requirements.txt": "pre-commit\nmkdocs\n" },
      node,
    ],
    [
      "a Node.js app whose Python tools include main.py",
      { "package.json": server, "main.py": "", "requirements.txt": "boto3" },
      node,
    ],
    ["a Node.js app with a Python version for node-gyp", { "package.json": server, ".python-version": "3.12" }, node],
    [
      "a Node.js app with settings of Python tools",
      { "package.json": server, "pyproject.toml": "[tool.ruff]\nline-length = 100\n" },
      node,
    ],
    [
      "a Node.js app with a locked Python project of tools",
      { "package.json": server, "pyproject.toml": '[project]\nname = "tools"\ndependencies = ["ruff"]', "uv.lock": "" },
      node,
    ],
    [
      "a Node.js app with Python files and no start script",
      { "package.json": "{}", "server.js": "", "deploy.py": "" },
      node,
    ],
    [
      "a Node.js app with Python files and no package.json",
      { "server.js": "", "deploy.py": "", "requirements.txt": "boto3" },
      nodeAlone,
    ],
    [
      "a static Node.js site with a Python script",
      { "package.json": vite, "index.html": "", "deploy.py": "", "requirements.txt": "boto3" },
      node,
    ],
    [
      "a static Node.js site with a script named main.py",
      { "package.json": vite, "main.py": "", "requirements.txt": "boto3" },
      node,
    ],
    [
      "a Node.js site with Python functions",
      { "package.json": next, "api/index.py": "", "requirements.txt": "fastapi\nuvicorn\n" },
      node,
    ],
    [
      "a Node.js app with a second server in Python",
      { "package.json": server, "server.js": "", "app.py": "", "requirements.txt": "flask" },
      node,
    ],
    [
      "an app whose Procfile starts Node.js",
      { "package.json": "{}", Procfile: "web: node dist/main.js", "app.py": "", "requirements.txt": "flask" },
      node,
    ],
    [
      "an app whose Procfile starts Node.js and a Python worker",
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

  test("an app whose BP_LAUNCHPOINT names a JavaScript file", async () => {
    const app = { "package.json": "{}", "serve.js": "", "app.py": "", "requirements.txt": "" };
    expect(await chosen(app, { BP_LAUNCHPOINT: "serve.js" })).toBe(node);
  });
});

describe("the Python buildpacks detect", () => {
  test.for<[string, FileMap, string]>([
    [
      "Django with Node.js assets",
      { "package.json": vite, "manage.py": manage, "requirements.txt": "django" },
      pythonWithAssets,
    ],
    [
      "Django with a front end in a directory",
      { "frontend/package.json": vite, "manage.py": manage, "requirements.txt": "django" },
      pythonWithAssets,
    ],
    [
      "FastAPI with a front end in a directory and Node.js tools in the root",
      {
        "client/package.json": vite,
        "package.json": scripts({ lint: "eslint ." }),
        "main.py": "",
        "requirements.txt": "fastapi",
      },
      pythonWithAssets,
    ],
    [
      "Django with a start script that runs webpack --watch",
      {
        "package.json": scripts({ start: "webpack --watch" }),
        "manage.py": manage,
        "uv.lock": "",
        "pyproject.toml": "",
      },
      python,
    ],
    ["Django with a Node.js server for pages", { "package.json": server, "manage.py": manage, Pipfile: "" }, python],
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
      "FastAPI in a package with an npm script that calls another",
      {
        "package.json": scripts({ start: "npm run dev", dev: "vite" }),
        "app/main.py": "",
        "pyproject.toml": '[project]\nname = "shop"\ndependencies = [\n  "fastapi[standard]>=0.120",\n]\n',
      },
      python,
    ],
    [
      "a Poetry project whose dependencies include a web framework",
      { "package.json": vite, "pyproject.toml": '[tool.poetry.dependencies]\nstreamlit = "^1.50"' },
      pythonWithAssets,
    ],
    [
      "a Python bot with Node.js formatters",
      { "package.json": scripts({ format: "prettier ." }), "main.py": "", "requirements.txt": "discord.py" },
      python,
    ],
    ["a Python bot without packages", { "package.json": "{}", "bot.py": "" }, pythonAlone],
    [
      "an app whose npm start script runs Python",
      { "package.json": scripts({ start: "python app.py" }), "app.py": "" },
      pythonAlone,
    ],
    [
      "an app whose Procfile starts Python",
      {
        "package.json": server,
        Procfile: "web: npm run build && gunicorn shop:app",
        "shop.py": "",
        "requirements.txt": "gunicorn",
      },
      python,
    ],
    [
      "an app whose Procfile starts only a Python worker",
      {
        "package.json": server,
        Procfile: "worker: poetry run work",
        "poetry.lock": "",
        "pyproject.toml": "[tool.poetry]",
      },
      python,
    ],
    [
      "a Python package written in Rust",
      {
        "Cargo.toml": "",
        "pyproject.toml": '[build-system]\nbuild-backend = "maturin"\n[project.scripts]\nshop = "shop:main"',
      },
      python,
    ],
    [
      "a Python app whose package.json only builds assets",
      { "package.json": scripts({ build: "esbuild assets/*.ts" }), "main.py": "", "requirements.txt": "boto3" },
      pythonWithAssets,
    ],
    ["a Python script with an HTML page", { "index.html": "", "server.py": "" }, pythonAlone],
    [
      "a Python app with a Java client",
      { "main.py": "", "requirements.txt": "flask", "java/pom.xml": "<project/>" },
      python,
    ],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });

  test.for<[string, FileMap, Readonly<Record<string, string>>]>([
    [
      "BP_PYTHON_START",
      { "package.json": server, "deploy.py": "", "requirements.txt": "" },
      { BP_PYTHON_START: "python deploy.py" },
    ],
    [
      "BP_LAUNCHPOINT",
      { "package.json": server, "deploy.py": "", "requirements.txt": "" },
      { BP_LAUNCHPOINT: "deploy.py" },
    ],
    ["BP_PYTHON_APP", { "package.json": server, "shop.py": "", "requirements.txt": "" }, { BP_PYTHON_APP: "shop:app" }],
    [
      "BP_PYTHON_PROJECT_PATH",
      { "package.json": server, "api/package.json": server, "api/requirements.txt": "" },
      { BP_PYTHON_PROJECT_PATH: "api" },
    ],
  ])("a mixed app if %s selects Python", async ([, app, env]) => {
    expect(await chosen(app, env)).toBe(python);
  });
});

describe("the Java buildpacks detect", () => {
  test.for<[string, FileMap, string]>([
    [
      "a Java app with a front end",
      { "pom.xml": "<project/>", "package.json": vite, "src/main/java/App.java": "" },
      javaWithAssets,
    ],
    [
      "a Java app with a front end in a directory",
      { "build.gradle": "", "frontend/package.json": vite },
      javaWithAssets,
    ],
    [
      "a Java app whose front end is built by frontend-maven-plugin",
      { "pom.xml": "<project>frontend-maven-plugin</project>", "package.json": vite },
      java,
    ],
    [
      "a Java app whose front end Maven builds with npm",
      { "pom.xml": "<project><executable>npm</executable></project>", "package.json": vite },
      javaWithAssets,
    ],
    ["a Java app with a Node.js server", { "build.gradle": "", "package.json": server }, java],
    [
      "a Java app with Python documentation",
      { "pom.xml": "<project/>", "requirements.txt": "mkdocs", "conf.py": "" },
      java,
    ],
    ["a Java app with Python scripts", { "build.gradle.kts": "", "deploy.py": "", "requirements.txt": "boto3" }, java],
    [
      "a Java app with a Python lockfile of tools",
      { "settings.gradle": "", "pyproject.toml": "[project]", "uv.lock": "" },
      java,
    ],
    ["a Java app with only a Gradle wrapper", { gradlew: "", "settings.gradle.kts": "" }, java],
    ["a Java app with an HTML page", { "pom.xml": "<project/>", "index.html": "" }, java],
    ["a Java app with a Procfile", { "pom.xml": "<project/>", Procfile: "web: java -jar app.jar" }, java],
    [
      "an unpacked jar with a Main-Class",
      { "META-INF/MANIFEST.MF": "Main-Class: Main\n", "Main.class": "" },
      javaAlone,
    ],
    ["an unpacked WAR", { "WEB-INF/web.xml": "<web-app/>", "index.html": "" }, javaAlone],
    [
      "a Java distribution with a start script",
      { "bin/app": "#!/bin/sh\nCLASSPATH=$APP_HOME/lib/app.jar\nexec java app.Main\n", "lib/app.jar": "" },
      javaAlone,
    ],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });
});

describe("the Java buildpacks do not detect", () => {
  test.for<[string, FileMap, string]>([
    ["Node.js programs in bin and lib", { "package.json": server, "bin/cli.js": "", "lib/index.js": "" }, node],
    [
      "a Node.js app with the jar of a code generator",
      { "package.json": server, "tools/openapi-generator-cli.jar": "" },
      node,
    ],
    ["a Node.js app with an Android directory", { "package.json": server, "android/build.gradle": "" }, node],
    [
      "a Python app with a Spark driver jar",
      { "main.py": "", "requirements.txt": "pyspark", "jars/postgresql.jar": "" },
      python,
    ],
    [
      "a Python app with a database driver jar",
      { "main.py": "", "requirements.txt": "jaydebeapi", "lib/h2.jar": "" },
      python,
    ],
    ["a static site with a META-INF directory", { "index.html": "", "META-INF/notes.txt": "" }, site],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });
});

describe("the utility buildpacks detect", () => {
  test.for<[string, FileMap, string]>([
    ["a static site", { "index.html": "", "site.css": "" }, site],
    ["a static site with a Python script", { "index.html": "", "publish.py": "" }, site],
    ["a static site with a Procfile", { "index.html": "", Procfile: "worker: sh work.sh" }, `${site} procfile`],
    ["a program started by a Procfile", { Procfile: "web: ./server", server: "" }, "procfile"],
  ])("%s", async ([, app, group]) => {
    expect(await chosen(app)).toBe(group);
  });

  test("any app with variables that add an optional buildpack", async () => {
    const env = { BPE_GREETING: "hello", BP_OCI_TITLE: "shop" };
    expect(await chosen({ "package.json": server }, env)).toBe(`${node} environment-variables image-labels`);
    expect(await chosen({ "pom.xml": "<project/>" }, env)).toBe(`${java} environment-variables image-labels`);
  });
});

describe("no group of buildpacks passes for", () => {
  test.for<[string, FileMap]>([
    ["a Go app with Python tools", { "go.mod": "", "main.go": "", "deploy.py": "", "requirements.txt": "boto3" }],
    ["a Ruby app with a Python script", { Gemfile: "", "config.ru": "", "import.py": "", "requirements.txt": "boto3" }],
    ["an npm package with a Python script and no start", { "package.json": "{}", "release.py": "" }],
  ])("%s", async ([, app]) => {
    expect(await chosen(app)).toBe("none");
  });
});

test("the reason of a failed Python detect names the app's actual start command and how to change it", async () => {
  const app = { "package.json": server, "requirements.txt": "flask" };
  expect((await detection(app)).detects["libcnb/python-start"]).toMatchObject({
    outcome: "fail",
    reason:
      'no Python app, because package.json starts "node server.js". If the app is in Python, write its start command after web: in a Procfile, or into BP_PYTHON_START.',
  });
});
