import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { gzipSync } from "node:zlib";
import { afterAll, beforeAll, expect, test } from "vitest";
import { hostArchitecture } from "../../compile/executable/node-release.ts";
import { tarStream } from "../../tar/write.ts";
import { type PackagingWorkspace, packagingWorkspace, runPhase } from "../testing/packaging-workspace.ts";

const arch = hostArchitecture() ?? "amd64";
const other = arch === "amd64" ? "arm64" : "amd64";
let workspace: PackagingWorkspace;
let server: Server;
let host: string;
const asked: string[] = [];
const files: Record<string, Uint8Array> = {};

beforeAll(async () => {
  workspace = await packagingWorkspace();
  server = createServer((request, response) => {
    const path = request.url ?? "";
    asked.push(path);
    const body = files[path];
    response.writeHead(body ? 200 : 404).end(body);
  }).listen(0, "127.0.0.1");
  await new Promise((resolve) => server.once("listening", resolve));
  host = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  files["/tool-1.0.0.txt"] = Buffer.from("the tool");
  files[`/${other}.txt`] = Buffer.from("for the other machine");
  const packed = { type: "file", path: "package/index.js", mode: 0o644, uid: 0, gid: 0 } as const;
  files["/helper/-/helper-2.0.0.tgz"] = gzipSync(
    await buffer(tarStream([{ ...packed, content: Buffer.from("helps") }])),
  );
});
afterAll(async () => {
  server.close();
  await workspace.remove();
});

const digest = (path: string, algorithm = "sha256") =>
  createHash(algorithm)
    .update(files[path] ?? "")
    .digest("hex");

const dependency = (fields: Readonly<Record<string, string>>) =>
  ["[[metadata.dependencies]]", ...Object.entries(fields).map(([key, value]) => `${key} = "${value}"`), ""].join("\n");

const toml = (id: string, ...dependencies: readonly string[]) =>
  [`api = "0.10"\n[buildpack]\nid = "${id}"\nversion = "1.0.0"\n`, ...dependencies].join("\n");

const tool = () =>
  dependency({ id: "tool", version: "1.0.0", uri: `${host}/tool-1.0.0.txt`, sha256: digest("/tool-1.0.0.txt") });

const script = { "bin/detect": "", "bin/build": "" };

test.for<[string, () => Readonly<Record<string, string>>, string]>([
  [
    "a dependency without a checksum",
    () => ({ "buildpack.toml": toml("me/x", dependency({ id: "a", version: "1.0.0", uri: `${host}/a` })) }),
    "DIR/buildpack.toml is not valid BUILDPACK_INVALID",
  ],
  [
    "a dependency whose checksum does not match",
    () => ({ "buildpack.toml": toml("me/x", tool().replace(/sha256 = "..../, 'sha256 = "0000')) }),
    "the checksum of HOST/tool-1.0.0.txt differs from the expected one DOWNLOAD_CHECKSUM_MISMATCH",
  ],
  [
    "a dependency that cannot be downloaded",
    () => ({ "buildpack.toml": toml("me/x", tool().replace("/tool-1.0.0.txt", "/gone.txt")) }),
    "could not download HOST/gone.txt DOWNLOAD_FAILED",
  ],
])("packaging dependencies for offline use reports %s", async ([name, given, expected]) => {
  const dir = await workspace.folder(name, { ...given(), ...script });
  const env = { LIBCNB_CACHE_DIR: join(workspace.dir, name, "cache") };
  const error = await workspace.packaged(dir, ["oci:never"], { offline: true, env }).then(
    () => undefined,
    (reason: Error & { code: string }) => reason,
  );
  expect(`${error?.message.replace(dir, "DIR").replace(host, "HOST")} ${error?.code}`).toBe(expected);
});

test("packaging for offline use takes the npm registry from npm's own settings", async () => {
  const checksum = `sha512:${digest("/helper/-/helper-2.0.0.tgz", "sha512")}`;
  const dir = await workspace.folder("npmrc", {
    ...script,
    "buildpack.toml": toml("me/npm", dependency({ id: "h", version: "2.0.0", uri: "npm:helper@2.0.0", checksum })),
  });
  const settings = await workspace.folder("settings", { "npmrc-of-all": `registry=${host}\n`, "npmrc-of-user": "" });
  const env = {
    NPM_CONFIG_REGISTRY: "",
    npm_config_registry: "",
    LIBCNB_CACHE_DIR: join(workspace.dir, "npmrc-cache"),
    NPM_CONFIG_GLOBALCONFIG: join(settings, "npmrc-of-all"),
    NPM_CONFIG_USERCONFIG: join(settings, "npmrc-of-user"),
  };
  await workspace.packaged(dir, ["oci:npmrc-package"], { offline: true, env });
  const { layers } = await workspace.read("oci:npmrc-package");
  expect(layers.flat().filter((line) => line.endsWith("/helper@2.0.0")).length).toBe(1);
});

test("packaging for offline use does not download a file again if its directory has it with the right checksum", async () => {
  const wrong = `dependencies/${digest("/tool-1.0.0.txt")}/renamed.txt`;
  const dir = await workspace.folder("own", {
    ...script,
    "buildpack.toml": toml("me/own", tool()),
    [wrong]: "the tool",
  });
  const before = asked.length;
  await workspace.packaged(dir, ["oci:own-package"], {
    offline: true,
    env: { LIBCNB_CACHE_DIR: join(workspace.dir, "own-cache") },
  });
  expect(asked.length).toBe(before);
  const { layers } = await workspace.read("oci:own-package");
  expect(layers.flat().filter((line) => line.includes("dependencies/"))).toEqual([
    `755 directory /cnb/buildpacks/me_own/1.0.0/${wrong.slice(0, wrong.lastIndexOf("/"))}`,
    `644 file /cnb/buildpacks/me_own/1.0.0/${wrong}`,
  ]);
});

test("a package for offline use contains the dependencies for its platform and builds without a network", async () => {
  const npm = digest("/helper/-/helper-2.0.0.tgz", "sha512");
  const dir = await workspace.project("carries", {
    "buildpack.toml": toml(
      "me/offline",
      tool(),
      dependency({
        id: "tool",
        version: "1.0.0",
        arch: other,
        uri: `${host}/${other}.txt`,
        sha256: digest(`/${other}.txt`),
      }),
      dependency({ id: "helper", version: "2.0.0", uri: "npm:helper@2.0.0", checksum: `sha512:${npm}` }),
    ),
    "src/buildpack.ts": `import { defineBuildpack, pass, temporaryLayer } from "libcnb";
const layer = temporaryLayer("all");
export default defineBuildpack({
  detect: () => pass(),
  build: async ({ inventory, layers }) => {
    await layers.provide(layer, { create: async ({ path }) => {
      for (const id of ["tool", "helper"]) await inventory.install(await inventory.resolve(id), path);
    } });
    return {};
  },
});
`,
  });
  const own = {
    env: { NPM_CONFIG_REGISTRY: host, LIBCNB_CACHE_DIR: join(workspace.dir, "cache") },
    runtime: "script" as const,
  };
  const both = { targets: [`linux/${arch}`, `linux/${other}`], offline: true, ...own };
  const before = asked.length;
  await workspace.packaged(dir, ["oci:both"], both);
  const carriedBy = async (architecture: string) => {
    const { layers } = await workspace.read("oci:both", { os: "linux", architecture });
    const paths = layers.flat().map((line) => line.split("/1.0.0/")[1] ?? "");
    return paths.filter((path) => /^dependencies\/.*\//.test(path)).sort();
  };
  const sorted = (...paths: readonly string[]) => paths.map((path) => `dependencies/${path}`).sort();
  const common = [`${digest("/tool-1.0.0.txt")}/tool-1.0.0.txt`, `${npm}/helper@2.0.0`];
  expect(await carriedBy(arch)).toEqual(sorted(...common));
  expect(await carriedBy(other)).toEqual(sorted(...common, `${digest(`/${other}.txt`)}/${other}.txt`));

  // nothing is downloaded twice, and the same package comes of it
  const news = asked.slice(before);
  expect(news.toSorted()).toEqual(["/helper/-/helper-2.0.0.tgz", `/${other}.txt`, "/tool-1.0.0.txt"].toSorted());
  const [first] = (await workspace.packaged(dir, ["oci:again"], both)).written;
  const [second] = (await workspace.packaged(dir, ["x.cnb"], both)).written;
  expect([first?.digest, asked.length]).toEqual([second?.digest, before + 3]);

  await workspace.packaged(dir, ["oci:one"], { ...both, targets: [`linux/${arch}`] });
  server.close();
  const { status, printed, layers } = await runPhase(
    join(workspace.dir, "oci:one".slice(4)),
    "me_offline/1.0.0",
    "build",
  );
  expect({ status, used: printed.match(/Using \S+ from the buildpack's package/g) }).toEqual({
    status: 0,
    used: ["Using tool-1.0.0.txt from the buildpack's package", "Using helper@2.0.0 from the buildpack's package"],
  });
  const read = (name: string) => readFile(join(layers, "all", name), "utf8");
  expect([await read("tool-1.0.0.txt"), await read("index.js")]).toEqual(["the tool", "helps"]);
}, 180_000);
