import { join } from "node:path";
import { buildImage } from "@libcnb/packager/testing";
import { beforeAll, expect, test } from "vitest";
import { type App, appFolder } from "../../support/apps/app.ts";
import type { AppWorld } from "../../support/apps/app-cases.ts";
import { root } from "../../support/cnb.ts";
import { sbomSchemas, schemaErrors } from "../../support/images/sbom-schemas.ts";
import { locks, small } from "../../support/node/apps.ts";
import { nodeWorld } from "../../support/node/world.ts";

let world: AppWorld;
beforeAll(async () => {
  world = await nodeWorld();
});

const express = join(root, "test/fixtures/apps/express-service");
const berry = { packageManager: "yarn@4.18.1" };

const apps: Readonly<Record<string, App>> = {
  npm: { folder: express },
  "Yarn 1": { files: small.files(), commands: [locks.yarn], without: ["node_modules"] },
  "Berry, Plug'n'Play": { files: small.files(berry), commands: [locks.berry] },
  pnpm: { files: small.files(), commands: [locks.pnpm] },
  Bun: { files: small.files(), commands: [locks.bun] },
};

test.for(Object.entries(apps))(
  "each SBOM of an image with packages of %s is valid and lists these packages",
  async ([name, app]) => {
    await using image = await buildImage({ ...world, app: await appFolder(app) });
    const { sbom } = await image.inspect();
    const paths = Object.keys(sbom).sort();
    expect(paths).toEqual(
      ["libcnb_node-engine/node", "libcnb_node-packages"].flatMap((from) =>
        ["cdx", "spdx", "syft"].map((format) => `${from}/sbom.${format}.json`),
      ),
    );
    expect(paths.map((path) => schemaErrors(sbomSchemas[formatOf(path)], sbom[path]))).toEqual(paths.map(() => []));
    const reported = purlsIn(sbom["libcnb_node-packages/sbom.cdx.json"]);
    if (name !== "npm") expect(reported).toEqual(["pkg:npm/is-number@7.0.0", "pkg:npm/ms@2.1.2"]);
  },
);

const formatOf = (path: string) => (/\.(cdx|spdx|syft)\.json$/.exec(path)?.[1] ?? "cdx") as keyof typeof sbomSchemas;

/** The SBOM of the packages, without the app that they belong to. */
const purlsIn = (document: unknown): readonly string[] =>
  (document as { readonly components: readonly { readonly purl?: string }[] }).components
    .flatMap(({ purl }) => (purl?.startsWith("pkg:npm/") ? [purl] : []))
    .filter((purl) => !purl.startsWith("pkg:npm/app@"))
    .sort();
