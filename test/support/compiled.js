const { readFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");

const folder = process.env.TEST_COMPILED;

/** The file that the global setup has made of a file of TypeScript; its source map has the same name and `.map`. */
function compiledOf(file) {
  return path.join(folder, file.replace(/\.ts$/, ".js"));
}

// To compile each file when it is loaded would take each worker and child process longer than everything else in it.
Module._extensions[".ts"] = (module, file) => module._compile(readFileSync(compiledOf(file), "utf8"), file);

module.exports = { compiledOf };
