import "libcnb/testing/vitest";
import { resolve } from "node:path";
import { build, buildFailure, detect, type FileMap } from "libcnb/testing";
import { describe, expect, test } from "vitest";
import procfile from "./buildpack.ts";

const buildpack = resolve(import.meta.dirname, "..");
type Texts = Readonly<Record<string, string>>;

interface Inputs {
  readonly app?: FileMap;
  readonly env?: Texts;
  readonly bindings?: Readonly<Record<string, { readonly type: string; readonly [key: string]: string }>>;
}

const bound = (text: string): Inputs => ({ bindings: { mine: { type: "procfile", Procfile: text } } });

describe("detect", () => {
  test.for<[string, Inputs]>([
    ["a Procfile", { app: { Procfile: "web: ./run" } }],
    ["a Procfile in a binding", bound("worker: ./work")],
    ["BP_PROCFILE_DEFAULT_PROCESS", { env: { BP_PROCFILE_DEFAULT_PROCESS: "./run" } }],
  ])("passes with %s", async ([, given]) => expect(await detect(procfile, { buildpack, ...given })).toPass());

  test.for<[string, Inputs, string]>([
    [
      "no Procfile and no variable",
      {},
      "neither the app nor a binding has a Procfile, and BP_PROCFILE_DEFAULT_PROCESS is not set",
    ],
    [
      "a Procfile without a process",
      { app: { Procfile: "# nothing yet\nweb\n" } },
      'the Procfile has no process: line 2 of Procfile is ignored: it does not have the form "web: command"',
    ],
  ])("fails with %s", async ([, given, reason]) => {
    expect(await detect(procfile, { buildpack, ...given })).toFail(reason);
  });
});

/** Commands by type; that of the default process begins with `*`. */
async function commandsOf(given: Inputs) {
  const { parsed } = await build(procfile, { buildpack, ...given });
  const { processes } = parsed.launch;
  return Object.fromEntries(
    Object.entries(processes).map(([type, each]) => [type, `${each.default ? "* " : ""}${each.command.join(" ")}`]),
  );
}

const app = (Procfile: string, env: Texts = {}): Inputs => ({ app: { Procfile }, env });

describe("the image's processes of a Procfile app", () => {
  test.for<[string, Inputs, Texts]>([
    ["start a plain command without a shell", app("web: ./server --quiet"), { web: "* ./server --quiet" }],
    ["have quoted words as single arguments", app(`web: ./server "a b"`), { web: "* ./server a b" }],
    [
      "start a command with an environment variable in a shell",
      app("web: ./server $PORT"),
      { web: "* sh -c exec ./server $PORT" },
    ],
    [
      "start several commands in a shell that forwards signals",
      app("web: ./a && ./b"),
      { web: "* with-signals sh -c ./a && ./b" },
    ],
    [
      "are those of the Procfile, with web as the default",
      app("worker: ./w\nweb: ./s\nclock: ./c"),
      { clock: "./c", web: "* ./s", worker: "./w" },
    ],
    [
      "have worker as the default if there is no web",
      app("clock: ./c\nworker: ./w"),
      { clock: "./c", worker: "* ./w" },
    ],
    ["have the only process as the default", app("clock: ./c"), { clock: "* ./c" }],
    ["have no default if there is neither web nor worker", app("a: ./a\nb: ./b"), { a: "./a", b: "./b" }],
    ["can come from a binding", bound("web: ./bound"), { web: "* ./bound" }],
    [
      "come from a binding rather than from the app's Procfile, separately for each process type",
      { ...bound("web: ./bound"), ...app("web: ./app\nworker: ./w") },
      { web: "* ./bound", worker: "./w" },
    ],
    [
      "can come from BP_PROCFILE_DEFAULT_PROCESS",
      { env: { BP_PROCFILE_DEFAULT_PROCESS: "./default" } },
      { web: "* ./default" },
    ],
    [
      "contain web of the Procfile rather than BP_PROCFILE_DEFAULT_PROCESS",
      app("web: ./app", { BP_PROCFILE_DEFAULT_PROCESS: "./default" }),
      { web: "* ./app" },
    ],
    [
      "come from both a Procfile without web and BP_PROCFILE_DEFAULT_PROCESS",
      app("worker: ./w", { BP_PROCFILE_DEFAULT_PROCESS: "./default" }),
      { web: "* ./default", worker: "./w" },
    ],
    [
      "start without a shell if BP_DIRECT_PROCESS is true",
      app(`web: ./s 'a b'`, { BP_DIRECT_PROCESS: "true" }),
      { web: "* ./s a b" },
    ],
  ])("%s", async ([, given, expected]) => expect(await commandsOf(given)).toEqual(expected));
});

test("an environment variable in front of a Procfile command is set only for the process of this command", async () => {
  const outcome = await build(procfile, { buildpack, app: { Procfile: "web: MODE=fast ./s\nworker: ./w" } });
  expect(outcome).toHaveEnv("web", { MODE: "fast" });
  expect(outcome).toHaveEnv("worker", { MODE: undefined });
});

test("the default process of an earlier buildpack is kept", async () => {
  const given = { buildpack, app: { Procfile: "worker: ./w" }, inherited: { BPI_DEFAULT_PROCESS: "web" } };
  const { parsed } = await build(procfile, given);
  expect(parsed.launch.processes["worker"]?.default).toBe(false);
});

test("no layer is created if none is needed", async () => {
  const { parsed } = await build(procfile, { buildpack, app: { Procfile: "web: ./server" } });
  expect(parsed.layers).toEqual({});
});

test("the log reports ignored lines of a Procfile and the source of each process", async () => {
  const { log } = await build(procfile, {
    buildpack,
    app: { Procfile: "web: ./app\nno" },
    env: { BP_PROCFILE_DEFAULT_PROCESS: "./x" },
    bindings: { mine: { type: "Procfile", Procfile: "worker: ./w" } },
  });
  expect(log.slice(-5)).toEqual([
    'line 2 of Procfile is ignored: it does not have the form "web: command"',
    'Starting the app with "./app"',
    "Chosen because of web in Procfile",
    'Process worker: "./w"',
    "Chosen because of worker in the Procfile of the binding mine",
  ]);
});

describe("the build fails for", () => {
  test.for<[string, Inputs, string, string]>([
    [
      "a command that needs a shell if BP_DIRECT_PROCESS is true",
      app("web: ./s $PORT", { BP_DIRECT_PROCESS: "true" }),
      "PROCFILE_NEEDS_SHELL",
      'the command "./s $PORT" (web in Procfile) needs a shell, but BP_DIRECT_PROCESS requests a start without a shell',
    ],
    [
      "a binding without an entry Procfile",
      { ...app("web: ./s"), bindings: { mine: { type: "Procfile", procfile: "web: x" } } },
      "BINDING_INVALID",
      'the binding "mine" (SERVICE_BINDING_ROOT) has no entry "Procfile"',
    ],
    [
      "two bindings",
      { bindings: { a: { type: "Procfile", Procfile: "web: x" }, b: { type: "Procfile", Procfile: "web: y" } } },
      "BINDING_AMBIGUOUS",
      "",
    ],
  ])("%s", async ([, given, code, message]) => {
    const { error } = await buildFailure(procfile, { buildpack, ...given });
    expect(error).toMatchObject({ code, message: expect.stringContaining(message.split("(SERVICE")[0] ?? "") });
  });
});
