import type { App } from "libcnb";
import { ofOthers } from "../say/no-python-app.ts";
import { readNodeSide } from "./node-side.ts";

import { readPythonSide } from "./python-side.ts";

/**
 * The reason why an app with files of Python and other languages is not in Python; `undefined` if
 * it is.
 *
 * Explicit settings take precedence over guesses, and servers over possible tools.
 */
export async function whyNotMixed(
  app: App,
  dir: string,
  files: readonly string[],
  others: readonly string[],
): Promise<string | undefined> {
  const python = await readPythonSide(app, dir, files);
  const node = await readNodeSide(app, dir, files);
  if (python.isDjango || node.isOfPython) return undefined;
  if (node.server !== undefined) return ofOthers(`package.json starts "${node.server}"`);
  if (python.serves) return undefined;
  const isTooling = others.every((name) => name === "package.json" || name === "index.html") && !node.mayBeMore;
  if (python.starts && (isTooling || (python.installs && !node.mayBeMore))) return undefined;
  return ofOthers(`it has ${others.slice(0, 3).join(", ")}, and what there is of Python may be tools`);
}
