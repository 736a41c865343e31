import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { beforeEach, expect, onTestFinished, test } from "vitest";
import { provideContext } from "../cli-context.ts";
import { silentReporter } from "../reporter.ts";
import { register } from "./cache.ts";

const space = "limit <half>, <some> free on this disk";
let size: string | undefined;
beforeEach(() => {
  size = undefined;
});

async function cacheOf(files: readonly string[]): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), "cache-"));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  for (const file of files) {
    await mkdir(join(root, file, ".."), { recursive: true });
    await writeFile(join(root, file), Buffer.alloc(4096));
  }
  return root;
}

async function cache(root: string, ...args: readonly string[]): Promise<string> {
  const written: string[] = [];
  const program = new Command("cnb").exitOverride();
  register(program);
  provideContext(program, () => ({
    reporter: silentReporter,
    env: { LIBCNB_CACHE_DIR: root, LIBCNB_CACHE_SIZE: size },
    stdout: { write: (text: string) => written.push(text) } as unknown as NodeJS.WritableStream,
    signal: AbortSignal.timeout(60_000),
    cwd: root,
  }));
  await program.parseAsync(["cache", ...args], { from: "user" });
  const space = /limit [\d.]+ [GT]B, [\d.]+ [GT]B free/;
  return written.join("").replaceAll(root, "<cache>").replace(space, "limit <half>, <some> free");
}

test("cnb cache lists the contents of the cache by kind", async () => {
  const root = await cacheOf([
    "lifecycle/a.tgz",
    "lifecycle/b.tgz",
    "blobs/blobs/sha256/c",
    ".libcnb-cache",
    "somebody/else",
  ]);
  expect(await cache(root, "show")).toBe(
    `<cache>\n    8.2 kB  lifecycles (2)\n    4.1 kB  layers (1)\n   12.3 kB  in total, ${space}\n`,
  );
  expect(await cache(join(root, "none"), "show")).toBe(`<cache>\n       0 B  in total, ${space}\n`);
});

test("cnb cache prune removes entries that were unused for the given time", async () => {
  const root = await cacheOf(["lifecycle/a.tgz"]);
  expect(await cache(root, "prune")).toBe("removed 0 entries, 0 B\n");
  expect(await cache(root, "prune", "--unused-for", "1h")).toBe("removed 0 entries, 0 B\n");
  expect(await cache(root, "prune", "--unused-for", "0d")).toBe("removed 1 entry, 4.1 kB\n");
  expect(await cache(root, "show")).toBe(`<cache>\n       0 B  in total, ${space}\n`);
});

test("cnb cache prints size, limit and free space as JSON", async () => {
  const root = await cacheOf(["lifecycle/a.tgz", "executables/a/main"]);
  expect(JSON.parse(await cache(root, "show", "--json"))).toEqual({
    dir: "<cache>",
    sizeBytes: 12_288,
    limitBytes: expect.any(Number),
    freeBytes: expect.any(Number),
    kinds: [
      { kind: "executables", entries: 1, bytes: 8192 },
      { kind: "lifecycles", entries: 1, bytes: 4096 },
    ],
  });
  size = "unlimited";
  expect(JSON.parse(await cache(root, "show", "--json")).limitBytes).toBe(null);
  expect(await cache(root, "show")).toContain("12.3 kB  in total, no limit, ");
});

test("cnb cache prune removes entries until the cache is below its limit", async () => {
  const root = await cacheOf(["lifecycle/a.tgz", "lifecycle/b.tgz", "lifecycle/c.tgz"]);
  size = "12kB";
  expect(await cache(root, "prune")).toBe("removed 1 entry, 4.1 kB\n");
  expect(await cache(root, "prune")).toBe("removed 0 entries, 0 B\n");
});

test.for(["", "7", "d", "-1d", "1.5d", "1w", "100000d"])(
  "cnb cache prune refuses --unused-for %j, because it is not a time of days or hours",
  async (text) => {
    await expect(cache("/nowhere", "prune", `--unused-for=${text}`)).rejects.toThrow(
      "Use an age in hours or days, such as 12h or 30d.",
    );
  },
);
