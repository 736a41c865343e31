/** Holds a lock until it is killed: `lock-holder.ts FILE`. */
import { setTimeout } from "node:timers/promises";
import { withFileLock } from "../../../builder-packager/src/lock/file-lock.ts";

const [, , file = ""] = process.argv;
await withFileLock(file, undefined, async () => {
  process.stdout.write(`held by ${process.pid}\n`);
  for (;;) await setTimeout(1000);
});
