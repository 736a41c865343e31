import process from "../process/process.ts";
import { checkInteger } from "./checks.ts";

/* The number of colors of a terminal, which Node.js guesses from the environment. */

type Environment = Readonly<Record<string, string | undefined>>;

const NONE = 1;
const SIXTEEN = 4;
const MANY = 8;
const ALL = 24;

const FORCED: Readonly<Record<string, number>> = { "": SIXTEEN, 1: SIXTEEN, true: SIXTEEN, 2: MANY, 3: ALL };

const CI: Readonly<Record<string, number>> = {
  APPVEYOR: MANY,
  BUILDKITE: MANY,
  CIRCLECI: ALL,
  DRONE: MANY,
  GITEA_ACTIONS: ALL,
  GITHUB_ACTIONS: ALL,
  GITLAB_CI: MANY,
  TRAVIS: MANY,
};

const SIXTEEN_COLORS = /^(?:eterm|cons25|console|cygwin|dtterm|gnome|hurd|jfbterm|konsole|kterm|mlterm|putty|st)$/;
const ALL_COLORS = /^(?:mosh|rxvt-unicode-24bit|terminator|xterm-kitty)$/;
const COLORED = /ansi|color|linux|direct|^con[0-9]*x[0-9]|^rxvt|^screen|^xterm|^vt100|^vt220/;

let isWarned = false;

/** `WriteStream.getColorDepth`: the bits of a color. */
export function getColorDepth(env: Environment = process.env): number {
  if (env["FORCE_COLOR"] !== undefined) {
    const depth = FORCED[env["FORCE_COLOR"]] ?? NONE;
    if (depth !== NONE) {
      warnOfIgnored(env);
    }
    return depth;
  }
  if (env["NODE_DISABLE_COLORS"] || env["NO_COLOR"] || env["TERM"] === "dumb") {
    return NONE;
  }
  if (env["TMUX"]) {
    return ALL;
  }
  if (Object.hasOwn(env, "TF_BUILD") && Object.hasOwn(env, "AGENT_NAME")) {
    return SIXTEEN;
  }
  if (Object.hasOwn(env, "CI")) {
    const name = Object.keys(CI).find((each) => Object.hasOwn(env, each));
    const other = env["CI_NAME"] === "codeship" ? MANY : NONE;
    return CI[name ?? ""] ?? other;
  }
  return ofTeamCity(env) ?? ofProgram(env) ?? ofTerminal(env);
}

function ofTeamCity({ TEAMCITY_VERSION: version }: Environment): number | undefined {
  if (version === undefined) {
    return undefined;
  }
  return /^(9\.(0*[1-9]\d*)\.|\d{2,}\.)/.test(version) ? SIXTEEN : NONE;
}

function ofProgram(env: Environment): number | undefined {
  switch (env["TERM_PROGRAM"]) {
    case "iTerm.app":
      return /^[0-2]\.|^$/.test(env["TERM_PROGRAM_VERSION"] ?? "") ? MANY : ALL;
    case "HyperTerm":
    case "MacTerm":
      return ALL;
    case "Apple_Terminal":
      return MANY;
    default:
      return undefined;
  }
}

function ofTerminal({ COLORTERM: color = "", TERM: terminal = "" }: Environment): number {
  if (color === "truecolor" || color === "24bit" || terminal.includes("truecolor")) {
    return ALL;
  }
  if (terminal.startsWith("xterm-256")) {
    return MANY;
  }
  const name = terminal.toLowerCase();
  if (ALL_COLORS.test(name)) {
    return ALL;
  }
  return SIXTEEN_COLORS.test(name) || COLORED.test(name) || color !== "" ? SIXTEEN : NONE;
}

function warnOfIgnored(env: Environment): void {
  const ignored = ["NODE_DISABLE_COLORS", "NO_COLOR"].filter((name) => env[name]);
  if (ignored.length > 0 && !isWarned) {
    isWarned = true;
    process.emitWarning(
      `The '${ignored.join("' and '")}' env is ignored due to the 'FORCE_COLOR' env being set.`,
      "Warning",
    );
  }
}

/** `WriteStream.hasColors`: true if the terminal has that many colors. */
export function hasColors(count?: number | Environment, env?: Environment): boolean {
  if (env === undefined && (count === undefined || (typeof count === "object" && count !== null))) {
    return getColorDepth(count) >= SIXTEEN;
  }
  checkInteger(count, "count", 2);
  return count <= 2 ** getColorDepth(env);
}
