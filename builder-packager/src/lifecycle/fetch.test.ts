// @needs processes
import { createHash } from "node:crypto";
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { writeTinyLifecycle } from "../../../test/support/tiny/lifecycle.ts";
import { openBlobStore } from "../oci/layers/blob-store.ts";
import { recordingReporter, silentReporter } from "../reporter.ts";
import { readTar } from "../tar/read.ts";
import { fetchLifecycle } from "./fetch.ts";
import { lifecycleLayer } from "./layer.ts";
import { openLifecycle } from "./open.ts";
import type { LifecycleArch, LifecycleSource } from "./source.ts";

let dir: string;
let server: Server;
let files: Record<string, Uint8Array | string>;
let requests: string[];

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "lifecycle-"));
  await mkdir(join(dir, "no-programs"));
  files = {};
  requests = [];
  server = createServer((request, response) => {
    const path = decodeURIComponent(request.url ?? "");
    requests.push(path);
    const body = files[path];
    response.writeHead(body === undefined ? 404 : 200).end(body);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  server.close();
  await rm(dir, { recursive: true, force: true });
});

const address = () => `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
const cacheDir = () => join(dir, "cache");
const releasePath = "/v0.21.0/lifecycle-v0.21.0+linux.x86-64.tgz";

/** On a machine without Go. */
const get = (source: LifecycleSource, arch: LifecycleArch = "amd64", reporter = silentReporter) =>
  fetchLifecycle(source, {
    arch,
    cacheDir: cacheDir(),
    reporter,
    signal: AbortSignal.timeout(60_000),
    env: { PATH: join(dir, "no-programs"), HOME: dir, LIBCNB_LIFECYCLE_RELEASES: address() },
  });

async function publish(checksumOf?: Uint8Array): Promise<void> {
  const archive = await readFile(await writeTinyLifecycle(join(dir, "release.tgz")));
  const sum = createHash("sha256")
    .update(checksumOf ?? archive)
    .digest("hex");
  files = { [releasePath]: archive, [`${releasePath}.sha256`]: `${sum}  lifecycle-v0.21.0+linux.x86-64.tgz\n` };
}

const failure = async (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => "no failure",
    ({ code, message, hint }) => ({
      code,
      message: message.replaceAll(dir, "<dir>").replaceAll(address(), "<server>"),
      hint,
    }),
  );

describe("a lifecycle given by version", () => {
  test("is downloaded once and afterwards taken from the cache", async () => {
    await publish();
    const reporter = recordingReporter();
    const lifecycle = await get({}, "amd64", reporter);
    expect({
      ...lifecycle,
      entries: lifecycle.entries.map(({ path, uid, gid, mtime }) => [path, uid, gid, mtime]).slice(0, 2),
    }).toEqual({
      version: "0.21.0",
      apis: {
        buildpack: { deprecated: ["0.9"], supported: ["0.10", "0.11"] },
        platform: { deprecated: [], supported: ["0.12", "0.13"] },
      },
      entries: [
        ["lifecycle.toml", 0, 0, 1_700_000_000],
        ["lifecycle", 0, 0, 315532801],
      ],
    });
    expect(await get({ version: "0.21.0" })).toEqual(lifecycle);
    expect(requests).toEqual([`${releasePath}.sha256`, releasePath]);
    expect(reporter.lines).toEqual(["step: Downloading lifecycle 0.21.0"]);
    expect(await readdir(cacheDir())).toEqual(["lifecycle-v0.21.0+linux.x86-64.tgz"]);
  });

  test("is downloaded once if two builds need it at the same time", async () => {
    await publish();
    const [one, two] = await Promise.all([get({}), get({})]);
    expect(one).toEqual(two);
    expect(requests).toEqual([`${releasePath}.sha256`, releasePath]);
  });

  test("that cannot be downloaded fails with the reason of each source and leaves no files", async () => {
    expect(await failure(get({ version: "9.9.9" }, "arm64"))).toEqual({
      code: "LIFECYCLE_UNAVAILABLE",
      message: [
        "lifecycle 9.9.9 for linux/arm64 could not be obtained from any source",
        "  release <server>/v9.9.9/lifecycle-v9.9.9%2Blinux.arm64.tgz: could not download <server>/v9.9.9/lifecycle-v9.9.9%2Blinux.arm64.tgz.sha256: HTTP 404 Not Found",
        "  Go module github.com/buildpacks/lifecycle@v9.9.9: the go command is not in any directory of PATH",
      ].join("\n"),
      hint: "Install Go 1.21 or newer, or pass a release archive with --lifecycle FILE or [lifecycle] uri in builder.toml. If you only use cnb build, --launcher none avoids the lifecycle.",
    });
    expect(await readdir(cacheDir())).toEqual([]);
  });

  test("is refused if its checksum differs", async () => {
    await publish(Buffer.from("something else"));
    const { message } = (await failure(get({}))) as { message: string };
    expect(message.split("\n")[1]).toMatch(
      /^ {2}release .*: the checksum of .* differs from the expected one: .*sha256/,
    );
    expect(await readdir(cacheDir())).toEqual([]);
  });

  test("from a host that never answers fails after a time limit", async () => {
    server.removeAllListeners("request");
    const { message } = (await failure(get({}))) as { message: string };
    expect(message.split("\n")[1]).toMatch(/^ {2}release .* did not respond within 4 seconds/);
  });

  test("with an invalid version is refused before any request", async () => {
    expect(await failure(get({ version: "../1.0.0" }))).toEqual({
      code: "LIFECYCLE_INVALID",
      message: '"../1.0.0" is not a version of the lifecycle',
      hint: "Use three numbers, for example 0.21.0.",
    });
    expect(requests).toEqual([]);
  });
});

describe("a lifecycle given by path or URL", () => {
  test.for([
    ["a path", (file: string) => file],
    ["a file URL", (file: string) => pathToFileURL(file).href],
    ["a web URL", () => `${address()}/my.tgz`],
  ] as const)("is read from %s", async ([, uriOf]) => {
    const file = await writeTinyLifecycle(join(dir, "my.tgz"), { version: "0.19.3" });
    files = { "/my.tgz": await readFile(file) };
    expect((await get({ uri: uriOf(file) })).version).toBe("0.19.3");
  });

  test.for<[string, Parameters<typeof writeTinyLifecycle>[1], string]>([
    [
      "without an executable of a phase",
      { without: ["lifecycle/detector", "lifecycle/creator"] },
      "it lacks lifecycle/creator, lifecycle/detector",
    ],
    ["without lifecycle.toml", { without: ["lifecycle.toml"] }, "it has no lifecycle.toml"],
    ["for another architecture", { arch: "arm64" }, "its launcher is built for arm64, not for linux/amd64"],
    [
      "with a malformed version",
      { version: "next" },
      "its lifecycle.toml is not valid: lifecycle.version: is not a version such as 0.21.0",
    ],
  ])("%s is refused", async ([, options, reason]) => {
    const file = await writeTinyLifecycle(join(dir, "my.tgz"), options);
    expect(await failure(get({ uri: file }))).toMatchObject({
      code: "LIFECYCLE_INVALID",
      message: `<dir>/my.tgz does not contain a lifecycle: ${reason}`,
    });
  });

  test("that is not an archive is refused", async () => {
    await writeFile(join(dir, "my.tgz"), "<html>");
    expect(await failure(get({ uri: join(dir, "my.tgz") }))).toMatchObject({
      code: "LIFECYCLE_INVALID",
      message: "<dir>/my.tgz does not contain a lifecycle: the file is not a readable tar archive",
    });
  });

  test("that does not exist is reported with its path", async () => {
    expect(await failure(get({ uri: join(dir, "absent.tgz") }))).toEqual({
      code: "LIFECYCLE_UNAVAILABLE",
      message: "the lifecycle archive <dir>/absent.tgz cannot be read",
      hint: "Use the path of a lifecycle release archive (in builder.toml, relative to its directory), or a file:// or https:// URL.",
    });
  });
});

describe("a lifecycle archive", () => {
  const open = (uri: string, more: Partial<Parameters<typeof openLifecycle>[1]> = {}) =>
    openLifecycle(
      { uri },
      {
        arch: "amd64",
        cacheDir: cacheDir(),
        reporter: silentReporter,
        signal: AbortSignal.timeout(60_000),
        env: {},
        ...more,
      },
    );

  test("is read once: its metadata and layer are cached by digest", async () => {
    const file = await writeTinyLifecycle(join(dir, "my.tgz"));
    const store = await openBlobStore(join(dir, "blobs"));
    const first = await open(file);
    const layer = await lifecycleLayer(first, store);
    const again = await open(file);
    const nobody = { ...again, entries: () => Promise.reject(new Error("read again")) };
    expect(await lifecycleLayer(nobody, store).then(({ diffId }) => diffId)).toBe(layer.diffId);
    expect([again.version, again.apis, again.digest]).toEqual([first.version, first.apis, first.digest]);
    expect((await readTar(layer.uncompressed())).map(({ path, uid, mtime }) => [path, uid, mtime]).slice(0, 2)).toEqual(
      [
        ["/cnb/lifecycle", 0, 315532801],
        ["/cnb/lifecycle/analyzer", 0, 315532801],
      ],
    );
  });

  test("with damaged cached metadata is read again", async () => {
    const file = await writeTinyLifecycle(join(dir, "my.tgz"));
    const { digest } = await open(file);
    await writeFile(join(cacheDir(), "seen", `${digest.slice(7)}-amd64.json`), '{"version": 1}');
    expect((await open(file)).version).toBe("0.21.0");
  });

  test("for another architecture is refused even if it is cached", async () => {
    const file = await writeTinyLifecycle(join(dir, "my.tgz"));
    await open(file);
    expect(await failure(open(file, { arch: "s390x" }))).toMatchObject({
      message: "<dir>/my.tgz does not contain a lifecycle: its launcher is built for amd64, not for linux/s390x",
    });
  });

  test("from a URL is downloaded once if its digest is pinned", async () => {
    files = { "/my.tgz": await readFile(await writeTinyLifecycle(join(dir, "my.tgz"))) };
    const { digest } = await open(`${address()}/my.tgz`);
    await open(`${address()}/my.tgz`, { pinned: digest });
    expect(requests).toEqual(["/my.tgz"]);
    await open(`${address()}/my.tgz`);
    expect(requests).toEqual(["/my.tgz", "/my.tgz"]);
  });
});
