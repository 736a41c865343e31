import { CnbError } from "../../errors.ts";

/** Creates the error that lists all problems of a builder, one sentence each. */
export const builderInvalid = (what: string, problems: readonly string[], cause?: unknown): CnbError =>
  new CnbError("BUILDER_INVALID", [what, ...problems.map((problem) => `  ${problem}`)].join("\n"), {
    cause,
    hint: "Correct builder.toml, or the images and buildpacks that it lists.",
  });

/** Throws the error of {@link builderInvalid} if there are problems. */
export function refuseProblems(what: string, problems: readonly string[]): void {
  if (problems.length > 0) throw builderInvalid(what, problems);
}
