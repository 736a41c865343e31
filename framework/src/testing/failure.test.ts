import { expect, test } from "vitest";
import { defineBuildpack } from "../buildpack.ts";
import { fail, pass } from "../detect.ts";
import { UserError } from "../errors.ts";
import { defineExtension } from "../extension/extension.ts";
import { detectFailure, generateFailure } from "./index.ts";

const app = { "package.json": "{" };
const files = {
  onError: (_: unknown, { phase, buildpack, fault }: { phase: string; buildpack: { id: string }; fault: string }) =>
    new UserError("APP_BROKEN", `${phase} of ${buildpack.id} found the ${fault}'s mistake`, { hint: "Correct it." }),
};
const shown = (phase: string, id: string) =>
  `ERROR: ${phase} of ${id} found the user's mistake (APP_BROKEN)\n  in ${phase} of ${id}@1.0.0\nHINT: Correct it.\n`;

const buildpack = defineBuildpack({
  async detect({ app: { readJson }, log }) {
    log.step("Reading");
    await readJson("package.json");
    return fail("not this one");
  },
  build() {},
  ...files,
});
const extension = defineExtension({
  detect: async ({ app: { readJson } }) => ((await readJson("package.json")) ? pass() : fail("not this one")),
  async generate({ app: { readJson }, plan, run }) {
    await run("dpkg", [String(plan.entries[0]?.metadata.version)]);
    await readJson("package.json");
  },
  ...files,
});

test("detectFailure() returns the error as a user sees it, with the exit code", async () => {
  const { error, ...failure } = await detectFailure(buildpack, { app });
  expect(error).toMatchObject({ code: "APP_FILE_INVALID" });
  expect(failure).toEqual({
    exitCode: 1,
    log: ["Reading"],
    stdout: "Reading\n",
    stderr: shown("detect", "test/buildpack"),
    commands: [],
    downloads: [],
  });
});

test("detectFailure() and generateFailure() return the error of an extension as a user sees it", async () => {
  const given = { app, extension: { id: "acme/apt" } };
  expect(await detectFailure(extension, given)).toMatchObject({ exitCode: 1, stderr: shown("detect", "acme/apt") });
  const plan = { apt: [{ version: "2" }] };
  expect(await generateFailure(extension, { ...given, plan, commands: { dpkg() {} } })).toMatchObject({
    exitCode: 1,
    stderr: shown("generate", "acme/apt"),
    commands: [{ tool: "dpkg", args: ["2"] }],
  });
});

test("detectFailure() rejects if detect passes, or fails without an error", async () => {
  const whole = { app: { "package.json": "1" } };
  await expect(detectFailure(buildpack, whole)).rejects.toThrow(
    "expected detect to fail with an error, but it did not",
  );
  await expect(detectFailure(extension, whole)).rejects.toThrow(
    "expected detect to fail with an error, but it did not",
  );
  const commands = { dpkg() {} };
  await expect(generateFailure(extension, { ...whole, commands })).rejects.toThrow(
    "expected generate to fail with an error, but it did not",
  );
});
