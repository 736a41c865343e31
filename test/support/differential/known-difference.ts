/** A row of 0006 that ends a build: who fails there, and what it says. The other one goes on. */
interface Ending {
  readonly by: "the lifecycle" | "cnb";
  readonly says: RegExp;
}

const endings: readonly Ending[] = [
  { by: "the lifecycle", says: /restoring layer .*: unknown file type in tar/ },
  { by: "the lifecycle", says: /toml: .*invalid datetime/ },
  { by: "the lifecycle", says: /toml: .*newlines not allowed within inline tables/ },
  { by: "cnb", says: /\[\[slices\]\]: syntax error in pattern/ },
  { by: "cnb", says: /launch\.toml: (type is required|process type )/ },
];

/** First digits of the exit codes of creator's phases, in their order: analyze, detect, restore, build, export. */
const phases = [3, 2, 4, 5, 6];
const phaseOf = (exitCode: number): number => {
  const phase = phases.indexOf(Math.floor(exitCode / 10));
  return phase < 0 ? phases.length : phase;
};

/**
 * Whether two builds differ as 0006 says: one of them ended at a row, and the other one not before that, be it with an image or with
 * an accident of its own. `log` is what the lifecycle wrote and, after it, cnb.
 */
export function isOnPurpose(log: string, official: number, ours: number): boolean {
  const [lifecycleLog = "", cnbLog = ""] = log.split("\n--- cnb");
  return endings.some(({ by, says }) =>
    by === "cnb"
      ? ours !== 0 && says.test(cnbLog) && phaseOf(official) >= phaseOf(ours)
      : official !== 0 && says.test(lifecycleLog) && phaseOf(ours) >= phaseOf(official),
  );
}
