import { expect } from "vitest";
import type { BuiltImage } from "./build-image.ts";
import { reusesLayers } from "./reuse.ts";

/** The matchers that `import "@libcnb/packager/testing/vitest"` adds to `expect(image)`. */
export interface ImageMatchers {
  /**
   * Passes if these layers of buildpacks (`acme/node:runtime`) are identical in both images.
   * Default: all layers of buildpacks in the other image.
   */
  toReuseLayers(other: BuiltImage, ...names: readonly string[]): Promise<void>;
}

declare module "vitest" {
  interface Matchers<R extends void | Promise<void> = void | Promise<void>, T = unknown> extends ImageMatchers {}
}

expect.extend({
  async toReuseLayers(image: BuiltImage, other: BuiltImage, ...names: string[]) {
    const { message, ...verdict } = reusesLayers(await image.inspect(), await other.inspect(), names);
    return { ...verdict, message: () => message };
  },
});
