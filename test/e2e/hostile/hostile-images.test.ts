import { rmSync } from "node:fs";
import { join } from "node:path";
import { type LayoutEdits, layoutFiles, nowhere, ociTypes, text } from "../../support/hostile/image.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";

/** A layout in the directory `image`, right but for the edits. */
const shown = (
  title: string,
  edits: LayoutEdits,
  run = "inspect image",
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: ({ dir }) => {
    rmSync(join(dir, "image"), { recursive: true, force: true });
    return layoutFiles("image", edits);
  },
  run,
});

const listed = (manifests: readonly unknown[]): LayoutEdits => ({ index: (index) => ({ ...index, manifests }) });
const one = (change: object): LayoutEdits => ({
  index: (index) => ({ ...index, manifests: (index["manifests"] as object[]).map((each) => ({ ...each, ...change })) }),
});

const lyingSbom: LayoutEdits = {
  labels: { "io.buildpacks.lifecycle.metadata": `{"sbom":{"sha":"${nowhere}"}}`, "io.buildpacks.build.metadata": "{}" },
  config: (config) => ({ ...config, rootfs: { type: "layers", diff_ids: [nowhere] } }),
};

/** Layouts that `cnb inspect` and `cnb run` refuse. */
const hostile: readonly HostileCase[] = [
  {
    ...shown("a layout without index.json", { files: () => ({ "index.json": null }) }),
    exitCode: 1,
    error: `ERROR: <dir>/image is not an OCI layout: it has no index.json
  caused by: ENOENT: no such file or directory, open '<dir>/image/index.json'
HINT: Check the path: it must be the directory that contains oci-layout, index.json and blobs.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...shown("an index.json that is not JSON", { files: () => ({ "index.json": "{" }) }),
    exitCode: 1,
    error: `ERROR: the index of oci:<dir>/image is not JSON
  caused by: Expected property name or '}' in JSON at position 1 (line 1 column 2)
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an index.json that violates the schema", { index: () => ({ schemaVersion: 1, manifests: {} }) }),
    exitCode: 1,
    error: `ERROR: the index of oci:<dir>/image is not valid: schemaVersion: Invalid type: Expected 2 but received 1; manifests: Invalid type: Expected Array but received Object
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an index without manifests", listed([])),
    exitCode: 1,
    error: `ERROR: oci:<dir>/image contains no image
HINT: Check the name or the path of the image.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...shown("an index with ten thousand invalid manifests", listed(Array.from({ length: 10_000 }, () => 5))),
    exitCode: 1,
    error: `ERROR: the index of oci:<dir>/image is not valid: manifests.0: Invalid type: Expected Object but received 5; manifests.1: Invalid type: Expected Object but received 5; manifests.2: Invalid type: Expected Object but received 5; manifests.3: Invalid type: Expected Object but received 5; manifests.4: Invalid type: Expected Object but received 5; manifests.5: Invalid type: Expected Object but received 5; manifests.6: Invalid type: Expected Object but received 5; manifests.7: Invalid type: Expected Object but received 5; manifests.8: Invalid type: Expected Object but received 5; manifests.9: Invalid type: Expected Object but received 5; and 9990 more
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an index with a million invalid manifests", listed(Array.from({ length: 1_000_000 }, () => 5))),
    exitCode: 1,
    error: `ERROR: the index of oci:<dir>/image is not valid: manifests.0: Invalid type: Expected Object but received 5
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an index.json of 9 MiB", { files: () => ({ "index.json": " ".repeat(9 * 2 ** 20) }) }),
    exitCode: 1,
    error: `ERROR: <dir>/image/index.json is too large: it has 9437184 bytes, and at most 8388608 are allowed
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an index.json that links to a device", { files: () => ({ "index.json": "-> /dev/zero" }) }),
    exitCode: 1,
    error: `ERROR: <dir>/image/index.json is a device, not a regular file
HINT: Check the path: cnb reads images only from regular files.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a manifest digest that contains a path", one({ digest: "sha256:../../../../etc/passwd" })),
    exitCode: 1,
    error: `ERROR: the index of oci:<dir>/image is not valid: manifests.0.digest: expected a sha256 digest
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a manifest digest that is not sha256", one({ digest: `md5:${"0".repeat(32)}` })),
    exitCode: 1,
    error: `ERROR: the index of oci:<dir>/image is not valid: manifests.0.digest: expected a sha256 digest
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a manifest that is missing", one({ digest: nowhere })),
    exitCode: 1,
    error: `ERROR: blob sha256:0000000000000000000000000000000000000000000000000000000000000000 is missing in oci:<dir>/image
  caused by: ENOENT: no such file or directory, open '<dir>/image/blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000'
HINT: The OCI layout is incomplete: copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("a manifest longer than its descriptor's size", one({ size: 5 })),
    exitCode: 1,
    error: `ERROR: blob sha256:8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 in <dir>/image/blobs/sha256/8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 is damaged: it is longer than 5 bytes
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("a manifest whose descriptor gives a size of one petabyte", one({ size: 2 ** 50 })),
    exitCode: 1,
    error: `ERROR: the blob sha256:8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 of oci:<dir>/image is too large for a manifest or configuration: it has 1125899906842624 bytes
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a manifest with changed content and size", { files: ({ manifest }) => ({ [manifest]: "{}" }) }),
    exitCode: 1,
    error: `ERROR: blob sha256:8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 in <dir>/image/blobs/sha256/8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 is damaged: it has 2 bytes, not 397
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("a manifest with changed content of the same size", {
      files: ({ manifest, manifestSize }) => ({ [manifest]: "x".repeat(manifestSize) }),
    }),
    exitCode: 1,
    error: `ERROR: blob sha256:8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 in <dir>/image/blobs/sha256/8cc3da2dd677f964508b31e26a84f2796a9d008b3e2490d37dd32bd0a62a39d5 is damaged: its digest is sha256:e34bab1c26b4600c6bef68bae5d837271050c0d7dce257e2cdbb90f2b81b5bc0
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("a manifest that violates the schema", { manifest: () => ({ schemaVersion: 1, fsLayers: [] }) }),
    exitCode: 1,
    error: `ERROR: the manifest of oci:<dir>/image is not valid: schemaVersion: Invalid type: Expected 2 but received 1; config: Invalid key: Expected "config" but received undefined; layers: Invalid key: Expected "layers" but received undefined
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an image configuration that is missing", { files: ({ config }) => ({ [config]: null }) }),
    exitCode: 1,
    error: `ERROR: blob sha256:a8fc013ba61a4fa19a0766ae2499b1e1336ca5b0e13cac8b25ded9c52580700f is missing in oci:<dir>/image
  caused by: ENOENT: no such file or directory, open '<dir>/image/blobs/sha256/a8fc013ba61a4fa19a0766ae2499b1e1336ca5b0e13cac8b25ded9c52580700f'
HINT: The OCI layout is incomplete: copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("an image configuration that is not JSON", { config: () => "no" }),
    exitCode: 1,
    error: `ERROR: the configuration of oci:<dir>/image is not JSON
  caused by: Unexpected token 'o', "no" is not valid JSON
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an image configuration without a platform", {
      config: ({ os: _os, architecture: _architecture, ...config }) => config,
    }),
    exitCode: 1,
    error: `ERROR: the configuration of oci:<dir>/image is not valid: os: Invalid key: Expected "os" but received undefined; architecture: Invalid key: Expected "architecture" but received undefined
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a manifest with more layers than the configuration", {
      config: (config) => ({ ...config, rootfs: { type: "layers", diff_ids: [] } }),
    }),
    exitCode: 1,
    error: `ERROR: the manifest of oci:<dir>/image and its configuration list different numbers of layers: 1 and 0
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an image that lacks the requested platform", {}, "inspect image --platform linux/s390x"),
    exitCode: 1,
    error: `ERROR: oci:<dir>/image has no image for linux/s390x, only for linux/amd64
HINT: Request a platform that the image has, or use an image for linux/s390x.
CODE: IMAGE_PLATFORM_MISMATCH`,
  },
  {
    ...shown("a nested index whose blob is missing", one({ mediaType: ociTypes.index, digest: nowhere })),
    exitCode: 1,
    error: `ERROR: blob sha256:0000000000000000000000000000000000000000000000000000000000000000 is missing in oci:<dir>/image
  caused by: ENOENT: no such file or directory, open '<dir>/image/blobs/sha256/0000000000000000000000000000000000000000000000000000000000000000'
HINT: The OCI layout is incomplete: copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("an index with two images if no name selects one", {
      index: (index) => ({
        ...index,
        manifests: ["a", "b"].map((name) => ({
          ...(index["manifests"] as object[])[0],
          annotations: { "org.opencontainers.image.ref.name": name },
        })),
      }),
    }),
    exitCode: 1,
    error: `ERROR: oci:<dir>/image contains several images, but the reference does not name one
HINT: Add the name of one of its images, as in oci:DIR:NAME: a, b.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...shown("a lifecycle label that is not JSON", {
      labels: { "io.buildpacks.lifecycle.metadata": "{", "io.buildpacks.build.metadata": "{}" },
    }),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.lifecycle.metadata of image is not JSON
  caused by: Expected property name or '}' in JSON at position 1 (line 1 column 2)
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("a build label that violates the schema", {
      labels: {
        "io.buildpacks.lifecycle.metadata": "{}",
        "io.buildpacks.build.metadata": `{"processes":[{"type":7}]}`,
      },
    }),
    exitCode: 1,
    error: `ERROR: the label io.buildpacks.build.metadata of image is not valid
  processes.0.type: Invalid type: Expected string but received 7
  processes.0.command: Invalid key: Expected "command" but received undefined
HINT: Recreate the image with another version of the tool that created it.
CODE: LABEL_INVALID`,
  },
  {
    ...shown("a layer that is missing", { files: ({ layer }) => ({ [layer]: null }) }, "run oci:image"),
    exitCode: 1,
    error: `ERROR: blob sha256:8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3 is missing in oci:image
  caused by: ENOENT: no such file or directory, open 'image/blobs/sha256/8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3'
HINT: The OCI layout is incomplete: copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("a truncated layer", { files: ({ layer }) => ({ [layer]: "" }) }, "run oci:image"),
    exitCode: 1,
    error: `ERROR: blob sha256:8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3 in image/blobs/sha256/8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3 is damaged: it has 0 bytes, not 2048
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown(
      "a layer with changed content",
      { files: ({ layer }) => ({ [layer]: Buffer.alloc(120, 1) }) },
      "run oci:image",
    ),
    exitCode: 1,
    error: `ERROR: blob sha256:8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3 in image/blobs/sha256/8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3 is damaged: it has 120 bytes, not 2048
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown("an SBOM layer whose content does not match its diff ID", lyingSbom),
    exitCode: 1,
    error: `ERROR: blob sha256:0000000000000000000000000000000000000000000000000000000000000000 in <dir>/image/blobs/sha256/8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3, uncompressed, is damaged: its digest is sha256:8c4c58d2055d5c0fbc2384126898f032ab3dda309ee29caa0ff495563dfb36c3
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...shown(
      "a layer with a member above the root directory",
      { members: [text("../../../escaped")] },
      "run oci:image",
    ),
    exitCode: 1,
    error: `ERROR: the layer member "../../../escaped" cannot be unpacked safely: it has ".." in its name
HINT: The image is damaged or hostile. Do not use it.
CODE: ARCHIVE_UNSAFE`,
  },
  {
    ...shown(
      "a layer with a hard link to the host's files",
      {
        members: [{ type: "hardlink", path: "/passwd", target: "../../../../etc/passwd", mode: 0o644, uid: 0, gid: 0 }],
      },
      "run oci:image",
    ),
    exitCode: 1,
    error: `ERROR: the layer member "../../../../etc/passwd" cannot be unpacked safely: it has ".." in its name
HINT: The image is damaged or hostile. Do not use it.
CODE: ARCHIVE_UNSAFE`,
  },
  {
    ...shown("an image without entrypoint and command", {}, "run oci:image"),
    exitCode: 3,
    error: `ERROR: oci:image has no entrypoint and no command
HINT: Pass a command after --, for example: cnb run oci:image -- /bin/sh
CODE: IMAGE_START_UNKNOWN`,
  },
];

hostileTests(hostile);
