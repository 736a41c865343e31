import { relative, resolve, sep } from "node:path";
import { fileURLToPath } from "node:url";
import type { LockedPackage, Package, Project } from "../package-manager.ts";
import type { Distribution } from "./distribution.ts";

/** The origin of a package: whether it is the app's own, or else its source. */
export function originOf(
  { origin }: Distribution,
  locked: LockedPackage | undefined,
  project: Pick<Project, "app" | "dir">,
): Pick<Package, "role" | "source"> {
  const path = origin === undefined ? undefined : pathOf(origin.address);
  const role = locked?.role ?? (origin?.isFolder === true ? roleOf(path, project) : undefined);
  if (role !== undefined) return { role };
  const source = path === undefined ? (origin?.address ?? locked?.source) : relativeTo(project.app.dir, path);
  return { ...(source !== undefined && { source }) };
}

const pathOf = (address: string): string | undefined => {
  try {
    return fileURLToPath(address.replace(/[?#].*$/s, ""));
  } catch {
    return undefined;
  }
};

const roleOf = (path: string | undefined, { app, dir }: Pick<Project, "app" | "dir">): Package["role"] =>
  path !== undefined && resolve(path) === resolve(app.dir, dir) ? "app" : "workspace";

/** A path of the machine says nothing to readers: outside of the app, its last part does. */
function relativeTo(dir: string, path: string): string {
  const inside = relative(dir, path);
  return inside.startsWith("..") || inside.startsWith(sep)
    ? (path.split(sep).at(-1) ?? path)
    : inside.split(sep).join("/");
}
