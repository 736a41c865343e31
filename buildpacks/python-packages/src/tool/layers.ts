import { cachedLayer, integer, string, table } from "libcnb";
import type { ManagerName } from "../package-manager.ts";

const toolKey = table({
  format: integer,
  /** What pip is asked for: a locked version, or what the app or a variable says. While that stays no newer one is looked for. */
  request: string,
  /** Digest of the locked requirements; empty without. */
  requirements: string,
  python: string,
  target: string,
});

/** The layer of a tool in its own virtual environment, for the build only. */
export const toolLayer = (name: ManagerName) => cachedLayer(name, { build: true, metadata: toolKey });
