import { isIP, isIPv4, isIPv6 } from "./address.ts";
import { BlockList } from "./block-list.ts";
import { createServer, Server } from "./server.ts";
import { connect, Socket } from "./socket.ts";

export { isIP, isIPv4, isIPv6 } from "./address.ts";
export { BlockList } from "./block-list.ts";
export { createServer, Server } from "./server.ts";
export { connect, connect as createConnection, Socket } from "./socket.ts";

export default { BlockList, Server, Socket, connect, createConnection: connect, createServer, isIP, isIPv4, isIPv6 };
