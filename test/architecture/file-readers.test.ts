import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { root } from "../support/cnb.ts";
import { sourcesIn } from "./imports.ts";

/**
 * Whose files the packager's modules read by Node.js's own functions. Those wait for a named pipe and read a device without
 * end: a file that an image, a layer or an app brings is read by `files/foreign-file.ts` or `oci/files/regular-file.ts`. A module that
 * reads files in another way gets its line here, by whose they are.
 */
const readers: Readonly<Record<string, string>> = {
  "that open regular files only": "files/foreign-file.ts oci/files/regular-file.ts",
  "of the kernel": `cache/no-programs.ts process/identity.ts process/pid-space.ts sandbox/check-spec.ts sandbox/backends/choose-backend.ts sandbox/confine.ts
    sandbox/engine/containers.ts sandbox/engine/owner.ts sandbox/processes/inherited-files.ts sandbox/memory-limit.ts
    sandbox/processes/orphans.ts sandbox/processes/process-tree.ts sandbox/limits/resource-limits.ts sandbox/processes/sandbox-process.ts
    sandbox/terminal/own-terminal.ts`,
  "of the user and the machine": `base/archive/apt-sources.ts base/archive/fetch.ts base/archive/keyring.ts base/archive/package-folder.ts
    base/tree/planned-files.ts base/write-base.ts buildpackage/sources/module-location.ts buildpackage/sources/source.ts buildpackage/sources/workspace.ts
    config/lock-file.ts config/read-file.ts doctor/gather.ts oci/daemon/engine.ts
    oci/registry/transport/certificates.ts oci/registry/transport/client-certificate.ts oci/registry/auth/credentials.ts platform/mounts/certificate-trust.ts
    rebase/image-list.ts rebase/progress-file.ts`,
  "of cnb: its cache, its output and its own files": `base/archive/archive.ts base/archive/package-cache.ts base/remembered-images.ts
    buildah/storage.ts builder/cnb/cnb-files.ts builder/modules/archive-module.ts builder/modules/download.ts inspect/html/page-assets.ts lifecycle/archive.ts
    lifecycle/go-module.ts lifecycle/layer.ts lifecycle/normalize-archive.ts lifecycle/open.ts lifecycle/release.ts
    lifecycle/uri.ts lock/owned-file.ts sandbox/syscalls/loader.ts
    cache/sizes.ts cache-use.ts oci/files/archive-file.ts oci/layers/blob-store.ts oci/layers/stored-layer.ts oci/files/output-file.ts oci/files/verified-mark.ts oci/sink/layout.ts oci/source/registry.ts copy/to-archive.ts copy/to-layout.ts
    inventory/index-reader.ts outputs/output-file.ts platform/cache/cache-index.ts platform/extensions/extended-layers.ts platform/extensions/extension-cache.ts platform/formats/lifecycle-version.ts
    platform/cache/moved-trees.ts platform/sbom-output.ts sandbox/engine/podman-service.ts sandbox/processes/output-pipes.ts version.ts
    compile/exec-d.ts compile/sandboxed/compiler-packages.ts compile/small/bytecode.ts compile/small/engine.ts compile/small/node-layer.ts commands/schema.ts`,
  "of packages that are compiled": `compile/bundle/check-modules.ts compile/executable/code-cache.ts compile/executable/executable.ts
    compile/licenses/license-files.ts compile/executable/node-binary.ts compile/licenses/npm-integrity.ts compile/npm-package.ts compile/bundle/owner.ts
    compile/populate.ts compile/small/lacks.ts compile/small/licence-titles.ts compile/executable/small-node.ts`,
  "of the container that cnb runs in": "platform/images/container-builder.ts",
  "whose kind is looked at first": `compile/bundle/confinement.ts oci/layers/member-file.ts oci/source/layout.ts platform/phases/build-phase.ts platform/rootfs/copy-tree.ts
    platform/export/export-phase.ts platform/phases/restore-phase.ts tar/write.ts`,
};

const functions = /\b(readFile|readFileSync|open|openSync|createReadStream|copyFile|copyFileSync|cp|cpSync)\b/;

test("the sources read files of images, layers and apps only through functions that open nothing but regular files", () => {
  const dir = join(root, "builder-packager/src");
  const reading = sourcesIn(dir).filter((file) => {
    const text = readFileSync(join(dir, file), "utf8");
    const imports = [...text.matchAll(/import \{([^}]*)\} from "node:fs(?:\/promises)?"/g)];
    return !file.includes("testing/") && imports.some(([, names = ""]) => functions.test(names));
  });
  const listed = Object.values(readers).flatMap((files) => files.split(/\s+/));
  expect(reading.filter((file) => !listed.includes(file))).toEqual([]);
});
