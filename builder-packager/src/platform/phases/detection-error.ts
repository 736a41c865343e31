import { nameOf } from "libcnb/internal";
import type { Detection, DetectRun, FailedGroup } from "libcnb/lifecycle-rules";
import { CnbError } from "../../errors.ts";

/**
 * Creates the error for an app for which no group passed. It lists the buildpacks that stopped the
 * most successful group, then other failed buildpacks, each with its reason, then unresolved plans.
 */
export function detectionError(
  app: string,
  { errored, failures }: Extract<Detection, { outcome: "undetected" }>,
): CnbError {
  const closest = closestMembers(failures);
  const members = new Map(
    [...closest, ...failures.flatMap(decisive)].map((member) => [nameOf(member.element), member]),
  );
  const reasons = new Set(failures.flatMap(reasonsOf));
  const lines = [...[...members.values()].flatMap(memberLines), ...[...reasons].map((reason) => `  plan: ${reason}`)];
  return new CnbError(
    errored ? "DETECT_ERRORED" : "DETECT_FAILED",
    [`no group of buildpacks detected ${app}`, ...lines].join("\n"),
    {
      hint: errored
        ? (libraryHint(failures) ?? "At least one buildpack ended with an error in detect: see its output above.")
        : hintFor(closest.map(({ element }) => element.id)),
    },
  );
}

/**
 * Returns the names of the members that a user would look at first: those with an error, then those
 * that stopped the most successful group, then other members that did not pass.
 */
export function decisiveMembers({ failures }: Extract<Detection, { outcome: "undetected" }>): readonly string[] {
  const failed = failures.flatMap(({ members }) => members).filter(({ run }) => run.code !== 0);
  const errored = failed.filter(({ run }) => run.code !== 100);
  const required = failed.filter(({ element }) => !element.optional);
  const members = [...errored, ...closestMembers(failures), ...required, ...failed];
  return [...new Set(members.map(({ element }) => nameOf(element)))];
}

/**
 * The hint if the dynamic loader in the build image does not find a shared library that a buildpack
 * needs.
 */
function libraryHint(failures: readonly FailedGroup[]): string | undefined {
  const outputs = failures.flatMap(({ members }) => members.map(({ run }) => run.output));
  const library = outputs.map((output) => missingLibrary.exec(output)?.[1]).find((name) => name !== undefined);
  if (library === undefined) return undefined;
  return `The build image lacks ${library}, which the buildpacks need. Add the package that has it: executables compiled from TypeScript need libstdc++6 and libgcc-s1 of Debian.`;
}

/** Matches the loader's message, of glibc and of musl. */
const missingLibrary = /(?:error while loading shared libraries: |Error loading shared library )([\w.+-]{1,80}):/;

function hintFor(closest: readonly string[]): string {
  const first =
    closest.length > 0
      ? `Correct what ${closest.join(" and ")} reports: the other buildpacks of its group passed. Otherwise c`
      : "C";
  return `${first}heck --path, or use a builder whose buildpacks support this kind of application.`;
}

/**
 * The required members that stopped the group in which most members passed. None if several groups
 * got equally far: an engine buildpack passes in each of them, which only means that it could
 * provide its language.
 */
function closestMembers(failures: readonly FailedGroup[]): readonly Member[] {
  const passed = ({ members }: FailedGroup) => members.filter(({ run }) => run.code === 0).length;
  const [closest, next] = failures.toSorted((a, b) => passed(b) - passed(a));
  if (closest === undefined || passed(closest) === (next === undefined ? 0 : passed(next))) return [];
  return closest.members.filter(
    ({ element, run }) => !element.optional && run.code === 100 && run.output.trim() !== "",
  );
}

type Member = FailedGroup["members"][number];

/**
 * The members that decided the outcome of a group. Optional members that did not detect are left
 * out if a required one did not pass.
 */
function decisive({ members }: FailedGroup): readonly Member[] {
  const isBlocked = members.some(({ element, run }) => !element.optional && run.code !== 0);
  return members.filter(({ element, run }) => !isBlocked || !element.optional || run.code !== 100);
}

/** The reasons of a failed group, except that no member passed: the members' outcomes show that. */
const reasonsOf = ({ reasons }: FailedGroup): readonly string[] =>
  reasons.filter((reason) => reason !== "no viable buildpacks in group");

function memberLines({ element, run }: Member): readonly string[] {
  const said = [run.output.trimEnd(), run.error ?? ""]
    .filter((text) => text !== "")
    .flatMap((text) => text.split("\n"));
  return [`  ${nameOf(element)}: ${outcomeOf(run)}`, ...said.map((line) => `    ${line}`)];
}

function outcomeOf({ code }: DetectRun): string {
  if (code === 0) return "passed";
  if (code === 100) return "did not detect";
  return code === -1 ? "error" : `error (exit code ${code})`;
}
