import type { Placement } from "./sandbox-files.ts";

/** What is run, and what it is told. */
interface Command {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
}

/**
 * The command of a buildpack if nothing can be mounted: its program and `CNB_BUILDPACK_DIR`
 * (`CNB_EXTENSION_DIR`) use the buildpack's own directory, as the specification permits.
 */
export function runElsewhere<Given extends Command>(given: Given, places: readonly Placement[]): Given {
  const [program, ...args] = given.command;
  const dirs = ["CNB_BUILDPACK_DIR", "CNB_EXTENSION_DIR"].flatMap((name) => {
    const dir = given.env[name];
    return dir === undefined ? [] : [[name, placeOf(dir, places)] as const];
  });
  return { ...given, command: [placeOf(program, places), ...args], env: { ...given.env, ...Object.fromEntries(dirs) } };
}

function placeOf(path: string, places: readonly Placement[]): string {
  const place = places.find(({ target }) => path === target || path.startsWith(`${target}/`));
  return place ? place.source + path.slice(place.target.length) : path;
}
