import { ReleaseError } from "./release-error.ts";

/** The result of an npm command with `--json`. */
export interface NpmOutcome {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The subject of an npm command, for its error. */
export interface NpmAction {
  /** For example `publish libcnb@0.1.0`. */
  readonly action: string;
  readonly registry: string;
}

/**
 * The integrity of a published version; undefined if the registry does not have it.
 *
 * @param outcome of `npm view NAME@VERSION dist.integrity --json`
 * @throws ReleaseError REGISTRY_UNREACHABLE, NOT_LOGGED_IN, COMMAND_FAILED
 */
export function publishedIntegrity(outcome: NpmOutcome, action: NpmAction): string | undefined {
  if (outcome.exitCode !== 0) {
    if (errorOf(outcome).code === "E404") return undefined;
    throw npmFailure(outcome, action);
  }
  // without a version that exists, some registries answer with nothing
  return outcome.stdout.trim() === "" ? undefined : JSON.parse(outcome.stdout);
}

/** The error for a failed npm command, by npm's code. */
export function npmFailure(outcome: NpmOutcome, { action, registry }: NpmAction): ReleaseError {
  const { code, summary } = errorOf(outcome);
  const failed = `npm cannot ${action}: ${registry} answers ${summary}`;
  if (code === "E401" || code === "ENEEDAUTH")
    return new ReleaseError(
      "NOT_LOGGED_IN",
      `npm cannot ${action}: nobody is logged in to ${registry}`,
      `Run npm login --registry ${registry}. In CI, set up trusted publishing (docs/releasing.md).`,
    );
  if (code === "E403")
    return new ReleaseError("NOT_PERMITTED", failed, "Use an account that may publish the package: npm owner ls NAME.");
  if (code === "E404")
    return new ReleaseError(
      "REGISTRY_UNKNOWN",
      failed,
      "Check the address in --registry, and that the account may publish in the scope of the package.",
    );
  if (unreachable.has(code))
    return new ReleaseError(
      "REGISTRY_UNREACHABLE",
      `npm cannot ${action}: ${registry} cannot be reached: ${summary}`,
      "Check the address in --registry, and npm's settings for proxy and cafile.",
    );
  return new ReleaseError(
    "COMMAND_FAILED",
    `npm cannot ${action}: ${summary}`,
    "Correct what npm reports, and run the same command again.",
  );
}

const unreachable = new Set(["ECONNREFUSED", "ECONNRESET", "ENOTFOUND", "ETIMEDOUT", "EAI_AGAIN", "CERT_HAS_EXPIRED"]);

/** npm prints its error as JSON, and the code also for people. */
function errorOf({ stdout, stderr }: NpmOutcome): { readonly code: string; readonly summary: string } {
  const parsed = jsonIn(stdout)?.error;
  const code = parsed?.code ?? /^npm error code (\S+)/m.exec(stderr)?.[1] ?? "";
  const lines = stderr.split("\n").map((line) => line.replace(/^npm error ?/, ""));
  const summary = parsed?.summary ?? lines.find((line) => line !== "" && !line.startsWith("code ")) ?? "no reason";
  return { code, summary };
}

interface ErrorDocument {
  readonly error?: { readonly code?: string; readonly summary?: string };
}

function jsonIn(text: string): ErrorDocument | undefined {
  try {
    return JSON.parse(text) as ErrorDocument;
  } catch {
    return undefined;
  }
}
