// @needs ip, namespaces
import type { LookupFunction } from "node:net";
import { join } from "node:path";
import { promisify } from "node:util";
import { describe, expect, test } from "vitest";
import { execute, pinnedNode, root } from "../../../../../test/support/cnb.ts";
import type { RegistryOptions } from "../../registry-options.ts";
import { reachOf } from "./reach.ts";

/** The addresses of a name, one response after the other; the last one is repeated. */
const answering = (...answers: readonly (readonly string[])[]): LookupFunction => {
  const left = [...answers];
  return (_name, options, callback) => {
    const addresses = (left.length > 1 ? left.shift() : left[0]) ?? [];
    const [first = ""] = addresses;
    if (options.all)
      callback(
        null,
        addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
      );
    else callback(null, first, 4);
  };
};

/** The addresses that a request to `url` may connect to, or the error. */
async function allowed(home: string, url: string, options: RegistryOptions, resolve: LookupFunction) {
  try {
    const { hostname } = new URL(url);
    const { lookup } = reachOf(home, new URL(url), options, resolve);
    if (/^[\d.]+$|^\[/.test(hostname)) return [hostname]; // a literal is not looked up
    const answer = promisify<string, object, readonly { readonly address: string }[]>(lookup as never);
    return (await answer(hostname, { all: true })).map(({ address }) => address);
  } catch (error) {
    return (error as { readonly code: string }).code;
  }
}

const refused = "REGISTRY_FAILED";

/** A registry at one address leads to another. */
async function led(from: string, to: string, options: RegistryOptions = {}) {
  await allowed("r.example", "https://r.example/v2/", options, answering([from]));
  return allowed("r.example", "https://other.example/", options, answering([to]));
}

describe("a client of a registry", () => {
  test.for<[string, string]>([
    ["203.0.113.5", "198.51.100.7"],
    ["10.0.0.1", "192.168.1.1"],
    ["10.0.0.1", "fd12::1"],
    ["10.0.0.1", "203.0.113.5"],
    ["127.0.0.1", "127.0.0.1"],
    ["127.0.0.1", "10.0.0.1"],
    ["127.0.0.1", "203.0.113.5"],
    ["169.254.7.7", "10.0.0.1"],
  ])("may follow a redirect from the address %s to %s, which is as public or more public", async ([from, to]) => {
    expect(await led(from, to)).toEqual([to]);
  });

  test.for<[string, string]>([
    ["203.0.113.5", "10.0.0.1"],
    ["203.0.113.5", "127.0.0.1"],
    ["203.0.113.5", "::1"],
    ["203.0.113.5", "fd12::1"],
    ["203.0.113.5", "169.254.169.254"],
    ["203.0.113.5", "0.0.0.0"],
    ["203.0.113.5", "::ffff:10.0.0.1"],
    ["10.0.0.1", "127.0.0.1"],
    ["10.0.0.1", "169.254.169.254"],
    ["127.0.0.1", "169.254.169.254"],
    ["169.254.7.7", "169.254.169.254"],
  ])("may not follow a redirect from the address %s to %s, which is less public or reserved", async ([from, to]) => {
    expect(await led(from, to)).toEqual(refused);
  });

  test.for(["10.0.0.1", "127.0.0.1", "169.254.169.254"])(
    "follows a redirect to %s if the user configured the host as insecure",
    async (to) => {
      expect(await led("203.0.113.5", to, { insecure: ["other.example"] })).toEqual([to]);
    },
  );

  test("follows a redirect to a private address that the user configured as a mirror", async () => {
    expect(await led("203.0.113.5", "10.0.0.1", { mirrors: { "*": ["other.example/hub"] } })).toEqual(["10.0.0.1"]);
  });
});

describe("a registry on the internet that refers to the local URL", () => {
  test.for([
    "http://10.0.0.1/",
    "http://0x7f.1/",
    "http://2130706433/",
    "http://0/",
    "http://[::1]/",
    "http://[::ffff:169.254.169.254]/",
    "http://[64:ff9b::a00:1]/",
    "http://169.254.169.254:80/latest/meta-data/",
    "http://localhost:2375/",
    "http://LOCALHOST./",
    "http://any.localhost/",
    "http://metadata.google.internal/",
  ])('"%s" is refused before any connection', async (url) => {
    const options = {};
    await allowed("r.example", "https://r.example/", options, answering(["203.0.113.5"]));
    expect(() => reachOf("r.example", new URL(url), options, answering([]))).toThrow(
      expect.objectContaining({ code: "REGISTRY_FAILED" }),
    );
  });
});

describe("a host name with several IP addresses", () => {
  test("is contacted only at its permitted addresses if a registry redirects to this name", async () => {
    const options = {};
    await allowed("r.example", "https://r.example/", options, answering(["203.0.113.5"]));
    const mixed = answering(["10.0.0.1", "198.51.100.7", "169.254.169.254"]);
    expect(await allowed("r.example", "https://other.example/", options, mixed)).toEqual(["198.51.100.7"]);
  });

  test("gives a registry the access rights of the most public address", async () => {
    const options = {};
    const both = answering(["127.0.0.1", "203.0.113.5"]);
    expect(await allowed("r.example", "https://r.example/", options, both)).toEqual(["203.0.113.5"]);
    expect(await allowed("r.example", "https://other.example/", options, answering(["127.0.0.1"]))).toBe(refused);
  });
});

test("a registry whose name later resolves to a loopback address is refused", async () => {
  const options = {};
  const rebinding = answering(["203.0.113.5"], ["127.0.0.1"]);
  expect(await allowed("r.example", "https://r.example/", options, rebinding)).toEqual(["203.0.113.5"]);
  expect(await allowed("r.example", "https://r.example/", options, rebinding)).toBe(refused);
});

test("a registry whose name first resolved to a loopback address may not redirect to a loopback address later", async () => {
  const options = {};
  const rebinding = answering(["127.0.0.1"], ["203.0.113.5"]);
  for (let count = 0; count < 2; count++) await allowed("r.example", "https://r.example/", options, rebinding);
  expect(await allowed("r.example", "https://other.example/", options, answering(["127.0.0.1"]))).toBe(refused);
});

test("a registry that the user named by IP address is accessed, whatever the class of the address", async () => {
  for (const host of ["169.254.169.254", "[fe80::1]", "10.0.0.1:5000", "0.0.0.0:5000", "[::1]"])
    expect(await allowed(host, `http://${host}/v2/`, {}, answering([]))).toEqual([new URL(`http://${host}`).hostname]);
});

test("the host name of a proxy is resolved without restrictions", async () => {
  const { lookup } = reachOf("r.example", new URL("https://r.example/"), {}, answering(["10.0.0.1"]));
  const answer = promisify<string, object, unknown>(lookup as never);
  expect(await answer("proxy.example", { all: true })).toEqual([{ address: "10.0.0.1", family: 4 }]);
});

describe("a registry in a network with public, private and reserved addresses", () => {
  const script = join(root, "test/support/registry/reach.ts");
  const node = [pinnedNode, "--conditions=@libcnb/source", script];

  test("cannot redirect uploads, tokens, requests or pages to a more private address than its own", async () => {
    const { stdout, stderr } = await execute("unshare", ["--net", "--mount", ...node]);
    expect(stderr).toBe("");
    const led = JSON.parse(stdout) as (readonly [string, string, readonly string[]])[];
    const fromOutside = led.filter(([what]) => what.startsWith("203.0.113.5"));
    expect(fromOutside).toHaveLength(21);
    expect(
      fromOutside.filter(
        ([, error, asked]) => !/^203\.\S+ refers to \S+.*, which cnb refuses: /.test(error) || asked.length > 0,
      ),
    ).toEqual([]);
    const fromInside = led.filter(([what]) => what.startsWith("10.0.0.9"));
    expect(fromInside.map(([what, , asked]) => `${what}: ${asked}`)).toEqual(
      ["upload", "realm", "redirect", "pages"].flatMap((way) => [
        `10.0.0.9 ${way} 10.0.0.7: 10.0.0.7`,
        `10.0.0.9 ${way} inside.test: 10.0.0.7`,
        `10.0.0.9 ${way} meta.test: `,
        `10.0.0.9 ${way} loop.test: `,
      ]),
    );
  });
});
