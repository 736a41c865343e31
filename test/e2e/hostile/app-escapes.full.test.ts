import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, rm } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../support/cnb.ts";
import { saidIn, shellScript, type TinyWorld, tinyWorld } from "../../support/tiny/world.ts";

/**
 * The files and variables that an app must not see: a file of the user, the caller's environment,
 * another app. Each contains a marker.
 */
const marker = "MARKER-SECRET";
const own = "MARKER-OWN";
let world: TinyWorld;

beforeAll(async () => {
  world = await tinyWorld([shellScript("in/it", "true")]);
  await world.write("", { "secret/config.json": JSON.stringify({ auth: marker }), "secret/id": marker });
  await world.write("other-app", { "index.ts": `export default "${marker}";` });
});

afterAll(() => world.remove());

const project = `[_]\nschema-version = "0.2"\n[[io.buildpacks.group]]\nuri = "bp"\n`;
const descriptor = `api = "0.10"\n[buildpack]\nid = "app/bp"\nversion = "1.0.0"\n`;

const app = (source: string, files: Readonly<Record<string, string>> = {}) =>
  world.write("app", {
    "project.toml": project,
    "bp/buildpack.toml": descriptor,
    "bp/own.txt": own,
    "bp/src/buildpack.ts": source,
    ...files,
  });

const printing = (imports: string, value: string) => `import { defineBuildpack, pass } from "libcnb";
${imports}
export default defineBuildpack({
  detect: () => pass(),
  build: ({ log }) => { log.info(JSON.stringify(${value})); return {}; },
});
`;

const build = async (name: string, flags: readonly string[] = []) => {
  const outcome = await world.build(`oci:${world.location(`out/${name}`)}`, flags, { env: { TOKEN: marker } });
  await rm(world.location("app"), { recursive: true, force: true });
  return outcome;
};

/** Files of the cache and of images in which a text is, compressed or not. */
async function locationsOf(text: string): Promise<readonly string[]> {
  const script = `for dir in cache out; do find "$dir" -type f 2>/dev/null; done | while read -r file; do
    for open in cat "gzip -dc" "zstd -dc"; do $open "$file" 2>/dev/null | grep -qaF "$1" && echo "$file" && break; done
  done; true`;
  const { stdout } = await execute("sh", ["-c", script, "sh", text], { cwd: world.dir });
  return stdout.split("\n").filter((line) => line !== "");
}

test("a TypeScript buildpack in the app's directory is compiled and runs in the sandbox", async () => {
  await app(printing(`import x from "../own.txt" with { type: "text" };`, "x"));
  const outcome = await build("own");
  expect(outcome).toMatchObject({ exitCode: 0 });
  expect(saidIn(outcome).map((line) => line.trim())).toContain(`"${own}"`);
  expect(await locationsOf(own)).not.toEqual([]);
});

test("imports of host files in a TypeScript buildpack of the app fail, and no output contains the files' contents", async () => {
  const outside = [
    "/proc/self/environ",
    "/proc/1/environ",
    "../../../secret/id",
    world.location("secret/id"),
    "/etc/passwd",
    world.location("secret/config.json"),
    world.location("other-app/index.ts"),
  ];
  const imports = outside.map((path, index) => `import x${index} from "${path}" with { type: "text" };`);
  await app(printing(imports.join("\n"), `[${outside.map((_, index) => `x${index}`)}]`));
  const { exitCode, stderr } = await build("imports");
  expect(exitCode).toBe(1);
  expect(stderr).toContain("CODE: COMPILE_FAILED");
  for (const [index] of outside.entries()) expect(stderr).toMatch(new RegExp(`bp/src/buildpack.ts:${index + 2}:`));
  expect(stderr).not.toContain(marker);
  expect(await locationsOf(marker)).toEqual([]);
});

test("a package named libcnb in the app's directory runs only in the sandbox", async () => {
  const connections: unknown[] = [];
  const server = createServer((socket) => {
    connections.push(socket);
    socket.destroy();
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const { port } = server.address() as { port: number };
  const runtime = `import fs from "node:fs"; import net from "node:net";
try { fs.writeFileSync("${world.location("secret/written")}", "x"); } catch {}
try { console.error(process.env.TOKEN, fs.readFileSync("${world.location("secret/id")}", "utf8")); } catch {}
net.connect(${port}, "127.0.0.1").on("error", () => {});
export const runBuildpacks = () => { setTimeout(() => process.exit(0), 200); };`;
  const libcnb = {
    "package.json": `{"name":"libcnb","type":"module","exports":{"./runtime":"./r.js"}}`,
    "r.js": runtime,
  };
  const files = Object.entries(libcnb).map(([name, text]) => [`node_modules/libcnb/${name}`, text]);
  await app("export default {};", Object.fromEntries(files));
  const { stderr } = await build("framework", ["--network", "none"]);
  server.close();
  expect(stderr).toContain("===> Detecting");
  expect({ connections, said: stderr.includes(marker), locations: await locationsOf(marker) }).toEqual({
    connections: [],
    said: false,
    locations: [],
  });
  expect(await execute("test", ["-e", world.location("secret/written")])).toMatchObject({ exitCode: 1 });
});

/** A package.json without an end, which the compiler waits for. */
async function endless(): Promise<void> {
  await app(printing(`import x from "endless";`, "x"));
  await mkdir(world.location("app/node_modules/endless"), { recursive: true });
  await execute("mkfifo", [world.location("app/node_modules/endless/package.json")]);
}

test("--timeout stops the compiler of an app's buildpack", async () => {
  await endless();
  const begunMs = Date.now();
  const { stderr } = await build("timeout", ["--timeout", "4s"]);
  expect(stderr).toContain("--timeout");
  expect(Date.now() - begunMs).toBeLessThan(15_000);
});

test("SIGINT stops the compiler of an app's buildpack", async () => {
  await endless();
  const args = ["build", "oci:out/sigint", "--path", "app", "--builder", `oci:${world.location("images/builder")}`];
  const env = { PATH: process.env["PATH"], HOME: world.dir, LIBCNB_CACHE_DIR: world.location("cache") };
  const child = spawn(pinnedNode, [join(root, "builder-packager/bin/cnb.js"), ...args], { cwd: world.dir, env });
  let said = "";
  child.stderr.on("data", (chunk: Buffer) => (said += chunk));
  while (!said.includes("Adding bp")) await new Promise((resolve) => setTimeout(resolve, 50));
  await new Promise((resolve) => setTimeout(resolve, 1500));
  const begunMs = Date.now();
  child.kill("SIGINT");
  const [code] = await once(child, "close");
  expect(code).toBe(130);
  expect(Date.now() - begunMs).toBeLessThan(2000);
});
