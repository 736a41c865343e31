import { Socket } from "../net/socket.ts";
import { ClientRequest } from "./client.ts";
import { IncomingMessage } from "./incoming.ts";
import { getWith, requestWith } from "./request.ts";

export { ClientRequest } from "./client.ts";
export { IncomingMessage } from "./incoming.ts";

export const request = requestWith({
  protocol: "http:",
  port: 80,
  connect: ({ host, port }) => new Socket().connect({ host, port }),
});

export const get = getWith(request);

export default { ClientRequest, IncomingMessage, get, request };
