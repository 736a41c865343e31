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
    ...bytes("nothing", ""),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: it is not a tar archive
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...bytes("noise", Buffer.alloc(10_000, 7)),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: it is not a tar archive
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...bytes("compressed noise", gzipSync(Buffer.alloc(10_000, 7))),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: it is not a tar archive
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...bytes("a compression that breaks off", gzipSync(Buffer.alloc(10_000)).subarray(0, 20)),
    exitCode: 1,
    error: `ERROR: <dir>/x.cnb: the gzip data is damaged or ends early
  caused by: unexpected end of file
HINT: Fetch or build the archive again.
CODE: TAR_INVALID`,
  },
  {
    ...archive("no image", [text("readme")]),
    exitCode: 1,
    error: `ERROR: the archive <dir>/x.cnb holds no image: it has neither index.json nor manifest.json
HINT: Name an archive that was written as oci-archive:FILE, docker-archive:FILE or a .cnb.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("an index that is a link to the host's files", [link("index.json", "/etc/passwd")]),
    exitCode: 1,
    error: `ERROR: the archive <dir>/x.cnb holds no image: it has neither index.json nor manifest.json
HINT: Name an archive that was written as oci-archive:FILE, docker-archive:FILE or a .cnb.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("an index that links to itself", [link("index.json", "index.json")]),
    exitCode: 1,
    error: `ERROR: the archive <dir>/x.cnb holds no image: it has neither index.json nor manifest.json
HINT: Name an archive that was written as oci-archive:FILE, docker-archive:FILE or a .cnb.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("an index that is not JSON", [text("index.json", "[")]),
    exitCode: 1,
    error: `ERROR: the index of oci-archive:<dir>/x.cnb is not JSON
  caused by: Unexpected end of JSON input
HINT: Build the image again, or copy it again from where it came.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a blob that is not there", { files: ({ config }) => ({ [config]: null }) }),
    exitCode: 1,
    error: `ERROR: oci-archive:<dir>/x.cnb is incomplete: blobs/sha256/a8fc013ba61a4fa19a0766ae2499b1e1336ca5b0e13cac8b25ded9c52580700f is missing in it
HINT: Build the image again, or copy it again from where it came.
CODE: IMAGE_INVALID`,
  },
  {
    ...shown("a blob that was changed", { files: ({ config }) => ({ [config]: "{}" }) }),
    exitCode: 1,
    error: `ERROR: blob sha256:a8fc013ba61a4fa19a0766ae2499b1e1336ca5b0e13cac8b25ded9c52580700f in oci-archive:<dir>/x.cnb is damaged: it has 2 bytes, not 174
HINT: Remove the damaged copy and fetch or build it again.
CODE: BLOB_CORRUPT`,
  },
  {
    ...archive("a list of saved images that is none", saved({})),
    exitCode: 1,
    error: `ERROR: manifest.json of docker-archive:<dir>/x.cnb is not valid: document: Invalid type: Expected Array but received Object
HINT: Build the image again, or copy it again from where it came.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive("a saved image whose configuration is elsewhere", saved([{ Config: "../../etc/passwd", Layers: [] }])),
    exitCode: 1,
    error: `ERROR: docker-archive:<dir>/x.cnb is incomplete: ../../etc/passwd is missing in it
HINT: Build the image again, or copy it again from where it came.
CODE: IMAGE_INVALID`,
  },
  {
    ...archive(
      "a saved image with other layers than it says",
      saved(
        [{ Config: "c.json", Layers: ["a", "b"] }],
        text("c.json", `{"os":"linux","architecture":"amd64","rootfs":{"type":"layers","diff_ids":[]}}`),
      ),
    ),
    exitCode: 1,
    error: `ERROR: manifest.json of docker-archive:<dir>/x.cnb and its configuration name different numbers of layers: 2 and 0
HINT: Build the image again, or copy it again from where it came.
CODE: IMAGE_INVALID`,
  },
  {
    ...bytes("a folder with nothing of use", ""),
    files: { "folder/readme": "" },
    run: "inspect folder",
    exitCode: 1,
    error: `ERROR: the folder <dir>/folder holds neither an image nor a buildpack
HINT: Name a folder that was written as oci:DIR; for an image in a registry write docker://folder.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...bytes("a path where nothing is", ""),
    run: "inspect ./absent",
    exitCode: 1,
    error: `ERROR: there is no file or folder <dir>/absent
HINT: Check the path, or name an image as REGISTRY/REPOSITORY:TAG.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...bytes("a folder of sources", ""),
    files: { "bp/buildpack.toml": "" },
    run: "inspect bp",
    exitCode: 1,
    error: `ERROR: <dir>/bp is the source directory of a buildpack or extension, not an image
HINT: Run cnb buildpack inspect or cnb extension inspect.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...bytes("sources that say nothing", ""),
    files: { "bp/buildpack.toml": "" },
    run: "buildpack inspect bp",
    exitCode: 3,
    error: `ERROR: <dir>/bp/buildpack.toml has 2 problems
  <dir>/bp/buildpack.toml: api: is missing
  <dir>/bp/buildpack.toml: buildpack: is missing
HINT: Correct <dir>/bp/buildpack.toml: 2 values are not valid according to the specification.
CODE: BUILDPACK_INVALID`,
  },
];

hostileTests(hostile);
