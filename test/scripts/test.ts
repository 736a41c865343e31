/** `npm test`: the checks, then every test. `npm test -- FILTER…` runs the tests whose file names match, without the checks. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";

const root = join(import.meta.dirname, "..", "..");
const all = process.argv.includes("--all");
const filters = process.argv.slice(2).filter((argument) => argument !== "--all");

if (filters.length === 0) execute("npm", ["run", "--silent", "check"]);
execute("node_modules/.bin/vitest", ["run", ...filters], all ? { LIBCNB_TEST_ALL: "1" } : {});

function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}
