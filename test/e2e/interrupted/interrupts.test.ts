import { mkdir, readdir, writeFile } from "node:fs/promises";
import http from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { interruptedCommand, marked, startMarked } from "../../support/interrupted/interrupted.ts";
import { type Listening, listen } from "../../support/registry/listen.ts";
import { type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/** Takes for ever where the app says so, and heeds no signal. */
const waiting = (phase: string) =>
  `#!/bin/sh\n[ "$(cat /workspace/waits)" = ${phase} ] || exit 0\ntrap "" INT TERM\necho ${phase} waits >&2\nwhile true; do sleep 1000; done\n`;

let world: TinyWorld;
let silent: Listening;
/** Requests that nobody has answered. */
let asked = 0;
let trickling: Listening;
beforeAll(async () => {
  world = await tinyWorld([
    {
      id: "test/waits",
      version: "1.0.0",
      files: {
        "buildpack.toml": `api = "0.10"\n[buildpack]\nid = "test/waits"\nversion = "1.0.0"\n`,
        "bin/detect": waiting("detect"),
        "bin/build": waiting("build"),
      },
    },
  ]);
  for (const phase of ["detect", "build", "nothing"]) await world.write(phase, { waits: `${phase}\n` });
  silent = await listen(http.createServer(() => asked++));
  trickling = await listen(
    http.createServer((_request, response) => {
      asked++;
      const timer = setInterval(() => response.write(" "), 50);
      response.on("close", () => clearInterval(timer));
    }),
  );
  await writeFile(world.location("builder.toml"), builderToml(silent.host));
  await writeFile(world.location("lifecycle.toml"), builderToml("nowhere.test", `uri = "http://${silent.host}/l.tgz"`));
  await mkdir(world.location("empty"), { recursive: true });
}, 60_000);
afterAll(async () => {
  await Promise.all([world.remove(), silent.stop(), trickling.stop()]);
});

const builderToml = (host: string, lifecycle = 'version = "0.20.0"') => `
[build]
image = "${host}/build:1"
[[run.images]]
image = "${host}/run:1"
[lifecycle]
${lifecycle}
[[order]]
[[order.group]]
id = "a/b"
version = "1"
`;

/** A command, and when it waits: when it has printed this, or asked a server. */
type Case = readonly [name: string, args: () => readonly string[], until?: RegExp];

const build = (app: string, output = "oci:out", builder = `oci:${world.location("images/builder")}`) => [
  "build",
  output,
  "--path",
  world.location(app),
  "--builder",
  builder,
];
const cases: readonly Case[] = [
  ["inspect of an image in a silent registry", () => ["inspect", `${silent.host}/app:1`]],
  ["inspect of an image in a slow registry", () => ["inspect", `${trickling.host}/app:1`]],
  ["sbom download", () => ["sbom", "download", `${silent.host}/app:1`]],
  ["run", () => ["run", `${silent.host}/app:1`]],
  ["rebase", () => ["rebase", `${silent.host}/app:1`]],
  ["builder inspect", () => ["builder", "inspect", `${silent.host}/builder:1`]],
  ["builder create", () => ["builder", "create", "oci:builder", "--config", world.location("builder.toml")]],
  [
    "base create",
    () => [
      "base",
      "create",
      "oci:base",
      "--suite",
      "bookworm",
      "--package",
      "base-files",
      "--mirror",
      `http://${silent.host}`,
    ],
  ],
  ["build with a builder of a silent registry", () => build("nothing", "oci:out", `${silent.host}/builder:1`)],
  ["build to a silent registry", () => build("nothing", `${silent.host}/out:1`)],
  ["build during detect", () => build("detect"), /Detecting/],
  ["build during build", () => build("build"), /build waits/],
];

const start = (args: readonly string[]) => startMarked(world, args);
const interrupted = (args: readonly string[], signal: NodeJS.Signals, until?: RegExp) => {
  const before = asked;
  return interruptedCommand(world, args, { signal, until: until ?? (() => asked > before) });
};

/** A loaded machine is slow; by itself it takes less than two seconds. */
const mostMs = 5000;

describe.each<[NodeJS.Signals, number]>([
  ["SIGINT", 130],
  ["SIGTERM", 143],
])("the signal %s", (signal, expected) => {
  const some = cases.filter((_, index) => process.env["LIBCNB_TEST_ALL"] === "1" || index % 2 === expected % 2);
  test.for(some)(
    "ends cnb %s, is named in the error, and leaves no files",
    { timeout: 40_000 },
    async ([, args, until]) => {
      const { exitCode, stderr, ms, left } = await interrupted(args(), signal, until);
      expect({ exitCode, last: stderr.trimEnd().split("\n").at(-1), left }).toEqual({
        exitCode: expected,
        last: `Stopped by ${signal}`,
        left: [],
      });
      expect(ms).toBeLessThan(mostMs);
      expect(await readdir(world.location("empty"))).toEqual([]);
    },
  );
});

const inTime = "--timeout=2s";
test.for<[string, () => readonly string[], string]>([
  [
    "cnb build with a builder in a silent registry",
    () => [...build("nothing", "oci:out", `${silent.host}/builder:1`), inTime],
    "BUILD_TIMED_OUT",
  ],
  ["cnb build into a silent registry", () => [...build("nothing", `${silent.host}/out:1`), inTime], "BUILD_TIMED_OUT"],
  ["cnb build with a buildpack that waits", () => [...build("build"), inTime], "BUILD_TIMED_OUT"],
  ["cnb run of an image in a silent registry", () => ["run", `${silent.host}/app:1`, inTime], "RUN_TIMED_OUT"],
  ["cnb run of an image in a slow registry", () => ["run", `${trickling.host}/app:1`, inTime], "RUN_TIMED_OUT"],
])("--timeout ends %s", { timeout: 40_000 }, async ([, args, code]) => {
  const begun = performance.now();
  const { mark, output, ended } = start(args());
  const [exitCode] = await ended;
  const ms = performance.now() - begun;
  expect({ exitCode, code: /^CODE: (.*)$/m.exec(output.stderr)?.[1], left: await marked(mark) }).toEqual({
    exitCode: 124,
    code,
    left: [],
  });
  expect(ms).toBeLessThan(2000 + mostMs);
  expect(await readdir(world.location("empty"))).toEqual([]);
});

test("cnb names a registry that has not responded for five seconds", { timeout: 40_000 }, async () => {
  const host = silent.host;
  const { stderr } = await interrupted(["inspect", `${host}/app:1`], "SIGTERM", /Waiting/);
  expect(stderr).toBe(`     Waiting for ${host}\nStopped by SIGTERM\n`);
});
