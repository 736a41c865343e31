import { beforeAll, test } from "vitest";
import { locks, small } from "../support/node-apps.ts";
import { expectLife, type NodeCase, type NodeWorld } from "../support/node-cases.ts";
import { nodeWorld } from "../support/node-world.ts";

let world: NodeWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

/** The few that tell the most in little time. All others: node-*.all.test.ts. */
const cases: readonly NodeCase[] = [
  {
    name: "npm with its lockfile",
    app: { files: small.files(), commands: [locks.npm] },
    says: ["Using Node.js 24.", "Installed packages: 2"],
    processes: { web: "node server.js" },
    ...small,
    changed: { ...small.changed, moved: ["app slice 2 of 2"] },
    upgraded: {
      app: { files: small.files(small.upgrade), commands: [locks.npm] },
      moved: ["SBOM", "app slice 1 of 2", "app slice 2 of 2"],
    },
  },
];

test.for(cases)("$name", (one) => expectLife(one, world));
