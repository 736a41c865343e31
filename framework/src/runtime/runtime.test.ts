import { describe, expect, test } from "vitest";
import { buildInputs, type Call, detectInputs, generateInputs, phaseCall } from "./inputs/inputs.ts";

const call: Call = { argv0: "/cnb/buildpacks/x/1/bin/detect", argv: ["/main", "/main"], env: {}, cwd: "/workspace" };

describe("phase and buildpack directory of an executable", () => {
  test.for<[string, Partial<Call>, ReturnType<typeof phaseCall>]>([
    [
      "are determined from its absolute path",
      {},
      { phase: "detect", buildpackDir: "/cnb/buildpacks/x/1", kind: undefined },
    ],
    [
      "are determined from its relative path",
      { argv0: "bin/build" },
      { phase: "build", buildpackDir: "/workspace", kind: "buildpack" },
    ],
    [
      "are determined from the script's path if an interpreter runs it",
      { argv0: "node", argv: ["/node", "/bp/bin/build"] },
      { phase: "build", buildpackDir: "/bp", kind: "buildpack" },
    ],
    [
      "come from CNB_BUILDPACK_DIR",
      { env: { CNB_BUILDPACK_DIR: "/other" } },
      { phase: "detect", buildpackDir: "/other", kind: "buildpack" },
    ],
    [
      "come from CNB_EXTENSION_DIR",
      { env: { CNB_EXTENSION_DIR: "/other" } },
      { phase: "detect", buildpackDir: "/other", kind: "extension" },
    ],
    [
      "are determined from its path if both CNB_BUILDPACK_DIR and CNB_EXTENSION_DIR are set",
      { env: { CNB_EXTENSION_DIR: "/mine", CNB_BUILDPACK_DIR: "/theirs" } },
      { phase: "detect", buildpackDir: "/cnb/buildpacks/x/1", kind: undefined },
    ],
    [
      "are those of an extension for generate, even if CNB_BUILDPACK_DIR is set",
      { argv0: "/cnb/extensions/x/1/bin/generate", env: { CNB_BUILDPACK_DIR: "/theirs" } },
      { phase: "generate", buildpackDir: "/cnb/extensions/x/1", kind: "extension" },
    ],
  ])("%s", ([, given, expected]) => {
    expect(phaseCall({ ...call, ...given })).toEqual(expected);
  });

  test("are unknown for another executable name", () => {
    expect(() => phaseCall({ ...call, argv0: "/x/bin/analyze" })).toThrow(
      expect.objectContaining({
        code: "PHASE_UNKNOWN",
        exitCode: 255,
        message: `"analyze" is not a phase of a buildpack`,
      }),
    );
  });
});

const target = { CNB_TARGET_OS: "linux", CNB_TARGET_ARCH: "arm64" };
describe("inputs of a phase", () => {
  test.for<[string, Pick<Call, "argv" | "env">]>([
    [
      "the environment",
      {
        argv: [],
        env: { ...target, CNB_OUTPUT_DIR: "/out", CNB_PLATFORM_DIR: "/platform", CNB_BP_PLAN_PATH: "/plan" },
      },
    ],
    ["the deprecated arguments", { argv: ["/main", "/main", "/out", "/platform", "/plan"], env: target }],
  ])("come from %s for generate, whose execution environment is production", ([, call]) => {
    expect(generateInputs(call)).toEqual({
      outputDir: "/out",
      platformDir: "/platform",
      buildpackPlanFile: "/plan",
      target: { os: "linux", arch: "arm64" },
      execEnv: "production",
    });
  });

  test("are reported together if they are missing for generate", () => {
    expect(() => generateInputs({ argv: [], env: target })).toThrow(
      expect.objectContaining({
        code: "INPUT_MISSING",
        message: "the environment variables CNB_PLATFORM_DIR, CNB_OUTPUT_DIR, CNB_BP_PLAN_PATH are not set",
      }),
    );
  });

  test("come from the environment for detect and build", () => {
    const env = {
      ...target,
      CNB_TARGET_ARCH_VARIANT: "v8",
      CNB_TARGET_DISTRO_NAME: "debian",
      CNB_TARGET_DISTRO_VERSION: "12",
      CNB_PLATFORM_DIR: "/platform",
      CNB_BUILD_PLAN_PATH: "/plan",
      CNB_LAYERS_DIR: "/layers/x",
      CNB_BP_PLAN_PATH: "/bp-plan",
      CNB_EXEC_ENV: "test",
    };
    const common = {
      platformDir: "/platform",
      target: { os: "linux", arch: "arm64", variant: "v8", distro: { name: "debian", version: "12" } },
      execEnv: "test",
    };
    const argv = ["/main", "/main", "deprecated", "deprecated", "deprecated"];
    expect(detectInputs({ argv, env })).toEqual({ ...common, buildPlanFile: "/plan" });
    expect(buildInputs({ argv, env })).toEqual({ ...common, layersDir: "/layers/x", buildpackPlanFile: "/bp-plan" });
  });

  test("come from the deprecated arguments only if the environment lacks them", () => {
    const common = { platformDir: "/p", target: { os: "linux", arch: "arm64" }, execEnv: "production" };
    expect(detectInputs({ argv: ["", "", "/p", "/plan"], env: target })).toEqual({ ...common, buildPlanFile: "/plan" });
    expect(buildInputs({ argv: ["", "", "/l", "/p", "/plan"], env: target })).toEqual({
      ...common,
      layersDir: "/l",
      buildpackPlanFile: "/plan",
    });
  });

  test("are reported together if they are missing for build", () => {
    expect(() => buildInputs({ argv: [], env: { CNB_PLATFORM_DIR: "/p", CNB_TARGET_OS: "" } })).toThrow(
      "the environment variables CNB_TARGET_OS, CNB_TARGET_ARCH, CNB_LAYERS_DIR, CNB_BP_PLAN_PATH are not set",
    );
  });
});
