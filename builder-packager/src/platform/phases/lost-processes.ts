import type { ImageConfig } from "../../oci/model/spec.ts";
import { defaultProcessType, processTypes } from "../export/process-types.ts";

/** The process types of a new image. */
export interface NewProcesses {
  readonly types: readonly string[];
  /**
   * The default process type. Undefined if there is none, so that the user must give a command to
   * start the image.
   */
  readonly defaultType: string | undefined;
}

/**
 * Describes processes of the previous image that the new one lacks, for example because of a
 * removed Procfile or a renamed start script. Otherwise, users who start a process by name would
 * only notice when the start fails.
 */
export function lostProcesses(previous: ImageConfig, { types, defaultType }: NewProcesses): readonly string[] {
  const before = processTypes(previous);
  const lost = before.filter((type) => !types.includes(type));
  const defaultBefore = defaultProcessType(previous);
  const lines: string[] = [];
  if (lost.length > 0)
    lines.push(
      `The previous image had ${named(lost)}. The new one has ${types.length > 0 ? named(types) : "no process"}.`,
    );
  if (defaultBefore !== undefined && before.includes(defaultBefore) && defaultType !== defaultBefore)
    lines.push(`The default process was ${defaultBefore}. ${nowDefault(defaultType)}`);
  return lines;
}

const nowDefault = (type: string | undefined): string =>
  type === undefined
    ? "The new image has no default process, so starting it requires a command."
    : `It is now ${type}.`;

const shownTypes = 10;

function named(types: readonly string[]): string {
  const shown = [...types].sort().slice(0, shownTypes);
  const more = types.length > shown.length ? ` and ${types.length - shown.length} more` : "";
  return `${types.length === 1 ? "the process" : "the processes"} ${shown.join(", ")}${more}`;
}
