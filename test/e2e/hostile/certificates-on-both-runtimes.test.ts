// @needs processes
import { once } from "node:events";
import { mkdir, mkdtemp, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer } from "node:https";
import { type AddressInfo, connect } from "node:net";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { packageBuildpack } from "../../../builder-packager/src/buildpackage/package.ts";
import { silentReporter } from "../../../builder-packager/src/reporter.ts";
import { execute, root } from "../../support/cnb.ts";
import { issue } from "../../support/small/issued-certificates.ts";

/* Downloads of a buildpack from a server with a private CA, through proxies and from unknown hosts, on both runtimes. */

const source = `
import { defineBuildpack, pass } from "libcnb";

export default defineBuildpack({
  detect: () => pass(),
  async build({ download, env, layers, log, platform }) {
    try {
      await download({ ...platform.env, ...env }.DOWNLOAD, { to: layers.dir + "/file", integrity: "sha256:2cf24dba5fb0a30e26e83b2ac5b9e29e1b161e5c1fa7425e73043362938b9824" });
      log.info("downloaded");
    } catch (error) {
      const codes = [];
      for (let each = error; each instanceof Error; each = each.cause) if (each.code) codes.push(each.code);
      log.info(codes.join(" "));
    }
  },
});
`;
const descriptor = `api = "0.10"\n[buildpack]\nid = "test/both"\nversion = "1.0.0"\n[[targets]]\nos = "linux"\n`;
const arch = process.arch === "arm64" ? "arm64" : "amd64";
const runtimes = ["small", "node"] as const;
type Runtime = (typeof runtimes)[number];

let dir: string;
const servers: Server[] = [];
const buildpackDir = (runtime: Runtime) => join(dir, runtime, "cnb/buildpacks/test_both/1.0.0");

async function packaged(runtime: Runtime): Promise<void> {
  const outputs = [`oci:${runtime}-layout`];
  const request = { dir: "source", outputs, format: undefined, targets: [`linux/${arch}`], runtime };
  const context = { env: process.env, cwd: dir, reporter: silentReporter };
  await packageBuildpack({ ...request, config: undefined, flatten: true, registry: {} }, context);
  const blob = (digest: string) => join(dir, `${runtime}-layout/blobs`, digest.replace(":", "/"));
  const index = JSON.parse(await readFile(join(dir, `${runtime}-layout/index.json`), "utf8"));
  const manifest = JSON.parse(await readFile(blob(index.manifests[0].digest), "utf8"));
  await mkdir(join(dir, runtime));
  await execute("tar", ["-xf", blob(manifest.layers[0].digest), "-C", join(dir, runtime)]);
}

async function listening(server: Server): Promise<number> {
  servers.push(server);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return (server.address() as AddressInfo).port;
}

/** A proxy that needs these credentials. */
function proxy(credentials: string): Server {
  const wanted = `Basic ${Buffer.from(credentials).toString("base64")}`;
  return createHttpServer().on("connect", (request, socket) => {
    socket.on("error", () => {});
    if (request.headers["proxy-authorization"] !== wanted)
      return void socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
    const target = connect(Number(request.url?.split(":")[1]), "127.0.0.1", () => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
      socket.pipe(target).pipe(socket);
    });
    target.on("error", () => socket.destroy());
  });
}

const ca = issue("ca", { isCa: true });
const files: Readonly<Record<string, string>> = {
  "ca.pem": ca.pem,
  "other.pem": issue("other", { isCa: true }).pem,
  "both.pem": `${issue("other", { isCa: true }).pem}\n# the next one\n${ca.pem}`,
  "empty.pem": "",
  "text.pem": "this is no certificate",
  "broken.pem": ca.pem.replace(/\n[^-]{10}/, "\n!!!!"),
  "folder/ca.pem": ca.pem,
  "folder/text.txt": "this is no certificate",
  "bindings/one/type": "ca-certificates",
  "bindings/one/ca.pem": ca.pem,
};
let ports: { readonly server: number; readonly proxy: number };

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), "certificates-"));
  const all = { ...files, "source/buildpack.toml": descriptor, "source/src/buildpack.ts": source };
  for (const [name, text] of Object.entries(all)) {
    await mkdir(dirname(join(dir, name)), { recursive: true });
    await writeFile(join(dir, name), text);
  }
  await mkdir(join(dir, "source/node_modules"));
  await symlink(join(root, "framework"), join(dir, "source/node_modules/libcnb"));
  for (const runtime of runtimes) await packaged(runtime);
  const own = issue("server", { issuer: ca, names: ["127.0.0.1"] });
  const server = createServer({ key: own.keyPem, cert: own.pem }, (_, response) => response.end("hello"));
  ports = { server: await listening(server), proxy: await listening(proxy("me:secret")) };
});
afterAll(async () => {
  for (const server of servers) server.close().closeAllConnections();
  await rm(dir, { recursive: true, force: true });
});

type Variables = Readonly<Record<string, string>>;

async function call(runtime: Runtime, env: Variables, user: Variables): Promise<string> {
  const world = await mkdtemp(join(dir, "world-"));
  for (const name of ["app", "layers", "platform/env"]) await mkdir(join(world, name), { recursive: true });
  await writeFile(join(world, "plan.toml"), "");
  const value = (text: string) =>
    text.replaceAll("<dir>", dir).replaceAll("<server>", `${ports.server}`).replaceAll("<proxy>", `${ports.proxy}`);
  for (const [name, text] of Object.entries(user)) await writeFile(join(world, "platform/env", name), value(text));
  const { exitCode, stdout, stderr } = await execute(join(buildpackDir(runtime), "bin/build"), [], {
    cwd: join(world, "app"),
    env: {
      PATH: process.env.PATH ?? "",
      CNB_BUILDPACK_DIR: buildpackDir(runtime),
      CNB_PLATFORM_DIR: join(world, "platform"),
      CNB_LAYERS_DIR: join(world, "layers"),
      CNB_BP_PLAN_PATH: join(world, "plan.toml"),
      CNB_TARGET_OS: "linux",
      CNB_TARGET_ARCH: arch,
      DOWNLOAD: `https://127.0.0.1:${ports.server}/file`,
      ...Object.fromEntries(Object.entries(env).map(([name, text]) => [name, value(text)])),
    },
  });
  const last = stdout.trim().split("\n").at(-1)?.trim();
  return exitCode === 0
    ? `${last}`
    : `${exitCode}: ${/\(([A-Z_]+)\)|^ERROR: .*$/m.exec(stderr)?.[0].replaceAll(dir, "<dir>")}`;
}

const cases: readonly (readonly [name: string, env: Variables, user?: Variables])[] = [
  ["no setting", {}],
  ...["ca.pem", "both.pem", "other.pem", "empty.pem", "text.pem", "broken.pem", "none.pem", "folder"].flatMap((file) =>
    ["SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS"].flatMap((name) => [
      [`${name}=${file}`, { [name]: `<dir>/${file}` }] as const,
      [`${name}=${file} of the user`, {}, { [name]: `<dir>/${file}` }] as const,
    ]),
  ),
  ["SSL_CERT_DIR=folder", { SSL_CERT_DIR: "<dir>/folder" }],
  ["SSL_CERT_DIR=folder of the user", {}, { SSL_CERT_DIR: "<dir>/folder" }],
  ["SSL_CERT_DIR=two", { SSL_CERT_DIR: "/none:<dir>/folder" }],
  ["a binding", { SERVICE_BINDING_ROOT: "<dir>/bindings" }],
  ["NODE_TLS_REJECT_UNAUTHORIZED=0", { NODE_TLS_REJECT_UNAUTHORIZED: "0" }, { NODE_TLS_REJECT_UNAUTHORIZED: "0" }],
  ["NODE_USE_SYSTEM_CA=1", { NODE_USE_SYSTEM_CA: "1" }],
  ["a proxy", { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://me:secret@127.0.0.1:<proxy>" }],
  ["a proxy in small letters", { SSL_CERT_FILE: "<dir>/ca.pem", https_proxy: "http://me:secret@127.0.0.1:<proxy>" }],
  ["a proxy of the user", {}, { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://me:secret@127.0.0.1:<proxy>" }],
  [
    "a proxy with wrong credentials",
    { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://me:other@127.0.0.1:<proxy>" },
  ],
  ["a proxy without credentials", { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://127.0.0.1:<proxy>" }],
  ["a proxy for an unknown CA", { HTTPS_PROXY: "http://me:secret@127.0.0.1:<proxy>" }],
  ["a proxy that is not there", { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://127.0.0.1:1" }],
  ["a proxy without a name", { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://none.invalid:1" }],
  ["NO_PROXY", { SSL_CERT_FILE: "<dir>/ca.pem", HTTPS_PROXY: "http://127.0.0.1:1", NO_PROXY: "other.test,127.0.0.1" }],
  ["a host without a name", { DOWNLOAD: "https://none.invalid/file" }],
  ["a host with another name", { SSL_CERT_FILE: "<dir>/ca.pem", DOWNLOAD: "https://localhost:<server>/file" }],
];

test("downloads trust the same certificates and use the same proxies on both runtimes", async () => {
  const found: Record<Runtime, Record<string, string>> = { small: {}, node: {} };
  for (const runtime of runtimes) {
    const results = await Promise.all(
      cases.map(async ([name, env, user = {}]) => [name, await call(runtime, env, user)]),
    );
    found[runtime] = Object.fromEntries(results);
  }
  expect(found.small).toEqual(found.node);
  expect(found.node).toMatchSnapshot();
});
