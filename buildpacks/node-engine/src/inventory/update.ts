import { mkdtemp, readFile, rename, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { parseArgs } from "node:util";
import { download } from "libcnb";
import type { Policy } from "./merge.ts";
import { refresh } from "./refresh.ts";
import { registry } from "./registry.ts";
import { upstream } from "./upstream.ts";

const usage = `Refreshes the releases of Node.js and npm in buildpack.toml from the index of the Node.js project and from the npm registry.
A source that cannot be reached leaves its releases as they are.

  npm run inventory -- [--check] [--lines 20,22,24,26] [--newest 2] [--index <address>] [--registry <address>] [--file <buildpack.toml>]

  --check      changes nothing; the exit code is 1 if something is newer, 2 if a source cannot be reached
  --lines      the lines of Node.js to have
  --newest     how many releases of each line and processor to have
  --index      the index.json to read; SHASUMS256.txt files are looked for beside it
  --registry   the npm registry to ask instead of that of npm's settings
`;

const { values } = parseArgs({
  options: {
    check: { type: "boolean", default: false },
    help: { type: "boolean", default: false },
    lines: { type: "string", default: "20,22,24,26" },
    newest: { type: "string", default: "2" },
    index: { type: "string", default: "https://nodejs.org/download/release/index.json" },
    registry: { type: "string" },
    file: { type: "string", default: join(import.meta.dirname, "../../buildpack.toml") },
  },
});

/** Runs the command and gives its exit code. */
async function update(): Promise<number> {
  const file = resolve(values.file);
  const before = await readFile(file, "utf8");
  const { text, failures, changes } = await refresh(before, policyOf(values), {
    upstream: (policy, tell) => upstream(values.index, policy, readText, tell),
    registry: (policy) => registry(policy, values.registry === undefined ? [] : [`--registry=${values.registry}`]),
  });
  const isNew = text !== before;
  for (const line of [...failures, ...changes]) console.log(line);
  if (!isNew) console.log("buildpack.toml is up to date with what could be read");
  if (values.check) return failures.length > 0 ? 2 : isNew ? 1 : 0;
  if (isNew) await replace(file, text);
  return 0;
}

function policyOf({ lines, newest }: { readonly lines: string; readonly newest: string }): Policy {
  const policy = { lines: lines.split(",").map(Number), newest: Number(newest) };
  const isValid = [...policy.lines, policy.newest].every((number) => Number.isInteger(number) && number > 0);
  if (!isValid) throw new Error("--lines and --newest are whole numbers, such as --lines 22,24 --newest 2");
  return policy;
}

async function readText(url: string): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), "inventory-"));
  try {
    await download(url, { to: join(dir, "text"), maxBytes: 16 * 1024 ** 2 });
    return await readFile(join(dir, "text"), "utf8");
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

async function replace(file: string, text: string): Promise<void> {
  await writeFile(`${file}.new`, text);
  await rename(`${file}.new`, file);
  console.log(`${file} is written`);
}

if (values.help) console.log(usage);
else
  process.exitCode = await update().catch((error: unknown) => {
    console.error(`ERROR: ${error instanceof Error ? error.message : error}`);
    return 3;
  });
