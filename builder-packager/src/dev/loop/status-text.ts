import type { LoopState } from "./loop.ts";

/** The facts that the status line shows. */
export interface StatusFacts {
  readonly state: LoopState;
  /** The address of the app; undefined if it publishes no port. */
  readonly address: string | undefined;
}

const keys = "r rebuild · c clear cache · i inspect · q quit";

/**
 * Formats the line at the bottom of the terminal: the state of the build, of the tests and of the
 * app, and the keys.
 */
export function statusText({ state, address }: StatusFacts): string {
  const parts = [buildText(state), appText(state, address), testsText(state), keys];
  return parts.filter((part) => part !== undefined).join("  │  ");
}

function buildText({ building, queued, lastBuild, isQuitting }: LoopState): string | undefined {
  if (isQuitting) return "stopping";
  if (building !== undefined) return queued ? "building, changed again" : "building";
  return lastBuild === "failed" ? "build failed" : undefined;
}

function appText({ app }: LoopState, address: string | undefined): string | undefined {
  switch (app) {
    case "none":
      return undefined;
    case "starting":
      return "app starting";
    case "ready":
      return address ?? "app running";
    case "ended":
      return "app ended";
  }
}

function testsText({ testing, lastTests }: LoopState): string | undefined {
  if (testing !== undefined) return "testing";
  return lastTests && `tests ${lastTests}`;
}
