import { CnbError } from "../../errors.ts";

/**
 * Validates the value of `--network`.
 *
 * @throws CnbError ARGUMENT_INVALID
 */
export function checkNetwork(kind: string): void {
  if (kind === "host" || kind === "none") return;
  throw new CnbError("ARGUMENT_INVALID", `--network ${kind} is unknown`, {
    hint: "Use --network host or --network none.",
  });
}
