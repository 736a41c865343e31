// What `npm run NAME -- --help` prints, for the host's own Node.js (20 or newer), no dependencies: nothing is installed or
// compiled for it. The scripts that update inventories print their own.

/** By the script that test/scripts/run.mjs starts. */
const usages = {
  "test/demo/demo.ts": `Usage: npm run demo [-- APP] [--mirror URL] [--keyring FILE]

Makes base images and a builder in dist/demo, builds the app in the directory APP (default: a sample app) and starts it.
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
  --watch  run the tests that a change concerns, again and again
`,
  "test/bench/bench.ts": `Usage: npm run bench [-- --only SUITE] [--json FILE]

Measures speed and size, next to other tools. test/bench/README.md explains the figures.
  --only SUITE  path, detect, framework, testkit, packager, rate, memory, share, node, python, java, rebase, sbom, build, run, export
  --json FILE   also write the figures to FILE
`,
  "test/scripts/docs.ts": `Usage: npm run docs

Writes the generated pages: errors, limits, reference, tables of READMEs, diagrams, exported signatures, conformance.
`,
  "test/scripts/recording/record.ts": `Usage: npm run docs:recording

Records cnb build for the README's picture, with the images that npm run demo has made.
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
