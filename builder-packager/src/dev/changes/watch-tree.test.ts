import type { watch } from "node:fs";
import { chmod, mkdir, mkdtemp, rename, rm, symlink, utimes, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { scanTree } from "./scan-tree.ts";
import { changedPaths } from "./snapshot.ts";
import { type TreeWatcher, type WatchOptions, watchTree } from "./watch-tree.ts";

let dir: string;
let watcher: TreeWatcher | undefined;
let changed: string[];
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), "watch-"));
  changed = [];
});
afterEach(async () => {
  await watcher?.close();
  watcher = undefined;
  await rm(dir, { recursive: true, force: true });
});

const write = async (path: string, text = path) => {
  await mkdir(join(dir, path, ".."), { recursive: true });
  await writeFile(join(dir, path), text);
};

async function start(options: Partial<WatchOptions> = {}, except: readonly string[] = []): Promise<void> {
  watcher = await watchTree(
    { dir, except },
    { onChanges: ({ paths }) => void changed.push(...paths), onPolling: () => {}, ...options },
  );
}

const sees = (...paths: readonly string[]) => vi.waitFor(() => expect(changed.toSorted()).toEqual(paths), 10_000);

describe("the file watcher of cnb dev reports", () => {
  test("files that are modified, created and removed", async () => {
    await write("src/a.ts");
    await write("src/b.ts");
    await start();
    await writeFile(join(dir, "src/a.ts"), "other");
    await sees("src/a.ts");
    await rm(join(dir, "src/b.ts"));
    await sees("src/a.ts", "src/b.ts");
    await write("c.ts");
    await sees("c.ts", "src/a.ts", "src/b.ts");
  });

  test("a file that an editor replaces by renaming a temporary file, but not the temporary file", async () => {
    await write("a.ts");
    await start();
    await write("a.ts~", "new");
    await rename(join(dir, "a.ts~"), join(dir, "a.ts"));
    await sees("a.ts");
  });

  test("files in directories that are created later, including nested ones", async () => {
    await start();
    await write("new/deep/a.ts");
    await sees("new", "new/deep", "new/deep/a.ts");
    changed = [];
    await writeFile(join(dir, "new/deep/a.ts"), "other");
    await sees("new/deep/a.ts");
  });

  test("a directory that is moved, and later changes at its new path", async () => {
    await write("src/a.ts");
    await start();
    await rename(join(dir, "src"), join(dir, "lib"));
    await sees("lib", "lib/a.ts", "src", "src/a.ts");
    changed = [];
    await writeFile(join(dir, "lib/a.ts"), "other");
    await sees("lib/a.ts");
  });

  test("changes in a directory that was removed and created again", async () => {
    await write("src/a.ts");
    await start();
    await rm(join(dir, "src"), { recursive: true });
    await sees("src", "src/a.ts");
    changed = [];
    await write("src/a.ts");
    await sees("src", "src/a.ts");
    changed = [];
    await writeFile(join(dir, "src/a.ts"), "other");
    await sees("src/a.ts");
  });

  test("thousands of files that change at once", async () => {
    await start();
    const paths = Array.from({ length: 3000 }, (_, index) => `d${index % 30}/f${index}`);
    for (let index = 0; index < 30; index++) await mkdir(join(dir, `d${index}`));
    for (const path of paths) await writeFile(join(dir, path), path);
    await vi.waitFor(() => expect(new Set(changed).size).toBe(3030), 20_000);
  });

  test("no changes of ignored files, node_modules, .git and output directories", async () => {
    await write(".gitignore", "*.log\n");
    await mkdir(join(dir, ".git"));
    await mkdir(join(dir, "node_modules/x"), { recursive: true });
    await mkdir(join(dir, "out"));
    await start({}, [join(dir, "out")]);
    for (const path of ["debug.log", ".git/index", "node_modules/x/index.js", "out/index.json"]) await write(path);
    await write("a.ts");
    await sees("a.ts");
  });

  test("changes by polling if directories cannot be watched", async () => {
    const onPolling = vi.fn();
    const full = (() => {
      throw Object.assign(new Error("System limit for number of file watchers reached"), { code: "ENOSPC" });
    }) as unknown as typeof watch;
    await write("src/a.ts");
    await start({ onPolling, open: full });
    await writeFile(join(dir, "src/a.ts"), "other");
    await sees("src/a.ts");
    expect(onPolling).toHaveBeenCalledOnce();
  });

  test("changes by polling if the user requests polling", async () => {
    await start({
      polls: true,
      open: (() => expect.unreachable("no directory is watched")) as unknown as typeof watch,
    });
    await write("a.ts");
    await sees("a.ts");
  });
});

describe("the snapshot of a watched directory", () => {
  test("stays the same when it is taken again, even with a dangling symbolic link", async () => {
    await write("a.ts");
    await symlink("/nowhere", join(dir, "link"));
    const before = await scanTree({ dir, except: [] });
    expect([...before.keys()]).toEqual(["a.ts", "link"]);
    expect(changedPaths(before, await scanTree({ dir, except: [] }))).toEqual([]);
  });

  test("differs if the mode or the modification time of a file differs", async () => {
    await write("a.sh");
    await write("b.ts");
    const before = await scanTree({ dir, except: [] });
    await chmod(join(dir, "a.sh"), 0o755);
    await utimes(join(dir, "b.ts"), 1, 1);
    expect(changedPaths(before, await scanTree({ dir, except: [] }))).toEqual(["a.sh", "b.ts"]);
  });

  test("follows .gitignore of the surrounding repository, except rules that ignore the directory itself", async () => {
    await mkdir(join(dir, ".git"));
    await write(".gitignore", "*.log\nbuild/\n");
    await write("app/a.log");
    await write("app/a.ts");
    await write("build/b.log");
    expect([...(await scanTree({ dir: join(dir, "app"), except: [] })).keys()]).toEqual(["a.ts"]);
    expect([...(await scanTree({ dir: join(dir, "build"), except: [] })).keys()]).toEqual(["b.log"]);
  });

  test("is empty for a directory that does not exist", async () => {
    expect(await scanTree({ dir: join(dir, "missing"), except: [] })).toEqual(new Map());
  });
});
