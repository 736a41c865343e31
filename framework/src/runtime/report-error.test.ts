import { expect, test } from "vitest";
import { type Fault, LibcnbError, UserError } from "../errors.ts";
import { recordingLogger } from "../logger/recording-logger.ts";
import { callAuthor } from "./author-code.ts";
import { reportError, type Scene } from "./report-error.ts";

const buildpack = { id: "acme/node", version: "1.0.0", dir: "/cnb/buildpacks/acme_node/1.0.0", metadata: {} };

/** The text shown for an error, without stacks, and the fault that `onError` receives. */
async function reported(error: unknown) {
  const [faults, printed]: [Fault[], string[]] = [[], []];
  const scene: Scene = {
    where: { phase: "build", buildpack, log: recordingLogger() },
    onError: (_, { fault }) => void faults.push(fault),
  };
  const exitCode = await reportError(error, scene, { err: (text) => void printed.push(text) });
  return { exitCode, faults, first: printed.join("").split("\n")[0] };
}

/** An error as it comes out of the author's function. */
const ofAuthor = (error: Error) =>
  callAuthor(() => {
    throw error;
  }).catch((thrown: unknown) => thrown);

test.for<[string, () => unknown, Fault, string]>([
  [
    "an unexpected error in the framework",
    () => new TypeError("x is not a function"),
    "framework",
    "ERROR: unexpected TypeError in the framework (INTERNAL)",
  ],
  [
    "an unexpected error in the buildpack",
    () => ofAuthor(new TypeError("x is not a function")),
    "author",
    "ERROR: unexpected TypeError: x is not a function",
  ],
  [
    "a wrong use of the framework",
    () => ofAuthor(new LibcnbError("LAYER_INVALID", "layer a is provided twice")),
    "author",
    "ERROR: layer a is provided twice (LAYER_INVALID)",
  ],
  [
    "an error that the user has to correct",
    () => ofAuthor(new UserError("NO_SERVER", "there is no server.js")),
    "user",
    "ERROR: there is no server.js (NO_SERVER)",
  ],
  [
    "a full disk",
    () => Object.assign(new Error("ENOSPC: no space left on device, write"), { code: "ENOSPC", syscall: "write" }),
    "environment",
    "ERROR: ENOSPC: no space left on device, write",
  ],
])("the party at fault is reported for %s", async ([, error, fault, first]) => {
  expect(await reported(await error())).toEqual({ exitCode: 1, faults: [fault], first });
});
