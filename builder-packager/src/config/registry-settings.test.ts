import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import type { RegistrySettings } from "./registry-configuration.ts";
import { registrySettings } from "./registry-settings.ts";

let home: string;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), "registry-settings-"));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function write(path: string, content: string, mode = 0o600): string {
  const file = join(home, path);
  mkdirSync(dirname(file), { recursive: true });
  writeFileSync(file, content);
  chmodSync(file, mode);
  return file;
}

const noFlags: RegistrySettings = { insecure: [], caCertificates: [], mirrors: {} };
const noWarning = (text: string) => expect.unreachable(text);
const settings = (env: NodeJS.ProcessEnv = {}, flags = noFlags) =>
  registrySettings(flags, { HOME: home, ...env }, noWarning);

const everything = `
insecure-registries = ["file.test:5000"]
ca-certificates = ["company.pem", "/etc/other.pem"]
[registry-mirrors]
"docker.io" = "file.test/hub"
"ghcr.io" = ["file.test/ghcr", "file.test/also"]
"quay.io" = "file.test/quay"
[registry-logins."file.test"]
username = "me"
password = "secret"
[registry-logins."file.test/team"]
identity-token = "token"
[registry-logins."cloud.test"]
helper = "cloud"
[[verify]]
images = ["acme.test/*"]
keys = ["acme.pub", "/etc/other.pub"]
[[verify.identities]]
certificate-identity = "release@example.com"
certificate-oidc-issuer = "https://accounts.example.com"
trusted-root = "root.json"
`;

test("registry settings are empty without any configuration", async () => expect(await settings()).toEqual(noFlags));

test("a configuration file can contain logins and all settings that flags have", async () => {
  write(".config/libcnb/config.toml", everything);
  expect(await settings()).toEqual({
    insecure: ["file.test:5000"],
    caCertificates: [join(home, ".config/libcnb/company.pem"), "/etc/other.pem"],
    mirrors: {
      "docker.io": ["file.test/hub"],
      "ghcr.io": ["file.test/ghcr", "file.test/also"],
      "quay.io": ["file.test/quay"],
    },
    logins: {
      "file.test": { username: "me", password: "secret" },
      "file.test/team": { identityToken: "token" },
      "cloud.test": { helper: "cloud" },
    },
    verify: [
      {
        images: ["acme.test/*"],
        keys: [join(home, ".config/libcnb/acme.pub"), "/etc/other.pub"],
        identities: [
          {
            identity: "release@example.com",
            issuer: "https://accounts.example.com",
            trustedRoot: join(home, ".config/libcnb/root.json"),
          },
        ],
      },
    ],
  });
});

test("registry settings come from flags, environment variables, the configuration file and pack's configuration, in this order of precedence", async () => {
  write(".config/libcnb/config.toml", everything);
  write(
    ".pack/config.toml",
    '[registry-mirrors]\n"quay.io" = "pack.test"\n"index.docker.io" = "pack.test"\n"*" = "pack.test:1"',
  );
  const env = {
    LIBCNB_INSECURE_REGISTRIES: "variable.test, file.test:5000",
    LIBCNB_CA_CERTIFICATES: "/variable.pem:/second.pem",
    LIBCNB_REGISTRY_MIRRORS: "docker.io=variable.test,ghcr.io=variable.test/a,ghcr.io=variable.test/b",
  };
  const flags = {
    insecure: ["flag.test"],
    caCertificates: ["flag.pem"],
    mirrors: { "index.docker.io": ["flag.test"] },
  };
  expect(await settings(env, flags)).toMatchObject({
    insecure: ["flag.test", "variable.test", "file.test:5000"],
    caCertificates: [
      "flag.pem",
      "/variable.pem",
      "/second.pem",
      join(home, ".config/libcnb/company.pem"),
      "/etc/other.pem",
    ],
    mirrors: {
      "docker.io": ["flag.test"],
      "ghcr.io": ["variable.test/a", "variable.test/b"],
      "quay.io": ["file.test/quay"],
      "*": ["pack.test:1"],
    },
  });
});

test("$LIBCNB_CONFIG takes precedence over $XDG_CONFIG_HOME, and $XDG_CONFIG_HOME over ~/.config", async () => {
  const hosts = async (env: NodeJS.ProcessEnv) => (await settings(env)).insecure;
  const LIBCNB_CONFIG = write("named.toml", 'insecure-registries = ["named"]');
  write("xdg/libcnb/config.toml", 'insecure-registries = ["xdg"]');
  write(".config/libcnb/config.toml", 'insecure-registries = ["home"]');
  const XDG_CONFIG_HOME = join(home, "xdg");
  expect(await hosts({ LIBCNB_CONFIG, XDG_CONFIG_HOME })).toEqual(["named"]);
  expect(await hosts({ XDG_CONFIG_HOME })).toEqual(["xdg"]);
  expect(await hosts({})).toEqual(["home"]);
});

describe("a configuration file with", () => {
  test.for<[what: string, toml: string, problem: string]>([
    [
      "a misspelled key",
      '\ninsecure-registrys = ["a"]',
      "2:1: insecure-registrys: unknown key; did you mean insecure-registries?",
    ],
    [
      "a misspelled key in a login",
      '[registry-logins."a.test"]\nusername = "me"\npasword = "x"',
      '3:1: registry-logins."a.test".pasword: unknown key; did you mean password?',
    ],
    ["a value of the wrong type", "insecure-registries = 5", "1:1: insecure-registries: expected a list, got 5"],
    [
      "the scheme of a URL in a mirror",
      '[registry-mirrors]\n"docker.io" = "https://m.test"',
      '2:1: registry-mirrors."docker.io": https://m.test is not HOST[:PORT][/PREFIX]',
    ],
    [
      "a mirror for a URL",
      '[registry-mirrors]\n"https://docker.io" = "m.test"',
      '2:1: registry-mirrors."https://docker.io": is not HOST, HOST:PORT or *',
    ],
    [
      "a mirror of the wrong type",
      '[registry-mirrors]\n"docker.io" = 5',
      '2:1: registry-mirrors."docker.io": expected a mirror or a list of mirrors',
    ],
    [
      "an insecure registry with a path",
      'insecure-registries = [\n"a.test",\n"a.test/b"]',
      "3:1: insecure-registries[1]: a.test/b is not HOST or HOST:PORT",
    ],
    [
      "a login that has no password",
      '[registry-logins."a.test"]\nusername = "me"',
      '1:18: registry-logins."a.test": needs username and password, or identity-token, or helper',
    ],
    [
      "a login that has both a helper and a token",
      '[registry-logins."a.test"]\nhelper = "x"\nidentity-token = "y"',
      '1:18: registry-logins."a.test": needs username and password, or identity-token, or helper',
    ],
  ])("%s is refused, and the error names line and column", async ([, toml, problem]) => {
    const file = write("config.toml", toml);
    const error = await settings({ LIBCNB_CONFIG: file }).catch((caught: unknown) => caught);
    expect(error).toMatchObject({ code: "CONFIG_INVALID", message: `${file} has 1 problem\n  ${file}:${problem}` });
  });

  test("a password that is not a string is refused without showing the password", async () => {
    const file = write("config.toml", '[registry-logins."a.test"]\nusername = "me"\npassword = 4711');
    await expect(settings({ LIBCNB_CONFIG: file })).rejects.toThrow(
      /^(?!.*4711).*:3:1: .*password: expected a string$/s,
    );
  });
});

test("a file named by $LIBCNB_CONFIG must exist", async () => {
  const LIBCNB_CONFIG = join(home, "absent.toml");
  await expect(settings({ LIBCNB_CONFIG })).rejects.toThrow(`cannot read ${LIBCNB_CONFIG}: there is no such file`);
});

test.for([
  [
    "LIBCNB_INSECURE_REGISTRIES",
    "https://a.test",
    'contains "https://a.test", which does not have the form HOST or HOST:PORT',
  ],
  [
    "LIBCNB_REGISTRY_MIRRORS",
    "docker.io",
    'contains "docker.io", which does not have the form HOST=MIRROR or *=MIRROR',
  ],
  [
    "LIBCNB_REGISTRY_MIRRORS",
    "docker.io=",
    'contains "docker.io=", which does not have the form HOST=MIRROR or *=MIRROR',
  ],
] as const)("the malformed environment variable %s=%j is refused", async ([name, value, problem]) => {
  await expect(settings({ [name]: value })).rejects.toThrow(`${name} ${problem}`);
});

test.for([
  ["a password causes a warning if it has mode 0644", 0o644, 'username = "me"\npassword = "x"', 1],
  ["a password causes no warning if it has mode 0600", 0o600, 'username = "me"\npassword = "x"', 0],
  ["a credential helper causes no warning if it has mode 0644", 0o644, 'helper = "x"', 0],
] as const)("a configuration file with %s", async ([, mode, login, warnings]) => {
  const LIBCNB_CONFIG = write("config.toml", `[registry-logins."a.test"]\n${login}`, mode);
  const warned: string[] = [];
  await registrySettings(noFlags, { LIBCNB_CONFIG }, (text) => warned.push(text));
  expect(warned).toEqual(
    Array(warnings).fill(
      `${LIBCNB_CONFIG} contains secrets, but other users of this machine can read it: run chmod 600 ${LIBCNB_CONFIG}`,
    ),
  );
});

test("a mirror in pack's configuration that cnb cannot use causes a warning", async () => {
  write(".pack/config.toml", '[registry-mirrors]\n"docker.io" = "https://m.test"\n"ghcr.io" = "m.test"');
  const warned: string[] = [];
  const { mirrors } = await registrySettings(noFlags, { HOME: home }, (text) => warned.push(text));
  expect([mirrors, warned]).toEqual([
    { "ghcr.io": ["m.test"] },
    [
      "pack's configuration: the registry mirror docker.io = https://m.test is not HOST = HOST[:PORT][/PREFIX] and is ignored",
    ],
  ]);
});
