import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { CnbError } from "../../errors.ts";
import { parseEndpoint } from "./endpoint.ts";

describe("DOCKER_HOST", () => {
  test.for<[string, "with" | "without", ReturnType<typeof parseEndpoint>["connection"]]>([
    ["unix:///var/run/docker.sock", "without", { socketPath: "/var/run/docker.sock" }],
    ["unix:///tmp/a b/ü.sock", "with", { socketPath: "/tmp/a b/ü.sock" }],
    ["tcp://10.0.0.7", "without", { protocol: "http:", host: "10.0.0.7", port: 2375 }],
    ["tcp://10.0.0.7", "with", { protocol: "https:", host: "10.0.0.7", port: 2376 }],
    ["tcp://build.example:4243/", "with", { protocol: "https:", host: "build.example", port: 4243 }],
    ["tcp://[::1]:80", "without", { protocol: "http:", host: "::1", port: 80 }],
    ["http://localhost:8080", "with", { protocol: "http:", host: "localhost", port: 8080 }],
    ["https://localhost", "without", { protocol: "https:", host: "localhost", port: 2376 }],
  ])(
    "with the address %j %s DOCKER_CERT_PATH is parsed into the connection %j",
    ([text, withCertificates, connection]) => {
      const certificates = withCertificates === "with" ? "/certs" : undefined;
      expect(parseEndpoint(text, "DOCKER_HOST", certificates).connection).toEqual(connection);
    },
  );
});

describe("DOCKER_HOST is refused as malformed if it is", () => {
  test.for<[string, string, string]>([
    ["an empty text", "", "it has no known scheme"],
    ["a path", "/var/run/docker.sock", "it has no known scheme"],
    ["a host name without a scheme", "localhost:2375", "it has no known scheme"],
    ["an address with the scheme ftp", "ftp://localhost", "it has no known scheme"],
    ["a relative socket path", "unix://docker.sock", "the path of its socket is not absolute"],
    ["a socket path with NUL", "unix:///a\0b", "the path of its socket is not absolute"],
    ["a socket path of 108 bytes", `unix:///${"a".repeat(107)}`, "the path of its socket is longer than 107 bytes"],
    ["a tcp address without a host", "tcp://", "it is not HOST:PORT"],
    ["an address with a word as port", "tcp://host:port", "it is not HOST:PORT"],
    ["an address with a port above 65535", "tcp://host:99999", "it is not HOST:PORT"],
    ["an address with user and password", "tcp://user:secret@host:1", "it is not HOST:PORT"],
    ["a tcp address with a path", "tcp://host:1/path", "it is not HOST:PORT"],
    ["an address with the scheme ssh", "ssh://me@host", "ssh:// is not supported"],
    ["an address with the scheme npipe", "npipe:////./pipe/docker_engine", "npipe:// is not supported"],
    ["an address with the scheme fd", "fd://", "fd:// is not supported"],
  ])("%s", ([, text, why]) => {
    expect(() => parseEndpoint(text, "DOCKER_HOST")).toThrow(
      expect.objectContaining({
        code: "DAEMON_ADDRESS_INVALID",
        message: `DOCKER_HOST ${JSON.stringify(text)} is not valid: ${why}`,
      }),
    );
  });

  test("a socket path that is too long, and the hint suggests a symbolic link", () => {
    expect(() => parseEndpoint(`unix:///${"a".repeat(107)}`, "DOCKER_HOST")).toThrow(
      expect.objectContaining({
        hint: "Create a symbolic link with a shorter path to the socket, and use its path.",
      }),
    );
  });

  test("an address with the scheme ssh, and the hint suggests to forward the socket", () => {
    expect(() => parseEndpoint("ssh://me@host", "DOCKER_HOST")).toThrow(
      expect.objectContaining({
        hint: "Forward the socket with ssh -nNL /tmp/docker.sock:/var/run/docker.sock me@host, and set DOCKER_HOST=unix:///tmp/docker.sock.",
      }),
    );
  });
});

test("any text parses as an engine address or is reported as malformed", () => {
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
