import type { Line, Span } from "./terminal.ts";

export interface Theme {
  readonly background: string;
  readonly foreground: string;
  readonly dim: string;
  /** The eight ANSI colours. */
  readonly colors: readonly string[];
}

export const themes = {
  dark: {
    background: "#0d1117",
    foreground: "#e6edf3",
    dim: "#9198a1",
    colors: ["#484f58", "#ff7b72", "#3fb950", "#d29922", "#58a6ff", "#bc8cff", "#39c5cf", "#b1bac4"],
  },
  light: {
    background: "#f6f8fa",
    foreground: "#1f2328",
    dim: "#59636e",
    colors: ["#24292f", "#cf222e", "#116329", "#7d4e00", "#0969da", "#8250df", "#1b7c83", "#57606a"],
  },
} satisfies Record<string, Theme>;

export interface Size {
  readonly columns: number;
  readonly rows: number;
}

const [charWidth, lineHeight, padding] = [8.4, 20, 16];
/** The last screen stays for so many seconds before the recording begins again. */
const restSeconds = 8;

/**
 * An SVG that plays a recording again and again, as CSS animations: the lines appear at their times, and the screen scrolls when it is
 * full. Readers who ask for reduced motion, and viewers without animations, see the last screen.
 */
export function renderSvg(lines: readonly Line[], { columns, rows }: Size, theme: Theme, title: string): string {
  const [width, height] = [columns * charWidth + 2 * padding, rows * lineHeight + 2 * padding];
  const duration = (lines.at(-1)?.at ?? 0) + restSeconds;
  const percent = (at: number) => `${((100 * at) / duration).toFixed(3)}%`;
  const scrolls = new Map(lines.slice(rows).map(({ at }, index) => [percent(at), (index + 1) * lineHeight]));
  const end = Math.max(0, lines.length - rows) * lineHeight;
  const steps = [...scrolls].map(([at, by]) => `${at}{transform:translateY(-${by}px)}`).join("");
  const appearances = lines.map(
    ({ at }, index) => `@keyframes l${index}{0%{opacity:0}${percent(at)}{opacity:1}100%{opacity:1}}`,
  );
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}" viewBox="0 0 ${width} ${height}" role="img" aria-labelledby="title">
<title id="title">${escaped(title)}</title>
<style>
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono",monospace;fill:${theme.foreground};white-space:pre}
.b{font-weight:bold}.d{fill:${theme.dim}}${theme.colors.map((color, index) => `.c${index}{fill:${color}}`).join("")}
#screen{transform:translateY(-${end}px)}
@media (prefers-reduced-motion:no-preference){
#screen{animation:scroll ${duration.toFixed(1)}s step-end infinite}
@keyframes scroll{0%{transform:none}${steps}100%{transform:translateY(-${end}px)}}
#screen text{animation-duration:${duration.toFixed(1)}s;animation-timing-function:step-end;animation-iteration-count:infinite}
${appearances.join("\n")}
}
</style>
<rect width="${width}" height="${height}" rx="8" fill="${theme.background}"/>
<clipPath id="area"><rect width="${width - 2 * padding}" height="${rows * lineHeight}"/></clipPath>
<g transform="translate(${padding} ${padding})" clip-path="url(#area)">
<g id="screen">
${lines.map((line, index) => renderLine(line, index, columns)).join("\n")}
</g>
</g>
</svg>
`;
}

const renderLine = ({ spans }: Line, index: number, columns: number): string =>
  `<text y="${index * lineHeight + 15}" style="animation-name:l${index}">${cut(spans, columns).map(renderSpan).join("")}</text>`;

function renderSpan({ text, bold, dim, color }: Span): string {
  const names = [bold && "b", dim && "d", color !== undefined && `c${color}`].filter(Boolean);
  return names.length === 0 ? escaped(text) : `<tspan class="${names.join(" ")}">${escaped(text)}</tspan>`;
}

/** A terminal would wrap the line; a picture is clearer with an ellipsis. */
function cut(spans: readonly Span[], columns: number): readonly Span[] {
  let left = columns;
  const kept: Span[] = [];
  for (const span of spans) {
    const text = span.text.length > left ? `${span.text.slice(0, Math.max(0, left - 1))}…` : span.text;
    kept.push({ ...span, text });
    left -= text.length;
    if (text !== span.text) break;
  }
  return kept;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };
const escaped = (text: string): string => text.replaceAll(/[&<>]/g, (char) => entities[char] ?? char);
