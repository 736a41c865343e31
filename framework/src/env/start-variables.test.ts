import { expect, test } from "vitest";
import { hiddenName, isStartVariable, shown } from "./start-variables.ts";

const start = `BUN_BE_BUN BUN_OPTIONS GCONV_PATH GLIBC_TUNABLES LD_AUDIT LD_DEBUG LD_PRELOAD LD_TRACE_LOADED_OBJECTS NODE_CHANNEL_FD
NODE_COMPILE_CACHE NODE_DEBUG NODE_EXTRA_CA_CERTS NODE_ICU_DATA NODE_OPTIONS NODE_PATH NODE_REDIRECT_WARNINGS NODE_REPL_EXTERNAL_MODULE
NODE_TLS_REJECT_UNAUTHORIZED NODE_UNIQUE_ID NODE_V8_COVERAGE OPENSSL_CONF OPENSSL_MODULES SSLKEYLOGFILE`;
const other = `BUN_INSTALL HOME ICU_DATA LD LD_LIBRARY_PATH MALLOC_ARENA_MAX NODE NODE_ENV NODE_HOME NODE_VERSION PATH SSL_CERT_FILE UV_THREADPOOL_SIZE`;

test.for(start.split(/\s+/))("%s is recognized as a variable that changes how programs start", (name) =>
  expect(isStartVariable(name)).toBe(true),
);

test.for(other.split(/\s+/))("%s is not recognized as a variable that changes how programs start", (name) =>
  expect(isStartVariable(name)).toBe(false),
);

test("an environment variable that was renamed to hide it from the buildpack's executable gets its name back", () => {
  expect(
    shown({ _D_PRELOAD: "1", _ODE_ENV: "2", _SLKEYLOGFILE: "3", _V_X: "4", _: "5", _OTHER: "6", PATH: "7" }),
  ).toEqual({
    LD_PRELOAD: "1",
    NODE_ENV: "2",
    SSLKEYLOGFILE: "3",
    UV_X: "4",
    _: "5",
    _OTHER: "6",
    PATH: "7",
  });
  expect(hiddenName("PATH")).toBe(undefined);
});
