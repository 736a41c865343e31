import { inDir } from "@libcnb/app-kit/folders";
import { isTable, stringOf, tableOf } from "@libcnb/app-kit/tables";
import type { App, s } from "libcnb";
import { smallText } from "../scan/small-text.ts";
import { buildsSite, purposeOf } from "./languages.ts";
import { isNodeFile, isPackageFile, isStartable } from "./names.ts";

/**
 * Returns the reason why an app with files of Python and other languages is not a Python app.
 * Returns `undefined` if it is a Python app.
 *
 * Explicit settings take precedence over heuristics. Files that start a server take precedence over
 * files that may only be tools.
 */
export async function whyNotMixed(
  app: App,
  dir: string,
  files: readonly string[],
  others: readonly string[],
): Promise<string | undefined> {
  const python = await readPythonSide(app, dir, files);
  const node = await readNodeSide(app, dir, files);
  if (python.isDjango || node.isOfPython) return undefined;
  if (node.server !== undefined) return `package.json starts "${node.server}"`;
  if (python.serves) return undefined;
  const isTooling = others.every((name) => name === "package.json" || name === "index.html") && !node.mayBeMore;
  if (python.starts && (isTooling || (python.installs && !node.mayBeMore))) return undefined;
  return `the app also has ${others.slice(0, 3).join(", ")}, and its Python files may only be tools`;
}

/** Packages that only apps have which serve something. */
const servers =
  "django flask fastapi starlette quart litestar sanic blacksheep falcon connexion bottle tornado pyramid cherrypy apiflask python-fasthtml robyn nicegui reflex streamlit gradio chainlit dash functions-framework panel gunicorn uvicorn hypercorn granian daphne uwsgi pyuwsgi waitress";
/** One of them as requirements.txt, Pipfile and pyproject.toml write it. */
const server = new RegExp(`(^|["'\\s])(${servers.replaceAll(" ", "|")})(?=["'\\[\\s=<>!~;@,]|$)`, "im");
/** The Python parts of an app that also has files of other languages. */
interface PythonSide {
  readonly isDjango: boolean;
  /** True if a file lists packages to install. */
  readonly installs: boolean;
  /** A web framework or a server is to be installed. */
  readonly serves: boolean;
  /** There is a module with a name that apps start by, or a script of the project. */
  readonly starts: boolean;
}

async function readPythonSide(app: App, dir: string, files: readonly string[]): Promise<PythonSide> {
  const read = async (name: string) => (files.includes(name) ? ((await smallText(app, inDir(dir, name))) ?? "") : "");
  const [requirements, pyproject] = [await read("requirements.txt"), await read("pyproject.toml")];
  const included = await includes(requirements, (path) => smallText(app, inDir(dir, path)));
  const isProject = /^\[(project|build-system|tool\.(poetry|pdm|uv|flit|hatch|setuptools))\b/m.test(pyproject);
  return {
    isDjango: /django/i.test(await read("manage.py")),
    installs: files.some((name) => isPackageFile(name) && (name !== "pyproject.toml" || isProject)),
    serves: server.test([requirements, included, pyproject, await read("Pipfile")].join("\n").replaceAll(/#.*/g, "")),
    starts: files.some(isStartable) || /^\[(project|tool\.poetry)\.scripts\]/m.test(pyproject),
  };
}

/** Many have a file for each purpose, and a requirements.txt that names the one for launch. */
async function includes(text: string, read: (path: string) => Promise<string | undefined>): Promise<string> {
  const paths = [...text.matchAll(/^(?:-r|--requirement)[ =]*([\w./-]+)/gm)].map(([, path = ""]) => path).slice(0, 10);
  return (await Promise.all(paths.map((path) => read(path)))).join("\n");
}

/** The purpose of the package.json in a Python app. */
interface NodeSide {
  /**
   * The command that starts a Node.js server: that of the script `start`, or npm's default `node
   * server.js` if the file exists; `undefined` if there is none.
   */
  readonly server: string | undefined;
  /** True if the script that starts the app runs a Python command. */
  readonly isOfPython: boolean;
  /**
   * True if there may be something else to build or start: a site, or a server that no setting
   * names.
   */
  readonly mayBeMore: boolean;
}

async function readNodeSide(app: App, dir: string, files: readonly string[]): Promise<NodeSide> {
  const scripts = tableOf((await packageJson(app, dir, files))["scripts"]);
  const start = scriptOf("start", scripts) ?? (files.includes("server.js") ? "node server.js" : undefined);
  const purpose = start === undefined ? undefined : purposeOf(start);
  return {
    server: purpose === "server" ? start : undefined,
    isOfPython: purpose === "python",
    mayBeMore: buildsSite(scriptOf("build", scripts) ?? "") || files.some(isNodeFile),
  };
}

/** The command of a script, also where it is the one of another script. */
function scriptOf(name: string, scripts: s.Table, left = 4): string | undefined {
  const line = Object.hasOwn(scripts, name) ? stringOf(scripts[name])?.trim() : undefined;
  const [, other = ""] = /^(?:npm run|yarn(?: run)?|pnpm(?: run)?|bun run) ([\w:.-]+)$/.exec(line ?? "") ?? [];
  return (
    (left > 0 && Object.hasOwn(scripts, other) ? scriptOf(other, scripts, left - 1) : undefined) ?? (line || undefined)
  );
}

/** Ignores invalid JSON: the buildpack that builds the package reports it. */
async function packageJson(app: App, dir: string, files: readonly string[]): Promise<s.Table> {
  const text = files.includes("package.json") ? await smallText(app, inDir(dir, "package.json")) : undefined;
  try {
    const value: unknown = JSON.parse(text ?? "{}");
    return isTable(value) ? value : {};
  } catch {
    return {};
  }
}
