import { join } from "node:path";
import * as oci from "@libcnb/packager/oci";
import { createLayer, emptyImage, type Image, openBlobStore, type TarEntry } from "@libcnb/packager/oci";

export const file = (path: string, content: string | Uint8Array, mode = 0o644): TarEntry => ({
  type: "file",
  path,
  mode,
  uid: 0,
  gid: 0,
  content: typeof content === "string" ? Buffer.from(content) : content,
});

export const directory = (path: string, mode = 0o755, uid = 0): TarEntry => ({
  type: "directory",
  path,
  mode,
  uid,
  gid: uid,
});

export const link = (path: string, target: string): TarEntry => ({
  type: "symlink",
  path,
  target,
  mode: 0o777,
  uid: 0,
  gid: 0,
});

const accounts = [
  directory("/etc"),
  file("/etc/passwd", "root:x:0:0::/root:/bin/sh\ncnb:x:1000:1000::/home/cnb:/bin/sh\n"),
  file("/etc/group", "root:x:0:\ncnb:x:1000:\n"),
  directory("/home"),
  directory("/home/cnb", 0o755, 1000),
  ...["/proc", "/dev"].map((path) => directory(path)),
  directory("/tmp", 0o1777),
];

export interface TinyImage {
  readonly architecture?: string;
  /** What the image has besides accounts. */
  readonly entries?: readonly TarEntry[];
  readonly env?: readonly string[];
  readonly labels?: Readonly<Record<string, string>>;
}

/** The smallest image that buildpacks can run in. Its blobs are kept in `dir`. */
export async function tinyImage(dir: string, options: TinyImage = {}): Promise<Image> {
  const store = await openBlobStore(join(dir, "blobs"));
  const layer = await createLayer([...(options.entries ?? []), ...accounts], store);
  const empty = emptyImage({ os: "linux", architecture: options.architecture ?? "amd64" });
  const env = options.env ?? ["PATH=/bin", "CNB_USER_ID=1000", "CNB_GROUP_ID=1000"];
  const image = oci.mutate.config(oci.mutate.appendLayers(empty, [{ layer }]), { User: "1000:1000", Env: env });
  return oci.mutate.labels(image, {
    "io.buildpacks.base.distro.name": "debian",
    "io.buildpacks.base.distro.version": "12",
    ...options.labels,
  });
}
