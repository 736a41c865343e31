import { posix } from "node:path";
import { CnbError } from "../errors.ts";
import type { ImageConfig } from "../oci/model/spec.ts";
import { processTypes } from "../platform/export/process-types.ts";
import { hasLauncher } from "../platform/paths.ts";
import { type Accounts, type ImageUser, resolveUser } from "./image-user.ts";

/** The user's settings that override those of an image. */
export interface StartRequest {
  /** The process type to start, for an image that was built by buildpacks. */
  readonly process?: string;
  /** Replaces the image's entrypoint and drops its default arguments. */
  readonly entrypoint?: string;
  /**
   * True to start a shell in place of the app. In an image that was built by buildpacks, the launcher
   * starts the shell, with the environment variables of the app.
   */
  readonly shell?: boolean;
  /** Arguments that replace the image's default arguments, if there are any. */
  readonly args: readonly string[];
  /** Environment variables that take precedence over the image's. */
  readonly env: Readonly<Record<string, string>>;
  /**
   * The user that replaces the image's user: `user[:group]`, as names in the image or as numbers.
   */
  readonly user?: string;
}

/** The command, environment, user and working directory with which an image is started. */
export interface StartPlan {
  readonly command: readonly [string, ...string[]];
  readonly env: Readonly<Record<string, string>>;
  readonly cwd: string;
  readonly uid: number;
  readonly gid: number;
}

/** Docker's default for an image without a PATH. */
const defaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/**
 * Plans the start of an image by the rules of `docker run`. Throws PROCESS_TYPE_UNKNOWN,
 * IMAGE_START_UNKNOWN, IMAGE_USER_UNKNOWN, IMAGE_INVALID.
 */
export function planStart(name: string, image: ImageConfig, request: StartRequest, accounts: Accounts): StartPlan {
  const { User = "", Env = [], WorkingDir } = image.config ?? {};
  const { uid, gid, home } =
    request.user === undefined ? resolveUser(User, accounts) : chosenUser(name, request.user, accounts);
  checkTexts(name, image);
  const given = Object.fromEntries(Env.map(splitVariable));
  return {
    command: planCommand(name, image, request),
    env: { PATH: defaultPath, HOME: home, ...given, ...request.env },
    cwd: posix.resolve("/", WorkingDir ?? ""),
    uid,
    gid,
  };
}

function chosenUser(name: string, user: string, accounts: Accounts): ImageUser {
  const hint = "Use a user and a group of the image, or their numeric ids, for example --user 1001:0.";
  if (!/^[^:\0]+(?::[^:\0]+)?$/.test(user))
    throw new CnbError("ARGUMENT_INVALID", `--user ${JSON.stringify(user)} is not USER or USER:GROUP`, { hint });
  try {
    return resolveUser(user, accounts);
  } catch (cause) {
    if (!(cause instanceof CnbError)) throw cause;
    throw new CnbError("ARGUMENT_INVALID", `--user ${user} is not a user or group of ${name}`, { hint });
  }
}

/**
 * Refuses NUL characters and environment variables without a name, with which no process can start.
 */
function checkTexts(name: string, { config }: ImageConfig): void {
  const { Entrypoint, Cmd, Env, WorkingDir, User } = config ?? {};
  const texts = { Entrypoint, Cmd, Env, WorkingDir: [WorkingDir ?? ""], User: [User ?? ""] };
  for (const [field, values] of Object.entries(texts)) {
    if (values?.some((value) => value.includes("\0"))) throw invalid(name, `its ${field} contains a NUL character`);
  }
  if (Env?.some((variable) => /^(=|$)/.test(variable)))
    throw invalid(name, "its Env contains a variable without a name");
}

const invalid = (name: string, why: string): CnbError =>
  new CnbError("IMAGE_INVALID", `${name} cannot be started: ${why}`, { hint: "Build the image again." });

function splitVariable(text: string): readonly [string, string] {
  const equals = text.indexOf("=");
  return equals < 0 ? [text, ""] : [text.slice(0, equals), text.slice(equals + 1)];
}

function planCommand(name: string, image: ImageConfig, request: StartRequest): readonly [string, ...string[]] {
  const { Entrypoint, Cmd } = image.config ?? {};
  if (request.process !== undefined) return [processFile(name, image, request.process), ...request.args];
  if (request.entrypoint !== undefined) return [request.entrypoint, ...request.args];
  const [first, ...rest] = [...(Entrypoint ?? []), ...(request.args.length > 0 ? request.args : (Cmd ?? []))];
  if (first !== undefined) return [first, ...rest];
  throw new CnbError("IMAGE_START_UNKNOWN", `${name} has no entrypoint and no command`, {
    hint: `Pass a command after --, for example: cnb run ${name} -- /bin/sh`,
  });
}

/**
 * The path of a process type: a link to the launcher, which starts the process with the link's
 * name.
 */
function processFile(name: string, image: ImageConfig, type: string): string {
  if (!hasLauncher(image.config?.Labels))
    throw new CnbError("PROCESS_TYPE_UNKNOWN", `${name} has no launcher, so it can start only its default process`, {
      hint: "Remove --process, or build the image with a builder that has a launcher (cnb builder create --launcher lifecycle).",
    });
  const types = processTypes(image);
  if (types.includes(type)) return `/cnb/process/${type}`;
  throw new CnbError("PROCESS_TYPE_UNKNOWN", `${name} has no process "${type}"`, {
    hint:
      types.length > 0
        ? `Use a process of the image: ${types.join(", ")}.`
        : "The image has no processes. Remove --process.",
  });
}
