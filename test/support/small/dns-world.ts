import { execFile } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { promisify } from "node:util";
import { type DnsAnswer, startDnsServer } from "./dns-server.ts";

/*
 * Runs in a network namespace of its own, where it may listen to port 53: starts a DNS server and a web server, runs each command,
 * and prints what it printed and the questions that the DNS server got meanwhile.
 */

export interface DnsWorld {
  readonly answers: Readonly<Record<string, DnsAnswer>>;
  /** The address of the web server, whose port is 8080. */
  readonly web: string;
  readonly commands: readonly (readonly [program: string, ...args: string[]])[];
}

export interface DnsOutcome {
  readonly stdout: string;
  /** `udp name` or `tcp name` for each question. */
  readonly questions: readonly string[];
}

const world: DnsWorld = JSON.parse(readFileSync(process.argv[2] ?? "", "utf8"));
const questions = await startDnsServer("127.0.0.1", world.answers);
await once(createServer((_, response) => response.end()).listen(8080, world.web), "listening");
const outcomes: DnsOutcome[] = [];
for (const [program, ...args] of world.commands) {
  const before = questions.length;
  const { stdout } = await promisify(execFile)(program, args);
  outcomes.push({ stdout, questions: questions.slice(before) });
}
process.stdout.write(JSON.stringify(outcomes));
process.exit();
