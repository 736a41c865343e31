import type { PathMapping } from "./sandbox-files.ts";

/** What is run, and what it is told. */
interface Command {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command of a buildpack if nothing can be mounted: its program and `CNB_BUILDPACK_DIR`
 * (`CNB_EXTENSION_DIR`) use the buildpack's own directory, as the specification permits.
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
