import { CnbError } from "../../errors.ts";

/** Throws ARGUMENT_INVALID for an unknown `--network`. */
export function checkNetwork(kind: string): void {
  if (kind === "host" || kind === "none") return;
  throw new CnbError("ARGUMENT_INVALID", `--network ${kind} is unknown`, { hint: "Use host or none." });
}
