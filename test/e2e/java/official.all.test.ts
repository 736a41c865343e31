import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { gradleJar, plainJar, server, small, smallMaven } from "../../support/java/apps.ts";
import { spring } from "../../support/java/frameworks.ts";
import { useJavaWorld } from "../../support/java/world.ts";
import { OfficialMakers } from "../../support/lifecycle/official-apps.ts";

/** The same app by cnb, by the official lifecycle alone, and by the real pack with a real Docker daemon: equal layers, the same answers. */
const world = useJavaWorld({ near: true });
let makers: OfficialMakers;
beforeAll(async () => {
  makers = await OfficialMakers.start(world());
}, 900_000);
afterAll(() => makers?.[Symbol.asyncDispose]());

const apps: Readonly<Record<string, readonly [App, string]>> = {
  jar: [plainJar(server('"hello"'), "Build-Jdk-Spec: 17\n"), "hello"],
  maven: [{ files: smallMaven() }, small.answers["/"]],
  gradle: [{ files: { ...gradleJar, ...small.code } }, small.answers["/"]],
  spring: [{ files: spring("3.5.7", ["web"]) }, "Hello from 17"],
};

test.for(Object.entries(apps))("%s: cnb, the lifecycle and pack make the same image", ([name, [app, answer]]) =>
  makers.expectEqual(name, app, expect.stringContaining(answer), 143),
);
