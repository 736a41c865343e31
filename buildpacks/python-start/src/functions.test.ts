import type { FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import { built, type Env } from "./test-build.ts";

const http = (name: string) => `\n@functions_framework.http\ndef ${name}(request):\n    return "x"\n`;
const main = `import functions_framework\n`;
const packages = "functions-framework gunicorn flask";

/** The command of web with its own variables. */
async function web(app: FileMap, env: Env = {}, installed = packages) {
  const outcome = await built(app, installed, env);
  const variables = Object.fromEntries(
    ["FUNCTION_TARGET", "FUNCTION_SOURCE", "FUNCTION_SIGNATURE_TYPE"].flatMap((name) => {
      const value = outcome.webEnv[name];
      return value === undefined ? [] : [[name, value]];
    }),
  );
  return { command: outcome.commands["web"], ...variables };
}
const server = "functions-framework";

describe("a function of the Functions Framework", () => {
  test.for<[string, FileMap, Env, object]>([
    ["the only declared function", { "main.py": main + http("hello") }, {}, { FUNCTION_TARGET: "hello" }],
    [
      "declared between comments and other decorators",
      {
        "main.py": `import functions_framework as ff\n\n@ff.cloud_event # x\n\n@other(1)\nasync def on(event):\n    pass\n`,
      },
      {},
      { FUNCTION_TARGET: "on" },
    ],
    [
      "declared in code, while another declaration in a string literal is ignored",
      { "main.py": `${main}"""\n@functions_framework.http\ndef text(r):\n"""${http("real")}` },
      {},
      { FUNCTION_TARGET: "real" },
    ],
    [
      "an undeclared function that GOOGLE_FUNCTION_TARGET names",
      { "main.py": "def plain(request):\n    return 1\n" },
      { GOOGLE_FUNCTION_TARGET: "plain", GOOGLE_FUNCTION_SIGNATURE_TYPE: "event" },
      { FUNCTION_TARGET: "plain", FUNCTION_SIGNATURE_TYPE: "event" },
    ],
    [
      "named by GOOGLE_FUNCTION_TARGET, even if the app has a Procfile",
      { Procfile: "web: python x.py", "fn.py": "def plain(request):\n    return 1\n" },
      { GOOGLE_FUNCTION_TARGET: "plain", GOOGLE_FUNCTION_SOURCE: "fn.py" },
      { FUNCTION_TARGET: "plain", FUNCTION_SOURCE: "fn.py" },
    ],
    [
      "one of several functions and GOOGLE_FUNCTION_TARGET names it",
      { "main.py": main + http("a") + http("b") },
      { GOOGLE_FUNCTION_TARGET: "b" },
      { FUNCTION_TARGET: "b" },
    ],
  ])("is started if it is %s", async ([, app, env, variables]) => {
    expect(await web(app, env)).toEqual({ command: server, ...variables });
  });

  test.for<[string, FileMap, string, string]>([
    [
      "a Flask app in the same module",
      { "main.py": `${main}from flask import Flask\napp = Flask(__name__)\n${http("hello")}` },
      packages,
      "gunicorn main:app",
    ],
    [
      "web in a Procfile",
      { Procfile: "web: python main.py", "main.py": main + http("hello") },
      packages,
      "with-signals python main.py",
    ],
    [
      "a main.py but no installed functions-framework",
      { "main.py": `${main}${http("hello")}print(1)\n` },
      "flask",
      "with-signals python main.py",
    ],
  ])("is not started if the app has %s", async ([, app, installed, command]) => {
    expect((await built(app, installed)).commands["web"]).toBe(command);
  });

  test.for<[string, FileMap, Env, string, string, string]>([
    [
      "several declared functions",
      { "main.py": main + http("a") + http("b") },
      {},
      packages,
      "nothing to start: main.py declares several functions (a, b)",
      "Set GOOGLE_FUNCTION_TARGET to one of them, such as a.",
    ],
    [
      "GOOGLE_FUNCTION_TARGET but no installed functions-framework",
      { "main.py": "" },
      { GOOGLE_FUNCTION_TARGET: "a" },
      "flask",
      `GOOGLE_FUNCTION_TARGET is "a": functions-framework is not installed`,
      "Add functions-framework to the app's requirements.",
    ],
    [
      "GOOGLE_FUNCTION_TARGET but no main.py",
      { "app.py": "" },
      { GOOGLE_FUNCTION_TARGET: "a" },
      packages,
      `GOOGLE_FUNCTION_TARGET is "a": there is no main.py`,
      "Set GOOGLE_FUNCTION_SOURCE to the file that defines the function.",
    ],
  ])("causes an error if the app has %s", async ([, app, env, installed, message, hint]) => {
    await expect(built(app, installed, env)).rejects.toMatchObject({ message, hint });
  });
});
