/** A token that is recognized wherever it is, by its own form. */
interface TokenPattern {
  readonly kind: string;
  /** A text that every match contains, by which most content is skipped. */
  readonly marker: string;
  /** The secret is the first group. */
  readonly pattern: RegExp;
}

const tokens: readonly TokenPattern[] = [
  { kind: "a GitHub token", marker: "ghp_", pattern: /\b(ghp_[A-Za-z0-9]{36})\b/ },
  { kind: "a GitHub token", marker: "gho_", pattern: /\b(gho_[A-Za-z0-9]{36})\b/ },
  { kind: "a GitHub token", marker: "ghs_", pattern: /\b(ghs_[A-Za-z0-9]{36})\b/ },
  { kind: "a GitHub token", marker: "github_pat_", pattern: /\b(github_pat_[A-Za-z0-9]{22}_[A-Za-z0-9]{59})\b/ },
  { kind: "a GitLab token", marker: "glpat-", pattern: /\b(glpat-[A-Za-z0-9_-]{20,64})(?![\w-])/ },
  { kind: "an npm token", marker: "npm_", pattern: /\b(npm_[A-Za-z0-9]{36})\b/ },
  { kind: "a Slack token", marker: "xox", pattern: /\b(xox[abpr]-\d{8,}-[A-Za-z0-9-]{16,100})\b/ },
  { kind: "a Stripe key", marker: "k_live_", pattern: /\b([sr]k_live_[A-Za-z0-9]{24,100})\b/ },
  { kind: "a Google API key", marker: "AIza", pattern: /\b(AIza[A-Za-z0-9_-]{35})(?![\w-])/ },
  {
    kind: "an AWS secret access key",
    marker: "ecret",
    pattern: /aws_?secret_?access_?key["']?\s{0,8}[=:]\s{0,8}["']?([A-Za-z0-9/+]{40})(?![A-Za-z0-9/+])/i,
  },
  { kind: "an Azure storage key", marker: "AccountKey=", pattern: /AccountKey=([A-Za-z0-9+/]{86}==)/ },
];

/** A private key: the header alone, as cryptographic libraries contain it, is not one. */
const privateKey =
  /-----BEGIN (?:[A-Z0-9]{1,12} ){0,2}PRIVATE KEY(?: BLOCK)?-----(?:\s|\\n|\\r){1,4}(?:[A-Za-z][A-Za-z-]{1,30}: [^\n]{0,200}\s{1,4}){0,6}\s{0,4}[A-Za-z0-9+/=]{40}/;

/**
 * Returns the kinds of secrets in a text.
 *
 * @example `secretsIn("token: ghp_…") // ["a GitHub token"]`
 */
export function secretsIn(text: string): readonly string[] {
  const found = new Set<string>();
  if (text.includes("PRIVATE KEY") && privateKey.test(text)) found.add("a private key");
  for (const { kind, marker, pattern } of tokens) {
    if (!text.includes(marker)) continue;
    const [, secret] = pattern.exec(text) ?? [];
    if (secret !== undefined && !isPlaceholder(secret)) found.add(kind);
  }
  return [...found];
}

/** A file that tools use for credentials, and the part of its text that is a secret. */
interface CredentialFile {
  readonly kind: string;
  readonly name: RegExp;
  readonly secret: RegExp;
}

const value = "[\"']?([^\\s\"'#;]{6,4096})";
const credentialFiles: readonly CredentialFile[] = [
  {
    kind: "the credentials of an npm registry",
    name: /(^|\/)\.?npmrc$/,
    secret: new RegExp(`^[^#;\\n]{0,500}:?_(?:authToken|auth|password)[ \\t]*=[ \\t]*${value}`, "m"),
  },
  {
    kind: "the credentials of an npm registry",
    name: /(^|\/)\.yarnrc\.yml$/,
    secret: new RegExp(`^[ \\t]*npmAuth(?:Token|Ident):[ \\t]*${value}`, "m"),
  },
  {
    kind: "the credentials of a Python index",
    name: /(^|\/)(\.pypirc|pip\.conf)$/,
    secret: new RegExp(`^[ \\t]*password[ \\t]*[=:][ \\t]*${value}|://[^/\\s:@]{1,200}:([^/\\s:@]{3,200})@`, "m"),
  },
  { kind: "a login", name: /(^|\/)[._]netrc$/, secret: /\bpassword\s{1,8}(\S{3,4096})/ },
  { kind: "a login of Git", name: /(^|\/)\.git-credentials$/, secret: /:\/\/[^/\s:@]{1,200}:([^/\s@]{3,4096})@/ },
  {
    kind: "the credentials of a container registry",
    name: /(^|\/)(\.docker\/config\.json|\.dockercfg|\.dockerconfigjson|containers\/auth\.json)$/,
    secret: /"(?:auth|password|identitytoken)"\s{0,8}:\s{0,8}"([^"]{4,8192})"/,
  },
  {
    kind: "AWS credentials",
    name: /(^|\/)\.aws\/(credentials|config)$/,
    secret: new RegExp(`^[ \\t]*aws_(?:secret_access_key|session_token)[ \\t]*=[ \\t]*${value}`, "m"),
  },
  {
    kind: "Google Cloud credentials",
    name: /\.json$/,
    secret: /"(?:refresh_token|private_key)"\s{0,8}:\s{0,8}"([^"]{20,8192})"/,
  },
  {
    kind: "Azure credentials",
    name: /(^|\/)\.azure\/(accessTokens|msal_token_cache)\.json$/,
    secret: /"secret"\s{0,8}:\s{0,8}"([^"]{20,8192})"/,
  },
  {
    kind: "Kubernetes credentials",
    name: /(^|\/)(\.kube\/config|kubeconfig)$/,
    secret: new RegExp(`^[ \\t-]*(?:token|client-key-data|password):[ \\t]*${value}`, "m"),
  },
  {
    kind: "Maven credentials",
    name: /(^|\/)\.m2\/settings\.xml$/,
    secret: /<(?:password|passphrase)>\s{0,8}([^<$\s]{3,4096})\s{0,8}</,
  },
  {
    kind: "the credentials of a Terraform registry",
    name: /(^|\/)(\.terraformrc|credentials\.tfrc\.json)$/,
    secret: new RegExp(`["']?token["']?[ \\t]*[=:][ \\t]*${value}`),
  },
];

/** Files `.env` and `.env.production`, but not the examples of such files. */
const envFile = /(^|\/)\.env(\.(?!example|sample|template|dist|defaults?|test|schema)[\w-]+)*$/;

/** Returns the kinds of secrets in a file, by its path and its text. */
export function secretsInFile(path: string, text: string): readonly string[] {
  const found = new Set(secretsIn(text));
  for (const { kind, name, secret } of credentialFiles) {
    if (!name.test(path) || (name.source === "\\.json$" && !isGoogle(text))) continue;
    const [, ...groups] = secret.exec(text) ?? [];
    const written = groups.find((group) => group !== undefined);
    if (written !== undefined && !isPlaceholder(written)) found.add(kind);
  }
  if (envFile.test(path) && assignsSecret(text)) found.add("an environment file with a secret");
  return [...found];
}

/** A service account, or the login of a user. */
const isGoogle = (text: string): boolean => /"type"\s{0,8}:\s{0,8}"(?:service_account|authorized_user)"/.test(text);

const assignsSecret = (text: string): boolean =>
  text.split("\n", 10_000).some((line) => {
    const [, name = "", assigned = ""] =
      /^\s{0,40}(?:export\s{1,8})?([A-Za-z_]\w{0,200})\s{0,8}=\s{0,8}(.{1,4096})$/.exec(line) ?? [];
    return isSecretVariable(name, assigned.replace(/\s{1,200}#.*$/, ""));
  });

const secretName =
  /(?:^|[_.-])(?:PASSWORD|PASSWD|PASSPHRASE|SECRET|TOKEN|API_?KEY|ACCESS_?KEY|SECRET_?KEY|PRIVATE_?KEY|ENCRYPTION_?KEY|SIGNING_?KEY|CREDENTIALS?|CONNECTION_?STRING)$/i;
/** Names of settings whose values are public, or are locations of secrets. */
const publicName = /(?:_FILE|_PATH|_DIR|_URL|_NAME|_ID|PUBLIC_?KEY|PUBLIC_?TOKEN)$/i;

/**
 * True if an environment variable or label probably contains a secret: a token, a URL with a
 * password, or a value that may be secret under the name of a secret, such as `DB_PASSWORD`.
 */
export function isSecretVariable(name: string, written: string): boolean {
  const text = unquoted(written.trim());
  if (secretsIn(text).length > 0 || hasLogin(text)) return true;
  if (!secretName.test(name) || publicName.test(name)) return false;
  return text.length >= 6 && !isPlaceholder(text) && !isSetting(text);
}

const unquoted = (text: string): string => (/^(["']).*\1$/s.test(text) && text.length > 1 ? text.slice(1, -1) : text);

/** A URL with a user and a password, such as `postgres://shop:s3cret@db/shop`. */
function hasLogin(text: string): boolean {
  const [, secret] = /^[a-z][a-z0-9+.-]{1,30}:\/\/[^/\s:@]{0,200}:([^/\s@]{3,500})@/i.exec(text) ?? [];
  return secret !== undefined && !isPlaceholder(secret);
}

/** References, paths, and values of switches are not secrets. */
const isSetting = (text: string): boolean =>
  /^(?:\/|\.{1,2}\/|~|\$|<|\{\{|%|file:|arn:|vault:|https?:\/\/[^@]*$)/.test(text) ||
  /^(?:true|false|yes|no|none|null|undefined|disabled|enabled|required|optional|\d{1,12})$/i.test(text);

/**
 * True if a value is an example instead of a secret: `changeme`, `xxxxxxxx`,
 * `AKIAIOSFODNN7EXAMPLE`, `${NPM_TOKEN}`.
 */
export function isPlaceholder(text: string): boolean {
  const head = text.slice(0, 200);
  if (
    /^[$<{%[]|\$\{|\{\{|example|change[-_ ]?me|placeholder|redacted|dummy|your[-_ ]|insert[-_ ]|replace[-_ ]|fixme|todo|not[-_ ]?set|^(?:my)?(?:password|passwd|secret|token|test|user|pass|foobar|abc123|admin)\d{0,4}$/i.test(
      head,
    )
  )
    return true;
  if (/(.)\1{5}|0123456|1234567|abcdefg/i.test(head)) return true;
  return new Set(head).size < Math.min(5, head.length);
}
