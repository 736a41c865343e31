import { escaped, style } from "../diagrams/svg.ts";

/** Bars of one figure: a group for each app, a bar for each tool. */
export interface Chart {
  readonly title: string;
  readonly unit: string;
  readonly groups: readonly Group[];
}

interface Group {
  readonly name: string;
  readonly bars: readonly { readonly name: string; readonly value: number; readonly isOurs: boolean }[];
}

const row = 20;
const gap = 14;
const labels = 110;
const widest = 460;
const width = 668;

/** The picture as SVG, in the colours of the diagrams. The names next to the bars replace a legend. */
export function chartSvg({ title, unit, groups }: Chart): string {
  const most = Math.max(...groups.flatMap(({ bars }) => bars.map(({ value }) => value)));
  const drawn: string[] = [];
  let y = 6;
  for (const { name, bars } of groups.filter((group) => group.bars.length > 0)) {
    drawn.push(text({ x: 6, y: y + 15, content: name, kind: "name" }));
    y += row + 2;
    for (const { name: tool, value, isOurs } of bars) {
      const length = Math.max(1, Math.round((widest * value) / most));
      drawn.push(text({ x: 16, y: y + 13, content: tool, kind: "note" }));
      drawn.push(
        `<rect class="${isOurs ? "result" : "box"}" x="${labels}" y="${y + 2}" width="${length}" height="${row - 5}"/>`,
      );
      drawn.push(text({ x: labels + length + 6, y: y + 13, content: `${shown(value)} ${unit}`, kind: "note" }));
      y += row;
    }
    y += gap;
  }
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${y}" width="${width}" height="${y}" role="img" aria-label="${escaped(title)}" class="diagram"><title>${escaped(title)}</title>${style}${drawn.join("")}</svg>\n`;
}

interface Text {
  readonly x: number;
  readonly y: number;
  readonly content: string;
  readonly kind: "name" | "note";
}

const text = ({ x, y, content, kind }: Text): string =>
  `<text class="${kind}" x="${x}" y="${y}" style="text-anchor:start">${escaped(content)}</text>`;

/** Two digits after the point below 1, and none from 100 on. */
export const shown = (value: number): string => (value === 0 ? "0" : value.toFixed(digitsOf(value)));

function digitsOf(value: number): number {
  if (value < 1) return 2;
  return value < 100 ? 1 : 0;
}
