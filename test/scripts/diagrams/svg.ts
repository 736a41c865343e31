/** A box of a diagram, on a grid of columns and rows, which may be fractions. */
export interface Box {
  readonly at: readonly [column: number, row: number];
  /** Lines of text; the first is the name, the others explain it. */
  readonly text: readonly string[];
  /** `result` is emphasized, `frame` has its text at the top and other boxes in it. */
  readonly kind?: "result" | "frame";
  /** In columns and rows. Default: 1 by 1. */
  readonly size?: readonly [columns: number, rows: number];
}

export interface Arrow {
  readonly from: string;
  readonly to: string;
  readonly text?: string;
}

/** A picture, as the pages show it. */
export interface Diagram {
  readonly title: string;
  readonly boxes: Readonly<Record<string, Box>>;
  readonly arrows: readonly Arrow[];
}

const cell = { width: 166, height: 64 };
const gap = { x: 30, y: 28 };
const line = 17;

/** The picture as SVG. Its colours follow the system's theme; the site replaces them with those of its own themes. */
export function svgOf({ title, boxes, arrows }: Diagram): string {
  const locations = new Map(Object.entries(boxes).map(([name, box]) => [name, rectOf(box)]));
  const all = [...locations.values()];
  const width = Math.max(...all.map(({ x, width }) => x + width)) + 6;
  const height = Math.max(...all.map(({ y, height }) => y + height)) + 6;
  const frames = Object.entries(boxes).filter(([, { kind }]) => kind === "frame");
  const others = Object.entries(boxes).filter(([, { kind }]) => kind !== "frame");
  const drawn = [...frames, ...others].map(([name, box]) => drawnBox(box, location(locations, name)));
  const lines = arrows.map((arrow) =>
    drawnArrow(arrow, location(locations, arrow.from), location(locations, arrow.to)),
  );
  const [framed, boxed] = [drawn.slice(0, frames.length), drawn.slice(frames.length)];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-label="${escaped(title)}" class="diagram"><title>${escaped(title)}</title>${style}<defs><marker id="tip" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" markerHeight="7" orient="auto-start-reverse"><path class="tip" d="M0 0L8 4L0 8z"/></marker></defs>${[...framed, ...lines, ...boxed].join("")}</svg>\n`;
}

export const style = `<style>.diagram{--line:#5b6472;--text:#1d2430;--note:#4a5362;--box:#eef2f8;--result:#d6e6ff;--frame:#fff;font-family:system-ui,sans-serif}@media (prefers-color-scheme:dark){.diagram{--line:#9aa6b8;--text:#f2f5fa;--note:#c0c9d6;--box:#2a3140;--result:#1f4475;--frame:#171a21}}.diagram rect{fill:var(--box);stroke:var(--line)}.diagram .result{fill:var(--result)}.diagram .frame{fill:var(--frame);stroke-dasharray:5 4}.diagram text{fill:var(--text);font-size:14px;text-anchor:middle}.diagram .note{fill:var(--note);font-size:12px}.diagram .name{font-weight:600}.diagram path.arrow{stroke:var(--line);stroke-width:1.5;fill:none}.diagram .tip{fill:var(--line)}</style>`;

interface Rect {
  readonly x: number;
  readonly y: number;
  readonly width: number;
  readonly height: number;
}

const rectOf = ({ at: [column, row], size: [columns, rows] = [1, 1] }: Box): Rect => ({
  x: 6 + column * (cell.width + gap.x),
  y: 6 + row * (cell.height + gap.y),
  width: columns * (cell.width + gap.x) - gap.x,
  height: rows * (cell.height + gap.y) - gap.y,
});

function location(locations: ReadonlyMap<string, Rect>, name: string): Rect {
  const rect = locations.get(name);
  if (rect === undefined) throw new Error(`the diagram has no box ${name}`);
  return rect;
}

function drawnBox({ text, kind }: Box, { x, y, width, height }: Rect): string {
  const top = kind === "frame" ? y + 22 : y + height / 2 - ((text.length - 1) * line) / 2 + 5;
  const lines = text.map(
    (each, index) =>
      `<text class="${index === 0 ? "name" : "note"}" x="${x + width / 2}" y="${round(top + index * line)}">${escaped(each)}</text>`,
  );
  return `<rect class="${kind ?? "box"}" x="${x}" y="${y}" width="${width}" height="${height}" rx="8"/>${lines.join("")}`;
}

/** From the middle of an edge to the middle of the one that faces it. */
function drawnArrow({ text }: Arrow, from: Rect, to: Rect): string {
  const [dx, dy] = [middle(to).x - middle(from).x, middle(to).y - middle(from).y];
  const isAcross = to.x >= from.x + from.width || from.x >= to.x + to.width;
  const isDown = to.y >= from.y + from.height || from.y >= to.y + to.height;
  const sideways = isAcross && !isDown;
  const [start, end] = sideways
    ? [
        { x: dx > 0 ? from.x + from.width : from.x, y: middle(from).y },
        { x: dx > 0 ? to.x - 2 : to.x + to.width + 2, y: within(middle(from).y, to) },
      ]
    : [
        { x: middle(from).x, y: dy > 0 ? from.y + from.height : from.y },
        { x: middle(to).x, y: dy > 0 ? to.y - 2 : to.y + to.height + 2 },
      ];
  const label = text
    ? `<text class="note" x="${round((start.x + end.x) / 2 + (sideways ? 0 : 22))}" y="${round((start.y + end.y) / 2 + (sideways ? -6 : 4))}">${escaped(text)}</text>`
    : "";
  const path = `M${round(start.x)} ${round(start.y)}L${round(end.x)} ${round(end.y)}`;
  return `<path class="arrow" d="${path}" marker-end="url(#tip)"/>${label}`;
}

/** Level with where the arrow begins, if the box reaches so far. */
const within = (y: number, { y: top, height }: Rect): number => (y > top && y < top + height ? y : top + height / 2);

const middle = ({ x, y, width, height }: Rect) => ({ x: x + width / 2, y: y + height / 2 });

const round = (value: number): number => Math.round(value * 10) / 10;

export const escaped = (text: string): string =>
  text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll('"', "&quot;");
