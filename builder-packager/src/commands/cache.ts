import { type Command, InvalidArgumentError } from "commander";
import { type CommandContext, contextOf } from "../cli-context.ts";

/** `cnb cache show` and `cnb cache prune`: what cnb keeps on this machine. */
export function register(program: Command): void {
  const cache = program.command("cache").description("show and shrink what cnb keeps on this machine");
  cache
    .command("show")
    .description("print what the cache holds, by kind")
    .action(async (_options: unknown, command: Command) => show(contextOf(command)));
  cache
    .command("prune")
    .description("remove what was not used for a while; it is fetched or made again when it is needed")
    .option(
      "--unused-for <time>",
      "such as 12h or 30d; 0d removes everything that no running build or app may use (default: 14d)",
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
  if (count === undefined) throw new InvalidArgumentError("It is not a time such as 12h or 30d.");
  return Number(count) * (unit === "h" ? hourMs : dayMs);
}

async function show({ env, stdout }: CommandContext): Promise<void> {
  const [{ cacheDir }, { cacheEntries, leftovers }, { FreedBytes }, { humanSize }] = await Promise.all([
    import("../cache-dirs.ts"),
    import("../cache/entries.ts"),
    import("../cache/size.ts"),
    import("../human-size.ts"),
  ]);
  const root = cacheDir(env);
  const entries = [...(await cacheEntries(root)), ...(await leftovers(root))];
  const counted = new FreedBytes();
  stdout.write(`${root}\n`);
  for (const [kind, group] of Map.groupBy(entries, (entry) => entry.kind)) {
    let bytes = 0;
    for (const { path } of group) bytes += await counted.add(path);
    stdout.write(`${humanSize(bytes).padStart(10)}  ${kind} (${group.length})\n`);
  }
}

async function prune(unusedMs: number, { env, stdout }: CommandContext): Promise<void> {
  const [{ cacheDir }, { pruneCache }, { humanSize }] = await Promise.all([
    import("../cache-dirs.ts"),
    import("../cache/prune.ts"),
    import("../human-size.ts"),
  ]);
  const { entries, held, bytes } = await pruneCache(cacheDir(env), unusedMs);
  stdout.write(`removed ${entries} ${entries === 1 ? "entry" : "entries"}, ${humanSize(bytes)}\n`);
  if (held > 0) stdout.write(`kept ${held} that running builds and apps may use\n`);
}
