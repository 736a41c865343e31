import type { FileMap } from "libcnb/testing";
import type { AppCase } from "../apps/app-cases.ts";
import type { Command } from "../apps/app-tools.ts";

/** A server in one file that answers every request with what an expression gives, as JSON, and ends by itself on SIGTERM. */
export const server = (expression: string, ...imports: readonly string[]): string => `import json
import os
import signal
import sys
${imports.map((name) => `import ${name}\n`).join("")}from http.server import BaseHTTPRequestHandler, HTTPServer


class Answers(BaseHTTPRequestHandler):
    def do_GET(self):
        self.send_response(200)
        self.send_header("content-type", "application/json")
        self.end_headers()
        self.wfile.write(json.dumps(${expression}).encode())


signal.signal(signal.SIGTERM, lambda *_: sys.exit(0))
HTTPServer(("", int(os.environ["PORT"])), Answers).serve_forever()
`;

/** pyproject.toml of an app with packages, and one for development. */
export const pyproject = (dependencies: readonly string[], more = ""): string => `[project]
name = "app"
version = "1.0.0"
requires-python = ">=3.10"
dependencies = ${JSON.stringify(dependencies)}

[dependency-groups]
dev = ["iniconfig==2.1.0"]
${more}`;

/** requirements.txt. */
export const requirements = (...lines: readonly string[]): string => lines.map((line) => `${line}\n`).join("");

const pinned = ["idna==3.10", "inflection==0.5.1"];
const pinnedAnew = ["idna==3.11", "inflection==0.5.1"];
const answer = `{
            "name": idna.encode("b\\u00fccher").decode(),
            "many": inflection.pluralize("layer"),
            "development": "iniconfig" in {each.name for each in importlib.metadata.distributions()},
        }`;
const modules = ["idna", "inflection", "importlib.metadata"];

/** The smallest app with dependencies: two packages that have none, and one for development. `main.py` alone says how to start it. */
export const small = {
  code: { "main.py": server(answer, ...modules) },
  pinned,
  pinnedAnew,
  answers: { "/": { name: "xn--bcher-kva", many: "layers", development: false } },
  changed: {
    files: { "main.py": server(`inflection.singularize("layers")`, ...modules) },
    answers: { "/": "layer" },
  },
} as const;

const packages = (list: readonly string[]): string => list.map((each) => `${each.replace("==", ' = "==')}"\n`).join("");

/** The files of the small app in the words of each tool, and what makes its lockfile. */
export const tools = {
  pip: {
    files: (list = pinned): FileMap => ({ ...small.code, "requirements.txt": requirements(...list) }),
    lock: [],
  },
  uv: {
    files: (list = pinned): FileMap => ({ ...small.code, "pyproject.toml": pyproject(list) }),
    lock: [["uv==0.13.9", "lock"]],
  },
  poetry: {
    files: (list = pinned): FileMap => ({
      ...small.code,
      "pyproject.toml": pyproject(list, "\n[tool.poetry]\npackage-mode = false\n"),
    }),
    lock: [["poetry==2.5.1", "lock"]],
  },
  pipenv: {
    files: (list = pinned): FileMap => ({
      ...small.code,
      Pipfile: `[packages]\n${packages(list)}\n[dev-packages]\niniconfig = "==2.1.0"\n`,
    }),
    lock: [["pipenv==2026.10.3", "lock"]],
  },
  pdm: {
    files: (list = pinned): FileMap => ({ ...small.code, "pyproject.toml": pyproject(list) }),
    lock: [["pdm==2.29.3", "lock"]],
  },
} as const satisfies Readonly<Record<string, Tool>>;

interface Tool {
  readonly files: (list?: readonly string[]) => FileMap;
  readonly lock: readonly Command[];
}

/** The layer of the image with the app's own files. */
export const code = "app";

/** The small app in other hands: the same answers, the same layers. */
export const likeSmall = (name: string, parts: Partial<AppCase> & Pick<AppCase, "app">): AppCase => ({
  name,
  says: ["Installed packages: 2"],
  processes: { web: "with-signals python main.py" },
  answers: small.answers,
  changed: { ...small.changed, moved: [code] },
  ...parts,
});
