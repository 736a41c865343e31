import fc from "fast-check";
import type { Files } from "../lifecycle/lifecycle-binaries.ts";

/** The state that one build left, and the part of it that the next build finds. */
export interface RestoreCase {
  readonly layers: Readonly<Record<string, BuiltLayer>>;
  readonly store: Readonly<Record<string, unknown>> | undefined;
  /** The availability of the previous image and of the cache. */
  readonly image: boolean;
  readonly cache: boolean;
  /** Layers whose contents in the previous image are not those of the cache: another build came between. */
  readonly stale: readonly string[];
}

export interface BuiltLayer {
  readonly build: boolean;
  readonly launch: boolean;
  readonly cache: boolean;
  readonly metadata: Readonly<Record<string, unknown>>;
  readonly contents: Files;
  readonly hasSbom: boolean;
}

const scalar = fc.oneof(
  fc.constantFrom("", "22.1.0", 'é\n"', "1979-05-27T07:32:00Z"),
  fc.integer({ min: -1e6, max: 1e6 }),
  fc.double({ noNaN: true, noDefaultInfinity: true, min: -1e6, max: 1e6 }).filter((value) => !Object.is(value, -0)),
  fc.boolean(),
);
const key = fc.constantFrom("version", "count", "a.b", "nested", "list");
const metadata = fc.dictionary(
  key,
  fc.oneof(scalar, fc.array(fc.string({ maxLength: 3 }), { maxLength: 2 }), fc.dictionary(key, scalar, { maxKeys: 2 })),
  { maxKeys: 3 },
);
const contents = fc
  .dictionary(fc.constantFrom("file", "bin/tool", "deep/er/file"), fc.constantFrom("one", "#!/bin/sh\n"), {
    minKeys: 1,
    maxKeys: 2,
  })
  .map((files) => files as Files);

const layer = fc.record({
  build: fc.boolean(),
  launch: fc.boolean(),
  cache: fc.boolean(),
  metadata,
  contents,
  hasSbom: fc.boolean(),
});

export const restoreCases: fc.Arbitrary<RestoreCase> = fc
  .dictionary(fc.constantFrom("a", "a-b", "b", "modules"), layer, { maxKeys: 4 })
  .chain((layers) =>
    fc.record({
      layers: fc.constant(layers),
      store: fc.option(metadata, { nil: undefined }),
      image: fc.boolean(),
      cache: fc.boolean(),
      stale: fc.subarray(Object.keys(layers)),
    }),
  );

/** The layers directory as the build left it. */
export function builtFiles({ layers }: RestoreCase, toml: (table: Readonly<Record<string, unknown>>) => string): Files {
  return Object.fromEntries(
    Object.entries(layers).flatMap(([name, { build, launch, cache, metadata, contents, hasSbom }]) => [
      [`${name}.toml`, toml({ types: { build, launch, cache }, metadata })],
      ...Object.entries(contents).map(([file, text]) => [`${name}/${file}`, text]),
      ...(hasSbom ? [[`${name}.sbom.cdx.json`, `{"layer":"${name}"}`]] : []),
    ]),
  );
}
