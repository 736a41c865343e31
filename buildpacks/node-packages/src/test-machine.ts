import { execFile } from "node:child_process";
import { cp, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";

const exec = promisify(execFile);

const { npm_config_registry: registry = (await exec("npm", ["config", "get", "registry"])).stdout.trim() } =
  process.env;

/**
 * The environment variables that npm needs for this machine's registry, for tests that install
 * packages.
 */
export const machineEnv: Readonly<Record<string, string>> = {
  NPM_CONFIG_REGISTRY: registry,
  ...Object.fromEntries(
    Object.entries(process.env).filter(
      (entry): entry is [string, string] =>
        entry[1] !== undefined && /^(node_extra_ca_certs|ssl_cert_file|https?_proxy|no_proxy)$/i.test(entry[0]),
    ),
  ),
};

/** Runs a function in a temporary copy of a directory. */
export async function inCopyOf<Result>(folder: string, action: (dir: string) => Promise<Result>): Promise<Result> {
  const dir = await mkdtemp(join(tmpdir(), "libcnb-npm-"));
  try {
    await cp(folder, dir, { recursive: true });
    return await action(dir);
  } finally {
    await rm(dir, { recursive: true, force: true });
  }
}

/** Runs npm in a directory. Rejects if npm fails. */
export const npmIn = (dir: string, ...args: readonly string[]) =>
  exec("npm", [...args], { cwd: dir, env: { ...process.env, ...machineEnv } });

/**
 * Returns the log of a build without its configuration table, the message about the package
 * manager, and the output of tools.
 */
export const steps = (log: readonly string[]): readonly string[] =>
  log.filter(
    (line) =>
      !/^(Configuration|\d+ (more )?settings? .*|BP_\w+ .*|> .*|npm \d.*|npm warn .*|(added|up to date).*|)$/.test(
        line,
      ),
  );
