import { createHash } from "node:crypto";
import { mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { renderError } from "libcnb";
import { expect, test } from "vitest";
import { fetchFile } from "./fetch.ts";

const bytes = "an archive";
const hash = (algorithm: string, encoding: "hex" | "base64") => createHash(algorithm).update(bytes).digest(encoding);
const wrong = `sha256:${"0".repeat(64)}`;

/** A folder to fetch to, and the same file at a `file:` and an `http:` address. */
async function withMirror(
  action: (mirror: { dir: string; file: string; http: string }) => Promise<void>,
): Promise<void> {
  const [source, dir] = await Promise.all([
    mkdtemp(join(tmpdir(), "libcnb-mirror-")),
    mkdtemp(join(tmpdir(), "libcnb-fetch-")),
  ]);
  const server = createServer((_request, response) => response.end(bytes));
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  try {
    await writeFile(join(source, "a.tgz"), bytes);
    await action({
      dir,
      file: `file://${source}/a.tgz`,
      http: `http://127.0.0.1:${(server.address() as AddressInfo).port}/a.tgz`,
    });
  } finally {
    server.close();
    await Promise.all([source, dir].map((each) => rm(each, { recursive: true, force: true })));
  }
}

const failure = (promise: Promise<void>): Promise<string> => promise.then(() => "it was fetched", renderError);

test("a file with the right checksum is fetched", async () => {
  await withMirror(async ({ dir, file, http }) => {
    await fetchFile({ url: file, integrity: `sha256:${hash("sha256", "hex")}` }, join(dir, "1"), {});
    await fetchFile({ url: file, integrity: `sha512-${hash("sha512", "base64")}` }, join(dir, "2"), {});
    await fetchFile({ url: http, integrity: `sha512-${hash("sha512", "base64")}` }, join(dir, "3"), {});
    expect(await Promise.all(["1", "2", "3"].map((name) => readFile(join(dir, name), "utf8")))).toEqual([
      bytes,
      bytes,
      bytes,
    ]);
  });
});

test("a file with another checksum leaves nothing and says both", async () => {
  await withMirror(async ({ dir, file, http }) => {
    const to = join(dir, "a.tgz");
    for (const url of [file, http]) {
      expect(await failure(fetchFile({ url, integrity: wrong }, to, {}))).toBe(
        `ERROR: ${url} is not the file that was expected (DOWNLOAD_CHECKSUM_MISMATCH)
  caused by: expected ${wrong}, got sha256:${hash("sha256", "hex")}
HINT: Check whether a mirror or proxy changes files; otherwise do not use it, and tell its publisher.
`,
      );
    }
    expect(await readdir(dir)).toEqual([]);
  });
});

test("an absent file leaves nothing", async () => {
  await withMirror(async ({ dir, file }) => {
    expect(await failure(fetchFile({ url: `${file}.sig`, integrity: wrong }, join(dir, "a.tgz"), {}))).toMatch(
      /^ERROR: file:.*\/a\.tgz\.sig cannot be read \(NODE_MIRROR_UNREADABLE\)\n {2}caused by: ENOENT: /,
    );
    expect(await readdir(dir)).toEqual([]);
  });
});
