import { join } from "node:path";
import { buildImage } from "@libcnb/packager/testing";
import { beforeAll, expect, test } from "vitest";
import { type App, appFolder, appInDirectory } from "../../support/apps/app.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { root } from "../../support/cnb.ts";
import { locks, small, workspaceFiles } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

const berry = { packageManager: "yarn@4.18.1" };

const apps: Readonly<Record<string, App>> = {
  "npm, TypeScript": { folder: join(root, "test/fixtures/apps/express-service") },
  "npm, workspaces": { files: workspaceFiles(), commands: [locks.npm] },
  "Yarn 1": { files: small.files(), commands: [locks.yarn], without: ["node_modules"] },
  "Berry, Plug'n'Play": { files: small.files(berry), commands: [locks.berry] },
  "Berry, node_modules": {
    files: { ...small.files(berry), ".yarnrc.yml": "nodeLinker: node-modules\n" },
    commands: [locks.berry],
  },
  "pnpm 10": { files: small.files(), commands: [locks.pnpm] },
  "pnpm 12": {
    files: small.files({ packageManager: "pnpm@12.21.0" }),
    commands: [["pnpm@12.21.0", "install", "--lockfile-only"]],
  },
  Bun: { files: small.files(), commands: [locks.bun] },
};

test.for(Object.entries(apps))(
  "%s: builds in different directories at different times give equal digests",
  async ([, app]) => {
    const folder = await appFolder(app);
    await using first = await buildImage({ ...world, app: folder });
    await using other = await appInDirectory(folder);
    const umask = process.umask(0o077);
    try {
      await using second = await buildImage({ ...world, app: other.app });
      const digests = (image: typeof first) => image.report.layers.map(({ name, diffId }) => `${name} ${diffId}`);
      expect(digests(second)).toEqual(digests(first));
      expect(second.report.manifestDigest).toBe(first.report.manifestDigest);
    } finally {
      process.umask(umask);
    }
  },
);
