import { readFile } from "node:fs/promises";
import { afterAll, beforeAll } from "vitest";
import { expectEach } from "../support/conformance/case-table.ts";
import type { Written } from "../support/conformance/framework-executable.ts";
import { row } from "../support/conformance/rows.ts";
import { type LifecycleRunner, lifecycleRunner } from "../support/lifecycle/lifecycle-run.ts";

let lifecycle: LifecycleRunner;

beforeAll(async () => {
  lifecycle = await lifecycleRunner();
});
afterAll(() => lifecycle?.remove());

const printsTarget: Written = ({ defineBuildpack, pass }, report) =>
  defineBuildpack({
    detect({ target, env }) {
      const variables = Object.entries(env).filter(([name]) => name.startsWith("CNB_TARGET_"));
      report({ target, variables: Object.fromEntries(variables) });
      return pass();
    },
    build() {},
  });

/** Distribution of this machine, which the lifecycle takes for the target's where nobody knows better. */
async function ownDistro() {
  const lines = (await readFile("/etc/os-release", "utf8")).split("\n");
  const value = (name: string) =>
    lines
      .find((line) => line.startsWith(`${name}=`))
      ?.slice(name.length + 1)
      .replaceAll('"', "");
  return { name: value("ID"), version: value("VERSION_ID") };
}

row(
  4,
  "`ctx.target` is the run image's target, in which `os` and `arch` are always set, `variant` and `distro` if known, and no value is an empty string",
  ["lifecycle"],
  async () => {
    const own = await ownDistro();
    const analyzed = (target: string) => `[run-image]\nreference = "run"\n[run-image.target]\nos = "linux"\n${target}`;
    await expectEach<string, unknown>(
      {
        "the target has all values that the image has": [
          `arch = "arm64"\narch-variant = "v8"\n[run-image.target.distro]\nname = "ubuntu"\nversion = "24.04"\n`,
          {
            target: { os: "linux", arch: "arm64", variant: "v8", distro: { name: "ubuntu", version: "24.04" } },
            variables: {
              CNB_TARGET_OS: "linux",
              CNB_TARGET_ARCH: "arm64",
              CNB_TARGET_ARCH_VARIANT: "v8",
              CNB_TARGET_DISTRO_NAME: "ubuntu",
              CNB_TARGET_DISTRO_VERSION: "24.04",
            },
          },
        ],
        "the target has no version if the distribution has none": [
          `arch = "amd64"\n[run-image.target.distro]\nname = "arch"\nversion = ""\n`,
          {
            target: { os: "linux", arch: "amd64", distro: { name: "arch" } },
            variables: { CNB_TARGET_OS: "linux", CNB_TARGET_ARCH: "amd64", CNB_TARGET_DISTRO_NAME: "arch" },
          },
        ],
        "the target has the build container's distribution if the image has no labels of a distribution": [
          `arch = "amd64"\n`,
          {
            target: { os: "linux", arch: "amd64", distro: own },
            variables: {
              CNB_TARGET_OS: "linux",
              CNB_TARGET_ARCH: "amd64",
              CNB_TARGET_DISTRO_NAME: own.name,
              CNB_TARGET_DISTRO_VERSION: own.version,
            },
          },
        ],
      },
      async (target) => {
        const { reported } = await lifecycle.detect({
          buildpacks: { "test/x": { written: printsTarget } },
          analyzed: analyzed(target),
        });
        return reported.test_x?.[0];
      },
    );
  },
);

row(
  5,
  "`ctx.execEnv` is the execution environment, also with a custom name; the default is `production`",
  ["lifecycle"],
  async () => {
    const written: Written = ({ defineBuildpack, pass }, report) =>
      defineBuildpack({
        detect({ execEnv, env }) {
          report([execEnv, env.CNB_EXEC_ENV]);
          return pass();
        },
        build() {},
      });
    await expectEach<readonly [api: string, set: string | undefined], unknown>(
      {
        "the environment is production by default": [
          ["0.12", undefined],
          ["production", "production"],
        ],
        "the environment can be test": [
          ["0.12", "test"],
          ["test", "test"],
        ],
        "the environment can have a custom name": [
          ["0.12", "acceptance.eu-1"],
          ["acceptance.eu-1", "acceptance.eu-1"],
        ],
        // of which the lifecycle says nothing to older buildpacks
        "the lifecycle does not pass an environment to a buildpack with API 0.11": [
          ["0.11", "test"],
          ["production", null],
        ],
        "the lifecycle does not pass an environment to a buildpack with API 0.10": [
          ["0.10", "test"],
          ["production", null],
        ],
      },
      async ([api, set]) => {
        const env = set === undefined ? {} : { CNB_EXEC_ENV: set };
        return (await lifecycle.detect({ buildpacks: { "test/x": { api, written } }, env })).reported.test_x?.[0];
      },
    );
  },
);
