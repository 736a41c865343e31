import { fork } from "node:child_process";
import { once } from "node:events";
import { chmod, cp, link, lstat, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { openLayerCache } from "./layer-cache.ts";
import { returnTrees } from "./moved-trees.ts";

const { signal } = new AbortController();
const noMetadata = { buildpacks: [] };
let dir: string;
let works = 0;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "layer-cache-"));
});
afterEach(() => rm(dir, { recursive: true, force: true }));

/** One build: a work directory and the cache as this build sees it. */
async function begin() {
  const work = join(dir, `work-${++works}`);
  await mkdir(join(work, "layers"), { recursive: true });
  const cache = await openLayerCache(join(dir, "cache"), { work, owner: undefined, signal });
  const location = (name: string) => join(work, "layers", name);
  return { ...cache, work, location };
}

/** Enough files to be moved. */
async function largeTree(path: string, text = "good"): Promise<void> {
  await mkdir(join(path, "sub"), { recursive: true });
  for (let index = 0; index < 80; index++) await writeFile(join(path, "sub", `${index}`), text);
}

/** A finished build that leaves the layers `large` and `small` in the cache. */
async function filled(): Promise<void> {
  const build = await begin();
  await largeTree(build.location("large"));
  await mkdir(build.location("small"));
  await writeFile(join(build.location("small"), "file"), "good");
  const trees = ["large", "small"].map((sha) => ({ sha, hostPath: build.location(sha), movable: true }));
  await build.commit(noMetadata, trees);
  await build.close();
  await rm(build.work, { recursive: true });
}

const large = (build: { location(name: string): string }) => readFile(join(build.location("large"), "sub/7"), "utf8");

/** The texts of all files, each once. */
async function allOf(path: string): Promise<string> {
  const names = await readdir(join(path, "sub"));
  const texts = await Promise.all(names.map((name) => readFile(join(path, "sub", name), "utf8")));
  return names.length === 80 ? [...new Set(texts)].join() : `${names.length} files`;
}

test("large layer trees are moved with their inodes, small trees are copied", async () => {
  await filled();
  const inodes = async () => {
    const names = await readdir(join(dir, "cache/layers"));
    const stats = await Promise.all(
      names.map(async (name) => [name.slice(0, 5), (await lstat(join(dir, "cache/layers", name))).ino]),
    );
    return Object.fromEntries(stats);
  };
  const before = await inodes();
  const build = await begin();
  expect(await build.restore("large", build.location("large"), "")).toMatchObject({ fresh: false });
  expect(await build.restore("small", build.location("small"), "")).toMatchObject({ fresh: true });
  expect((await lstat(build.location("large"))).ino).toBe(before.large);
  expect((await lstat(build.location("small"))).ino).not.toBe(before.small);
  const trees = ["large", "small"].map((sha) => ({ sha, hostPath: build.location(sha), movable: true }));
  await build.commit(noMetadata, trees);
  expect(await build.close()).toEqual([]);
  expect(await inodes()).toEqual(before);
});

describe("the layer cache after a failed build", () => {
  test("still contains the unmodified layers", async () => {
    await filled();
    const build = await begin();
    await build.restore("large", build.location("large"), "");
    expect(await build.close()).toEqual([]);
    const next = await begin();
    expect(await next.restore("large", next.location("large"), "")).toMatchObject({ fresh: false });
    expect(await large(next)).toBe("good");
  });

  test.for([
    ["overwrote a file", (path: string) => writeFile(join(path, "sub/7"), "evil")],
    ["added a file", (path: string) => writeFile(join(path, "more"), "")],
    ["removed a file", (path: string) => rm(join(path, "sub/7"))],
    ["changed the mode of the layer", (path: string) => chmod(path, 0o711)],
    ["removed the layer", (path: string) => rm(path, { recursive: true })],
    [
      "replaced the layer by a symbolic link",
      async (path: string) => {
        await rm(path, { recursive: true });
        await symlink("/etc", path);
      },
    ],
  ] as const)("does not contain a layer if the buildpack %s, and the log names the path", async ([, change]) => {
    await filled();
    const build = await begin();
    await build.restore("large", build.location("large"), "");
    await build.restore("small", build.location("small"), "");
    await change(build.location("large"));
    await change(build.location("small")).catch(() => undefined);
    expect(await build.close()).toEqual(["layers/large"]);
    const next = await begin();
    expect(await next.restore("large", next.location("large"), "")).toBeUndefined();
    await next.restore("small", next.location("small"), "");
    expect(await readFile(join(next.location("small"), "file"), "utf8")).toBe("good");
  });

  test("is not moved through a symbolic link that a buildpack put in place of a parent directory", async () => {
    await filled();
    const build = await begin();
    await mkdir(build.location("bp"));
    await build.restore("large", build.location("bp/large"), "");
    await cp(build.location("bp"), join(dir, "elsewhere"), { recursive: true });
    await rm(build.location("bp"), { recursive: true });
    await symlink(join(dir, "elsewhere"), build.location("bp"));
    expect(await build.close()).toEqual(["layers/bp/large"]);
    expect(await readdir(join(dir, "elsewhere"))).toEqual(["large"]);
  });
});

test("a cached layer modified by another process is not restored", async () => {
  await filled();
  const name = (await readdir(join(dir, "cache/layers"))).find((entry) => entry.startsWith("large"));
  await writeFile(join(dir, "cache/layers", name ?? "", "sub/7"), "evil");
  const build = await begin();
  expect(await build.restore("large", build.location("large"), "")).toBeUndefined();
});

test("in two concurrent builds, the second build runs without the layer cache, and the cache keeps its last commit", async () => {
  await filled();
  const first = await begin();
  await first.restore("large", first.location("large"), "");
  const second = await begin();
  expect(second.problem).toBe("another build of the same app is using it");
  expect(await second.restore("large", second.location("large"), "")).toBeUndefined();
  await largeTree(second.location("large"), "second");
  await second.commit(noMetadata, [{ sha: "large", hostPath: second.location("large"), movable: true }]);
  await second.close();
  expect(await first.close()).toEqual([]);
  const third = await begin();
  await third.restore("large", third.location("large"), "");
  expect(await large(third)).toBe("second");
});

test("a layer tree is copied instead of moved if it has hard links to outside files or must not be moved", async () => {
  const build = await begin();
  await largeTree(build.location("store"));
  await largeTree(build.location("foreign"));
  await mkdir(build.location("other"));
  await link(join(build.location("store"), "sub/7"), join(build.location("other"), "linked"));
  await build.commit(noMetadata, [
    { sha: "store", hostPath: build.location("store"), movable: true },
    { sha: "foreign", hostPath: build.location("foreign"), movable: false },
  ]);
  expect(await readdir(join(build.work, "layers"))).toEqual(["foreign", "other", "store"]);
  await build.close();
  await rm(build.work, { recursive: true });
  const next = await begin();
  for (const sha of ["store", "foreign"])
    expect(await next.restore(sha, next.location(sha), "")).toMatchObject({ fresh: false });
});

describe("a build that is killed", () => {
  /** Runs the steps in a process of its own that kills itself, as the out-of-memory killer would, after `after` changes of the disk. */
  async function killed(steps: string, after: number): Promise<{ readonly work: string; readonly ended: boolean }> {
    const work = join(dir, `work-${++works}`);
    await mkdir(join(work, "layers"), { recursive: true });
    const program = join(import.meta.dirname, "../../../../test/support/interrupted/killed-cache.ts");
    const child = fork(program, [join(dir, "cache"), work, steps, String(after)], {
      execArgv: ["--conditions=@libcnb/source"],
    });
    const [code, by] = await once(child, "close");
    if (by !== "SIGKILL" && code !== 0) throw new Error(`exit code ${code}`);
    return { work, ended: code === 0 };
  }

  test.for(["restore", "restore,commit", "replace"])(
    "at any point of the cache operation %j leaves a complete cache",
    async (steps) => {
      const seen = new Set<string>();
      for (let after = 0, ended = false; !ended; after++) {
        await rm(join(dir, "cache"), { recursive: true, force: true });
        await filled();
        const build = await killed(steps, after);
        ended = build.ended;
        await returnTrees(build.work);
        await rm(build.work, { recursive: true });
        const next = await begin();
        expect(next.problem).toBeUndefined();
        const restored = await next.restore("large", next.location("large"), "");
        seen.add(restored ? await allOf(next.location("large")) : "nothing");
        await next.close();
      }
      // What a buildpack changed is lost between the change and the commit; nothing is ever half-made.
      expect([...seen].sort()).toEqual(steps === "replace" ? ["good", "new", "nothing"] : ["good"]);
    },
  );
});
