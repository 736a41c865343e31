import { getWith, requestWith } from "./http/request.ts";
import { connect, type SecureOptions } from "./tls/socket.ts";

export const request = requestWith({
  protocol: "https:",
  port: 443,
  connect: (options) => connect(options as SecureOptions),
});

export const get = getWith(request);

export default { get, request };
