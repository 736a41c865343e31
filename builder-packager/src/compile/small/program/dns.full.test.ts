// @needs processes, bwrap
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../../../../test/support/cnb.ts";
import type { DnsAnswer } from "../../../../../test/support/small/dns-server.ts";
import type { DnsOutcome, DnsWorld } from "../../../../../test/support/small/dns-world.ts";
import { writeSmallProgram } from "../../../../../test/support/small/small-program.ts";
import type { Scenario } from "../../../../engine/node/conformance/network/network.ts";
import { nodeLayerDir } from "../engine.ts";

const dir = mkdtempSync(join(tmpdir(), "dns-"));
const client = join(nodeLayerDir(), "conformance", "network", "network.ts");
const program = join(dir, "client");
beforeAll(() => writeSmallProgram(client, program));
afterAll(() => rmSync(dir, { recursive: true }));

const web = "127.0.0.2";
const dead = "127.0.0.9";
const live: DnsAnswer = { addresses: [web] };
const answers: Readonly<Record<string, DnsAnswer>> = {
  "plain.test": live,
  "cut.test": { ...live, isCut: true },
  "servfail.test": { code: 2 },
  "refused.test": { code: 5 },
  "nodata.test": {},
  "silent.test": { isSilent: true },
  "alias.test": { ...live, aliases: ["a.alias.test", "b.alias.test", "c.alias.test"] },
  "open-alias.test": { aliases: ["nowhere.test"] },
  "circle.test": { aliases: ["circle.test"] },
  "two.test": { addresses: [dead, web] },
  "dead.test": { addresses: [dead] },
  "forged.test": { ...live, forged: dead },
  "garbage.test": { garbage: "f".repeat(80) },
  // the name of the record refers to itself
  "loop.test": { garbage: "c01b000100010000003c00047f000002" },
  "short.second.test": live,
  "both.first.test": live,
  "both.second.test": { addresses: [dead] },
  "x.dotted.second.test": live,
  "nodata.first.test": {},
  "nodata.second.test": live,
};

/** Requests each host in a world with this resolv.conf, on Node.js and on the small engine. */
async function request(hosts: readonly string[], resolvConf: string): Promise<readonly [DnsOutcome, DnsOutcome]> {
  const [scenarios, world, conf] = ["scenarios.json", "world.json", "resolv.conf"].map((name) => join(dir, name));
  const requests = hosts.map((host): Scenario => ({ name: host, options: { host, port: 8080 } }));
  writeFileSync(scenarios ?? "", JSON.stringify(requests));
  const commands: DnsWorld["commands"] = [
    [pinnedNode, "--no-warnings", client, scenarios ?? ""],
    [program, scenarios ?? ""],
  ];
  writeFileSync(world ?? "", JSON.stringify({ answers, web, commands } satisfies DnsWorld));
  writeFileSync(conf ?? "", resolvConf);
  const namespace = ["--bind", "/", "/", "--dev", "/dev", "--unshare-net", "--cap-add", "CAP_NET_BIND_SERVICE"];
  const inside = [pinnedNode, "--no-warnings", join(root, "test/support/small/dns-world.ts"), world ?? ""];
  const args = namespace.concat("--ro-bind", conf ?? "", "/etc/resolv.conf", inside);
  const { exitCode, stdout, stderr } = await execute("bwrap", args);
  expect([exitCode, stderr]).toEqual([0, ""]);
  return JSON.parse(stdout);
}

const linesOf = ({ stdout }: DnsOutcome): Readonly<Record<string, string>> =>
  Object.fromEntries(
    stdout
      .trim()
      .split("\n")
      .map((line) => line.split(/: (.*)/).slice(0, 2)),
  );

/** Compares both engines. `onSmall` contains the outcomes that differ on the small engine. */
async function compare(
  hosts: readonly string[],
  resolvConf: string,
  onSmall: Readonly<Record<string, string>> = {},
): Promise<readonly [DnsOutcome, DnsOutcome]> {
  const [node, small] = await request(hosts, resolvConf);
  expect(Object.keys(linesOf(node))).toEqual(hosts);
  expect(linesOf(small)).toEqual({ ...linesOf(node), ...onSmall });
  return [node, small];
}

const impatient = "options timeout:1 attempts:1\n";

describe("the small JavaScript engine resolves host names like Node.js", () => {
  test("if DNS answers are truncated, missing, aliases, forged or malformed", async () => {
    const answered = "plain PLAIN cut alias two forged garbage loop";
    const unanswered = "servfail refused nxdomain nodata silent open-alias circle dead";
    const names = `${answered} ${unanswered}`.split(" ");
    const hosts = names.map((name) => `${name}.test`).concat("plain.test.");
    // musl does not read the names of the records
    const [node, small] = await compare(hosts, `nameserver 127.0.0.1\n${impatient}`, { "loop.test": "200 0" });
    expect(linesOf(node)).toMatchSnapshot();
    for (const { questions } of [node, small]) {
      expect(questions).toContain("tcp cut.test");
      // once for each family: an error does not ask again
      for (const name of ["silent.test", "nxdomain.test"])
        expect(questions.filter((question) => question === `udp ${name}`)).toHaveLength(2);
    }
  });

  test("with search domains", async () => {
    const hosts = ["short", "both", "x.dotted", "plain.test", "nodata", "nowhere", "short."];
    const search = "search first.test second.test\nnameserver 127.0.0.1\n";
    // musl searches only names with fewer dots than `ndots`, and ends the search when a name exists
    const [node] = await compare(hosts, search, { "x.dotted": "ENOTFOUND", nodata: "ENOTFOUND" });
    const [many] = await compare(hosts, `${search}options ndots:5\n`, { nodata: "ENOTFOUND" });
    expect([linesOf(node), linesOf(many)]).toMatchSnapshot();
  });

  test.for([
    ["a dead server and another", "nameserver 127.0.0.8\nnameserver 127.0.0.1\n"],
    ["a dead server", "nameserver 127.0.0.8\n"],
    ["no server", ""],
    ["malformed lines", "nameserver\nnameserver not-an-address\nnameserver 127.0.0.1\noptions ndots:x\n"],
  ])("if resolv.conf contains %s", async ([, lines]) => {
    const [node] = await compare(["plain.test", "nxdomain.test"], `${lines}${impatient}`);
    expect(linesOf(node)).toMatchSnapshot();
  });
});
