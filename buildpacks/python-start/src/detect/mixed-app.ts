import { inDir } from "@libcnb/app-kit/folders";
import type { App } from "libcnb";
import { ofOthers } from "../say/no-python-app.ts";
import { smallText } from "../scan/small-text.ts";
import { isPackageFile, isStartable } from "./names.ts";
import { readNodeSide } from "./node-side.ts";

/**
 * The reason why an app with files of Python and other languages is not a Python app; `undefined`
 * if it is.
 *
 * Explicit settings take precedence over heuristics, and servers over possible tools.
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
  if (node.server !== undefined) return ofOthers(`package.json starts "${node.server}"`);
  if (python.serves) return undefined;
  const isTooling = others.every((name) => name === "package.json" || name === "index.html") && !node.mayBeMore;
  if (python.starts && (isTooling || (python.installs && !node.mayBeMore))) return undefined;
  return ofOthers(`the app also has ${others.slice(0, 3).join(", ")}, and its Python files may only be tools`);
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
