/** Files that only apps in Python have; also such as are no longer, or wrongly, called so: the build explains them. */
const python = new Set([
  "pyproject.toml",
  "uv.lock",
  "poetry.lock",
  "pdm.lock",
  "pylock.toml",
  "Pipfile",
  "Pipfile.lock",
  "requirements.txt",
  "requirements.in",
  "requirements",
  "requirement.txt",
  "requirments.txt",
  "Requirements.txt",
  "setup.py",
  "setup.cfg",
  "environment.yml",
  ".python-version",
  "runtime.txt",
  "manage.py",
]);

/** Files of projects in other languages, and the page of a site. */
const others = new Set([
  "package.json",
  "deno.json",
  "deno.jsonc",
  "bun.lock",
  "tsconfig.json",
  "go.mod",
  "Cargo.toml",
  "Gemfile",
  "config.ru",
  "composer.json",
  "index.php",
  "mix.exs",
  "rebar.config",
  "pom.xml",
  "build.gradle",
  "build.gradle.kts",
  "build.sbt",
  "project.clj",
  "deps.edn",
  "Package.swift",
  "stack.yaml",
  "cabal.project",
  "dune-project",
  "pubspec.yaml",
  "cpanfile",
  "shard.yml",
  "build.zig",
  "CMakeLists.txt",
  "index.html",
]);

/** The files that start a Node.js app without a start script. */
const nodeFile = /^(server|app|main|index)\.([cm]?js|ts)$/;

/** Modules that have the app in them, or are the script that starts it. */
const startable = new Set(
  "asgi wsgi main app application server api web index run bot worker __main__ streamlit_app gradio_app chainlit_app dash_app"
    .split(" ")
    .map((name) => `${name}.py`),
);

/** Files that list the packages to install. */
const packageFiles = new Set("requirements.txt pyproject.toml Pipfile pylock.toml setup.py".split(" "));

export const isPython = (name: string): boolean => python.has(name) || name.endsWith(".py");
export const isOther = (name: string): boolean =>
  others.has(name) || nodeFile.test(name) || /\.(cs|fs|vb)proj$|\.sln$|\.cabal$/.test(name);
export const isNodeFile = (name: string): boolean => nodeFile.test(name);
export const isStartable = (name: string): boolean => startable.has(name);
export const isPackageFile = (name: string): boolean => packageFiles.has(name);
