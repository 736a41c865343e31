import { UserError } from "libcnb";
import { type Candidate, shownName } from "./candidate.ts";

/** The words for error messages. */
export interface ChoiceWords {
  /** `Maven` */
  readonly title: string;
  /** `BP_MAVEN_BUILT_ARTIFACT` */
  readonly artifactSetting: string;
  /** `BP_MAVEN_BUILT_MODULE` */
  readonly moduleSetting: string;
}

/**
 * Picks the artifact to run: the only self-starting one, or the only one.
 *
 * @throws UserError JAVA_ARTIFACT_AMBIGUOUS, JAVA_ARTIFACT_MISSING
 */
export function chooseArtifact(candidates: readonly Candidate[], words: ChoiceWords): Candidate {
  const best = bestOf(candidates);
  const [artifact, ...others] = best;
  if (artifact === undefined) throw nothingBuilt(words);
  if (others.length > 0) throw severalBuilt(best, words);
  return artifact;
}

function bestOf(candidates: readonly Candidate[]): readonly Candidate[] {
  const runnable = candidates.filter(({ isRunnable }) => isRunnable);
  if (runnable.length === 0) return candidates;
  const modules = [...new Set(runnable.map(({ module }) => module))];
  return modules.flatMap((module) => bestOfModule(runnable.filter((each) => each.module === module)));
}

/** Of one module: what is laid out already, then the archive with everything in it, then what must be unpacked to know more. */
function bestOfModule(candidates: readonly Candidate[]): readonly Candidate[] {
  const [first] = (["folder", "archive", "distribution"] as const)
    .map((kind) => candidates.filter((each) => each.kind === kind))
    .filter((some) => some.length > 0);
  const whole = (first ?? []).filter(({ path }) => wholeNames.test(path));
  return whole.length === 1 ? whole : (first ?? []);
}

/** How plugins call an archive that has the libraries in it, besides the one that has not. */
const wholeNames = /-(?:jar-with-dependencies|shaded|all|fat|uber|runner|exec)\.[jw]ar$/;

const severalBuilt = (candidates: readonly Candidate[], { title, artifactSetting, moduleSetting }: ChoiceWords) =>
  new UserError("JAVA_ARTIFACT_AMBIGUOUS", `${title} built several things that the image could hold`, {
    cause: `there are\n${candidates.map((each) => `    ${shownName(each)}`).join("\n")}`,
    hint: `Set ${artifactSetting} to the one to start, such as ${artifactSetting}=${candidates[0]?.path}, or ${moduleSetting} to its module.`,
  });

const nothingBuilt = ({ title, artifactSetting, moduleSetting }: ChoiceWords) =>
  new UserError("JAVA_ARTIFACT_MISSING", `${title} built nothing that the image could hold`, {
    hint: `Build a jar, a war or a distribution, or name what is built elsewhere with ${artifactSetting}; check ${moduleSetting}, if it is set.`,
  });
