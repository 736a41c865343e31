import { gzipSync } from "node:zlib";
import type { TarEntry } from "../../../builder-packager/src/tar/entry.ts";
import { type LayoutEdits, layoutFiles, link, tarOf, text } from "../../support/hostile/image.ts";
import { type HostileCase, type HostileFiles, hostileTests } from "../../support/hostile/tests.ts";

/** A file `x.cnb` with these members. */
const archive = (
  title: string,
  members: readonly TarEntry[],
  run = "buildpack inspect x.cnb",
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: async () => ({ "x.cnb": await tarOf(members) }),
  run,
});

/** A file `x.cnb` with the layout of an image. */
const shown = (
  title: string,
  edits: LayoutEdits,
  run = "buildpack inspect x.cnb",
): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: async () => ({ "x.cnb": await tarOf(membersOf(await layoutFiles("", edits))) }),
  run,
});

const membersOf = (files: HostileFiles): TarEntry[] =>
  Object.entries(files).map(([path, content]) => ({ ...text(path), content: Buffer.from(content) }) as TarEntry);

const bytes = (title: string, content: string | Uint8Array): Pick<HostileCase, "title" | "files" | "run"> => ({
  title,
  files: { "x.cnb": content },
  run: "buildpack inspect x.cnb",
});

const saved = (list: unknown, ...more: readonly TarEntry[]) => [text("manifest.json", JSON.stringify(list)), ...more];

/** Archives and paths that inspections refuse. */
const hostile: readonly HostileCase[] = [
  {
    ...bytes("an empty file", ""),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: the archive does not begin with a tar header
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...bytes("a file of random bytes", Buffer.alloc(10_000, 7)),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: the archive does not begin with a tar header
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...bytes("a gzip file of random bytes", gzipSync(Buffer.alloc(10_000, 7))),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: the archive does not begin with a tar header
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...bytes("truncated gzip data", gzipSync(Buffer.alloc(10_000)).subarray(0, 20)),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: the gzip data of the archive or layer is damaged or truncated
  caused by: unexpected end of file
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...archive("a tar archive without an image", [text("readme")]),
    exitCode: 1,
    error: `ERROR: the archive <dir>/x.cnb contains no image: it has neither index.json nor manifest.json
HINT: Pass an archive written by oci-archive:FILE or docker-archive:FILE, or a .cnb file.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("an index.json that links to a host file", [link("index.json", "/etc/passwd")]),
    exitCode: 1,
    error: `ERROR: the archive <dir>/x.cnb contains no image: it has neither index.json nor manifest.json
HINT: Pass an archive written by oci-archive:FILE or docker-archive:FILE, or a .cnb file.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("an index.json that links to itself", [link("index.json", "index.json")]),
    exitCode: 1,
    error: `ERROR: the archive <dir>/x.cnb contains no image: it has neither index.json nor manifest.json
HINT: Pass an archive written by oci-archive:FILE or docker-archive:FILE, or a .cnb file.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("an index.json that is not JSON", [text("index.json", "[")]),
    exitCode: 1,
    error: `ERROR: the index of oci-archive:<dir>/x.cnb is not JSON
  caused by: Unexpected end of JSON input
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an archive without one of its blobs", { files: ({ config }) => ({ [config]: null }) }),
    exitCode: 1,
    error: `ERROR: oci-archive:<dir>/x.cnb is incomplete: the archive does not contain blobs/sha256/a8fc013ba61a4fa19a0766ae2499b1e1336ca5b0e13cac8b25ded9c52580700f
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("an archive with a changed blob", { files: ({ config }) => ({ [config]: "{}" }) }),
    exitCode: 1,
    error: `ERROR: blob sha256:a8fc013ba61a4fa19a0766ae2499b1e1336ca5b0e13cac8b25ded9c52580700f in oci-archive:<dir>/x.cnb is damaged: it has 2 bytes, not 174
HINT: Remove the damaged image, and copy or build the image again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...archive("a docker archive whose manifest.json is not an array", saved({})),
    exitCode: 1,
    error: `ERROR: manifest.json of docker-archive:<dir>/x.cnb is not valid: document: Invalid type: Expected Array but received Object
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive(
      "a docker archive whose configuration path leaves the archive",
      saved([{ Config: "../../etc/passwd", Layers: [] }]),
    ),
    exitCode: 1,
    error: `ERROR: docker-archive:<dir>/x.cnb is incomplete: the archive does not contain ../../etc/passwd
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive(
      "a docker archive with more layers than its configuration",
      saved(
        [{ Config: "c.json", Layers: ["a", "b"] }],
        text("c.json", `{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}`),
      ),
    ),
    exitCode: 1,
    error: `ERROR: manifest.json of docker-archive:<dir>/x.cnb and its configuration list different numbers of layers: 2 and 0
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...bytes("a directory without an image or a buildpack", ""),
    files: { "folder/readme": "" },
    run: "inspect folder",
    exitCode: 1,
    error: `ERROR: the directory <dir>/folder contains neither an image nor a buildpack
HINT: Pass an OCI layout, or a directory with buildpack.toml or extension.toml; for an image in a registry, pass docker://folder.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...bytes("a path that does not exist", ""),
    run: "inspect ./absent",
    exitCode: 1,
    error: `ERROR: there is no file or directory <dir>/absent
HINT: Check the path, or name an image as REGISTRY/REPOSITORY:TAG.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...bytes("the source directory of a buildpack as an image", ""),
    files: { "bp/buildpack.toml": "" },
    run: "inspect bp",
    exitCode: 1,
    error: `ERROR: <dir>/bp is the source directory of a buildpack or extension, not an image
HINT: Run cnb buildpack inspect or cnb extension inspect.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...bytes("a source directory with an empty buildpack.toml", ""),
    files: { "bp/buildpack.toml": "" },
    run: "buildpack inspect bp",
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 2 problems
  <dir>/bp/buildpack.toml: api: is missing
  <dir>/bp/buildpack.toml: buildpack: is missing
HINT: Correct <dir>/bp/buildpack.toml: 2 values are not valid.
CODE: BUILDPACK_INVALID`,
  },
];

hostileTests(hostile);
