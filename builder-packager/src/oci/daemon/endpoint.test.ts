import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CnbError } from "../../errors.ts";
import { parseEndpoint } from "./endpoint.ts";

describe("addresses of engines", () => {
  test.for<[string, string | undefined, ReturnType<typeof parseEndpoint>["connection"]]>([
    ["unix:///var/run/docker.sock", undefined, { socketPath: "/var/run/docker.sock" }],
    ["unix:///tmp/a b/ü.sock", "/certs", { socketPath: "/tmp/a b/ü.sock" }],
    ["tcp://10.0.0.7", undefined, { protocol: "http:", host: "10.0.0.7", port: 2375 }],
    ["tcp://10.0.0.7", "/certs", { protocol: "https:", host: "10.0.0.7", port: 2376 }],
    ["tcp://build.example:4243/", "/certs", { protocol: "https:", host: "build.example", port: 4243 }],
    ["tcp://[::1]:80", undefined, { protocol: "http:", host: "::1", port: 80 }],
    ["http://localhost:8080", "/certs", { protocol: "http:", host: "localhost", port: 8080 }],
    ["https://localhost", undefined, { protocol: "https:", host: "localhost", port: 2376 }],
  ])("%s with %s", ([text, certificates, connection]) => {
    expect(parseEndpoint(text, "DOCKER_HOST", certificates).connection).toEqual(connection);
  });
});

describe("a malformed engine address is reported", () => {
  test.for<[string, string]>([
    ["", "it is not an address"],
    ["/var/run/docker.sock", "it is not an address"],
    ["localhost:2375", "it is not an address"],
    ["ftp://localhost", "it is not an address"],
    ["unix://docker.sock", "it names no absolute path of a socket"],
    ["unix:///a\0b", "it names no absolute path of a socket"],
    [`unix:///${"a".repeat(107)}`, "the path of a socket has at most 107 bytes"],
    ["tcp://", "it is not HOST:PORT"],
    ["tcp://host:port", "it is not HOST:PORT"],
    ["tcp://host:99999", "it is not HOST:PORT"],
    ["tcp://user:secret@host:1", "it is not HOST:PORT"],
    ["tcp://host:1/path", "it is not HOST:PORT"],
    ["ssh://me@host", "ssh:// is not supported"],
    ["npipe:////./pipe/docker_engine", "npipe:// is not supported"],
    ["fd://", "fd:// is not supported"],
  ])("%j", ([text, why]) => {
    expect(() => parseEndpoint(text, "DOCKER_HOST")).toThrow(
      expect.objectContaining({
        code: "DAEMON_ADDRESS_INVALID",
        message: `DOCKER_HOST is ${JSON.stringify(text)}: ${why}`,
      }),
    );
  });

  test("ssh with a hint at the alternative", () => {
    expect(() => parseEndpoint("ssh://me@host", "DOCKER_HOST")).toThrow(
      expect.objectContaining({
        hint: "Forward the socket, ssh -nNL /tmp/docker.sock:/var/run/docker.sock me@host, and set DOCKER_HOST=unix:///tmp/docker.sock.",
      }),
    );
  });
});

test("any text is an engine address or reported as malformed", () => {
  const text = fc.tuple(
    fc.constantFrom("unix://", "unix:///", "tcp://", "http://", "https://", "ssh://", ""),
    fc.string(),
  );
  fc.assert(
    fc.property(text, ([scheme, rest]) => {
      try {
        const { connection } = parseEndpoint(scheme + rest, "DOCKER_HOST");
        const valid = "port" in connection ? connection.port < 65_536 && connection.host !== "" : true;
        expect(valid).toBe(true);
      } catch (error) {
        expect(error).toBeInstanceOf(CnbError);
      }
    }),
    { numRuns: 500 },
  );
});
