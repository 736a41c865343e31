import { dirname } from "node:path";
import type { BuiltImage } from "@libcnb/packager/testing";
import { execute } from "../cnb.ts";

/** Files of the image, its configuration, the cache and the log in which one of some texts is. */
export async function locationsOf(
  texts: readonly string[],
  image: Pick<BuiltImage, "reference" | "log">,
): Promise<readonly string[]> {
  const folder = dirname(image.reference.replace("oci:", ""));
  // layers and other blobs are compressed
  const script = `find_texts() { grep -qaF "$@"; }
    grep -rlaF "$@" . ; find . -path "*/blobs/*" -type f | while read -r file; do
    for open in "gzip -dc" "zstd -dc"; do $open "$file" 2>/dev/null | find_texts "$@" && echo "$file"; done
  done; true`;
  const patterns = texts.flatMap((text) => ["-e", text]);
  const { stdout } = await execute("sh", ["-c", script, "sh", ...patterns], { cwd: folder });
  const lines = image.log.filter((line) => texts.some((text) => line.includes(text)));
  return [...stdout.split("\n").filter((line) => line !== "" && !line.startsWith("./app-")), ...lines];
}
