import * as net from "engine:net";
import { lookupError } from "./errors.ts";

/** Resolves a name as the system does: by its files and its name servers. An answer has at least one address. */
export function resolveName(host: string, done: (error: Error | null, addresses: readonly string[]) => void): void {
  net.lookup(host, (result) => {
    const addresses = typeof result === "number" ? [] : [...new Set(result)];
    const error = addresses.length === 0 ? lookupError(typeof result === "number" ? result : -2, host) : null;
    done(error, addresses);
  });
}
