/**
 * Types of files that are imported `with { type: "text" }`, and of binary formats `with { type: "bytes" }`.
 * `"types": ["libcnb/files"]` in tsconfig.json adds them. Other file names need such a declaration in the project.
 */
declare module "*.bash" {
  const text: string;
  export default text;
}
declare module "*.conf" {
  const text: string;
  export default text;
}
declare module "*.crt" {
  const text: string;
  export default text;
}
declare module "*.css" {
  const text: string;
  export default text;
}
declare module "*.csv" {
  const text: string;
  export default text;
}
declare module "*Dockerfile" {
  const text: string;
  export default text;
}
declare module "*.env" {
  const text: string;
  export default text;
}
declare module "*.gradle" {
  const text: string;
  export default text;
}
declare module "*.groovy" {
  const text: string;
  export default text;
}
declare module "*.html" {
  const text: string;
  export default text;
}
declare module "*.ini" {
  const text: string;
  export default text;
}
declare module "*.jinja" {
  const text: string;
  export default text;
}
declare module "*.kts" {
  const text: string;
  export default text;
}
declare module "*.md" {
  const text: string;
  export default text;
}
declare module "*.mustache" {
  const text: string;
  export default text;
}
declare module "*.pem" {
  const text: string;
  export default text;
}
declare module "*.properties" {
  const text: string;
  export default text;
}
declare module "*.ps1" {
  const text: string;
  export default text;
}
declare module "*.py" {
  const text: string;
  export default text;
}
declare module "*.rb" {
  const text: string;
  export default text;
}
declare module "*.sh" {
  const text: string;
  export default text;
}
declare module "*.sql" {
  const text: string;
  export default text;
}
declare module "*.template" {
  const text: string;
  export default text;
}
declare module "*.tmpl" {
  const text: string;
  export default text;
}
declare module "*.toml" {
  const text: string;
  export default text;
}
declare module "*.tpl" {
  const text: string;
  export default text;
}
declare module "*.txt" {
  const text: string;
  export default text;
}
declare module "*.xml" {
  const text: string;
  export default text;
}
declare module "*.yaml" {
  const text: string;
  export default text;
}
declare module "*.yml" {
  const text: string;
  export default text;
}
declare module "*.zsh" {
  const text: string;
  export default text;
}
declare module "*.bin" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.der" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.gz" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.jar" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.png" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.tar" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.tgz" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.wasm" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.xz" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.zip" {
  const bytes: Uint8Array;
  export default bytes;
}
declare module "*.zst" {
  const bytes: Uint8Array;
  export default bytes;
}
