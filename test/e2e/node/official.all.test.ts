import { afterAll, beforeAll, expect, test } from "vitest";
import type { App } from "../../support/apps/app.ts";
import { OfficialMakers } from "../../support/lifecycle/official-apps.ts";
import { locks, small } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

/** The same app by cnb, by the official lifecycle alone, and by the real pack with a real Docker daemon: equal layers, the same answers. */
let makers: OfficialMakers;
beforeAll(async () => {
  makers = await OfficialMakers.start(await nodeWorld());
}, 900_000);
afterAll(() => makers?.[Symbol.asyncDispose]());

const berry = { packageManager: "yarn@4.18.1" };

const apps: Readonly<Record<string, App>> = {
  npm: { files: small.files(), commands: [locks.npm] },
  "berry-pnp": { files: small.files(berry), commands: [locks.berry] },
  pnpm: { files: small.files(), commands: [locks.pnpm] },
  vite: {
    starter: ["create-vite@9.3.0", "app", "--template", "vanilla", "--no-interactive"],
    commands: [locks.npm],
  },
};

test.for(Object.entries(apps))("%s: cnb, the lifecycle and pack make the same image", ([name, app]) =>
  makers.expectEqual(
    name,
    app,
    name === "vite" ? expect.stringContaining(`<div id="app">`) : JSON.stringify(small.answers["/"]),
  ),
);
