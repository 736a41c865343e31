import type { AppCase } from "../../support/apps/app-cases.ts";
import { bound, busybox, showsVariables } from "./utilities-world.ts";

const page = { "public/index.html": "<h1>home</h1>", "public/404.html": "not here" };

/** The few that tell the most in little time. All others: utilities.all.test.ts. */
export const utilitiesCases: readonly AppCase[] = [
  {
    name: "a Procfile",
    app: {
      files: {
        ...busybox,
        "www/index.html": "hello",
        "www/b.txt": "b",
        Procfile: `web: cd www && ../busybox httpd -f -p $PORT\nworker: MODE=fast ./busybox env\n`,
      },
    },
    says: ['Starting the app with "cd www && ../busybox httpd -f -p $PORT"', "Chosen because of web in Procfile"],
    processes: {
      web: "with-signals sh -c cd www && ../busybox httpd -f -p $PORT",
      worker: "./busybox env",
    },
    answers: { "/": "hello", "/b.txt": "b" },
    ends: { worker: { exitCode: 0, prints: "MODE=fast" } },
    stopped: 143,
    changed: { files: { "www/index.html": "changed" }, moved: ["app"], answers: { "/": "changed" } },
  },
  {
    name: "a directory of static files",
    app: { files: { ...page, "README.md": "not served" } },
    env: { BP_WEB_SERVER_ENABLE_PUSH_STATE: "true", BPE_BPL_STATIC_ACCESS_LOG: "true", BP_OCI_TITLE: "Site" },
    says: ["Serving the directory public", "Setting BPL_STATIC_ACCESS_LOG in the container", "image.title: Site"],
    processes: {
      web: "node /layers/libcnb_static-web/static-server/main.mjs public --fallback=index.html --htpasswd",
    },
    answers: { "/": "<h1>home</h1>", "/orders/1": "<h1>home</h1>", "/gone.js": [404, "not here"] },
    changed: { files: { "public/index.html": "<h1>new</h1>" }, moved: ["app"], answers: { "/": "<h1>new</h1>" } },
  },
  {
    name: "environment variables of the container",
    app: { files: showsVariables },
    env: {
      BPE_GREETING: "hello",
      BPE_DEFAULT_TZ: "UTC",
      BPE_DEFAULT_LANG: "C.UTF-8",
      BPE_APPEND_NODE_OPTIONS: "--no-deprecation",
      BPE_DELIM_NODE_OPTIONS: " ",
      BPE_PREPEND_LIST: "a",
      BPE_DELIM_LIST: ",",
    },
    launchEnv: { GREETING: "lost", LANG: "C", NODE_OPTIONS: "--trace-warnings", LIST: "b" },
    says: ["Setting GREETING in the container", "Setting a default for LANG in the container"],
    answers: {
      "/GREETING": "hello",
      "/TZ": "UTC",
      "/LANG": "C",
      "/LIST": "a,b",
      "/NODE_OPTIONS": "--trace-warnings --no-deprecation",
    },
  },
  {
    name: "a Procfile in a binding",
    app: {
      files: { ...busybox, "www/index.html": "hello", Procfile: "web: ./gone\nworker: ./busybox echo of the app" },
    },
    env: bound({ mine: { type: "Procfile", Procfile: "web: ./busybox httpd -f -p $PORT -h www & wait\n" } }),
    says: ["Chosen because of web in the Procfile of the binding mine", "Chosen because of worker in Procfile"],
    answers: { "/": "hello" },
    ends: { worker: { exitCode: 0, prints: "of the app" } },
    stopped: 0,
  },
];
