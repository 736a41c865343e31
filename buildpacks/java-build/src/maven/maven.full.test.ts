import { afterAll } from "vitest";
import { describeConformance } from "../build-tool.conformance.ts";
import { shop, source } from "./test-apps.ts";
import { mavenMachine } from "./test-maven.ts";

const machine = await mavenMachine();
afterAll(() => machine[Symbol.asyncDispose]());

describeConformance({
  title: "Maven",
  given: async () => machine.given,
  app: shop,
  source,
  left: ["shop-1.0.0.jar"],
  stale: "target/classes/Old.class",
  downloads: machine.downloads,
});
