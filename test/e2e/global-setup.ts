import { randomUUID } from "node:crypto";
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { execute, root } from "../support/cnb.ts";

/** Before the end-to-end tests: compile, as users run compiled code, and forget what an earlier run left. */
export default async function setup(): Promise<void> {
  const { exitCode, stdout } = await execute("npm", ["run", "--silent", "build"]);
  if (exitCode !== 0) throw new Error(`npm run build failed:\n${stdout}`);
  await rm(join(root, "dist/test"), { recursive: true, force: true });
  process.env.LIBCNB_TEST_RUN = randomUUID();
}
