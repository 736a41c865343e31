import { vi } from "vitest";
import { engineWorld } from "../../support/both-engines/engine-builder.ts";

// The tests of the utilities run with a builder without Node.js.
vi.mock(import("../reference/utilities-world.ts"), async (original) => ({
  ...(await original()),
  utilitiesWorld: () => engineWorld("small"),
}));

await import("../reference/utilities.all.test.ts");
