import { type Graph, united } from "../sbom/test-graph.ts";

/** What `npm ls --all --json --long` prints of a package, and below it of what that needs. */
interface Listed {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, Listed>>;
}

/** The graph that npm itself prints of an installed tree. */
export const listedGraph = (text: string): Graph => {
  const root = JSON.parse(text) as Listed;
  return united([...statements(root.name ?? "app", root)]);
};

function* statements(name: string, { version, dependencies }: Listed): Generator<readonly [string, readonly string[]]> {
  // one of another system is listed without a version: it is not installed
  const installed = Object.entries(dependencies ?? {}).filter(([, each]) => each.version !== undefined);
  const needed = installed.map(([folder, each]) => [each.name ?? folder, each] as const);
  yield [`${name}@${version ?? ""}`, needed.map(([each, { version: release }]) => `${each}@${release}`)];
  for (const [each, listed] of needed) yield* statements(each, listed);
}
