import { UserError } from "libcnb";

/** How npm says with `--json` why it failed. */
export interface NpmFailure {
  readonly code: string;
  readonly summary: string;
  /** Among others the output of a package's install script. */
  readonly detail: string;
}

/** Reads the failure from npm's standard output; what scripts printed before it is skipped. */
export function npmFailure(stdout: string): NpmFailure | undefined {
  const start = stdout.search(/\{\s*"error"\s*:/);
  if (start === -1) return undefined;
  try {
    const { error } = JSON.parse(stdout.slice(start)) as { readonly error: Readonly<Record<string, unknown>> };
    return {
      code: String(error.code ?? ""),
      summary: String(error.summary ?? ""),
      detail: String(error.detail ?? ""),
    };
  } catch {
    return undefined;
  }
}

/** Turns npm's failure into an error that names the file and the fix. */
export function installError({ code, summary, detail }: NpmFailure, lockfile: string | undefined): UserError {
  const known = knownFailures[code];
  const said = [code === "EUSAGE" ? differences(summary) : summary.trim(), detail.trim()].filter(Boolean).join("\n");
  const { id, message, hint } = known ?? unknownFailure(code);
  return new UserError(id, filled(message, lockfile), { cause: said || undefined, hint: filled(hint, lockfile) });
}

/** Of npm's lesson on its own use, only the lines such as `Missing: ms@2.1.3 from lock file` and `Invalid: …`. */
const differences = (summary: string): string =>
  summary
    .split("\n")
    .filter((line) => /^(?:Missing|Invalid): /.test(line))
    .join("; ") ||
  (summary.split("\n")[0] ?? "");

interface Explanation {
  readonly id: string;
  readonly message: string;
  readonly hint: string;
}

const unreachable: Explanation = {
  id: "NPM_REGISTRY_UNREACHABLE",
  message: "the npm registry could not be reached",
  hint: "Check the network, or set NPM_CONFIG_REGISTRY, HTTPS_PROXY and NO_PROXY for the build.",
};

const denied: Explanation = {
  id: "NPM_REGISTRY_DENIED",
  message: "the npm registry refused access to a package",
  hint: "Put a line with the token's variable into the app's .npmrc, and set that variable for the build.",
};

const absent: Explanation = {
  id: "NPM_PACKAGE_UNKNOWN",
  message: "the npm registry does not have a package in the version that the app asks for",
  hint: "Check its name and version, and that NPM_CONFIG_REGISTRY is the registry that has it.",
};

/** By npm's own error codes; LOCKFILE stands for the lockfile's name. */
const knownFailures: Readonly<Record<string, Explanation>> = {
  EUSAGE: {
    id: "NPM_LOCKFILE_OUT_OF_SYNC",
    message: "LOCKFILE does not fit package.json",
    hint: 'Run "npm install" and commit the changed LOCKFILE.',
  },
  EINTEGRITY: {
    id: "NPM_INTEGRITY_MISMATCH",
    message: "a downloaded package does not have the integrity that LOCKFILE demands",
    hint: "Find out why the registry serves other bytes: a mirror that rewrites packages, or a package that was replaced.",
  },
  ERESOLVE: {
    id: "NPM_DEPENDENCIES_CONFLICT",
    message: "the dependencies in package.json contradict each other",
    hint: 'Run "npm install", settle the conflict that it shows, and commit package.json and LOCKFILE.',
  },
  EBADENGINE: {
    id: "NPM_ENGINE_UNSUITABLE",
    message: "a package does not work with this version of Node.js",
    hint: "Set engines.node in package.json, or BP_NODE_VERSION, to a version that all packages accept.",
  },
  EBADPLATFORM: {
    id: "NPM_PLATFORM_UNSUITABLE",
    message: "a package does not work on this operating system or architecture",
    hint: "Make it an optional dependency, or remove it.",
  },
  E401: denied,
  E403: denied,
  E404: absent,
  ETARGET: absent,
  ENOTFOUND: unreachable,
  ECONNREFUSED: unreachable,
  ECONNRESET: unreachable,
  ETIMEDOUT: unreachable,
  EAI_AGAIN: unreachable,
};

const unknownFailure = (code: string): Explanation => ({
  id: "NPM_INSTALL_FAILED",
  message: `npm could not install the dependencies${code === "" ? "" : ` (${code})`}`,
  hint: "Correct what npm complains about; the same command fails in a fresh clone of the app.",
});

const filled = (text: string, lockfile = "package-lock.json"): string => text.replaceAll("LOCKFILE", lockfile);
