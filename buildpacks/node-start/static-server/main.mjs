// Serves a directory of files over HTTP: node main.mjs DIRECTORY [--fallback=index.html | --not-found=404.html] [--https] [--htpasswd[=required]]
// It runs in the image, on the image's Node.js (18 or newer), and imports no package.
import { realpathSync } from "node:fs";
import { createServer } from "node:http";
import { logged } from "./access-log.mjs";
import { answer } from "./answer.mjs";
import { boundUsers, withPasswords } from "./basic-auth.mjs";
import { byHttps } from "./force-https.mjs";
import { inOriginForm } from "./request-target.mjs";

const [folder = ".", ...flags] = process.argv.slice(2);
const flag = (name) => flags.find((each) => each.startsWith(`--${name}=`))?.slice(name.length + 3);

const site = {
  root: realpathSync(folder),
  fallback: flag("fallback"),
  notFound: flag("not-found") ?? "404.html",
};

const handler = (request, response) => {
  answer(site, request, response).catch((error) => {
    console.error(`${request.method} ${request.url}: ${error.message}`);
    if (response.headersSent) response.destroy();
    else response.writeHead(500, { "content-type": "text/plain" }).end("Internal Server Error\n");
  });
};

/** Serves a password-protected site only with passwords, even if the binding is missing. */
function guarded(handler) {
  if (!flags.includes("--htpasswd") && flag("htpasswd") === undefined) return handler;
  const users = boundUsers(process.env.SERVICE_BINDING_ROOT || "/platform/bindings");
  if (users === undefined && flag("htpasswd") === "required")
    end("The site is password-protected, but the container has no binding of the type htpasswd");
  const unknown = [...(users ?? [])].filter(([, check]) => check === undefined).map(([name]) => name);
  if (unknown.length > 0)
    console.error(
      `WARNING: these users cannot log in, because the hash format of their passwords is not supported: ${unknown.join(", ")}`,
    );
  return users === undefined ? handler : withPasswords(users, handler);
}

const protectedHandler = guarded(handler);
const served = flags.includes("--https") ? byHttps(protectedHandler) : protectedHandler;
const isLogged = ["true", "1", "yes", "on"].includes((process.env.BPL_STATIC_ACCESS_LOG ?? "").toLowerCase());
const server = createServer(inOriginForm(isLogged ? logged(served) : served));
server.on("error", refuse);
try {
  server.listen({ port: Number(process.env.PORT || 8080), ...(process.env.HOST && { host: process.env.HOST }) }, () => {
    console.log(`Serving ${folder} on port ${server.address().port}`);
  });
} catch (error) {
  refuse(error); // PORT is not a valid port
}

function refuse(error) {
  end(`The static server cannot listen: ${error.message}`);
}

function end(message) {
  console.error(message);
  process.exit(1);
}

for (const signal of ["SIGTERM", "SIGINT"]) process.once(signal, stop);

/** Gives open requests 1.5 seconds to finish, and then exits. */
function stop() {
  server.close(() => process.exit(0));
  setInterval(() => server.closeIdleConnections(), 20).unref();
  setTimeout(() => server.closeAllConnections(), 1500).unref();
}
