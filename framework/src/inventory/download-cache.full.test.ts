// @needs cnb-tester, root
import { execFile, execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { chmod, chown, mkdir, readdir, readFile, stat, utimes, writeFile } from "node:fs/promises";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { dirname, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import type { App } from "../app.ts";
import type { Bindings } from "../binding/binding.ts";
import { downloadFile } from "../host/downloads/download-file.ts";
import { inTemporaryDirectory } from "../host/files/temporary-directory.ts";
import { recordingLogger } from "../logger/recording-logger.ts";
import { contextDownload } from "./context-download.ts";

const content = Buffer.from(Array.from({ length: 300_000 }, (_, index) => index % 251));
const digest = createHash("sha256").update(content).digest("hex");
const integrity = `sha256:${digest}`;

/** A server, a cache, and downloads through it. */
async function caching(
  use: (given: {
    readonly url: string;
    readonly requests: () => number;
    readonly cache: string;
    readonly file: string;
    readonly root: string;
    readonly download: () => Promise<readonly string[]>;
  }) => Promise<void>,
  answer: RequestListener = (_, response) => response.end(content),
): Promise<void> {
  let requests = 0;
  const server = createServer((request, response) => {
    requests++;
    answer(request, response);
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/tool.tgz`;
  try {
    await inTemporaryDirectory(async (root) => {
      const cache = join(root, "cache");
      const download = async () => {
        const log = recordingLogger();
        const to = join(root, "to", "tool.tgz");
        await contextDownload({
          env: { BP_DOWNLOAD_CACHE: cache },
          buildpackDir: root,
          bindings: { filter: async () => [] } satisfies Pick<Bindings, "filter">,
          app: {} as App, // asked by npm: only
          clock: { now: () => 0 },
          download: downloadFile,
          log,
        })(url, { to, integrity });
        expect(content.equals(await readFile(to))).toBe(true);
        expect(await readdir(dirname(to))).toEqual(["tool.tgz"]);
        return log.lines.map((line) => line.replaceAll(url, "<url>").replaceAll(root, "<root>"));
      };
      await use({ url, requests: () => requests, cache, file: join(cache, "sha256", digest), root, download });
    });
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("a file that the download cache contains is not downloaded again", async () => {
  await caching(async ({ requests, cache, download }) => {
    expect(await download()).toEqual(["Downloading <url>"]);
    expect(await download()).toEqual(["Using tool.tgz from the download cache"]);
    expect([requests(), await readdir(cache, { recursive: true })]).toEqual([1, ["sha256", `sha256/${digest}`]]);
  });
});

test("a file in the download cache whose contents do not match the digest in its name is replaced", async () => {
  await caching(async ({ file, download }) => {
    for (const wrong of ["", "evil", content.subarray(0, 1000)]) {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, wrong);
      expect(await download()).toEqual(["Downloading <url>"]);
      expect(await download()).toEqual(["Using tool.tgz from the download cache"]);
    }
  });
});

test("the download cache removes old temporary files, which killed processes left, and keeps recent files", async () => {
  await caching(async ({ file, download }) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(`${file}.1-old.partial`, "old");
    await utimes(`${file}.1-old.partial`, new Date(0), new Date(0));
    await writeFile(`${file}.2-new.partial`, "new");
    await download();
    expect(await readdir(dirname(file))).toEqual([digest, `${digest}.2-new.partial`]);
  });
});

test("many concurrent downloads into the cache succeed", async () => {
  await caching(async ({ root, url, cache, file }) => {
    const runs = Array.from({ length: 4 }, (_, index) =>
      killed([cache, join(root, `${index}`), url, integrity, "999"]),
    );
    expect(await Promise.all(runs)).toEqual(runs.map(() => ""));
    expect(await readdir(dirname(file))).toEqual([digest]);
    for (const index of runs.keys()) expect(content.equals(await readFile(join(root, `${index}`)))).toBe(true);
  });
});

test("a download cache that cannot be created causes a warning and no error", async () => {
  await caching(async ({ root, download }) => {
    await writeFile(join(root, "cache"), "a file");
    expect(await download()).toEqual([
      "Downloading <url>",
      expect.stringMatching(/^The download cache <root>\/cache \(BP_DOWNLOAD_CACHE\) is not used: (EEXIST|ENOTDIR): /),
    ]);
  });
});

test("a download cache filled by another user is read if it is not writable", async () => {
  await caching(async ({ cache, file, download }) => {
    await download();
    await chmod(dirname(file), 0o555);
    expect(await download()).toEqual(["Using tool.tgz from the download cache"]);
    await chmod(dirname(file), 0o755);
    expect((await stat(cache)).isDirectory()).toBe(true);
  });
});

test("a file copied from the download cache has the mode of a downloaded file", async () => {
  await caching(async ({ file, root, download }) => {
    await download();
    await chmod(file, 0o400);
    expect(await download()).toEqual(["Using tool.tgz from the download cache"]);
    expect((await stat(join(root, "to", "tool.tgz"))).mode & 0o777).toBe(0o644);
  });
});

test("a file in the download cache that cannot be read is downloaded again", async () => {
  await caching(async ({ file, root, url, cache }) => {
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, content, { mode: 0o000 });
    const user = ordinaryUser();
    if (user.uid !== undefined) await chown(root, user.uid, user.gid);
    await chmod(root, 0o755);
    const options = ["--conditions=@libcnb/source", script, cache, join(root, "to"), url, integrity, "999"];
    await promisify(execFile)(process.execPath, options, { env: {}, cwd: root, ...user });
    expect(content.equals(await readFile(join(root, "to")))).toBe(true);
  });
});

/** A user other than root, because root can read all files. */
function ordinaryUser(): { readonly uid: number; readonly gid: number } | { readonly uid?: undefined } {
  if (process.getuid?.() !== 0) return {};
  const id = (flag: string) => Number(execFileSync("id", [flag, "cnb-tester"], { encoding: "utf8" }));
  return { uid: id("-u"), gid: id("-g") };
}

const script = resolve(import.meta.dirname, "../../../test/support/interrupted/killed-download.ts");

/** Runs the script; gives the signal that ended it, or nothing. */
async function killed(args: readonly string[]): Promise<string> {
  const options = ["--conditions=@libcnb/source", script, ...args];
  return promisify(execFile)(process.execPath, options, { env: {} }).then(
    () => "",
    ({ signal, stderr }) => signal ?? stderr,
  );
}

test("a process killed at any point leaves only complete files in the download cache", async () => {
  await caching(async ({ root, url, cache, file, download }) => {
    const ends: string[] = [];
    for (let after = 0; ends.at(-1) !== ""; after++) {
      ends.push(await killed([join(cache, `${after}`), join(root, "killed"), url, integrity, `${after}`]));
      const names = await readdir(join(cache, `${after}`, "sha256")).catch(() => []);
      for (const name of names.filter((each) => !each.endsWith(".partial")))
        expect(content.equals(await readFile(join(cache, `${after}`, "sha256", name)))).toBe(true);
      if ((await readdir(root)).includes("killed"))
        expect(content.equals(await readFile(join(root, "killed")))).toBe(true);
    }
    expect(ends.slice(0, -1).every((end) => end === "SIGKILL") && ends.length > 5).toBe(true);
    expect((await download())[0]).toBe("Downloading <url>");
    expect(content.equals(await readFile(file))).toBe(true);
  });
});

test("a file is downloaded again if the process that downloaded it into the cache was killed", async () => {
  let kill: AbortController | undefined = new AbortController();
  const answer: RequestListener = (_, response) => {
    if (kill === undefined) return response.end(content);
    response.writeHead(200, { "content-length": content.length });
    return response.write(content.subarray(0, 200_000), () => kill?.abort());
  };
  await caching(async ({ root, url, cache, download }) => {
    const options = ["--conditions=@libcnb/source", script, cache, join(root, "killed"), url, integrity, "999"];
    const signal = kill?.signal;
    const run = promisify(execFile)(process.execPath, options, {
      env: {},
      ...(signal && { signal }),
      killSignal: "SIGKILL",
    });
    await expect(run).rejects.toMatchObject({ name: "AbortError" });
    kill = undefined;
    expect((await readdir(root)).filter((name) => name === "killed" || name === "cache")).toEqual([]);
    expect(await download()).toEqual(["Downloading <url>"]);
    expect(await download()).toEqual(["Using tool.tgz from the download cache"]);
  }, answer);
});
