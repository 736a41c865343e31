import { afterAll, beforeAll } from "vitest";
import { expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import {
  type DetectorRun,
  type LifecycleRun,
  type LifecycleRunner,
  lifecycleRunner,
  type RunMember,
} from "../support/lifecycle/lifecycle-run.ts";

let lifecycle: LifecycleRunner;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
});
afterAll(() => lifecycle?.remove());

const passes: Written = ({ defineBuildpack, pass }) => defineBuildpack({ detect: () => pass(), build() {} });
const fails: Written = ({ defineBuildpack, fail }) =>
  defineBuildpack({ detect: () => fail("there is no app.x"), build() {} });

/** A buildpack of the framework that the lifecycle calls through a script: `$DETECT` is the executable by its name. */
const calledBy = (script: string, written: Written): RunMember => ({
  written,
  files: {
    "bin/detect": `#!/bin/sh\nDETECT="\${0%/*}/named/detect"\n${script}\n`,
    "bin/named/detect": "-> ../main.mjs",
  },
});

/** A buildpack without the framework. */
const scripted = (script: string): RunMember => ({ files: { "bin/detect": `#!/bin/sh\n${script}\n` } });

/** The detector's result for each buildpack if no group passes: `pass`, `fail`, or `err` with the exit code. */
const verdicts = ({ output }: DetectorRun): readonly string[] =>
  output.split("\n").flatMap((line) => {
    const [, verdict, id, code = ""] = /^(pass|fail|err): +(\S+?)@\S+( \(-?\d+\))?/.exec(line) ?? [];
    return verdict === undefined ? [] : [`${id} ${verdict}${code}`];
  });

row(
  1,
  "Detect runs in the app's directory and recognizes its phase by the name `bin/detect`, even if that name is a link",
  ["lifecycle"],
  async () => {
    const written: Written = ({ defineBuildpack, pass, fail }, report) =>
      defineBuildpack({
        async detect({ app }) {
          report(["detect", process.argv[1], process.cwd()]);
          return (await app.exists("app.x")) ? pass() : fail("there is no app.x");
        },
        build: () => report(["build"]),
      });
    const detected = {
      exitCode: 0,
      reported: [["detect", "<root>/buildpacks/test_x/1.0.0/bin/detect", "<root>/app"]],
    };
    await expectEach<Omit<RunMember, "written">, unknown>(
      {
        "detect runs if bin/detect is a link": [{}, detected],
        "detect runs if bin/detect is a link through another directory": [
          { files: { "lib/entry": "-> ../bin/main.mjs", "bin/detect": "-> ../lib/entry" } },
          detected,
        ],
        "detect runs if bin/detect is a link to bin/build": [{ files: { "bin/detect": "-> build" } }, detected],
        "detect runs if bin/detect is a separate program": [
          { files: { "bin/detect": `#!${process.execPath}\nimport "./main.mjs";\n` }, needsNode: true },
          detected,
        ],
      },
      async (member) => {
        const given = { buildpacks: { "test/x": { ...member, written } }, app: { "app.x": "" } };
        const { exitCode, reported } = await lifecycle.detect(given);
        return { exitCode, reported: reported.test_x };
      },
    );
  },
);

/** Tells where everything is, and requires something: the lifecycle sees whether the plan was found. */
const located: Written = ({ defineBuildpack, dependency, pass }, report) =>
  defineBuildpack({
    detect({ buildpack, platform }) {
      report({ buildpack: buildpack.dir, platform: platform.dir, user: platform.env.BP_X });
      const x = dependency("x");
      return pass({ provides: [x], requires: [x.require({ from: "here" })] });
    },
    build() {},
  });

const locations = {
  buildpack: "<root>/buildpacks/test_x/1.0.0",
  platform: "<root>/platform",
  user: "1",
};
const foundPlan = { x: { providers: ["test/x"], requires: [{ from: "here" }] } };

async function locate(buildpack: RunMember) {
  const { exitCode, reported, plan } = await lifecycle.detect({
    buildpacks: { "test/x": buildpack },
    platform: { "env/BP_X": "1" },
  });
  return { exitCode, reported: reported.test_x, plan };
}

row(
  2,
  "Environment variables contain the absolute paths of the build plan, the buildpack directory and the platform directory",
  ["lifecycle"],
  async () => {
    const names = "CNB_BUILD_PLAN_PATH CNB_BUILDPACK_DIR CNB_PLATFORM_DIR";
    const printsNames = `for name in ${names}; do case "$(printenv $name)" in /*) echo $name >> $TOLD;; esac; done`;
    await expectEach<RunMember, unknown>(
      {
        "a buildpack with the framework needs no arguments": [
          calledBy(`exec "$DETECT"`, located),
          { exitCode: 0, reported: [locations], plan: foundPlan },
        ],
        "a script finds an absolute path in each of the three variables": [
          scripted(printsNames),
          { exitCode: 0, reported: names.split(" "), plan: {} },
        ],
      },
      locate,
    );
  },
);

row(
  3,
  "The deprecated arguments `<platform> <plan>` are used only if the environment variables are not set",
  ["lifecycle"],
  async () => {
    const unset = (names: string, args: string) => calledBy(`unset ${names}\nexec "$DETECT" ${args}`, located);
    const found = { exitCode: 0, reported: [locations], plan: foundPlan };
    // the directory of the buildpack is the one above the executable's
    const nextToDescriptor = { ...found, reported: [{ ...locations, buildpack: `${locations.buildpack}/bin` }] };
    const withDescriptor = ({ files, ...member }: RunMember): RunMember => ({
      ...member,
      files: { ...files, "bin/buildpack.toml": `api = "0.12"\n[buildpack]\nid = "test/x"\nversion = "1.0.0"\n` },
    });
    await expectEach<RunMember, unknown>(
      {
        "the lifecycle passes the arguments as well": [
          scripted(
            `echo "$#" "$([ "$1" = "$CNB_PLATFORM_DIR" ] && [ "$2" = "$CNB_BUILD_PLAN_PATH" ] && echo same)" > $TOLD`,
          ),
          { exitCode: 0, reported: ["2 same"], plan: {} },
        ],
        "the environment variables take precedence over the arguments": [
          calledBy(`exec "$DETECT" /nowhere /nowhere/plan.toml`, located),
          found,
        ],
        "the arguments are used if no environment variable is set": [
          withDescriptor(unset("CNB_BUILDPACK_DIR CNB_PLATFORM_DIR CNB_BUILD_PLAN_PATH", `"$@"`)),
          nextToDescriptor,
        ],
        "detect ends with an error if neither arguments nor environment variables are set": [
          unset("CNB_PLATFORM_DIR CNB_BUILD_PLAN_PATH", ""),
          { exitCode: 21, reported: undefined, plan: undefined },
        ],
      },
      locate,
    );
  },
);

row(
  6,
  "Detect exits with 0 to pass and 100 to fail; any other code is an error, and a required buildpack then fails the group with an error",
  ["lifecycle"],
  async () => {
    const throws: Written = ({ defineBuildpack, UserError }) =>
      defineBuildpack({
        detect() {
          throw new UserError("NO_JSON", "package.json is not JSON");
        },
        build() {},
      });
    const crashes: Written = ({ defineBuildpack }) =>
      defineBuildpack({ detect: () => (undefined as unknown as { x: () => never }).x(), build() {} });
    const ends: Written = ({ defineBuildpack }) => defineBuildpack({ detect: () => process.exit(100), build() {} });
    const answersNothing: Written = ({ defineBuildpack }) =>
      defineBuildpack({ detect: () => undefined as never, build() {} });
    const alone = (member: RunMember): LifecycleRun["buildpacks"] => ({ "test/x": member });
    const nextToOther = (written: Written) => ({
      "test/x": { written, optional: true },
      "test/y": { written: passes },
    });
    const group = (...ids: readonly string[]) => ({ exitCode: 0, group: ids, verdicts: [] });
    const failed = (exitCode: number, ...verdicts: readonly string[]) => ({ exitCode, group: undefined, verdicts });
    await expectEach<LifecycleRun["buildpacks"], unknown>(
      {
        "the group passes if detect passes": [alone({ written: passes }), group("test/x")],
        "the group fails if detect fails": [alone({ written: fails }), failed(20, "test/x fail")],
        "a UserError in detect fails the group with an error": [
          alone({ written: throws }),
          failed(21, "test/x err (1)"),
        ],
        "an unexpected error in detect fails the group with an error": [
          alone({ written: crashes }),
          failed(21, "test/x err (1)"),
        ],
        "a call of process.exit(100) in detect fails the group with an error": [
          alone({ written: ends }),
          failed(21, "test/x err (1)"),
        ],
        "a result that is neither pass nor fail fails the group with an error": [
          alone({ written: answersNothing }),
          failed(21, "test/x err (1)"),
        ],
        "an API that the framework does not support fails the group with an error": [
          alone({ api: "0.9", written: passes }),
          failed(21, "test/x err (254)"),
        ],
        "the group passes without an optional buildpack that fails": [nextToOther(fails), group("test/y")],
        "the group passes without an optional buildpack that ends with an error": [
          nextToOther(throws),
          group("test/y"),
        ],
        "the group fails with an error if an optional buildpack ends with an error and the required buildpack fails": [
          { "test/x": { written: throws, optional: true }, "test/y": { written: fails } },
          failed(21, "test/x err (1)", "test/y fail"),
        ],
      },
      async (buildpacks) => {
        const run = await lifecycle.detect({ buildpacks });
        return { exitCode: run.exitCode, group: run.group, verdicts: run.exitCode === 0 ? [] : verdicts(run) };
      },
    );
  },
);

/** Says something on standard output and standard error, then does what its name says. */
const talks: Written = ({ defineBuildpack, pass, fail }) =>
  defineBuildpack({
    async detect({ app, log, platform }) {
      log.info("some information");
      log.warn("a warning");
      if (platform.env.BP_THROWS) throw new Error("it broke");
      return (await app.exists("app.x")) ? pass() : fail("there is no app.x");
    },
    build() {},
  });

row(
  7,
  "Detect prints information and the reason for failing to standard output, warnings and errors to standard error; users see this output only if no group passes or an error occurs",
  ["lifecycle"],
  async () => {
    const separate = calledBy(`"$DETECT" > "$TOLD.out" 2> "$TOLD.err"`, talks);
    const shown = /some information|a warning|there is no app\.x|it broke/g;
    const other = { written: passes };
    await expectEach<LifecycleRun, unknown>(
      {
        "detect that passes prints information to standard output and a warning to standard error": [
          { buildpacks: { x: separate }, app: { "app.x": "" } },
          { out: ["some information"], err: ["a warning"], seen: [] },
        ],
        "detect that fails prints the reason to standard output": [
          { buildpacks: { x: separate } },
          { out: ["some information", "there is no app.x"], err: ["a warning"], seen: [] },
        ],
        "an error that detect throws goes to standard error": [
          { buildpacks: { x: separate }, platform: { "env/BP_THROWS": "1" } },
          { out: ["some information"], err: ["a warning", "it broke"], seen: [] },
        ],
        "users see the output if no group passes": [
          { buildpacks: { x: { written: talks } } },
          { seen: ["some information", "a warning", "there is no app.x"] },
        ],
        "users do not see the output of a failed group if another group passes": [
          { buildpacks: { x: { written: talks }, y: other }, order: [["x"], ["y"]] },
          { seen: [] },
        ],
        "users see the output of a detect that throws, even if another group passes": [
          {
            buildpacks: { x: { written: talks }, y: other },
            order: [["x"], ["y"]],
            platform: { "env/BP_THROWS": "1" },
          },
          { seen: ["some information", "a warning", "it broke"] },
        ],
      },
      async (given) => {
        const { output, reported } = await lifecycle.detect(given);
        const streams = Object.entries(reported).map(([file, lines]) => [file.slice(2), lines.join("\n").match(shown)]);
        return { ...Object.fromEntries(streams), seen: output.match(shown) ?? [] };
      },
    );
  },
);

row(
  8,
  "Detect writes to neither the app nor the buildpack; detect of each buildpack runs once per build, possibly in parallel with other buildpacks of its group",
  ["lifecycle"],
  async () => {
    const counted: Written = ({ defineBuildpack, pass }, report, { accessSync, constants }) =>
      defineBuildpack({
        async detect({ app, buildpack }) {
          report(await app.exists("app.x"));
          for (const dir of [process.cwd(), buildpack.dir])
            try {
              accessSync(dir, constants.W_OK);
              report(`${dir} can be written`);
            } catch {}
          return pass();
        },
        build() {},
      });
    // each waits for the other to have begun
    const meets = (other: string): RunMember => ({
      ...calledBy(
        `echo begun >> $TOLD\nfor i in $(seq 300); do [ -e "$(dirname $TOLD)/${other}" ] && exec "$DETECT"; sleep 0.1; done\nexit 3`,
        passes,
      ),
    });
    await expectEach<LifecycleRun, unknown>(
      {
        "detect runs if the app and the buildpack are read-only": [
          { buildpacks: { x: { written: counted } }, app: { "app.x": "" }, readOnly: true },
          { exitCode: 0, group: ["x"], reported: { x: [true] } },
        ],
        "detect runs once for a buildpack that is in two groups": [
          {
            buildpacks: { x: { written: counted }, y: { written: fails } },
            app: { "app.x": "" },
            readOnly: true,
            order: [["x", "y"], ["y"], ["x"]],
          },
          { exitCode: 0, group: ["x"], reported: { x: [true] } },
        ],
        "two buildpacks of a group run in parallel": [
          { buildpacks: { x: meets("y"), y: meets("x") } },
          { exitCode: 0, group: ["x", "y"], reported: { x: ["begun"], y: ["begun"] } },
        ],
      },
      async (given) => {
        const { exitCode, group, reported } = await lifecycle.detect(given);
        return { exitCode, group, reported };
      },
    );
  },
);

row(
  9,
  "The build plan file exists and is empty before detect; a buildpack that provides and requires nothing leaves it empty, and the plan of a failed buildpack is ignored",
  ["lifecycle"],
  async () => {
    const printPlan = `echo "$(stat -c %a $CNB_BUILD_PLAN_PATH) $([ -s $CNB_BUILD_PLAN_PATH ] && echo full || echo empty)" >> $TOLD`;
    const around = (written: Written) =>
      calledBy(`${printPlan}\n"$DETECT"\ncode=$?\n${printPlan}\nexit $code`, written);
    const writes = (text: string, code: number) => scripted(`echo '${text}' > "$CNB_BUILD_PLAN_PATH"\nexit ${code}`);
    const failsAfterAll: Written = ({ defineBuildpack, dependency, fail, pass }) =>
      defineBuildpack({
        detect() {
          const given = pass({ provides: [dependency("x")] });
          return given.outcome === "pass" ? fail("it changed its mind") : given;
        },
        build() {},
      });
    await expectEach<RunMember, unknown>(
      {
        "pass() without arguments leaves the file empty": [
          around(passes),
          { exitCode: 0, reported: ["600 empty", "600 empty"], verdicts: [], plan: {} },
        ],
        "pass() with a plan fills the file": [
          around(located),
          { exitCode: 0, reported: ["600 empty", locations, "600 full"], verdicts: [], plan: foundPlan },
        ],
        "fail() leaves the file empty": [
          around(failsAfterAll),
          { exitCode: 20, reported: ["600 empty", "600 empty"], verdicts: ["test/x fail"] },
        ],
        "a plan that is not TOML is an error if detect passes": [
          writes("[[", 0),
          { exitCode: 21, verdicts: ["test/x err"] },
        ],
        "a plan that is not TOML is ignored if detect fails": [
          writes("[[", 100),
          { exitCode: 20, verdicts: ["test/x fail"] },
        ],
      },
      async (member) => {
        const run = await lifecycle.detect({ buildpacks: { "test/x": member }, platform: { "env/BP_X": "1" } });
        const { exitCode, reported, plan } = run;
        return { exitCode, reported: reported.test_x, plan, verdicts: exitCode === 0 ? [] : verdicts(run) };
      },
    );
  },
);

row(
  10,
  "`ctx.env` in detect contains the container's variables that the lifecycle passes, then the user's unless `clear-env` is set, then the operator's, and nothing from other buildpacks' layers",
  ["lifecycle"],
  async () => {
    const printsEnv: Written = ({ defineBuildpack, pass }, report) =>
      defineBuildpack({
        detect({ env, platform }) {
          report({
            env: Object.fromEntries(Object.entries(env).filter(([name]) => !name.startsWith("CNB_"))),
            user: platform.env,
          });
          return pass();
        },
        build() {},
      });
    const world: Omit<LifecycleRun, "buildpacks"> = {
      env: {
        PATH: "/usr/bin:/bin",
        HOME: "/home/x",
        https_proxy: "http://proxy",
        LANG: "C",
        BP_OF_CONTAINER: "1",
        V: "container",
      },
      platform: { "env/BP_X": "user", "env/PATH": "/of/user", "env/BP_Y": "user" },
      operatorEnv: {
        BP_Y: "a default",
        BP_Z: "a default",
        "BP_X.append": "+operator",
        "PATH.prepend": "/of/operator:",
      },
      layers: {
        "earlier/tool.toml": "[types]\nbuild = true\n",
        "earlier/tool/env/OF_LAYER": "1",
        "earlier/tool/bin/": "",
        "test_x/tool.toml": "[types]\nbuild = true\n",
        "test_x/tool/env/OF_OWN_LAYER": "1",
      },
    };
    const user = { BP_X: "user", BP_Y: "user", PATH: "/of/user" };
    const container = { HOME: "/home/x", https_proxy: "http://proxy" };
    await expectEach<string, unknown>(
      {
        "variables of the user and the operator are set": [
          "",
          {
            env: {
              ...container,
              PATH: "/of/operator:/of/user:/usr/bin:/bin",
              BP_X: "user+operator",
              BP_Y: "user",
              BP_Z: "a default",
            },
            user,
          },
        ],
        "only variables of the operator are set with clear-env": [
          "clear-env = true\n",
          {
            env: {
              ...container,
              PATH: "/of/operator:/usr/bin:/bin",
              BP_X: "+operator",
              BP_Y: "a default",
              BP_Z: "a default",
            },
            user,
          },
        ],
      },
      async (toml) =>
        (
          await lifecycle.detect({
            ...world,
            buildpacks: { earlier: { written: passes }, "test/x": { written: printsEnv, toml } },
          })
        ).reported.test_x?.[0],
    );
  },
);
