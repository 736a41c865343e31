import { getWith, requestWith } from "./http/request.ts";
import { Agent } from "./http/secure-agent.ts";
import { connect, type SecureOptions } from "./tls/socket.ts";

export { Agent } from "./http/secure-agent.ts";

export const request = requestWith({
  protocol: "https:",
  defaultPort: 443,
  connect: (options) => connect(options as SecureOptions),
});

export const get = getWith(request);

export default { Agent, get, request };
