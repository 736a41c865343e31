import { Socket } from "../net/socket.ts";
import { Agent } from "./agent.ts";
import { ClientRequest } from "./client.ts";
import { IncomingMessage } from "./incoming.ts";
import { getWith, requestWith } from "./request.ts";

export { Agent } from "./agent.ts";
export { ClientRequest } from "./client.ts";
export { IncomingMessage } from "./incoming.ts";

export const request = requestWith({
  protocol: "http:",
  defaultPort: 80,
  connect: ({ host, port, lookup }) => new Socket().connect({ host, port, lookup }),
});

export const get = getWith(request);

export default { Agent, ClientRequest, IncomingMessage, get, request };
