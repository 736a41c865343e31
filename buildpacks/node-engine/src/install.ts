import { chmod, mkdir, rm, symlink } from "node:fs/promises";
import { join } from "node:path";
import { type CreateReason, type Env, type ExtractOptions, explain, extractArchive } from "libcnb";
import { fetchFile, type Wanted } from "./fetch.ts";
import type { Source } from "./source.ts";

/** Installs Node.js and npm into a folder in the layout of the upstream archive: bin/, lib/node_modules/npm. */
export async function install({ node, npm }: Source, dir: string, env: Env): Promise<void> {
  if (npm === undefined) return unpack(node, dir, dir, env);
  // the package also has headers, a manual and a changelog, which no app starts
  await unpack(node, dir, dir, env, { filter: (name) => name === "bin/node" || name === "LICENSE" });
  await unpack(npm, dir, join(dir, "lib/node_modules/npm"), env);
  await linkTools(dir, ["npm", "npx"]);
}

async function unpack(wanted: Wanted, dir: string, to: string, env: Env, options: ExtractOptions = {}): Promise<void> {
  const archive = join(dir, ".download.tar.gz");
  await fetchFile(wanted, archive, env);
  await mkdir(to, { recursive: true });
  await extractArchive(archive, to, { strip: 1, ...options });
  await rm(archive);
}

/** The links that the upstream archive has: bin/npm → ../lib/node_modules/npm/bin/npm-cli.js */
async function linkTools(dir: string, tools: readonly string[]): Promise<void> {
  await chmod(join(dir, "bin/node"), 0o755);
  for (const tool of tools) {
    const script = `lib/node_modules/npm/bin/${tool}-cli.js`;
    await chmod(join(dir, script), 0o755);
    await symlink(join("..", script), join(dir, "bin", tool));
  }
}

/** Why it is installed, in words; a digest that changed with the version tells nobody anything. */
export function whyInstalled(reason: CreateReason): string {
  if (reason.kind !== "metadata-changed") return explain(reason);
  const changes = reason.changes.filter(({ field }) => ["version", "arch", "distribution", "npm"].includes(field));
  return explain(changes.length === 0 ? reason : { ...reason, changes });
}
