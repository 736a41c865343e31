import { isIP, isIPv4, isIPv6 } from "./address.ts";
import { BlockList } from "./block-list.ts";
import { connect, Socket } from "./socket.ts";

export { isIP, isIPv4, isIPv6 } from "./address.ts";
export { BlockList } from "./block-list.ts";
export { connect, connect as createConnection, Socket } from "./socket.ts";

export default { BlockList, Socket, connect, createConnection: connect, isIP, isIPv4, isIPv6 };
