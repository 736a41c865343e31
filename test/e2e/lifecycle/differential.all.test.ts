import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nameOf } from "../../../builder-packager/src/files/file-name.ts";
import { fileCases } from "../../support/differential/file-cases.ts";
import { generatedBuilds, scripted } from "../../support/differential/generated.ts";
import { groupCases } from "../../support/differential/group-cases.ts";
import { isOnPurpose } from "../../support/differential/known-difference.ts";
import { labelCases } from "../../support/differential/label-cases.ts";
import { launchCases } from "../../support/differential/launch-cases.ts";
import { layerCases } from "../../support/differential/layer-cases.ts";
import { startCases } from "../../support/differential/start-cases.ts";
import { type DifferentialWorld, differentialWorld } from "../../support/differential/world.ts";
import { writtenCases } from "../../support/differential/written-cases.ts";
import { type GeneratedOutput, generatedOutputs, outputsScript } from "../../support/generated/outputs.ts";

/**
 * The official lifecycle's creator and `cnb build` are given the same app, the same buildpacks and the same past, and make
 * the same image: the same group, plan, environment and restored files (which the buildpacks note in layers), layers,
 * labels and configuration, or fail with the same exit code. Then the official launcher starts each process of the one in a sandbox as
 * `docker run` would, and `cnb run` those of the other: the same arguments, environment, directory, user, output and exit code.
 */
let world: DifferentialWorld;
beforeAll(async () => {
  world = await differentialWorld();
}, 600_000);
afterAll(() => world.remove());

describe.for([
  ["files and modes", fileCases],
  ["layers", layerCases],
  ["groups and plans", groupCases],
  ["processes, apps and environments", launchCases],
  ["starting processes", startCases],
  ["files that buildpacks write", writtenCases],
  ["the previous image's label", labelCases],
] as const)("in the comparison of %s,", ([, cases]) => {
  test.for(cases.filter(({ differs }) => differs === undefined))(
    "cnb build and the lifecycle give the same result for $name",
    async (combination) => {
      let step = 0;
      for await (const { official, ours, log } of world.builds(combination))
        expect(ours, `build ${++step}\n${log}`).toEqual(official);
    },
  );

  test.for(cases.filter(({ differs }) => differs !== undefined))(
    "cnb build and the lifecycle differ as documented for $name: $differs",
    async (combination) => {
      const differ: boolean[] = [];
      for await (const { official, ours } of world.builds(combination))
        differ.push(JSON.stringify(ours) !== JSON.stringify(official));
      expect(differ).toContain(true);
    },
  );
});

/**
 * `LIBCNB_GENERATED_BUILDS=2000 LIBCNB_GENERATED_SEED=5000 npm run test:all -- differential.all` runs others; the failing test's name has
 * the seed that makes the same builds again.
 */
const generatedSeeds = Array.from(
  { length: Number(process.env["LIBCNB_GENERATED_BUILDS"] ?? 40) },
  (_, index) => Number(process.env["LIBCNB_GENERATED_SEED"] ?? 1) + index,
);

test.for(generatedSeeds)(
  "cnb build and the lifecycle give the same result for generated builds of seed %i",
  async (seed) => {
    let step = 0;
    for await (const { official, ours, log } of world.builds(generatedBuilds(seed))) {
      // what comes after it has another past
      if (isOnPurpose(log, official.exitCode, ours.exitCode)) return;
      expect(ours, `build ${++step}\n${log}`).toEqual(official);
    }
  },
);

/** Files of the specification that are malformed, of other kinds, or have names that mean nothing. `LIBCNB_GENERATED_OUTPUTS` is their number. */
const malformedSeeds = Array.from(
  { length: Number(process.env["LIBCNB_GENERATED_OUTPUTS"] ?? 20) },
  (_, index) => Number(process.env["LIBCNB_GENERATED_SEED"] ?? 1) + index,
);

test.for(malformedSeeds)(
  "cnb build and the lifecycle give the same result for malformed outputs of seed %i",
  async (seed) => {
    const outputs = generatedOutputs(seed).map(withoutPipe);
    const contents = outputs.map(({ content }, index) => [`${index}`, nameOf(Buffer.from(content))] as const);
    const write = outputsScript(outputs, "build");
    const scripts = { detect: outputsScript(outputs, "detect"), build: `cd "$CNB_LAYERS_DIR"\n${write}` };
    const combination = scripted(`malformed ${seed}`, [scripts, {}], { steps: [{}] });
    const app = { ...combination.app, ...Object.fromEntries(contents) };
    for await (const { official, ours, log } of world.builds({ ...combination, app }))
      if (!isOnPurpose(log, official.exitCode, ours.exitCode))
        expect(ours, `${outputs.map(({ kind, path }) => `${kind} ${path}`).join(", ")}\n${log}`).toEqual(official);
  },
);

/** The lifecycle opens pipes and waits for ever (0006). */
const withoutPipe = (output: GeneratedOutput): GeneratedOutput =>
  output.kind === "fifo" ? { ...output, kind: "directory" } : output;

test("a process started for the comparison with the lifecycle records its arguments, environment, directory and user", async () => {
  const [combination] = startCases;
  if (!combination) throw new Error("there are no cases");
  const start = JSON.stringify({ process: "worker", args: ["given", "a  b", "", "$HOME"] });
  const said = `-- argv
/bin/sh
/layers/test_one/tools/bin/show
of
two
given
a  b

$HOME
-- env
HOME=/home/cnb
KEPT=1=2
PATH=/layers/test_one/tools/bin:/bin
-- /workspace uid=1000(cnb) gid=1000(cnb) 0022
`;
  for await (const { official } of world.builds(combination))
    expect(official).toMatchObject({ started: { [start]: { exitCode: 0, stdout: said, stderr: "" } } });
});
