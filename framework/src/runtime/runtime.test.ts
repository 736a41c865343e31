import { describe, expect, test } from "vitest";
import { buildInputs, type Call, detectInputs, generateInputs, phaseCall } from "./inputs/inputs.ts";

const call: Call = { argv0: "/cnb/buildpacks/x/1/bin/detect", argv: ["/main", "/main"], env: {}, cwd: "/workspace" };

describe("the phase and the buildpack", () => {
  test.for<[string, Partial<Call>, ReturnType<typeof phaseCall>]>([
    ["follow from the name of the call", {}, { phase: "detect", buildpackDir: "/cnb/buildpacks/x/1", kind: undefined }],
    [
      "follow from a relative name",
      { argv0: "bin/build" },
      { phase: "build", buildpackDir: "/workspace", kind: "buildpack" },
    ],
    [
      "follow from the script's name if an interpreter runs it",
      { argv0: "node", argv: ["/node", "/bp/bin/build"] },
      { phase: "build", buildpackDir: "/bp", kind: "buildpack" },
    ],
    [
      "are those of CNB_BUILDPACK_DIR",
      { env: { CNB_BUILDPACK_DIR: "/other" } },
      { phase: "detect", buildpackDir: "/other", kind: "buildpack" },
    ],
    [
      "are those of CNB_EXTENSION_DIR",
      { env: { CNB_EXTENSION_DIR: "/other" } },
      { phase: "detect", buildpackDir: "/other", kind: "extension" },
    ],
    [
      "follow from the place of the executable if the user sets the variable of the other kind",
      { env: { CNB_EXTENSION_DIR: "/mine", CNB_BUILDPACK_DIR: "/theirs" } },
      { phase: "detect", buildpackDir: "/cnb/buildpacks/x/1", kind: undefined },
    ],
    [
      "86 are those of an extension for generate, whatever CNB_BUILDPACK_DIR says",
      { argv0: "/cnb/extensions/x/1/bin/generate", env: { CNB_BUILDPACK_DIR: "/theirs" } },
      { phase: "generate", buildpackDir: "/cnb/extensions/x/1", kind: "extension" },
    ],
  ])("%s", ([, given, expected]) => {
    expect(phaseCall({ ...call, ...given })).toEqual(expected);
  });

  test("are unknown for another name", () => {
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
describe("inputs", () => {
  test.for<[string, Pick<Call, "argv" | "env">]>([
    [
      "the environment",
      {
        argv: [],
        env: { ...target, CNB_OUTPUT_DIR: "/out", CNB_PLATFORM_DIR: "/platform", CNB_BP_PLAN_PATH: "/plan" },
      },
    ],
    ["the deprecated arguments", { argv: ["/main", "/main", "/out", "/platform", "/plan"], env: target }],
  ])("86 of generate come from %s, in the production environment", ([, call]) => {
    expect(generateInputs(call)).toEqual({
      outputDir: "/out",
      platformDir: "/platform",
      buildpackPlanFile: "/plan",
      target: { os: "linux", arch: "arm64" },
      execEnv: "production",
    });
  });

  test("86 of generate that are missing are reported", () => {
    expect(() => generateInputs({ argv: [], env: target })).toThrow(
      expect.objectContaining({
        code: "INPUT_MISSING",
        message: "the environment lacks CNB_PLATFORM_DIR, CNB_OUTPUT_DIR, CNB_BP_PLAN_PATH",
      }),
    );
  });

  test("are taken from the environment", () => {
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

  test("are taken from the deprecated arguments only if the environment lacks them", () => {
    const common = { platformDir: "/p", target: { os: "linux", arch: "arm64" }, execEnv: "production" };
    expect(detectInputs({ argv: ["", "", "/p", "/plan"], env: target })).toEqual({ ...common, buildPlanFile: "/plan" });
    expect(buildInputs({ argv: ["", "", "/l", "/p", "/plan"], env: target })).toEqual({
      ...common,
      layersDir: "/l",
      buildpackPlanFile: "/plan",
    });
  });

  test("that are missing are reported together", () => {
    expect(() => buildInputs({ argv: [], env: { CNB_PLATFORM_DIR: "/p", CNB_TARGET_OS: "" } })).toThrow(
      "the environment lacks CNB_TARGET_OS, CNB_TARGET_ARCH, CNB_LAYERS_DIR, CNB_BP_PLAN_PATH",
    );
  });
});
