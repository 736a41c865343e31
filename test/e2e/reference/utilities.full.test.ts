import { beforeAll, test } from "vitest";
import { type AppWorld, expectLife } from "../../support/apps/app-cases.ts";
import { utilitiesCases } from "./utilities-cases.ts";
import { utilitiesWorld } from "./utilities-world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await utilitiesWorld();
}, 900_000);

test.for(utilitiesCases)("an app with $name is built and starts, and a second build changes no layer", (one) =>
  expectLife(one, world),
);
