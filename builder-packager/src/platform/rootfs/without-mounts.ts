import type { PathMapping } from "./sandbox-files.ts";

/** A command and its environment variables. */
interface Command {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * Returns the command of a buildpack in a build that cannot mount anything. The executable and
 * `CNB_BUILDPACK_DIR` (`CNB_EXTENSION_DIR`) refer to the directory into which the buildpack was
 * unpacked, as the specification permits.
 */
export function withoutMounts<Mapped extends Command>(given: Mapped, locations: readonly PathMapping[]): Mapped {
  const [program, ...args] = given.command;
  const dirs = ["CNB_BUILDPACK_DIR", "CNB_EXTENSION_DIR"].flatMap((name) => {
    const dir = given.env[name];
    return dir === undefined ? [] : [[name, mappedPath(dir, locations)] as const];
  });
  return {
    ...given,
    command: [mappedPath(program, locations), ...args],
    env: { ...given.env, ...Object.fromEntries(dirs) },
  };
}

function mappedPath(path: string, locations: readonly PathMapping[]): string {
  const location = locations.find(({ target }) => path === target || path.startsWith(`${target}/`));
  return location ? location.source + path.slice(location.target.length) : path;
}
