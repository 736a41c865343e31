import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { groupCases } from "../support/differential/group-cases.ts";
import { launchCases } from "../support/differential/launch-cases.ts";
import { layerCases } from "../support/differential/layer-cases.ts";
import { type DifferentialWorld, differentialWorld } from "../support/differential/world.ts";

/**
 * The official lifecycle's creator and `cnb build` are given the same app, the same buildpacks and the same past, and make
 * the same image: the same group, plan, environment and restored files (which the buildpacks note in layers), layers,
 * labels and configuration, or fail with the same exit code.
 */
let world: DifferentialWorld;
beforeAll(async () => {
  world = await differentialWorld();
}, 600_000);
afterAll(() => world.remove());

describe.for([
  ["layers", layerCases],
  ["groups and plans", groupCases],
  ["processes, apps and environments", launchCases],
] as const)("%s", ([, cases]) => {
  test.for(cases.filter(({ differs }) => differs === undefined))("$name", async (combination) => {
    let step = 0;
    for await (const { official, ours, log } of world.builds(combination))
      expect(ours, `build ${++step}\n${log}`).toEqual(official);
  });

  test.for(cases.filter(({ differs }) => differs !== undefined))("$name: $differs", async (combination) => {
    const differ: boolean[] = [];
    for await (const { official, ours } of world.builds(combination))
      differ.push(JSON.stringify(ours) !== JSON.stringify(official));
    expect(differ).toContain(true);
  });
});
