/** `npm run bench [-- --only NAME] [--app NAME] [--size NUMBER] [--json FILE]`: the figures the project promises, measured beside their peers. */
import { writeFile } from "node:fs/promises";
import { parseArgs } from "node:util";
import { comparisonTimes } from "./comparison/comparison.ts";
import { type AppName, appNames } from "./comparison/results.ts";
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
import { fleetTimes } from "./times/fleet-times.ts";
import { javaTimes } from "./times/java-times.ts";
import { nodeTimes } from "./times/node-times.ts";
import { packagerTimes } from "./times/packager-times.ts";
import { pathTimes } from "./times/path-times.ts";
import { pythonTimes } from "./times/python-times.ts";
import { rebaseTimes } from "./times/rebase-times.ts";
import { runTimes } from "./times/run-times.ts";
import { sbomTimes } from "./times/sbom-times.ts";

/** The options that some suites read. */
interface SuiteOptions {
  /** The apps of the suite `comparison`. */
  readonly apps?: readonly AppName[];
  /** The number of images of the suite `fleet`. */
  readonly size?: number;
}

const suites: Record<string, (options: SuiteOptions) => AsyncGenerator<Figure>> = {
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
  fleet: fleetTimes,
  copy: copyTimes,
  sbom: sbomTimes,
  build: buildTimes,
  run: runTimes,
  dev: devTimes,
  export: exportTimes,
  comparison: comparisonTimes,
};

const values = options();
const suiteOptions: SuiteOptions = {
  ...(values.app === undefined ? {} : { apps: values.app.map(appNamed) }),
  ...(values.size === undefined ? {} : { size: sizeIn(values.size) }),
};
const figures: Figure[] = [];
for (const [name, suite] of Object.entries(suites)) {
  if (values.only !== undefined && values.only !== name) continue;
  for await (const figure of suite(suiteOptions)) {
    figures.push(figure);
    console.log(renderFigure(figure));
  }
}
if (figures.length === 0) {
  console.error(`ERROR: there is no benchmark ${values.only}\nHINT: Use one of ${Object.keys(suites).join(", ")}.`);
  process.exit(3);
}
if (values.json) await writeFile(values.json, `${JSON.stringify(figures, null, 2)}\n`);

function appNamed(name: string): AppName {
  const found = appNames.find((each) => each === name);
  if (found !== undefined) return found;
  console.error(`ERROR: there is no app ${name}\nHINT: Use one of ${appNames.join(", ")}.`);
  process.exit(3);
}

function sizeIn(text: string): number {
  if (/^[1-9]\d{0,5}$/.test(text)) return Number(text);
  console.error(`ERROR: --size ${text} is not a number of images\nHINT: Use a number such as 1000.`);
  process.exit(3);
}

function options() {
  try {
    return parseArgs({
      options: {
        only: { type: "string" },
        app: { type: "string", multiple: true },
        size: { type: "string" },
        json: { type: "string" },
      },
    }).values;
  } catch (error) {
    console.error(`ERROR: ${(error as Error).message}\nHINT: npm run bench -- --help lists the options.`);
    process.exit(3);
  }
}
