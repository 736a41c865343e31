import { plain } from "@libcnb/app-kit/failures/last-lines";
import { found, type Sign } from "@libcnb/app-kit/failures/sign";
import { ending, isKilled, type ToolEnd } from "@libcnb/app-kit/failures/tool-end";
import { toolFailure } from "@libcnb/app-kit/failures/tool-failure";
import type { UserError } from "libcnb";
import type { ManagerName } from "../package-manager.ts";
import { missingBuildOutput, withBuildOutput } from "../pip/build-output.ts";
import { buildSigns, moduleSign, nativeSigns, projectSigns } from "./build-signs.ts";
import { explanationOf, type FailureId } from "./catalogue.ts";
import { answerSigns, firstSigns, forbiddenSigns, networkSigns } from "./common-signs.ts";
import { pdmLastSigns, pdmSigns } from "./pdm-signs.ts";
import { pipenvSigns, pipLastSigns, pipSigns } from "./pip-signs.ts";
import { poetryLastSigns, poetrySigns } from "./poetry-signs.ts";
import { lesson, noise } from "./shown-output.ts";
import { moduleIn, packageIn } from "./subject.ts";
import { uvLastSigns, uvSigns } from "./uv-signs.ts";
import { wordsOf } from "./words.ts";

/** Further facts about a failure. */
export interface FailureContext {
  /** The name of the lockfile, if any. */
  readonly lockfile?: string | undefined;
  /** Texts that are hidden wherever the output is shown. */
  readonly secrets?: readonly string[] | undefined;
  /** pip's log: responses of indexes and the output of builds are only there. */
  readonly log?: string | undefined;
  /** No index was to be asked. */
  readonly isOffline?: boolean | undefined;
}

/** Explains why a tool could not install packages. */
export function installFailure(manager: ManagerName, end: ToolEnd, context: FailureContext = {}): UserError {
  const complete = withBuildOutput(plain(end.output), context.log ?? "");
  const output = searched(complete);
  const id = isKilled(end)
    ? "BUILD_OUT_OF_MEMORY"
    : (exact(failureIn(manager, output), context) ?? "PACKAGES_INSTALL_FAILED");
  const name = packageIn(output);
  const subject =
    id === "PACKAGES_INSTALL_FAILED" ? ending(end) : name === undefined ? "a package" : `the package "${name}"`;
  const words = wordsOf({ manager, lockfile: context.lockfile, subject, module: moduleIn(output) });
  const explanation = { ...explanationOf(id), ...(manager === "pipenv" && pipenvHints[id]) };
  const built = missingBuildOutput(plain(end.output), context.log ?? "");
  const unseen = { output: built.join("\n"), secrets: context.secrets, lesson, noise };
  return toolFailure(id, explanation, end, { words, unseen });
}

/** Pipenv's digest of a Pipfile is not the same in each of its releases, and the lockfile does not name the release. */
const pipenvHints: Partial<Record<FailureId, { readonly hint: string }>> = {
  PACKAGES_LOCKFILE_OUT_OF_SYNC: {
    hint: 'Run "LOCK" and commit the changed LOCKFILE. If MANIFEST did not change since, another release of Pipenv wrote LOCKFILE: set TOOL_VERSION to that release.',
  },
};

/** The output, and the same without ends of lines: some tools break lines at the width of a terminal. */
function searched(output: string): string {
  const text = plain(output);
  return `${text}\n${text.replace(/\s*\n\s*/g, " ")}`;
}

const own: Readonly<Record<ManagerName, readonly Sign<FailureId>[]>> = {
  pip: pipSigns,
  uv: uvSigns,
  poetry: poetrySigns,
  pipenv: pipenvSigns,
  pdm: pdmSigns,
};
const last: Readonly<Record<ManagerName, readonly Sign<FailureId>[]>> = {
  pip: pipLastSigns,
  uv: uvLastSigns,
  poetry: poetryLastSigns,
  pipenv: pipLastSigns,
  pdm: pdmLastSigns,
};

function failureIn(manager: ManagerName, output: string): FailureId | undefined {
  const isBuild = found(buildSigns, output) !== undefined;
  return found(
    [
      ...firstSigns,
      ...nativeSigns,
      ...projectSigns,
      ...(isBuild ? [moduleSign] : []),
      ...own[manager],
      ...answerSigns,
      ...networkSigns,
      ...forbiddenSigns,
      ...last[manager],
      ...buildSigns,
    ],
    output,
  );
}

/** pip does not say that an index refused access or could not be reached: for it, that index has no package. */
function exact(id: FailureId | undefined, { log, isOffline }: FailureContext): FailureId | undefined {
  if (id !== "PACKAGES_UNKNOWN") return id;
  if (isOffline === true) return "PACKAGES_OFFLINE_MISSING";
  const answers = (log ?? "").split("\n").filter((line) => line.includes("Could not fetch URL"));
  return found([...firstSigns, ...answerSigns, ...networkSigns], answers.join("\n")) ?? id;
}
