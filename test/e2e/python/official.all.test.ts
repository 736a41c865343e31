import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { root } from "../../support/cnb.ts";
import { OfficialMakers } from "../../support/lifecycle/official-apps.ts";
import { tools } from "../../support/python/apps.ts";
import { usePythonWorld } from "../../support/python/world.ts";

/** The same app by cnb, by the official lifecycle alone, and by the real pack with a real Docker daemon: equal layers, the same answers. */
const world = usePythonWorld();
let makers: OfficialMakers;
beforeAll(async () => {
  makers = await OfficialMakers.start(world());
}, 900_000);
afterAll(() => makers?.[Symbol.asyncDispose]());

const { pip, uv, poetry } = tools;

const apps: Readonly<Record<string, readonly [App, string]>> = {
  pip: [{ files: pip.files() }, "xn--bcher-kva"],
  uv: [{ files: uv.files(), commands: uv.lock }, "xn--bcher-kva"],
  poetry: [{ files: poetry.files(), commands: poetry.lock }, "xn--bcher-kva"],
  django: [{ folder: join(root, "test/fixtures/apps/django-service") }, "Hello from Django"],
};

test.for(Object.entries(apps))("%s: cnb, the lifecycle and pack make the same image", ([name, [app, answer]]) =>
  makers.expectEqual(name, app, expect.stringContaining(answer)),
);
