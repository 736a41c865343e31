import { afterAll } from "vitest";
import { describeConformance } from "../build-tool.conformance.ts";
import { shop, source } from "./test-apps.ts";
import { gradleMachine } from "./test-gradle.ts";

const machine = await gradleMachine();
afterAll(() => machine[Symbol.asyncDispose]());

describeConformance({
  title: "Gradle",
  given: async () => machine.given,
  app: shop,
  left: ["bin/shop", "bin/shop.bat", "lib/shop-1.0.0.jar", "lib/slf4j-api-2.0.13.jar"],
  source,
  stale: "build/classes/Old.class",
  downloads: machine.downloads,
});
