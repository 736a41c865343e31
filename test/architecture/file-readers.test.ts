import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

/**
 * Whose files the packager's modules read by Node.js's own functions. Those wait for a named pipe and read a device without
 * end: a file that an image, a layer or an app brings is read by `foreign-file.ts` or `oci/regular-file.ts`. A module that
 * reads files in another way gets its line here, by whose they are.
 */
const readers: Readonly<Record<string, string>> = {
  "that open regular files only": "foreign-file.ts oci/regular-file.ts",
  "of the kernel": `cache/no-programs.ts process/identity.ts process/pid-space.ts sandbox/check-spec.ts sandbox/choose-backend.ts sandbox/confine.ts
    sandbox/engine/containers.ts sandbox/engine/owner.ts sandbox/inherited-files.ts sandbox/memory-limit.ts
    sandbox/orphans.ts sandbox/process-tree.ts sandbox/resource-limits.ts sandbox/sandbox-process.ts`,
  "of the user and the machine": `base/apt-sources.ts base/fetch.ts base/keyring.ts base/package-folder.ts
    base/planned-files.ts base/write-base.ts buildpackage/place.ts buildpackage/source.ts buildpackage/workspace.ts
    commands/rebase-many.ts config/lock-file.ts config/read-file.ts doctor/gather.ts oci/daemon/engine.ts
    oci/registry/certificates.ts oci/registry/credentials.ts platform/certificate-trust.ts
    rebase/progress-file.ts`,
  "of cnb: its cache, its output and its own files": `base/archive.ts base/package-cache.ts base/remembered-images.ts
    buildah/storage.ts builder/archive-module.ts builder/download.ts inspect/html/page-assets.ts lifecycle/archive.ts
    lifecycle/go-module.ts lifecycle/layer.ts lifecycle/normalize-archive.ts lifecycle/open.ts lifecycle/release.ts
    lifecycle/uri.ts lock/owned-file.ts sandbox/syscalls/loader.ts
    cache/sizes.ts cache-use.ts oci/archive-file.ts oci/blob-store.ts oci/stored-layer.ts oci/output-file.ts oci/seal.ts oci/sink/layout.ts oci/source/registry.ts
    platform/cache-index.ts platform/extended-layers.ts platform/extension-cache.ts platform/lifecycle-version.ts
    platform/moved-trees.ts platform/sbom-output.ts sandbox/engine/podman-service.ts sandbox/output-pipes.ts version.ts
    compile/compiler-packages.ts`,
  "of packages that are compiled": `compile/check-modules.ts compile/code-cache.ts compile/executable.ts
    compile/license-files.ts compile/node-binary.ts compile/npm-integrity.ts compile/npm-package.ts compile/owner.ts
    compile/populate.ts compile/small-node.ts`,
  "of the container that cnb runs in": "platform/container-builder.ts",
  "whose kind is looked at first": `compile/confinement.ts oci/member-file.ts oci/source/layout.ts platform/build-phase.ts platform/copy-tree.ts
    platform/export-phase.ts platform/restore-phase.ts tar/write.ts`,
};

const functions = /\b(readFile|readFileSync|open|openSync|createReadStream|copyFile|copyFileSync|cp|cpSync)\b/;

test("files of images, layers and apps are read through the regular-file readers", () => {
  const dir = join(root, "builder-packager/src");
  const reading = sourcesIn(dir).filter((file) => {
    const text = readFileSync(join(dir, file), "utf8");
    const imports = [...text.matchAll(/import \{([^}]*)\} from "node:fs(?:\/promises)?"/g)];
    return !file.includes("testing/") && imports.some(([, names = ""]) => functions.test(names));
  });
  const listed = Object.values(readers).flatMap((files) => files.split(/\s+/));
  expect(reading.filter((file) => !listed.includes(file))).toEqual([]);
});
