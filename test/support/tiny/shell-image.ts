// @needs busybox
import { readFileSync } from "node:fs";
import type { Image } from "@libcnb/packager/oci";
import { directory, file, link, type TinyImage, tinyImage } from "./images.ts";

/** Debian's static busybox and the names a shell script needs. */
const shell = () => [
  directory("/bin"),
  file("/bin/busybox", readFileSync("/bin/busybox"), 0o755),
  ...["sh", "cat", "env", "id", "mkdir", "test"].map((name) => link(`/bin/${name}`, "busybox")),
];

/** A tiny image with a shell, for images whose programs are run. */
export const shellImage = (dir: string, options: Omit<TinyImage, "entries"> = {}): Promise<Image> =>
  tinyImage(dir, { ...options, entries: shell() });
