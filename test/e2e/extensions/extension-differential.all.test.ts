import { afterAll, beforeAll, expect, test } from "vitest";
import { extensionCases } from "../../support/differential/extension-cases.ts";
import { type ExtensionDifferential, extensionDifferential } from "../../support/differential/extension-world.ts";

/**
 * The official phases, with the extender that applies Dockerfiles by kaniko as root in the image itself, and `cnb build` with buildah get the same
 * extensions, buildpack and app. They make the same image: which extensions take part, what they and the buildpack see, what the layers of
 * extensions hold, all other layers, labels, history and configuration, or fail with the same exit code.
 */
let world: ExtensionDifferential;
beforeAll(async () => {
  world = await extensionDifferential();
}, 600_000);
afterAll(() => world?.remove());

test.for(extensionCases.filter(({ differs }) => differs === undefined))(
  "cnb build and the lifecycle give the same result for $name",
  async (given) => {
    const { official, ours, log } = await world.both(given);
    expect(ours, log).toEqual(official);
  },
);

test.for(extensionCases.filter(({ differs }) => differs !== undefined))(
  "cnb build and the lifecycle differ as documented for $name: $differs",
  async (given) => {
    const { official, ours } = await world.both(given);
    expect(JSON.stringify(ours)).not.toBe(JSON.stringify(official));
  },
);
