const types = {
  "application/json": "json map",
  "application/ld+json": "jsonld",
  "application/manifest+json": "webmanifest",
  "application/pdf": "pdf",
  "application/wasm": "wasm",
  "application/xml": "xml",
  "application/rss+xml": "rss",
  "application/atom+xml": "atom",
  "application/zip": "zip",
  "application/gzip": "gz",
  "audio/mpeg": "mp3",
  "audio/ogg": "ogg oga opus",
  "audio/wav": "wav",
  "audio/mp4": "m4a",
  "font/woff": "woff",
  "font/woff2": "woff2",
  "font/ttf": "ttf",
  "font/otf": "otf",
  "application/vnd.ms-fontobject": "eot",
  "image/apng": "apng",
  "image/avif": "avif",
  "image/bmp": "bmp",
  "image/gif": "gif",
  "image/jpeg": "jpg jpeg",
  "image/jxl": "jxl",
  "image/png": "png",
  "image/svg+xml": "svg",
  "image/webp": "webp",
  "image/x-icon": "ico",
  "model/gltf+json": "gltf",
  "model/gltf-binary": "glb",
  "text/calendar": "ics",
  "text/css": "css",
  "text/csv": "csv",
  "text/html": "html htm",
  "text/javascript": "js mjs cjs",
  "text/markdown": "md",
  "text/plain": "txt text log",
  "text/vtt": "vtt",
  "text/x-component": "rsc",
  "video/mp4": "mp4 m4v",
  "video/quicktime": "mov",
  "video/webm": "webm",
};

const byExtension = new Map(
  Object.entries(types).flatMap(([type, extensions]) => extensions.split(" ").map((extension) => [extension, type])),
);

/** The media type of a file by its extension. Text is UTF-8. */
export function mediaType(path) {
  const type = byExtension.get(path.slice(path.lastIndexOf(".") + 1).toLowerCase()) ?? "application/octet-stream";
  return /^text\/|json$|xml$/.test(type) ? `${type}; charset=utf-8` : type;
}
