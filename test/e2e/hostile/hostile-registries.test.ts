import http from "node:http";
import { afterAll } from "vitest";
import { ociTypes } from "../../support/hostile/image.ts";
import { type HostileCase, hostileTests } from "../../support/hostile/tests.ts";
import { type Listening, listen } from "../../support/registry/listen.ts";

/** The response of a registry to the request for a manifest. */
interface Answer {
  readonly status?: number;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

const answers = new Map<string, Answer>();

/** A repository whose manifest is answered like that. */
function answer(title: string, given: Answer, reference = ""): Pick<HostileCase, "title" | "run"> {
  const repository = title.toLowerCase().replaceAll(/[^a-z0-9]+/g, "-");
  answers.set(repository, given);
  return { title, run: `inspect <host>/${repository}${reference}` };
}

let server: Listening | undefined;
afterAll(() => server?.stop());

async function prepare() {
  server = await listen(
    http.createServer((request, response) => {
      const [, repository = ""] = /^\/v2\/([^/]+)\//.exec(request.url ?? "") ?? [];
      const { status = 200, headers = {}, body = "" } = answers.get(repository) ?? {};
      response.writeHead(status, headers).end(body);
    }),
  );
  return { host: server.host };
}

const error = (code: string, message: string) => JSON.stringify({ errors: [{ code, message }] });
const manifest = { headers: { "content-type": ociTypes.manifest } };
const digest = `@sha256:${"0".repeat(64)}`;

/** Answers of registries that `cnb inspect` refuses. */
const hostile: readonly HostileCase[] = [
  {
    ...answer("HTTP 404 MANIFEST_UNKNOWN", { status: 404, body: error("MANIFEST_UNKNOWN", "manifest unknown") }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/http-404-manifest-unknown: 127.0.0.1:<port> has no such image (HTTP 404: MANIFEST_UNKNOWN: manifest unknown)
HINT: Check the name and the tag, and log in if the image is private.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...answer("HTTP 404 NAME_UNKNOWN", {
      status: 404,
      body: error("NAME_UNKNOWN", "repository name not known to registry"),
    }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/http-404-name-unknown: 127.0.0.1:<port> has no such image (HTTP 404: NAME_UNKNOWN: repository name not known to registry)
HINT: Check the name and the tag, and log in if the image is private.
CODE: IMAGE_NOT_FOUND`,
  },
  {
    ...answer("an HTML page as the manifest", {
      status: 200,
      headers: { "content-type": "text/html" },
      body: "<html>Sign in</html>",
    }),
    exitCode: 1,
    error: `ERROR: the manifest of 127.0.0.1:<port>/an-html-page-as-the-manifest is an HTML page, not JSON
HINT: Check the host name and the proxy settings: this server is not a registry.
CODE: IMAGE_INVALID`,
  },
  {
    ...answer("HTTP 403", { status: 403, body: error("DENIED", "no") }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/http-403: 127.0.0.1:<port> denied access (HTTP 403: DENIED: no)
HINT: Log in with "docker login 127.0.0.1:<port>" or "podman login 127.0.0.1:<port>", and check the name: registries also deny access to images that do not exist.
CODE: REGISTRY_DENIED`,
  },
  {
    ...answer("HTTP 403 with terminal escape sequences", {
      status: 403,
      body: error("DENIED", "\u001b[2Jyou have won\r\n"),
    }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/http-403-with-terminal-escape-sequences: 127.0.0.1:<port> denied access (HTTP 403: DENIED:  [2Jyou have won  )
HINT: Log in with "docker login 127.0.0.1:<port>" or "podman login 127.0.0.1:<port>", and check the name: registries also deny access to images that do not exist.
CODE: REGISTRY_DENIED`,
  },
  {
    ...answer("HTTP 401 without a challenge", { status: 401 }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/http-401-without-a-challenge: 127.0.0.1:<port> denied access (HTTP 401)
HINT: Log in with "docker login 127.0.0.1:<port>" or "podman login 127.0.0.1:<port>", and check the name: registries also deny access to images that do not exist.
CODE: REGISTRY_DENIED`,
  },
  {
    ...answer("a token server that is not a URL", {
      status: 401,
      headers: { "www-authenticate": `Bearer realm="nowhere"` },
    }),
    exitCode: 1,
    error: `ERROR: cannot log in to 127.0.0.1:<port>: the registry names the token server "nowhere", which is not an http or https URL
HINT: Check the name of the registry. If the name is correct, contact the operator of the registry.
CODE: REGISTRY_FAILED`,
  },
  {
    ...answer("a token server with a file URL", {
      status: 401,
      headers: { "www-authenticate": `Bearer realm="file:///etc/passwd"` },
    }),
    exitCode: 1,
    error: `ERROR: cannot log in to 127.0.0.1:<port>: the registry names the token server "file:///etc/passwd", which is not an http or https URL
HINT: Check the name of the registry. If the name is correct, contact the operator of the registry.
CODE: REGISTRY_FAILED`,
  },
  {
    ...answer("an unknown authentication scheme", { status: 401, headers: { "www-authenticate": "Negotiate" } }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/an-unknown-authentication-scheme: 127.0.0.1:<port> denied access (HTTP 401)
HINT: Log in with "docker login 127.0.0.1:<port>" or "podman login 127.0.0.1:<port>", and check the name: registries also deny access to images that do not exist.
CODE: REGISTRY_DENIED`,
  },
  {
    ...answer("a manifest that is not JSON", { ...manifest, body: "{" }),
    exitCode: 1,
    error: `ERROR: the manifest of 127.0.0.1:<port>/a-manifest-that-is-not-json is not JSON
  caused by: Expected property name or '}' in JSON at position 1 (line 1 column 2)
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...answer("an empty manifest", manifest),
    exitCode: 1,
    error: `ERROR: the manifest of 127.0.0.1:<port>/an-empty-manifest is not JSON
  caused by: Unexpected end of JSON input
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...answer("a manifest that violates the schema", { ...manifest, body: "{}" }),
    exitCode: 1,
    error: `ERROR: the manifest of 127.0.0.1:<port>/a-manifest-that-violates-the-schema is not valid: schemaVersion: Invalid key: Expected "schemaVersion" but received undefined; config: Invalid key: Expected "config" but received undefined; layers: Invalid key: Expected "layers" but received undefined
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...answer("a manifest of Docker schema 1", {
      headers: { "content-type": "application/vnd.docker.distribution.manifest.v1+prettyjws" },
      body: `{"schemaVersion":1}`,
    }),
    exitCode: 1,
    error: `ERROR: 127.0.0.1:<port>/a-manifest-of-docker-schema-1 has a manifest of Docker's schema 1, which has been deprecated since 2017
HINT: Pull the image with an old version of Docker and push it with a current one, or copy it with skopeo.
CODE: IMAGE_INVALID`,
  },
  {
    ...answer("a manifest with another digest", { ...manifest, body: "{}" }, digest),
    exitCode: 1,
    error: `ERROR: the manifest of 127.0.0.1:<port>/a-manifest-with-another-digest@sha256:0000000000000000000000000000000000000000000000000000000000000000 is damaged: its digest is sha256:44136fa355b3678a1146ad16f7e8649e94fb4fc21fe77e8310c060f61caaff8a, not sha256:0000000000000000000000000000000000000000000000000000000000000000
HINT: Try again. If the error persists, a proxy may be changing the responses.
CODE: BLOB_CORRUPT`,
  },
  {
    ...answer("a manifest of 9 MiB", { ...manifest, body: " ".repeat(9 * 2 ** 20) }),
    exitCode: 1,
    error: `ERROR: the manifest of 127.0.0.1:<port>/a-manifest-of-9-mib is larger than 8388608 bytes
HINT: Build the image again, or copy it again from its source.
CODE: IMAGE_INVALID`,
  },
  {
    ...answer("a redirect loop", {
      status: 307,
      headers: { location: "/v2/a-redirect-loop/manifests/latest" },
    }),
    exitCode: 1,
    error: `ERROR: 127.0.0.1:<port> redirected a request more than 10 times
HINT: Try again. If the error persists, contact the operator of the registry.
CODE: REGISTRY_FAILED`,
  },
  {
    ...answer("a redirect to a file URL", { status: 307, headers: { location: "file:///etc/passwd" } }),
    exitCode: 1,
    error: `ERROR: 127.0.0.1:<port> redirected a request to "file:///etc/passwd", which is not a valid http or https URL
HINT: Try again. If the error persists, contact the operator of the registry.
CODE: REGISTRY_FAILED`,
  },
  {
    ...answer("a redirect without a location", { status: 307 }),
    exitCode: 1,
    error: `ERROR: cannot pull 127.0.0.1:<port>/a-redirect-without-a-location: 127.0.0.1:<port> answered HTTP 307
HINT: Try again. If the error persists, contact the operator of the registry.
CODE: REGISTRY_FAILED`,
  },
];

hostileTests(hostile, prepare, (title) => `cnb inspect fails if a registry answers with ${title}`);
