import type { Reporter, TestModule } from "vitest/node";
import { type LeftOut, leftOutText, type Tier } from "./left-out.ts";

/** Lists what was left out, and prints the one line by which a machine reads the outcome. Only `npm test` may leave something out. */
export class SummaryReporter implements Reporter {
  readonly #tier: Tier;
  readonly #leftOut: readonly LeftOut[];

  constructor(tier: Tier, leftOut: readonly LeftOut[]) {
    this.#tier = tier;
    this.#leftOut = leftOut;
  }

  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const skipped = count("skipped");
    process.stdout.write(leftOutText(this.#leftOut));
    const all = skipped + this.#leftOut.length;
    process.stdout.write(`${count("passed")} passed, ${count("failed") + broken} failed, ${all} skipped\n`);
    if (skipped > 0 && (process.env.CI || this.#tier !== "quick")) {
      process.stderr.write("ERROR: only npm test may skip a test\n");
      process.exitCode = 1;
    }
  }
}
