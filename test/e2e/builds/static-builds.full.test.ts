// @needs busybox, namespaces
import { spawn } from "node:child_process";
import { once } from "node:events";
import { chmod, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { childrenOf } from "../../../builder-packager/src/sandbox/processes/process-tree.ts";
import { execute, type Outcome, pinnedNode, root, staticCnb } from "../../support/cnb.ts";
import { freePort } from "../../support/http.ts";
import { buildStaticProgram } from "../../support/static-program.ts";
import { shellImage } from "../../support/tiny/shell-image.ts";

/** Builders, builds and apps of the static program, compared with those of the command on Node.js. */
const build = `#!/bin/sh
set -e
cd "$CNB_LAYERS_DIR"
/bin/busybox mkdir -p data
/bin/busybox seq 1 400000 >data/numbers
printf '[types]\\nlaunch = true\\ncache = true\\n' >data.toml
cat >launch.toml <<'END'
[[processes]]
type = "web"
command = ["/bin/sh", "-c", "busybox cat; echo \\"$GREETING\\" >&2; exit 7"]
default = true
END
`;
const files = {
  "buildpack/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/shell"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`,
  "buildpack/bin/detect": "#!/bin/sh\n",
  "buildpack/bin/build": build,
  "typescript/package.json": `{ "type": "module" }`,
  "typescript/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/typescript"\nversion = "1.0.0"\n`,
  "typescript/src/buildpack.ts": "export default {};\n",
  "app/file.txt": "my app",
  "builder.toml": `[build]
image = "oci:base"
[[run.images]]
image = "oci:base"
[[buildpacks]]
uri = "buildpack"
[[order]]
group = [{ id = "test/shell" }]
`,
};

const forms = { node: [pinnedNode, join(root, "builder-packager/bin/cnb.js")], static: [staticCnb] } as const;
type Form = keyof typeof forms;
const both = Object.keys(forms) as Form[];

let dir = "";
const location = (name: string): string => join(dir, name);
/** Environment with a cache of its own for each form. */
const envOf = (form: Form) => ({ ...process.env, LIBCNB_CACHE_DIR: location(`cache-${form}`) });
const cnb = (form: Form, args: readonly string[]): Promise<Outcome> => {
  const [program, ...first] = forms[form];
  return execute(program, [...first, ...args], { cwd: dir, env: envOf(form) });
};
const succeeds = async (form: Form, args: readonly string[]): Promise<string> => {
  const { exitCode, stdout, stderr } = await cnb(form, args);
  expect({ exitCode, stderr: exitCode === 0 ? "" : stderr }).toEqual({ exitCode: 0, stderr: "" });
  return stdout.trim();
};
const builderArgs = (form: Form) => ["builder", "create", `oci:${form}-builder`, "--launcher", "none"];
const buildArgs = (form: Form, name: string) => ["build", `oci:${form}-${name}`, "--path", "app"];

beforeAll(async () => {
  await buildStaticProgram();
  dir = await mkdtemp(join(tmpdir(), "static-builds-"));
  await chmod(dir, 0o755);
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(location(name)), { recursive: true });
    await writeFile(location(name), text, { mode: name.includes("/bin/") ? 0o755 : 0o644 });
  }
  await oci.write(await shellImage(dir), { kind: "oci", dir: location("base") }, { name: "base:1" });
  for (const form of both) {
    await succeeds(form, [...builderArgs(form), "--config", "builder.toml"]);
    await succeeds(form, [...buildArgs(form, "app"), "--builder", "oci:node-builder"]);
  }
});
afterAll(() => rm(dir, { recursive: true, force: true }));

/** The digests of the images in a layout. */
async function digestsOf(name: string): Promise<readonly string[]> {
  const { manifests } = JSON.parse(await readFile(location(`${name}/index.json`), "utf8"));
  return manifests.map(({ digest }: { readonly digest: string }) => digest);
}

test("the static program creates a builder with the same digest as the npm package", async () => {
  expect(await digestsOf("static-builder")).toEqual(await digestsOf("node-builder"));
});

test("the static program builds an image with the same digest as the npm package", async () => {
  expect(await digestsOf("static-app")).toEqual(await digestsOf("node-app"));
  const rebuilt = await Promise.all(
    both.map((form) => succeeds(form, [...buildArgs(form, "app"), "--builder", "oci:node-builder"])),
  );
  expect(new Set(rebuilt).size).toBe(1);
});

test("cnb run of the static program passes on streams, variables and the exit code", async () => {
  const args = ["run", "oci:static-app", "-e", "GREETING=hello"];
  const outcome = await execute(staticCnb, args, { cwd: dir, env: envOf("static"), input: "said\n" });
  expect(outcome).toMatchObject({ exitCode: 7, stdout: "said\n", stderr: expect.stringMatching(/hello\n$/) });
});

test("cnb run of the static program forwards a port and SIGTERM, and leaves no process when it is killed", async () => {
  const page = "mkdir /tmp/www; echo page >/tmp/www/index.html; exec busybox httpd -f -p $0 -h /tmp/www";
  const start = async () => {
    const [port, inside] = [await freePort(), await freePort()];
    const args = [
      "run",
      "oci:base",
      "-p",
      `${port}:${inside}`,
      "--",
      "sh",
      "-c",
      page.replace("mkdir", "busybox mkdir"),
      `${inside}`,
    ];
    const child = spawn(staticCnb, args, { cwd: dir, env: envOf("static"), stdio: "ignore" });
    const address = `http://127.0.0.1:${port}/index.html`;
    await vi.waitFor(async () => expect(await (await fetch(address)).text()).toBe("page\n"), 60_000);
    return child;
  };
  const ended = await start();
  ended.kill("SIGTERM");
  expect(await once(ended, "exit")).toEqual([143, null]);
  const killed = await start();
  const children = await childrenOf(killed.pid ?? -1);
  expect(children.length).toBeGreaterThan(0);
  killed.kill("SIGKILL");
  await vi.waitFor(async () => expect((await Promise.all(children.map(commandOf))).join("")).toBe(""), 20_000);
});

const commandOf = (pid: number): Promise<string> => readFile(`/proc/${pid}/cmdline`, "utf8").catch(() => "");

test.for([
  [
    "a TypeScript buildpack",
    ["build", "oci:none", "--path", "app", "--builder", "oci:static-builder", "--buildpack", "typescript"],
  ],
  [
    "--compression zstd",
    [...buildArgs("static", "zstd"), "--builder", "oci:static-builder", "--compression", "zstd", "--clear-cache"],
  ],
  ["--publish with --network none", ["run", "oci:base", "--network", "none", "-p", "80", "--", "sh", "-c", ":"]],
  ["builder create --with-cnb", [...builderArgs("static"), "--config", "builder.toml", "--with-cnb"]],
  ["--shell", ["run", "oci:base", "--shell"]],
] as const)("the static program reports that %s needs Node.js", async ([, args]) => {
  const { exitCode, stderr } = await cnb("static", args);
  expect([exitCode, stderr]).toEqual([3, expect.stringContaining("CODE: NODE_REQUIRED")]);
});
