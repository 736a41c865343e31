// The texts of `npm run NAME -- --help`. They are printed by the host's own Node.js (20 or newer) without dependencies, so that
// nothing is installed or compiled for them. The scripts that update inventories print their own usage.

/** By the script that test/scripts/run.mjs starts. */
const usages = {
  "test/demo/demo.ts": `Usage: npm run demo [-- APP] [--mirror URL] [--keyring FILE]

Creates base images and a builder in dist/demo, builds the app in the directory APP (default: a sample app) and starts it.
  --mirror URL    Debian mirror (default: the mirror of this machine's apt)
  --keyring FILE  keys of the mirror (default: the keys of this machine's apt)
`,
  "test/scripts/test.ts": `Usage: npm test [-- FILTER…]

Runs the checks and the quick tests. With FILTER, runs the test files whose names contain it, without the checks.
  npm run test:full  also *.full.test.ts; a missing program is an error
  npm run test:all   also *.all.test.ts, which takes hours
`,
  "test/scripts/unit.ts": `Usage: npm run unit [-- PATH…] [--watch]

Runs the tests next to the sources that start no process, without compiling. With PATH, runs those whose file names contain it.
  --watch  after each change, run the tests that it affects
`,
  "test/bench/bench.ts": `Usage: npm run bench [-- --only SUITE] [--app APP] [--size NUMBER] [--json FILE]

Measures speed and size, and compares them with other tools. test/bench/README.md explains the results.
  --only SUITE  path, detect, framework, small, peers-small, testkit, packager, rate, memory, share, node, python, java, rebase, fleet, copy, sbom, build, run, dev, export, comparison
  --size NUMBER the number of images of the suite fleet (default: 10000)
  --app APP     only this app of the suite comparison (repeatable): express, next, fastapi, django, spring
  --json FILE   also write the results to FILE
`,
  "test/scripts/docs.ts": `Usage: npm run docs

Writes the generated pages: errors, limits, reference, tables of READMEs, diagrams, exported signatures, conformance.
`,
  "test/scripts/recording/record.ts": `Usage: npm run docs:recording

Records cnb build for the README's picture. It needs the images that npm run demo creates.
`,
  "test/scripts/english-sample.ts": `Usage: npm run docs:sample -- SEED

Draws 30 paragraphs, 40 errors, 40 test names and 60 doc comments, so that a reader who does not know the project can judge them.
A seed draws the same texts as long as the sources stay the same.
`,
  "builder-packager/engine/build.ts": `Usage: npm run engine [-- --check | -- --update-crates]

Builds the small engine for amd64 and arm64, and writes builder-packager/engine/prebuilt. It needs Rust, Python 3 and git.
  --check          build a copy of the sources, and compare the programs and the licences with prebuilt
  --update-crates  first replace crates.lock by the newest versions that Cargo.toml allows
`,
  "builder-packager/static/build.ts": `Usage: npm run build:static [-- DIR]

Writes the static program cnb for amd64 and arm64, its licences and its SBOM into dist/static, or into DIR.
`,
  "test/release/release.ts": `Usage: npm run release -- [--dry-run] [--only PART…] [--images REPOSITORY --key FILE --public-key FILE]

Publishes the npm packages and the images of the version in framework/package.json, and builds cnb as a static program and the site.
  --dry-run            build everything into dist/release, and publish nothing
  --only PART          npm, images, static or site; repeatable
  --images REPOSITORY  registry and repository of the images, such as registry.example.com/libcnb
  --key FILE           private key that signs the images; --public-key FILE is the public one
`,
  "docs/site/build.ts": `Usage: npm run docs:site

Builds the documentation site into docs/dist/site.
`,
  "docs/site/preview.ts": `Usage: npm run docs:preview [-- PATH]

Serves docs/dist/site at PATH (default: /) on the port in PORT (default: 4321).
`,
};

/**
 * The text to print instead of running a script, if its arguments ask for it.
 *
 * @param {string} script
 * @param {readonly string[]} args
 */
export const usageFor = (script, args) => (args.includes("--help") || args.includes("-h") ? usages[script] : undefined);
