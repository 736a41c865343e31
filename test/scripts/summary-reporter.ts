import type { Reporter, TestModule } from "vitest/node";

/** Prints the one line by which a machine reads the outcome, and lets no skipped test pass in CI. */
export class SummaryReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[]): void {
    const states = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result().state));
    const count = (state: string) => states.filter((each) => each === state).length;
    const broken = modules.filter((module) => module.errors().length > 0).length;
    const skipped = count("skipped");
    process.stdout.write(`${count("passed")} passed, ${count("failed") + broken} failed, ${skipped} skipped\n`);
    if (process.env.CI && skipped > 0) {
      process.stderr.write("ERROR: in CI no test may be skipped\n");
      process.exitCode = 1;
    }
  }
}
