import { readFileSync, writeSync } from "node:fs";
import { Agent, type ClientRequest, request as httpRequest, type IncomingMessage } from "node:http";
import { request as httpsRequest, type RequestOptions, Agent as SecureAgent } from "node:https";
import { connect as open, type Socket } from "node:net";
import { connect } from "node:tls";

/*
 * Makes requests that a file describes, and prints what came of each: the status and the body's length, or the code of the
 * error. The test starts the servers.
 */

export interface Scenario {
  readonly name: string;
  readonly options: RequestOptions;
  /** True to request over TLS. */
  readonly secure?: boolean;
  /** Options for a proxy. The request then goes through a tunnel of this proxy. */
  readonly proxy?: RequestOptions;
  /** The kind of an agent that connects by itself. */
  readonly agent?: keyof typeof AGENTS;
  /** Options of an agent for https. */
  readonly agentOptions?: object;
  /** The way in which the request is ended after 50 ms. */
  readonly ended?: keyof typeof ENDS;
}

const ENDS = {
  destroyed: (sent: ClientRequest) => sent.destroy(new Error("destroyed")),
  "timed out": (sent: ClientRequest) => sent.setTimeout(1),
};

const AGENTS = {
  "a subclass that creates connections": new (class extends Agent {
    override createConnection() {
      return open(1);
    }
  })(),
  "a subclass that adds requests": new (class extends Agent {
    addRequest = () => {
      throw new Error("added");
    };
  })(),
  "an object": {
    addRequest: () => {
      throw new Error("added");
    },
  },
};

function answered(sent: ClientRequest): Promise<string> {
  return new Promise((resolve, reject) => {
    sent.once("error", reject).once("close", () => reject(new Error("closed")));
    sent.once("response", (response: IncomingMessage) => {
      let length = 0;
      response.on("data", (chunk: Uint8Array) => {
        length += chunk.length;
      });
      response.once("error", reject).once("end", () => resolve(`${response.statusCode} ${length}`));
    });
    sent.setTimeout(2000, () => sent.destroy(new Error("idle")));
    sent.end();
  });
}

function tunnel(proxy: RequestOptions): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const asked = httpRequest({ ...proxy, method: "CONNECT", agent: false });
    asked.once("error", reject).once("close", () => reject(new Error("closed")));
    asked.once("connect", ({ statusCode }, socket) => {
      socket.removeAllListeners("timeout").setTimeout(0);
      if (statusCode === 200) {
        resolve(socket as Socket);
        return;
      }
      socket.destroy();
      reject(new Error(`refused ${statusCode}`));
    });
    asked.setTimeout(1000, () => asked.destroy(new Error("idle proxy")));
    asked.end();
  });
}

function agentOf({ agent, agentOptions }: Scenario): Agent | false {
  if (agentOptions !== undefined) {
    return new SecureAgent(agentOptions);
  }
  return agent === undefined ? false : (AGENTS[agent] as Agent);
}

async function outcome(scenario: Scenario): Promise<string> {
  const { options, secure = false, proxy, ended } = scenario;
  try {
    if (proxy === undefined) {
      const sent = (secure ? httpsRequest : httpRequest)({ agent: agentOf(scenario), ...options });
      if (ended !== undefined) {
        setTimeout(() => ENDS[ended](sent), 50);
      }
      return await answered(sent);
    }
    const socket = await tunnel(proxy);
    const { ca, servername } = options;
    const createConnection = () => connect({ socket, servername, ...(ca !== undefined && { ca }) });
    return await answered(httpsRequest({ ...options, createConnection }));
  } catch (error) {
    const { code, message } = error as Error & { code?: string };
    return code === undefined || code === "ERR_PROXY_INVALID_CONFIG" ? message : code;
  }
}

const scenarios = JSON.parse(readFileSync(process.argv.at(-1) ?? "", "utf8")) as readonly Scenario[];
for (const scenario of scenarios) {
  writeSync(1, `${scenario.name}: ${await outcome(scenario)}\n`);
}
