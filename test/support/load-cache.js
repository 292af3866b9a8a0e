const { readFileSync, renameSync, writeFileSync } = require("node:fs");
const Module = require("node:module");
const path = require("node:path");
const { deserialize, serialize } = require("node:v8");
const { constants, Script } = require("node:vm");

/**
 * Required by a process before its program: has the compiled code and the resolved paths of all its modules read from a file,
 * which the program's first start in a test run makes at its end. They are a quarter of what a start takes, and tests start
 * each program many times.
 */
const file = path.join(process.env.TEST_COMPILED, `${path.basename(process.argv[1])}.cache`);
const cache = read();
const resolved = cache?.resolved ?? new Map();
const scripts = new Map();

const { _resolveFilename: resolve } = Module;
Module._resolveFilename = function (name, parent, isMain, options) {
  const key = parent && !options ? `${path.dirname(parent.filename)}\0${name}` : undefined;
  const found = resolved.get(key) ?? resolve.call(this, name, parent, isMain, options);
  if (key) resolved.set(key, found);
  return found;
};

const { _compile: compile } = Module.prototype;
Module.prototype._compile = function (content, filename, format) {
  if (format === "module") return compile.call(this, content, filename, format);
  const script = new Script(Module.wrap(content), {
    filename,
    cachedData: cache?.compiled.get(filename),
    importModuleDynamically: constants.USE_MAIN_CONTEXT_DEFAULT_LOADER,
  });
  scripts.set(filename, script);
  const require = Module.createRequire(filename);
  return script.runInThisContext().call(this.exports, this.exports, require, this, filename, path.dirname(filename));
};

function read() {
  try {
    return deserialize(readFileSync(file));
  } catch {
    return undefined;
  }
}

process.on("exit", () => {
  if (cache) return;
  const compiled = new Map([...scripts].map(([filename, script]) => [filename, script.createCachedData()]));
  try {
    writeFileSync(`${file}.${process.pid}`, serialize({ compiled, resolved }));
    renameSync(`${file}.${process.pid}`, file);
  } catch {
    // A process of another user may not write here.
  }
});
