import { createSocket } from "node:dgram";
import { once } from "node:events";
import { createServer } from "node:net";

/** The answer of the server to a question of a name. */
export interface DnsAnswer {
  /** The response code: 2 is SERVFAIL, 3 is NXDOMAIN, 5 is REFUSED. @default 0 */
  readonly code?: number;
  /** The addresses of version 4. */
  readonly addresses?: readonly string[];
  /** The names that the name stands for, one after the other; the addresses are those of the last. */
  readonly aliases?: readonly string[];
  /** True if an answer over UDP is cut, so that the client must ask over TCP. */
  readonly isCut?: boolean;
  /** True if the server does not answer. */
  readonly isSilent?: boolean;
  /** Bytes in hexadecimal digits that come instead of the records. */
  readonly garbage?: string;
  /** An address in a forged answer with another id, which comes before the true one. */
  readonly forged?: string;
}

/** Starts a DNS server for these names. It answers with NXDOMAIN for others. Returns the list of the questions: `udp name`. */
export async function startDnsServer(
  host: string,
  answers: Readonly<Record<string, DnsAnswer>>,
): Promise<readonly string[]> {
  const questions: string[] = [];
  const respond = (query: Buffer, transport: "udp" | "tcp"): readonly Buffer[] => {
    const question = questionIn(query);
    questions.push(`${transport} ${question.name}`);
    const answer = answers[question.name] ?? { code: 3 };
    if (answer.isSilent === true) return [];
    const { isCut = false, forged } = answer;
    if (transport === "udp" && isCut) return [response(query, question, { isCut })];
    const first = forged === undefined ? [] : [response(query, question, { addresses: [forged], idBy: 1 })];
    return [...first, response(query, question, { ...answer, isCut: false })];
  };
  const udp = createSocket("udp4");
  udp.on("message", (query, { port, address }) => {
    for (const bytes of respond(query, "udp")) udp.send(bytes, port, address);
  });
  udp.bind(53, host);
  await once(udp, "listening");
  const tcp = createServer((socket) => {
    socket.on("error", () => {});
    let received: Buffer = Buffer.alloc(0);
    // a resolver may ask for both families over one connection
    socket.on("data", (bytes) => {
      received = Buffer.concat([received, bytes]);
      for (let size = sizeOfFirst(received); received.length >= size; size = sizeOfFirst(received)) {
        const query = received.subarray(2, size);
        received = received.subarray(size);
        for (const each of respond(query, "tcp")) socket.write(Buffer.concat([number16(each.length), each]));
      }
    });
  });
  await once(tcp.listen(53, host), "listening");
  return questions;
}

interface Question {
  readonly name: string;
  readonly type: number;
  /** The end of the question in the query. */
  readonly end: number;
}

const header = 12;
const typeA = 1;
const typeAlias = 5;

function questionIn(query: Buffer): Question {
  const labels: string[] = [];
  let at = header;
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString("latin1", at + 1, at + 1 + length));
    at += 1 + length;
  }
  return { name: labels.join(".").toLowerCase(), type: query.readUInt16BE(at + 1), end: at + 5 };
}

function response(
  query: Buffer,
  { name, type, end }: Question,
  answer: DnsAnswer & { readonly idBy?: number },
): Buffer {
  const { code = 0, addresses = [], aliases = [], isCut = false, garbage, idBy = 0 } = answer;
  const owners = [name, ...aliases];
  const chain = aliases.map((alias, index) => record(owners[index] ?? "", typeAlias, nameBytes(alias)));
  const found =
    type === typeA ? addresses.map((address) => record(owners.at(-1) ?? "", typeA, addressBytes(address))) : [];
  const records = [...chain, ...found];
  const flags = 0x8180 | (isCut ? 0x0200 : 0) | code;
  const counts = [1, garbage === undefined ? records.length : 1, 0, 0];
  const id = (query.readUInt16BE(0) + idBy) & 0xffff;
  const head = Buffer.concat([id, flags, ...counts].map(number16));
  return Buffer.concat([
    head,
    query.subarray(header, end),
    ...(garbage === undefined ? records : [Buffer.from(garbage, "hex")]),
  ]);
}

function record(owner: string, type: number, data: Buffer): Buffer {
  const oneMinute = Buffer.from([0, 0, 0, 60]);
  return Buffer.concat([nameBytes(owner), number16(type), number16(1), oneMinute, number16(data.length), data]);
}

const nameBytes = (name: string): Buffer =>
  Buffer.concat([
    ...name.split(".").map((label) => Buffer.from(`${String.fromCharCode(label.length)}${label}`)),
    Buffer.alloc(1),
  ]);

const addressBytes = (address: string): Buffer => Buffer.from(address.split(".").map(Number));

/** The size of the first message over TCP with its length in front. */
const sizeOfFirst = (received: Buffer): number => 2 + (received.length < 2 ? 0 : received.readUInt16BE(0));

function number16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}
