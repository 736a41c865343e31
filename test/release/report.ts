import type { Check } from "./checks.ts";

/** A line for a precondition, and one for each reason for which it does not hold. */
export const checkLine = ({ name, problems, hint }: Check): string =>
  problems.length === 0
    ? `  ok    ${name}`
    : [`  FAIL  ${name}`, ...shortened(problems).map((problem) => `          ${problem}`), `          → ${hint}`].join(
        "\n",
      );

/** A few lines show what is wrong, hundreds do not. */
const shortened = (problems: readonly string[]): readonly string[] =>
  problems.length <= most ? problems : [...problems.slice(0, most), `and ${problems.length - most} more`];
const most = 10;

/** A line for a packed npm package. */
export const packageLine = (packed: {
  readonly name: string;
  readonly version: string;
  readonly size: number;
  readonly integrity: string;
}): string =>
  `  ${`${packed.name}@${packed.version}`.padEnd(38)} ${`${(packed.size / 1e6).toFixed(2)} MB`.padStart(8)}  ${packed.integrity.slice(0, 24)}…`;

/** A line for a step of a release. */
export const stepLine = (done: string, subject: string): string => `  ${done.padEnd(10)} ${subject}`;
