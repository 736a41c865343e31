/** `npm run bench [-- --only NAME] [--json FILE]`: the figures the project promises, measured beside their peers. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { type Figure, renderFigure } from "./figure.ts";
import { frameworkCost } from "./framework-cost.ts";
import { packagerMemory } from "./packager-memory.ts";
import { packagerRate } from "./packager-rate.ts";
import { packagerShare } from "./packager-share.ts";
import { smallPeers } from "./small/peers.ts";
import { smallEngine } from "./small-engine.ts";
import { testkitRate } from "./testkit-rate.ts";
import { buildTimes } from "./times/build-times.ts";
import { copyTimes } from "./times/copy-times.ts";
import { detectTime } from "./times/detect-time.ts";
import { devTimes } from "./times/dev-times.ts";
import { exportTimes } from "./times/export-times.ts";
import { javaTimes } from "./times/java-times.ts";
import { nodeTimes } from "./times/node-times.ts";
import { packagerTimes } from "./times/packager-times.ts";
import { pathTimes } from "./times/path-times.ts";
import { pythonTimes } from "./times/python-times.ts";
import { rebaseTimes } from "./times/rebase-times.ts";
import { runTimes } from "./times/run-times.ts";
import { sbomTimes } from "./times/sbom-times.ts";

const suites: Record<string, () => AsyncGenerator<Figure>> = {
  path: pathTimes,
  detect: detectTime,
  framework: frameworkCost,
  small: smallEngine,
  "peers-small": smallPeers,
  testkit: testkitRate,
  packager: packagerTimes,
  rate: packagerRate,
  memory: packagerMemory,
  share: packagerShare,
  node: nodeTimes,
  python: pythonTimes,
  java: javaTimes,
  rebase: rebaseTimes,
  copy: copyTimes,
  sbom: sbomTimes,
  build: buildTimes,
  run: runTimes,
  dev: devTimes,
  export: exportTimes,
};

const values = options();
const figures: Figure[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (values.only !== undefined && values.only !== name) continue;
  for await (const figure of suite()) {
    figures.push(figure);
    console.log(renderFigure(figure));
  }
}
if (figures.length === 0) {
  console.error(`ERROR: there is no benchmark ${values.only}\nHINT: Use one of ${Object.keys(suites).join(", ")}.`);
  process.exit(3);
}
if (values.json) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);

function options() {
  try {
    return parseArgs({ options: { only: { type: "string" }, json: { type: "string" } } }).values;
  } catch (error) {
    console.error(`ERROR: ${(error as Error).message}\nHINT: npm run bench -- --help lists the options.`);
    process.exit(3);
  }
}
