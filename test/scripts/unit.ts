/**
 * `npm run unit [-- PATH…] [--watch]`: the tests next to the sources that start no process. They read the sources, so nothing is
 * compiled first.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const args = process.argv.slice(2);
const mode = args.includes("--watch") ? "watch" : "run";
const { status } = spawnSync(
  join(root, "node_modules/.bin/vitest"),
  [mode, "--project", "unit", ...args.filter((argument) => argument !== "--watch")],
  { cwd: root, stdio: "inherit", env: { ...process.env, LIBCNB_TEST_TIER: "quick" } },
);
process.exitCode = status ?? 1;
