/** Names that examples may speak of without saying where they come from, with their types. */
export type AtHand = Readonly<Record<string, string>>;

/** The variables that examples can use for detect and build, and for tests. */
const author: AtHand = {
  app: `import("libcnb").App`,
  bindings: `import("libcnb").BuildContext["bindings"]`,
  buildpack: `import("libcnb").Buildpack`,
  config: "Record<string, string>",
  context: `import("libcnb").BuildContext`,
  download: `import("libcnb").BuildContext["download"]`,
  env: `import("libcnb").Env`,
  error: "unknown",
  expect: `typeof import("vitest").expect`,
  extension: `import("libcnb").Extension`,
  file: "string",
  inventory: `import("libcnb").BuildContext["inventory"]`,
  layers: `import("libcnb").Layers`,
  layersDir: "string",
  log: `import("libcnb").Logger`,
  path: "string",
  plan: `import("libcnb").Plan`,
  platform: `import("libcnb").Platform`,
  run: `import("libcnb").RunTool`,
  target: `import("libcnb").Target`,
  text: "string",
  version: "string",
};

/** The variables that examples can use for programs that create images. */
const program: AtHand = {
  app: "string",
  cacheDir: "string",
  dir: "string",
  entries: `Parameters<typeof import("@libcnb/packager/oci").createLayer>[0]`,
  env: "Readonly<Record<string, string | undefined>>",
  expect: `typeof import("vitest").expect`,
  file: "string",
  host: `import("@libcnb/packager").Host`,
  image: `import("@libcnb/packager/oci").Image`,
  layer: `import("@libcnb/packager/oci").Layer`,
  reporter: `import("@libcnb/packager").Reporter`,
  signal: "AbortSignal",
  store: `import("@libcnb/packager/oci").BlobStore`,
  text: "string",
};

/** By the package's directory. */
export const atHandIn: Readonly<Record<string, AtHand>> = { framework: author, "builder-packager": program };
