// @needs openssl
import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import { type AddressInfo, connect, type Socket } from "node:net";
import { join } from "node:path";
import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { pass } from "../detect.ts";
import type { DownloadOptions } from "../host/downloads/download-options.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import type { BuildFixture } from "../testing/fixtures.ts";
import { build, buildFailure } from "../testing/index.ts";

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const integrity = `sha512:${createHash("sha512").update(content).digest("hex")}`;

const downloading = (url: string, options: Partial<DownloadOptions> = {}) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ app, download }) {
      await download(url, { to: app.path("file"), integrity, retry: { delayMs: 1 }, ...options });
    },
  });

/** Downloads in a build with the real network; gives what was said and whether the file is right. */
async function downloaded(url: string, given: BuildFixture = {}, options: Partial<DownloadOptions> = {}) {
  const { log, app } = await build(downloading(url, options), { downloads: "real", ...given });
  return { log, isRight: app.file instanceof Uint8Array && content.equals(app.file) };
}

async function failed(url: string, given: BuildFixture = {}, options: Partial<DownloadOptions> = {}): Promise<unknown> {
  return (await buildFailure(downloading(url, options), { downloads: "real", ...given })).error;
}

/** A server that gives the n-th answer to the n-th request, the last one again and again. */
async function serving(
  answers: readonly RequestListener[],
  use: (url: string, seen: readonly IncomingMessage[]) => Promise<void>,
  tls?: { readonly key: Buffer; readonly cert: Buffer },
): Promise<void> {
  const seen: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    seen.push(request);
    answers[Math.min(seen.length, answers.length) - 1]?.(request, response);
  };
  const server = tls === undefined ? createServer(listener) : createTlsServer(tls, listener);
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    await use(tls === undefined ? `http://127.0.0.1:${port}/file` : `https://localhost:${port}/file`, seen);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

const complete: RequestListener = (_, response) => response.end(content);
const halves: RequestListener = (_, response) => {
  response.writeHead(200, { "content-length": content.length });
  response.write(content.subarray(0, 100_000), () => response.destroy());
};

test("each attempt of a download is logged", async () => {
  const busy: RequestListener = (_, response) => response.writeHead(429, { "retry-after": "0" }).end();
  await serving([busy, halves, complete], async (url) => {
    expect(await downloaded(url)).toEqual({
      log: [
        `Downloading ${url}`,
        "Trying again in 0 s: HTTP 429 Too Many Requests",
        expect.stringMatching(/^Trying again in 1 s: (the connection ended too early|aborted)$/),
      ],
      isRight: true,
    });
  });
});

test.for<[string, readonly RequestListener[], Partial<DownloadOptions>, object]>([
  ["always ends early", [halves], { retry: { attempts: 2, delayMs: 1 } }, { code: "DOWNLOAD_FAILED" }],
  [
    "receives no byte",
    [() => {}],
    { retry: { attempts: 2, delayMs: 1 }, idleTimeoutMs: 30 },
    { code: "DOWNLOAD_FAILED", cause: expect.objectContaining({ message: "no response arrived within 30 ms" }) },
  ],
  [
    "takes too long although bytes arrive",
    [(_, response) => void setInterval(() => response.write("x"), 5).unref()],
    { timeoutMs: 100 },
    { code: "DOWNLOAD_FAILED", cause: expect.objectContaining({ message: "it took longer than 100 ms" }) },
  ],
  ["has another checksum", [(_, response) => response.end("evil")], {}, { code: "DOWNLOAD_CHECKSUM_MISMATCH" }],
  [
    "has a malformed expected checksum",
    [complete],
    { integrity: `${integrity}00` },
    { code: "DOWNLOAD_FAILED", hint: "Write the checksum as sha256:<hexadecimal digits> or sha512-<base64>." },
  ],
])("the build fails with a reason if a download %s", async ([, answers, options, error]) => {
  await serving(answers, async (url) => expect(await failed(url, {}, options)).toMatchObject(error));
});

test("an npm registry's token is sent only to the registry, also after a redirect", async () => {
  await serving([complete], async (otherPlatforms, seenByOthers) => {
    const redirect: RequestListener = (_, response) => response.writeHead(302, { location: otherPlatforms }).end();
    await serving([redirect], async (url, seen) => {
      const { host } = new URL(url);
      const npmrc = `registry=http://${host}/npm/\n//${host}/npm/:_authToken=\${TOKEN}\n`;
      const given = { env: { TOKEN: "s3cret" }, bindings: { npm: { type: "npmrc", ".npmrc": npmrc } } };
      expect(await downloaded("npm:@acme/tool@1.0.0", given)).toEqual({
        log: [`Downloading http://${host}/npm/@acme/tool/-/tool-1.0.0.tgz (registry of the binding npm)`],
        isRight: true,
      });
      const tokens = [...seen, ...seenByOthers].map(({ headers }) => headers.authorization);
      expect(tokens).toEqual(["Bearer s3cret", undefined]);
    });
  });
});

test("an npm package's metadata is read from the registry with the registry's token", async () => {
  await serving([complete], async (url, seen) => {
    const { host } = new URL(url);
    const npmrc = `registry=http://${host}/npm/\n//${host}/npm/:_authToken=s3cret\n`;
    expect(await downloaded("npm:@acme/tool", { bindings: { npm: { type: "npmrc", ".npmrc": npmrc } } })).toEqual({
      log: [`Downloading http://${host}/npm/@acme%2ftool (registry of the binding npm)`],
      isRight: true,
    });
    expect(await downloaded("npm:tool", {}, { npmRegistry: `http://${host}/` })).toEqual({
      log: [`Downloading http://${host}/tool (registry of the buildpack)`],
      isRight: true,
    });
    expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
      ["/npm/@acme%2ftool", "Bearer s3cret"],
      ["/tool", undefined],
    ]);
  });
});

test("a mirror with a CA from a binding gets its own credentials, not those of the official host", async () => {
  await inTemporaryDirectory(async (dir) => {
    const [key, cert] = [join(dir, "key.pem"), join(dir, "cert.pem")];
    const subject = ["-subj", "/CN=localhost", "-addext", "subjectAltName=DNS:localhost"];
    const kind = ["-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes", "-days", "2"];
    execFileSync("openssl", ["req", ...kind, "-keyout", key, "-out", cert, ...subject], { stdio: "ignore" });
    const tls = { key: readFileSync(key), cert: readFileSync(cert) };
    await serving(
      [complete],
      async (mirror, seen) => {
        const { host } = new URL(mirror);
        const given = {
          env: { BP_DEPENDENCY_MIRROR_TOOLS_TEST: `https://me:pw@${host}/{originalHost}` },
          bindings: { ca: { type: "ca-certificates", "ca.pem": tls.cert.toString() } },
        };
        const options = { headers: { authorization: "Bearer official" } };
        expect(await downloaded("https://tools.test/tool.tgz?v=1", given, options)).toEqual({
          log: [`Downloading https://${host}/tools.test/tool.tgz (mirror of https://tools.test/tool.tgz)`],
          isRight: true,
        });
        expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
          ["/tools.test/tool.tgz?v=1", "Basic bWU6cHc="],
        ]);
        expect(
          await failed("https://tools.test/tool.tgz", { env: given.env }, { retry: { attempts: 1 } }),
        ).toMatchObject({
          code: "DOWNLOAD_FAILED",
        });
      },
      tls,
    );
  });
});

test("a mirror of dependencies may be a directory", async () => {
  await inTemporaryDirectory(async (dir) => {
    const { writeFileMap } = await import("../host/files/tree.ts");
    await writeFileMap(dir, { "tools.test/tool.tgz": content });
    const env = { BP_DEPENDENCY_MIRROR: `file://${dir}/{originalHost}` };
    expect(await downloaded("https://tools.test/tool.tgz", { env })).toEqual({
      log: [`Downloading file://${dir}/tools.test/tool.tgz (mirror of https://tools.test/tool.tgz)`],
      isRight: true,
    });
    expect(await failed("https://tools.test/other.tgz", { env })).toMatchObject({
      code: "DOWNLOAD_FAILED",
      message: `could not download file://${dir}/tools.test/other.tgz`,
      hint: "Correct the URL, or create the file.",
    });
    await writeFileMap(dir, { "tools.test/evil.tgz": "evil" });
    expect(await failed("https://tools.test/evil.tgz", { env })).toMatchObject({ code: "DOWNLOAD_CHECKSUM_MISMATCH" });
  });
});

test("downloads of a build use the proxy in the build's environment variables", async () => {
  const asked: string[] = [];
  const proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    response.end(content);
  });
  proxy.on("connect", (_: IncomingMessage, client: Socket) =>
    connect(1, "127.0.0.1").on("error", () => client.destroy()),
  );
  proxy.listen(0, "127.0.0.1");
  await once(proxy, "listening");
  try {
    const env = { HTTP_PROXY: `http://127.0.0.1:${(proxy.address() as AddressInfo).port}` };
    expect((await downloaded("http://tools.test/tool.tgz", { env })).isRight).toBe(true);
    expect(asked).toEqual(["GET http://tools.test/tool.tgz"]);
  } finally {
    proxy.closeAllConnections();
    proxy.close();
  }
});

const wheel = "poetry_core-2.1.0-py3-none-any.whl";

test.for<[string, (origin: string) => string]>([
  [
    "an HTML page",
    (origin) => `<a href="../../files/${wheel}#sha256=1">x</a><a href='${origin}/b/other-1-py3-none-any.whl'>`,
  ],
  [
    "a JSON page",
    (origin) => JSON.stringify({ files: [null, { url: 1 }, { url: `${origin}/simple/files/${wheel}` }] }),
  ],
])("a wheel is found through %s of the Python index and downloaded with the index's credentials", async ([, page]) => {
  await serving(
    [(request, response) => response.end(page(`http://${request.headers.host}`)), complete],
    async (url, seen) => {
      const { host } = new URL(url);
      expect(await downloaded(`pypi:${wheel}`, {}, { pypiIndex: `http://me:pw@${host}/simple/simple` })).toEqual({
        log: [`Downloading http://${host}/simple/files/${wheel}`],
        isRight: true,
      });
      expect(seen.map(({ url, headers }) => [url, headers.authorization])).toEqual([
        ["/simple/simple/poetry-core/", "Basic bWU6cHc="],
        [`/simple/files/${wheel}`, "Basic bWU6cHc="],
      ]);
    },
  );
});

test("the credentials of a Python index are not sent to another host", async () => {
  await serving([complete], async (otherPlatforms, seen) => {
    const link = otherPlatforms.replace("/file", `/${wheel}`);
    await serving([(_, response) => response.end(`<a href="${link}">`)], async (url) => {
      const pypiIndex = url.replace("http://", "http://me:pw@").replace("/file", "/simple");
      expect((await downloaded(`pypi:${wheel}`, {}, { pypiIndex })).isRight).toBe(true);
      expect(seen.map(({ headers }) => headers.authorization)).toEqual([undefined]);
    });
  });
});

test.for<[string, (url: string) => Partial<DownloadOptions>, object]>([
  ["no Python index is configured", () => ({}), { code: "PYPI_INDEX_UNKNOWN" }],
  ["the Python index is not a URL", () => ({ pypiIndex: "pypi" }), { code: "PYPI_INDEX_UNKNOWN" }],
  [
    "the Python index does not list the wheel",
    (pypiIndex) => ({ pypiIndex }),
    { code: "DOWNLOAD_FAILED", message: `the package index does not have ${wheel}` },
  ],
])("a wheel cannot be downloaded if %s", async ([, options, error]) => {
  await serving([(_, response) => response.end('{"files": {}')], async (url) =>
    expect(await failed(`pypi:${wheel}`, {}, options(url))).toMatchObject(error),
  );
});

test("a wheel comes from the mirror configured for pypi, but not from a general mirror", async () => {
  await inTemporaryDirectory(async (dir) => {
    const { writeFileMap } = await import("../host/files/tree.ts");
    await writeFileMap(dir, { [`wheels/${wheel}`]: content });
    const env = { BP_DEPENDENCY_MIRROR_PYPI: `file://${dir}/wheels` };
    expect(await downloaded(`pypi:${wheel}`, { env }, { quiet: true })).toEqual({ log: [], isRight: true });
    const all = { BP_DEPENDENCY_MIRROR: `file://${dir}/wheels` };
    expect(await failed(`pypi:${wheel}`, { env: all })).toMatchObject({ code: "PYPI_INDEX_UNKNOWN" });
  });
});
