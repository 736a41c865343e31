import type { AppResult, Comparison, Measurement, ToolName } from "../../bench/comparison/results.ts";
import { shown } from "./chart.ts";
import { titles } from "./texts.ts";

/** A figure that two tools are compared by: less is better. */
interface Aspect {
  readonly name: string;
  readonly unit: string;
  readonly figureOf: (measurement: Measurement) => number | undefined;
}

const aspects: readonly Aspect[] = [
  ...(["first", "unchanged", "code", "dependency", "base"] as const).map((step) => ({
    name: titles[step],
    unit: "s",
    figureOf: ({ seconds }: Measurement) => seconds[step],
  })),
  { name: "Size of the image", unit: "MB", figureOf: ({ imageMb }) => imageMb },
  ...(["code", "dependency", "base"] as const).map((step) => ({
    name: `Upload, ${titles[step].toLowerCase()}`,
    unit: "MB",
    figureOf: ({ uploadedMb }: Measurement) => uploadedMb[step],
  })),
];

/** Differences below a tenth are noise on a machine that does other work. */
const noise = 1.1;
/** Differences of so many seconds or MB are too small to matter. */
const least = 0.1;

const ours: ToolName = "cnb build";

const losses = `In these rows, another tool needs less than \`cnb build\`. The last column names only the best
tool. Differences below 10 % are not listed.
`;
const wins = "In these rows, every other tool needs more than `cnb build`. Differences below 10 % are not listed.\n";

/** A table row for each aspect and app in which another tool is better. */
export const lossesOf = (comparison: Comparison): string =>
  listed(comparison, losses, "best tool", (own, others) => {
    const better = others.filter(([, value]) => own > value * noise && own - value > least);
    return better.toSorted((a, b) => a[1] - b[1])[0];
  });

/** A table row for each aspect and app in which every other tool needs more. */
export const winsOf = (comparison: Comparison): string =>
  listed(comparison, wins, "next best tool", (own, others, isComplete) => {
    if (!isComplete) return undefined;
    const next = others.toSorted((a, b) => a[1] - b[1])[0];
    return next && next[1] > own * noise && next[1] - own > least ? next : undefined;
  });

type Value = readonly [tool: ToolName, value: number];

function listed(
  { apps }: Comparison,
  introduction: string,
  title: string,
  judge: (own: number, others: readonly Value[], isComplete: boolean) => Value | undefined,
): string {
  const rows = aspects.flatMap((aspect) =>
    apps.flatMap((app) => {
      const [own, others] = valuesOf(app, aspect);
      const isComplete = others.length === Object.keys(app.tools).length - 1;
      const found = own === undefined ? undefined : judge(own, others, isComplete);
      if (own === undefined || found === undefined) return [];
      const [tool, value] = found;
      return `| ${aspect.name} | ${app.name} | ${shown(own)} ${aspect.unit} | ${tool}: ${shown(value)} ${aspect.unit} |`;
    }),
  );
  if (rows.length === 0) return `No figure of this page belongs here.`;
  return `${introduction}
| figure | app | \`cnb build\` | ${title} |
|---|---|---:|---:|
${rows.join("\n")}`;
}

function valuesOf(
  { tools }: AppResult,
  { figureOf }: Aspect,
): readonly [own: number | undefined, others: readonly Value[]] {
  const values = Object.entries(tools).flatMap(([tool, measurement]): Value[] => {
    const value = figureOf(measurement);
    return value === undefined ? [] : [[tool as ToolName, value]];
  });
  return [values.find(([tool]) => tool === ours)?.[1], values.filter(([tool]) => tool !== ours)];
}
