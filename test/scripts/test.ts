/**
 * `npm test`: the checks, then the quick tests. `npm run test:full`, `npm run test:all`: slower ones, too, and nothing is left out.
 * `npm test -- FILTER…` runs the tests whose file names match, without the checks, however slow they are.
 */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { leftOut, leftOutText, type Tier } from "./left-out.ts";

const root = join(import.meta.dirname, "..", "..");
const tiers: readonly Tier[] = ["full", "all"];
const wanted = tiers.find((each) => process.argv.includes(`--${each}`)) ?? "quick";
const filters = process.argv.slice(2).filter((argument) => argument !== `--${wanted}`);

if (wanted !== "quick") refuseIncomplete(wanted);
if (filters.length === 0) execute("npm", ["run", "--silent", "check"]);
const tier = filters.length > 0 && wanted === "quick" ? "full" : wanted;
execute("node_modules/.bin/vitest", ["run", ...filters], {
  LIBCNB_TEST_TIER: tier,
  ...(tier === "all" && { LIBCNB_TEST_ALL: "1" }),
});

function refuseIncomplete(tier: Tier): void {
  const files = leftOut(tier);
  if (files.length === 0) return;
  console.error(`${leftOutText(files)}ERROR: npm run test:${tier} leaves nothing out`);
  process.exit(1);
}

function execute(command: string, args: readonly string[], env: NodeJS.ProcessEnv = {}): void {
  const { status } = spawnSync(command, args, { cwd: root, stdio: "inherit", env: { ...process.env, ...env } });
  if (status !== 0) process.exit(status ?? 1);
}
