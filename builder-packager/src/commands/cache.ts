import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";

/** `cnb cache show` and `cnb cache prune`: show and remove cnb's files on this machine. */
export function register(program: Command): void {
  const cache = program.command("cache").description("show and prune cnb's cache on this machine");
  cache
    .command("show")
    .description("print the cache's contents by kind, its size, its limit and the free space")
    .option("--json", "print JSON")
    .action(async ({ json = false }: { readonly json?: boolean }, command: Command) => show(json, contextOf(command)));
  cache
    .command("prune")
    .description("remove cache entries that were not used recently, or that exceed the size limit (LIBCNB_CACHE_SIZE)")
    .option(
      "--unused-for <time>",
      "time since the last use, such as 12h or 30d; 0d removes all entries that no running command uses (default: 14d)",
      parseTime,
    )
    .action(async (options: { readonly unusedFor?: number }, command: Command) =>
      prune(options.unusedFor ?? 14 * dayMs, contextOf(command)),
    );
}

const hourMs = 60 * 60 * 1000;
const dayMs = 24 * hourMs;

function parseTime(text: string): number {
  const [, count, unit] = /^(\d{1,5})([hd])$/.exec(text) ?? [];
  if (count === undefined) throw new InvalidArgumentError("Use an age in hours or days, such as 12h or 30d.");
  return Number(count) * (unit === "h" ? hourMs : dayMs);
}

async function show(json: boolean, { env, stdout }: CommandContext): Promise<void> {
  const [{ cacheDir }, { surveyCache }, { humanSize }] = await Promise.all([
    import("../cache-dirs.ts"),
    import("../cache/survey.ts"),
    import("../text/human-size.ts"),
  ]);
  const { dir, kinds, sizeBytes, limitBytes, freeBytes } = await surveyCache(cacheDir(env), env);
  if (json) {
    stdout.write(`${JSON.stringify({ dir, sizeBytes, limitBytes, freeBytes, kinds }, null, 2)}\n`);
    return;
  }
  stdout.write(`${dir}\n`);
  for (const { kind, entries, bytes } of kinds)
    stdout.write(`${humanSize(bytes).padStart(10)}  ${kind} (${entries})\n`);
  const limit = limitBytes === null ? "no limit" : `limit ${humanSize(limitBytes)}`;
  stdout.write(`${humanSize(sizeBytes).padStart(10)}  in total, ${limit}, ${humanSize(freeBytes)} free on this disk\n`);
}

async function prune(unusedMs: number, { env, stdout }: CommandContext): Promise<void> {
  const [{ cacheDir }, { pruneCache, keepLimit }, { cacheLimit }, { humanSize }] = await Promise.all([
    import("../cache-dirs.ts"),
    import("../cache/prune.ts"),
    import("../cache/limit.ts"),
    import("../text/human-size.ts"),
  ]);
  const [root, limit] = [cacheDir(env), cacheLimit(env)];
  const unused = await pruneCache(root, unusedMs);
  const excess = await keepLimit(root, limit, { again: true });
  const [entries, bytes] = [unused.entries + (excess?.entries ?? 0), unused.bytes + (excess?.bytes ?? 0)];
  stdout.write(`removed ${entries} ${entries === 1 ? "entry" : "entries"}, ${humanSize(bytes)}\n`);
  const held = Math.max(unused.held, excess?.held ?? 0);
  if (held > 0) stdout.write(`kept ${held} used by running commands\n`);
}
