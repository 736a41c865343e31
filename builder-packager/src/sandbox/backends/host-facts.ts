import { accessSync, constants, existsSync, realpathSync } from "node:fs";
import { delimiter, join } from "node:path";
import type { HostFacts } from "../spec.ts";

/** Where distributions keep programs and libraries; a store path belongs to Nix or Guix. */
const toolDirs = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix", "/gnu"];
const toolNames = ["buildah", "bwrap", "ip", "mount", "nsenter", "prlimit", "setpriv", "sh", "unshare"];
/** `mount` and `ip` are not on the PATH of an ordinary user everywhere. */
const systemDirs = ["/usr/sbin", "/usr/bin", "/sbin", "/bin"];

/** Looks for the tools of the sandbox. */
export function readHostFacts(env: NodeJS.ProcessEnv): HostFacts {
  const dirs = toolDirs.filter((dir) => existsSync(dir));
  const found = toolNames.flatMap((name) => {
    const file = findTool(name, env);
    return file ? [[name, isBelow(file, dirs) ? file : realpathSync(file)] as const] : [];
  });
  return { tools: Object.fromEntries(found), toolDirs: dirs };
}

const isBelow = (file: string, dirs: readonly string[]): boolean => dirs.some((dir) => file.startsWith(`${dir}/`));

/** A `PATH` with the system's own tools first, followed by the caller's directories. */
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
