import { LibcnbError } from "../../errors.ts";

/**
 * Returns the path of an archive's entry below the target, without the first `strip` components;
 * undefined if no component is left.
 *
 * @throws LibcnbError ARCHIVE_UNSAFE for an absolute name or one with `..`
 */
export function entryPath(name: string, strip: number): string | undefined {
  if (name.startsWith("/")) throw unsafe(name, "its name is absolute");
  if (name.includes("\0")) throw unsafe(name, "its name contains a NUL character");
  const parts = name.split("/").filter((part) => part !== "" && part !== ".");
  if (parts.includes("..")) throw unsafe(name, "its name contains ..");
  const kept = parts.slice(strip);
  return kept.length === 0 ? undefined : kept.join("/");
}

/**
 * Checks that the target of a symbolic link is inside the extraction directory. `..` is only
 * permitted at the beginning of the target. At that position, its meaning is unambiguous, because
 * the link's own directory is known not to be a link. After another component, `..` is ambiguous,
 * because that component may be a link.
 *
 * @throws LibcnbError ARCHIVE_UNSAFE
 */
export function checkSymlink(path: string, target: string): void {
  if (target === "") throw unsafe(path, "it is a symbolic link without a target");
  if (target.startsWith("/") || target.includes("\0"))
    throw unsafe(path, `it links to ${JSON.stringify(target)}, outside the directory`);
  const parts = target.split("/").filter((part) => part !== "" && part !== ".");
  const up = parts.findIndex((part) => part !== "..");
  const ups = up === -1 ? parts.length : up;
  if (ups > path.split("/").length - 1 || parts.slice(ups).includes(".."))
    throw unsafe(path, `it links to ${JSON.stringify(target)}, outside the directory`);
}

/**
 * Creates the error for an archive entry that would be extracted outside of the target directory.
 */
export function unsafe(name: string, why: string): LibcnbError<"ARCHIVE_UNSAFE"> {
  return new LibcnbError(
    "ARCHIVE_UNSAFE",
    `the archive entry ${JSON.stringify(name)} cannot be extracted safely: ${why}`,
    {
      hint: "Do not use this archive, and report it to its publisher.",
    },
  );
}
