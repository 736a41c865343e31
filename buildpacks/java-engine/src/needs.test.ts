import { defineBuildpack, pass } from "libcnb";
import { type BuildFixture, build } from "libcnb/testing";
import { expect, test } from "vitest";
import { kindsOf, type Needs, needsOf } from "./needs.ts";

type Settings = Parameters<typeof needsOf>[1];
const usual: Settings = { BP_JVM_TYPE: "JRE", BP_JVM_JLINK_ENABLED: false };

test.for<[string, NonNullable<BuildFixture["plan"]>, Partial<Settings>, Needs, string]>([
  [
    "apps in source",
    { jdk: [{ build: true }], jre: [{ launch: true }] },
    {},
    { jdk: true, runtime: "jre", build: false, launch: true },
    "jdk,jre",
  ],
  [
    "apps that come built",
    { jre: [{ launch: true }] },
    {},
    { jdk: false, runtime: "jre", build: false, launch: true },
    "jre",
  ],
  ["who does not say where", { jre: [{}] }, {}, { jdk: false, runtime: "jre", build: false, launch: true }, "jre"],
  [
    "builds that run Java",
    { jre: [{ build: true }] },
    {},
    { jdk: false, runtime: "jre", build: true, launch: false },
    "jre",
  ],
  [
    "both",
    { jre: [{ build: true, launch: true }] },
    {},
    { jdk: false, runtime: "jre", build: true, launch: true },
    "jre",
  ],
  [
    "builds that have a JDK for it",
    { jdk: [{}], jre: [{ build: true, launch: true }] },
    {},
    { jdk: true, runtime: "jre", build: false, launch: true },
    "jdk,jre",
  ],
  ["libraries", { jdk: [{ build: true }] }, {}, { jdk: true, runtime: undefined, build: false, launch: false }, "jdk"],
  [
    "a JDK in the image",
    { jdk: [{ build: true, launch: true }] },
    {},
    { jdk: true, runtime: "jdk", build: false, launch: true },
    "jdk",
  ],
  [
    "BP_JVM_TYPE=JDK",
    { jre: [{ launch: true }] },
    { BP_JVM_TYPE: "JDK" },
    { jdk: false, runtime: "jdk", build: false, launch: true },
    "jdk",
  ],
  [
    "BP_JVM_JLINK_ENABLED",
    { jdk: [{ build: true }], jre: [{ launch: true }] },
    { BP_JVM_JLINK_ENABLED: true },
    { jdk: true, runtime: "linked", build: false, launch: true },
    "jdk",
  ],
])("requirements: %s", async ([, plan, settings, expected, kinds]) => {
  let needs: Needs | undefined;
  const reader = defineBuildpack({
    detect: () => pass(),
    build(context) {
      needs = needsOf(context.plan, { ...usual, ...settings });
    },
  });
  await build(reader, { plan });
  expect([needs, needs && kindsOf(needs).join()]).toEqual([expected, kinds]);
});
