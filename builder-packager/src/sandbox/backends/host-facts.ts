import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { HostFacts } from "../spec.ts";

/**
 * Directories that contain programs and libraries; /nix and /gnu are the stores of Nix and Guix.
 */
const toolDirs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu"];
const toolNames = ["buildah", "bwrap", "ip", "mount", "nsenter", "prlimit", "setpriv", "sh", "unshare"];
/**
 * Directories of system tools. On some systems, `mount` and `ip` are not on the PATH of an ordinary
 * user.
 */
const systemDirs = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Finds the tools that sandboxes need on this machine. */
export function readHostFacts(env: NodeJS.ProcessEnv): HostFacts {
  const dirs = toolDirs.filter((dir) => existsSync(dir));
  const found = toolNames.flatMap((name) => {
    const file = findTool(name, env);
    if (!file) return [];
    return [[name, isBelow(file, dirs) ? file : realpathSync(file)] as const];
  });
  return { tools: Object.fromEntries(found), toolDirs: dirs };
}

const isBelow = (file: string, dirs: readonly string[]): boolean => dirs.some((dir) => file.startsWith(`${dir}/`));

/**
 * Returns a `PATH` that starts with the system's own directories. The directories of the caller's
 * `PATH` follow.
 */
export const toolPath = (env: NodeJS.ProcessEnv): string =>
  [...systemDirs, ...(env.PATH ? [env.PATH] : [])].join(delimiter);

function findTool(name: string, env: NodeJS.ProcessEnv): string | undefined {
  const dirs = [...systemDirs, ...(env.PATH ?? "").split(delimiter).filter((dir) => dir.startsWith("/"))];
  return dirs.map((dir) => join(dir, name)).find(isExecutable);
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
