// @needs cnb-tester, root
import { chmod, mkdir, mkdtemp, rm } from "node:fs/promises";
import { delimiter, join } from "node:path";
import { fastTemporaryRoot } from "../../framework/src/host/files/temporary-directory.ts";
import { execute, type Outcome, root } from "./cnb.ts";

/** Somebody with npm and an empty home. */
export interface NewUser {
  /** A directory to work in. */
  readonly dir: string;
  /** Runs a program there and fails with all that it printed when it fails. */
  succeeds(dir: string, command: readonly [string, ...string[]]): Promise<Outcome>;
  run(dir: string, command: readonly [string, ...string[]]): Promise<Outcome>;
  remove(): Promise<void>;
}

interface Account {
  /** Another account than the one that runs the tests. */
  readonly name?: string;
  readonly env: NodeJS.ProcessEnv;
}

/** Settings of the machine that every user of it has: whom to trust and how to get out. */
const ofTheMachine = [
  "NODE_EXTRA_CA_CERTS",
  "SSL_CERT_FILE",
  "SSL_CERT_DIR",
  "LIBCNB_DEBIAN_MIRROR",
  "GOPROXY",
  "GOFLAGS",
  "GONOSUMDB",
  "HTTP_PROXY",
  "HTTPS_PROXY",
  "NO_PROXY",
  "http_proxy",
  "https_proxy",
  "no_proxy",
];

/** Makes such a user, who knows nothing of this repository. */
export async function newUser({ name, env: own }: Account): Promise<NewUser> {
  const dir = await mkdtemp(join(fastTemporaryRoot(), "new user-"));
  const home = join(dir, "home");
  await mkdir(home);
  await chmod(dir, 0o755);
  if (name !== undefined) await execute("chown", ["-R", name, dir]);
  const env = { ...inherited(), HOME: home, ...own };
  const asUser = name === undefined ? [] : ["runuser", "-u", name, "--"];
  const run: NewUser["run"] = (cwd, given) => {
    const [command = "", ...args] = [...asUser, ...given];
    return execute(command, args, { cwd, env });
  };
  return {
    dir,
    run,
    async succeeds(cwd, command) {
      const outcome = await run(cwd, command);
      if (outcome.exitCode === 0) return outcome;
      throw new Error(`${command.join(" ")} exited ${outcome.exitCode}\n${outcome.stdout}\n${outcome.stderr}`);
    },
    remove: () => rm(dir, { recursive: true, force: true }),
  };
}

function inherited(): NodeJS.ProcessEnv {
  const path = (process.env.PATH ?? "").split(delimiter).filter((each) => !each.startsWith(root));
  const kept = ofTheMachine.flatMap((each) => (process.env[each] === undefined ? [] : [[each, process.env[each]]]));
  return { PATH: path.filter((each) => !each.includes("node_modules")).join(delimiter), ...Object.fromEntries(kept) };
}
