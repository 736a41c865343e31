/**
 * A process that uses a cache: `node cache-user.ts CACHE COMMAND ARGS…`. It prints a line when it is ready, and another one
 * for what its command found.
 */
import { existsSync } from "node:fs";
import { mkdir, readdir, rename, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { keepLimit, removeOldest } from "../../../builder-packager/src/cache/prune.ts";
import { reclaimSpace } from "../../../builder-packager/src/cache/reclaim-space.ts";
import { cacheDir, useCache } from "../../../builder-packager/src/cache-dirs.ts";
import { noteMaking, noteUse } from "../../../builder-packager/src/cache-use.ts";

const [root = "", command = "", ...args] = process.argv.slice(2);
useCache(cacheDir({ LIBCNB_CACHE_DIR: root }));
const say = (text: string) => new Promise((done) => process.stdout.write(`${text}\n`, done));
const pause = () => new Promise((resolve) => setTimeout(resolve, 1));

const commands: Readonly<Record<string, () => Promise<void>>> = {
  /** Uses entries and stays until it is killed or its standard input ends. */
  async use() {
    const found = await Promise.all(args.map((name) => noteUse(join(root, name))));
    await say(JSON.stringify(found));
    process.stdin.on("end", () => process.exit()).resume();
  },
  /** Uses or makes many entries, one after the other, and looks at the end whether all are there. */
  async useMany() {
    await say("ready");
    const lost = [];
    const count = Number(args[0]);
    for (let index = 0; index < count; index++, await pause()) {
      const path = join(root, `executables/${index % 100}-${index % 7}`);
      if (await noteUse(path)) lost.push(path);
      if (existsSync(path)) continue;
      await noteMaking(path);
      await mkdir(path, { recursive: true });
      await writeFile(join(path, "main"), "x");
      lost.push(path);
    }
    await say(JSON.stringify(lost.filter((path) => !existsSync(path))));
  },
  /** Fills the cache and removes all that it may, over and over, until it is killed. */
  async prune() {
    await say("ready");
    for (let index = 0; ; index++, await pause()) {
      const path = join(root, `rootfs/${process.pid}-${index}`);
      const making = join(dirname(path), `.making-${process.pid}`);
      await mkdir(join(making, "root"), { recursive: true });
      await writeFile(join(making, "root/x"), "x");
      await rename(making, path);
      await removeOldest(root, 1e12);
    }
  },
  /** Makes seven entries of a megabyte, uses the first ones, and wants four megabytes for further work. */
  async reclaim() {
    for (const name of ["a", "b", "c", "d", "e", "f", "g"]) {
      await mkdir(join(root, "lifecycle"), { recursive: true });
      await writeFile(join(root, "lifecycle", name), Buffer.alloc(2 ** 20));
    }
    for (const name of args) await noteUse(join(root, "lifecycle", name));
    const work = { work: "this test", usual: 4 * 2 ** 20, least: 2 * 2 ** 20 };
    const outcome = await reclaimSpace(root, work).catch(({ code, message }) => `${code}: ${message}`);
    await say(JSON.stringify({ outcome, left: (await readdir(join(root, "lifecycle"))).sort() }));
  },
  async keep() {
    await say("ready");
    await say(String((await keepLimit(root, { bytes: Number(args[0]) }))?.entries ?? 0));
  },
};
await commands[command]?.();
