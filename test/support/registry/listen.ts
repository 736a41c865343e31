import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** A server of the tests that listens. */
export interface Listening {
  /** Address and port. */
  readonly host: string;
  stop(): Promise<void>;
}

/** Lets a server listen on a free port of the loopback interface. */
export async function listen(server: Server): Promise<Listening> {
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}
