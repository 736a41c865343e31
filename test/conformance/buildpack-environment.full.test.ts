import { afterAll, beforeAll, expect } from "vitest";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import { writing } from "../support/images/written-layers.ts";
import type { Files } from "../support/lifecycle/lifecycle-binaries.ts";
import { type LifecycleRunner, lifecycleRunner } from "../support/lifecycle/lifecycle-run.ts";

let lifecycle: LifecycleRunner;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
});
afterAll(() => lifecycle?.remove());

type Variables = Readonly<Record<string, string>>;

/** A buildpack in a process of its own, which tells what its context and its tools see in build. */
const reporting: Written = ({ defineBuildpack, pass }, report) =>
  defineBuildpack({
    detect: () => pass(),
    async build({ env, platform, run }) {
      const { stdout } = await run("env", ["-0"], { output: "capture" });
      const tool = Object.fromEntries(
        stdout
          .split("\0")
          .flatMap((line) => (line ? [[line.slice(0, line.indexOf("=")), line.slice(line.indexOf("=") + 1)]] : [])),
      );
      report({ env, tool, platform: platform.env });
    },
  });

interface Reported {
  readonly env: Variables;
  readonly tool: Variables;
  readonly platform: Variables;
}

const withoutContract = (env: Variables): Variables =>
  Object.fromEntries(Object.entries(env).filter(([name]) => !/^(CNB_.*|PWD|SHLVL|OLDPWD|_)$/.test(name)));

/**
 * The environment that the buildpack `telling` gets after others in the official builder. Its
 * context and its tools get the same.
 */
async function reportedBy(
  given: Omit<Parameters<LifecycleRunner["build"]>[0], "buildpacks"> & { before?: Files; toml?: string },
) {
  const { before, toml = "", ...rest } = given;
  const detect = { "bin/detect": "#!/bin/sh\n" };
  const buildpacks = {
    ...(before && { "test/before": { files: { ...detect, ...before } } }),
    "test/x": { written: reporting, toml },
  };
  const { reported, exitCode, output } = await lifecycle.build({ ...rest, buildpacks });
  if (exitCode !== 0) throw new Error(output);
  const [{ env, tool, platform }] = reported.test_x as readonly [Reported];
  expect(withoutContract(tool)).toEqual(withoutContract(env));
  return { env: withoutContract(env), platform };
}

row(
  47,
  "From the build container's environment, a buildpack inherits only path variables, HOME, HOSTNAME and proxy variables",
  ["lifecycle"],
  async () => {
    const inherited = {
      PATH: "/usr/bin:/bin",
      LD_LIBRARY_PATH: "/l",
      LIBRARY_PATH: "/m",
      CPATH: "/c",
      PKG_CONFIG_PATH: "/p",
      HOME: "/home/cnb",
      HOSTNAME: "builder",
      HTTP_PROXY: "h",
      HTTPS_PROXY: "s",
      NO_PROXY: "n",
      http_proxy: "h",
      https_proxy: "s",
      no_proxy: "n",
    };
    const others = { LANG: "C", TMPDIR: "/tmp", TERM: "xterm", SSL_CERT_FILE: "/x", USER: "cnb", FOO: "1", BP_X: "1" };
    const { env } = await reportedBy({ env: { ...inherited, ...others, CNB_STACK_ID: "stack" } });
    expect(env).toEqual(inherited);
  },
);

const earlier = writing({
  "bin/": "",
  "env/BP_SET.override": "layer",
  "env/CPATH.override": "/layer",
  "env/OTHER.override": "layer",
});

row(
  48,
  "The user's variables are applied after those of earlier buildpacks: they replace values and are prepended to path variables; the whole file name is the variable's name",
  ["lifecycle"],
  async () => {
    const user = { BP_SET: "user", PATH: "/user", CPATH: "/user", "BP_DOTS.append": "x", BP_LINE: "a\n" };
    const files = Object.fromEntries(Object.entries(user).map(([name, value]) => [`env/${name}`, value]));
    const { env, platform } = await reportedBy({ before: earlier, platform: files });
    expect(env).toEqual({
      "BP_DOTS.append": "x",
      BP_LINE: "a\n",
      BP_SET: "user",
      CPATH: "/user:/layer",
      OTHER: "layer",
      PATH: "/user:<root>/layers/test_before/x/bin:/usr/bin:/bin",
    });
    expect(platform).toEqual(user);
  },
);

const operatorEnv = {
  BP_SET: "operator",
  BP_UNSET: "operator",
  "BP_FORCED.override": "operator",
  "OTHER.append": "operator",
  "OTHER.delim": "|",
  "PATH.prepend": "/operator",
  "PATH.delim": ":",
};

row(
  49,
  "The operator's variables are applied last, also for a buildpack with clear-env; a file without a suffix sets a default",
  ["lifecycle"],
  async () => {
    const platform = { "env/BP_SET": "user", "env/BP_FORCED": "user" };
    const found = {
      BP_UNSET: "operator",
      BP_FORCED: "operator",
      CPATH: "/layer",
      OTHER: "layer|operator",
      PATH: "/operator:<root>/layers/test_before/x/bin:/usr/bin:/bin",
    };
    expect((await reportedBy({ before: earlier, platform, operatorEnv })).env).toEqual({ ...found, BP_SET: "user" });
    const clear = await reportedBy({ before: earlier, platform, operatorEnv, toml: "clear-env = true\n" });
    expect(clear.env).toEqual({ ...found, BP_SET: "layer" });
  },
);

row(
  50,
  "With clear-env, the user's variables are only in platform.env, while variables of earlier buildpacks are in the environment",
  ["lifecycle"],
  async () => {
    const platform = { "env/BP_SET": "user", "env/BP_OTHER": "user", "env/PATH": "/user" };
    expect(await reportedBy({ before: earlier, platform, toml: "clear-env = true\n" })).toEqual({
      env: {
        BP_SET: "layer",
        CPATH: "/layer",
        OTHER: "layer",
        PATH: "<root>/layers/test_before/x/bin:/usr/bin:/bin",
      },
      platform: { BP_SET: "user", BP_OTHER: "user", PATH: "/user" },
    });
  },
);

row(
  52,
  "Variables that change how programs start do not pass from earlier buildpacks to a buildpack's env or its tools, unless the user sets them",
  ["lifecycle"],
  async () => {
    const names = {
      NODE_OPTIONS: "--stack-trace-limit=5",
      NODE_PATH: "/x",
      NODE_EXTRA_CA_CERTS: "/x",
      LD_PRELOAD: "/x",
      BUN_OPTIONS: "--x",
      OPENSSL_CONF: "/x",
    };
    const before = writing({
      ...Object.fromEntries(Object.entries(names).map(([name, value]) => [`env/${name}.override`, value])),
      "lib/": "",
    });
    const kept = {
      LD_LIBRARY_PATH: "<root>/layers/test_before/x/lib",
      LIBRARY_PATH: "<root>/layers/test_before/x/lib",
    };
    const PATH = "/usr/bin:/bin";
    expect((await reportedBy({ before })).env).toEqual({ PATH, ...kept });
    const platform = { "env/NODE_OPTIONS": "--stack-trace-limit=7" };
    expect((await reportedBy({ before, platform })).env).toEqual({
      PATH,
      ...kept,
      NODE_OPTIONS: "--stack-trace-limit=7",
    });
  },
);
