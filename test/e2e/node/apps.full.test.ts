import { join } from "node:path";
import { beforeAll, expect, test } from "vitest";
import { type AppCase, type AppWorld, expectLife, failureOf } from "../../support/apps/app-cases.ts";
import { root } from "../../support/cnb.ts";
import { likeSmall, locks, slices, small } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

/** The few that tell the most in little time. All others: node-*.all.test.ts. */
let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

const berry = { packageManager: "yarn@4.18.1" };

const cases: readonly AppCase[] = [
  likeSmall("an npm app", {
    app: { files: small.files(), commands: [locks.npm] },
    upgraded: {
      app: { files: small.files(small.upgrade), commands: [locks.npm] },
      moved: ["SBOM", slices.modules, slices.code],
    },
  }),
  {
    name: "a Yarn app with Plug'n'Play",
    app: { files: small.files(berry), commands: [locks.berry] },
    says: ["Packages in the image: 2"],
    answers: small.answers,
    changed: { ...small.changed, moved: [slices.code] },
  },
  likeSmall("a pnpm app", { app: { files: small.files(), commands: [locks.pnpm] } }),
  {
    name: "a static Vite app",
    app: {
      starter: ["create-vite@9.3.0", "app", "--template", "vanilla", "--no-interactive"],
      commands: [locks.npm],
    },
    says: ["dist"],
    answers: { "/": /<div id="app"><\/div>/, "/favicon.svg": /<svg/ },
  },
];

test.for(cases)("$name is built and starts, and a second build changes no layer", (one) => expectLife(one, world));

test("cnb build reports a lockfile that does not match package.json", async () => {
  const log = await failureOf({ folder: join(root, "test/fixtures/apps/stale-lockfile") }, world);
  expect(log).toContain("(PACKAGES_LOCKFILE_OUT_OF_SYNC)");
});
