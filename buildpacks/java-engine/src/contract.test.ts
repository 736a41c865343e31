import { defineBuildpack, pass } from "libcnb";
import { type BuildFixture, build } from "libcnb/testing";
import { expect, test } from "vitest";
import { kindsOf, type Needs, needsOf } from "./contract.ts";

type Settings = Parameters<typeof needsOf>[1];
const usual: Settings = { BP_JVM_TYPE: "JRE", BP_JVM_JLINK_ENABLED: false };

test.for<[string, NonNullable<BuildFixture["plan"]>, Partial<Settings>, Needs, string]>([
  [
    "an app in source",
    { jdk: [{ build: true }], jre: [{ launch: true }] },
    {},
    { jdk: true, runtime: "jre", build: false, launch: true },
    "jdk,jre",
  ],
  [
    "a prebuilt app",
    { jre: [{ launch: true }] },
    {},
    { jdk: false, runtime: "jre", build: false, launch: true },
    "jre",
  ],
  [
    "a buildpack that requires a JRE without flags",
    { jre: [{}] },
    {},
    { jdk: false, runtime: "jre", build: false, launch: true },
    "jre",
  ],
  [
    "a build that runs Java",
    { jre: [{ build: true }] },
    {},
    { jdk: false, runtime: "jre", build: true, launch: false },
    "jre",
  ],
  [
    "a JRE for build and launch",
    { jre: [{ build: true, launch: true }] },
    {},
    { jdk: false, runtime: "jre", build: true, launch: true },
    "jre",
  ],
  [
    "a JRE for build and launch next to a JDK",
    { jdk: [{}], jre: [{ build: true, launch: true }] },
    {},
    { jdk: true, runtime: "jre", build: false, launch: true },
    "jdk,jre",
  ],
  [
    "a build without a JRE",
    { jdk: [{ build: true }] },
    {},
    { jdk: true, runtime: undefined, build: false, launch: false },
    "jdk",
  ],
  [
    "a JDK at launch",
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
    "BP_JVM_JLINK_ENABLED=true",
    { jdk: [{ build: true }], jre: [{ launch: true }] },
    { BP_JVM_JLINK_ENABLED: true },
    { jdk: true, runtime: "linked", build: false, launch: true },
    "jdk",
  ],
])(
  "the JDK for the build and the runtime for the image are selected for %s",
  async ([, plan, settings, expected, kinds]) => {
    let needs: Needs | undefined;
    const reader = defineBuildpack({
      detect: () => pass(),
      build(context) {
        needs = needsOf(context.plan, { ...usual, ...settings });
      },
    });
    await build(reader, { plan });
    expect([needs, needs && kindsOf(needs).join()]).toEqual([expected, kinds]);
  },
);
