import { basename } from "node:path";
import type { SourceChange } from "./concerns.ts";

/** The number of paths that are listed. */
const shownPaths = 3;

/** Describes the files that changed, for example `src/app.ts, README.md and 3 more files`. */
export function changeText({ source, paths }: SourceChange): string {
  const shown = paths.slice(0, shownPaths).join(", ");
  const more = paths.length - shownPaths;
  const files = more > 0 ? `${shown} and ${more} more ${more === 1 ? "file" : "files"}` : shown;
  return source.kind === "app" ? `Changed: ${files}` : `Changed in ${basename(source.dir)}: ${files}`;
}

/** Formats a duration as seconds with one decimal. */
export const secondsText = (ms: number): string => `${(ms / 1000).toFixed(1)} s`;

/** Describes how an app ended. */
export const endText = ({ exitCode, signal }: { readonly exitCode: number; readonly signal?: string }): string =>
  `The app ended ${signal ? `by ${signal}` : `with exit code ${exitCode}`}. It starts again after the next change.`;
