import { type Graph, united } from "../sbom/test-graph.ts";

/** The output of `npm ls --all --json --long` about a package, with that of its dependencies below it. */
interface ListedPackage {
  readonly name?: string;
  readonly version?: string;
  readonly dependencies?: Readonly<Record<string, ListedPackage>>;
}

/** Parses the dependency graph in the output of `npm ls` for an installed tree. */
export const listedGraph = (text: string): Graph => {
  const root = JSON.parse(text) as ListedPackage;
  return united([...statements(root.name ?? "app", root)]);
};

function* statements(
  name: string,
  { version, dependencies }: ListedPackage,
): Generator<readonly [string, readonly string[]]> {
  // one of another system is listed without a version: it is not installed
  const installed = Object.entries(dependencies ?? {}).filter(([, each]) => each.version !== undefined);
  const needed = installed.map(([folder, each]) => [each.name ?? folder, each] as const);
  yield [`${name}@${version ?? ""}`, needed.map(([each, { version: release }]) => `${each}@${release}`)];
  for (const [each, listed] of needed) yield* statements(each, listed);
}
