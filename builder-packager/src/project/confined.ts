import { CnbError } from "../errors.ts";
import { isWithin, realPlace } from "../platform/places.ts";

/** A path in a project.toml. */
export interface ConfinedPath {
  /** As it is written. */
  readonly text: string;
  /** The file that it is written in. */
  readonly where: string;
  /** The folder that it may not lead out of; undefined for files that the user named. */
  readonly confinedTo?: string;
}

/**
 * An app may bring a builder and buildpacks of its own; it may not show what else is on this machine.
 *
 * @throws CnbError PROJECT_INVALID
 */
export async function checkConfined(
  path: string | undefined,
  { text, where, confinedTo }: ConfinedPath,
): Promise<void> {
  if (path === undefined || confinedTo === undefined || isWithin(await realPlace(path), confinedTo)) return;
  throw new CnbError("PROJECT_INVALID", `${where} leads out of the application: ${text}`, {
    hint: `If you trust the application, name the file: --descriptor ${where}.`,
  });
}
