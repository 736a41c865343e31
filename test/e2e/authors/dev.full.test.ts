// @needs busybox, namespaces, script
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import { dirname, join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import * as oci from "@libcnb/packager/oci";
import { createLayer, openBlobStore } from "@libcnb/packager/oci";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test, vi } from "vitest";
import { cnb, cnbSucceeds, pinnedNode, root } from "../../support/cnb.ts";
import { freePort } from "../../support/http.ts";
import { hostFiles, librariesOf } from "../../support/images/docker-bases.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** A buildpack of the author: its text is in a variable of the app, and its test checks that text. */
const buildpackFiles = {
  "buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/dev"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\narch = "amd64"\n[[targets]]\nos = "linux"\narch = "arm64"\n`,
  "package.json": `{ "type": "module", "scripts": { "test": "vitest run" } }`,
  "src/greeting.ts": `export const greeting = "good morning";\n`,
  "src/greeting.test.ts": `import { expect, test } from "vitest";
import { greeting } from "./greeting.ts";
test("the greeting is good", () => expect(greeting).toMatch(/^good /));
`,
  "src/other.test.ts": `import { test } from "vitest";
test("another test", () => { throw new Error("this test does not concern the change"); });
`,
  "src/buildpack.ts": `import { defineBuildpack, defaultTo, pass, temporaryLayer } from "libcnb";
import { greeting } from "./greeting.ts";
export default defineBuildpack({
  detect: () => pass(),
  async build({ layers }) {
    await layers.provide(temporaryLayer("env", { launch: true }), { create() {}, env: () => ({ launch: { GREETING: defaultTo(greeting) } }) });
    return { processes: { web: { command: ["sh", "/workspace/start.sh"], default: true } } };
  },
});
`,
};

const serve = `echo "$GREETING" >/tmp/greeting
cp() { cat "$1" >"$2"; }
mkdir -p /tmp/www && cp /workspace/text.txt /tmp/www/text.txt && cp /tmp/greeting /tmp/www/greeting.txt
exec busybox httpd -f -p "$PORT" -h /tmp/www
`;
const appFiles = { "start.sh": serve, "text.txt": "first text" };

let dir: string;
const location = (name: string) => join(dir, name);

async function write(folder: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

beforeAll(async () => {
  // in the repository, where the buildpack finds vitest and libcnb
  await mkdir(join(root, "dist/test"), { recursive: true });
  dir = await mkdtemp(join(root, "dist/test/dev-"));
  await chmod(dir, 0o755);
  await write(location("buildpack"), buildpackFiles);
  await write(dir, {
    "none/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/none"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
    "none/bin/detect": "#!/bin/sh\nexit 100\n",
    "none/bin/build": "#!/bin/sh\n",
    "builder.toml": `[build]\nimage = "oci:base"\n[[run.images]]\nimage = "oci:base"\n[[buildpacks]]\nuri = "none"\n[[order]]\ngroup = [{ id = "test/none" }]\n`,
  });
  for (const name of ["detect", "build"]) await chmod(location(`none/bin/${name}`), 0o755);
  const base = await shellImage(dir);
  const libraries = await createLayer(
    await hostFiles(await librariesOf(pinnedNode)),
    await openBlobStore(location("blobs")),
  );
  const image = oci.mutate.appendLayers(base, [{ layer: libraries }]);
  await oci.write(image, { kind: "oci", dir: location("base") }, { name: "base:1" });
  await cnbSucceeds(
    ["builder", "create", `oci:${location("builder")}`, "--config", location("builder.toml"), "--launcher", "none"],
    { env: environment() },
  );
}, 120_000);
afterAll(() => rm(dir, { recursive: true, force: true }));

const environment = () => ({
  PATH: process.env.PATH,
  HOME: dir,
  LIBCNB_CACHE_DIR: location("cache"),
  TMPDIR: location("tmp"),
});

let port: number;
let running: ChildProcess[] = [];
beforeEach(async () => {
  port = await freePort();
  await rm(location("app"), { recursive: true, force: true });
  await write(location("app"), appFiles);
  await write(location("buildpack"), buildpackFiles);
  await mkdir(location("tmp"), { recursive: true });
});
afterEach(async () => {
  for (const child of running) if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
  running = [];
});

const args = (...flags: readonly string[]) => [
  "dev",
  location("app"),
  "--builder",
  `oci:${location("builder")}`,
  "--buildpack",
  location("buildpack"),
  "--publish",
  `${port}:${port}`,
  ...flags,
];
const program = join(root, "builder-packager/bin/cnb.js");

interface Session {
  readonly child: ChildProcess;
  /** Waits for a text in what has been printed since the last call. */
  prints(text: string | RegExp): Promise<void>;
  output(): string;
  readonly ended: Promise<number | null>;
}

function sessionOf(child: ChildProcess): Session {
  running.push(child);
  let output = "";
  let seen = 0;
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (chunk: Buffer) => {
      output += stripVTControlCharacters(chunk.toString());
    });
  return {
    child,
    output: () => output,
    ended: once(child, "close").then(([code]) => code as number | null),
    async prints(text) {
      const fresh = () => output.slice(seen);
      await vi.waitFor(() => expect(fresh()).toMatch(text), { timeout: 60_000, interval: 20 });
      const found =
        typeof text === "string" ? fresh().indexOf(text) + text.length : (text.exec(fresh())?.index ?? 0) + 1;
      seen += found;
    },
  };
}

/** `cnb dev` without a terminal. */
const start = (...flags: readonly string[]): Session =>
  sessionOf(spawn(pinnedNode, [program, ...args(...flags)], { env: environment(), stdio: ["ignore", "pipe", "pipe"] }));

/** `cnb dev` in a terminal (util-linux's script), and the terminal's settings afterwards. */
function startInTerminal(): Session {
  const words = [pinnedNode, program, ...args("--no-tests")].map((word) => `'${word}'`).join(" ");
  const line = `stty cols 100 rows 40; ${words}; echo "exit code $?"; stty -a`;
  const env = { ...environment(), TERM: "xterm" };
  return sessionOf(spawn("script", ["-qefc", line, "/dev/null"], { env, stdio: ["pipe", "pipe", "pipe"] }));
}

const answer = async (path: string): Promise<string> => (await fetch(`http://127.0.0.1:${port}/${path}`)).text();
const answers = (path: string, text: string) =>
  vi.waitFor(async () => expect((await answer(path)).trim()).toBe(text), { timeout: 60_000, interval: 20 });

/** What a session has left: directories of builds and apps, temporary files, and processes with the app's port. */
function leftBehind(): readonly string[] {
  const below = (name: string) =>
    existsSync(location(name)) ? readdirSync(location(name)).map((each) => `${name}/${each}`) : [];
  const processes = readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) && commandOf(pid).includes(dir));
  return [...below("cache/work"), ...below("cache/run"), ...below("tmp"), ...processes.map(commandOf)].filter(
    (each) => !each.includes("node-compile-cache") && !each.includes("libcnb-compiled"),
  );
}

function commandOf(pid: string): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, "utf8").replaceAll("\0", " ");
  } catch {
    return "";
  }
}

describe("cnb dev without a terminal", () => {
  test("rebuilds after changes of the app and of the buildpack, also after a failed build", async () => {
    const session = start();
    await session.prints(`Ready in`);
    await answers("text.txt", "first text");
    await answers("greeting.txt", "good morning");

    // an editor replaces the file
    await write(location("app"), { "text.txt~": "second text" });
    await rename(location("app/text.txt~"), location("app/text.txt"));
    await session.prints("Changed: text.txt");
    await answers("text.txt", "second text");
    await session.prints("~ /workspace/text.txt");

    // a change of the buildpack runs the test that it concerns, and no other
    await write(location("buildpack"), { "src/greeting.ts": `export const greeting = "good night";\n` });
    await answers("greeting.txt", "good night");
    await session.prints("The tests of buildpack passed");

    // a failing test is shown, and the app gets the change
    await write(location("buildpack"), { "src/greeting.ts": `export const greeting = "bad night";\n` });
    await session.prints("test |");
    await session.prints("WARNING: tests of buildpack failed");
    await answers("greeting.txt", "bad night");
    expect(session.output()).not.toContain("does not concern the change");

    // a syntax error leaves the app running
    await write(location("buildpack"), { "src/greeting.ts": `export const greeting = ;\n` });
    await session.prints("ERROR:");
    await session.prints("The app of the image before keeps running.");
    expect((await answer("greeting.txt")).trim()).toBe("bad night");
    await write(location("buildpack"), { "src/greeting.ts": `export const greeting = "good day";\n` });
    await answers("greeting.txt", "good day");

    session.child.kill("SIGTERM");
    expect(await session.ended).toBe(143);
    expect(leftBehind()).toEqual([]);
  });

  test("waits for a change after an app has ended, and kills an app that ignores SIGTERM", async () => {
    await write(location("app"), { "start.sh": "echo failing; exit 3\n" });
    const session = start("--no-tests");
    await session.prints("The app ended with exit code 3. It starts again after the next change.");
    await write(location("app"), { "start.sh": `trap '' TERM\n(${serve})` });
    await session.prints("Ready in");
    expect(session.output().match(/^app \| failing$/gm)).toHaveLength(1);
    await write(location("app"), { "text.txt": "second text" });
    await session.prints("the app ignored SIGTERM for 3 s and was killed");
    await answers("text.txt", "second text");
    session.child.kill("SIGINT");
    expect(await session.ended).toBe(130);
    expect(leftBehind()).toEqual([]);
  });

  test("fails before the first build if the port is in use", async () => {
    const server = createServer().listen(port, "127.0.0.1");
    await once(server, "listening");
    const outcome = await cnb(args(), { env: environment() });
    server.close();
    expect(outcome).toMatchObject({ exitCode: 1, stderr: expect.stringContaining("CODE: PORT_UNAVAILABLE") });
    expect(outcome.stderr).not.toContain("Analyzing");
    expect(outcome.stderr).toContain("HINT: Choose another host port");
  });
});

describe("cnb dev in a terminal", () => {
  test("rebuilds, clears the cache, writes the inspection page and quits with its keys", async () => {
    const session = startInTerminal();
    await session.prints("Ready in");
    await session.prints(`http://localhost:${port}  │  r rebuild · c clear cache · i inspect · q quit`);
    session.child.stdin?.write("r");
    await session.prints("Ready in");
    session.child.stdin?.write("c");
    await session.prints("Ready in");
    session.child.stdin?.write("i");
    await session.prints(/Inspection page: file:\/\/\S+\.html/);
    const page = /Inspection page: file:\/\/(\S+\.html)/.exec(session.output())?.[1] ?? "";
    expect(readFileSync(page, "utf8")).toContain("<!doctype html>");
    session.child.stdin?.write("q");
    await session.prints("exit code 0");
    expect(await session.ended).toBe(0);
    expect(session.output()).toMatch(/ icanon /);
    expect(leftBehind()).toEqual([]);
  });

  test("ends on Ctrl-C as on a signal, also during a build", async () => {
    const session = startInTerminal();
    await session.prints("Analyzing");
    session.child.stdin?.write("\u0003");
    await session.prints("exit code 130");
    await session.ended;
    expect(session.output()).toMatch(/ icanon /);
    expect(leftBehind()).toEqual([]);
  });
});
